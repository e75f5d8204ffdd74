//! The search itself judged: nested cross-validation.
//!
//! The best of many trials looks better than it is, because the rows that chose it also judge it. Here every outer fold of
//! the study makes the whole search anew on inner folds of the rows that it learns from, fits what came out of it on all of
//! these rows, and predicts the fold's other rows, which had no part in the choice. The outer score is what to expect of
//! search and fit together; how much better the inner bests were is the optimism of the search.

use super::look::refuse_errors;
use super::session::Session;
use super::study::{Study, Turn};
use super::task::{FoldResult, Held, Task, Unit, unpack};
use super::tune::{Groups, TuneStudy, Tuned};
use super::work::{Answer, Begun};
use crate::base::{Advance, Figure, Job, Params, Problem, Progress, Stage};
use crate::judge::{EvaluateJob, Evaluation, Judged, Setup, inner_folds};
use crate::metric::{self, Interval};
use crate::recipe::{Recipe, digest_of};
use crate::report::{Nested, NestedFold, Worth};
use crate::table::split::{Division, Fold};
use ndarray::Array2;
use std::sync::Arc;

/// Tasks of an outer fold are numbered from so many times its number on; the last number is that of its own fit.
const BLOCK: u64 = 1 << 32;
const OWN: u64 = BLOCK - 1;

/// Judges the search of a recipe: a [`Nested`].
///
/// # Errors
/// What the check of the recipe finds; see [`NestedStudy::new`].
pub fn nested(session: &mut Session, recipe: &Recipe) -> Result<Begun, Problem> {
    let key = nested_key(session, recipe)?;
    if let Some(value) = session.known(&key) {
        return Ok(Begun::Now(Answer { value, body: Vec::new() }));
    }
    let held = session.held(recipe)?;
    refuse_errors(held, recipe)?;
    let study = NestedStudy::of_tuning(held, recipe)?;
    let named = naming(recipe)?;
    Begun::study(study, move |worth, session| {
        let answer = Answer::json(&named(worth));
        session.know(key, answer.value.clone());
        Ok(answer)
    })
}

/// The key under which the session knows what the search of a recipe is worth.
///
/// # Errors
/// See [`Session::held`].
pub fn nested_key(session: &mut Session, recipe: &Recipe) -> Result<String, Problem> {
    let table = session.held(recipe)?.digest.clone();
    let model = recipe.tune.as_ref().and_then(|tune| recipe.models.get(tune.candidate));
    Ok(digest_of(&("nested", table, recipe.setup_digest(), &recipe.prepare, model, &recipe.tune, &recipe.judge)))
}

/// The inner folds of an outer fold: the rows that it learns from, divided as the study divides its own, once.
///
/// # Errors
/// No such fold; too few rows, units or classes.
pub fn inner(setup: &Setup, recipe: &Recipe, outer: usize) -> Result<Vec<Fold>, Problem> {
    let fold = setup.folds.get(outer).ok_or_else(|| Problem::new(Stage::Tune, "learn.no_fold"))?;
    let how = Division { repeats: 1, ..recipe.split.division() };
    inner_folds(setup, &fold.train, &how, recipe.stream("inner folds", outer as u64))
}

/// The seed of a fit in an inner fold.
pub fn inner_seed(recipe: &Recipe, outer: usize, fold: usize) -> u64 {
    crate::num::Rng::new(recipe.stream("inner fold", outer as u64), "fold", fold as u64).next_u64()
}

/// Puts the search of a recipe beside what it is worth.
///
/// # Errors
/// A recipe without a search, or without the model that it names.
pub fn naming(recipe: &Recipe) -> Result<impl Fn(Worth) -> Nested + use<>, Problem> {
    let problem = |id: &str| Problem::new(Stage::Tune, id);
    let tune = recipe.tune.clone().ok_or_else(|| problem("tune.none"))?;
    let model = recipe.models.get(tune.candidate).map(|it| it.model.clone()).ok_or_else(|| problem("tune.no_candidate"))?;
    Ok(move |worth| Nested { tune: tune.clone(), model: model.clone(), worth })
}

/// A search that can be made within the rows of a fold.
pub trait Search: Study {
    /// What is to be fitted on all rows of the fold after the search came to this.
    ///
    /// # Errors
    /// Why it came to nothing.
    fn chosen(&self, outcome: &Self::Outcome) -> Result<Chosen, Problem>;
}

/// What a search came to.
pub struct Chosen {
    /// The recipe with the one model that is to be fitted.
    pub recipe: Recipe,
    /// Its score within the search.
    pub inner: Option<f64>,
    /// Trials that were made.
    pub trials: usize,
    /// The values that were chosen, by path.
    pub values: Params,
}

impl Search for TuneStudy {
    fn chosen(&self, tuned: &Tuned) -> Result<Chosen, Problem> {
        let best = tuned.best.and_then(|best| tuned.trials.get(best)).ok_or_else(|| failure(tuned))?;
        let recipe = self.recipe_of(best)?;
        Ok(Chosen { recipe, inner: best.score(), trials: tuned.trials.len(), values: best.values.clone() })
    }
}

/// An outer fold in the making.
struct Outer<S> {
    search: S,
    chosen: Option<Result<Chosen, Problem>>,
    /// How far its own fit has come.
    share: f64,
    result: Option<Result<FoldResult, Problem>>,
}

/// The study, for any kind of search.
pub struct NestedStudy<S> {
    recipe: Recipe,
    metric: String,
    table: String,
    setup: Arc<Setup>,
    outers: Vec<Outer<S>>,
    waiting: Vec<Task>,
    judging: Option<EvaluateJob>,
}

impl NestedStudy<TuneStudy> {
    /// The search of a recipe in every outer fold, on the table that is held.
    ///
    /// # Errors
    /// See [`TuneStudy::new`]; an outer fold whose rows cannot be divided.
    pub fn of_tuning(held: &mut Held, recipe: &Recipe) -> Result<Self, Problem> {
        let metric = recipe.tune.as_ref().map(|tune| tune.metric.clone()).unwrap_or_default();
        let (setup, table) = (held.setup(recipe)?, held.digest.clone());
        let folds = setup.folds.len();
        let groups = Groups::new(&held.table, &setup, recipe)?;
        Self::new(setup, table.clone(), recipe, metric, folds, |within| TuneStudy::of(within, table.clone(), recipe, &[], groups.clone()))
    }
}

impl<S: Search> NestedStudy<S> {
    /// A search in each of the first so many outer folds of a setup, judged by a metric.
    ///
    /// # Errors
    /// What making the search refuses; an outer fold whose rows cannot be divided.
    pub(super) fn new(
        setup: Arc<Setup>,
        table: String,
        recipe: &Recipe,
        metric: String,
        folds: usize,
        make: impl Fn(Arc<Setup>) -> Result<S, Problem>,
    ) -> Result<Self, Problem> {
        let outer = |place: usize| {
            let within = setup.within(setup.folds[place].train.clone(), inner(&setup, recipe, place)?);
            Ok(Outer { search: make(Arc::new(within))?, chosen: None, share: 0.0, result: None })
        };
        let outers = (0..setup.folds.len().min(folds)).map(outer).collect::<Result<_, Problem>>()?;
        Ok(Self { recipe: recipe.clone(), metric, table, setup, outers, waiting: Vec::new(), judging: None })
    }

    /// Every search that goes on ends, with what it has.
    pub(super) fn end_searches(&mut self) {
        for outer in self.outers.iter_mut().filter(|outer| outer.chosen.is_none()) {
            outer.search.close();
        }
    }

    /// Whether an outer fold is done: what is kept must be the first ones, since the place of a fold is its number.
    pub(super) fn has_one(&self) -> bool {
        self.outers.first().is_some_and(|outer| outer.result.is_some())
    }

    /// What a search came to is fitted on all rows that its outer fold learns from.
    fn found(&mut self, place: usize, outcome: &S::Outcome) {
        let outer = &mut self.outers[place];
        let chosen = outer.search.chosen(outcome);
        match &chosen {
            Ok(chosen) => {
                let (index, unit) = (place as u64 * BLOCK + OWN, Unit::Fold { candidate: 0, fold: place });
                self.waiting.push(Task::new(index, self.table.clone(), chosen.recipe.clone(), unit));
            }
            Err(problem) => outer.result = Some(Err(problem.clone())),
        }
        outer.chosen = Some(chosen);
    }

    /// The rows of the outer folds with their predictions.
    fn judged(&self) -> Result<Judged, Problem> {
        let (mut rows, mut folds, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for (place, outer) in self.outers.iter().enumerate() {
            let result = match &outer.result {
                Some(Ok(result)) => result,
                Some(Err(problem)) => return Err(problem.clone()),
                None => return Err(Problem::new(Stage::Tune, "learn.no_fold")),
            };
            folds.extend(std::iter::repeat_n(place, result.rows.len()));
            rows.extend_from_slice(&result.rows);
            values.extend_from_slice(&result.predictions);
        }
        let width = self.setup.plan_output().columns().len();
        let answer = Array2::from_shape_vec((rows.len(), width), values)
            .map_err(|error| Problem::new(Stage::Tune, "run.unreadable").with("reason", error))?;
        Ok(Judged::new(&self.setup, rows, folds, answer))
    }

    fn conclude(&self, evaluation: &Evaluation) -> Worth {
        let score = evaluation.score(&self.metric);
        let none = || Figure::undefined("no_score");
        let outer = score.map_or_else(|| Interval { value: none(), low: none(), high: none(), n: evaluation.rows }, |it| it.all.clone());
        let higher_is_better = metric::find(&self.metric).is_none_or(|metric| metric.higher_is_better);
        let fold = |(place, found): (usize, &Outer<S>)| {
            let chosen = found.chosen.as_ref().and_then(|chosen| chosen.as_ref().ok());
            NestedFold {
                inner: chosen.and_then(|chosen| chosen.inner),
                outer: score.and_then(|score| score.folds.get(place)).cloned().unwrap_or_else(none),
                trials: chosen.map_or(0, |chosen| chosen.trials),
                values: chosen.map(|chosen| chosen.values.clone()).unwrap_or_default(),
            }
        };
        let folds: Vec<NestedFold> = self.outers.iter().enumerate().map(fold).collect();
        let bests: Vec<f64> = folds.iter().filter_map(|fold| fold.inner).collect();
        let inner = if bests.is_empty() { none() } else { Figure::from(crate::num::sum::sum(&bests) / bests.len() as f64) };
        let optimism = match (&inner, &outer.value) {
            (Figure::Value(inner), Figure::Value(outer)) => {
                let ahead = if higher_is_better { inner - outer } else { outer - inner };
                // What is left of a mean by rounding is no optimism.
                Figure::from(if ahead.abs() > 1e-12 * inner.abs() { ahead } else { 0.0 })
            }
            (Figure::Value(_), reason) | (reason, _) => reason.clone(),
        };
        Worth { higher_is_better, outer, inner, optimism, folds }
    }
}

/// Why a search came to nothing.
pub(super) fn failure(tuned: &Tuned) -> Problem {
    let failed = tuned.trials.iter().find_map(|trial| match &trial.outcome {
        crate::tune::Outcome::Failed(problem) => Some(problem.clone()),
        _ => None,
    });
    failed.unwrap_or_else(|| Problem::new(Stage::Tune, "tune.no_score"))
}

impl<S: Search> Study for NestedStudy<S> {
    type Outcome = Worth;

    fn tasks(&mut self) -> Vec<Task> {
        let mut tasks = std::mem::take(&mut self.waiting);
        for (place, outer) in self.outers.iter_mut().enumerate() {
            tasks.extend(outer.search.tasks().into_iter().map(|task| {
                let unit = match task.unit {
                    Unit::Fold { candidate, fold } => Unit::Inner { candidate, outer: place, fold },
                    other => other,
                };
                Task { index: place as u64 * BLOCK + task.index, unit, ..task }
            }));
        }
        tasks
    }

    fn accept(&mut self, index: u64, result: Result<&[u8], Problem>) {
        let Some(outer) = self.outers.get_mut((index / BLOCK) as usize) else { return };
        match index % BLOCK {
            OWN => {
                outer.share = 1.0;
                outer.result = Some(result.and_then(unpack));
            }
            index => outer.search.accept(index, result),
        }
    }

    fn wants(&self, index: u64) -> bool {
        let outer = self.outers.get((index / BLOCK) as usize);
        outer.is_some_and(|outer| match index % BLOCK {
            OWN => outer.result.is_none(),
            index => outer.chosen.is_none() && outer.search.wants(index),
        })
    }

    fn hear(&mut self, index: u64, progress: &Progress) {
        let Some(outer) = self.outers.get_mut((index / BLOCK) as usize) else { return };
        match index % BLOCK {
            OWN => outer.share = progress.share(),
            index => outer.search.hear(index, progress),
        }
    }

    fn progress(&self) -> Progress {
        // A search is some fifty fits for each of its own.
        let share: f64 = self.outers.iter().map(|outer| 0.98 * outer.search.progress().share() + 0.02 * outer.share).sum();
        Progress { done: (1000.0 * share) as u64, total: 1000 * self.outers.len() as u64 }
    }

    /// Time is up: outer folds that are not done count no more, but for the first.
    fn close(&mut self) {
        let is_done = |outer: &Outer<S>| outer.result.is_some();
        // What is kept must be the first ones: the place of a fold is its number.
        let done = self.outers.iter().take_while(|outer| is_done(outer)).count();
        if done > 0 {
            self.outers.truncate(done);
        } else {
            self.outers.truncate(1);
            self.outers.iter_mut().for_each(|outer| outer.search.close());
        }
        let kept = self.outers.len() as u64;
        self.waiting.retain(|task| task.index / BLOCK < kept);
    }

    fn is_working(&self) -> bool {
        self.judging.is_some()
            || self.outers.iter().all(|outer| outer.result.is_some())
            || self.outers.iter().any(|outer| outer.chosen.is_none() && outer.search.is_working())
    }

    fn turn(&mut self) -> Result<Turn<Worth>, Problem> {
        if let Some(job) = &mut self.judging {
            return Ok(match job.advance()? {
                Advance::More(_) => Turn::Working,
                Advance::Done(evaluation) => Turn::Done(self.conclude(&evaluation)),
            });
        }
        for place in 0..self.outers.len() {
            let outer = &mut self.outers[place];
            if outer.chosen.is_none() && outer.search.is_working() {
                if let Turn::Done(outcome) = outer.search.turn()? {
                    self.found(place, &outcome);
                }
                return Ok(Turn::Working);
            }
        }
        if self.outers.iter().any(|outer| outer.result.is_none()) {
            return Ok(Turn::Waiting);
        }
        let (judged, rule) = (self.judged()?, self.recipe.judge.threshold);
        let (threshold, replicates) = (judged.threshold(rule), self.recipe.judge.replicates);
        self.judging = Some(EvaluateJob::new(judged, threshold, Some(rule), replicates, self.recipe.stream("nested", 0)));
        Ok(Turn::Working)
    }
}
