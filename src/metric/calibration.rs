//! Calibration: in groups of rows with like scores, how the mean score compares with the share that came true.

use super::interval::{quantile, wilson};
use crate::base::Undefined;
use serde::{Deserialize, Serialize};

/// How scores are put into groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bins {
    /// Groups of equal width from 0 to 1.
    #[default]
    Uniform,
    /// Groups of equally many rows: edges at the quantiles of the scores.
    Quantile,
}

/// A group of rows with like scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Scores from here.
    pub low: f64,
    /// Scores below this (the last group holds its upper edge too).
    pub high: f64,
    /// The number of rows.
    pub rows: u64,
    /// The mean score.
    pub score: f64,
    /// The share that came true.
    pub share: f64,
    /// Wilson's 95 % interval of that share: lower end.
    pub share_low: f64,
    /// Upper end.
    pub share_high: f64,
}

/// A calibration curve with its errors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// The groups that hold rows, by rising score.
    pub bins: Vec<Bin>,
    /// Expected calibration error: the mean over rows of |share - mean score| of their group.
    pub expected_error: f64,
    /// The largest |share - mean score| of a group.
    pub largest_error: f64,
}

/// The calibration of scores from 0 to 1. For two classes a hit is a positive row; for several take the largest
/// probability as the score and "predicted right" as the hit.
///
/// # Errors
/// Undefined without rows, without bins, or where a score is not from 0 to 1.
///
/// # Panics
/// Where the lengths differ: a mistake in the code.
pub fn calibration(hits: &[bool], scores: &[f64], bins: usize, kind: Bins) -> Result<Calibration, Undefined> {
    assert_eq!(hits.len(), scores.len(), "as many scores as rows");
    if scores.is_empty() || bins == 0 {
        return Err(Undefined::because("no_rows"));
    }
    if !scores.iter().all(|score| (0.0..=1.0).contains(score)) {
        return Err(Undefined::because("not_a_probability"));
    }
    let edges = match kind {
        Bins::Uniform => (0..=bins).map(|place| place as f64 / bins as f64).collect::<Vec<f64>>(),
        Bins::Quantile => {
            let mut sorted = scores.to_vec();
            sorted.sort_unstable_by(f64::total_cmp);
            (0..=bins).map(|place| quantile(&sorted, place as f64 / bins as f64)).collect()
        }
    };
    let inner = &edges[1..bins];
    let mut sums = vec![(0_u64, 0.0, 0_u64); bins];
    for (&hit, &score) in hits.iter().zip(scores) {
        let sum = &mut sums[inner.partition_point(|&edge| edge <= score)];
        *sum = (sum.0 + 1, sum.1 + score, sum.2 + u64::from(hit));
    }
    let (mut filled, mut expected_error, mut largest_error) = (Vec::new(), 0.0, 0.0);
    for (place, &(rows, sum, hits)) in sums.iter().enumerate() {
        let Some((share_low, share_high)) = wilson(hits as f64, rows as f64) else { continue };
        let (score, share) = (sum / rows as f64, hits as f64 / rows as f64);
        let gap = (share - score).abs();
        expected_error += gap * rows as f64 / scores.len() as f64;
        largest_error = if gap > largest_error { gap } else { largest_error };
        filled.push(Bin { low: edges[place], high: edges[place + 1], rows, score, share, share_low, share_high });
    }
    Ok(Calibration { bins: filled, expected_error, largest_error })
}
