//! What is kept on this device: the open project as one tab writes it, the wish to leave no trace, and what deletes it all.

use super::lock::{self, Asks, Lock};
use super::storage::{Beside, Project, Storage};
use super::studio::{Saved, Stamped, Studio, now};
use atelier::base::{Problem, Stage, text};
use futures_channel::oneshot;
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// So long a tab that lost a project has to write its last change.
const LAST_WRITE: Duration = Duration::from_millis(300);

impl Studio {
    /// Opens a project in the place of the one that is open, whose last change is to be written before: see
    /// [`Studio::flush`].
    pub fn open(&self, project: Project) {
        // The lock of a project that is opened again is not let go between.
        let lock = if self.is_open(&project.id) { self.inner().lock.borrow_mut().take() } else { None };
        self.open_with(project, lock);
    }

    fn open_with(&self, project: Project, lock: Option<Lock>) {
        self.close();
        if !self.traceless.get_untracked() {
            remember(locals(), OPEN, Some(&project.id));
        }
        let id = project.id.clone();
        self.project.set(Some(project));
        match lock {
            Some(lock) => *self.inner().lock.borrow_mut() = Some(lock),
            None => self.own(id.clone()),
        }
        let studio = *self;
        leptos::task::spawn_local(async move { studio.recall(&id).await });
        self.look_again();
    }

    /// Puts the open project away and ends what goes on for it; what was saved stays.
    pub fn close(&self) {
        self.cancel();
        // A save that is still to come would be one of another project.
        self.inner().changes.update(|changes| changes + 1);
        // So would a look that is on its way.
        self.inner().looks.update(|looks| looks + 1);
        self.drop_fits();
        self.project.set(None);
        self.look.set(None);
        self.trained.set(None);
        self.opened.set(None);
        self.exported.set(None);
        self.trials.set(Vec::new());
        self.tuned.set(None);
        self.nested.set(None);
        self.race.set(None);
        self.see_nothing();
        self.entries.set(Vec::new());
        self.spans.set(Default::default());
        self.missing.set(Vec::new());
        self.differs.set(Vec::new());
        self.saved.set(Saved::Nothing);
        self.elsewhere.set(false);
        self.inner().lock.borrow_mut().take();
        remember(locals(), OPEN, None);
    }

    /// Asks to be the tab that writes the open project.
    fn own(&self, id: String) {
        let studio = *self;
        leptos::task::spawn_local(async move {
            let lost = id.clone();
            let lock = lock::take(&id, Asks::Politely, move || studio.lose(&lost)).await;
            // Where another project was opened meanwhile, the lock is let go.
            if studio.is_open(&id) {
                studio.elsewhere.set(lock.is_none());
                *studio.inner().lock.borrow_mut() = lock;
            }
        });
    }

    /// Another tab writes the project from now on; what was not yet written still is, by this one.
    fn lose(&self, id: &str) {
        if !self.is_open(id) {
            return;
        }
        self.inner().lock.borrow_mut().take();
        self.elsewhere.set(true);
        if self.saved.get_untracked() == Saved::Pending {
            let studio = *self;
            leptos::task::spawn_local(async move { studio.write().await });
        }
    }

    /// Makes this the tab that writes the open project, as the other tab left it.
    pub async fn take_over(&self) {
        let Some(id) = self.open_id() else { return };
        let (studio, lost) = (*self, id.clone());
        let Some(lock) = lock::take(&id, Asks::Firmly, move || studio.lose(&lost)).await else { return };
        // The other tab writes its last change.
        after(LAST_WRITE).await;
        let Some(storage) = self.storage() else { return };
        match storage.project(&id).await {
            Ok(Some(project)) => self.open_with(project, Some(lock)),
            Ok(None) => self.close(),
            Err(problem) => self.problem.set(Some(problem)),
        }
    }

    /// The id of the open project.
    pub fn open_id(&self) -> Option<String> {
        self.project.with_untracked(|open| open.as_ref().map(|open| open.id.clone()))
    }

    /// Whether a project is the open one.
    pub fn is_open(&self, id: &str) -> bool {
        self.project.with_untracked(|open| open.as_ref().is_some_and(|open| open.id == id))
    }

    /// Whether the open project may be changed in this tab; where not, the page and the save mark say so already.
    pub(super) fn is_written_here(&self) -> bool {
        let elsewhere = self.elsewhere.get_untracked();
        if elsewhere {
            self.refused.update(|count| *count += 1);
        }
        !elsewhere
    }

    /// Deletes everything that Atelier keeps on this device, the open project too.
    pub async fn wipe(&self) {
        self.close();
        self.inner().bytes.borrow_mut().clear();
        self.projects.set(Vec::new());
        self.unread.set(Vec::new());
        self.empty_storage().await;
    }

    /// Keeps nothing on this device from now on, and deletes what was kept; the open project goes on in this tab. Or keeps
    /// things again.
    pub async fn leave_no_trace(&self, on: bool) {
        remember(sessions(), TRACELESS, on.then_some("yes"));
        self.traceless.set(on);
        if on {
            let sources = self.recipe.with_untracked(|recipe| recipe.sources.clone());
            for source in sources {
                if let Some(bytes) = self.table_bytes(&source.sha256).await {
                    self.inner().bytes.borrow_mut().insert(source.sha256, bytes);
                }
            }
            self.projects.set(Vec::new());
            self.unread.set(Vec::new());
            self.empty_storage().await;
            self.inner().storage.borrow_mut().take();
        } else {
            self.reopen_storage().await;
            let bytes: Vec<_> = std::mem::take(&mut *self.inner().bytes.borrow_mut()).into_iter().collect();
            for (sha256, bytes) in bytes {
                self.keep_bytes(&sha256, bytes).await;
            }
        }
        self.save_now().await;
    }

    async fn empty_storage(&self) {
        for place in [locals(), sessions()] {
            remember(place, OPEN, None);
        }
        remember(locals(), "atelier.theme", None);
        super::offline::forget().await;
        let Some(storage) = self.storage() else { return };
        if let Err(reason) = storage.wipe().await {
            self.problem.set(Some(Problem::new(Stage::Data, "page.storage_refused").with("reason", reason)));
        }
        if !self.traceless.get_untracked() {
            self.reopen_storage().await;
        }
    }

    async fn reopen_storage(&self) {
        match Storage::open().await {
            Ok(storage) => *self.inner().storage.borrow_mut() = Some(Rc::new(storage)),
            Err(reason) => self.saved.set(Saved::Refused(reason)),
        }
    }

    /// Writes the project's record soon; several changes in quick succession are one write.
    pub fn save(&self) {
        if self.elsewhere.get_untracked() {
            return;
        }
        let inner = self.inner();
        inner.changes.set(inner.changes.get() + 1);
        let change = inner.changes.get();
        self.saved.set(Saved::Pending);
        let studio = *self;
        set_timeout(
            move || {
                if studio.inner().changes.get() == change {
                    leptos::task::spawn_local(async move { studio.save_now().await });
                }
            },
            Duration::from_millis(200),
        );
    }

    /// Writes what of the open project is not written yet.
    pub async fn flush(&self) {
        // Another change may come while one is written.
        while self.saved.get_untracked() == Saved::Pending && self.open_id().is_some() && !self.elsewhere.get_untracked() {
            self.write().await;
        }
    }

    /// Writes the project's record and says so only when it is written. What another tab writes is left alone.
    pub async fn save_now(&self) {
        if !self.elsewhere.get_untracked() {
            self.write().await;
        }
    }

    async fn write(&self) {
        let Some(mut project) = self.project.get_untracked() else { return };
        let change = self.inner().changes.get();
        if self.traceless.get_untracked() {
            return self.saved.set(Saved::TabOnly);
        }
        project.changed = now();
        let Some(storage) = self.storage() else { return self.saved.set(Saved::Refused(text("page.no_storage"))) };
        let written = storage.put_project(&project).await;
        if self.inner().changes.get() == change {
            self.saved.set(match written {
                Ok(()) => Saved::At(time_of_day()),
                Err(reason) => Saved::Refused(reason),
            });
        }
    }
}

/// What is kept beside a project: what was computed for it.
impl Studio {
    /// Keeps what was computed for the open project, with what it was computed from.
    pub async fn keep_beside<T: Serialize>(&self, what: Beside, value: &T) {
        if let Some(id) = self.open_id() {
            self.keep_for(&id, what, value).await;
        }
    }

    /// The same for a project that may not be the open one any more.
    pub async fn keep_for<T: Serialize>(&self, id: &str, what: Beside, value: &T) {
        if let Ok(json) = serde_json::to_vec(value) {
            self.keep_bytes_beside(id, what, &json).await;
        }
    }

    /// Keeps bytes that were computed for a project. What another tab writes is left alone.
    pub(super) async fn keep_bytes_beside(&self, id: &str, what: Beside, bytes: &[u8]) {
        let Some(storage) = self.storage().filter(|_| !self.elsewhere.get_untracked()) else { return };
        if let Err(reason) = storage.put_beside(id, what, bytes).await {
            self.problem.set(Some(Problem::warning(Stage::Learn, "page.storage_refused").with("reason", reason)));
        }
    }

    /// Takes back what was kept beside a project, where nothing has taken its place yet. Whether it still belongs to the
    /// study, its stamp says; the training is taken back by the session, which needs it too.
    async fn recall(&self, id: &str) {
        self.recall_fits(id).await;
        self.recall_one(id, Beside::Search, self.tuned).await;
        self.recall_one(id, Beside::Sealed, self.opened).await;
        self.recall_one(id, Beside::Nested, self.nested).await;
        self.recall_one(id, Beside::Race, self.race).await;
        // Times are those of the search that is shown, or none.
        let spans: Option<Stamped<BTreeMap<u64, [f64; 2]>>> = self.beside(id, Beside::Spans).await;
        let is_of = |spans: &Stamped<_>| self.tuned.with_untracked(|tuned| tuned.as_ref().is_some_and(|it| it.digest == spans.digest));
        if let Some(spans) = spans.filter(|spans| self.is_open(id) && is_of(spans))
            && self.spans.with_untracked(BTreeMap::is_empty)
        {
            self.spans.set(spans.value);
        }
    }

    async fn recall_one<T>(&self, id: &str, what: Beside, into: RwSignal<Option<T>>)
    where
        T: DeserializeOwned + Send + Sync + 'static,
    {
        let known = self.beside(id, what).await;
        if self.is_open(id) {
            into.update(|now| *now = now.take().or(known));
        }
    }

    async fn beside<T: DeserializeOwned>(&self, id: &str, what: Beside) -> Option<T> {
        let bytes = self.storage()?.beside(id, what).await.ok().flatten()?;
        // What another build wrote in its own way is computed again.
        serde_json::from_slice(&bytes).ok()
    }
}

/// The key of the project that was open last.
pub const OPEN: &str = "atelier.open";
/// The key of the wish to leave no trace, which lives as long as the tab.
const TRACELESS: &str = "atelier.traceless";

/// Whether the tab was told before, or the address says, that nothing shall be kept: `?no-trace`.
pub(super) fn asked_to_leave_no_trace() -> bool {
    let asked = window().location().search().is_ok_and(|search| search.trim_start_matches('?').split('&').any(|part| part == "no-trace"));
    asked || sessions().and_then(|storage| storage.get_item(TRACELESS).ok().flatten()).is_some()
}

/// Small notes of this device; nothing where the browser keeps none.
pub fn locals() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

fn sessions() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

fn remember(storage: Option<web_sys::Storage>, key: &str, value: Option<&str>) {
    if let Some(storage) = storage {
        // A refused note is no loss: it only saves a click.
        let _ = match value {
            Some(value) => storage.set_item(key, value),
            None => storage.remove_item(key),
        };
    }
}

/// Waits.
pub async fn after(time: Duration) {
    let (send, receive) = oneshot::channel();
    set_timeout(
        move || {
            let _ = send.send(());
        },
        time,
    );
    let _ = receive.await;
}

/// The time of day as hours and minutes.
fn time_of_day() -> String {
    let date = js_sys::Date::new_0();
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}
