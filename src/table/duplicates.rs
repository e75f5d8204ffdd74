//! Exact duplicates: rows that hold the same values.

use super::{Column, Data, Table};
use crate::base::{Problem, Stage};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// The rows of a table by what they hold. Nothing here depends on the order of a hash map.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplicates {
    /// Rows looked at.
    pub rows: usize,
    /// Different rows.
    pub distinct: usize,
    /// Rows that equal an earlier one, as counted by pandas' `duplicated(keep="first")`: `rows` - `distinct`.
    pub repeated: usize,
    /// The sets of two and more equal rows: positions ascending, sets in order of their first row.
    pub groups: Vec<Vec<u32>>,
}

/// Finds the rows that are equal in these columns, or in all columns where none is named.
///
/// Missing values equal each other; 0 equals -0. A table without columns has no duplicates.
///
/// # Errors
/// A column that is not there.
pub fn duplicates(table: &Table, columns: &[String]) -> Result<Duplicates, Problem> {
    let compared: Vec<&Column> = if columns.is_empty() {
        table.columns().iter().collect()
    } else {
        let find = |name: &String| table.column(name).ok_or_else(|| Problem::new(Stage::Data, "data.no_column").at_column(name));
        columns.iter().map(find).collect::<Result<_, _>>()?
    };
    let sets = equal_rows(&compared, table.rows());
    let mut members = vec![Vec::new(); sets.firsts.len()];
    let mut sizes = vec![0_u32; sets.firsts.len()];
    for &set in &sets.set_of {
        sizes[set as usize] += 1;
    }
    for (row, &set) in sets.set_of.iter().enumerate() {
        if sizes[set as usize] > 1 {
            members[set as usize].push(row as u32);
        }
    }
    members.retain(|rows| !rows.is_empty());
    let (rows, distinct) = (table.rows(), sets.firsts.len());
    Ok(Duplicates { rows, distinct, repeated: rows - distinct, groups: members })
}

/// Rows by the sets of equal ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sets {
    /// For each row the number of its set, in order of first appearance.
    pub set_of: Vec<u32>,
    /// The first row of each set, ascending.
    pub firsts: Vec<usize>,
}

/// Puts rows that are equal in these columns into one set. Without columns every row is a set of its own.
pub fn equal_rows(columns: &[&Column], rows: usize) -> Sets {
    if columns.is_empty() {
        return Sets { set_of: (0..rows as u32).collect(), firsts: (0..rows).collect() };
    }
    sets_by(&hashes(columns, rows), |a, b| equal(columns, a, b))
}

/// A hash of each row.
fn hashes(columns: &[&Column], rows: usize) -> Vec<u64> {
    let mut hashes = vec![0_u64; rows];
    for column in columns {
        match &column.data {
            Data::Number(values) => mix(&mut hashes, values.iter().map(|&value| number_bits(value))),
            Data::Strings(strings) => mix(&mut hashes, strings.codes.iter().map(|&code| u64::from(code))),
            Data::Date(values) => mix(&mut hashes, values.iter().map(|&value| value as u64)),
        }
    }
    hashes
}

/// The sets of equal rows, by their hashes and, where these are equal, by looking.
fn sets_by(hashes: &[u64], equal: impl Fn(usize, usize) -> bool) -> Sets {
    // Sets of one hash are chained: `next` leads from a set to the next one of its hash.
    let mut first_of = FxHashMap::<u64, u32>::with_capacity_and_hasher(hashes.len(), Default::default());
    let mut next = FxHashMap::<u32, u32>::default();
    let mut sets = Sets { set_of: Vec::with_capacity(hashes.len()), firsts: Vec::new() };
    for (row, &hash) in hashes.iter().enumerate() {
        let new = sets.firsts.len() as u32;
        let mut set = *first_of.entry(hash).or_insert(new);
        while set != new && !equal(sets.firsts[set as usize], row) {
            set = *next.entry(set).or_insert(new);
        }
        if set == new {
            sets.firsts.push(row);
        }
        sets.set_of.push(set);
    }
    sets
}

/// Takes a column's values into the rows' hashes.
fn mix(hashes: &mut [u64], values: impl Iterator<Item = u64>) {
    for (hash, value) in hashes.iter_mut().zip(values) {
        let mixed = (hash.rotate_left(5) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        *hash = mixed ^ (mixed >> 29);
    }
}

/// The same bits for equal numbers, and for every missing one.
pub(super) fn number_bits(value: f64) -> u64 {
    if value.is_nan() { f64::NAN.to_bits() } else { (value + 0.0).to_bits() }
}

fn equal(columns: &[&Column], a: usize, b: usize) -> bool {
    columns.iter().all(|column| match &column.data {
        Data::Number(values) => number_bits(values[a]) == number_bits(values[b]),
        Data::Strings(strings) => strings.codes[a] == strings.codes[b],
        Data::Date(values) => values[a] == values[b],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Strings;

    #[test]
    fn rows_of_one_hash_are_told_apart() {
        let values = [1, 2, 3, 2, 1, 3, 4];
        let sets = sets_by(&[7; 7], |a, b| values[a] == values[b]);
        assert_eq!(sets.firsts, [0, 1, 2, 6]);
        assert_eq!(sets.set_of, [0, 1, 2, 1, 0, 2, 3]);
        assert_eq!(sets_by(&[], |_, _| true), Sets::default());
    }

    #[test]
    fn missing_equals_missing_and_zero_equals_minus_zero() {
        let table = Table::new(vec![
            Column::number("a", vec![f64::NAN, 0.0, -f64::NAN, -0.0, 1.0]),
            Column::category("b", Strings::from_texts([None, Some("x"), None, Some("x"), Some("x")])),
            Column::date("c", vec![Column::NO_DATE, 5, Column::NO_DATE, 5, 5]),
        ]);
        let found = duplicates(&table, &[]).expect("columns");
        assert_eq!(found, Duplicates { rows: 5, distinct: 3, repeated: 2, groups: vec![vec![0, 2], vec![1, 3]] });
        let found = duplicates(&table, &["b".to_owned()]).expect("columns");
        assert_eq!(found.groups, [vec![0, 2], vec![1, 3, 4]]);
    }

    #[test]
    fn edges() {
        let problem = duplicates(&Table::default(), &["a".to_owned()]).expect_err("no column");
        assert_eq!(problem.message.id, "data.no_column");
        assert_eq!(duplicates(&Table::default(), &[]).expect("nothing"), Duplicates::default());
        // Rows without a single column differ.
        let bare = Table::with_origins(Vec::new(), vec![0, 1]);
        assert_eq!(duplicates(&bare, &[]).expect("nothing").repeated, 0);
    }
}
