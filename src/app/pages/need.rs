//! What a page shows that needs a trained model: one calm state with the button that trains, or the page.

use super::NoTable;
use crate::parts::Button;
use crate::state::Studio;
use atelier::base::{Severity, text};
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
        "problem" => view! { <div class="empty"><p>{text("need.problem")}</p><a class="button" data-kind="main" href="#goal">{text("need.to_goal")}</a></div> }.into_any(),
        state => view! {
            <div class="empty" data-need=state>
                <p>{text(if state == "stale" { "need.stale" } else { "need.untrained" })}</p>
                <Button label=text(if state == "stale" { "need.train_again" } else { "need.train" }) kind="main" disabled=busy on_click=train/>
            </div>
        }.into_any(),
    }
    }
}
