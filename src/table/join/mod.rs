//! Joins: rows of two tables put beside each other where their keys are equal.
//!
//! Keys may be several columns. Numbers equal numbers (0 equals -0), dates equal dates, texts and categories equal each
//! other letter by letter; a number equals a text where its shortest form is that text. A missing key equals nothing.
//! What a join will come to is known from [`counts`] before it is made.

mod count;
mod keys;
mod merge;
mod suggest;
#[cfg(test)]
mod tests;

pub use count::{Counts, RowsAfter, Side, counts};
pub use suggest::{Suggested, suggest};

use super::read::Limits;
use super::{Origin, Table};
use crate::base::{Problem, Stage};
use keys::Matching;
use serde::{Deserialize, Serialize};

/// Which rows stay. The left table is the main one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Rows of the main table, with what matches.
    #[default]
    Left,
    /// Rows that have a partner on the other side.
    Inner,
    /// Rows of the joined table, with what matches in the main one.
    Right,
    /// Every row of both tables (an outer join).
    Full,
    /// Rows of the main table that have a partner, without the columns of the joined one.
    Semi,
    /// Rows of the main table that have none.
    Anti,
}

impl How {
    /// Every kind of join.
    pub const ALL: [How; 6] = [How::Left, How::Inner, How::Right, How::Full, How::Semi, How::Anti];

    /// The stable id, as in recipes; the text is `join.how=<id>`.
    pub fn id(self) -> &'static str {
        match self {
            How::Left => "left",
            How::Inner => "inner",
            How::Right => "right",
            How::Full => "full",
            How::Semi => "semi",
            How::Anti => "anti",
        }
    }

    /// Whether rows of the joined table stay that have no partner.
    pub fn keeps_right(self) -> bool {
        matches!(self, How::Right | How::Full)
    }

    /// Whether columns of the joined table come in.
    pub fn adds_columns(self) -> bool {
        !matches!(self, How::Semi | How::Anti)
    }
}

/// Columns of the main table and of the joined one that must be equal, in pairs.
pub type KeyPair = (String, String);

/// A join that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// The rows. Those of the main table stand in its order, each with its partners in their order; rows of the joined
    /// table without a partner come last, in their order. Columns of the main table come first; a key column stands once,
    /// under the name that it has in the main table.
    ///
    /// A row has the origin of its row of the main table; a row of the joined table alone has its own origin, counted
    /// from [`Joined::first_right`].
    pub table: Table,
    /// What was matched.
    pub counts: Counts,
    /// Columns of the joined table whose name the main table has too, with the name that they have now.
    pub renamed: Vec<(String, String)>,
    /// Origins from here on are rows of the joined table.
    pub first_right: Origin,
}

/// Joins a table to a main one. A column of the joined table whose name the main table has too gets the suffix; where
/// that is taken as well, a number after it.
///
/// # Errors
/// No key, a key that is not there or stands in two pairs, kinds that cannot be equal, more cells than the limit.
pub fn join(left: &Table, right: &Table, keys: &[KeyPair], how: How, suffix: &str, limits: &Limits) -> Result<Joined, Problem> {
    let matching = Matching::new(left, right, keys)?;
    let counts = count::of(&matching, left, right, keys);
    let outline = outline(&counts, left, right, keys, how, suffix, limits)?;
    let rows = outline.rows;
    let first_right = left.origins().iter().filter(|&&origin| origin != super::SYNTHETIC).max().map_or(0, |most| most + 1);
    let pairs = merge::pairs(&matching, how, rows as usize);
    let (columns, renamed) = merge::columns(left, right, keys, &pairs, how, suffix);
    let origins = merge::origins(left, right, &pairs, first_right);
    Ok(Joined { table: Table::with_origins(columns, origins), counts, renamed, first_right })
}

/// The shape of a join, before it is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    /// Its rows.
    pub rows: u64,
    /// Its columns.
    pub columns: usize,
    /// The columns that the joined table brings, by the names that they get.
    pub added: Vec<String>,
    /// Those of them that have another name in their own table: that name and the one here.
    pub renamed: Vec<(String, String)>,
}

/// The shape of a join whose rows are counted.
///
/// # Errors
/// More cells than the limit.
pub fn outline(
    counts: &Counts,
    left: &Table,
    right: &Table,
    keys: &[KeyPair],
    how: How,
    suffix: &str,
    limits: &Limits,
) -> Result<Outline, Problem> {
    let added = merge::added(left, right, keys, how, suffix);
    let (rows, columns) = (counts.rows.of(how), left.columns().len() + added.len());
    // Rows are numbered in 32 bits.
    let room = (limits.cells / (columns.max(1) as u64)).min(u64::from(u32::MAX) - 2);
    if rows > room {
        return Err(Problem::new(Stage::Data, "join.too_many_cells").with("rows", rows).with("columns", columns).with("fit", room));
    }
    let renamed = merge::renamed(&added);
    Ok(Outline { rows, columns, added: added.into_iter().map(|(_, name)| name).collect(), renamed })
}
