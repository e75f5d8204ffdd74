//! Selection by variance: columns that hardly vary are dropped.

use super::{Decision, cell, chosen, decided};
use crate::base::{Field, Params, Problem, Stage, field};
use crate::prepare::numbers::deviation;
use crate::prepare::{Action, Context, Fitted, Kind};
use crate::table::{Kind as ColumnKind, Table};
use serde::Deserialize;

const ID: &str = "variance";

/// Drops number columns whose variance (divisor n, over the values that are there) is at most a threshold, as
/// scikit-learn's `VarianceThreshold`.
///
/// The variance has the square of the column's unit: a threshold above 0 is for columns of one scale. A column whose values
/// are all the same has variance 0 exactly; one without any value has none and is dropped.
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
    threshold: f64,
}

fn fields() -> Vec<Field> {
    vec![Field::number("threshold", 0.0, 0.0, 1e12)]
}

fn fit(params: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let settings: Settings = field::parse(&fields(), params, Stage::Prepare, &KIND.owner())?;
    let decisions = chosen(table, context, ID)?
        .into_iter()
        .map(|(column, values)| {
            let variance = variance(values);
            Decision { column, scores: vec![cell(variance)], keep: variance.is_some_and(|variance| variance > settings.threshold) }
        })
        .collect();
    Ok(decided(ID, &["learned.variance"], decisions))
}

/// The variance with divisor n of the values that are there; nothing where none is.
pub fn variance(values: &[f64]) -> Option<f64> {
    let present: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
    deviation(&present).map(|deviation| deviation * deviation)
}
