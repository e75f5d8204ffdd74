//! Shares by group: a metric is how many of how many rows.

use super::interval::Share;

/// The four counts of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Positive and predicted positive.
    pub true_positive: usize,
    /// Negative but predicted positive.
    pub false_positive: usize,
    /// Negative and predicted negative.
    pub true_negative: usize,
    /// Positive but predicted negative.
    pub false_negative: usize,
}

impl Counts {
    /// Counts one row.
    pub fn add(&mut self, truth: bool, predicted: bool) {
        match (truth, predicted) {
            (true, true) => self.true_positive += 1,
            (false, true) => self.false_positive += 1,
            (false, false) => self.true_negative += 1,
            (true, false) => self.false_negative += 1,
        }
    }

    /// All rows.
    pub fn rows(self) -> usize {
        self.true_positive + self.false_positive + self.true_negative + self.false_negative
    }
}

/// A metric of a group.
pub struct Metric {
    /// The stable id; the texts are `fair.metric.<id>` and `.help`.
    pub id: &'static str,
    /// How many of how many.
    pub share: fn(Counts) -> Share,
    /// Why it has no value where the whole is empty, as a reason under `undefined.`.
    pub empty: &'static str,
    /// Whether each row counts at most once, so that the share has an interval.
    pub counted: bool,
}

/// Every metric of a class prediction, in alphabetic order of the ids.
pub static METRICS: &[Metric] = &[
    Metric { id: "accuracy", share: |c| of(c.true_positive + c.true_negative, c.rows()), empty: "no_rows", counted: true },
    Metric { id: "base_rate", share: |c| of(c.true_positive + c.false_negative, c.rows()), empty: "no_rows", counted: true },
    // Twice the true positives over twice the true positives and the errors: a share, but true positives count twice.
    Metric {
        id: "f1",
        share: |c| of(2 * c.true_positive, 2 * c.true_positive + c.false_positive + c.false_negative),
        empty: "no_positives",
        counted: false,
    },
    Metric { id: "fnr", share: |c| of(c.false_negative, c.true_positive + c.false_negative), empty: "no_positives", counted: true },
    Metric { id: "fpr", share: |c| of(c.false_positive, c.false_positive + c.true_negative), empty: "no_negative_rows", counted: true },
    Metric { id: "precision", share: |c| of(c.true_positive, c.true_positive + c.false_positive), empty: "none_predicted", counted: true },
    Metric { id: "selection_rate", share: |c| of(c.true_positive + c.false_positive, c.rows()), empty: "no_rows", counted: true },
    Metric { id: "tnr", share: |c| of(c.true_negative, c.false_positive + c.true_negative), empty: "no_negative_rows", counted: true },
    Metric { id: "tpr", share: |c| of(c.true_positive, c.true_positive + c.false_negative), empty: "no_positives", counted: true },
];

/// A metric by id.
pub fn find(id: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.id == id)
}

fn of(part: usize, whole: usize) -> Share {
    Share { part, whole }
}
