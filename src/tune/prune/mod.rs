//! Pruning: ending trials after some of their folds, or in the middle of one, where they will not be among the best.
//!
//! The folds of a trial are its rungs. All trials of a round stand on the same rung when it is decided which of them go on,
//! and what is decided depends on what earlier rounds and this round came to up to that rung, never on who was first. So
//! the table of trials, and which of them are ended, are the same with any number of workers.

pub mod halving;
pub mod hyperband;
pub mod learning_curve;
pub mod median;
pub mod none;
pub mod wilcoxon;

use super::{Outcome, Trial};
use crate::base::{Field, Params, Problem};

/// What a pruner is asked: whether a trial that has reached a rung is ended there.
pub struct Case<'a> {
    /// The checked or unchecked settings of the pruner.
    pub settings: &'a Params,
    /// Every trial so far, by number; those of the same round are pending and on the same rung, or were ended on an earlier one.
    pub trials: &'a [Trial],
    /// The trial, by number.
    pub number: usize,
    /// How many folds there are.
    pub folds: usize,
    /// Whether a larger score is better.
    pub higher_is_better: bool,
    /// The seed of the study.
    pub seed: u64,
}

/// A way of pruning.
pub struct Pruner {
    /// The stable id; the texts are `pruner.<id>`, `pruner.<id>.help`, fields `pruner.<id>.<field>`.
    pub id: &'static str,
    /// Its form.
    pub fields: fn() -> Vec<Field>,
    /// Whether the trial is ended where it stands. A function of what is asked alone.
    pub ends: fn(&Case) -> Result<bool, Problem>,
    /// For pruners that end trials in the middle of a fold: what the trial's fit in this fold must have reached after each of
    /// [`SHARES`]; larger is better. Asked before the round is on that fold, so that trials of its own round say nothing there.
    pub least: Option<fn(&Case, usize) -> Result<Vec<Option<f64>>, Problem>>,
}

/// The shares of its epochs after which a fit can be given up.
pub const SHARES: [f64; 3] = [0.125, 0.25, 0.5];

impl Pruner {
    /// The prefix of the pruner's texts and the owner of its fields.
    pub fn owner(&self) -> String {
        format!("pruner.{}", self.id)
    }
}

/// Every way of pruning, in alphabetic order of the ids.
pub static PRUNERS: &[&Pruner] =
    &[&hyperband::PRUNER, &learning_curve::PRUNER, &median::PRUNER, &none::PRUNER, &halving::PRUNER, &wilcoxon::PRUNER];

/// A way of pruning by id.
pub fn find(id: &str) -> Option<&'static Pruner> {
    PRUNERS.iter().copied().find(|pruner| pruner.id == id)
}

impl Case<'_> {
    /// How many folds the trial has done.
    fn rung(&self) -> usize {
        self.trials.get(self.number).map_or(0, |trial| trial.reports.len())
    }

    /// The mean score of a trial over its first folds, turned so that larger is better; nothing where one of them has none.
    fn mean(&self, trial: &Trial, folds: usize) -> Option<f64> {
        trial.so_far(folds).map(|mean| if self.higher_is_better { mean } else { -mean })
    }

    /// The trial's own mean up to its rung, and those of other trials of which `counts` says yes.
    fn against(&self, counts: impl Fn(&Trial) -> bool) -> Option<(f64, Vec<f64>)> {
        let (rung, own) = (self.rung(), self.trials.get(self.number)?);
        let others = self.trials.iter().filter(|trial| trial.number != self.number && counts(trial));
        Some((self.mean(own, rung)?, others.filter_map(|trial| self.mean(trial, rung)).collect()))
    }
}

/// Whether a trial came to its end with a score.
fn is_complete(trial: &Trial) -> bool {
    matches!(trial.outcome, Outcome::Score(_))
}
