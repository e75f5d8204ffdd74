//! Everything that was odd about a file, with its line, its reason, and what can be done.

use super::Tables;
use crate::parts::{Badge, Button, Icon, Panel};
use crate::state::Studio;
use atelier::base::{Message, Place, Problem, Severity, Stage, text};
use atelier::table::read::mends;
use leptos::prelude::*;

/// The panel; one sentence where nothing was odd.
#[component]
pub fn Problems() -> impl IntoView {
    let (studio, tables) = (expect_context::<Studio>(), expect_context::<Tables>());
    let problems = Memo::new(move |_| {
        let read = tables.summary.with(|summary| summary.as_ref().map(|summary| summary.problems.clone()).unwrap_or_default());
        // What joins come to is said once, at the main table.
        let joined = studio.look.with(|look| look.as_ref().map(|look| look.problems.clone()).unwrap_or_default());
        let joined = joined.into_iter().filter(|problem| problem.stage == Stage::Data && tables.place.get() == 0);
        let mut all: Vec<Problem> = read.into_iter().chain(joined).collect();
        // A stable sort: the gravest first.
        all.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
        all
    });
    let note = Signal::derive(move || {
        let warnings = problems.with(|problems| problems.iter().filter(|problem| problem.severity > Severity::Note).count());
        let notes = problems.with(Vec::len) - warnings;
        Message::new("data.problems.note").with("warnings", warnings).with("notes", notes).to_string()
    });
    view! {
        <Show when=move || !problems.with(Vec::is_empty) fallback=|| view! { <p class="muted small">{text("data.problems.none")}</p> }>
            <Panel title=text("data.problems") note=note flush=true>
                <div class="tall" tabindex="0" role="region" aria-label=text("data.problems")><ul class="alerts">{move || problems.get().into_iter().map(|problem| view! { <One problem/> }).collect_view()}</ul></div>
            </Panel>
        </Show>
    }
}

#[component]
fn One(problem: Problem) -> impl IntoView {
    let (studio, tables) = (expect_context::<Studio>(), expect_context::<Tables>());
    let (kind, icon) = match problem.severity {
        Severity::Error => ("bad", "alert"),
        Severity::Warning => ("warn", "alert"),
        Severity::Note => ("note", "info"),
    };
    let line = match &problem.place {
        Place::Line(line) | Place::Cell(line, _) => {
            Some(Message::new("data.line").with("line", super::thousands(*line as usize)).to_string())
        }
        _ => None,
    };
    let options = tables.source(studio).map(|source| source.options).unwrap_or_default();
    let ways: Vec<_> = mends(&problem, &options).into_iter().map(|mend| (mend.label.to_string(), mend.options)).collect();
    view! {
        <li data-kind=kind>
            <Icon name=icon/>
            <div><p><bdi>{problem.message.to_string()}</bdi></p><p class="muted small">{problem.hint().map(|hint| hint.to_string())}</p></div>
            {line.map(|line| view! { <Badge text=line/> })}
            <span class="row wrap">{ways.into_iter().map(|(label, options)| view! {
                <Button label=label on_click=move || { let options = options.clone(); studio.change_reading(tables.place.get_untracked(), move |now| *now = options); }/>
            }).collect_view()}</span>
        </li>
    }
}
