//! Gradient boosting with histograms, for classes and numbers: each tree is grown on what the trees before it leave over.
//!
//! Friedman 2001 ("Greedy function approximation"), with second derivatives as Chen and Guestrin 2016, columns in bins and
//! the best leaf cut first as Ke and others 2017. A missing value goes to the side of a cut where it lowered the loss more.
//! The importance of a column is its share of what all cuts lowered the loss by.
//!
//! Names, defaults and rules are those of scikit-learn's `HistGradientBoostingClassifier` and `-Regressor`, but that early
//! stopping keeps the best iteration instead of the last one.
//!
//! With `categorical_features` columns that the step `ordinal` made (in its own order of levels) are categories: a cut sends a
//! set of levels to the left, see `category.rs`. In the plan it is a chain of nodes, see `chain.rs`.

mod bins;
mod category;
mod chain;
mod fit;
mod grow;
mod histogram;
mod loss;
mod seen;
mod settings;
mod split;
#[cfg(test)]
mod tests;

use super::Kind;
use crate::base::Task;

/// Gradient boosting as a model that can be chosen.
pub static BOOSTING: Kind = Kind {
    id: "boosting",
    tasks: &[Task::Binary, Task::Multiclass, Task::Regression],
    takes_missing: true,
    fields: settings::fields,
    start: fit::start,
};
