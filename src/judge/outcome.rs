//! What a training came to, in numbers: rows, candidates, fits. Rows and weights are not in it.

use super::evaluate::Evaluation;
use super::fit::{Fitted, StepReport};
use super::setup::Setup;
use super::tree::TreeFacts;
use crate::base::{Problem, Task, digest};
use crate::learn::{Candidate, Coefficient, Epoch, network};
use crate::plan::Size;
use serde::{Deserialize, Serialize};

/// How models are judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Judge {
    /// How the threshold of a binary task is chosen, on the rows of the folds.
    pub threshold: crate::metric::Rule,
    /// Bootstrap replicates behind each interval.
    pub replicates: usize,
}

impl Default for Judge {
    fn default() -> Self {
        Self { threshold: crate::metric::Rule::default(), replicates: 1000 }
    }
}

/// What training came to, as the page shows it. Rows and weights stay in the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trained {
    /// The rows, in numbers.
    pub rows: RowFacts,
    /// Every candidate, in order.
    pub candidates: Vec<CandidateOutcome>,
    /// How they were judged.
    pub judge: Judge,
}

/// The rows of a setup, in numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowFacts {
    /// What is predicted.
    pub task: Task,
    /// The classes, by code; of two the second is the positive one.
    pub classes: Vec<String>,
    /// Columns that go in.
    pub inputs: usize,
    /// Rows that may be learned from.
    pub training: usize,
    /// Rows that are sealed.
    pub held_out: usize,
    /// For each fold how many rows it learns from and how many it predicts.
    pub folds: Vec<(usize, usize)>,
    /// Anything worth knowing.
    pub notes: Vec<Problem>,
}

impl RowFacts {
    /// The number of rows that folds predict over the number that they learn from: what widens the intervals of their scores.
    /// Of k folds of all rows, as often as they are repeated, exactly 1 / (k - 1).
    pub fn ratio(&self) -> f64 {
        let total = |part: fn(&(usize, usize)) -> usize| self.folds.iter().map(part).sum::<usize>() as f64;
        total(|fold| fold.1) / total(|fold| fold.0)
    }

    /// The numbers of a setup.
    pub fn of(setup: &Setup) -> Self {
        Self {
            task: setup.task,
            classes: setup.classes.clone(),
            inputs: setup.inputs.columns().len(),
            training: setup.training.len(),
            held_out: setup.held_out.len(),
            folds: setup.folds.iter().map(|fold| (fold.train.len(), fold.test.len())).collect(),
            notes: setup.notes.clone(),
        }
    }
}

/// What a candidate came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CandidateOutcome {
    /// The kind of model.
    pub model: String,
    /// Its folds, in order, and last the fit on all training rows.
    pub fits: Vec<FitFacts>,
    /// How good it is on the rows of the folds; nothing where it failed.
    pub evaluation: Option<Evaluation>,
    /// The digest of the predictions of the folds' rows.
    pub predictions: String,
    /// Why it failed.
    pub problem: Option<Problem>,
    /// What its curves say, where it has some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learning: Option<Learning>,
}

/// What the curves of a network say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learning {
    /// Whether it memorises, learns too little, or could go on; see [`network::verdict()`] for the rules.
    pub verdict: network::Verdict,
    /// The one change that most likely helps, where something is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<network::Remedy>,
    /// The loss of the best constant answer on the rows of the folds, in the unit of the curves of these rows.
    pub baseline: Option<f64>,
}

impl Learning {
    /// What the curves of a candidate's folds say; nothing for models without epochs.
    pub fn of(candidate: &Candidate, folds: &[FitFacts], judged: &super::Judged) -> Option<Self> {
        let diverged = |fit: &FitFacts| fit.notes.iter().find(|note| note.message.id.starts_with(network::DIVERGED)).cloned();
        let folds: Vec<(&FitFacts, Option<Problem>)> = folds.iter().map(|fit| (fit, diverged(fit))).collect();
        // A loss that runs away in the first epoch leaves no curve.
        let folds: Vec<_> = folds.into_iter().filter(|(fit, diverged)| !fit.curve.is_empty() || diverged.is_some()).collect();
        if folds.is_empty() || candidate.model != network::KIND.id {
            return None;
        }
        let baseline = network::baseline(&candidate.params, &judged.target, judged.task).ok();
        let curves: Vec<network::Curve> = folds
            .iter()
            .map(|(fit, diverged)| network::Curve {
                epochs: &fit.curve,
                training_baseline: fit.baseline,
                watched_baseline: baseline,
                diverged: diverged.as_ref().map(|problem| &problem.message),
            })
            .collect();
        let verdict = network::verdict(&curves);
        let remedy = network::remedy(&verdict, &candidate.params, &curves);
        Some(Self { verdict, remedy, baseline })
    }
}

/// A fit in numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FitFacts {
    /// The loss by epoch.
    pub curve: Vec<Epoch>,
    /// The epoch whose weights were kept.
    pub kept_epoch: Option<u32>,
    /// The loss of the best constant answer on the rows learned from, as they were weighted and drawn.
    #[serde(default)]
    pub baseline: Option<f64>,
    /// Rows learned from, after all steps.
    pub rows: usize,
    /// The columns that the model saw.
    pub features: Vec<String>,
    /// The model's own importance of each, where it has one.
    pub importance: Option<Vec<f64>>,
    /// The weights one by one, for linear models.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coefficients: Option<Vec<Coefficient>>,
    /// The tree near its root, where the model is one and the fit is that on all training rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tree: Option<TreeFacts>,
    /// What each step did.
    pub steps: Vec<Option<StepReport>>,
    /// The digest of the fitted pipeline.
    pub digest: String,
    /// How large the fitted pipeline is.
    #[serde(default)]
    pub size: Size,
    /// Anything worth knowing.
    pub notes: Vec<Problem>,
}

impl FitFacts {
    /// The numbers of a fitted pipeline.
    pub fn of(fitted: &Fitted) -> Self {
        Self {
            curve: fitted.curve.clone(),
            kept_epoch: fitted.kept_epoch,
            baseline: fitted.baseline,
            rows: fitted.rows,
            features: fitted.features.clone(),
            importance: fitted.importance.clone(),
            coefficients: fitted.coefficients.clone(),
            tree: None,
            steps: fitted.steps.clone(),
            size: fitted.plan.size(),
            digest: digest(&postcard::to_stdvec(&fitted.plan).unwrap_or_default()),
            notes: fitted.notes.clone(),
        }
    }

    /// The same with the tree, for the fit that is used in the end.
    pub fn of_last(fitted: &Fitted) -> Self {
        Self { tree: TreeFacts::of(&fitted.plan), ..Self::of(fitted) }
    }
}
