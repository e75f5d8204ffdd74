//! What is found out when a button is pressed: the answer of the engine with what it was asked about, so that an old one is
//! known as old and not shown.

use super::studio::{Stamped, Studio};
use atelier::recipe::Recipe;
use atelier::run::Ask;
use leptos::prelude::*;
use serde::de::DeserializeOwned;

/// A question, asked by hand.
pub struct OnDemand<T: Send + Sync + 'static> {
    /// What the work is called while it goes on.
    pub busy: &'static str,
    /// The question about a recipe.
    pub ask: fn(Box<Recipe>) -> Ask,
    /// Where the answer is kept.
    pub kept: RwSignal<Option<Stamped<T>>>,
}

impl<T: Send + Sync> Clone for OnDemand<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync> Copy for OnDemand<T> {}

impl<T: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static> OnDemand<T> {
    /// Asks about the recipe as it is; `stamp` is what the answer depends on.
    pub fn run(self, studio: Studio, stamp: Option<String>) {
        self.run_with(studio, stamp, studio.recipe.get_untracked());
    }

    /// Asks about another recipe.
    pub fn run_with(self, studio: Studio, stamp: Option<String>, recipe: Recipe) {
        let Some(digest) = stamp else { return };
        leptos::task::spawn_local(async move {
            let recipe = Box::new(recipe);
            if let Some((value, _)) = studio.work::<T>(self.busy, (self.ask)(recipe), &[]).await {
                self.kept.set(Some(Stamped { digest, value }));
            }
        });
    }

    /// The answer, where it is of what the stamp says now.
    pub fn found(self, stamp: Memo<Option<String>>) -> Memo<Option<T>> {
        Memo::new(move |_| {
            let stamp = stamp.get()?;
            self.kept.with(|found| found.as_ref().filter(|found| found.digest == stamp).map(|found| found.value.clone()))
        })
    }
}
