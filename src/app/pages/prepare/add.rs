//! Adding a step: a dialog with a search, the kinds by family, each with what it is for.

use super::Pipeline;
use crate::parts::Button;
use crate::state::Studio;
use atelier::base::{Params, text};
use atelier::prepare::{STEPS, Selector, Step};
use atelier::recipe::Edit;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

const DIALOG: &str = "add-step";
const FAMILIES: [&str; 5] = ["clean", "features", "select", "balance", "scale"];

fn dialog() -> Option<web_sys::HtmlDialogElement> {
    document().get_element_by_id(DIALOG).and_then(|dialog| dialog.dyn_into().ok())
}

/// The button and its dialog.
#[component]
pub fn AddStep() -> impl IntoView {
    let (studio, pipeline) = (expect_context::<Studio>(), expect_context::<Pipeline>());
    let (wanted, set_wanted) = signal(String::new());
    let open = move || {
        set_wanted.set(String::new());
        if let Some(dialog) = dialog() {
            let _ = dialog.show_modal();
        }
    };
    let close = || {
        if let Some(dialog) = dialog() {
            dialog.close();
        }
    };
    let add = move |id: &'static str| {
        close();
        // Behind the step that is looked at: most steps belong near another.
        let count = studio.recipe.with_untracked(|recipe| recipe.prepare.len());
        let at = if count == 0 { 0 } else { (pipeline.place.get_untracked() + 1).min(count) };
        let step = Step { id: id.to_owned(), columns: Selector::All, params: Params::new(), enabled: true };
        studio.edit(Edit::InsertStep { at, step });
        pipeline.place.set(at);
    };
    let matches = move |id: &str| {
        let wanted = wanted.get().to_lowercase();
        let words = format!("{} {}", text(&format!("step.{id}")), text(&format!("step.{id}.help"))).to_lowercase();
        wanted.split_whitespace().all(|word| words.contains(word))
    };
    view! {
        <Button icon="plus" kind="main" label=text("prepare.add") on_click=open/>
        <dialog id=DIALOG class="dialog" aria-labelledby="add-step-title">
            <header><h2 id="add-step-title">{text("prepare.add")}</h2><span class="push"></span><Button kind="quiet" icon="close" name=text("page.close") on_click=close/></header>
            <label class="field"><span>{text("prepare.search")}</span><input class="box" type="search" prop:value=wanted on:input=move |event| set_wanted.set(event_target_value(&event))/></label>
            {FAMILIES.into_iter().map(|family| view! {
                <Show when=move || STEPS.iter().any(|kind| kind.family == family && matches(kind.id))>
                    <h3>{text(&format!("prepare.family.{family}"))}</h3>
                    <ul class="kinds">{move || STEPS.iter().filter(|kind| kind.family == family && matches(kind.id)).map(|kind| {
                        let id = kind.id;
                        view! { <li><button type="button" on:click=move |_| add(id)><b>{text(&format!("step.{id}"))}</b><span class="muted small">{text(&format!("step.{id}.help"))}</span></button></li> }
                    }).collect_view()}</ul>
                </Show>
            }).collect_view()}
        </dialog>
    }
}
