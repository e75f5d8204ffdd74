//! The engine: takes requests, advances their work in slices, answers.

use super::answer::answer;
use super::message::{Ask, Pace, Reply, Request, Tell};
use super::session::Session;
use super::study::Turn;
use super::task::{Held, Live, Task, Work, pack, start};
use super::work::{Answer, AnyStudy, Begun, Doing, Finish};
use crate::base::{Advance, Problem, Progress, Stage};
use crate::learn::surface::Due;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A session worker or a pool worker: what it keeps, what it does, what it has to say.
#[derive(Default)]
pub struct Engine {
    session: Session,
    tasks: VecDeque<(u64, Box<dyn Work>)>,
    doings: VecDeque<(u64, Box<dyn Doing>)>,
    studies: BTreeMap<u64, Box<dyn AnyStudy>>,
    /// Tasks of each study that were given out and have not come back.
    given: BTreeMap<u64, BTreeSet<u64>>,
    pace: Pace,
    /// How far the task has come that was advanced last, where nobody was told yet.
    news: Option<(u64, Progress)>,
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
        let done = match request.ask {
            Ask::Version => Ok(Answer::json(&env!("CARGO_PKG_VERSION"))),
            Ask::Pace(pace) => {
                self.pace = pace;
                Ok(Answer::default())
            }
            Ask::Cancel(other) => {
                self.cancel(other);
                Ok(Answer::default())
            }
            Ask::Close(other) => self.close(other, |study| study.close()),
            Ask::TimeIsUp { request, part } => self.close(request, |study| study.time_is_up(part)),
            Ask::Table => {
                self.session.last_held().map(|held| Answer { value: Value::from(held.digest.clone()), body: pack(held.table.as_ref()) })
            }
            Ask::Hold => Held::packed(&body).map(|held| {
                let answer = Answer::json(&held.digest);
                self.session.hold(held);
                answer
            }),
            Ask::Task(task) => return self.take_task(id, &task, &body),
            Ask::TaskProgress { study, index, progress } => {
                if let Some(found) = self.studies.get_mut(&study) {
                    found.hear(index, &progress);
                    let (progress, live) = (found.progress(), found.live());
                    self.tell(study, Tell::Progress(progress, live), Vec::new());
                }
                Ok(Answer::default())
            }
            Ask::TaskDone { study, index } => {
                self.accept(study, index, Ok(&body));
                Ok(Answer::default())
            }
            Ask::TaskFailed { study, index, problem } => {
                self.accept(study, index, Err(problem));
                Ok(Answer::default())
            }
            ask => match answer(&mut self.session, ask, body) {
                Ok(Begun::Now(answer)) => Ok(answer),
                Ok(Begun::Doing(doing)) => return self.doings.push_back((id, doing)),
                Ok(Begun::Study(study)) => {
                    self.studies.insert(id, study);
                    return self.give_out(id);
                }
                Err(problem) => Err(problem),
            },
        };
        self.end(id, done);
    }

    /// Whether there is work to do.
    pub fn is_busy(&self) -> bool {
        self.pace != Pace::Hold
            && (!self.tasks.is_empty() || !self.doings.is_empty() || self.studies.values().any(|study| study.is_working()))
    }

    /// Does one slice of the work that has waited longest; says whether there is more to do.
    pub fn advance(&mut self) -> bool {
        if self.pace == Pace::Hold {
            return false;
        }
        if let Some((id, work)) = self.tasks.pop_front() {
            self.advance_task(id, work);
        }
        if let Some((id, mut doing)) = self.doings.pop_front() {
            match doing.advance() {
                Ok(Advance::More(progress)) => {
                    self.tell(id, Tell::Progress(progress, None), Vec::new());
                    self.doings.push_back((id, doing));
                }
                Ok(Advance::Done(finish)) => self.finish(id, finish),
                Err(problem) => self.end(id, Err(problem)),
            }
        }
        if let Some(id) = self.studies.iter().find(|(_, study)| study.is_working()).map(|(&id, _)| id) {
            self.advance_study(id);
        }
        self.is_busy()
    }

    /// What there is to say since the last call, in order.
    pub fn replies(&mut self) -> Vec<(Reply, Vec<u8>)> {
        // A look at a network takes time: one for each call shows as much as one for each slice.
        if let Some((id, progress)) = self.news.take()
            && let Some((_, work)) = self.tasks.iter_mut().find(|(other, _)| *other == id)
        {
            let live = work.live(Due::Seldom);
            self.tell(id, Tell::Progress(progress, live), Vec::new());
        }
        std::mem::take(&mut self.replies)
    }

    fn take_task(&mut self, id: u64, task: &Task, body: &[u8]) {
        match self.session.last_held().and_then(|held| start(held, task, body)) {
            Ok(work) => self.tasks.push_back((id, work)),
            Err(problem) => self.end(id, Err(problem)),
        }
    }

    fn advance_task(&mut self, id: u64, mut work: Box<dyn Work>) {
        let (advanced, steps) = (work.advance(), self.pace == Pace::Step);
        let goes_on = matches!(advanced, Ok(Advance::More(_)));
        let live = (steps || !goes_on).then(|| work.live(if steps { Due::Each } else { Due::Seldom })).flatten();
        // A step ends with an epoch or with the task.
        if steps && (live.is_some() || !goes_on) {
            self.pace = Pace::Hold;
        }
        match advanced {
            Ok(Advance::More(progress)) => {
                match live {
                    Some(live) => self.tell(id, Tell::Progress(progress, Some(live)), Vec::new()),
                    None => self.news = Some((id, progress)),
                }
                self.tasks.push_front((id, work));
            }
            Ok(Advance::Done(body)) => {
                if let Some(live) = live {
                    self.tell(id, Tell::Progress(Progress { done: 1, total: 1 }, Some(live)), Vec::new());
                }
                self.end(id, Ok(Answer { value: Value::Null, body }));
            }
            Err(problem) => self.end(id, Err(problem)),
        }
    }

    fn advance_study(&mut self, id: u64) {
        let Some(study) = self.studies.get_mut(&id) else { return };
        match study.turn() {
            Ok(Turn::Waiting | Turn::Working) => self.give_out(id),
            Ok(Turn::Done(finish)) => {
                self.studies.remove(&id);
                self.given.remove(&id);
                self.finish(id, finish);
            }
            Err(problem) => {
                self.studies.remove(&id);
                self.given.remove(&id);
                self.end(id, Err(problem));
            }
        }
    }

    /// Tells of the tasks of a study that nobody was told of, and how far it has come.
    fn give_out(&mut self, id: u64) {
        let Some(study) = self.studies.get_mut(&id) else { return };
        let (progress, live, tasks) = (study.progress(), study.live(), study.tasks());
        let body = if tasks.is_empty() { Vec::new() } else { study.body() };
        self.tell(id, Tell::Progress(progress, live), Vec::new());
        if !tasks.is_empty() {
            // What is new may stand in the place of what is not done yet.
            self.drop_unwanted(id);
            self.given.entry(id).or_default().extend(tasks.iter().map(|task| task.index));
            self.tell(id, Tell::Tasks(tasks), body);
        }
    }

    /// Tells of tasks that were given out and whose results count no more.
    fn drop_unwanted(&mut self, id: u64) {
        let (Some(study), Some(given)) = (self.studies.get(&id), self.given.get_mut(&id)) else { return };
        let dropped: Vec<u64> = given.iter().copied().filter(|index| !study.wants(*index)).collect();
        if !dropped.is_empty() {
            given.retain(|index| !dropped.contains(index));
            self.tell(id, Tell::Drop(dropped), Vec::new());
        }
    }

    fn accept(&mut self, study: u64, index: u64, result: Result<&[u8], Problem>) {
        if let Some(found) = self.studies.get_mut(&study) {
            if let Some(given) = self.given.get_mut(&study) {
                given.remove(&index);
            }
            found.accept(index, result);
            self.give_out(study);
        }
    }

    fn close(&mut self, id: u64, how: impl FnOnce(&mut dyn AnyStudy)) -> Result<Answer, Problem> {
        if let Some(study) = self.studies.get_mut(&id) {
            how(study.as_mut());
            self.give_out(id);
            self.drop_unwanted(id);
        }
        Ok(Answer::default())
    }

    fn cancel(&mut self, id: u64) {
        let before = self.tasks.len() + self.doings.len() + self.studies.len();
        self.tasks.retain(|(other, _)| *other != id);
        self.doings.retain(|(other, _)| *other != id);
        self.studies.remove(&id);
        self.given.remove(&id);
        if self.tasks.len() + self.doings.len() + self.studies.len() < before {
            self.end(id, Err(Problem::note(Stage::Learn, "run.cancelled")));
        }
    }

    fn finish(&mut self, id: u64, finish: Finish) {
        let answer = finish(&mut self.session);
        self.end(id, answer);
    }

    fn end(&mut self, id: u64, answer: Result<Answer, Problem>) {
        match answer {
            Ok(Answer { value, body }) => self.tell(id, Tell::Done(value), body),
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
