//! Preparation: one file per step. A step is a specification; fitted on training rows it is a list of operations.

pub mod balance;
mod check;
pub mod clean;
mod contrast;
pub mod features;
mod fitting;
mod numbers;
pub mod rows;
pub mod scale;
pub mod select;
#[cfg(test)]
mod tests;
mod touched;

pub use check::{check_steps, schema_after};
pub use contrast::{Contrast, Shape, Side, contrast};
pub use touched::{Change, Touched, touched};

use crate::base::{Field, Params, Problem, Stage, Task};
use crate::learn::Target;
use crate::plan::Op;
use crate::table::{Kind as ColumnKind, Schema, Table};
use serde::{Deserialize, Serialize};

/// Which columns a step works on. Target, group and left-out columns are never among them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selector {
    /// Every column that the step can work on.
    #[default]
    All,
    /// These, by name.
    Names(Vec<String>),
    /// Every column that the step can work on, but these.
    Except(Vec<String>),
}

/// A step as it stands in a recipe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The kind of step: an id of [`STEPS`].
    pub id: String,
    /// The columns it works on.
    #[serde(default)]
    pub columns: Selector,
    /// Its parameters; what is left out takes the field's default.
    #[serde(default)]
    pub params: Params,
    /// Off steps stay in the recipe and do nothing.
    #[serde(default = "yes")]
    pub enabled: bool,
}

fn yes() -> bool {
    true
}

/// What a step may touch; held by type, so that no caller can forget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Columns: fitted on training rows, applied to every row.
    Columns,
    /// Training rows only: validation, held-out and new rows never see it.
    TrainingRows,
    /// Rows of the source, without fitting, before any split.
    SourceRows,
}

/// What a step is fitted with besides the rows.
pub struct Context<'a> {
    /// The columns to work on, each of a kind that the step accepts.
    pub columns: Vec<String>,
    /// The answer of each row.
    pub target: &'a Target,
    /// The names of its classes, by code; empty for numbers.
    pub classes: &'a [String],
    /// The task.
    pub task: Task,
    /// The group of each row where the goal names a group column for fairness (for reweighing).
    pub groups: Option<&'a [u32]>,
    /// The seed of the fit; a fold has its own.
    pub seed: u64,
}

/// A step fitted on training rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fitted {
    /// What it does to every row.
    pub ops: Vec<Op>,
    /// What it learned, for people.
    pub learned: Learned,
    /// Anything worth knowing about the fit.
    pub notes: Vec<Problem>,
}

/// What a step learned, as a table for people: a row a column or level, a few named values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    /// Ids of the value columns' texts, such as `learned.fill`.
    pub headings: Vec<String>,
    /// A name (of a column, or of a column and level) and its values as text or number.
    pub rows: Vec<(String, Vec<Cell>)>,
}

/// A value in a table for people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// Nothing to say.
    Empty,
}

/// Training rows after a step that changes rows.
#[derive(Clone, Debug)]
pub struct Resampled {
    /// The rows; those that were made up have the origin [`crate::table::SYNTHETIC`].
    pub table: Table,
    /// Their answers.
    pub target: Target,
    /// The position before the step of each row, or of the row that a made-up one started from: what weights, groups and
    /// units follow.
    pub from: Vec<usize>,
    /// A factor for each row's weight, where the step weighs rows.
    pub weights: Option<Vec<f64>>,
    /// Anything worth knowing.
    pub notes: Vec<Problem>,
}

/// What a kind of step does. The variant is its effect.
pub enum Action {
    /// Fits columns on training rows.
    Columns(fn(&Params, &Table, &Context) -> Result<Fitted, Problem>),
    /// Changes or weighs training rows.
    TrainingRows(fn(&Params, &Table, &Context) -> Result<Resampled, Problem>),
    /// Says which rows of the source stay (positions, ascending).
    SourceRows(fn(&Params, &Table, &[String]) -> Result<Vec<usize>, Problem>),
}

/// A kind of step that can be chosen.
pub struct Kind {
    /// The stable id; the texts are `step.<id>`, `step.<id>.help`, fields `step.<id>.<field>`.
    pub id: &'static str,
    /// The part of the page that offers it: `clean`, `features`, `select`, `balance`, `scale`.
    pub family: &'static str,
    /// The kinds of columns that it works on; empty where it takes none (row steps, formulas).
    pub accepts: &'static [ColumnKind],
    /// Its form.
    pub fields: fn() -> Vec<Field>,
    /// The columns after the step, as far as they are known before it is fitted: `(params, columns worked on, schema)`.
    pub schema: fn(&Params, &[String], Schema) -> Result<Schema, Problem>,
    /// What it does.
    pub action: Action,
}

impl Kind {
    /// What the step may touch.
    pub fn effect(&self) -> Effect {
        match self.action {
            Action::Columns(_) => Effect::Columns,
            Action::TrainingRows(_) => Effect::TrainingRows,
            Action::SourceRows(_) => Effect::SourceRows,
        }
    }

    /// The prefix of the step's texts and the owner of its fields.
    pub fn owner(&self) -> String {
        format!("step.{}", self.id)
    }
}

/// Every kind of step, in alphabetic order of the ids.
pub static STEPS: &[&Kind] = &[
    &features::bin::KIND,
    &balance::class_weights::KIND,
    &select::correlation::KIND,
    &features::date_parts::KIND,
    &features::derive::KIND,
    &clean::drop::KIND,
    &rows::drop_duplicates::KIND,
    &rows::drop_missing_rows::KIND,
    &features::frequency::KIND,
    &select::importance::KIND,
    &clean::impute::KIND,
    &features::log::KIND,
    &scale::min_max::KIND,
    &features::one_hot::KIND,
    &features::ordinal::KIND,
    &clean::outliers::KIND,
    &features::pca::KIND,
    &features::piecewise_linear::KIND,
    &balance::random_over::KIND,
    &balance::random_under::KIND,
    &clean::rare_levels::KIND,
    &rows::remove_outliers::KIND,
    &balance::reweigh::KIND,
    &select::rfe::KIND,
    &scale::robust::KIND,
    &features::segment::KIND,
    &scale::smooth_clip::KIND,
    &balance::smote::KIND,
    &balance::smote_nc::KIND,
    &scale::standardise::KIND,
    &select::univariate::KIND,
    &select::variance::KIND,
];

/// A kind of step by id.
pub fn find(id: &str) -> Option<&'static Kind> {
    STEPS.iter().copied().find(|kind| kind.id == id)
}

impl Selector {
    /// The columns of a schema that the selector means, among those of the accepted kinds, in the schema's order.
    ///
    /// # Errors
    /// A named column that is not there, or is of a kind that the step does not accept.
    pub fn resolve(&self, schema: &Schema, kind: &Kind) -> Result<Vec<String>, Problem> {
        let accepted = |column: &&crate::table::ColumnInfo| kind.accepts.contains(&column.kind);
        let all = || schema.columns.iter().filter(accepted).map(|column| column.name.clone());
        match self {
            Selector::All => Ok(all().collect()),
            Selector::Except(names) => Ok(all().filter(|name| !names.contains(name)).collect()),
            Selector::Names(names) => {
                for name in names {
                    let Some(column) = schema.column(name) else {
                        return Err(Problem::new(Stage::Prepare, "prepare.no_column")
                            .with("step", crate::base::text(&kind.owner()))
                            .at_column(name));
                    };
                    if !accepted(&column) {
                        let accepted: Vec<&str> = kind.accepts.iter().map(|kind| kind.id()).collect();
                        return Err(Problem::new(Stage::Prepare, "prepare.wrong_kind")
                            .with("step", crate::base::text(&kind.owner()))
                            .with("kind", column.kind.id())
                            .with("accepted", accepted.join(", "))
                            .at_column(name));
                    }
                }
                Ok(schema.columns.iter().map(|column| column.name.clone()).filter(|name| names.contains(name)).collect())
            }
        }
    }

    /// The same while fitting, with the named columns that are passed over. `known` are the columns as the steps before
    /// announce them: what they can make or leave, but did not in these rows (a mark of missing values where none is
    /// missing, a level that no row has), is passed over, since other rows of the study have it.
    ///
    /// # Errors
    /// As [`Selector::resolve`].
    pub fn resolve_fitted(&self, schema: &Schema, known: &Schema, kind: &Kind) -> Result<(Vec<String>, Vec<String>), Problem> {
        let Selector::Names(names) = self else { return Ok((self.resolve(schema, kind)?, Vec::new())) };
        let is_absent = |name: &String| schema.column(name).is_none() && known.column(name).is_some();
        let (absent, there): (Vec<String>, Vec<String>) = names.iter().cloned().partition(is_absent);
        Ok((Selector::Names(there).resolve(schema, kind)?, absent))
    }
}
