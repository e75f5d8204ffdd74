//! Settings that are mostly left as they are: folded away under a word or two.

use leptos::prelude::*;

/// A panel that opens at its title.
#[component]
pub fn Fold(
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// The content.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="panel fold"><summary>{title}</summary><div class="body stack">{children()}</div></details>
    }
}
