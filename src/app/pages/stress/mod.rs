//! Stress: probes of the chosen model, listed by how much they matter, with what mends them.

mod finding;
mod settings;

use super::need::WhenTrained;
use crate::parts::{Button, Facts, Panel};
use crate::state::{Studio, studio::Stamped, trust::Trust};
use atelier::base::{Message, text};
use atelier::recipe::digest_of;
use atelier::run::{Ask, Stressed};
use atelier::stress::Severity;
use finding::FindingRow;
use leptos::prelude::*;

/// The page.
#[component]
pub fn Stress() -> impl IntoView {
    let (studio, trust) = (expect_context::<Studio>(), expect_context::<Trust>());
    let digest = Memo::new(move |_| Some(Trust::stamp(studio)? + &digest_of(&studio.recipe.with(|recipe| recipe.stress.clone()))));
    let stressed = Memo::new(move |_| trust.stressed.with(|stressed| stressed.as_ref().map(|stressed| stressed.value.clone())));
    let is_old = Memo::new(move |_| {
        trust.stressed.with(|stressed| stressed.as_ref().is_some_and(|stressed| Some(&stressed.digest) != digest.get().as_ref()))
    });
    let has_table = Memo::new(move |_| studio.look.with(Option::is_some));
    let known = Memo::new(move |_| has_table.get() && stressed.with(Option::is_some));
    let busy = Memo::new(move |_| studio.busy.with(Option::is_some));
    let run = move || {
        let Some(digest) = digest.get_untracked() else { return };
        leptos::task::spawn_local(async move {
            let recipe = Box::new(studio.recipe.get_untracked());
            if let Some((value, _)) = studio.work::<Stressed>("stress", Ask::Stress(recipe), &[]).await {
                trust.stressed.set(Some(Stamped { digest, value }));
            }
        });
    };
    let words = move || {
        stressed.with(|stressed| {
            stressed
                .as_ref()
                .map(|stressed| {
                    Message::new("stress.page.on")
                        .with("model", text(&format!("model.{}", stressed.model)))
                        .with("rows", super::thousands(stressed.report.rows))
                        .to_string()
                })
                .unwrap_or_default()
        })
    };
    view! {
        <div class="head"><h1>{text("stage.stress")}</h1><p>{words}</p><span class="push"></span>
            <Show when=move || digest.get().is_some() && stressed.with(Option::is_some)>
                <Button label=text("stress.page.again") disabled=busy on_click=run/>
            </Show>
        </div>
        <WhenTrained>
            <Show when=move || stressed.with(Option::is_none)>
                <div class="empty"><p>{text("stress.page.empty")}</p><Button label=text("stress.page.run") kind="main" disabled=busy on_click=run/></div>
            </Show>
        </WhenTrained>
        // One repair makes the training stale; the findings stay for the others.
        <Show when=move || known.get()>
            <Show when=move || is_old.get()><p class="muted small" role="status">{text("stress.page.old")}</p></Show>
            <Summary stressed=stressed/>
            <Findings stressed=stressed/>
        </Show>
        <Show when=move || has_table.get()><settings::Settings/></Show>
    }
}

/// Severities, the gravest first.
const SEVERITIES: [(Severity, &str); 4] =
    [(Severity::High, "high"), (Severity::Medium, "medium"), (Severity::Low, "low"), (Severity::Fine, "fine")];

/// The id of a severity.
fn severity_id(severity: Severity) -> &'static str {
    SEVERITIES.iter().find(|(known, _)| *known == severity).map_or("fine", |(_, id)| id)
}

/// How many findings of each severity.
#[component]
fn Summary(stressed: Memo<Option<Stressed>>) -> impl IntoView {
    let facts = Signal::derive(move || {
        stressed.with(|stressed| {
            let Some(stressed) = stressed else { return Vec::new() };
            SEVERITIES
                .iter()
                .map(|(severity, id)| (text(&format!("stress.severity.{id}")), stressed.report.count(*severity).to_string()))
                .collect()
        })
    });
    view! { <Panel title=text("stress.page.summary") note=text("stress.page.summary.note")><Facts facts=facts/></Panel> }
}

/// Every finding; passed ones behind a fold.
#[component]
fn Findings(stressed: Memo<Option<Stressed>>) -> impl IntoView {
    let list = move |fine: bool| {
        stressed.with(|stressed| {
            let Some(stressed) = stressed else { return Vec::new() };
            (0..stressed.report.findings.len())
                .filter(|&place| (stressed.report.findings[place].severity == Severity::Fine) == fine)
                .filter_map(|place| {
                    let finding = stressed.report.findings.get(place)?.clone();
                    let message = stressed.messages.get(place)?.clone();
                    let repair = stressed.repairs.get(place).cloned().flatten();
                    let (metric, outputs) = (stressed.report.metric.clone(), stressed.outputs.clone());
                    Some(view! { <FindingRow finding message repair metric outputs/> })
                })
                .collect()
        })
    };
    let passed =
        Memo::new(move |_| stressed.with(|stressed| stressed.as_ref().map_or(0, |stressed| stressed.report.count(Severity::Fine))));
    let all = Memo::new(move |_| stressed.with(|stressed| stressed.as_ref().map_or(0, |stressed| stressed.report.findings.len())));
    view! {
        <Panel title=text("stress.page.findings") note=text("stress.page.findings.note") flush=true>
            <Show when=move || { passed.get() < all.get() } fallback=|| view! { <p class="pad muted">{text("stress.page.nothing")}</p> }>
                <div class="findings">{move || list(false)}</div>
            </Show>
            <Show when=move || { passed.get() > 0 }>
                <details class="passed"><summary>{move || Message::new("stress.page.passed").with("count", passed.get()).to_string()}</summary><div class="findings">{move || list(true)}</div></details>
            </Show>
        </Panel>
    }
}
