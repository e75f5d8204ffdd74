//! How a request is answered: at once, by work in slices, or by a study whose tasks any worker can do.

use super::session::Session;
use super::study::{Study, Turn};
use super::task::{Live, Task};
use crate::base::{Advance, Job, Problem, Progress};
use serde::Serialize;
use serde_json::Value;

/// An answer: JSON of the type that the question names, and bytes beside it.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The JSON.
    pub value: Value,
    /// The bytes.
    pub body: Vec<u8>,
}

impl Answer {
    /// The JSON as the type that the question names.
    ///
    /// # Errors
    /// Another type.
    pub fn read<T: serde::de::DeserializeOwned>(&self) -> Result<T, Problem> {
        serde_json::from_value(self.value.clone())
            .map_err(|error| Problem::new(crate::base::Stage::Data, "run.unreadable").with("reason", error))
    }

    /// An answer in JSON alone.
    pub fn json<T: Serialize>(value: &T) -> Self {
        Self { value: serde_json::to_value(value).unwrap_or_default(), body: Vec::new() }
    }
}

/// The last step of a work, with the session in hand.
pub type Finish = Box<dyn FnOnce(&mut Session) -> Result<Answer, Problem>>;

/// How a request is answered.
pub enum Begun {
    /// Here is the answer.
    Now(Answer),
    /// By work in slices.
    Doing(Box<dyn Doing>),
    /// By a study.
    Study(Box<dyn AnyStudy>),
}

impl Begun {
    /// An answer in JSON, at once.
    pub fn json<T: Serialize>(value: &T) -> Result<Self, Problem> {
        Ok(Self::Now(Answer::json(value)))
    }

    /// By a job, and then one step more.
    pub fn job<J, F>(job: J, end: F) -> Result<Self, Problem>
    where
        J: Job + 'static,
        F: FnOnce(J::Output, &mut Session) -> Result<Answer, Problem> + 'static,
    {
        Ok(Self::Doing(Box::new(Then { inner: job, end: Some(end) })))
    }

    /// By a job whose output is the answer.
    pub fn plain_job<J>(job: J) -> Result<Self, Problem>
    where
        J: Job + 'static,
        J::Output: Serialize,
    {
        Self::job(job, |output, _| Ok(Answer::json(&output)))
    }

    /// Does all of it in one go, for hosts without anything else to do.
    ///
    /// # Errors
    /// The problem that ends the work; a study, since it gives out tasks.
    pub fn finish(self, session: &mut Session) -> Result<Answer, Problem> {
        match self {
            Begun::Now(answer) => Ok(answer),
            Begun::Doing(mut doing) => loop {
                if let Advance::Done(finish) = doing.advance()? {
                    return finish(session);
                }
            },
            Begun::Study(_) => Err(Problem::new(crate::base::Stage::Learn, "run.unreadable").with("reason", "study")),
        }
    }

    /// By a study, and then one step more.
    pub fn study<S, F>(study: S, end: F) -> Result<Self, Problem>
    where
        S: Study + 'static,
        F: FnOnce(S::Outcome, &mut Session) -> Result<Answer, Problem> + 'static,
    {
        Ok(Self::Study(Box::new(Then { inner: study, end: Some(end) })))
    }
}

/// Work of the session in slices.
pub trait Doing {
    /// Does one slice.
    ///
    /// # Errors
    /// The problem that ends the work.
    fn advance(&mut self) -> Result<Advance<Finish>, Problem>;
}

/// A study, whatever its outcome is.
pub trait AnyStudy {
    /// See [`Study::tasks`].
    fn tasks(&mut self) -> Vec<Task>;
    /// See [`Study::body`].
    fn body(&self) -> Vec<u8>;
    /// See [`Study::accept`].
    fn accept(&mut self, index: u64, result: Result<&[u8], Problem>);
    /// See [`Study::hear`].
    fn hear(&mut self, index: u64, progress: &Progress);
    /// See [`Study::progress`].
    fn progress(&self) -> Progress;
    /// See [`Study::live`].
    fn live(&mut self) -> Option<Live>;
    /// See [`Study::wants`].
    fn wants(&self, index: u64) -> bool;
    /// See [`Study::close`].
    fn close(&mut self);
    /// See [`Study::time_is_up`].
    fn time_is_up(&mut self, part: usize);
    /// See [`Study::is_working`].
    fn is_working(&self) -> bool;
    /// See [`Study::turn`].
    ///
    /// # Errors
    /// The problem that ends the study.
    fn turn(&mut self) -> Result<Turn<Finish>, Problem>;
}

struct Then<W, F> {
    inner: W,
    end: Option<F>,
}

impl<W, F> Then<W, F> {
    fn finish<T: 'static>(&mut self, output: T) -> Finish
    where
        F: FnOnce(T, &mut Session) -> Result<Answer, Problem> + 'static,
    {
        let end = self.end.take();
        Box::new(move |session| match end {
            Some(end) => end(output, session),
            None => Ok(Answer::default()),
        })
    }
}

impl<J, F> Doing for Then<J, F>
where
    J: Job,
    J::Output: 'static,
    F: FnOnce(J::Output, &mut Session) -> Result<Answer, Problem> + 'static,
{
    fn advance(&mut self) -> Result<Advance<Finish>, Problem> {
        Ok(match self.inner.advance()? {
            Advance::More(progress) => Advance::More(progress),
            Advance::Done(output) => Advance::Done(self.finish(output)),
        })
    }
}

impl<S, F> AnyStudy for Then<S, F>
where
    S: Study,
    S::Outcome: 'static,
    F: FnOnce(S::Outcome, &mut Session) -> Result<Answer, Problem> + 'static,
{
    fn tasks(&mut self) -> Vec<Task> {
        self.inner.tasks()
    }

    fn body(&self) -> Vec<u8> {
        self.inner.body()
    }

    fn accept(&mut self, index: u64, result: Result<&[u8], Problem>) {
        self.inner.accept(index, result);
    }

    fn wants(&self, index: u64) -> bool {
        self.inner.wants(index)
    }

    fn hear(&mut self, index: u64, progress: &Progress) {
        self.inner.hear(index, progress);
    }

    fn progress(&self) -> Progress {
        self.inner.progress()
    }

    fn live(&mut self) -> Option<Live> {
        self.inner.live()
    }

    fn close(&mut self) {
        self.inner.close();
    }

    fn time_is_up(&mut self, part: usize) {
        self.inner.time_is_up(part);
    }

    fn is_working(&self) -> bool {
        self.inner.is_working()
    }

    fn turn(&mut self) -> Result<Turn<Finish>, Problem> {
        Ok(match self.inner.turn()? {
            Turn::Waiting => Turn::Waiting,
            Turn::Working => Turn::Working,
            Turn::Done(outcome) => Turn::Done(self.finish(outcome)),
        })
    }
}
