//! How a text is cut into records and cells: the separator, the quote, the lines at the top that are no part of the table.
//!
//! Every separator is tried on the head of the file. Its score is high where the lines have the same number of cells, where
//! there are many of them, and where the cells look like values (numbers, dates, words) and not like several of them in one.
//! The idea of scoring rows and cell types together is that of van den Burg, Nazábal and Sutton (2019, "Wrangling messy CSV
//! files by detecting row and type patterns"); the score itself is simpler.

use super::dates::{self, DateOrder};
use super::defects::line_start;
use super::numbers::{self, NumberFormat};
use super::options::{Quote, ReadOptions};
use super::records::{CloseUp, Marks, Splitter, trim};
use crate::base::Message;
use serde::{Deserialize, Serialize};

/// A record of the head of a file.
#[derive(Clone, Debug)]
pub struct HeadRecord {
    /// Its line.
    pub line: u64,
    /// Its cells, stripped.
    pub cells: Vec<Vec<u8>>,
}

/// A separator that was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// The separator.
    pub delimiter: char,
    /// The number of cells that most lines have with it.
    pub columns: usize,
    /// The share of lines that have so many.
    pub share: f64,
    /// How well it does, from 0 to 1.
    pub score: f64,
}

/// What was found out about a text.
#[derive(Clone, Debug)]
pub struct Sniffed {
    /// Separator and quote.
    pub marks: Marks,
    /// Why this separator.
    pub delimiter_reason: Message,
    /// Why this quote.
    pub quote_reason: Message,
    /// Whether blanks stand between separators and opening quotes, which are taken out before reading.
    pub has_spaced_quotes: bool,
    /// Lines at the top that are no part of the table.
    pub skip_lines: u64,
    /// Why they are not.
    pub skip_reason: Message,
    /// The first records of the table, the header among them where there is one. Blank lines are left out.
    pub head: Vec<HeadRecord>,
    /// The number of cells that most of these records have.
    pub width: usize,
    /// The separators that were tried, the best first.
    pub alternatives: Vec<Alternative>,
}

const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Tried only where none of the others parts the lines.
const RARE_SEPARATORS: [u8; 5] = [b':', b'^', b'~', 0x1f, b' '];
/// Stands for the separator where each line is one cell although there are commas; no text holds it.
pub const NO_SEPARATOR: u8 = 0x1f;
/// So many records are looked at to find the separator.
const TRIED: usize = 200;

/// Finds out how a text is cut, from its head. `is_whole` says that the head is all there is; otherwise its last record may be cut.
pub fn sniff(head: &[u8], is_whole: bool, options: &ReadOptions) -> Sniffed {
    let (quote, quote_reason) = match options.quote {
        Some(quote) => (quote, Message::new("data.given")),
        None => find_quote(head),
    };
    let quote = quote.byte();
    let start = line_start(head, 1 + options.skip_lines.unwrap_or(0));
    let body = &head[start..];

    let (delimiter, delimiter_reason, alternatives) = find_delimiter(body, is_whole, quote, options.delimiter);
    let marks = Marks { delimiter, quote };

    let has_spaced_quotes = has_spaced_quotes(body, marks);
    let skipped = options.skip_lines.unwrap_or(0);
    let mut records = match has_spaced_quotes {
        false => read_head(body, is_whole, marks, usize::MAX),
        true => {
            let mut pass = CloseUp::new(marks, body.len());
            pass.advance(body, body.len());
            read_head(&pass.text, is_whole, marks, usize::MAX)
        }
    };
    for record in &mut records {
        record.line += skipped;
    }
    let width = modal_width(&records);
    let (preamble, skip_reason) = match options.skip_lines {
        Some(_) => (0, Message::new("data.given")),
        None => match find_preamble(&records, width) {
            0 => (0, Message::new("data.skip.why_none")),
            count => (count, Message::new("data.skip.why").with("columns", width)),
        },
    };
    records.drain(..preamble);
    let skip_lines = if preamble > 0 { records.first().map_or(0, |record| record.line - 1) } else { skipped };
    Sniffed { marks, delimiter_reason, quote_reason, has_spaced_quotes, skip_lines, skip_reason, head: records, width, alternatives }
}

/// The records of a head, blank lines left out, and without the last one where it may be cut.
fn read_head(head: &[u8], is_whole: bool, marks: Marks, most: usize) -> Vec<HeadRecord> {
    let mut splitter = Splitter::new(marks, 0, 1);
    let mut records = Vec::new();
    while records.len() < most
        && let Some(record) = splitter.next(head, None)
    {
        if record.cells > 0 {
            let cells = (0..record.cells).map(|place| trim(splitter.cell(place)).to_vec()).collect();
            records.push(HeadRecord { line: record.line, cells });
        }
    }
    if !is_whole && splitter.at() >= head.len() && records.len() > 1 {
        records.pop();
    }
    records
}

/// Which quote stands around cells: behind a separator or line start, and before one.
fn find_quote(head: &[u8]) -> (Quote, Message) {
    let is_edge = |byte: Option<&u8>| byte.is_none_or(|byte| SEPARATORS.contains(byte) || matches!(byte, b'\n' | b'\r' | b' '));
    let count = |quote: u8| {
        let places = || (0..head.len()).filter(|&at| head[at] == quote);
        let opening = places().filter(|&at| is_edge(at.checked_sub(1).and_then(|before| head.get(before)))).count();
        let closing = places().filter(|&at| is_edge(head.get(at + 1))).count();
        if opening < closing { opening } else { closing }
    };
    let (double, single) = (count(b'"'), count(b'\''));
    if double == 0 && single >= 2 && !head.contains(&b'"') {
        (Quote::Single, Message::new("data.quote.why").with("count", single).with("quote", '\''))
    } else if double > 0 {
        (Quote::Double, Message::new("data.quote.why").with("count", double).with("quote", '"'))
    } else {
        (Quote::Double, Message::new("data.quote.why_none"))
    }
}

/// Whether blanks stand between separators and opening quotes, and the file is the more even without them.
fn has_spaced_quotes(body: &[u8], marks: Marks) -> bool {
    let Some(quote) = marks.quote else { return false };
    let is_spaced = |window: &[u8]| window[0] == marks.delimiter && window[1] == b' ' && window[2] == quote;
    if marks.delimiter == b' ' || !body.windows(3).any(is_spaced) {
        return false;
    }
    let mut pass = CloseUp::new(marks, body.len());
    pass.advance(body, body.len());
    let odd_records = |text: &[u8]| {
        let mut splitter = Splitter::new(marks, 0, 1);
        let mut odd = 0;
        while let Some(record) = splitter.next(text, None) {
            odd += usize::from(record.oddity.is_some());
        }
        odd
    };
    odd_records(&pass.text) < odd_records(body)
}

fn find_delimiter(body: &[u8], is_whole: bool, quote: Option<u8>, given: Option<char>) -> (u8, Message, Vec<Alternative>) {
    let try_all = |separators: &[u8]| {
        let mut tried: Vec<Alternative> = separators
            .iter()
            .filter(|delimiter| body.contains(delimiter))
            .filter_map(|&delimiter| try_delimiter(&read_head(body, is_whole, Marks { delimiter, quote }, TRIED), delimiter))
            .collect();
        // A stable sort, so that the more usual separator comes first among equals.
        tried.sort_by(|a, b| b.score.total_cmp(&a.score));
        tried
    };
    if let Some(given) = given {
        return (given as u8, Message::new("data.given"), try_all(&SEPARATORS));
    }
    let mut alternatives = try_all(&SEPARATORS);
    if alternatives.first().is_none_or(|best| best.score < 0.2) {
        // A rare separator must do well, since its character stands in many texts.
        alternatives.extend(try_all(&RARE_SEPARATORS).into_iter().filter(|rare| rare.share >= 0.9 && rare.score >= 0.3));
        alternatives.sort_by(|a, b| b.score.total_cmp(&a.score));
    }
    match alternatives.first() {
        Some(best) => {
            let reason = Message::new("data.delimiter.why")
                .with("share", format!("{:.0}%", (best.share * 100.0).floor()))
                .with("columns", best.columns);
            (best.delimiter as u8, reason, alternatives)
        }
        None => (if body.contains(&b',') { NO_SEPARATOR } else { b',' }, Message::new("data.delimiter.why_none"), alternatives),
    }
}

/// How well a separator parts the records; nothing where it does not part them.
fn try_delimiter(records: &[HeadRecord], delimiter: u8) -> Option<Alternative> {
    let width = modal_width(records);
    let first = records.first()?;
    let with_width: Vec<&HeadRecord> = records.iter().filter(|record| record.cells.len() == width).collect();
    if width < 2 || (delimiter == b',' && first.cells.len() == 1 && with_width.iter().all(|record| is_comma_number(&record.cells))) {
        return None;
    }
    if with_width.iter().all(|record| record.cells.iter().all(Vec::is_empty)) {
        return None;
    }
    let share = with_width.len() as f64 / records.len() as f64;
    let (mut looks, mut count) = (0.0, 0.0);
    for cell in with_width.iter().flat_map(|record| record.cells.iter().take(100)) {
        looks += looks_like_a_value(cell);
        count += 1.0;
    }
    let values = looks / count;
    let score = share * share * values * values * (1.0 - 1.0 / width as f64);
    Some(Alternative { delimiter: char::from(delimiter), columns: width, share, score })
}

/// One column of numbers with a decimal comma looks like two columns of digits below one name.
fn is_comma_number(cells: &[Vec<u8>]) -> bool {
    matches!(cells, [_, _]) && numbers::parse(NumberFormat::COMMA, &cells.join(&b',')).is_some()
}

fn looks_like_a_value(cell: &[u8]) -> f64 {
    if cell.is_empty() || numbers::plain(cell).is_some() || numbers::parse(NumberFormat::COMMA, cell).is_some() {
        return 1.0;
    }
    if [DateOrder::Ymd, DateOrder::Dmy, DateOrder::Mdy].iter().any(|&order| dates::parse(order, cell).is_some()) {
        return 1.0;
    }
    let holds_separator = cell.iter().any(|byte| matches!(byte, b';' | b'\t' | b'|'))
        || cell.iter().zip(cell.iter().skip(1).chain([&b' '])).any(|(&byte, &after)| byte == b',' && after != b' ');
    if holds_separator { 0.2 } else { 0.8 }
}

/// The number of cells that most records have; among those as frequent that of the first record, or the largest.
fn modal_width(records: &[HeadRecord]) -> usize {
    let first = records.first().map_or(0, |record| record.cells.len());
    let mut widths: Vec<usize> = records.iter().map(|record| record.cells.len()).collect();
    widths.sort_unstable();
    widths.chunk_by(|a, b| a == b).max_by_key(|chunk| (chunk.len(), chunk[0] == first)).map_or(0, |chunk| chunk[0])
}

/// How many of the first records are no part of the table: titles and notes above it, which have far fewer cells.
fn find_preamble(records: &[HeadRecord], width: usize) -> usize {
    let with_width = records.iter().filter(|record| record.cells.len() == width).count();
    // Without an even table below there is nothing to stand above.
    if width < 2 || with_width * 2 < records.len() {
        return 0;
    }
    let Some(first) = records.iter().position(|record| record.cells.len() >= width) else { return 0 };
    let filled = |record: &HeadRecord| record.cells.iter().filter(|cell| !cell.is_empty()).count();
    // Titles may be followed by separators, as spreadsheets write them: one filled cell, the first, in a row of many. A name
    // for the last column alone is a header.
    let is_word = |cell: &Vec<u8>| numbers::plain(cell).is_none();
    let is_first = |record: &HeadRecord| filled(record) == 0 || record.cells.first().is_some_and(|cell| !cell.is_empty());
    let is_title = |record: &HeadRecord| width > 2 && filled(record) <= 1 && is_first(record) && record.cells.iter().all(is_word);
    let title_rows = records.iter().take_while(|record| is_title(record)).count();
    let first = if first == 0 && title_rows < records.len() { title_rows } else { first };
    let is_preamble = |record: &HeadRecord| filled(record) <= 1 || record.cells.len() * 2 <= width || record.cells[0].starts_with(b"#");
    if records[..first].iter().all(is_preamble) { first } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sniffed(text: &str) -> Sniffed {
        sniff(text.as_bytes(), true, &ReadOptions::default())
    }

    /// Separator, width, lines skipped.
    fn check(text: &str, want: (char, usize, u64)) {
        let found = sniffed(text);
        assert_eq!((char::from(found.marks.delimiter), found.width, found.skip_lines), want, "{text:?} {:?}", found.alternatives);
    }

    #[test]
    fn separators() {
        check("a,b,c\n1,2,3\n", (',', 3, 0));
        check("a;b;c\n1;2;3\n", (';', 3, 0));
        check("a\tb\n1\t2\n", ('\t', 2, 0));
        check("a|b|c\n1|2|3\n", ('|', 3, 0));
        check("a^b\n1^2\n3^4\n", ('^', 2, 0));
        check("1.0 2.0 3.5\n1.5 2.5 3.5\n", (' ', 3, 0));
        // Decimal commas do not separate.
        check("a;b\n1,5;2,5\n0,5;3,25\n", (';', 2, 0));
        check("x\n1,5\n2,25\n", ('\u{1f}', 1, 0));
        // Texts with commas beside another separator.
        check("name\tnote\nSmith, John\tlate, again\nDoe, Jane\tnever, ever\n", ('\t', 2, 0));
        check("name;note\nSmith, John;5\nDoe, Jane;6\n", (';', 2, 0));
        check("a,b\n\"x;y;z\",1\n\"u;v;w\",2\n", (',', 2, 0));
        // Times and paths are no columns.
        check("when\n10:30\n11:45\n", (',', 1, 0));
        check("word\nalpha\nbeta\n", (',', 1, 0));
        check("", (',', 0, 0));
    }

    #[test]
    fn titles_above_the_table_are_skipped_and_headers_are_not() {
        check("Report of May\nmade by hand\n\na,b,c\n1,2,3\n4,5,6\n", (',', 3, 3));
        check("Report,,\n,,\na,b,c\n1,2,3\n4,5,6\n", (',', 3, 2));
        check(",,c\n1,2,3\n4,5,6\n", (',', 3, 0));
        check("# a, comment\na,b,c\n1,2,3\n4,5,6\n", (',', 3, 1));
        check("a,b\n1,2,3\n4,5,6\n", (',', 3, 0));
        check("a,b,c\n1,2\n3,4\n", (',', 2, 0));
    }

    #[test]
    fn quotes() {
        assert_eq!(sniffed("'a,b',c\n'd,e',f\n").marks.quote, Some(b'\''));
        assert_eq!(sniffed("it's,b\nit's,c\n").marks.quote, Some(b'"'));
        assert_eq!(sniffed("\"it's\",'b'\n").marks.quote, Some(b'"'));
        assert!(sniffed("a, \"b, c\", d\n1, \"2, 3\", 4\n").has_spaced_quotes);
        assert!(!sniffed("a, b\n1, 2\n").has_spaced_quotes);
        assert!(!sniffed("a,\"say, \"\"b\"\"\"\n1,2\n").has_spaced_quotes);
    }
}
