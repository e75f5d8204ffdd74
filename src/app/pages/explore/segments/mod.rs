//! Segments: groups of rows that are like each other. How they are found, how many suit, where they lie, what each is like.

mod choose;
mod profiles;

use crate::parts::{Button, Chart, Facts, Panel, ProblemHint, ProgressBar, figure};
use crate::state::{Segmented, Studio};
use atelier::base::{Message, text};
use atelier::chart::{self, Scene, format};
use atelier::profile::Segments as Found;
use atelier::run::ToldSegments;
use leptos::prelude::*;

/// The view.
#[component]
pub fn Segments() -> impl IntoView {
    let (studio, segmented) = (expect_context::<Studio>(), expect_context::<Segmented>());
    Effect::new(move |_| segmented.ask(studio));
    let (found, refused, is_late) = (segmented.found(studio), segmented.refused(studio), segmented.is_late(studio));
    let is_there = Memo::new(move |_| found.with(Option::is_some) && refused.with(Option::is_none));
    let has_tree = Memo::new(move |_| found.with(|found| found.as_ref().is_some_and(|told| told.found.tree.is_some())));
    view! {
        <div class="grid explore-pairs">
            <div class="stack">
                <choose::Choose found=found/>
                <Show when=move || is_there.get()><div class="lately" data-late=move || is_late.get().to_string()><Count found=found/></div></Show>
            </div>
            <div class="stack">
                {move || refused.get().map(|problem| view! { <ProblemHint problem/> })}
                <Working is_there=is_there/>
                <Show when=move || is_there.get()>
                    <div class="lately stack" data-late=move || is_late.get().to_string()>
                        <Where found=found/>
                        <Show when=move || has_tree.get()><Tree found=found/></Show>
                    </div>
                </Show>
            </div>
        </div>
        <Show when=move || is_there.get()>
            <div class="lately" data-late=move || is_late.get().to_string()><profiles::Profiles found=found is_late=is_late/></div>
        </Show>
    }
}

/// What is on its way, or was cancelled.
#[component]
fn Working(is_there: Memo<bool>) -> impl IntoView {
    let (studio, segmented) = (expect_context::<Studio>(), expect_context::<Segmented>());
    let share = Signal::derive(move || segmented.share.get().unwrap_or(0.0));
    let is_going = Memo::new(move |_| segmented.share.with(Option::is_some));
    move || {
        if is_going.get() {
            let (name, label) = (text("page.busy.segments"), text("page.busy.segments"));
            return view! {
                <div class="busy" role="group" aria-label=label>
                    <b>{name.clone()}</b><ProgressBar label=name share=share/>
                    <span class="muted">{move || format::percent(share.get())}</span>
                    <Button icon="stop" kind="quiet" label=text("page.cancel") on_click=move || segmented.cancel(studio)/>
                </div>
            }
            .into_any();
        }
        if segmented.gave_up(studio) {
            let id = if is_there.get() { "segments.cancelled.old" } else { "segments.cancelled" };
            return view! {
                <div class="empty"><p>{text(id)}</p><Button label=text("explore.again") kind="main" on_click=move || segmented.retry()/></div>
            }
            .into_any();
        }
        ().into_any()
    }
}

/// Something of what was found; an empty scene before.
fn drawn(
    found: Memo<Option<ToldSegments>>,
    id: &'static str,
    draw: impl Fn(&Found) -> Option<Scene> + Send + Sync + 'static,
) -> Signal<Scene> {
    Signal::derive(move || {
        let scene = found.with(|found| found.as_ref().and_then(|told| draw(&told.found)));
        scene.unwrap_or_else(|| Scene::nothing(id, "explore.looking"))
    })
}

/// How many segments suit; a number can be chosen at its point.
#[component]
fn Count(found: Memo<Option<ToldSegments>>) -> impl IntoView {
    let segmented = expect_context::<Segmented>();
    let scene = drawn(found, "segment_count", |found| Some(chart::segment_count(found)));
    let many = Memo::new(move |_| found.with(|found| found.as_ref().is_some_and(|told| told.found.tried.len() > 1)));
    let pick = Callback::new(move |count: usize| choose::take_number(segmented, count));
    let facts = Signal::derive(move || found.with(|found| found.as_ref().map(|told| facts(&told.found)).unwrap_or_default()));
    view! {
        <Panel title=text("segments.worth") note=text("segments.worth.note")>
            <div class="stack">
                <Show when=move || many.get()><Chart scene=scene height=220 on_pick=pick/></Show>
                <Facts facts=facts/>
            </div>
        </Panel>
    }
}

/// What the chosen division is worth.
fn facts(found: &Found) -> Vec<(String, String)> {
    let Some(tried) = found.tried.get(found.chosen) else { return Vec::new() };
    let fact = |id: &str, value: String| (text(&format!("segments.figure.{id}")), value);
    let mut facts = vec![
        fact("segments", tried.count.to_string()),
        fact("silhouette", figure::shown(&tried.silhouette, false)),
        fact("within", figure::shown(&tried.within, true)),
        fact("calinski_harabasz", figure::shown(&tried.calinski_harabasz, false)),
        fact("davies_bouldin", figure::shown(&tried.davies_bouldin, false)),
    ];
    if let Some(eps) = found.eps {
        facts.push(fact("eps", format::figure(eps)));
        facts.push(fact("noise", super::thousands(found.noise)));
    }
    facts
}

/// Where the rows lie.
#[component]
fn Where(found: Memo<Option<ToldSegments>>) -> impl IntoView {
    let scene = drawn(found, "segment_map", |found| Some(chart::segment_map(found)));
    let notes = move || {
        found.with(|found| {
            let found = &found.as_ref()?.found;
            let said = |id: &str, rows: Option<usize>| rows.map(|rows| Message::new(id).with("rows", super::thousands(rows)).to_string());
            let told = found.notes.iter().map(ToString::to_string);
            let all = told.chain(said("segments.divided", found.divided)).chain(said("segments.judged", found.judged));
            Some(all.map(|said| view! { <p class="muted small">{said}</p> }).collect_view())
        })
    };
    view! { <Panel title=text("segments.where") note=text("segments.where.note")><div class="stack"><Chart scene=scene/>{notes}</div></Panel> }
}

/// How the segments of a hierarchy were joined.
#[component]
fn Tree(found: Memo<Option<ToldSegments>>) -> impl IntoView {
    let scene = drawn(found, "dendrogram", |found| found.tree.as_ref().map(chart::dendrogram));
    view! { <Panel title=text("chart.dendrogram") note=text("segments.tree.note")><Chart scene=scene height=260/></Panel> }
}
