//! Training as a study: every candidate in every fold, and once on all training rows; then each is judged on the rows
//! that its folds did not see.

use super::look::refuse_errors;
use super::session::{Session, Training};
use super::study::{Study, Turn};
use super::task::{FoldResult, Held, Task, Unit, pack, unpack};
use super::work::{Answer, Begun};
use crate::base::{Advance, Job, Problem, Progress};
use crate::judge::{Apparent, EvaluateJob, Fitted, Judged, Learning, Setup};
pub use crate::judge::{CandidateOutcome, FitFacts, RowFacts, Trained};
use crate::recipe::Recipe;
use crate::table::split::Scheme;
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What later stages need of a training: kept by the engine, saved with the project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainedModels {
    /// The recipe's digest of what the fits depend on.
    pub digest: String,
    /// For each candidate its pipeline fitted on all training rows; nothing where it failed.
    pub last: Vec<Option<Fitted>>,
    /// The fold of `unseen`: the first; by time the one that learns from the most rows.
    pub fold: usize,
    /// For each candidate its pipeline fitted for that fold: what it says of the fold's other rows is no memory.
    pub unseen: Vec<Option<Fitted>>,
    /// For each candidate the rows of the folds with their predictions.
    pub judged: Vec<Option<Judged>>,
}

/// Trains a recipe, or answers with what is known. The body of the answer are the bytes for [`restore`].
///
/// # Errors
/// What the check of the recipe finds; see [`TrainStudy::new`].
pub fn train(session: &mut Session, recipe: &Recipe) -> Result<Begun, Problem> {
    let key = session.training_key(recipe)?;
    if let Some(known) = session.find_training(recipe)? {
        let (trained, models) = (known.trained()?, known.models.clone());
        if trained.judge == recipe.judge {
            return Begun::json(&trained);
        }
        refuse_errors(session.held(recipe)?, recipe)?;
        // The fits stay; how they are judged has changed.
        let job = JudgeJob::new(trained, models.clone(), recipe);
        return Begun::job(job, move |trained, session| keep(session, key, &trained, models));
    }
    let held = session.held(recipe)?;
    refuse_errors(held, recipe)?;
    let study = TrainStudy::new(held, recipe)?;
    Begun::study(study, move |(trained, models), session| keep(session, key, &trained, Arc::new(models)))
}

fn keep(session: &mut Session, key: String, trained: &Trained, models: Arc<TrainedModels>) -> Result<Answer, Problem> {
    let training = Training::new(key, trained, models);
    let body = pack(&training);
    session.keep_training(training);
    Ok(Answer { body, ..Answer::json(trained) })
}

/// Takes back a training that was saved.
///
/// # Errors
/// Bytes of another build.
pub fn restore(session: &mut Session, body: &[u8]) -> Result<Begun, Problem> {
    let training: Training = unpack(body)?;
    let key = training.key.clone();
    session.keep_training(training);
    Begun::json(&key)
}

/// Judges what is fitted again, as a recipe now says.
struct JudgeJob {
    trained: Trained,
    models: Arc<TrainedModels>,
    recipe: Recipe,
    next: usize,
    job: Option<EvaluateJob>,
}

impl JudgeJob {
    fn new(trained: Trained, models: Arc<TrainedModels>, recipe: &Recipe) -> Self {
        Self { trained: Trained { judge: recipe.judge.clone(), ..trained }, models, recipe: recipe.clone(), next: 0, job: None }
    }
}

impl Job for JudgeJob {
    type Output = Trained;

    fn advance(&mut self) -> Result<Advance<Trained>, Problem> {
        let total = self.models.judged.len();
        if let Some(job) = &mut self.job {
            if let Advance::Done(evaluation) = job.advance()? {
                self.job = None;
                if let Some(outcome) = self.trained.candidates.get_mut(self.next) {
                    outcome.evaluation = Some(evaluation);
                }
                self.next += 1;
            }
        } else {
            match self.models.judged.get(self.next) {
                None => return Ok(Advance::Done(self.trained.clone())),
                Some(None) => self.next += 1,
                Some(Some(judged)) => self.job = Some(judging(&self.recipe, judged, self.next)),
            }
        }
        Ok(Advance::More(Progress { done: self.next as u64, total: total as u64 }))
    }
}

/// The judging of a candidate as the recipe says.
fn judging(recipe: &Recipe, judged: &Judged, candidate: usize) -> EvaluateJob {
    let rule = recipe.judge.threshold;
    EvaluateJob::new(judged.clone(), judged.threshold(rule), Some(rule), recipe.judge.replicates, recipe.stream("judge", candidate as u64))
}

/// The study.
pub struct TrainStudy {
    recipe: Recipe,
    table: String,
    setup: Arc<Setup>,
    waiting: Vec<Task>,
    progress: BTreeMap<u64, f64>,
    results: BTreeMap<u64, Result<FoldResult, Problem>>,
    judging: Option<Judging>,
}

struct Judging {
    next: usize,
    job: Option<EvaluateJob>,
    outcomes: Vec<CandidateOutcome>,
    models: TrainedModels,
}

/// The fits of a candidate.
struct Fits {
    facts: Vec<FitFacts>,
    judged: Judged,
    unseen: Option<Fitted>,
    last: Fitted,
}

impl TrainStudy {
    /// Training of a recipe on the table that is held.
    ///
    /// # Errors
    /// A goal that the table does not meet, no model.
    pub fn new(held: &mut Held, recipe: &Recipe) -> Result<Self, Problem> {
        recipe.candidate()?;
        let setup = held.setup(recipe)?;
        let mut study = Self {
            recipe: recipe.clone(),
            table: held.digest.clone(),
            waiting: Vec::new(),
            progress: BTreeMap::new(),
            results: BTreeMap::new(),
            judging: None,
            setup,
        };
        for candidate in 0..recipe.models.len() {
            for fold in 0..study.setup.folds.len() {
                study.queue(Unit::Fold { candidate, fold });
            }
            study.queue(Unit::Final { candidate });
        }
        Ok(study)
    }

    fn fits(&self) -> usize {
        self.setup.folds.len() + 1
    }

    /// The fold whose fit later stages look at: the first; by time that with the most rows to learn from, since the first
    /// ones know only the distant past.
    fn looked_at(&self) -> usize {
        let folds = &self.setup.folds;
        let most = || (0..folds.len()).max_by_key(|&fold| folds[fold].train.len());
        if self.recipe.split.scheme == Scheme::Time { most().unwrap_or(0) } else { 0 }
    }

    fn queue(&mut self, unit: Unit) {
        let index = self.progress.len() as u64;
        self.progress.insert(index, 0.0);
        self.waiting.push(Task::new(index, self.table.clone(), self.recipe.clone(), unit));
    }

    /// The rows of the folds of a candidate, put together in order of the folds.
    fn judged(&mut self, candidate: usize) -> Result<Fits, Problem> {
        let (fits, looked_at) = (self.fits(), self.looked_at());
        let mut facts = Vec::with_capacity(fits);
        let (mut rows, mut folds, mut values) = (Vec::new(), Vec::new(), Vec::new());
        let (mut unseen, mut last, mut known) = (None, None, (Vec::new(), Vec::new()));
        for place in 0..fits {
            let index = (candidate * fits + place) as u64;
            let result = self.results.remove(&index).unwrap_or_else(|| Err(Problem::new(crate::base::Stage::Learn, "learn.no_fold")))?;
            facts.push(if place + 1 == fits { FitFacts::of_last(&result.fitted) } else { FitFacts::of(&result.fitted) });
            if place + 1 == fits {
                known = (result.rows, result.predictions);
                last = Some(result.fitted);
                break;
            }
            folds.extend(std::iter::repeat_n(place, result.rows.len()));
            rows.extend(result.rows);
            values.extend(result.predictions);
            if place == looked_at {
                unseen = Some(result.fitted);
            }
        }
        let last = last.ok_or_else(|| Problem::new(crate::base::Stage::Learn, "learn.no_fold"))?;
        let width = self.setup.plan_output().columns().len();
        let matrix = |rows: usize, values: Vec<f64>| {
            Array2::from_shape_vec((rows, width), values)
                .map_err(|error| Problem::new(crate::base::Stage::Learn, "run.unreadable").with("reason", error))
        };
        let answer = matrix(rows.len(), values)?;
        let mut judged = Judged::new(&self.setup, rows, folds, answer);
        if !known.0.is_empty() {
            judged.apparent = Some(Apparent { target: self.setup.target.take(&known.0), answer: matrix(known.0.len(), known.1)? });
        }
        Ok(Fits { facts, judged, unseen, last })
    }

    /// Judges the next candidate for a slice; true when all are done.
    fn judge(&mut self) -> Result<bool, Problem> {
        let mut judging = self.judging.take().unwrap_or_else(|| Judging {
            next: 0,
            job: None,
            outcomes: Vec::new(),
            models: TrainedModels {
                digest: self.recipe.train_digest(),
                last: Vec::new(),
                fold: self.looked_at(),
                unseen: Vec::new(),
                judged: Vec::new(),
            },
        });
        match &mut judging.job {
            Some(job) => {
                if let Advance::Done(evaluation) = job.advance()? {
                    judging.job = None;
                    judging.next += 1;
                    if let Some(outcome) = judging.outcomes.last_mut() {
                        outcome.evaluation = Some(evaluation);
                    }
                }
            }
            None => {
                let place = judging.next;
                let Some(candidate) = self.recipe.models.get(place).cloned() else {
                    self.judging = Some(judging);
                    return Ok(true);
                };
                let model = candidate.model.clone();
                match self.judged(place) {
                    Ok(Fits { facts: fits, judged, unseen, last }) => {
                        let predictions = crate::base::digest(&pack(&judged.answer));
                        judging.job = Some(self::judging(&self.recipe, &judged, place));
                        let folds = fits.get(..self.setup.folds.len()).unwrap_or_default();
                        let learning = Learning::of(&candidate, folds, &judged);
                        judging.outcomes.push(CandidateOutcome { model, fits, evaluation: None, predictions, problem: None, learning });
                        judging.models.unseen.push(unseen);
                        judging.models.last.push(Some(last));
                        judging.models.judged.push(Some(judged));
                    }
                    Err(problem) => {
                        judging.outcomes.push(CandidateOutcome {
                            model,
                            fits: Vec::new(),
                            evaluation: None,
                            predictions: String::new(),
                            problem: Some(problem),
                            learning: None,
                        });
                        judging.models.unseen.push(None);
                        judging.models.last.push(None);
                        judging.models.judged.push(None);
                        judging.next += 1;
                    }
                }
            }
        }
        self.judging = Some(judging);
        Ok(false)
    }
}

impl Study for TrainStudy {
    type Outcome = (Trained, TrainedModels);

    fn tasks(&mut self) -> Vec<Task> {
        std::mem::take(&mut self.waiting)
    }

    fn accept(&mut self, index: u64, result: Result<&[u8], Problem>) {
        let result = result.and_then(unpack);
        self.progress.insert(index, 1.0);
        self.results.insert(index, result);
    }

    fn hear(&mut self, index: u64, progress: &Progress) {
        self.progress.insert(index, progress.share());
    }

    fn progress(&self) -> Progress {
        let done: f64 = self.progress.values().sum();
        Progress { done: (done * 1000.0) as u64, total: 1000 * self.progress.len() as u64 }
    }

    fn is_working(&self) -> bool {
        self.results.len() == self.progress.len() || self.judging.is_some()
    }

    fn turn(&mut self) -> Result<Turn<Self::Outcome>, Problem> {
        if !self.is_working() {
            return Ok(Turn::Waiting);
        }
        if !self.judge()? {
            return Ok(Turn::Working);
        }
        match self.judging.take() {
            None => Ok(Turn::Waiting),
            Some(judging) => {
                // One candidate that works is enough to go on with.
                if judging.outcomes.iter().all(|outcome| outcome.problem.is_some()) {
                    if let Some(problem) = judging.outcomes.into_iter().find_map(|outcome| outcome.problem) {
                        return Err(problem);
                    }
                    return Ok(Turn::Waiting);
                }
                Ok(Turn::Done((
                    Trained { rows: RowFacts::of(&self.setup), candidates: judging.outcomes, judge: self.recipe.judge.clone() },
                    judging.models,
                )))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::Candidate;
    use crate::table::{Column, Table};

    #[test]
    fn later_stages_look_at_the_fold_that_learned_from_most_rows_where_rows_are_in_time() {
        let numbers = |name: &str, by: f64| Column::number(name, (0..60).map(|row| (f64::from(row) * by).fract()).collect());
        let when = Column::number("when", (0..60).map(f64::from).collect());
        let mut held = Held::new(Table::new(vec![numbers("x", 0.37), when, numbers("y", 0.73)]));
        let mut recipe = Recipe::new();
        (recipe.goal.target, recipe.goal.time) = (Some("y".to_owned()), Some("when".to_owned()));
        recipe.models = vec![Candidate { model: "baseline".to_owned(), params: Default::default(), ..Candidate::default() }];
        for (scheme, wanted) in [(Scheme::Time, recipe.split.folds - 1), (Scheme::Plain, 0)] {
            recipe.split.scheme = scheme;
            let study = TrainStudy::new(&mut held, &recipe).expect("a study");
            assert_eq!(study.looked_at(), wanted, "{scheme:?}");
        }
    }
}
