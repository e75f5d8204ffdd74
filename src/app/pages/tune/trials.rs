//! What the trials came to, while they run and afterwards: the best so far, pictures, the list.

use super::charts::Charts;
use super::own::OwnTrial;
use super::{fields_of, label_of, shown};
use crate::parts::{Badge, Button, Dialog, Hint, Panel};
use crate::state::{Studio, files};
use atelier::base::{Figure, Message, Params, text};
use atelier::chart::{self, format::digits};
use atelier::learn::Candidate;
use atelier::recipe::Edit;
use atelier::run::Tuned;
use atelier::tune::{self, Outcome, Trial};
use leptos::prelude::*;

/// The panels; an invitation where nothing was searched yet.
#[component]
pub fn Trials() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let busy = Memo::new(move |_| studio.busy.with(|busy| busy.as_ref().is_some_and(|busy| busy.what == "tune")));
    let tuned = Memo::new(move |_| {
        let mut tuned = studio.tuned.get().map(|tuned| tuned.value)?;
        // While it runs, the trials come one by one.
        if tuned.trials.is_empty() {
            tuned.trials = studio.trials.get();
            tuned.trials.sort_by_key(|trial| trial.number);
        }
        Some(tuned)
    });
    let some = Memo::new(move |_| tuned.with(|tuned| tuned.as_ref().is_some_and(|tuned| !tuned.trials.is_empty())));
    view! {
        <Show when=move || some.get() fallback=move || view! {
            <section class="panel" aria-label=text("tuning.trials")><p class="empty">{move || text(if busy.get() { "tuning.waiting" } else { "tuning.nothing" })}</p></section>
        }>
            <Best tuned/>
            <Borders tuned/>
            <Charts tuned/>
            <List tuned/>
        </Show>
    }
}

fn best(tuned: &Tuned) -> Option<Trial> {
    tune::best(&tuned.trials, tuned.higher_is_better).cloned()
}

/// Takes a trial's values into the candidate, as one edit.
fn take(studio: Studio, tuned: &Tuned, values: &Params) {
    let at = tuned.tune.candidate;
    let Some(candidate) = studio.recipe.get_untracked().models.get(at).filter(|candidate| candidate.model == tuned.model).cloned() else {
        return;
    };
    match tuned.tune.space.apply(&fields_of(&candidate), &candidate.params, values) {
        Ok(params) => studio.edit(Edit::ReplaceModel { at, model: Candidate { params, ..candidate } }),
        Err(problem) => studio.problem.set(Some(problem)),
    }
}

/// Whether a candidate has a trial's values already.
fn is_taken(studio: Studio, tuned: &Tuned, values: &Params) -> bool {
    studio.recipe.with(|recipe| {
        let candidate = recipe.models.get(tuned.tune.candidate).filter(|candidate| candidate.model == tuned.model);
        candidate.and_then(|candidate| tuned.tune.space.values_of(&fields_of(candidate), &candidate.params)).as_ref() == Some(values)
    })
}

/// The best so far beside where the search began.
#[component]
fn Best(tuned: Memo<Option<Tuned>>) -> impl IntoView {
    let studio = expect_context::<Studio>();
    move || {
        let tuned = tuned.get()?;
        let best = best(&tuned)?;
        let metric = text(&format!("metric.{}", tuned.tune.metric));
        let first = tuned.trials.first().filter(|trial| trial.asked_for).cloned();
        let note = Message::new("tuning.best.note")
            .with("trial", best.number)
            .with("count", tuned.trials.len())
            .with("of", tuned.tune.trials)
            .to_string();
        let before =
            first.as_ref().and_then(Trial::score).map(|score| Message::new("tuning.before").with("score", digits(score, 4)).to_string());
        let rows = tuned.tune.space.parameters.iter().map(|parameter| {
            let value = |trial: Option<&Trial>| {
                let value = trial.and_then(|trial| trial.values.get(&parameter.path));
                value.map_or_else(|| text("page.missing_mark"), |value| shown(&tuned.model, &parameter.path, value))
            };
            let told = |shares: &[(String, Figure)]| match shares.iter().find(|(path, _)| *path == parameter.path).map(|(_, share)| share) {
                Some(Figure::Value(share)) => (chart::format::percent(*share), String::new()),
                Some(Figure::Undefined(reason)) => (text("page.missing_mark"), text(&format!("undefined.{}", reason.0))),
                None => (text("page.missing_mark"), text("tuning.share.later")),
            };
            let ((share, reason), (whole, why)) = (told(&tuned.importance), told(&tuned.explained));
            view! { <tr><th scope="row">{label_of(&tuned.model, &parameter.path)}</th><td class="num muted">{value(first.as_ref())}</td><td class="num"><b>{value(Some(&best))}</b></td><td class="num" title=reason>{share}</td><td class="num" title=why>{whole}</td></tr> }
        }).collect_view();
        let taken = is_taken(studio, &tuned, &best.values);
        let score = best.score().map(|score| digits(score, 4)).unwrap_or_default();
        let use_it = StoredValue::new((tuned.clone(), best.values.clone()));
        let tools = move || {
            if taken {
                view! { <Badge text=text("tuning.taken") kind="good"/> }.into_any()
            } else {
                view! { <Button kind="main" label=text("tuning.take") on_click=move || use_it.with_value(|(tuned, values)| take(studio, tuned, values))/> }.into_any()
            }
        };
        Some(view! {
            <Panel title=text("tuning.best") note=note tools=tools flush=true>
                <p class="figure"><b>{score}</b><span class="muted">{metric}{before.map(|before| format!(", {before}"))}</span></p>
                {tuned.gained().map(|gained| view! { <p class="muted small gained">{gained.to_string()}</p> })}
                <div class="scroll"><table>
                    <thead><tr><th scope="col">{text("tuning.parameter")}</th><th scope="col" class="num">{text("tuning.present")}</th><th scope="col" class="num">{text("tuning.best_value")}</th><th scope="col" class="num" title=text("tuning.share.help")>{text("tuning.share")}</th><th scope="col" class="num" title=text("tuning.explained.help")>{text("tuning.explained")}</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            </Panel>
        })
    }
}

/// Best values at an end of their range, each with the range to go on with.
#[component]
fn Borders(tuned: Memo<Option<Tuned>>) -> impl IntoView {
    let studio = expect_context::<Studio>();
    move || {
        let tuned = tuned.get()?;
        let whole = tuned.clone();
        let hints = tuned.borders.clone().into_iter().map(|border| {
            let from = whole.clone();
            let title = Message::new(if border.upper { "tuning.border.upper" } else { "tuning.border.lower" })
                .with("parameter", label_of(&tuned.model, &border.path))
                .with("value", shown(&tuned.model, &border.path, &border.value))
                .to_string();
            // One hint widens every such range, since one search goes on from here.
            let widen = Callback::new(move |()| super::go_on(studio, &from, super::MORE, true));
            view! { <Hint kind="note" title=title detail=text("tuning.border.detail") action=text("tuning.widen_on") on_action=widen/> }
        });
        Some(hints.collect_view())
    }
}

/// Every trial with its values, its score or why it has none.
#[component]
fn List(tuned: Memo<Option<Tuned>>) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let count = move || tuned.with(|tuned| tuned.as_ref().map_or(0, |tuned| tuned.trials.len()));
    let note = Signal::derive(move || Message::new("tuning.count").with("count", count()).to_string());
    let table = move || {
        let tuned = tuned.get()?;
        let best = best(&tuned).map(|trial| trial.number);
        let head = tuned
            .tune
            .space
            .parameters
            .iter()
            .map(|parameter| view! { <th scope="col" class="num">{label_of(&tuned.model, &parameter.path)}</th> })
            .collect_view();
        let further =
            tuned.tune.objectives.iter().map(|objective| view! { <th scope="col" class="num">{objective.name()}</th> }).collect_view();
        let kept = StoredValue::new(tuned.clone());
        let rows = tuned.trials.iter().map(|trial| {
            let also = (0..tuned.tune.objectives.len()).map(|at| {
                let value = trial.also.get(at).map_or_else(|| text("page.missing_mark"), |value| digits(*value, 4));
                view! { <td class="num">{value}</td> }
            }).collect_view();
            let unbeaten = tuned.front.contains(&trial.number).then(|| view! { " "<Badge text=text("chart.front.yes") kind="good"/> });
            let cells = tuned.tune.space.parameters.iter().map(|parameter| {
                let value = trial.values.get(&parameter.path).map_or_else(|| text("page.missing_mark"), |value| shown(&tuned.model, &parameter.path, value));
                view! { <td class="num">{value}</td> }
            }).collect_view();
            let (score, why) = match &trial.outcome {
                Outcome::Score(score) => (digits(*score, 4), String::new()),
                Outcome::Failed(problem) => (text("tuning.failed"), problem.to_string()),
                Outcome::Pruned { after, score } => (
                    text("tuning.pruned"),
                    Message::new("tuning.pruned_after").with("count", *after).with("score", digits(*score, 4)).to_string(),
                ),
                Outcome::GivenUp { fold, epoch } => (
                    text("tuning.pruned"),
                    Message::new("tuning.given_up").with("fold", *fold + 1).with("epoch", *epoch).to_string(),
                ),
                Outcome::Pending => (text("page.missing_mark"), String::new()),
            };
            let values = trial.values.clone();
            let name = Message::new("tuning.take_trial").with("trial", trial.number).to_string();
            let can_take = trial.score().is_some();
            view! {
                <tr aria-selected=(best == Some(trial.number)).to_string()>
                    <th scope="row" class="num">{trial.number}{trial.mark().map(|mark| view! { <span class="muted">" "{mark}</span> })}{unbeaten}</th>
                    <td class="num" title=why>{score}</td>{also}{cells}
                    <td class="num">{can_take.then(|| view! { <Button kind="quiet" icon="tick" name=name on_click=move || kept.with_value(|tuned| take(studio, tuned, &values))/> })}</td>
                </tr>
            }
        }).collect_view();
        Some(view! {
            <table><thead><tr><th scope="col" class="num">{text("tuning.trial")}</th><th scope="col" class="num">{text(&format!("metric.{}", tuned.tune.metric))}</th>{further}{head}<th scope="col"><span class="hide">{text("tuning.take")}</span></th></tr></thead><tbody>{rows}</tbody></table>
        })
    };
    let busy = Memo::new(move |_| studio.busy.with(Option::is_some));
    let can_go_on = Memo::new(move |_| tuned.with(|tuned| tuned.as_ref().is_some_and(|tuned| !tuned.basis.is_empty())));
    let more = move || {
        if let Some(tuned) = tuned.get_untracked() {
            super::go_on(studio, &tuned, super::MORE, false);
        }
    };
    let own = RwSignal::new(false);
    let script = move || {
        if let Some(tuned) = tuned.get_untracked() {
            let title = studio.recipe.with_untracked(|recipe| recipe.title.clone());
            let _ = files::download(&format!("{title}.optuna.py"), "text/x-python", tuned.optuna(&title).as_bytes());
        }
    };
    let tools = move || {
        view! {
            <Show when=move || can_go_on.get()><Button label=text("tuning.own") disabled=busy on_click=move || own.set(true)/></Show>
            {move || can_go_on.get().then(|| view! { <Button label=Message::new("tuning.more").with("count", super::MORE).to_string() disabled=busy on_click=more/> })}
            <Button kind="quiet" icon="save" label=text("tuning.optuna") disabled=busy on_click=script/>
        }
        .into_any()
    };
    view! {
        <Panel title=text("tuning.trials") note=note tools=tools flush=true><div class="scroll trials" tabindex="0" role="region" aria-label=text("tuning.trials")>{table}</div></Panel>
        <Dialog title=text("tuning.own.title") open=own>{move || tuned.get().map(|tuned| view! { <OwnTrial tuned open=own/> })}</Dialog>
    }
}
