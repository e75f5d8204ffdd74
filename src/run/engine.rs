//! The engine: takes requests, advances their work in slices, answers.

use super::message::{Ask, Reply, Request, Tell};
use crate::base::{Advance, Job, Problem, Progress, Stage};
use std::collections::VecDeque;

type Work = Box<dyn Job<Output = (serde_json::Value, Vec<u8>)>>;

/// Everything that a session or a pool worker knows.
#[derive(Default)]
pub struct Engine {
    work: VecDeque<(u64, Work)>,
    replies: Vec<(Reply, Vec<u8>)>,
}

impl Engine {
    /// An engine that knows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a request; short ones are answered at once, long ones as the engine is advanced.
    pub fn ask(&mut self, request: Request, _body: Vec<u8>) {
        let id = request.id;
        match request.ask {
            Ask::Version => self.tell(id, Tell::Done(env!("CARGO_PKG_VERSION").into()), Vec::new()),
            Ask::Exercise { slices } => self.work.push_back((id, Box::new(Exercise { done: 0, slices }))),
            Ask::Cancel(other) => {
                let before = self.work.len();
                self.work.retain(|(id, _)| *id != other);
                if self.work.len() < before {
                    self.tell(other, Tell::Failed(Problem::note(Stage::Learn, "run.cancelled")), Vec::new());
                }
                self.tell(id, Tell::Done(serde_json::Value::Null), Vec::new());
            }
        }
    }

    /// Whether there is work to do.
    pub fn is_busy(&self) -> bool {
        !self.work.is_empty()
    }

    /// Does one slice of the oldest request; says whether there is more to do.
    pub fn advance(&mut self) -> bool {
        let Some((id, mut work)) = self.work.pop_front() else { return false };
        match work.advance() {
            Ok(Advance::More(progress)) => {
                self.tell(id, Tell::Progress(progress), Vec::new());
                self.work.push_front((id, work));
            }
            Ok(Advance::Done((answer, body))) => self.tell(id, Tell::Done(answer), body),
            Err(problem) => self.tell(id, Tell::Failed(problem), Vec::new()),
        }
        self.is_busy()
    }

    /// What there is to say since the last call, in order. Of several reports of progress only the last is kept.
    pub fn replies(&mut self) -> Vec<(Reply, Vec<u8>)> {
        std::mem::take(&mut self.replies)
    }

    fn tell(&mut self, id: u64, tell: Tell, body: Vec<u8>) {
        if let Some((Reply { id: last, tell: Tell::Progress(_) }, _)) = self.replies.last() {
            if *last == id {
                self.replies.pop();
            }
        }
        self.replies.push((Reply { id, tell }, body));
    }
}

struct Exercise {
    done: u64,
    slices: u64,
}

impl Job for Exercise {
    type Output = (serde_json::Value, Vec<u8>);

    fn advance(&mut self) -> Result<Advance<Self::Output>, Problem> {
        if self.done == self.slices {
            return Ok(Advance::Done((self.done.into(), Vec::new())));
        }
        let mut rng = crate::num::Rng::new(self.done, "exercise", 0);
        let sum: f64 = (0..200_000).map(|_| rng.uniform()).sum();
        self.done += u64::from(sum > 0.0);
        Ok(Advance::More(Progress { done: self.done, total: self.slices }))
    }
}
