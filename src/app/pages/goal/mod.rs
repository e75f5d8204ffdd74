//! Goal: what is predicted, what counts as success, which columns may be used, which rows are sealed.

mod columns;
mod rows;
mod strip;
mod success;
mod task;

use super::NoTable;
use crate::parts::{Panel, ProblemHint};
use crate::state::Studio;
use atelier::base::{Place, Problem, Severity, Stage, text};
use atelier::judge::Goal as GoalSpec;
use atelier::recipe::{self, Edit};
use atelier::table::ColumnInfo;
use leptos::prelude::*;

use columns::Columns;
pub use columns::RoleSelect;
use rows::RowsPanel;
use success::Success;
use task::TaskPanel;

/// The page.
#[component]
pub fn Goal() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let has_target = Memo::new(move |_| studio.recipe.with(|recipe| recipe.goal.target.is_some()));
    view! {
        <div class="head"><h1>{text("stage.goal")}</h1><p>{move || match has_target.get() { true => text("goal.page.done"), false => text("goal.page.choose") }}</p></div>
        <Show when=move || studio.look.with(Option::is_some) fallback=|| view! { <NoTable/> }>
            {move || problems(studio)}
            <div class="grid goal">
                <Columns/>
                <div class="stack">
                    <Show when=move || has_target.get()><TaskPanel/><Success/><RowsPanel/><Words/></Show>
                </div>
            </div>
        </Show>
    }
}

/// Errors and warnings of the goal, but those that stand at their box.
fn problems(studio: Studio) -> impl IntoView {
    let found = studio.look.with(|look| look.as_ref().map(|look| look.problems.clone()).unwrap_or_default());
    let has_target = studio.recipe.with(|recipe| recipe.goal.target.is_some());
    let wanted = |problem: &Problem| {
        let at_its_box = has_target && (at_split(problem) || matches!(&problem.place, Place::Field(owner, _) if owner == recipe::CRITERIA));
        problem.stage == Stage::Goal && problem.severity > Severity::Note && problem.message.id != "goal.no_target" && !at_its_box
    };
    found.into_iter().filter(wanted).take(3).map(|problem| view! { <ProblemHint problem/> }).collect_view()
}

/// Whether a problem is that of a number of the split that has its box here.
fn at_split(problem: &Problem) -> bool {
    matches!(&problem.place, Place::Field(owner, field) if owner == "split" && (field == "held_out" || field == "folds"))
}

/// Changes the goal as one edit.
fn change(studio: Studio, change: impl FnOnce(&mut GoalSpec)) {
    let mut goal = studio.recipe.get_untracked().goal;
    change(&mut goal);
    studio.edit(Edit::SetGoal(goal));
}

/// The columns of the table.
fn columns(studio: Studio) -> Memo<Vec<ColumnInfo>> {
    Memo::new(move |_| studio.look.with(|look| look.as_ref().map(|look| look.schema.columns.clone()).unwrap_or_default()))
}

/// What the model is for and what not, in the words of the person who makes it.
#[component]
fn Words() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let area = move |id: &'static str, get: fn(&GoalSpec) -> String, put: fn(&mut GoalSpec, String)| {
        view! {
            <label class="field"><span>{text(id)}</span>
                <textarea class="box" rows="2" prop:value=move || studio.recipe.with(|recipe| get(&recipe.goal)) on:change=move |event| change(studio, |goal| put(goal, event_target_value(&event)))></textarea></label>
        }
    };
    view! {
        <Panel title=text("goal.words") note=text("goal.words.note")>
            <div class="stack">
                {area("goal.intended_use", |goal| goal.intended_use.clone(), |goal, words| goal.intended_use = words)}
                {area("goal.misuse", |goal| goal.misuse.clone(), |goal, words| goal.misuse = words)}
            </div>
        </Panel>
    }
}
