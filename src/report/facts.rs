//! What a report says of the table: its size, its columns, what was worth knowing when it was read.

use crate::base::Problem;
use crate::table::{Kind, Table};
use serde::{Deserialize, Serialize};

/// A table in numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataFacts {
    /// The digest of the table: its values, names and kinds, however the file was written.
    pub digest: String,
    /// Rows.
    pub rows: usize,
    /// Its columns, in order.
    pub columns: Vec<ColumnFacts>,
    /// What was worth knowing when the sources were read and joined, in their order.
    pub notes: Vec<Problem>,
}

/// A column in numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnFacts {
    /// The name.
    pub name: String,
    /// What the values mean.
    pub kind: Kind,
    /// How many values are missing.
    pub missing: usize,
    /// How many different values a category or text has; nothing for other kinds.
    pub different: Option<usize>,
}

impl DataFacts {
    /// The facts of a table whose digest is known, with the notes of its reading.
    pub fn of(table: &Table, digest: &str, notes: Vec<Problem>) -> Self {
        let column = |column: &crate::table::Column| ColumnFacts {
            name: column.name.clone(),
            kind: column.kind,
            missing: column.missing(),
            different: column.strings().map(|strings| {
                let mut codes = strings.codes.clone();
                codes.sort_unstable();
                codes.dedup();
                codes.into_iter().filter(|&code| code != crate::table::Strings::MISSING).count()
            }),
        };
        Self { digest: digest.to_owned(), rows: table.rows(), columns: table.columns().iter().map(column).collect(), notes }
    }
}
