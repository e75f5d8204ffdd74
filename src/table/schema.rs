//! What is known of a table without its rows: names, kinds, levels.

use super::{Column, Kind};
use serde::{Deserialize, Serialize};

/// What a column is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The model may learn from it.
    #[default]
    Input,
    /// A person left it out.
    LeftOut,
    /// It names the row and says nothing else.
    RowId,
    /// It is known only after the event (a leak).
    KnownLater,
}

/// A column without its rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnInfo {
    /// The name.
    pub name: String,
    /// What the values mean.
    pub kind: Kind,
    /// The different values of a category, sorted; empty for other kinds.
    pub levels: Vec<String>,
    /// How many values are missing.
    pub missing: usize,
    /// Of a column that a step will make: whether values can be missing, such as after a division. A matter of the check
    /// alone, so never saved.
    #[serde(skip)]
    pub may_miss: bool,
}

impl ColumnInfo {
    /// What is known of a column.
    pub fn of(column: &Column) -> Self {
        let levels = match (column.kind, column.strings()) {
            (Kind::Category, Some(strings)) => strings.sorted_levels(),
            _ => Vec::new(),
        };
        Self { name: column.name.clone(), kind: column.kind, levels, missing: column.missing(), may_miss: false }
    }

    /// What is known of a column of numbers that a step will make.
    pub fn number(name: impl Into<String>) -> Self {
        Self { name: name.into(), kind: Kind::Number, levels: Vec::new(), missing: 0, may_miss: false }
    }
}

/// The columns of a table without its rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// The columns, in order.
    pub columns: Vec<ColumnInfo>,
}

impl Schema {
    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&ColumnInfo> {
        self.columns.iter().find(|column| column.name == name)
    }
}
