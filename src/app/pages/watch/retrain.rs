//! Training again with the new rows: the old model beside the new one.

use super::scores::Scores;
use crate::parts::{Button, Panel};
use crate::state::{Studio, on_demand::OnDemand, trust::Trust};
use atelier::base::{Message, text};
use atelier::run::{Ask, Retrained};
use atelier::watch::Change;
use leptos::prelude::*;

/// The panel.
#[component]
pub fn Retrain(labelled: usize) -> impl IntoView {
    let (studio, trust) = (expect_context::<Studio>(), expect_context::<Trust>());
    let busy = Memo::new(move |_| studio.busy.with(Option::is_some));
    let question = OnDemand { busy: "retrain", ask: Ask::Retrain, kept: trust.retrained };
    let stamp = Memo::new(move |_| Trust::stamp(studio));
    let found = question.found(stamp);
    let run = move || question.run(studio, stamp.get_untracked());
    let note = Message::new("watch.page.labelled").with("rows", crate::pages::thousands(labelled)).to_string();
    view! {
        <Panel title=text("watch.retrain") note=note>
            <div class="stack">
                <p class="small">{text("watch.retrain.what")}</p>
                {move || found.get().map(|found| view! { <Found found/> })}
                <Button label=Signal::derive(move || text(if found.with(Option::is_some) { "watch.retrain.again" } else { "watch.retrain.run" })) disabled=busy on_click=run/>
            </div>
        </Panel>
    }
}

#[component]
fn Found(found: Retrained) -> impl IntoView {
    let performance = found.performance;
    let said = match performance.change {
        Some(Change::Better) => "watch.retrain.better",
        Some(Change::Worse) => "watch.retrain.worse",
        _ => "watch.retrain.undecided",
    };
    let rows = Message::new("watch.retrain.rows")
        .with("old", crate::pages::thousands(found.old_rows))
        .with("new", crate::pages::thousands(found.new_rows))
        .with("folds", found.folds)
        .to_string();
    view! {
        <Scores performance name=text("watch.retrain") before=text("watch.retrain.old") after=text("watch.retrain.new")/>
        <p class="reading">{text(said)}</p>
        <p class="muted small">{rows}</p>
    }
}
