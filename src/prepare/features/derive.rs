//! A new column from a formula.

use crate::base::{Field, Params, Problem};
use crate::plan::{Op, expression::Formula};
use crate::prepare::fitting::{Fitting, count, problem, put, settings};
use crate::prepare::{Action, Cell, Context, Fitted, Kind};
use crate::table::{ColumnInfo, Schema, Table};
use serde::Deserialize;

/// A column whose value in each row is that of a formula of the expression language. A column that has the name already
/// is replaced.
///
/// Nothing is learned from the rows; what the formula makes of the training rows is told.
pub static KIND: Kind = Kind { id: "derive", family: "features", accepts: &[], fields, schema, action: Action::Columns(fit) };

#[derive(Deserialize)]
struct Settings {
    name: String,
    formula: String,
}

fn fields() -> Vec<Field> {
    vec![Field::text("name", "", 60), Field::expression("formula")]
}

fn fit(params: &Params, table: &Table, _: &Context) -> Result<Fitted, Problem> {
    let Settings { name, formula } = named(params)?;
    let mut fitting = Fitting::new(&KIND, table, &["learned.kind", "learned.missing"])?;
    let parsed = Formula::of_table(&formula, table)?;
    let column = parsed.evaluate(table, &name)?;
    let missing = column.missing();
    fitting.learn(&name, vec![Cell::Text(column.kind.id().to_owned()), count(missing)]);
    let known: usize = parsed.columns().iter().filter_map(|name| table.column(name)).map(|column| column.missing()).max().unwrap_or(0);
    if missing > known {
        fitting.note(crate::prepare::fitting::note(&KIND, "derive.made_missing").with("count", missing).at_column(&name));
    }
    fitting.op(Op::Derive { formula, into: name });
    Ok(fitting.finish())
}

fn named(params: &Params) -> Result<Settings, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    if settings.name.trim().is_empty() { Err(problem(&KIND, "derive.no_name")) } else { Ok(settings) }
}

fn schema(params: &Params, _: &[String], mut schema: Schema) -> Result<Schema, Problem> {
    let Settings { name, formula } = named(params)?;
    let formula = Formula::new(&formula, &schema)?;
    let may_miss = formula.can_miss(&schema);
    put(&mut schema, ColumnInfo { kind: formula.kind(), may_miss, ..ColumnInfo::number(name) });
    Ok(schema)
}
