//! Selection by a random forest's importance.

use super::{Decision, cell, complete, decided, largest, problem};
use crate::base::{Field, Params, Problem, Stage, Task, field};
use crate::learn::{self, Target, TrainingSet};
use crate::prepare::{Action, Context, Fitted, Kind};
use crate::table::{Kind as ColumnKind, Table};
use ndarray::Array2;
use serde::Deserialize;

const ID: &str = "importance";

/// Keeps the number columns that a random forest, fitted on the training rows with its own defaults, finds important:
/// either the first few, or all with at least a share of the whole importance.
///
/// Impurity importance favours columns with many different values, and shares itself out among columns that say the same
/// (Strobl and others 2007). Where no tree splits at all, every column stays. Of equal columns the earlier stays.
pub static KIND: Kind = Kind {
    id: ID,
    family: "select",
    accepts: &[ColumnKind::Number],
    fields,
    schema: |_, _, schema| Ok(schema),
    action: Action::Columns(fit),
};

#[derive(Deserialize)]
struct Settings {
    by: By,
    keep: usize,
    share: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum By {
    Number,
    Share,
}

fn fields() -> Vec<Field> {
    vec![
        Field::choice("by", "number", &["number", "share"]),
        Field::integer("keep", 10, 1, 100_000).when("by", &["number"]),
        Field::number("share", 0.01, 0.0, 1.0).when("by", &["share"]),
    ]
}

fn fit(params: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let forest = learn::find("forest").ok_or_else(|| problem("select.no_forest", ID))?;
    fit_by(forest, params, table, context)
}

/// The step with any kind of model that tells its importance.
pub(super) fn fit_by(model: &learn::Kind, params: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let settings: Settings = field::parse(&fields(), params, Stage::Prepare, &KIND.owner())?;
    let columns = complete(table, context, ID)?;
    if columns.is_empty() || table.rows() == 0 {
        return Ok(decided(ID, &["learned.importance"], Vec::new()));
    }
    let x = Array2::from_shape_fn((table.rows(), columns.len()), |(row, column)| columns[column].1[row]);
    let set = TrainingSet {
        columns: columns.iter().map(|(name, _)| (*name).to_owned()).collect(),
        meanings: Vec::new(),
        x,
        y: context.target.clone(),
        weights: None,
        groups: None,
        watch: None,
        task: context.task,
        outputs: outputs(context),
        seed: context.seed,
    };
    let fitted = (model.start)(&Params::new(), set)?.finish()?;
    let shares = shares(&fitted.importance.unwrap_or_default(), columns.len());
    let keep = match settings.by {
        _ if shares.iter().all(|share| *share == 0.0) => vec![true; columns.len()],
        By::Number => largest(&shares.iter().copied().map(Some).collect::<Vec<_>>(), settings.keep),
        By::Share => shares.iter().map(|share| *share >= settings.share).collect(),
    };
    let decision = |place: usize| Decision { column: columns[place].0, scores: vec![cell(Some(shares[place]))], keep: keep[place] };
    Ok(decided(ID, &["learned.importance"], (0..columns.len()).map(decision).collect()))
}

/// Each importance as a share of the whole; all 0 where there is none.
fn shares(importance: &[f64], columns: usize) -> Vec<f64> {
    let whole = importance.iter().fold(0.0, |sum, x| sum + x.abs());
    let share = |place| importance.get(place).map_or(0.0, |x: &f64| x.abs() / whole);
    (0..columns).map(|place| if whole > 0.0 { share(place) } else { 0.0 }).collect()
}

/// Names for the model's outputs, which nobody reads here.
fn outputs(context: &Context) -> Vec<String> {
    let count = match (context.task, context.target) {
        (Task::Multiclass, Target::Classes { count, .. }) => *count,
        _ => 1,
    };
    (0..count).map(|output| format!("output {output}")).collect()
}
