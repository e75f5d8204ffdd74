//! The proof of privacy: the connection is closed by a second policy once everything is loaded, and the panel counts
//! every request that the browser has recorded since.

use atelier::base::{Message, text};
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::JsCast;

thread_local! {
    /// How many requests there were when the connection was closed.
    static BEFORE: Cell<Option<u32>> = const { Cell::new(None) };
    /// Counts looks at the record, so that the words follow.
    static LOOKS: RwSignal<u32> = RwSignal::new(0);
}

/// Closes the connection: a second policy forbids every request from now on, in the page and in workers started later.
pub fn close_connection() {
    let Some(head) = document().head() else { return };
    let Ok(meta) = document().create_element("meta") else { return };
    let _ = meta.set_attribute("http-equiv", "Content-Security-Policy");
    let _ = meta.set_attribute("content", "connect-src 'none'");
    let _ = head.append_child(&meta);
    BEFORE.set(Some(recorded().len() as u32));
    look();
}

/// Addresses of everything that was asked for, as the browser recorded it. Blobs are not requests.
fn recorded() -> Vec<String> {
    let Some(performance) = window().performance() else { return Vec::new() };
    performance
        .get_entries_by_type("resource")
        .iter()
        .filter_map(|entry| entry.dyn_into::<web_sys::PerformanceEntry>().ok())
        .map(|entry| entry.name())
        .filter(|name| !name.starts_with("blob:") && !name.starts_with("data:"))
        .collect()
}

fn look() {
    LOOKS.with(|looks| looks.update(|count| *count += 1));
}

/// How many requests there were since the connection was closed; nothing before.
pub fn requests() -> Option<u32> {
    LOOKS.with(|looks| looks.track());
    BEFORE.get().map(|before| (recorded().len() as u32).saturating_sub(before))
}

/// The count in words.
pub fn words() -> String {
    match requests() {
        None => text("privacy.loading"),
        Some(1) => text("privacy.one"),
        Some(count) => Message::new("privacy.count").with("count", count).to_string(),
    }
}

/// The count in two words, for the rail.
pub fn short() -> String {
    match requests() {
        None => text("privacy.loading"),
        Some(1) => text("privacy.short.one"),
        Some(count) => Message::new("privacy.short.count").with("count", count).to_string(),
    }
}

const DIALOG: &str = "privacy";

/// Shows the panel.
pub fn open() {
    look();
    if let Some(dialog) = document().get_element_by_id(DIALOG).and_then(|dialog| dialog.dyn_into::<web_sys::HtmlDialogElement>().ok()) {
        let _ = dialog.show_modal();
    }
}

/// The panel: the count, what was loaded, the policy in force.
#[component]
pub fn Privacy() -> impl IntoView {
    let policy = move || {
        LOOKS.with(|looks| looks.track());
        let list = document().query_selector_all("meta[http-equiv=Content-Security-Policy]").ok();
        let count = list.as_ref().map_or(0, web_sys::NodeList::length);
        (0..count)
            .filter_map(|place| list.as_ref()?.item(place)?.dyn_into::<web_sys::Element>().ok()?.get_attribute("content"))
            .collect::<Vec<_>>()
    };
    view! {
        <dialog id=DIALOG class="dialog" aria-labelledby="privacy-title">
            <header><h2 id="privacy-title">{text("privacy.title")}</h2><span class="push"></span>
                <form method="dialog"><button class="button" data-kind="quiet">{text("page.close")}</button></form></header>
            <p><b>{words}</b></p>
            <p class="muted">{text("privacy.how")}</p>
            <h3>{text("privacy.policy")}</h3>
            <ul class="formula">{move || policy().into_iter().map(|policy| view! { <li>{policy}</li> }).collect_view()}</ul>
            <h3>{text("privacy.loaded")}</h3>
            <ul class="formula">{move || { LOOKS.with(|looks| looks.track()); recorded().into_iter().map(|address| view! { <li>{address}</li> }).collect_view() }}</ul>
        </dialog>
    }
}
