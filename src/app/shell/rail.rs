//! The rail: the stages and their state.

use crate::pages;
use crate::parts::{Icon, StateMark};
use crate::state::{Studio, View};
use atelier::base::{Message, Stage, text};
use leptos::prelude::*;

const GROUPS: [(&str, &[Stage]); 4] = [
    ("data", &[Stage::Goal, Stage::Data, Stage::Explore, Stage::Prepare]),
    ("model", &[Stage::Learn, Stage::Tune, Stage::Judge]),
    ("trust", &[Stage::Explain, Stage::Stress, Stage::Fair]),
    ("use", &[Stage::Ship, Stage::Watch]),
];

/// What is seen of the stage before, in CSS pixels.
const EDGE: f64 = 32.0;

/// The stages, in order.
#[component]
pub fn Rail() -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    let strip = NodeRef::<leptos::html::Nav>::new();
    // On a phone the rail is a strip, which begins at the stage that is shown.
    let begin = move || {
        request_animation_frame(move || {
            let Some(strip) = strip.get_untracked() else { return };
            let Some(here) = strip.query_selector("[aria-current]").ok().flatten() else { return };
            let by = here.get_bounding_client_rect().left() - strip.get_bounding_client_rect().left() - EDGE;
            strip.set_scroll_left(strip.scroll_left() + by as i32);
        });
    };
    Effect::new(move |_| {
        view.route.track();
        begin();
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| begin());
    on_cleanup(move || resized.remove());
    view! {
        <nav node_ref=strip class="rail" aria-label=text("page.stages")>
            {GROUPS.into_iter().map(|(group, stages)| view! {
                <div class="group">{text(&format!("page.group.{group}"))}</div>
                {stages.iter().map(|stage| view! { <StageLink stage=*stage/> }).collect_view()}
            }).collect_view()}
            <div class="foot">
                <button type="button" class="line" title=super::privacy::words on:click=move |_| super::privacy::open()><Icon name="shield"/>{move || super::privacy::short()}</button>
                <button type="button" class="line" on:click=move |_| super::about::open()><Icon name="info"/>{move || Message::new("page.workers").with("count", studio.workers.get()).to_string()}</button>
            </div>
        </nav>
    }
}

#[component]
fn StageLink(stage: Stage) -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    let state = Memo::new(move |_| pages::stage_state(studio, stage));
    let here = Memo::new(move |_| view.route.get().stage == stage);
    view! {
        <a href=format!("#{}", stage.id()) data-state=move || state.get().mark aria-current=move || here.get().then_some("page")>
            <StateMark state=Signal::derive(move || state.with(|state| state.mark))/>
            {text(&format!("stage.{}", stage.id()))}
            <span class="note">{move || state.get().note}</span>
        </a>
    }
}
