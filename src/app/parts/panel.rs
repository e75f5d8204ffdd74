//! Panels and lists of facts.

use leptos::prelude::*;

/// A titled region.
#[component]
pub fn Panel(
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// A few words behind the title.
    #[prop(into, default = Signal::stored(String::new()))]
    note: Signal<String>,
    /// Controls at the right end of the head.
    #[prop(optional, into)]
    tools: Option<ViewFn>,
    /// Whether the content runs to the edges (tables).
    #[prop(optional)]
    flush: bool,
    /// The content.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="panel" aria-label=title>
            <header><h2>{title}</h2><p>{note}</p>{tools.map(|tools| tools.run())}</header>
            <div class=if flush { "flush" } else { "body" }>{children()}</div>
        </section>
    }
}

/// Short facts: a name and a value each.
#[component]
pub fn Facts(
    /// Names and values.
    #[prop(into)]
    facts: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    view! {
        <dl class="facts">
            {move || facts.get().into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}
        </dl>
    }
}
