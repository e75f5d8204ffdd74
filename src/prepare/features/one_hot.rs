//! A category as one column of 0 and 1 for each level.

use crate::base::{Field, Params, Problem};
use crate::plan::Op;
use crate::prepare::fitting::{Fitting, count, free, number, problem, put, settings, without};
use crate::prepare::{Action, Context, Fitted, Kind};
use crate::table::{ColumnInfo, Kind as ColumnKind, Schema, Strings, Table, sort_levels};
use serde::Deserialize;

/// Replaces a category by a column `<name>=<level>` for each level that the training rows have, in sorted order, 1 where
/// the row has the level. Missing values have their own column `<name>=`, which comes first, or 0 in every column.
///
/// Levels beyond the cap (the most frequent are kept, of equals the first in order) and levels that less than a share of
/// the rows have go together into `<name>=other`, which comes last; a level that is called "other" is one of them. A level that
/// no training row had is 0 in every column, or counts as other. With `drop_first` the first column is left out, for linear
/// models without a penalty.
pub static KIND: Kind =
    Kind { id: "one_hot", family: "features", accepts: &[ColumnKind::Category], fields, schema, action: Action::Columns(fit) };

#[derive(Deserialize)]
struct Settings {
    max_levels: usize,
    min_share: f64,
    missing: Missing,
    unseen: Unseen,
    drop_first: bool,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Missing {
    Column,
    Zeros,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Unseen {
    Zeros,
    Other,
}

fn fields() -> Vec<Field> {
    vec![
        Field::integer("max_levels", 30, 1, 1000),
        Field::number("min_share", 0.0, 0.0, 0.5),
        Field::choice("missing", "column", &["column", "zeros"]),
        Field::choice("unseen", "zeros", &["zeros", "other"]),
        Field::flag("drop_first", false),
    ]
}

/// The level that gathers the rare ones.
const OTHER: &str = "other";
/// The most columns that one step makes.
const MOST_COLUMNS: usize = 5000;
/// The most cells that one step makes: a gigabyte of numbers would end the page's worker.
const MOST_CELLS: usize = 125_000_000;

/// The levels of a column: those with a column of their own ("" for missing), and those that go together.
struct Levels {
    own: Vec<(String, usize)>,
    together: Vec<(String, usize)>,
}

fn levels(strings: &Strings, settings: &Settings) -> Levels {
    let mut counted: Vec<(String, usize)> =
        strings.levels().map(str::to_owned).zip(strings.counts()).filter(|(_, count)| *count > 0).collect();
    counted.sort_by(|(a, many), (b, more)| more.cmp(many).then_with(|| a.cmp(b)));
    let least = settings.min_share * strings.len() as f64;
    let (mut own, mut together) = (Vec::new(), Vec::new());
    for (level, count) in counted {
        let is_own = own.len() < settings.max_levels && count as f64 >= least && !level.is_empty();
        if is_own { &mut own } else { &mut together }.push((level, count));
    }
    if !together.is_empty()
        && let Some(place) = own.iter().position(|(level, _)| level == OTHER)
    {
        together.push(own.remove(place));
    }
    let mut order: Vec<String> = own.iter().map(|(level, _)| level.clone()).collect();
    sort_levels(&mut order);
    let places: rustc_hash::FxHashMap<&str, usize> = order.iter().enumerate().map(|(place, level)| (level.as_str(), place)).collect();
    own.sort_by_key(|(level, _)| places.get(level.as_str()).copied());
    let missing = strings.codes.iter().filter(|code| **code == Strings::MISSING).count();
    if missing > 0 && settings.missing == Missing::Column {
        own.insert(0, (String::new(), missing));
    }
    Levels { own, together }
}

fn fit(params: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    let mut fitting = Fitting::new(&KIND, table, &["learned.rows", "learned.share"])?;
    let columns = fitting.columns(context)?;
    let (mut made, mut empty) = (0, Vec::new());
    for column in &columns {
        let Some(strings) = column.strings() else { continue };
        let levels = levels(strings, &settings);
        let gathers = !levels.together.is_empty() || (settings.unseen == Unseen::Other && !levels.own.is_empty());
        if levels.own.is_empty() && !gathers {
            empty.push(column.name.as_str());
        }
        let own = if settings.drop_first { levels.own.get(1..).unwrap_or_default() } else { &levels.own };
        made += own.len() + usize::from(gathers);
        if made > MOST_COLUMNS || made.saturating_mul(table.rows()) > MOST_CELLS {
            return Err(problem(&KIND, "one_hot.too_wide").with("made", made).with("rows", table.rows()).at_column(&column.name));
        }
        let named = |level: &str| free(&KIND, format!("{}={level}", column.name), |name| table.column(name).is_some());
        let share = |rows: usize| number(rows as f64 / table.rows() as f64);
        let mut into = Vec::with_capacity(own.len());
        for (level, rows) in own {
            let name = named(level)?;
            fitting.learn(&name, vec![count(*rows), share(*rows)]);
            into.push(name);
        }
        if !into.is_empty() {
            let levels = own.iter().map(|(level, _)| level.clone()).collect();
            fitting.op(Op::OneHot { column: column.name.clone(), levels, into });
        }
        if gathers {
            let name = named(OTHER)?;
            let rows: usize = levels.together.iter().map(|(_, rows)| rows).sum();
            fitting.learn(&name, vec![count(rows), share(rows)]);
            fitting.op(other(&column.name, &levels, settings.unseen, name));
        }
    }
    fitting.note_columns("one_hot.no_values", &empty);
    if !columns.is_empty() {
        fitting.op(Op::Drop { columns: columns.iter().map(|column| column.name.clone()).collect() });
    }
    Ok(fitting.finish())
}

/// The column of rare levels, and of unseen ones where they count as such.
fn other(column: &str, Levels { own, together }: &Levels, unseen: Unseen, into: String) -> Op {
    let (levels, value, other) = match unseen {
        Unseen::Zeros => (together, 1.0, 0.0),
        Unseen::Other => (own, 0.0, 1.0),
    };
    let levels: Vec<String> = levels.iter().map(|(level, _)| level.clone()).collect();
    let values = vec![value; levels.len()];
    Op::Lookup { column: column.to_owned(), levels, values, other: Some(other), missing: Some(0.0), into }
}

/// Which levels are rare is known only by counting: without a cap or share to reach all of them have a column.
fn schema(params: &Params, columns: &[String], mut schema: Schema) -> Result<Schema, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    for name in columns {
        let Some(info) = schema.column(name).cloned() else { continue };
        let mut levels = info.levels;
        if (info.missing > 0 || info.may_miss) && settings.missing == Missing::Column {
            levels.insert(0, String::new());
        }
        let may_gather = levels.len() > settings.max_levels || settings.min_share > 0.0 || settings.unseen == Unseen::Other;
        if settings.drop_first && !levels.is_empty() {
            levels.remove(0);
        }
        if may_gather && !levels.iter().any(|level| level == OTHER) {
            levels.push(OTHER.to_owned());
        }
        for level in levels {
            let into = free(&KIND, format!("{name}={level}"), |name| schema.column(name).is_some())?;
            put(&mut schema, ColumnInfo::number(into));
        }
    }
    Ok(without(schema, columns))
}
