//! Metrics of the probabilities themselves: Brier score, log loss.

use super::{CLASSES, Evidence, Metric, Needs};
use crate::base::Figure;

const fn metric(id: &'static str, highest: f64, figure: fn(&Evidence) -> Figure) -> Metric {
    Metric {
        id,
        tasks: CLASSES,
        higher_is_better: false,
        needs: Needs::Probabilities,
        range: (0.0, highest),
        in_target_unit: false,
        figure,
    }
}

/// Mean squared distance of the probabilities from 1 for the true class and 0 for the others (Brier 1950). Of two
/// classes only the positive one is counted (0 to 1), of several all of them (0 to 2), as scikit-learn does.
pub static BRIER: Metric = metric("brier", 2.0, |evidence| {
    let square = |probability: f64, truth: f64| (probability - truth) * (probability - truth);
    let one = |truth: bool| if truth { 1.0 } else { 0.0 };
    Figure::from(if evidence.is_binary() {
        evidence.mean(|row| square(evidence.score(0, row), one(evidence.code(row) == 1)))
    } else {
        evidence.mean(|row| {
            (0..evidence.classes()).fold(0.0, |sum, class| sum + square(evidence.score(class, row), one(evidence.code(row) == class)))
        })
    })
});

/// Mean of -ln of the probability that was given to the true class, in nats.
pub static LOG_LOSS: Metric = metric("log_loss", f64::INFINITY, |evidence| {
    let losses = evidence.log_losses();
    Figure::from(evidence.mean(|row| losses[row]))
});
