//! A further table: dropped, chosen, or a sample that goes with the study's table.

use super::super::samples::{self, JOINED};
use super::super::take::bytes_of;
use super::super::{Tables, thousands};
use super::Draft;
use crate::parts::{Button, DropFile};
use crate::state::{Studio, View, sources::free_name};
use atelier::base::{Message, text};
use atelier::recipe::Source;
use atelier::table::join::How;
use atelier::table::read::ReadOptions;
use leptos::prelude::*;
use std::rc::Rc;

/// The place for it.
#[component]
pub fn Add() -> impl IntoView {
    let (studio, view, tables) = (expect_context::<Studio>(), expect_context::<View>(), expect_context::<Tables>());
    let on_file = Callback::new(move |file: web_sys::File| {
        if studio.is_free() {
            leptos::task::spawn_local(async move {
                if let Some(bytes) = bytes_of(studio, &file, &ReadOptions::default()).await {
                    begin(studio, view, tables, file.name(), bytes).await;
                }
            });
        }
    });
    // Samples whose key the study's table has, and which it has not joined yet.
    let fitting = Memo::new(move |_| {
        studio.samples.track();
        let is_joined = |name: &str| studio.recipe.with(|recipe| recipe.sources.iter().any(|source| source.name == name));
        studio.look.with(|look| {
            let has = |key: &str| look.as_ref().is_some_and(|look| look.schema.column(key).is_some());
            JOINED
                .iter()
                .enumerate()
                .filter(|(_, sample)| has(sample.key) && samples::is_here(sample.name) && !is_joined(sample.name))
                .map(|(place, _)| place)
                .collect::<Vec<_>>()
        })
    });
    view! {
        <DropFile title=text("data.join.drop") note=text("data.join.drop.note") action=text("data.join.choose") small=true on_file=on_file>
            {move || fitting.get().into_iter().map(|place| {
                let sample = &JOINED[place];
                let label = Message::new("data.join.sample").with("name", sample.name).with("rows", thousands(sample.rows)).with("key", sample.key).to_string();
                let open = move || {
                    if let Some(bytes) = samples::bytes(sample.name).filter(|_| studio.is_free()) {
                        leptos::task::spawn_local(begin(studio, view, tables, format!("{}.csv", sample.name), bytes));
                    }
                };
                view! { <Button label=label on_click=open/> }
            }).collect_view()}
        </DropFile>
    }
}

/// Reads a table and begins to join it by the keys that suit.
async fn begin(studio: Studio, view: View, tables: Tables, file: String, bytes: Vec<u8>) {
    let recipe = studio.recipe.get_untracked();
    let source = Source { name: free_name(&recipe, &file), file, ..Source::default() };
    let Some(summary) = studio.read(source.clone(), &bytes).await else { return };
    let source = source.read_as(&summary);
    studio.hold_bytes(&source.sha256, Rc::new(bytes));
    view.say(Message::new("data.join.editing").with("source", &source.name).to_string());
    tables.draft.set(Some(Draft {
        place: recipe.joins.len(),
        changes: false,
        source,
        summary: Some(summary),
        keys: Vec::new(),
        how: How::Left,
        suggest: true,
    }));
}
