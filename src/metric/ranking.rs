//! Metrics of the order that the scores give: areas under the ROC and the precision-recall curve.
//!
//! Of several classes each is taken against the rest, and the mean over the classes is the figure (macro average); it
//! is undefined where a class has no row.

use super::evidence::Ranking;
use super::label::mean;
use super::{CLASSES, Evidence, Metric, Needs};
use crate::base::Figure;

const fn metric(id: &'static str, figure: fn(&Evidence) -> Figure) -> Metric {
    Metric { id, tasks: CLASSES, higher_is_better: true, needs: Needs::Probabilities, range: (0.0, 1.0), in_target_unit: false, figure }
}

/// Area under the precision-recall curve as average precision: the sum over thresholds of the gain in recall times the
/// precision there. Not by trapezoids, which flatter (Davis and Goadrich 2006).
pub static PR_AUC: Metric = metric("pr_auc", |evidence| by_class(evidence, average_precision));

/// Area under the ROC curve: the chance that a positive row scores higher than a negative one, ties counting half.
pub static ROC_AUC: Metric = metric("roc_auc", |evidence| by_class(evidence, area));

/// Walks the ranking tie by tie: calls with the weights of positive and negative rows of the tie.
fn ties(ranking: &Ranking, evidence: &Evidence, mut each: impl FnMut(f64, f64)) {
    let (mut tp, mut fp) = (0.0, 0.0);
    for ((&row, &positive), &last) in ranking.rows.iter().zip(&ranking.positive).zip(&ranking.last_of_tie) {
        let weight = evidence.weight(row as usize);
        if positive {
            tp += weight
        } else {
            fp += weight
        }
        if last {
            each(tp, fp);
            (tp, fp) = (0.0, 0.0);
        }
    }
}

fn area(ranking: &Ranking, evidence: &Evidence, positives: f64, negatives: f64) -> f64 {
    let (mut above, mut pairs) = (0.0, 0.0);
    ties(ranking, evidence, |tp, fp| {
        pairs += fp * (above + tp / 2.0);
        above += tp;
    });
    pairs / (positives * negatives)
}

fn average_precision(ranking: &Ranking, evidence: &Evidence, positives: f64, _negatives: f64) -> f64 {
    let (mut tp_sum, mut fp_sum, mut sum) = (0.0, 0.0, 0.0);
    ties(ranking, evidence, |tp, fp| {
        tp_sum += tp;
        fp_sum += fp;
        if tp > 0.0 {
            sum += tp * (tp_sum / (tp_sum + fp_sum));
        }
    });
    sum / positives
}

fn by_class(evidence: &Evidence, figure: fn(&Ranking, &Evidence, f64, f64) -> f64) -> Figure {
    if evidence.has_one_class() {
        return Figure::undefined("one_class");
    }
    let truth = evidence.true_weights();
    let of = |output: usize, positives: f64| figure(evidence.ranking(output), evidence, positives, evidence.total() - positives);
    if evidence.is_binary() {
        return Figure::from(of(0, truth[1]));
    }
    if truth.contains(&0.0) {
        return Figure::undefined("absent_class");
    }
    let figures: Vec<f64> = (0..truth.len()).map(|class| of(class, truth[class])).collect();
    Figure::from(mean(&figures))
}
