//! Would more rows help: the chosen model on parts of the training rows, on demand.

use crate::parts::{Button, Chart, Hint, Panel};
use crate::state::{Studio, studio::Stamped, trust::Trust};
use atelier::base::{Message, text};
use atelier::chart;
use atelier::chart::format::figure;
use atelier::judge::growth::Growth;
use atelier::run::Ask;
use leptos::prelude::*;

/// The panel; nothing before there is a training.
#[component]
pub fn Grow() -> impl IntoView {
    let (studio, trust) = (expect_context::<Studio>(), expect_context::<Trust>());
    let busy = Memo::new(move |_| studio.busy.with(Option::is_some));
    let run = move || {
        let Some(digest) = Trust::stamp(studio) else { return };
        leptos::task::spawn_local(async move {
            let recipe = Box::new(studio.recipe.get_untracked());
            if let Some((value, _)) = studio.work::<Growth>("grow", Ask::Grow(recipe), &[]).await {
                trust.grown.set(Some(Stamped { digest, value }));
            }
        });
    };
    let found = Memo::new(move |_| {
        let stamp = Trust::stamp(studio)?;
        trust.grown.with(|found| found.as_ref().filter(|found| found.digest == stamp).map(|found| found.value.clone()))
    });
    let is_trained = Memo::new(move |_| Trust::stamp(studio).is_some());
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
    let (kind, said) = match &found.doubled {
        Ok(doubled) => {
            let message = Message::new(if doubled.helps { "grow.helps" } else { "grow.hardly" })
                .with("metric", text(&format!("metric.{}", found.metric)))
                .with("now", figure(doubled.now))
                .with("value", figure(doubled.value))
                .with("low", figure(doubled.interval[0]))
                .with("high", figure(doubled.interval[1]));
            (if doubled.helps { "good" } else { "note" }, message.to_string())
        }
        Err(why) => ("note", Message::new("grow.unknown").with("why", why).to_string()),
    };
    let scene = chart::growth(&found);
    view! {
        <Chart scene=Signal::stored(scene) height=220/>
        <Hint kind title=said/>
    }
}
