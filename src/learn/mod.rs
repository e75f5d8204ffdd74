//! Models: one folder per family. Each fits a training set and answers with operations of a plan.

mod baseline;
mod bayes;
mod boosting;
mod calibration;
pub mod cluster;
mod ensemble;
mod forest;
mod inner;
pub mod inside;
mod linear;
mod neighbours;
pub mod network;
mod one_rule;
mod rows;
#[cfg(test)]
mod samples;
mod stop;
pub mod surface;
mod together;

pub use baseline::BASELINE;
pub use calibration::Calibration;
pub use ensemble::{Estimator, estimators, is_ensemble, voting, with_members};
#[cfg(test)]
pub(crate) use stop::part as stop_rows;

use crate::base::{Field, Job, Params, Problem, Progress, Stage, Task, field, text};
use crate::metric::Truth;
use crate::plan::{Meaning, Op};
use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// What is to be learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Target {
    /// A class for each row, from 0; for a binary task 1 is the positive class.
    Classes { codes: Vec<u32>, count: usize },
    /// A number for each row.
    Values(Vec<f64>),
}

impl Target {
    /// The number of rows.
    pub fn len(&self) -> usize {
        match self {
            Target::Classes { codes, .. } => codes.len(),
            Target::Values(values) => values.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same as metrics see it.
    pub fn truth(&self) -> Truth<'_> {
        match self {
            Target::Classes { codes, count } => Truth::Classes { codes, count: *count },
            Target::Values(values) => Truth::Values(values),
        }
    }

    /// The rows at these positions.
    #[must_use]
    pub fn take(&self, rows: &[usize]) -> Target {
        match self {
            Target::Classes { codes, count } => Target::Classes { codes: rows.iter().map(|&row| codes[row]).collect(), count: *count },
            Target::Values(values) => Target::Values(rows.iter().map(|&row| values[row]).collect()),
        }
    }
}

/// Rows to learn from, after all preparation: numbers only. None is missing, but for a model that takes missing values,
/// where NaN stands for them.
#[derive(Clone, Debug)]
pub struct TrainingSet {
    /// The names of the columns of `x`, as they stand in the prepared table.
    pub columns: Vec<String>,
    /// What each column stands for; empty where all are numbers.
    pub meanings: Vec<Meaning>,
    /// Rows x columns.
    pub x: Array2<f64>,
    /// The answer of each row.
    pub y: Target,
    /// A weight for each row, where a step or the goal gave some; positive.
    pub weights: Option<Vec<f64>>,
    /// The unit that a row belongs to (person, household), where the goal names one: rows of one unit are never parted.
    pub groups: Option<Vec<u32>>,
    /// Rows that are only looked at, for curves: their features and answers. Nothing is chosen by them.
    pub watch: Option<(Array2<f64>, Target)>,
    /// The task.
    pub task: Task,
    /// The names of the output columns that the model's operation writes: one, or one for each class.
    pub outputs: Vec<String>,
    /// The seed of the fit; a fold has its own.
    pub seed: u64,
}

/// One point of the live curves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// Counted from 1.
    pub epoch: u32,
    /// Mean loss of the training rows, with dropout on, without penalties.
    pub train: f64,
    /// Mean loss of the stop rows, where some were set aside.
    pub stop: Option<f64>,
    /// Mean loss of the watched rows, where there are some.
    pub watch: Option<f64>,
    /// The learning rate at the end of the epoch.
    pub rate: f64,
    /// The task's usual metric ([`crate::metric::usual`]) of the watched rows, where there are some and it is defined.
    #[serde(default)]
    pub metric: Option<f64>,
    /// How the network does, where the model is one and its figures are finite.
    #[serde(default)]
    pub health: Option<Health>,
}

/// How a network does in the first step of an epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// The Euclidean norm of the gradient, penalties among it, before it is clipped.
    pub gradient: f64,
    /// The Euclidean norm of all weights, biases apart, before the step.
    pub weights: f64,
    /// The norm of what the step did to the weights over their norm: near 0.001 is usual.
    pub update: f64,
    /// For each hidden layer how many units are asleep: no row that was looked at moves their weights, because their slope is
    /// below 0.01 at each. Empty where fewer than 32 rows are looked at.
    pub asleep: Vec<u32>,
}

impl Health {
    /// Whether its figures are numbers.
    pub fn is_finite(&self) -> bool {
        self.gradient.is_finite() && self.weights.is_finite() && self.update.is_finite()
    }
}

/// A weight of a linear model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    /// The prepared column; nothing for the intercept.
    pub column: Option<String>,
    /// The output that it belongs to, by position: of several classes one for each, else 0.
    pub output: usize,
    /// In the unit of the raw output (log-odds, or the target) for each unit of the prepared column.
    pub value: f64,
    /// How sure it is: of fits of one output without a penalty, where the rows determine every weight.
    pub certainty: Option<Certainty>,
}

/// How sure a weight is, if the model is the right one and the rows are independent of each other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Certainty {
    /// The standard error.
    pub standard_error: f64,
    /// The value over its standard error: Student's t of numbers, a normal z of classes.
    pub statistic: f64,
    /// How often chance alone gives a statistic at least as far from 0, were the weight 0.
    pub p: f64,
    /// The lower end of the 95 % interval.
    pub low: f64,
    /// The upper end of the 95 % interval.
    pub high: f64,
}

/// A fitted model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// The operations that predict; the last ones write the training set's outputs.
    pub ops: Vec<Op>,
    /// The loss by epoch, for models that have epochs.
    pub curve: Vec<Epoch>,
    /// The epoch whose weights were kept, where one was chosen.
    pub kept_epoch: Option<u32>,
    /// What the model itself says of its columns (coefficient, impurity importance), where it says something.
    pub importance: Option<Vec<f64>>,
    /// The weights one by one, for linear models that have no more than anyone would read.
    pub coefficients: Option<Vec<Coefficient>>,
    /// The loss of the best constant answer on the rows learned from, with their weights, in the unit of the curve.
    pub baseline: Option<f64>,
    /// Anything worth knowing about the fit, such as a solver that did not settle.
    pub notes: Vec<Problem>,
}

impl Model {
    /// A model of operations and nothing else.
    pub fn of(ops: Vec<Op>) -> Self {
        Self { ops, curve: Vec::new(), kept_epoch: None, importance: None, coefficients: None, baseline: None, notes: Vec::new() }
    }
}

/// A fit in progress.
pub trait Fit: Job<Output = Model> {
    /// The loss by epoch so far.
    fn curve(&self) -> &[Epoch] {
        &[]
    }
    /// Asks for looks at a plane of the inputs while it learns; models without such looks pass over it. Nothing that is learned
    /// depends on it.
    fn look_at(&mut self, _plane: &surface::Plane) {}
    /// A look, where one is due.
    fn surface(&mut self, _due: surface::Due) -> Option<surface::Surface> {
        None
    }
    /// How far it has come.
    fn progress(&self) -> Progress;
}

/// A model as it stands in a recipe.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// The kind of model: an id of [`MODELS`].
    pub model: String,
    /// Its parameters; what is left out takes the field's default.
    #[serde(default)]
    pub params: Params,
    /// How its probabilities are set right.
    #[serde(default, skip_serializing_if = "Calibration::is_none")]
    pub calibration: Calibration,
}

impl Candidate {
    /// Everything that can be seen wrong with it before it is fitted, for a task where that is known.
    pub fn check(&self, task: Option<Task>) -> Vec<Problem> {
        let Some(kind) = find(&self.model) else {
            return vec![Problem::new(Stage::Learn, "learn.unknown_model").with("model", &self.model)];
        };
        let owner = format!("model.{}", kind.id);
        let mut problems = field::check(&(kind.fields)(), &self.params, Stage::Learn, &owner);
        if problems.is_empty() && ensemble::is_ensemble(kind.id) {
            problems.extend(ensemble::check(&owner, &self.params, task));
        }
        let Some(task) = task else { return problems };
        if !self.calibration.is_none() && !task.is_classification() {
            problems.push(Problem::new(Stage::Learn, "calibration.no_classes"));
        }
        if !kind.tasks.contains(&task) {
            problems.push(
                Problem::new(Stage::Learn, "learn.wrong_task")
                    .with("model", text(&owner))
                    .with("task", text(&format!("task.{}", task.id()))),
            );
        } else if problems.is_empty() && kind.id == network::KIND.id {
            // Its loss alone of all settings of all models is for one task.
            problems.extend(network::settings::Settings::read(&self.params).and_then(|settings| settings.loss(task)).err());
        }
        problems
    }
}

/// A kind of model that can be chosen.
pub struct Kind {
    /// The stable id; the texts are `model.<id>`, `model.<id>.help`.
    pub id: &'static str,
    /// The tasks that it can do.
    pub tasks: &'static [Task],
    /// Whether it learns from rows with missing values and answers them.
    pub takes_missing: bool,
    /// Its form.
    pub fields: fn() -> Vec<Field>,
    /// Starts a fit with checked parameters.
    pub start: fn(&Params, TrainingSet) -> Result<Box<dyn Fit>, Problem>,
}

/// Every kind of model, in alphabetic order of the ids.
pub static MODELS: &[&Kind] = &[
    &baseline::BASELINE,
    &boosting::BOOSTING,
    &forest::EXTRA_TREES,
    &forest::FOREST,
    &neighbours::KNN,
    &linear::LINEAR,
    &linear::LOGISTIC,
    &bayes::NAIVE_BAYES,
    &network::KIND,
    &one_rule::ONE_RULE,
    &ensemble::STACKING,
    &linear::SVM,
    &forest::TREE,
    &ensemble::VOTING,
];

/// A kind of model by id.
pub fn find(id: &str) -> Option<&'static Kind> {
    MODELS.iter().copied().find(|kind| kind.id == id)
}

/// Whether every one of these models takes missing values, so that no step needs to fill them.
pub fn all_take_missing(candidates: &[Candidate]) -> bool {
    !candidates.is_empty() && candidates.iter().all(|candidate| find(&candidate.model).is_some_and(|kind| kind.takes_missing))
}

#[cfg(test)]
mod tests;
