//! Selection: steps that decide, on training rows alone, which columns of numbers a model is to see.
//!
//! Each drops columns and tells the scores that it decided by. Columns of other kinds are left alone.

mod coefficients;
pub mod correlation;
pub mod importance;
pub mod rfe;
pub mod univariate;
pub mod variance;

use super::{Cell, Context, Fitted, Learned};
use crate::base::{Problem, Stage, text};
use crate::plan::Op;
use crate::table::Table;

/// A chosen column: its name and its numbers, NaN where missing.
type Numbers<'a> = (&'a str, &'a [f64]);

/// The chosen columns, in the table's order.
///
/// # Errors
/// A column that is not there or does not hold numbers; which the selector has seen to.
fn chosen<'a>(table: &'a Table, context: &Context, step: &str) -> Result<Vec<Numbers<'a>>, Problem> {
    if let Some(absent) = context.columns.iter().find(|name| table.column(name).is_none_or(|column| column.numbers().is_none())) {
        return Err(problem("prepare.no_column", step).at_column(absent));
    }
    let columns = table.columns().iter().filter(|column| context.columns.contains(&column.name));
    Ok(columns.filter_map(|column| Some((column.name.as_str(), column.numbers()?))).collect())
}

/// The chosen columns where none of their values is missing.
///
/// # Errors
/// As [`chosen`], or the first column with a missing value.
fn complete<'a>(table: &'a Table, context: &Context, step: &str) -> Result<Vec<Numbers<'a>>, Problem> {
    let columns = chosen(table, context, step)?;
    for (name, values) in &columns {
        let missing = values.iter().filter(|x| x.is_nan()).count();
        if missing > 0 {
            return Err(problem("select.missing", step).with("rows", missing).at_column(name));
        }
    }
    Ok(columns)
}

/// A column and what is decided about it.
struct Decision<'a> {
    column: &'a str,
    /// What it is decided by.
    scores: Vec<Cell>,
    keep: bool,
}

/// The decisions as operations and as a table for people: the scores under their headings, then whether it is kept.
fn decided(step: &str, headings: &[&str], decisions: Vec<Decision>) -> Fitted {
    let drop: Vec<String> = decisions.iter().filter(|decision| !decision.keep).map(|decision| decision.column.to_owned()).collect();
    let mut notes = Vec::new();
    if !drop.is_empty() && drop.len() == decisions.len() {
        notes.push(
            Problem::warning(Stage::Prepare, "select.none_kept")
                .with("step", text(&format!("step.{step}")))
                .with("columns", decisions.len()),
        );
    }
    let headings = headings.iter().chain(&["learned.kept"]).map(|&id| id.to_owned()).collect();
    let rows = decisions
        .into_iter()
        .map(|Decision { column, mut scores, keep }| {
            scores.push(Cell::Text(text(if keep { "learned.kept=yes" } else { "learned.kept=no" })));
            (column.to_owned(), scores)
        })
        .collect();
    let ops = if drop.is_empty() { Vec::new() } else { vec![Op::Drop { columns: drop }] };
    Fitted { ops, learned: Learned { headings, rows }, notes }
}

/// Which of the scores are among the `count` largest; of equal ones the earlier. An undefined score comes last.
fn largest(scores: &[Option<f64>], count: usize) -> Vec<bool> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    let score = |place: usize| scores[place].unwrap_or(f64::NEG_INFINITY);
    order.sort_by(|&a, &b| score(b).total_cmp(&score(a)).then(a.cmp(&b)));
    let mut keep = vec![false; scores.len()];
    order.into_iter().take(count).for_each(|place| keep[place] = true);
    keep
}

/// A score for people; an infinite one in words, an undefined one empty.
fn cell(score: Option<f64>) -> Cell {
    match score {
        None => Cell::Empty,
        Some(score) if score.is_finite() => Cell::Number(score),
        Some(_) => Cell::Text(text("learned.infinite")),
    }
}

/// A problem of a step, which is the argument `step` of its text.
fn problem(id: &str, step: &str) -> Problem {
    Problem::new(Stage::Prepare, id).with("step", text(&format!("step.{step}")))
}

#[cfg(test)]
mod tests;
