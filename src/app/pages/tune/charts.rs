//! The trials in pictures: their course, all parameters side by side, one and two of them closely, fold by fold.

use super::brush::Brushed;
use super::{label_of, shown};
use crate::parts::{Chart, Panel};
use crate::state::Studio;
use atelier::base::text;
use atelier::chart::{self, Bars, Brushes, Course, ParameterAxis, Scene};
use atelier::run::Tuned;
use atelier::tune::{self, Outcome, Range, coordinate};
use leptos::prelude::*;

/// The panels.
#[component]
pub fn Charts(tuned: Memo<Option<Tuned>>) -> impl IntoView {
    let brushes = RwSignal::new(Brushes::new());
    let (first, second) = (RwSignal::new(0_usize), RwSignal::new(1_usize));
    let names = Memo::new(move |_| tuned.with(|tuned| tuned.as_ref().map(names).unwrap_or_default()));
    // The other charts show what is looked at alone.
    let part = Memo::new(move |_| tuned.get().map(|tuned| brushes.with(|brushes| looked_at(tuned, brushes))));
    let is_pruned = Memo::new(move |_| tuned.with(|tuned| tuned.as_ref().is_some_and(|tuned| tuned.tune.pruner != "none")));
    let studio = expect_context::<Studio>();
    let objectives = Memo::new(move |_| {
        let names = |tuned: &Tuned| tuned.tune.objectives.iter().map(tune::Objective::name).collect::<Vec<String>>();
        tuned.with(|tuned| tuned.as_ref().map(names).unwrap_or_default())
    });
    let shares = Memo::new(move |_| tuned.with(|tuned| tuned.as_ref().map(shares).unwrap_or_default()));
    let objective = RwSignal::new(0_usize);
    let which = move || {
        let several = objectives.with(|objectives| objectives.len() > 1);
        several.then(|| view! { <Parameter label=text("tuning.across") names=objectives place=objective/> }).into_any()
    };
    let one = move || view! { <Parameter label=text("tuning.parameter") names=names place=first/> }.into_any();
    let both = move || {
        view! { <Parameter label=text("tuning.across") names=names place=first/><Parameter label=text("tuning.up") names=names place=second/> }.into_any()
    };
    view! {
        <Panel title=text("tuning.history")><Chart scene=Memo::new(move |_| history(tuned.get())) height=220/></Panel>
        <Brushed tuned brushes/>
        <Show when=move || shares.with(|shares| shares.len() > 1)>
            <Panel title=text("tuning.importance") note=text("tuning.importance.note")><Chart scene=Memo::new(move |_| importance(shares.get()))/></Panel>
        </Show>
        <Panel title=text("chart.slice") tools=one><Chart scene=Memo::new(move |_| slice(part.get(), first.get())) height=220/></Panel>
        <Show when=move || names.with(|names| names.len() > 1)>
            <Panel title=text("chart.contour") tools=both><Chart scene=Memo::new(move |_| contour(part.get(), [first.get(), second.get()])) height=280/></Panel>
        </Show>
        <Show when=move || objectives.with(|objectives| !objectives.is_empty())>
            <Panel title=text("chart.front") tools=which><Chart scene=Memo::new(move |_| front(tuned.get(), objective.get())) height=260/></Panel>
        </Show>
        <Show when=move || is_pruned.get()>
            <Panel title=text("chart.rungs")><Chart scene=Memo::new(move |_| rungs(tuned.get())) height=220/></Panel>
        </Show>
        <Show when=move || studio.spans.with(|spans| !spans.is_empty())>
            <Panel title=text("chart.timeline") note=text("chart.timeline.note")><Chart scene=Memo::new(move |_| timeline(studio, tuned.get()))/></Panel>
        </Show>
    }
}

/// Which parameter is looked at.
#[component]
fn Parameter(label: String, names: Memo<Vec<String>>, place: RwSignal<usize>) -> impl IntoView {
    view! {
        <select class="box" aria-label=label on:change=move |event| if let Ok(chosen) = event_target_value(&event).parse() { place.set(chosen) }>
            {move || names.get().into_iter().enumerate().map(|(at, name)| view! { <option value=at.to_string() prop:selected=move || place.get() == at>{name}</option> }).collect_view()}
        </select>
    }
}

fn names(tuned: &Tuned) -> Vec<String> {
    tuned.tune.space.parameters.iter().map(|parameter| label_of(&tuned.model, &parameter.path)).collect()
}

/// How much of the score's variance each parameter explains, the most first; those of which that is not known are left out.
fn shares(tuned: &Tuned) -> Vec<(String, f64)> {
    let known = tuned.explained.iter().filter_map(|(path, share)| Some((label_of(&tuned.model, path), share.value()?)));
    let mut known: Vec<(String, f64)> = known.collect();
    known.sort_by(|a, b| b.1.total_cmp(&a.1));
    known
}

fn importance(shares: Vec<(String, f64)>) -> Scene {
    let (names, values) = shares.into_iter().unzip();
    chart::bars(&Bars { unit: text("tuning.explained"), names, values: vec![values], share: true, ..Bars::default() })
}

/// The search with the trials alone that pass through the brushes.
fn looked_at(mut tuned: Tuned, brushes: &Brushes) -> Tuned {
    if !brushes.is_empty() {
        let kept = chart::brushed(&axes(&tuned), &drawn(&tuned), brushes);
        tuned.trials.retain(|trial| kept.contains(&trial.number));
    }
    tuned
}

pub fn drawn(tuned: &Tuned) -> Vec<chart::Trial> {
    let value = |trial: &tune::Trial, parameter: &tune::Parameter| coordinate(&parameter.range, trial.values.get(&parameter.path)?);
    let trial = |trial: &tune::Trial| chart::Trial {
        number: trial.number,
        score: trial.score(),
        values: tuned.tune.space.parameters.iter().map(|parameter| value(trial, parameter)).collect(),
    };
    tuned.trials.iter().map(trial).collect()
}

pub fn axes(tuned: &Tuned) -> Vec<ParameterAxis> {
    let axis = |parameter: &tune::Parameter| ParameterAxis {
        name: label_of(&tuned.model, &parameter.path),
        log: matches!(parameter.range, Range::Number { log: true, .. } | Range::Integer { log: true, .. }),
        choices: match &parameter.range {
            Range::Choice { values } => values.iter().map(|value| shown(&tuned.model, &parameter.path, value)).collect(),
            _ => Vec::new(),
        },
    };
    tuned.tune.space.parameters.iter().map(axis).collect()
}

pub fn metric(tuned: &Tuned) -> String {
    text(&format!("metric.{}", tuned.tune.metric))
}

fn history(tuned: Option<Tuned>) -> Scene {
    let Some(tuned) = tuned else { return chart::history("", true, &[]) };
    chart::history(&metric(&tuned), tuned.higher_is_better, &drawn(&tuned))
}

pub fn parallel(tuned: Option<Tuned>, brushes: &Brushes) -> Scene {
    let Some(tuned) = tuned else { return chart::parallel("", true, &[], &[], brushes) };
    chart::parallel(&metric(&tuned), tuned.higher_is_better, &axes(&tuned), &drawn(&tuned), brushes).titled(text("tuning.parallel"))
}

fn slice(tuned: Option<Tuned>, at: usize) -> Scene {
    let (axes, tuned) = (tuned.as_ref().map(axes).unwrap_or_default(), tuned);
    match (axes.get(at).or(axes.first()), tuned) {
        (Some(axis), Some(tuned)) => chart::slice(&metric(&tuned), tuned.higher_is_better, axis, at.min(axes.len() - 1), &drawn(&tuned)),
        _ => chart::slice("", true, &ParameterAxis::default(), 0, &[]),
    }
}

fn contour(tuned: Option<Tuned>, places: [usize; 2]) -> Scene {
    let axes = tuned.as_ref().map(axes).unwrap_or_default();
    let none = ParameterAxis::default();
    let Some((tuned, [a, b])) = tuned.zip((!axes.is_empty()).then(|| places.map(|place| place.min(axes.len() - 1)))) else {
        return chart::contour("", true, [&none, &none], [0, 1], &[]);
    };
    chart::contour(&metric(&tuned), tuned.higher_is_better, [&axes[a], &axes[b]], [a, b], &drawn(&tuned))
}

fn front(tuned: Option<Tuned>, at: usize) -> Scene {
    let Some((tuned, objective)) = tuned.and_then(|tuned| tuned.tune.objectives.get(at).cloned().map(|objective| (tuned, objective)))
    else {
        return chart::front("", "", &[]);
    };
    // While it runs, what no other beats is known of the trials so far.
    let higher: Vec<bool> =
        std::iter::once(tuned.higher_is_better).chain(tuned.tune.objectives.iter().map(tune::Objective::higher_is_better)).collect();
    let best = tune::front::front(&tuned.trials, &higher);
    let tried = |trial: &tune::Trial| {
        let (x, y) = (*trial.also.get(at)?, trial.score()?);
        Some(chart::FrontTrial { number: trial.number, x, y, front: best.contains(&trial.number) })
    };
    chart::front(&objective.name(), &metric(&tuned), &tuned.trials.iter().filter_map(tried).collect::<Vec<_>>())
}

fn timeline(studio: Studio, tuned: Option<Tuned>) -> Scene {
    let Some(tuned) = tuned else { return chart::timeline(&[]) };
    let folds = match tuned.folds {
        0 => studio.recipe.with(|recipe| recipe.split.folds),
        folds => folds,
    };
    let best = tune::best(&tuned.trials, tuned.higher_is_better).map(|trial| trial.number);
    let fit = |(index, [from, to]): (&u64, &[f64; 2])| {
        let (number, fold) = ((*index as usize) / folds.max(1), (*index as usize) % folds.max(1));
        let lost = tuned.trials.iter().any(|trial| trial.number == number && trial.score().is_none());
        chart::Ran { trial: number, fold: fold + 1, from: from / 1000.0, to: to / 1000.0, best: best == Some(number), lost }
    };
    studio.spans.with(|spans| chart::timeline(&spans.iter().map(fit).collect::<Vec<_>>()))
}

fn rungs(tuned: Option<Tuned>) -> Scene {
    let Some(tuned) = tuned else { return chart::rungs("", &[]) };
    let course = |trial: &tune::Trial| Course {
        number: trial.number,
        reached: (1..=trial.reports.len()).map(|folds| trial.so_far(folds)).collect(),
        ended: matches!(trial.outcome, Outcome::Pruned { .. } | Outcome::GivenUp { .. }),
    };
    chart::rungs(&metric(&tuned), &tuned.trials.iter().map(course).collect::<Vec<_>>())
}
