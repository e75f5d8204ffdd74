//! Intervals: Wilson's for shares, percentiles of replicates; and the quantile that both they and curves use.

use crate::base::Figure;
use serde::{Deserialize, Serialize};

/// The point of the standard normal distribution below which 97.5 % lie.
pub const Z95: f64 = 1.959_963_984_540_054;

/// A figure with its 95 % interval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The figure.
    pub value: Figure,
    /// The lower end.
    pub low: Figure,
    /// The upper end.
    pub high: Figure,
    /// The number of rows that the figure is of.
    pub n: usize,
}

impl Interval {
    /// A figure with the 2.5 % and 97.5 % points of its replicates (Efron's percentile method).
    ///
    /// Replicates without a value are left out. Undefined where the figure is, where fewer than 20 replicates have a
    /// value, or where more than half have none: what is left would be a biased choice.
    pub fn percentile(value: Figure, replicates: &[Option<f64>], n: usize) -> Self {
        let mut values: Vec<f64> = replicates.iter().copied().flatten().collect();
        values.sort_unstable_by(f64::total_cmp);
        let end = |at: f64| match &value {
            Figure::Undefined(reason) => Figure::Undefined(reason.clone()),
            _ if values.len() < 20 || values.len() * 2 < replicates.len() => Figure::undefined("few_replicates"),
            _ => Figure::from(quantile(&values, at)),
        };
        Self { low: end(0.025), high: end(0.975), value, n }
    }

    /// A share with Wilson's interval; undefined without rows.
    pub fn share(hits: u64, n: u64) -> Self {
        let undefined = || Figure::undefined("no_rows");
        match wilson(hits as f64, n as f64) {
            None => Self { value: undefined(), low: undefined(), high: undefined(), n: 0 },
            Some((low, high)) => Self { value: Figure::from(hits as f64 / n as f64), low: low.into(), high: high.into(), n: n as usize },
        }
    }
}

/// Wilson's 95 % interval of a share (Wilson 1927), which stays within 0 and 1 and is honest at both ends; nothing
/// where `n` is 0.
pub fn wilson(hits: f64, n: f64) -> Option<(f64, f64)> {
    if n <= 0.0 {
        return None;
    }
    let (share, square) = (hits / n, Z95 * Z95);
    let middle = (share + square / (2.0 * n)) / (1.0 + square / n);
    let reach = Z95 / (1.0 + square / n) * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt();
    // At 0 and n hits an end is exactly 0 or 1, which rounding may miss.
    let low = if hits <= 0.0 { 0.0 } else { middle - reach };
    Some((low, if hits >= n { 1.0 } else { middle + reach }))
}

/// The quantile of sorted values by linear interpolation between the neighbours of place `at * (n - 1)`
/// (`numpy.quantile`'s default, type 7 of Hyndman and Fan); NaN without values.
pub(super) fn quantile(sorted: &[f64], at: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = at * last as f64;
    let below = place.floor();
    let (low, high) = (sorted[below as usize], sorted[(below as usize + 1).min(last)]);
    let (step, part) = (high - low, place - below);
    // From the nearer end, so that at a part of 1 the upper neighbour comes out exactly.
    if part < 0.5 { low + step * part } else { high - step * (1.0 - part) }
}
