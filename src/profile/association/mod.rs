//! Association between pairs of columns: correlation of numbers, Cramér's V of categories, correlation ratio between.
//!
//! Every figure uses the rows in which both values are there; each pair says how many these are.

mod categories;
mod collinear;
mod map;
mod mixed;
mod numbers;
mod rows;

pub use categories::{Categories, CrossTable, cross_table};
pub use collinear::{Collinear, collinear};
pub use map::{By, Map};
pub use mixed::correlation_ratio;
pub use numbers::{Numbers, kendall, pearson, spearman};
pub(super) use rows::{Codes, Prepared, Ranked};

use crate::base::Figure;
use serde::{Deserialize, Serialize};

/// The most levels of a category that takes part.
pub const LEVELS: usize = 100;

/// Association between all pairs of some columns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Association {
    /// The columns that took part, by position in the profile.
    pub columns: Vec<usize>,
    /// Every pair of them, in order: the first with each later one, then the second, and so on.
    pub pairs: Vec<Pair>,
    /// Columns that did not take part, by position, and why: the id of a text under `undefined.`.
    pub left_out: Vec<(usize, String)>,
}

/// Two columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// The position of the first column in the profile.
    pub a: usize,
    /// The position of the second column in the profile.
    pub b: usize,
    /// Rows in which both have a value.
    pub n: usize,
    /// How they hang together.
    pub of: Measure,
}

/// How two columns hang together, by their kinds. Dates count as numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Two numbers.
    Numbers(Numbers),
    /// Two categories.
    Categories(Categories),
    /// A number and a category: the correlation ratio, the root of the share of the number's variance that lies between levels.
    Mixed {
        /// From 0 (the means of all levels are the same) to 1 (the level says the number).
        eta: Figure,
    },
}

impl Measure {
    /// One figure from 0 to 1 for a map of all pairs: the size of Spearman's correlation, Cramér's V corrected for bias,
    /// or the correlation ratio.
    pub fn strength(&self) -> Figure {
        match self {
            Measure::Numbers(numbers) => match &numbers.spearman {
                Figure::Value(value) => Figure::Value(value.abs()),
                undefined => undefined.clone(),
            },
            Measure::Categories(categories) => categories.cramers_v_corrected.clone(),
            Measure::Mixed { eta } => eta.clone(),
        }
    }
}

/// The association of two prepared columns of `rows` rows.
pub(super) fn measure(a: &Prepared, b: &Prepared) -> (usize, Measure) {
    match (a, b) {
        (Prepared::Numbers(x), Prepared::Numbers(y)) => {
            let numbers = numbers::of(x, y);
            (numbers.0, Measure::Numbers(numbers.1))
        }
        (Prepared::Codes(x), Prepared::Codes(y)) => {
            let table = categories::count(x, y);
            (table.n(), Measure::Categories(table.figures()))
        }
        (Prepared::Numbers(x), Prepared::Codes(c)) | (Prepared::Codes(c), Prepared::Numbers(x)) => {
            let (n, eta) = mixed::of(c, x);
            (n, Measure::Mixed { eta })
        }
    }
}

/// Chi-square and its kin for "there or missing" (two rows) by class.
pub(super) fn gap_figures(cells: &[u32], classes: usize) -> Categories {
    categories::Counts::of(cells, classes, 2, classes).figures()
}
