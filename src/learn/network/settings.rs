//! The form of the network, and its parameters as a typed value.

use super::augment::Augmenting;
use super::average::Averaging;
use super::initialiser::Initialiser;
use super::layer::{Hidden, Network, Normalise};
use super::loss::{Loss, Softening};
use super::optimizer::Rule;
use super::schedule::{Decline, Schedule};
use super::training::{Patience, Plan};
use crate::base::{Field, Params, Place, Problem, Stage, Task, field};
use crate::num::activation::Activation;
use serde::Deserialize;
use serde_json::json;

/// The smallest learning rate that the form takes.
pub(super) const LEAST_RATE: f64 = 1e-6;

/// The owner of the fields' texts.
pub const OWNER: &str = "model.network";

/// More parameters than this do not fit a browser tab beside everything else.
pub const MOST_PARAMETERS: usize = 20_000_000;

/// The network's parameters as they stand in a recipe.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // each field's text says what it is
pub struct Settings {
    pub layers: Vec<Hidden>,
    pub members: usize,
    pub front_scale: bool,
    pub embedding: usize,
    pub initialiser: Initialiser,
    pub parametrisation: Parametrisation,
    pub loss: String,
    pub huber_delta: f64,
    pub quantile: f64,
    pub focal_gamma: f64,
    pub label_smoothing: f64,
    pub optimizer: Choice,
    pub rate: f64,
    pub momentum: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub decay: f64,
    pub schedule: Decay,
    pub step_every: u32,
    pub step_factor: f64,
    pub exponential_factor: f64,
    pub cosine_floor: f64,
    pub restart_every: u32,
    pub restart_longer: u32,
    pub waves: u32,
    pub power: f64,
    pub plateau_factor: f64,
    pub plateau_patience: u32,
    pub warmup: u32,
    pub rate_changes: Vec<RateChange>,
    pub batch: usize,
    pub drop_last: bool,
    pub epochs: u32,
    pub l1: f64,
    pub l2: f64,
    pub clip: f64,
    pub max_norm: f64,
    pub mixup: f64,
    pub input_noise: f64,
    pub averaging: Average,
    pub ema_decay: f64,
    pub swa_start: f64,
    pub early_stopping: bool,
    pub patience: u32,
    pub min_delta: f64,
    pub stop_share: f64,
}

/// From an epoch on, counted from 1, another first rate: a change that was made while training, kept so that the same training
/// comes to the same weights again.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct RateChange {
    pub epoch: u32,
    pub rate: f64,
}

/// The optimisers that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Choice {
    Adadelta,
    Adagrad,
    Adam,
    AdamW,
    Lbfgs,
    Lion,
    Momentum,
    Nadam,
    Nesterov,
    RmsProp,
    Rprop,
    Sgd,
}

impl Choice {
    const IDS: &[&str] =
        &["adam", "adamw", "nadam", "lion", "sgd", "momentum", "nesterov", "rmsprop", "adagrad", "adadelta", "rprop", "lbfgs"];
}

/// How weights enter a layer, by which rates they learn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Parametrisation {
    Ntk,
    Standard,
}

/// The averages of weights that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Average {
    Ema,
    None,
    Swa,
}

/// The schedules that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Decay {
    Constant,
    Cosine,
    Exponential,
    LogCosine,
    OneCycle,
    Plateau,
    Polynomial,
    Restarts,
    Step,
}

impl Decay {
    pub(super) const IDS: &[&str] =
        &["constant", "cosine", "restarts", "log_cosine", "one_cycle", "exponential", "step", "polynomial", "plateau"];
}

/// The fields of the form.
pub fn fields() -> Vec<Field> {
    let layers = json!([
        {"units": 64, "activation": "relu", "dropout": 0.1},
        {"units": 32, "activation": "relu", "dropout": 0.1},
    ]);
    vec![
        Field::list("layers", layers, layer_fields, 12),
        Field::integer("members", 1, 1, 32),
        Field::flag("front_scale", false),
        Field::integer("embedding", 0, 0, 256),
        Field::choice("initialiser", "auto", Initialiser::IDS),
        Field::choice("parametrisation", "standard", &["standard", "ntk"]),
        Field::choice("loss", "auto", Loss::IDS),
        Field::number("huber_delta", 1.0, 0.001, 100.0).when("loss", &["huber"]),
        Field::number("quantile", 0.5, 0.01, 0.99).when("loss", &["quantile"]),
        Field::number("focal_gamma", 2.0, 0.0, 10.0).when("loss", &["focal"]),
        Field::number("label_smoothing", 0.0, 0.0, 0.9)
            .when("loss", &["auto", "binary_cross_entropy", "categorical_cross_entropy", "focal"]),
        Field::choice("optimizer", "adam", Choice::IDS),
        Field::log_number("rate", 0.003, LEAST_RATE, 10.0),
        Field::number("momentum", 0.9, 0.0, 0.999).when("optimizer", &["momentum", "nesterov"]),
        Field::number("beta1", 0.9, 0.0, 0.999).when("optimizer", &["adam", "adamw", "nadam", "lion"]),
        Field::number("beta2", 0.999, 0.0, 0.99999).when("optimizer", &["adam", "adamw", "nadam", "lion"]),
        Field::number("decay", 0.01, 0.0, 10.0).when("optimizer", &["adamw", "lion"]),
        Field::choice("schedule", "cosine", Decay::IDS),
        Field::integer("step_every", 30, 1, 100_000).unit("epochs").when("schedule", &["step"]),
        Field::number("step_factor", 0.5, 0.001, 1.0).when("schedule", &["step"]),
        Field::number("exponential_factor", 0.97, 0.001, 1.0).when("schedule", &["exponential"]),
        Field::number("cosine_floor", 0.0, 0.0, 1.0).when("schedule", &["cosine", "restarts"]),
        Field::integer("restart_every", 10, 1, 100_000).unit("epochs").when("schedule", &["restarts"]),
        Field::integer("restart_longer", 2, 1, 10).when("schedule", &["restarts"]),
        Field::integer("waves", 4, 1, 16).when("schedule", &["log_cosine"]),
        Field::number("power", 1.0, 0.1, 10.0).when("schedule", &["polynomial"]),
        Field::number("plateau_factor", 0.5, 0.01, 1.0).when("schedule", &["plateau"]),
        Field::integer("plateau_patience", 5, 0, 1000).unit("epochs").when("schedule", &["plateau"]),
        Field::integer("warmup", 0, 0, 10_000).unit("epochs"),
        Field::list("rate_changes", json!([]), rate_change_fields, 50),
        Field::integer("batch", 64, 1, 65_536).unit("rows"),
        Field::flag("drop_last", false),
        Field::integer("epochs", 200, 1, 100_000),
        Field::number("l1", 0.0, 0.0, 10.0),
        Field::number("l2", 0.0, 0.0, 10.0),
        Field::number("clip", 0.0, 0.0, 1000.0),
        Field::number("max_norm", 0.0, 0.0, 1000.0),
        Field::number("mixup", 0.0, 0.0, 10.0),
        Field::number("input_noise", 0.0, 0.0, 10.0),
        Field::choice("averaging", "none", &["none", "ema", "swa"]),
        Field::number("ema_decay", 0.999, 0.0, 0.99999).when("averaging", &["ema"]),
        Field::number("swa_start", 0.75, 0.0, 0.99).when("averaging", &["swa"]),
        Field::flag("early_stopping", true),
        Field::integer("patience", 20, 1, 10_000).unit("epochs").when("early_stopping", &["true"]),
        Field::number("min_delta", 0.0, 0.0, 10.0).when("early_stopping", &["true"]),
        Field::number("stop_share", 0.15, 0.05, 0.5).when("early_stopping", &["true"]),
    ]
}

/// The fields of a change of the rate.
fn rate_change_fields() -> Vec<Field> {
    vec![Field::integer("epoch", 10, 2, 100_000), Field::log_number("rate", 0.001, LEAST_RATE, 10.0)]
}

/// The fields of a hidden layer.
fn layer_fields() -> Vec<Field> {
    vec![
        Field::integer("units", 32, 1, 4096),
        Field::choice("activation", "relu", Activation::IDS),
        Field::number("dropout", 0.1, 0.0, 0.95),
        Field::choice("normalise", "none", Normalise::IDS),
        Field::flag("shortcut", false),
    ]
}

impl Settings {
    /// Checked parameters.
    ///
    /// # Errors
    /// The first thing wrong with them.
    pub fn read(params: &Params) -> Result<Self, Problem> {
        field::parse(&fields(), params, Stage::Learn, OWNER)
    }

    /// A rate that rules of Adam's kin learn with in most cases; nothing for rules whose rate has another meaning.
    pub fn rate_of_kin(optimizer: Choice) -> Option<f64> {
        match optimizer {
            Choice::Adam | Choice::AdamW | Choice::Nadam | Choice::RmsProp => Some(0.003),
            Choice::Adagrad => Some(0.03),
            Choice::Lion => Some(0.0003),
            _ => None,
        }
    }

    /// The network between inputs and outputs.
    ///
    /// # Errors
    /// Where it has more parameters than fit.
    pub fn network(&self, inputs: usize, outputs: usize) -> Result<Network, Problem> {
        let network = Network::new(inputs, &self.layers, outputs).with_front_scale(self.front_scale);
        if network.parameters() > MOST_PARAMETERS {
            return Err(Problem::new(Stage::Learn, "learn.network.too_large")
                .with("parameters", network.parameters())
                .with("most", MOST_PARAMETERS)
                .at(Place::Field(OWNER.to_owned(), "layers".to_owned())));
        }
        Ok(network)
    }

    /// The learning rate by epoch.
    pub fn schedule(&self) -> Schedule {
        let decline = match self.schedule {
            Decay::Constant => Decline::Constant,
            Decay::Cosine => Decline::Cosine { floor: self.cosine_floor },
            Decay::Exponential => Decline::Exponential { factor: self.exponential_factor },
            Decay::LogCosine => Decline::LogCosine { waves: self.waves },
            Decay::OneCycle => Decline::OneCycle,
            Decay::Plateau => Decline::Plateau { factor: self.plateau_factor, patience: self.plateau_patience },
            Decay::Polynomial => Decline::Polynomial { power: self.power },
            Decay::Restarts => Decline::Restarts { every: self.restart_every, longer: self.restart_longer, floor: self.cosine_floor },
            Decay::Step => Decline::Step { every: self.step_every, factor: self.step_factor },
        };
        let mut schedule = Schedule { warmup: self.warmup, ..Schedule::new(self.rate, decline, self.epochs) };
        // In order of the epochs; of two for the same epoch the later one counts.
        let mut changes = self.rate_changes.clone();
        changes.sort_by_key(|change| change.epoch);
        changes.iter().for_each(|change| schedule.change(change.epoch.saturating_sub(1), change.rate));
        schedule
    }

    /// The loss for a task.
    ///
    /// # Errors
    /// Where the chosen loss is for another task.
    pub fn loss(&self, task: Task) -> Result<Loss, Problem> {
        let softening = Softening { smoothing: self.label_smoothing, gamma: self.focal_gamma };
        Loss::choose(&self.loss, task, self.huber_delta, self.quantile, softening).ok_or_else(|| {
            Problem::new(Stage::Learn, "learn.network.loss_of_other_task")
                .with("loss", crate::base::text(&format!("{OWNER}.loss={}", self.loss)))
                .at(Place::Field(OWNER.to_owned(), "loss".to_owned()))
        })
    }

    /// Everything that training needs, but the network and the rows.
    ///
    /// # Errors
    /// Where the chosen loss is for another task.
    pub fn plan(&self, task: Task, seed: u64) -> Result<Plan, Problem> {
        let (beta1, beta2) = (self.beta1, self.beta2);
        let rule = match self.optimizer {
            Choice::Adadelta => Rule::Adadelta,
            Choice::Adagrad => Rule::Adagrad,
            Choice::Adam | Choice::AdamW => Rule::Adam { beta1, beta2 },
            Choice::Lbfgs => Rule::Lbfgs,
            Choice::Lion => Rule::Lion { beta1, beta2 },
            Choice::Nadam => Rule::Nadam { beta1, beta2 },
            Choice::Rprop => Rule::Rprop,
            Choice::Momentum => Rule::Momentum { momentum: self.momentum, nesterov: false },
            Choice::Nesterov => Rule::Momentum { momentum: self.momentum, nesterov: true },
            Choice::RmsProp => Rule::RmsProp,
            Choice::Sgd => Rule::Sgd,
        };
        Ok(Plan {
            loss: self.loss(task)?,
            rule,
            schedule: self.schedule(),
            // Rules that compare one gradient with the next see all rows in each.
            batch: if rule.needs_all_rows() { u32::MAX as usize } else { self.batch },
            drop_last: self.drop_last,
            l1: self.l1,
            l2: self.l2,
            decay: if matches!(self.optimizer, Choice::AdamW | Choice::Lion) { self.decay } else { 0.0 },
            clip: self.clip,
            max_norm: self.max_norm,
            ntk: self.parametrisation == Parametrisation::Ntk,
            averaging: match self.averaging {
                Average::None => Averaging::None,
                Average::Ema => Averaging::Ema { decay: self.ema_decay },
                Average::Swa => Averaging::Swa { start: self.swa_start },
            },
            augmenting: Augmenting { noise: self.input_noise, mixup: self.mixup },
            patience: self.early_stopping.then_some(Patience { epochs: self.patience, min_delta: self.min_delta }),
            seed,
        })
    }
}
