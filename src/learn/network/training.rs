//! What the training of a network is given, and what it comes to.

use super::augment::Augmenting;
use super::average::Averaging;
use super::loss::Loss;
use super::optimizer::Rule;
use super::schedule::Schedule;
use crate::learn::Epoch;

/// How a network is trained.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The loss.
    pub loss: Loss,
    /// The optimiser.
    pub rule: Rule,
    /// The learning rate by epoch, and the number of epochs.
    pub schedule: Schedule,
    /// Rows a step.
    pub batch: usize,
    /// Whether the rows left over behind the last whole batch of an epoch are passed over; which these are, chance says anew
    /// in each.
    pub drop_last: bool,
    /// The penalty on the size of weights.
    pub l1: f64,
    /// The penalty on the square of weights.
    pub l2: f64,
    /// Decoupled decay of weights.
    pub decay: f64,
    /// The largest norm of the gradient; 0 for any.
    pub clip: f64,
    /// The largest norm of the weights into a unit; 0 for any.
    pub max_norm: f64,
    /// Whether weights learn as in the NTK parametrisation: those of a layer at the rate times
    /// [`Rule::share_by_inputs`], biases at a tenth of the rate, the front scale at six times it, embeddings at it.
    pub ntk: bool,
    /// Which average of the weights is kept.
    pub averaging: Averaging,
    /// How rows are changed at random.
    pub augmenting: Augmenting,
    /// How early stopping decides; without it, or without stop rows, the last weights are kept.
    pub patience: Option<Patience>,
    /// The seed of batches and dropout.
    pub seed: u64,
}

/// How early stopping decides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patience {
    /// Epochs without a better loss until training stops.
    pub epochs: u32,
    /// How much lower a loss must be to count as better.
    pub min_delta: f64,
}

/// Rows in the trainer's float, row by row.
#[derive(Clone, Debug, Default)]
pub struct Rows<F> {
    /// Rows x columns.
    pub x: Vec<F>,
    /// The answer of each row: a class's number or a value.
    pub y: Vec<F>,
    /// The weight of each row.
    pub weights: Vec<F>,
}

/// The rows of a fit.
#[derive(Clone, Debug, Default)]
pub struct Data<F> {
    /// The training rows, among them the stop rows.
    pub rows: Rows<F>,
    /// Which rows are learned from.
    pub train: Vec<u32>,
    /// Which rows early stopping looks at.
    pub stop: Vec<u32>,
    /// Rows that are only looked at, for the curve.
    pub watch: Rows<F>,
}

/// What training came to.
#[derive(Clone, Debug)]
pub struct Trained<F> {
    /// The parameters kept.
    pub parameters: Vec<F>,
    /// The losses by epoch.
    pub curve: Vec<Epoch>,
    /// The epoch whose parameters were kept, where one was chosen; 0 are the first, untrained ones.
    pub kept_epoch: Option<u32>,
    /// Why it ended.
    pub end: End,
}

/// Why training ended.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum End {
    /// All epochs are done.
    Epochs,
    /// No better stop loss for as long as the patience lasted.
    Patience,
    /// The loss ran away in an epoch, counted from 1, at a rate; `loss` is the last finite one, where there was one.
    Diverged { epoch: u32, rate: f64, loss: Option<f64> },
}
