//! A place to drop or choose a file.

use super::{Button, Icon};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, File, HtmlInputElement};

/// A place for one file.
#[component]
pub fn DropFile(
    /// What is to be dropped.
    #[prop(into)]
    title: String,
    /// What it is for.
    #[prop(into)]
    note: String,
    /// The text of the button.
    #[prop(into)]
    action: String,
    /// Whether the button is the main one of the page.
    #[prop(default = true)]
    main: bool,
    /// Told the file.
    on_file: Callback<File>,
) -> impl IntoView {
    let input = NodeRef::<leptos::html::Input>::new();
    let (over, set_over) = signal(false);
    let choose = move || {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let on_drop = move |event: DragEvent| {
        event.prevent_default();
        set_over.set(false);
        if let Some(file) = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0)) {
            on_file.run(file);
        }
    };
    let on_change = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            on_file.run(file);
        }
        input.set_value("");
    };
    view! {
        <section class="drop" aria-label=title.clone() data-over=move || over.get().to_string()
            on:dragover=move |event: DragEvent| { event.prevent_default(); set_over.set(true); } on:dragleave=move |_| set_over.set(false) on:drop=on_drop>
            <Icon name="file"/>
            <h2>{title.clone()}</h2>
            <p class="muted small">{note}</p>
            <Button label=action.clone() kind=if main { "main" } else { "" } on_click=choose/>
            <input class="hide" type="file" node_ref=input aria-label=action tabindex="-1" accept=".csv,.tsv,.txt,text/csv,text/plain" on:change=on_change/>
        </section>
    }
}
