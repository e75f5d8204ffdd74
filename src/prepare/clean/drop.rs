//! Columns left out.

use crate::base::{Params, Problem};
use crate::plan::Op;
use crate::prepare::fitting::{Fitting, problem, without};
use crate::prepare::{Action, Cell, Context, Fitted, Kind};
use crate::table::{Kind as ColumnKind, Schema, Table};

/// Drops the chosen columns. The last column of a table is never dropped.
pub static KIND: Kind = Kind {
    id: "drop",
    family: "clean",
    accepts: &[ColumnKind::Number, ColumnKind::Category, ColumnKind::Text, ColumnKind::Date],
    fields: Vec::new,
    schema,
    action: Action::Columns(fit),
};

fn fit(_: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let mut fitting = Fitting::new(&KIND, table, &["learned.kind"])?;
    let columns = fitting.columns(context)?;
    if columns.len() == table.columns().len() {
        return Err(problem(&KIND, "drop.everything"));
    }
    for column in &columns {
        fitting.learn(&column.name, vec![Cell::Text(column.kind.id().to_owned())]);
    }
    if !columns.is_empty() {
        fitting.op(Op::Drop { columns: columns.iter().map(|column| column.name.clone()).collect() });
    }
    Ok(fitting.finish())
}

fn schema(_: &Params, columns: &[String], schema: Schema) -> Result<Schema, Problem> {
    let left = without(schema, columns);
    if left.columns.is_empty() { Err(problem(&KIND, "drop.everything")) } else { Ok(left) }
}
