//! What is going on: how far, how long still, slow motion, a step, pause and cancel. Above every page, because work goes on
//! while others are read.

use crate::pages::learn::PaceControls;
use crate::parts::{Button, ProgressBar};
use crate::state::{Studio, studio::now};
use atelier::base::{Message, text};
use leptos::prelude::*;

/// The bar; nothing where nothing goes on.
#[component]
pub fn BusyBar() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let what = Memo::new(move |_| studio.busy.with(|busy| busy.as_ref().map(|busy| busy.what)));
    move || what.get().map(|what| view! { <Bar what/> })
}

#[component]
fn Bar(what: &'static str) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let share = Memo::new(move |_| studio.busy.with(|busy| busy.as_ref().map_or(0.0, |busy| busy.share)));
    let paused = Memo::new(move |_| studio.busy.with(|busy| busy.as_ref().is_some_and(|busy| busy.paused)));
    let name = text(&format!("page.busy.{what}"));
    let (label, progress) = (name.clone(), name.clone());
    let words = move || {
        let share = share.get();
        let started = studio.busy.with_untracked(|busy| busy.as_ref().map_or(0.0, |busy| busy.started));
        let taken = (now() - started) / 1000.0;
        match paused.get() {
            true => text("page.paused"),
            // A guess from the first moments would only jump.
            false if share < 0.05 || taken < 3.0 => format!("{:.0}%", 100.0 * share),
            false => {
                let left = taken / share - taken;
                let left = if left < 90.0 { format!("{left:.0} s") } else { format!("{:.0} min", left / 60.0) };
                Message::new("page.share_and_left").with("percent", format!("{:.0}", 100.0 * share)).with("left", left).to_string()
            }
        }
    };
    let can_pause = matches!(what, "train" | "tune" | "nested" | "retrain");
    view! {
        <div class="busy" role="group" aria-label=label>
            <b>{name}</b>
            <ProgressBar label=progress share=share/>
            <span class="muted">{words}</span>
            <PaceControls/>
            {can_pause.then(|| view! {
                <Button icon="pause" kind="quiet" label=Signal::derive(move || text(if paused.get() { "page.resume" } else { "page.pause" })) pressed=paused on_click=move || studio.pause(!paused.get_untracked())/>
            })}
            <Button icon="stop" kind="quiet" label=text("page.cancel") on_click=move || studio.cancel()/>
        </div>
    }
}
