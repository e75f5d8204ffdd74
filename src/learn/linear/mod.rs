//! Linear models: logistic regression for classes, linear regression for numbers, with squared or absolute penalties.
//!
//! Both minimise a convex function, so there is one answer and no seed: by Newton's method with second derivatives where
//! there are few parameters, by L-BFGS where there are many. The solvers work on shifted and scaled columns; the model
//! is the one for the columns as they came. Its importance is the weight of each column (for several classes the root
//! of the sum of squares), which compares columns only where they are on one scale.

mod cholesky;
mod coefficients;
mod design;
mod fit;
mod lbfgs;
mod newton;
mod objective;
mod platt;
mod svm;

use super::{Fit, Kind, TrainingSet, rows};
use crate::base::{Field, Params, Problem, Stage, Task, field};
use fit::{LinearFit, Loss, Specification};
use serde::Deserialize;

pub use svm::SVM;

/// Linear regression. With w the weights, s the row weights and n their sum (scikit-learn's `Ridge`,
/// `LinearRegression`, `Lasso`, `ElasticNet`):
///
/// - `l2`: sum s (y - xw - b)^2 + alpha |w|^2
/// - `none`: sum s (y - xw - b)^2; of weights that are equally good, those of columns that are sums of others are 0
/// - `l1`: sum s (y - xw - b)^2 / (2n) + alpha sum |w|
/// - `elastic_net`: sum s (y - xw - b)^2 / (2n) + alpha (l1_ratio sum |w| + (1 - l1_ratio) |w|^2 / 2)
pub static LINEAR: Kind =
    Kind { id: "linear", tasks: &[Task::Regression], takes_missing: false, fields: linear_fields, start: start_linear };

/// Logistic regression: of two classes by log-odds, of several by softmax with weights for every class. With s the row
/// weights, `l2`: sum s loss + |w|^2 / (2C); `l1`: sum s loss + sum |w| / C; `elastic_net`: sum s loss +
/// (l1_ratio sum |w| + (1 - l1_ratio) |w|^2 / 2) / C; `none`: sum s loss (scikit-learn's `LogisticRegression`). Where classes can be told apart without error and there is no penalty the weights have no
/// limit; the fit then ends at its last iteration with a note.
pub static LOGISTIC: Kind =
    Kind { id: "logistic", tasks: &[Task::Binary, Task::Multiclass], takes_missing: false, fields: logistic_fields, start: start_logistic };

fn linear_fields() -> Vec<Field> {
    vec![
        Field::choice("penalty", "l2", &["l2", "none", "l1", "elastic_net"]),
        Field::log_number("alpha", 1.0, 1e-9, 1e9).when("penalty", &["l2", "l1", "elastic_net"]),
        Field::number("l1_ratio", 0.5, 0.0, 1.0).when("penalty", &["elastic_net"]),
        Field::integer("max_iterations", 500, 1, 100_000),
    ]
}

#[derive(Deserialize)]
struct LinearParams {
    penalty: String,
    alpha: f64,
    l1_ratio: f64,
    max_iterations: usize,
}

fn start_linear(params: &Params, set: TrainingSet) -> Result<Box<dyn Fit>, Problem> {
    let params: LinearParams = field::parse(&linear_fields(), params, Stage::Learn, "model.linear")?;
    rows::check(&set)?;
    let row_weights = rows::weights(&set);
    let n = row_weights.iter().fold(0.0, |sum, weight| sum + weight);
    let (square, absolute) = match params.penalty.as_str() {
        "l2" => (params.alpha, 0.0),
        "l1" => (0.0, n * params.alpha),
        "elastic_net" => (n * params.alpha * (1.0 - params.l1_ratio), n * params.alpha * params.l1_ratio),
        _ => (0.0, 0.0),
    };
    start(set, row_weights, (square, absolute), params.max_iterations, true)
}

fn logistic_fields() -> Vec<Field> {
    vec![
        Field::choice("penalty", "l2", &["l2", "none", "l1", "elastic_net"]),
        Field::log_number("c", 1.0, 1e-6, 1e6).when("penalty", &["l2", "l1", "elastic_net"]),
        Field::number("l1_ratio", 0.5, 0.0, 1.0).when("penalty", &["elastic_net"]),
        Field::flag("balanced", false),
        Field::integer("max_iterations", 500, 1, 100_000),
    ]
}

#[derive(Deserialize)]
struct LogisticParams {
    penalty: String,
    c: f64,
    l1_ratio: f64,
    balanced: bool,
    max_iterations: usize,
}

fn start_logistic(params: &Params, set: TrainingSet) -> Result<Box<dyn Fit>, Problem> {
    let params: LogisticParams = field::parse(&logistic_fields(), params, Stage::Learn, "model.logistic")?;
    rows::check(&set)?;
    rows::check_classes(&set)?;
    let row_weights = if params.balanced { rows::balanced(&set) } else { rows::weights(&set) };
    let (square, absolute) = match params.penalty.as_str() {
        "l2" => (1.0 / params.c, 0.0),
        "l1" => (0.0, 1.0 / params.c),
        "elastic_net" => ((1.0 - params.l1_ratio) / params.c, params.l1_ratio / params.c),
        _ => (0.0, 0.0),
    };
    start(set, row_weights, (square, absolute), params.max_iterations, !params.balanced)
}

fn start(
    set: TrainingSet,
    row_weights: Vec<f64>,
    (square, absolute): (f64, f64),
    max_iterations: usize,
    counts: bool,
) -> Result<Box<dyn Fit>, Problem> {
    let TrainingSet { columns, x, y, outputs, .. } = set;
    let specification =
        Specification { columns, outputs, target: y, row_weights, square, absolute, max_iterations, counts, loss: Loss::Usual };
    Ok(Box::new(LinearFit::new(x, specification)))
}
