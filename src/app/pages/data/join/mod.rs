//! Joining: the tables of the study in order, another one added, what a join comes to before it is made.

mod add;
mod counts;
mod editor;
mod list;

use super::Tables;
use crate::parts::ProblemHint;
use crate::state::Studio;
use atelier::base::{Problem, Severity, Stage};
use atelier::recipe::{Join as Joined, Recipe, Source};
use atelier::run::{Ask, JoinCounts};
use atelier::table::join::{How, KeyPair};
use atelier::table::read::Summary;
use leptos::prelude::*;

/// A join that is being made or changed.
#[derive(Clone, PartialEq)]
pub struct Draft {
    /// Its place among the joins.
    pub place: usize,
    /// Whether the recipe has a join at this place, which is changed.
    pub changes: bool,
    /// The table; where it is not yet one of the study's, its bytes are held.
    pub source: Source,
    /// How it was read, where it is new.
    pub summary: Option<Summary>,
    /// Columns that must be equal, in pairs; an empty name is not chosen yet.
    pub keys: Vec<KeyPair>,
    /// Which rows stay.
    pub how: How,
    /// Whether keys that suit are to be found.
    pub suggest: bool,
}

impl Draft {
    /// The recipe with the table among its sources.
    fn recipe(&self, recipe: Recipe) -> Recipe {
        let mut recipe = recipe;
        if !recipe.sources.iter().any(|source| source.name == self.source.name) {
            recipe.sources.push(self.source.clone());
        }
        recipe
    }

    /// The join, as far as its keys are chosen.
    fn join(&self) -> Joined {
        let keys = self.keys.iter().filter(|(left, right)| !left.is_empty() && !right.is_empty()).cloned().collect();
        Joined { source: self.source.name.clone(), keys, how: self.how }
    }
}

/// Puts the draft away, with the bytes of a table that was not joined.
pub fn drop_draft(studio: Studio, tables: Tables) {
    let Some(Some(draft)) = tables.draft.try_update(Option::take) else { return };
    if !Tables::is_kept(studio, &draft.source.sha256) {
        studio.let_go(&draft.source.sha256);
    }
}

/// The view.
#[component]
pub fn Join() -> impl IntoView {
    let (studio, tables) = (expect_context::<Studio>(), expect_context::<Tables>());
    let counts = RwSignal::new(None::<JoinCounts>);
    count(studio, tables, counts);
    let is_open = Memo::new(move |_| tables.draft.with(Option::is_some));
    let errors = move || {
        let problems = studio.look.with(|look| look.as_ref().map(|look| look.problems.clone()).unwrap_or_default());
        let is_ours = |problem: &Problem| problem.stage == Stage::Data && problem.severity > Severity::Note;
        problems.into_iter().filter(is_ours).take(2).map(|problem| view! { <ProblemHint problem/> }).collect_view()
    };
    view! {
        {errors}
        <list::List/>
        <Show when=move || is_open.get() fallback=|| view! { <add::Add/> }><editor::Editor counts=counts/></Show>
    }
}

/// Asks what the draft comes to whenever it changes.
fn count(studio: Studio, tables: Tables, counts: RwSignal<Option<JoinCounts>>) {
    let asked = Memo::new(move |_| {
        tables.draft.with(|draft| draft.as_ref().map(|draft| (draft.place, draft.suggest, draft.join(), draft.source.clone())))
    });
    Effect::new(move |_| {
        let Some(now) = asked.get() else { return counts.set(None) };
        let (place, suggest, join, _) = now.clone();
        if join.keys.is_empty() && !suggest {
            // Without a key there is nothing to count; the columns stay.
            return counts.update(|counts| {
                if let Some(counts) = counts {
                    *counts = JoinCounts { counts: None, outline: None, problems: Vec::new(), ..counts.clone() };
                }
            });
        }
        let Some(draft) = tables.draft.get_untracked() else { return };
        leptos::task::spawn_local(async move {
            let recipe = Box::new(draft.recipe(studio.recipe.get_untracked()));
            let ask = || Ask::JoinCounts { recipe: recipe.clone(), place, join: join.clone() };
            let mut answer = studio.ask::<JoinCounts>(ask(), &[]).await;
            // A worker that started anew has not read the table yet.
            if answer.as_ref().is_err_and(|problem| problem.message.id == "run.no_table")
                && let Some(bytes) = studio.table_bytes(&draft.source.sha256).await
                && studio.read(draft.source.clone(), &bytes).await.is_some()
            {
                answer = studio.ask::<JoinCounts>(ask(), &[]).await;
            }
            if asked.try_get_untracked().flatten() != Some(now) {
                return;
            }
            match answer {
                Ok(found) => {
                    if suggest {
                        tables.draft.update(|draft| {
                            if let Some(draft) = draft {
                                draft.keys.clone_from(&found.keys);
                                draft.suggest = false;
                                if draft.keys.is_empty() {
                                    draft.keys.push(KeyPair::default());
                                }
                            }
                        });
                    }
                    counts.set(Some(found));
                }
                Err(problem) => studio.problem.set(Some(problem)),
            }
        });
    });
}
