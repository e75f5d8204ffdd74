//! Rows to judge, and the thresholds that they give.

use super::setup::Setup;
use crate::base::Task;
use crate::learn::Target;
use crate::metric::{self, Rule, Threshold, Truth};
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Rows to judge: their answers, their predictions, and the fold of each, where there are folds.
///
/// Repeats and bootstrap samples predict a row more than once. Scores are of all of these predictions, each as it was made,
/// because a mean of several would be the answer of a better model than the one that is shipped; intervals draw a row with
/// all that was said of it. What looks at single rows takes [`Judged::once`], where their predictions are averaged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The task.
    pub task: Task,
    /// The answer of each row.
    pub target: Target,
    /// Rows x outputs.
    pub answer: Array2<f64>,
    /// The fold of each row; empty where there are none.
    pub folds: Vec<usize>,
    /// The position of each row in the setup's inputs.
    pub rows: Vec<usize>,
    /// The unit of each row, where the goal names one: rows of one unit are drawn together for intervals.
    pub units: Option<Vec<u32>>,
    /// Of a bootstrap, what the final model says of the rows that it learned from: for the .632 estimate.
    pub apparent: Option<Apparent>,
}

/// What a model says of the rows that it learned from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Apparent {
    /// The answer of each row.
    pub target: Target,
    /// Rows x outputs.
    pub answer: Array2<f64>,
}

impl Judged {
    /// Rows of a setup with their predictions, and the fold of each, where there are folds.
    pub fn new(setup: &Setup, rows: Vec<usize>, folds: Vec<usize>, answer: Array2<f64>) -> Self {
        let mut units: Option<Vec<u32>> = setup.units.as_ref().map(|units| rows.iter().map(|&row| units[row]).collect());
        if units.is_none() && distinct(&rows) < rows.len() {
            units = Some(rows.iter().map(|&row| row as u32).collect());
        }
        Self { task: setup.task, target: setup.target.take(&rows), answer, folds, rows, units, apparent: None }
    }

    /// The same with each row once, where rows were predicted several times: its predictions averaged, in the order of its
    /// first; its fold the first that predicted it.
    pub fn once(&self) -> Cow<'_, Self> {
        if distinct(&self.rows) == self.rows.len() {
            return Cow::Borrowed(self);
        }
        let mut place_of = rustc_hash::FxHashMap::<usize, usize>::default();
        let mut first: Vec<usize> = Vec::new();
        let mut sums: Vec<Vec<f64>> = Vec::new();
        let mut counts: Vec<f64> = Vec::new();
        for (at, &row) in self.rows.iter().enumerate() {
            let place = *place_of.entry(row).or_insert_with(|| {
                first.push(at);
                sums.push(vec![0.0; self.answer.ncols()]);
                counts.push(0.0);
                first.len() - 1
            });
            sums[place].iter_mut().zip(self.answer.row(at)).for_each(|(sum, value)| *sum += value);
            counts[place] += 1.0;
        }
        let answer = Array2::from_shape_fn((first.len(), self.answer.ncols()), |(row, column)| sums[row][column] / counts[row]);
        let pick = |list: &[usize]| if list.is_empty() { Vec::new() } else { first.iter().map(|&at| list[at]).collect() };
        Cow::Owned(Self {
            task: self.task,
            target: self.target.take(&first),
            answer,
            folds: pick(&self.folds),
            rows: pick(&self.rows),
            units: self.units.as_ref().map(|units| first.iter().map(|&at| units[at]).collect()),
            apparent: None,
        })
    }

    /// The answers in the form of the metrics.
    pub fn truth(&self) -> Truth<'_> {
        truth(&self.target)
    }

    /// Which rows are positive, and the score of each; empty unless the task is binary.
    pub fn positives(&self) -> (Vec<bool>, Vec<f64>) {
        match &self.target {
            Target::Classes { codes, count: 2 } => (codes.iter().map(|&code| code == 1).collect(), self.answer.column(0).to_vec()),
            _ => (Vec::new(), Vec::new()),
        }
    }

    /// The threshold that a rule gives for these rows; nothing unless the task is binary.
    pub fn threshold(&self, rule: Rule) -> Option<Threshold> {
        let (positive, scores) = self.positives();
        if self.task != Task::Binary {
            return None;
        }
        let half = Threshold { value: 0.5, lowest_positive: None };
        Some(metric::choose_threshold(&positive, &scores, rule).unwrap_or(half))
    }

    /// For each fold the threshold that a rule gives for the rows of all others; that of all rows where these have one class
    /// only. Empty unless the task is binary, the rule chooses by rows, and there are two folds.
    pub(super) fn fold_thresholds(&self, rule: Rule) -> Vec<f64> {
        let count = self.folds.iter().max().map_or(0, |most| most + 1);
        let Some(all) = self.threshold(rule).filter(|_| rule != Rule::Half && count > 1) else { return Vec::new() };
        let (positive, scores) = self.positives();
        let repeated = distinct(&self.rows) < self.rows.len();
        let without = |fold: usize| {
            // Where another fold predicts a row too, what it said of it chooses nothing either.
            let own: rustc_hash::FxHashSet<usize> = match repeated {
                true => (0..self.folds.len()).filter(|&at| self.folds[at] == fold).map(|at| self.rows[at]).collect(),
                false => rustc_hash::FxHashSet::default(),
            };
            let rows = || (0..self.folds.len()).filter(|&at| self.folds[at] != fold && !own.contains(&self.rows[at]));
            let (positive, scores): (Vec<bool>, Vec<f64>) = rows().map(|row| (positive[row], scores[row])).unzip();
            metric::choose_threshold(&positive, &scores, rule).map_or(all.value, |threshold| threshold.value)
        };
        (0..count).map(without).collect()
    }
}

/// How many different rows there are.
pub(super) fn distinct(rows: &[usize]) -> usize {
    let mut sorted = rows.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.len()
}

/// A target in the form of the metrics.
pub fn truth(target: &Target) -> Truth<'_> {
    match target {
        Target::Classes { codes, count } => Truth::Classes { codes, count: *count },
        Target::Values(values) => Truth::Values(values),
    }
}
