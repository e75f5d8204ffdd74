//! The models side by side: tabs, the menu that adds one, which is the one.

use super::Looked;
use crate::parts::{Badge, Button, Menu};
use crate::state::Studio;
use atelier::base::{Message, Params, text};
use atelier::learn::{Candidate, MODELS};
use atelier::recipe::{Edit, Recipe};
use leptos::prelude::*;

/// The row of tabs.
#[component]
pub fn Candidates(looked: Looked) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let models = Memo::new(move |_| studio.recipe.with(|recipe| recipe.models.iter().map(|it| it.model.clone()).collect::<Vec<_>>()));
    let chosen = Memo::new(move |_| studio.recipe.with(|recipe| recipe.chosen));
    let is_chosen = Memo::new(move |_| chosen.get() == looked.place.get());
    let offered = Signal::derive(move || {
        let task = studio.look.with(|look| look.as_ref().and_then(|look| look.task));
        let fits = |kind: &&&atelier::learn::Kind| task.is_none_or(|task| kind.tasks.contains(&task));
        let item = |kind: &&'static atelier::learn::Kind| {
            (
                text(&format!("model.{}", kind.id)),
                Callback::new({
                    let id = kind.id;
                    move |()| add(studio, looked, id)
                }),
            )
        };
        MODELS.iter().filter(fits).map(item).collect::<Vec<_>>()
    });
    let on_key = move |event: web_sys::KeyboardEvent| {
        let count = models.with_untracked(Vec::len);
        let step = match event.key().as_str() {
            "ArrowRight" => 1,
            "ArrowLeft" => count.saturating_sub(1),
            _ => return,
        };
        event.prevent_default();
        let next = (looked.place.get_untracked() + step) % count.max(1);
        looked.set.set(next);
        if let Some(tab) = document().get_element_by_id(&format!("model-{next}")) {
            use wasm_bindgen::JsCast;
            let _ = tab.dyn_into::<web_sys::HtmlElement>().map(|tab| tab.focus());
        }
    };
    view! {
        <div class="row candidates">
            <div class="tabs" role="tablist" aria-label=text("learn.candidates") on:keydown=on_key>
                {move || models.with(|models| names(models)).into_iter().enumerate().map(|(place, name)| {
                    let here = Memo::new(move |_| looked.place.get() == place);
                    let one = Memo::new(move |_| chosen.get() == place);
                    view! {
                        <button type="button" role="tab" id=format!("model-{place}") aria-selected=move || here.get().to_string() tabindex=move || if here.get() { "0" } else { "-1" }
                            on:click=move |_| looked.set.set(place)>
                            {name}<Show when=move || one.get()><i class="dot" title=text("learn.the_one")></i><span class="hide">{text("learn.the_one")}</span></Show>
                        </button>
                    }
                }).collect_view()}
            </div>
            <Menu label=text("learn.add") icon="plus" text=text("learn.add_short") items=offered/>
            <span class="push"></span>
            {move || if is_chosen.get() {
                view! { <Badge text=text("learn.the_one") kind="accent"/> }.into_any()
            } else {
                view! { <Button kind="quiet" icon="tick" label=text("learn.choose") on_click=move || choose(studio, looked.place.get_untracked())/> }.into_any()
            }}
            <Button kind="quiet" icon="trash" label=text("learn.remove") disabled=Signal::derive(move || models.with(Vec::len) < 2) on_click=move || remove(studio, looked)/>
        </div>
    }
}

/// The names of models, numbered where a kind stands there more than once.
pub fn names(models: &[String]) -> Vec<String> {
    let name = |(place, model): (usize, &String)| {
        let label = text(&format!("model.{model}"));
        let before = models[..place].iter().filter(|other| *other == model).count();
        if models.iter().filter(|other| *other == model).count() > 1 { format!("{label} {}", before + 1) } else { label }
    };
    models.iter().enumerate().map(name).collect()
}

fn add(studio: Studio, looked: Looked, model: &str) {
    let Recipe { mut models, chosen, .. } = studio.recipe.get_untracked();
    // A second of a kind starts as the first is, since one wants to change a little of it.
    let params = models.iter().find(|known| known.model == model).map_or_else(Params::new, |known| known.params.clone());
    models.push(Candidate { model: model.to_owned(), params, ..Candidate::default() });
    let last = models.len() - 1;
    studio.edit(Edit::SetModels { models, chosen });
    looked.set.set(last);
}

fn choose(studio: Studio, place: usize) {
    let models = studio.recipe.get_untracked().models;
    studio.edit(Edit::SetModels { models, chosen: place });
}

fn remove(studio: Studio, looked: Looked) {
    let Recipe { mut models, chosen, tune, .. } = studio.recipe.get_untracked();
    let place = looked.place.get_untracked();
    if models.len() < 2 || place >= models.len() {
        return;
    }
    models.remove(place);
    let moved = |other: usize| if other > place { other - 1 } else { other };
    let chosen = moved(chosen).min(models.len() - 1);
    let mut edits = vec![Edit::SetModels { models, chosen }];
    if let Some(tune) = tune {
        let kept = (tune.candidate != place).then(|| atelier::recipe::Tune { candidate: moved(tune.candidate), ..tune });
        edits.push(Edit::SetTune(kept));
    }
    looked.set.set(place.saturating_sub(1));
    studio.edit(Edit::Many(edits));
}

/// The accessible name of what a tab shows.
pub fn name_of(studio: Studio, looked: Looked) -> String {
    let models = studio.recipe.with(|recipe| recipe.models.iter().map(|it| it.model.clone()).collect::<Vec<_>>());
    let name = names(&models).into_iter().nth(looked.place.get()).unwrap_or_default();
    Message::new("learn.settings_of").with("model", name).to_string()
}
