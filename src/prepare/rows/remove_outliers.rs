//! Training rows with outliers are left out.

use super::kept;
use crate::base::{Field, Params, Problem, Stage, field, text};
use crate::prepare::numbers::{deviation, mean, quantile};
use crate::prepare::{Action, Context, Kind, Resampled};
use crate::table::{Kind as ColumnKind, Table};
use serde::Deserialize;

const ID: &str = "remove_outliers";

/// Leaves out training rows that have a value beyond the fences of any chosen column.
///
/// - `iqr`: below q1 - factor (q3 - q1) or above q3 + factor (q3 - q1), quartiles by linear interpolation (Tukey 1977).
/// - `zscore`: more than `limit` standard deviations (divisor n) from the mean.
///
/// Fences come from the values that are there; a missing value is no outlier. A constant column has none, nor has a column
/// whose quartiles are equal any fence by `iqr` (it would leave out everything but the commonest value).
/// Refused where no row would stay or a class would lose its last row.
pub static KIND: Kind = Kind {
    id: ID,
    family: "clean",
    accepts: &[ColumnKind::Number],
    fields,
    schema: |_, _, schema| Ok(schema),
    action: Action::TrainingRows(remove),
};

#[derive(Deserialize)]
struct Settings {
    method: Method,
    factor: f64,
    limit: f64,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Method {
    Iqr,
    Zscore,
}

fn fields() -> Vec<Field> {
    vec![
        Field::choice("method", "iqr", &["iqr", "zscore"]),
        Field::number("factor", 1.5, 0.0, 100.0).when("method", &["iqr"]),
        Field::number("limit", 3.0, 0.0, 100.0).when("method", &["zscore"]),
    ]
}

fn remove(params: &Params, table: &Table, context: &Context) -> Result<Resampled, Problem> {
    let settings: Settings = field::parse(&fields(), params, Stage::Prepare, &KIND.owner())?;
    let mut stays = vec![true; table.rows()];
    for name in &context.columns {
        let values = table
            .column(name)
            .and_then(|column| column.numbers())
            .ok_or_else(|| Problem::new(Stage::Prepare, "prepare.no_column").with("step", text(&KIND.owner())).at_column(name))?;
        if let Some(outside) = outside(values, &settings) {
            stays.iter_mut().zip(values).for_each(|(stays, &value)| *stays &= !outside(value));
        }
    }
    kept(ID, table, context, &stays)
}

/// What says that a value is an outlier; nothing where no value can be.
fn outside(values: &[f64], settings: &Settings) -> Option<Box<dyn Fn(f64) -> bool>> {
    let mut present: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
    match settings.method {
        Method::Iqr => {
            present.sort_by(f64::total_cmp);
            let (q1, q3) = (quantile(&present, 0.25)?, quantile(&present, 0.75)?);
            let reach = settings.factor * (q3 - q1);
            let (low, high) = (q1 - reach, q3 + reach);
            (q1 < q3).then_some(Box::new(move |value| value < low || value > high))
        }
        Method::Zscore => {
            let (mean, deviation, limit) = (mean(&present)?, deviation(&present)?, settings.limit);
            (deviation > 0.0).then_some(Box::new(move |value: f64| (value - mean).abs() / deviation > limit))
        }
    }
}
