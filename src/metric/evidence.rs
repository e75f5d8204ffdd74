//! What metrics are computed from: rows that are scored, and a weight for each.

use crate::num::float;
use ndarray::ArrayView2;
use std::cell::OnceCell;

/// What is true of each row.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Truth<'a> {
    /// A class, from 0 to below `count`; of two classes 1 is the positive one.
    Classes { codes: &'a [u32], count: usize },
    /// A number.
    Values(&'a [f64]),
}

impl Truth<'_> {
    /// The number of rows.
    pub fn len(&self) -> usize {
        match self {
            Truth::Classes { codes, .. } => codes.len(),
            Truth::Values(values) => values.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What was predicted.
#[derive(Clone, Copy, Debug)]
pub struct Prediction<'a> {
    /// Rows x outputs: the probability of the positive class of two, or of each class of several, or a number.
    pub answer: ArrayView2<'a, f64>,
    /// Of two classes the positive one is predicted at this probability or more.
    pub threshold: f64,
}

impl<'a> Prediction<'a> {
    /// An answer with the threshold 0.5.
    pub fn new(answer: ArrayView2<'a, f64>) -> Self {
        Self { answer, threshold: 0.5 }
    }

    /// The predicted classes: for one column by the threshold, for several the first largest.
    pub fn labels(&self) -> Vec<u32> {
        let label = |row: ndarray::ArrayView1<f64>| match row.len() {
            1 => u32::from(row[0] >= self.threshold),
            _ => (0..row.len()).fold(0, |best, class| if row[class] > row[best] { class } else { best }) as u32,
        };
        self.answer.outer_iter().map(label).collect()
    }
}

/// The rows by falling score, for one class against the rest.
pub(super) struct Ranking {
    /// Rows, the highest score first, equal scores in order of the rows.
    pub rows: Vec<u32>,
    /// Whether the row is of the class, in the same order.
    pub positive: Vec<bool>,
    /// Whether the next row has a lower score (or there is none).
    pub last_of_tie: Vec<bool>,
}

impl Ranking {
    pub fn new(scores: &[f64], positive: impl Fn(usize) -> bool) -> Self {
        let mut rows: Vec<u32> = (0..scores.len() as u32).collect();
        rows.sort_by(|&a, &b| scores[b as usize].total_cmp(&scores[a as usize]));
        let is_last = |place: usize| match rows.get(place + 1) {
            None => true,
            // By value, not by bits: 0 and -0 are one score.
            Some(&next) => scores[rows[place] as usize] != scores[next as usize],
        };
        let last_of_tie = (0..rows.len()).map(is_last).collect();
        let positive = rows.iter().map(|&row| positive(row as usize)).collect();
        Self { rows, positive, last_of_tie }
    }
}

/// Scored rows, with what metrics need of them and does not depend on weights.
pub struct Rows {
    codes: Vec<u32>,
    classes: usize,
    values: Vec<f64>,
    /// A list for each output.
    scores: Vec<Vec<f64>>,
    /// Where the row stands in the confusion matrix: true class times classes, plus predicted class.
    cells: Vec<u32>,
    faulty: bool,
    rankings: Vec<OnceCell<Ranking>>,
    log_losses: OnceCell<Vec<f64>>,
    by_error: OnceCell<Vec<u32>>,
}

impl Rows {
    /// Rows with their truth and prediction.
    ///
    /// # Panics
    /// Where the lengths differ or a class code is not below the count: mistakes in the code.
    pub fn new(truth: &Truth, prediction: &Prediction) -> Self {
        assert_eq!(truth.len(), prediction.answer.nrows(), "as many answers as rows");
        let outputs = prediction.answer.ncols();
        let (codes, classes, values) = match truth {
            // One column speaks of two classes, even where the truth knows of one only.
            Truth::Classes { codes, count } => (codes.to_vec(), if outputs == 1 { (*count).max(2) } else { *count }, Vec::new()),
            Truth::Values(values) => (Vec::new(), 0, values.to_vec()),
        };
        assert!(outputs == 1 || outputs == classes, "as many outputs as classes");
        assert!(codes.iter().all(|&code| (code as usize) < classes), "a class code beyond the classes");
        let labels = if classes == 0 { Vec::new() } else { prediction.labels() };
        let scores: Vec<Vec<f64>> = prediction.answer.columns().into_iter().map(|column| column.to_vec()).collect();
        Self {
            cells: codes.iter().zip(&labels).map(|(&code, &label)| code * classes as u32 + label).collect(),
            faulty: !values.iter().chain(scores.iter().flatten()).all(|value| value.is_finite()),
            rankings: scores.iter().map(|_| OnceCell::new()).collect(),
            log_losses: OnceCell::new(),
            by_error: OnceCell::new(),
            codes,
            classes,
            values,
            scores,
        }
    }

    /// The same rows with other predicted classes, such as those of a threshold for each fold.
    ///
    /// # Panics
    /// Where the lengths differ: a mistake in the code.
    #[must_use]
    pub fn with_labels(mut self, labels: &[u32]) -> Self {
        assert_eq!(labels.len(), self.codes.len(), "as many labels as rows");
        self.cells = self.codes.iter().zip(labels).map(|(&code, &label)| code * self.classes as u32 + label).collect();
        self
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        if self.classes == 0 { self.values.len() } else { self.codes.len() }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows with a weight for each (none negative), or 1 for each.
    ///
    /// # Panics
    /// Where the lengths differ: a mistake in the code.
    pub fn weighted<'a>(&'a self, weights: Option<&'a [f64]>) -> Evidence<'a> {
        assert!(weights.is_none_or(|weights| weights.len() == self.len()), "as many weights as rows");
        let total = weights.map_or(self.len() as f64, |weights| weights.iter().fold(0.0, |sum, weight| sum + weight));
        Evidence { rows: self, weights, total, cells: OnceCell::new() }
    }
}

/// Scored rows with their weights: what a metric is computed from.
pub struct Evidence<'a> {
    rows: &'a Rows,
    weights: Option<&'a [f64]>,
    total: f64,
    cells: OnceCell<Vec<f64>>,
}

impl Evidence<'_> {
    /// Why no metric at all is defined here.
    pub(super) fn fault(&self) -> Option<&'static str> {
        if self.rows.faulty {
            Some("not_finite")
        } else if self.total > 0.0 {
            None
        } else {
            Some("no_rows")
        }
    }

    /// The number of rows, of whatever weight.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The sum of the weights.
    pub(super) fn total(&self) -> f64 {
        self.total
    }

    /// The number of classes.
    pub(super) fn classes(&self) -> usize {
        self.rows.classes
    }

    /// Whether one column tells the probability of the positive class of two.
    pub(super) fn is_binary(&self) -> bool {
        self.rows.scores.len() == 1
    }

    pub(super) fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }

    /// The weighted sum of a value of each row, in order of the rows.
    pub(super) fn sum(&self, value: impl Fn(usize) -> f64) -> f64 {
        match self.weights {
            None => (0..self.len()).fold(0.0, |sum, row| sum + value(row)),
            Some(weights) => weights.iter().enumerate().fold(0.0, |sum, (row, weight)| sum + weight * value(row)),
        }
    }

    /// The weighted mean of a value of each row.
    pub(super) fn mean(&self, value: impl Fn(usize) -> f64) -> f64 {
        self.sum(value) / self.total
    }

    /// The true class of a row.
    pub(super) fn code(&self, row: usize) -> usize {
        self.rows.codes[row] as usize
    }

    /// The true number of a row.
    pub(super) fn value(&self, row: usize) -> f64 {
        self.rows.values[row]
    }

    /// An output for a row.
    pub(super) fn score(&self, output: usize, row: usize) -> f64 {
        self.rows.scores[output][row]
    }

    /// True minus predicted number.
    pub(super) fn error(&self, row: usize) -> f64 {
        self.rows.values[row] - self.rows.scores[0][row]
    }

    /// The confusion matrix, row by row: the weight of each true class (row) that was predicted as each class (column).
    pub(super) fn matrix(&self) -> &[f64] {
        self.cells.get_or_init(|| {
            let mut cells = vec![0.0; self.classes() * self.classes()];
            for (row, &cell) in self.rows.cells.iter().enumerate() {
                cells[cell as usize] += self.weight(row);
            }
            cells
        })
    }

    /// The rows by falling score of an output, for its class against the rest.
    pub(super) fn ranking(&self, output: usize) -> &Ranking {
        let class = if self.is_binary() { 1 } else { output };
        self.rows.rankings[output].get_or_init(|| Ranking::new(&self.rows.scores[output], |row| self.code(row) == class))
    }

    /// -ln of the probability that was given to the true class. Probabilities are first kept at least the smallest
    /// step of a float away from 0 and 1, so that one sure and wrong answer does not make the mean infinite.
    pub(super) fn log_losses(&self) -> &[f64] {
        self.rows.log_losses.get_or_init(|| {
            let clip = |p: f64| {
                let low = if p < f64::EPSILON { f64::EPSILON } else { p };
                if low > 1.0 - f64::EPSILON { 1.0 - f64::EPSILON } else { low }
            };
            let given = |row: usize| match (self.is_binary(), self.code(row)) {
                (true, 0) => 1.0 - clip(self.score(0, row)),
                (true, _) => clip(self.score(0, row)),
                (false, class) => clip(self.score(class, row)),
            };
            (0..self.len()).map(|row| -float::ln(given(row))).collect()
        })
    }

    /// The rows by rising absolute error.
    pub(super) fn by_error(&self) -> &[u32] {
        self.rows.by_error.get_or_init(|| {
            let mut rows: Vec<u32> = (0..self.len() as u32).collect();
            rows.sort_by(|&a, &b| self.error(a as usize).abs().total_cmp(&self.error(b as usize).abs()));
            rows
        })
    }

    /// The weight of each true class.
    pub(super) fn true_weights(&self) -> Vec<f64> {
        let k = self.classes();
        (0..k).map(|class| self.matrix()[class * k..(class + 1) * k].iter().fold(0.0, |sum, cell| sum + cell)).collect()
    }

    /// The weight of each predicted class.
    pub(super) fn predicted_weights(&self) -> Vec<f64> {
        let k = self.classes();
        (0..k).map(|class| (0..k).fold(0.0, |sum, row| sum + self.matrix()[row * k + class])).collect()
    }

    /// Whether all rows are of one true class.
    pub(super) fn has_one_class(&self) -> bool {
        self.true_weights().iter().filter(|&&weight| weight > 0.0).count() < 2
    }
}
