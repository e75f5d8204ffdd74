//! The logarithm of numbers with a long tail.

use crate::base::{Field, Params, Problem};
use crate::plan::{Op, expression};
use crate::prepare::fitting::{Fitting, count, number, settings};
use crate::prepare::{Action, Context, Fitted, Kind};
use crate::table::{Kind as ColumnKind, Schema, Table};
use serde::Deserialize;

/// Replaces numbers by log(1 + x), which is 0 at 0 and exact for small x. Missing values stay missing.
///
/// A negative number has no such logarithm in general. It counts as 0; or the whole column is moved up by its smallest
/// training value where that is negative, so that the smallest becomes 0 (a new value below it counts as the smallest);
/// or it becomes missing.
pub static KIND: Kind =
    Kind { id: "log", family: "features", accepts: &[ColumnKind::Number], fields, schema, action: Action::Columns(fit) };

#[derive(Deserialize)]
struct Settings {
    negatives: Negatives,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Negatives {
    Zero,
    Shift,
    Blank,
}

fn fields() -> Vec<Field> {
    vec![Field::choice("negatives", "zero", &["zero", "shift", "blank"])]
}

fn fit(params: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    let mut fitting = Fitting::new(&KIND, table, &["learned.negative", "learned.shift"])?;
    let mut negative = Vec::new();
    for (name, values) in fitting.numbers(context)? {
        let below = values.iter().filter(|x| **x < 0.0).count();
        if below > 0 {
            negative.push(name);
        }
        let smallest = values.iter().fold(0.0, |smallest, &x| if x < smallest { x } else { smallest });
        let shift = if settings.negatives == Negatives::Shift && smallest < 0.0 { -smallest } else { 0.0 };
        fitting.learn(name, vec![count(below), number(shift)]);
        let column = expression::quote(name);
        let formula = match settings.negatives {
            Negatives::Blank => format!("log1p(if({column} < 0, missing, {column}))"),
            _ if shift > 0.0 => format!("log1p(max({column} + {shift:e}, 0))"),
            _ => format!("log1p(max({column}, 0))"),
        };
        fitting.op(Op::Derive { formula, into: name.to_owned() });
    }
    let id = match settings.negatives {
        Negatives::Zero => "log.negative_zero",
        Negatives::Shift => "log.negative_shift",
        Negatives::Blank => "log.negative_blank",
    };
    fitting.note_columns(id, &negative);
    Ok(fitting.finish())
}

/// Whether there are negative numbers is known only by counting.
fn schema(params: &Params, columns: &[String], mut schema: Schema) -> Result<Schema, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    if settings.negatives == Negatives::Blank {
        schema.columns.iter_mut().filter(|column| columns.contains(&column.name)).for_each(|column| column.may_miss = true);
    }
    Ok(schema)
}
