//! What deserves a look: the two gravest findings as hints, all of them behind a button, each with what can be done about it.

use crate::parts::{Button, Hint, Icon, Panel};
use crate::state::{Explored, Studio, View};
use atelier::base::{Message, Severity, text};
use atelier::profile::{Finding, Suggestion};
use atelier::recipe::{is_settled, remedy};
use leptos::prelude::*;

/// Hints in sight at a time.
const HINTS: usize = 2;

/// The hints, and all findings where they are asked for.
#[component]
pub fn Alerts() -> impl IntoView {
    let (studio, explored, view) = (expect_context::<Studio>(), expect_context::<Explored>(), expect_context::<View>());
    let (all, set_all) = signal(false);
    let open = Memo::new(move |_| explored.open(studio, true));
    let hints = Memo::new(move |_| {
        let mut shown: Vec<Finding> = Vec::new();
        for finding in explored.open(studio, false).into_iter().filter(|finding| finding.severity > Severity::Note) {
            // One decision about a column at a time.
            let told = |column: &String| shown.iter().any(|other| other.columns.contains(column));
            if shown.len() < HINTS && (finding.columns.is_empty() || !finding.columns.iter().all(told)) {
                shown.push(finding);
            }
        }
        shown
    });
    let settled = Memo::new(move |_| {
        explored
            .of(|profile| studio.recipe.with(|recipe| profile.alerts.iter().filter(|alert| is_settled(recipe, alert)).count()))
            .unwrap_or(0)
    });
    let words = move || {
        let open = open.with(Vec::len);
        let id = if open == 1 { "explore.findings.one" } else { "explore.findings" };
        let said = if open == 0 { text("explore.no_alerts") } else { Message::new(id).with("count", open).to_string() };
        match settled.get() {
            0 => said,
            count => format!("{said} {}", Message::new("explore.settled").with("count", count)),
        }
    };
    view! {
        {move || hints.get().into_iter().map(|finding| {
            let (key, detail, suggestion) = (finding.key(), evidence(&finding), finding.suggestions.first().cloned());
            let action = suggestion.as_ref().map(label).unwrap_or_default();
            let act = move |()| if let Some(suggestion) = &suggestion { apply(studio, view, suggestion) };
            let close = move |()| explored.put_away.update(|away| { away.insert(key.clone()); });
            view! { <Hint kind=kind(&finding) title=finding.message.to_string() detail action main=finding.id == "leak" on_action=act on_close=close/> }
        }).collect_view()}
        <div class="row small"><span class="muted">{words}</span>
            <Show when=move || open.with(|open| !open.is_empty())>
                <Button kind="quiet" label=Signal::derive(move || text(if all.get() { "explore.fewer" } else { "explore.all_alerts" })) pressed=all on_click=move || set_all.update(|all| *all = !*all)/>
            </Show>
        </div>
        <Show when=move || all.get()>
            <Panel title=text("explore.alerts") flush=true>
                <ul class="alerts">{move || open.get().into_iter().map(|finding| view! { <One finding/> }).collect_view()}</ul>
            </Panel>
        </Show>
    }
}

/// The figures behind a finding: those of each column where they are few, else why it matters.
fn evidence(finding: &Finding) -> String {
    match finding.alerts.as_slice() {
        [_] => text(&finding.hint()),
        [_, _] | [_, _, _] => finding.alerts.iter().map(|alert| alert.message.to_string()).collect::<Vec<_>>().join(" "),
        _ => text(&finding.hint()),
    }
}

/// The words of an action.
fn label(suggestion: &Suggestion) -> String {
    text(&format!("action.{}", suggestion.action))
}

#[component]
fn One(finding: Finding) -> impl IntoView {
    let (studio, explored, view) = (expect_context::<Studio>(), expect_context::<Explored>(), expect_context::<View>());
    let look = finding.columns.first().cloned().map(|name| move || explored.column.set(Some(name.clone())));
    let several = finding.alerts.len() > 1;
    let (hint, suggestions) = (text(&finding.hint()), finding.suggestions.clone());
    view! {
        <li data-kind=kind(&finding)>
            <Icon name=if finding.severity == Severity::Note { "info" } else { "alert" }/>
            <div>
                <p><b>{finding.message.to_string()}</b></p><p class="muted">{hint}</p>
                {several.then(|| view! {
                    <details class="more"><summary>{Message::new("explore.each").with("count", finding.alerts.len()).to_string()}</summary>
                        <ul>{finding.alerts.iter().map(|alert| {
                            let (words, name) = (alert.message.to_string(), alert.columns.first().cloned());
                            match name {
                                Some(name) => view! { <li><button type="button" class="link-quiet" on:click=move |_| explored.column.set(Some(name.clone()))>{words}</button></li> }.into_any(),
                                None => view! { <li>{words}</li> }.into_any(),
                            }
                        }).collect_view()}</ul>
                    </details>
                })}
            </div>
            <span class="row wrap">
                {suggestions.into_iter().map(|suggestion| view! { <Button label=label(&suggestion) on_click=move || apply(studio, view, &suggestion)/> }).collect_view()}
                {(!several).then_some(look).flatten().map(|look| view! { <Button kind="quiet" label=text("explore.look") on_click=look/> })}
            </span>
        </li>
    }
}

/// The findings of one column, with what can be done about them.
#[component]
pub fn OfColumn(
    /// The column's name.
    #[prop(into)]
    column: Signal<String>,
) -> impl IntoView {
    let (studio, explored, view) = (expect_context::<Studio>(), expect_context::<Explored>(), expect_context::<View>());
    let found = Memo::new(move |_| {
        let name = column.get();
        explored
            .of(|profile| {
                studio.recipe.with(|recipe| {
                    let about = |alert: &&atelier::profile::Alert| alert.columns.contains(&name);
                    profile.alerts.iter().filter(about).map(|alert| (alert.clone(), is_settled(recipe, alert))).collect::<Vec<_>>()
                })
            })
            .unwrap_or_default()
    });
    view! {
        <Show when=move || found.with(|found| !found.is_empty())>
            <ul class="alerts of-one">{move || found.get().into_iter().map(|(alert, settled)| {
                let suggestion = alert.suggestions.first().filter(|_| !settled).cloned();
                let name = if settled { "tick" } else if alert.severity == Severity::Note { "info" } else { "alert" };
                let kind = if settled { "note" } else { severity(alert.severity) };
                view! {
                    <li data-kind=kind><Icon name=name/><div><p>{alert.message.to_string()}{settled.then(|| view! { " " <span class="muted">{text("explore.is_settled")}</span> })}</p></div>
                        {suggestion.map(|suggestion| view! { <Button label=label(&suggestion) on_click=move || apply(studio, view, &suggestion)/> })}
                    </li>
                }
            }).collect_view()}</ul>
        </Show>
    }
}

/// Makes a suggestion's change of the study, as one edit.
fn apply(studio: Studio, view: View, suggestion: &Suggestion) {
    let Some(edit) = studio.recipe.with_untracked(|recipe| remedy(recipe, suggestion)) else { return };
    studio.edit(edit);
    view.say(Message::new("explore.done").with("action", label(suggestion)).to_string());
}

/// The way a finding is shown: a possible leak spoils everything after it.
fn kind(finding: &Finding) -> &'static str {
    if finding.id == "leak" { "bad" } else { severity(finding.severity) }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "bad",
        Severity::Warning => "warn",
        Severity::Note => "note",
    }
}

/// Whether a column may be a leak that still goes in.
pub fn is_suspect(studio: Studio, explored: Explored, name: &str) -> bool {
    let found = explored.of(|profile| {
        studio.recipe.with(|recipe| {
            let leaks = profile.alerts.iter().filter(|alert| alert.id.starts_with("leak"));
            leaks.filter(|alert| !is_settled(recipe, alert)).any(|alert| alert.columns.iter().any(|column| column == name))
        })
    });
    found.unwrap_or(false)
}
