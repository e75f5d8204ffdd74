//! Exact duplicates: rows that hold the same values.

use super::{Column, Data, Table};
use crate::base::{Advance, Job, Problem, Progress, Stage};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

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
    Ok(equal_rows(&compared, table.rows()).groups())
}

/// Rows by the sets of equal ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sets {
    /// For each row the number of its set, in order of first appearance.
    pub set_of: Vec<u32>,
    /// The first row of each set, ascending.
    pub firsts: Vec<usize>,
}

impl Sets {
    /// The sets of two and more rows.
    pub fn groups(&self) -> Duplicates {
        let mut members = vec![Vec::new(); self.firsts.len()];
        let mut sizes = vec![0_u32; self.firsts.len()];
        for &set in &self.set_of {
            sizes[set as usize] += 1;
        }
        for (row, &set) in self.set_of.iter().enumerate() {
            if sizes[set as usize] > 1 {
                members[set as usize].push(row as u32);
            }
        }
        members.retain(|rows| !rows.is_empty());
        let (rows, distinct) = (self.set_of.len(), self.firsts.len());
        Duplicates { rows, distinct, repeated: rows - distinct, groups: members }
    }
}

/// Finds the rows that are equal in all columns, in slices: first a hash of each row, column by column, then the sets.
pub struct DuplicatesJob {
    table: Arc<Table>,
    hashes: Vec<u64>,
    column: usize,
    known: Known,
}

/// Rows put into sets in a slice.
const SLICE: usize = 50_000;

impl DuplicatesJob {
    /// The job of a table.
    pub fn new(table: Arc<Table>) -> Self {
        Self { hashes: vec![0; table.rows()], table, column: 0, known: Known::default() }
    }
}

impl Job for DuplicatesJob {
    type Output = Duplicates;

    fn advance(&mut self) -> Result<Advance<Duplicates>, Problem> {
        let columns: Vec<&Column> = self.table.columns().iter().collect();
        let rows = self.table.rows();
        if columns.is_empty() {
            return Ok(Advance::Done(equal_rows(&columns, rows).groups()));
        }
        let placed = self.known.sets.set_of.len();
        if let Some(column) = columns.get(self.column) {
            mix_column(&mut self.hashes, column);
            self.column += 1;
        } else if placed < rows {
            let next = (placed + SLICE).min(rows);
            self.known.put(&self.hashes[placed..next], |a, b| equal(&columns, a, b));
        } else {
            return Ok(Advance::Done(self.known.sets.groups()));
        }
        let (done, total) = (self.column * rows + self.known.sets.set_of.len(), (columns.len() + 1) * rows);
        Ok(Advance::More(Progress { done: done as u64, total: total as u64 }))
    }
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
    columns.iter().for_each(|column| mix_column(&mut hashes, column));
    hashes
}

fn mix_column(hashes: &mut [u64], column: &Column) {
    match &column.data {
        Data::Number(values) => mix(hashes, values.iter().map(|&value| number_bits(value))),
        Data::Strings(strings) => mix(hashes, strings.codes.iter().map(|&code| u64::from(code))),
        Data::Date(values) => mix(hashes, values.iter().map(|&value| value as u64)),
    }
}

/// The sets of equal rows, by their hashes and, where these are equal, by looking.
fn sets_by(hashes: &[u64], equal: impl Fn(usize, usize) -> bool) -> Sets {
    let mut known = Known::default();
    known.first_of.reserve(hashes.len());
    known.put(hashes, equal);
    known.sets
}

/// The sets of the rows so far.
#[derive(Default)]
struct Known {
    sets: Sets,
    /// The first set of each hash.
    first_of: FxHashMap<u64, u32>,
    /// Leads from a set to the next one of its hash.
    next: FxHashMap<u32, u32>,
}

impl Known {
    /// Puts the next rows, given by their hashes, into sets.
    fn put(&mut self, hashes: &[u64], equal: impl Fn(usize, usize) -> bool) {
        for &hash in hashes {
            let (row, new) = (self.sets.set_of.len(), self.sets.firsts.len() as u32);
            let mut set = *self.first_of.entry(hash).or_insert(new);
            while set != new && !equal(self.sets.firsts[set as usize], row) {
                set = *self.next.entry(set).or_insert(new);
            }
            if set == new {
                self.sets.firsts.push(row);
            }
            self.sets.set_of.push(set);
        }
    }
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
    fn the_job_finds_the_same_in_slices() {
        let rows = 2 * SLICE + 7;
        let numbers = (0..rows).map(|row| (row % (SLICE + 3)) as f64).collect();
        let texts = (0..rows).map(|row| Some(if row % 5 == 0 { "a" } else { "b" }));
        let table = Table::new(vec![Column::number("n", numbers), Column::category("t", Strings::from_texts(texts))]);
        let want = duplicates(&table, &[]).expect("columns");
        assert!(want.repeated > 1000 && want.repeated < rows - 1000, "{}", want.repeated);
        assert_eq!(DuplicatesJob::new(Arc::new(table)).finish().expect("done"), want);
        assert_eq!(DuplicatesJob::new(Arc::default()).finish().expect("done"), Duplicates::default());
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
