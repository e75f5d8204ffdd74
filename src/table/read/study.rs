//! What is known of a table before its first row is read, and what is told after its last.

use super::build::{Builder, Markers};
use super::defects::{Defects, Tally, line_start};
use super::dialect::{HeadRecord, Sniffed};
use super::header::{self, Name};
use super::kinds::{self, Form, Guess, Hints};
use super::options::{ColumnOptions, Limits, Quote, ReadOptions};
use super::records::Splitter;
use super::rows::{Layout, Rows};
use super::summary::{Choice, ColumnSummary, MarkerCount, Summary};
use super::{Decoded, Read, finish};
use crate::base::{Message, Place, Problem, Stage, text as words};
use crate::table::{Column, Kind, Table};

/// The head of a file from which it is found out how to read it: at least so many bytes and lines, where there are as many.
/// A fuzzer's files are short, and what lies behind the head must be met in them too.
pub const HEAD_BYTES: usize = if cfg!(fuzzing) { 256 } else { 256 << 10 };
pub const HEAD_LINES: usize = 20;
/// No more than this is looked at, whatever the length of the lines.
pub const HEAD_MOST: usize = 16 << 20;
/// Examples kept of each column, and the characters of each.
const EXAMPLES: usize = 5;
const EXAMPLE_LENGTH: usize = 60;

/// How much of a text is looked at first; ends behind a line.
pub fn head_length(text: &[u8]) -> usize {
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let mut length = HEAD_BYTES;
    while length < text.len() {
        let enough = text[..length].iter().filter(|byte| is_end(byte)).take(HEAD_LINES).count() == HEAD_LINES;
        if enough || length >= HEAD_MOST {
            return text[..length].iter().rposition(is_end).map_or(length, |place| place + 1);
        }
        length *= 2;
    }
    text.len()
}

/// Everything about a table but its rows.
pub struct Study {
    decoded: Decoded,
    sniffed: Sniffed,
    header: Choice<bool>,
    names: Vec<Name>,
    examples: Vec<Vec<String>>,
    hints: Hints,
    given_quote: bool,
    given_delimiter: bool,
    given_skip: bool,
    problems: Vec<Problem>,
    /// Missing markers and how often they were met.
    pub markers: Markers,
    /// Where the rows start and what they should look like.
    pub layout: Layout,
    /// How the records were dealt with, once all are read.
    pub tally: Tally,
    defects: Defects,
}

/// The columns that wait for their last touch, and those that have it.
pub struct Finishing {
    waiting: std::vec::IntoIter<(Builder, Name, Vec<String>)>,
    columns: Vec<Column>,
    summaries: Vec<ColumnSummary>,
}

impl Finishing {
    /// How many columns are done.
    pub fn done(&self) -> usize {
        self.columns.len()
    }

    /// How many columns there are.
    pub fn all(&self) -> usize {
        self.columns.len() + self.waiting.len()
    }
}

/// A table that has more cells than fit; the text is one of two, for rows that were counted or estimated.
pub fn too_many_cells(id: &str, rows: u64, columns: u64, most: u64) -> Problem {
    Problem::new(Stage::Data, id).with("rows", rows).with("columns", columns).with("most", most).with("fit", most / columns.max(1))
}

impl Study {
    /// Decides on header, names and width, and guesses how each column is read.
    pub fn begin(
        text: &[u8],
        decoded: Decoded,
        sniffed: Sniffed,
        options: &ReadOptions,
        limits: Limits,
    ) -> Result<(Self, Vec<Builder>), Problem> {
        let markers = Markers::new(options.missing_markers());
        let header = find_header(&sniffed, &markers, options);
        let (first, body) = match (header.value, sniffed.head.split_first()) {
            (true, Some((first, body))) => (Some(first.cells.as_slice()), body),
            _ => (None, sniffed.head.as_slice()),
        };
        let (width, is_shifted) = find_width(first, body, sniffed.width);
        if width as u64 > limits.columns {
            return Err(Problem::new(Stage::Data, "data.too_many_columns").with("columns", width).with("most", limits.columns));
        }
        let mut problems = Vec::new();
        let shifted: Option<Vec<Vec<u8>>> = first.map(|cells| {
            let before = if is_shifted { vec![Vec::new()] } else { Vec::new() };
            before.into_iter().chain(cells.iter().cloned()).collect()
        });
        let names = header::names(shifted.as_deref(), width);
        if is_shifted {
            problems.push(Problem::note(Stage::Data, "data.short_header").with("column", &names[0].unique));
        }
        for name in options.columns.keys().filter(|&name| !names.iter().any(|known| known.unique == *name)) {
            problems.push(Problem::warning(Stage::Data, "data.option_without_column").with("column", name));
        }
        let layout = find_layout(text, &sniffed, first, width, decoded.has_nul);

        let expected = expected_rows(&text[layout.start..], body).min(options.rows.unwrap_or(u64::MAX));
        // The estimate may be off by a little; reading counts exactly.
        if (expected - expected / 8) * width as u64 > limits.cells {
            return Err(too_many_cells("data.too_many_cells_expected", expected, width as u64, limits.cells));
        }
        let room = (expected + expected / 50).min(limits.cells / width.max(1) as u64) as usize + 1;

        // Records with too many values will be rejected, so that theirs say nothing.
        let is_whole = |cells: &&[Vec<u8>]| cells.len() >= width && cells[width..].iter().all(Vec::is_empty);
        let fitting: Vec<&[Vec<u8>]> = body.iter().map(|record| record.cells.as_slice()).filter(is_whole).collect();
        let values = |place: usize| {
            let markers = &markers;
            fitting.iter().map(move |cells| cells[place].as_slice()).filter(move |cell| markers.find(cell).is_none())
        };
        let hints = Hints {
            given_comma: options.decimal_comma,
            given_order: None,
            proven_comma: kinds::proven_comma((0..width).map(values)),
            semicolon: sniffed.marks.delimiter == b';',
        };
        let builders = (0..width)
            .map(|place| {
                let column = options.columns.get(&names[place].unique).copied().unwrap_or_default();
                let hints = for_column(hints, column);
                let guess = match column.kind {
                    None => kinds::guess(values(place), hints),
                    Some(Kind::Number) => Guess { form: Form::Number(kinds::best_number_format(values(place), hints)), rival: None },
                    Some(Kind::Date) => Guess { form: Form::Date(kinds::best_date_order(values(place), hints)), rival: None },
                    Some(Kind::Category | Kind::Text) => Guess { form: Form::Text, rival: None },
                };
                Builder::new(guess, column.kind.is_some(), room)
            })
            .collect();
        let examples = (0..width).map(|place| examples(values(place))).collect();
        let study = Self {
            decoded,
            header,
            names,
            examples,
            hints,
            given_quote: options.quote.is_some(),
            given_delimiter: options.delimiter.is_some(),
            given_skip: options.skip_lines.is_some(),
            problems,
            markers,
            layout,
            tally: Tally::default(),
            defects: Defects::default(),
            sniffed,
        };
        Ok((study, builders))
    }

    /// The names of the columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| name.unique.as_str())
    }

    /// Takes over how many characters were replaced, where that was not known at the beginning.
    pub fn replaced(&mut self, count: u64) {
        self.decoded.replaced = count;
    }

    /// Problems of the file and its records, without those of single columns.
    pub fn problems_of_rows(&self) -> Vec<Problem> {
        self.all_problems(&[])
    }

    /// Takes over what the rows' reader counted and listed.
    pub fn end_of_rows(&mut self, rows: &mut Rows, is_cut: bool) {
        self.tally = rows.tally;
        self.defects = std::mem::take(&mut rows.defects);
        if is_cut {
            self.problems.push(Problem::note(Stage::Data, "data.rows_cut").with("rows", self.tally.kept));
        }
    }

    /// Sets the columns up for their last touch.
    pub fn finishing(&mut self, builders: Vec<Builder>) -> Finishing {
        let names = std::mem::take(&mut self.names);
        let examples = std::mem::take(&mut self.examples);
        let waiting: Vec<_> =
            builders.into_iter().zip(names).zip(examples).map(|((builder, name), texts)| (builder, name, texts)).collect();
        Finishing { columns: Vec::with_capacity(waiting.len()), summaries: Vec::with_capacity(waiting.len()), waiting: waiting.into_iter() }
    }

    /// Finishes the next column; false where there is none left.
    pub fn finish_column(&mut self, finishing: &mut Finishing, options: &ReadOptions) -> bool {
        let Some((builder, name, examples)) = finishing.waiting.next() else { return false };
        let column = options.columns.get(&name.unique).copied().unwrap_or_default();
        let (column, summary, problems) = finish::finish(builder, name, examples, for_column(self.hints, column), column);
        finishing.columns.push(column);
        finishing.summaries.push(summary);
        self.problems.extend(problems);
        true
    }

    /// The table and its summary.
    pub fn read(self, finishing: Finishing, name: &str, size: u64, sha256: String) -> Read {
        let problems = self.all_problems(&finishing.summaries);
        let sniffed = self.sniffed;
        let quote = match sniffed.marks.quote {
            Some(b'\'') => Quote::Single,
            Some(_) => Quote::Double,
            None => Quote::None,
        };
        let markers = self.markers.texts().iter().zip(&self.markers.counts);
        let origins = (0..self.tally.kept as u32).collect();
        let summary = Summary {
            name: name.to_owned(),
            size,
            sha256,
            encoding: self.decoded.encoding,
            replaced: self.decoded.replaced,
            delimiter: Choice::new(self.given_delimiter, char::from(sniffed.marks.delimiter), sniffed.delimiter_reason),
            alternatives: sniffed.alternatives,
            quote: Choice::new(self.given_quote, quote, sniffed.quote_reason),
            header: self.header,
            skip_lines: Choice::new(self.given_skip, sniffed.skip_lines, sniffed.skip_reason),
            tally: self.tally,
            markers: markers.map(|(marker, &count)| MarkerCount { marker: marker.clone(), count }).collect(),
            columns: finishing.summaries,
            defects: self.defects,
            problems,
        };
        Read { table: Table::with_origins(finishing.columns, origins), summary }
    }

    /// Problems of the whole file before those of its columns.
    fn all_problems(&self, columns: &[ColumnSummary]) -> Vec<Problem> {
        let note = |id: &str| Problem::note(Stage::Data, id);
        let warning = |id: &str| Problem::warning(Stage::Data, id);
        let mut problems = Vec::new();
        if self.decoded.replaced > 0 {
            let encoding = words(self.decoded.encoding.value.text_id());
            problems.push(warning("data.replaced").with("count", self.decoded.replaced).with("encoding", encoding));
        }
        match (self.tally.kept, self.header.value) {
            (0, true) => problems.push(warning("data.header_only")),
            (0, false) => problems.push(warning("data.no_rows")),
            (1, _) => problems.push(warning("data.one_row")),
            _ => {}
        }
        if columns.len() == 1 {
            problems.push(note("data.one_column").at_column(&columns[0].name));
        }
        let renamed: Vec<&ColumnSummary> = columns.iter().filter(|column| column.name != column.original && self.header.value).collect();
        if !renamed.is_empty() {
            let shown: Vec<&str> = renamed.iter().take(5).map(|column| column.name.as_str()).collect();
            problems.push(note("data.renamed").with("count", renamed.len()).with("names", shown.join(", ")));
        }
        for (&kind, defects) in &self.defects.counts {
            let severity = if defects.rejected > 0 { warning } else { note };
            problems.push(
                severity(kind.text_id())
                    .with("count", defects.count)
                    .with("rejected", defects.rejected)
                    .with("repaired", defects.count - defects.rejected)
                    .with("line", defects.first_line)
                    .at(Place::Line(defects.first_line)),
            );
        }
        if self.tally.trailing > 0 {
            problems.push(note("data.trailing").with("count", self.tally.trailing));
        }
        problems.extend(self.problems.iter().cloned());
        problems
    }
}

fn for_column(hints: Hints, column: ColumnOptions) -> Hints {
    Hints { given_comma: column.decimal_comma.or(hints.given_comma), given_order: column.date_order, ..hints }
}

fn find_header(sniffed: &Sniffed, markers: &Markers, options: &ReadOptions) -> Choice<bool> {
    if let Some(given) = options.header {
        return Choice::new(true, given, Message::new("data.given"));
    }
    // A header that is one cell short stands above the columns from the second on.
    let is_short = sniffed.head.first().is_some_and(|first| first.cells.len() + 1 == sniffed.width);
    let records: Vec<&[Vec<u8>]> = sniffed
        .head
        .iter()
        .enumerate()
        .map(|(place, record)| match is_short && place > 0 && record.cells.len() == sniffed.width {
            true => &record.cells[1..],
            false => record.cells.as_slice(),
        })
        .collect();
    let (value, reason) = header::is_header(&records, |cell| markers.find(cell).is_some());
    Choice::new(false, value, reason)
}

/// The number of columns, and whether the header lacks the name of the first, as files with row names do.
fn find_width(header: Option<&[Vec<u8>]>, body: &[HeadRecord], usual: usize) -> (usize, bool) {
    let usual_rows = body.iter().filter(|record| record.cells.len() == usual);
    let is_even = usual_rows.clone().count() * 2 > body.len();
    let ends_empty = usual > 1 && is_even && usual_rows.clone().all(|record| record.cells.last().is_some_and(Vec::is_empty));
    match header.map(<[_]>::len) {
        None => (if ends_empty { usual - 1 } else { usual }, false),
        Some(named) if !is_even || named > usual => (named, false),
        Some(named) if named == usual => {
            let is_unnamed = header.and_then(<[_]>::last).is_some_and(Vec::is_empty);
            (if ends_empty && is_unnamed { usual - 1 } else { usual }, false)
        }
        Some(named) if named + 1 == usual && ends_empty => (named, false),
        Some(named) if named + 1 == usual && body.len() > 1 => (usual, true),
        Some(named) if body.len() > 1 => (usual.max(named), false),
        Some(named) => (named, false),
    }
}

/// Where the rows start.
fn find_layout(text: &[u8], sniffed: &Sniffed, header: Option<&[Vec<u8>]>, width: usize, has_nul: bool) -> Layout {
    let (mut start, mut line) = (line_start(text, 1 + sniffed.skip_lines), 1 + sniffed.skip_lines);
    if header.is_some() {
        let mut splitter = Splitter::new(sniffed.marks, start, line);
        while let Some(record) = splitter.next(text, None) {
            (start, line) = (splitter.at(), splitter.line());
            if record.cells > 0 {
                break;
            }
        }
    }
    Layout { marks: sniffed.marks, start, line, width, header: header.map(<[_]>::to_vec), has_nul }
}

/// About how many rows a text has, by the length of those in its head.
fn expected_rows(text: &[u8], body: &[HeadRecord]) -> u64 {
    let (Some(first), Some(last)) = (body.first(), body.last()) else { return 0 };
    let rows = body.len() as u64 - 1;
    let length = line_start(text, 1 + last.line.saturating_sub(first.line)) as u64;
    if rows == 0 || length == 0 { body.len() as u64 } else { (text.len() as u64).saturating_mul(rows) / length + 1 }
}

/// The first few different values.
fn examples<'a>(values: impl Iterator<Item = &'a [u8]>) -> Vec<String> {
    let mut examples: Vec<String> = Vec::new();
    for value in values.take(1000) {
        let text: String = String::from_utf8_lossy(value).chars().take(EXAMPLE_LENGTH).collect();
        if !examples.contains(&text) {
            examples.push(text);
        }
        if examples.len() == EXAMPLES {
            break;
        }
    }
    examples
}
