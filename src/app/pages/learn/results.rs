//! What the last training came to: a line a model with the metric that leads, its interval, and the way to Judge.

pub use super::candidates::names;
use super::{Looked, is_fresh};
use crate::parts::{Badge, Panel};
use crate::state::Studio;
use atelier::base::{Figure, Message, Task, text};
use atelier::chart::format::digits;
use atelier::judge::CandidateOutcome;
use leptos::prelude::*;

/// The metric that leads: that of the first criterion, or the usual one of the task.
pub fn lead_metric(studio: Studio, task: Task) -> String {
    let own = studio.recipe.with(|recipe| recipe.goal.criteria.first().map(|criterion| criterion.metric.clone()));
    own.unwrap_or_else(|| atelier::metric::usual(task).to_owned())
}

/// The list.
#[component]
pub fn Results(looked: Looked) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let trained = Memo::new(move |_| studio.trained.get().map(|trained| trained.value));
    let metric = Memo::new(move |_| {
        trained.with(|trained| trained.as_ref().map(|trained| lead_metric(studio, trained.rows.task)).unwrap_or_default())
    });
    let chosen = Memo::new(move |_| studio.recipe.with(|recipe| recipe.chosen));
    let rows = move || {
        let Some(trained) = trained.get() else { return ().into_any() };
        let models: Vec<String> = trained.candidates.iter().map(|outcome| outcome.model.clone()).collect();
        let names = names(&models);
        let line = |(place, outcome): (usize, CandidateOutcome)| {
            let name = names.get(place).cloned().unwrap_or_default();
            view! { <Line place outcome name metric=metric.get() chosen looked/> }
        };
        trained.candidates.into_iter().enumerate().map(line).collect_view().into_any()
    };
    view! {
        <Show when=move || trained.with(Option::is_some)>
            <Panel title=text("learn.results") note=Signal::derive(move || Message::new("learn.results.note").with("metric", text(&format!("metric.{}", metric.get()))).to_string()) flush=true
                tools=move || view! { <Show when=move || is_fresh(studio) == Some(false)><Badge text=text("page.state.stale") kind="warn"/></Show><a class="button" data-kind="quiet" href="#judge">{text("learn.to_judge")}</a> }>
                <div class="scroll models"><table>
                    <thead><tr><th scope="col">{text("learn.results.model")}</th><th scope="col" class="num">{move || text(&format!("metric.{}", metric.get()))}</th><th scope="col" class="num">{text("learn.results.folds")}</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            </Panel>
        </Show>
    }
}

#[component]
fn Line(place: usize, outcome: CandidateOutcome, name: String, metric: String, chosen: Memo<usize>, looked: Looked) -> impl IntoView {
    let score = outcome.evaluation.as_ref().and_then(|evaluation| evaluation.scores.iter().find(|score| score.metric == metric).cloned());
    let cells = match (score, &outcome.problem) {
        (_, Some(problem)) => view! { <td colspan="2" class="wrong">{problem.to_string()}</td> }.into_any(),
        (None, None) => view! { <td class="num">{text("page.missing_mark")}</td><td></td> }.into_any(),
        (Some(score), None) => {
            let range = |low: String, high: String| Message::new("learn.range").with("low", low).with("high", high).to_string();
            let interval = match (score.all.low.value(), score.all.high.value()) {
                (Some(low), Some(high)) => range(digits(low, 3), digits(high, 3)),
                _ => String::new(),
            };
            let folds: Vec<f64> = score.folds.iter().filter_map(Figure::value).collect();
            let (low, high) = folds.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &x| {
                (if x < low { x } else { low }, if x > high { x } else { high })
            });
            let folds = if folds.is_empty() { text("page.missing_mark") } else { range(digits(low, 3), digits(high, 3)) };
            view! { <td class="num"><b>{shown(&score.all.value)}</b><br/><span class="tiny muted">{interval}</span></td><td class="num muted">{folds}</td> }.into_any()
        }
    };
    view! {
        <tr aria-selected=move || (looked.place.get() == place).to_string()>
            <th scope="row"><button type="button" class="link" on:click=move |_| looked.set.set(place)>{name}</button>" "<Show when=move || chosen.get() == place><Badge text=text("learn.the_one") kind="accent"/></Show></th>
            {cells}
        </tr>
    }
}

/// A figure as text; the reason where it is undefined.
fn shown(figure: &Figure) -> String {
    match figure {
        Figure::Value(value) => digits(*value, 3),
        Figure::Undefined(reason) => text(&format!("undefined.{}", reason.0)),
    }
}
