//! Where rows lie: the points on the two directions in which they vary most.

use crate::learn::cluster::{NOISE, Points, Space};
use crate::num::{Rng, linear};
use crate::profile::Points as Drawn;
use crate::profile::scatter::POINTS;
use crate::table::Origin;
use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

/// Columns that a direction is named after, at most.
const NAMED: usize = 3;
/// The share of a direction's squared weights that those which name it need.
const SAID: f64 = 0.6;

/// Rows on their first two principal components.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SegmentMap {
    /// The rows, or a random sample of them; the colour is the segment, nothing for those that belong to none.
    pub points: Drawn,
    /// The share of the variance that lies along each direction.
    pub shares: [f64; 2],
    /// The columns that weigh most in each, the heaviest first.
    pub columns: [Vec<String>; 2],
}

/// The map of points with their labels and the rows of the file that they are. Signs are as [`linear::eigen`] chooses them.
pub(super) fn of(points: &Points, space: &Space, labels: &[u32], origins: Vec<Origin>, seed: u64) -> SegmentMap {
    let (rows, width) = (points.rows(), points.width());
    let found = ArrayView2::from_shape((rows, width), points.values()).ok().and_then(|x| linear::covariance(x, 1));
    let Some(parts) = found.and_then(|covariance| linear::eigen(covariance.view())) else { return SegmentMap::default() };
    let whole: f64 = parts.values.iter().fold(0.0, |sum, value| if *value > 0.0 { sum + value } else { sum });
    let (means, _) = points.means(&vec![0; rows], 1);
    let mut shown: Vec<usize> = match rows > POINTS {
        true => Rng::new(seed, "segments map", 0).sample(rows, POINTS),
        false => (0..rows).collect(),
    };
    shown.sort_unstable();
    // Points of one column lie on a line.
    let vector = |place: usize| if place < width { parts.vectors.row(place).to_vec() } else { vec![0.0; width] };
    let vectors = [vector(0), vector(1)];
    let along = |row: usize, vector: &[f64]| {
        points.row(row).iter().zip(&means).zip(vector).fold(0.0, |sum, ((x, mean), weight)| sum + (x - mean) * weight)
    };
    let share = |place: usize| match parts.values.get(place) {
        Some(value) if whole > 0.0 && *value > 0.0 => value / whole,
        _ => 0.0,
    };
    let colour = |&row: &usize| (labels[row] != NOISE).then(|| f64::from(labels[row]));
    SegmentMap {
        points: Drawn {
            x: shown.iter().map(|&row| along(row, &vectors[0])).collect(),
            y: shown.iter().map(|&row| along(row, &vectors[1])).collect(),
            rows: shown.iter().map(|&row| origins[row]).collect(),
            colour: shown.iter().map(colour).collect(),
        },
        shares: [share(0), share(1)],
        columns: [heaviest(space, &vectors[0]), heaviest(space, &vectors[1])],
    }
}

/// The columns whose squared weights add to most of a direction's.
fn heaviest(space: &Space, vector: &[f64]) -> Vec<String> {
    let mut weights = Vec::new();
    let mut from = 0;
    for axis in &space.axes {
        let weight = vector[from..from + axis.width()].iter().fold(0.0, |sum, weight| sum + weight * weight);
        weights.push((axis.column(), weight));
        from += axis.width();
    }
    weights.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let mut said = 0.0;
    let mut names = Vec::new();
    for (name, weight) in weights.into_iter().take(NAMED) {
        if said >= SAID || weight <= 0.0 {
            break;
        }
        said += weight;
        names.push(name.to_owned());
    }
    names
}
