//! What a division is worth: how near points are to their own centre, and how far segments are from each other.

use super::points::squared;
use super::{Division, Points};
use crate::base::Figure;
use serde::{Deserialize, Serialize};

/// Figures of a division. Noise counts in none of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// The sum of squared distances of points to their own centre (scikit-learn's `inertia_` of k-means).
    pub inertia: f64,
    /// The same as a share of the sum of squared distances to the mean of all: 0 where each segment is one place.
    pub within: Figure,
    /// Spread of the segments' means over spread within segments, each by its degrees of freedom; larger is better
    /// (Caliński and Harabasz 1974; scikit-learn's `calinski_harabasz_score`, which is 1 where nothing varies within).
    pub calinski_harabasz: Figure,
    /// The mean over segments of the worst ratio of the spread of two to the distance of their means; smaller is better
    /// (Davies and Bouldin 1979; scikit-learn's `davies_bouldin_score`).
    pub davies_bouldin: Figure,
}

/// The figures of a division of points.
///
/// Between one segment there is nothing to compare, and where each point is a segment of its own nothing varies within.
pub fn figures(points: &Points, division: &Division) -> Figures {
    let (width, count) = (points.width(), division.count);
    let members: Vec<usize> = (0..points.rows()).filter(|&row| (division.labels[row] as usize) < count).collect();
    let part = |centres: &[f64], label: usize| centres[label * width..(label + 1) * width].to_vec();
    let own = |row: usize| division.labels[row] as usize;
    let sum = |centres: &[Vec<f64>]| members.iter().fold(0.0, |sum, &row| sum + squared(points.row(row), &centres[own(row)]));
    let centres: Vec<Vec<f64>> = (0..count).map(|label| part(&division.centres, label)).collect();
    let inertia = sum(&centres);

    let (means, sizes) = points.means(&division.labels, count);
    let means: Vec<Vec<f64>> = (0..count).map(|label| part(&means, label)).collect();
    let together: Vec<u32> = division.labels.iter().map(|&label| if (label as usize) < count { 0 } else { 1 }).collect();
    let (whole, _) = points.means(&together, 1);
    let all = members.iter().fold(0.0, |sum, &row| sum + squared(points.row(row), &whole));
    let between = (0..count).fold(0.0, |sum, label| sum + sizes[label] as f64 * squared(&means[label], &whole));
    let within = sum(&means);
    let reason = match count {
        0 | 1 => Some("one_segment"),
        count if count >= members.len() => Some("rows_alone"),
        _ => None,
    };
    let calinski_harabasz = match reason {
        Some(reason) => Figure::undefined(reason),
        None if within <= 0.0 => Figure::undefined("constant_groups"),
        None => {
            let freedom = (members.len() - count) as f64 / (count - 1) as f64;
            Figure::finite(between / within * freedom, "not_finite")
        }
    };
    let davies_bouldin = match reason {
        Some(reason) => Figure::undefined(reason),
        None => {
            let mut spreads = vec![0.0; count];
            members.iter().for_each(|&row| spreads[own(row)] += squared(points.row(row), &means[own(row)]).sqrt());
            spreads.iter_mut().zip(&sizes).for_each(|(spread, &size)| *spread /= size as f64);
            Figure::finite(ratios(&spreads, &means), "not_finite")
        }
    };
    let within = if all > 0.0 { Figure::finite(inertia / all, "not_finite") } else { Figure::undefined("constant") };
    Figures { inertia, within, calinski_harabasz, davies_bouldin }
}

/// The mean over segments of the largest ratio with another one. Segments whose means are at one place are passed over as
/// each other's, as in scikit-learn.
fn ratios(spreads: &[f64], means: &[Vec<f64>]) -> f64 {
    let worst = |a: usize| {
        let mut worst = 0.0;
        for b in (0..means.len()).filter(|&b| b != a) {
            let far = squared(&means[a], &means[b]).sqrt();
            let ratio = (spreads[a] + spreads[b]) / far;
            if far > 0.0 && ratio > worst {
                worst = ratio;
            }
        }
        worst
    };
    (0..means.len()).fold(0.0, |sum, a| sum + worst(a)) / means.len() as f64
}
