//! What was wrong with single records, each with its line: nothing is changed or left out in silence.

use crate::base::text;
use crate::table::{Column, Strings, Table};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefectKind {
    /// Fewer cells than columns. With at least half of them the others are taken as missing, with less the record is rejected.
    Short,
    /// More cells than columns; rejected, since nobody can say which one is too many.
    Long,
    /// A quote that opens and does not close where it should; the record ends with its line.
    UnclosedQuote,
    /// A quote inside a cell without quotes, or text behind a closing quote; kept as text.
    StrayQuote,
    /// NUL bytes; taken out.
    Nul,
    /// The header again; rejected.
    RepeatedHeader,
    /// A blank line; passed over.
    Blank,
}

impl DefectKind {
    /// The stable id; the short text is `data.lines.kind=<id>`.
    pub fn id(self) -> &'static str {
        match self {
            DefectKind::Short => "short",
            DefectKind::Long => "long",
            DefectKind::UnclosedQuote => "unclosed_quote",
            DefectKind::StrayQuote => "stray_quote",
            DefectKind::Nul => "nul",
            DefectKind::RepeatedHeader => "repeated_header",
            DefectKind::Blank => "blank",
        }
    }

    /// The id of the text that says what was wrong and what was done.
    pub fn text_id(self) -> &'static str {
        match self {
            DefectKind::Short => "data.defect.short",
            DefectKind::Long => "data.defect.long",
            DefectKind::UnclosedQuote => "data.defect.unclosed_quote",
            DefectKind::StrayQuote => "data.defect.stray_quote",
            DefectKind::Nul => "data.defect.nul",
            DefectKind::RepeatedHeader => "data.defect.repeated_header",
            DefectKind::Blank => "data.defect.blank",
        }
    }
}

/// A record with something wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defect {
    /// The record's first line, counted from 1.
    pub line: u64,
    /// What was wrong.
    pub kind: DefectKind,
    /// Whether the record is left out of the table; otherwise it was repaired.
    pub rejected: bool,
    /// The record as it stands in the file, cut after [`Defects::RAW`] bytes.
    pub raw: String,
}

/// What was done with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is left out of the table.
    Rejected,
    /// It is in the table, mended.
    Repaired,
    /// It was a blank line.
    Blank,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Rejected, Self::Repaired, Self::Blank];

    /// The stable id; the text is `data.lines.<id>`.
    pub fn id(self) -> &'static str {
        match self {
            Outcome::Rejected => "rejected",
            Outcome::Repaired => "repaired",
            Outcome::Blank => "blank",
        }
    }
}

impl Defect {
    /// What was done with the record.
    pub fn outcome(&self) -> Outcome {
        match (self.kind, self.rejected) {
            (DefectKind::Blank, _) => Outcome::Blank,
            (_, true) => Outcome::Rejected,
            (_, false) => Outcome::Repaired,
        }
    }
}

/// How often something was wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefectCount {
    /// Records.
    pub count: u64,
    /// Those of them that are left out of the table.
    pub rejected: u64,
    /// The line of the first.
    pub first_line: u64,
}

/// All defects of a file: every one counted, the first [`Defects::KEPT`] of each kind kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defects {
    /// The kept ones, in order of their lines.
    pub list: Vec<Defect>,
    /// How many there are of each kind.
    pub counts: BTreeMap<DefectKind, DefectCount>,
}

impl Defects {
    /// How many of each kind are kept.
    pub const KEPT: u64 = 1_000;
    /// How many bytes of a record are kept.
    pub const RAW: usize = 400;

    /// The kept ones with which this was done; all where nothing is named.
    pub fn only(&self, outcome: Option<Outcome>) -> Vec<Defect> {
        self.list.iter().filter(|defect| outcome.is_none_or(|outcome| defect.outcome() == outcome)).cloned().collect()
    }

    /// Defects as a table for people: line, what was wrong, what was done, the record.
    pub fn table(list: &[Defect]) -> Table {
        let texts = |id: &str, of: &dyn Fn(&Defect) -> String| {
            Column::text(text(id), Strings::from_texts(list.iter().map(|defect| Some(of(defect)))))
        };
        Table::new(vec![
            Column::number(text("data.lines.line"), list.iter().map(|defect| defect.line as f64).collect()),
            texts("data.lines.what", &|defect| text(&format!("data.lines.kind={}", defect.kind.id()))),
            texts("data.lines.done", &|defect| text(&format!("data.lines.{}", defect.outcome().id()))),
            texts("data.lines.text", &|defect| defect.raw.clone()),
        ])
    }

    /// Notes a defect.
    pub fn add(&mut self, kind: DefectKind, line: u64, rejected: bool, raw: &[u8]) {
        let entry = self.counts.entry(kind).or_insert(DefectCount { first_line: line, ..DefectCount::default() });
        entry.count += 1;
        entry.rejected += u64::from(rejected);
        if entry.count <= Self::KEPT {
            let raw = String::from_utf8_lossy(&raw[..raw.len().min(Self::RAW)]).trim_end_matches('\u{fffd}').to_owned();
            self.list.push(Defect { line, kind, rejected, raw });
        }
    }
}

/// How the records of a file were dealt with. `records` = `kept` + `rejected` + `blank`, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Records behind the header, blank lines among them.
    pub records: u64,
    /// Rows of the table.
    pub kept: u64,
    /// Records left out, each listed.
    pub rejected: u64,
    /// Blank lines.
    pub blank: u64,
    /// Rows that were changed before they were kept, each listed.
    pub repaired: u64,
    /// Rows with empty cells behind the last column, which were dropped.
    pub trailing: u64,
}

/// The start of the line with this number, counted from 1; the end of the text where there are fewer lines.
pub fn line_start(text: &[u8], line: u64) -> usize {
    let mut at = 0;
    for _ in 1..line {
        let Some(length) = text[at..].iter().position(|byte| matches!(byte, b'\n' | b'\r')) else { return text.len() };
        at += length + if text[at + length..].starts_with(b"\r\n") { 2 } else { 1 };
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart_by_what_was_done_and_make_a_table() {
        let mut defects = Defects::default();
        defects.add(DefectKind::Short, 3, false, b"a;b");
        defects.add(DefectKind::Blank, 5, false, b"");
        defects.add(DefectKind::Long, 9, true, b"a;b;c;d");
        let lines = |outcome| defects.only(outcome).iter().map(|defect| defect.line).collect::<Vec<_>>();
        assert_eq!(lines(None), [3, 5, 9]);
        assert_eq!(Outcome::ALL.map(|outcome| lines(Some(outcome))), [vec![9], vec![3], vec![5]]);
        let table = Defects::table(&defects.list);
        let row = |row: usize| table.columns().iter().map(|column| column.display(row).unwrap_or_default()).collect::<Vec<_>>();
        assert_eq!(table.names().collect::<Vec<_>>(), ["Line", "What is wrong", "What was done", "Text"]);
        assert_eq!(row(2), ["9", "too many cells", "rejected", "a;b;c;d"]);
        assert_eq!(row(1), ["5", "blank line", "blank", ""]);
        for kind in [DefectKind::UnclosedQuote, DefectKind::StrayQuote, DefectKind::Nul, DefectKind::RepeatedHeader] {
            assert!(crate::base::text::find(&format!("data.lines.kind={}", kind.id())).is_some(), "{kind:?}");
        }
    }
}
