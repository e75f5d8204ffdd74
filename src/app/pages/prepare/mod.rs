//! Prepare: the steps in order, what each does to the training rows, and the columns that come out.

mod add;
mod before;
mod effect;
mod proof;
mod step;

use super::{NoTable, StageState, thousands};
use crate::parts::{Button, Panel, ProblemHint};
use crate::state::{Studio, View, prepared::Prepared, studio::Stamped};
use atelier::base::{Message, Place, Problem, Severity, Stage, text};
use atelier::judge::Proof;
use atelier::prepare::{Change, Selector};
use atelier::run::Preview;
use leptos::prelude::*;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Pipeline {
    /// The place of the step that is looked at.
    pub place: RwSignal<usize>,
    /// What the steps do, as the engine last said.
    pub preview: RwSignal<Preview>,
    /// Whether an answer is on its way.
    pub waiting: RwSignal<bool>,
    /// What the last proof came to, with the digest of what it was for.
    pub proven: RwSignal<Option<Stamped<Proof>>>,
}

/// The page.
#[component]
pub fn Prepare() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let prepared = expect_context::<Prepared>();
    prepared.follow(studio);
    let pipeline = Pipeline { place: RwSignal::new(0), preview: prepared.preview, waiting: prepared.waiting, proven: RwSignal::new(None) };
    provide_context(pipeline);
    let has_goal = Memo::new(move |_| studio.look.with(|look| look.as_ref().is_some_and(|look| look.split.is_some())));
    let note = move || {
        let (before, after) = (super::input_count(studio), pipeline.preview.with(|preview| preview.columns.len()));
        Message::new("prepare.page.note").with("before", before).with("after", after).to_string()
    };
    view! {
        <div class="head"><h1>{text("stage.prepare")}</h1><p>{note}</p><span class="push"></span><proof::ProveIt/><add::AddStep/></div>
        <proof::Proven/>
        <Show when=move || studio.look.with(Option::is_some) fallback=NoTable>
            <Show when=move || has_goal.get() fallback=super::need::Mend>
                {move || elsewhere(studio, pipeline)}
                <div class="grid pipeline"><Steps/><div class="stack"><step::StepPanel/><effect::Effects/></div></div>
                <Prepared/>
            </Show>
        </Show>
    }
}

/// The problems of the preparation that do not stand in the panel of the step that is looked at, with the way to their step.
fn elsewhere(studio: Studio, pipeline: Pipeline) -> impl IntoView {
    let place = pipeline.place.get();
    let shown = all_problems(studio, pipeline).into_iter().filter(|problem| step_of(problem) != Some(place)).take(3);
    shown
        .map(|problem| match step_of(&problem) {
            Some(step) => {
                let action = Message::new("prepare.show_step").with("number", step + 1).to_string();
                view! { <ProblemHint problem action on_action=Callback::new(move |()| pipeline.place.set(step))/> }.into_any()
            }
            None => view! { <ProblemHint problem/> }.into_any(),
        })
        .collect_view()
}

/// The steps in order: choose, move, switch off, remove.
#[component]
fn Steps() -> impl IntoView {
    let (studio, pipeline) = (expect_context::<Studio>(), expect_context::<Pipeline>());
    let count = Memo::new(move |_| studio.recipe.with(|recipe| recipe.prepare.len()));
    view! {
        <Panel title=text("prepare.steps") note=text("prepare.steps.note") flush=true>
            <ol class="steps">{move || (0..count.get()).map(|place| view! { <Row place/> }).collect_view()}</ol>
            <Show when=move || count.get() == 0><p class="muted small pad">{text("prepare.no_steps")}</p></Show>
            <p class="hide" role="status">{move || pipeline.waiting.get().then(|| text("page.busy.preview"))}</p>
        </Panel>
    }
}

#[component]
fn Row(place: usize) -> impl IntoView {
    let (studio, looked, pipeline) = (expect_context::<Studio>(), expect_context::<View>(), expect_context::<Pipeline>());
    let step = Memo::new(move |_| studio.recipe.with(|recipe| recipe.prepare.get(place).cloned()));
    let name = Memo::new(move |_| step.with(|step| step.as_ref().map_or(String::new(), |step| text(&format!("step.{}", step.id)))));
    let effect = move || {
        if step.with(|step| step.as_ref().is_some_and(|step| !step.enabled)) {
            return text("prepare.off");
        }
        pipeline.preview.with(|preview| match preview.steps.get(place) {
            Some(Some(step)) if step.report.rows.0 != step.report.rows.1 => Message::new("prepare.row.rows")
                .with("before", thousands(step.report.rows.0))
                .with("after", thousands(step.report.rows.1))
                .to_string(),
            Some(Some(step)) if step.report.columns.0 != step.report.columns.1 => {
                Message::new("prepare.row.columns").with("before", step.report.columns.0).with("after", step.report.columns.1).to_string()
            }
            Some(Some(step)) if step.before_split => text("prepare.before_split"),
            Some(Some(step)) => Message::new("prepare.row.cells").with("count", thousands(step.touched_cells)).to_string(),
            Some(None) | None => String::new(),
        })
    };
    // The columns it works on, as far as they are known.
    let columns = move || {
        let touched = pipeline.preview.with(|preview| {
            let step = preview.steps.get(place)?.as_ref()?;
            Some(
                step.touched
                    .iter()
                    .filter(|touched| touched.change != Change::Added)
                    .map(|touched| touched.column.clone())
                    .collect::<Vec<_>>(),
            )
        });
        let chosen = || {
            step.with(|step| match step.as_ref().map(|step| &step.columns) {
                Some(Selector::Names(names)) => names.clone(),
                _ => Vec::new(),
            })
        };
        let names = touched.filter(|touched| !touched.is_empty()).unwrap_or_else(chosen);
        names.into_iter().take(12).collect::<Vec<_>>().join(", ")
    };
    let wrong = Memo::new(move |_| problems(studio, pipeline, place).iter().any(|problem| problem.severity == Severity::Error));
    let last = Memo::new(move |_| studio.recipe.with(|recipe| place + 1 >= recipe.prepare.len()));
    let shift = move |by: isize| step::shift(studio, looked, pipeline, place, by);
    view! {
        <li aria-current=move || (pipeline.place.get() == place).then_some("true") data-off=move || step.with(|step| step.as_ref().is_some_and(|step| !step.enabled)).to_string()>
            <button type="button" class="step" id=step::row_id(place) on:click=move |_| pipeline.place.set(place)
                on:keydown=move |event| if event.alt_key() { match event.key().as_str() { "ArrowUp" => { event.prevent_default(); shift(-1); } "ArrowDown" => { event.prevent_default(); shift(1); } _ => {} } }>
                <span class="num muted">{place + 1}</span>
                <span class="what"><b>{name}</b>
                    <span class="row"><span class="tiny muted clip"><bdi>{columns}</bdi></span><span class=move || if wrong.get() { "tiny bad" } else { "tiny muted" }>{move || if wrong.get() { text("prepare.to_mend") } else { effect() }}</span></span></span>
            </button>
            <Button icon="up" kind="quiet" name=Signal::derive(move || Message::new("prepare.up").with("step", name.get()).to_string()) disabled=place == 0 on_click=move || shift(-1)/>
            <Button icon="down" kind="quiet" name=Signal::derive(move || Message::new("prepare.down").with("step", name.get()).to_string()) disabled=last on_click=move || shift(1)/>
        </li>
    }
}

/// The columns that the models see.
#[component]
fn Prepared() -> impl IntoView {
    let pipeline = expect_context::<Pipeline>();
    let columns = Memo::new(move |_| pipeline.preview.with(|preview| preview.columns.clone()));
    let note = Signal::derive(move || Message::new("prepare.prepared.note").with("count", columns.with(Vec::len)).to_string());
    view! {
        <Panel title=text("prepare.prepared") note=note>
            <p class="names">{move || columns.get().into_iter().take(300).map(|column| view! { <span class="badge mono"><bdi>{column.name}</bdi></span> }).collect_view()}</p>
        </Panel>
    }
}

/// What the rail says.
pub fn state(studio: Studio) -> StageState {
    let count = studio.recipe.with(|recipe| recipe.prepare.iter().filter(|step| step.enabled).count());
    let has_goal = studio.look.with(|look| look.as_ref().is_some_and(|look| look.split.is_some()));
    match has_goal {
        true => StageState { mark: "done", note: Message::new("prepare.count").with("count", count).to_string() },
        false => StageState { mark: "todo", note: String::new() },
    }
}

/// The step that a problem is of, by its place or as the engine says it beside a closer one.
pub fn step_of(problem: &Problem) -> Option<usize> {
    match &problem.place {
        Place::Step(place) => Some(*place),
        Place::Field(owner, _) if owner.parse::<usize>().is_ok() => owner.parse().ok(),
        _ => problem.message.args.get("index")?.parse().ok(),
    }
}

/// What is wrong with the preparation or can mislead, from the look and from the trial.
fn all_problems(studio: Studio, pipeline: Pipeline) -> Vec<Problem> {
    let here = |problem: &&Problem| problem.stage == Stage::Prepare && problem.severity > Severity::Note;
    let mut found: Vec<Problem> =
        studio.look.with(|look| look.as_ref().map(|look| look.problems.iter().filter(here).cloned().collect()).unwrap_or_default());
    let tried = pipeline.preview.with(|preview| preview.problem.clone());
    found.extend(tried.filter(|problem| !found.contains(problem)));
    found
}

/// The problems of a step.
pub fn problems(studio: Studio, pipeline: Pipeline, place: usize) -> Vec<Problem> {
    all_problems(studio, pipeline).into_iter().filter(|problem| step_of(problem) == Some(place)).collect()
}
