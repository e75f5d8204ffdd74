//! The score of a trial from what its folds said.

use crate::base::{Figure, Problem, Stage};
use crate::judge::{Judged, Setup};
use crate::metric::{Metric, Prediction};
use crate::recipe::Recipe;
use crate::run::task::FoldResult;
use ndarray::Array2;

/// What a fold said of its rows.
#[derive(Clone, Debug)]
pub(in crate::run) struct Said {
    rows: Vec<usize>,
    /// Rows x outputs.
    predictions: Vec<f64>,
    /// The bytes of the fitted pipeline in a model file.
    pub(super) bytes: usize,
    /// What the fit had reached after each of [`crate::tune::prune::SHARES`] of its epochs; empty where that is not known.
    pub(super) course: Vec<Option<f64>>,
}

impl From<FoldResult> for Said {
    /// Without the pipeline, of which no score needs more than its size.
    fn from(result: FoldResult) -> Self {
        Self { bytes: result.fitted.plan.size().bytes, rows: result.rows, predictions: result.predictions, course: Vec::new() }
    }
}

impl Said {
    /// The same with what its fit had reached on the way.
    pub(super) fn along(self, course: Vec<Option<f64>>) -> Self {
        Self { course, ..self }
    }

    /// What the mean of so many models, which is this, becomes with one more; nothing where that was asked about other rows.
    pub(in crate::run) fn with(&self, other: &Said, models: usize) -> Option<Said> {
        if self.rows != other.rows || self.predictions.len() != other.predictions.len() {
            return None;
        }
        let all = models as f64 + 1.0;
        let predictions = self.predictions.iter().zip(&other.predictions).map(|(mean, one)| mean + (one - mean) / all).collect();
        Some(Said { rows: self.rows.clone(), predictions, bytes: self.bytes + other.bytes, course: Vec::new() })
    }
}

/// The rows of some folds together, each with its number, and the threshold that they give.
///
/// # Errors
/// Predictions of another shape than the rows.
pub(super) fn judged<'a>(setup: &Setup, recipe: &Recipe, said: impl Iterator<Item = (usize, &'a Said)>) -> Result<(Judged, f64), Problem> {
    let (mut rows, mut folds, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for (fold, said) in said {
        folds.extend(std::iter::repeat_n(fold, said.rows.len()));
        rows.extend_from_slice(&said.rows);
        values.extend_from_slice(&said.predictions);
    }
    let width = setup.plan_output().columns().len();
    let answer = Array2::from_shape_vec((rows.len(), width), values)
        .map_err(|error| Problem::new(Stage::Tune, "run.unreadable").with("reason", error))?;
    let judged = Judged::new(setup, rows, folds, answer);
    let threshold = judged.threshold(recipe.judge.threshold).map_or(0.5, |threshold| threshold.value);
    Ok((judged, threshold))
}

/// The metric on the rows of some folds together, each with its number.
///
/// # Errors
/// Predictions of another shape than the rows, a metric that is not defined there.
pub(in crate::run) fn score<'a>(
    setup: &Setup,
    recipe: &Recipe,
    metric: &Metric,
    said: impl Iterator<Item = (usize, &'a Said)>,
) -> Result<f64, Problem> {
    let (judged, threshold) = judged(setup, recipe, said)?;
    let prediction = Prediction { answer: judged.answer.view(), threshold };
    match metric.compute(&judged.truth(), &prediction, None) {
        Figure::Value(score) => Ok(score),
        Figure::Undefined(_) => Err(Problem::warning(Stage::Tune, "tune.no_score")),
    }
}
