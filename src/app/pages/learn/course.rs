//! The course of training: the loss or the task's usual metric by epoch, of all folds or of one, live and afterwards; what
//! the curves say.

use super::Looked;
use crate::parts::{Chart, Choice, Hint, Panel, Select};
use crate::state::Studio;
use atelier::base::{Message, text};
use atelier::chart::{self, Learning, Scene};
use atelier::judge::CandidateOutcome;
use atelier::learn::network::{Judgement, Remedy, settings::Settings};
use atelier::learn::{Candidate, Epoch, Health};
use atelier::recipe::{Edit, Recipe};
use leptos::prelude::*;
use std::time::Duration;

/// How often the live curves are drawn anew, in milliseconds: often enough to follow, seldom enough to cost nothing.
const REDRAW: u64 = 250;

/// What the last training says of the candidate that is looked at, where it was trained as the kind it is now.
pub fn outcome(studio: Studio, looked: Looked) -> Option<CandidateOutcome> {
    let model = looked.model.get();
    let place = looked.place.get();
    studio.trained.with(|trained| trained.as_ref()?.value.candidates.get(place).filter(|outcome| outcome.model == model).cloned())
}

/// The curves and the verdict.
#[component]
pub fn Course(looked: Looked) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let training = training(studio);
    let live = live_curves(studio, looked, training);
    let outcome = Memo::new(move |_| outcome(studio, looked));
    let curves = Memo::new(move |_| {
        if training.get() {
            return live.get();
        }
        outcome.with(|outcome| {
            let fits = outcome.as_ref().map(|outcome| outcome.fits.as_slice()).unwrap_or_default();
            // The last fit is the one on all training rows: no rows are left to look at.
            fits.iter().take(fits.len().saturating_sub(1)).map(|fit| fit.curve.clone()).collect::<Vec<_>>()
        })
    });
    let (fold, set_fold) = signal("all".to_owned());
    let folds = Memo::new(move |_| curves.with(Vec::len));
    let options = Signal::derive(move || {
        let all = std::iter::once(("all".to_owned(), text("learn.fold.all")));
        all.chain((0..folds.get().min(10)).map(|fold| (fold.to_string(), (fold + 1).to_string()))).collect::<Vec<_>>()
    });
    let one = Memo::new(move |_| fold.get().parse::<usize>().ok().filter(|fold| *fold < folds.get()));
    let (measure, set_measure) = signal("loss".to_owned());
    let metric = Memo::new(move |_| {
        let task = studio.look.with(|look| look.as_ref().and_then(|look| look.task));
        let is_measured = curves.with(|curves| curves.iter().flatten().any(|epoch| epoch.metric.is_some()));
        task.filter(|_| is_measured).map(|task| text(&format!("metric.{}", atelier::metric::usual(task))))
    });
    let measures = Signal::derive(move || {
        let is_known = |of: fn(&Epoch) -> f64| curves.with(|curves| curves.iter().flatten().any(|epoch| of(epoch).is_finite()));
        let health = HEALTH.iter().filter(|(_, of)| is_known(*of)).map(|(id, _)| ((*id).to_owned(), text(&format!("learn.health.{id}"))));
        std::iter::once(("loss".to_owned(), text("learn.loss")))
            .chain(metric.get().map(|name| ("metric".to_owned(), name)))
            .chain(health)
            .collect::<Vec<_>>()
    });
    let shown_metric = Memo::new(move |_| metric.get().filter(|_| measure.get() == "metric"));
    let shown_health = Memo::new(move |_| measure.with(|measure| HEALTH.iter().position(|(id, _)| id == measure)));
    let title = Signal::derive(move || match (shown_metric.get(), shown_health.get()) {
        (Some(name), _) => Message::new("learn.course.metric").with("metric", name).to_string(),
        (_, Some(place)) => {
            Message::new("learn.course.metric").with("metric", text(&format!("learn.health.{}", HEALTH[place].0))).to_string()
        }
        _ => text("learn.course"),
    });
    let note = Signal::derive(move || match shown_health.get() {
        Some(place) => text(&format!("learn.health.{}.note", HEALTH[place].0)),
        None => text("learn.course.note"),
    });
    let has_curves = Memo::new(move |_| curves.with(|curves| curves.iter().any(|curve| !curve.is_empty())));
    let scene = Memo::new(move |_| {
        let kept =
            (!training.get()).then(|| outcome.with(|outcome| Some(outcome.as_ref()?.fits.get(one.get()?)?.kept_epoch? as usize))).flatten();
        let baseline = (!training.get()).then(|| outcome.with(|outcome| outcome.as_ref()?.learning.as_ref()?.baseline)).flatten();
        let planned = if training.get() { planned(looked) } else { 0 };
        curves.with(|curves| match (shown_metric.get(), shown_health.get()) {
            (Some(name), _) => draw_metric(curves, one.get(), kept, planned, name),
            (_, Some(place)) => draw_health(curves, one.get(), planned, HEALTH[place]),
            _ => draw(curves, one.get(), kept, planned, baseline),
        })
    });
    view! {
        <Panel title=title tools=move || view! {
            <Show when=move || measures.with(|measures| measures.len() > 1)>
                <Select label=text("learn.measure") options=measures value=measure small=true on_change=move |id| set_measure.set(id)/>
            </Show>
            <Show when=move || has_curves.get() && (folds.get() > 1)>
                <Choice label=text("learn.fold") options=options value=fold on_change=move |id| set_fold.set(id)/>
            </Show>
        }>
            <Show when=move || has_curves.get() fallback=move || view! { <p class="empty">{move || nothing(training.get(), outcome.with(Option::is_some))}</p> }>
                <Chart scene=scene height=300/>
                <p class="tiny muted">{note}</p>
                <Show when=move || !training.get()><Kept outcome/></Show>
                <Show when=move || training.get() && looked.network.with(Option::is_some)><super::rate_change::RateChange curves looked/></Show>
            </Show>
        </Panel>
        <Asleep curves looked/>
        <Show when=move || !training.get()><Verdict outcome looked/></Show>
    }
}

/// The rate of an epoch, and what its first step shows of the network's health, by the id of its text.
const HEALTH: [(&str, fn(&Epoch) -> f64); 5] = [
    ("rate", |epoch| epoch.rate),
    ("gradient", |epoch| health(epoch, |health| health.gradient)),
    ("update", |epoch| health(epoch, |health| health.update)),
    ("weights", |epoch| health(epoch, |health| health.weights)),
    ("asleep", |epoch| health(epoch, |health| health.asleep.iter().map(|&count| f64::from(count)).sum())),
];

fn health(epoch: &Epoch, of: fn(&Health) -> f64) -> f64 {
    epoch.health.as_ref().map_or(f64::NAN, of)
}

/// A figure of the network's health by epoch; it is of the rows learned from.
fn draw_health(curves: &[Vec<Epoch>], one: Option<usize>, planned: usize, (id, of): (&str, fn(&Epoch) -> f64)) -> Scene {
    let by_epoch = |curve: &Vec<Epoch>| curve.iter().map(of).collect();
    let training = picked(curves, one).into_iter().map(by_epoch).collect();
    chart::learning(&Learning { measure: text(&format!("learn.health.{id}")), training, planned, ..Learning::default() })
}

/// Says so where half of a layer's units are asleep in the last epoch of every fold: live, since it need not be waited for.
#[component]
fn Asleep(curves: Memo<Vec<Vec<Epoch>>>, looked: Looked) -> impl IntoView {
    let found = Memo::new(move |_| {
        curves.with(|curves| {
            let last: Vec<&Health> = curves.iter().filter_map(|curve| curve.last()?.health.as_ref()).collect();
            let layers = last.iter().map(|health| health.asleep.len()).max().unwrap_or(0);
            let count = |layer: usize| last.iter().filter_map(|health| health.asleep.get(layer)).min().copied().unwrap_or(0);
            (0..layers).map(|layer| (layer, count(layer))).max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 0)
        })
    });
    move || {
        let (layer, count) = found.get()?;
        let units = looked.network.with(|network| network.as_ref()?.layers.get(layer).map(|layer| layer.units))?;
        (2 * count as usize >= units).then(|| {
            let title =
                Message::new("learn.health.sleepers").with("layer", layer + 1).with("count", count).with("units", units).to_string();
            view! { <Hint kind="warn" title detail=text("learn.health.sleepers.hint")/> }
        })
    }
}

/// What stands in the place of the curves.
fn nothing(training: bool, trained: bool) -> String {
    text(match (training, trained) {
        (true, _) => "learn.course.waiting",
        (false, true) => "learn.course.without",
        (false, false) => "learn.course.nothing",
    })
}

/// Whether models are trained now.
pub fn training(studio: Studio) -> Memo<bool> {
    Memo::new(move |_| studio.busy.with(|busy| busy.as_ref().is_some_and(|busy| busy.what == "train")))
}

/// The curves of the candidate's folds while it trains, taken a few times a second.
pub fn live_curves(studio: Studio, looked: Looked, training: Memo<bool>) -> ReadSignal<Vec<Vec<Epoch>>> {
    let (curves, set) = signal(Vec::new());
    let take = move || {
        let folds = studio
            .look
            .with_untracked(|look| look.as_ref().and_then(|look| look.split.as_ref().map(|split| split.folds.len())))
            .unwrap_or(0);
        let first = (looked.place.get_untracked() * (folds + 1)) as u64;
        let all = studio.live.with_untracked(|live| {
            (first..first + folds as u64).map(|index| live.get(&index).cloned().unwrap_or_default()).collect::<Vec<_>>()
        });
        if curves.try_get_untracked().is_some_and(|before| before != all) {
            set.set(all);
        }
    };
    Effect::new(move |before: Option<Option<IntervalHandle>>| {
        if let Some(Some(handle)) = before {
            handle.clear();
        }
        looked.place.track();
        let handle = training.get().then(|| set_interval_with_handle(take, Duration::from_millis(REDRAW)).ok()).flatten();
        take();
        on_cleanup(move || {
            if let Some(handle) = handle {
                handle.clear();
            }
        });
        handle
    });
    curves
}

/// How many epochs the settings allow.
fn planned(looked: Looked) -> usize {
    looked
        .candidate
        .with(|candidate| candidate.as_ref().and_then(|it| Settings::read(&it.params).ok()).map_or(0, |settings| settings.epochs as usize))
}

/// The curves of one fold or of all.
fn picked(curves: &[Vec<Epoch>], one: Option<usize>) -> Vec<&Vec<Epoch>> {
    match one {
        Some(fold) => curves.get(fold).into_iter().collect(),
        None => curves.iter().collect(),
    }
}

/// The metric of the watched rows by epoch; on training rows it is not computed.
fn draw_metric(curves: &[Vec<Epoch>], one: Option<usize>, best: Option<usize>, planned: usize, name: String) -> Scene {
    let of = |curve: &Vec<Epoch>| curve.iter().map(|epoch| epoch.metric.unwrap_or(f64::NAN)).collect();
    let validation = picked(curves, one).into_iter().map(of).collect();
    chart::learning(&Learning { measure: name, validation, best, planned, ..Learning::default() })
}

fn draw(curves: &[Vec<Epoch>], one: Option<usize>, best: Option<usize>, planned: usize, baseline: Option<f64>) -> Scene {
    let picked = picked(curves, one);
    // Rows that are only watched; where there are none, those that early stopping looks at.
    let other = |epoch: &Epoch| epoch.watch.or(epoch.stop).unwrap_or(f64::NAN);
    chart::learning(&Learning {
        measure: text("learn.loss"),
        training: picked.iter().map(|curve| curve.iter().map(|epoch| epoch.train).collect()).collect(),
        validation: picked.iter().map(|curve| curve.iter().map(other).collect()).collect(),
        best,
        planned,
        baseline: baseline.map(|loss| (loss, text("learn.course.baseline"))),
    })
}

/// For each fold how far it came and which epoch was kept.
#[component]
fn Kept(outcome: Memo<Option<CandidateOutcome>>) -> impl IntoView {
    let rows = move || {
        let fits = outcome.with(|outcome| outcome.as_ref().map(|outcome| outcome.fits.clone()).unwrap_or_default());
        let last = fits.len().saturating_sub(1);
        fits.into_iter().enumerate().map(move |(place, fit)| {
            let name = if place == last { text("learn.kept.final") } else { Message::new("learn.kept.fold").with("number", place + 1).to_string() };
            let kept = fit.kept_epoch.map_or_else(|| text("page.missing_mark"), |epoch| epoch.to_string());
            let other = fit.kept_epoch.and_then(|kept| fit.curve.iter().find(|epoch| epoch.epoch == kept)).or(fit.curve.last()).and_then(|epoch| epoch.watch);
            let other = other.map_or_else(|| text("page.missing_mark"), chart::format::figure);
            let notes: Vec<String> = fit.notes.iter().map(ToString::to_string).collect();
            view! {
                <tr><th scope="row">{name}</th><td class="num">{crate::pages::thousands(fit.rows)}</td><td class="num">{fit.curve.len()}</td><td class="num">{kept}</td><td class="num">{other}</td></tr>
                {(!notes.is_empty()).then(|| view! { <tr><td colspan="5" class="muted small">{notes.join(" ")}</td></tr> })}
            }
        }).collect_view()
    };
    view! {
        <details class="more">
            <summary>{text("learn.kept")}</summary>
            <div class="scroll"><table>
                <thead><tr><th scope="col">{text("learn.kept.fit")}</th><th scope="col" class="num">{text("learn.kept.rows")}</th><th scope="col" class="num">{text("learn.kept.epochs")}</th><th scope="col" class="num">{text("learn.kept.epoch")}</th><th scope="col" class="num">{text("learn.kept.loss")}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        </details>
    }
}

/// What the curves say, by a rule with its numbers.
#[component]
fn Verdict(outcome: Memo<Option<CandidateOutcome>>, looked: Looked) -> impl IntoView {
    let studio = expect_context::<Studio>();
    move || {
        let learning = outcome.with(|outcome| outcome.as_ref().and_then(|outcome| outcome.learning.clone()))?;
        let verdict = learning.verdict;
        let kind = match verdict.judgement {
            Judgement::Diverged | Judgement::Memorising => "bad",
            Judgement::Overfitting | Judgement::Underfitting | Judgement::StillFalling => "warn",
            Judgement::Balanced | Judgement::Unknown => "note",
        };
        let folds = Message::new("learn.verdict.folds").with("folds", verdict.folds).with("of", verdict.of).to_string();
        let hint = atelier::base::text::find(&format!("{}.hint", verdict.message.id)).unwrap_or_default();
        let Some(remedy) = learning.remedy else {
            return Some(view! { <Hint kind title=verdict.message.to_string() detail=format!("{folds} {hint}")/> }.into_any());
        };
        let named = Message { id: format!("{}.action", remedy.message.id), args: remedy.message.args.clone() };
        let detail = format!("{folds} {}", remedy.message);
        let accept = Callback::new(move |()| try_remedy(studio, looked, &remedy));
        Some(view! { <Hint kind title=verdict.message.to_string() detail action=named.to_string() on_action=accept/> }.into_any())
    }
}

/// Adds the network with the change as a further candidate, looks at it, and trains, so that both stand side by side.
fn try_remedy(studio: Studio, looked: Looked, remedy: &Remedy) {
    let Some(candidate) = looked.candidate.get_untracked() else { return };
    let Recipe { mut models, chosen, .. } = studio.recipe.get_untracked();
    let params = remedy.apply(&candidate.params);
    // Tried before: it is looked at, not added again.
    let known = models.iter().position(|other| other.model == candidate.model && other.params == params);
    let place = known.unwrap_or(models.len());
    if known.is_none() {
        models.push(Candidate { params, ..candidate });
        studio.edit(Edit::SetModels { models, chosen });
    }
    looked.set.set(place);
    leptos::task::spawn_local(async move {
        let _ = studio.train().await;
    });
}
