//! The form of a join: which rows stay, which columns must be equal; what it comes to stands beside it.

use super::super::Tables;
use super::{Draft, counts::Counted};
use crate::parts::{Button, Panel, Select};
use crate::state::{Studio, View};
use atelier::base::{Message, text};
use atelier::recipe::Edit;
use atelier::run::JoinCounts;
use atelier::table::Kind;
use atelier::table::join::{How, KeyPair};
use leptos::prelude::*;

/// The editor.
#[component]
pub fn Editor(counts: RwSignal<Option<JoinCounts>>) -> impl IntoView {
    let (studio, view, tables) = (expect_context::<Studio>(), expect_context::<View>(), expect_context::<Tables>());
    let draft = Memo::new(move |_| tables.draft.get());
    let title = Signal::derive(move || {
        let source = draft.with(|draft| draft.as_ref().map(|draft| draft.source.name.clone()).unwrap_or_default());
        Message::new("data.join.editing").with("source", source).to_string()
    });
    let set = move |change: &dyn Fn(&mut Draft)| {
        tables.draft.update(|draft| {
            if let Some(draft) = draft {
                change(draft);
            }
        });
    };
    let hows: Vec<(String, String)> = How::ALL.map(|how| (how.id().to_owned(), text(&format!("join.how={}", how.id())))).to_vec();
    let how = Signal::derive(move || draft.with(|draft| draft.as_ref().map_or("", |draft| draft.how.id()).to_owned()));
    let set_how = Callback::new(move |id: String| {
        if let Some(how) = How::ALL.into_iter().find(|how| how.id() == id) {
            set(&|draft| draft.how = how);
        }
    });
    let places = Memo::new(move |_| draft.with(|draft| draft.as_ref().map_or(0, |draft| draft.keys.len())));
    // Pairs of equal names that are not keys yet.
    let alike = Memo::new(move |_| {
        let keys = draft.with(|draft| draft.as_ref().map(|draft| draft.keys.clone()).unwrap_or_default());
        let found = counts.with(|counts| counts.as_ref().map(|counts| counts.alike.clone()).unwrap_or_default());
        let is_free = |pair: &KeyPair| !keys.iter().any(|(left, right)| *left == pair.0 || *right == pair.1);
        found.into_iter().filter(is_free).take(8).collect::<Vec<_>>()
    });
    let can_join = Memo::new(move |_| counts.with(|counts| counts.as_ref().is_some_and(|counts| counts.outline.is_some())));
    let changes = Memo::new(move |_| draft.with(|draft| draft.as_ref().is_some_and(|draft| draft.changes)));
    let join = move || {
        if let (Some(draft), Some(counts)) = (draft.get_untracked(), counts.get_untracked()) {
            make(studio, view, tables, draft, counts);
        }
    };
    view! {
        <Panel title=title note=text("data.join.note")>
            <div class="grid join">
                <div class="stack">
                    <label class="field"><span>{text("join.how")}</span><Select label=text("join.how") options=hows value=how on_change=set_how/></label>
                    <div class="field"><span>{text("data.join.keys")}</span>
                        {move || (0..places.get()).map(|place| view! { <Key place counts/> }).collect_view()}
                    </div>
                    <div class="row wrap">
                        <Button icon="plus" kind="quiet" label=text("data.join.add_key") on_click=move || set(&|draft| draft.keys.push(KeyPair::default()))/>
                        {move || alike.get().into_iter().map(|pair| {
                            let label = Message::new("data.join.also").with("keys", super::list::keys_text(std::slice::from_ref(&pair))).to_string();
                            view! { <Button label=label on_click=move || set(&|draft| {
                                draft.keys.retain(|(left, right)| !left.is_empty() || !right.is_empty());
                                draft.keys.push(pair.clone());
                            })/> }
                        }).collect_view()}
                    </div>
                    <div class="row wrap">
                        <Button kind="main" label=Signal::derive(move || text(if changes.get() { "data.join.keep" } else { "data.join.make" })) disabled=Signal::derive(move || !can_join.get()) on_click=join/>
                        <Button label=text("data.join.leave") on_click=move || super::drop_draft(studio, tables)/>
                    </div>
                </div>
                <Counted draft=draft counts=counts/>
            </div>
        </Panel>
    }
}

/// Columns as choices.
fn choices(columns: &[(String, Kind)]) -> Vec<(String, String)> {
    std::iter::once((String::new(), text("page.choose"))).chain(columns.iter().map(|(name, _)| (name.clone(), name.clone()))).collect()
}

/// A pair of columns that must be equal.
#[component]
fn Key(place: usize, counts: RwSignal<Option<JoinCounts>>) -> impl IntoView {
    let tables = expect_context::<Tables>();
    let pair =
        Memo::new(move |_| tables.draft.with(|draft| draft.as_ref().and_then(|draft| draft.keys.get(place).cloned()).unwrap_or_default()));
    let columns = Memo::new(move |_| {
        counts.with(|counts| counts.as_ref().map(|counts| (counts.left.clone(), counts.right.clone())).unwrap_or_default())
    });
    let left = Signal::derive(move || columns.with(|(left, _)| choices(left)));
    let right = Signal::derive(move || columns.with(|(_, right)| choices(right)));
    let set = move |change: &dyn Fn(&mut KeyPair)| {
        tables.draft.update(|draft| {
            if let Some(pair) = draft.as_mut().and_then(|draft| draft.keys.get_mut(place)) {
                change(pair);
            }
        });
    };
    let named = move |id: &str| Message::new(id).with("number", place + 1).to_string();
    let remove = move || {
        tables.draft.update(|draft| {
            if let Some(draft) = draft.as_mut().filter(|draft| place < draft.keys.len()) {
                draft.keys.remove(place);
            }
        });
    };
    view! {
        <div class="row key-pair" role="group" aria-label=named("data.join.key")>
            <Select mono=true label=named("data.join.key_left") options=left value=Signal::derive(move || pair.get().0) on_change=Callback::new(move |name: String| set(&|pair| pair.0.clone_from(&name)))/>
            <span class="muted">"="</span>
            <Select mono=true label=named("data.join.key_right") options=right value=Signal::derive(move || pair.get().1) on_change=Callback::new(move |name: String| set(&|pair| pair.1.clone_from(&name)))/>
            <Button icon="close" kind="quiet" name=named("data.join.remove_key") on_click=remove/>
        </div>
    }
}

/// Makes the join, or the change of it, as one edit.
fn make(studio: Studio, view: View, tables: Tables, draft: Draft, counts: JoinCounts) {
    let recipe = studio.recipe.get_untracked();
    let (join, mut joins) = (draft.join(), recipe.joins.clone());
    match joins.get_mut(draft.place).filter(|_| draft.changes) {
        Some(before) => *before = join.clone(),
        None => joins.insert(draft.place.min(joins.len()), join.clone()),
    }
    let mut edits = vec![Edit::SetJoins(joins)];
    if let (Some(summary), Some(outline)) = (&draft.summary, &counts.outline) {
        let mut goal = recipe.goal.clone();
        goal.roles.extend(join.roles(summary, &outline.renamed));
        if goal != recipe.goal {
            edits.push(Edit::SetGoal(goal));
        }
    }
    let is_known = recipe.sources.iter().any(|source| source.name == draft.source.name);
    tables.draft.set(None);
    view.say(Message::new("data.join.made").with("source", &draft.source.name).to_string());
    match is_known {
        true => studio.edit(Edit::Many(edits)),
        false => leptos::task::spawn_local(async move { studio.take_source(recipe.sources.len(), draft.source, edits).await }),
    }
}
