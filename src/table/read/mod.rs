//! Reading a table from the bytes of a file, or from pasted text.
//!
//! The work is a job of five parts: look at all bytes (digest, encoding), decode where they are no UTF-8, find out how the
//! text is cut and what the columns are from its head, read every record straight into the columns' final form, and read
//! again, as texts, only those columns whose guess some value refuted. What a column is, is decided from all its values.
//!
//! Reading never fails on its content: what is wrong is repaired or left out, and listed. It fails where there is no table
//! (nothing, or a file that is no text), and where a limit is passed.

mod build;
pub mod dates;
mod defects;
mod dialect;
mod encoding;
mod finish;
mod header;
mod kinds;
mod magic;
mod mend;
pub mod numbers;
mod options;
mod records;
mod rows;
mod stream;
mod study;
mod summary;
#[cfg(test)]
mod tests;

pub use dates::DateOrder;
pub use defects::{Defect, DefectCount, DefectKind, Defects, Outcome, Tally};
pub use dialect::Alternative;
pub use encoding::Encoding;
pub use finish::kind_text;
pub use mend::{Mend, mends};
pub use numbers::{NumberFormat, Thousands};
pub use options::{ColumnOptions, Limits, MISSING, Quote, ReadOptions};
pub use stream::Stream;
pub use summary::{Choice, ColumnSummary, Confidence, Distinct, MarkerCount, SuggestedRole, Summary};

use super::Table;
use crate::base::{Advance, Job, Message, Problem, Progress, Stage};
use build::Builder;
use dialect::Sniffed;
use encoding::{Decoder, Survey};
use records::CloseUp;
use rows::Rows;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use study::{Finishing, Study, too_many_cells};

/// A table and what is told of its reading.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The rows that were kept.
    pub table: Table,
    /// Decisions, columns, problems.
    pub summary: Summary,
}

/// So many bytes are worked on in a slice.
const SLICE: usize = 1 << 20;

/// Starts reading the bytes of a file, or of pasted text. `name` is the file's name, for the summary.
///
/// # Errors
/// Where the options are wrong, the file is empty or no text, or longer than the limit.
pub fn start(bytes: impl Into<Arc<Vec<u8>>>, name: &str, options: &ReadOptions, limits: Limits) -> Result<ReadJob, Problem> {
    let source: Arc<Vec<u8>> = bytes.into();
    if let Some(problem) = options.check() {
        return Err(problem);
    }
    if source.is_empty() {
        return Err(no_rows_at_all("data.empty_file", name));
    }
    // Positions within a column's texts are kept in 32 bits.
    let most = limits.bytes.min(u64::from(u32::MAX) - 1);
    let is_cut = source.len() as u64 > most;
    let too_long = too_long(name, source.len() as u64, &source[..source.len().min(1 << 16)], &limits);
    // A file that is too long is read as far as it fits, where no more than its first rows are wanted.
    if is_cut && options.rows.is_none() {
        return Err(too_long);
    }
    let is_utf16 = refuse(&source, name, options)?;
    let source = match is_cut {
        false => source,
        true => {
            let mut bytes = Arc::unwrap_or_clone(source);
            bytes.truncate(whole_lines(&bytes[..most as usize], is_utf16));
            Arc::new(bytes)
        }
    };
    Ok(ReadJob {
        name: name.to_owned(),
        options: options.clone(),
        limits,
        source,
        too_long: is_cut.then_some(too_long),
        text: Text::Source(0),
        digest: None,
        phase: Phase::Survey(Survey::default(), Sha256::new()),
    })
}

/// What to say of a file that is too long, from its first bytes: how many rows of it fit.
pub fn too_long(name: &str, size: u64, head: &[u8], limits: &Limits) -> Problem {
    let most = limits.bytes.min(u64::from(u32::MAX) - 1);
    // Rows of the head may be shorter than those behind it.
    let fit = most / 10 * 9 / (head.len() as u64 / records::breaks_in(head).max(1)).max(1);
    Problem::new(Stage::Data, "data.too_many_bytes")
        .with("file", name)
        .with("size", megabytes(size))
        .with("most", format!("{:.0} MB", most as f64 / 1e6))
        .with("fit", fit)
}

/// The length of the whole lines of a text that was cut; all of it where there is no line end.
fn whole_lines(bytes: &[u8], is_utf16: bool) -> usize {
    match bytes.iter().rposition(|&byte| matches!(byte, b'\n' | b'\r')) {
        // Both bytes of the line end, whichever comes first.
        Some(at) if is_utf16 => (at / 2 + 1) * 2,
        Some(at) => at + 1,
        None => bytes.len(),
    }
}

/// Refuses bytes that are no text; says whether it is UTF-16.
fn refuse(bytes: &[u8], name: &str, options: &ReadOptions) -> Result<bool, Problem> {
    let mark = encoding::mark(bytes).map(|(encoding, _)| encoding);
    let expected = options.encoding.or(mark).or_else(|| encoding::looks_like_utf16(bytes));
    let is_utf16 = matches!(expected, Some(Encoding::Utf16Le | Encoding::Utf16Be));
    match magic::refuse(bytes) {
        Some(problem) if !is_utf16 && mark.is_none() => Err(problem.with("file", name)),
        _ => Ok(is_utf16),
    }
}

/// A file in which there is nothing to read.
fn no_rows_at_all(id: &str, name: &str) -> Problem {
    Problem::new(Stage::Data, id).with("file", name)
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// Reading in progress.
pub struct ReadJob {
    name: String,
    options: ReadOptions,
    limits: Limits,
    source: Arc<Vec<u8>>,
    /// What to say where the rows that are wanted end behind the part of the file that fits.
    too_long: Option<Problem>,
    text: Text,
    digest: Option<String>,
    phase: Phase,
}

/// The text that is read: the bytes of the file behind its byte order mark, or a decoded copy.
enum Text {
    Source(usize),
    Own(Vec<u8>),
}

impl Text {
    fn get<'a>(&'a self, source: &'a [u8]) -> &'a [u8] {
        match self {
            Text::Source(start) => &source[*start..],
            Text::Own(text) => text,
        }
    }
}

/// What was found out before the text is cut.
#[derive(Clone, Debug)]
struct Decoded {
    encoding: Choice<Encoding>,
    replaced: u64,
    has_nul: bool,
}

/// Where the work is. Each part holds what those before it found out.
enum Phase {
    Survey(Survey, Sha256),
    Decode(Decoder, Decoded),
    Sniff(Decoded),
    CloseUp(CloseUp, Decoded, Sniffed),
    Begin(Decoded, Sniffed),
    Read(Rows, Vec<Builder>, Box<Study>),
    /// The places are those of the columns that are read again.
    Again(Rows, Vec<Builder>, Vec<usize>, Box<Study>),
    Finish(Finishing, Box<Study>),
    Over,
}

impl ReadJob {
    /// The same job with the SHA-256 of the bytes (hexadecimal) where the host knows it already: a browser's own is
    /// several times faster than one compiled to WebAssembly.
    #[must_use]
    pub fn with_digest(mut self, sha256: String) -> Self {
        self.digest = Some(sha256);
        self
    }

    /// Bytes of the file done, of all. Bytes that are looked at more than once count in shares.
    fn progress(&self) -> Progress {
        let total = self.source.len() as u64;
        let length = self.text.get(&self.source).len();
        let share = |from: f64, to: f64, done: usize, all: usize| from + (to - from) * (done as f64 / all.max(1) as f64);
        let share = match &self.phase {
            Phase::Survey(survey, _) => share(0.0, 0.15, survey.at, self.source.len()),
            Phase::Decode(decoder, _) => share(0.15, 0.25, decoder.done(), self.source.len()),
            Phase::Sniff(_) => 0.25,
            Phase::CloseUp(pass, ..) => share(0.25, 0.3, pass.done(), length),
            Phase::Begin(..) => 0.3,
            Phase::Read(rows, ..) => share(0.3, 0.85, rows.at(), length),
            Phase::Again(rows, ..) => share(0.85, 0.97, rows.at(), length),
            Phase::Finish(finishing, _) => share(0.97, 1.0, finishing.done(), finishing.all()),
            Phase::Over => 1.0,
        };
        Progress { done: ((share * total as f64) as u64).min(total), total }
    }

    /// Looks at more bytes: digest, encoding.
    fn survey(&mut self, mut survey: Survey, mut hasher: Sha256) -> Phase {
        let from = survey.at;
        let is_done = survey.advance(&self.source, SLICE);
        if self.digest.is_none() {
            hasher.update(&self.source[from..survey.at]);
        }
        if !is_done {
            return Phase::Survey(survey, hasher);
        }
        self.digest.get_or_insert_with(|| hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect());
        let encoding = match self.options.encoding {
            Some(given) => Choice { value: given, reason: Message::new("data.given"), given: true },
            None => {
                let (value, reason) = encoding::detect(&self.source, &survey);
                Choice { value, reason, given: false }
            }
        };
        let decoded = Decoded { encoding, replaced: 0, has_nul: survey.has_nul };
        let encoding = decoded.encoding.value;
        if encoding == Encoding::Utf8 && survey.unsound == 0 {
            self.text = Text::Source(encoding::mark(&self.source).map_or(0, |(_, length)| length));
            Phase::Sniff(decoded)
        } else {
            Phase::Decode(Decoder::new(encoding, &self.source), decoded)
        }
    }

    fn decode(&mut self, mut decoder: Decoder, decoded: Decoded) -> Result<Phase, Problem> {
        if !decoder.advance(&self.source, SLICE) {
            return Ok(Phase::Decode(decoder, decoded));
        }
        if decoder.text.len() > (u32::MAX - 1) as usize {
            return Err(Problem::new(Stage::Data, "data.too_long_decoded").with("size", megabytes(decoder.text.len() as u64)));
        }
        let decoded = Decoded { replaced: decoder.replaced, has_nul: decoder.text.contains(&0), ..decoded };
        self.text = Text::Own(decoder.text);
        Ok(Phase::Sniff(decoded))
    }

    /// Finds out how the text is cut.
    fn sniff(&self, decoded: Decoded) -> Result<Phase, Problem> {
        let text = self.text.get(&self.source);
        let head = &text[..study::head_length(text)];
        let sniffed = dialect::sniff(head, head.len() == text.len(), &self.options);
        if sniffed.head.is_empty() {
            let id = if self.options.skip_lines.unwrap_or(0) > 0 { "data.all_skipped" } else { "data.only_blanks" };
            return Err(no_rows_at_all(id, &self.name));
        }
        Ok(match sniffed.has_spaced_quotes {
            true => Phase::CloseUp(CloseUp::new(sniffed.marks, text.len()), decoded, sniffed),
            false => Phase::Begin(decoded, sniffed),
        })
    }

    fn close_up(&mut self, mut pass: CloseUp, decoded: Decoded, sniffed: Sniffed) -> Phase {
        if !pass.advance(self.text.get(&self.source), SLICE) {
            return Phase::CloseUp(pass, decoded, sniffed);
        }
        self.text = Text::Own(pass.text);
        Phase::Begin(decoded, sniffed)
    }

    /// Decides what the columns seem to be.
    fn begin(&self, decoded: Decoded, sniffed: Sniffed) -> Result<Phase, Problem> {
        let (study, builders) = Study::begin(self.text.get(&self.source), decoded, sniffed, &self.options, self.limits)?;
        Ok(Phase::Read(Rows::new(study.layout.clone()), builders, Box::new(study)))
    }

    /// Reads more records into the columns.
    fn read(&self, mut rows: Rows, mut builders: Vec<Builder>, mut study: Box<Study>) -> Result<Phase, Problem> {
        let text = self.text.get(&self.source);
        let until = rows.at() + SLICE;
        let most = self.options.rows.unwrap_or(u64::MAX);
        let width = builders.len() as u64;
        // Rows are numbered in 32 bits.
        let room = (self.limits.cells / width.max(1)).min(u64::from(u32::MAX) - 2);
        while rows.tally.kept < most && rows.next(text, until) {
            if rows.tally.kept > room {
                return Err(too_many_cells("data.too_many_cells_read", rows.tally.kept, width, self.limits.cells));
            }
            let line = rows.line();
            for (column, builder) in builders.iter_mut().enumerate() {
                let cell = rows.cell(column);
                if study.markers.is_missing(cell) {
                    builder.push_missing();
                } else {
                    builder.push(cell, line);
                }
            }
        }
        if rows.at() < text.len() && rows.tally.kept < most {
            return Ok(Phase::Read(rows, builders, study));
        }
        if let Some(problem) = self.too_long.clone().filter(|_| rows.tally.kept < most) {
            return Err(problem.with("fit", rows.tally.kept));
        }
        let is_cut = self.too_long.is_some() || rows_left(text, &rows);
        study.end_of_rows(&mut rows, is_cut);
        let places: Vec<usize> = (0..builders.len()).filter(|&place| builders[place].has_failed()).collect();
        if places.is_empty() {
            return Ok(Phase::Finish(study.finishing(builders), study));
        }
        for &place in &places {
            builders[place] = builders[place].as_text();
        }
        Ok(Phase::Again(Rows::new(study.layout.clone()), builders, places, study))
    }

    /// Reads more records again, for the columns whose guess failed. The same rows are kept as the first time.
    fn again(&self, mut rows: Rows, mut builders: Vec<Builder>, places: Vec<usize>, mut study: Box<Study>) -> Phase {
        let text = self.text.get(&self.source);
        let until = rows.at() + SLICE;
        while rows.tally.kept < study.tally.kept && rows.next(text, until) {
            for &place in &places {
                let cell = rows.cell(place);
                if study.markers.find(cell).is_some() {
                    builders[place].push_missing();
                } else {
                    builders[place].push(cell, rows.line());
                }
            }
        }
        if rows.at() < text.len() && rows.tally.kept < study.tally.kept {
            Phase::Again(rows, builders, places, study)
        } else {
            Phase::Finish(study.finishing(builders), study)
        }
    }
}

/// Whether a record is left that was not read.
fn rows_left(text: &[u8], rows: &Rows) -> bool {
    text[rows.at()..].iter().any(|byte| !byte.is_ascii_whitespace())
}

impl Job for ReadJob {
    type Output = Read;

    fn advance(&mut self) -> Result<Advance<Read>, Problem> {
        self.phase = match std::mem::replace(&mut self.phase, Phase::Over) {
            Phase::Survey(survey, hasher) => self.survey(survey, hasher),
            Phase::Decode(decoder, decoded) => self.decode(decoder, decoded)?,
            Phase::Sniff(decoded) => self.sniff(decoded)?,
            Phase::CloseUp(pass, decoded, sniffed) => self.close_up(pass, decoded, sniffed),
            Phase::Begin(decoded, sniffed) => self.begin(decoded, sniffed)?,
            Phase::Read(rows, builders, study) => self.read(rows, builders, study)?,
            Phase::Again(rows, builders, places, study) => self.again(rows, builders, places, study),
            Phase::Finish(mut finishing, mut study) => {
                if study.finish_column(&mut finishing, &self.options) {
                    Phase::Finish(finishing, study)
                } else {
                    let digest = self.digest.take().unwrap_or_default();
                    return Ok(Advance::Done(study.read(finishing, &self.name, self.source.len() as u64, digest)));
                }
            }
            Phase::Over => return Err(Problem::new(Stage::Data, "data.over")),
        };
        Ok(Advance::More(self.progress()))
    }
}
