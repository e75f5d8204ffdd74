//! A virtualised table: only the rows in sight are asked for and drawn.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A column of the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct GridColumn {
    /// Its name.
    pub name: String,
    /// Whether its cells stand to the right.
    pub is_number: bool,
}

/// The height of a row in CSS pixels; the style sheet's `.grid-row` has the same.
const ROW: f64 = 28.0;
/// Rows drawn beyond what is in sight.
const SPARE: usize = 10;

/// Rows by position, fetched as they come into sight.
#[component]
pub fn Grid(
    /// What the table shows, for those who listen.
    #[prop(into)]
    label: String,
    /// The columns.
    #[prop(into)]
    columns: Signal<Vec<GridColumn>>,
    /// How many rows there are.
    #[prop(into)]
    rows: Signal<usize>,
    /// The first row fetched and the cells from there; nothing (None) where a value is missing.
    #[prop(into)]
    cells: Signal<(usize, Vec<Vec<Option<String>>>)>,
    /// The number of each of these rows, where it is not simply the next; counted from 1.
    #[prop(into, default = Signal::stored(Vec::new()))]
    numbers: Signal<Vec<usize>>,
    /// Asked for rows: the first and how many, a few hundred at most.
    fetch: Callback<(usize, usize)>,
) -> impl IntoView {
    let (top, set_top) = signal(0.0_f64);
    let height = 448.0;
    let first = Memo::new(move |_| ((top.get() / ROW) as usize).saturating_sub(SPARE));
    let count = (height / ROW) as usize + 2 * SPARE;
    Effect::new(move |_| fetch.run((first.get(), count.min(rows.get().saturating_sub(first.get())))));
    let on_scroll = move |event: web_sys::Event| {
        if let Some(element) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) {
            set_top.set(f64::from(element.scroll_top()));
        }
    };

    let name = label.clone();
    view! {
        <div class="grid-view" role="region" aria-label=label tabindex="0" on:scroll=on_scroll>
            <table role="table" aria-label=name aria-rowcount=move || (rows.get() + 1).to_string()>
                <thead><tr>
                    <th scope="col" class="num">{atelier::base::text("page.row")}</th>
                    {move || columns.get().into_iter().map(|column| view! { <th scope="col" class=if column.is_number { "num mono" } else { "mono" }>{column.name}</th> }).collect_view()}
                </tr></thead>
                <tbody>
                    <tr class="gap" aria-hidden="true" style:height=move || format!("{}px", first.get() as f64 * ROW)></tr>
                    {move || {
                        let (start, cells) = cells.get();
                        let (columns, numbers) = (columns.get(), numbers.get());
                        cells.into_iter().enumerate().map(|(offset, row)| {
                            let place = start + offset + 1;
                            let number = numbers.get(offset).copied().unwrap_or(place);
                            view! {
                                <tr aria-rowindex=(place + 1).to_string()>
                                    <th scope="row" class="num muted">{number}</th>
                                    {row.into_iter().zip(&columns).map(|(cell, column)| match cell {
                                        Some(text) => view! { <td class=if column.is_number { "num" } else { "" }><bdi>{text}</bdi></td> }.into_any(),
                                        None => view! { <td class="gap-cell" title=atelier::base::text("page.missing")>{atelier::base::text("page.missing_mark")}</td> }.into_any(),
                                    }).collect_view()}
                                </tr>
                            }
                        }).collect_view()
                    }}
                    <tr class="gap" aria-hidden="true" style:height=move || format!("{}px", rows.get().saturating_sub(first.get() + count) as f64 * ROW)></tr>
                </tbody>
            </table>
        </div>
    }
}
