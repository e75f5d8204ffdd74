//! DBSCAN: segments are where points stand densely; what stands apart belongs to none.

use super::{Clusterer, Clustering, Clusters, Division, NOISE, Points, refuse_few};
use crate::base::{Advance, Field, Job, Params, Problem, Progress, Stage, field};
use crate::num::{Rng, neighbours::Neighbours};
use ndarray::Array2;
use serde::Deserialize;
use std::sync::Arc;

/// scikit-learn's `DBSCAN` with Euclidean distances (Ester, Kriegel, Sander and Xu 1996), its labels in its order.
///
/// A point with at least `min_samples` points within `eps`, itself among them, is a core; cores within `eps` of each other
/// are one segment, and so are other points within `eps` of a core, of the segment that comes first. The rest is noise.
/// Where `eps` is not given it is where the distances to the `min_samples`-th neighbour, in ascending order, turn up most:
/// the place farthest below the line from the first to the last.
pub(super) static DBSCAN: Clusterer = Clusterer { id: "dbscan", fields, takes_number: false, most: 10_000, start };

/// Points among which `eps` is looked for.
const LOOKED_AT: usize = 2_000;
/// Differences of numbers that a slice computes at most, about ten milliseconds natively.
const SLICE: usize = 8_000_000;

fn fields() -> Vec<Field> {
    vec![
        Field::choice("reach", "suggested", &["suggested", "given"]),
        Field::log_number("eps", 0.5, 1e-6, 1e6).when("reach", &["given"]),
        Field::integer("min_samples", 5, 1, 1000),
    ]
}

#[derive(Deserialize)]
struct Settings {
    reach: Reach,
    eps: f64,
    min_samples: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reach {
    Suggested,
    Given,
}

fn start(params: &Params, points: Arc<Points>, seed: u64) -> Result<Box<Clusters>, Problem> {
    let settings: Settings = field::parse(&fields(), params, Stage::Explore, "cluster.dbscan")?;
    refuse_few(&points)?;
    Ok(Box::new(Dense::new(points, &settings, seed)))
}

struct Dense {
    points: Arc<Points>,
    tree: Neighbours,
    min_samples: usize,
    eps: Option<f64>,
    /// Points among which `eps` is looked for, and the distance of those looked at to their neighbour.
    looked_at: Vec<usize>,
    reaches: Vec<f64>,
    /// Which points are cores, as far as they were asked.
    cores: Vec<bool>,
    labels: Vec<u32>,
    count: u32,
    /// The next point that may begin a segment, and the points that are to be taken into the one that grows.
    next: usize,
    waiting: Vec<usize>,
    slice: usize,
}

impl Dense {
    fn new(points: Arc<Points>, settings: &Settings, seed: u64) -> Self {
        let (rows, width) = (points.rows(), points.width());
        let tree = Neighbours::of_numbers(Array2::from_shape_fn((rows, width), |(row, column)| points.row(row)[column]), false);
        let eps = (settings.reach == Reach::Given).then_some(settings.eps);
        let looked_at = match eps {
            Some(_) => Vec::new(),
            None if rows <= LOOKED_AT => (0..rows).collect(),
            None => Rng::new(seed, "dbscan eps", 0).sample(rows, LOOKED_AT),
        };
        Self {
            tree,
            min_samples: settings.min_samples,
            eps,
            looked_at,
            reaches: Vec::new(),
            cores: Vec::with_capacity(rows),
            labels: vec![NOISE; rows],
            count: 0,
            next: 0,
            waiting: Vec::new(),
            points,
            slice: SLICE,
        }
    }

    /// The points within reach of one, itself among them.
    fn around(&self, row: usize) -> Vec<usize> {
        let eps = self.eps.unwrap_or(0.0);
        self.tree.within(self.points.row(row), eps * eps)
    }

    /// One more step of what is to be done; true where all is done.
    fn step(&mut self) -> bool {
        let rows = self.points.rows();
        if self.eps.is_none() {
            match self.looked_at.get(self.reaches.len()) {
                Some(&row) => {
                    // The point itself is the first of those that make it a core.
                    let others = self.min_samples.saturating_sub(1).clamp(1, rows - 1);
                    self.reaches.extend(self.tree.of_row(row, others).last().map(|(_, far)| far.sqrt()));
                }
                None => self.eps = Some(knee(&mut self.reaches)),
            }
            return false;
        }
        if self.cores.len() < rows {
            let near = self.around(self.cores.len()).len();
            self.cores.push(near >= self.min_samples);
            return false;
        }
        if let Some(row) = self.waiting.pop() {
            if self.labels[row] == NOISE {
                self.labels[row] = self.count - 1;
                if self.cores[row] {
                    let near = self.around(row);
                    self.waiting.extend(near.into_iter().filter(|&other| self.labels[other] == NOISE));
                }
            }
            return false;
        }
        if self.next < rows {
            if self.labels[self.next] == NOISE && self.cores[self.next] {
                self.count += 1;
                self.waiting.push(self.next);
            }
            self.next += 1;
            return false;
        }
        true
    }
}

/// Where ascending distances turn up most: the value farthest below the line from the first to the last. The largest where
/// none is below it and above 0, and a half where all are 0.
fn knee(reaches: &mut [f64]) -> f64 {
    reaches.sort_by(f64::total_cmp);
    let (first, last) = (reaches.first().copied().unwrap_or(0.0), reaches.last().copied().unwrap_or(0.0));
    let steps = reaches.len().saturating_sub(1).max(1) as f64;
    let mut best = (0.0, last);
    for (place, &reach) in reaches.iter().enumerate() {
        let below = first + (last - first) * (place as f64 / steps) - reach;
        if below > best.0 && reach > 0.0 {
            best = (below, reach);
        }
    }
    if best.1 > 0.0 { best.1 } else { 0.5 }
}

impl Job for Dense {
    type Output = Clustering;

    /// # Errors
    /// None.
    fn advance(&mut self) -> Result<Advance<Clustering>, Problem> {
        let rows = self.points.rows();
        // A look around costs as much as looking at every point, at most.
        let each = (rows * self.points.width()).max(1);
        for _ in 0..(self.slice / each).max(1) {
            if self.step() {
                let (labels, count) = (std::mem::take(&mut self.labels), self.count as usize);
                let (centres, _) = self.points.means(&labels, count);
                let density = Some((self.eps.unwrap_or(0.0), std::mem::take(&mut self.cores)));
                let divisions = vec![Division { labels, count, centres }];
                return Ok(Advance::Done(Clustering { divisions, density, ..Clustering::default() }));
            }
        }
        let taken = self.labels.iter().filter(|label| **label != NOISE).count().max(self.next);
        let done = self.reaches.len() + self.cores.len() + taken;
        Ok(Advance::More(Progress { done: done as u64, total: (self.looked_at.len() + 2 * rows) as u64 }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_knee_is_where_distances_turn_up() {
        assert_eq!(knee(&mut [0.3, 0.1, 0.2, 5.0, 0.4]), 0.4);
        assert_eq!(knee(&mut [0.0, 0.0, 0.0]), 0.5);
        assert_eq!(knee(&mut [2.0]), 2.0);
        assert_eq!(knee(&mut []), 0.5);
    }

    #[test]
    fn slices_change_nothing() {
        let mut rng = Rng::new(3, "test", 0);
        let points = Arc::new(Points::new(60, 2, (0..120).map(|_| rng.normal()).collect()));
        let settings = Settings { reach: Reach::Suggested, eps: 0.0, min_samples: 4 };
        let run = |slice: usize| Dense { slice, ..Dense::new(points.clone(), &settings, 1) }.finish().expect("it ends");
        assert_eq!(run(1), run(usize::MAX));
    }
}
