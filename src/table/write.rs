//! Writing a table as comma-separated text by RFC 4180: UTF-8, lines end in CR LF, quotes only where they are needed.

use super::column::show_date;
use super::read::{NumberFormat, numbers};
use super::{Column, Data, Strings, Table};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::io;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteOptions {
    /// The separator, an ASCII character.
    pub delimiter: u8,
    /// Whether the names of the columns stand in the first line.
    pub header: bool,
    /// Whether an apostrophe is put before texts that a spreadsheet would run as a formula, and before such names. Numbers
    /// and dates, and texts that are numbers such as `-5`, stay as they are.
    pub mark_formulas: bool,
}

impl Default for WriteOptions {
    /// Commas, a header, formulas marked.
    fn default() -> Self {
        Self { delimiter: b',', header: true, mark_formulas: true }
    }
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Rows, without the header.
    pub rows: u64,
    /// Cells and names that got an apostrophe because a spreadsheet would run them.
    pub marked: u64,
}

/// Writes a table in one go; see [`TableWriter`].
///
/// # Errors
/// Whatever the writer says.
pub fn write<W: io::Write>(table: &Table, options: WriteOptions, out: W) -> io::Result<Written> {
    let mut writer = TableWriter::new(out, options);
    writer.write(table)?;
    writer.finish()
}

/// Writes tables of the same columns one after the other, so that no whole need be in memory.
///
/// Numbers have the fewest digits that read back as the same number, dates stand in ISO 8601, a missing value is an empty
/// cell. What is read back from it has the same values; the kinds of columns are found out anew.
pub struct TableWriter<W: io::Write> {
    out: csv::Writer<W>,
    options: WriteOptions,
    has_begun: bool,
    written: Written,
}

impl<W: io::Write> TableWriter<W> {
    /// A writer; nothing is written yet.
    pub fn new(out: W, options: WriteOptions) -> Self {
        let out = csv::WriterBuilder::new().delimiter(options.delimiter).terminator(csv::Terminator::CRLF).flexible(true).from_writer(out);
        Self { out, options, has_begun: false, written: Written::default() }
    }

    /// Writes the rows of a table, before the first also the names of its columns. A table without columns writes nothing.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(&mut self, table: &Table) -> io::Result<()> {
        if table.columns().is_empty() {
            return Ok(());
        }
        if self.options.header && !self.has_begun {
            for name in table.names() {
                let runs = self.options.mark_formulas && is_formula(name);
                self.written.marked += u64::from(runs);
                let marked = format!("'{name}");
                self.out.write_field(if runs { &marked } else { name }).map_err(unwrapped)?;
            }
            self.end_of_record()?;
        }
        self.has_begun = true;
        let columns: Vec<Cells> = table.columns().iter().map(|column| Cells::of(column, self.options.mark_formulas)).collect();
        let mut text = String::new();
        for row in 0..table.rows() {
            for column in &columns {
                text.clear();
                self.written.marked += u64::from(column.show(row, &mut text));
                self.out.write_field(&text).map_err(unwrapped)?;
            }
            self.end_of_record()?;
        }
        self.written.rows += table.rows() as u64;
        Ok(())
    }

    /// Ends the text and says what was written.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn finish(mut self) -> io::Result<Written> {
        self.out.flush()?;
        Ok(self.written)
    }

    fn end_of_record(&mut self) -> io::Result<()> {
        self.out.write_record(None::<&[u8]>).map_err(unwrapped)
    }
}

/// The error of the writer itself, whose kind tells a closed pipe from a full disk.
fn unwrapped(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// A column in the making of cells: which texts need an apostrophe is found out once for each level.
struct Cells<'a> {
    column: &'a Column,
    runs: Vec<bool>,
}

impl<'a> Cells<'a> {
    fn of(column: &'a Column, mark_formulas: bool) -> Self {
        let runs = match column.strings() {
            Some(strings) if mark_formulas => strings.levels().map(is_formula).collect(),
            _ => Vec::new(),
        };
        Self { column, runs }
    }

    /// Adds the cell of a row to a text; says whether it was marked.
    fn show(&self, row: usize, text: &mut String) -> bool {
        match &self.column.data {
            Data::Number(values) if !values[row].is_nan() => show_number(values[row], text),
            Data::Date(values) if values[row] != Column::NO_DATE => text.push_str(&show_date(values[row])),
            Data::Strings(strings) if strings.codes[row] != Strings::MISSING => {
                let code = strings.codes[row];
                let runs = self.runs.get(code as usize).copied().unwrap_or(false);
                if runs {
                    text.push('\'');
                }
                text.push_str(strings.level(code));
                return runs;
            }
            _ => {}
        }
        false
    }
}

/// The fewest digits that read back as the same number; with a power of ten where that is much shorter.
fn show_number(value: f64, text: &mut String) {
    let size = value.abs();
    // Writing into a text does not fail.
    let _ = match size != 0.0 && !(1e-5..1e17).contains(&size) {
        true => write!(text, "{value:e}"),
        false => write!(text, "{value}"),
    };
}

/// Whether a spreadsheet would run a text as a formula: it begins with one of the signs that OWASP lists ("CSV
/// Injection"), and is not a number.
fn is_formula(text: &str) -> bool {
    let begins = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    begins && !NumberFormat::ALL.into_iter().any(|format| numbers::parse(format, text.as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Job;
    use crate::table::Kind;
    use crate::table::read::{Limits, ReadOptions, start};

    fn text(table: &Table, options: WriteOptions) -> (String, Written) {
        let mut bytes = Vec::new();
        let written = write(table, options, &mut bytes).expect("memory");
        (String::from_utf8(bytes).expect("UTF-8"), written)
    }

    fn back(text: &str) -> Table {
        start(text.as_bytes().to_vec(), "t.csv", &ReadOptions::default(), Limits::default())
            .expect("a start")
            .finish()
            .expect("a table")
            .table
    }

    #[test]
    fn every_cell_by_rfc_4180() {
        let table = Table::new(vec![
            Column::number("a number", vec![0.1, f64::NAN, -2.0]),
            Column::text("a, b", Strings::from_texts([Some("x\"y"), Some("two\nlines"), None])),
            Column::date("day", vec![0, Column::NO_DATE, 1_500_000]),
        ]);
        let (text, written) = text(&table, WriteOptions::default());
        assert_eq!(text, "a number,\"a, b\",day\r\n0.1,\"x\"\"y\",1970-01-01\r\n,\"two\nlines\",\r\n-2,,1970-01-01T00:00:01.500000\r\n");
        assert_eq!(written, Written { rows: 3, marked: 0 });
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut rng = crate::num::Rng::new(9, "write", 0);
        let extreme = [0.0, -0.0, 1.0, 5e-324, f64::MAX, -f64::MIN_POSITIVE, 0.1 + 0.2, 1e17, 123_456_789_012_345_680.0, 1e-5, -1e-6];
        let rows = 300;
        let numbers: Vec<f64> = (0..rows)
            .map(|row| match row % 7 {
                0 => f64::NAN,
                1 => extreme[row % extreme.len()],
                2 => f64::from_bits(rng.next_u64() & !(1 << 62)),
                _ => rng.normal(),
            })
            .map(|x| if x.is_infinite() { 1.0 } else { x })
            .collect();
        let pieces = ["a", "\"", ",", "\n", "'", ";", "\r\n", "é", "=", "#", "0"];
        let texts = (0..rows).map(|row| {
            let words = (0..rng.below(6)).map(|_| pieces[rng.below(pieces.len())]).collect::<String>();
            (row % 5 > 0).then(|| format!("w{row}{words}w"))
        });
        let texts = Column::text("text, with a comma", Strings::from_texts(texts));
        let dates = (0..rows as i64).map(|row| match row % 4 {
            0 => Column::NO_DATE,
            1 => row * 86_400_000_000 - 2_000_000_000_000_000,
            2 => row * 1_000_000,
            _ => row * 1_234_567,
        });
        let level = (0..rows).map(|row| Some(["low", "high"][row % 2]));
        let table = Table::new(vec![
            Column::number("x", numbers),
            texts,
            Column::date("when", dates.collect()),
            Column::category("level", Strings::from_texts(level)),
        ]);
        let (text, written) = text(&table, WriteOptions::default());
        assert_eq!(written.marked, 0);
        let read = back(&text);
        assert_eq!(
            read.columns().iter().map(|column| (column.name.as_str(), column.kind)).collect::<Vec<_>>(),
            [("x", Kind::Number), ("text, with a comma", Kind::Text), ("when", Kind::Date), ("level", Kind::Category)]
        );
        for (column, other) in table.columns().iter().zip(read.columns()) {
            for row in 0..rows {
                assert_eq!(column.display(row), other.display(row), "{} in row {row}", column.name);
            }
        }
        let bits = |table: &Table| table.columns()[0].numbers().expect("numbers").iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&table), bits(&read), "to the last bit");
    }

    #[test]
    fn formulas_are_marked_and_numbers_are_not() {
        let texts = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", "-5", "+1.5", "-1,234.5", "a=b", "'=1", ""];
        let table = Table::new(vec![
            Column::text("=name", Strings::from_texts(texts.map(Some))),
            Column::number("n", (0..texts.len()).map(|row| -(row as f64)).collect()),
        ]);
        let (marked, written) = text(&table, WriteOptions::default());
        assert_eq!(written.marked, 6);
        for line in ["'=name,n", "'=1+1,-0", "'@SUM(A1),-1", "'-2+3,-3", "-5,-5", "+1.5,-6", "a=b,-8", "'=1,-9"] {
            assert!(marked.lines().any(|other| other == line), "no line {line} in\n{marked}");
        }
        let (plain, written) = text(&table, WriteOptions { mark_formulas: false, ..WriteOptions::default() });
        assert_eq!(written.marked, 0);
        assert!(plain.starts_with("=name,n\r\n=1+1,-0\r\n"));
    }

    #[test]
    fn edges() {
        let nothing = text(&Table::default(), WriteOptions::default());
        assert_eq!(nothing, (String::new(), Written::default()));
        let header = Table::new(vec![Column::number("a", Vec::new()), Column::number("b", Vec::new())]);
        assert_eq!(text(&header, WriteOptions::default()).0, "a,b\r\n");
        // A row that is one empty cell is no blank line.
        let single = Table::new(vec![Column::number("a", vec![1.0, f64::NAN, 3.0])]);
        let (written, _) = text(&single, WriteOptions::default());
        assert_eq!(written, "a\r\n1\r\n\"\"\r\n3\r\n");
        assert_eq!(back(&written).rows(), 3);
        let tabs = WriteOptions { delimiter: b'\t', header: false, ..WriteOptions::default() };
        assert_eq!(text(&Table::new(vec![Column::number("a", vec![1.0]), Column::number("b", vec![2.5])]), tabs).0, "1\t2.5\r\n");
        // Parts come one after the other under one header.
        let mut bytes = Vec::new();
        let mut writer = TableWriter::new(&mut bytes, WriteOptions::default());
        writer.write(&single).expect("memory");
        writer.write(&single).expect("memory");
        assert_eq!(writer.finish().expect("memory").rows, 6);
        assert_eq!(String::from_utf8(bytes).expect("UTF-8").matches('a').count(), 1);
    }
}
