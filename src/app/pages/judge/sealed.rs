//! The sealed rows: opened on purpose, counted, and only then shown.

use super::{Judged, names, shown};
use crate::parts::{Button, Panel};
use crate::state::Studio;
use atelier::base::{Message, text};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

const DIALOG: &str = "open-sealed";

fn dialog() -> Option<web_sys::HtmlDialogElement> {
    document().get_element_by_id(DIALOG).and_then(|dialog| dialog.dyn_into().ok())
}

/// The panel.
#[component]
pub fn Sealed() -> impl IntoView {
    let (studio, judged) = (expect_context::<Studio>(), expect_context::<Judged>());
    let rows = Memo::new(move |_| judged.trained.with(|trained| trained.as_ref().map_or(0, |trained| trained.rows.held_out)));
    let times = Memo::new(move |_| studio.project.with(|project| project.as_ref().map_or(0, |project| project.opened)));
    let opened = Memo::new(move |_| studio.opened_now());
    let model = move || {
        let all = judged.trained.with(|trained| trained.as_ref().map(|trained| names(&trained.candidates)).unwrap_or_default());
        all.get(judged.chosen.get()).cloned().unwrap_or_default()
    };
    let note = Signal::derive(move || {
        let rows = super::super::thousands(rows.get());
        let id = match times.get() {
            0 => "judge.sealed.never",
            1 => "judge.sealed.once",
            _ => "judge.sealed.times",
        };
        Message::new(id).with("rows", rows).with("times", times.get()).to_string()
    });
    let ask = move || {
        if let Some(dialog) = dialog() {
            let _ = dialog.show_modal();
        }
    };
    let open = move || {
        if let Some(dialog) = dialog() {
            dialog.close();
        }
        leptos::task::spawn_local(async move { studio.open_sealed().await });
    };
    let close = move || {
        if let Some(dialog) = dialog() {
            dialog.close();
        }
    };
    view! {
        <Panel title=text("judge.sealed") note=note tools=move || view! { <Button icon="seal" label=text("judge.sealed.open") disabled=Signal::derive(move || rows.get() == 0) on_click=ask/> }>
            {move || match opened.get() {
                None => view! { <p class="muted small">{text(if rows.get() == 0 { "judge.nothing_sealed" } else { "judge.sealed.why" })}</p> }.into_any(),
                Some(opened) => {
                    // While the folds are judged by another rule, theirs are not those to stand beside.
                    let is_same = judged.trained.with(|trained| trained.as_ref().is_some_and(|trained| studio.recipe.with(|recipe| recipe.judge == trained.judge)));
                    let folds = judged.evaluation.get().filter(|_| is_same);
                    view! {
                        <div class="scroll"><table>
                            <thead><tr><th scope="col">{text("goal.metric")}</th><th scope="col" class="num">{text("goal.on_folds")}</th><th scope="col" class="num">{text("goal.on_held_out")}</th><th scope="col" class="num">{text("judge.interval")}</th></tr></thead>
                            <tbody>{opened.evaluation.scores.iter().map(|score| {
                                let before = folds.as_ref().and_then(|folds| folds.score(&score.metric)).map(|score| shown(&score.all.value)).unwrap_or_default();
                                let interval = Message::new("judge.from_to").with("low", shown(&score.all.low)).with("high", shown(&score.all.high)).to_string();
                                view! { <tr><th scope="row">{text(&format!("metric.{}", score.metric))}</th><td class="num">{before}</td><td class="num"><b>{shown(&score.all.value)}</b></td><td class="num muted">{interval}</td></tr> }
                            }).collect_view()}</tbody>
                        </table></div>
                    }.into_any()
                }
            }}
            <dialog id=DIALOG class="dialog" aria-labelledby="open-sealed-title">
                <header><h2 id="open-sealed-title">{text("judge.sealed.title")}</h2></header>
                <p>{move || Message::new("judge.sealed.warning").with("model", model()).with("rows", super::super::thousands(rows.get())).to_string()}</p>
                <p class="muted">{move || note.get()}</p>
                <div class="foot"><Button label=text("page.cancel") on_click=close/><Button kind="main" label=text("judge.sealed.confirm") on_click=open/></div>
            </dialog>
        </Panel>
    }
}
