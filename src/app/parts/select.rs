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

/// The same of values that are known by ids: each with its id, and the text that it shows.
#[component]
pub fn NamedSelect<T: Copy + PartialEq + Send + Sync + 'static>(
    /// What is chosen, for those who listen.
    #[prop(into)]
    label: Signal<String>,
    /// Ids, texts and values.
    known: Vec<(&'static str, String, T)>,
    /// The value that is chosen.
    #[prop(into)]
    value: Signal<T>,
    /// Whether it stands in a row of a table or among other small controls.
    #[prop(optional)]
    small: bool,
    /// Told the value.
    on_change: impl Fn(T) + Send + Sync + 'static,
) -> impl IntoView {
    let options: Vec<(String, String)> = known.iter().map(|(id, text, _)| ((*id).to_owned(), text.clone())).collect();
    let values: Vec<(&'static str, T)> = known.into_iter().map(|(id, _, value)| (id, value)).collect();
    let named = values.clone();
    let chosen = Signal::derive(move || {
        let value = value.get();
        named.iter().find(|(_, known)| *known == value).map_or(String::new(), |(id, _)| (*id).to_owned())
    });
    let set = move |id: String| {
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == id) {
            on_change(*value);
        }
    };
    view! { <Select label=label options=options value=chosen small=small on_change=set/> }
}
