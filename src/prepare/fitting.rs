//! What column steps share: looking up their columns, tables for people, notes, and changes to a schema.

use super::{Cell, Context, Fitted, Kind, Learned};
use crate::base::{Params, Place, Problem, Stage, field, text};
use crate::plan::Op;
use crate::table::{Column, ColumnInfo, Kind as ColumnKind, Schema, Table};
use serde::de::DeserializeOwned;

/// A fit as it grows.
pub(super) struct Fitting<'a> {
    kind: &'static Kind,
    table: &'a Table,
    fitted: Fitted,
}

impl<'a> Fitting<'a> {
    /// A fit of a step on training rows, with the headings of what it learns.
    ///
    /// # Errors
    /// Where there is no row to learn from.
    pub fn new(kind: &'static Kind, table: &'a Table, headings: &[&str]) -> Result<Self, Problem> {
        if table.rows() == 0 {
            return Err(problem(kind, "prepare.no_rows"));
        }
        let headings = headings.iter().map(|&heading| heading.to_owned()).collect();
        Ok(Self { kind, table, fitted: Fitted { learned: Learned { headings, rows: Vec::new() }, ..Fitted::default() } })
    }

    /// The chosen columns in the order of the table; a note where there is none.
    pub fn columns(&mut self, context: &Context) -> Result<Vec<&'a Column>, Problem> {
        if let Some(absent) = context.columns.iter().find(|name| self.table.column(name).is_none()) {
            return Err(problem(self.kind, "prepare.no_column").at_column(absent));
        }
        if context.columns.is_empty() {
            self.note(note(self.kind, "prepare.no_columns"));
        }
        Ok(self.table.columns().iter().filter(|column| context.columns.contains(&column.name)).collect())
    }

    /// The chosen columns of numbers, by name.
    pub fn numbers(&mut self, context: &Context) -> Result<Vec<(&'a str, &'a [f64])>, Problem> {
        let columns = self.columns(context)?;
        Ok(columns.into_iter().filter_map(|column| Some((column.name.as_str(), column.numbers()?))).collect())
    }

    pub fn op(&mut self, op: Op) {
        self.fitted.ops.push(op);
    }

    pub fn learn(&mut self, name: impl Into<String>, cells: Vec<Cell>) {
        self.fitted.learned.rows.push((name.into(), cells));
    }

    pub fn note(&mut self, note: Problem) {
        self.fitted.notes.push(note);
    }

    /// One note for all columns that something is true of; none where there is no such column.
    pub fn note_columns(&mut self, id: &str, columns: &[&str]) {
        let note = note(self.kind, id).with("columns", listed(columns));
        match columns {
            [] => {}
            [column] => self.note(note.at(Place::Column((*column).to_owned()))),
            _ => self.note(note),
        }
    }

    pub fn finish(self) -> Fitted {
        self.fitted
    }
}

/// The checked parameters of a step.
pub(super) fn settings<T: DeserializeOwned>(kind: &Kind, params: &Params) -> Result<T, Problem> {
    field::parse(&(kind.fields)(), params, Stage::Prepare, &kind.owner())
}

/// A problem of a step, which is the argument `step` of its text.
pub(super) fn problem(kind: &Kind, id: &str) -> Problem {
    Problem::new(Stage::Prepare, id).with("step", text(&kind.owner()))
}

/// Something worth knowing about a step, which is the argument `step` of its text.
pub(super) fn note(kind: &Kind, id: &str) -> Problem {
    Problem::note(Stage::Prepare, id).with("step", text(&kind.owner()))
}

/// Names in a sentence: the first few, and how many more there are.
fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 8;
    let shown = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(SHOWN) {
        None | Some(0) => shown,
        Some(more) => format!("{shown} (+{more})"),
    }
}

/// A new column's name, which no column may have yet.
pub(super) fn free(kind: &Kind, name: String, taken: impl Fn(&str) -> bool) -> Result<String, Problem> {
    if taken(&name) {
        return Err(problem(kind, "prepare.name_taken").at_column(&name));
    }
    Ok(name)
}

/// The numbers that are there, ascending.
pub(super) fn ascending(values: &[f64]) -> Vec<f64> {
    let mut present: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
    present.sort_unstable_by(f64::total_cmp);
    present
}

/// A number that a saved step can hold: what is too large becomes the largest.
pub(super) fn bounded(x: f64) -> f64 {
    x.clamp(f64::MIN, f64::MAX)
}

/// A count for people.
pub(super) fn count(count: usize) -> Cell {
    Cell::Number(count as f64)
}

/// A number for people.
pub(super) fn number(x: f64) -> Cell {
    if x.is_finite() { Cell::Number(x) } else { Cell::Empty }
}

/// The schema with a column added at the end, or put in the place of the one with its name.
pub(super) fn put(schema: &mut Schema, info: ColumnInfo) {
    match schema.columns.iter_mut().find(|column| column.name == info.name) {
        Some(column) => *column = info,
        None => schema.columns.push(info),
    }
}

/// The schema without some columns.
pub(super) fn without(mut schema: Schema, columns: &[String]) -> Schema {
    schema.columns.retain(|column| !columns.contains(&column.name));
    schema
}

/// The schema with some columns turned into numbers that are missing where they were.
pub(super) fn as_numbers(mut schema: Schema, columns: &[String]) -> Schema {
    for column in schema.columns.iter_mut().filter(|column| columns.contains(&column.name)) {
        column.kind = ColumnKind::Number;
        column.levels.clear();
    }
    schema
}
