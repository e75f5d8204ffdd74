//! Every column with its role, its distribution and its figures. Only the rows in sight are drawn, so that a thousand columns
//! scroll as ten do.

use super::alerts::is_suspect;
use super::spark::heights;
use super::thousands;
use crate::parts::{Badge, Icon, Panel, Spark};
use crate::state::{Explored, Studio};
use atelier::base::{Message, text};
use atelier::chart::format::{digits, percent, score};
use atelier::profile::{ColumnProfile, Figures};
use atelier::table::Role;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The height of a row in CSS pixels before one is measured.
const ROW: f64 = 28.0;
/// Rows drawn beyond what is in sight.
const SPARE: usize = 8;
/// Columns from which a search helps.
const SEARCHED: usize = 20;

/// By what the rows are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// As in the file.
    Table,
    Name,
    Missing,
    Distinct,
    Power,
}

/// The panel.
#[component]
pub fn Columns() -> impl IntoView {
    let explored = expect_context::<Explored>();
    let order = RwSignal::new((Order::Table, false));
    let search = RwSignal::new(String::new());
    let has_target = Memo::new(move |_| explored.of(|profile| profile.target.is_some()).unwrap_or(false));
    let count = Memo::new(move |_| explored.of(|profile| profile.columns.len()).unwrap_or(0));
    let places = Memo::new(move |_| explored.of(|profile| ordered(&profile.columns, order.get(), &search.get())).unwrap_or_default());
    let note = Signal::derive(move || {
        let (found, all) = (places.with(Vec::len), count.get());
        match (order.get().0, found == all) {
            (_, false) => Message::new("explore.found").with("count", found).with("all", all).to_string(),
            (Order::Table, true) => text("explore.order.table"),
            (_, true) => String::new(),
        }
    });
    let tools = move || {
        view! {
            <Show when=move || { count.get() > SEARCHED }>
                <input class="box search" type="search" aria-label=text("explore.search") placeholder=text("explore.search") prop:value=search on:input=move |event| search.set(event_target_value(&event))/>
            </Show>
        }
    };
    view! {
        <Panel title=text("explore.columns") note=note flush=true tools=tools>
            <Rows places=places order=order has_target=has_target/>
            {move || explored.of(|profile| profile.undetailed).filter(|count| *count > 0).map(|count| {
                view! { <p class="muted small pad">{Message::new("explore.undetailed").with("count", count).to_string()}</p> }
            })}
        </Panel>
    }
}

/// The columns by position, in order, as far as their names hold what is searched for.
fn ordered(columns: &[ColumnProfile], (order, falling): (Order, bool), search: &str) -> Vec<usize> {
    let search = search.trim().to_lowercase();
    let mut places: Vec<usize> = (0..columns.len()).filter(|&place| columns[place].name.to_lowercase().contains(&search)).collect();
    let power = |place: usize| columns[place].power.as_ref().and_then(|power| power.score.value()).unwrap_or(f64::NEG_INFINITY);
    match order {
        Order::Table => {}
        Order::Name => places.sort_by_key(|&place| columns[place].name.to_lowercase()),
        Order::Missing => places.sort_by_key(|&place| columns[place].missing),
        Order::Distinct => places.sort_by_key(|&place| columns[place].distinct()),
        Order::Power => places.sort_by(|&a, &b| power(a).total_cmp(&power(b))),
    }
    if falling {
        places.reverse();
    }
    places
}

/// The table, as far as it is in sight.
#[component]
fn Rows(places: Memo<Vec<usize>>, order: RwSignal<(Order, bool)>, has_target: Memo<bool>) -> impl IntoView {
    let explored = expect_context::<Explored>();
    let (top, set_top) = signal(0.0_f64);
    let (tall, set_tall) = signal(600.0_f64);
    let (each, set_each) = signal(ROW);
    let first = Memo::new(move |_| ((top.get() / each.get()) as usize).saturating_sub(SPARE));
    let room = Memo::new(move |_| (tall.get() / each.get()) as usize + 2 * SPARE + 1);
    let shown = Memo::new(move |_| {
        let digest = explored.profile.with(|profile| profile.as_ref().map(|profile| profile.digest.clone()).unwrap_or_default());
        places.with(|places| places.iter().skip(first.get()).take(room.get()).map(|&place| (digest.clone(), place)).collect::<Vec<_>>())
    });
    let place = NodeRef::<leptos::html::Div>::new();
    let measure = move || {
        let Some(element) = place.get_untracked() else { return };
        set_top.set(f64::from(element.scroll_top()));
        set_tall.set(f64::from(element.client_height()));
        // A finger's rows are higher than a mouse's.
        let row = element.query_selector("tbody tr.one").ok().flatten().and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(row) = row {
            set_each.set(f64::from(row.offset_height().max(1)));
        }
    };
    Effect::new(move |_| {
        if place.get().is_some() {
            measure();
        }
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());
    // Up and down choose the neighbour and keep it in sight and in focus.
    let on_key = move |event: web_sys::KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        let Some(element) = place.get_untracked() else { return };
        event.prevent_default();
        let here = untrack(|| explored.place());
        let next = places.with_untracked(|places| {
            let now = places.iter().position(|place| Some(*place) == here).map_or(0, |now| now.saturating_add_signed(by));
            places.get(now).map(|place| (now, *place))
        });
        let Some((row, next)) = next else { return };
        explored.column.set(untrack(|| explored.of(|profile| profile.columns[next].name.clone())));
        // The head covers a row.
        let (above, height) = (row as f64 * each.get_untracked(), each.get_untracked());
        let (from, seen) = (f64::from(element.scroll_top()), f64::from(element.client_height()) - 2.0 * height);
        if above < from || above > from + seen {
            element.set_scroll_top((if above < from { above } else { above - seen }) as i32);
        }
        request_animation_frame(move || {
            let row = element.query_selector("tr[aria-selected=true] button").ok().flatten();
            if let Some(button) = row.and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = button.focus();
            }
        });
    };
    let below = move || places.with(Vec::len).saturating_sub(first.get() + room.get()) as f64 * each.get();
    let head = move |this: Order, id: &'static str, class: &'static str, falls: bool| {
        let sort = move || if order.get().0 == this { Some(if order.get().1 { "descending" } else { "ascending" }) } else { None };
        let turn = move |_| {
            order.update(|order| {
                *order = match *order {
                    (now, falling) if now == this && falling == falls => (this, !falls),
                    (now, _) if now == this => (Order::Table, false),
                    _ => (this, falls),
                };
            });
        };
        view! {
            <th scope="col" class=class aria-sort=sort>
                <button type="button" class="sort" on:click=turn>{text(id)}{move || sort().map(|way| view! { <Icon name=if way == "ascending" { "up" } else { "down" }/> })}</button>
            </th>
        }
    };
    view! {
        <div class="explore-columns" tabindex="0" role="region" aria-label=text("explore.columns") node_ref=place on:scroll=move |_| measure() on:keydown=on_key><table aria-rowcount=move || (places.with(Vec::len) + 1).to_string()>
            <thead><tr>
                {head(Order::Name, "goal.name", "", false)}
                <th scope="col" class="wide">{text("goal.kind")}</th><th scope="col">{text("goal.role")}</th><th scope="col">{text("explore.distribution")}</th>
                {head(Order::Missing, "goal.missing", "", true)}
                {head(Order::Distinct, "explore.distinct", "num wide", true)}
                <th scope="col" class="num wide typical">{text("explore.typical")}</th>
                <Show when=move || has_target.get()>{head(Order::Power, "explore.power", "num", true)}</Show>
            </tr></thead>
            <tbody>
                <tr class="gap" aria-hidden="true" style:height=move || format!("{}px", first.get() as f64 * each.get())></tr>
                <For each=move || shown.get() key=Clone::clone let:one><Row place=one.1 has_target=has_target/></For>
                <tr class="gap" aria-hidden="true" style:height=move || format!("{}px", below())></tr>
            </tbody>
        </table></div>
        <p class="hide" id="explore-power">{text("explore.power.help")}</p>
    }
}

#[component]
fn Row(place: usize, has_target: Memo<bool>) -> impl IntoView {
    let explored = expect_context::<Explored>();
    let column = untrack(|| explored.of(|profile| (profile.columns.get(place).cloned(), profile.rows)));
    let Some((Some(column), rows)) = column else { return ().into_any() };
    let here = Memo::new(move |_| explored.place() == Some(place));
    let name = StoredValue::new(column.name.clone());
    let share = if rows > 0 { column.missing as f64 / rows as f64 } else { 0.0 };
    let missing = if column.missing == 0 { "0".to_owned() } else { percent(share) };
    let much = if share >= 0.5 { "warn" } else { "" };
    let power =
        column.power.as_ref().map_or_else(String::new, |power| power.score.value().map_or_else(|| text("page.undefined_mark"), score));
    let label = Message::new("explore.look_at").with("column", &column.name).to_string();
    let choose = move || explored.column.set(Some(name.get_value()));
    view! {
        <tr class="one" aria-selected=move || here.get().to_string() on:click=move |_| choose()>
            <th scope="row"><button type="button" class="mono link-quiet" title=label aria-current=move || here.get().then_some("true") on:click=move |_| choose()><bdi>{column.name.clone()}</bdi></button></th>
            <td class="wide">{text(&format!("kind.{}", column.kind.id()))}</td>
            <td><RoleOf name=name/></td>
            <td><Spark heights=heights(&column)/></td>
            <td><span class="share" data-kind=much><i style:--value=format!("{:.1}", 100.0 * share)></i></span><span class="num">{missing}</span></td>
            <td class="num wide">{thousands(column.distinct())}</td>
            <td class="num wide typical clip"><bdi>{typical(&column)}</bdi></td>
            <Show when=move || has_target.get()><td class="num" aria-describedby="explore-power">{power.clone()}</td></Show>
        </tr>
    }
    .into_any()
}

/// What a column is for: a badge where it is more than an input.
#[component]
pub fn RoleOf(
    /// The column's name.
    name: StoredValue<String>,
) -> impl IntoView {
    let (studio, explored) = (expect_context::<Studio>(), expect_context::<Explored>());
    let role = Memo::new(move |_| {
        let name = name.get_value();
        studio.recipe.with(|recipe| {
            let goal = &recipe.goal;
            let is = |other: &Option<String>| other.as_ref() == Some(&name);
            match goal.role(&name) {
                _ if is(&goal.target) => ("role.target", "accent"),
                _ if is(&goal.group) => ("role.group", "plain"),
                Role::LeftOut => ("role.left_out", "plain"),
                Role::RowId => ("role.row_id", "plain"),
                Role::KnownLater => ("role.known_later", "plain"),
                Role::Input if is_suspect(studio, explored, &name) => ("explore.suspect", "bad"),
                Role::Input => ("role.input", ""),
            }
        })
    });
    move || match role.get() {
        (id, "") => view! { <span>{text(id)}</span> }.into_any(),
        (id, kind) => view! { <Badge text=text(id) kind=kind/> }.into_any(),
    }
}

/// The value that stands for a column: the median, or the most frequent text.
fn typical(column: &ColumnProfile) -> String {
    let mark = || text("page.missing_mark");
    match &column.of {
        Figures::Number(number) => number.quantiles.get(number.quantiles.len() / 2).map_or_else(mark, |median| digits(*median, 6)),
        // What comes once is typical of nothing.
        Figures::Texts(texts) => texts.top.first().filter(|level| level.count > 1).map_or_else(mark, |level| level.text.clone()),
        Figures::Date(date) => date.median.clone().unwrap_or_else(mark),
    }
}
