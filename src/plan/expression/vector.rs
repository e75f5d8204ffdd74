//! The values of a part of a formula over all rows, and the making of text columns within limits.

use super::check::Value;
use crate::base::{Problem, Stage};
use crate::table::{Column, Strings};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// A test that is neither yes (1) nor no (0).
pub(super) const UNKNOWN: u8 = 2;

/// The values of a part of a formula, one for each row or one for all.
#[derive(Clone, Debug)]
pub(super) enum Vector<'a> {
    One(Value),
    Numbers(Cow<'a, [f64]>),
    Texts(Cow<'a, Strings>),
    Dates(Cow<'a, [i64]>),
    /// 0 for no, 1 for yes, [`UNKNOWN`] where missing.
    Tests(Vec<u8>),
}

impl Vector<'_> {
    /// The number of a row, NaN where missing.
    pub fn number(&self, row: usize) -> f64 {
        match self {
            Vector::Numbers(values) => values[row],
            Vector::One(Value::Number(value)) => *value,
            _ => f64::NAN,
        }
    }

    /// The text of a row.
    pub fn text(&self, row: usize) -> Option<&str> {
        match self {
            Vector::Texts(values) => values.get(row),
            Vector::One(Value::Text(value)) => Some(value),
            _ => None,
        }
    }

    /// The moment of a row, [`Column::NO_DATE`] where missing.
    pub fn date(&self, row: usize) -> i64 {
        match self {
            Vector::Dates(values) => values[row],
            Vector::One(Value::Date(value)) => *value,
            _ => Column::NO_DATE,
        }
    }

    /// The test of a row.
    pub fn test(&self, row: usize) -> u8 {
        match self {
            Vector::Tests(values) => values[row],
            Vector::One(Value::YesNo(value)) => u8::from(*value),
            _ => UNKNOWN,
        }
    }

    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Vector::One(value) => *value == Value::Missing,
            Vector::Numbers(values) => values[row].is_nan(),
            Vector::Texts(values) => values.codes[row] == Strings::MISSING,
            Vector::Dates(values) => values[row] == Column::NO_DATE,
            Vector::Tests(values) => values[row] == UNKNOWN,
        }
    }

    /// The value of a row on its own.
    pub fn value(&self, row: usize) -> Value {
        if self.is_missing(row) {
            return Value::Missing;
        }
        match self {
            Vector::One(value) => value.clone(),
            Vector::Numbers(values) => Value::Number(values[row]),
            Vector::Texts(values) => values.get(row).map_or(Value::Missing, |text| Value::Text(text.to_owned())),
            Vector::Dates(values) => Value::Date(values[row]),
            Vector::Tests(values) => Value::YesNo(values[row] == 1),
        }
    }

    /// How many bytes all texts of so many rows have.
    pub fn text_bytes(&self, rows: usize) -> u64 {
        match self {
            Vector::One(Value::Text(text)) => text.len() as u64 * rows as u64,
            Vector::Texts(strings) => {
                let lengths: Vec<u64> = strings.levels().map(|level| level.len() as u64).collect();
                strings.codes.iter().filter_map(|&code| lengths.get(code as usize)).sum()
            }
            _ => 0,
        }
    }
}

/// The most bytes of one text that a formula makes, as in a cell of a spreadsheet; a longer one is missing.
pub(super) const MOST_CELL: usize = 32_767;
/// The most bytes of different texts that one part of a formula makes.
const MOST_TEXT: usize = 128 << 20;

/// Different texts as they come, each with its code.
#[derive(Default)]
pub(super) struct Texts {
    pub strings: Strings,
    known: FxHashMap<String, u32>,
    bytes: usize,
}

impl Texts {
    /// The code of a text.
    pub fn code(&mut self, text: &str) -> Result<u32, Problem> {
        if let Some(&code) = self.known.get(text) {
            return Ok(code);
        }
        self.bytes += text.len();
        if self.bytes > MOST_TEXT {
            return Err(too_much());
        }
        let code = self.strings.push_level(text);
        self.known.insert(text.to_owned(), code);
        Ok(code)
    }

    /// The code of a text that a function made: that of a missing one where there is none or it is too long.
    pub fn made(&mut self, text: Option<&str>) -> Result<u32, Problem> {
        match text.filter(|text| text.len() <= MOST_CELL) {
            Some(text) => self.code(text),
            None => Ok(Strings::MISSING),
        }
    }

    /// Adds the text that a function made for the next row.
    pub fn push(&mut self, text: Option<&str>) -> Result<(), Problem> {
        let code = self.made(text)?;
        self.strings.codes.push(code);
        Ok(())
    }

    pub fn finish<'a>(self) -> Vector<'a> {
        Vector::Texts(Cow::Owned(self.strings))
    }
}

/// More work or text than one evaluation may cost.
pub(super) fn too_much() -> Problem {
    Problem::new(Stage::Prepare, "formula.too_much")
}
