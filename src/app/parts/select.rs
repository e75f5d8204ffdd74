//! One of several, in a list that opens.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A list that shows what is chosen. It shows another choice only when the value has changed: a choice that is refused
/// leaves it as it was.
#[component]
pub fn Select(
    /// What is chosen, for those who listen.
    #[prop(into)]
    label: Signal<String>,
    /// Ids and texts.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// The id that is chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Whether the texts are names of columns.
    #[prop(optional)]
    mono: bool,
    /// The id of the element, where a label element names it.
    #[prop(into, optional)]
    id: Option<String>,
    /// The ids of what describes the choice.
    #[prop(into, default = Signal::stored(None))]
    described: Signal<Option<String>>,
    /// Whether it stands in a row of a table or among other small controls.
    #[prop(optional)]
    small: bool,
    /// Told the id.
    #[prop(into)]
    on_change: Callback<String>,
) -> impl IntoView {
    let change = move |event: web_sys::Event| {
        let Some(select) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlSelectElement>().ok()) else { return };
        let (chosen, now) = (select.value(), value.get_untracked());
        select.set_value(&now);
        if chosen != now {
            on_change.run(chosen);
        }
    };
    view! {
        <select id=id class="box" class:mono=mono class:small=small aria-label=label aria-describedby=move || described.get() on:change=change>
            {move || options.get().into_iter().map(|(id, text)| {
                let this = id.clone();
                view! { <option value=id prop:selected=move || value.get() == this>{text}</option> }
            }).collect_view()}
        </select>
    }
}
