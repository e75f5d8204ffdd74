//! Studies: which trials were proposed, what they came to, what is best so far.

use super::border::{Border, widened};
use super::front::{front, standing};
use super::{Ask, ROUND, Space, fanova, find, importance, prune};
use crate::base::{Field, Figure, Params, Problem, Stage, field, text};
use serde::{Deserialize, Serialize};

/// What a trial came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is proposed and not told yet.
    Pending,
    /// Its score.
    Score(f64),
    /// Why it has none.
    Failed(Problem),
    /// It was ended after some of its folds, since it would not be among the best.
    Pruned {
        /// Folds that it did.
        after: usize,
        /// Its mean score over these.
        score: f64,
    },
    /// Its fit was given up in the middle of a fold, since it was behind.
    GivenUp {
        /// The fold, from 0: as many are done.
        fold: usize,
        /// The epoch after which it ended.
        epoch: u32,
    },
}

/// A point of the space that is tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// From 0, in order of proposal.
    pub number: usize,
    /// The values by path.
    pub values: Params,
    /// What it came to.
    pub outcome: Outcome,
    /// Whether a person asked for it, rather than the sampler.
    pub asked_for: bool,
    /// Its score on each fold that it did; nothing where that is not defined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<Option<f64>>,
    /// Where the search prunes by curves: in each fold that it did, the best that the rows looked at had come to after each of
    /// [`prune::SHARES`] of its epochs; larger is better.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub courses: Vec<Vec<Option<f64>>>,
    /// Where it has a score, its values in the further objectives of the search.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<f64>,
}

impl Trial {
    /// The score and the values in the further objectives, where it has them.
    pub fn scores(&self) -> Option<Vec<f64>> {
        self.score().map(|score| std::iter::once(score).chain(self.also.iter().copied()).collect())
    }

    /// What a person asked for, in a word: the present settings, or others; nothing for what a sampler proposed.
    pub fn mark(&self) -> Option<String> {
        self.asked_for.then(|| text(if self.number == 0 { "tuning.present_mark" } else { "tuning.own_mark" }))
    }

    /// The score, where it has one.
    pub fn score(&self) -> Option<f64> {
        if let Outcome::Score(score) = self.outcome { Some(score) } else { None }
    }

    /// The mean score over its first folds; nothing where it has not done them, or one of them has no score.
    pub fn so_far(&self, folds: usize) -> Option<f64> {
        let reports = self.reports.get(..folds).filter(|reports| !reports.is_empty())?;
        let sum = reports.iter().try_fold(0.0, |sum, report| Some(sum + (*report)?))?;
        Some(sum / folds as f64)
    }
}

/// A search for the best values of some parameters.
///
/// The host calls [`Study::propose`], runs the trials anywhere and in any order, tells each score with [`Study::tell`], and
/// proposes again. A study that is saved in the middle of a round goes on with [`Study::pending`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Study {
    space: Space,
    sampler: String,
    settings: Params,
    budget: usize,
    higher_is_better: bool,
    seed: u64,
    trials: Vec<Trial>,
    /// Trials that were asked for, each with the number from which on it takes the next free place.
    wishes: Vec<(usize, Params)>,
    exhausted: bool,
    /// The first trial of the present round.
    #[serde(default)]
    round: usize,
    /// The first trial within the present space.
    #[serde(default)]
    since: usize,
    /// The way of pruning, its settings, and how many folds a trial has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pruning: Option<(String, Params, usize)>,
    /// Of each further objective, whether a larger value is better.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    further: Vec<bool>,
}

impl Study {
    /// A study of `budget` trials by a sampler with its settings.
    pub fn new(space: Space, sampler: &str, settings: Params, budget: usize, higher_is_better: bool, seed: u64) -> Self {
        let sampler = sampler.to_owned();
        let (trials, wishes) = (Vec::new(), Vec::new());
        let (exhausted, round, since, pruning, further) = (false, 0, 0, None, Vec::new());
        Self { space, sampler, settings, budget, higher_is_better, seed, trials, wishes, exhausted, round, since, pruning, further }
    }

    /// The study with further objectives: of each whether a larger value is better. Samplers then go by where a trial stands
    /// among all of them; pruning goes by the score alone.
    #[must_use]
    pub fn with_further(self, further: Vec<bool>) -> Self {
        Self { further, ..self }
    }

    fn directions(&self) -> Vec<bool> {
        std::iter::once(self.higher_is_better).chain(self.further.iter().copied()).collect()
    }

    /// The numbers of the trials that no other beats in all objectives.
    pub fn front(&self) -> Vec<usize> {
        front(&self.trials, &self.directions())
    }

    /// The study with a way of pruning and its settings, for trials of so many folds. See [`super::prune`].
    ///
    /// # Errors
    /// A way of pruning that is not known, or whose settings are wrong.
    pub fn pruned(mut self, pruner: &str, settings: Params, folds: usize) -> Result<Self, Problem> {
        let found = prune::find(pruner).ok_or_else(|| Problem::new(Stage::Tune, "tune.unknown_pruner").with("pruner", pruner))?;
        if let Some(problem) = field::check(&(found.fields)(), &settings, Stage::Tune, &found.owner()).into_iter().next() {
            return Err(problem);
        }
        let can_end = pruner != "none" && (folds > 1 || found.least.is_some());
        self.pruning = can_end.then(|| (pruner.to_owned(), settings, folds));
        Ok(self)
    }

    /// Whether trials may be ended early, so that their folds are to be done one after the other.
    pub fn prunes(&self) -> bool {
        self.pruning.is_some()
    }

    /// Tells the score of a pending trial on its next fold; nothing where it has none.
    pub fn report(&mut self, number: usize, score: Option<f64>) {
        if let Some(trial) = self.trials.get_mut(number).filter(|trial| trial.outcome == Outcome::Pending) {
            trial.reports.push(score.filter(|score| score.is_finite()));
        }
    }

    /// Tells how a pending trial came along in its next fold; see [`Trial::courses`].
    pub fn follow(&mut self, number: usize, course: Vec<Option<f64>>) {
        if let Some(trial) = self.trials.get_mut(number).filter(|trial| trial.outcome == Outcome::Pending) {
            trial.courses.push(course);
        }
    }

    /// What the fit of a pending trial in a fold must have reached after each of [`prune::SHARES`] of its epochs; nothing where
    /// it is not given up in any case.
    ///
    /// # Errors
    /// Settings of the pruner that are wrong.
    pub fn least(&self, number: usize, fold: usize) -> Result<Vec<Option<f64>>, Problem> {
        let Some((pruner, settings, folds)) = &self.pruning else { return Ok(Vec::new()) };
        let Some(least) = prune::find(pruner).and_then(|pruner| pruner.least) else { return Ok(Vec::new()) };
        let (higher_is_better, seed) = (self.higher_is_better, self.seed);
        // Trials of its round may be complete before it, or after it.
        let trials = &self.trials[..self.round.min(self.trials.len())];
        least(&prune::Case { settings, trials, number, folds: *folds, higher_is_better, seed }, fold)
    }

    /// Whether trials are ended in the middle of a fold.
    pub fn follows_courses(&self) -> bool {
        self.pruning.as_ref().and_then(|(pruner, ..)| prune::find(pruner)?.least).is_some()
    }

    /// A pending trial's fit was given up in a fold after an epoch.
    pub fn give_up(&mut self, number: usize, fold: usize, epoch: u32) {
        if let Some(trial) = self.trials.get_mut(number).filter(|trial| trial.outcome == Outcome::Pending) {
            trial.outcome = Outcome::GivenUp { fold, epoch };
        }
    }

    /// Ends those pending trials that need not go on; gives their numbers. To be called when every pending trial has reported
    /// the same fold, and it is not the last.
    ///
    /// # Errors
    /// Settings of the pruner that are wrong.
    pub fn prune(&mut self) -> Result<Vec<usize>, Problem> {
        let Some((pruner, settings, folds)) = &self.pruning else { return Ok(Vec::new()) };
        let Some(pruner) = prune::find(pruner) else { return Ok(Vec::new()) };
        let mut ended = Vec::new();
        for trial in self.pending() {
            let (trials, higher_is_better, seed) = (self.trials.as_slice(), self.higher_is_better, self.seed);
            if (pruner.ends)(&prune::Case { settings, trials, number: trial.number, folds: *folds, higher_is_better, seed })? {
                ended.push(trial.number);
            }
        }
        for &number in &ended {
            let trial = &mut self.trials[number];
            let after = trial.reports.len();
            if let Some(score) = trial.so_far(after) {
                trial.outcome = Outcome::Pruned { after, score };
            }
        }
        Ok(ended)
    }

    /// Asks for a trial of given values, one for each parameter, such as those that the model has now. From the trial of this
    /// number on it takes the next free place; the values may lie outside of the ranges, samplers then pass over it.
    pub fn wish(&mut self, number: usize, values: Params) {
        self.wishes.push((number, values));
    }

    /// The trials of the next round; none while a round is not told to its end, and none at the end of the study.
    ///
    /// # Errors
    /// A sampler that is not known, or whose settings are wrong.
    pub fn propose(&mut self) -> Result<Vec<Trial>, Problem> {
        let sampler =
            find(&self.sampler).ok_or_else(|| Problem::new(Stage::Tune, "tune.unknown_sampler").with("sampler", &self.sampler))?;
        if self.is_waiting() {
            return Ok(Vec::new());
        }
        let start = self.trials.len();
        while self.trials.len() < self.budget.min(start + ROUND) {
            let number = self.trials.len();
            let wished = self.wishes.iter().position(|(from, _)| *from <= number);
            let (values, asked_for) = if let Some(place) = wished {
                (self.wishes.remove(place).1, true)
            } else {
                let trials = standing(&self.trials, &self.directions());
                let ask = Ask {
                    settings: &self.settings,
                    space: &self.space,
                    trials: &trials,
                    higher_is_better: self.higher_is_better || !self.further.is_empty(),
                    seed: self.seed,
                    number,
                    since: self.since,
                };
                let Some(values) = (sampler.suggest)(&ask)? else {
                    self.exhausted = true;
                    break;
                };
                (values, false)
            };
            self.trials.push(Trial {
                number,
                values,
                outcome: Outcome::Pending,
                asked_for,
                reports: Vec::new(),
                courses: Vec::new(),
                also: Vec::new(),
            });
        }
        if self.trials.len() > start {
            self.round = start;
        }
        Ok(self.trials[start..].to_vec())
    }

    /// Tells what a trial came to. A score that is not finite counts as failed. A trial that is not pending stays as it is:
    /// when a job ran twice, it came to the same.
    pub fn tell(&mut self, number: usize, result: Result<f64, Problem>) {
        self.tell_all(number, result.map(|score| (score, Vec::new())));
    }

    /// The same with the values in the further objectives, as many as the study has.
    pub fn tell_all(&mut self, number: usize, result: Result<(f64, Vec<f64>), Problem>) {
        let objectives = self.further.len();
        if let Some(trial) = self.trials.get_mut(number).filter(|trial| trial.outcome == Outcome::Pending) {
            trial.outcome = match result {
                Ok((score, also)) if score.is_finite() && also.len() == objectives && also.iter().all(|value| value.is_finite()) => {
                    trial.also = also;
                    Outcome::Score(score)
                }
                Ok(_) => Outcome::Failed(Problem::warning(Stage::Tune, "tune.no_score")),
                Err(problem) => Outcome::Failed(problem),
            };
        }
    }

    /// Where it searches.
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// Every trial so far, by number.
    pub fn trials(&self) -> &[Trial] {
        &self.trials
    }

    /// The trials that are proposed and not told yet.
    pub fn pending(&self) -> impl Iterator<Item = &Trial> {
        self.trials.iter().filter(|trial| trial.outcome == Outcome::Pending)
    }

    fn is_waiting(&self) -> bool {
        self.pending().next().is_some()
    }

    /// Whether every trial is told and there is none to come.
    pub fn is_done(&self) -> bool {
        !self.is_waiting() && (self.exhausted || self.trials.len() >= self.budget)
    }

    /// Takes over what a proposed trial came to before: its reports and its outcome. Nothing where the trial is told already or
    /// had other values.
    pub fn restore(&mut self, known: &Trial) {
        if let Some(trial) = self.trials.get_mut(known.number).filter(|it| it.outcome == Outcome::Pending && it.values == known.values) {
            (trial.outcome, trial.reports, trial.also) = (known.outcome.clone(), known.reports.clone(), known.also.clone());
            trial.courses.clone_from(&known.courses);
        }
    }

    /// Lets the study go on within another space, up to so many trials.
    pub fn go_on(&mut self, space: Space, trials: usize) {
        (self.space, self.budget, self.exhausted, self.since) = (space, trials, false, self.trials.len());
    }

    /// Ends the study where it is: a round that is not told is taken back, unless it is the first. Says whether the study is
    /// done; otherwise it is when the first round is told.
    pub fn close(&mut self) -> bool {
        if self.is_waiting() && self.round > 0 {
            self.trials.truncate(self.round);
        }
        self.budget = self.trials.len();
        self.is_done()
    }

    /// Lets the study go on for more trials.
    pub fn extend(&mut self, trials: usize) {
        self.budget = self.budget.saturating_add(trials);
    }

    /// The best trial so far; of equal ones the first.
    pub fn best(&self) -> Option<&Trial> {
        best(&self.trials, self.higher_is_better)
    }

    fn is_better(&self, score: f64, other: f64) -> bool {
        if self.higher_is_better { score > other } else { score < other }
    }

    /// The best score up to each trial; nothing before the first score.
    pub fn best_so_far(&self) -> Vec<Option<f64>> {
        let mut best = None;
        self.trials
            .iter()
            .map(|trial| {
                best = match (best, trial.score()) {
                    (Some(old), Some(new)) if !self.is_better(new, old) => Some(old),
                    (old, new) => new.or(old),
                };
                best
            })
            .collect()
    }

    /// The parameters whose best value lies within a twentieth of an end of its range, with a range that goes on beyond it
    /// as far as the model's form allows. Nothing before ten trials have a score, since the first few say little.
    ///
    /// A linear range is made half as wide again, a logarithmic one a factor of ten.
    pub fn borders(&self, fields: &[Field]) -> Vec<Border> {
        let scores = self.trials.iter().filter(|trial| trial.score().is_some()).count();
        let Some(best) = self.best().filter(|best| scores >= 10 && self.space.holds(&best.values)) else { return Vec::new() };
        self.space
            .parameters
            .iter()
            .filter_map(|parameter| {
                let value = best.values.get(&parameter.path)?;
                let (upper, wider) = widened(&parameter.range, value.as_f64()?, fields.iter().find(|field| field.id == parameter.path))?;
                Some(Border { path: parameter.path.clone(), value: value.clone(), upper, wider })
            })
            .collect()
    }

    /// How much of the differences between scores each parameter explains on its own, from 0 to 1: the share of the
    /// variance of the scores' ranks that lies between groups of its values, less what chance would put there. Undefined for
    /// fewer than ten scores and where all are the same.
    pub fn importance(&self) -> Vec<(String, Figure)> {
        let scored: Vec<&Trial> = self.trials.iter().filter(|trial| trial.score().is_some() && self.space.holds(&trial.values)).collect();
        let share = |path: &String| {
            // Of a parameter that is not always there, the trials that have it.
            let own = scored.iter().filter_map(|trial| Some((trial.values.get(path)?, trial.score()?)));
            let (values, scores): (Vec<_>, Vec<f64>) = own.unzip();
            (path.clone(), importance::share(&values, &scores))
        };
        self.space.parameters.iter().map(|parameter| share(&parameter.path)).collect()
    }

    /// How much of the score's variance over the whole space each parameter explains on its own, from 0 to 1; see
    /// [`fanova::shares`].
    pub fn explained(&self) -> Vec<(String, Figure)> {
        fanova::shares(&self.space, &self.trials, self.seed)
    }
}

/// The best of some trials; of equal ones the first. Nothing where none has a score.
pub fn best(trials: &[Trial], higher_is_better: bool) -> Option<&Trial> {
    let is_better = |score: f64, other: f64| if higher_is_better { score > other } else { score < other };
    trials.iter().fold(None, |best: Option<&Trial>, trial| match (best.and_then(Trial::score), trial.score()) {
        (_, None) => best,
        (None, Some(_)) => Some(trial),
        (Some(old), Some(new)) if is_better(new, old) => Some(trial),
        _ => best,
    })
}
