//! Requests in, replies out: the engine that worker, page, command line and tests drive.

mod cells;
mod engine;
mod look;
mod message;
pub mod sealed;
pub mod study;
pub mod task;
pub mod train;

pub use cells::Cells;
pub use engine::Engine;
pub use look::{Look, begin, look};
pub use message::{Ask, Reply, Request, Tell};
pub use sealed::open_sealed;
pub use study::{Study, Turn, complete, run_task};
pub use task::{Held, Live, Task, Unit, pack, unpack};
pub use train::{CandidateOutcome, FitFacts, RowFacts, TrainStudy, Trained, TrainedModels};
