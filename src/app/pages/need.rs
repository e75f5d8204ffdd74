//! What a page shows that needs a trained model: one calm state with the button that trains, or the page.

use super::NoTable;
use crate::parts::Button;
use crate::state::Studio;
use atelier::base::{Message, Problem, Severity, Stage, text};
use leptos::prelude::*;

/// The children where the chosen model is trained as the study is now; otherwise what is missing and how to get it.
#[component]
pub fn WhenTrained(children: ChildrenFn) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let state = Memo::new(move |_| {
        studio.look.with(|look| match look {
            None => "nothing",
            Some(look) if look.trained => "trained",
            Some(look) if look.split.is_none() || look.problems.iter().any(|problem| problem.severity == Severity::Error) => "problem",
            Some(_) if studio.trained.with(Option::is_some) => "stale",
            Some(_) => "untrained",
        })
    });
    let busy = Memo::new(move |_| studio.busy.with(Option::is_some));
    let train = move || {
        leptos::task::spawn_local(async move {
            studio.train().await;
        });
    };
    move || {
        match state.get() {
        "trained" => children().into_any(),
        "nothing" => view! { <NoTable/> }.into_any(),
        "problem" => view! { <Mend/> }.into_any(),
        state => view! {
            <div class="empty" data-need=state>
                <p>{text(if state == "stale" { "need.stale" } else { "need.untrained" })}</p>
                <Button label=text(if state == "stale" { "need.train_again" } else { "need.train" }) kind="main" disabled=busy on_click=train/>
            </div>
        }.into_any(),
    }
    }
}

/// The first error of goal, preparation or models: the engine refuses to train, tune or retrain with it.
pub fn blocked(studio: Studio) -> Memo<Option<Problem>> {
    Memo::new(move |_| {
        let stops = |problem: &&Problem| {
            problem.severity == Severity::Error && matches!(problem.stage, Stage::Goal | Stage::Prepare | Stage::Learn)
        };
        studio.look.with(|look| look.as_ref().and_then(|look| look.problems.iter().find(stops).cloned()))
    })
}

/// The name of a button that is blocked: its text and why.
pub fn blocked_name(label: Signal<String>, blocked: Memo<Option<Problem>>) -> Signal<String> {
    Signal::derive(move || {
        blocked.with(|blocked| blocked.as_ref().map(|problem| format!("{}: {problem}", label.get()))).unwrap_or_default()
    })
}

/// What stands in the way, and the way to where it is mended.
#[component]
pub fn Mend() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let first = Memo::new(move |_| {
        studio.look.with(|look| look.as_ref()?.problems.iter().find(|problem| problem.severity == Severity::Error).cloned())
    });
    move || {
        let stage = first.with(|first| first.as_ref().map_or(Stage::Goal, |problem| problem.stage));
        let words = first.with(|first| first.as_ref().map_or_else(|| text("need.problem"), |problem| problem.message.to_string()));
        let label = Message::new("need.to").with("stage", text(&format!("stage.{}", stage.id()))).to_string();
        view! { <div class="empty"><p>{words}</p><a class="button" data-kind="main" href=format!("#{}", stage.id())>{label}</a></div> }
    }
}
