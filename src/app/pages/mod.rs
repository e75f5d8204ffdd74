//! One page a stage. A page reads the stores, hands parts what they draw, and sends edits.

pub mod data;
mod goal;
pub mod judge;
mod learn;

use crate::parts::{Button, Hint};
use crate::state::{Studio, View};
use atelier::base::{Message, Severity, Stage, text};
use leptos::prelude::*;

/// The page of the stage that the address names.
#[component]
pub fn Page() -> impl IntoView {
    let view = expect_context::<View>();
    let stage = Memo::new(move |_| view.route.get().stage);
    move || match stage.get() {
        Stage::Goal => view! { <goal::Goal/> }.into_any(),
        Stage::Learn => view! { <learn::Learn/> }.into_any(),
        Stage::Judge => view! { <judge::Judge/> }.into_any(),
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
    let Some(look) = studio.look.get() else { return todo() };
    let errors = look.problems.iter().filter(|problem| problem.stage == stage && problem.severity == Severity::Error).count();
    match stage {
        Stage::Data if look.rows > 0 => state("done", Message::new("page.rows").with("count", thousands(look.rows)).to_string()),
        Stage::Goal if studio.recipe.with(|recipe| recipe.goal.target.is_none()) => todo(),
        _ if errors > 0 => state("problem", Message::new("page.problems").with("count", errors).to_string()),
        Stage::Goal => {
            let count = studio.recipe.with(|recipe| recipe.goal.criteria.len());
            state("done", Message::new("page.criteria").with("count", count).to_string())
        }
        Stage::Learn => learn::state(studio),
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
        if place > 0 && (digits.len() - place) % 3 == 0 {
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

/// What needs a training: its children where there is one, else how to get one. Where the training is stale, that is said.
#[component]
pub fn NeedsTraining(children: ChildrenFn) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let has = Memo::new(move |_| studio.trained.with(Option::is_some));
    let stale =
        Memo::new(move |_| studio.trained.with(|trained| trained.as_ref().is_some_and(|trained| trained.digest != studio.training())));
    let busy = Memo::new(move |_| studio.busy.with(Option::is_some));
    let train = move || {
        leptos::task::spawn_local(async move {
            studio.train().await;
        });
    };
    view! {
        <Show when=move || has.get() fallback=move || view! {
            <Show when=move || studio.look.with(|look| look.as_ref().is_some_and(|look| look.task.is_some())) fallback=NoGoal>
                <div class="empty"><p>{text("judge.not_trained")}</p><Button kind="main" icon="play" label=text("judge.train") disabled=busy on_click=train/></div>
            </Show>
        }>
            <Show when=move || stale.get()>
                <Hint kind="warn" title=text("judge.stale_page") action=text("judge.train") main=true on_action=move |()| if !busy.get_untracked() { train() }/>
            </Show>
            {children()}
        </Show>
    }
}

/// What a page shows where nothing is to be predicted yet.
#[component]
pub fn NoGoal() -> impl IntoView {
    let studio = expect_context::<Studio>();
    view! {
        <Show when=move || studio.project.with(Option::is_some) fallback=NoTable>
            <div class="empty"><p>{text("page.no_goal_yet")}</p><a class="button" data-kind="main" href="#goal">{text("page.choose_target")}</a></div>
        </Show>
    }
}
