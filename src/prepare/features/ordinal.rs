//! A category as a number: its level's place in an order.

use crate::base::{Field, Params, Problem};
use crate::plan::Op;
use crate::prepare::fitting::{Fitting, as_numbers, count, settings};
use crate::prepare::{Action, Cell, Context, Fitted, Kind};
use crate::table::{Kind as ColumnKind, Schema, Strings, Table};
use serde::Deserialize;

/// Replaces a category by the place of its level, from 0, as scikit-learn's `OrdinalEncoder`: in sorted order of the levels
/// that the training rows have (by number where all are numbers), or in a given order.
///
/// A level that is not in the order, such as one that only a new row has, becomes the place after the last, so that every
/// model can go on with it, or missing. Missing values stay missing or come first, before all levels.
pub static KIND: Kind =
    Kind { id: "ordinal", family: "features", accepts: &[ColumnKind::Category], fields, schema, action: Action::Columns(fit) };

#[derive(Deserialize)]
struct Settings {
    order: String,
    unseen: Unseen,
    missing: Missing,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Unseen {
    Missing,
    Last,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Missing {
    Keep,
    First,
}

fn fields() -> Vec<Field> {
    vec![
        Field::text("order", "", 2000),
        Field::choice("unseen", "last", &["last", "missing"]),
        Field::choice("missing", "keep", &["keep", "first"]),
    ]
}

fn fit(params: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    let given: Vec<String> = settings.order.split(',').map(|level| level.trim().to_owned()).filter(|level| !level.is_empty()).collect();
    let mut fitting = Fitting::new(&KIND, table, &["learned.number", "learned.rows"])?;
    let (mut empty, mut outside) = (Vec::new(), Vec::new());
    for column in fitting.columns(context)? {
        let Some(strings) = column.strings() else { continue };
        let present = strings.sorted_levels();
        if present.is_empty() {
            empty.push(column.name.as_str());
        }
        if !given.is_empty() && present.iter().any(|level| !given.contains(level)) {
            outside.push(column.name.as_str());
        }
        let levels = if given.is_empty() { present } else { given.clone() };
        let first = f64::from(u8::from(settings.missing == Missing::First && strings.codes.contains(&Strings::MISSING)));
        let values: Vec<f64> = (0..levels.len()).map(|place| place as f64 + first).collect();
        let counts: rustc_hash::FxHashMap<&str, usize> = strings.levels().zip(strings.counts()).collect();
        for (level, value) in levels.iter().zip(&values) {
            let rows = counts.get(level.as_str()).copied().unwrap_or(0);
            fitting.learn(format!("{}={level}", column.name), vec![Cell::Number(*value), count(rows)]);
        }
        let other = match settings.unseen {
            Unseen::Missing => None,
            Unseen::Last => Some(levels.len() as f64 + first),
        };
        let missing = (settings.missing == Missing::First).then_some(0.0);
        fitting.op(Op::Lookup { column: column.name.clone(), levels, values, other, missing, into: column.name.clone() });
    }
    fitting.note_columns("ordinal.no_values", &empty);
    fitting.note_columns("ordinal.outside", &outside);
    Ok(fitting.finish())
}

fn schema(params: &Params, columns: &[String], mut schema: Schema) -> Result<Schema, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    for column in schema.columns.iter_mut().filter(|column| columns.contains(&column.name)) {
        if settings.missing == Missing::First {
            (column.missing, column.may_miss) = (0, false);
        }
        // Which levels the training rows have is known only by counting.
        column.may_miss |= settings.unseen == Unseen::Missing;
    }
    Ok(as_numbers(schema, columns))
}
