//! Studies: long works that give out tasks, take their results in any order, and say the same whatever the order was.

use super::task::{Held, Live, Task, start};
use crate::base::{Advance, Problem, Progress};

/// Where a study is.
pub enum Turn<T> {
    /// It waits for results of tasks.
    Waiting,
    /// It has work of its own; call again.
    Working,
    /// It is done.
    Done(T),
}

/// A long work. The engine decides what is to be done; a host runs the tasks anywhere.
pub trait Study {
    /// What comes out.
    type Outcome;

    /// Tasks to be run now, each given out once. Asked again after results were accepted.
    fn tasks(&mut self) -> Vec<Task>;

    /// Bytes that go with every task.
    fn body(&self) -> Vec<u8> {
        Vec::new()
    }

    /// Takes a task's result.
    fn accept(&mut self, index: u64, result: Result<&[u8], Problem>);

    /// Takes a task's progress.
    fn hear(&mut self, index: u64, progress: &Progress);

    /// Whether the result of a task that was given out still counts; where it does not, a host need not run it.
    fn wants(&self, _index: u64) -> bool {
        true
    }

    /// How far the whole has come.
    fn progress(&self) -> Progress;

    /// What there is to show meanwhile, since the last call.
    fn live(&mut self) -> Option<Live> {
        None
    }

    /// The study is to end as soon as what it has is worth something; one of several parts ends the part that goes on. Most end
    /// in their own time.
    fn close(&mut self) {}

    /// The time of its part with this number is up, and that of all before it. Most have one part.
    fn time_is_up(&mut self, _part: usize) {
        self.close();
    }

    /// Whether there is work of its own to do: [`Study::turn`] would not only wait.
    fn is_working(&self) -> bool;

    /// Does a slice of the study's own work, where there is some.
    ///
    /// # Errors
    /// The problem that ends the study.
    fn turn(&mut self) -> Result<Turn<Self::Outcome>, Problem>;
}

/// Runs a study to its end in place, one task after the other.
///
/// # Errors
/// The problem that ends the study.
pub fn complete<S: Study>(study: &mut S, held: &mut Held) -> Result<S::Outcome, Problem> {
    loop {
        for task in study.tasks() {
            let result = run_task(held, &task, &study.body());
            match result {
                Ok(bytes) => study.accept(task.index, Ok(&bytes)),
                Err(problem) => study.accept(task.index, Err(problem)),
            }
        }
        if let Turn::Done(outcome) = study.turn()? {
            return Ok(outcome);
        }
    }
}

/// Runs a task to its end.
///
/// # Errors
/// The problem that ends it.
pub fn run_task(held: &mut Held, task: &Task, body: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut work = start(held, task, body)?;
    loop {
        if let Advance::Done(bytes) = work.advance()? {
            return Ok(bytes);
        }
    }
}
