//! Training rows with many missing values are left out.

use super::kept;
use crate::base::{Field, Params, Problem, Stage, field, text};
use crate::prepare::{Action, Context, Kind, Resampled};
use crate::table::{Column, Kind as ColumnKind, Table};
use serde::Deserialize;

const ID: &str = "drop_missing_rows";

/// Leaves out training rows in which more than a share of the chosen columns is missing; share 0: rows with any gap.
///
/// Refused where no row would stay or a class would lose its last row. Without chosen columns every row stays.
pub static KIND: Kind = Kind {
    id: ID,
    family: "clean",
    accepts: &[ColumnKind::Number, ColumnKind::Category, ColumnKind::Text, ColumnKind::Date],
    fields,
    schema: |_, _, schema| Ok(schema),
    action: Action::TrainingRows(drop),
};

#[derive(Deserialize)]
struct Settings {
    share: f64,
}

fn fields() -> Vec<Field> {
    vec![Field::number("share", 0.5, 0.0, 1.0)]
}

fn drop(params: &Params, table: &Table, context: &Context) -> Result<Resampled, Problem> {
    let settings: Settings = field::parse(&fields(), params, Stage::Prepare, &KIND.owner())?;
    let find = |name: &String| {
        table
            .column(name)
            .ok_or_else(|| Problem::new(Stage::Prepare, "prepare.no_column").with("step", text(&KIND.owner())).at_column(name))
    };
    let columns: Vec<&Column> = context.columns.iter().map(find).collect::<Result<_, _>>()?;
    // A trace more than the share, so that 29 of 100 columns are not above the share 0.29, which no float is exactly.
    let allowed = settings.share * columns.len() as f64 + 1e-9;
    let few = |row| columns.iter().filter(|column| column.is_missing(row)).count() as f64 <= allowed;
    kept(ID, table, context, &(0..table.rows()).map(few).collect::<Vec<_>>())
}
