//! Every column with its figures, those that say most of the target first.

use super::Explored;
use crate::parts::{Choice, Panel};
use atelier::base::{Message, text};
use atelier::profile::{ColumnProfile, Figures};
use leptos::prelude::*;

fn typical(column: &ColumnProfile) -> String {
    let mark = || text("page.missing_mark");
    match &column.of {
        Figures::Number(number) => {
            number.quantiles.get(number.quantiles.len() / 2).map_or_else(mark, |median| atelier::chart::format::digits(*median, 4))
        }
        Figures::Texts(texts) => texts.top.first().map_or_else(mark, |level| level.text.clone()),
        Figures::Date(date) => date.median.clone().unwrap_or_else(mark),
    }
}

/// The panel.
#[component]
pub fn Columns() -> impl IntoView {
    let explored = expect_context::<Explored>();
    let order = RwSignal::new("power".to_owned());
    let has_target = Memo::new(move |_| explored.profile.with(|profile| profile.as_ref().is_some_and(|profile| profile.target.is_some())));
    let rows = Memo::new(move |_| {
        explored.profile.with(|profile| {
            let Some(profile) = profile else { return Vec::new() };
            let mut places: Vec<usize> = match (order.get().as_str(), has_target.get()) {
                ("power", true) => profile.by_power(),
                _ => (0..profile.columns.len()).collect(),
            };
            // The target and others without a power stand at the end.
            places.extend((0..profile.columns.len()).filter(|place| !places.contains(place)).collect::<Vec<_>>());
            places.into_iter().map(|place| profile.columns[place].clone()).collect::<Vec<_>>()
        })
    });
    let options: Vec<(String, String)> = ["power", "table"].map(|id| (id.to_owned(), text(&format!("explore.order.{id}")))).to_vec();
    let options = StoredValue::new(options);
    let here = Memo::new(move |_| {
        let place = explored.place()?;
        explored.profile.with(|profile| profile.as_ref().and_then(|profile| profile.columns.get(place)).map(|column| column.name.clone()))
    });
    view! {
        <Panel title=text("explore.columns") flush=true tools=move || view! { <Choice label=text("explore.order") options=options.get_value() value=order on_change=move |id: String| order.set(id)/> }>
            <div class="scroll explore-columns" tabindex="0" role="region" aria-label=text("explore.columns")><table>
                <thead><tr><th scope="col">{text("goal.name")}</th><th scope="col">{text("goal.kind")}</th><th scope="col" class="num">{text("goal.missing")}</th><th scope="col" class="num">{text("explore.distinct")}</th><th scope="col">{text("explore.typical")}</th><th scope="col" class="num" title=text("explore.power.help")>{text("explore.power")}</th></tr></thead>
                <tbody>{move || rows.get().into_iter().map(|column| {
                    let (own, name) = (column.name.clone(), column.name.clone());
                    let total = column.count + column.missing;
                    let missing = if column.missing == 0 || total == 0 { "0".to_owned() } else { format!("{:.0} %", 100.0 * column.missing as f64 / total as f64) };
                    let power = column.power.as_ref().map_or_else(String::new, |power| super::super::judge::shown(&power.score));
                    let label = Message::new("explore.look_at").with("column", &column.name).to_string();
                    let selected = move || here.with(|here| here.as_ref() == Some(&own)).to_string();
                    view! {
                        <tr aria-selected=selected>
                            <th scope="row"><button type="button" class="mono link-quiet" title=label on:click=move |_| explored.column.set(Some(name.clone()))><bdi>{column.name.clone()}</bdi></button></th>
                            <td>{text(&format!("kind.{}", column.kind.id()))}</td><td class="num">{missing}</td><td class="num">{super::super::thousands(column.distinct())}</td><td class="clip"><bdi>{typical(&column)}</bdi></td><td class="num">{power}</td>
                        </tr>
                    }
                }).collect_view()}</tbody>
            </table></div>
        </Panel>
    }
}
