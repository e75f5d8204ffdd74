//! Records as rows of the table: which are kept, which are repaired, which are left out.

use super::defects::{DefectKind, Defects, Tally};
use super::records::{Marks, Oddity, Record, Splitter, trim};

/// What is known of a text before its rows are read.
#[derive(Clone, Debug)]
pub struct Layout {
    /// How cells and quotes are marked.
    pub marks: Marks,
    /// The first byte of the first record that is no header.
    pub start: usize,
    /// The line of that record.
    pub line: u64,
    /// The number of columns.
    pub width: usize,
    /// The header's cells, stripped, where there is one: a record with the same is no row.
    pub header: Option<Vec<Vec<u8>>>,
    /// Whether there is a NUL byte in the text.
    pub has_nul: bool,
}

/// Reads the rows of a text, one after the other. Two readings of a text keep the same rows.
pub struct Rows {
    layout: Layout,
    splitter: Splitter,
    /// How many cells the last row has; the columns behind them are missing.
    cells: usize,
    line: u64,
    is_open: bool,
    ends_next: bool,
    /// How the records were dealt with.
    pub tally: Tally,
    /// What was wrong with them.
    pub defects: Defects,
}

impl Rows {
    /// Starts at the first row.
    pub fn new(layout: Layout) -> Self {
        let splitter = Splitter::new(layout.marks, layout.start, layout.line);
        Self { layout, splitter, cells: 0, line: 0, is_open: false, ends_next: false, tally: Tally::default(), defects: Defects::default() }
    }

    /// Says whether more text may follow; what touches its end is then no row yet.
    pub fn keep_open(&mut self, is_open: bool) {
        (self.is_open, self.ends_next) = (is_open, false);
        self.splitter.keep_open(is_open);
    }

    /// Takes the next record as if the text ended behind it.
    pub fn end_next(&mut self) {
        self.ends_next = true;
    }

    /// Goes on at the first byte, since what was read has been taken off the text.
    pub fn rewind(&mut self) {
        self.splitter.rewind();
    }

    /// The first byte that was not read yet.
    pub fn at(&self) -> usize {
        self.splitter.at()
    }

    /// The line of the last row.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// A cell of the last row, stripped; empty where the record ended before.
    pub fn cell(&self, column: usize) -> &[u8] {
        if column < self.cells { trim(self.splitter.cell(column)) } else { b"" }
    }

    /// The next row that is kept; false at the end of the text or of `until`, whichever comes first.
    pub fn next(&mut self, text: &[u8], until: usize) -> bool {
        while self.splitter.at() < until {
            self.splitter.keep_open(self.is_open && !std::mem::take(&mut self.ends_next));
            let Some(record) = self.splitter.next(text, Some(self.layout.width)) else { return false };
            self.tally.records += 1;
            if self.keeps(text, record) {
                self.tally.kept += 1;
                self.line = record.line;
                return true;
            }
        }
        false
    }

    fn keeps(&mut self, text: &[u8], record: Record) -> bool {
        let raw = &text[record.start..record.end];
        let width = self.layout.width;
        if record.cells == 0 {
            self.tally.blank += 1;
            self.defects.add(DefectKind::Blank, record.line, false, raw);
            return false;
        }
        let has_nul = self.layout.has_nul && raw.contains(&0);
        if has_nul {
            self.splitter.drop_nul(record.cells);
        }
        let rejected = if record.cells < width && record.cells * 2 < width {
            Some(DefectKind::Short)
        } else if record.cells > width && (width..record.cells).any(|place| !trim(self.splitter.cell(place)).is_empty()) {
            Some(DefectKind::Long)
        } else if self.is_header(record.cells) {
            Some(DefectKind::RepeatedHeader)
        } else {
            None
        };
        let mut defect = |kind| self.defects.add(kind, record.line, rejected.is_some(), raw);
        if has_nul {
            defect(DefectKind::Nul);
        }
        match record.oddity {
            Some(Oddity::Unclosed) => defect(DefectKind::UnclosedQuote),
            Some(Oddity::Stray) => defect(DefectKind::StrayQuote),
            None => {}
        }
        let is_short = record.cells < width;
        match rejected {
            Some(kind) => defect(kind),
            None if is_short => defect(DefectKind::Short),
            None => {}
        }
        if rejected.is_some() {
            self.tally.rejected += 1;
            return false;
        }
        self.tally.trailing += u64::from(record.cells > width);
        self.tally.repaired += u64::from(has_nul || record.oddity.is_some() || is_short);
        self.cells = record.cells;
        true
    }

    fn is_header(&self, cells: usize) -> bool {
        let Some(header) = &self.layout.header else { return false };
        header.len() == cells && header.iter().enumerate().all(|(place, name)| trim(self.splitter.cell(place)) == name.as_slice())
    }
}
