//! A column: a name, a kind, and its values.

use super::Strings;
use serde::{Deserialize, Serialize};

/// What the values of a column mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Numbers, stored as numbers.
    Number,
    /// Few texts that repeat, stored as texts.
    Category,
    /// Texts that mostly do not repeat, stored as texts.
    Text,
    /// Dates or moments, stored as microseconds since 1970-01-01 without a time zone.
    Date,
}

impl Kind {
    /// The stable id, as in recipes and texts.
    pub fn id(self) -> &'static str {
        match self {
            Kind::Number => "number",
            Kind::Category => "category",
            Kind::Text => "text",
            Kind::Date => "date",
        }
    }
}

/// The values of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Data {
    /// Finite numbers; NaN where the value is missing. Never an infinity.
    Number(Vec<f64>),
    /// Texts by code.
    Strings(Strings),
    /// Microseconds since 1970-01-01; [`Column::NO_DATE`] where the value is missing.
    Date(Vec<i64>),
}

/// A named column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// The name, different from that of every other column of the table.
    pub name: String,
    /// What the values mean.
    pub kind: Kind,
    /// The values.
    pub data: Data,
}

impl Column {
    /// The stored value of a missing date.
    pub const NO_DATE: i64 = i64::MIN;

    /// A column of numbers; NaN means missing.
    pub fn number(name: impl Into<String>, values: Vec<f64>) -> Self {
        Self { name: name.into(), kind: Kind::Number, data: Data::Number(values) }
    }

    /// A column of categories.
    pub fn category(name: impl Into<String>, values: Strings) -> Self {
        Self { name: name.into(), kind: Kind::Category, data: Data::Strings(values) }
    }

    /// A column of texts.
    pub fn text(name: impl Into<String>, values: Strings) -> Self {
        Self { name: name.into(), kind: Kind::Text, data: Data::Strings(values) }
    }

    /// A column of dates, in microseconds since 1970-01-01.
    pub fn date(name: impl Into<String>, values: Vec<i64>) -> Self {
        Self { name: name.into(), kind: Kind::Date, data: Data::Date(values) }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        match &self.data {
            Data::Number(values) => values.len(),
            Data::Strings(values) => values.len(),
            Data::Date(values) => values.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The numbers, where it is a column of numbers.
    pub fn numbers(&self) -> Option<&[f64]> {
        match &self.data {
            Data::Number(values) => Some(values),
            _ => None,
        }
    }

    /// The texts, where it is a column of categories or texts.
    pub fn strings(&self) -> Option<&Strings> {
        match &self.data {
            Data::Strings(values) => Some(values),
            _ => None,
        }
    }

    /// The dates, where it is a column of dates.
    pub fn dates(&self) -> Option<&[i64]> {
        match &self.data {
            Data::Date(values) => Some(values),
            _ => None,
        }
    }

    /// Whether the value of a row is missing.
    pub fn is_missing(&self, row: usize) -> bool {
        match &self.data {
            Data::Number(values) => values[row].is_nan(),
            Data::Strings(values) => values.codes[row] == Strings::MISSING,
            Data::Date(values) => values[row] == Self::NO_DATE,
        }
    }

    /// How many values are missing.
    pub fn missing(&self) -> usize {
        (0..self.len()).filter(|&row| self.is_missing(row)).count()
    }

    /// The value of a row as text: numbers in shortest form that reads back the same, dates by ISO 8601, nothing where missing.
    pub fn display(&self, row: usize) -> Option<String> {
        match &self.data {
            Data::Number(values) => (!values[row].is_nan()).then(|| format!("{}", values[row])),
            Data::Strings(values) => values.get(row).map(str::to_owned),
            Data::Date(values) => (values[row] != Self::NO_DATE).then(|| show_date(values[row])),
        }
    }

    /// The rows at these positions.
    #[must_use]
    pub fn take(&self, rows: &[usize]) -> Column {
        let data = match &self.data {
            Data::Number(values) => Data::Number(rows.iter().map(|&row| values[row]).collect()),
            Data::Strings(values) => Data::Strings(values.take(rows)),
            Data::Date(values) => Data::Date(rows.iter().map(|&row| values[row]).collect()),
        };
        Column { name: self.name.clone(), kind: self.kind, data }
    }
}

/// A moment in ISO 8601: the date alone at midnight, with the time otherwise, with microseconds where there are some.
pub fn show_date(micros: i64) -> String {
    match chrono::DateTime::from_timestamp_micros(micros) {
        None => String::new(),
        Some(moment) if micros.rem_euclid(86_400_000_000) == 0 => moment.format("%Y-%m-%d").to_string(),
        Some(moment) if micros.rem_euclid(1_000_000) == 0 => moment.format("%Y-%m-%dT%H:%M:%S").to_string(),
        Some(moment) => moment.format("%Y-%m-%dT%H:%M:%S%.6f").to_string(),
    }
}
