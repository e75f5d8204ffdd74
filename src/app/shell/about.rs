//! This tab: its workers, what it keeps on this device, which build it is.

use crate::parts::{Button, Switch};
use crate::state::{Studio, View, session::MOST_WORKERS};
use atelier::base::{Message, text};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

const DIALOG: &str = "about";

fn dialog() -> Option<web_sys::HtmlDialogElement> {
    document().get_element_by_id(DIALOG).and_then(|dialog| dialog.dyn_into().ok())
}

/// Shows the panel.
pub fn open() {
    if let Some(dialog) = dialog() {
        let _ = dialog.show_modal();
    }
}

/// The panel.
#[component]
pub fn About() -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    let (sure, set_sure) = signal(false);
    let wipe = move || {
        set_sure.set(false);
        leptos::task::spawn_local(async move {
            studio.wipe().await;
            view.say(text("about.wiped"));
            view.go(atelier::base::Stage::Data, "open");
            if let Some(dialog) = dialog() {
                dialog.close();
            }
        });
    };
    let traceless = move |on: bool| {
        leptos::task::spawn_local(async move { studio.leave_no_trace(on).await });
    };
    view! {
        <dialog id=DIALOG class="dialog" aria-labelledby="about-title" on:close=move |_| set_sure.set(false)>
            <header><h2 id="about-title">{text("about.title")}</h2><span class="push"></span>
                <form method="dialog"><button class="button" data-kind="quiet">{text("page.close")}</button></form></header>
            <h3>{text("about.workers")}</h3>
            <div class="row">
                <select class="box short" aria-label=text("about.workers") on:change=move |event| if let Ok(size) = event_target_value(&event).parse() { studio.set_workers(size) }>
                    {(1..=MOST_WORKERS).map(|size| view! { <option value=size.to_string() prop:selected=move || studio.workers.get() == size>{size}</option> }).collect_view()}
                </select>
                <p class="muted small">{text("about.workers.note")}</p>
            </div>
            <h3>{text("about.kept")}</h3>
            <div class="row"><Switch label=text("about.traceless") on=studio.traceless on_change=traceless/><b class="small">{text("about.traceless")}</b></div>
            <p class="muted small">{text("about.traceless.note")}</p>
            <div class="row wrap">
                <Show when=move || sure.get() fallback=move || view! { <Button icon="trash" label=text("about.wipe") on_click=move || set_sure.set(true)/> }>
                    <p class="small">{text("about.wipe.sure")}</p>
                    <Button label=text("page.cancel") on_click=move || set_sure.set(false)/>
                    <Button icon="trash" kind="main" label=text("about.wipe.yes") on_click=wipe/>
                </Show>
            </div>
            <h3>{text("about.build")}</h3>
            <p class="small">{Message::new("about.version").with("version", env!("CARGO_PKG_VERSION")).with("build", super::build()).to_string()}</p>
        </dialog>
    }
}
