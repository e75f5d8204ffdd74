//! Agreement of predicted and true classes beyond chance: Cohen's kappa, Matthews' correlation.

use super::{CLASSES, Evidence, Metric, Needs};
use crate::base::Figure;

const fn metric(id: &'static str, figure: fn(&Evidence) -> Figure) -> Metric {
    Metric { id, tasks: CLASSES, higher_is_better: true, needs: Needs::Labels, range: (-1.0, 1.0), in_target_unit: false, figure }
}

/// (observed - expected) / (1 - expected) agreement (Cohen 1960); undefined with one true class.
pub static KAPPA: Metric = metric("kappa", |evidence| {
    let Some(Sums { right, chance, total, .. }) = sums(evidence) else { return Figure::undefined("one_class") };
    let (observed, expected) = (right / total, chance / (total * total));
    Figure::from((observed - expected) / (1.0 - expected))
});

/// The correlation of predicted and true classes (Matthews 1975; for several classes Gorodkin 2004): 0 where one class
/// only is predicted, undefined with one true class.
pub static MCC: Metric = metric("mcc", |evidence| {
    let Some(Sums { right, chance, total, truth, predicted }) = sums(evidence) else { return Figure::undefined("one_class") };
    let square = |weights: &[f64]| weights.iter().fold(0.0, |sum, weight| sum + weight * weight);
    let spread = (total * total - square(&truth)) * (total * total - square(&predicted));
    if spread > 0.0 { Figure::from((right * total - chance) / spread.sqrt()) } else { Figure::Value(0.0) }
});

struct Sums {
    right: f64,
    chance: f64,
    total: f64,
    truth: Vec<f64>,
    predicted: Vec<f64>,
}

fn sums(evidence: &Evidence) -> Option<Sums> {
    if evidence.has_one_class() {
        return None;
    }
    let k = evidence.classes();
    let (truth, predicted) = (evidence.true_weights(), evidence.predicted_weights());
    let right = (0..k).fold(0.0, |sum, class| sum + evidence.matrix()[class * k + class]);
    let chance = truth.iter().zip(&predicted).fold(0.0, |sum, (a, b)| sum + a * b);
    Some(Sums { right, chance, total: evidence.total(), truth, predicted })
}
