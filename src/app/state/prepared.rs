//! What the steps do to the training rows of the first fold, as the engine last said: asked anew only where something
//! changed that it depends on, and kept while other pages are read.

use super::Studio;
use atelier::recipe::digest_of;
use atelier::run::{Ask, Preview};
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;

/// The store.
#[derive(Clone, Copy)]
pub struct Prepared {
    /// The answer.
    pub preview: RwSignal<Preview>,
    /// Whether an answer is on its way.
    pub waiting: RwSignal<bool>,
    /// What the last question depended on.
    asked: StoredValue<Option<String>>,
    /// The number of its request.
    number: StoredValue<Rc<Cell<u64>>, LocalStorage>,
}

impl Prepared {
    /// An empty store.
    pub fn new() -> Self {
        Self {
            preview: RwSignal::default(),
            waiting: RwSignal::new(false),
            asked: StoredValue::default(),
            number: StoredValue::new_local(Rc::default()),
        }
    }

    /// Asks whenever the answer is out of date, as long as the calling page is shown.
    pub fn follow(self, studio: Studio) {
        let key = Memo::new(move |_| {
            let table = studio.look.with(|look| look.as_ref().filter(|look| look.split.is_some()).map(|look| look.table.clone()))?;
            studio.recipe.with(|recipe| Some(digest_of(&(table, recipe.setup_digest(), recipe.steps()))))
        });
        Effect::new(move |_| {
            let Some(key) = key.get() else { return };
            if self.asked.with_value(|asked| asked.as_ref() == Some(&key)) {
                return;
            }
            // The answer to the last question is of an older preparation.
            if self.waiting.get_untracked() {
                studio.end(self.number.get_value().get());
            }
            self.asked.set_value(Some(key.clone()));
            let number = Rc::new(Cell::new(0));
            self.number.set_value(number.clone());
            self.waiting.set(true);
            let recipe = Box::new(studio.recipe.get_untracked());
            leptos::task::spawn_local(async move {
                let answer = studio.ask_numbered::<Preview>(Ask::Preview(recipe), number, |_| {}).await;
                // A late answer belongs to an older preparation.
                if self.asked.with_value(|asked| asked.as_ref() != Some(&key)) {
                    return;
                }
                self.waiting.set(false);
                self.preview.set(answer.unwrap_or_else(|problem| Preview { problem: Some(problem), ..Preview::default() }));
            });
        });
    }

    /// How many columns reach the models; nothing where that is not known now.
    pub fn columns(self) -> Option<usize> {
        let known = !self.waiting.get() && self.preview.with(|preview| preview.problem.is_none());
        known.then(|| self.preview.with(|preview| preview.columns.len())).filter(|count| *count > 0)
    }
}
