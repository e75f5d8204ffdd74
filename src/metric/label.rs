//! Metrics of predicted classes: accuracy, balanced accuracy, F1, precision, recall, specificity.
//!
//! Of two classes the positive one is meant; of several the mean over the classes that occur (in the truth or among the
//! predictions) is taken, each against the rest, a class without a value counting 0, as scikit-learn's macro average
//! with `zero_division=0` does.

use super::{CLASSES, Evidence, Metric, Needs};
use crate::base::Figure;

const fn metric(id: &'static str, figure: fn(&Evidence) -> Figure) -> Metric {
    Metric { id, tasks: CLASSES, higher_is_better: true, needs: Needs::Labels, range: (0.0, 1.0), in_target_unit: false, figure }
}

/// Share of rows whose class is predicted right.
pub static ACCURACY: Metric = metric("accuracy", |evidence| {
    let k = evidence.classes();
    let right = (0..k).fold(0.0, |sum, class| sum + evidence.matrix()[class * k + class]);
    Figure::from(right / evidence.total())
});

/// Mean over the true classes of the share of their rows that is predicted right; undefined with one class.
pub static BALANCED_ACCURACY: Metric = metric("balanced_accuracy", |evidence| {
    if evidence.has_one_class() {
        return Figure::undefined("one_class");
    }
    let (k, present) = (evidence.classes(), evidence.true_weights());
    let recalls: Vec<f64> =
        (0..k).filter(|&class| present[class] > 0.0).map(|class| evidence.matrix()[class * k + class] / present[class]).collect();
    Figure::from(mean(&recalls))
});

/// 2 TP / (2 TP + FP + FN): 0 where nothing right is predicted positive, undefined where there is nothing positive to find or to predict.
pub static F1: Metric =
    metric("f1", |evidence| by_class(evidence, |counts| ratio(2.0 * counts.tp, 2.0 * counts.tp + counts.fp + counts.fn_, "no_positives")));

/// TP / (TP + FP).
pub static PRECISION: Metric =
    metric("precision", |evidence| by_class(evidence, |counts| ratio(counts.tp, counts.tp + counts.fp, "none_predicted")));

/// TP / (TP + FN).
pub static RECALL: Metric =
    metric("recall", |evidence| by_class(evidence, |counts| ratio(counts.tp, counts.tp + counts.fn_, "no_positives")));

/// TN / (TN + FP).
pub static SPECIFICITY: Metric =
    metric("specificity", |evidence| by_class(evidence, |counts| ratio(counts.tn, counts.tn + counts.fp, "no_negatives")));

/// One class against the rest: true and false, positives and negatives, by weight.
pub(super) struct Counts {
    pub tp: f64,
    pub fp: f64,
    pub fn_: f64,
    pub tn: f64,
}

/// A share, or why there is none.
pub(super) fn ratio(part: f64, whole: f64, reason: &str) -> Figure {
    if whole > 0.0 { Figure::from(part / whole) } else { Figure::undefined(reason) }
}

fn by_class(evidence: &Evidence, figure: impl Fn(&Counts) -> Figure) -> Figure {
    let (k, truth, predicted) = (evidence.classes(), evidence.true_weights(), evidence.predicted_weights());
    let counts = |class: usize| {
        let tp = evidence.matrix()[class * k + class];
        let (fp, fn_) = (predicted[class] - tp, truth[class] - tp);
        Counts { tp, fp, fn_, tn: evidence.total() - tp - fp - fn_ }
    };
    if evidence.is_binary() {
        return figure(&counts(1));
    }
    let occur = (0..k).filter(|&class| truth[class] > 0.0 || predicted[class] > 0.0);
    let figures: Vec<f64> = occur.map(|class| figure(&counts(class)).value().unwrap_or(0.0)).collect();
    Figure::from(mean(&figures))
}

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |sum, value| sum + value) / values.len() as f64
}
