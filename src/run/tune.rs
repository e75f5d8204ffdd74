//! The search for better parameters as a study: in rounds of the search, every trial in every fold.
//!
//! A trial is a recipe with the trial's parameters for its one model, fitted in the folds of the recipe with the folds' own
//! seeds; its score is the metric on the rows that the folds did not learn from, put together. The rounds are those of
//! [`tune::Study::propose`], so the trials are the same whatever the number of workers.

use super::look::refuse_errors;
use super::session::Session;
use super::study::{Study, Turn};
use super::task::{FoldResult, Held, Live, Task, Unit, unpack};
use super::work::{Answer, Begun};
use crate::base::{Field, Figure, Params, Problem, Progress, Stage};
use crate::judge::{Judged, Setup};
use crate::learn::{self, Candidate};
use crate::metric::{self, Metric, Prediction};
use crate::recipe::{Recipe, Tune};
use crate::tune::{self, Border, Trial};
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Trials of a search, at most.
const MOST_TRIALS: usize = 10_000;

/// What a search came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tuned {
    /// What was searched, and how.
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
}

/// Searches for better parameters as the recipe says: a [`Tuned`].
///
/// # Errors
/// What the check of the recipe finds; see [`TuneStudy::new`].
pub fn tune(session: &mut Session, recipe: &Recipe) -> Result<Begun, Problem> {
    let held = session.held(recipe)?;
    refuse_errors(held, recipe)?;
    let study = TuneStudy::new(held, recipe)?;
    Begun::study(study, |tuned, _| Ok(Answer::json(&tuned)))
}

/// The study.
pub struct TuneStudy {
    recipe: Recipe,
    tune: Tune,
    candidate: Candidate,
    fields: Vec<Field>,
    metric: &'static Metric,
    table: String,
    setup: Arc<Setup>,
    search: tune::Study,
    waiting: Vec<Task>,
    /// How far each task of the round has come.
    running: BTreeMap<u64, f64>,
    /// The results of trials that are not complete yet, by trial and fold.
    results: BTreeMap<usize, BTreeMap<usize, Result<FoldResult, Problem>>>,
    ended: Vec<Trial>,
}

impl TuneStudy {
    /// A search on the table that is held. The first trial is the candidate as it is: what the search is to beat.
    ///
    /// # Errors
    /// A recipe without a search, a model, sampler or metric that is not there or is for another task, a space that does
    /// not fit the model, a goal that the table does not meet.
    pub fn new(held: &mut Held, recipe: &Recipe) -> Result<Self, Problem> {
        let problem = |id: &str| Problem::new(Stage::Tune, id);
        let tune = recipe.tune.clone().ok_or_else(|| problem("tune.none"))?;
        let candidate = recipe.models.get(tune.candidate).cloned().ok_or_else(|| problem("tune.no_candidate"))?;
        let kind = learn::find(&candidate.model).ok_or_else(|| problem("tune.no_candidate"))?;
        let fields = (kind.fields)();
        if let Some(problem) = tune.space.check(&fields, &candidate.params, &format!("model.{}", kind.id)).into_iter().next() {
            return Err(problem);
        }
        if tune.trials == 0 || tune.trials > MOST_TRIALS {
            return Err(problem("tune.bad_trials").with("trials", tune.trials).with("most", MOST_TRIALS));
        }
        let setup = held.setup(recipe)?;
        let metric = metric::find(&tune.metric).ok_or_else(|| Problem::new(Stage::Tune, "goal.no_metric").with("metric", &tune.metric))?;
        if !metric.tasks.contains(&setup.task) {
            let task = crate::base::text(&format!("task.{}", setup.task.id()));
            let name = crate::base::text(&format!("metric.{}", metric.id));
            return Err(problem("goal.metric_of_other_task").with("metric", name).with("task", task));
        }
        let seed = recipe.stream("tune", 0);
        let mut search =
            tune::Study::new(tune.space.clone(), &tune.sampler, tune.params.clone(), tune.trials, metric.higher_is_better, seed);
        if let Some(values) = tune.space.values_of(&fields, &candidate.params) {
            search.wish(values);
        }
        let mut study = Self {
            recipe: recipe.clone(),
            table: held.digest.clone(),
            tune,
            candidate,
            fields,
            metric,
            setup,
            search,
            waiting: Vec::new(),
            running: BTreeMap::new(),
            results: BTreeMap::new(),
            ended: Vec::new(),
        };
        study.propose()?;
        Ok(study)
    }

    fn folds(&self) -> usize {
        self.setup.folds.len()
    }

    /// Gives out the next round.
    fn propose(&mut self) -> Result<(), Problem> {
        // A round whose trials all fail before they start is followed by the next.
        while !self.search.is_done() && self.results.is_empty() {
            let trials = self.search.propose()?;
            if trials.is_empty() {
                break;
            }
            self.running.clear();
            for trial in trials {
                match self.recipe_of(&trial) {
                    Ok(recipe) => self.queue(trial.number, &recipe),
                    Err(problem) => self.tell(trial.number, Err(problem)),
                }
            }
        }
        Ok(())
    }

    /// The recipe of a trial: its one model, and nothing else that a fit does not depend on.
    fn recipe_of(&self, trial: &Trial) -> Result<Recipe, Problem> {
        let params = self.tune.space.apply(&self.fields, &self.candidate.params, &trial.values)?;
        let model = Candidate { model: self.candidate.model.clone(), params };
        Ok(Recipe { models: vec![model], chosen: 0, tune: None, ..self.recipe.clone() })
    }

    fn queue(&mut self, trial: usize, recipe: &Recipe) {
        self.results.insert(trial, BTreeMap::new());
        for fold in 0..self.folds() {
            let index = (trial * self.folds() + fold) as u64;
            self.running.insert(index, 0.0);
            self.waiting.push(Task { index, table: self.table.clone(), recipe: recipe.clone(), unit: Unit::Fold { candidate: 0, fold } });
        }
    }

    fn tell(&mut self, trial: usize, result: Result<f64, Problem>) {
        self.search.tell(trial, result);
        self.ended.extend(self.search.trials().get(trial).cloned());
    }

    /// The score of a trial whose folds are all there.
    fn score(&self, results: BTreeMap<usize, Result<FoldResult, Problem>>) -> Result<f64, Problem> {
        let (mut rows, mut folds, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for (fold, result) in results {
            let result = result?;
            folds.extend(std::iter::repeat_n(fold, result.rows.len()));
            rows.extend(result.rows);
            values.extend(result.predictions);
        }
        let width = self.setup.plan_output().columns().len();
        let answer = Array2::from_shape_vec((rows.len(), width), values)
            .map_err(|error| Problem::new(Stage::Tune, "run.unreadable").with("reason", error))?;
        let judged = Judged::new(&self.setup, rows, folds, answer);
        let threshold = judged.threshold(self.recipe.judge.threshold).map_or(0.5, |threshold| threshold.value);
        let prediction = Prediction { answer: judged.answer.view(), threshold };
        match self.metric.compute(&judged.truth(), &prediction, None) {
            Figure::Value(score) => Ok(score),
            Figure::Undefined(_) => Err(Problem::warning(Stage::Tune, "tune.no_score")),
        }
    }

    /// What the search came to.
    fn tuned(&self) -> Tuned {
        let best = self.search.best();
        Tuned {
            tune: self.tune.clone(),
            model: self.candidate.model.clone(),
            trials: self.search.trials().to_vec(),
            best: best.map(|trial| trial.number),
            params: best.and_then(|trial| self.tune.space.apply(&self.fields, &self.candidate.params, &trial.values).ok()),
            higher_is_better: self.metric.higher_is_better,
            borders: self.search.borders(&self.fields),
            importance: self.search.importance(),
        }
    }
}

impl Study for TuneStudy {
    type Outcome = Tuned;

    fn tasks(&mut self) -> Vec<Task> {
        std::mem::take(&mut self.waiting)
    }

    fn accept(&mut self, index: u64, result: Result<&[u8], Problem>) {
        let folds = self.folds().max(1);
        let (trial, fold) = (index as usize / folds, index as usize % folds);
        self.running.insert(index, 1.0);
        // A task that ran twice, after its worker was lost, came to the same.
        let Some(results) = self.results.get_mut(&trial) else { return };
        results.insert(fold, result.and_then(unpack));
    }

    fn hear(&mut self, index: u64, progress: &Progress) {
        self.running.insert(index, progress.share());
    }

    fn progress(&self) -> Progress {
        let ended = self.search.trials().len() - self.search.pending().count();
        let share: f64 = self
            .running
            .iter()
            .filter(|(index, _)| self.results.contains_key(&(**index as usize / self.folds().max(1))))
            .map(|(_, share)| share)
            .sum();
        let done = (ended * self.folds()) as f64 + share;
        Progress { done: (1000.0 * done) as u64, total: 1000 * (self.tune.trials * self.folds()) as u64 }
    }

    fn live(&mut self) -> Option<Live> {
        let ended = std::mem::take(&mut self.ended);
        (!ended.is_empty()).then_some(Live::Trials(ended))
    }

    fn is_working(&self) -> bool {
        self.results.is_empty() || self.results.values().any(|results| results.len() == self.folds())
    }

    fn turn(&mut self) -> Result<Turn<Tuned>, Problem> {
        let complete = self.results.iter().find(|(_, results)| results.len() == self.folds()).map(|(trial, _)| *trial);
        if let Some(trial) = complete {
            let results = self.results.remove(&trial).unwrap_or_default();
            let score = self.score(results);
            self.tell(trial, score);
            return Ok(Turn::Working);
        }
        if !self.results.is_empty() {
            return Ok(Turn::Waiting);
        }
        self.propose()?;
        if self.results.is_empty() { Ok(Turn::Done(self.tuned())) } else { Ok(Turn::Waiting) }
    }
}
