//! A text as records: cells apart, quotes off, every oddity seen. csv-core does the splitting; what it reads through in
//! silence (a quote that never closes, text behind a closing quote) is found here and, where it can be, repaired.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// How cells and quotes are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// Between cells.
    pub delimiter: u8,
    /// Around cells that hold separators or line breaks.
    pub quote: Option<u8>,
}

impl Marks {
    fn reader(self) -> Reader {
        let mut builder = ReaderBuilder::new();
        builder.delimiter(self.delimiter);
        match self.quote {
            Some(quote) => builder.quote(quote),
            None => builder.quoting(false),
        };
        builder.build()
    }
}

/// Something wrong with a record's quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// A quote inside a cell without quotes, or text behind a closing quote; it was kept as text.
    Stray,
    /// A quote opened and never closed, or not where it should; it was taken as text and the record ended with its line.
    Unclosed,
}

/// Where a record stands.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    /// Its first byte.
    pub start: usize,
    /// Behind its last byte, without the line end.
    pub end: usize,
    /// Its first line, counted from 1.
    pub line: u64,
    /// The number of cells; 0 for a blank line.
    pub cells: usize,
    /// What is wrong with its quotes.
    pub oddity: Option<Oddity>,
}

/// Splits a text into records, one after the other.
pub struct Splitter {
    marks: Marks,
    reader: Reader,
    /// The first byte of the next record.
    at: usize,
    /// Its line.
    line: u64,
    /// The cells of the last record, one behind the other, and where each ends.
    text: Vec<u8>,
    ends: Vec<usize>,
    /// Whether more text may follow: a record that touches its end is not complete then.
    is_open: bool,
}

impl Splitter {
    /// A splitter that starts at a byte, which is the first of a line.
    pub fn new(marks: Marks, at: usize, line: u64) -> Self {
        Self { marks, reader: marks.reader(), at, line, text: vec![0; 1024], ends: vec![0; 64], is_open: false }
    }

    /// The first byte that was not read yet.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The line that was not read yet, counted from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Says whether more text may follow.
    pub fn keep_open(&mut self, is_open: bool) {
        self.is_open = is_open;
    }

    /// Goes back to the first byte: what was read has been taken off the text.
    pub fn rewind(&mut self) {
        self.at = 0;
    }

    /// Whether a record that ends here may go on, or its line end, in text that is to come.
    fn may_go_on(&self, text: &[u8], end: usize) -> bool {
        self.is_open && end + 1 >= text.len() && text.get(end) != Some(&b'\n')
    }

    /// A cell of the last record, as it stands between its quotes.
    pub fn cell(&self, place: usize) -> &[u8] {
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.text[start..self.ends[place]]
    }

    /// The next record; a blank line is one without cells. `width` is the number of cells that a record should have, where
    /// that is known: it decides between two readings of a quote that stands wrongly.
    pub fn next(&mut self, text: &[u8], width: Option<usize>) -> Option<Record> {
        let (start, line) = (self.at, self.line);
        if matches!(text.get(start)?, b'\n' | b'\r') {
            if self.may_go_on(text, start) {
                return None;
            }
            self.step_over_line_end(text, start);
            return Some(Record { start, end: start, line, cells: 0, oddity: None });
        }
        let (mut cells, behind) = self.split(&text[start..]);
        let mut end = start + behind;
        let mut oddity = None;
        if self.may_go_on(text, end) {
            self.reader.reset();
            return None;
        }
        if let Some(quote) = self.marks.quote
            && text[start..end].contains(&quote)
        {
            let audit = audit(&text[start..end], self.marks.delimiter, quote);
            let breaks = text[start..end].iter().any(|byte| matches!(byte, b'\n' | b'\r'));
            if let Some(open) = audit.unclosed.or(audit.text_behind_quote.filter(|_| breaks)) {
                let fits = |cells| Some(cells) == width;
                let is_sure = audit.unclosed.is_some() && breaks;
                let line_end = line_end(text, start + open);
                let alone = self.split_without(&text[start..line_end], open);
                if is_sure || fits(alone) || !fits(cells) {
                    (cells, end, oddity) = (alone, line_end, Some(Oddity::Unclosed));
                } else {
                    self.reader.reset();
                    self.split(&text[start..]);
                    oddity = Some(if audit.unclosed.is_some() { Oddity::Unclosed } else { Oddity::Stray });
                }
            } else if audit.is_stray {
                oddity = Some(Oddity::Stray);
            }
            self.line += breaks_in(&text[start..end]);
        }
        if cells == 1 && text[start..end].iter().all(|byte| matches!(byte, b' ' | b'\t')) {
            cells = 0;
        }
        self.step_over_line_end(text, end);
        Some(Record { start, end, line, cells, oddity })
    }

    /// Takes NUL bytes out of the cells of the last record.
    pub fn drop_nul(&mut self, cells: usize) {
        let (mut from, mut to) = (0, 0);
        for place in 0..cells {
            let end = self.ends[place];
            for at in from..end {
                if self.text[at] != 0 {
                    self.text[to] = self.text[at];
                    to += 1;
                }
            }
            (from, self.ends[place]) = (end, to);
        }
    }

    /// Splits the record at the start of a text: its cells, and its length without the line end.
    fn split(&mut self, text: &[u8]) -> (usize, usize) {
        let (mut read, mut written, mut cells) = (0, 0, 0);
        loop {
            // Nothing more to give tells csv-core that the text ends here.
            let is_end = read == text.len();
            let (result, bytes, out, ends) = self.reader.read_record(&text[read..], &mut self.text[written..], &mut self.ends[cells..]);
            read += bytes;
            written += out;
            cells += ends;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.text.resize(2 * self.text.len(), 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(2 * self.ends.len(), 0),
                ReadRecordResult::Record | ReadRecordResult::End => return (cells, if is_end { read } else { read - 1 }),
            }
        }
    }

    /// Splits a record with one byte left out: its cells.
    fn split_without(&mut self, record: &[u8], place: usize) -> usize {
        let shorter = [&record[..place], &record[place + 1..]].concat();
        self.reader.reset();
        let (cells, _) = self.split(&shorter);
        self.reader.reset();
        cells
    }

    fn step_over_line_end(&mut self, text: &[u8], end: usize) {
        self.at = match &text[end..] {
            [b'\r', b'\n', ..] => end + 2,
            [_, ..] => end + 1,
            [] => end,
        };
        self.line += 1;
    }
}

/// What is wrong with the quotes of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Audit {
    /// A quote stands where it is read as text.
    is_stray: bool,
    /// The opening quote of the first cell that goes on behind its closing quote.
    text_behind_quote: Option<usize>,
    /// The opening quote of a cell that does not close.
    unclosed: Option<usize>,
}

/// Follows csv-core through a record and notes where it is lenient.
fn audit(record: &[u8], delimiter: u8, quote: u8) -> Audit {
    let mut audit = Audit::default();
    let mut at = 0;
    while at < record.len() {
        if record[at] == quote {
            let open = at;
            at += 1;
            loop {
                let Some(length) = record[at..].iter().position(|&byte| byte == quote) else {
                    return Audit { unclosed: Some(open), ..audit };
                };
                at += length + 1;
                if record.get(at) != Some(&quote) {
                    break;
                }
                at += 1;
            }
            let rest = cell_length(&record[at..], delimiter);
            if record[at..at + rest].iter().any(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {
                audit.is_stray = true;
                audit.text_behind_quote = audit.text_behind_quote.or(Some(open));
            }
            at += rest + 1;
        } else {
            let length = cell_length(&record[at..], delimiter);
            audit.is_stray |= record[at..at + length].contains(&quote);
            at += length + 1;
        }
    }
    audit
}

fn cell_length(text: &[u8], delimiter: u8) -> usize {
    text.iter().position(|&byte| byte == delimiter).unwrap_or(text.len())
}

/// The end of the line that holds a byte.
fn line_end(text: &[u8], at: usize) -> usize {
    text[at..].iter().position(|byte| matches!(byte, b'\n' | b'\r')).map_or(text.len(), |length| at + length)
}

/// The number of line breaks; CR LF is one.
pub fn breaks_in(text: &[u8]) -> u64 {
    let mut count = 0;
    let mut last = 0;
    for &byte in text {
        count += u64::from(byte == b'\r' || (byte == b'\n' && last != b'\r'));
        last = byte;
    }
    count
}

/// Takes blanks out that stand between a separator and an opening quote (`a, "b, c"`), which no reader of quotes expects.
/// In one pass, slice by slice.
#[derive(Clone, Debug)]
pub struct CloseUp {
    marks: Marks,
    at: usize,
    place: Within,
    /// The text so far.
    pub text: Vec<u8>,
}

/// Where in a cell a byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    Start,
    Plain,
    Quotes,
    /// Behind a quote that closes the cell or is the first of two.
    Closing,
}

impl CloseUp {
    /// Starts at the first byte.
    pub fn new(marks: Marks, length: usize) -> Self {
        Self { marks, at: 0, place: Within::Start, text: Vec::with_capacity(length) }
    }

    /// How many bytes are done.
    pub fn done(&self) -> usize {
        self.at
    }

    /// Goes on with a piece of a text that is not in memory as a whole; ends with a line or with the text.
    pub fn piece(&mut self, text: &[u8]) {
        self.at = 0;
        self.advance(text, text.len());
    }

    /// Goes on for about `count` bytes; whether that was all.
    pub fn advance(&mut self, text: &[u8], count: usize) -> bool {
        let end = text.len().min(self.at + count);
        while self.at < end {
            let byte = text[self.at];
            let is_quote = Some(byte) == self.marks.quote;
            let ends_cell = byte == self.marks.delimiter || matches!(byte, b'\n' | b'\r');
            if self.place == Within::Start && self.is_blank(byte) {
                let blanks = text[self.at..].iter().take_while(|&&byte| self.is_blank(byte)).count();
                if text.get(self.at + blanks).copied() == self.marks.quote {
                    self.at += blanks;
                    continue;
                }
            }
            self.place = match self.place {
                Within::Quotes if is_quote => Within::Closing,
                Within::Quotes => Within::Quotes,
                Within::Start | Within::Closing if is_quote => Within::Quotes,
                _ if ends_cell => Within::Start,
                _ => Within::Plain,
            };
            self.text.push(byte);
            self.at += 1;
        }
        self.at >= text.len()
    }

    fn is_blank(&self, byte: u8) -> bool {
        matches!(byte, b' ' | b'\t') && byte != self.marks.delimiter
    }
}

/// A cell without the blanks around it, of any script.
pub fn trim(cell: &[u8]) -> &[u8] {
    match (cell.first(), cell.last()) {
        (Some(first), Some(last)) if (b'!'..0x80).contains(first) && (b'!'..0x80).contains(last) => cell,
        _ => std::str::from_utf8(cell).map_or_else(|_| cell.trim_ascii(), |cell| cell.trim().as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Rng;

    const COMMA: Marks = Marks { delimiter: b',', quote: Some(b'"') };

    /// Records as text: cells between bars, one record a line, `!` behind stray and `?` behind unclosed quotes.
    fn show(text: &str, width: Option<usize>) -> String {
        let mut splitter = Splitter::new(COMMA, 0, 1);
        let mut out = Vec::new();
        while let Some(record) = splitter.next(text.as_bytes(), width) {
            let cells: Vec<_> = (0..record.cells).map(|place| String::from_utf8_lossy(splitter.cell(place)).into_owned()).collect();
            let mark = match record.oddity {
                None => "",
                Some(Oddity::Stray) => "!",
                Some(Oddity::Unclosed) => "?",
            };
            out.push(format!("{}:{}{mark}", record.line, cells.join("|").replace('\n', "\\n")));
        }
        out.join(" ")
    }

    #[test]
    fn records() {
        let cases = [
            ("", ""),
            ("a,b\n1,2\n", "1:a|b 2:1|2"),
            ("a,b\n1,2", "1:a|b 2:1|2"),
            ("a\r\nb\rc\nd", "1:a 2:b 3:c 4:d"),
            ("\n\na\n\r\n\n", "1: 2: 3:a 4: 5:"),
            ("  \na\n \t ", "1: 2:a 3:"),
            ("a,\n,b\n,\n", "1:a| 2:|b 3:|"),
            ("\"\"\n", "1:"),
            ("\"a,b\",c\n", "1:a,b|c"),
            ("\"a\nb\",c\nd,e\n", "1:a\\nb|c 3:d|e"),
            ("\"a \"\"b\"\"\",c\n", "1:a \"b\"|c"),
            ("\"a\" ,b\n", "1:a |b"),
            ("a\"b,c\n", "1:a\"b|c!"),
            ("\"a\"b,c\n", "1:ab|c!"),
            // Never closed: the line alone counts.
            ("a,\"b\nc,d\ne,f\n", "1:a|b? 2:c|d 3:e|f"),
            ("a,\"b", "1:a|b?"),
            ("a,\"b\n", "1:a|b?"),
            ("a,\"", "1:a|?"),
            ("\"", "1:?"),
            // Closed by the next quote, which was meant to open.
            ("a,\"b\nc,\"d\"\ne,f\n", "1:a|b? 2:c|d 3:e|f"),
            ("\"x\ny\",\"b\nc,\"d\"\n", "1:x\\ny|b? 3:c|d"),
        ];
        for (text, want) in cases {
            assert_eq!(show(text, None), want, "{text:?}");
        }
    }

    #[test]
    fn the_width_decides_between_two_readings() {
        // Text behind the closing quote on the second line: as one record it has two cells, its first line alone has one.
        let text = "\"a\nb\"c,d\n1,2\n";
        assert_eq!(show(text, Some(2)), "1:a\\nbc|d! 3:1|2");
        assert_eq!(show(text, Some(1)), "1:a? 2:b\"c|d! 3:1|2");
        // At the end of the file.
        assert_eq!(show("a,\"b,c", Some(2)), "1:a|b,c?");
        assert_eq!(show("a,\"b,c", Some(3)), "1:a|b|c?");
    }

    #[test]
    fn many_open_quotes_take_linear_time() {
        let text = "a,\"b\n".repeat(40_000);
        let mut splitter = Splitter::new(COMMA, 0, 1);
        let mut records = 0;
        while splitter.next(text.as_bytes(), Some(2)).is_some() {
            records += 1;
        }
        assert_eq!(records, 40_000);
    }

    #[test]
    fn sound_files_are_read_as_the_csv_crate_reads_them() {
        let mut rng = Rng::new(5, "records", 0);
        for _ in 0..2_000 {
            let (rows, columns) = (1 + rng.below(5), 1 + rng.below(4));
            let mut writer = csv::WriterBuilder::new()
                .terminator([csv::Terminator::CRLF, csv::Terminator::Any(b'\n'), csv::Terminator::Any(b'\r')][rng.below(3)])
                .quote_style([csv::QuoteStyle::Necessary, csv::QuoteStyle::Always][rng.below(2)])
                .from_writer(Vec::new());
            let mut want = Vec::new();
            for _ in 0..rows {
                let row: Vec<String> = (0..columns)
                    .map(|_| (0..rng.below(6)).map(|_| ['a', ',', '"', '\n', '\r', 'é', ' ', ';'][rng.below(8)]).collect())
                    .collect();
                writer.write_record(&row).expect("a record");
                want.push(row);
            }
            let bytes = writer.into_inner().expect("bytes");
            let mut splitter = Splitter::new(COMMA, 0, 1);
            let mut got = Vec::new();
            while let Some(record) = splitter.next(&bytes, Some(columns)) {
                assert_eq!(record.oddity, None, "{:?}", String::from_utf8_lossy(&bytes));
                got.push((0..record.cells).map(|place| String::from_utf8_lossy(splitter.cell(place)).into_owned()).collect::<Vec<_>>());
            }
            // A line of blanks is blank; the crate gives it as a cell.
            for (got, want) in got.iter_mut().zip(&want) {
                if got.is_empty() && want.len() == 1 && want[0].trim().is_empty() {
                    got.clone_from(want);
                }
            }
            assert_eq!(got, want, "{:?}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn blanks_before_quotes_close_up() {
        let close_up = |text: &str, count: usize| {
            let mut pass = CloseUp::new(COMMA, 0);
            while !pass.advance(text.as_bytes(), count) {}
            String::from_utf8(pass.text).expect("UTF-8")
        };
        let cases = [
            ("a, \"b, c\", d\n  \"e\"", "a,\"b, c\", d\n\"e\""),
            ("\"a, \"\"b\",  \"c\"", "\"a, \"\"b\",\"c\""),
            ("\"a\n \"\"x\",  \"c\"", "\"a\n \"\"x\",\"c\""),
            ("a b, c\"d, \"e\"", "a b, c\"d,\"e\""),
            ("5\"\" pipe, \"e\"", "5\"\" pipe,\"e\""),
        ];
        for (text, want) in cases {
            assert_eq!(close_up(text, 1 << 20), want);
            assert_eq!(close_up(text, 1), want);
        }
    }

    #[test]
    fn trimmed_cells() {
        for (cell, want) in [("a", "a"), (" a\t", "a"), ("\u{a0}é\u{3000}", "é"), ("  ", ""), ("", ""), ("a b", "a b")] {
            assert_eq!(trim(cell.as_bytes()), want.as_bytes());
        }
    }
}
