//! Judging: the goal, a pipeline fitted in folds with its steps inside, criteria, intervals.

pub mod baseline;
pub mod calibrate;
pub mod compare;
pub mod criteria;
pub mod evaluate;
pub mod fit;
mod folds;
pub mod goal;
pub mod growth;
mod inner;
mod judged;
pub mod leak;
pub mod outcome;
mod pipeline;
pub mod rates;
pub mod setup;
mod split;
mod tree;

pub use baseline::baseline;
pub use compare::{Compare, Comparison, Difference, Pair, compare};
pub use criteria::{CriterionOutcome, criteria};
pub use evaluate::{BinaryDetail, ClassCurves, Detail, EvaluateJob, Evaluation, Score};
pub use fit::{FitJob, Fitted, StepReport};
pub use folds::{FoldMap, FoldStrip};
pub use goal::{Bound, Criterion, Goal, On, Verdict, infer_task};
pub use inner::inner_folds;
pub use judged::{Apparent, Judged};
pub use leak::{Proof, ProofJob, garbage};
pub use outcome::{CandidateOutcome, FitFacts, Judge, Learning, RowFacts, Trained};
pub use pipeline::{INNER_FOLDS, PipelineJob};
pub use setup::Setup;
pub use split::Split;
pub use tree::{Asks, DEEPEST, NodeFacts, Question, TreeFacts};
