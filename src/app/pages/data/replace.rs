//! Another file in the place of one of the study's: read as that one is, compared with it, and taken only then.

use super::take::{ACCEPT, bytes_of};
use super::{Tables, thousands};
use crate::parts::{Button, Facts, Panel};
use crate::state::{Studio, View, files};
use atelier::base::{Message, Severity, text};
use atelier::recipe::{Difference, Source, difference};
use atelier::table::read::{ReadOptions, Summary};
use leptos::prelude::*;
use std::rc::Rc;
use web_sys::File;

/// A file that may take the place of another.
#[derive(Clone, PartialEq)]
pub struct Replacement {
    /// The place of the source.
    pub place: usize,
    /// The file as a source; its bytes are held.
    pub source: Source,
    /// How it was read.
    pub summary: Summary,
    /// How its columns differ.
    pub difference: Difference,
}

/// Lets a person choose the file.
pub fn choose(studio: Studio, view: View, tables: Tables) {
    let place = tables.place.get_untracked();
    files::choose(ACCEPT, move |file| {
        if studio.is_free() {
            leptos::task::spawn_local(async move {
                if let Some(found) = read(studio, place, file).await {
                    drop_replacement(studio, tables);
                    view.say(Message::new("data.replace.title").with("file", &found.source.file).to_string());
                    tables.replacement.set(Some(found));
                }
            });
        }
    });
}

/// Takes a file for a source whose rows are not here; a difference is said afterwards.
pub fn supply(studio: Studio, view: View, place: usize, file: File) {
    if !studio.is_free() {
        return;
    }
    leptos::task::spawn_local(async move {
        let Some(found) = read(studio, place, file).await else { return };
        studio.differs.set(found.difference.problems(&found.source.file));
        view.say(Message::new("data.supplied").with("file", &found.source.file).to_string());
        studio.take_source(place, found.source, Vec::new()).await;
    });
}

/// Reads a file as the source at a place is read.
async fn read(studio: Studio, place: usize, file: File) -> Option<Replacement> {
    let (owner, recipe) = (studio.open_id(), studio.recipe.get_untracked());
    let before = recipe.sources.get(place).cloned()?;
    let bytes = Rc::new(bytes_of(studio, &file, &before.options).await?);
    let source = Source { file: file.name(), sha256: String::new(), ..before };
    let found = read_bytes(studio, place, source, bytes).await;
    // Another project may have been opened meanwhile.
    found.filter(|_| studio.open_id() == owner)
}

async fn read_bytes(studio: Studio, place: usize, source: Source, bytes: Rc<Vec<u8>>) -> Option<Replacement> {
    let summary = studio.read(source.clone(), &bytes).await?;
    let source = source.read_as(&summary);
    studio.hold_bytes(&source.sha256, bytes);
    let difference = studio.recipe.with_untracked(|recipe| difference(recipe, place, &summary));
    Some(Replacement { place, source, summary, difference })
}

/// Puts the file away, with its bytes.
pub fn drop_replacement(studio: Studio, tables: Tables) {
    if let Some(Some(found)) = tables.replacement.try_update(Option::take)
        && !Tables::is_kept(studio, &found.source.sha256)
    {
        studio.let_go(&found.source.sha256);
    }
}

/// What the file is like beside the one whose place it may take.
#[component]
pub fn Replace() -> impl IntoView {
    let tables = expect_context::<Tables>();
    move || tables.replacement.get().map(|found| view! { <One found/> })
}

#[component]
fn One(found: Replacement) -> impl IntoView {
    let (studio, view, tables) = (expect_context::<Studio>(), expect_context::<View>(), expect_context::<Tables>());
    let before =
        studio.recipe.with_untracked(|recipe| recipe.sources.get(found.place).map(|source| source.file.clone())).unwrap_or_default();
    let rows_before = tables.summary.with_untracked(|summary| summary.as_ref().map_or(0, |summary| summary.tally.kept));
    let facts = vec![
        (text("data.replace.rows_before"), thousands(rows_before as usize)),
        (text("data.replace.rows_now"), thousands(found.summary.tally.kept as usize)),
        (text("data.replace.missing"), thousands(found.difference.missing.len())),
        (text("data.replace.new"), thousands(found.difference.new.len())),
        (text("data.replace.kinds"), thousands(found.difference.kinds.len())),
    ];
    let said: Vec<(&str, String, String)> = found
        .difference
        .problems(&found.source.file)
        .into_iter()
        .map(|problem| {
            let kind = if problem.severity == Severity::Note { "note" } else { "warn" };
            (kind, problem.message.to_string(), problem.hint().map(|hint| hint.to_string()).unwrap_or_default())
        })
        .collect();
    let same = said.is_empty().then(|| text("data.replace.same"));
    let has_kinds = !found.difference.kinds.is_empty();
    let found = StoredValue::new(found);
    let take = move || {
        let found = found.get_value();
        tables.replacement.set(None);
        leptos::task::spawn_local(async move {
            view.say(Message::new("data.supplied").with("file", &found.source.file).to_string());
            studio.take_source(found.place, found.source, Vec::new()).await;
        });
    };
    // The kinds that differ are read as before; values that do not fit become missing, and are counted.
    let as_before = move || {
        let Replacement { place, source, difference, .. } = found.get_value();
        let mut options: ReadOptions = source.options.clone();
        for (name, before, _) in &difference.kinds {
            options.change_column(name, |column| column.kind = Some(*before));
        }
        leptos::task::spawn_local(async move {
            let Some(bytes) = studio.table_bytes(&source.sha256).await else { return };
            if let Some(next) = read_bytes(studio, place, Source { options, ..source }, bytes).await {
                tables.replacement.set(Some(next));
            }
        });
    };
    let title = Message::new("data.replace.title").with("file", found.with_value(|found| found.source.file.clone())).to_string();
    view! {
        <Panel title=title note=Message::new("data.replace.note").with("file", before).to_string()>
            <div class="stack">
                <Facts facts=facts/>
                <p class="small">{same}</p>
                <ul class="said">{said.into_iter().map(|(kind, title, hint)| view! { <li data-kind=kind><bdi>{title}</bdi>" "<span class="muted">{hint}</span></li> }).collect_view()}</ul>
                <div class="row wrap">
                    <Button kind="main" label=text("data.replace.take") on_click=take/>
                    {has_kinds.then(|| view! { <Button label=text("data.replace.as_before") on_click=as_before/> })}
                    <Button label=text("data.replace.leave") on_click=move || drop_replacement(studio, tables)/>
                </div>
            </div>
        </Panel>
    }
}
