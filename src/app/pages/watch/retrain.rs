//! Training again with the new rows: the old model beside the new one.

use crate::parts::{Badge, Button, FigureText, Panel, figure};
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
    let (kind, word, said) = match performance.change {
        Some(Change::Better) => ("good", "watch.word.better", "watch.retrain.better"),
        Some(Change::Worse) => ("bad", "watch.word.worse", "watch.retrain.worse"),
        _ => ("warn", "watch.word.undecided", "watch.retrain.undecided"),
    };
    let rows = Message::new("watch.retrain.rows")
        .with("old", crate::pages::thousands(found.old_rows))
        .with("new", crate::pages::thousands(found.new_rows))
        .with("folds", found.folds)
        .to_string();
    view! {
        <div class="scroll" role="region" tabindex="0" aria-label=text("watch.retrain")><table>
            <thead><tr><th scope="col">{text("watch.page.metric")}</th><th scope="col" class="num">{text("watch.retrain.old")}</th><th scope="col" class="num">{text("watch.retrain.new")}</th><th scope="col" class="num">{text("watch.page.difference")}</th><th scope="col">{text("fair.page.verdict")}</th></tr></thead>
            <tbody><tr><th scope="row">{text(&format!("metric.{}", performance.metric))}</th><td class="num"><FigureText figure=performance.before/></td><td class="num"><b><FigureText figure=performance.after/></b></td>
                <td class="num"><FigureText figure=performance.difference.value.clone()/><br/><span class="muted small">{figure::interval(&performance.difference.low, &performance.difference.high, false)}</span></td>
                <td><Badge text=text(word) kind=kind/></td></tr></tbody>
        </table></div>
        <p class="reading">{text(said)}</p>
        <p class="muted small">{rows}</p>
    }
}
