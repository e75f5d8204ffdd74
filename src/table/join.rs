//! Joins.

use serde::{Deserialize, Serialize};

/// Which rows stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Rows of the main table, with what matches.
    #[default]
    Left,
}
