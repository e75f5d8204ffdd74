//! Explain: what the chosen model leans on, over all rows, for one column, for one row.

mod all;
mod column;
mod row;
mod settings;

use super::need::WhenTrained;
use crate::parts::{Button, Choice, Hint};
use crate::state::{Studio, View, trust::Trust};
use atelier::base::{Message, Stage, Task, text};
use atelier::chart::Scene;
use atelier::recipe::{Edit, Explain as ExplainSpec, digest_of};
use atelier::run::{Ask, Explained, Picks, Question};
use leptos::prelude::*;

/// The page.
#[component]
pub fn Explain() -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    let model =
        Memo::new(move |_| studio.recipe.with(|recipe| recipe.candidate().map(|candidate| candidate.model.clone()).unwrap_or_default()));
    let part = Memo::new(move |_| match view.route.get().part.as_str() {
        "column" => "column",
        "row" => "row",
        _ => "all",
    });
    let parts: Vec<(String, String)> =
        ["all", "column", "row"].map(|part| (part.to_owned(), text(&format!("explain.part.{part}")))).to_vec();
    // What nobody waits for any more need not go on.
    on_cleanup(move || {
        if studio.busy.with_untracked(|busy| busy.as_ref().is_some_and(|busy| busy.what == "explain")) {
            studio.cancel();
        }
    });
    view! {
        <div class="head"><h1>{text("stage.explain")}</h1>
            <p>{move || { let model = model.get(); if model.is_empty() { String::new() } else { text(&format!("model.{model}")) } }}</p>
            <span class="push"></span>
            <ClassChoice/>
        </div>
        <WhenTrained>
            <PicksLoader/>
            <div class="row wrap">
                <Choice label=text("explain.parts") options=parts.clone() value=Signal::derive(move || part.get().to_owned()) on_change=move |part: String| view.go(Stage::Explain, &part)/>
                <p class="muted small">{text("explain.caution")}</p>
            </div>
            {move || match part.get() {
                "column" => view! { <column::Column/> }.into_any(),
                "row" => view! { <row::Row/> }.into_any(),
                _ => view! { <all::All/> }.into_any(),
            }}
            <settings::Settings part/>
        </WhenTrained>
    }
}

/// Of several classes, which one is explained.
#[component]
fn ClassChoice() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let classes = Memo::new(move |_| {
        studio.look.with(|look| match look {
            Some(look) if look.task == Some(Task::Multiclass) => look.split.as_ref().map(|split| split.classes.clone()).unwrap_or_default(),
            _ => Vec::new(),
        })
    });
    let output = Memo::new(move |_| Trust::output(studio));
    let choose = move |class: String| {
        let explain = studio.recipe.with_untracked(|recipe| recipe.explain.clone());
        studio.edit(Edit::SetExplain(ExplainSpec { class: Some(class), ..explain }));
    };
    view! {
        <Show when=move || classes.with(|classes| classes.len() > 1)>
            <label class="row small"><span class="muted">{text("explain.class")}</span>
                <select class="box" on:change=move |event| choose(event_target_value(&event))>
                    {move || classes.get().into_iter().enumerate().map(|(place, class)| view! {
                        <option value=class.clone() prop:selected=move || output.get() == place>{class.clone()}</option>
                    }).collect_view()}
                </select>
            </label>
        </Show>
    }
}

/// Asks for the rows worth a look; every part of the page needs its names of columns.
#[component]
fn PicksLoader() -> impl IntoView {
    let (studio, trust) = (expect_context::<Studio>(), expect_context::<Trust>());
    let asked = Memo::new(move |_| Some((Trust::stamp(studio)?, Trust::output(studio))));
    Effect::new(move |_| {
        let Some((stamp, output)) = asked.get() else { return };
        let digest = stamp + &digest_of(&output);
        if trust.picks.with_untracked(|picks| picks.as_ref().is_some_and(|picks| picks.digest == digest)) {
            return;
        }
        leptos::task::spawn_local(async move {
            let recipe = Box::new(studio.recipe.get_untracked());
            match studio.ask::<Picks>(Ask::Picks { recipe, output }, &[]).await {
                Ok(value) => trust.picks.set(Some(crate::state::studio::Stamped { digest, value })),
                Err(problem) => studio.problem.set(Some(problem)),
            }
        });
    });
}

/// The columns that the model reads.
fn columns(trust: Trust) -> Memo<Vec<String>> {
    Memo::new(move |_| trust.picks.with(|picks| picks.as_ref().map(|picks| picks.value.columns.clone()).unwrap_or_default()))
}

/// A question of a method about the class that is shown.
fn question(studio: Studio, method: &str) -> Question {
    Question { method: method.to_owned(), output: Trust::output(studio), ..Question::default() }
}

/// The question of importance, which is the same for every class.
fn importance_question() -> Question {
    Question { method: "permutation".to_owned(), ..Question::default() }
}

/// The readings of an explanation.
#[component]
fn Readings(explained: Memo<Option<Explained>>) -> impl IntoView {
    move || {
        explained.get().map(|explained| {
            explained.readings.into_iter().map(|reading| view! { <p class="reading">{reading.to_string()}</p> }).collect_view()
        })
    }
}

/// What stands in the place of an explanation that is not there yet.
#[component]
fn Waiting(question: Memo<Option<Question>>) -> impl IntoView {
    let (studio, trust) = (expect_context::<Studio>(), expect_context::<Trust>());
    let stopped = Memo::new(move |_| question.get().is_some_and(|question| trust.gave_up(studio, &question)));
    view! {
        <div class="waiting">
            <Show when=move || stopped.get() fallback=|| view! { <p class="muted small" role="status">{text("explain.waiting")}</p> }>
                <Button label=text("explain.again") on_click=move || trust.retry()/>
            </Show>
        </div>
    }
}

/// A chart without anything to show.
fn nothing() -> Scene {
    Scene::nothing("waterfall", "chart.why.no_contributions")
}

/// Why something should be read with care.
fn careful(id: &'static str) -> AnyView {
    view! { <Hint kind="warn" title=Message::new(id).to_string()/> }.into_any()
}
