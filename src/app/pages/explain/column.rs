//! One column: what the model says as it is moved, with single rows behind, and its Shapley values by its own value.

use super::{Waiting, columns, question};
use crate::parts::{Chart, Panel};
use crate::state::{Studio, trust::Trust};
use atelier::base::{Message, text};
use atelier::chart::{self, Histogram, Scatter, Scene};
use atelier::explain::{
    Explanation,
    dependence::{Curve, Density, Point},
};
use atelier::run::Explained;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The part of the page.
#[component]
pub fn Column() -> impl IntoView {
    let (studio, trust) = (expect_context::<Studio>(), expect_context::<Trust>());
    let names = columns(trust);
    let column = Memo::new(move |_| {
        let names = names.get();
        trust.column.get().filter(|name| names.contains(name)).or_else(|| first(studio, trust)).or_else(|| names.first().cloned())
    });
    let question_of_curve = Memo::new(move |_| {
        let mut question = question(studio, "dependence");
        question.params.insert("columns".to_owned(), serde_json::Value::from(vec![column.get()?]));
        Some(question)
    });
    let curve = trust.answer(studio, question_of_curve);
    // The swarm of the other part is asked for once and serves every column.
    let question_of_values = Memo::new(move |_| Some(question(studio, "shap")));
    let values = trust.answer(studio, question_of_values);
    view! {
        <label class="row small"><span class="muted">{text("explain.column")}</span>
            <select class="box mono" on:change=move |event| trust.column.set(Some(event_target_value(&event)))>
                {move || names.get().into_iter().map(|name| {
                    let this = name.clone();
                    view! { <option value=name.clone() prop:selected=move || column.get().as_ref() == Some(&this)>{name.clone()}</option> }
                }).collect_view()}
            </select>
        </label>
        <div class="grid two">
            <Panel title=text("method.dependence") note=Signal::derive(move || curve.with(|curve| curve.as_ref().map(note).unwrap_or_default()))>
                <Show when=move || curve.with(Option::is_some) fallback=move || view! { <Waiting question=question_of_curve/> }>
                    {move || curve.with(|explained| explained.as_ref().map(|explained| view! { <CurveView explained=explained.clone()/> }))}
                </Show>
            </Panel>
            <Panel title=text("explain.by_value") note=text("explain.by_value.note")>
                <Show when=move || values.with(Option::is_some) fallback=move || view! { <Waiting question=question_of_values/> }>
                    {move || {
                        let scene = values.with(|explained| scatter(explained.as_ref()?, &column.get()?));
                        match scene {
                            Some(scene) => view! { <Chart scene=scene/> }.into_any(),
                            None => view! { <p class="muted small">{text("explain.by_value.none")}</p> }.into_any(),
                        }
                    }}
                </Show>
            </Panel>
        </div>
    }
}

/// The most important column, where that is known.
fn first(studio: Studio, trust: Trust) -> Option<String> {
    let key = Trust::key(studio, &super::importance_question())?;
    trust.explained.with(|known| match known.get(&key).map(|explained| &explained.explanation) {
        Some(Explanation::Permutation(found)) => found.columns.first().map(|column| column.group.name.clone()),
        _ => None,
    })
}

fn note(explained: &Explained) -> String {
    match &explained.explanation {
        Explanation::Dependence(found) => Message::new("explain.dependence.note").with("rows", found.rows).to_string(),
        _ => String::new(),
    }
}

#[component]
fn CurveView(explained: Explained) -> impl IntoView {
    let Explanation::Dependence(found) = &explained.explanation else { return ().into_any() };
    let Some(curve) = found.curves.first() else {
        return view! { <p class="muted small">{text("explain.dependence.none")}</p> }.into_any();
    };
    let missing = curve.grid.iter().position(|point| *point == Point::Missing).filter(|_| !curve.grid.iter().any(is_level));
    let said = missing
        .and_then(|place| curve.mean.get(place))
        .map(|mean| Message::new("explain.dependence.missing").with("mean", atelier::chart::format::figure(*mean)).to_string());
    let outcome = explained.outcome.to_string();
    view! {
        <Chart scene=scene(curve, outcome) height=320/>
        {density(curve).map(|scene| view! { <Chart scene=scene height=96 tools=false/> })}
        {said.map(|said| view! { <p class="muted small">{said}</p> })}
    }
    .into_any()
}

fn is_level(point: &Point) -> bool {
    matches!(point, Point::Level(_))
}

/// Dates stand on the axis as years.
fn number(point: &Point) -> Option<f64> {
    match point {
        Point::Number(value) => Some(*value),
        Point::Date(micros) => Some(years(*micros as f64)),
        Point::Level(_) | Point::Missing => None,
    }
}

fn years(micros: f64) -> f64 {
    1970.0 + micros / 86_400_000_000.0 / 365.2425
}

fn scene(curve: &Curve, outcome: String) -> Scene {
    let levels = curve.grid.iter().any(is_level);
    // A missing value has no place on an axis of numbers; among levels it is one more.
    let kept: Vec<usize> = (0..curve.grid.len()).filter(|&place| levels || number(&curve.grid[place]).is_some()).collect();
    let name = |point: &Point| match point {
        Point::Level(level) => level.clone(),
        _ => text("page.missing"),
    };
    let pick = |values: &[f64]| kept.iter().filter_map(|&place| values.get(place).copied()).collect::<Vec<f64>>();
    chart::dependence(&chart::Dependence {
        column: curve.column.clone(),
        outcome,
        grid: kept.iter().enumerate().map(|(row, &place)| number(&curve.grid[place]).unwrap_or(row as f64)).collect(),
        levels: if levels { kept.iter().map(|&place| name(&curve.grid[place])).collect() } else { Vec::new() },
        mean: pick(&curve.mean),
        band: Vec::new(),
        rows: curve.lines.iter().map(|line| pick(&line.values)).collect(),
        deciles: Vec::new(),
    })
}

/// Where the training rows are, under the curve.
fn density(curve: &Curve) -> Option<Scene> {
    let Density::Bins { edges, counts, .. } = &curve.density else { return None };
    let dates = curve.grid.iter().any(|point| matches!(point, Point::Date(_)));
    let edges = edges.iter().map(|edge| if dates { years(*edge) } else { *edge }).collect();
    let counts = vec![counts.iter().map(|count| *count as f64).collect()];
    Some(chart::histogram(&Histogram { column: text("explain.density"), edges, counts, ..Histogram::default() }))
}

/// The Shapley values of a column by its value.
fn scatter(explained: &Explained, column: &str) -> Option<Scene> {
    let Explanation::Shap(found) = &explained.explanation else { return None };
    let swarm = found.swarm.iter().find(|swarm| swarm.column == column)?;
    let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<f64>().ok());
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for (dot, shown) in swarm.dots.iter().zip(&swarm.shown) {
        if let (Some(value), Some(_)) = (number(shown), dot.rank) {
            x.push(value);
            y.push(dot.value);
        }
    }
    if x.len() > 1 {
        let y_name = Message::new("explain.by_value.axis").with("outcome", &explained.outcome).to_string();
        return Some(chart::scatter(&Scatter { x_name: column.to_owned(), y_name, x, y, ..Scatter::default() }));
    }
    // Levels have no axis: a line of dots each.
    let mut levels: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (dot, shown) in swarm.dots.iter().zip(&swarm.shown) {
        levels.entry(shown.clone().unwrap_or_else(|| text("page.missing"))).or_default().push(dot.value);
    }
    let level = |(name, contributions): (String, Vec<f64>)| chart::Swarm { name, contributions, values: Vec::new() };
    let mut scene = chart::swarm(&levels.into_iter().map(level).collect::<Vec<_>>());
    // Levels are not shaded from low to high.
    scene.keys.clear();
    Some(scene)
}
