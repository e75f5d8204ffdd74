//! Files that go in: studies, tables, packed or not, or standard input.

use crate::failure::Failure;
use crate::show;
use atelier::base::{Job, Problem, Stage};
use atelier::recipe::{Recipe, Source, difference};
use atelier::table::read::{self, Encoding, Limits, Read, ReadOptions, Summary};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// How a table is read, where that is not to be found out.
#[derive(clap::Args, Debug, Default)]
pub struct ReadArgs {
    /// The separator, such as ";" or "\t"; found out where left out
    #[arg(long, value_name = "CHAR", value_parser = delimiter)]
    pub delimiter: Option<char>,
    /// The encoding; found out where left out
    #[arg(long, value_name = "NAME", value_parser = ["utf8", "utf16_le", "utf16_be", "windows1252"])]
    pub encoding: Option<String>,
    /// Whether the first line holds names; found out where left out
    #[arg(long, value_name = "BOOL")]
    pub header: Option<bool>,
    /// Lines at the top that are no part of the table
    #[arg(long, value_name = "N")]
    pub skip_lines: Option<u64>,
    /// Whether numbers have a decimal comma; found out for each column where left out
    #[arg(long, value_name = "BOOL")]
    pub decimal_comma: Option<bool>,
    /// Texts that mean a missing value, instead of the usual ones
    #[arg(long, value_name = "TEXT", value_delimiter = ',')]
    pub missing: Option<Vec<String>>,
    /// Read only the first rows
    #[arg(long, value_name = "N")]
    pub rows: Option<u64>,
}

fn delimiter(text: &str) -> Result<char, String> {
    let mut letters = text.chars();
    match (text, letters.next(), letters.next()) {
        ("\\t" | "tab", ..) => Ok('\t'),
        (_, Some(letter), None) => Ok(letter),
        _ => Err("one character is needed".to_owned()),
    }
}

impl ReadArgs {
    /// How many rows are wanted, at most.
    pub fn rows(&self) -> u64 {
        self.rows.unwrap_or(u64::MAX)
    }

    /// What a model's training says of reading, under what is said here.
    pub fn over(&self, known: ReadOptions) -> ReadOptions {
        let said = self.options();
        let mut columns = known.columns;
        if said.decimal_comma.is_some() {
            columns.values_mut().for_each(|column| column.decimal_comma = None);
        }
        ReadOptions {
            encoding: said.encoding.or(known.encoding),
            delimiter: said.delimiter.or(known.delimiter),
            quote: known.quote,
            header: said.header.or(known.header),
            skip_lines: said.skip_lines.or(known.skip_lines),
            decimal_comma: said.decimal_comma.or(known.decimal_comma),
            missing: said.missing.or(known.missing),
            rows: said.rows,
            columns,
        }
    }

    /// The same as it stands in a recipe.
    pub fn options(&self) -> ReadOptions {
        let encoding = self.encoding.as_deref().and_then(|name| serde_json::from_value::<Encoding>(name.into()).ok());
        ReadOptions {
            encoding,
            delimiter: self.delimiter,
            header: self.header,
            skip_lines: self.skip_lines,
            decimal_comma: self.decimal_comma,
            missing: self.missing.clone(),
            rows: self.rows,
            ..ReadOptions::default()
        }
    }
}

/// How much may be read.
#[derive(clap::Args, Debug, Default)]
pub struct LimitArgs {
    /// Refuse tables that need more memory than this to be read: half of it for the file, half for its cells, eight bytes
    /// each [default: files of 512 MB, 150 million cells]
    #[arg(long, value_name = "MB")]
    pub mem_limit: Option<u64>,
}

impl LimitArgs {
    /// The limits of reading and joining.
    pub fn limits(&self) -> Limits {
        match self.mem_limit {
            None => Limits::default(),
            Some(megabytes) => {
                let half = megabytes.saturating_mul(500_000);
                Limits { bytes: half, cells: half / 8, ..Limits::default() }
            }
        }
    }
}

/// The tables of a study.
#[derive(clap::Args, Debug, Default)]
pub struct DataArgs {
    /// The study's tables, as name=file or in the order of its sources [default: the files that it names, beside it]
    #[arg(value_name = "TABLE")]
    tables: Vec<String>,
    /// The same, behind a flag
    #[arg(long = "data", value_name = "TABLE", num_args = 1..)]
    data: Vec<String>,
}

impl DataArgs {
    /// Every table that is named.
    pub fn all(&self) -> Vec<String> {
        self.tables.iter().chain(&self.data).cloned().collect()
    }
}

/// A file that is read from its start to its end, unpacked on the way where it is a gzip archive. `-` is standard input.
pub struct Input {
    /// Its name without folder and `.gz`.
    pub name: String,
    /// Whether the end was reached.
    pub is_over: bool,
    shown: String,
    is_packed: bool,
    bytes: Box<dyn io::Read>,
}

impl Input {
    /// Opens a file.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let shown = path.display().to_string();
        let unreadable = |error: io::Error| Problem::new(Stage::Data, "cli.unreadable").with("file", &shown).with("reason", error);
        let is_stdin = shown == "-";
        let mut plain: Box<dyn io::Read> = if is_stdin {
            Box::new(io::stdin().lock())
        } else {
            if path.is_dir() {
                return Err(Problem::new(Stage::Data, "cli.directory").with("file", &shown).into());
            }
            Box::new(File::open(path).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => Problem::new(Stage::Data, "cli.no_file").with("file", &shown),
                _ => unreadable(error),
            })?)
        };
        let mut head = Vec::new();
        plain.by_ref().take(2).read_to_end(&mut head).map_err(unreadable)?;
        let is_packed = head == [0x1f, 0x8b];
        let whole = io::Cursor::new(head).chain(plain);
        let bytes: Box<dyn io::Read> = match is_packed {
            true => Box::new(flate2::read::MultiGzDecoder::new(io::BufReader::with_capacity(1 << 16, whole))),
            false => Box::new(whole),
        };
        let name = path.file_name().map_or(shown.clone(), |name| name.to_string_lossy().into_owned());
        let name = match name.strip_suffix(".gz") {
            _ if is_stdin => "stdin".to_owned(),
            Some(name) => name.to_owned(),
            None => name,
        };
        Ok(Self { name, is_over: false, shown, is_packed, bytes })
    }

    /// Reads the next bytes into an emptied piece: as many as asked for, fewer only at the end.
    pub fn read(&mut self, count: usize, piece: &mut Vec<u8>) -> Result<(), Failure> {
        piece.clear();
        let id = if self.is_packed { "cli.broken_gzip" } else { "cli.unreadable" };
        let read = self.bytes.by_ref().take(count as u64).read_to_end(piece);
        read.map_err(|error| Problem::new(Stage::Data, id).with("file", &self.shown).with("reason", error))?;
        self.is_over = piece.len() < count;
        Ok(())
    }
}

/// The bytes of a file and its name without folder and `.gz`.
pub fn bytes(path: &Path, limits: &Limits) -> Result<(String, Vec<u8>), Failure> {
    let (input, bytes) = head(path, limits)?;
    if input.is_over {
        return Ok((input.name, bytes));
    }
    let head = &bytes[..bytes.len().min(1 << 16)];
    let lines = head.iter().filter(|&&byte| byte == b'\n').count().max(1) as u64;
    Err(Problem::new(Stage::Data, "cli.too_many_bytes")
        .with("file", input.shown)
        .with("most", show::size(limits.bytes))
        .with("rows", limits.bytes.saturating_mul(lines) / head.len().max(1) as u64)
        .into())
}

/// The same, but of a file that is too long its first bytes, one more than fit.
fn head(path: &Path, limits: &Limits) -> Result<(Input, Vec<u8>), Failure> {
    let mut input = Input::open(path)?;
    let mut bytes = Vec::new();
    input.read(usize::try_from(limits.bytes).unwrap_or(usize::MAX).saturating_add(1), &mut bytes)?;
    Ok((input, bytes))
}

/// Reads a table.
pub fn table(path: &Path, options: &ReadOptions, limits: &Limits) -> Result<Read, Failure> {
    // Where only the first rows are wanted, a file that is too long is read as far as it fits.
    let (name, bytes) = match options.rows {
        Some(_) => head(path, limits).map(|(input, bytes)| (input.name, bytes))?,
        None => bytes(path, limits)?,
    };
    Ok(read::start(bytes, &name, options, *limits)?.finish()?)
}

/// Reads a study.
pub fn study(path: &Path) -> Result<Recipe, Failure> {
    // A study is some kilobytes.
    let limits = Limits { bytes: 64 << 20, ..Limits::default() };
    let (name, bytes) = bytes(path, &limits)?;
    let text = String::from_utf8(bytes).map_err(|_| Problem::new(Stage::Data, "cli.study_no_text").with("file", name))?;
    Ok(Recipe::from_json(&text)?)
}

/// The sources of a study, each with the file that it is read from.
///
/// Files are given as `name=file`, or in the order of the study's sources. Where none is given they are looked for under
/// their names beside the study. A study without sources takes each file as a source with the name of the file.
pub fn sources(recipe: &Recipe, study: &Path, given: &[String]) -> Result<Vec<(Source, PathBuf)>, Failure> {
    if given.is_empty() {
        if recipe.sources.is_empty() {
            return Err(Problem::new(Stage::Data, "cli.no_data").into());
        }
        let folder = study.parent().unwrap_or(Path::new(""));
        let beside = |source: &Source| {
            // Only the name counts: a study must not reach for files elsewhere.
            let name = Path::new(&source.file).file_name().unwrap_or_default();
            let plain = folder.join(name);
            let packed = folder.join(format!("{}.gz", name.to_string_lossy()));
            (source.clone(), if !plain.is_file() && packed.is_file() { packed } else { plain })
        };
        return Ok(recipe.sources.iter().map(beside).collect());
    }
    if recipe.sources.is_empty() {
        return Ok(given
            .iter()
            .map(|given| {
                let (name, file) = given.split_once('=').unwrap_or(("", given));
                let name = if name.is_empty() { stem(file) } else { name.to_owned() };
                (Source { name, ..Source::default() }, PathBuf::from(file))
            })
            .collect());
    }
    let named = |given: &String| {
        let (name, file) = given.split_once('=')?;
        let source = recipe.sources.iter().find(|source| source.name == name)?;
        Some((source.clone(), PathBuf::from(file)))
    };
    let mut found: Vec<(Source, PathBuf)> = given.iter().filter_map(named).collect();
    for (place, (source, _)) in found.iter().enumerate() {
        if found[..place].iter().any(|(known, _)| known.name == source.name) {
            return Err(Problem::new(Stage::Data, "cli.source_twice").with("source", &source.name).into());
        }
    }
    for file in given.iter().filter(|given| named(given).is_none()) {
        // The name of a file may hold an equals sign; one that is not there was meant as a source.
        if let Some((name, _)) = file.split_once('=').filter(|_| !Path::new(file).exists()) {
            let known = recipe.sources.iter().map(|source| source.name.as_str()).collect::<Vec<_>>().join(", ");
            return Err(Problem::new(Stage::Data, "cli.no_source").with("source", name).with("known", known).into());
        }
        let next = recipe.sources.iter().find(|source| !found.iter().any(|(known, _)| known.name == source.name));
        let too_many = || Problem::new(Stage::Data, "cli.too_many_files").with("file", file).with("count", recipe.sources.len());
        found.push((next.ok_or_else(too_many)?.clone(), PathBuf::from(file)));
    }
    // The first source is the main table, however the files were named.
    found.sort_by_key(|(source, _)| recipe.sources.iter().position(|other| other.name == source.name));
    let joined = |source: &&Source| recipe.joins.iter().any(|join| join.source == source.name);
    let missing = recipe.sources.iter().take(1).chain(recipe.sources.iter().filter(joined));
    if let Some(missing) = missing.into_iter().find(|source| !found.iter().any(|(known, _)| known.name == source.name)) {
        return Err(Problem::new(Stage::Data, "cli.source_without_file").with("source", &missing.name).with("file", &missing.file).into());
    }
    Ok(found)
}

/// What to say of a file that is not the one with which the study was made: how its columns differ, then that it is another.
pub fn other_file(recipe: &Recipe, source: &Source, summary: &Summary) -> Vec<Problem> {
    if source.sha256.is_empty() || source.sha256 == summary.sha256 {
        return Vec::new();
    }
    let place = recipe.sources.iter().position(|other| other.name == source.name).unwrap_or(0);
    let mut said = difference(recipe, place, summary).problems(&summary.name);
    said.push(Problem::note(Stage::Data, "cli.other_file").with("file", &source.file));
    said
}

/// The name of a file without folder and endings.
pub fn stem(file: &str) -> String {
    let name = Path::new(file).file_name().map_or(file.to_owned(), |name| name.to_string_lossy().into_owned());
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}
