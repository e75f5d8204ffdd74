//! Buttons, choices of one among few, switches.

use super::Icon;
use leptos::prelude::*;

/// A button: a verb, perhaps with an icon; with an icon alone it needs a `name`.
#[component]
pub fn Button(
    /// The text; empty where the icon speaks alone.
    #[prop(into, default = Signal::stored(String::new()))]
    label: Signal<String>,
    /// The icon.
    #[prop(optional)]
    icon: &'static str,
    /// `main` for the one main action of a region, `quiet` for one without a border.
    #[prop(optional)]
    kind: &'static str,
    /// The accessible name and tooltip where they differ from the text.
    #[prop(into, default = Signal::stored(String::new()))]
    name: Signal<String>,
    /// Whether it cannot be used now. It stays focusable, so that its name can say why.
    #[prop(into, default = Signal::stored(false))]
    disabled: Signal<bool>,
    /// For a button that stays pressed: whether it is.
    #[prop(into, optional)]
    pressed: Option<Signal<bool>>,
    /// What it does.
    on_click: impl Fn() + 'static,
) -> impl IntoView {
    let named = move || Some(name.get()).filter(|name| !name.is_empty());
    view! {
        <button type="button" class="button" data-kind=kind title=named aria-label=named
            aria-disabled=move || disabled.get().then_some("true") aria-pressed=move || pressed.map(|pressed| pressed.get().to_string())
            on:click=move |_| if !disabled.get_untracked() { on_click() }>
            {(!icon.is_empty()).then(|| view! { <Icon name=icon/> })}
            {move || label.get()}
        </button>
    }
}

/// One of a few, all in sight.
#[component]
pub fn Choice(
    /// What is chosen, for those who listen.
    #[prop(into)]
    label: String,
    /// Ids and texts.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// The id that is chosen.
    #[prop(into)]
    value: Signal<String>,
    /// The ids of what describes the choice.
    #[prop(into, default = Signal::stored(None))]
    described: Signal<Option<String>>,
    /// Told the new id.
    on_change: impl Fn(String) + Clone + Send + 'static,
) -> impl IntoView {
    let move_by = {
        let on_change = on_change.clone();
        move |by: isize, event: &web_sys::KeyboardEvent| {
            event.prevent_default();
            let options = options.get_untracked();
            let now = options.iter().position(|(id, _)| *id == value.get_untracked()).unwrap_or(0) as isize;
            let next = (now + by).rem_euclid(options.len().max(1) as isize) as usize;
            if let Some((id, _)) = options.get(next) {
                on_change(id.clone());
                // The chosen one takes the focus, as radio buttons do.
                use wasm_bindgen::JsCast;
                if let Some(group) = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) {
                    let child = group.children().item(next as u32).and_then(|child| child.dyn_into::<web_sys::HtmlElement>().ok());
                    if let Some(child) = child {
                        let _ = child.focus();
                    }
                }
            }
        }
    };
    view! {
        <div class="choice" role="radiogroup" aria-label=label aria-describedby=move || described.get() on:keydown=move |event| match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => move_by(1, &event),
            "ArrowLeft" | "ArrowUp" => move_by(-1, &event),
            _ => {}
        }>
            {move || options.get().into_iter().map(|(id, text)| {
                let (on_change, this) = (on_change.clone(), id.clone());
                let chosen = Memo::new(move |_| value.get() == this);
                view! {
                    <button type="button" role="radio" aria-checked=move || chosen.get().to_string() tabindex=move || if chosen.get() { "0" } else { "-1" }
                        on:click=move |_| on_change(id.clone())>{text}</button>
                }
            }).collect_view()}
        </div>
    }
}

/// On or off.
#[component]
pub fn Switch(
    /// What is on or off, for those who listen.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is on.
    #[prop(into)]
    on: Signal<bool>,
    /// Told the new state.
    on_change: impl Fn(bool) + 'static,
) -> impl IntoView {
    view! {
        <button type="button" class="switch" role="switch" aria-label=label aria-checked=move || on.get().to_string() on:click=move |_| on_change(!on.get_untracked())></button>
    }
}
