//! Selection by correlation: of columns that say nearly the same, the first stays.

use super::{Decision, cell, chosen, decided};
use crate::base::{Field, Params, Problem, Stage, field};
use crate::prepare::numbers::{dot, standardized};
use crate::prepare::{Action, Cell, Context, Fitted, Kind};
use crate::table::{Kind as ColumnKind, Table};
use serde::Deserialize;

const ID: &str = "correlation";

/// Walks the number columns in order and drops each whose Pearson correlation with an earlier column that was kept exceeds
/// a limit in magnitude.
///
/// Rows count where both values are there. With a constant column, or fewer than two common rows, there is no correlation,
/// and nothing is dropped for it.
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
    limit: f64,
}

fn fields() -> Vec<Field> {
    vec![Field::number("limit", 0.9, 0.0, 1.0)]
}

fn fit(params: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let settings: Settings = field::parse(&fields(), params, Stage::Prepare, &KIND.owner())?;
    let columns: Vec<Prepared> = chosen(table, context, ID)?.into_iter().map(Prepared::new).collect();
    let mut kept: Vec<&Prepared> = Vec::new();
    let mut decisions = Vec::new();
    for column in &columns {
        // The strongest partner among the kept ones, for the table; the first over the limit would decide just the same.
        let mut strongest: Option<(&str, f64)> = None;
        for other in &kept {
            if let Some(r) = other.correlation(column)
                && strongest.is_none_or(|(_, most)| r.abs() > most.abs())
            {
                strongest = Some((other.name, r));
            }
        }
        let keep = strongest.is_none_or(|(_, r)| r.abs() <= settings.limit);
        if keep {
            kept.push(column);
        }
        let partner = strongest.map_or(Cell::Empty, |(name, _)| Cell::Text(name.to_owned()));
        decisions.push(Decision { column: column.name, scores: vec![partner, cell(strongest.map(|(_, r)| r))], keep });
    }
    Ok(decided(ID, &["learned.closest", "learned.correlation"], decisions))
}

/// A column, standardised once where no value is missing.
struct Prepared<'a> {
    name: &'a str,
    values: &'a [f64],
    standardized: Option<Vec<f64>>,
}

impl<'a> Prepared<'a> {
    fn new((name, values): super::Numbers<'a>) -> Self {
        let complete = values.iter().all(|x| !x.is_nan());
        Self { name, values, standardized: complete.then(|| standardized(values)) }
    }

    fn correlation(&self, other: &Self) -> Option<f64> {
        match (&self.standardized, &other.standardized) {
            (Some(a), Some(b)) => of_standardized(a, b),
            _ => {
                let both = self.values.iter().zip(other.values).filter(|(a, b)| !a.is_nan() && !b.is_nan());
                let (a, b): (Vec<f64>, Vec<f64>) = both.map(|(a, b)| (*a, *b)).unzip();
                of_standardized(&standardized(&a), &standardized(&b))
            }
        }
    }
}

/// The correlation of two standardised columns, from -1 to 1; nothing where one is constant.
fn of_standardized(a: &[f64], b: &[f64]) -> Option<f64> {
    let scale = (dot(a, a) * dot(b, b)).sqrt();
    let r = dot(a, b) / scale;
    // Rounding can lift it just beyond 1.
    (scale > 0.0).then_some(r.clamp(-1.0, 1.0))
}
