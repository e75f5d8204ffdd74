//! Exact duplicates: of rows that are the same, the first stays.

use crate::base::{Field, Params, Problem, Stage, field, text};
use crate::prepare::{Action, Kind};
use crate::table::duplicates::equal_rows;
use crate::table::{Column, Kind as ColumnKind, Table};
use serde::Deserialize;

const ID: &str = "drop_duplicates";

/// Leaves out rows that equal an earlier one, as pandas' `drop_duplicates(keep="first")`.
///
/// - `compare` = `all`: in every column of the table, target and left-out columns included.
/// - `compare` = `chosen`: in the columns that the step works on.
///
/// Missing values equal each other; 0 equals -0. Without columns to compare every row stays.
pub static KIND: Kind = Kind {
    id: ID,
    family: "clean",
    accepts: &[ColumnKind::Number, ColumnKind::Category, ColumnKind::Text, ColumnKind::Date],
    fields,
    schema: |_, _, schema| Ok(schema),
    action: Action::SourceRows(stay),
};

#[derive(Deserialize)]
struct Settings {
    compare: Compare,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Compare {
    All,
    Chosen,
}

fn fields() -> Vec<Field> {
    vec![Field::choice("compare", "all", &["all", "chosen"])]
}

fn stay(params: &Params, table: &Table, columns: &[String]) -> Result<Vec<usize>, Problem> {
    let settings: Settings = field::parse(&fields(), params, Stage::Prepare, &KIND.owner())?;
    let compared: Vec<&Column> = match settings.compare {
        Compare::All => table.columns().iter().collect(),
        Compare::Chosen => {
            let find = |name: &String| {
                table
                    .column(name)
                    .ok_or_else(|| Problem::new(Stage::Prepare, "prepare.no_column").with("step", text(&KIND.owner())).at_column(name))
            };
            columns.iter().map(find).collect::<Result<_, _>>()?
        }
    };
    Ok(equal_rows(&compared, table.rows()).firsts)
}
