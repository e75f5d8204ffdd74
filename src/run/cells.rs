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
}

impl Cells {
    /// The rows from `first`, at most five hundred; columns beyond two hundred are not shown, long texts are cut.
    pub fn of(table: &Table, first: usize, count: usize) -> Self {
        let last = first.saturating_add(count.min(MOST_ROWS)).min(table.rows());
        let cell = |column: &crate::table::Column, row: usize| column.display(row).map(|text| cut(&text));
        let rows = (first.min(last)..last)
            .map(|row| table.columns().iter().take(MOST_COLUMNS).map(|column| cell(column, row)).collect())
            .collect();
        Self { first, rows }
    }
}

/// A text of at most two hundred characters.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
