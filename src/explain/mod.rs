//! Explanations: what a fitted model leans on, for all rows and for one. One file per method.
//!
//! A method sees the model as a function of raw rows, so that the parts of an encoded column are never shown apart.
//! All of it says what the model does, not what causes what.

pub mod dependence;
pub mod lime;
pub mod permutation;
pub mod rows;
pub mod shap;
pub(crate) mod sums;
pub mod work;

pub use work::{Model, Predict, Run, Score, Scorer, Unit, Work};

use crate::base::{Field, Params, Problem, Stage, Task};
use crate::table::Table;
use serde::{Deserialize, Serialize};

/// What is to be explained, apart from the model itself.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// Raw rows that are explained and scored.
    pub rows: &'a Table,
    /// Raw training rows: what is usual is learned from them.
    pub train: &'a Table,
    /// The columns that the model reads.
    pub columns: &'a [String],
    /// The task.
    pub task: Task,
    /// Which output is explained: the class by its place, or 0.
    pub output: usize,
    /// Positions in `rows` to explain one by one; where there are none, the method draws some.
    pub chosen: &'a [usize],
    /// The seed.
    pub seed: u64,
}

impl Setting<'_> {
    /// The rows and the training rows with the model's columns only.
    fn inputs(&self) -> Result<(Table, Table), Problem> {
        if self.columns.is_empty() {
            return Err(Problem::new(Stage::Explain, "explain.no_inputs"));
        }
        if self.rows.rows() == 0 || self.train.rows() == 0 {
            return Err(Problem::new(Stage::Explain, "explain.no_rows"));
        }
        if let Some(row) = self.chosen.iter().find(|row| **row >= self.rows.rows()) {
            return Err(Problem::new(Stage::Explain, "explain.no_row").with("row", row + 1).with("rows", self.rows.rows()));
        }
        let rows = rows::inputs(self.rows, self.columns, Stage::Explain)?;
        let train = rows::inputs(self.train, self.columns, Stage::Explain)?;
        for (column, other) in rows.columns().iter().zip(train.columns()) {
            if column.kind != other.kind {
                return Err(Problem::new(Stage::Explain, "explain.other_kind")
                    .with("kind", other.kind.id())
                    .with("other", column.kind.id())
                    .at_column(&column.name));
            }
        }
        Ok((rows, train))
    }

    /// The positions to explain one by one: the chosen ones, or at most `count` by chance.
    fn explained(&self, count: usize) -> Vec<usize> {
        if self.chosen.is_empty() {
            rows::sample(self.rows.rows(), count, &mut crate::num::Rng::new(self.seed, "explained rows", 0))
        } else {
            self.chosen.to_vec()
        }
    }
}

/// What a unit of an explanation comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The curve of a column.
    Dependence(dependence::Curve),
    /// A row.
    Lime(lime::Local),
    /// The scores of a permuted column.
    Permutation(permutation::Scores),
    /// A row.
    Shap(shap::Attribution),
}

/// An explanation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Explanation {
    /// Partial dependence.
    Dependence(dependence::Dependence),
    /// Local linear models.
    Lime(lime::Lime),
    /// Permutation importance.
    Permutation(permutation::Permutation),
    /// Shapley values.
    Shap(shap::Shap),
}

/// The units of an explanation.
pub type Explaining = dyn Work<Part = Part, Output = Explanation>;

/// A method that can be chosen.
pub struct Method {
    /// The stable id; the texts are `method.<id>`, `method.<id>.help`, fields `method.<id>.<field>`.
    pub id: &'static str,
    /// The tasks that it can explain.
    pub tasks: &'static [Task],
    /// Its form.
    pub fields: fn() -> Vec<Field>,
    /// The work with checked parameters on a setting.
    pub start: fn(&Params, &Setting) -> Result<Box<Explaining>, Problem>,
}

impl Method {
    /// The prefix of the method's texts and the owner of its fields.
    pub fn owner(&self) -> String {
        format!("method.{}", self.id)
    }
}

/// Every method, in alphabetic order of the ids.
pub static METHODS: &[&Method] = &[&dependence::METHOD, &lime::METHOD, &permutation::METHOD, &shap::METHOD];

/// A method by id.
pub fn find(id: &str) -> Option<&'static Method> {
    METHODS.iter().copied().find(|method| method.id == id)
}

const ALL_TASKS: &[Task] = &[Task::Binary, Task::Multiclass, Task::Regression];

#[cfg(test)]
mod tests;
