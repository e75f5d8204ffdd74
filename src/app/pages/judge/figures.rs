//! Every figure of the chosen model, with its interval, its mean over the folds, and the folds one by one.

use super::candidates::from_to;
use super::{Judged, shown};
use crate::parts::Panel;
use atelier::base::{Figure, Message, text};
use atelier::chart::format::digits;
use atelier::judge::Score;
use atelier::judge::compare::spread;
use leptos::prelude::*;

/// The panel; nothing where the chosen model failed.
#[component]
pub fn Figures() -> impl IntoView {
    let judged = expect_context::<Judged>();
    let scores = Memo::new(move |_| judged.evaluation.with(|evaluation| evaluation.as_ref().map(|evaluation| evaluation.scores.clone())));
    let ratio = move || judged.trained.with_untracked(|trained| trained.as_ref().map_or(f64::NAN, |trained| trained.rows.ratio()));
    let rows = move || scores.get().unwrap_or_default().into_iter().map(|score| view! { <Line score ratio=ratio()/> }).collect_view();
    let folds = Memo::new(move |_| scores.with(|scores| scores.iter().flatten().map(|score| score.folds.len()).max().unwrap_or(0)));
    view! {
        <Show when=move || scores.with(Option::is_some)>
            <Panel title=text("judge.figures") note=text("judge.figures.note") flush=true>
                <div class="scroll" tabindex="0" role="region" aria-label=text("judge.figures.table")><table>
                    <thead><tr>
                        <th scope="col">{text("judge.metric")}</th><th scope="col" class="num">{text("judge.value")}</th><th scope="col" class="num">{text("judge.interval")}</th>
                        <th scope="col" class="num" title=text("judge.by_fold.help")>{text("judge.by_fold")}</th><th scope="col" class="num" title=text("judge.by_fold.help")>{text("judge.fold_interval")}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
                <Show when=move || (2..=MOST_FOLDS).contains(&folds.get())>
                    <details class="more pad"><summary>{text("judge.each_fold")}</summary>
                        <div class="scroll" tabindex="0" role="region" aria-label=text("judge.each_fold")><table>
                            <thead><tr><th scope="col">{text("judge.metric")}</th>{move || (1..=folds.get()).map(|fold| view! { <th scope="col" class="num">{Message::new("judge.fold").with("number", fold).to_string()}</th> }).collect_view()}</tr></thead>
                            <tbody>{move || scores.get().unwrap_or_default().into_iter().map(|score| view! {
                                <tr><th scope="row">{text(&format!("metric.{}", score.metric))}</th>{score.folds.iter().map(|figure| view! { <td class="num">{shown(figure)}</td> }).collect_view()}</tr>
                            }).collect_view()}</tbody>
                        </table></div>
                    </details>
                </Show>
            </Panel>
        </Show>
    }
}

/// Folds that are shown one by one, at most.
const MOST_FOLDS: usize = 50;

#[component]
fn Line(score: Score, ratio: f64) -> impl IntoView {
    // A figure that is undefined says why.
    let value = match &score.all.value {
        Figure::Value(_) => shown(&score.all.value),
        Figure::Undefined(reason) => reason.to_string(),
    };
    let id = format!("metric.{}", score.metric);
    let values: Vec<f64> = score.folds.iter().filter_map(Figure::value).collect();
    let (mean, interval) = match spread(&values, ratio) {
        Ok(found) => (
            Message::new("judge.mean_and_deviation")
                .with("mean", digits(found.mean, 3))
                .with("deviation", digits(found.deviation, 2))
                .to_string(),
            Message::new("judge.from_to").with("low", digits(found.low, 3)).with("high", digits(found.high, 3)).to_string(),
        ),
        Err(_) => (text("page.missing_mark"), text("page.missing_mark")),
    };
    view! {
        <tr><th scope="row" title=text(&format!("{id}.help"))>{text(&id)}</th><td class="num">{value}</td><td class="num">{from_to(&score.all)}</td><td class="num muted">{mean}</td><td class="num muted">{interval}</td></tr>
    }
}
