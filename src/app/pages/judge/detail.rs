//! The chosen candidate on the rows of the folds, each predicted by the model that did not see it.

use super::threshold::Threshold;
use super::{Judged, names, shown};
use crate::pages::learn::CalibrationChoice;
use crate::parts::{Chart, Facts, Panel};
use atelier::base::{Task, text};
use atelier::chart::Scene;
use atelier::judge::{BinaryDetail, ClassCurves, Detail as Kind};
use atelier::metric::Report;
use atelier::report::scenes;
use leptos::prelude::*;

/// The panels, by task.
#[component]
pub fn Detail() -> impl IntoView {
    let judged = expect_context::<Judged>();
    let task = Memo::new(move |_| judged.trained.with(|trained| trained.as_ref().map(|trained| trained.rows.task)));
    move || match task.get() {
        Some(Task::Binary) => view! { <Binary/> }.into_any(),
        Some(Task::Multiclass) => view! { <Multiclass/> }.into_any(),
        Some(Task::Regression) => view! { <Regression/> }.into_any(),
        None => ().into_any(),
    }
}

fn binary<T>(judged: Judged, of: impl FnOnce(&BinaryDetail) -> Option<T>) -> Option<T> {
    judged.evaluation.with(|evaluation| match &evaluation.as_ref()?.detail {
        Kind::Binary(detail) => of(detail),
        _ => None,
    })
}

/// The chosen model's curves beside those of the best of the other models, which it has to beat.
fn beside(judged: Judged, draw: impl Fn(&[scenes::Named]) -> Scene) -> Option<Scene> {
    let own = binary(judged, |detail| Some(detail.clone()))?;
    let area = |detail: &BinaryDetail| detail.roc.as_ref().map_or(f64::NEG_INFINITY, |roc| roc.area);
    judged.trained.with(|trained| {
        let candidates = &trained.as_ref()?.candidates;
        let named = names(candidates);
        let chosen = judged.chosen.get();
        let other = candidates.iter().enumerate().filter(|(place, _)| *place != chosen).filter_map(|(place, candidate)| {
            match &candidate.evaluation.as_ref().filter(|_| candidate.model != atelier::learn::BASELINE.id)?.detail {
                Kind::Binary(detail) => Some((named[place].clone(), &**detail)),
                _ => None,
            }
        });
        let other = other.reduce(|best, next| if area(next.1) > area(best.1) { next } else { best });
        let parts: Vec<scenes::Named> = std::iter::once((named.get(chosen)?.clone(), &own)).chain(other).collect();
        Some(draw(&parts))
    })
}

#[component]
fn Binary() -> impl IntoView {
    let judged = expect_context::<Judged>();
    let at = Memo::new(move |_| {
        let threshold = judged.threshold()?;
        judged.evaluation.with(|evaluation| scenes::step_at(evaluation.as_ref()?, threshold))
    });
    let or_nothing = |scene: Option<Scene>, id: &str| scene.unwrap_or_else(|| Scene::nothing(id, &text("judge.no_curve")));
    let roc = Signal::derive(move || or_nothing(beside(judged, |parts| scenes::roc(parts, at.get().as_ref())), "roc"));
    let curve =
        Signal::derive(move || or_nothing(beside(judged, |parts| scenes::precision_recall(parts, at.get().as_ref())), "precision_recall"));
    let calibration = Signal::derive(move || {
        or_nothing(binary(judged, |detail| detail.calibration.as_ref().ok().map(scenes::calibration)), "calibration")
    });
    let confusion = Signal::derive(move || or_nothing(at.get().map(|at| scenes::confusion_at(&judged.classes(), &at)), "confusion"));
    let facts = Signal::derive(move || {
        let Some(at) = at.get() else { return Vec::new() };
        [("precision", &at.precision), ("recall", &at.recall), ("specificity", &at.specificity), ("f1", &at.f1), ("accuracy", &at.accuracy)]
            .map(|(id, figure)| (text(&format!("metric.{id}")), shown(figure)))
            .to_vec()
    });
    let where_it_stands = Signal::derive(move || at.get().map_or(String::new(), |at| atelier::chart::format::place(at.threshold)));
    view! {
        <div class="grid judge-binary">
            <Threshold at=at/>
            <Panel title=text("chart.confusion") note=where_it_stands><div class="stack"><Chart scene=confusion height=220/><Facts facts=facts/></div></Panel>
        </div>
        <div class="grid three">
            <Panel title=text("chart.roc")><Chart scene=roc height=240/></Panel>
            <Panel title=text("chart.precision_recall")><Chart scene=curve height=240/></Panel>
            <Panel title=text("chart.calibration") tools=move || view! { <CalibrationChoice place=judged.chosen small=true/> }><Chart scene=calibration height=240/></Panel>
        </div>
    }
}

#[component]
fn Multiclass() -> impl IntoView {
    let judged = expect_context::<Judged>();
    let found = Memo::new(move |_| {
        judged.evaluation.with(|evaluation| match &evaluation.as_ref()?.detail {
            Kind::Multiclass { confusion, report, .. } => Some((confusion.clone(), report.clone())),
            _ => None,
        })
    });
    let scene = Signal::derive(move || {
        found.with(|found| match found {
            Some((confusion, _)) => scenes::confusion(&judged.classes(), confusion),
            None => Scene::nothing("confusion", &text("judge.no_curve")),
        })
    });
    view! {
        <div class="grid two">
            <Panel title=text("chart.confusion")><Chart scene=scene/></Panel>
            <Panel title=text("judge.by_class") flush=true>{move || found.get().map(|(_, report)| view! { <ClassTable report classes=judged.classes()/> })}</Panel>
        </div>
        <OneClass/>
    }
}

/// The curves of one class against the others.
#[component]
fn OneClass() -> impl IntoView {
    let judged = expect_context::<Judged>();
    let class = RwSignal::new(0_usize);
    let classes = Memo::new(move |_| judged.classes());
    // Another table may have fewer classes.
    let place = Memo::new(move |_| if class.get() < classes.with(Vec::len) { class.get() } else { 0 });
    let curves = Memo::new(move |_| {
        judged.evaluation.with(|evaluation| match &evaluation.as_ref()?.detail {
            Kind::Multiclass { curves, .. } => curves.get(place.get()).cloned(),
            _ => None,
        })
    });
    let scene = move |id: &'static str, draw: fn(&str, &ClassCurves) -> Option<Scene>| {
        Signal::derive(move || {
            let name = classes.with(|classes| classes.get(place.get()).cloned().unwrap_or_default());
            let drawn = curves.with(|curves| curves.as_ref().and_then(|curves| draw(&name, curves)));
            drawn.unwrap_or_else(|| Scene::nothing(id, &text("judge.no_curve")))
        })
    };
    let calibration = scene("calibration", |_, curves| curves.calibration.as_ref().ok().map(scenes::calibration));
    view! {
        <label class="field"><span>{text("judge.one_class")}</span>
            <select class="box" on:change=move |event| if let Ok(chosen) = event_target_value(&event).parse() { class.set(chosen) }>
                {move || classes.get().into_iter().enumerate().map(|(number, name)| view! { <option value=number.to_string() selected=move || place.get() == number>{name}</option> }).collect_view()}
            </select></label>
        <div class="grid three">
            <Panel title=text("chart.roc")><Chart scene=scene("roc", scenes::class_roc) height=240/></Panel>
            <Panel title=text("chart.precision_recall")><Chart scene=scene("precision_recall", scenes::class_precision_recall) height=240/></Panel>
            <Panel title=text("chart.calibration")><Chart scene=calibration height=240/></Panel>
        </div>
    }
}

#[component]
fn ClassTable(report: Report, classes: Vec<String>) -> impl IntoView {
    let heads = ["precision", "recall", "f1"].map(|id| view! { <th scope="col" class="num">{text(&format!("metric.{id}"))}</th> });
    view! {
        <div class="scroll"><table>
            <thead><tr><th scope="col">{text("judge.class")}</th>{heads.into_iter().collect_view()}<th scope="col" class="num">{text("judge.rows")}</th></tr></thead>
            <tbody>{classes.into_iter().zip(report.classes).map(|(name, class)| view! {
                <tr><th scope="row"><bdi>{name}</bdi></th><td class="num">{shown(&class.figures.precision)}</td><td class="num">{shown(&class.figures.recall)}</td><td class="num">{shown(&class.figures.f1)}</td><td class="num">{super::super::thousands(class.figures.support as usize)}</td></tr>
            }).collect_view()}</tbody>
        </table></div>
    }
}

#[component]
fn Regression() -> impl IntoView {
    let judged = expect_context::<Judged>();
    let scene = move |place: usize| {
        Signal::derive(move || {
            judged.evaluation.with(|evaluation| match evaluation.as_ref().map(|evaluation| &evaluation.detail) {
                Some(Kind::Regression { residuals: Ok(found) }) => {
                    let [predicted, left] = scenes::residuals(found);
                    if place == 0 { predicted } else { left }
                }
                _ => Scene::nothing("residuals", &text("judge.no_curve")),
            })
        })
    };
    view! {
        <div class="grid two">
            <Panel title=text("chart.predicted")><Chart scene=scene(0) height=300/></Panel>
            <Panel title=text("chart.residuals")><Chart scene=scene(1) height=300/></Panel>
        </div>
    }
}
