//! The candidates side by side, on the same folds.

use super::{Judged, names, shown};
use crate::parts::{Chart, Panel};
use crate::state::Studio;
use atelier::base::{Message, text};
use atelier::metric;
use atelier::recipe::Edit;
use atelier::report::scenes;
use leptos::prelude::*;

/// Metrics of the table: the usual ones of each task, in the order in which one looks at them.
const USUAL: [&str; 9] = ["roc_auc", "pr_auc", "accuracy", "balanced_accuracy", "f1", "brier", "rmse", "mae", "r2"];

/// An interval as text.
pub fn from_to(interval: &metric::Interval) -> String {
    Message::new("judge.from_to").with("low", shown(&interval.low)).with("high", shown(&interval.high)).to_string()
}

/// The panel.
#[component]
pub fn Candidates() -> impl IntoView {
    let (studio, judged) = (expect_context::<Studio>(), expect_context::<Judged>());
    let task = Memo::new(move |_| judged.trained.with(|trained| trained.as_ref().map(|trained| trained.rows.task)));
    let metrics = Memo::new(move |_| {
        let known = task.get().map(metric::for_task).unwrap_or_default();
        let mut ids: Vec<&'static str> = USUAL.into_iter().filter(|id| known.iter().any(|metric| metric.id == *id)).collect();
        let asked = studio.recipe.with(|recipe| recipe.goal.criteria.iter().map(|criterion| criterion.metric.clone()).collect::<Vec<_>>());
        ids.extend(known.iter().map(|metric| metric.id).filter(|id| asked.iter().any(|asked| asked == id)));
        let mut seen = Vec::new();
        ids.retain(|id| {
            !seen.contains(id) && {
                seen.push(*id);
                true
            }
        });
        ids
    });
    let rows = Memo::new(move |_| {
        judged.trained.with(|trained| {
            let Some(trained) = trained else { return Vec::new() };
            names(&trained.candidates).into_iter().zip(trained.candidates.clone()).collect::<Vec<_>>()
        })
    });
    let scene = Signal::derive(move || {
        rows.with(|rows| {
            let named: Vec<_> = rows.iter().map(|(name, candidate)| (name.clone(), candidate)).collect();
            task.get()
                .map_or_else(|| atelier::chart::Scene::nothing("models", ""), |task| scenes::models(&named, &scenes::comparable(task)))
        })
    });
    let choose = move |place: usize| {
        let models = studio.recipe.with_untracked(|recipe| recipe.models.clone());
        studio.edit(Edit::SetModels { models, chosen: place });
    };
    view! {
        <Panel title=text("judge.candidates") note=text("judge.candidates.note") flush=true>
            <div class="scroll models"><table>
                <thead><tr>
                    <th scope="col">{text("judge.choose")}</th><th scope="col">{text("judge.model")}</th>
                    {move || metrics.get().into_iter().map(|id| view! { <th scope="col" class="num" title=text(&format!("metric.{id}.help"))>{text(&format!("metric.{id}"))}</th> }).collect_view()}
                </tr></thead>
                <tbody>{move || rows.get().into_iter().enumerate().map(|(place, (name, candidate))| {
                    let is_chosen = move || judged.chosen.get() == place;
                    let label = Message::new("judge.choose_model").with("model", &name).to_string();
                    let cells = metrics.get().into_iter().map(|id| {
                        let score = candidate.evaluation.as_ref().and_then(|evaluation| evaluation.score(id)).cloned();
                        match score {
                            Some(score) => {
                                view! { <td class="num">{shown(&score.all.value)}<br/><span class="tiny muted">{from_to(&score.all)}</span></td> }.into_any()
                            }
                            None => view! { <td class="num muted">{text("page.missing_mark")}</td> }.into_any(),
                        }
                    }).collect_view();
                    let problem = candidate.problem.as_ref().map(|problem| problem.message.to_string());
                    view! {
                        <tr aria-selected=move || is_chosen().to_string()>
                            <td><input type="radio" name="chosen" class="pick" aria-label=label prop:checked=is_chosen on:change=move |_| choose(place)/></td>
                            <th scope="row">{name}{problem.map(|words| view! { <span class="wrong">" "{words}</span> })}</th>
                            {cells}
                        </tr>
                    }
                }).collect_view()}</tbody>
            </table></div>
            <div class="pad"><Chart scene=scene/></div>
        </Panel>
    }
}
