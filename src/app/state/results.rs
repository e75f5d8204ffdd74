//! What the recipe comes to: the session brought to the recipe as it is now, trainings, and the sealed rows.

use super::storage::Beside;
use super::studio::{Stamped, Studio};
use super::trust::Trust;
use atelier::base::Problem;
use atelier::run::{Ask, Look, Opened, Trained};
use leptos::prelude::*;
use std::collections::BTreeMap;

impl Studio {
    /// Looks at the recipe again, after it changed.
    pub(super) fn look_again(&self) {
        let studio = *self;
        leptos::task::spawn_local(async move {
            match studio.settle().await {
                // That a worker died is told where a new one is started.
                Err(problem) if problem.message.id != "run.worker_died" => studio.problem.set(Some(problem)),
                _ => {}
            }
        });
    }

    /// Brings the session to the recipe as it is now: reads what it has not read, takes back what was trained before.
    /// So a worker that starts anew, an undone option of reading, and an opened project are one case.
    async fn settle(&self) -> Result<(), Problem> {
        let inner = self.inner();
        inner.looks.set(inner.looks.get() + 1);
        let number = inner.looks.get();
        if self.project.with_untracked(Option::is_none) {
            return Ok(());
        }
        let recipe = self.recipe.get_untracked();
        let look = || self.ask::<Look>(Ask::Look(Box::new(recipe.clone())), &[]);
        let mut found = look().await?;
        let mut missing = Vec::new();
        if !found.unread.is_empty() {
            // What goes on may be reading them.
            if self.busy.with_untracked(Option::is_some) {
                self.idle().await;
                found = look().await?;
            }
            for (place, source) in recipe.sources.iter().enumerate().filter(|(_, source)| found.unread.contains(&source.name)) {
                let Some(bytes) = self.table_bytes(&source.sha256).await else {
                    missing.push(place);
                    continue;
                };
                // Reading is work: it waits for what goes on, and is left to a later look where there is one.
                self.idle().await;
                // What is wrong with it is on the page already.
                if inner.looks.get() != number || self.read(source.clone(), &bytes).await.is_none() {
                    return Ok(());
                }
            }
            found = look().await?;
        }
        if inner.looks.get() == number {
            self.missing.set(missing.clone());
            // What was looked at before belongs to other tables.
            if !missing.is_empty() {
                self.look.set(None);
            }
        }
        if !missing.is_empty() {
            return Ok(());
        }
        if !found.trained && self.restore(&found.training).await {
            found = look().await?;
        }
        let known = self.trained.with_untracked(|trained| {
            trained.as_ref().is_some_and(|trained| trained.digest == found.training && trained.value.judge == recipe.judge)
        });
        // Another way of judging judges every model again, which takes a while: the page answers at once, and the bar shows it.
        let again = !known && self.trained.with_untracked(|trained| trained.as_ref().is_some_and(|it| it.digest == found.training));
        if again && inner.looks.get() == number {
            self.look.set(Some(found.clone()));
        }
        let ask = Ask::Train(Box::new(recipe.clone()));
        let trained = match found.trained && !known {
            true if again && self.busy.with_untracked(Option::is_none) => self.work::<Trained>("judge", ask, &[]).await.map(|(it, _)| it),
            true => self.ask::<Trained>(ask, &[]).await.ok(),
            false => None,
        };
        if inner.looks.get() == number {
            if let Some(value) = trained {
                self.trained.set(Some(Stamped { digest: found.training.clone(), value }));
            }
            self.look.set(Some(found));
        }
        Ok(())
    }

    /// Takes back the training that was saved with the project, where it is the one of this digest.
    async fn restore(&self, training: &str) -> bool {
        let (Some(id), Some(storage)) = (self.open_id(), self.storage()) else { return false };
        let Ok(Some(bytes)) = storage.beside(&id, Beside::Training).await else { return false };
        matches!(self.ask::<String>(Ask::Restore, &bytes).await, Ok(key) if key == training)
    }

    /// What a training of the recipe as it is now depends on; empty before a look.
    pub fn training(&self) -> String {
        self.look.with(|look| look.as_ref().map(|look| look.training.clone()).unwrap_or_default())
    }

    /// What came of the sealed rows, where they were opened for the chosen model as it is trained and judged now.
    pub fn opened_now(&self) -> Option<Opened> {
        let stamp = Trust::stamp(*self)?;
        self.opened.with(|opened| opened.as_ref().filter(|opened| opened.digest == stamp).map(|opened| opened.value.clone()))
    }

    /// Opens the sealed rows for the chosen model, and counts that.
    pub async fn open_sealed(&self) {
        // The count belongs to the tab that writes the project.
        if !self.is_written_here() {
            return;
        }
        let Some(digest) = untrack(|| Trust::stamp(*self)) else { return };
        let recipe = Box::new(self.recipe.get_untracked());
        let candidate = recipe.chosen;
        let Some((value, _)) = self.work::<Opened>("judge", Ask::OpenHeldOut { recipe, candidate }, &[]).await else { return };
        // Where another tab took the project over, nobody here has seen them.
        if !self.is_written_here() {
            return;
        }
        self.project.update(|project| {
            if let Some(project) = project {
                project.opened = project.opened.saturating_add(1);
            }
        });
        // Written before it is seen.
        let owner = self.open_id();
        self.save_now().await;
        if self.open_id() != owner {
            return;
        }
        self.opened.set(Some(Stamped { digest, value }));
        self.keep_beside(Beside::Sealed, &self.opened.get_untracked()).await;
    }

    /// How long the fits of a candidate took together, where they were made since the page was opened.
    pub fn seconds(&self, candidate: usize) -> Option<f64> {
        let (digest, fits) = self.trained.with(|trained| trained.as_ref().map(|it| (it.digest.clone(), it.value.rows.folds.len() + 1)))?;
        let tasks = (candidate * fits) as u64..((candidate + 1) * fits) as u64;
        self.took.with(|took| {
            let times: Vec<f64> = took.value.range(tasks).map(|(_, time)| *time).collect();
            (took.digest == digest && times.len() == fits).then(|| times.iter().sum::<f64>() / 1000.0)
        })
    }

    /// Trains every model of the recipe and keeps what came of it.
    pub async fn train(&self) -> bool {
        let Some(id) = self.open_id().filter(|_| self.busy.with_untracked(Option::is_none)) else { return false };
        let recipe = self.recipe.get_untracked();
        self.live.set(BTreeMap::new());
        self.took.set(Stamped { digest: String::new(), value: BTreeMap::new() });
        self.inner().keeps_fits.set(true);
        let ended = self.work::<Trained>("train", Ask::Train(Box::new(recipe.clone())), &[]).await;
        self.inner().keeps_fits.set(false);
        let Some((value, bytes)) = ended else { return false };
        let has_fits = self.end_fits();
        if !bytes.is_empty() {
            self.keep_bytes_beside(&id, Beside::Training, &bytes).await;
        }
        if has_fits {
            self.keep_bytes_beside(&id, Beside::Fits, &[]).await;
        }
        let look = self.ask::<Look>(Ask::Look(Box::new(recipe)), &[]).await;
        if !self.is_open(&id) {
            return false;
        }
        if let Ok(look) = look {
            self.took.update(|took| took.digest.clone_from(&look.training));
            self.trained.set(Some(Stamped { digest: look.training, value }));
        }
        self.look_again();
        true
    }
}
