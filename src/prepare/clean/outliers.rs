//! Outliers of single columns: clipped, marked, or made missing.

use crate::base::{Field, Params, Problem};
use crate::plan::Op;
use crate::prepare::fitting::{Fitting, ascending, bounded, count, free, number, put, settings};
use crate::prepare::numbers::{deviation, mean, quantile};
use crate::prepare::{Action, Cell, Context, Fitted, Kind};
use crate::table::{ColumnInfo, Kind as ColumnKind, Schema, Table};
use serde::Deserialize;

/// Values beyond two fences, which are learned for each column from the training rows:
///
/// - `iqr`: the quartiles less and plus a factor times their distance (Tukey 1977), quartiles by linear interpolation
/// - `zscore`: the mean less and plus a limit times the standard deviation (divisor n)
/// - `modified_zscore`: the median less and plus a limit times the median absolute deviation over 0.6745 (Iglewicz and
///   Hoaglin 1993)
/// - `percentile`: so many per cent from either end, by linear interpolation
///
/// A value on a fence is no outlier. Where the spread is 0 (a constant column, or half the values equal) the fences say
/// nothing: the column is left as it is, with a note. Missing values stay missing and do not count.
pub static KIND: Kind =
    Kind { id: "outliers", family: "clean", accepts: &[ColumnKind::Number], fields, schema, action: Action::Columns(fit) };

#[derive(Deserialize)]
struct Settings {
    method: Method,
    factor: f64,
    limit: f64,
    percent: f64,
    action: Treatment,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Method {
    Iqr,
    Zscore,
    ModifiedZscore,
    Percentile,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Treatment {
    Clip,
    Mark,
    Blank,
}

fn fields() -> Vec<Field> {
    vec![
        Field::choice("method", "iqr", &["iqr", "zscore", "modified_zscore", "percentile"]),
        Field::number("factor", 1.5, 0.1, 100.0).when("method", &["iqr"]),
        Field::number("limit", 3.0, 0.1, 100.0).when("method", &["zscore", "modified_zscore"]),
        Field::number("percent", 1.0, 0.01, 49.0).unit("%").when("method", &["percentile"]),
        Field::choice("action", "clip", &["clip", "mark", "blank"]),
    ]
}

fn fit(params: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    let mut fitting = Fitting::new(&KIND, table, &["learned.low", "learned.high", "learned.below", "learned.above"])?;
    let (mut flat, mut empty) = (Vec::new(), Vec::new());
    for (name, values) in fitting.numbers(context)? {
        let present = ascending(values);
        let column = name.to_owned();
        let marks =
            (settings.action == Treatment::Mark).then(|| free(&KIND, marked(name), |name| table.column(name).is_some())).transpose()?;
        let Some((low, high)) = fences(&present, &settings) else {
            if present.is_empty() { &mut empty } else { &mut flat }.push(name);
            fitting.learn(column.clone(), vec![Cell::Empty, Cell::Empty, count(0), count(0)]);
            // The column of marks is there all the same, so that later steps find it in every fold.
            if let Some(into) = marks {
                fitting.op(Op::MarkOutside { column, low: f64::MIN, high: f64::MAX, into });
            }
            continue;
        };
        let below = present.partition_point(|x| *x < low);
        let above = present.len() - present.partition_point(|x| *x <= high);
        fitting.learn(column.clone(), vec![number(low), number(high), count(below), count(above)]);
        fitting.op(match (settings.action, marks) {
            (Treatment::Clip, _) => Op::Clip { column, low, high },
            (_, Some(into)) => Op::MarkOutside { column, low, high, into },
            _ => Op::BlankOutside { column, low, high },
        });
    }
    fitting.note_columns("outliers.flat", &flat);
    fitting.note_columns("prepare.no_values", &empty);
    Ok(fitting.finish())
}

fn marked(name: &str) -> String {
    format!("{name}_outlier")
}

/// The two fences of ascending values; nothing where their spread is 0 or there are none.
fn fences(present: &[f64], settings: &Settings) -> Option<(f64, f64)> {
    let (middle, reach_down, reach_up) = match settings.method {
        Method::Iqr => {
            let (q1, q3) = (quantile(present, 0.25)?, quantile(present, 0.75)?);
            let reach = settings.factor * (q3 - q1);
            (None, q1 - reach, q3 + reach)
        }
        Method::Zscore => {
            let (mean, reach) = (mean(present)?, settings.limit * deviation(present)?);
            (Some(reach), mean - reach, mean + reach)
        }
        Method::ModifiedZscore => {
            let median = quantile(present, 0.5)?;
            let mut distances: Vec<f64> = present.iter().map(|x| (x - median).abs()).collect();
            distances.sort_by(f64::total_cmp);
            let reach = settings.limit * quantile(&distances, 0.5)? / 0.6745;
            (Some(reach), median - reach, median + reach)
        }
        Method::Percentile => {
            let share = settings.percent / 100.0;
            (None, quantile(present, share)?, quantile(present, 1.0 - share)?)
        }
    };
    let spread = middle.unwrap_or(reach_up - reach_down);
    (spread > 0.0).then(|| (bounded(reach_down), bounded(reach_up)))
}

fn schema(params: &Params, columns: &[String], mut schema: Schema) -> Result<Schema, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    if settings.action == Treatment::Blank {
        // How many is known only by counting; that there may be some is enough to ask for a fill.
        let chosen = schema.columns.iter_mut().filter(|column| columns.contains(&column.name));
        chosen.for_each(|column| column.missing = column.missing.max(1));
    }
    if settings.action == Treatment::Mark {
        for name in columns {
            let into = free(&KIND, marked(name), |name| schema.column(name).is_some())?;
            put(&mut schema, ColumnInfo::number(into));
        }
    }
    Ok(schema)
}
