//! Clustering: rows divided into segments of rows that are like each other, without an answer to learn from.
//!
//! A table becomes [`Points`] in a [`Space`], where every column counts alike; a kind of [`CLUSTERERS`] divides them, for
//! several numbers of segments at once where it is told a number; [`figures()`] and [`SilhouetteJob`] judge the divisions.
//! Nothing here looks at a target.

mod agglomerative;
mod dbscan;
mod figures;
pub mod kmeans;
mod points;
mod silhouette;
mod space;
#[cfg(test)]
mod tests;

pub use agglomerative::Merge;
pub use figures::{Figures, figures};
pub use points::Points;
pub use silhouette::{Silhouette, SilhouetteJob};
pub use space::{Axis, Space, WIDEST};

use crate::base::{Field, Job, Params, Problem, Stage};
use serde::Deserialize;
use std::sync::Arc;

/// The label of a point that belongs to no segment.
pub const NOISE: u32 = u32::MAX;

/// The numbers of segments that are tried where the best is looked for.
pub const TRIED: std::ops::RangeInclusive<usize> = 2..=10;

/// Points divided into segments.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Division {
    /// The segment of each point, from 0; [`NOISE`] where it belongs to none.
    pub labels: Vec<u32>,
    /// How many segments there are; each has a point.
    pub count: usize,
    /// Segments x columns, row by row: the centre of each, which is the mean of its points but for a k-means that stopped
    /// before it settled.
    pub centres: Vec<f64>,
}

impl Division {
    /// The segment whose centre is nearest to a point, the first of equally near ones; [`NOISE`] where there is no segment.
    pub fn nearest(&self, point: &[f64]) -> u32 {
        if self.count == 0 { NOISE } else { points::nearest(point, &self.centres, self.count).0 as u32 }
    }
}

/// What a way of clustering comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clustering {
    /// The number of segments that was asked for; nothing where the best is to be found, or none can be said.
    pub wanted: Option<usize>,
    /// The divisions, by ascending number of segments; one where no number can be said.
    pub divisions: Vec<Division>,
    /// How points were joined, in order of height; empty but for a hierarchy.
    pub merges: Vec<Merge>,
    /// The distance within which points are neighbours, and which points are cores; nothing but for densities.
    pub density: Option<(f64, Vec<bool>)>,
    /// Anything worth knowing.
    pub notes: Vec<Problem>,
}

/// A division of points in progress.
pub type Clusters = dyn Job<Output = Clustering>;

/// A way of finding segments that can be chosen.
pub struct Clusterer {
    /// The stable id; the texts are `cluster.<id>`, `cluster.<id>.help`, fields `cluster.<id>.<field>`.
    pub id: &'static str,
    /// Its form.
    pub fields: fn() -> Vec<Field>,
    /// Whether it is told how many segments there are to be, or to look for the best number.
    pub takes_number: bool,
    /// Points that it divides, at most; of more a sample is to be drawn.
    pub most: usize,
    /// Starts with checked parameters and a seed.
    pub start: fn(&Params, Arc<Points>, u64) -> Result<Box<Clusters>, Problem>,
}

impl Clusterer {
    /// The prefix of its texts and the owner of its fields.
    pub fn owner(&self) -> String {
        format!("cluster.{}", self.id)
    }
}

/// Every way of finding segments, in alphabetic order of the ids.
pub static CLUSTERERS: &[&Clusterer] = &[&agglomerative::AGGLOMERATIVE, &dbscan::DBSCAN, &kmeans::KMEANS];

/// A way of finding segments by id.
pub fn find(id: &str) -> Option<&'static Clusterer> {
    CLUSTERERS.iter().copied().find(|clusterer| clusterer.id == id)
}

/// How many segments there are to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum By {
    Best,
    Given,
}

/// The fields of those that are told a number.
fn number_fields() -> Vec<Field> {
    vec![Field::choice("number", "best", &["best", "given"]), Field::integer("n_clusters", 3, 2, 50).when("number", &["given"])]
}

/// The number that is asked for, and all that are tried, ascending and below the number of points or equal to it.
fn numbers(by: By, n_clusters: usize, points: usize) -> (Option<usize>, Vec<usize>) {
    let wanted = (by == By::Given).then_some(n_clusters);
    let mut tried: Vec<usize> = TRIED.chain(wanted.filter(|wanted| !TRIED.contains(wanted))).collect();
    tried.retain(|&count| count <= points);
    (wanted, tried)
}

/// Points that cannot be divided: fewer than two, or all at one place.
fn refuse_few(points: &Points) -> Result<(), Problem> {
    if points.rows() < 2 {
        return Err(Problem::new(Stage::Explore, "cluster.few_rows").with("rows", points.rows()));
    }
    let first = points.row(0);
    if (1..points.rows()).all(|row| points.row(row) == first) {
        return Err(Problem::new(Stage::Explore, "cluster.all_alike").with("rows", points.rows()));
    }
    Ok(())
}

/// Labels that stand in the order of the segments' sizes, the largest first, of equal ones that whose point comes first;
/// and the old label of each new one. Labels without a point go.
fn by_size(labels: &[u32], count: usize) -> (Vec<u32>, Vec<usize>) {
    let (mut sizes, mut firsts) = (vec![0_usize; count], vec![usize::MAX; count]);
    for (row, &label) in labels.iter().enumerate() {
        sizes[label as usize] += 1;
        firsts[label as usize] = firsts[label as usize].min(row);
    }
    let mut order: Vec<usize> = (0..count).filter(|&label| sizes[label] > 0).collect();
    order.sort_by_key(|&label| (std::cmp::Reverse(sizes[label]), firsts[label]));
    let mut new = vec![0_u32; count];
    order.iter().enumerate().for_each(|(place, &label)| new[label] = place as u32);
    (labels.iter().map(|&label| new[label as usize]).collect(), order)
}

/// Names for the numbers of points among columns that are there already: as many as asked for, none of them taken.
pub fn unused_names(count: usize, taken: impl Fn(&str) -> bool) -> Vec<String> {
    space::unused(count, taken)
}
