//! The ROC and the precision-recall curve of one class against the rest: every point, and a thinned line to draw.

use super::evidence::Ranking;
use crate::base::Undefined;
use serde::{Deserialize, Serialize};

/// A ROC curve: a point for each threshold, from "nothing is positive" to "everything is".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Roc {
    /// FP / (FP + TN) of each point.
    pub false_positive_rate: Vec<f64>,
    /// TP / (TP + FN) of each point.
    pub true_positive_rate: Vec<f64>,
    /// Scores from here on are called positive; nothing at the first point, which lies above every score.
    pub threshold: Vec<Option<f64>>,
    /// The area under the curve, by trapezoids.
    pub area: f64,
}

/// A precision-recall curve: a point for each threshold, from the lowest score up, and the end (recall 0, precision 1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrecisionRecall {
    /// TP / (TP + FP) of each point.
    pub precision: Vec<f64>,
    /// TP / (TP + FN) of each point.
    pub recall: Vec<f64>,
    /// Scores from here on are called positive; nothing at the last point.
    pub threshold: Vec<Option<f64>>,
    /// The share of positive rows: the precision of guessing.
    pub share: f64,
    /// The average precision: the sum of gains in recall times the precision there.
    pub average_precision: f64,
}

/// A threshold with what it calls positive.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub score: f64,
    pub tp: u64,
    pub fp: u64,
}

/// The distinct scores, the highest first, each with the true and false positives when it is the threshold.
pub(super) struct Steps {
    pub steps: Vec<Step>,
    pub positives: u64,
    pub negatives: u64,
}

/// # Panics
/// Where the lengths differ: a mistake in the code.
pub(super) fn steps(positive: &[bool], scores: &[f64]) -> Result<Steps, Undefined> {
    assert_eq!(positive.len(), scores.len(), "as many scores as rows");
    if scores.is_empty() {
        return Err(Undefined::because("no_rows"));
    }
    if !scores.iter().all(|score| score.is_finite()) {
        return Err(Undefined::because("not_finite"));
    }
    let ranking = Ranking::new(scores, |row| positive[row]);
    let (mut tp, mut fp, mut steps) = (0, 0, Vec::new());
    for ((&row, &positive), &last) in ranking.rows.iter().zip(&ranking.positive).zip(&ranking.last_of_tie) {
        if positive {
            tp += 1
        } else {
            fp += 1
        }
        if last {
            steps.push(Step { score: scores[row as usize], tp, fp });
        }
    }
    Ok(Steps { steps, positives: tp, negatives: fp })
}

fn both_classes(steps: &Steps) -> Result<(), Undefined> {
    if steps.positives == 0 || steps.negatives == 0 { Err(Undefined::because("one_class")) } else { Ok(()) }
}

/// The ROC curve (`sklearn.metrics.roc_curve` with every threshold kept).
///
/// # Errors
/// Undefined with one class, without rows, or where a score is not finite.
///
/// # Panics
/// Where the lengths differ: a mistake in the code.
pub fn roc(positive: &[bool], scores: &[f64]) -> Result<Roc, Undefined> {
    let all = steps(positive, scores)?;
    both_classes(&all)?;
    let (mut fpr, mut tpr, mut threshold) = (vec![0.0], vec![0.0], vec![None]);
    let (mut pairs, mut last) = (0.0, (0, 0));
    for step in &all.steps {
        pairs += (step.fp - last.1) as f64 * (last.0 as f64 + (step.tp - last.0) as f64 / 2.0);
        last = (step.tp, step.fp);
        fpr.push(step.fp as f64 / all.negatives as f64);
        tpr.push(step.tp as f64 / all.positives as f64);
        threshold.push(Some(step.score));
    }
    let area = pairs / (all.positives as f64 * all.negatives as f64);
    Ok(Roc { false_positive_rate: fpr, true_positive_rate: tpr, threshold, area })
}

/// The precision-recall curve (`sklearn.metrics.precision_recall_curve`).
///
/// # Errors
/// Undefined with one class, without rows, or where a score is not finite.
///
/// # Panics
/// Where the lengths differ: a mistake in the code.
pub fn precision_recall(positive: &[bool], scores: &[f64]) -> Result<PrecisionRecall, Undefined> {
    let all = steps(positive, scores)?;
    both_classes(&all)?;
    let (mut average, mut last) = (0.0, 0);
    for step in &all.steps {
        average += (step.tp - last) as f64 * (step.tp as f64 / (step.tp + step.fp) as f64);
        last = step.tp;
    }
    let rising = || all.steps.iter().rev();
    Ok(PrecisionRecall {
        precision: rising().map(|step| step.tp as f64 / (step.tp + step.fp) as f64).chain([1.0]).collect(),
        recall: rising().map(|step| step.tp as f64 / all.positives as f64).chain([0.0]).collect(),
        threshold: rising().map(|step| Some(step.score)).chain([None]).collect(),
        share: all.positives as f64 / scores.len() as f64,
        average_precision: average / all.positives as f64,
    })
}

impl Roc {
    /// At most `cap` (at least 4) of the points, ends included, such that the line through them is nowhere farther from
    /// the curve than `2 / (cap - 2)`.
    #[must_use]
    pub fn thinned(&self, cap: usize) -> Roc {
        let keep = thin(&self.false_positive_rate, &self.true_positive_rate, cap);
        Roc {
            false_positive_rate: take(&self.false_positive_rate, &keep),
            true_positive_rate: take(&self.true_positive_rate, &keep),
            threshold: take(&self.threshold, &keep),
            area: self.area,
        }
    }
}

impl PrecisionRecall {
    /// At most `cap` (at least 4) of the points, ends included, evenly spread along the line.
    #[must_use]
    pub fn thinned(&self, cap: usize) -> PrecisionRecall {
        let keep = thin(&self.recall, &self.precision, cap);
        PrecisionRecall {
            precision: take(&self.precision, &keep),
            recall: take(&self.recall, &keep),
            threshold: take(&self.threshold, &keep),
            ..*self
        }
    }
}

fn take<T: Clone>(values: &[T], places: &[usize]) -> Vec<T> {
    places.iter().map(|&place| values[place].clone()).collect()
}

/// Places of at most `cap` points, chosen by the way along the line (|dx| + |dy|): a point is kept when the next one
/// would be more than a step away from the last kept one. So flat stretches cost few points, and no corner is cut by
/// more than a step.
fn thin(x: &[f64], y: &[f64], cap: usize) -> Vec<usize> {
    let (n, cap) = (x.len(), cap.max(4));
    if n <= cap {
        return (0..n).collect();
    }
    let way = |from: usize| (x[from + 1] - x[from]).abs() + (y[from + 1] - y[from]).abs();
    let total = (0..n - 1).fold(0.0, |sum, place| sum + way(place));
    // Two neighbouring stretches are together longer than a step, so there are fewer than 2 total / step + 1 of them.
    let step = 2.0 * total / (cap - 2) as f64;
    let (mut keep, mut gone) = (vec![0], 0.0);
    for place in 1..n - 1 {
        gone += way(place - 1);
        if gone + way(place) > step {
            keep.push(place);
            gone = 0.0;
        }
    }
    keep.push(n - 1);
    keep
}
