//! The network: dense layers trained by gradient descent, in 32-bit vector code, with the same digits everywhere.
//!
//! [`KIND`] is what a recipe chooses. Behind it, and for its own use in checks: a [`Network`] is a shape, its parameters
//! are one list, [`pass::Pass`] sends rows through, [`Loss`], [`Optimizer`] and [`Schedule`] are rules, and [`Trainer`] is
//! the loop; all are generic over the float, so that derivatives are checked in 64 bits.

mod augment;
mod average;
mod dropout;
mod embedding;
mod fit;
pub mod initialiser;
mod layer;
mod lbfgs;
mod loss;
mod members;
pub mod measure;
pub mod optimizer;
pub mod pass;
pub mod preset;
mod rehearse;
mod remedy;
mod schedule;
pub mod settings;
#[cfg(test)]
mod tests;
pub mod trainer;
pub mod training;
mod view;
mod verdict;

pub use augment::Augmenting;
pub use average::Averaging;
pub use dropout::Dropout;
pub use embedding::{Group, groups};
pub use initialiser::Initialiser;
pub use layer::{Hidden, Layer, Network, Normalise};
pub use loss::{Loss, Softening};
pub use measure::Measure;
pub use optimizer::Optimizer;
pub use pass::Pass;
pub use preset::PRESETS;
pub use rehearse::{Rehearsal, rehearse};
pub use remedy::{Remedy, remedy};
pub use schedule::{Decline, Schedule};
pub use trainer::Trainer;
pub use verdict::{Curve, Judgement, Verdict, verdict};

use super::{Kind, Target};
use crate::base::{Params, Problem, Task};
use crate::num::activation::Activation;
use serde::{Deserialize, Serialize};
pub use settings::Settings;

/// What the ids of the notes begin with that say that the loss ran away.
pub const DIVERGED: &str = "learn.network.diverged";

/// The network as a model that can be chosen.
pub static KIND: Kind = Kind {
    id: "network",
    tasks: &[Task::Binary, Task::Multiclass, Task::Regression],
    takes_missing: false,
    fields: settings::fields,
    start: members::start,
};

/// A network before training: what a drawing shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// The number of inputs.
    pub inputs: usize,
    /// The layers, the output last.
    pub layers: Vec<LayerDescription>,
    /// All weights and biases, of all networks where several are averaged.
    pub parameters: usize,
    /// Additions and multiplications that training takes for each row and epoch, of all networks.
    pub operations: f64,
    /// Bytes that training takes beside the rows: parameters, gradients, the optimiser's memory, the best so far.
    pub bytes: f64,
}

/// A layer before training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerDescription {
    /// The number of inputs.
    pub inputs: usize,
    /// The number of units.
    pub units: usize,
    /// The activation of the units.
    pub activation: Activation,
    /// The share of units left out while training.
    pub dropout: f64,
    /// Weights and biases.
    pub parameters: usize,
}

/// The network that parameters describe, for this many input columns and outputs (one; or one for each of three or more
/// classes). Embeddings are left out: which columns are categories is known of prepared rows only.
///
/// # Errors
/// The first thing wrong with the parameters, or a network that is too large.
pub fn describe(params: &Params, inputs: usize, outputs: usize) -> Result<Description, Problem> {
    let settings = Settings::read(params)?;
    let (network, members) = (settings.network(inputs, outputs)?, settings.members);
    let parameters = network.parameters();
    let layers = network.layers().iter().map(|layer| LayerDescription {
        inputs: layer.inputs,
        units: layer.units,
        activation: layer.activation,
        dropout: layer.dropout,
        parameters: layer.parameters(),
    });
    // Forward, gradient by weights, and gradient by inputs, which the first layer does not need.
    let first = network.layers().first().map_or(0, |layer| layer.inputs * layer.units);
    let operations = 6.0 * parameters as f64 - 2.0 * first as f64;
    Ok(Description {
        inputs,
        layers: layers.collect(),
        parameters: members * parameters,
        operations: members as f64 * operations,
        // One learns after the other.
        bytes: 7.0 * 4.0 * parameters as f64,
    })
}

/// The number of weights and biases that parameters describe, for this many input columns and outputs.
///
/// # Errors
/// The first thing wrong with the parameters, or a network that is too large.
pub fn parameter_count(params: &Params, inputs: usize, outputs: usize) -> Result<usize, Problem> {
    let settings = Settings::read(params)?;
    Ok(settings.members * settings.network(inputs, outputs)?.parameters())
}

/// The learning rate of every epoch, as training will use it.
///
/// # Errors
/// The first thing wrong with the parameters.
pub fn rates(params: &Params) -> Result<Vec<f64>, Problem> {
    Ok(Settings::read(params)?.schedule().rates())
}

/// The loss of the best constant answer on some rows, in the unit of the curves: what [`verdict()`] compares the loss of
/// other rows with. That of the training rows, which may be weighted or drawn anew, is the model's own.
/// Numbers are brought to mean 0 and deviation 1 first, as the fit does, so for the squared error it is 1 (or 0 where all
/// are the same).
///
/// # Errors
/// The first thing wrong with the parameters, or a loss of another task.
pub fn baseline(params: &Params, target: &Target, task: Task) -> Result<f64, Problem> {
    let loss = Settings::read(params)?.loss(task)?;
    let (truth, outputs) = match target {
        Target::Classes { codes, count } => (codes.iter().map(|&code| f64::from(code)).collect(), *count),
        Target::Values(values) => (fit::scaled(values, loss)?, 1),
    };
    Ok(loss.baseline(&truth, &vec![1.0; truth.len()], outputs))
}
