//! A place to drop or choose a file.

use super::{Button, Icon};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{DragEvent, File, HtmlInputElement};

/// The file of a drop, where there is one.
pub fn dropped(event: &DragEvent) -> Option<File> {
    event.data_transfer()?.files()?.get(0)
}

/// A place for one file. A file that is dropped beside it is meant for it too.
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
    /// Whether it is one line beside other things, and not the page's main action.
    #[prop(into, default = Signal::stored(false))]
    small: Signal<bool>,
    /// Endings and kinds of files that can be chosen.
    #[prop(default = ".csv,.tsv,.txt,text/csv,text/plain")]
    accept: &'static str,
    /// Further ways, beside the button.
    #[prop(optional)]
    children: Option<Children>,
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
    beside(on_file, set_over);
    let on_drop = move |event: DragEvent| {
        event.prevent_default();
        set_over.set(false);
        if let Some(file) = dropped(&event) {
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
        <section class="drop" data-small=move || small.get().then_some("true") aria-label=title.clone() data-over=move || over.get().to_string()
            on:dragover=move |event: DragEvent| event.prevent_default() on:drop=on_drop>
            <Icon name="file"/>
            <h2>{title.clone()}</h2>
            <p class="muted small">{note}</p>
            <div class="row wrap centre"><Button label=action.clone() kind="main" on_click=choose/>{children.map(|children| children())}</div>
            <input class="hide" type="file" node_ref=input aria-label=action tabindex="-1" accept=accept on:change=on_change/>
        </section>
    }
}

/// Takes files that are dropped anywhere on the page, where nothing else did, and lights up while one is over it. The
/// shell, which opens what nobody takes, listens behind the document.
fn beside(on_file: Callback<File>, set_over: WriteSignal<bool>) {
    let listen = Closure::<dyn Fn(DragEvent)>::new(move |event: DragEvent| {
        let is_drop = event.type_() == "drop";
        // A drag leaves the page where it goes to no other element of it.
        let is_over = event.type_() == "dragover" || (event.type_() == "dragleave" && event.related_target().is_some());
        let _ = set_over.try_set(is_over);
        if let Some(file) = dropped(&event).filter(|_| is_drop && !event.default_prevented()) {
            event.prevent_default();
            on_file.run(file);
        }
    });
    for name in ["dragover", "dragleave", "drop"] {
        let _ = document().add_event_listener_with_callback(name, listen.as_ref().unchecked_ref());
    }
    let keep = StoredValue::new_local(listen);
    on_cleanup(move || {
        keep.with_value(|listen| {
            for name in ["dragover", "dragleave", "drop"] {
                let _ = document().remove_event_listener_with_callback(name, listen.as_ref().unchecked_ref());
            }
        });
    });
}
