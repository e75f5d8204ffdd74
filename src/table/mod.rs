//! Tables: columns and their kinds, reading and writing, joins, splits.

pub mod column;
pub mod duplicates;
mod intern;
pub mod join;
pub mod read;
pub mod schema;
pub mod split;
mod strings;
pub mod write;

pub use column::{Column, Data, Kind};
pub use duplicates::{Duplicates, duplicates};
pub use schema::{ColumnInfo, Role, Schema};
pub use strings::{Strings, sort_levels};
pub use write::{TableWriter, WriteOptions, Written, write};

use serde::{Deserialize, Serialize};

/// The row of the source file from which a row came; [`SYNTHETIC`] where a step made it up.
pub type Origin = u32;

/// The origin of a row that came from no file.
pub const SYNTHETIC: Origin = u32::MAX;

/// Columns of equal length. Every row knows which row of the source it was.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    columns: Vec<Column>,
    origins: Vec<Origin>,
}

impl Table {
    /// A table of columns of equal length; row i has origin i.
    ///
    /// # Panics
    /// Where the columns' lengths differ: that is a mistake in the code, no input can cause it.
    pub fn new(columns: Vec<Column>) -> Self {
        let rows = columns.first().map_or(0, Column::len);
        let origins = (0..rows as u32).collect();
        Self::with_origins(columns, origins)
    }

    /// A table of columns with the origin of each row.
    ///
    /// # Panics
    /// Where the lengths differ: that is a mistake in the code, no input can cause it.
    pub fn with_origins(columns: Vec<Column>, origins: Vec<Origin>) -> Self {
        assert!(columns.iter().all(|column| column.len() == origins.len()), "columns of unequal length");
        Self { columns, origins }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.origins.len()
    }

    /// The columns, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Which row of the source each row was.
    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }

    /// The names of the columns, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// The position of a column.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The same table with a column added at the end, or put in the place of the one with its name.
    ///
    /// # Panics
    /// Where the length differs: that is a mistake in the code.
    pub fn put(&mut self, column: Column) {
        assert_eq!(column.len(), self.rows(), "column of another length");
        match self.position(&column.name) {
            Some(place) => self.columns[place] = column,
            None => self.columns.push(column),
        }
    }

    /// Takes a column out; nothing where there is none of that name.
    pub fn remove(&mut self, name: &str) -> Option<Column> {
        self.position(name).map(|place| self.columns.remove(place))
    }

    /// Only the named columns, in the order of the names; unknown names are passed over.
    #[must_use]
    pub fn select(&self, names: &[String]) -> Table {
        let columns = names.iter().filter_map(|name| self.column(name).cloned()).collect();
        Table::with_origins(columns, self.origins.clone())
    }

    /// The rows at these positions, in that order; a position may come more than once.
    ///
    /// # Panics
    /// Where a position is not below [`Table::rows`].
    #[must_use]
    pub fn take(&self, rows: &[usize]) -> Table {
        let columns = self.columns.iter().map(|column| column.take(rows)).collect();
        Table::with_origins(columns, rows.iter().map(|&row| self.origins[row]).collect())
    }

    /// Names, kinds and levels of the columns.
    pub fn schema(&self) -> Schema {
        Schema { columns: self.columns.iter().map(ColumnInfo::of).collect() }
    }
}
