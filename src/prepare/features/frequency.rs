//! A category as a number: how frequent its level is.

use crate::base::{Params, Problem};
use crate::plan::Op;
use crate::prepare::fitting::{Fitting, as_numbers, count, number};
use crate::prepare::{Action, Context, Fitted, Kind};
use crate::table::{Kind as ColumnKind, Schema, Strings, Table, sort_levels};

/// Replaces a category by the share of training rows that have its level. Missing values count as a level of their own; a
/// level that no training row had is 0.
pub static KIND: Kind =
    Kind { id: "frequency", family: "features", accepts: &[ColumnKind::Category], fields: Vec::new, schema, action: Action::Columns(fit) };

fn fit(_: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let mut fitting = Fitting::new(&KIND, table, &["learned.share", "learned.rows"])?;
    for column in fitting.columns(context)? {
        let Some(strings) = column.strings() else { continue };
        let counts: rustc_hash::FxHashMap<&str, usize> = strings.levels().zip(strings.counts()).filter(|(_, count)| *count > 0).collect();
        let mut levels: Vec<String> = counts.keys().map(|&level| level.to_owned()).collect();
        sort_levels(&mut levels);
        let share = |rows: usize| rows as f64 / table.rows() as f64;
        let rows_of = |level: &String| counts.get(level.as_str()).copied().unwrap_or(0);
        let absent = strings.codes.iter().filter(|code| **code == Strings::MISSING).count();
        if absent > 0 {
            fitting.learn(format!("{}=", column.name), vec![number(share(absent)), count(absent)]);
        }
        for level in &levels {
            fitting.learn(format!("{}={level}", column.name), vec![number(share(rows_of(level))), count(rows_of(level))]);
        }
        let values = levels.iter().map(|level| share(rows_of(level))).collect();
        let (other, missing) = (Some(0.0), Some(share(absent)));
        fitting.op(Op::Lookup { column: column.name.clone(), levels, values, other, missing, into: column.name.clone() });
    }
    Ok(fitting.finish())
}

fn schema(_: &Params, columns: &[String], mut schema: Schema) -> Result<Schema, Problem> {
    for column in schema.columns.iter_mut().filter(|column| columns.contains(&column.name)) {
        (column.missing, column.may_miss) = (0, false);
    }
    Ok(as_numbers(schema, columns))
}
