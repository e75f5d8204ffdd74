//! Rare levels of a category grouped into one.

use crate::base::{Field, Params, Problem};
use crate::plan::Op;
use crate::prepare::fitting::{Fitting, count, settings};
use crate::prepare::{Action, Context, Fitted, Kind};
use crate::table::{Kind as ColumnKind, Schema, Table};
use serde::Deserialize;

/// Levels that less than a share of the training rows have become one level, `other`; so does every level that a new row
/// brings. Missing values stay missing; they count among the rows. Where no level is rare, unseen ones still become
/// `other`.
pub static KIND: Kind =
    Kind { id: "rare_levels", family: "clean", accepts: &[ColumnKind::Category], fields, schema, action: Action::Columns(fit) };

#[derive(Deserialize)]
struct Settings {
    share: f64,
    other: String,
}

impl Settings {
    fn other(&self) -> &str {
        if self.other.trim().is_empty() { "other" } else { &self.other }
    }
}

fn fields() -> Vec<Field> {
    vec![Field::log_number("share", 0.01, 0.0001, 0.5), Field::text("other", "other", 60)]
}

fn fit(params: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    let mut fitting = Fitting::new(&KIND, table, &["learned.levels_kept", "learned.levels_grouped", "learned.rows_grouped"])?;
    let mut all = Vec::new();
    for column in fitting.columns(context)? {
        let Some(strings) = column.strings() else { continue };
        let least = settings.share * table.rows() as f64;
        let counts = strings.counts();
        let is_kept = |level: &str, rows: usize| rows > 0 && rows as f64 >= least && level != settings.other();
        let mut keep: Vec<String> =
            strings.levels().zip(&counts).filter(|(level, rows)| is_kept(level, **rows)).map(|(level, _)| level.to_owned()).collect();
        crate::table::sort_levels(&mut keep);
        let grouped: Vec<usize> =
            strings.levels().zip(&counts).filter(|(level, rows)| **rows > 0 && !is_kept(level, **rows)).map(|(_, rows)| *rows).collect();
        if keep.is_empty() && !grouped.is_empty() {
            all.push(column.name.as_str());
        }
        fitting.learn(&column.name, vec![count(keep.len()), count(grouped.len()), count(grouped.iter().sum())]);
        fitting.op(Op::KeepLevels { column: column.name.clone(), keep, other: settings.other().to_owned() });
    }
    fitting.note_columns("rare_levels.all", &all);
    Ok(fitting.finish())
}

/// Which levels stay is known only by counting; all of them and `other` may.
fn schema(params: &Params, columns: &[String], mut schema: Schema) -> Result<Schema, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    for column in schema.columns.iter_mut().filter(|column| columns.contains(&column.name)) {
        if !column.levels.iter().any(|level| level == settings.other()) {
            column.levels.push(settings.other().to_owned());
            crate::table::sort_levels(&mut column.levels);
        }
    }
    Ok(schema)
}
