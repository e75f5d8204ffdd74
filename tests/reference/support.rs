//! Reading figures and tables by the conventions of `FIGURES.md`, and comparing.
#![allow(dead_code)] // each group uses a part

use flate2::read::GzDecoder;
use ndarray::Array2;
use serde_json::Value;
use std::io::Read;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A file of figures, whole: `meta`, `how`, `figures`.
pub fn figures(name: &str) -> Value {
    let path = root().join("tests/reference/figures").join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The bytes of a sample or test table, unpacked.
pub fn bytes(file: &str) -> Vec<u8> {
    let packed =
        ["public/samples", "tests/data"].iter().map(|folder| root().join(folder).join(format!("{file}.gz"))).find(|path| path.exists());
    read_gz(&packed.unwrap_or_else(|| panic!("no table {file}")))
}

fn read_gz(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    GzDecoder::new(std::fs::File::open(path).expect("the table opens")).read_to_end(&mut bytes).expect("the table unpacks");
    bytes
}

/// A table by the reading convention: stripped texts, missing markers out.
#[derive(Clone)]
pub struct Raw {
    pub names: Vec<String>,
    pub rows: Vec<Vec<Option<String>>>,
}

const MISSING: [&str; 8] = ["", "?", "NA", "N/A", "NaN", "nan", "null", "NULL"];

/// Reads a file without choosing columns or rows.
pub fn raw(file: &str) -> Raw {
    let bytes = bytes(file);
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let names = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let cell = |text: &str| (!MISSING.contains(&text.trim())).then(|| text.trim().to_owned());
    let rows = reader.records().map(|record| record.expect("a record").iter().map(cell).collect()).collect();
    Raw { names, rows }
}

/// The table of a figure file, with its options `cols`, `drop`, `every`, `rows` applied.
pub fn table_of(figures: &Value) -> Raw {
    let options = &figures["meta"]["options"];
    let list = |key: &str| options[key].as_str().map(|text| text.split(',').map(str::to_owned).collect::<Vec<_>>());
    let number = |key: &str| options[key].as_u64().or_else(|| options[key].as_str().and_then(|text| text.parse().ok())).map(|n| n as usize);
    let mut table = raw(figures["meta"]["file"].as_str().expect("a file"));
    if let Some(every) = number("every") {
        table.rows = table.rows.into_iter().step_by(every).collect();
    }
    if let Some(rows) = number("rows") {
        table.rows.truncate(rows);
    }
    if let Some(mut columns) = list("cols") {
        // The target stays, whether it is named or not.
        columns.extend(options["target"].as_str().map(str::to_owned));
        table = table.select(&columns);
    }
    if let Some(drop) = list("drop") {
        let keep: Vec<String> = table.names.iter().filter(|name| !drop.contains(name)).cloned().collect();
        table = table.select(&keep);
    }
    table
}

impl Raw {
    pub fn position(&self, name: &str) -> usize {
        self.names.iter().position(|other| other == name).unwrap_or_else(|| panic!("no column {name}"))
    }

    /// Only these columns, in file order.
    pub fn select(&self, names: &[String]) -> Raw {
        let places: Vec<usize> = (0..self.names.len()).filter(|&place| names.contains(&self.names[place])).collect();
        Raw {
            names: places.iter().map(|&place| self.names[place].clone()).collect(),
            rows: self.rows.iter().map(|row| places.iter().map(|&place| row[place].clone()).collect()).collect(),
        }
    }

    pub fn texts(&self, name: &str) -> Vec<Option<&str>> {
        let place = self.position(name);
        self.rows.iter().map(|row| row[place].as_deref()).collect()
    }

    /// Whether each present value is a finite number.
    pub fn is_numeric(&self, name: &str) -> bool {
        let mut present = self.texts(name).into_iter().flatten().peekable();
        present.peek().is_some() && present.all(|text| text.parse::<f64>().is_ok_and(f64::is_finite))
    }

    /// NaN where missing.
    pub fn numbers(&self, name: &str) -> Vec<f64> {
        self.texts(name).into_iter().map(|text| text.and_then(|text| text.parse().ok()).unwrap_or(f64::NAN)).collect()
    }

    /// As a table of the engine: numeric columns as numbers, all others as categories.
    pub fn table(&self) -> atelier::table::Table {
        use atelier::table::{Column, Strings, Table};
        Table::new(
            self.names
                .iter()
                .map(|name| match self.is_numeric(name) {
                    true => Column::number(name, self.numbers(name)),
                    false => Column::category(name, Strings::from_texts(self.texts(name))),
                })
                .collect(),
        )
    }
}

/// The design of the conventions: numbers scaled, categories as 0/1 columns.
pub struct Design {
    pub columns: Vec<String>,
    /// Rows x columns.
    pub x: Array2<f64>,
    /// The first level of each category, by column name: what "dropped first" leaves out.
    pub first_levels: Vec<String>,
    /// Numbers of a numeric target; class codes otherwise.
    pub y: Vec<f64>,
    /// Sorted classes; empty where the target is numeric and not forced to be a class.
    pub classes: Vec<String>,
    /// Row of `raw` of each kept row.
    pub kept: Vec<usize>,
}

/// The design of a figure file: rows without target dropped, numbers filled by the median and standardised (unless
/// `scaled` is false), categories as 0/1 columns in sorted order.
pub fn design(figures: &Value, raw: &Raw, scaled: bool) -> Design {
    let options = &figures["meta"]["options"];
    let target = options["target"].as_str().expect("a target");
    let max_levels = options["maxlevels"].as_u64().unwrap_or(30) as usize;
    let kept: Vec<usize> = raw.texts(target).iter().enumerate().filter(|(_, text)| text.is_some()).map(|(row, _)| row).collect();
    let raw = Raw { names: raw.names.clone(), rows: kept.iter().map(|&row| raw.rows[row].clone()).collect() };
    let n = raw.rows.len();
    let is_class =
        options["task"] == "classification" || !raw.is_numeric(target) || options.get("pos").is_some() || distinct(&raw.texts(target)) <= 2;
    let (classes, y) = if is_class {
        let mut classes: Vec<String> = raw.texts(target).into_iter().flatten().map(str::to_owned).collect();
        atelier::table::sort_levels(&mut classes);
        classes.dedup();
        if let Some(positive) = options["pos"].as_str() {
            classes.retain(|class| class != positive);
            classes.push(positive.to_owned());
        }
        let code = |text: Option<&str>| classes.iter().position(|class| Some(class.as_str()) == text).expect("a class") as f64;
        let y = raw.texts(target).into_iter().map(code).collect();
        (classes, y)
    } else {
        (Vec::new(), raw.numbers(target))
    };
    let (mut columns, mut values, mut first_levels) = (Vec::new(), Vec::<Vec<f64>>::new(), Vec::new());
    for name in raw.names.iter().filter(|name| *name != target && raw.is_numeric(name)) {
        let mut column = raw.numbers(name);
        let mut present: Vec<f64> = column.iter().copied().filter(|x| !x.is_nan()).collect();
        present.sort_by(f64::total_cmp);
        let m = present.len();
        let median = if m % 2 == 1 { present[m / 2] } else { (present[m / 2 - 1] + present[m / 2]) / 2.0 };
        column.iter_mut().filter(|x| x.is_nan()).for_each(|x| *x = median);
        if scaled {
            let mean = column.iter().sum::<f64>() / n as f64;
            let sd = (column.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n as f64).sqrt();
            column.iter_mut().for_each(|x| *x = if sd > 0.0 { (*x - mean) / sd } else { 0.0 });
        }
        columns.push(name.clone());
        values.push(column);
    }
    for name in raw.names.iter().filter(|name| *name != target && !raw.is_numeric(name)) {
        let texts: Vec<String> = raw.texts(name).into_iter().map(|text| text.unwrap_or("").to_owned()).collect();
        let mut levels = texts.clone();
        levels.sort_unstable();
        levels.dedup();
        if levels.len() > max_levels {
            continue;
        }
        first_levels.push(format!("{name}={}", levels[0]));
        for level in levels {
            columns.push(format!("{name}={level}"));
            values.push(texts.iter().map(|text| f64::from(u8::from(*text == level))).collect());
        }
    }
    let x = Array2::from_shape_fn((n, columns.len()), |(row, column)| values[column][row]);
    Design { columns, x, first_levels, y, classes, kept }
}

fn distinct(texts: &[Option<&str>]) -> usize {
    let mut seen: Vec<&str> = texts.iter().flatten().copied().collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len()
}

/// The fold of each row by the conventions: within each class in file order, or by row number for numbers.
pub fn folds(design: &Design, k: usize) -> Vec<usize> {
    let mut next = vec![0; design.classes.len().max(1)];
    design
        .y
        .iter()
        .map(|&y| {
            let class = if design.classes.is_empty() { 0 } else { y as usize };
            let fold = next[class] % k;
            next[class] += 1;
            fold
        })
        .collect()
}

/// Collects differences, so that one run shows them all.
#[derive(Default)]
pub struct Check {
    compared: usize,
    wrong: Vec<String>,
}

impl Check {
    /// |got - want| <= tolerance * max(1, |want|).
    pub fn close(&mut self, what: &str, got: f64, want: f64, tolerance: f64) {
        self.compared += 1;
        let allowed = tolerance * if want.abs() > 1.0 { want.abs() } else { 1.0 };
        if got.is_nan() || (got - want).abs() > allowed {
            self.wrong.push(format!("{what}: {got} instead of {want}"));
        }
    }

    /// The same for a JSON value: a number, or a list of (lists of) numbers against a flat list.
    pub fn close_all(&mut self, what: &str, got: &[f64], want: &Value, tolerance: f64) {
        let want = flat(want);
        if got.len() != want.len() {
            self.wrong.push(format!("{what}: {} values instead of {}", got.len(), want.len()));
            return;
        }
        for (place, (got, want)) in got.iter().zip(&want).enumerate() {
            self.close(&format!("{what}[{place}]"), *got, *want, tolerance);
        }
    }

    pub fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, got: T, want: T) {
        self.compared += 1;
        if got != want {
            self.wrong.push(format!("{what}: {got:?} instead of {want:?}"));
        }
    }

    /// Fails with every difference; also where nothing was compared, since such a test proves nothing.
    pub fn end(self) {
        assert!(self.compared > 0, "nothing was compared");
        assert!(self.wrong.is_empty(), "{} of {} differ:\n{}", self.wrong.len(), self.compared, self.wrong.join("\n"));
    }
}

/// All numbers in a JSON value, depth first; null is NaN.
pub fn flat(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(list) => list.iter().flat_map(flat).collect(),
        Value::Null => vec![f64::NAN],
        other => vec![other.as_f64().unwrap_or_else(|| panic!("{other} is not a number"))],
    }
}
