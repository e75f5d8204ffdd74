//! What a fitted step does to a table, counted, so that a person sees it before adding the step.

use crate::table::{Column, Data, Table};
use serde::{Deserialize, Serialize};

/// What became of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was there before and still is.
    Changed,
    /// It is new.
    Added,
    /// It is gone.
    Dropped,
}

/// How much of a column operations change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// The column.
    pub column: String,
    /// What became of it.
    pub change: Change,
    /// Changed: the cells that differ. Added: the cells that are neither missing nor 0, which are the marked ones in a
    /// column of marks. Dropped: the cells that had a value.
    pub cells: usize,
    /// The rows of the table.
    pub rows: usize,
}

/// What a step changed on a table whose rows it kept in their places: changed and dropped columns in the order of the table, then new ones. A column that
/// stays the same in every cell is not listed.
pub fn touched(before: &Table, after: &Table) -> Vec<Touched> {
    let rows = before.rows();
    let mut all = Vec::new();
    for old in before.columns() {
        let (change, cells) = match after.column(&old.name) {
            None => (Change::Dropped, rows - old.missing()),
            Some(new) => (Change::Changed, differing(old, new)),
        };
        if change == Change::Dropped || cells > 0 {
            all.push(Touched { column: old.name.clone(), change, cells, rows });
        }
    }
    for new in after.columns().iter().filter(|new| before.column(&new.name).is_none()) {
        let zero = |row: usize| new.numbers().is_some_and(|values| values[row] == 0.0);
        let cells = (0..rows).filter(|&row| !new.is_missing(row) && !zero(row)).count();
        all.push(Touched { column: new.name.clone(), change: Change::Added, cells, rows });
    }
    all
}

/// How many cells differ; of columns of different kinds all that are not missing in both.
fn differing(old: &Column, new: &Column) -> usize {
    let count = |differs: &dyn Fn(usize) -> bool| (0..old.len()).filter(|&row| differs(row)).count();
    match (&old.data, &new.data) {
        (Data::Number(a), Data::Number(b)) => count(&|row| a[row] != b[row] && !(a[row].is_nan() && b[row].is_nan())),
        (Data::Date(a), Data::Date(b)) => count(&|row| a[row] != b[row]),
        (Data::Strings(a), Data::Strings(b)) if a == b => 0,
        (Data::Strings(a), Data::Strings(b)) => count(&|row| a.get(row) != b.get(row)),
        _ => count(&|row| !old.is_missing(row) || !new.is_missing(row)),
    }
}
