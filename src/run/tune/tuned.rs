//! What a search came to.

use crate::base::{Field, Figure, Message, Params, Problem, Stage, text};
use crate::chart::format::percent;
use crate::judge::{Difference, Setup};
use crate::learn::Candidate;
use crate::recipe::{Own, Recipe, Stretch, Tune, digest_of};
use crate::report::compared::signed;
use crate::tune::{Border, Space, Trial};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a search came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tuned {
    /// What was searched, and how. Where time ended the search, as many trials as were reached, so that the search of this
    /// recipe is the same again.
    pub tune: Tune,
    /// The kind of model.
    pub model: String,
    /// Every trial, by number.
    pub trials: Vec<Trial>,
    /// The number of the best trial; nothing where none has a score.
    pub best: Option<usize>,
    /// The candidate's parameters with the best values in place.
    pub params: Option<Params>,
    /// Whether a larger score is better.
    pub higher_is_better: bool,
    /// Parameters whose best value lies at an end of their range.
    pub borders: Vec<Border>,
    /// How much of the differences between scores each parameter explains on its own.
    pub importance: Vec<(String, Figure)>,
    /// How much of the score's variance over the whole space each parameter explains on its own.
    #[serde(default)]
    pub explained: Vec<(String, Figure)>,
    /// With further objectives, the numbers of the trials that no other beats in all of them.
    #[serde(default)]
    pub front: Vec<usize>,
    /// By how much the best trial is better than the first on the same folds; nothing where that is the best, or where the
    /// search did not begin with the settings of the candidate.
    #[serde(default)]
    pub gain: Option<Difference>,
    /// Folds of a whole trial.
    #[serde(default)]
    pub folds: usize,
    /// Whether time ended the search.
    #[serde(default)]
    pub out_of_time: bool,
    /// The digest of what a trial's score depends on besides its values, so that it can be known again.
    #[serde(default)]
    pub basis: String,
}

impl Tuned {
    /// The search that goes on from this one for more trials, within other ranges where `space` is given. All trials are
    /// kept: the new search begins with the same ones.
    pub fn further(&self, trials: usize, space: Option<Space>) -> Tune {
        let mut tune = self.tune.clone();
        let first = self.trials.first().filter(|trial| trial.asked_for);
        tune.first = first.map(|trial| trial.values.clone());
        tune.seconds = None;
        if let Some(space) = space.filter(|space| *space != tune.space) {
            let before = std::mem::replace(&mut tune.space, space);
            if !self.trials.is_empty() {
                tune.earlier.push(Stretch { space: before, trials: self.trials.len() });
            }
        }
        tune.trials = self.trials.len() + trials;
        tune
    }

    /// The search that goes on from this one with trials of a person's own.
    pub fn trying(&self, own: Vec<Params>) -> Tune {
        let mut tune = self.further(own.len(), None);
        let trial = self.trials.len();
        tune.own.extend(own.into_iter().map(|values| Own { trial, values }));
        tune
    }

    /// The space of this search with each range widened whose best value lies at an end of it.
    pub fn wider(&self) -> Space {
        let mut space = self.tune.space.clone();
        for border in &self.borders {
            if let Some(parameter) = space.parameters.iter_mut().find(|parameter| parameter.path == border.path) {
                parameter.range = border.wider.clone();
            }
        }
        space
    }

    /// A Python program that makes a study of Optuna of the trials; see [`crate::tune::optuna::script`].
    pub fn optuna(&self, name: &str) -> String {
        let spaces: Vec<&Space> = self.tune.earlier.iter().map(|stretch| &stretch.space).chain([&self.tune.space]).collect();
        let metrics: Vec<(&str, bool)> = std::iter::once((self.tune.metric.as_str(), self.higher_is_better))
            .chain(self.tune.objectives.iter().map(|objective| (objective.id(), objective.higher_is_better())))
            .collect();
        crate::tune::optuna::script(name, &metrics, &spaces, &self.trials)
    }

    /// What the search brought, in one sentence: the gain over the settings that it began with, with its interval, and whether
    /// it may be chance. Nothing where there is no such gain to tell of.
    pub fn gained(&self) -> Option<Message> {
        let found = self.gain.as_ref()?;
        let flips = !self.higher_is_better;
        let better = if flips { found.turned() } else { found.clone() };
        let id = if better.low > 0.0 { "tuning.gain" } else { "tuning.gain_noise" };
        let share = if better.better >= better.equal { better.better } else { better.equal };
        let which = if better.better >= better.equal { "tuning.gain_better" } else { "tuning.gain_equal" };
        let probable = Message::new(which).with("share", percent(share));
        Some(
            Message::new(id)
                .with("metric", text(&format!("metric.{}", self.tune.metric)))
                .with("gain", signed(found.mean))
                .with("low", signed(found.low))
                .with("high", signed(found.high))
                .with("probable", probable),
        )
    }

    /// How many folds were fitted.
    pub fn fits(&self) -> usize {
        self.trials.iter().map(|trial| trial.reports.len()).sum()
    }
}

/// The digest of what the score of a trial depends on besides its values: the table, the rows, the steps, the model apart from
/// what is searched, the metric, and what ends trials early.
pub(super) fn basis(table: &str, recipe: &Recipe, tune: &Tune, candidate: &Candidate, fields: &[Field]) -> String {
    let nothing = tune.space.parameters.iter().map(|parameter| (parameter.path.clone(), serde_json::Value::Null)).collect();
    let fixed = tune.space.apply(fields, &candidate.params, &nothing).unwrap_or_else(|_| candidate.params.clone());
    let judge = &recipe.judge.threshold;
    let how = (&tune.metric, &tune.objectives, &tune.pruner, &tune.pruning);
    let fits = (table, recipe.setup_digest(), &recipe.prepare, &candidate.model, fixed, how, judge);
    match recipe.fair_of(tune) {
        Some(fair) => digest_of(&(fits, fair)),
        None => digest_of(&fits),
    }
}

/// The trials of an earlier search by number, as the bytes of its [`Tuned`] in JSON; none of no bytes.
///
/// # Errors
/// Bytes that are not such a search, or one of other data, steps or settings.
pub(super) fn earlier(body: &[u8], basis: &str) -> Result<BTreeMap<usize, Trial>, Problem> {
    if body.is_empty() {
        return Ok(BTreeMap::new());
    }
    let tuned: Tuned =
        serde_json::from_slice(body).map_err(|error| Problem::new(Stage::Tune, "tune.unreadable_trials").with("reason", error))?;
    if tuned.basis != basis {
        return Err(Problem::new(Stage::Tune, "tune.other_basis"));
    }
    Ok(tuned.trials.into_iter().map(|trial| (trial.number, trial)).collect())
}

/// The number of folds of a setup, at least 1.
pub(super) fn folds(setup: &Setup) -> usize {
    setup.folds.len().max(1)
}
