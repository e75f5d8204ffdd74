//! A column before a step beside itself after it: figures and a distribution, so that a person sees what the step does.

use crate::base::Figure;
use crate::num::moments::Moments;
use crate::num::order::{compare, quantile};
use crate::profile::nice_edges;
use crate::table::{Column, Data, Strings};
use serde::{Deserialize, Serialize};

/// Levels that are shown by name.
const LEVELS: usize = 12;

/// A column before and after; one side is missing where the column is new or gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contrast {
    /// As it was.
    pub before: Option<Side>,
    /// As the step leaves it.
    pub after: Option<Side>,
}

/// A column at one time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// Rows with a value.
    pub known: usize,
    /// Rows without.
    pub missing: usize,
    /// How its values are distributed.
    pub shape: Shape,
}

/// How the values of a column are distributed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Dates: only counted.
    None,
    /// Numbers.
    Numbers {
        /// The edges of bins that read well, one more than bins. Both sides have the same ones where the step leaves some
        /// of the values as they are.
        edges: Vec<f64>,
        /// Values in each bin.
        counts: Vec<usize>,
        /// Those of them that the step set; all 0 before it.
        set: Vec<usize>,
        /// The mean.
        mean: Figure,
        /// The median.
        median: Figure,
        /// The standard deviation, from n - 1.
        sd: Figure,
        /// The least value.
        low: Figure,
        /// The greatest value.
        high: Figure,
    },
    /// Categories and texts.
    Levels {
        /// Different levels.
        distinct: usize,
        /// The most frequent ones, at most twelve: name, rows, and those of them that the step set.
        top: Vec<(String, usize, usize)>,
        /// Rows of all others, and those of them that the step set.
        others: (usize, usize),
    },
}

impl Shape {
    /// Whether the step set some of the values and left others.
    pub fn set_in_part(&self) -> bool {
        let (all, set) = match self {
            Self::None => (0, 0),
            Self::Numbers { counts, set, .. } => (counts.iter().sum(), set.iter().sum()),
            Self::Levels { top, others, .. } => top.iter().fold(*others, |(all, set), (_, count, new)| (all + count, set + new)),
        };
        0 < set && set < all
    }
}

/// A column before and after a step that keeps the rows in their places.
pub fn contrast(before: Option<&Column>, after: Option<&Column>) -> Contrast {
    let untouched =
        before.zip(after).map_or(0, |(old, new)| (0..old.len()).filter(|&row| !old.is_missing(row) && same(old, new, row)).count());
    // Where nothing stays as it is, each side is read on its own scale.
    let shared = before.zip(after).filter(|_| untouched > 0).and_then(|(old, new)| {
        let values: Vec<f64> = old.numbers()?.iter().chain(new.numbers()?).copied().filter(|value| !value.is_nan()).collect();
        Some(edges_of(&sorted(values)))
    });
    let side = |column: &Column, is_set: &dyn Fn(usize) -> bool| Side {
        known: column.len() - column.missing(),
        missing: column.missing(),
        shape: shape(column, shared.clone(), is_set),
    };
    Contrast {
        before: before.map(|column| side(column, &|_| false)),
        after: after.map(|column| side(column, &|row| before.is_none_or(|old| !same(old, column, row)))),
    }
}

/// Whether a cell is the same in two columns.
fn same(old: &Column, new: &Column, row: usize) -> bool {
    match (&old.data, &new.data) {
        (Data::Number(a), Data::Number(b)) => a[row] == b[row] || (a[row].is_nan() && b[row].is_nan()),
        (Data::Date(a), Data::Date(b)) => a[row] == b[row],
        (Data::Strings(a), Data::Strings(b)) => a.get(row) == b.get(row),
        _ => old.is_missing(row) && new.is_missing(row),
    }
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_unstable_by(|a, b| compare(*a, *b));
    values
}

fn edges_of(sorted: &[f64]) -> Vec<f64> {
    nice_edges(sorted, sorted.iter().all(|value| value.fract() == 0.0))
}

fn shape(column: &Column, edges: Option<Vec<f64>>, is_set: &dyn Fn(usize) -> bool) -> Shape {
    match &column.data {
        Data::Number(values) => numbers(values, edges, is_set),
        Data::Strings(strings) => levels(strings, is_set),
        Data::Date(_) => Shape::None,
    }
}

fn numbers(values: &[f64], edges: Option<Vec<f64>>, is_set: &dyn Fn(usize) -> bool) -> Shape {
    let known = sorted(values.iter().copied().filter(|value| !value.is_nan()).collect());
    let edges = edges.unwrap_or_else(|| edges_of(&known));
    let bins = edges.len().saturating_sub(1);
    let (mut counts, mut set) = (vec![0; bins], vec![0; bins]);
    for (row, value) in values.iter().enumerate().filter(|(_, value)| bins > 0 && !value.is_nan()) {
        // The last bin holds its upper edge too.
        let bin = edges.partition_point(|edge| edge <= value).clamp(1, bins) - 1;
        counts[bin] += 1;
        set[bin] += usize::from(is_set(row));
    }
    let moments = Moments::of(&known);
    let figure = |value: Option<f64>| value.map_or_else(|| Figure::undefined("no_rows"), Figure::from);
    Shape::Numbers {
        mean: figure(crate::num::moments::mean(&known)),
        median: figure(quantile(&known, 0.5)),
        sd: moments.sd(1).map_or_else(|| Figure::undefined("one_row"), Figure::from),
        low: figure(known.first().copied()),
        high: figure(known.last().copied()),
        edges,
        counts,
        set,
    }
}

fn levels(strings: &Strings, is_set: &dyn Fn(usize) -> bool) -> Shape {
    let mut found: Vec<(usize, usize)> = vec![(0, 0); strings.level_count()];
    for (row, &code) in strings.codes.iter().enumerate().filter(|(_, code)| **code != Strings::MISSING) {
        let (count, set) = &mut found[code as usize];
        *count += 1;
        *set += usize::from(is_set(row));
    }
    let mut top: Vec<(&str, usize, usize)> =
        strings.levels().zip(found).filter(|(_, (count, _))| *count > 0).map(|(level, (count, set))| (level, count, set)).collect();
    top.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let distinct = top.len();
    let others = top.iter().skip(LEVELS).fold((0, 0), |(count, set), level| (count + level.1, set + level.2));
    let top = top.into_iter().take(LEVELS).map(|(level, count, set)| (level.to_owned(), count, set)).collect();
    Shape::Levels { distinct, top, others }
}
