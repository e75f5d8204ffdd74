//! Residuals of predicted numbers: true minus predicted.

use super::interval::quantile;
use crate::base::{Figure, Undefined};
use crate::num::Rng;
use serde::{Deserialize, Serialize};

/// A row of the scatter of residuals.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Residual {
    /// The row.
    pub row: u32,
    /// What was predicted.
    pub predicted: f64,
    /// True minus predicted.
    pub residual: f64,
}

/// What the residuals look like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Residuals {
    /// Their mean: above 0 where predictions are too low.
    pub mean: f64,
    /// Their standard deviation, with n - 1; undefined for one row.
    pub sd: Figure,
    /// The shares of [`Residuals::QUANTILES`] of the residuals lie below these.
    pub quantiles: Vec<f64>,
    /// Edges of groups of equal width from the smallest to the largest residual.
    pub edges: Vec<f64>,
    /// How many residuals each group holds; the last one holds its upper edge too.
    pub counts: Vec<u64>,
    /// Some rows to draw, by row.
    pub sample: Vec<Residual>,
}

impl Residuals {
    /// The shares at which quantiles are given.
    pub const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
}

/// Residuals with a histogram of `bins` groups and a random sample of at most `sample` rows to draw.
///
/// # Errors
/// Undefined without rows, without bins, or where a residual is not finite.
///
/// # Panics
/// Where the lengths differ: a mistake in the code.
pub fn residuals(truth: &[f64], predicted: &[f64], bins: usize, sample: usize, seed: u64) -> Result<Residuals, Undefined> {
    assert_eq!(truth.len(), predicted.len(), "as many predictions as rows");
    let n = truth.len();
    if n == 0 || bins == 0 {
        return Err(Undefined::because("no_rows"));
    }
    let residual: Vec<f64> = truth.iter().zip(predicted).map(|(truth, predicted)| truth - predicted).collect();
    let mean = residual.iter().fold(0.0, |sum, value| sum + value) / n as f64;
    let squares = residual.iter().fold(0.0, |sum, value| sum + (value - mean) * (value - mean));
    let mut sorted = residual.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let (low, high) = (sorted[0], sorted[n - 1]);
    // Also false where one of them is not a number, since those are sorted to the ends.
    if !(high - low).is_finite() || !mean.is_finite() {
        return Err(Undefined::because("not_finite"));
    }
    let edges: Vec<f64> = (0..=bins).map(|place| low + (high - low) * (place as f64 / bins as f64)).collect();
    let mut counts = vec![0; bins];
    residual.iter().for_each(|value| counts[edges[1..bins].partition_point(|edge| edge <= value)] += 1);
    let mut rows = Rng::new(seed, "residuals", 0).sample(n, sample);
    rows.sort_unstable();
    Ok(Residuals {
        mean,
        sd: if n > 1 { Figure::from((squares / (n - 1) as f64).sqrt()) } else { Figure::undefined("one_row") },
        quantiles: Residuals::QUANTILES.iter().map(|&at| quantile(&sorted, at)).collect(),
        edges,
        counts,
        sample: rows.into_iter().map(|row| Residual { row: row as u32, predicted: predicted[row], residual: residual[row] }).collect(),
    })
}
