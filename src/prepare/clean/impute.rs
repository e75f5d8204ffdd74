//! Missing values filled in.

use crate::base::{Field, Params, Problem};
use crate::plan::Op;
use crate::prepare::fitting::{Fitting, ascending, count, free, put, settings};
use crate::prepare::numbers::{mean, quantile};
use crate::prepare::{Action, Cell, Context, Fitted, Kind};
use crate::table::{Column, ColumnInfo, Data, Kind as ColumnKind, Schema, Strings, Table, column::show_date};
use serde::Deserialize;

/// Fills missing values by one value for each column, as scikit-learn's `SimpleImputer`: for numbers the mean, the median,
/// the most frequent value (the smallest of equally frequent ones) or a constant; for categories the most frequent level
/// (the first in order of text) or a level of their own; for dates the median, which is always one of them.
///
/// Every chosen column is filled, also where no training row lacks a value: new rows may. With `indicator` each column that
/// lacks some in the training rows gets a column `<name>_missing` beside it, 1 where the value was missing. A column without
/// any value is kept: numbers become 0, categories the constant level, dates 1970-01-01, with a note.
pub static KIND: Kind = Kind {
    id: "impute",
    family: "clean",
    accepts: &[ColumnKind::Number, ColumnKind::Category, ColumnKind::Date],
    fields,
    schema,
    action: Action::Columns(fit),
};

#[derive(Deserialize)]
struct Settings {
    numbers: Numbers,
    number: f64,
    categories: Categories,
    level: String,
    indicator: bool,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Numbers {
    Mean,
    Median,
    MostFrequent,
    Constant,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Categories {
    MostFrequent,
    Constant,
}

fn fields() -> Vec<Field> {
    vec![
        Field::choice("numbers", "median", &["median", "mean", "most_frequent", "constant"]),
        Field::number("number", 0.0, -1e15, 1e15).when("numbers", &["constant"]),
        Field::choice("categories", "most_frequent", &["most_frequent", "constant"]),
        Field::text("level", "missing", 60).when("categories", &["constant"]),
        Field::flag("indicator", false),
    ]
}

fn fit(params: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    let mut fitting = Fitting::new(&KIND, table, &["learned.missing", "learned.fill"])?;
    let mut empty = Vec::new();
    for column in fitting.columns(context)? {
        let (name, missing) = (column.name.clone(), column.missing());
        if settings.indicator && missing > 0 {
            let into = free(&KIND, marked(&name), |name| table.column(name).is_some())?;
            fitting.op(Op::MarkMissing { column: name.clone(), into });
        }
        if missing == column.len() {
            empty.push(column.name.as_str());
        }
        let (op, fill) = match &column.data {
            Data::Number(values) => {
                let value = fill_number(values, &settings).unwrap_or(0.0);
                (Op::FillNumber { column: name.clone(), value }, Cell::Number(value))
            }
            Data::Strings(strings) => {
                let value = fill_level(strings, &settings).unwrap_or_else(|| settings.level.clone());
                (Op::FillText { column: name.clone(), value: value.clone() }, Cell::Text(value))
            }
            Data::Date(moments) => {
                let value = median_date(moments).unwrap_or(0);
                (Op::FillDate { column: name.clone(), value }, Cell::Text(show_date(value)))
            }
        };
        fitting.op(op);
        fitting.learn(name, vec![count(missing), fill]);
    }
    fitting.note_columns("impute.empty", &empty);
    Ok(fitting.finish())
}

fn marked(name: &str) -> String {
    format!("{name}_missing")
}

fn fill_number(values: &[f64], settings: &Settings) -> Option<f64> {
    let present = ascending(values);
    match settings.numbers {
        Numbers::Mean => mean(&present),
        Numbers::Median => quantile(&present, 0.5),
        Numbers::MostFrequent => most_frequent(&present),
        Numbers::Constant => Some(settings.number),
    }
}

/// The value that stands most often among ascending ones, the smallest of equals.
fn most_frequent(ascending: &[f64]) -> Option<f64> {
    let mut best: Option<(usize, f64)> = None;
    for run in ascending.chunk_by(|a, b| a == b) {
        if best.is_none_or(|(length, _)| run.len() > length) {
            best = Some((run.len(), run[0]));
        }
    }
    best.map(|(_, value)| value)
}

fn fill_level(strings: &Strings, settings: &Settings) -> Option<String> {
    if settings.categories == Categories::Constant {
        return Some(settings.level.clone());
    }
    let counted = strings.levels().zip(strings.counts()).filter(|(_, count)| *count > 0);
    counted.max_by(|(a, many), (b, more)| many.cmp(more).then_with(|| b.cmp(a))).map(|(level, _)| level.to_owned())
}

/// The lower of the two in the middle, so that the fill is a date that occurs.
fn median_date(moments: &[i64]) -> Option<i64> {
    let mut present: Vec<i64> = moments.iter().copied().filter(|&moment| moment != Column::NO_DATE).collect();
    present.sort_unstable();
    present.get(present.len().saturating_sub(1) / 2).copied()
}

fn schema(params: &Params, columns: &[String], mut schema: Schema) -> Result<Schema, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    for name in columns {
        let Some(column) = schema.columns.iter_mut().find(|column| column.name == *name) else { continue };
        let missing = std::mem::take(&mut column.missing) > 0 || column.may_miss;
        column.may_miss = false;
        let constant = settings.categories == Categories::Constant || column.levels.is_empty();
        if missing && column.kind == ColumnKind::Category && constant && !column.levels.contains(&settings.level) {
            column.levels.push(settings.level.clone());
            crate::table::sort_levels(&mut column.levels);
        }
        if settings.indicator && missing {
            let into = free(&KIND, marked(name), |name| schema.column(name).is_some())?;
            put(&mut schema, ColumnInfo::number(into));
        }
    }
    Ok(schema)
}
