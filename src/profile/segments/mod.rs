//! Segments of the rows: a division by a way of [`crate::learn::cluster`], what it is worth, how many segments suit, where
//! they lie, and what each is like.
//!
//! The target takes no part in finding them; what it is in each is told. Of many rows a sample is divided, and the others go
//! to where they are nearest; both are told. Everything that is drawn comes from the seed of the options.

mod describe;
mod job;
mod map;
mod tree;

pub use describe::{Segment, Trait, TraitOf};
pub use job::{Segmented, SegmentsJob};
pub use map::SegmentMap;
pub use tree::{Branch, Dendrogram, Leaf};

use super::target::TargetProfile;
use crate::base::{Figure, Params, Problem};
use crate::table::{Column, Kind, Table};
use serde::{Deserialize, Serialize};

/// What is asked of the segments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SegmentQuestion {
    /// The way of finding them: an id of [`crate::learn::cluster::CLUSTERERS`].
    pub method: String,
    /// Its parameters; what is left out is as in the form.
    pub params: Params,
    /// The columns by which rows are like each other; where none is named, all that suit ([`usual_columns`]).
    pub columns: Vec<String>,
}

impl Default for SegmentQuestion {
    fn default() -> Self {
        Self { method: "kmeans".to_owned(), params: Params::new(), columns: Vec::new() }
    }
}

/// The segments of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Segments {
    /// The way of finding them.
    pub method: String,
    /// Rows.
    pub rows: usize,
    /// The columns by which they were found.
    pub columns: Vec<String>,
    /// Columns that could not count, and why: the id of a text under `undefined.`.
    pub passed_over: Vec<(String, String)>,
    /// Rows of the random sample that was divided, where there were too many to divide all.
    pub divided: Option<usize>,
    /// Rows of the random sample on which silhouettes rest, where there were too many for all.
    pub judged: Option<usize>,
    /// The numbers of segments that were tried, ascending, each with what it is worth; one where no number can be said.
    pub tried: Vec<Tried>,
    /// Which of them it is.
    pub chosen: usize,
    /// Which of them has the best silhouette; nothing where none has one.
    pub best: Option<usize>,
    /// The segments: by size of what was divided, the largest first, but by density in the order of their first rows. At most fifty.
    pub segments: Vec<Segment>,
    /// How many there are besides.
    pub more: usize,
    /// Rows that belong to no segment.
    pub noise: usize,
    /// The distance within which rows are neighbours, where density decides.
    pub eps: Option<f64>,
    /// Where the rows lie.
    pub map: SegmentMap,
    /// How segments were joined, of a hierarchy.
    pub tree: Option<Dendrogram>,
    /// The target over all rows; nothing where none was chosen.
    pub target: Option<TargetProfile>,
    /// Anything worth knowing.
    pub notes: Vec<Problem>,
}

/// A number of segments that was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// How many segments.
    pub count: usize,
    /// The mean silhouette.
    pub silhouette: Figure,
    /// The sum of squared distances to the own centre.
    pub inertia: f64,
    /// The same as a share of that to the mean of all.
    pub within: Figure,
    /// Caliński and Harabasz' index; larger is better.
    pub calinski_harabasz: Figure,
    /// Davies and Bouldin's index; smaller is better.
    pub davies_bouldin: Figure,
}

/// The columns by which rows are compared where nobody names some: numbers, categories and dates but the target and those
/// that only count or name the rows.
pub fn usual_columns(table: &Table, target: Option<&str>) -> Vec<String> {
    let suits = |column: &&Column| column.kind != Kind::Text && target != Some(column.name.as_str()) && !names_rows(column);
    table.columns().iter().filter(suits).map(|column| column.name.clone()).collect()
}

/// Whole numbers, none missing, all different, that either fill a range or are called an id: as the alert `row_id` knows them.
fn names_rows(column: &Column) -> bool {
    let Some(values) = column.numbers() else { return false };
    if values.len() < super::alert::limit::ROWS || values.iter().any(|x| x.is_nan() || x.fract() != 0.0) {
        return false;
    }
    let sorted = crate::num::order::sorted(values);
    let is_different = sorted.windows(2).all(|pair| pair[0] < pair[1]);
    let dense = sorted.last().zip(sorted.first()).is_some_and(|(last, first)| last - first < 2.0 * values.len() as f64);
    is_different && (dense || super::alert::is_called_id(&column.name))
}

#[cfg(test)]
mod tests;
