//! The tables of the study: the main one, and those joined to it in order.

use super::super::{Tables, thousands};
use super::Draft;
use crate::parts::{Badge, Button, Panel};
use crate::state::{Studio, View};
use atelier::base::{Message, text};
use atelier::recipe::{Edit, Join};
use atelier::table::join::{How, KeyPair};
use leptos::prelude::*;

/// The panel.
#[component]
pub fn List() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let count = Memo::new(move |_| studio.recipe.with(|recipe| recipe.joins.len()));
    let main = Memo::new(move |_| studio.recipe.with(|recipe| recipe.sources.first().cloned()));
    let unused = Memo::new(move |_| {
        studio.recipe.with(|recipe| {
            let is_joined = |name: &str| recipe.joins.iter().any(|join| join.source == name);
            recipe.sources.iter().skip(1).filter(|source| !is_joined(&source.name)).map(|source| source.name.clone()).collect::<Vec<_>>()
        })
    });
    let note = Signal::derive(move || {
        studio.look.with(|look| {
            look.as_ref().map_or(String::new(), |look| {
                let id = if count.get() > 0 { "data.join.together" } else { "data.join.alone" };
                Message::new(id).with("rows", thousands(look.rows)).with("columns", thousands(look.schema.columns.len())).to_string()
            })
        })
    });
    view! {
        <Panel title=text("data.join.tables") note=note flush=true>
            <ol class="joined">
                <li><span class="num muted">"1"</span><div><b><bdi>{move || main.get().map(|main| main.name)}</bdi></b><p class="muted small"><bdi>{move || main.get().map(|main| main.file)}</bdi></p></div><Badge text=text("data.join.main") kind="accent"/></li>
                {move || (0..count.get()).map(|place| view! { <Row place/> }).collect_view()}
                {move || unused.get().into_iter().map(|name| view! { <Unused name/> }).collect_view()}
            </ol>
        </Panel>
    }
}

/// Keys in words.
pub fn keys_text(keys: &[KeyPair]) -> String {
    keys.iter().map(|(left, right)| if left == right { left.clone() } else { format!("{left} = {right}") }).collect::<Vec<_>>().join(", ")
}

#[component]
fn Row(place: usize) -> impl IntoView {
    let (studio, view, tables) = (expect_context::<Studio>(), expect_context::<View>(), expect_context::<Tables>());
    let join = Memo::new(move |_| studio.recipe.with(|recipe| recipe.joins.get(place).cloned()));
    let name = Memo::new(move |_| join.with(|join| join.as_ref().map(|join| join.source.clone()).unwrap_or_default()));
    let how = move || {
        let Some(join) = join.get() else { return String::new() };
        Message::new("data.join.by")
            .with("keys", keys_text(&join.keys))
            .with("how", text(&format!("join.how={}", join.how.id())))
            .to_string()
    };
    let came_to = move || {
        studio.look.with(|look| {
            let report = look.as_ref()?.joins.get(place)?;
            let (join, counts) = (join.get()?, &report.counts);
            let rows = |count: u64| thousands(count as usize);
            let words = Message::new("data.join.came_to")
                .with("before", rows(counts.left.rows))
                .with("rows", rows(counts.rows.of(join.how)))
                .with("matched", rows(counts.left.matched));
            Some(words.to_string())
        })
    };
    let last = Memo::new(move |_| studio.recipe.with(|recipe| recipe.joins.len()) == place + 1);
    let named = move |id: &'static str| Signal::derive(move || Message::new(id).with("source", name.get()).to_string());
    let change = move || {
        let recipe = studio.recipe.get_untracked();
        let Some(join) = recipe.joins.get(place).cloned() else { return };
        let Some(source) = recipe.sources.into_iter().find(|source| source.name == join.source) else { return };
        super::drop_draft(studio, tables);
        tables.draft.set(Some(Draft { place, changes: true, source, summary: None, keys: join.keys, how: join.how, suggest: false }));
    };
    let remove = move || {
        super::drop_draft(studio, tables);
        remove_join(studio, place);
        view.say(text("data.join.removed"));
    };
    view! {
        <li><span class="num muted">{place + 2}</span><div><b><bdi>{name}</bdi></b><p class="muted small"><bdi>{how}</bdi></p><p class="small">{came_to}</p></div>
            <span class="row">
                <Button icon="up" kind="quiet" name=named("data.join.up") disabled=place == 0 on_click=move || swap(studio, place, place.wrapping_sub(1))/>
                <Button icon="down" kind="quiet" name=named("data.join.down") disabled=last on_click=move || swap(studio, place, place + 1)/>
                <Button icon="pen" kind="quiet" name=named("data.join.change") on_click=change/>
                <Button icon="trash" kind="quiet" name=named("data.join.remove") on_click=remove/>
            </span></li>
    }
}

/// A table that is not joined: nothing of it is used.
#[component]
fn Unused(name: String) -> impl IntoView {
    let (studio, tables) = (expect_context::<Studio>(), expect_context::<Tables>());
    let own = StoredValue::new(name.clone());
    let join = move || {
        let recipe = studio.recipe.get_untracked();
        let Some(source) = recipe.sources.iter().find(|source| source.name == own.get_value()).cloned() else { return };
        super::drop_draft(studio, tables);
        tables.draft.set(Some(Draft {
            place: recipe.joins.len(),
            changes: false,
            source,
            summary: None,
            keys: Vec::new(),
            how: How::Left,
            suggest: true,
        }));
    };
    let remove = move || {
        super::drop_draft(studio, tables);
        let sources = studio.recipe.get_untracked().sources.into_iter().filter(|source| source.name != own.get_value()).collect();
        studio.edit(Edit::SetSources(sources));
    };
    let remove_name = Message::new("data.join.remove").with("source", &name).to_string();
    view! {
        <li><span class="num muted">"–"</span><div><b><bdi>{name.clone()}</bdi></b><p class="muted small">{text("data.join.unused")}</p></div>
            <span class="row"><Button label=text("data.join.join") on_click=join/><Button icon="trash" kind="quiet" name=remove_name on_click=remove/></span></li>
    }
}

/// Takes a join out, and its table where no other join needs it.
fn remove_join(studio: Studio, place: usize) {
    let recipe = studio.recipe.get_untracked();
    let mut joins = recipe.joins;
    if place >= joins.len() {
        return;
    }
    let gone: Join = joins.remove(place);
    let is_needed = joins.iter().any(|join| join.source == gone.source);
    let sources = recipe.sources.into_iter().filter(|source| is_needed || source.name != gone.source).collect();
    studio.edit(Edit::Many(vec![Edit::SetJoins(joins), Edit::SetSources(sources)]));
}

/// Changes the order of two joins.
fn swap(studio: Studio, a: usize, b: usize) {
    let mut joins = studio.recipe.get_untracked().joins;
    if a < joins.len() && b < joins.len() {
        joins.swap(a, b);
        studio.edit(Edit::SetJoins(joins));
    }
}
