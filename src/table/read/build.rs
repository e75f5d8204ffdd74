//! Columns in the making: each cell goes straight into the column's final form, as long as the guess from the head holds.

use super::dates::{self, DateOrder};
use super::kinds::{Form, Guess};
use super::numbers::{self, NumberFormat};
use crate::table::Column;
use crate::table::intern::Interner;

/// The texts that mean a missing value, for a look-up that costs nothing where a cell is none of them.
#[derive(Clone, Debug)]
pub struct Markers {
    markers: Vec<String>,
    /// How often each was met.
    pub counts: Vec<u64>,
    /// For each first byte the lengths of the markers that begin with it, a bit each.
    lengths: Box<[u64; 256]>,
}

impl Markers {
    /// The markers, the empty one among them.
    pub fn new(markers: Vec<String>) -> Self {
        let mut lengths = Box::new([0; 256]);
        for marker in markers.iter().filter(|marker| !marker.is_empty()) {
            lengths[usize::from(marker.as_bytes()[0])] |= 1 << (marker.len() as u32 & 63);
        }
        Self { counts: vec![0; markers.len()], markers, lengths }
    }

    /// Which marker a stripped cell is.
    pub fn find(&self, cell: &[u8]) -> Option<usize> {
        let may_be = match cell.first() {
            None => true,
            Some(&first) => self.lengths[usize::from(first)] >> (cell.len() as u32 & 63) & 1 == 1,
        };
        if may_be { self.markers.iter().position(|marker| marker.as_bytes() == cell) } else { None }
    }

    /// Whether a stripped cell means a missing value; counted.
    pub fn is_missing(&mut self, cell: &[u8]) -> bool {
        let found = self.find(cell);
        if let Some(place) = found {
            self.counts[place] += 1;
        }
        found.is_some()
    }

    /// The markers, in order.
    pub fn texts(&self) -> &[String] {
        &self.markers
    }
}

/// Values that a chosen kind cannot hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unreadable {
    /// How many.
    pub count: u64,
    /// The line of the first.
    pub line: u64,
    /// The first.
    pub text: String,
}

/// The values so far.
#[derive(Clone, Debug)]
pub enum Store {
    /// No value was met yet.
    Empty,
    /// Numbers; NaN where missing.
    Number(NumberFormat, Vec<f64>),
    /// Microseconds; [`Column::NO_DATE`] where missing.
    Date(DateOrder, Vec<i64>),
    /// Texts.
    Text(Interner),
    /// A value did not fit the guess: the column is read again, as texts.
    Failed,
}

/// A column in the making.
#[derive(Clone, Debug)]
pub struct Builder {
    /// The values so far.
    pub store: Store,
    /// Rows so far, missing ones among them.
    pub rows: usize,
    /// Rows that are missing.
    pub missing: usize,
    /// Whether a person chose the kind: a value that does not fit is missing then.
    pub is_given: bool,
    /// Values that were made missing for it.
    pub unreadable: Unreadable,
    /// Another reading that no value has refuted yet.
    pub rival: Option<Form>,
    /// Numbers that need their format: that are none with a decimal point alone.
    pub special: u64,
    /// Numbers with zeros in front.
    pub leading_zeros: u64,
    /// Dates whose offset from UTC was taken out.
    pub moved: u64,
    /// Dates with a year of two digits.
    pub short_years: u64,
    expected_rows: usize,
}

impl Builder {
    /// A column that is read by a guess; `expected_rows` is how much room it will need.
    pub fn new(guess: Guess, is_given: bool, expected_rows: usize) -> Self {
        let store = match guess.form {
            Form::Empty => Store::Empty,
            Form::Number(format) => Store::Number(format, Vec::with_capacity(expected_rows)),
            Form::Date(order) => Store::Date(order, Vec::with_capacity(expected_rows)),
            Form::Text => Store::Text(Interner::with_rows(expected_rows)),
        };
        Self {
            store,
            rows: 0,
            missing: 0,
            is_given,
            unreadable: Unreadable::default(),
            rival: guess.rival,
            special: 0,
            leading_zeros: 0,
            moved: 0,
            short_years: 0,
            expected_rows,
        }
    }

    /// Whether the column must be read again, as texts.
    pub fn has_failed(&self) -> bool {
        matches!(self.store, Store::Failed)
    }

    /// The same column, to be read again as texts.
    #[must_use]
    pub fn as_text(&self) -> Self {
        Self::new(Guess { form: Form::Text, rival: None }, self.is_given, self.expected_rows)
    }

    /// Adds a row without a value.
    pub fn push_missing(&mut self) {
        self.rows += 1;
        self.missing += 1;
        match &mut self.store {
            Store::Number(_, values) => values.push(f64::NAN),
            Store::Date(_, values) => values.push(Column::NO_DATE),
            Store::Text(texts) => texts.push_missing(),
            Store::Empty | Store::Failed => {}
        }
    }

    /// Adds a row with a value, a stripped cell that is no missing marker.
    pub fn push(&mut self, cell: &[u8], line: u64) {
        if let Store::Empty = self.store {
            self.begin(cell);
        }
        let fits = match &mut self.store {
            Store::Number(format, values) => match numbers::parse(*format, cell) {
                Some(value) => {
                    values.push(value);
                    self.leading_zeros += u64::from(numbers::has_leading_zero(cell));
                    self.special += u64::from(*format != NumberFormat::PLAIN && numbers::plain(cell).is_none());
                    true
                }
                None => false,
            },
            Store::Date(order, values) => match dates::parse(*order, cell) {
                Some(moment) => {
                    values.push(moment.micros);
                    self.moved += u64::from(moment.moved);
                    self.short_years += u64::from(moment.short_year);
                    true
                }
                None => false,
            },
            Store::Text(texts) => {
                texts.push(cell);
                true
            }
            Store::Empty | Store::Failed => return,
        };
        if fits {
            self.rows += 1;
            if self.rival.is_some_and(|rival| !rival.fits(cell)) {
                self.rival = None;
            }
        } else if self.is_given {
            if self.unreadable.count == 0 {
                self.unreadable = Unreadable { count: 0, line, text: String::from_utf8_lossy(cell).chars().take(60).collect() };
            }
            self.unreadable.count += 1;
            self.push_missing();
        } else {
            self.store = Store::Failed;
        }
    }

    /// The first value of a column whose head is empty decides how the others are tried.
    fn begin(&mut self, cell: &[u8]) {
        let missing = self.missing;
        let guess = super::kinds::guess(std::iter::once(cell), super::kinds::Hints::default());
        let mut begun = Self::new(guess, self.is_given, self.expected_rows);
        // One value proves no format but the plain ones: anything else is decided from all values, as texts.
        if !matches!(guess.form, Form::Number(NumberFormat::PLAIN) | Form::Date(DateOrder::Ymd)) {
            begun = self.as_text();
        }
        for _ in 0..missing {
            begun.push_missing();
        }
        *self = begun;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_found_and_counted() {
        let long = "x".repeat(70);
        let mut markers = Markers::new(vec![String::new(), "NA".to_owned(), "-999".to_owned(), long.clone()]);
        for (cell, want) in [("", true), ("NA", true), ("N", false), ("Na", false), ("-999", true), ("-998", false), ("NAN", false)] {
            assert_eq!(markers.is_missing(cell.as_bytes()), want, "{cell}");
        }
        assert!(markers.is_missing(long.as_bytes()) && !markers.is_missing(&long.as_bytes()[..69]));
        assert_eq!(markers.counts, [1, 1, 1, 1]);
    }

    #[test]
    fn a_column_with_an_empty_head_begins_with_its_first_value() {
        let build = |cells: &[&str]| {
            let mut builder = Builder::new(Guess { form: Form::Empty, rival: None }, false, 0);
            for cell in cells {
                if cell.is_empty() { builder.push_missing() } else { builder.push(cell.as_bytes(), 1) }
            }
            builder
        };
        assert!(matches!(build(&["", "", "5", ""]).store, Store::Number(_, values) if values.len() == 4));
        assert!(matches!(build(&["", "2024-01-02"]).store, Store::Date(DateOrder::Ymd, values) if values.len() == 2));
        assert!(matches!(build(&["", "1/2/2024", ""]).store, Store::Text(texts) if texts.clone().finish().len() == 3));
        assert!(build(&["", "5", "x"]).has_failed());
        assert_eq!(build(&["", ""]).rows, 2);
    }

    #[test]
    fn a_chosen_kind_makes_misfits_missing_and_counts_them() {
        let mut builder = Builder::new(Guess { form: Form::Number(NumberFormat::PLAIN), rival: None }, true, 0);
        for (line, cell) in [(2, "1"), (3, "x"), (4, "inf"), (5, "007")] {
            builder.push(cell.as_bytes(), line);
        }
        assert_eq!(builder.unreadable, Unreadable { count: 2, line: 3, text: "x".to_owned() });
        assert_eq!((builder.rows, builder.missing, builder.leading_zeros), (4, 2, 1));
    }
}
