//! One finding: how grave, what was done, what changed, why it matters, what mends it.

use super::severity_id;
use crate::parts::{Badge, Button, FigureText};
use crate::state::{Studio, View};
use atelier::base::{Message, text};
use atelier::chart::format;
use atelier::recipe::Recipe;
use atelier::run::Repair;
use atelier::stress::{Example, Finding, Severity, Step};
use leptos::prelude::*;

/// A line that opens to all that is known.
#[component]
pub fn FindingRow(
    finding: Finding,
    message: Message,
    repair: Option<Repair>,
    metric: Option<String>,
    outputs: Vec<String>,
) -> impl IntoView {
    let id = severity_id(finding.severity);
    let kind = match finding.severity {
        Severity::High => "bad",
        Severity::Medium => "warn",
        Severity::Low => "",
        Severity::Fine => "good",
    };
    let probe = finding.probe.clone();
    let columns = match finding.columns.len() {
        0..=3 => finding.columns.join(", "),
        count => Message::new("stress.page.columns").with("count", count).to_string(),
    };
    view! {
        <details class="finding" data-severity=id>
            <summary>
                <Badge text=text(&format!("stress.severity.{id}")) kind=kind/>
                <b>{text(&format!("probe.{probe}"))}</b>
                <span class="mono small">{columns}</span>
                <span class="said">{message.to_string()}</span>
            </summary>
            <div class="stack pad">
                {repair.map(|repair| view! { <RepairButton repair/> })}
                <dl class="why">
                    {["help", "why", "do"].map(|part| view! { <div><dt>{text(&format!("stress.page.{part}"))}</dt><dd>{text(&format!("probe.{probe}.{part}"))}</dd></div> }).collect_view()}
                </dl>
                <Steps steps=finding.steps.clone() probe=probe.clone() columns=finding.columns.clone() metric=metric/>
                {(!finding.examples.is_empty()).then(|| view! { <Examples examples=finding.examples.clone() outputs=outputs.clone()/> })}
            </div>
        </details>
    }
}

/// Adds the step that mends the finding.
#[component]
fn RepairButton(repair: Repair) -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    let label = Message::new("stress.page.repair").with("what", &repair.label).to_string();
    let repair = StoredValue::new(repair);
    let is_made = move |recipe: &Recipe| repair.with_value(|repair| repair.is_made(recipe));
    let done = Memo::new(move |_| studio.recipe.with(is_made));
    let mend = move || {
        // The recipe may have changed since the probes ran.
        studio.edit(studio.recipe.with_untracked(|recipe| repair.with_value(|repair| repair.edit(recipe))));
        if studio.recipe.with_untracked(is_made) {
            view.say(text("stress.page.repaired"));
        }
    };
    view! {
        <Show when=move || done.get() fallback=move || view! { <Button label=label.clone() icon="plus" on_click=mend/> }>
            <p class="small" role="status">{text("stress.page.repaired")}</p>
        </Show>
    }
}

/// Every alteration with what happened.
#[component]
fn Steps(steps: Vec<Step>, probe: String, columns: Vec<String>, metric: Option<String>) -> impl IntoView {
    let metric = metric.map(|metric| text(&format!("metric.{metric}"))).unwrap_or_default();
    let columns = columns.join(", ");
    view! {
        <div class="scroll" role="region" tabindex="0" aria-label=text("stress.page.tried")><table>
            <thead><tr><th scope="col">{text("stress.page.step")}</th><th scope="col" class="num">{text("stress.page.size")}</th><th scope="col" class="num">{text("stress.page.flipped")}</th><th scope="col" class="num wide">{text("stress.page.largest")}</th><th scope="col" class="num">{Message::new("stress.page.before").with("metric", &metric).to_string()}</th><th scope="col" class="num">{text("stress.page.after")}</th></tr></thead>
            <tbody>{steps.into_iter().map(|step| {
                let name = Message::new(format!("probe.{probe}.step.{}", step.id)).with("columns", &columns).to_string();
                let numbers = step.numbers;
                view! { <tr>
                    <td>{name}{step.problem.map(|problem| view! { <br/><span class="small bad">{problem.message.to_string()}</span> })}</td>
                    <td class="num">{if step.size == 0.0 { String::new() } else { format::figure(step.size) }}</td>
                    <td class="num"><FigureText figure=numbers.flipped percent=true/></td>
                    <td class="num wide"><FigureText figure=numbers.largest_change/></td>
                    <td class="num"><FigureText figure=numbers.score_before/></td>
                    <td class="num"><FigureText figure=numbers.score_after/></td>
                </tr> }
            }).collect_view()}</tbody>
        </table></div>
    }
}

/// Rows whose answers changed most.
#[component]
fn Examples(examples: Vec<Example>, outputs: Vec<String>) -> impl IntoView {
    let answer = |values: &[Option<f64>]| {
        values.iter().map(|value| value.map_or_else(|| text("page.undefined_mark"), format::figure)).collect::<Vec<_>>().join(", ")
    };
    view! {
        <div class="scroll" role="region" tabindex="0" aria-label=text("stress.page.examples")><table>
            <thead><tr><th scope="col" class="num">{text("page.row")}</th><th scope="col" class="num">{Message::new("stress.page.answer").with("outputs", outputs.join(", ")).to_string()}</th><th scope="col" class="num">{text("stress.page.after")}</th></tr></thead>
            <tbody>{examples.into_iter().map(|example| {
                let before: Vec<Option<f64>> = example.before.iter().copied().map(Some).collect();
                view! { <tr><th scope="row" class="num">{u64::from(example.origin) + 1}</th><td class="num">{answer(&before)}</td><td class="num">{answer(&example.after)}</td></tr> }
            }).collect_view()}</tbody>
        </table></div>
    }
}
