//! What is told of a file that was read: every decision with its reason, every column, everything that was wrong.

use super::dates::DateOrder;
use super::defects::{Defects, Tally};
use super::dialect::Alternative;
use super::encoding::Encoding;
use super::numbers::NumberFormat;
use super::options::Quote;
use crate::base::{Message, Problem};
use crate::table::{Kind, Role};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Something that was decided, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice<T> {
    /// What was decided.
    pub value: T,
    /// Why.
    pub reason: Message,
    /// Whether a person decided it.
    pub given: bool,
}

impl<T> Choice<T> {
    /// A person's choice where there is one, otherwise what the file says.
    pub fn new(given: bool, value: T, reason: Message) -> Self {
        Self { value, reason, given }
    }
}

/// How sure a column's kind is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// It could as well be another: look at it.
    Unsure,
    /// Something speaks for another.
    Likely,
    /// Nothing speaks for another.
    Sure,
}

/// What a column seems to be for, besides being an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuggestedRole {
    /// It names the row: different in each row, and counting up or called an id.
    RowId,
    /// It says the same of each row, or nothing.
    Constant,
}

/// How many different values there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distinct {
    /// The number of different present values.
    pub count: usize,
    /// Whether that is all; counting numbers and dates ends at [`Distinct::MOST`].
    pub is_exact: bool,
}

impl Distinct {
    /// Counting ends here.
    pub const MOST: usize = 10_000;
}

/// A column as it was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnSummary {
    /// The name in the table.
    pub name: String,
    /// The name in the file; empty where there is none.
    pub original: String,
    /// The kind.
    pub kind: Choice<Kind>,
    /// How sure it is.
    pub confidence: Confidence,
    /// How its numbers are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number_format: Option<NumberFormat>,
    /// How its dates are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    /// Rows without a value.
    pub missing: usize,
    /// Different values.
    pub distinct: Distinct,
    /// The first few different values as they stand in the file, each cut after 60 characters.
    pub examples: Vec<String>,
    /// What it seems to be for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<SuggestedRole>,
}

/// A text that means a missing value, and how often it was met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkerCount {
    /// The text; empty for an empty cell.
    pub marker: String,
    /// In how many cells of kept rows it stood. Cells that a short record lacks count as empty.
    pub count: u64,
}

impl Summary {
    /// What the columns seem to be for, besides being inputs: those that name the row, and those that say nothing.
    pub fn suggested_roles(&self) -> BTreeMap<String, Role> {
        let role = |column: &ColumnSummary| match column.role? {
            SuggestedRole::RowId => Some(Role::RowId),
            SuggestedRole::Constant => Some(Role::LeftOut),
        };
        self.columns.iter().filter_map(|column| Some((column.name.clone(), role(column)?))).collect()
    }
}

/// A file as it was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The file's name.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// The encoding.
    pub encoding: Choice<Encoding>,
    /// Characters that could not be read and stand as U+FFFD.
    pub replaced: u64,
    /// The separator.
    pub delimiter: Choice<char>,
    /// The separators that were tried, the best first.
    pub alternatives: Vec<Alternative>,
    /// The quote.
    pub quote: Choice<Quote>,
    /// Whether the first line read holds names.
    pub header: Choice<bool>,
    /// Lines at the top that are no part of the table.
    pub skip_lines: Choice<u64>,
    /// How the records were dealt with: `records` = `kept` + `rejected` + `blank`.
    pub tally: Tally,
    /// The missing markers that were looked for.
    pub markers: Vec<MarkerCount>,
    /// The columns, in order.
    pub columns: Vec<ColumnSummary>,
    /// Single records that were repaired, rejected or blank.
    pub defects: Defects,
    /// Everything worth knowing, most of it with a place: notes and warnings, never errors.
    pub problems: Vec<Problem>,
}
