//! The threshold: a slider that shows what each value would come to, and the rule that the study uses.

use super::Judged;
use crate::parts::{Button, Chart, Panel};
use crate::state::Studio;
use atelier::base::{Message, text};
use atelier::chart::Scene;
use atelier::judge::Detail;
use atelier::metric::{AtThreshold, Rule};
use atelier::recipe::{Edit, Judge};
use atelier::report::scenes;
use leptos::prelude::*;

const RULES: [(&str, Rule); 5] = [
    ("half", Rule::Half),
    ("best_f1", Rule::BestF1),
    ("youden", Rule::Youden),
    ("cost", Rule::Cost { false_positive: 1.0, false_negative: 5.0 }),
    ("recall", Rule::Recall { at_least: 0.9 }),
];

fn id_of(rule: Rule) -> &'static str {
    match rule {
        Rule::Half => "half",
        Rule::BestF1 => "best_f1",
        Rule::Youden => "youden",
        Rule::Cost { .. } => "cost",
        Rule::Recall { .. } => "recall",
    }
}

/// The panel.
#[component]
pub fn Threshold(at: Memo<Option<AtThreshold>>) -> impl IntoView {
    let (studio, judged) = (expect_context::<Studio>(), expect_context::<Judged>());
    let rule = Memo::new(move |_| studio.recipe.with(|recipe| recipe.judge.threshold));
    let set = move |rule: Rule| {
        let judge = studio.recipe.with_untracked(|recipe| Judge { threshold: rule, ..recipe.judge.clone() });
        studio.edit(Edit::SetJudge(judge));
    };
    let scene = Signal::derive(move || {
        judged
            .evaluation
            .with(|evaluation| match evaluation.as_ref().map(|evaluation| &evaluation.detail) {
                Some(Detail::Binary(detail)) => scenes::scores(detail, &judged.classes(), at.get().map(|at| at.threshold)),
                _ => None,
            })
            .unwrap_or_else(|| Scene::nothing("scores", &text("judge.no_curve")))
    });
    let cross_chosen = Memo::new(move |_| {
        judged.evaluation.with(|evaluation| evaluation.as_ref().is_some_and(|evaluation| !evaluation.fold_thresholds.is_empty()))
    });
    let value = move || at.get().map_or(0.5, |at| at.threshold);
    let words = move || {
        let Some(at) = at.get() else { return String::new() };
        let positive = judged.classes().last().cloned().unwrap_or_default();
        Message::new("judge.threshold.words")
            .with("at", atelier::chart::format::place(at.threshold))
            .with("positive", positive)
            .with("selected", super::super::thousands((at.true_positives + at.false_positives) as usize))
            .with("wrong", super::super::thousands(at.false_positives as usize))
            .with("missed", super::super::thousands(at.false_negatives as usize))
            .to_string()
    };
    let number = move |id: &'static str, get: fn(Rule) -> Option<f64>, put: fn(Rule, f64) -> Rule| {
        view! {
            <Show when=move || get(rule.get()).is_some()>
                <label class="field"><span>{text(id)}</span>
                    <input class="box short" type="text" inputmode="decimal" prop:value=move || get(rule.get()).map(|value| value.to_string()).unwrap_or_default()
                        on:change=move |event| {
                            let typed = event_target_value(&event).trim().replace(',', ".").parse::<f64>();
                            if let Some(value) = typed.ok().filter(|value| value.is_finite() && *value > 0.0) {
                                set(put(rule.get_untracked(), value));
                            }
                        }/></label>
            </Show>
        }
    };
    view! {
        <Panel title=text("judge.threshold") note=text("judge.threshold.note")>
            <div class="stack">
                <Chart scene=scene height=180/>
                <label class="field"><span>{text("judge.threshold.slider")}</span>
                    <input type="range" min="0" max="1" step="0.01" prop:value=move || value().to_string() aria-valuetext=move || atelier::chart::format::place(value()) on:input=move |event| judged.slider.set(event_target_value(&event).parse().ok())/></label>
                <p class="small">{words}</p>
                <Show when=move || cross_chosen.get()><p class="muted small">{text("judge.threshold.judged")}</p></Show>
                <div class="row wrap threshold-rule">
                    <label class="field"><span>{text("judge.rule")}</span>
                        <select class="box" on:change=move |event| {
                            let id = event_target_value(&event);
                            if let Some((_, rule)) = RULES.into_iter().find(|(known, _)| *known == id) { set(rule); }
                        }>
                            {RULES.into_iter().map(|(id, _)| view! { <option value=id prop:selected=move || id_of(rule.get()) == id>{text(&format!("judge.rule.{id}"))}</option> }).collect_view()}
                        </select></label>
                    {number("judge.rule.false_positive", |rule| match rule { Rule::Cost { false_positive, .. } => Some(false_positive), _ => None },
                        |rule, value| match rule { Rule::Cost { false_negative, .. } => Rule::Cost { false_positive: value, false_negative }, other => other })}
                    {number("judge.rule.false_negative", |rule| match rule { Rule::Cost { false_negative, .. } => Some(false_negative), _ => None },
                        |rule, value| match rule { Rule::Cost { false_positive, .. } => Rule::Cost { false_positive, false_negative: value }, other => other })}
                    {number("judge.rule.at_least", |rule| match rule { Rule::Recall { at_least } => Some(at_least), _ => None },
                        |_, value| Rule::Recall { at_least: if value > 1.0 { 1.0 } else { value } })}
                    <Show when=move || judged.slider.with(Option::is_some)><Button kind="quiet" label=text("judge.threshold.back") on_click=move || judged.slider.set(None)/></Show>
                </div>
            </div>
        </Panel>
    }
}
