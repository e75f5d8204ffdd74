//! Hints, badges, problems: the finding with its numbers, and what to do.

use super::{Button, Icon};
use atelier::base::{Problem, Severity, text};
use leptos::prelude::*;

/// A finding with at most one action.
#[component]
pub fn Hint(
    /// `note`, `good`, `warn` or `bad`.
    kind: &'static str,
    /// The finding, in bold.
    #[prop(into)]
    title: String,
    /// What it rests on.
    #[prop(into, optional)]
    detail: String,
    /// The text of the action; none where it is empty.
    #[prop(into, optional)]
    action: String,
    /// Whether the action is the main one of its region.
    #[prop(optional)]
    main: bool,
    /// What the action does.
    #[prop(into, default = Callback::new(|()| {}))]
    on_action: Callback<()>,
    /// Puts the hint away; without it the hint stays.
    #[prop(into, optional)]
    on_close: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <div class="hint" data-kind=kind role=if kind == "bad" { "alert" } else { "status" }>
            <Icon name=match kind { "note" => "info", "good" => "tick", _ => "alert" }/>
            <p><b>{title}</b>" "{detail}</p>
            {(!action.is_empty()).then(|| view! { <Button label=action kind=if main { "main" } else { "" } on_click=move || on_action.run(())/> })}
            {on_close.map(|close| view! { <Button icon="close" kind="quiet" name=text("page.dismiss") on_click=move || close.run(())/> })}
        </div>
    }
}

/// A problem as a hint: what, and what to do.
#[component]
pub fn ProblemHint(
    /// The problem.
    problem: Problem,
    /// Puts it away.
    #[prop(into, optional)]
    on_close: Option<Callback<()>>,
) -> impl IntoView {
    let kind = match problem.severity {
        Severity::Error => "bad",
        Severity::Warning => "warn",
        Severity::Note => "note",
    };
    let detail = problem.hint().map(|hint| hint.to_string()).unwrap_or_default();
    match on_close {
        Some(close) => view! { <Hint kind title=problem.message.to_string() detail on_close=close/> }.into_any(),
        None => view! { <Hint kind title=problem.message.to_string() detail/> }.into_any(),
    }
}

/// A word about a state: `good`, `warn`, `bad`, `accent`, or plain.
#[component]
pub fn Badge(
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// The state.
    #[prop(into, default = Signal::stored(""))]
    kind: Signal<&'static str>,
) -> impl IntoView {
    let icon = move || match kind.get() {
        "good" => Some(view! { <Icon name="tick"/> }),
        "bad" => Some(view! { <Icon name="close"/> }),
        "warn" => Some(view! { <Icon name="dash"/> }),
        _ => None,
    };
    view! { <span class="badge" data-kind=kind>{icon}{text}</span> }
}
