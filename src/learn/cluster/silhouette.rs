//! The silhouette: how much nearer a point is to its own segment than to the next one.

use super::Points;
use super::points::squared;
use crate::base::{Advance, Figure, Job, Problem, Progress};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Differences of numbers that a slice computes, about ten milliseconds natively.
const SLICE: usize = 8_000_000;

/// The silhouette of a division.
///
/// A point has (b - a) / max(a, b), a being its mean distance to the other points of its segment and b the least mean
/// distance to those of another one (Rousseeuw 1987; scikit-learn's `silhouette_samples`): 1 where it stands far from every
/// other segment, 0 between two, below 0 where another one is nearer. A point alone in its segment has 0. Noise counts
/// neither as a point nor as a segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Silhouette {
    /// The mean over points. It needs two segments, and one of more than one point.
    pub mean: Figure,
    /// The mean over the points of each segment.
    pub segments: Vec<Figure>,
    /// Each point; NaN for noise and where the mean is undefined.
    pub points: Vec<f64>,
}

/// The silhouettes of several divisions of the same points (labels and how many segments): distances are computed once.
/// Time grows with the square of the points.
pub struct SilhouetteJob {
    points: Arc<Points>,
    divisions: Vec<(Vec<u32>, usize)>,
    sizes: Vec<Vec<usize>>,
    values: Vec<Vec<f64>>,
    next: usize,
    slice: usize,
}

impl SilhouetteJob {
    /// Prepares them. Each division has a label for each point.
    pub fn new(points: Arc<Points>, divisions: Vec<(Vec<u32>, usize)>) -> Self {
        let sizes = divisions.iter().map(|(labels, count)| sizes(labels, *count)).collect();
        let values = divisions.iter().map(|_| Vec::with_capacity(points.rows())).collect();
        Self { points, divisions, sizes, values, next: 0, slice: SLICE }
    }

    /// One more point in every division.
    fn point(&mut self) {
        let row = self.next;
        let mut sums: Vec<Vec<f64>> = self.divisions.iter().map(|(_, count)| vec![0.0; *count]).collect();
        for other in 0..self.points.rows() {
            let far = squared(self.points.row(row), self.points.row(other)).sqrt();
            for (sums, (labels, _)) in sums.iter_mut().zip(&self.divisions) {
                if let Some(sum) = sums.get_mut(labels[other] as usize) {
                    *sum += far;
                }
            }
        }
        for (place, sums) in sums.iter().enumerate() {
            let own = self.divisions[place].0[row] as usize;
            self.values[place].push(value(own, sums, &self.sizes[place]));
        }
        self.next += 1;
    }
}

/// The silhouette of a point from its distances to each segment, summed; the distance to itself is 0.
fn value(own: usize, sums: &[f64], sizes: &[usize]) -> f64 {
    if own >= sums.len() {
        return f64::NAN;
    }
    if sizes[own] == 1 {
        return 0.0;
    }
    let within = sums[own] / (sizes[own] - 1) as f64;
    let mut next = f64::INFINITY;
    for (label, (sum, &size)) in sums.iter().zip(sizes).enumerate() {
        if label != own && size > 0 && sum / (size as f64) < next {
            next = sum / size as f64;
        }
    }
    let larger = if within > next { within } else { next };
    // Points at one place with those of another segment are between the two.
    if larger > 0.0 && next.is_finite() { (next - within) / larger } else { 0.0 }
}

fn sizes(labels: &[u32], count: usize) -> Vec<usize> {
    let mut sizes = vec![0; count];
    labels.iter().for_each(|&label| {
        if let Some(size) = sizes.get_mut(label as usize) {
            *size += 1;
        }
    });
    sizes
}

/// A division's silhouette from that of its points.
fn gathered(labels: &[u32], sizes: &[usize], mut values: Vec<f64>) -> Silhouette {
    let (there, rows) = (sizes.iter().filter(|size| **size > 0).count(), sizes.iter().sum::<usize>());
    let reason = match there {
        0 | 1 => Some("one_segment"),
        there if there == rows => Some("rows_alone"),
        _ => None,
    };
    if let Some(reason) = reason {
        values.fill(f64::NAN);
        let none = Figure::undefined(reason);
        return Silhouette { mean: none.clone(), segments: vec![none; sizes.len()], points: values };
    }
    let mut sums = vec![0.0; sizes.len()];
    for (&label, value) in labels.iter().zip(&values) {
        if let Some(sum) = sums.get_mut(label as usize) {
            *sum += value;
        }
    }
    let mean = Figure::finite(sums.iter().fold(0.0, |sum, x| sum + x) / rows as f64, "not_finite");
    let of = |(sum, &size): (&f64, &usize)| if size > 0 { Figure::from(sum / size as f64) } else { Figure::undefined("no_rows") };
    Silhouette { mean, segments: sums.iter().zip(sizes).map(of).collect(), points: values }
}

impl Job for SilhouetteJob {
    type Output = Vec<Silhouette>;

    /// # Errors
    /// None.
    fn advance(&mut self) -> Result<Advance<Vec<Silhouette>>, Problem> {
        let rows = self.points.rows();
        let each = (rows * (self.points.width() + self.divisions.len())).max(1);
        let end = rows.min(self.next.saturating_add((self.slice / each).max(1)));
        while self.next < end {
            self.point();
        }
        if self.next < rows {
            return Ok(Advance::More(Progress { done: self.next as u64, total: rows as u64 }));
        }
        let values = std::mem::take(&mut self.values);
        let all = self.divisions.iter().zip(&self.sizes).zip(values).map(|(((labels, _), sizes), values)| gathered(labels, sizes, values));
        Ok(Advance::Done(all.collect()))
    }
}

#[cfg(test)]
impl SilhouetteJob {
    /// The same in slices of another size.
    pub fn sliced(self, slice: usize) -> Self {
        Self { slice, ..self }
    }
}
