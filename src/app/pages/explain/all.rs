//! Over all rows: importance by permutation beside the swarm of Shapley values.

use super::{Readings, Waiting, importance_question, nothing, question};
use crate::parts::{Chart, Panel};
use crate::state::{Studio, View, trust::Trust};
use atelier::base::{Message, Stage, text};
use atelier::chart::{self, Dot, Scene};
use atelier::explain::Explanation;
use atelier::run::Explained;
use leptos::prelude::*;

/// Both pictures.
#[component]
pub fn All() -> impl IntoView {
    view! { <div class="grid two"><Importance/><Values/></div> }
}

/// How much worse the score gets without each column.
#[component]
fn Importance() -> impl IntoView {
    let (studio, trust) = (expect_context::<Studio>(), expect_context::<Trust>());
    let question = Memo::new(move |_| Some(importance_question()));
    let explained = trust.answer(studio, question);
    let note = Signal::derive(move || {
        explained.with(|explained| match explained.as_ref().map(|explained| &explained.explanation) {
            Some(Explanation::Permutation(found)) => Message::new("explain.importance.note")
                .with("rows", crate::pages::thousands(found.rows))
                .with("repeats", found.repeats)
                .to_string(),
            _ => String::new(),
        })
    });
    view! {
        <Panel title=text("explain.importance") note=note>
            <Readings explained=explained/>
            <Show when=move || explained.with(Option::is_some) fallback=move || view! { <Waiting question=question/> }>
                <Chart scene=Signal::derive(move || explained.with(|explained| explained.as_ref().map(importance).unwrap_or_else(nothing))) on_pick=look_at(explained)/>
            </Show>
        </Panel>
    }
}

/// Choosing a bar looks at the column.
fn look_at(explained: Memo<Option<Explained>>) -> Callback<usize> {
    let (view, trust) = (expect_context::<View>(), expect_context::<Trust>());
    Callback::new(move |key: usize| {
        let name = explained.with_untracked(|explained| match explained.as_ref().map(|explained| &explained.explanation) {
            Some(Explanation::Permutation(found)) => found.columns.get(key).map(|column| column.group.name.clone()),
            Some(Explanation::Shap(found)) => found.swarm.get(key).map(|swarm| swarm.column.clone()),
            _ => None,
        });
        if name.is_some() {
            trust.column.set(name);
            view.go(Stage::Explain, "column");
        }
    })
}

fn importance(explained: &Explained) -> Scene {
    let Explanation::Permutation(found) = &explained.explanation else { return nothing() };
    let metric = text(&format!("metric.{}", found.metric));
    let measure = Message::new("explain.importance.measure").with("metric", metric).to_string();
    let dots: Vec<Dot> = found
        .columns
        .iter()
        .map(|column| Dot {
            name: column.group.name.clone(),
            value: column.mean.value().unwrap_or(f64::NAN),
            low: column.low.value(),
            high: column.high.value(),
            n: Some(found.rows),
            ..Dot::default()
        })
        .collect();
    chart::importance(&measure, &dots)
}

/// The Shapley values of some rows.
#[component]
fn Values() -> impl IntoView {
    let (studio, trust) = (expect_context::<Studio>(), expect_context::<Trust>());
    let question = Memo::new(move |_| Some(question(studio, "shap")));
    let explained = trust.answer(studio, question);
    let note = Signal::derive(move || {
        explained.with(|explained| match explained.as_ref().map(|explained| &explained.explanation) {
            Some(Explanation::Shap(found)) => {
                let id = if found.exact { "explain.values.exact" } else { "explain.values.kernel" };
                Message::new(id).with("rows", found.rows.len()).with("background", found.background).to_string()
            }
            _ => String::new(),
        })
    });
    view! {
        <Panel title=text("explain.values") note=note>
            <Readings explained=explained/>
            <Show when=move || explained.with(Option::is_some) fallback=move || view! { <Waiting question=question/> }>
                <Chart scene=Signal::derive(move || explained.with(|explained| explained.as_ref().map(swarm).unwrap_or_else(nothing))) on_pick=look_at(explained)/>
            </Show>
        </Panel>
    }
}

fn swarm(explained: &Explained) -> Scene {
    let Explanation::Shap(found) = &explained.explanation else { return nothing() };
    let columns: Vec<chart::Swarm> = found
        .swarm
        .iter()
        .map(|swarm| chart::Swarm {
            name: swarm.column.clone(),
            contributions: swarm.dots.iter().map(|dot| dot.value).collect(),
            values: swarm.dots.iter().map(|dot| dot.rank.unwrap_or(f64::NAN)).collect(),
        })
        .collect();
    chart::swarm(&columns)
}
