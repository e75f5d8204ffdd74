//! What a person decided about reading a file; everything left out is found out by looking at the file.

use super::dates::DateOrder;
use super::encoding::Encoding;
use super::summary::Summary;
use crate::base::{Place, Problem, Stage};
use crate::table::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The mark around cells that hold separators or line breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quote {
    /// `"`
    Double,
    /// `'`
    Single,
    /// None: every quote is text.
    None,
}

impl Quote {
    /// The byte, where there is one.
    pub fn byte(self) -> Option<u8> {
        match self {
            Quote::Double => Some(b'"'),
            Quote::Single => Some(b'\''),
            Quote::None => None,
        }
    }
}

/// How to read a file, as it stands in a recipe. What is `None` is decided from the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReadOptions {
    /// The encoding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// The separator: an ASCII character that is neither letter, digit, quote nor line end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// The quote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
    /// Whether the first line read holds the names of the columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// How many lines at the top are no part of the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_lines: Option<u64>,
    /// Whether numbers have a decimal comma (true) or a decimal point (false); decided for each column where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal_comma: Option<bool>,
    /// The texts that mean a missing value, instead of [`MISSING`]. An empty cell is always missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<String>>,
    /// Read no more than this many rows, the first ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Decisions about single columns, by their names in the table.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, ColumnOptions>,
}

/// How to read a column. What is `None` is decided from its values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ColumnOptions {
    /// The kind. Values that a chosen kind cannot hold become missing and are counted; texts stay as they are written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Whether its numbers have a decimal comma.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal_comma: Option<bool>,
    /// The order of its dates' parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
}

/// The texts that mean a missing value where a person does not say. "None" is a value.
pub const MISSING: [&str; 8] = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "?"];

impl ReadOptions {
    /// The texts that mean a missing value; always with the empty one.
    pub fn missing_markers(&self) -> Vec<String> {
        let mut markers: Vec<String> = vec![String::new()];
        match &self.missing {
            None => markers.extend(MISSING.iter().skip(1).map(|&marker| marker.to_owned())),
            Some(list) => {
                for marker in list.iter().map(|marker| marker.trim()) {
                    if !markers.iter().any(|known| known == marker) {
                        markers.push(marker.to_owned());
                    }
                }
            }
        }
        markers
    }

    /// Changes what is decided about a column; one about which nothing is decided any more is left out.
    pub fn change_column(&mut self, name: &str, change: impl FnOnce(&mut ColumnOptions)) {
        let mut column = self.columns.get(name).copied().unwrap_or_default();
        change(&mut column);
        match column == ColumnOptions::default() {
            true => self.columns.remove(name),
            false => self.columns.insert(name.to_owned(), column),
        };
    }

    /// The same with what a file that was read with them showed of its columns: kind, decimal mark, order of dates. Another
    /// file is read alike with it, also where its own values would leave it open. All of its rows are read.
    #[must_use]
    pub fn settled(&self, summary: &Summary) -> Self {
        let mut options = Self { rows: None, ..self.clone() };
        for column in &summary.columns {
            let known = options.columns.entry(column.name.clone()).or_default();
            known.kind = known.kind.or(Some(column.kind.value));
            known.decimal_comma = known.decimal_comma.or(column.number_format.map(|format| format.decimal_comma));
            known.date_order = known.date_order.or(column.date_order);
        }
        options
    }

    /// What is wrong with the options, if anything.
    pub fn check(&self) -> Option<Problem> {
        if let Some(delimiter) = self.delimiter
            && (!delimiter.is_ascii()
                || delimiter.is_ascii_alphanumeric()
                || matches!(delimiter, '\n' | '\r' | '\0')
                || self.quote.unwrap_or(Quote::Double).byte() == Some(delimiter as u8))
        {
            return Some(
                Problem::new(Stage::Data, "data.bad_delimiter")
                    .with("delimiter", delimiter)
                    .at(Place::Field("read".to_owned(), "delimiter".to_owned())),
            );
        }
        None
    }
}

/// How much is read at most. Beyond it reading ends at once, with a problem that says what would fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Rows times columns.
    pub cells: u64,
    /// Columns.
    pub columns: u64,
}

impl Default for Limits {
    /// 512 MiB, 150 million cells (1.2 GB as numbers), 20,000 columns: what a tab of 4 GB can hold.
    fn default() -> Self {
        Self { bytes: 512 << 20, cells: 150_000_000, columns: 20_000 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_left_out_are_not_written_and_unknown_ones_are_refused() {
        let text = serde_json::to_string(&ReadOptions::default()).expect("JSON");
        assert_eq!(text, "{}");
        let given = r#"{"delimiter":";","quote":"none","columns":{"zip":{"kind":"category"}}}"#;
        let options: ReadOptions = serde_json::from_str(given).expect("options");
        assert_eq!(serde_json::to_string(&options).expect("JSON"), given);
        assert!(serde_json::from_str::<ReadOptions>(r#"{"delimeter":";"}"#).is_err());
        assert!(serde_json::from_str::<ReadOptions>(r#"{"columns":{"a":{"kin":"text"}}}"#).is_err());
    }

    #[test]
    fn separators_that_cannot_separate_are_refused() {
        let check = |delimiter| ReadOptions { delimiter: Some(delimiter), ..Default::default() }.check().is_some();
        assert!(check('"') && check('\n') && check('a') && check('7') && check('§') && check('\0'));
        assert!(!check(';') && !check('\t') && !check('\'') && !check(' '));
    }

    #[test]
    fn a_column_about_which_nothing_is_decided_is_left_out() {
        let mut options = ReadOptions::default();
        options.change_column("a", |column| column.kind = Some(Kind::Text));
        options.change_column("a", |column| column.decimal_comma = Some(true));
        assert_eq!(options.columns["a"], ColumnOptions { kind: Some(Kind::Text), decimal_comma: Some(true), date_order: None });
        options.change_column("a", |column| *column = ColumnOptions::default());
        options.change_column("b", |_| {});
        assert_eq!(options, ReadOptions::default());
    }

    #[test]
    fn an_empty_cell_is_always_missing() {
        let options = ReadOptions { missing: Some(vec![" -999 ".to_owned(), "-999".to_owned()]), ..Default::default() };
        assert_eq!(options.missing_markers(), ["", "-999"]);
        assert_eq!(ReadOptions::default().missing_markers(), MISSING);
    }
}
