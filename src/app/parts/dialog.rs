//! A dialog over the page: what is asked once, in the page's own look.

use super::Button;
use atelier::base::text;
use leptos::prelude::*;

/// A modal dialog; Escape and its close button put it away. Where one of its fields shall have the focus, that field has
/// `autofocus`.
#[component]
pub fn Dialog(
    /// What it is about.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is open; set to false when it is put away.
    open: RwSignal<bool>,
    /// The content, made anew each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move |_| {
        let Some(element) = dialog.get() else { return };
        match open.get() {
            true if !element.open() => drop(element.show_modal()),
            // The browser gives the focus back to where it was.
            false if element.open() => element.close(),
            _ => {}
        }
    });
    let children = StoredValue::new(children);
    view! {
        <dialog class="dialog" node_ref=dialog aria-label=title on:close=move |_| open.set(false)>
            <Show when=move || open.get()>
                <header><h2>{title}</h2><span class="push"></span><Button icon="close" kind="quiet" name=text("page.close") on_click=move || open.set(false)/></header>
                {children.with_value(|children| children())}
            </Show>
        </dialog>
    }
}
