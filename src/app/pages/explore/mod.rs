//! Explore: what deserves a look, every column, one of them closely, two of them together, segments of the rows, what is
//! missing, the rows.

mod alerts;
mod class;
mod columns;
mod detail;
mod missing;
mod pairs;
mod picture;
mod rows;
mod segments;
mod spark;

use super::{NoTable, StageState, thousands};
use crate::parts::{Button, Choice, ProblemHint, ProgressBar};
use crate::state::{Explored, Studio, View};
use atelier::base::{Message, Stage, text};
use atelier::chart::format::percent;
use leptos::prelude::*;

/// The views, by the part of the route that names them.
const VIEWS: [(&str, &str); 5] = [
    ("", "explore.columns"),
    ("pairs", "explore.pairs"),
    ("segments", "explore.segments"),
    ("missing", "explore.missing"),
    ("rows", "explore.rows_view"),
];

/// The page.
#[component]
pub fn Explore() -> impl IntoView {
    let (studio, explored, view) = (expect_context::<Studio>(), expect_context::<Explored>(), expect_context::<View>());
    Effect::new(move |_| explored.ask(studio));
    let part = Memo::new(move |_| {
        let part = view.route.with(|route| route.part.clone());
        VIEWS.iter().map(|(id, _)| *id).find(|id| *id == part).unwrap_or("")
    });
    let options: Vec<(String, String)> = VIEWS.iter().map(|(id, name)| ((*id).to_owned(), text(name))).collect();
    let options = StoredValue::new(options);
    let is_there = Memo::new(move |_| explored.profile.with(Option::is_some));
    view! {
        <div class="head">
            <h1>{text("stage.explore")}</h1><p>{move || totals(studio, explored)}</p><span class="push"></span>
            <Show when=move || is_there.get()>
                <Choice label=text("explore.views") options=options.get_value() value=Signal::derive(move || part.get().to_owned()) on_change=move |id: String| view.go(Stage::Explore, &id)/>
            </Show>
        </div>
        <Show when=move || studio.look.with(Option::is_some) fallback=NoTable>
            {move || explored.refused.get().map(|problem| view! { <ProblemHint problem/> })}
            <Working/>
            <Show when=move || is_there.get()>
                {move || match part.get() {
                    "pairs" => view! { <pairs::Pairs/> }.into_any(),
                    "segments" => view! { <segments::Segments/> }.into_any(),
                    "missing" => view! { <missing::Missing/> }.into_any(),
                    "rows" => view! { <rows::Rows/> }.into_any(),
                    _ => view! { <alerts::Alerts/><div class="grid explore"><columns::Columns/><detail::Detail/></div> }.into_any(),
                }}
            </Show>
        </Show>
    }
}

/// Everything in one line: rows, those that are not looked at, columns, gaps, repeated rows.
fn totals(studio: Studio, explored: Explored) -> String {
    let sealed = studio.look.with(|look| look.as_ref().and_then(|look| look.split.as_ref().map(|split| split.held_out)).unwrap_or(0));
    let said = explored.of(|profile| {
        let cells = profile.rows * profile.columns.len();
        let share = if cells > 0 { profile.missing.cells as f64 / cells as f64 } else { 0.0 };
        Message::new(if sealed > 0 { "explore.totals.sealed" } else { "explore.totals" })
            .with("rows", thousands(profile.rows))
            .with("sealed", thousands(sealed))
            .with("columns", thousands(profile.columns.len()))
            .with("missing", thousands(profile.missing.cells))
            .with("share", percent(share))
            .with("duplicates", thousands(profile.duplicates))
            .to_string()
    });
    said.unwrap_or_default()
}

/// What is on its way, or was cancelled; nothing where the profile is there.
#[component]
fn Working() -> impl IntoView {
    let (studio, explored) = (expect_context::<Studio>(), expect_context::<Explored>());
    let share = Signal::derive(move || explored.share.get().unwrap_or(0.0));
    let is_going = Memo::new(move |_| explored.share.with(Option::is_some));
    let is_first = Memo::new(move |_| explored.profile.with(Option::is_none) && explored.refused.with(Option::is_none));
    move || {
        if is_going.get() {
            let (name, label) = (text("page.busy.profile"), text("page.busy.profile"));
            return view! {
                <div class="busy" role="group" aria-label=label>
                    <b>{name.clone()}</b><ProgressBar label=name share=share/>
                    <span class="muted">{move || percent(share.get())}</span>
                    <Button icon="stop" kind="quiet" label=text("page.cancel") on_click=move || explored.cancel(studio)/>
                </div>
            }
            .into_any();
        }
        if explored.gave_up(studio) {
            let why = explored.refused.with(Option::is_none).then(|| text("explore.cancelled"));
            let old = explored.is_old(studio).then(|| text("explore.old"));
            return view! {
                <div class="empty">{why.map(|why| view! { <p>{why}</p> })}{old.map(|old| view! { <p>{old}</p> })}<Button label=text("explore.again") kind="main" on_click=move || explored.retry()/></div>
            }
            .into_any();
        }
        is_first.get().then(|| view! { <p class="empty" role="status">{text("page.busy.profile")}</p> }).into_any()
    }
}

/// What the rail says: the problems that reading and the goal found belong to their pages.
pub fn state(studio: Studio) -> StageState {
    let read = studio.look.with(|look| look.as_ref().is_some_and(|look| look.rows > 0));
    let known = read.then(|| use_context::<Explored>().and_then(|explored| explored.state(studio))).flatten();
    let (mark, note) = known.unwrap_or((if read { "done" } else { "todo" }, String::new()));
    StageState { mark, note }
}
