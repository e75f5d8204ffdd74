//! The host of studies: a pool of threads that run the engine's tasks. Which thread runs which task changes nothing.

use crate::output::tell;
use atelier::base::{Advance, Job, Problem, Progress, Stage};
use atelier::run::{Held, Study, Task, Turn, task::start};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{IsTerminal, stderr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// What a thread tells of the task with a number.
enum News {
    Progress(u64, Progress),
    Done(u64, Result<Vec<u8>, Problem>, Duration),
}

/// A task and the bytes that go with it.
type Work = (Task, Arc<Vec<u8>>);

/// How a study is worked on.
#[derive(clap::Args, Debug, Default)]
pub struct WorkArgs {
    /// Threads [default: as many as the machine has]; the results are the same with any number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    workers: Option<u16>,
    /// Another seed than the study's
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

impl WorkArgs {
    /// The number of threads to use: the one given, otherwise as many as the machine has.
    pub fn workers(&self) -> usize {
        self.workers.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from)
    }
}

/// Runs a study to its end with so many threads. All share one table and one setup.
///
/// # Errors
/// The problem that ends the study.
pub fn complete<S: Study>(study: &mut S, held: Held, workers: usize, name: &str) -> Result<(S::Outcome, Held), Problem> {
    complete_all(study, held, workers, name, &[]).map(|(outcome, _)| outcome)
}

/// The same; after a time the study is told that time is up.
///
/// # Errors
/// See [`complete`].
pub fn complete_within<S: Study>(
    study: &mut S,
    held: Held,
    workers: usize,
    name: &str,
    time: Option<Duration>,
) -> Result<(S::Outcome, Held), Problem> {
    complete_in_parts(study, held, workers, name, time.as_slice())
}

/// The same for a study of several parts, which end after these times, ascending.
///
/// # Errors
/// See [`complete`].
pub fn complete_in_parts<S: Study>(
    study: &mut S,
    held: Held,
    workers: usize,
    name: &str,
    times: &[Duration],
) -> Result<(S::Outcome, Held), Problem> {
    complete_all(study, held, workers, name, times).map(|(outcome, _)| outcome)
}

/// How long each task took, by its number.
pub type Times = BTreeMap<u64, Duration>;

/// The same, with how long each task took.
///
/// # Errors
/// See [`complete`].
pub fn complete_timed<S: Study>(study: &mut S, held: Held, workers: usize, name: &str) -> Result<((S::Outcome, Held), Times), Problem> {
    complete_all(study, held, workers, name, &[])
}

fn complete_all<S: Study>(
    study: &mut S,
    held: Held,
    workers: usize,
    name: &str,
    ends: &[Duration],
) -> Result<((S::Outcome, Held), Times), Problem> {
    let began = Instant::now();
    let ends: VecDeque<Instant> = ends.iter().map(|end| began + *end).collect();
    let mut times = Times::new();
    let held = Mutex::new(held);
    let (give, take) = channel::<Work>();
    let take = Mutex::new(take);
    let (tell_news, news) = channel::<News>();
    let stop = AtomicBool::new(false);
    let dropped = Mutex::new(BTreeSet::new());
    let outcome = thread::scope(|scope| {
        for _ in 0..workers {
            let tell_news = tell_news.clone();
            scope.spawn(|| work(&take, tell_news, &held, &Ends { stop: &stop, dropped: &dropped }));
        }
        let outcome = lead(study, &give, &news, &dropped, &mut Meter::new(name), ends, &mut times);
        stop.store(true, Ordering::Relaxed);
        drop(give);
        outcome
    })?;
    Ok(((outcome, held.into_inner().unwrap_or_else(PoisonError::into_inner)), times))
}

/// Does a job in this thread.
///
/// # Errors
/// The problem that ends it.
pub fn finish<J: Job>(mut job: J, name: &str) -> Result<J::Output, Problem> {
    let mut meter = Meter::new(name);
    loop {
        match job.advance()? {
            Advance::Done(output) => return Ok(output),
            Advance::More(progress) => meter.show(&progress),
        }
    }
}

/// Gives out tasks and takes their results until the study is done.
fn lead<S: Study>(
    study: &mut S,
    give: &Sender<Work>,
    news: &Receiver<News>,
    dropped: &Mutex<BTreeSet<u64>>,
    meter: &mut Meter,
    mut ends: VecDeque<Instant>,
    times: &mut Times,
) -> Result<S::Outcome, Problem> {
    let stuck = || Problem::new(Stage::Learn, "cli.stuck");
    let mut running = BTreeSet::new();
    let drop_unwanted = |study: &S, running: &BTreeSet<u64>| {
        lock(dropped).extend(running.iter().copied().filter(|index| !study.wants(*index)));
    };
    let mut is_idle = false;
    let mut part = 0;
    loop {
        if ends.front().is_some_and(|end| Instant::now() >= *end) {
            study.time_is_up(part);
            drop_unwanted(study, &running);
            ends.pop_front();
            part += 1;
        }
        let tasks = study.tasks();
        if !tasks.is_empty() {
            is_idle = false;
            drop_unwanted(study, &running);
            let body = Arc::new(study.body());
            for task in tasks {
                running.insert(task.index);
                give.send((task, body.clone())).map_err(|_| stuck())?;
            }
        }
        match study.turn()? {
            Turn::Done(outcome) => return Ok(outcome),
            Turn::Working => {}
            Turn::Waiting if running.is_empty() && is_idle => return Err(stuck()),
            // A turn may make new tasks, which are given out first.
            Turn::Waiting if running.is_empty() => is_idle = true,
            Turn::Waiting => match next(news, ends.front().copied()) {
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(stuck()),
                Ok(News::Progress(index, progress)) => study.hear(index, &progress),
                Ok(News::Done(index, result, time)) => {
                    running.remove(&index);
                    if lock(dropped).remove(&index) {
                        continue;
                    }
                    times.insert(index, time);
                    match result {
                        Ok(bytes) => study.accept(index, Ok(&bytes)),
                        Err(problem) => study.accept(index, Err(problem)),
                    }
                }
            },
        }
        meter.show(&study.progress());
    }
}

/// The next news, waited for until then at most.
fn next(news: &Receiver<News>, until: Option<Instant>) -> Result<News, RecvTimeoutError> {
    match until {
        Some(until) => news.recv_timeout(until.saturating_duration_since(Instant::now())),
        None => news.recv().map_err(|_| RecvTimeoutError::Disconnected),
    }
}

/// What ends a task before its time: the end of all, or that its result counts no more.
struct Ends<'a> {
    stop: &'a AtomicBool,
    dropped: &'a Mutex<BTreeSet<u64>>,
}

impl Ends<'_> {
    fn reach(&self, index: u64) -> bool {
        self.stop.load(Ordering::Relaxed) || lock(self.dropped).contains(&index)
    }
}

/// Runs tasks until there are no more.
fn work(take: &Mutex<Receiver<Work>>, news: Sender<News>, held: &Mutex<Held>, ends: &Ends) {
    loop {
        let next = lock(take).recv();
        let Ok((task, body)) = next else { return };
        let (index, began) = (task.index, Instant::now());
        let run = || run(&task, &body, held, ends, |progress| drop(news.send(News::Progress(index, progress))));
        // A mistake in one task must not leave the others waiting for it.
        let result = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err(Problem::new(Stage::Learn, "cli.internal")));
        if news.send(News::Done(index, result, began.elapsed())).is_err() {
            return;
        }
    }
}

fn run(task: &Task, body: &[u8], held: &Mutex<Held>, ends: &Ends, tell: impl Fn(Progress)) -> Result<Vec<u8>, Problem> {
    let stopped = || Problem::note(Stage::Learn, "run.cancelled");
    if ends.reach(task.index) {
        return Err(stopped());
    }
    let mut work = start(&mut lock(held), task, body)?;
    let mut told = Instant::now();
    loop {
        if ends.reach(task.index) {
            return Err(stopped());
        }
        match work.advance()? {
            Advance::Done(bytes) => return Ok(bytes),
            Advance::More(progress) if told.elapsed() > Duration::from_millis(100) => {
                tell(progress);
                told = Instant::now();
            }
            Advance::More(_) => {}
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Shows progress on stderr where that is a terminal.
struct Meter {
    name: String,
    shows: bool,
    last: Instant,
}

impl Meter {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), shows: stderr().is_terminal(), last: Instant::now() }
    }

    fn show(&mut self, progress: &Progress) {
        if self.shows && self.last.elapsed() > Duration::from_millis(200) {
            tell(&format!("\r{} {:.0}% ", self.name, 100.0 * progress.share()));
            self.last = Instant::now();
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if self.shows {
            tell("\r\u{1b}[K");
        }
    }
}
