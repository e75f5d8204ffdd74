//! Numbers bent softly below a bound.

use super::schema;
use crate::base::{Field, Params, Problem};
use crate::plan::{Op, expression};
use crate::prepare::fitting::{Fitting, count, settings};
use crate::prepare::{Action, Context, Fitted, Kind};
use crate::table::{Kind as ColumnKind, Table};
use serde::Deserialize;

/// x becomes x / sqrt(1 + (x / limit)^2), which is x near 0 and nears the limit far from it (Holzmuller, Grinsztajn and
/// Steinwart 2024, with limit 3, after robust scaling). Order is kept up to rounding; missing values stay missing.
///
/// Nothing is learned from the rows; told is how many training values lie beyond the limit.
pub static KIND: Kind =
    Kind { id: "smooth_clip", family: "scale", accepts: &[ColumnKind::Number], fields, schema, action: Action::Columns(fit) };

/// Beyond this a square would be too large for 32 bits, in which some exports compute; such a value is at the limit anyway.
const HUGE: f64 = 1e15;

#[derive(Deserialize)]
struct Settings {
    limit: f64,
}

fn fields() -> Vec<Field> {
    vec![Field::number("limit", 3.0, 0.1, 1000.0)]
}

fn fit(params: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let Settings { limit } = settings(&KIND, params)?;
    let mut fitting = Fitting::new(&KIND, table, &["learned.beyond"])?;
    for (name, values) in fitting.numbers(context)? {
        fitting.learn(name, vec![count(values.iter().filter(|x| x.abs() > limit).count())]);
        fitting.op(Op::Clip { column: name.to_owned(), low: -HUGE, high: HUGE });
        let x = expression::quote(name);
        fitting.op(Op::Derive { formula: format!("{x} / sqrt(1 + ({x} / {limit:?}) * ({x} / {limit:?}))"), into: name.to_owned() });
    }
    Ok(fitting.finish())
}
