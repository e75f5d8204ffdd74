//! Adding a step: a dialog with a search, the kinds by family, each with what it is for and what it would touch here.

use super::{Pipeline, step_of};
use crate::pages::thousands;
use crate::parts::Button;
use crate::state::Studio;
use atelier::base::{Message, Params, Problem, text};
use atelier::prepare::{self, Effect, STEPS, Selector, Step};
use atelier::recipe::Edit;
use atelier::run::{Ask, Preview, StepPreview};
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;

const DIALOG: &str = "add-step";
const FAMILIES: [&str; 5] = ["clean", "features", "select", "balance", "scale"];
/// Columns that are named, at most.
const NAMED: usize = 5;

fn dialog() -> Option<web_sys::HtmlDialogElement> {
    document().get_element_by_id(DIALOG).and_then(|dialog| dialog.dyn_into().ok())
}

fn close() {
    if let Some(dialog) = dialog() {
        dialog.close();
    }
}

/// What is tried out before it is added.
#[derive(Clone, Copy)]
struct Trial {
    studio: Studio,
    pipeline: Pipeline,
    /// The kind that is chosen.
    chosen: RwSignal<Option<&'static str>>,
    /// What it would do; nothing while that is found out.
    said: RwSignal<Option<String>>,
    /// The number of the request.
    number: StoredValue<Rc<Cell<u64>>, LocalStorage>,
}

impl Trial {
    /// Where the step goes: behind the one that is looked at, since most steps belong near another.
    fn place(self) -> usize {
        let count = self.studio.recipe.with_untracked(|recipe| recipe.prepare.len());
        if count == 0 { 0 } else { (self.pipeline.place.get_untracked() + 1).min(count) }
    }

    /// Chooses a kind, and finds out what it would do.
    fn choose(self, id: &'static str) {
        if self.chosen.get_untracked() == Some(id) {
            return;
        }
        self.end();
        self.chosen.set(Some(id));
        let number = Rc::new(Cell::new(0));
        self.number.set_value(number.clone());
        let (at, mut recipe) = (self.place(), self.studio.recipe.get_untracked());
        recipe.prepare.insert(at, step(id));
        // Later steps tell nothing about it, but those that choose source rows come before all others.
        let chooses = |step: &Step| prepare::find(&step.id).is_some_and(|kind| kind.effect() == Effect::SourceRows);
        recipe.prepare =
            recipe.prepare.into_iter().enumerate().filter(|(place, step)| *place <= at || chooses(step)).map(|(_, step)| step).collect();
        leptos::task::spawn_local(async move {
            let answer = self.studio.ask_numbered::<Preview>(Ask::Preview(Box::new(recipe)), number.clone(), |_| {}).await;
            // A late answer belongs to another choice.
            if Rc::ptr_eq(&self.number.get_value(), &number) {
                self.said.set(Some(match answer {
                    Ok(preview) => would(&preview, at),
                    Err(problem) => problem.to_string(),
                }));
            }
        });
    }

    /// Ends what is being found out.
    fn end(self) {
        if self.chosen.get_untracked().is_some() && self.said.with_untracked(Option::is_none) {
            self.studio.end(self.number.get_value().get());
        }
        self.number.set_value(Rc::default());
        self.chosen.set(None);
        self.said.set(None);
    }

    /// Adds a step of a kind.
    fn add(self, id: &'static str) {
        close();
        let at = self.place();
        self.studio.edit(Edit::InsertStep { at, step: step(id) });
        self.pipeline.place.set(at);
    }
}

fn step(id: &str) -> Step {
    Step { id: id.to_owned(), columns: Selector::All, params: Params::new(), enabled: true }
}

/// What the step at a place of a preview would do, in words.
fn would(preview: &Preview, at: usize) -> String {
    match (preview.steps.get(at), &preview.problem) {
        (Some(Some(step)), _) => touches(step),
        (_, Some(problem)) => earlier(problem, at),
        _ => String::new(),
    }
}

/// Why there is nothing to say of the step at a place.
fn earlier(problem: &Problem, at: usize) -> String {
    match step_of(problem) {
        Some(step) if step != at => Message::new("prepare.would.after").with("number", step + 1).with("problem", problem).to_string(),
        _ => problem.to_string(),
    }
}

fn touches(step: &StepPreview) -> String {
    let pair = |id: &str, (before, after): (usize, usize)| {
        (before != after).then(|| Message::new(id).with("before", thousands(before)).with("after", thousands(after)).to_string())
    };
    let names: Vec<&str> = step.touched.iter().take(NAMED).map(|touched| touched.column.as_str()).collect();
    let more = step.touched_columns.saturating_sub(names.len());
    let columns = match more {
        0 => names.join(", "),
        more => Message::new("prepare.would.more").with("columns", names.join(", ")).with("count", thousands(more)).to_string(),
    };
    let cells = (step.touched_columns > 0).then(|| {
        let count = |message: Message| message.with("cells", thousands(step.touched_cells)).with("count", thousands(step.touched_columns));
        count(Message::new("prepare.would.cells")).with("columns", columns).to_string()
    });
    let parts = [pair("prepare.would.rows", step.report.rows), pair("prepare.would.columns", step.report.columns), cells];
    let said: Vec<String> = parts.into_iter().flatten().chain(step.report.notes.iter().map(|note| note.message.to_string())).collect();
    if said.is_empty() { text("prepare.would.nothing") } else { said.join(" ") }
}

/// The button and its dialog.
#[component]
pub fn AddStep() -> impl IntoView {
    let (studio, pipeline) = (expect_context::<Studio>(), expect_context::<Pipeline>());
    let number = StoredValue::new_local(Rc::default());
    let trial = Trial { studio, pipeline, chosen: RwSignal::new(None), said: RwSignal::new(None), number };
    let (wanted, set_wanted) = signal(String::new());
    let open = move || {
        set_wanted.set(String::new());
        if let Some(dialog) = dialog() {
            let _ = dialog.show_modal();
        }
    };
    let matches = move |id: &str| {
        let wanted = wanted.get().to_lowercase();
        let words = format!("{} {}", text(&format!("step.{id}")), text(&format!("step.{id}.help"))).to_lowercase();
        wanted.split_whitespace().all(|word| words.contains(word))
    };
    let said = move || match (trial.chosen.get(), trial.said.get()) {
        (None, _) => text("prepare.add.how"),
        (Some(_), None) => text("prepare.add.trying"),
        (Some(_), Some(said)) => said,
    };
    let add_chosen = move || {
        if let Some(id) = trial.chosen.get_untracked() {
            trial.add(id);
        }
    };
    view! {
        <Button icon="plus" kind="main" label=text("prepare.add") on_click=open/>
        <dialog id=DIALOG class="dialog" aria-labelledby="add-step-title" on:close=move |_| trial.end()>
            <header><h2 id="add-step-title">{text("prepare.add")}</h2><span class="push"></span><Button kind="quiet" icon="close" name=text("page.close") on_click=close/></header>
            <label class="field"><span>{text("prepare.search")}</span><input class="box" type="search" prop:value=wanted on:input=move |event| set_wanted.set(event_target_value(&event))/></label>
            {FAMILIES.into_iter().map(|family| view! {
                <Show when=move || STEPS.iter().any(|kind| kind.family == family && matches(kind.id))>
                    <h3>{text(&format!("prepare.family.{family}"))}</h3>
                    <ul class="kinds">{move || STEPS.iter().filter(|kind| kind.family == family && matches(kind.id)).map(|kind| view! { <Kind trial id=kind.id/> }).collect_view()}</ul>
                </Show>
            }).collect_view()}
            <div class="try"><p class="small" role="status">{said}</p><Button icon="plus" kind="main" label=text("prepare.add.do") disabled=Signal::derive(move || trial.chosen.get().is_none()) on_click=add_chosen/></div>
        </dialog>
    }
}

/// A kind of step: a click or the space bar chooses it, Enter or a double click adds it.
#[component]
fn Kind(trial: Trial, id: &'static str) -> impl IntoView {
    let is_chosen = Memo::new(move |_| trial.chosen.get() == Some(id));
    let on_key = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            trial.add(id);
        }
    };
    view! {
        <li><button type="button" aria-pressed=move || is_chosen.get().to_string() on:click=move |_| trial.choose(id) on:dblclick=move |_| trial.add(id) on:keydown=on_key>
            <b>{text(&format!("step.{id}"))}</b><span class="muted small">{text(&format!("step.{id}.help"))}</span>
        </button></li>
    }
}
