//! Class imbalance: steps that weigh training rows or change how many there are of a class.
//!
//! All of them have the effect [`Effect::TrainingRows`](super::Effect): rows that a model is judged by never see them.

pub mod class_weights;
pub mod random_over;
pub mod random_under;
pub mod reweigh;
pub mod smote;
pub mod smote_nc;
mod synthesis;

use super::{Context, Resampled};
use crate::base::{Field, Problem, Stage};
use crate::learn::Target;
use crate::table::Table;
use serde::Deserialize;

/// More values than this are not made: rows times columns after the step.
const MOST_CELLS: usize = 250_000_000;

/// How many rows of a class there are to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Strategy {
    /// All classes alike.
    Equal,
    /// The smaller ones a share of the largest.
    Share,
}

/// The fields that say how many rows of a class there are to be.
fn strategy_fields() -> [Field; 2] {
    [Field::choice("strategy", "equal", &["equal", "share"]), Field::number("share", 0.5, 0.01, 1.0).when("strategy", &["share"])]
}

impl Strategy {
    /// The share that is wanted of a smaller class.
    fn share(self, share: f64) -> f64 {
        if self == Strategy::Equal { 1.0 } else { share }
    }
}

/// The class of each row and the number of rows of each class.
struct Classes<'a> {
    codes: &'a [u32],
    counts: Vec<usize>,
}

impl<'a> Classes<'a> {
    /// # Errors
    /// Where the target is a number: there are no classes to balance.
    fn of(target: &'a Target, step: &str) -> Result<Self, Problem> {
        let Target::Classes { codes, count } = target else {
            return Err(problem("balance.regression", step));
        };
        let mut counts = vec![0; *count];
        for &code in codes {
            counts[code as usize] += 1;
        }
        Ok(Self { codes, counts })
    }

    /// The positions of the rows of a class, ascending.
    fn rows(&self, class: usize) -> Vec<usize> {
        (0..self.codes.len()).filter(|&row| self.codes[row] as usize == class).collect()
    }

    /// The size of the largest class.
    fn largest(&self) -> usize {
        self.counts.iter().copied().max().unwrap_or(0)
    }

    /// The size of the smallest class that has rows.
    fn smallest(&self) -> usize {
        self.counts.iter().copied().filter(|&count| count > 0).min().unwrap_or(0)
    }

    /// How many rows each class lacks of `share` of the largest class, rounded; none for a class without rows, since
    /// there is nothing to make them from.
    fn lacking(&self, share: f64) -> Vec<usize> {
        let wanted = (share * self.largest() as f64).round() as usize;
        self.counts.iter().map(|&count| if count == 0 { 0 } else { wanted.saturating_sub(count) }).collect()
    }
}

/// A problem of a step, which is the argument `step` of its text.
fn problem(id: &str, step: &str) -> Problem {
    Problem::new(Stage::Prepare, id).with("step", crate::base::text(&format!("step.{step}")))
}

fn note(id: &str, step: &str) -> Problem {
    Problem::note(Stage::Prepare, id).with("step", crate::base::text(&format!("step.{step}")))
}

/// Refuses a table that would be too large to hold.
fn check_size(table: &Table, added: usize, step: &str) -> Result<(), Problem> {
    let rows = table.rows().saturating_add(added);
    if rows.saturating_mul(table.columns().len().max(1)) > MOST_CELLS {
        return Err(problem("balance.too_many", step).with("rows", rows).with("columns", table.columns().len()));
    }
    Ok(())
}

/// The training rows as they came, with a note.
fn unchanged(table: &Table, context: &Context, note: Problem) -> Resampled {
    Resampled { table: table.clone(), target: context.target.clone(), from: (0..table.rows()).collect(), weights: None, notes: vec![note] }
}

/// The training rows as they came, each with a factor for its weight.
fn weighed(table: &Table, context: &Context, weights: Vec<f64>) -> Resampled {
    Resampled {
        table: table.clone(),
        target: context.target.clone(),
        from: (0..table.rows()).collect(),
        weights: Some(weights),
        notes: Vec::new(),
    }
}

/// The training rows at these positions; a position may come more than once.
fn taken(table: &Table, context: &Context, rows: Vec<usize>) -> Resampled {
    Resampled { table: table.take(&rows), target: context.target.take(&rows), from: rows, weights: None, notes: Vec::new() }
}

#[cfg(test)]
mod tests;
