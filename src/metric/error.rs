//! Metrics of the size of errors of predicted numbers; an error is true minus predicted.

use super::{Evidence, Metric, NUMBERS, Needs};
use crate::base::Figure;

const fn metric(id: &'static str, in_target_unit: bool, figure: fn(&Evidence) -> Figure) -> Metric {
    Metric { id, tasks: NUMBERS, higher_is_better: false, needs: Needs::Numbers, range: (0.0, f64::INFINITY), in_target_unit, figure }
}

/// Mean absolute error.
pub static MAE: Metric = metric("mae", true, |evidence| Figure::from(evidence.mean(|row| evidence.error(row).abs())));

/// Mean of |error| / |true value|, as a share; undefined where a true value is 0.
pub static MAPE: Metric = metric("mape", false, |evidence| {
    if (0..evidence.len()).any(|row| evidence.value(row) == 0.0 && evidence.weight(row) > 0.0) {
        return Figure::undefined("zero_truth");
    }
    // A row of weight 0 may have the true value 0; it must not make the sum undefined.
    let share = |row: usize| if evidence.weight(row) > 0.0 { (evidence.error(row) / evidence.value(row)).abs() } else { 0.0 };
    Figure::from(evidence.mean(share))
});

/// The largest absolute error.
pub static MAX_ERROR: Metric = metric("max_error", true, |evidence| {
    let largest = evidence.by_error().iter().rev().find(|&&row| evidence.weight(row as usize) > 0.0);
    Figure::from(largest.map_or(f64::NAN, |&row| evidence.error(row as usize).abs()))
});

/// The absolute error that half of the rows (by weight) stay below; the mean of the two middle ones where no single one is.
pub static MEDIAN_ABSOLUTE_ERROR: Metric = metric("median_absolute_error", true, |evidence| {
    let half = evidence.total() / 2.0;
    let (mut sum, mut lower) = (0.0, None);
    for &row in evidence.by_error() {
        let row = row as usize;
        let (weight, error) = (evidence.weight(row), evidence.error(row).abs());
        if weight > 0.0 {
            if let Some(lower) = lower {
                return Figure::from((lower + error) / 2.0);
            }
            sum += weight;
            if sum > half {
                return Figure::from(error);
            }
            lower = (sum == half).then_some(error);
        }
    }
    // Rounding of the sum of weights left the largest error below the half.
    (MAX_ERROR.figure)(evidence)
});

/// Root of the mean squared error.
pub static RMSE: Metric =
    metric("rmse", true, |evidence| Figure::from(evidence.mean(|row| evidence.error(row) * evidence.error(row)).sqrt()));
