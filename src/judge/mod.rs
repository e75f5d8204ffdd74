//! Judging: the goal, a pipeline fitted in folds with its steps inside, criteria, intervals.

pub mod baseline;
pub mod criteria;
pub mod evaluate;
pub mod fit;
pub mod goal;
pub mod leak;
pub mod outcome;
pub mod setup;

pub use baseline::baseline;
pub use criteria::{CriterionOutcome, criteria};
pub use evaluate::{BinaryDetail, ClassCurves, Detail, EvaluateJob, Evaluation, Judged, Score};
pub use fit::{FitJob, Fitted, StepReport};
pub use goal::{Bound, Criterion, Goal, On, Verdict, infer_task};
pub use leak::{Proof, ProofJob, garbage};
pub use outcome::{CandidateOutcome, FitFacts, Judge, Learning, RowFacts, Trained};
pub use setup::{Setup, Split};
