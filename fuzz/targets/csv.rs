//! Any bytes as a table: reading never panics, every record is accounted for, what is written reads back the same, and
//! reading piece by piece gives the rows that reading as a whole gives.
#![no_main]

use atelier::base::{Job, Problem, text};
use atelier::table::read::{ColumnOptions, Limits, Read, ReadOptions, Stream, start};
use atelier::table::{Kind, Table, WriteOptions, write};
use libfuzzer_sys::fuzz_target;

const OPTIONS: [&str; 12] = [
    "{}",
    "{}",
    "{}",
    "{}",
    r#"{"header":false}"#,
    r#"{"header":true,"rows":2}"#,
    r#"{"delimiter":";","decimal_comma":true}"#,
    r#"{"quote":"single"}"#,
    r#"{"quote":"none","skip_lines":1}"#,
    r#"{"encoding":"utf16_be"}"#,
    r#"{"encoding":"windows1252","missing":["-"]}"#,
    r#"{"columns":{"a":{"kind":"number"},"b":{"kind":"date"},"c":{"kind":"text"}}}"#,
];

fn read(bytes: &[u8], options: &ReadOptions) -> Option<Read> {
    start(bytes.to_vec(), "t.csv", options, Limits::default()).and_then(|mut job| job.finish()).ok()
}

fuzz_target!(|data: &[u8]| {
    let Some((&[choice, size], bytes)) = data.split_at_checked(2).map(|(head, rest)| (<&[u8; 2]>::try_from(head).expect("two"), rest))
    else {
        return;
    };
    let options: ReadOptions = serde_json::from_str(OPTIONS[usize::from(choice) % OPTIONS.len()]).expect("options");
    let Some(found) = read(bytes, &options) else { return };
    promises(&found);
    reads_back(&found.table);
    if options.rows.is_none() {
        in_pieces(bytes, &options, &found, usize::from(size) + 1);
    }
});

/// What holds for every file.
fn promises(read: &Read) {
    let (table, summary) = (&read.table, &read.summary);
    let tally = summary.tally;
    assert_eq!(tally.records, tally.kept + tally.rejected + tally.blank);
    assert_eq!(table.rows() as u64, tally.kept);
    let mut names: Vec<&str> = table.names().collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), table.columns().len());
    for (column, told) in table.columns().iter().zip(&summary.columns) {
        assert_eq!((column.len(), column.missing(), &column.name), (table.rows(), told.missing, &told.name));
        assert!(column.numbers().is_none_or(|values| values.iter().all(|value| !value.is_infinite())));
    }
    for problem in &summary.problems {
        assert!(has_words(problem), "{problem}");
    }
    serde_json::to_string(summary).expect("a summary is JSON");
}

/// Whether there is a sentence for a problem.
fn has_words(problem: &Problem) -> bool {
    text(&problem.message.id) != problem.message.id
}

/// A table that is written is read back with the same texts, numbers and dates.
fn reads_back(table: &Table) {
    let mut bytes = Vec::new();
    write(table, WriteOptions { mark_formulas: false, ..WriteOptions::default() }, &mut bytes).expect("memory takes it");
    let kinds =
        table.columns().iter().map(|column| (column.name.clone(), ColumnOptions { kind: Some(column.kind), ..ColumnOptions::default() }));
    let options = ReadOptions {
        delimiter: Some(','),
        header: Some(true),
        skip_lines: Some(0),
        quote: Some(atelier::table::read::Quote::Double),
        encoding: Some(atelier::table::read::Encoding::Utf8),
        missing: Some(Vec::new()),
        columns: kinds.collect(),
        ..ReadOptions::default()
    };
    // A name of nothing but blanks cannot be told from none; a row that is blank or the header again is no row.
    let Some(again) = read(&bytes, &options) else { return };
    if again.summary.tally.kept != table.rows() as u64 || !again.table.names().eq(table.names()) {
        return;
    }
    for (a, b) in table.columns().iter().zip(again.table.columns()).filter(|(a, _)| a.kind != Kind::Date) {
        for row in 0..table.rows() {
            assert_eq!(a.display(row), b.display(row), "{} row {row} of {:?}", a.name, String::from_utf8_lossy(&bytes));
        }
    }
}

/// The same rows piece by piece; columns are texts there, so they are texts here.
fn in_pieces(bytes: &[u8], options: &ReadOptions, found: &Read, size: usize) {
    // The encoding is judged from all bytes, or from the head: where they differ, so do the texts.
    let options = &ReadOptions { encoding: Some(found.summary.encoding.value), ..options.clone() };
    let mut texts = options.clone();
    for column in found.table.columns() {
        texts.columns.entry(column.name.clone()).or_default().kind.get_or_insert(Kind::Text);
    }
    let Some(whole) = read(bytes, &texts) else { return };
    let mut stream = Stream::new("t.csv", options, Limits::default()).expect("options were taken before");
    let mut rows = Vec::new();
    let mut names = Vec::new();
    let count = bytes.chunks(size).count();
    for (place, piece) in bytes.chunks(size).enumerate() {
        let Some(table) = stream.feed(piece, place + 1 == count).expect("it was read as a whole") else { continue };
        names = table.names().map(str::to_owned).collect();
        rows.extend((0..table.rows()).map(|row| table.columns().iter().map(|column| column.display(row)).collect::<Vec<_>>()));
    }
    let wanted: Vec<Vec<Option<String>>> =
        (0..whole.table.rows()).map(|row| whole.table.columns().iter().map(|column| column.display(row)).collect()).collect();
    assert!(whole.table.names().eq(names.iter().map(String::as_str)), "{names:?}");
    assert_eq!(rows, wanted);
    for problem in stream.problems() {
        assert!(has_words(&problem), "{problem}");
    }
}
