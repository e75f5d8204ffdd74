//! Shares of the variance of the true numbers that a prediction accounts for.

use super::{Evidence, Metric, NUMBERS, Needs};
use crate::base::Figure;

const fn metric(id: &'static str, figure: fn(&Evidence) -> Figure) -> Metric {
    Metric {
        id,
        tasks: NUMBERS,
        higher_is_better: true,
        needs: Needs::Numbers,
        range: (f64::NEG_INFINITY, 1.0),
        in_target_unit: false,
        figure,
    }
}

/// 1 - variance of the errors / variance of the true values: like R2, but a constant error costs nothing.
pub static EXPLAINED_VARIANCE: Metric = metric("explained_variance", |evidence| {
    let mean = evidence.mean(|row| evidence.error(row));
    share(evidence, |row| evidence.error(row) - mean)
});

/// 1 - sum of squared errors / sum of squared distances of the true values from their mean.
pub static R2: Metric = metric("r2", |evidence| share(evidence, |row| evidence.error(row)));

/// Undefined for one row and where the true values are all the same: there is no variance to account for.
fn share(evidence: &Evidence, error: impl Fn(usize) -> f64) -> Figure {
    if evidence.len() < 2 {
        return Figure::undefined("one_row");
    }
    let mut present = (0..evidence.len()).filter(|&row| evidence.weight(row) > 0.0).map(|row| evidence.value(row));
    let first = present.next();
    if present.all(|value| Some(value) == first) {
        return Figure::undefined("constant_truth");
    }
    let mean = evidence.mean(|row| evidence.value(row));
    let total = evidence.sum(|row| (evidence.value(row) - mean) * (evidence.value(row) - mean));
    let rest = evidence.sum(|row| error(row) * error(row));
    Figure::from(1.0 - rest / total)
}
