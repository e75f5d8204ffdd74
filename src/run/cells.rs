//! Rows of a table as texts, for the eye: a few at a time, so that columns never become JavaScript values.

use crate::table::Table;
use serde::{Deserialize, Serialize};

/// The most rows in one answer.
const MOST_ROWS: usize = 500;
/// The most columns in one answer.
const MOST_COLUMNS: usize = 200;
/// The most characters of a cell.
const MOST_CHARACTERS: usize = 200;

/// Some rows as texts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cells {
    /// The position of the first row.
    pub first: usize,
    /// Rows, each with a text for every column or nothing where the value is missing.
    pub rows: Vec<Vec<Option<String>>>,
    /// The number of each row in the table, from 1.
    #[serde(default)]
    pub numbers: Vec<usize>,
}

impl Cells {
    /// The rows from `first`, at most five hundred; columns beyond two hundred are not shown, long texts are cut.
    pub fn of(table: &Table, first: usize, count: usize) -> Self {
        let last = first.saturating_add(count.min(MOST_ROWS)).min(table.rows());
        Self { first, ..Self::at(table, &(first.min(last)..last).collect::<Vec<_>>()) }
    }

    /// The rows at these positions, as [`Cells::of`] shows them.
    pub fn at(table: &Table, rows: &[usize]) -> Self {
        let rows = &rows[..rows.len().min(MOST_ROWS)];
        let cell = |column: &crate::table::Column, row: usize| column.display(row).map(|text| cut(&text));
        let texts = rows.iter().map(|&row| table.columns().iter().take(MOST_COLUMNS).map(|column| cell(column, row)).collect());
        Self { first: rows.first().copied().unwrap_or(0), rows: texts.collect(), numbers: rows.iter().map(|&row| row + 1).collect() }
    }
}

/// A text of at most two hundred characters.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
