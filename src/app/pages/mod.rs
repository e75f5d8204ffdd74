//! One page a stage. A page reads the stores, hands parts what they draw, and sends edits.

pub mod data;
mod explain;
mod explore;
mod fair;
pub mod goal;
pub mod judge;
pub mod learn;
mod need;
mod prepare;
mod ship;
mod stress;
mod tune;
mod watch;

use crate::state::{Studio, View, trust::Trust};
use atelier::base::{Message, Severity, Stage, text};
use leptos::prelude::*;

/// The page of the stage that the address names.
#[component]
pub fn Page() -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    let stage = Memo::new(move |_| view.route.get().stage);
    // What was typed and refused goes back to what holds.
    let shown = move || {
        studio.refused.track();
        stage.get()
    };
    move || match shown() {
        Stage::Explain => view! { <explain::Explain/> }.into_any(),
        Stage::Explore => view! { <explore::Explore/> }.into_any(),
        Stage::Fair => view! { <fair::Fair/> }.into_any(),
        Stage::Goal => view! { <goal::Goal/> }.into_any(),
        Stage::Judge => view! { <judge::Judge/> }.into_any(),
        Stage::Prepare => view! { <prepare::Prepare/> }.into_any(),
        Stage::Ship => view! { <ship::Ship/> }.into_any(),
        Stage::Learn => view! { <learn::Learn/> }.into_any(),
        Stage::Stress => view! { <stress::Stress/> }.into_any(),
        Stage::Tune => view! { <tune::Tune/> }.into_any(),
        Stage::Watch => view! { <watch::Watch/> }.into_any(),
        _ => view! { <data::Data/> }.into_any(),
    }
}

/// What the rail says of a stage.
#[derive(Clone, Debug, PartialEq)]
pub struct StageState {
    /// `todo`, `done`, `busy`, `stale` or `problem`.
    pub mark: &'static str,
    /// A word or two.
    pub note: String,
}

/// The state of a stage.
pub fn stage_state(studio: Studio, stage: Stage) -> StageState {
    let state = |mark, note: String| StageState { mark, note };
    let todo = || state("todo", String::new());
    if stage == Stage::Data && studio.missing.with(|missing| !missing.is_empty()) {
        return state("problem", text("page.rows_gone"));
    }
    let Some(look) = studio.look.get() else { return todo() };
    let errors = look.problems.iter().filter(|problem| problem.stage == stage && problem.severity == Severity::Error).count();
    match stage {
        Stage::Data if look.rows > 0 => state("done", Message::new("page.rows").with("count", thousands(look.rows)).to_string()),
        // Before there is a goal nothing behind it is wrong yet.
        _ if stage != Stage::Explore && studio.recipe.with(|recipe| recipe.goal.target.is_none()) => todo(),
        _ if errors > 0 => state("problem", Message::new("page.problems").with("count", errors).to_string()),
        Stage::Goal => {
            let count = studio.recipe.with(|recipe| recipe.goal.criteria.len());
            state("done", Message::new("page.criteria").with("count", count).to_string())
        }
        Stage::Judge if look.trained => {
            let found = studio.trained.with(|trained| {
                let chosen = studio.recipe.with(|recipe| recipe.chosen);
                let folds = trained.as_ref()?.value.candidates.get(chosen)?.evaluation.clone()?;
                let held_out = studio.opened_now().map(|opened| opened.evaluation);
                let asked = studio.recipe.with(|recipe| recipe.goal.criteria.clone());
                Some(atelier::judge::criteria(&asked, Some(&folds), held_out.as_ref()))
            });
            let missed = found.unwrap_or_default().into_iter().filter(|outcome| outcome.verdict == atelier::judge::Verdict::NotMet).count();
            match missed {
                0 => state("done", String::new()),
                missed => state("problem", Message::new("page.not_met").with("count", missed).to_string()),
            }
        }
        Stage::Explore => explore::state(studio),
        Stage::Learn => learn::state(studio),
        Stage::Prepare => prepare::state(studio),
        Stage::Tune => tune::state(studio),
        Stage::Explain | Stage::Stress | Stage::Fair | Stage::Watch => {
            let told = use_context::<Trust>().and_then(|trust| trust.state(studio, stage));
            told.map_or_else(todo, |(mark, note)| state(mark, note))
        }
        Stage::Ship => studio.exported.with(|exported| match exported {
            Some(exported) if exported.digest == look.training => {
                state("done", Message::new("ship.rail").with("count", exported.value.len()).to_string())
            }
            Some(_) => state("stale", String::new()),
            None => todo(),
        }),
        _ => todo(),
    }
}

/// How many columns go in.
pub fn input_count(studio: Studio) -> usize {
    studio.look.with(|look| look.as_ref().map_or(0, |look| look.inputs.len()))
}

/// A count with commas.
pub fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// What a page shows where there is no table yet.
#[component]
pub fn NoTable() -> impl IntoView {
    view! {
        <div class="empty"><p>{text("page.no_table_yet")}</p><a class="button" data-kind="main" href="#data/open">{text("page.open_table")}</a></div>
    }
}
