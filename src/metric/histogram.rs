//! Where the scores of each class lie.

use crate::base::Undefined;
use serde::{Deserialize, Serialize};

/// Counts of scores by class in groups of equal width from 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreHistogram {
    /// One more than there are groups; a group holds its lower edge, the last one its upper edge too.
    pub edges: Vec<f64>,
    /// Class x group.
    pub counts: Vec<Vec<u64>>,
}

/// Counts scores from 0 to 1 by true class.
///
/// # Errors
/// Undefined without rows, without bins, or where a score is not from 0 to 1.
///
/// # Panics
/// Where the lengths differ or a code is not below `classes`: mistakes in the code.
pub fn score_histogram(codes: &[u32], classes: usize, scores: &[f64], bins: usize) -> Result<ScoreHistogram, Undefined> {
    assert_eq!(codes.len(), scores.len(), "as many scores as rows");
    if scores.is_empty() || bins == 0 {
        return Err(Undefined::because("no_rows"));
    }
    if !scores.iter().all(|score| (0.0..=1.0).contains(score)) {
        return Err(Undefined::because("not_a_probability"));
    }
    let edges: Vec<f64> = (0..=bins).map(|place| place as f64 / bins as f64).collect();
    let mut counts = vec![vec![0; bins]; classes];
    for (&code, &score) in codes.iter().zip(scores) {
        counts[code as usize][edges[1..bins].partition_point(|&edge| edge <= score)] += 1;
    }
    Ok(ScoreHistogram { edges, counts })
}
