//! Requests in, replies out: the engine that worker, page, command line and tests drive.
//!
//! A question is one variant of [`Ask`], one line in `answer.rs` and one function in a file of its own, which answers with
//! a [`work::Begun`] on what the [`session::Session`] keeps.

mod answer;
mod cells;
mod engine;
mod look;
mod message;
mod read;
pub mod sealed;
pub mod session;
pub mod study;
pub mod task;
pub mod train;
pub mod work;

pub use cells::Cells;
pub use engine::Engine;
pub use look::{Look, begin, look};
pub use message::{Ask, Reply, Request, Tell};
pub use sealed::open_sealed;
pub use session::{Session, Training};
pub use study::{Study, Turn, complete, run_task};
pub use task::{Held, Live, Task, Unit, pack, unpack};
pub use train::{CandidateOutcome, FitFacts, RowFacts, TrainStudy, Trained, TrainedModels};
pub use work::{Answer, Begun};
