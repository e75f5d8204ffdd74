//! Selection by each column's own relation with the target.

use super::{Decision, cell, chosen, decided, largest};
use crate::base::{Field, Params, Problem, Stage, field};
use crate::learn::Target;
use crate::prepare::numbers::{dot, standardized};
use crate::prepare::{Action, Context, Fitted, Kind};
use crate::table::{Kind as ColumnKind, Table};
use serde::Deserialize;

const ID: &str = "univariate";

/// Keeps the number columns with the largest F statistic against the target.
///
/// - Classes: the F of a one-way analysis of variance, as scikit-learn's `f_classif`.
/// - Numbers: the F of a regression on the column alone, r^2 / (1 - r^2) (n - 2), as scikit-learn's `f_regression`.
///
/// Rows count where the value is there. A constant column has no F and comes last; so does one with too few rows. A column
/// that gives the target away exactly has an infinite F and comes first. Of equal columns the earlier stays.
pub static KIND: Kind = Kind {
    id: ID,
    family: "select",
    accepts: &[ColumnKind::Number],
    fields,
    schema: |_, _, schema| Ok(schema),
    action: Action::Columns(fit),
};

#[derive(Deserialize)]
struct Settings {
    keep: usize,
}

fn fields() -> Vec<Field> {
    vec![Field::integer("keep", 10, 1, 100_000)]
}

fn fit(params: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let settings: Settings = field::parse(&fields(), params, Stage::Prepare, &KIND.owner())?;
    let columns = chosen(table, context, ID)?;
    let scores: Vec<Option<f64>> = columns.iter().map(|(_, values)| f_statistic(values, context.target)).collect();
    let keep = largest(&scores, settings.keep);
    let decisions =
        columns.iter().zip(&scores).zip(keep).map(|(((column, _), f), keep)| Decision { column, scores: vec![cell(*f)], keep }).collect();
    Ok(decided(ID, &["learned.f"], decisions))
}

/// The F statistic of a column against the target, over the rows where the column has a value.
pub fn f_statistic(values: &[f64], target: &Target) -> Option<f64> {
    let rows: Vec<usize> = (0..values.len()).filter(|&row| !values[row].is_nan()).collect();
    let present: Vec<f64> = rows.iter().map(|&row| values[row]).collect();
    // The statistic does not change with the column's unit; standardised, no sum overflows or loses the small differences
    // of a column with a large mean.
    let x = standardized(&present);
    match target.take(&rows) {
        Target::Classes { codes, count } => between_classes(&x, &codes, count),
        Target::Values(y) => with_numbers(&x, &standardized(&y)),
    }
}

/// (between / (K - 1)) / (within / (n - K)) for a standardised column; nothing where it is constant, where fewer than two
/// classes have rows, or where every row is its own class.
fn between_classes(x: &[f64], codes: &[u32], count: usize) -> Option<f64> {
    let (mut sums, mut counts) = (vec![0.0; count], vec![0_usize; count]);
    for (value, &code) in x.iter().zip(codes) {
        sums[code as usize] += value;
        counts[code as usize] += 1;
    }
    let classes = counts.iter().filter(|count| **count > 0).count();
    if classes < 2 || x.len() <= classes || x.iter().all(|x| *x == 0.0) {
        return None;
    }
    let means: Vec<f64> = sums.iter().zip(&counts).map(|(sum, &count)| if count == 0 { 0.0 } else { sum / count as f64 }).collect();
    // The mean of a standardised column is 0.
    let between = means.iter().zip(&counts).fold(0.0, |sum, (mean, &count)| sum + count as f64 * mean * mean);
    let within = x.iter().zip(codes).map(|(x, &code)| x - means[code as usize]).fold(0.0, |sum, gap| sum + gap * gap);
    // Equal values within each class: rounding may leave a trace of the last digit.
    let none_within = within <= 1e-24 * x.len() as f64;
    Some(if none_within { f64::INFINITY } else { between / (classes - 1) as f64 / (within / (x.len() - classes) as f64) })
}

/// r^2 / (1 - r^2) (n - 2) for a standardised column and target; nothing where one is constant or below three rows.
fn with_numbers(x: &[f64], y: &[f64]) -> Option<f64> {
    let square = dot(x, x) * dot(y, y);
    if x.len() < 3 || square == 0.0 {
        return None;
    }
    let r2 = dot(x, y) * dot(x, y) / square;
    Some(if r2 >= 1.0 - 1e-15 { f64::INFINITY } else { r2 / (1.0 - r2) * (x.len() - 2) as f64 })
}
