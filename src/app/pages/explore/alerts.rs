//! Alerts, each with what it rests on and what can be done with a click.

use super::{Explored, kind};
use crate::parts::{Button, Icon, Panel};
use crate::state::Studio;
use atelier::base::{Severity, text};
use atelier::prepare::{Selector, Step};
use atelier::profile::{Alert, Remedy, Suggestion};
use atelier::recipe::{Edit, Recipe};
use leptos::prelude::*;

/// Alerts shown before one asks for more.
const FIRST: usize = 6;

/// The panel.
#[component]
pub fn Alerts() -> impl IntoView {
    let explored = expect_context::<Explored>();
    let (all, set_all) = signal(false);
    let alerts = Memo::new(move |_| {
        let mut alerts = explored.profile.with(|profile| profile.as_ref().map(|profile| profile.alerts.clone()).unwrap_or_default());
        alerts.sort_by_key(|alert| std::cmp::Reverse(alert.severity));
        alerts
    });
    let count = move |severity: Severity| alerts.with(|alerts| alerts.iter().filter(|alert| alert.severity == severity).count());
    let note = Signal::derive(move || {
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        atelier::base::Message::new("explore.alerts.note").with("errors", errors).with("warnings", warnings).to_string()
    });
    view! {
        <Panel title=text("explore.alerts") note=note flush=true>
            <ul class="alerts">{move || {
                let most = if all.get() { usize::MAX } else { FIRST };
                alerts.get().into_iter().take(most).map(|alert| view! { <One alert/> }).collect_view()
            }}</ul>
            <Show when=move || alerts.with(Vec::is_empty)><p class="muted small pad">{text("explore.no_alerts")}</p></Show>
            <Show when=move || (alerts.with(Vec::len) > FIRST)>
                <p class="pad"><Button kind="quiet" label=Signal::derive(move || text(if all.get() { "explore.fewer" } else { "explore.all_alerts" })) on_click=move || set_all.update(|all| *all = !*all)/></p>
            </Show>
        </Panel>
    }
}

#[component]
fn One(alert: Alert) -> impl IntoView {
    let (studio, explored) = (expect_context::<Studio>(), expect_context::<Explored>());
    let hint = atelier::base::text::find(&format!("alert.{}.hint", alert.id)).map(str::to_owned);
    let look = alert.columns.first().cloned().map(|name| move || explored.column.set(Some(name.clone())));
    view! {
        <li data-kind=kind(alert.severity)>
            <Icon name=if alert.severity == Severity::Note { "info" } else { "alert" }/>
            <div><p><b>{alert.message.to_string()}</b></p><p class="muted small">{hint}</p></div>
            <span class="row wrap">
                {alert.suggestions.into_iter().map(|suggestion| {
                    let label = text(&format!("action.{}", suggestion.action));
                    view! { <Button label=label on_click=move || apply(studio, &suggestion)/> }
                }).collect_view()}
                {look.map(|look| view! { <Button kind="quiet" label=text("explore.look") on_click=look/> })}
            </span>
        </li>
    }
}

/// Makes a suggestion's change of the study, as one edit.
fn apply(studio: Studio, suggestion: &Suggestion) {
    let recipe: Recipe = studio.recipe.get_untracked();
    let columns = &suggestion.columns;
    let edit = match &suggestion.remedy {
        Remedy::Role(role) => {
            let mut goal = recipe.goal;
            goal.roles.extend(columns.iter().map(|name| (name.clone(), *role)));
            Edit::SetGoal(goal)
        }
        Remedy::Step { id, params } => {
            let selector = if columns.is_empty() { Selector::All } else { Selector::Names(columns.clone()) };
            Edit::InsertStep { at: 0, step: Step { id: id.clone(), columns: selector, params: params.clone(), enabled: true } }
        }
        Remedy::ReadAs(_) | Remedy::ReadAsMissing(_) => {
            let mut sources = recipe.sources;
            let Some(source) = sources.first_mut() else { return };
            match &suggestion.remedy {
                Remedy::ReadAs(kind) => {
                    for name in columns {
                        source.options.columns.entry(name.clone()).or_default().kind = Some(*kind);
                    }
                }
                Remedy::ReadAsMissing(marker) => {
                    let mut markers = source.options.missing_markers();
                    markers.push(marker.clone());
                    source.options.missing = Some(markers);
                }
                _ => {}
            }
            Edit::SetSources(sources)
        }
    };
    studio.edit(edit);
}
