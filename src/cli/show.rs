//! Values as text for a terminal: tables, problems, numbers.

use atelier::base::{Figure, Place, Problem, Severity, text};
use serde_json::{Value, json};

/// Rows of cells under headings, as lines with aligned columns.
#[derive(Default)]
pub struct TextTable {
    rows: Vec<Vec<String>>,
    right: Vec<bool>,
}

/// The most characters of a cell.
const WIDEST: usize = 60;

impl TextTable {
    /// A table with headings; those that begin with `>` stand above columns that are aligned to the right.
    pub fn new(headings: &[&str]) -> Self {
        let right = headings.iter().map(|heading| heading.starts_with('>')).collect();
        let mut table = Self { rows: Vec::new(), right };
        table.row(headings.iter().map(|heading| heading.trim_start_matches('>').to_owned()));
        table
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let mut cells: Vec<String> = cells.into_iter().map(|cell| clean(&cell).replace(['\n', '\t'], " ")).collect();
        // Nothing stands behind the last one.
        let last = cells.len().saturating_sub(1);
        cells[..last].iter_mut().for_each(|cell| *cell = shorten(cell, WIDEST));
        self.rows.push(cells);
    }

    /// The lines, each with a blank margin.
    pub fn lines(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut out = String::new();
        for row in &self.rows {
            let mut line = String::from(" ");
            for (column, cell) in row.iter().enumerate() {
                let blanks = " ".repeat(widths[column] - cell.chars().count());
                let is_right = self.right.get(column).copied().unwrap_or(false);
                line += " ";
                line += &if is_right { format!("{blanks}{cell} ") } else { format!("{cell}{blanks} ") };
            }
            out += line.trim_end();
            out.push('\n');
        }
        out
    }
}

/// A text without signs that steer a terminal; tabs and line breaks stay.
pub fn clean(text: &str) -> String {
    let is_harmless = |letter: char| !letter.is_control() || matches!(letter, '\n' | '\t');
    text.chars().map(|letter| if is_harmless(letter) { letter } else { '\u{fffd}' }).collect()
}

/// A text of at most so many characters.
pub fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// A problem as lines: what, where, what to do.
pub fn problem_lines(problem: &Problem) -> String {
    let severity = text(match problem.severity {
        Severity::Note => "cli.note",
        Severity::Warning => "cli.warning",
        Severity::Error => "cli.error",
    });
    let mut lines = format!("{severity}: {}", problem.message);
    if let Some(place) = place(&problem.place) {
        lines += &format!("\n  {}: {place}", text("cli.where"));
    }
    if let Some(hint) = problem.hint() {
        lines += &format!("\n  {}: {hint}", text("cli.to_do"));
    }
    lines
}

/// Problems one below the other.
pub fn problems(problems: &[Problem]) -> String {
    problems.iter().map(|problem| clean(&problem_lines(problem)) + "\n").collect()
}

/// A problem with its words, for other programs.
pub fn problem_json(problem: &Problem) -> Value {
    json!({
        "id": problem.message.id,
        "severity": problem.severity,
        "stage": problem.stage,
        "place": problem.place,
        "args": problem.message.args,
        "text": problem.message.to_string(),
        "hint": problem.hint().map(|hint| hint.to_string()),
    })
}

fn place(place: &Place) -> Option<String> {
    let numbered = |id: &str, number: u64| format!("{} {number}", text(id));
    Some(match place {
        Place::Whole => return None,
        Place::Line(line) => numbered("cli.line", *line),
        Place::Column(column) => format!("{} {column}", text("cli.column")),
        Place::Cell(line, column) => format!("{}, {} {column}", numbered("cli.line", *line), text("cli.column")),
        Place::Step(step) => numbered("cli.step", *step as u64 + 1),
        // The settings of a step stand under its number.
        Place::Field(owner, field) => match owner.parse::<u64>() {
            Ok(step) => format!("{}, {field}", numbered("cli.step", step + 1)),
            Err(_) => format!("{owner}.{field}"),
        },
        Place::Character(place) => numbered("cli.character", *place as u64 + 1),
    })
}

/// A figure in about four digits, or why there is none.
pub fn figure(figure: &Figure) -> String {
    match figure {
        Figure::Undefined(reason) => format!("- ({reason})"),
        Figure::Value(value) => number(*value),
    }
}

/// About four digits of a number.
pub fn number(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e7).contains(&size) {
        format!("{value:.3e}")
    } else if size < 10.0 {
        format!("{value:.4}")
    } else if size < 1000.0 {
        format!("{value:.2}")
    } else {
        format!("{value:.0}")
    }
}

/// Bytes in the usual units.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
