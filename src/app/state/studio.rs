//! The studio: the open project, its tables, its results, and what is going on. Pages read the signals and call the
//! methods; the methods send edits and questions.

use super::link::{Code, Link};
use super::lock::Lock;
use super::pool::{News, Pool};
use super::saving::asked_to_leave_no_trace;
use super::sources::Offer;
use super::storage::{Beside, Project, Storage, Unread};
use super::trust::Trust;
use atelier::base::{Problem, Progress, Stage};
use atelier::recipe::{Edit, Recipe, digest_of};
use atelier::run::{Ask, Live, Look, Opened, Task, Tell, Trained, Tuned};
use atelier::ship::Checked;
use atelier::tune::Trial;
use futures_channel::oneshot;
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What the save mark says.
#[derive(Clone, Debug, PartialEq)]
pub enum Saved {
    /// Nothing to save yet.
    Nothing,
    /// A change is not yet written.
    Pending,
    /// Written, at this time of day.
    At(String),
    /// Not written, because no trace shall be left: it lives as long as the tab.
    TabOnly,
    /// Not written, and why. The last good copy stays.
    Refused(String),
}

/// What is going on.
#[derive(Clone, Debug, PartialEq)]
pub struct Busy {
    /// The id of the text that says what: `page.busy.<id>`.
    pub what: &'static str,
    /// How far, from 0 to 1.
    pub share: f64,
    /// When it started, in milliseconds.
    pub started: f64,
    /// Whether it is paused.
    pub paused: bool,
}

/// A result and the digest of what it was computed from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stamped<T> {
    /// What it was computed from.
    pub digest: String,
    /// The result.
    pub value: T,
}

/// The store of everything that belongs to the open project.
#[derive(Clone, Copy)]
pub struct Studio {
    /// The project; nothing before a table is opened.
    pub project: RwSignal<Option<Project>>,
    /// Its recipe; an empty one before a table is opened.
    pub recipe: Memo<Recipe>,
    /// What the save mark says.
    pub saved: RwSignal<Saved>,
    /// Whether another tab writes the open project; here it is only looked at then.
    pub elsewhere: RwSignal<bool>,
    /// Counts edits that were refused.
    pub refused: RwSignal<u32>,
    /// What is going on.
    pub busy: RwSignal<Option<Busy>>,
    /// The last thing that went wrong; stays until put away.
    pub problem: RwSignal<Option<Problem>>,
    /// Whether the engine's code is here.
    pub ready: RwSignal<bool>,
    /// What the recipe comes to on its table; nothing before a table is read.
    pub look: RwSignal<Option<Look>>,
    /// A way out of the problem that is shown.
    pub offer: RwSignal<Option<Offer>>,
    /// The places of sources whose rows are not on this device.
    pub missing: RwSignal<Vec<usize>>,
    /// How the table that was opened differs from the one that its recipe was made with; stays until put away.
    pub differs: RwSignal<Vec<Problem>>,
    /// The projects on this device, the last changed first.
    pub projects: RwSignal<Vec<Project>>,
    /// Those that this build cannot open.
    pub unread: RwSignal<Vec<Unread>>,
    /// Whether the sample tables are here.
    pub samples: RwSignal<bool>,
    /// A recipe that waits for its table.
    pub waiting: RwSignal<Option<Recipe>>,
    /// The live curves by task.
    pub live: RwSignal<BTreeMap<u64, Vec<atelier::learn::Epoch>>>,
    /// The trials of the search that goes on or was the last.
    pub trials: RwSignal<Vec<Trial>>,
    /// What the last search came to; stale where its digest is not that of the recipe's search.
    pub tuned: RwSignal<Option<Stamped<Tuned>>>,
    /// What the last training came to; stale where its digest is not that of the look.
    pub trained: RwSignal<Option<Stamped<Trained>>>,
    /// What came of the sealed rows when they were last opened, and for which model as it was judged then; see
    /// [`Studio::opened_now`].
    pub opened: RwSignal<Option<Stamped<Opened>>>,
    /// The exports that were saved of a training, by id, and what their checks came to.
    pub exported: RwSignal<Option<Stamped<BTreeMap<String, Option<Checked>>>>>,
    /// Whether nothing is kept on this device.
    pub traceless: RwSignal<bool>,
    /// How many workers the pool has at most.
    pub workers: RwSignal<usize>,
    inner: StoredValue<Rc<Inner>, LocalStorage>,
}

#[derive(Default)]
pub(super) struct Inner {
    session: RefCell<Option<Link>>,
    pool: RefCell<Option<Pool>>,
    pub(super) storage: RefCell<Option<Rc<Storage>>>,
    /// Counts works.
    works: Cell<u64>,
    /// Told when nothing goes on any more.
    resting: RefCell<Vec<oneshot::Sender<()>>>,
    /// The request and the batches of tasks that cancel would end.
    running: RefCell<Option<(u64, Vec<u64>)>>,
    /// The bytes of tables that the storage did not take, or not yet.
    pub(super) bytes: Rc<RefCell<BTreeMap<String, Rc<Vec<u8>>>>>,
    /// The study that the session worker was looking at when it died, by its digest.
    died: RefCell<Option<String>>,
    /// Counts looks, so that a late answer does not replace a newer one.
    pub(super) looks: Cell<u64>,
    /// Counts changes, so that a save knows whether another came meanwhile.
    pub(super) changes: Cell<u64>,
    /// Says to other tabs that the open project is written here.
    pub(super) lock: RefCell<Option<Lock>>,
}

impl Studio {
    /// A studio without a project.
    pub fn new() -> Self {
        let project = RwSignal::new(None::<Project>);
        Self {
            project,
            recipe: Memo::new(move |_| project.with(|project| project.as_ref().map(|project| project.recipe.clone()).unwrap_or_default())),
            saved: RwSignal::new(Saved::Nothing),
            elsewhere: RwSignal::new(false),
            refused: RwSignal::new(0),
            busy: RwSignal::new(None),
            problem: RwSignal::new(None),
            ready: RwSignal::new(false),
            look: RwSignal::new(None),
            offer: RwSignal::new(None),
            missing: RwSignal::default(),
            differs: RwSignal::default(),
            projects: RwSignal::default(),
            unread: RwSignal::default(),
            samples: RwSignal::new(false),
            waiting: RwSignal::new(None),
            live: RwSignal::default(),
            trials: RwSignal::default(),
            trained: RwSignal::new(None),
            tuned: RwSignal::new(None),
            opened: RwSignal::new(None),
            exported: RwSignal::new(None),
            traceless: RwSignal::new(asked_to_leave_no_trace()),
            workers: RwSignal::new(0),
            inner: StoredValue::new_local(Rc::default()),
        }
    }

    pub(super) fn inner(&self) -> Rc<Inner> {
        self.inner.get_value()
    }

    /// Fetches the engine's code and starts the session worker.
    pub async fn start(&self, build: &str) {
        let failed = |id: &str| Problem::new(Stage::Data, id);
        let code = match Code::load(build).await {
            Ok(code) => Rc::new(code),
            Err(error) => return self.problem.set(Some(failed("page.no_engine").with("reason", format!("{error:?}")))),
        };
        let cores = window().navigator().hardware_concurrency() as usize;
        // One core stays with the page and the session worker.
        let size = cores.saturating_sub(1).clamp(1, MOST_WORKERS);
        *self.inner().pool.borrow_mut() = Some(Pool::new(code.clone(), size));
        self.workers.set(size);
        self.start_session(&code);
        if !self.traceless.get_untracked() {
            match Storage::open().await {
                Ok(storage) => *self.inner().storage.borrow_mut() = Some(Rc::new(storage)),
                Err(reason) => self.saved.set(Saved::Refused(reason)),
            }
        }
        self.ready.set(true);
    }

    fn start_session(&self, code: &Rc<Code>) {
        let (studio, again) = (*self, code.clone());
        let on_death = move || {
            // The data is kept: a new worker reads it again when it is next asked.
            let at_work = studio.busy.with_untracked(Option::is_some);
            studio.rest();
            studio.start_session(&again);
            // A worker that dies of looking at a study would die again: the same one is looked at twice, not for ever.
            let looked = (!at_work).then(|| digest_of(&studio.recipe.get_untracked()));
            let before = studio.inner().died.replace(looked.clone());
            if looked.is_some() && looked == before {
                studio.problem.set(Some(Problem::new(Stage::Data, "run.worker_died_twice")));
                return;
            }
            studio.problem.set(Some(Problem::new(Stage::Data, "run.worker_died")));
            studio.look_again();
        };
        match Link::start(code, on_death) {
            Ok(link) => *self.inner().session.borrow_mut() = Some(link),
            Err(error) => self.problem.set(Some(Problem::new(Stage::Data, "page.no_engine").with("reason", format!("{error:?}")))),
        }
    }

    /// The storage of this device, where there is one.
    pub fn storage(&self) -> Option<Rc<Storage>> {
        self.inner().storage.borrow().clone()
    }

    /// Asks the session worker a short question.
    pub async fn ask<T: DeserializeOwned>(&self, ask: Ask, body: &[u8]) -> Result<T, Problem> {
        let (value, _) = self.ask_bytes(ask, body, |_, _| {}).await?;
        serde_json::from_value(value).map_err(|error| Problem::new(Stage::Data, "run.unreadable").with("reason", error))
    }

    /// Asks the session worker; `hear` is told of progress. The answer is JSON and bytes.
    pub async fn ask_bytes(
        &self,
        ask: Ask,
        body: &[u8],
        hear: impl Fn(Progress, Option<Live>) + 'static,
    ) -> Result<(serde_json::Value, Vec<u8>), Problem> {
        self.send(ask, body, false, hear).await
    }

    /// Asks as [`Studio::ask`] does; `number` is told by which number [`Studio::end`] ends the request.
    pub async fn ask_numbered<T: DeserializeOwned>(
        &self,
        ask: Ask,
        number: Rc<Cell<u64>>,
        hear: impl Fn(Progress) + 'static,
    ) -> Result<T, Problem> {
        let (value, _) = self.send_numbered(ask, &[], false, number, move |progress, _| hear(progress)).await?;
        serde_json::from_value(value).map_err(|error| Problem::new(Stage::Data, "run.unreadable").with("reason", error))
    }

    /// `is_work`: whether cancel ends it.
    async fn send(
        &self,
        ask: Ask,
        body: &[u8],
        is_work: bool,
        hear: impl Fn(Progress, Option<Live>) + 'static,
    ) -> Result<(serde_json::Value, Vec<u8>), Problem> {
        self.send_numbered(ask, body, is_work, Rc::default(), hear).await
    }

    async fn send_numbered(
        &self,
        ask: Ask,
        body: &[u8],
        is_work: bool,
        number: Rc<Cell<u64>>,
        hear: impl Fn(Progress, Option<Live>) + 'static,
    ) -> Result<(serde_json::Value, Vec<u8>), Problem> {
        let session = self.inner().session.borrow().clone().ok_or_else(|| Problem::new(Stage::Data, "page.not_ready"))?;
        let (send, receive) = oneshot::channel();
        let mut send = Some(send);
        let mut end = move |answer| {
            if let Some(send) = send.take() {
                let _ = send.send(answer);
            }
        };
        let studio = *self;
        let own = number.clone();
        let id = session.ask(ask, body, move |tell, body| match tell {
            Tell::Progress(progress, live) => hear(progress, live),
            Tell::Done(value) => end(Ok((value, body))),
            Tell::Failed(problem) => end(Err(problem)),
            Tell::Tasks(tasks) => studio.give_out(own.get(), tasks, body),
        });
        number.set(id);
        if is_work {
            *self.inner().running.borrow_mut() = Some((id, Vec::new()));
        }
        receive.await.unwrap_or_else(|_| Err(Problem::new(Stage::Data, "run.worker_died")))
    }

    /// A long work on the open project with its name, its progress and its cancel. The answer goes to the caller, unless
    /// another project was opened meanwhile; a problem goes to the page.
    pub async fn work<T: DeserializeOwned>(&self, what: &'static str, ask: Ask, body: &[u8]) -> Option<(T, Vec<u8>)> {
        let owner = self.open_id();
        let answer = self.work_on(what, ask, body).await;
        answer.filter(|_| self.open_id() == owner)
    }

    /// The same of something that belongs to no project.
    pub(super) async fn work_on<T: DeserializeOwned>(&self, what: &'static str, ask: Ask, body: &[u8]) -> Option<(T, Vec<u8>)> {
        if self.busy.with_untracked(Option::is_some) {
            return None;
        }
        let inner = self.inner();
        let number = inner.works.get() + 1;
        inner.works.set(number);
        self.busy.set(Some(Busy { what, share: 0.0, started: now(), paused: false }));
        self.problem.set(None);
        let studio = *self;
        let hear = move |progress: Progress, live: Option<Live>| {
            studio.show_share(progress.share());
            if let Some(Live::Trials(trials)) = live {
                studio.trials.update(|all| all.extend(trials));
            }
        };
        let answer = self.send(ask, body, true, hear).await;
        // Where the session died, the next work may go on already.
        if inner.works.get() == number {
            self.rest();
        }
        let answer = answer.and_then(|(value, body)| {
            let value = serde_json::from_value(value).map_err(|error| Problem::new(Stage::Data, "run.unreadable").with("reason", error))?;
            Ok((value, body))
        });
        match answer {
            Ok(answer) => Some(answer),
            Err(problem) if problem.message.id == "run.cancelled" => None,
            Err(problem) => {
                self.problem.set(Some(problem));
                None
            }
        }
    }

    /// Ends all that belongs to the work that was going on: its mark, its tasks, its pause.
    fn rest(&self) {
        let running = self.inner().running.borrow_mut().take();
        if let Some(pool) = self.inner().pool.borrow().clone() {
            running.into_iter().flat_map(|(_, batches)| batches).for_each(|batch| pool.cancel(batch));
            pool.pause(false);
        }
        self.busy.set(None);
        for told in self.inner().resting.take() {
            let _ = told.send(());
        }
    }

    /// Waits until nothing goes on.
    async fn idle(&self) {
        while self.busy.with_untracked(Option::is_some) {
            let (tell, told) = oneshot::channel();
            self.inner().resting.borrow_mut().push(tell);
            let _ = told.await;
        }
    }

    fn show_share(&self, share: f64) {
        self.busy.update(|busy| {
            if let Some(busy) = busy {
                // Never backwards.
                busy.share = if share > busy.share { share } else { busy.share };
            }
        });
    }

    /// Gives the tasks of a study to the pool and their results back to the session.
    fn give_out(&self, study: u64, tasks: Vec<Task>, body: Vec<u8>) {
        let Some(pool) = self.inner().pool.borrow().clone() else { return };
        let studio = *self;
        leptos::task::spawn_local(async move {
            if let Some(digest) = tasks.first().map(|task| task.table.clone()).filter(|digest| !pool.holds(digest)) {
                match studio.ask_bytes(Ask::Table, &[], |_, _| {}).await {
                    Ok((_, table)) => pool.hold(digest, table),
                    // Without its tasks the study would wait for ever.
                    Err(problem) => {
                        studio.problem.set(Some(problem));
                        return studio.end(study);
                    }
                }
            }
            let batch = pool.run(tasks, body, move |index, news| studio.hear_task(study, index, news));
            match &mut *studio.inner().running.borrow_mut() {
                Some((running, batches)) if *running == study => batches.push(batch),
                // Cancelled while the table was on its way.
                _ => pool.cancel(batch),
            }
        });
    }

    fn hear_task(&self, study: u64, index: u64, news: News) {
        let Some(session) = self.inner().session.borrow().clone() else { return };
        match news {
            News::Progress(progress, live) => {
                if let Some(Live::Epochs(epochs)) = live {
                    self.live.update(|live| live.entry(index).or_default().extend(epochs));
                }
                session.ask(Ask::TaskProgress { study, index, progress }, &[], |_, _| {});
            }
            News::Done(bytes) => {
                session.ask(Ask::TaskDone { study, index }, &bytes, |_, _| {});
            }
            News::Failed(problem) => {
                session.ask(Ask::TaskFailed { study, index, problem }, &[], |_, _| {});
            }
        }
    }

    /// Ends one request of the session worker.
    pub fn end(&self, request: u64) {
        if let Some(session) = self.inner().session.borrow().clone() {
            session.ask(Ask::Cancel(request), &[], |_, _| {});
        }
    }

    /// Ends what is going on.
    pub fn cancel(&self) {
        let Some((request, batches)) = self.inner().running.borrow_mut().take() else { return };
        self.pause(false);
        if let Some(pool) = self.inner().pool.borrow().clone() {
            batches.into_iter().for_each(|batch| pool.cancel(batch));
        }
        if let Some(session) = self.inner().session.borrow().clone() {
            session.ask(Ask::Cancel(request), &[], |_, _| {});
        }
    }

    /// Holds the pool's work, or lets it go on.
    pub fn pause(&self, paused: bool) {
        if let Some(pool) = self.inner().pool.borrow().clone() {
            pool.pause(paused);
        }
        self.busy.update(|busy| {
            if let Some(busy) = busy {
                busy.paused = paused;
            }
        });
    }

    /// Sets the number of workers; results are the same with any.
    pub fn set_workers(&self, size: usize) {
        if let Some(pool) = self.inner().pool.borrow().clone() {
            pool.resize(size);
            self.workers.set(size.clamp(1, MOST_WORKERS));
        }
    }

    /// Makes a recipe for a target, as one edit.
    pub fn begin(&self, target: String) {
        let studio = *self;
        leptos::task::spawn_local(async move {
            let (owner, recipe) = (studio.open_id(), Box::new(studio.recipe.get_untracked()));
            match studio.ask::<Recipe>(Ask::Begin { recipe, target }, &[]).await {
                _ if studio.open_id() != owner => {}
                Ok(next) => studio.edit(Edit::Many(vec![
                    Edit::SetGoal(next.goal),
                    Edit::SetSplit(next.split),
                    Edit::SetSteps(next.prepare),
                    Edit::SetModels { models: next.models, chosen: next.chosen },
                    Edit::SetTune(None),
                ])),
                Err(problem) => studio.problem.set(Some(problem)),
            }
        });
    }

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

    /// The bytes of tables that are held in memory, by digest.
    pub(super) fn held_bytes(&self) -> Rc<RefCell<BTreeMap<String, Rc<Vec<u8>>>>> {
        self.inner().bytes.clone()
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

    /// Trains every model of the recipe and keeps what came of it.
    pub async fn train(&self) -> bool {
        let Some(id) = self.open_id() else { return false };
        let recipe = self.recipe.get_untracked();
        self.live.set(BTreeMap::new());
        let Some((value, bytes)) = self.work::<Trained>("train", Ask::Train(Box::new(recipe.clone())), &[]).await else { return false };
        if !bytes.is_empty() {
            self.keep_bytes_beside(&id, Beside::Training, &bytes).await;
        }
        let look = self.ask::<Look>(Ask::Look(Box::new(recipe)), &[]).await;
        if !self.is_open(&id) {
            return false;
        }
        if let Ok(look) = look {
            self.trained.set(Some(Stamped { digest: look.training, value }));
        }
        self.look_again();
        true
    }

    /// Makes an edit; a refused one is shown and changes nothing.
    pub fn edit(&self, edit: Edit) {
        if !self.is_written_here() {
            return;
        }
        let mut refused = None;
        self.project.update(|project| {
            if let Some(project) = project {
                refused = project.edit(edit).err();
            }
        });
        match refused {
            Some(problem) => {
                self.problem.set(Some(problem));
                self.refused.update(|count| *count += 1);
            }
            None => self.changed(),
        }
    }

    /// Takes the last edit back.
    pub fn undo(&self) {
        if !self.is_written_here() {
            return;
        }
        self.project.update(|project| {
            project.as_mut().and_then(Project::undo);
        });
        self.changed();
    }

    /// Brings the last undone edit back.
    pub fn redo(&self) {
        if !self.is_written_here() {
            return;
        }
        self.project.update(|project| {
            project.as_mut().and_then(Project::redo);
        });
        self.changed();
    }

    fn changed(&self) {
        self.look_again();
        self.save();
    }
}

/// The most workers of the pool.
pub const MOST_WORKERS: usize = 8;
/// Milliseconds since 1970.
pub fn now() -> f64 {
    js_sys::Date::now()
}
