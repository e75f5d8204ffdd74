//! Long work as a job that is advanced in slices, so that a worker can look at its messages in between.
//!
//! There is no clock in the engine. A slice is sized by work, about ten to fifty milliseconds of it on a slow
//! machine; the host calls [`Job::advance`] until its own clock says that it is time for something else.

use super::Problem;
use serde::{Deserialize, Serialize};

/// How far a job has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Units of work done.
    pub done: u64,
    /// Units of work in all; at least `done`.
    pub total: u64,
}

impl Progress {
    /// The share done, from 0 to 1; 0 where nothing is known of the total.
    pub fn share(&self) -> f64 {
        if self.total == 0 { 0.0 } else { self.done as f64 / self.total as f64 }
    }
}

/// What a slice came to.
#[derive(Debug)]
pub enum Advance<T> {
    /// There is more to do.
    More(Progress),
    /// All is done; the job must not be advanced again.
    Done(T),
}

/// Work that is done in slices.
pub trait Job {
    /// What comes out.
    type Output;

    /// Does one slice.
    ///
    /// # Errors
    /// The problem that ends the job; it must not be advanced again.
    fn advance(&mut self) -> Result<Advance<Self::Output>, Problem>;

    /// Does everything in one go.
    ///
    /// # Errors
    /// The problem that ends the job.
    fn finish(&mut self) -> Result<Self::Output, Problem> {
        loop {
            if let Advance::Done(output) = self.advance()? {
                return Ok(output);
            }
        }
    }
}

impl<J: Job + ?Sized> Job for Box<J> {
    type Output = J::Output;

    fn advance(&mut self) -> Result<Advance<Self::Output>, Problem> {
        (**self).advance()
    }
}
