//! Metrics: pure functions of truth and prediction, one file per family; curves, thresholds, intervals.
//!
//! A metric reads its [`Evidence`]: rows that are scored, each with a weight. What does not depend on weights (labels,
//! the order by score, the logarithms) is computed once in [`Rows`], so that a thousand bootstrap replicates cost a
//! thousand passes and not a thousand sorts. A row of weight 0 is as if it were not there, which is also how a metric
//! of a group of rows is computed.

mod agreement;
pub mod bootstrap;
pub mod calibration;
pub mod confusion;
mod error;
mod evidence;
pub mod gain;
pub mod histogram;
pub mod interval;
mod label;
mod probability;
mod ranking;
pub mod residual;
pub mod roc;
pub mod threshold;
mod variance;

pub use bootstrap::{Bootstrap, Replicates, bootstrap, bootstrap_range, intervals, intervals_of};
pub use calibration::{Bins, Calibration, calibration};
pub use confusion::{Confusion, Report, confusion, report};
pub use evidence::{Evidence, Prediction, Rows, Truth};
pub use gain::{Gain, gain};
pub use histogram::{ScoreHistogram, score_histogram};
pub use interval::{Interval, wilson};
pub use residual::{Residuals, residuals};
pub use roc::{PrecisionRecall, Roc, precision_recall, roc};
pub use threshold::{AtThreshold, Rule, Threshold, by_threshold, choose_threshold};

use crate::base::{Figure, Task};

/// What a metric looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The probability of each class; the threshold does not matter.
    Probabilities,
    /// The predicted class, which for two classes depends on the threshold.
    Labels,
    /// The predicted number.
    Numbers,
}

/// A metric that can be chosen.
pub struct Metric {
    /// The stable id; the texts are `metric.<id>` and `metric.<id>.help` (the formula in words).
    pub id: &'static str,
    /// The tasks that it is defined for.
    pub tasks: &'static [Task],
    /// Whether more is better.
    pub higher_is_better: bool,
    /// What it looks at.
    pub needs: Needs,
    /// The smallest and largest value that it can have; infinite where there is no bound.
    pub range: (f64, f64),
    /// Whether it is measured in the unit of the target, as an error in dollars is.
    pub in_target_unit: bool,
    /// Computes it; call [`Metric::of`], which first refuses rows that no metric is defined for.
    figure: fn(&Evidence) -> Figure,
}

impl Metric {
    /// The metric of these rows; undefined without rows, or where an answer is not a finite number.
    pub fn of(&self, evidence: &Evidence) -> Figure {
        match evidence.fault() {
            Some(reason) => Figure::undefined(reason),
            None => (self.figure)(evidence),
        }
    }

    /// The metric of a prediction, where wanted with a weight for each row.
    ///
    /// # Panics
    /// Where the lengths differ or a class code is not below the count: mistakes in the code.
    pub fn compute(&self, truth: &Truth, prediction: &Prediction, weights: Option<&[f64]>) -> Figure {
        self.of(&Rows::new(truth, prediction).weighted(weights))
    }

    /// Whether the first value is better than the second.
    pub fn is_better(&self, value: f64, other: f64) -> bool {
        if self.higher_is_better { value > other } else { value < other }
    }
}

const CLASSES: &[Task] = &[Task::Binary, Task::Multiclass];
const NUMBERS: &[Task] = &[Task::Regression];

/// Every metric, in alphabetic order of the ids.
pub static METRICS: &[&Metric] = &[
    &label::ACCURACY,
    &label::BALANCED_ACCURACY,
    &probability::BRIER,
    &variance::EXPLAINED_VARIANCE,
    &label::F1,
    &agreement::KAPPA,
    &probability::LOG_LOSS,
    &error::MAE,
    &error::MAPE,
    &error::MAX_ERROR,
    &agreement::MCC,
    &error::MEDIAN_ABSOLUTE_ERROR,
    &ranking::PR_AUC,
    &label::PRECISION,
    &variance::R2,
    &label::RECALL,
    &error::RMSE,
    &ranking::ROC_AUC,
    &label::SPECIFICITY,
];

/// A metric by id.
pub fn find(id: &str) -> Option<&'static Metric> {
    METRICS.iter().copied().find(|metric| metric.id == id)
}

/// The metric of a task that is looked at where nobody names another.
pub fn usual(task: Task) -> &'static str {
    match task {
        Task::Binary => "roc_auc",
        Task::Multiclass => "accuracy",
        Task::Regression => "rmse",
    }
}

/// The metrics that are defined for a task, in alphabetic order of the ids.
pub fn for_task(task: Task) -> Vec<&'static Metric> {
    METRICS.iter().copied().filter(|metric| metric.tasks.contains(&task)).collect()
}

#[cfg(test)]
mod tests;
