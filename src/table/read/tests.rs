//! Torture tests as data: bytes and options in, the table and everything that is told of it out, as one text.

use super::*;
use crate::num::Rng;
use crate::table::{Column, Role};

fn options(json: &str) -> ReadOptions {
    serde_json::from_str(if json.is_empty() { "{}" } else { json }).expect("options")
}

fn read(bytes: &[u8], options: &ReadOptions) -> Result<Read, Problem> {
    start(bytes.to_vec(), "t.csv", options, Limits::default())?.finish()
}

/// `name:kind` of the columns, the rows, the defects as `line kind` with `-` where rejected and `+` where repaired, and the
/// ids of the problems without `data.`, but for those of the defects.
fn show(read: &Read) -> String {
    let letter = |column: &Column| column.kind.id()[..1].to_owned();
    let columns: Vec<String> = read.table.columns().iter().map(|column| format!("{}:{}", column.name, letter(column))).collect();
    let cell =
        |column: &Column, row: usize| column.display(row).map_or("·".to_owned(), |text| text.replace('\n', "\\n").replace('\r', "\\r"));
    let mut parts = vec![columns.join(" ")];
    for row in 0..read.table.rows() {
        parts.push(read.table.columns().iter().map(|column| cell(column, row)).collect::<Vec<_>>().join("|"));
    }
    for defect in &read.summary.defects.list {
        let sign = match (defect.rejected, defect.kind) {
            (true, _) => "-",
            (_, DefectKind::Blank) => "",
            _ => "+",
        };
        parts.push(format!("{} {}{sign}", defect.line, defect.kind.text_id().trim_start_matches("data.defect.")));
    }
    let ids = read.summary.problems.iter().map(|problem| problem.message.id.as_str());
    parts.extend(ids.filter(|id| !id.starts_with("data.defect.")).map(|id| id.replace("data.", "!")));
    parts.join(" / ")
}

/// Everything that holds for every file, whatever it holds.
fn promises(read: &Read) {
    let (table, summary) = (&read.table, &read.summary);
    let tally = summary.tally;
    assert_eq!(tally.records, tally.kept + tally.rejected + tally.blank);
    assert_eq!(table.rows() as u64, tally.kept);
    assert!(table.columns().iter().all(|column| column.len() == table.rows()));
    assert_eq!(table.columns().len(), summary.columns.len());
    let mut names: Vec<&str> = table.names().collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), table.columns().len());
    for (column, told) in table.columns().iter().zip(&summary.columns) {
        assert_eq!((&column.name, column.kind, column.missing()), (&told.name, told.kind.value, told.missing));
        assert!(column.numbers().is_none_or(|values| values.iter().all(|value| !value.is_infinite())));
    }
    let counted: u64 = summary.defects.counts.values().map(|count| count.rejected).sum();
    assert!(counted >= tally.rejected);
    assert_eq!(summary.defects.counts.get(&DefectKind::Blank).map_or(0, |count| count.count), tally.blank);
    for problem in &summary.problems {
        // Each has its text, with every place filled.
        assert!(!problem.to_string().contains("data.") && !problem.message.to_string().contains("{column}"), "{problem}");
    }
    serde_json::to_string(summary).expect("a summary is JSON");
}

fn check(bytes: &[u8], json: &str, want: &str) {
    let got = match read(bytes, &options(json)) {
        Ok(read) => {
            promises(&read);
            show(&read)
        }
        Err(problem) => format!("{} {problem}", problem.message.id),
    };
    assert_eq!(got, want, "{:?} {json}", String::from_utf8_lossy(bytes));
}

#[test]
fn ordinary_files() {
    check(b"a,b\n1,x\n2,y\n", "", "a:n b:c / 1|x / 2|y");
    check(b"a,b\n1,x\n2,y", "", "a:n b:c / 1|x / 2|y");
    check(b"a\tb\n1\tx\n2\ty\n", "", "a:n b:c / 1|x / 2|y");
    check(b"a|b\n1|x\n2|y\n", "", "a:n b:c / 1|x / 2|y");
    check(b"x,y\n1,1\n2,2\n", "", "x:n y:n / 1|1 / 2|2");
    check(b"1,2\n3,4\n", "", "column_1:n column_2:n / 1|2 / 3|4");
    check(b"when,n\n2024-01-02,1\n2024-01-03T04:05:06,2\n", "", "when:d n:n / 2024-01-02|1 / 2024-01-03T04:05:06|2");
    check(b"t,u,v\ntrue,yes,t\nfalse,no,f\n", "", "t:c u:c v:c / true|yes|t / false|no|f");
    check(b" a , b \n 1 , x y \n 2 ,z\n", "", "a:n b:c / 1|x y / 2|z");
}

#[test]
fn quotes_and_line_ends() {
    // The cases that every reader of CSV is tried on.
    check(b"a,b,c\n1,\"\",\"\"\n2,3,4\n", "", "a:n b:n c:n / 1|·|· / 2|3|4");
    check(b"a,b\n1,\"ha \"\"ha\"\" ha\"\n3,4\n", "", "a:n b:c / 1|ha \"ha\" ha / 3|4");
    check(b"a,b\n1,\"x, y\"\n2,z\n", "", "a:n b:c / 1|x, y / 2|z");
    check(
        b"key,val\n1,\"{\"\"type\"\": \"\"Point\"\", \"\"at\"\": [1, 2]}\"\n2,{}\n",
        "",
        "key:n val:c / 1|{\"type\": \"Point\", \"at\": [1, 2]} / 2|{}",
    );
    check(b"a,b\n1,\"one\ntwo\"\n2,\"three\r\nfour\"\n", "", "a:n b:c / 1|one\\ntwo / 2|three\\r\\nfour");
    check(b"\"a\",\"b\"\n\"1\",\"x\"\n\"2\",\"y\"\n", "", "a:n b:c / 1|x / 2|y");
    check(b"'a','b'\n'1,5','x'\n'2,5','y'\n", "", "a:n b:c / 1.5|x / 2.5|y");
    check(b"a, \"b\", c\n1, \"x, y\", 2\n3, \"z\", 4\n", "", "a:n b:c c:n / 1|x, y|2 / 3|z|4");
    check(b"a,b\r\n1,x\n2,y\r3,z\r\n", "", "a:n b:c / 1|x / 2|y / 3|z");
    check(b"a,b\r1,x\r2,y\r", "", "a:n b:c / 1|x / 2|y");
    check(b"a,b\r\r\n1,x\r\r\n2,y\r\r\n", "", "a:n b:c / 1|x / 2|y / 2 blank / 4 blank / 6 blank");
    // No quotes at all, by a person's word.
    check(b"a,b\n1,\"x\n2,y\"\n", r#"{"quote":"none"}"#, "a:n b:c / 1|\"x / 2|y\"");
}

#[test]
fn encodings() {
    let units = |text: &str, order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let text = "name,n\nJosé,1\nZoë,2\n";
    let want = "name:c n:n / José|1 / Zoë|2";
    check(text.as_bytes(), "", want);
    check(format!("\u{feff}{text}").as_bytes(), "", want);
    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        check(&units(text, order), "", want);
        check(&units(&format!("\u{feff}{text}"), order), "", want);
    }
    check(b"name,n\nJos\xe9,1\nZo\xeb,2\n", "", want);
    check(b"name,n\nJos\xe9,1\nZo\xeb,2\n", r#"{"encoding":"utf8"}"#, "name:c n:n / Jos\u{fffd}|1 / Zo\u{fffd}|2 / !replaced");
    check(b"a,b\n\x80,1\n\x81,2\n", "", "a:c b:n / €|1 / \u{fffd}|2 / !replaced");
    check("a,b\né,1\n".as_bytes(), r#"{"encoding":"windows1252"}"#, "a:c b:n / Ã©|1 / !one_row");
    check(
        b"\xff\xfe",
        "",
        "data.only_blanks The file t.csv holds only blank lines. Choose a file with a line of column names and one line for each row.",
    );
}

#[test]
fn numbers_of_other_languages() {
    check(b"a;b\n1,5;x\n0,435;y\n", "", "a:n b:c / 1.5|x / 0.435|y");
    check(b"a;b\n1.234,5;x\n12;y\n", "", "a:n b:c / 1234.5|x / 12|y");
    check(b"a\n\"1,234.5\"\n\"12,000\"\n", "", "a:n / 1234.5 / 12000 / !one_column");
    check(b"a\n1,5\n2,25\n", "", "a:n / 1.5 / 2.25 / !one_column");
    // Thousand and more, or one and a bit: the rest of the file decides, or nobody can.
    check(b"a;b\n1.234;0,5\n2.500;1,25\n", "", "a:n b:n / 1234|0.5 / 2500|1.25 / !number_ambiguous");
    check(b"a\tb\n1,234\tx\n2,500\ty\n", "", "a:n b:c / 1234|x / 2500|y / !number_ambiguous");
    check(b"a\tb\n1,234\tx\n2,500\ty\n", r#"{"decimal_comma":true}"#, "a:n b:c / 1.234|x / 2.5|y / !number_ambiguous");
    check(b"a\tb\n1,234\tx\n2,500\ty\n", r#"{"columns":{"a":{"decimal_comma":true}}}"#, "a:n b:c / 1.234|x / 2.5|y");
    check("a;b\n1 234,5;x\n12\u{a0}000;y\n".as_bytes(), "", "a:n b:c / 1234.5|x / 12000|y");
    check(b"a,b\n1,inf\n2,3\n", "", "a:n b:c / 1|inf / 2|3");
    check(b"a\n12%\n15%\n", "", "a:c / 12% / 15% / !one_column / !numbers_with_units");
    // A later value refutes the guess from the head: the column is read again.
    let mut late = "a,b\n".to_owned();
    (0..40_000).for_each(|i| late.push_str(&format!("{i},{i}\n")));
    late.push_str("1,\"1,234\"\n");
    let found = read(late.as_bytes(), &ReadOptions::default()).expect("a table");
    let last = |name: &str| found.table.column(name).and_then(|column| column.display(40_000));
    assert_eq!((last("a"), last("b")), (Some("1".to_owned()), Some("1234".to_owned())));
    promises(&found);
    late.push_str("2,x\n");
    let found = read(late.as_bytes(), &ReadOptions::default()).expect("a table");
    let texts = found.table.column("b").and_then(Column::strings).expect("texts");
    assert_eq!((texts.get(7), texts.get(40_000), texts.get(40_001)), (Some("7"), Some("1,234"), Some("x")));
    promises(&found);
}

#[test]
fn dates() {
    check(b"d,n\n31/12/2020,1\n01/02/2021,2\n", "", "d:d n:n / 2020-12-31|1 / 2021-02-01|2");
    check(b"d,n\n12/31/2020,1\n01/02/2021,2\n", "", "d:d n:n / 2020-12-31|1 / 2021-01-02|2");
    check(b"d,n\n01/02/2021,1\n03/04/2021,2\n", "", "d:d n:n / 2021-01-02|1 / 2021-03-04|2 / !date_ambiguous");
    check(b"d,n\n01/02/2021,1\n03/04/2021,2\n", r#"{"columns":{"d":{"date_order":"dmy"}}}"#, "d:d n:n / 2021-02-01|1 / 2021-04-03|2");
    check(b"d,n\n1/8/90 0:00,1\n12/31/99 23:59,2\n", "", "d:d n:n / 1990-01-08|1 / 1999-12-31T23:59:00|2 / !date_short_years");
    check(
        b"d,n\n2020-01-01T00:00:00+01:00,1\n2020-01-02T00:00:00+01:00,2\n",
        "",
        "d:d n:n / 2019-12-31T23:00:00|1 / 2020-01-01T23:00:00|2 / !date_moved",
    );
    // The head can be read both ways, a later line in one only.
    let mut late = "d,n\n".to_owned();
    (0..30_000).for_each(|i| late.push_str(&format!("0{}/0{}/2021,{i}\n", 1 + i % 9, 1 + i % 7)));
    late.push_str("31/01/2021,0\n");
    let found = read(late.as_bytes(), &ReadOptions::default()).expect("a table");
    assert_eq!(found.table.columns()[0].display(1), Some("2021-02-02".to_owned()));
    assert_eq!(found.table.columns()[0].display(7), Some("2021-01-08".to_owned()));
    assert!(found.summary.problems.is_empty(), "{:?}", found.summary.problems);
}

#[test]
fn missing_values_and_kinds_by_choice() {
    check(b"a,b\n1,NA\n?,x\nnull,N/A\nNaN, \nnan,NULL\n", "", "a:n b:c / 1|· / ·|x / ·|· / ·|· / ·|·");
    check(b"a,b\n1,None\n-999,none\n", "", "a:n b:c / 1|None / -999|none");
    check(b"a,b\n1,NA\n-999,x\n", r#"{"missing":["-999"]}"#, "a:n b:c / 1|NA / ·|x");
    check(b"zip,n\n00123,1\n04567,2\n", "", "zip:n n:n / 123|1 / 4567|2 / !leading_zeros");
    check(b"zip,n\n00123,1\n04567,2\n", r#"{"columns":{"zip":{"kind":"category"}}}"#, "zip:c n:n / 00123|1 / 04567|2");
    check(b"a,b\n1,x\nmany,y\n3,z\n", r#"{"columns":{"a":{"kind":"number"}}}"#, "a:n b:c / 1|x / ·|y / 3|z / !unreadable");
    check(b"a,b\n2020-01-01,x\nsoon,y\n", r#"{"columns":{"a":{"kind":"date"}}}"#, "a:d b:c / 2020-01-01|x / ·|y / !unreadable");
    check(b"a,b\n1,x\n2,y\n", r#"{"columns":{"a":{"kind":"text"},"c":{"kind":"text"}}}"#, "a:t b:c / 1|x / 2|y / !option_without_column");
    check(
        b"a,b\n12345678901234567890,1\n12345678901234567891,2\n",
        "",
        "a:n b:n / 12345678901234567000|1 / 12345678901234567000|2 / !large_integers",
    );
    check(b"a,b\n,1\n,2\n", "", "a:c b:n / ·|1 / ·|2 / !all_missing");
    // Markers are counted where they were found, in kept rows.
    let found = read(b"a,b\n1,NA\n?,x\n,?\n5\n", &ReadOptions::default()).expect("a table");
    let counts: Vec<(&str, u64)> = found.summary.markers.iter().filter(|m| m.count > 0).map(|m| (m.marker.as_str(), m.count)).collect();
    assert_eq!(counts, [("", 2), ("NA", 1), ("?", 2)]);
}

#[test]
fn headers() {
    check(b"a,a,,a_2\n1,2,3,4\n5,6,7,8\n", "", "a:n a_3:n column_3:n a_2:n / 1|2|3|4 / 5|6|7|8 / !renamed");
    check(b"\"a\nb\",c\n1,2\n3,4\n", "", "a b:n c:n / 1|2 / 3|4");
    check(b"1,2\n3,4\n", r#"{"header":true}"#, "1:n 2:n / 3|4 / !one_row");
    check(b"a,b\nc,d\n", r#"{"header":false}"#, "column_1:c column_2:c / a|b / c|d");
    check(b"a,b\n1,x\na,b\n2,y\n", "", "a:n b:c / 1|x / 2|y / 3 repeated_header-");
    check(b"Title\n\n# by hand\na,b,c\n1,2,3\n4,5,6\n", "", "a:n b:n c:n / 1|2|3 / 4|5|6");
    check(b"Title\nx,y,z\na,b,c\n1,2,3\n4,5,6\n", r#"{"skip_lines":2}"#, "a:n b:n c:n / 1|2|3 / 4|5|6");
    check(b"\n\na,b\n1,2\n3,4\n", "", "a:n b:n / 1|2 / 3|4");
    // One name less than columns: row names. One separator more in each line: nothing.
    check(b"a,b\nx,1,2\ny,3,4\n", "", "column_1:c a:n b:n / x|1|2 / y|3|4 / !renamed / !short_header");
    check(b"a,b\n1,2,\n3,4,\n", "", "a:n b:n / 1|2 / 3|4 / !trailing");
    check(b"a,b,\n1,2,\n3,4,\n", "", "a:n b:n / 1|2 / 3|4 / !trailing");
    check(b"a,b,c\n1,2\n3,4\n", "", "a:n b:n c:c / 1|2|· / 3|4|· / 2 short+ / 3 short+ / !all_missing");
}

#[test]
fn defects() {
    check(
        b"a,b,c\n1,2,3\n4,5\n6\n7,8,9,10\n11,12,13,,\n",
        "",
        "a:n b:n c:n / 1|2|3 / 4|5|· / 11|12|13 / 3 short+ / 4 short- / 5 long- / !trailing",
    );
    check(b"a,b\n1,x\n\n   \n2,y\n\n", "", "a:n b:c / 1|x / 2|y / 3 blank / 4 blank / 6 blank");
    check(b"a,b\n1,\"x\n2,y\n3,z\n", "", "a:n b:c / 1|x / 2|y / 3|z / 2 unclosed_quote+");
    check(b"a,b\n1,\"x\n2,\"y\"\n3,z\n", "", "a:n b:c / 1|x / 2|y / 3|z / 2 unclosed_quote+");
    check(b"a,b\n1,5\" pipe\n2,\"six\" pipe\n", "", "a:n b:c / 1|5\" pipe / 2|six pipe / 2 stray_quote+ / 3 stray_quote+");
    check(b"a,b\n1,x\0y\n\x002,z\n", "", "a:n b:c / 1|xy / 2|z / 2 nul+ / 3 nul+");
    check(b"a,b\n,\n1,2\n", "", "a:n b:n / ·|· / 1|2");
    // Three kinds at once, in one record that is left out.
    check(b"a,b,c\n1,2,3\nx\0,y\"z,1,2\n", "", "a:n b:n c:n / 1|2|3 / 3 nul- / 3 stray_quote- / 3 long- / !one_row");
    // Line numbers count the breaks within cells.
    check(b"a,b,c\n\"1\n\n\",2,3\n9\n4,5,6\n", "", "a:n b:n c:n / 1|2|3 / 4|5|6 / 5 short-");
    // All are counted, the first thousand of a kind are kept.
    let found = read(format!("a,b,c\n{}", "1,2,3\n4,5,6\nx\n".repeat(1_500)).as_bytes(), &ReadOptions::default());
    let found = found.expect("a table");
    assert_eq!(found.summary.defects.list.len(), 1_000);
    assert_eq!(found.summary.tally, Tally { records: 4_500, kept: 3_000, rejected: 1_500, ..Tally::default() });
}

#[test]
fn files_without_a_table() {
    let hint = "Choose a file with a line of column names and one line for each row.";
    check(b"", "", &format!("data.empty_file The file t.csv is empty. {hint}"));
    check(b"\n \r\n\t\n", "", &format!("data.only_blanks The file t.csv holds only blank lines. {hint}"));
    check(b"\xef\xbb\xbf", "", &format!("data.only_blanks The file t.csv holds only blank lines. {hint}"));
    check(
        b"a,b\n1,2\n",
        r#"{"skip_lines":5}"#,
        "data.all_skipped Nothing is left of t.csv behind the lines that are skipped. Skip fewer lines.",
    );
    check(
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        "",
        "data.not_a_table The file t.csv is a PNG image, not a text file with a table. Save the table as CSV and open that file.",
    );
    check(
        b"a;b\n",
        r#"{"delimiter":"\""}"#,
        "data.bad_delimiter \"\"\" cannot separate cells. Choose a comma, a semicolon, a tab or another sign that is no letter, digit or quote.",
    );
    // Little, but a table.
    check(b"a,b\n", "", "a:c b:c / !header_only");
    check(b"a", "", "a:c / !header_only / !one_column");
    check(b"5", "", "column_1:n / 5 / !one_row / !one_column");
    check(b"a,b\n1,2\n", "", "a:n b:n / 1|2 / !one_row");
    check(b"a\nx\ny\n", "", "a:c / x / y / !one_column");
    check(b"a\n\"\"\ny\n", "", "a:c / · / y / !one_column");
}

#[test]
fn limits_say_what_would_fit() {
    let text = format!("a,b\n{}", "1,2\n".repeat(1_000));
    let problem = |limits| match start(text.clone().into_bytes(), "t.csv", &ReadOptions::default(), limits).and_then(|mut job| job.finish())
    {
        Ok(_) => "read".to_owned(),
        Err(problem) => problem.to_string(),
    };
    let all = Limits { bytes: 10_000, cells: 2_000, columns: 2 };
    assert_eq!(problem(all), "read");
    assert_eq!(problem(Limits { bytes: 400, ..all }), "The file t.csv has 0.0 MB; at most 0 MB fit. About the first 90 rows would fit.");
    assert_eq!(
        problem(Limits { columns: 1, ..all }),
        "The table has 2 columns; at most 1 fit. Check the separator, or keep fewer columns."
    );
    let hint = "rows would fit: read only these, or keep fewer columns.";
    assert_eq!(
        problem(Limits { cells: 200, ..all }),
        format!("The table has about 1001 rows and 2 columns; at most 200 cells fit. The first 100 {hint}")
    );
    // The estimate may be too low: then the rows are counted.
    assert_eq!(
        problem(Limits { cells: 1_990, ..all }),
        format!("The table has 996 rows or more and 2 columns; at most 1990 cells fit. The first 995 {hint}")
    );
    // Reading only the first rows makes it fit.
    let few = ReadOptions { rows: Some(100), ..ReadOptions::default() };
    let found =
        start(text.clone().into_bytes(), "t.csv", &few, Limits { cells: 200, ..all }).and_then(|mut job| job.finish()).expect("a table");
    assert_eq!((found.table.rows(), found.summary.tally.records), (100, 100));
    assert_eq!(found.summary.problems[0].message.id, "data.rows_cut");
}

#[test]
fn wide_and_long() {
    let names: Vec<String> = (0..5_000).map(|i| format!("c{i}")).collect();
    let row: Vec<String> = (0..5_000).map(|i| i.to_string()).collect();
    let text = format!("{}\n{}\n{}\n", names.join(","), row.join(","), row.join(","));
    let found = read(text.as_bytes(), &ReadOptions::default()).expect("a table");
    promises(&found);
    assert_eq!((found.table.rows(), found.table.columns().len()), (2, 5_000));
    // One cell of 10 MB, quoted and not.
    let long = "x".repeat(10 << 20);
    for text in [format!("a,b\n1,{long}\n2,y\n"), format!("a,b\n1,\"{long}\n\"\n2,y\n")] {
        let found = read(text.as_bytes(), &ReadOptions::default()).expect("a table");
        promises(&found);
        assert_eq!(found.table.rows(), 2);
        assert_eq!(found.table.columns()[1].strings().and_then(|texts| texts.get(0)).map(str::len), Some(10 << 20));
    }
}

#[test]
fn the_summary_tells_the_file_and_every_decision() {
    let found = read(
        b"id;name;d\n1;Ann;2020-01-01\n2;Bob;2020-01-01\n3;Cid;2020-01-01\n4;Dan;2020-01-01\n5;Eve;2020-01-01\n",
        &options(r#"{"delimiter":";"}"#),
    );
    let summary = found.expect("a table").summary;
    assert_eq!(summary.sha256, "d2a13d2b6452e3dd3cc7e33d2bf4dc3c9f426a0cf0540e42f40e5eea743e7333");
    assert_eq!((summary.name.as_str(), summary.size), ("t.csv", 95));
    assert!(summary.delimiter.given && !summary.header.given && !summary.encoding.given);
    assert_eq!(summary.header.reason.to_string(), "2 columns hold numbers or dates below a word in the first line.");
    assert_eq!(summary.alternatives[0].columns, 3);
    let told: Vec<_> =
        summary.columns.iter().map(|column| (column.kind.value.id(), column.role, column.distinct.count, column.examples.len())).collect();
    let (id, constant) = (Some(SuggestedRole::RowId), Some(SuggestedRole::Constant));
    assert_eq!(told, [("number", id, 5, 5), ("category", None, 5, 5), ("date", constant, 1, 1)]);
    let roles = [("d".to_owned(), Role::LeftOut), ("id".to_owned(), Role::RowId)];
    assert_eq!(summary.suggested_roles(), roles.into());
    assert_eq!(summary.columns[2].kind.reason.to_string(), "All 5 values are dates written year first.");
    assert_eq!(summary.columns[0].confidence, Confidence::Sure);
    let comma = read(b"a;b\n1,5;x\n2;y\n3;z\n", &ReadOptions::default()).expect("a table").summary;
    assert_eq!(comma.columns[0].kind.reason.to_string(), "All 3 values are numbers; 1 of them only with a decimal comma.");
    assert_eq!(serde_json::from_str::<Summary>(&serde_json::to_string(&comma).expect("JSON")).expect("a summary"), comma);
}

#[test]
fn a_job_comes_in_slices_and_goes_forward() {
    let text = format!("a,b\n{}", "1,x\n".repeat(1_000_000));
    let mut job =
        start(text.into_bytes(), "t.csv", &ReadOptions::default(), Limits::default()).expect("a job").with_digest("known".to_owned());
    let (mut slices, mut last) = (0, 0);
    let found = loop {
        match job.advance().expect("no problem") {
            Advance::More(progress) => {
                assert!(progress.done >= last && progress.done <= progress.total);
                last = progress.done;
            }
            Advance::Done(found) => break found,
        }
        slices += 1;
    };
    assert!(slices > 8, "{slices}");
    assert_eq!((found.table.rows(), found.summary.sha256.as_str()), (1_000_000, "known"));
    assert!(job.advance().is_err());
}

/// The rows of a table as texts below its names.
fn texts<'a>(tables: impl IntoIterator<Item = &'a Table>) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for table in tables {
        if rows.is_empty() {
            rows.push(table.names().map(str::to_owned).collect());
        }
        let cell = |row: usize| move |column: &Column| column.display(row).unwrap_or_else(|| "·".to_owned());
        rows.extend((0..table.rows()).map(|row| table.columns().iter().map(cell(row)).collect()));
    }
    rows
}

/// Reading piece by piece gives what reading as a whole gives, where every column is the text that it is without a choice.
fn assert_same_in_pieces(bytes: &[u8], options: &ReadOptions, sizes: &[usize]) {
    let Ok(whole) = read(bytes, options) else { return };
    let mut as_text = options.clone();
    for name in whole.table.names() {
        as_text.columns.entry(name.to_owned()).or_default().kind.get_or_insert(crate::table::Kind::Text);
    }
    let whole = read(bytes, &as_text).expect("it was read before");
    let ids = |problems: &[Problem]| problems.iter().map(|problem| (problem.message.clone(), problem.place.clone())).collect::<Vec<_>>();
    // Columns are told of only where all of their values are known.
    let of_columns = ["data.one_column", "data.renamed", "data.all_missing", "data.leading_zeros", "data.short_header"];
    let told = |problems: &[Problem]| {
        let mut told = ids(problems);
        told.retain(|(message, _)| !of_columns.contains(&message.id.as_str()));
        told
    };
    for &size in sizes {
        let what = || format!("{:?} in pieces of {size}, {options:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(300)]));
        let mut stream = Stream::new("t.csv", options, Limits::default()).expect("the options are right");
        let mut tables = Vec::new();
        let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
        for (place, piece) in pieces.iter().enumerate() {
            tables.extend(stream.feed(piece, place + 1 == pieces.len()).unwrap_or_else(|problem| panic!("{problem}: {}", what())));
        }
        assert_eq!(texts(&tables), texts([&whole.table]), "{}", what());
        assert_eq!(told(&stream.problems()), told(&whole.summary.problems), "{}", what());
    }
}

/// The same where the bytes from `from` on come in pieces of a few bytes.
fn assert_same_tail(bytes: &[u8], from: usize, size: usize) {
    let mut options = ReadOptions::default();
    for name in ["a", "b", "c"] {
        options.columns.entry(name.to_owned()).or_default().kind = Some(crate::table::Kind::Text);
    }
    let whole = read(bytes, &options).expect("a table");
    let mut stream = Stream::new("t.csv", &ReadOptions::default(), Limits::default()).expect("the options are right");
    let (head, tail) = bytes.split_at(from);
    let mut tables = Vec::from_iter(stream.feed(head, false).expect("a table"));
    let pieces: Vec<&[u8]> = tail.chunks(size).collect();
    for (place, piece) in pieces.iter().enumerate() {
        tables.extend(stream.feed(piece, place + 1 == pieces.len()).expect("a table"));
    }
    assert_eq!(tables.len(), 1 + pieces.len(), "the head is enough to begin");
    assert_eq!(texts(&tables)[80_000..], texts([&whole.table])[80_000..], "pieces of {size}");
    assert_eq!(stream.problems().len(), whole.summary.problems.len(), "{:?}", whole.summary.problems);
}

#[test]
fn a_file_in_pieces_is_the_file() {
    let sizes = [1, 2, 3, 7, 64, 1 << 20];
    let units = |text: &str, order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let text = "name,n,when\r\n\"José, \"\"J\"\"\",1,2024-01-02\r\n\"Zoë\r\nZ\",2,\r\n\r\n🦀,007,x,\r\nshort\r\n";
    for bytes in [
        text.as_bytes().to_vec(),
        format!("\u{feff}{text}").into_bytes(),
        units(&format!("\u{feff}{text}"), u16::to_le_bytes),
        units(text, u16::to_be_bytes),
        text.replace("\r\n", "\n").into_bytes(),
        text.replace("\r\n", "\r").into_bytes(),
        text.replace("\r\n", "\r\r\n").into_bytes(),
        b"name,n\nJos\xe9,1\nZo\xeb,2\n".to_vec(),
        b"a, \"b\", c\n1, \"x, y\", 2\n3,   \"z\", 4\n".to_vec(),
        b"a,b\n1,\"x\n2,y\n3,z\n".to_vec(),
        b"a,b\n1,\"x\n2,\"y\"\n3,z\n".to_vec(),
        b"a,b\n1,x\0y\n\x002,z\n".to_vec(),
        b"Title\n\n# by hand\na,b,c\n1,2,3\n4,5,6\n".to_vec(),
        b"a,b\nx,1,2\ny,3,4\n".to_vec(),
        b"a,b\n".to_vec(),
        b"5".to_vec(),
    ] {
        assert_same_in_pieces(&bytes, &ReadOptions::default(), &sizes);
    }
    // Behind the head every place of a cut is met: within a character, a quote, a line end, a run of blanks.
    let regular = "a,b,c\r\n".to_owned() + &"1,x,2024-01-02\r\n".repeat(80_000);
    let tail = "3, \"y, \"\"é\"\"\",  \"z\"\r\n\"🦀\r\n\r\",2,\r\n\r\n\r4,\"w\"w,5\r\n6,\"7\r\n8,9,\0\n\r\n10,\"11\"\"\r\n12,13,\"14";
    for text in [
        format!("{regular}{tail}"),
        format!("{}{tail}", regular.replace("x,", "\"x\",")),
        format!("{}{tail}", regular.replace("x,", " \"x\",")),
    ] {
        assert_same_in_pieces(text.as_bytes(), &ReadOptions::default(), &[97]);
        for size in [1, 2, 3, 5] {
            let bytes = text.as_bytes();
            assert_same_tail(bytes, regular.len(), size);
        }
    }
    let wide = units(&format!("{regular}{}", tail.replace('\0', "")), u16::to_le_bytes);
    (1..4).for_each(|size| assert_same_tail(&wide, 2 * regular.len() + 1, size));
    // Kinds that a person chose hold, and what does not fit them is counted over all pieces.
    let chosen = options(r#"{"columns":{"a":{"kind":"number"},"b":{"kind":"date"}}}"#);
    let rows = "1;5/2/2024;u\n2,5;13/2/2024;v\nx;soon;w\n";
    assert_same_in_pieces(format!("a;b;c\n{}", rows.repeat(50)).as_bytes(), &chosen, &[16, 999]);
    // Longer than the head, with cells that several pieces share.
    let long = format!("a,b\n{}", format!("1,{}\n2,\"{}\n\"\n", "x".repeat(3_000), "y".repeat(70_000)).repeat(40));
    assert_same_in_pieces(long.as_bytes(), &ReadOptions::default(), &[4_000, 1 << 19]);
    // What is no table is none in pieces either.
    for (bytes, id) in
        [(&b""[..], "data.empty_file"), (b"\n \n", "data.only_blanks"), (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "data.not_a_table")]
    {
        let mut stream = Stream::new("t.csv", &ReadOptions::default(), Limits::default()).expect("the options are right");
        assert_eq!(stream.feed(bytes, true).expect_err("no table").message.id, id);
    }
}

#[test]
fn a_quote_that_never_closes_costs_no_more_than_a_piece() {
    let mut stream = Stream::new("t.csv", &ReadOptions::default(), Limits::default()).expect("the options are right");
    let piece = "1,x\n".repeat(1 << 18);
    let mut rows = 0;
    for place in 0..40 {
        let piece = if place == 3 { format!("1,\"x\n{piece}") } else { piece.clone() };
        let piece = if place == 0 { format!("a,b\n{piece}") } else { piece };
        rows += stream.feed(piece.as_bytes(), place == 39).expect("a table").map_or(0, |table| table.rows());
    }
    assert_eq!(rows, (40 << 18) + 1);
    let problems = stream.problems();
    assert_eq!(problems.iter().map(|problem| problem.message.id.as_str()).collect::<Vec<_>>(), ["data.defect.unclosed_quote"]);
}

#[test]
fn no_bytes_make_it_panic_and_every_record_is_accounted_for() {
    let seeds: [&[u8]; 8] = [
        b"a,b,c\n1,2,3\n4,5,6\n",
        b"a;b\n1,5;\"x\ny\"\n2,5;z\n",
        b"\"a\",\"b\"\r\n\"1\",\"2\"\"\"\r\n",
        b"x\ty\n2020-01-01\t1e5\n\n",
        "é,ß\n\u{a0}1\u{a0},2 000\n".as_bytes(),
        b"\xff\xfea\0,\0b\0\n\0\x31\0,\0\x32\0\n\0",
        b"'a', 'b'\n'1', '2'\n",
        b"a,b\n1/2/2020,12:30\n,NA\n",
    ];
    let pieces: [&[u8]; 20] = [
        b",",
        b"\n",
        b"\r",
        b"\"",
        b"\"\"",
        b";",
        b"\t",
        b" ",
        b"\0",
        b"\xff",
        b"\xc3",
        b"'",
        b"1",
        b"-",
        b".",
        b"a",
        b"e9",
        b"/",
        "€".as_bytes(),
        b"|",
    ];
    let mut rng = Rng::new(11, "mutations", 0);
    let mut read_so_far = 0;
    for round in 0..6_000 {
        let mut bytes = match round % 3 {
            0 => (0..rng.below(60)).flat_map(|_| pieces[rng.below(pieces.len())].to_vec()).collect(),
            _ => seeds[rng.below(seeds.len())].to_vec(),
        };
        for _ in 0..rng.below(6) {
            let place = rng.below(bytes.len() + 1);
            match rng.below(4) {
                0 if place < bytes.len() => bytes[place] = rng.below(256) as u8,
                1 if place < bytes.len() => drop(bytes.remove(place)),
                2 => drop(bytes.splice(place..place, pieces[rng.below(pieces.len())].iter().copied())),
                _ => drop(bytes.splice(place..place, seeds[rng.below(seeds.len())].iter().copied())),
            }
        }
        let options = options(
            [
                "",
                "",
                "",
                r#"{"header":false}"#,
                r#"{"delimiter":";"}"#,
                r#"{"quote":"single"}"#,
                r#"{"encoding":"utf16_be"}"#,
                r#"{"rows":1}"#,
                r#"{"skip_lines":1}"#,
            ][rng.below(9)],
        );
        if let Ok(found) = read(&bytes, &options) {
            promises(&found);
            read_so_far += 1;
            if round % 4 == 0 && options.rows.is_none() {
                assert_same_in_pieces(&bytes, &options, &[1 + rng.below(9), 100]);
            }
        }
    }
    assert!(read_so_far > 4_000, "{read_so_far}");
}

#[test]
fn a_stream_whose_head_is_ascii_may_still_be_windows_1252() {
    let mut bytes = b"id,name\n".to_vec();
    let rows = (3 << 20) / 6;
    bytes.extend(b"1,Ann\n".repeat(rows));
    bytes.extend(b"2,Ren\xe9\n");
    let mut stream = Stream::new("t.csv", &ReadOptions::default(), Limits::default()).expect("the options are right");
    let mut last = None;
    let count = bytes.chunks(1 << 20).count();
    for (place, piece) in bytes.chunks(1 << 20).enumerate() {
        let table = stream.feed(piece, place + 1 == count).expect("it reads").expect("rows");
        last = table.rows().checked_sub(1).and_then(|row| table.columns()[1].display(row)).or(last);
    }
    assert_eq!(last.as_deref(), Some("René"));
    assert!(stream.problems().is_empty());
}
