//! The closed set of operations that fitted steps and models are made of, and its interpreter.
//!
//! A fitted step is a list of operations, a fitted model is one more; together they are a [`Plan`], which is the model
//! file. Prediction runs the plan; every export compiles it. So nothing can be exported that differs from what the page
//! computes, and adding a step or an export never touches the other.

mod apply;
mod bayes;
pub mod calibrate;
mod categories;
mod dates;
pub mod expression;
mod meaning;
mod models;
mod nearest;
mod network;
pub mod op;
mod quantities;
mod size;
#[cfg(test)]
mod tests;

pub use apply::{apply, apply_op, predict, rows_at_once};
pub use meaning::{Meaning, meanings};
pub use models::answer;
pub use network::Layer;
pub use op::{Calibrator, DatePart, DeepLayer, Dense, GapTree, Gaussian, Link, Nearest, Op, Points, Tree};
pub use size::Size;

use crate::table::Kind;
use serde::{Deserialize, Serialize};

/// A column that a plan reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// Its name in the table.
    pub name: String,
    /// Its kind in the table.
    pub kind: Kind,
}

/// What a plan predicts, and in which columns the answer stands when all operations are done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Output {
    /// The probability of the positive class; at `threshold` or more the positive class is predicted.
    Binary { positive: String, negative: String, column: String, threshold: f64 },
    /// The probability of each class; the first largest is predicted.
    Multiclass { classes: Vec<String>, columns: Vec<String> },
    /// A number.
    Regression { column: String },
}

impl Output {
    /// The columns with the answer: one, or one for each class.
    pub fn columns(&self) -> Vec<String> {
        match self {
            Output::Binary { column, .. } | Output::Regression { column } => vec![column.clone()],
            Output::Multiclass { columns, .. } => columns.clone(),
        }
    }
}

/// Everything that is needed to predict: which columns go in, what is done to them, what comes out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The columns read.
    pub inputs: Vec<Input>,
    /// The operations, in order.
    pub ops: Vec<Op>,
    /// The answer.
    pub output: Output,
}
