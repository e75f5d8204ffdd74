//! Tune: which parameters are searched, how, and what the trials came to.

mod brush;
mod charts;
mod models;
pub mod nested;
mod own;
mod search;
mod space;
mod trials;

use super::learn::results::{lead_metric, names};
use super::{NoTable, StageState};
use crate::parts::{Button, Choice, Hint, ProblemHint};
use crate::state::{Studio, View};
use crate::state::{saving::after, storage::Beside, studio::Stamped};
use atelier::base::{Field, Message, Params, Severity, Stage, text};
use atelier::learn::{self, Candidate};
use atelier::metric;
use atelier::recipe::{Edit, Recipe, Tune as Search, digest_of};
use atelier::run::{Ask, Tuned};
use leptos::prelude::*;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// How many trials a search goes on for.
const MORE: usize = 20;
/// The part of the route for the search over models and preparation.
const MODELS: &str = "models";
/// How often the trials of a search that goes on are kept on this device.
const KEEP: Duration = Duration::from_secs(3);

/// The search as the recipe has it, or the one that one would begin with.
fn search_of(studio: Studio) -> Memo<Option<Search>> {
    Memo::new(move |_| {
        let recipe = studio.recipe.get();
        if recipe.tune.is_some() {
            return recipe.tune;
        }
        let task = studio.look.with(|look| look.as_ref().and_then(|look| look.task))?;
        Search::usual(&recipe, recipe.chosen, lead_metric(studio, task))
    })
}

/// The form of a candidate's model.
fn fields_of(candidate: &Candidate) -> Vec<Field> {
    learn::find(&candidate.model).map(|kind| (kind.fields)()).unwrap_or_default()
}

/// What a search's trials depend on besides the table and the candidate's other parameters.
fn digest(studio: Studio, search: &Search) -> String {
    studio.recipe.with(|recipe| digest_in(studio, recipe, search))
}

fn digest_in(studio: Studio, recipe: &Recipe, search: &Search) -> String {
    let table = studio.look.with(|look| look.as_ref().map(|look| look.table.clone()).unwrap_or_default());
    let trials = (table, recipe.setup_digest(), &recipe.prepare, search);
    match recipe.fair_of(search) {
        Some(fair) => digest_of(&(trials, fair)),
        None => digest_of(&trials),
    }
}

/// What the rail says.
pub fn state(studio: Studio) -> StageState {
    let state = |mark, note: String| StageState { mark, note };
    if let Some(busy) = studio.busy.get().filter(|busy| busy.what == "tune") {
        return state("busy", format!("{:.0}%", 100.0 * busy.share));
    }
    let Some(tuned) = studio.tuned.get() else { return state("todo", String::new()) };
    let search = studio.recipe.with(|recipe| recipe.tune.clone());
    match search.is_some_and(|search| digest(studio, &search) == tuned.digest) {
        true => state("done", Message::new("tuning.count").with("count", tuned.value.trials.len()).to_string()),
        false => state("stale", text("page.state.stale")),
    }
}

/// Runs the search, going on from an earlier one where there is one; one that is cancelled, or whose tab is closed, leaves
/// the trials that have ended.
async fn run(studio: Studio, search: Search, earlier: Option<Tuned>) {
    let Some(owner) = studio.open_id() else { return };
    if studio.recipe.with_untracked(|recipe| recipe.tune.as_ref() != Some(&search)) {
        studio.edit(Edit::SetTune(Some(search.clone())));
    }
    let recipe = studio.recipe.get_untracked();
    let digest = digest(studio, &search);
    let higher_is_better = metric::find(&search.metric).is_none_or(|metric| metric.higher_is_better);
    let model = recipe.models.get(search.candidate).map(|it| it.model.clone()).unwrap_or_default();
    let begun = Tuned {
        tune: search,
        model,
        trials: Vec::new(),
        best: None,
        params: None,
        higher_is_better,
        borders: Vec::new(),
        importance: Vec::new(),
        explained: Vec::new(),
        front: Vec::new(),
        gain: None,
        folds: 0,
        out_of_time: false,
        basis: String::new(),
    };
    let body = earlier.and_then(|tuned| serde_json::to_vec(&tuned).ok()).unwrap_or_default();
    let seconds = begun.tune.seconds;
    let before = studio.tuned.get_untracked();
    studio.trials.set(Vec::new());
    studio.spans.set(BTreeMap::new());
    studio.tuned.set(Some(Stamped { digest: digest.clone(), value: begun.clone() }));
    let stamp = digest.clone();
    let so_far = move || {
        let mut trials = studio.trials.get_untracked();
        trials.sort_by_key(|trial| trial.number);
        (!trials.is_empty()).then(|| Stamped { digest: stamp.clone(), value: Tuned { trials, ..begun.clone() } })
    };
    let going = Rc::new(Cell::new(true));
    leptos::task::spawn_local(keep_going(studio, owner.clone(), going.clone(), so_far.clone()));
    if let Some(seconds) = seconds {
        leptos::task::spawn_local(end_part(studio, 0, Duration::from_secs(seconds.into()), going.clone()));
    }
    let ended = studio.work::<Tuned>("tune", Ask::Tune(Box::new(recipe.clone())), &body).await;
    going.set(false);
    if !studio.is_open(&owner) {
        return;
    }
    let found = match ended {
        Some((value, _)) => {
            let is_own = studio.recipe.with_untracked(|now| now.tune == recipe.tune);
            if value.out_of_time && is_own {
                // What was reached is what the study says now, so that it comes to the same again.
                studio.edit(Edit::SetTune(Some(value.tune.clone())));
            }
            Some(Stamped { digest: if value.out_of_time { digest_in(studio, &recipe, &value.tune) } else { digest }, value })
        }
        None => so_far(),
    };
    // What of a round was given up took its time for nothing that is shown.
    if let Some(Tuned { trials, folds, .. }) = found.as_ref().map(|found| &found.value).filter(|tuned| tuned.folds > 0) {
        studio.spans.update(|spans| spans.retain(|index, _| (*index as usize) < trials.len() * folds));
    }
    // A search that came to nothing leaves the one before.
    studio.tuned.set(found.clone().or(before));
    if let Some(found) = found {
        keep(studio, &owner, &found).await;
    }
}

/// Keeps a search with the times of its fits.
async fn keep(studio: Studio, owner: &str, found: &Stamped<Tuned>) {
    let spans = Stamped { digest: found.digest.clone(), value: studio.spans.get_untracked() };
    studio.keep_for(owner, Beside::Search, found).await;
    studio.keep_for(owner, Beside::Spans, &spans).await;
}

/// Tells a search that its time is up, where it still goes on then.
async fn end_part(studio: Studio, part: usize, time: Duration, going: Rc<Cell<bool>>) {
    after(time).await;
    if going.get() {
        studio.time_is_up(part);
    }
}

/// Goes on from a search that has ended: for more trials, within wider ranges where `widen`.
fn go_on(studio: Studio, tuned: &Tuned, more: usize, widen: bool) {
    let search = tuned.further(more, widen.then(|| tuned.wider()));
    leptos::task::spawn_local(run(studio, search, Some(tuned.clone())));
}

/// Goes on from a search that has ended with a trial of a person's own.
fn try_own(studio: Studio, tuned: &Tuned, values: Params) {
    let search = tuned.trying(vec![values]);
    leptos::task::spawn_local(run(studio, search, Some(tuned.clone())));
}

/// Keeps the trials of a search now and then, as long as it goes on.
async fn keep_going(studio: Studio, owner: String, going: Rc<Cell<bool>>, so_far: impl Fn() -> Option<Stamped<Tuned>>) {
    let mut kept = 0;
    loop {
        after(KEEP).await;
        if !going.get() || !studio.is_open(&owner) {
            return;
        }
        if let Some(found) = so_far().filter(|found| found.value.trials.len() > kept) {
            kept = found.value.trials.len();
            keep(studio, &owner, &found).await;
        }
    }
}

/// The page.
#[component]
pub fn Tune() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let can_search = Memo::new(move |_| studio.recipe.with(|recipe| recipe.goal.target.is_some() && !recipe.models.is_empty()));
    view! {
        <Show when=move || studio.look.with(Option::is_some) fallback=|| view! { <div class="head"><h1>{text("stage.tune")}</h1></div><NoTable/> }>
            <Show when=move || can_search.get() fallback=|| view! {
                <div class="head"><h1>{text("stage.tune")}</h1></div>
                <div class="empty"><p>{text("learn.no_goal")}</p><a class="button" data-kind="main" href="#goal">{text("learn.to_goal")}</a></div>
            }><Body/></Show>
        </Show>
    }
}

#[component]
fn Body() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let search = search_of(studio);
    let busy = Memo::new(move |_| studio.busy.with(Option::is_some));
    let searching = Memo::new(move |_| studio.busy.with(|busy| busy.as_ref().is_some_and(|busy| busy.what == "tune")));
    let count = Memo::new(move |_| search.with(|search| search.as_ref().map_or(0, |search| search.trials)));
    let empty = Memo::new(move |_| search.with(|search| search.as_ref().is_none_or(|search| search.space.parameters.is_empty())));
    let problems = Memo::new(move |_| {
        let of_page = |problem: &&atelier::base::Problem| problem.stage == Stage::Tune && problem.severity > Severity::Note;
        studio.look.with(|look| look.as_ref().map(|look| look.problems.iter().filter(of_page).take(3).cloned().collect::<Vec<_>>()))
    });
    let is_stale = Memo::new(move |_| {
        let tuned = studio.tuned.with(|tuned| tuned.as_ref().map(|tuned| tuned.digest.clone()));
        !busy.get() && tuned.is_some_and(|tuned| search.get().is_some_and(|search| digest(studio, &search) != tuned))
    });
    let blocked = super::need::blocked(studio);
    let label = Signal::derive(move || Message::new("tuning.start").with("count", count.get()).to_string());
    let start = move || {
        if let Some(search) = search.get_untracked() {
            leptos::task::spawn_local(run(studio, search, None));
        }
    };
    let view = expect_context::<View>();
    let of_models = Memo::new(move |_| view.route.with(|route| route.part == MODELS));
    let options = vec![(String::new(), text("tuning.view.one")), (MODELS.to_owned(), text("tuning.view.models"))];
    let part = Signal::derive(move || if of_models.get() { MODELS.to_owned() } else { String::new() });
    let summary = move || {
        if of_models.get() {
            return Some(text("race.summary"));
        }
        let search = search.get()?;
        let models = studio.recipe.with(|recipe| recipe.models.iter().map(|it| it.model.clone()).collect::<Vec<_>>());
        let message = Message::new("tuning.summary")
            .with("model", names(&models).into_iter().nth(search.candidate).unwrap_or_default())
            .with("parameters", search.space.parameters.len())
            .with("metric", text(&format!("metric.{}", search.metric)));
        Some(message.to_string())
    };
    view! {
        <div class="head">
            <h1>{text("stage.tune")}</h1><p>{summary}</p><span class="push"></span>
            <Choice label=text("tuning.view") options=options value=part on_change=move |id: String| view.go(Stage::Tune, &id)/>
            <Show when=move || !of_models.get() && searching.get()><Button icon="stop" label=text("tuning.stop") name=text("tuning.stop.name") on_click=move || studio.close_work()/></Show>
            <Show when=move || !of_models.get() && !searching.get()><Button icon="play" kind="main" label=label name=super::need::blocked_name(label, blocked)
                disabled=Signal::derive(move || busy.get() || empty.get() || blocked.with(Option::is_some)) on_click=start/></Show>
        </div>
        {move || (is_stale.get() && !of_models.get()).then(|| view! { <Hint kind="warn" title=text("tuning.stale") detail=text("tuning.stale.detail")/> })}
        {move || blocked.get().map(|problem| view! { <ProblemHint problem/> })}
        {move || problems.get().unwrap_or_default().into_iter().map(|problem| view! { <ProblemHint problem/> }).collect_view()}
        <Show when=move || of_models.get() fallback=move || view! { <div class="grid tune">
            <div class="stack"><search::How search/><space::SpacePanel search/></div>
            <div class="stack"><trials::Trials/><nested::NestedPanel search disabled=Signal::derive(move || busy.get() || empty.get() || blocked.with(Option::is_some))/></div>
        </div> }><models::Models/></Show>
    }
}

/// Changes the search, as one edit.
fn change(studio: Studio, search: Memo<Option<Search>>, change: impl FnOnce(&mut Search)) {
    if let Some(mut search) = search.get_untracked() {
        change(&mut search);
        studio.edit(Edit::SetTune(Some(search)));
    }
}

/// The name of a parameter by its path.
fn label_of(model: &str, path: &str) -> String {
    match path.split('.').collect::<Vec<_>>().as_slice() {
        [list, item, field] => Message::new("tuning.path")
            .with("list", text(&format!("model.{model}.{list}")))
            .with("number", item.parse::<usize>().map_or(0, |item| item + 1))
            .with("field", text(&format!("model.{model}.{list}.{field}")))
            .to_string(),
        _ => text(&format!("model.{model}.{path}")),
    }
}

/// A value of a parameter as text.
fn shown(model: &str, path: &str, value: &serde_json::Value) -> String {
    let field: Vec<&str> = path.split('.').filter(|part| part.parse::<usize>().is_err()).collect();
    match value {
        serde_json::Value::String(choice) => {
            let id = format!("model.{model}.{}={choice}", field.join("."));
            atelier::base::text::find(&id).map_or_else(|| choice.clone(), str::to_owned)
        }
        serde_json::Value::Bool(on) => text(if *on { "tuning.yes" } else { "tuning.no" }),
        value => match value.as_f64() {
            Some(number) => atelier::chart::format::digits(number, 4),
            None => atelier::tune::shape(value).unwrap_or_else(|| value.to_string()),
        },
    }
}
