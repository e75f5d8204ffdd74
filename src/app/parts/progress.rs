//! How far a work has come.

use leptos::prelude::*;

/// A bar with a name; the words beside it are the page's.
#[component]
pub fn ProgressBar(
    /// What goes on.
    #[prop(into)]
    label: Signal<String>,
    /// From 0 to 1.
    #[prop(into)]
    share: Signal<f64>,
) -> impl IntoView {
    let percent = move || (share.get() * 100.0).round().clamp(0.0, 100.0).to_string();
    view! {
        <div class="progress" role="progressbar" aria-label=label aria-valuemin="0" aria-valuemax="100" aria-valuenow=percent>
            <i style:--value=percent></i>
        </div>
    }
}
