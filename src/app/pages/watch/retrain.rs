//! Training again with the new rows: the old model beside the new one.

use super::scores::Scores;
use crate::parts::{Button, Panel};
use crate::state::{Studio, studio::Stamped, trust::Trust};
use atelier::base::{Message, text};
use atelier::run::{Ask, Retrained};
use atelier::watch::Change;
use leptos::prelude::*;

/// The panel.
#[component]
pub fn Retrain(labelled: usize) -> impl IntoView {
    let (studio, trust) = (expect_context::<Studio>(), expect_context::<Trust>());
    let busy = Memo::new(move |_| studio.busy.with(Option::is_some));
    let run = move || {
        let Some(digest) = Trust::stamp(studio) else { return };
        leptos::task::spawn_local(async move {
            let recipe = Box::new(studio.recipe.get_untracked());
            if let Some((value, _)) = studio.work::<Retrained>("retrain", Ask::Retrain(recipe), &[]).await {
                trust.retrained.set(Some(Stamped { digest, value }));
            }
        });
    };
    let found = Memo::new(move |_| {
        let stamp = Trust::stamp(studio)?;
        trust.retrained.with(|found| found.as_ref().filter(|found| found.digest == stamp).map(|found| found.value.clone()))
    });
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
