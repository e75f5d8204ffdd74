//! Fits of a training that has not come to its end: kept as they are done, in this tab and on this device, so that a tab that is
//! closed, a machine that sleeps or a cancel costs no more than the fits that were going on.

use super::saving::after;
use super::storage::Beside;
use super::studio::Studio;
use atelier::recipe::digest_of;
use atelier::run::{Ask, Task, pack, unpack};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// Bytes of fits that are kept, at most; what is beyond is made anew.
const MOST_BYTES: usize = 48 << 20;
/// How long new fits wait until they are written: a training that is done by then writes nothing.
const WAIT: Duration = Duration::from_secs(3);

/// What is kept.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Fits {
    /// The training and the build that they are of.
    of: String,
    /// The answer of each task, and the milliseconds that it took.
    done: BTreeMap<u64, (Vec<u8>, f64)>,
    /// The study that goes on, where it is that training.
    #[serde(skip)]
    study: Option<u64>,
    /// Whether some are not written yet.
    #[serde(skip)]
    waits: bool,
    /// Whether some are on this device.
    #[serde(skip)]
    is_written: bool,
    /// Whether this device took none.
    #[serde(skip)]
    is_refused: bool,
}

/// What a training is known by: fits of another build may be written in another way.
fn key(training: &str) -> String {
    if training.is_empty() { String::new() } else { digest_of(&(training, crate::shell::build())) }
}

impl Studio {
    /// How many fits are kept of the training of this digest.
    pub fn kept_fits(&self, training: &str) -> usize {
        let key = key(training);
        self.fits.with(|(of, count)| if *of == key && !key.is_empty() { *count } else { 0 })
    }

    fn tell_fits(&self) {
        let inner = self.inner();
        let told = {
            let fits = inner.fits.borrow();
            (fits.of.clone(), fits.done.len())
        };
        self.fits.set(told);
    }

    /// Takes back the fits that were kept beside a project, where it is still open and no training has begun meanwhile.
    pub(super) async fn recall_fits(&self, id: &str) {
        let Some(storage) = self.storage() else { return };
        let Ok(Some(bytes)) = storage.beside(id, Beside::Fits).await else { return };
        let Ok(fits) = unpack::<Fits>(&bytes) else { return };
        if self.is_open(id) && self.inner().fits.borrow().of.is_empty() {
            *self.inner().fits.borrow_mut() = Fits { is_written: true, ..fits };
            self.tell_fits();
        }
    }

    /// Answers the tasks of the study's training that were done before; gives those that are left. Fits of another training are
    /// of no use any more. What the tasks carry says which training it is, not what the page shows.
    pub(super) fn answered_before(&self, study: u64, tasks: Vec<Task>) -> Vec<Task> {
        let inner = self.inner();
        let (Some(session), Some(first)) = (inner.engine.session().filter(|_| inner.keeps_fits.get()), tasks.first()) else { return tasks };
        let key = key(&digest_of(&(&first.table, first.recipe.train_digest())));
        {
            let mut fits = inner.fits.borrow_mut();
            if fits.of != key {
                *fits = Fits { of: key, is_written: fits.is_written, ..Fits::default() };
            }
            fits.study = Some(study);
        }
        let (known, left): (Vec<Task>, Vec<Task>) = {
            let fits = inner.fits.borrow();
            tasks.into_iter().partition(|task| fits.done.contains_key(&task.index))
        };
        for task in known {
            let Some((bytes, took)) = inner.fits.borrow().done.get(&task.index).cloned() else { continue };
            self.took.update(|all| {
                all.value.insert(task.index, took);
            });
            session.ask(Ask::TaskDone { study, index: task.index }, &bytes, |_, _| {});
        }
        self.tell_fits();
        left
    }

    /// Keeps the answer of a task of a study, where that is the training whose fits are kept.
    pub(super) fn keep_fit(&self, study: u64, index: u64, bytes: &[u8], took: f64) {
        let inner = self.inner();
        let begins_to_wait = {
            let mut fits = inner.fits.borrow_mut();
            let size: usize = fits.done.values().map(|(bytes, _)| bytes.len()).sum();
            if fits.study != Some(study) || size + bytes.len() > MOST_BYTES {
                return;
            }
            fits.done.insert(index, (bytes.to_vec(), took));
            !std::mem::replace(&mut fits.waits, true) && !fits.is_refused
        };
        self.tell_fits();
        if begins_to_wait {
            let (studio, id) = (*self, self.open_id());
            leptos::task::spawn_local(async move {
                after(WAIT).await;
                if studio.open_id() == id {
                    studio.write_fits(id).await;
                }
            });
        }
    }

    /// Writes what waits for it; nothing does where the training has come to its end.
    async fn write_fits(&self, id: Option<String>) {
        let inner = self.inner();
        let waits = std::mem::take(&mut inner.fits.borrow_mut().waits);
        let (Some(id), Some(storage)) = (id, self.storage().filter(|_| waits && !self.elsewhere.get_untracked())) else { return };
        inner.fits.borrow_mut().is_written = true;
        let bytes = pack(&*inner.fits.borrow());
        // Where there is no room, a training goes on all the same; that is said when it is done and kept as a whole.
        let refused = storage.put_beside(&id, Beside::Fits, &bytes).await.is_err();
        inner.fits.borrow_mut().is_refused = refused;
    }

    /// After a training has come to its end: it is kept as a whole, its fits no longer one by one. Whether some are on this
    /// device.
    pub(super) fn end_fits(&self) -> bool {
        let was_written = std::mem::take(&mut *self.inner().fits.borrow_mut()).is_written;
        self.tell_fits();
        was_written
    }

    /// Another project is opened.
    pub(super) fn drop_fits(&self) {
        *self.inner().fits.borrow_mut() = Fits::default();
        self.tell_fits();
    }
}
