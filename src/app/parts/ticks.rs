//! Names of columns to tick, however many there are.

use atelier::base::{Message, text};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// Names drawn, at most; a filter finds the others.
pub const DRAWN: usize = 200;
/// From so many names on there is a filter.
pub const MANY: usize = 20;

/// A box for each name. What is chosen and not offered any more stands first, so that it can be taken out.
#[component]
pub fn Ticks(
    /// What is chosen, for those who listen.
    #[prop(into)]
    label: Signal<String>,
    /// The names that are offered.
    #[prop(into)]
    options: Signal<Vec<String>>,
    /// Those that are chosen.
    #[prop(into)]
    chosen: Signal<Vec<String>>,
    /// The ids of what describes the choice.
    #[prop(into, default = Signal::stored(None))]
    described: Signal<Option<String>>,
    /// Told the names that are chosen.
    #[prop(into)]
    on_change: Callback<Vec<String>>,
) -> impl IntoView {
    let filter = RwSignal::new(String::new());
    let ticked = Memo::new(move |_| chosen.with(|chosen| chosen.iter().cloned().collect::<BTreeSet<String>>()));
    let all = Memo::new(move |_| {
        options.with(|options| {
            let offered: BTreeSet<&String> = options.iter().collect();
            let gone = chosen.with(|chosen| chosen.iter().filter(|name| !offered.contains(name)).cloned().collect::<Vec<_>>());
            gone.into_iter().chain(options.iter().cloned()).collect::<Vec<_>>()
        })
    });
    let shown = Memo::new(move |_| {
        let wanted = filter.get().to_lowercase();
        all.with(|all| all.iter().filter(|name| name.to_lowercase().contains(&wanted)).take(DRAWN).cloned().collect::<Vec<_>>())
    });
    let has_many = Memo::new(move |_| all.with(Vec::len) > MANY);
    let some = move || {
        let (shown, all) = (shown.with(Vec::len), all.with(Vec::len));
        (shown < all).then(|| {
            let said = Message::new("data.columns.some").with("shown", shown).with("all", all).to_string();
            view! { <p class="muted tiny">{said}</p> }
        })
    };
    view! {
        <Show when=move || has_many.get()><input class="box" type="search" aria-label=text("data.columns.find") placeholder=text("data.columns.find") prop:value=filter on:input=move |event| filter.set(event_target_value(&event))/></Show>
        <div class="ticks" role="group" aria-label=label aria-describedby=move || described.get()>
            <For each=move || shown.get() key=|name| name.clone() let:name>
                {
                    let (this, own) = (name.clone(), name.clone());
                    let on = move || ticked.with(|ticked| ticked.contains(&this));
                    view! {
                        <label class="tick"><input type="checkbox" prop:checked=on on:change=move |event| {
                            let mut names = chosen.get_untracked();
                            names.retain(|name| *name != own);
                            if event_target_checked(&event) { names.push(own.clone()); }
                            on_change.run(names);
                        }/><span class="mono"><bdi>{name}</bdi></span></label>
                    }
                }
            </For>
        </div>
        {some}
    }
}
