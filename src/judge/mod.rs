//! Judging: the goal, a pipeline fitted in folds with its steps inside, criteria, intervals.

pub mod fit;
pub mod goal;
pub mod setup;

pub use fit::{FitJob, Fitted, StepReport};
pub use goal::{Bound, Criterion, Goal, On, Verdict, infer_task};
pub use setup::{Setup, Split};
