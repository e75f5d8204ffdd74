//! Tables as sources of the study: reading them, reading them in another way, putting another file in their place.

use super::studio::Studio;
use atelier::base::{Problem, Stage, text};
use atelier::recipe::{Edit, Recipe, Source};
use atelier::run::Ask;
use atelier::table::read::{ReadOptions, Summary, mends};
use leptos::prelude::*;
use std::rc::Rc;

/// A way out of a problem that is shown.
#[derive(Clone)]
pub struct Offer {
    /// The problem.
    pub problem: Problem,
    /// The words of the button.
    pub label: String,
    /// What it does.
    pub act: Callback<()>,
}

impl Studio {
    /// Reads a table from bytes into the session; its summary, or nothing where it cannot be read. What is wrong is on the
    /// page then.
    pub async fn read(&self, source: Source, bytes: &[u8]) -> Option<Summary> {
        let (summary, _) = self.work_on::<Summary>("read", Ask::Read(Box::new(source)), bytes).await?;
        Some(summary)
    }

    /// How a source was read, where the session has read it.
    pub async fn summary(&self, source: &Source) -> Option<Summary> {
        self.ask(Ask::Summary(Box::new(source.clone())), &[]).await.ok()
    }

    /// Says that something else has to end first, where something goes on.
    pub fn is_free(&self) -> bool {
        let free = self.busy.with_untracked(Option::is_none);
        if !free {
            self.problem.set(Some(Problem::note(Stage::Data, "page.busy_now")));
        }
        free
    }

    /// Where the problem that is shown has a way out by reading in another way, offers it.
    pub fn offer(&self, options: &ReadOptions, read: impl Fn(ReadOptions) + Clone + Send + Sync + 'static) {
        let Some(problem) = self.problem.get_untracked() else { return };
        let Some(mend) = mends(&problem, options).into_iter().next() else { return };
        let (studio, label, options) = (*self, mend.label.to_string(), mend.options);
        let act = Callback::new(move |()| {
            studio.problem.set(None);
            read(options.clone());
        });
        self.offer.set(Some(Offer { problem, label, act }));
    }

    /// Reads a source in another way and, where that works, changes the recipe, as one edit.
    pub async fn read_again(&self, place: usize, options: ReadOptions) {
        let Some(source) = self.recipe.get_untracked().sources.get(place).cloned() else { return };
        if source.options == options || !self.is_free() {
            return;
        }
        let next = Source { options, ..source.clone() };
        // What was read before need not be read again.
        let summary = match self.summary(&next).await {
            Some(summary) => summary,
            None => {
                let Some(bytes) = self.table_bytes(&source.sha256).await else {
                    return self.problem.set(Some(Problem::new(Stage::Data, "open.table_gone").with("file", &source.file)));
                };
                match self.read(next.clone(), &bytes).await {
                    Some(summary) => summary,
                    None => {
                        let studio = *self;
                        return self.offer(&next.options, move |options| {
                            leptos::task::spawn_local(async move { studio.read_again(place, options).await });
                        });
                    }
                }
            }
        };
        let mut sources = self.recipe.get_untracked().sources;
        // Something else may have been changed meanwhile.
        if sources.get(place) == Some(&source) {
            sources[place] = next.read_as(&summary);
            self.edit(Edit::SetSources(sources));
        }
    }

    /// Changes how a source is read.
    pub fn change_reading(&self, place: usize, change: impl FnOnce(&mut ReadOptions)) {
        let Some(mut options) = self.recipe.with_untracked(|recipe| recipe.sources.get(place).map(|source| source.options.clone())) else {
            return;
        };
        change(&mut options);
        let studio = *self;
        leptos::task::spawn_local(async move { studio.read_again(place, options).await });
    }

    /// Holds the bytes of a table in memory until they are kept or let go.
    pub fn hold_bytes(&self, sha256: &str, bytes: Rc<Vec<u8>>) {
        self.held_bytes().borrow_mut().insert(sha256.to_owned(), bytes);
    }

    /// Lets go of bytes that are held in memory.
    pub fn let_go(&self, sha256: &str) {
        self.held_bytes().borrow_mut().remove(sha256);
    }

    /// The bytes of a table, from memory or from this device.
    pub async fn table_bytes(&self, sha256: &str) -> Option<Rc<Vec<u8>>> {
        let held = self.held_bytes().borrow().get(sha256).cloned();
        match held {
            Some(bytes) => Some(bytes),
            None => self.storage()?.table(sha256).await.ok().flatten().map(Rc::new),
        }
    }

    /// Keeps the bytes of a table on this device, or in memory where that is refused; then the page says so.
    pub async fn keep_bytes(&self, sha256: &str, bytes: Rc<Vec<u8>>) {
        let refused = match self.storage() {
            Some(storage) => storage.put_table(sha256, &bytes).await.err(),
            // Nothing is to be kept: memory is the place for it.
            None if self.traceless.get_untracked() => return self.hold_bytes(sha256, bytes),
            None => Some(text("page.no_storage")),
        };
        match refused {
            None => self.let_go(sha256),
            Some(reason) => {
                self.hold_bytes(sha256, bytes);
                self.problem.set(Some(Problem::warning(Stage::Data, "page.storage_refused").with("reason", reason)));
            }
        }
    }

    /// Makes a file that is read and whose bytes are held a source of the study, in the place of another or behind them all,
    /// and makes the edits that go with it; one undo takes all of them back.
    pub async fn take_source(&self, place: usize, source: Source, more: Vec<Edit>) {
        let owner = self.open_id();
        if let Some(bytes) = self.table_bytes(&source.sha256).await {
            self.keep_bytes(&source.sha256, bytes).await;
        }
        if self.open_id() != owner {
            return;
        }
        let mut sources = self.recipe.get_untracked().sources;
        match sources.get_mut(place) {
            Some(before) => *before = source,
            None => sources.push(source),
        }
        self.edit(Edit::Many(std::iter::once(Edit::SetSources(sources)).chain(more).collect()));
    }
}

/// A name for a further source: that of its file without ending, with a number where it is taken.
pub fn free_name(recipe: &Recipe, file: &str) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let is_free = |name: &String| recipe.sources.iter().all(|source| source.name != *name);
    let plain = stem.to_owned();
    if is_free(&plain) { plain } else { (2_u32..).map(|number| format!("{stem}_{number}")).find(is_free).unwrap_or(plain) }
}
