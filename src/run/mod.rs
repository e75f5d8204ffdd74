//! Requests in, replies out: the engine that worker, page, command line and tests drive.

mod engine;
mod message;
pub mod study;
pub mod task;
pub mod train;

pub use engine::Engine;
pub use message::{Ask, Reply, Request, Tell};
pub use study::{Study, Turn, complete, run_task};
pub use task::{Held, Live, Task, Unit, pack, unpack};
pub use train::{TrainStudy, Trained, TrainedModels};
