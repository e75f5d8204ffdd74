//! Learn: the models side by side, the network's shape and rules, training with its live curves.

mod ahead;
mod calibration;
mod candidates;
mod chance;
mod course;
mod grow;
mod pace;
mod plane;
mod rate;
mod rate_change;
pub mod results;
mod settings;
mod shape;

pub use calibration::CalibrationChoice;
pub use pace::PaceControls;

use super::{NoTable, StageState, thousands};
use crate::parts::{Button, Hint, ProblemHint};
use crate::state::{Studio, prepared::Prepared};
use atelier::base::{Message, Severity, Stage, Task, text};
use atelier::learn::Candidate;
use atelier::learn::network::{self, Description};
use leptos::prelude::*;

/// The candidate that is looked at.
#[derive(Clone, Copy)]
pub struct Looked {
    /// Its place among the models.
    pub place: Memo<usize>,
    /// Set to look at another.
    pub set: WriteSignal<usize>,
    /// The candidate.
    pub candidate: Memo<Option<Candidate>>,
    /// Its kind.
    pub model: Memo<String>,
    /// The network that it describes for the prepared columns; nothing for other models.
    pub network: Memo<Option<Description>>,
}

impl Looked {
    fn new(studio: Studio) -> Self {
        let prepared = expect_context::<Prepared>();
        prepared.follow(studio);
        let (wanted, set) = signal(studio.recipe.with_untracked(|recipe| recipe.chosen));
        let place = Memo::new(move |_| wanted.get().min(studio.recipe.with(|recipe| recipe.models.len()).saturating_sub(1)));
        let candidate = Memo::new(move |_| studio.recipe.with(|recipe| recipe.models.get(place.get()).cloned()));
        let model = Memo::new(move |_| candidate.with(|candidate| candidate.as_ref().map(|it| it.model.clone()).unwrap_or_default()));
        let network = Memo::new(move |_| {
            let (expected, outputs) = studio.look.with(|look| look.as_ref().map(sizes))?;
            // Steps that choose or group by what they see make fewer columns than can be expected before they are fitted.
            let inputs = prepared.columns().unwrap_or(expected);
            candidate.with(|candidate| {
                let candidate = candidate.as_ref().filter(|candidate| candidate.model == network::KIND.id)?;
                network::describe(&candidate.params, inputs, outputs).ok()
            })
        });
        Self { place, set, candidate, model, network }
    }
}

/// Columns that go into a model and columns that it answers with.
fn sizes(look: &atelier::run::Look) -> (usize, usize) {
    let outputs = match look.task {
        Some(Task::Multiclass) => look.split.as_ref().map_or(look.classes.len(), |split| split.classes.len()),
        _ => 1,
    };
    (look.prepared.columns.len(), outputs)
}

/// Whether the last training is of the recipe as it is now; nothing where there is none.
pub fn is_fresh(studio: Studio) -> Option<bool> {
    let digest = studio.trained.with(|trained| trained.as_ref().map(|trained| trained.digest.clone()))?;
    Some(studio.look.with(|look| look.as_ref().is_some_and(|look| look.training == digest)))
}

/// What the rail says.
pub fn state(studio: Studio) -> StageState {
    let state = |mark, note: String| StageState { mark, note };
    if let Some(busy) = studio.busy.get().filter(|busy| busy.what == "train") {
        return state("busy", format!("{:.0}%", 100.0 * busy.share));
    }
    match is_fresh(studio) {
        Some(true) => {
            let count = studio.trained.with(|trained| trained.as_ref().map_or(0, |trained| trained.value.candidates.len()));
            state("done", Message::new("learn.models").with("count", count).to_string())
        }
        Some(false) => state("stale", text("page.state.stale")),
        None => state("todo", String::new()),
    }
}

/// The page.
#[component]
pub fn Learn() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let has_target = Memo::new(move |_| studio.recipe.with(|recipe| recipe.goal.target.is_some()));
    view! {
        <Show when=move || studio.look.with(Option::is_some) fallback=|| view! { <div class="head"><h1>{text("stage.learn")}</h1></div><NoTable/> }>
            <Show when=move || has_target.get() fallback=|| view! {
                <div class="head"><h1>{text("stage.learn")}</h1></div>
                <div class="empty"><p>{text("learn.no_goal")}</p><a class="button" data-kind="main" href="#goal">{text("learn.to_goal")}</a></div>
            }><Body/></Show>
        </Show>
    }
}

#[component]
fn Body() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let looked = Looked::new(studio);
    let busy = Memo::new(move |_| studio.busy.with(Option::is_some));
    let count = Memo::new(move |_| studio.recipe.with(|recipe| recipe.models.len()));
    let fresh = Memo::new(move |_| is_fresh(studio));
    let problems = Memo::new(move |_| {
        let of_page = |problem: &&atelier::base::Problem| {
            problem.severity == Severity::Error && matches!(problem.stage, Stage::Goal | Stage::Prepare | Stage::Learn)
        };
        studio.look.with(|look| look.as_ref().map(|look| look.problems.iter().filter(of_page).take(3).cloned().collect::<Vec<_>>()))
    });
    let label = Signal::derive(move || match count.get() {
        1 => text("learn.train_one"),
        count => Message::new("learn.train").with("count", count).to_string(),
    });
    let kept = Memo::new(move |_| studio.kept_fits(&studio.training()));
    let blocked = super::need::blocked(studio);
    let train = move || {
        leptos::task::spawn_local(async move {
            let _ = studio.train().await;
        })
    };
    view! {
        <div class="head">
            <h1>{text("stage.learn")}</h1><p>{move || summary(studio, looked)}</p><span class="push"></span>
            <Button icon="play" kind="main" label=label name=super::need::blocked_name(label, blocked) disabled=Signal::derive(move || busy.get() || blocked.with(Option::is_some)) on_click=train/>
        </div>
        {move || (fresh.get() == Some(false) && !busy.get()).then(|| view! { <Hint kind="warn" title=text("learn.stale") detail=text("learn.stale.detail")/> })}
        {move || (kept.get() > 0 && fresh.get() != Some(true) && !busy.get()).then(|| {
            let title = Message::new("learn.kept_fits").with("count", kept.get()).to_string();
            view! { <Hint kind="note" title detail=text("learn.kept_fits.detail")/> }
        })}
        {move || problems.get().unwrap_or_default().into_iter().map(|problem| view! { <ProblemHint problem/> }).collect_view()}
        <candidates::Candidates looked/>
        <div class="grid learn">
            <div class="stack"><course::Course looked/><plane::PlanePanel looked/><results::Results looked/><grow::Grow/></div>
            <div class="stack"><shape::Shape looked/><settings::Settings looked/><calibration::CalibrationPanel looked/><chance::Chance/></div>
        </div>
    }
}

/// The model and its rows in one line.
fn summary(studio: Studio, looked: Looked) -> String {
    let mut words = Vec::new();
    if let Some(network) = looked.network.get() {
        words.push(shape_of(&network));
        words.push(Message::new("learn.weights").with("count", thousands(network.parameters)).to_string());
    } else {
        let model = looked.model.get();
        if !model.is_empty() {
            words.push(text(&format!("model.{model}")));
        }
    }
    if let Some(split) = studio.look.with(|look| look.as_ref().and_then(|look| look.split.clone())) {
        words.push(Message::new("learn.training_rows").with("count", thousands(split.training)).to_string());
        let scheme = studio.recipe.with(|recipe| recipe.split.scheme);
        words.push(
            Message::new("learn.folds")
                .with("count", split.folds.len())
                .with("scheme", text(&format!("learn.scheme.{}", scheme_id(scheme))))
                .to_string(),
        );
    }
    words.join(", ")
}

/// A network as its layers' sizes.
pub fn shape_of(network: &Description) -> String {
    let sizes: Vec<String> =
        std::iter::once(network.inputs).chain(network.layers.iter().map(|layer| layer.units)).map(|size| size.to_string()).collect();
    sizes.join("-")
}

fn scheme_id(scheme: atelier::table::split::Scheme) -> String {
    serde_json::to_value(scheme).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
