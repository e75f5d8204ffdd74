//! The engine: takes requests, advances their work in slices, answers.

use super::cells::Cells;
use super::look::{begin, look};
use super::message::{Ask, Reply, Request, Tell};
use super::study::{Study, Turn};
use super::task::{Held, Live, Task, Work, pack, start, unpack};
use super::train::{TrainStudy, TrainedModels};
use crate::base::{Advance, Problem, Progress, Stage};
use crate::table::Table;
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};

/// The end of a study: its answer, and what the engine keeps of it.
type Ended = (Value, Vec<u8>);

/// Everything that a session or a pool worker knows.
#[derive(Default)]
pub struct Engine {
    held: Option<Held>,
    tasks: VecDeque<(u64, Box<dyn Work>)>,
    studies: BTreeMap<u64, TrainStudy>,
    trained: Option<TrainedModels>,
    paused: bool,
    replies: Vec<(Reply, Vec<u8>)>,
}

impl Engine {
    /// An engine that knows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a request; short ones are answered at once, long ones as the engine is advanced.
    pub fn ask(&mut self, request: Request, body: Vec<u8>) {
        let id = request.id;
        let answer = match request.ask {
            Ask::Version => Ok((env!("CARGO_PKG_VERSION").into(), Vec::new())),
            Ask::Pause(paused) => {
                self.paused = paused;
                Ok(nothing())
            }
            Ask::Cancel(other) => {
                self.cancel(other);
                Ok(nothing())
            }
            Ask::Look(recipe) => self.held().map(|held| json(&look(held, &recipe))),
            Ask::Begin { recipe, target } => self.held().and_then(|held| begin(held, &recipe, &target)).map(|recipe| json(&recipe)),
            Ask::Cells { first, count } => self.held().map(|held| json(&Cells::of(&held.table, first, count))),
            Ask::Table => self.held().map(|held| (Value::from(held.digest.clone()), pack(&held.table))),
            Ask::Hold => unpack::<Table>(&body).map(|table| {
                let held = Held::new(table);
                let digest = held.digest.clone();
                self.held = Some(held);
                (Value::from(digest), Vec::new())
            }),
            Ask::Task(task) => return self.take_task(id, &task, &body),
            Ask::Train(recipe) => return self.start_study(id, |held| TrainStudy::new(held, &recipe)),
            Ask::TaskProgress { study, index, progress } => {
                if let Some(found) = self.studies.get_mut(&study) {
                    found.hear(index, &progress);
                    let progress = found.progress();
                    self.tell(study, Tell::Progress(progress, None), Vec::new());
                }
                Ok(nothing())
            }
            Ask::TaskDone { study, index } => {
                self.accept(study, index, Ok(&body));
                Ok(nothing())
            }
            Ask::TaskFailed { study, index, problem } => {
                self.accept(study, index, Err(problem));
                Ok(nothing())
            }
        };
        self.end(id, answer);
    }

    /// Whether there is work to do.
    pub fn is_busy(&self) -> bool {
        !self.paused && (!self.tasks.is_empty() || self.studies.values().any(TrainStudy::is_judging))
    }

    /// Does one slice of the oldest work; says whether there is more to do.
    pub fn advance(&mut self) -> bool {
        if self.paused {
            return false;
        }
        if let Some((id, mut work)) = self.tasks.pop_front() {
            match work.advance() {
                Ok(Advance::More(progress)) => {
                    let live = work.live();
                    self.tell(id, Tell::Progress(progress, live), Vec::new());
                    self.tasks.push_front((id, work));
                }
                Ok(Advance::Done(bytes)) => {
                    if let Some(live) = work.live() {
                        self.tell(id, Tell::Progress(Progress { done: 1, total: 1 }, Some(live)), Vec::new());
                    }
                    self.end(id, Ok((Value::Null, bytes)));
                }
                Err(problem) => self.end(id, Err(problem)),
            }
        } else if let Some((&id, study)) = self.studies.iter_mut().find(|(_, study)| study.is_judging()) {
            match study.turn() {
                Ok(Turn::Waiting | Turn::Working) => {}
                Ok(Turn::Done((trained, models))) => {
                    self.studies.remove(&id);
                    let body = pack(&models);
                    self.trained = Some(models);
                    let answer = serde_json::to_value(&trained).unwrap_or_default();
                    self.end(id, Ok((answer, body)));
                }
                Err(problem) => {
                    self.studies.remove(&id);
                    self.end(id, Err(problem));
                }
            }
        }
        self.is_busy()
    }

    /// What there is to say since the last call, in order.
    pub fn replies(&mut self) -> Vec<(Reply, Vec<u8>)> {
        std::mem::take(&mut self.replies)
    }

    fn held(&mut self) -> Result<&mut Held, Problem> {
        self.held.as_mut().ok_or_else(|| Problem::new(Stage::Data, "run.no_table"))
    }

    fn take_task(&mut self, id: u64, task: &Task, body: &[u8]) {
        match self.held().and_then(|held| start(held, task, body)) {
            Ok(work) => self.tasks.push_back((id, work)),
            Err(problem) => self.end(id, Err(problem)),
        }
    }

    fn start_study(&mut self, id: u64, new: impl FnOnce(&mut Held) -> Result<TrainStudy, Problem>) {
        match self.held().and_then(new) {
            Ok(mut study) => {
                let (tasks, body) = (study.tasks(), study.body());
                self.studies.insert(id, study);
                self.tell(id, Tell::Tasks(tasks), body);
            }
            Err(problem) => self.end(id, Err(problem)),
        }
    }

    fn accept(&mut self, study: u64, index: u64, result: Result<&[u8], Problem>) {
        let Some(found) = self.studies.get_mut(&study) else { return };
        found.accept(index, result);
        let (tasks, body, progress) = (found.tasks(), found.body(), found.progress());
        self.tell(study, Tell::Progress(progress, None), Vec::new());
        if !tasks.is_empty() {
            self.tell(study, Tell::Tasks(tasks), body);
        }
    }

    fn cancel(&mut self, id: u64) {
        let before = self.tasks.len() + self.studies.len();
        self.tasks.retain(|(other, _)| *other != id);
        self.studies.remove(&id);
        if self.tasks.len() + self.studies.len() < before {
            self.end(id, Err(Problem::note(Stage::Learn, "run.cancelled")));
        }
    }

    fn end(&mut self, id: u64, answer: Result<Ended, Problem>) {
        match answer {
            Ok((value, body)) => self.tell(id, Tell::Done(value), body),
            Err(problem) => self.tell(id, Tell::Failed(problem), Vec::new()),
        }
    }

    /// Of several reports of progress in a row only the last is kept, with everything that they had to show.
    fn tell(&mut self, id: u64, mut tell: Tell, body: Vec<u8>) {
        if let (Tell::Progress(_, live), Some((Reply { id: last, tell: Tell::Progress(_, before) }, _))) =
            (&mut tell, self.replies.last_mut())
            && *last == id
        {
            *live = Live::join(before.take(), live.take());
            self.replies.pop();
        }
        self.replies.push((Reply { id, tell }, body));
    }
}

/// An answer in JSON alone.
fn json<T: serde::Serialize>(value: &T) -> Ended {
    (serde_json::to_value(value).unwrap_or_default(), Vec::new())
}

fn nothing() -> Ended {
    (Value::Null, Vec::new())
}
