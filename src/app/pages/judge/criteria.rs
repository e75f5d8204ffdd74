//! The success criteria with the figures that decide them.

use super::{Judged, shown};
use crate::parts::{Badge, Panel};
use crate::state::Studio;
use atelier::base::{Message, text};
use atelier::judge::{Bound, CriterionOutcome, On, Verdict, criteria};
use leptos::prelude::*;

fn outcomes(studio: Studio, judged: Judged) -> Vec<CriterionOutcome> {
    let asked = studio.recipe.with(|recipe| recipe.goal.criteria.clone());
    let held_out = studio.opened_now().map(|opened| opened.evaluation);
    judged.evaluation.with(|folds| criteria(&asked, folds.as_ref(), held_out.as_ref()))
}

fn look(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Met => ("good", "met"),
        Verdict::NotMet => ("bad", "not_met"),
        Verdict::Undecided => ("warn", "undecided"),
    }
}

/// How many criteria are met, not met, undecided.
#[component]
pub fn Badges() -> impl IntoView {
    let (studio, judged) = (expect_context::<Studio>(), expect_context::<Judged>());
    let all = Memo::new(move |_| outcomes(studio, judged).into_iter().map(|outcome| outcome.verdict).collect::<Vec<_>>());
    move || {
        [Verdict::NotMet, Verdict::Undecided, Verdict::Met]
            .into_iter()
            .filter_map(|verdict| {
                let count = all.with(|all| all.iter().filter(|other| **other == verdict).count());
                let (kind, id) = look(verdict);
                (count > 0 && judged.evaluation.with(Option::is_some))
                    .then(|| view! { <Badge text=format!("{count} {}", text(&format!("judge.verdict.{id}"))) kind=kind/> })
            })
            .collect_view()
    }
}

/// Every criterion with its goal, its value, its interval and what came of it.
#[component]
pub fn Criteria() -> impl IntoView {
    let (studio, judged) = (expect_context::<Studio>(), expect_context::<Judged>());
    let all = Memo::new(move |_| outcomes(studio, judged));
    view! {
        <Panel title=text("judge.criteria") note=text("judge.criteria.note") flush=true tools=|| view! { <a class="button" data-kind="quiet" href="#goal">{text("judge.edit_criteria")}</a> }>
            <Show when=move || all.with(|all| !all.is_empty()) fallback=|| view! { <p class="muted small pad">{text("goal.no_criteria")}</p> }>
                <div class="scroll"><table>
                    <thead><tr><th scope="col">{text("judge.criterion")}</th><th scope="col" class="num">{text("judge.goal")}</th><th scope="col" class="num">{text("judge.value")}</th><th scope="col" class="num">{text("judge.interval")}</th><th scope="col">{text("judge.rows")}</th><th scope="col"><span class="hide">{text("judge.verdict")}</span></th></tr></thead>
                    <tbody>{move || all.get().into_iter().map(|outcome| {
                        let criterion = &outcome.criterion;
                        let sign = if criterion.bound == Bound::AtLeast { "≥" } else { "≤" };
                        let (kind, id) = look(outcome.verdict);
                        let rows = if criterion.on == On::HeldOut { "goal.on_held_out" } else { "goal.on_folds" };
                        // A criterion on sealed rows is undecided because nobody has looked yet.
                        let sealed = outcome.interval.is_none() && criterion.on == On::HeldOut;
                        let (value, interval) = match &outcome.interval {
                            Some(interval) => (shown(&interval.value), Message::new("judge.from_to").with("low", shown(&interval.low)).with("high", shown(&interval.high)).to_string()),
                            None => (text("page.missing_mark"), String::new()),
                        };
                        view! {
                            <tr>
                                <th scope="row">{text(&format!("metric.{}", criterion.metric))}</th>
                                <td class="num">{format!("{sign} {}", criterion.value)}</td>
                                <td class="num"><b>{value}</b></td>
                                <td class="num muted">{interval}</td>
                                <td class="muted">{text(rows)}</td>
                                <td class="num"><Badge text=text(&if sealed { "judge.verdict.sealed".to_owned() } else { format!("judge.verdict.{id}") }) kind=if sealed { "" } else { kind }/></td>
                            </tr>
                        }
                    }).collect_view()}</tbody>
                </table></div>
            </Show>
        </Panel>
    }
}
