//! Which class of several the shares are of.

use super::picture;
use crate::state::Explored;
use atelier::base::text;
use leptos::prelude::*;

/// The position of the class that shares are of.
pub fn chosen(explored: Explored) -> Memo<usize> {
    Memo::new(move |_| explored.of(|profile| picture::class_of(profile, explored.class.get().as_deref())).unwrap_or(0))
}

/// The choice among more than two classes; nothing elsewhere.
#[component]
pub fn ClassChoice() -> impl IntoView {
    let explored = expect_context::<Explored>();
    let names = Memo::new(move |_| explored.of(|profile| picture::classes(profile).0).unwrap_or_default());
    let class = chosen(explored);
    view! {
        <Show when=move || { names.with(Vec::len) > 2 }>
            <select class="box small" aria-label=text("explore.class") on:change=move |event| explored.class.set(Some(event_target_value(&event)))>
                {move || names.get().into_iter().enumerate().map(|(place, name)| view! { <option value=name.clone() prop:selected=move || class.get() == place>{name.clone()}</option> }).collect_view()}
            </select>
        </Show>
    }
}
