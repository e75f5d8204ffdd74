//! The shell: top bar, rail, page, explaining panel; what never moves.

pub mod about;
mod busy;
mod focus;
pub mod privacy;
mod rail;
mod side;
mod top;

use crate::pages;
use crate::parts::{Hint, ProblemHint, dropped};
use crate::state::{Studio, View};
use atelier::base::{Problem, Stage, text};
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
    let segmented = crate::state::Segmented::new();
    provide_context(segmented);
    segmented.follow(studio);
    let build = build();
    leptos::task::spawn_local(async move {
        studio.start(&build).await;
        pages::data::at_start(studio, view).await;
    });
    keys(studio, view);
    files(studio, view);
    links(studio, view);
    focus::keep();
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
                <Elsewhere/>
                {move || studio.problem.get().map(|problem| wrong(studio, problem))}
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

/// Another tab writes the project that is open here.
#[component]
fn Elsewhere() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let take = Callback::new(move |()| leptos::task::spawn_local(async move { studio.take_over().await }));
    move || {
        studio.elsewhere.get().then(|| {
            view! { <Hint kind="note" title=text("page.elsewhere") detail=text("page.elsewhere.hint") action=text("page.elsewhere.take") on_action=take/> }
        })
    }
}

/// The last thing that went wrong, with a way out where one is offered.
fn wrong(studio: Studio, problem: Problem) -> impl IntoView {
    let close = Callback::new(move |()| studio.problem.set(None));
    match studio.offer.get().filter(|offer| offer.problem == problem) {
        Some(offer) => view! { <ProblemHint problem action=offer.label on_action=offer.act on_close=close/> }.into_any(),
        None => view! { <ProblemHint problem on_close=close/> }.into_any(),
    }
}

/// A file that is dropped anywhere, and a table that is pasted on the page of data, are opened. Without this a browser
/// leaves the page for a file that is dropped beside its place.
fn files(studio: Studio, view: View) {
    let over = window_event_listener(leptos::ev::dragover, |event| event.prevent_default());
    let drop = window_event_listener(leptos::ev::drop, move |event| {
        if !event.default_prevented() {
            event.prevent_default();
            if let Some(file) = dropped(&event) {
                pages::data::take(studio, view, file);
            }
        }
    });
    let paste = window_event_listener(leptos::ev::paste, move |event| {
        if view.route.get_untracked().stage != Stage::Data || is_editing(&event) {
            return;
        }
        let Some(data) = event.clipboard_data() else { return };
        if let Some(file) = data.files().and_then(|files| files.get(0)) {
            event.prevent_default();
            pages::data::take(studio, view, file);
        } else if data.get_data("text/plain").is_ok_and(|words| pages::data::paste(studio, view, words)) {
            event.prevent_default();
        }
    });
    on_cleanup(move || {
        over.remove();
        drop.remove();
        paste.remove();
    });
}

/// A link to a recipe that is put into the address of an open tab is taken as at the start.
fn links(studio: Studio, view: View) {
    let changed = window_event_listener_untyped("hashchange", move |_| {
        pages::data::take_link(studio, view);
    });
    on_cleanup(move || changed.remove());
}

/// Whether a text is being edited where an event happens.
fn is_editing(event: &web_sys::Event) -> bool {
    use wasm_bindgen::JsCast;
    event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()).is_some_and(|element| {
        let tag = element.tag_name();
        tag == "TEXTAREA" || (tag == "INPUT" && !matches!(element.get_attribute("type").as_deref(), Some("checkbox" | "radio" | "range")))
    })
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
        let command = event.ctrl_key() || event.meta_key();
        if !command || event.alt_key() || is_editing(&event) {
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
