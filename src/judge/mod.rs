//! Judging: the goal, a pipeline fitted in folds with its steps inside, criteria, intervals.

pub mod baseline;
pub mod criteria;
pub mod evaluate;
pub mod fit;
mod folds;
pub mod goal;
pub mod growth;
pub mod leak;
pub mod outcome;
pub mod setup;
mod split;

pub use baseline::baseline;
pub use criteria::{CriterionOutcome, criteria};
pub use evaluate::{Apparent, BinaryDetail, ClassCurves, Detail, EvaluateJob, Evaluation, Judged, Score};
pub use fit::{FitJob, Fitted, StepReport};
pub use folds::{FoldMap, FoldStrip};
pub use goal::{Bound, Criterion, Goal, On, Verdict, infer_task};
pub use leak::{Proof, ProofJob, garbage};
pub use outcome::{CandidateOutcome, FitFacts, Judge, Learning, RowFacts, Trained};
pub use setup::Setup;
pub use split::Split;
