//! The shell: top bar, rail, page, explaining panel; what never moves.

pub mod about;
mod busy;
pub mod privacy;
mod rail;
mod side;
mod top;

use crate::pages;
use crate::parts::{Hint, ProblemHint};
use crate::state::{Studio, View};
use atelier::base::text;
use leptos::prelude::*;
use rail::Rail;
use side::Side;
use top::Top;

/// Everything.
#[component]
pub fn Shell() -> impl IntoView {
    let (studio, view) = (Studio::new(), View::new());
    provide_context(studio);
    provide_context(view);
    provide_context(crate::state::prepared::Prepared::new());
    let trust = crate::state::trust::Trust::new();
    provide_context(trust);
    trust.follow(studio);
    let explored = crate::state::Explored::new();
    provide_context(explored);
    explored.follow(studio);
    let build = build();
    leptos::task::spawn_local(async move {
        studio.start(&build).await;
        pages::data::at_start(studio, view).await;
    });
    keys(studio, view);
    view! {
        <a class="skip" href="#page" on:click=move |event| {
            // The hash is the route, so the link moves the focus itself.
            event.prevent_default();
            focus_page();
        }>{atelier::base::text("page.skip")}</a>
        <div class="app" data-explain=move || view.explain.get().to_string()>
            <Top/>
            <Rail/>
            <main class="page stack" id="page" tabindex="-1" data-stage=move || view.route.get().stage.id()>
                <busy::BusyBar/>
                <Update/>
                {move || studio.problem.get().map(|problem| view! { <ProblemHint problem on_close=move |()| studio.problem.set(None)/> })}
                <pages::Page/>
            </main>
            <Side/>
        </div>
        <p class="hide" role="status" aria-live="polite">{move || view.spoken.get()}</p>
        <privacy::Privacy/>
        <about::About/>
    }
}

/// A newer build is ready: said once, taken when the person wants.
#[component]
fn Update() -> impl IntoView {
    use crate::state::offline;
    let (newer, set_newer) = signal(false);
    offline::on_update(move || set_newer.set(true));
    move || {
        newer.get().then(|| {
            view! { <Hint kind="note" title=text("page.newer") detail=text("page.newer.detail") action=text("page.newer.take") on_action=Callback::new(|()| offline::update()) on_close=Callback::new(move |()| set_newer.set(false))/> }
        })
    }
}

/// Moves the focus to the page, past the rail.
pub fn focus_page() {
    use wasm_bindgen::JsCast;
    if let Some(page) = document().get_element_by_id("page").and_then(|page| page.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = page.focus();
    }
}

/// Undo and redo by their usual keys, except where a text is edited.
fn keys(studio: Studio, view: View) {
    let handle = window_event_listener(leptos::ev::keydown, move |event| {
        use wasm_bindgen::JsCast;
        let editing = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()).is_some_and(|element| {
            let tag = element.tag_name();
            tag == "TEXTAREA"
                || (tag == "INPUT" && !matches!(element.get_attribute("type").as_deref(), Some("checkbox" | "radio" | "range")))
        });
        let command = event.ctrl_key() || event.meta_key();
        if editing || !command || event.alt_key() {
            return;
        }
        match (event.key().to_ascii_lowercase().as_str(), event.shift_key()) {
            ("z", false) => {
                event.prevent_default();
                studio.undo();
                view.say(atelier::base::text("page.undone"));
            }
            ("z", true) | ("y", _) => {
                event.prevent_default();
                studio.redo();
                view.say(atelier::base::text("page.redone"));
            }
            _ => {}
        }
    });
    on_cleanup(move || handle.remove());
}

/// The digest of this build, as the host serves it.
pub fn build() -> String {
    document().query_selector("meta[name=build]").ok().flatten().and_then(|meta| meta.get_attribute("content")).unwrap_or_default()
}
