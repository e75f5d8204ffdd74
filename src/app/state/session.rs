//! The engine as the studio asks it: the session worker and the pool, questions, and works with their progress, pause and
//! cancel.

use super::link::{Code, Link};
use super::pool::{News, Pool};
use super::storage::Storage;
use super::studio::{Busy, Saved, Studio, now};
use atelier::base::{Problem, Progress, Stage};
use atelier::learn::surface::Surface;
use atelier::recipe::digest_of;
use atelier::run::task::Unit;
use atelier::run::{Ask, Live, Task, Tell};
use futures_channel::oneshot;
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The most workers of the pool.
pub const MOST_WORKERS: usize = 8;

/// The workers, and what goes on in them.
#[derive(Default)]
pub(super) struct Engine {
    session: RefCell<Option<Link>>,
    pool: RefCell<Option<Pool>>,
    /// Counts works.
    works: Cell<u64>,
    /// Told when nothing goes on any more.
    resting: RefCell<Vec<oneshot::Sender<()>>>,
    /// The request and the batches of tasks that cancel would end.
    running: RefCell<Option<(u64, Vec<u64>)>>,
    /// The task that is looked at, by its number in the study that goes on.
    watched: Cell<Option<u64>>,
    /// The study that the session worker was looking at when it died, by its digest.
    died: RefCell<Option<String>>,
}

impl Engine {
    /// The session worker, where there is one.
    pub(super) fn session(&self) -> Option<Link> {
        self.session.borrow().clone()
    }
}

impl Studio {
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
        *self.inner().engine.pool.borrow_mut() = Some(Pool::new(code.clone(), size));
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
            let before = studio.inner().engine.died.replace(looked.clone());
            if looked.is_some() && looked == before {
                studio.problem.set(Some(Problem::new(Stage::Data, "run.worker_died_twice")));
                return;
            }
            studio.problem.set(Some(Problem::new(Stage::Data, "run.worker_died")));
            studio.look_again();
        };
        match Link::start(code, on_death) {
            Ok(link) => *self.inner().engine.session.borrow_mut() = Some(link),
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
        let session = self.inner().engine.session.borrow().clone().ok_or_else(|| Problem::new(Stage::Data, "page.not_ready"))?;
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
            Tell::Drop(tasks) => studio.drop_tasks(own.get(), &tasks),
        });
        number.set(id);
        if is_work {
            *self.inner().engine.running.borrow_mut() = Some((id, Vec::new()));
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
        let number = inner.engine.works.get() + 1;
        inner.engine.works.set(number);
        self.busy.set(Some(Busy { what, share: 0.0, started: now(), paused: false }));
        self.problem.set(None);
        let studio = *self;
        let hear = move |progress: Progress, live: Option<Live>| {
            studio.show_share(progress.share());
            match live {
                Some(Live::Trials(trials)) => studio.trials.update(|all| all.extend(trials)),
                Some(Live::Entries(entries)) => studio.entries.set(entries),
                _ => {}
            }
        };
        let answer = self.send(ask, body, true, hear).await;
        // Where the session died, the next work may go on already.
        if inner.engine.works.get() == number {
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
        let running = self.inner().engine.running.borrow_mut().take();
        if let Some(pool) = self.inner().engine.pool.borrow().clone() {
            running.into_iter().flat_map(|(_, batches)| batches).for_each(|batch| pool.cancel(batch));
            pool.pause(false);
        }
        self.watch(None);
        self.busy.set(None);
        for told in self.inner().engine.resting.take() {
            let _ = told.send(());
        }
    }

    /// Waits until nothing goes on.
    pub(super) async fn idle(&self) {
        while self.busy.with_untracked(Option::is_some) {
            let (tell, told) = oneshot::channel();
            self.inner().engine.resting.borrow_mut().push(tell);
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
        let Some(pool) = self.inner().engine.pool.borrow().clone() else { return };
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
            let tasks = studio.answered_before(study, studio.with_looks(tasks));
            let batch = pool.run(tasks, body, move |index, news| studio.hear_task(study, index, news));
            match &mut *studio.inner().engine.running.borrow_mut() {
                Some((running, batches)) if *running == study => batches.push(batch),
                // Cancelled while the table was on its way.
                _ => pool.cancel(batch),
            }
        });
    }

    /// Takes tasks of a study back from the pool.
    fn drop_tasks(&self, study: u64, tasks: &[u64]) {
        let batches = match &*self.inner().engine.running.borrow() {
            Some((running, batches)) if *running == study => batches.clone(),
            _ => return,
        };
        if let Some(pool) = self.inner().engine.pool.borrow().clone() {
            pool.drop_tasks(&batches, tasks);
        }
    }

    /// The tasks of a training; the first fold of the network that is looked at is asked for looks at its plane.
    fn with_looks(&self, mut tasks: Vec<Task>) -> Vec<Task> {
        let is_training = self.busy.with_untracked(|busy| busy.as_ref().is_some_and(|busy| busy.what == "train"));
        let Some((place, plane)) = self.watched_plane.get_untracked().filter(|_| is_training) else { return tasks };
        let is_shown = |task: &&mut Task| matches!(task.unit, Unit::Fold { candidate, fold: 0 } if candidate == place);
        if let Some(task) = tasks.iter_mut().find(is_shown) {
            task.plane = Some(plane.clone());
            self.watch(Some(task.index));
            self.shown_plane.set((place, plane));
            self.see_nothing();
        }
        tasks
    }

    /// Shows a look with the next picture of the screen. Of several before it only the last is drawn, since the others would
    /// never be seen: workers that are quicker than the page do not hold it up.
    fn show(&self, surface: Surface) {
        if self.inner().unseen.replace(Some(surface)).is_none() {
            let studio = *self;
            request_animation_frame(move || {
                if let Some(surface) = studio.inner().unseen.take() {
                    studio.surface.set(Some(surface));
                }
            });
        }
    }

    /// Takes the look away, and one that waits to be shown.
    pub(super) fn see_nothing(&self) {
        self.inner().unseen.take();
        self.surface.set(None);
    }

    /// From now on this task is the one that is looked at; it has not begun yet.
    fn watch(&self, task: Option<u64>) {
        self.inner().engine.watched.set(task);
        self.watching.set(false);
    }

    fn hear_task(&self, study: u64, index: u64, news: News) {
        let Some(session) = self.inner().engine.session.borrow().clone() else { return };
        let is_watched = self.inner().engine.watched.get() == Some(index);
        match news {
            News::Progress(progress, live) => {
                if is_watched && !self.watching.get_untracked() {
                    self.watching.set(true);
                }
                if let Some(Live::Epochs(epochs, surface)) = live {
                    self.live.update(|live| live.entry(index).or_default().extend(epochs));
                    if let Some(surface) = surface {
                        self.show(*surface);
                    }
                }
                session.ask(Ask::TaskProgress { study, index, progress }, &[], |_, _| {});
            }
            News::Done(bytes, [began, ended]) => {
                if is_watched {
                    self.watch(None);
                }
                match self.busy.with_untracked(|busy| busy.as_ref().map(|busy| busy.what)) {
                    Some("train") => {
                        self.took.update(|took| {
                            took.value.insert(index, ended - began);
                        });
                        self.keep_fit(study, index, &bytes, ended - began);
                    }
                    Some("tune") => self.spans.update(|spans| {
                        spans.insert(index, [began, ended]);
                    }),
                    _ => {}
                }
                session.ask(Ask::TaskDone { study, index }, &bytes, |_, _| {});
            }
            News::Failed(problem) => {
                if is_watched {
                    self.watch(None);
                }
                session.ask(Ask::TaskFailed { study, index, problem }, &[], |_, _| {});
            }
        }
    }

    /// Ends one request of the session worker.
    pub fn end(&self, request: u64) {
        if let Some(session) = self.inner().engine.session.borrow().clone() {
            session.ask(Ask::Cancel(request), &[], |_, _| {});
        }
    }

    /// What is going on is to end soon, with what it has; see [`Ask::Close`].
    pub fn close_work(&self) {
        self.tell_work(Ask::Close);
    }

    /// Tells what is going on that the time of one of its parts is up.
    pub fn time_is_up(&self, part: usize) {
        self.tell_work(|request| Ask::TimeIsUp { request, part });
    }

    fn tell_work(&self, ask: impl FnOnce(u64) -> Ask) {
        let request = self.inner().engine.running.borrow().as_ref().map(|(request, _)| *request);
        if let (Some(request), Some(session)) = (request, self.inner().engine.session.borrow().clone()) {
            session.ask(ask(request), &[], |_, _| {});
        }
    }

    /// Ends what is going on.
    pub fn cancel(&self) {
        let Some((request, batches)) = self.inner().engine.running.borrow_mut().take() else { return };
        self.pause(false);
        if let Some(pool) = self.inner().engine.pool.borrow().clone() {
            batches.into_iter().for_each(|batch| pool.cancel(batch));
        }
        if let Some(session) = self.inner().engine.session.borrow().clone() {
            session.ask(Ask::Cancel(request), &[], |_, _| {});
        }
    }

    /// Holds the pool's work, or lets it go on.
    pub fn pause(&self, paused: bool) {
        if let Some(pool) = self.inner().engine.pool.borrow().clone() {
            pool.pause(paused);
        }
        self.busy.update(|busy| {
            if let Some(busy) = busy {
                busy.paused = paused;
            }
        });
    }

    /// Pauses, and lets the fold that is looked at go on for one epoch.
    pub fn step(&self) {
        self.pause(true);
        if let Some(pool) = self.inner().engine.pool.borrow().clone() {
            pool.step();
        }
    }

    /// Lets the fold that is looked at rest after every epoch, in this training and the next ones, or not.
    pub fn set_slow(&self, slow: bool) {
        self.slow.set(slow);
        if let Some(pool) = self.inner().engine.pool.borrow().clone() {
            pool.slow(slow);
        }
    }

    /// Sets the number of workers; results are the same with any.
    pub fn set_workers(&self, size: usize) {
        if let Some(pool) = self.inner().engine.pool.borrow().clone() {
            pool.resize(size);
            self.workers.set(size.clamp(1, MOST_WORKERS));
        }
    }
}
