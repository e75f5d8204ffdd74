//! Requests in, replies out: the engine that worker, page, command line and tests drive.
//!
//! A question is one variant of [`Ask`], one line in `answer.rs` and one function in a file of its own, which answers with
//! a [`work::Begun`] on what the [`session::Session`] keeps.

mod answer;
mod cells;
mod duplicates;
mod engine;
mod explain;
mod explore;
mod fair;
pub mod grow;
mod join;
pub mod judge;
mod look;
mod message;
pub mod nested;
pub mod other;
mod preview;
mod prove;
pub mod race;
pub mod rates;
mod read;
pub mod report;
pub mod retrain;
pub mod sealed;
mod segments;
pub mod session;
pub mod ship;
mod stress;
pub mod study;
pub mod subject;
pub mod task;
pub mod train;
mod tune;
pub mod watch;
pub mod work;

pub use cells::Cells;
pub use duplicates::{DuplicateRows, EqualRows};
pub use engine::Engine;
pub use explain::{Explained, Picks, Question, ShownRow};
pub use fair::{Fairness, Grouping};
pub use grow::GrowStudy;
pub use join::JoinCounts;
pub use judge::{Case, Cases, Opened, ShownCases};
pub use look::{Look, begin, folds, look, refuse_errors};
pub use message::{Ask, Pace, Reply, Request, Tell};
pub use nested::NestedStudy;
pub use preview::{Preview, StepPreview};
pub use race::{Course, RaceStudy};
pub use rates::RateStudy;
pub use report::Reported;
pub use retrain::Retrained;
pub use sealed::open_sealed;
pub use segments::ToldSegments;
pub use session::{Purpose, Session, Training};
pub use ship::{Exported, Form, Predicted};
pub use stress::{Repair, Stressed};
pub use study::{Study, Turn, complete, run_task};
pub use task::{Held, Live, Task, Unit, pack, unpack};
pub use train::{CandidateOutcome, FitFacts, RowFacts, TrainStudy, Trained, TrainedModels};
pub use tune::{TuneStudy, Tuned};
pub use watch::Watched;
pub use work::{Answer, Begun};
