//! The making of new rows for SMOTE and SMOTE-NC.

use super::{Classes, check_size, note, problem, unchanged};
use crate::base::Problem;
use crate::learn::Target;
use crate::num::{Rng, neighbours::Neighbours};
use crate::prepare::numbers::standardized;
use crate::prepare::{Context, Resampled};
use crate::table::{Column, Data, SYNTHETIC, Strings, Table};
use ndarray::Array2;
use std::collections::BTreeMap;

/// What is wanted.
pub(super) struct Wanted<'a> {
    /// The step's id.
    pub step: &'static str,
    /// How many neighbours a row has.
    pub neighbours: usize,
    /// How many rows a class is to have, as a share of the largest class.
    pub share: f64,
    /// Whether columns of whole numbers stay such.
    pub integers: bool,
    /// Number columns to vote on.
    pub vote: &'a [String],
}

/// A row to be made.
struct New {
    /// The row that it starts from.
    base: usize,
    /// The row that it goes towards.
    towards: usize,
    /// How far, from 0 to below 1.
    share: f64,
    /// Where its voters stand, in [`Made::voters`].
    voters: std::ops::Range<usize>,
}

/// All rows to be made.
#[derive(Default)]
struct Made {
    rows: Vec<New>,
    /// Neighbours of the rows started from, nearest first.
    voters: Vec<usize>,
    notes: Vec<Problem>,
}

/// What the neighbours are found by.
struct Features<'a> {
    /// Number columns, scaled.
    numbers: Vec<Vec<f64>>,
    /// Codes of the categories.
    codes: Vec<std::borrow::Cow<'a, [u32]>>,
}

/// The training rows and the new ones behind them.
///
/// # Errors
/// A target without classes, a missing value, a class of one row that needs more, a table that would be too large.
pub(super) fn oversample(wanted: &Wanted, table: &Table, context: &Context) -> Result<Resampled, Problem> {
    let classes = Classes::of(context.target, wanted.step)?;
    let lacking = classes.lacking(wanted.share);
    let added = lacking.iter().sum();
    if added == 0 {
        return Ok(unchanged(table, context, note("balance.enough", wanted.step)));
    }
    check_size(table, added, wanted.step)?;
    let features = features(wanted, table, context)?;
    let mut made = Made::default();
    for (class, &count) in lacking.iter().enumerate().filter(|(_, count)| **count > 0) {
        make(wanted, &features, &classes.rows(class), count, Rng::new(context.seed, wanted.step, class as u64), &mut made)?;
    }
    Ok(assemble(wanted, table, context, made))
}

/// The chosen columns as features.
fn features<'a>(wanted: &Wanted, table: &'a Table, context: &Context) -> Result<Features<'a>, Problem> {
    let mut features = Features { numbers: Vec::new(), codes: Vec::new() };
    for name in &context.columns {
        let column = table.column(name).ok_or_else(|| problem("prepare.no_column", wanted.step).at_column(name))?;
        let missing = column.missing();
        if missing > 0 {
            return Err(problem("balance.missing", wanted.step).with("rows", missing).at_column(name));
        }
        match &column.data {
            Data::Number(values) if wanted.vote.contains(name) => features.codes.push(codes_of(values).into()),
            Data::Number(values) => features.numbers.push(standardized(values)),
            Data::Strings(strings) => features.codes.push((&strings.codes[..]).into()),
            Data::Date(_) => {}
        }
    }
    if features.numbers.is_empty() && features.codes.is_empty() {
        return Err(problem("balance.no_columns", wanted.step));
    }
    Ok(features)
}

/// Decides the new rows of a class.
fn make(wanted: &Wanted, features: &Features, rows: &[usize], count: usize, mut rng: Rng, made: &mut Made) -> Result<(), Problem> {
    if rows.len() < 2 {
        return Err(problem("balance.single_row", wanted.step));
    }
    let k = wanted.neighbours.min(rows.len() - 1);
    if k < wanted.neighbours {
        let note = note("balance.fewer_neighbours", wanted.step).with("rows", rows.len()).with("asked", wanted.neighbours);
        made.notes.push(note.with("used", k));
    }
    let numbers = Array2::from_shape_fn((rows.len(), features.numbers.len()), |(place, column)| features.numbers[column][rows[place]]);
    let codes = Array2::from_shape_fn((rows.len(), features.codes.len()), |(place, column)| features.codes[column][rows[place]]);
    let unlike = unlike(&numbers);
    let tree = Neighbours::new(numbers, codes, unlike);
    // Neighbours are looked up only for rows that are started from, once each.
    let mut known: Vec<Option<usize>> = vec![None; rows.len()];
    for _ in 0..count {
        let place = rng.below(rows.len());
        let chosen = rng.below(k);
        let share = rng.uniform();
        let start = *known[place].get_or_insert_with(|| {
            made.voters.extend(tree.of_row(place, k).iter().map(|&(place, _)| rows[place]));
            made.voters.len() - k
        });
        made.rows.push(New { base: rows[place], towards: made.voters[start + chosen], share, voters: start..start + k });
    }
    Ok(())
}

/// What a category that differs counts as: the median of the columns' deviations (with divisor n) in the class, which is
/// the mean of the middle two where their number is even; 1 where there is no column or the median is 0.
fn unlike(numbers: &Array2<f64>) -> f64 {
    let n = numbers.nrows() as f64;
    let mut deviations: Vec<f64> = numbers
        .columns()
        .into_iter()
        .map(|column| {
            let mean = column.iter().fold(0.0, |sum, x| sum + x) / n;
            (column.iter().fold(0.0, |sum, x| sum + (x - mean) * (x - mean)) / n).sqrt()
        })
        .collect();
    deviations.sort_by(f64::total_cmp);
    let median = match deviations.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => deviations[odd / 2],
        even => (deviations[even / 2 - 1] + deviations[even / 2]) / 2.0,
    };
    if median > 0.0 { median } else { 1.0 }
}

/// The different numbers of a column as codes.
fn codes_of(values: &[f64]) -> Vec<u32> {
    let mut known = BTreeMap::new();
    values
        .iter()
        .map(|&value| {
            let next = known.len() as u32;
            // 0 and -0 are one value.
            *known.entry((value + 0.0).to_bits()).or_insert(next)
        })
        .collect()
}

/// Puts the new rows behind the others.
fn assemble(wanted: &Wanted, table: &Table, context: &Context, made: Made) -> Resampled {
    let Made { rows: new, voters, mut notes } = made;
    let mut copied = Vec::new();
    let columns = table
        .columns()
        .iter()
        .map(|column| {
            let chosen = context.columns.contains(&column.name);
            let data = match &column.data {
                Data::Number(values) if chosen && !wanted.vote.contains(&column.name) => Data::Number(mixed(values, &new, wanted.integers)),
                Data::Number(values) if chosen => Data::Number(voted(values, &new, &voters, |value| (value + 0.0).to_bits())),
                Data::Strings(strings) if chosen => {
                    let mut strings = strings.clone();
                    strings.codes = voted(&strings.codes, &new, &voters, |code| code);
                    Data::Strings(strings)
                }
                other => {
                    copied.push(column.name.clone());
                    copied_from_base(other, &new)
                }
            };
            Column { name: column.name.clone(), kind: column.kind, data }
        })
        .collect();
    if !copied.is_empty() {
        notes.push(note("balance.copied", wanted.step).with("columns", copied.join(", ")));
    }
    let mut origins = table.origins().to_vec();
    origins.resize(origins.len() + new.len(), SYNTHETIC);
    let from: Vec<usize> = (0..table.rows()).chain(new.iter().map(|row| row.base)).collect();
    let target: Target = context.target.take(&from);
    Resampled { table: Table::with_origins(columns, origins), target, from, weights: None, notes }
}

/// The numbers and, behind them, those of the new rows.
fn mixed(values: &[f64], new: &[New], integers: bool) -> Vec<f64> {
    let whole = integers && values.iter().all(|value| value.fract() == 0.0);
    let mixed = new.iter().map(|row| {
        let value = between(values[row.base], values[row.towards], row.share);
        if whole { value.round() } else { value }
    });
    values.iter().copied().chain(mixed).collect()
}

/// The number at a share of the way from `a` to `b`, never outside of them.
fn between(a: f64, b: f64, share: f64) -> f64 {
    let gap = b - a;
    // The gap of two huge numbers of different sign is infinite; the weighted sum is not.
    let value = if gap.is_finite() { a + share * gap } else { a * (1.0 - share) + b * share };
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if value < low {
        low
    } else if value > high {
        high
    } else {
        value
    }
}

/// The values and, behind them, what most of the new rows' neighbours have; the nearest decides between equals.
fn voted<T: Copy, K: PartialEq>(values: &[T], new: &[New], voters: &[usize], key: impl Fn(T) -> K) -> Vec<T> {
    let mut votes: Vec<(K, T, usize)> = Vec::new();
    let vote = |row: &New| {
        votes.clear();
        for &voter in &voters[row.voters.clone()] {
            let value = values[voter];
            match votes.iter_mut().find(|(other, ..)| *other == key(value)) {
                Some((.., count)) => *count += 1,
                None => votes.push((key(value), value, 1)),
            }
        }
        // The first of the largest: values stand in order of the nearest neighbour that has them.
        let most = votes.iter().map(|(.., count)| *count).max();
        votes.iter().find(|(.., count)| Some(*count) == most).map_or(values[row.base], |(_, value, _)| *value)
    };
    let voted: Vec<T> = new.iter().map(vote).collect();
    values.iter().copied().chain(voted).collect()
}

/// The values and, behind them, those of the rows that the new ones start from.
fn copied_from_base(data: &Data, new: &[New]) -> Data {
    let copied = || new.iter().map(|row| row.base);
    match data {
        Data::Number(values) => Data::Number(values.iter().copied().chain(copied().map(|row| values[row])).collect()),
        Data::Date(values) => Data::Date(values.iter().copied().chain(copied().map(|row| values[row])).collect()),
        Data::Strings(strings) => {
            let mut all: Strings = strings.clone();
            all.codes.extend(copied().map(|row| strings.codes[row]));
            Data::Strings(all)
        }
    }
}
