//! A menu behind a button: native `details`, closed by a choice, by Escape and by leaving it.

use super::Icon;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Actions behind three dots or another icon.
#[component]
pub fn Menu(
    /// The accessible name of the button.
    #[prop(into)]
    label: String,
    /// The icon of the button.
    #[prop(default = "more")]
    icon: &'static str,
    /// The text of the button, if any.
    #[prop(into, optional)]
    text: String,
    /// Texts and what they do.
    #[prop(into)]
    items: Signal<Vec<(String, Callback<()>)>>,
) -> impl IntoView {
    let details = NodeRef::<leptos::html::Details>::new();
    let close = move || {
        if let Some(details) = details.get_untracked() {
            details.set_open(false);
        }
    };
    // The button has the focus again, so that a dialog that a choice opens gives it back to where it can be seen.
    let focus = move || {
        let first = details.get_untracked().and_then(|details| details.first_element_child());
        if let Some(summary) = first.and_then(|first| first.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = summary.focus();
        }
    };
    // It opens to the left of its button's end, or where it would leave the page there, to the right of its start.
    let (is_at_start, set_at_start) = signal(false);
    let place = move || {
        let Some(details) = details.get_untracked().filter(|details| details.open()) else { return };
        let bound = details.closest("main").ok().flatten().map_or(0.0, |main| main.get_bounding_client_rect().left());
        let width = details.last_element_child().map_or(0.0, |list| list.get_bounding_client_rect().width());
        set_at_start.set(details.get_bounding_client_rect().right() - width < bound);
    };
    view! {
        <details class="menu" node_ref=details data-at=move || is_at_start.get().then_some("start") on:toggle=move |_| place()
            on:keydown=move |event| if event.key() == "Escape" {
                close();
                focus();
            }
            on:focusout=move |event: web_sys::FocusEvent| {
                let inside = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
                if details.get_untracked().is_some_and(|details| !details.contains(inside.as_ref())) {
                    close();
                }
            }>
            <summary class="button" data-kind="quiet" aria-label=label.clone() title=label><Icon name=icon/>{text}</summary>
            <ul>
                {move || items.get().into_iter().map(|(text, act)| view! {
                    <li><button type="button" class="button" data-kind="quiet" on:click=move |_| { close(); focus(); act.run(()); }>{text}</button></li>
                }).collect_view()}
            </ul>
        </details>
    }
}
