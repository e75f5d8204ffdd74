//! What is predicted: one of two classes, one of several, or a number.

use serde::{Deserialize, Serialize};

/// The kind of prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// One of two classes, one of them named as the positive one.
    Binary,
    /// One of three or more classes.
    Multiclass,
    /// A number.
    Regression,
}

impl Task {
    /// Whether a class is predicted.
    pub fn is_classification(self) -> bool {
        self != Task::Regression
    }

    /// The stable id, as in saved files and texts.
    pub fn id(self) -> &'static str {
        match self {
            Task::Binary => "binary",
            Task::Multiclass => "multiclass",
            Task::Regression => "regression",
        }
    }
}
