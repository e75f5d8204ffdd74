//! Every figure of the chosen model, with its interval and its range over the folds.

use super::candidates::from_to;
use super::{Judged, shown};
use crate::parts::Panel;
use atelier::base::{Figure, Message, text};
use atelier::judge::Score;
use leptos::prelude::*;

/// The panel; nothing where the chosen model failed.
#[component]
pub fn Figures() -> impl IntoView {
    let judged = expect_context::<Judged>();
    let scores = Memo::new(move |_| judged.evaluation.with(|evaluation| evaluation.as_ref().map(|evaluation| evaluation.scores.clone())));
    let rows = move || scores.get().unwrap_or_default().into_iter().map(|score| view! { <Line score/> }).collect_view();
    view! {
        <Show when=move || scores.with(Option::is_some)>
            <Panel title=text("judge.figures") note=text("judge.figures.note") flush=true>
                <div class="scroll" tabindex="0" role="region" aria-label=text("judge.figures.table")><table>
                    <thead><tr><th scope="col">{text("judge.metric")}</th><th scope="col" class="num">{text("judge.value")}</th><th scope="col" class="num">{text("judge.interval")}</th><th scope="col" class="num">{text("judge.by_fold")}</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            </Panel>
        </Show>
    }
}

#[component]
fn Line(score: Score) -> impl IntoView {
    // A figure that is undefined says why.
    let value = match &score.all.value {
        Figure::Value(_) => shown(&score.all.value),
        Figure::Undefined(reason) => reason.to_string(),
    };
    let id = format!("metric.{}", score.metric);
    view! {
        <tr><th scope="row" title=text(&format!("{id}.help"))>{text(&id)}</th><td class="num">{value}</td><td class="num">{from_to(&score.all)}</td><td class="num muted">{by_fold(&score.folds)}</td></tr>
    }
}

/// The lowest and the highest of the folds.
fn by_fold(folds: &[Figure]) -> String {
    let mut values: Vec<f64> = folds.iter().filter_map(Figure::value).collect();
    values.sort_unstable_by(f64::total_cmp);
    let digits = |value: &f64| atelier::chart::format::digits(*value, 3);
    match (values.first(), values.last()) {
        (Some(low), Some(high)) => Message::new("judge.from_to").with("low", digits(low)).with("high", digits(high)).to_string(),
        _ => text("page.missing_mark"),
    }
}
