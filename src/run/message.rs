//! What is asked of the engine and what it tells. Bytes travel beside a message, never in it.

use crate::base::{Problem, Progress};
use serde::{Deserialize, Serialize};

/// A question with the number under which its replies come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// Chosen by the asker.
    pub id: u64,
    /// The question.
    pub ask: Ask,
}

/// What can be asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Which build is this?
    Version,
    /// Work that takes `slices` slices, to see that progress and cancel work.
    Exercise {
        /// How many.
        slices: u64,
    },
    /// Stop the request of this number; it ends as failed.
    Cancel(u64),
}

/// One of the replies to a request. Any number of `Progress` come before exactly one `Done` or `Failed`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reply {
    /// The number of the request.
    pub id: u64,
    /// The news.
    pub tell: Tell,
}

/// What the engine tells.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tell {
    /// How far it has come.
    Progress(Progress),
    /// The answer, as JSON of the type that the question names.
    Done(serde_json::Value),
    /// Why there is no answer.
    Failed(Problem),
}
