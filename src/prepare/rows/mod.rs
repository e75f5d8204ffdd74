//! Rows: steps that leave rows out.
//!
//! Duplicates leave the source before any split, since a row and its twin must not stand on both sides of it. Rows with
//! many gaps and outliers leave the training rows only: new rows cannot be chosen, so those that judge a model are not
//! chosen either.

pub mod drop_duplicates;
pub mod drop_missing_rows;
pub mod remove_outliers;

use super::{Context, Resampled};
use crate::base::{Problem, Stage, text};
use crate::learn::Target;
use crate::table::Table;

/// The training rows that stay, with a note of how many went.
///
/// # Errors
/// Where no row would stay, or a class would lose its last one.
fn kept(step: &str, table: &Table, context: &Context, stays: &[bool]) -> Result<Resampled, Problem> {
    let rows: Vec<usize> = (0..table.rows()).filter(|&row| stays[row]).collect();
    let problem = |id: &str| Problem::new(Stage::Prepare, id).with("step", text(&format!("step.{step}"))).with("rows", table.rows());
    if rows.is_empty() && table.rows() > 0 {
        return Err(problem("rows.none_left"));
    }
    let target = context.target.take(&rows);
    if classes(&target) < classes(context.target) {
        return Err(problem("rows.class_gone").with("left", rows.len()));
    }
    let mut notes = Vec::new();
    if rows.len() < table.rows() {
        notes.push(
            Problem::note(Stage::Prepare, "rows.left_out")
                .with("step", text(&format!("step.{step}")))
                .with("count", table.rows() - rows.len())
                .with("rows", table.rows()),
        );
    }
    Ok(Resampled { table: table.take(&rows), target, from: rows, weights: None, notes })
}

/// How many classes have rows.
fn classes(target: &Target) -> usize {
    let Target::Classes { codes, count } = target else { return 0 };
    let mut seen = vec![false; *count];
    codes.iter().for_each(|&code| seen[code as usize] = true);
    seen.iter().filter(|seen| **seen).count()
}

#[cfg(test)]
mod tests;
