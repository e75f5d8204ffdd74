//! Would more rows help: the chosen model on parts of the training rows, on demand.

use crate::parts::{Button, Chart, Hint, Panel};
use crate::state::{Studio, on_demand::OnDemand, trust::Trust};
use atelier::base::text;
use atelier::chart;
use atelier::judge::growth::Growth;
use atelier::report;
use atelier::run::Ask;
use leptos::prelude::*;

/// The panel; nothing before there is a training.
#[component]
pub fn Grow() -> impl IntoView {
    let (studio, trust) = (expect_context::<Studio>(), expect_context::<Trust>());
    let busy = Memo::new(move |_| studio.busy.with(Option::is_some));
    let question = OnDemand { busy: "grow", ask: Ask::Grow, kept: trust.grown };
    let stamp = Memo::new(move |_| Trust::stamp(studio));
    let found = question.found(stamp);
    let run = move || question.run(studio, stamp.get_untracked());
    let is_trained = Memo::new(move |_| stamp.with(Option::is_some));
    view! {
        <Show when=move || is_trained.get()>
            <Panel title=text("grow.title") note=text("grow.note")>
                <div class="stack">
                    <p class="muted small">{text("grow.what")}</p>
                    {move || found.get().map(|found| view! { <Found found/> })}
                    <div class="row"><Button label=Signal::derive(move || text(if found.with(Option::is_some) { "grow.again" } else { "grow.run" })) disabled=busy on_click=run/></div>
                </div>
            </Panel>
        </Show>
    }
}

#[component]
fn Found(found: Growth) -> impl IntoView {
    let helps = found.doubled.as_ref().is_ok_and(|doubled| doubled.helps);
    let scene = chart::growth(&found);
    view! {
        <Chart scene=Signal::stored(scene) height=220/>
        <Hint kind=if helps { "good" } else { "note" } title=report::found::growth(&found).to_string()/>
    }
}
