//! Tables that make trouble, as data: what of reading them, and of the whole way to a model, must come. The engine's test
//! and the command line's walk the same list, so that a case is added once.

use std::fmt::Write;

/// How the way from a table to a report ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Models are trained and judged; some of them may say that they cannot be.
    Report,
    /// The problem with this id, from reading or from the goal.
    Problem(&'static str),
}

/// A file that makes trouble.
pub struct Case {
    /// What is wrong with it.
    pub name: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
    /// The column to predict.
    pub target: &'static str,
    /// Rows and columns that are read.
    pub read: (usize, usize),
    /// How it ends.
    pub end: End,
}

fn refused(name: &'static str, bytes: &[u8], id: &'static str) -> Case {
    Case { name, bytes: bytes.to_vec(), target: "y", read: (0, 0), end: End::Problem(id) }
}

fn read(name: &'static str, bytes: impl Into<Vec<u8>>, target: &'static str, read: (usize, usize), end: End) -> Case {
    Case { name, bytes: bytes.into(), target, read, end }
}

/// A table with a header, `rows` rows and what a function says of each.
fn table(header: &str, rows: usize, row: impl Fn(usize) -> String) -> String {
    let mut text = format!("{header}\n");
    for number in 0..rows {
        let _ = writeln!(text, "{}", row(number));
    }
    text
}

/// A class that a number leans to, with a little disorder.
fn class(row: usize) -> &'static str {
    if row.is_multiple_of(7) || row.is_multiple_of(2) { "yes" } else { "no" }
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once('\u{feff}').chain(text.chars()).flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec()).flat_map(unit).collect()
}

/// Files that cannot be read, or of which little is left.
pub fn files() -> Vec<Case> {
    use End::{Problem, Report};
    let plain = table("x,y", 24, |row| format!("{},{}", row % 5, class(row)));
    let names: Vec<String> = (0..5_000).map(|column| format!("c{column}")).collect();
    let wide = table(&names.join(","), 3, |row| (0..5_000).map(|column| (row * column).to_string()).collect::<Vec<_>>().join(","));
    let long = table("x,note,y", 24, |row| {
        let note = if row == 3 { "w".repeat(10 << 20) } else { format!("n{}", row % 3) };
        format!("{},{note},{}", row % 5, class(row))
    });
    vec![
        refused("nothing", b"", "data.empty_file"),
        refused("a byte order mark alone", b"\xef\xbb\xbf", "data.only_blanks"),
        refused("blank lines alone", b"\n \r\n\t\n", "data.only_blanks"),
        refused("a PNG image by another name", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06", "data.not_a_table"),
        refused("an archive by another name", b"PK\x03\x04\x14\0\0\0\x08\0abcdefgh", "data.not_a_table_packed"),
        refused("a program by another name", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", "data.not_a_table"),
        read("a header alone", "x,y\n", "y", (0, 2), Problem("goal.no_rows")),
        read("one row", "x,y\n1,yes\n", "y", (1, 2), Problem("goal.one_class")),
        read("one cell", "5", "column_1", (1, 1), Problem("goal.no_inputs")),
        read("one name", "y", "y", (0, 1), Problem("goal.no_rows")),
        read("one column", "y\nyes\nno\nyes\nno\n", "y", (4, 1), Problem("goal.no_inputs")),
        read("every value missing", table("x,y", 20, |_| ",NA".to_owned()), "y", (20, 2), Problem("goal.no_rows")),
        read("ragged rows", format!("{plain}3\n4,yes,no,5\n,,\n"), "y", (26, 2), Report),
        read("an unclosed quote", plain.replacen("1,no", "\"1,no", 1), "y", (24, 2), Report),
        read("NUL bytes", plain.replace("3,", "3\0,"), "y", (24, 2), Report),
        read("5,000 columns", wide, "c1", (3, 5_000), Problem("goal.all_different")),
        read("a cell of 10 MB", long, "y", (24, 3), Report),
        read("UTF-16, low byte first", utf16(&plain, u16::to_le_bytes), "y", (24, 2), Report),
        read("UTF-16, high byte first", utf16(&plain, u16::to_be_bytes), "y", (24, 2), Report),
        read("UTF-16 without its last byte", [utf16(&plain, u16::to_le_bytes), vec![0x31]].concat(), "y", (25, 2), Report),
        read("one name for every column", table("y,y,y", 24, |row| format!("{},{row},{}", row % 5, class(row))), "y_3", (24, 3), Report),
        read("names that are empty", table(",,y", 24, |row| format!("{},{row},{}", row % 5, class(row))), "y", (24, 3), Report),
        read("line ends of old Macs", plain.replace('\n', "\r"), "y", (24, 2), Report),
        read("quotes and nothing else", "\"\"\"\"\"\"\n\"\"\"\"\n", "y", (1, 1), Problem("goal.target_gone")),
    ]
}

/// Tables that are read well and hold extremes.
pub fn extremes() -> Vec<Case> {
    use End::{Problem, Report};
    let names: Vec<String> = (0..3_000).map(|column| format!("c{column}")).chain(["y".to_owned()]).collect();
    let wide = table(&names.join(","), 40, |row| {
        let numbers = (0..3_000).map(|column| ((row * 31 + column * 17) % 101).to_string());
        numbers.chain([class(row).to_owned()]).collect::<Vec<_>>().join(",")
    });
    let with = |x: fn(usize) -> String| table("x,z,y", 40, |row| format!("{},{},{}", x(row), row % 6, class(row)));
    let number = |x: fn(usize) -> String| table("x,z,y", 40, |row| format!("{},{},{}", row % 9, row % 4, x(row)));
    vec![
        read("a constant column", with(|_| "7".to_owned()), "y", (40, 3), Report),
        read("a constant target, a number", number(|_| "7".to_owned()), "y", (40, 3), Problem("goal.one_class")),
        read("a constant target, a class", number(|_| "yes".to_owned()), "y", (40, 3), Problem("goal.one_class")),
        read("a class with one row", number(|row| if row == 5 { "rare" } else { class(row) }.to_owned()), "y", (40, 3), Report),
        read("every row its own class", number(|row| format!("k{row}")), "y", (40, 3), Problem("goal.all_different")),
        read("values of 1e30", with(|row| format!("{}e30", row as f64 / 7.0 - 3.0)), "y", (40, 3), Report),
        read("values of 1e308", with(|row| if row % 2 == 0 { "1e308" } else { "-1e308" }.to_owned()), "y", (40, 3), Report),
        read("denormal values", with(|row| format!("{}e-310", 1 + row % 5)), "y", (40, 3), Report),
        read("infinite values", with(|row| if row % 9 == 0 { "inf".to_owned() } else { row.to_string() }), "y", (40, 3), Report),
        read("values beyond the largest number", with(|row| format!("1e{}", 300 + row)), "y", (40, 3), Report),
        read("a target of 1e30", number(|row| format!("{}e30", row as f64 / 7.0 - 3.0)), "y", (40, 3), Report),
        read("a target of 1e308", number(|row| format!("{}e306", (row * 37) % 101)), "y", (40, 3), Problem("judge.candidate_failed")),
        read("a denormal target", number(|row| format!("{}e-310", (row * 37) % 41)), "y", (40, 3), Report),
        read(
            "an infinite target",
            number(|row| if row == 3 { "inf".to_owned() } else { format!("{}.5", row * 3) }),
            "y",
            (40, 3),
            Problem("goal.all_different"),
        ),
        read("two rows", "x,y\n1,yes\n2,no\n", "y", (2, 2), Problem("split.too_few")),
        read("three rows", "x,y\n1,yes\n2,no\n3,yes\n", "y", (3, 2), Problem("split.too_few")),
        read("labels that differ by a blank", number(|row| ["yes", "\"yes \"", "no", " no"][row % 4].to_owned()), "y", (40, 3), Report),
        read("labels that differ by case", number(|row| ["yes", "Yes", "no", "NO"][row % 4].to_owned()), "y", (40, 3), Report),
        read("a class named NaN", number(|row| ["NaN", "yes", "no"][row % 3].to_owned()), "y", (40, 3), Report),
        read("a target with gaps", number(|row| if row % 3 == 0 { String::new() } else { class(row).to_owned() }), "y", (40, 3), Report),
        read("a column that is the target", with(|row| class(row).to_owned()), "y", (40, 3), Report),
        read("rows that are all the same", table("x,y", 40, |_| "1,yes".to_owned()), "y", (40, 2), Problem("goal.one_class")),
        read("two different rows, many times", table("x,y", 40, |row| ["1,yes", "2,no"][row % 2].to_owned()), "y", (40, 2), Report),
        read("dates at the ends of time", with(|row| ["0001-01-01", "9999-12-31", "2024-02-29"][row % 3].to_owned()), "y", (40, 3), Report),
        read("integers above 2^53", with(|row| format!("90071992547409{row:02}")), "y", (40, 3), Report),
        read("signs that steer", with(|row| format!("\"\u{1b}[31m\u{202e}<script>{}\"", row % 3)), "y", (40, 3), Report),
        read(
            "a column that is empty but for one",
            with(|row| if row == 39 { "5".to_owned() } else { String::new() }),
            "y",
            (40, 3),
            Report,
        ),
        read("3,000 columns", wide, "y", (40, 3_001), Report),
    ]
}
