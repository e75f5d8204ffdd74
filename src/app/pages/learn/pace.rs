//! Slow motion and single epochs, so that people can follow how a network learns. What is learned does not depend on them.

use crate::parts::{Button, Switch};
use crate::state::Studio;
use atelier::base::text;
use leptos::prelude::*;

/// Both, beside the progress of a training; nothing while the fold that is looked at does not learn.
#[component]
pub fn PaceControls() -> impl IntoView {
    let studio = expect_context::<Studio>();
    view! {
        <Show when=move || studio.watching.get()>
            <SlowSwitch/>
            <Button icon="step" kind="quiet" label=text("page.step") name=text("page.step.name") on_click=move || studio.step()/>
        </Show>
    }
}

/// Whether the fold that is looked at rests after every epoch; it can be said before a training begins.
#[component]
pub fn SlowSwitch() -> impl IntoView {
    let studio = expect_context::<Studio>();
    view! {
        <span class="row">
            <span class="small">{text("page.slow")}</span>
            <Switch label=text("page.slow.name") on=studio.slow on_change=move |slow| studio.set_slow(slow)/>
        </span>
    }
}
