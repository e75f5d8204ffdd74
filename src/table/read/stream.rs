//! Reading a table piece by piece, where the whole is not wanted in memory: bytes go in, the rows that are complete come out.
//!
//! How the text is cut is found out from its head, as for a whole file, and then holds for all of it. What a column is
//! cannot be decided from values that nobody has seen yet, so each column has the kind that the options name, and is text
//! where they name none. Of the file no more is kept than what is not read yet: a piece, and the record that its end cuts.

use super::build::{Builder, Store, Unreadable};
use super::encoding::{self, Decoder, Survey};
use super::options::{ColumnOptions, Limits, ReadOptions};
use super::records::CloseUp;
use super::rows::Rows;
use super::study::{self, Study};
use super::summary::Choice;
use super::{Decoded, dialect, finish, no_rows_at_all, refuse};
use crate::base::{Message, Problem};
use crate::table::{Column, Data, Kind, Strings, Table};

/// So much is gathered before it is decided how a text is cut.
const HEAD: usize = if cfg!(fuzzing) { 2 * study::HEAD_BYTES } else { 1 << 20 };
/// A record longer than this ends with its line: its quote was never closed.
const LONGEST: usize = 32 << 20;

/// A table that is read piece by piece.
pub struct Stream {
    name: String,
    options: ReadOptions,
    limits: Limits,
    /// Bytes that are not decoded yet.
    bytes: Vec<u8>,
    /// Text in which blanks before quotes may still have to be taken out.
    raw: Vec<u8>,
    /// Text that is not read yet; begins with a record.
    text: Vec<u8>,
    body: Option<Body>,
}

/// What is known behind the head.
struct Body {
    decoder: Decoder,
    close_up: Option<CloseUp>,
    study: Box<Study>,
    rows: Rows,
    /// The columns without a row.
    empty: Vec<Builder>,
    names: Vec<String>,
    kinds: Vec<Kind>,
    unreadable: Vec<Unreadable>,
}

impl Stream {
    /// Nothing is read yet. `name` is the file's name, for problems.
    ///
    /// # Errors
    /// Options that are wrong.
    pub fn new(name: &str, options: &ReadOptions, limits: Limits) -> Result<Self, Problem> {
        if let Some(problem) = options.check() {
            return Err(problem);
        }
        let (name, options) = (name.to_owned(), options.clone());
        Ok(Self { name, options, limits, bytes: Vec::new(), raw: Vec::new(), text: Vec::new(), body: None })
    }

    /// Takes more bytes of the file and gives the rows that are complete; a table without rows where there is none yet but
    /// the columns are known. `is_last` says that the file ends here.
    ///
    /// # Errors
    /// A file that is empty or no text, a table that is wider than the limit.
    pub fn feed(&mut self, bytes: &[u8], is_last: bool) -> Result<Option<Table>, Problem> {
        self.bytes.extend_from_slice(bytes);
        if self.body.is_none() {
            let lines = || self.bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).take(study::HEAD_LINES + 1).count();
            let is_enough = self.bytes.len() >= HEAD && (self.bytes.len() > 2 * study::HEAD_MOST || lines() > study::HEAD_LINES);
            if !is_last && !is_enough {
                return Ok(None);
            }
            self.begin(is_last)?;
        }
        let Some(body) = &mut self.body else { return Ok(None) };
        decode(&mut body.decoder, &mut self.bytes, &mut self.raw, is_last);
        match &mut body.close_up {
            None => self.text.append(&mut self.raw),
            Some(pass) => {
                // A blank at the end of a piece may stand before a quote; behind a line it cannot.
                let whole = if is_last { self.raw.len() } else { behind_last_line(&self.raw) };
                pass.piece(&self.raw[..whole]);
                self.raw.drain(..whole);
                self.text.append(&mut pass.text);
            }
        }
        Ok(Some(body.table(&mut self.text, is_last)))
    }

    /// What there is to say about the file, once it is read.
    pub fn problems(mut self) -> Vec<Problem> {
        let Some(body) = &mut self.body else { return Vec::new() };
        body.study.end_of_rows(&mut body.rows, false);
        body.study.replaced(body.decoder.replaced);
        let mut problems = body.study.problems_of_rows();
        for ((unreadable, name), kind) in body.unreadable.iter().zip(&body.names).zip(&body.kinds) {
            if unreadable.count > 0 {
                problems.push(finish::unreadable(unreadable, *kind, name));
            }
        }
        problems
    }

    /// Decides from the head how the text is cut.
    fn begin(&mut self, is_last: bool) -> Result<(), Problem> {
        if self.bytes.is_empty() {
            return Err(no_rows_at_all("data.empty_file", &self.name));
        }
        refuse(whole_characters(&self.bytes, is_last), &self.name, &self.options)?;
        let mark = encoding::mark(&self.bytes);
        let (encoding, is_open) = match self.options.encoding {
            Some(given) => (Choice::new(true, given, Message::new("data.given")), false),
            None => {
                let head = whole_characters(&self.bytes, is_last);
                let mut survey = Survey::default();
                survey.advance(head, head.len());
                let (value, reason) = encoding::detect(head, &survey);
                (Choice::new(false, value, reason), mark.is_none() && survey.beyond_ascii == 0)
            }
        };
        let decoder = Decoder::new(encoding.value, &[]);
        let mut decoder = if is_open { decoder.open() } else { decoder };
        if let Some((_, length)) = mark.filter(|(marked, _)| *marked == encoding.value) {
            self.bytes.drain(..length);
        }
        decode(&mut decoder, &mut self.bytes, &mut self.raw, is_last);

        // NUL bytes may come later.
        let decoded = Decoded { encoding, replaced: 0, has_nul: true };
        let head = &self.raw[..study::head_length(&self.raw)];
        let sniffed = dialect::sniff(head, is_last && head.len() == self.raw.len(), &self.options);
        if sniffed.head.is_empty() {
            let skips = self.options.skip_lines.unwrap_or(0) > 0;
            return Err(no_rows_at_all(if skips { "data.all_skipped" } else { "data.only_blanks" }, &self.name));
        }
        let mut close_up = sniffed.has_spaced_quotes.then(|| CloseUp::new(sniffed.marks, 0));
        if let Some(pass) = &mut close_up {
            let whole = if is_last { self.raw.len() } else { behind_last_line(&self.raw) };
            pass.piece(&self.raw[..whole]);
            self.raw.drain(..whole);
            self.text.append(&mut pass.text);
        } else {
            self.text.append(&mut self.raw);
        }

        // The names are known when the study begins, and with them the columns that are only passed on.
        let limits = Limits { cells: u64::MAX, ..self.limits };
        let (named, _) = Study::begin(&self.text, decoded.clone(), sniffed.clone(), &self.options, limits)?;
        let mut options = self.options.clone();
        for name in named.names() {
            let column: &mut ColumnOptions = options.columns.entry(name.to_owned()).or_default();
            column.kind.get_or_insert(Kind::Text);
        }
        let (study, empty) = Study::begin(&self.text, decoded, sniffed, &options, limits)?;
        let names: Vec<String> = study.names().map(str::to_owned).collect();
        let kind = |name: &String| options.columns.get(name).and_then(|column| column.kind).unwrap_or(Kind::Text);
        self.body = Some(Body {
            decoder,
            close_up,
            rows: Rows::new(study.layout.clone()),
            unreadable: vec![Unreadable::default(); names.len()],
            kinds: names.iter().map(kind).collect(),
            names,
            empty,
            study: Box::new(study),
        });
        Ok(())
    }
}

impl Body {
    /// Reads the complete records at the start of a text and takes them off it.
    fn table(&mut self, text: &mut Vec<u8>, is_last: bool) -> Table {
        let mut builders = self.empty.clone();
        self.rows.keep_open(!is_last);
        loop {
            while self.rows.next(text, text.len()) {
                let line = self.rows.line();
                for (column, builder) in builders.iter_mut().enumerate() {
                    let cell = self.rows.cell(column);
                    if self.study.markers.find(cell).is_some() {
                        builder.push_missing();
                    } else {
                        builder.push(cell, line);
                    }
                }
            }
            if is_last || text.len() - self.rows.at() <= LONGEST {
                break;
            }
            // This record does not end. Taken alone its quote counts as text, and those behind it may end.
            self.rows.end_next();
        }
        text.drain(..self.rows.at());
        self.rows.rewind();
        let columns = builders.into_iter().enumerate().map(|(place, builder)| self.column(place, builder));
        Table::new(columns.collect())
    }

    fn column(&mut self, place: usize, builder: Builder) -> Column {
        let so_far = &mut self.unreadable[place];
        if so_far.count == 0 {
            *so_far = builder.unreadable;
        } else {
            so_far.count += builder.unreadable.count;
        }
        let data = match builder.store {
            Store::Number(_, values) => Data::Number(values),
            Store::Date(_, values) => Data::Date(values),
            Store::Text(texts) => Data::Strings(texts.finish()),
            Store::Empty | Store::Failed => Data::Strings(Strings::new(vec![Strings::MISSING; builder.rows], [""; 0])),
        };
        Column { name: self.names[place].clone(), kind: self.kinds[place], data }
    }
}

/// Decodes as many bytes as can be and takes them off.
fn decode(decoder: &mut Decoder, bytes: &mut Vec<u8>, text: &mut Vec<u8>, is_last: bool) {
    let done = decoder.piece(bytes, is_last);
    bytes.drain(..done);
    text.append(&mut decoder.text);
}

/// The bytes without a character that their end may have cut.
fn whole_characters(bytes: &[u8], is_last: bool) -> &[u8] {
    let even = if is_last { bytes } else { &bytes[..bytes.len() & !1] };
    match std::str::from_utf8(even) {
        Err(error) if error.error_len().is_none() && !is_last => &even[..error.valid_up_to()],
        _ => even,
    }
}

fn behind_last_line(text: &[u8]) -> usize {
    text.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |place| place + 1)
}
