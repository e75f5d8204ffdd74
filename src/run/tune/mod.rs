//! The search for better parameters as a study: in rounds of the search, every trial in every fold.
//!
//! A trial is a recipe with the trial's parameters for its one model, fitted in the folds of the recipe with the folds' own
//! seeds; its score is the metric on the rows that the folds did not learn from, put together. The rounds are those of
//! [`tune::Study::propose`], so the trials are the same whatever the number of workers.

pub mod course;
mod groups;
mod score;
mod tuned;

pub(super) use groups::Groups;
pub(super) use score::{Said, score};
pub use tuned::Tuned;

use super::look::refuse_errors;
use super::session::Session;
use super::study::{Study, Turn};
use super::task::{self, FoldResult, Held, Live, Unit, unpack};
use super::work::{Answer, Begun};
use crate::base::{Field, Problem, Progress, Stage, Task, field};
use crate::judge::compare::{Difference, difference, usual_zone};
use crate::judge::{RowFacts, Setup};
use crate::learn::{self, Candidate};
use crate::metric::{self, Metric};
use crate::recipe::{Recipe, Tune};
use crate::tune::{self, Objective, Outcome, Space, Trial};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Trials of a search, at most.
const MOST_TRIALS: usize = 10_000;
/// Objectives besides the metric, at most: with more nearly every trial is one that no other beats.
const MOST_OBJECTIVES: usize = 3;

/// Searches for better parameters as the recipe says: a [`Tuned`]. The body is that of an earlier search that this one goes
/// on from, or empty.
///
/// # Errors
/// What the check of the recipe finds; see [`TuneStudy::new`].
pub fn tune(session: &mut Session, recipe: &Recipe, body: &[u8]) -> Result<Begun, Problem> {
    let held = session.held(recipe)?;
    refuse_errors(held, recipe)?;
    let study = TuneStudy::going_on(held, recipe, body)?;
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
    groups: Groups,
    search: tune::Study,
    /// The spaces and ends of what comes after the present stretch, the next one last.
    stretches: Vec<(Space, usize)>,
    /// Trials that were run before, by number.
    known: BTreeMap<usize, Trial>,
    basis: String,
    waiting: Vec<task::Task>,
    /// How far each task of the round has come.
    running: BTreeMap<u64, f64>,
    /// Trials that are not complete yet: the recipe of each, and what its folds came to.
    open: BTreeMap<usize, Open>,
    ended: Vec<Trial>,
    /// What the folds of the best trial said, where that is kept; before it those that were the best earlier in its round, which
    /// may be given up.
    bests: Vec<(usize, Vec<(usize, Said)>)>,
    keeps: bool,
    out_of_time: bool,
}

/// A trial that is not complete yet.
struct Open {
    recipe: Recipe,
    said: BTreeMap<usize, Result<Said, Problem>>,
}

impl TuneStudy {
    /// A search on the table that is held. The first trial is the candidate as it is: what the search is to beat.
    ///
    /// # Errors
    /// A recipe without a search, a model, sampler, pruner or metric that is not there or is for another task, a space that
    /// does not fit the model, a goal that the table does not meet.
    pub fn new(held: &mut Held, recipe: &Recipe) -> Result<Self, Problem> {
        Self::going_on(held, recipe, &[])
    }

    /// A search that knows what an earlier one came to: the JSON of its [`Tuned`], or nothing. It proposes what it would
    /// propose without, and runs only what is new, so that the outcome is the same either way.
    ///
    /// # Errors
    /// As [`TuneStudy::new`]; an earlier search of other data, steps or settings.
    pub fn going_on(held: &mut Held, recipe: &Recipe, earlier: &[u8]) -> Result<Self, Problem> {
        let setup = held.setup(recipe)?;
        let groups = Groups::new(&held.table, &setup, recipe)?;
        Self::of(setup, held.digest.clone(), recipe, earlier, groups)
    }

    /// The same in the folds of a setup of a table with this digest.
    ///
    /// # Errors
    /// See [`TuneStudy::going_on`].
    pub(super) fn of(setup: Arc<Setup>, table: String, recipe: &Recipe, earlier: &[u8], groups: Groups) -> Result<Self, Problem> {
        let problem = |id: &str| Problem::new(Stage::Tune, id);
        let tune = recipe.tune.clone().ok_or_else(|| problem("tune.none"))?;
        let candidate = recipe.models.get(tune.candidate).cloned().ok_or_else(|| problem("tune.no_candidate"))?;
        let kind = learn::find(&candidate.model).ok_or_else(|| problem("tune.no_candidate"))?;
        let fields = (kind.fields)();
        for space in tune.earlier.iter().map(|stretch| &stretch.space).chain([&tune.space]) {
            if let Some(problem) = space.check(&fields, &candidate.params, &format!("model.{}", kind.id)).into_iter().next() {
                return Err(problem);
            }
        }
        if tune.trials == 0 || tune.trials > MOST_TRIALS {
            return Err(problem("tune.bad_trials").with("trials", tune.trials).with("most", MOST_TRIALS));
        }
        let mut ends = tune.earlier.iter().map(|stretch| stretch.trials).chain([tune.trials]);
        let mut last = 0;
        if !ends.all(|end| std::mem::replace(&mut last, end) < end) {
            return Err(problem("tune.bad_stretches"));
        }
        let metric = metric_of(&tune.metric, setup.task)?;
        check_objectives(&tune, setup.task)?;
        let basis = tuned::basis(&table, recipe, &tune, &candidate, &fields);
        let known = tuned::earlier(earlier, &basis)?;
        // The stretches in order: what is searched first, and what follows.
        let mut stretches: Vec<(Space, usize)> = vec![(tune.space.clone(), tune.trials)];
        stretches.extend(tune.earlier.iter().rev().map(|stretch| (stretch.space.clone(), stretch.trials)));
        let (space, end) = stretches.pop().ok_or_else(|| problem("tune.none"))?;
        let seed = recipe.stream("tune", 0);
        let search = tune::Study::new(space.clone(), &tune.sampler, tune.params.clone(), end, metric.higher_is_better, seed);
        let further = tune.objectives.iter().map(Objective::higher_is_better).collect();
        let mut search = search.with_further(further).pruned(&tune.pruner, tune.pruning.clone(), setup.folds.len())?;
        if let Some(values) = tune.first.clone().or_else(|| space.values_of(&fields, &candidate.params)) {
            search.wish(0, values);
        }
        for own in &tune.own {
            let params = tune.space.apply(&fields, &candidate.params, &own.values)?;
            let wrong = field::check(&fields, &params, Stage::Tune, &format!("model.{}", kind.id)).into_iter().next();
            // The first trial is what the search is to beat.
            let number = own.trial.max(1);
            match (wrong, tune.space.values_of(&fields, &params)) {
                (None, Some(values)) => search.wish(number, values),
                (Some(wrong), _) => return Err(problem("tune.bad_own").with("trial", number).with("reason", wrong.message)),
                (None, None) => return Err(problem("tune.short_own").with("trial", number)),
            }
        }
        let mut study = Self {
            recipe: recipe.clone(),
            table,
            tune,
            candidate,
            fields,
            metric,
            setup,
            groups,
            search,
            stretches,
            known,
            basis,
            waiting: Vec::new(),
            running: BTreeMap::new(),
            open: BTreeMap::new(),
            ended: Vec::new(),
            bests: Vec::new(),
            keeps: false,
            out_of_time: false,
        };
        study.propose()?;
        Ok(study)
    }

    /// Lets the search go on for more trials.
    ///
    /// # Errors
    /// What the way of searching refuses.
    pub(super) fn extend(&mut self, trials: usize) -> Result<(), Problem> {
        self.search.extend(trials);
        self.tune.trials = self.search.trials().len() + trials;
        self.propose()
    }

    fn folds(&self) -> usize {
        tuned::folds(&self.setup)
    }

    /// Gives out the next round.
    fn propose(&mut self) -> Result<(), Problem> {
        // A round whose trials are all known, or all fail before they start, is followed by the next.
        while self.open.is_empty() {
            if self.search.is_done() {
                let Some((space, end)) = self.stretches.pop().filter(|_| !self.out_of_time) else { break };
                self.search.go_on(space, end);
            }
            let trials = self.search.propose()?;
            self.running.clear();
            self.bests.drain(..self.bests.len().saturating_sub(1));
            let known = |trial: &Trial| {
                let known = self.known.get(&trial.number).filter(|known| known.values == trial.values);
                known.filter(|known| known.outcome != Outcome::Pending).cloned()
            };
            let found: Vec<Option<Trial>> = trials.iter().map(known).collect();
            // Of trials that may be ended early, a round is known as a whole or not at all: they stand on the same rung.
            let is_known = !self.search.prunes() || found.iter().all(Option::is_some);
            for (trial, known) in trials.into_iter().zip(found) {
                match known.filter(|_| is_known) {
                    Some(known) => {
                        self.search.restore(&known);
                        self.ended.push(known);
                    }
                    None => match self.recipe_of(&trial) {
                        Ok(recipe) => self.open(trial.number, recipe),
                        Err(problem) => self.tell(trial.number, Err(problem)),
                    },
                }
            }
        }
        Ok(())
    }

    /// The recipe of a trial: its one model, and nothing else that a fit does not depend on.
    pub(super) fn recipe_of(&self, trial: &Trial) -> Result<Recipe, Problem> {
        let params = self.tune.space.apply(&self.fields, &self.candidate.params, &trial.values)?;
        let model = Candidate { params, ..self.candidate.clone() };
        Ok(Recipe { models: vec![model], chosen: 0, tune: None, ..self.recipe.clone() })
    }

    /// Begins a trial: with all of its folds, or with the first where it may be ended early. A search of one trial so far has
    /// nothing that could end it.
    fn open(&mut self, trial: usize, recipe: Recipe) {
        let folds = if self.search.prunes() && self.tune.trials > 1 { 0..1 } else { 0..self.folds() };
        folds.for_each(|fold| self.queue(trial, fold, &recipe));
        self.open.insert(trial, Open { recipe, said: BTreeMap::new() });
    }

    fn index(&self, trial: usize, fold: usize) -> u64 {
        (trial * self.folds() + fold) as u64
    }

    fn queue(&mut self, trial: usize, fold: usize, recipe: &Recipe) {
        let index = self.index(trial, fold);
        self.running.insert(index, 0.0);
        let planned = recipe.models.first().and_then(|candidate| course::planned(candidate, &self.fields));
        // Settings that are wrong were refused when the study began.
        let least = self.search.least(trial, fold).unwrap_or_default();
        let gates = planned.map(|planned| course::gates(&least, planned)).unwrap_or_default();
        let task = task::Task::new(index, self.table.clone(), recipe.clone(), Unit::Fold { candidate: 0, fold });
        self.waiting.push(task::Task { gates, ..task });
    }

    fn tell(&mut self, trial: usize, result: Result<(f64, Vec<f64>), Problem>) {
        self.search.tell_all(trial, result);
        self.ended.extend(self.search.trials().get(trial).cloned());
    }

    /// A trial whose folds are all there: its score.
    fn close_trial(&mut self, trial: usize) {
        let Some(open) = self.open.remove(&trial) else { return };
        let said: Result<Vec<(usize, Said)>, Problem> = open.said.into_iter().map(|(fold, said)| Ok((fold, said?))).collect();
        let scores = said.as_ref().map_err(Problem::clone).and_then(|said| self.scores(trial, said));
        self.tell(trial, scores);
        if let Ok(said) = said
            && self.keeps
            && self.search.best().is_some_and(|best| best.number == trial)
        {
            self.bests.push((trial, said));
        }
    }

    /// The score of a trial and what its further objectives come to; each fold is reported where it was not before.
    fn scores(&mut self, trial: usize, said: &[(usize, Said)]) -> Result<(f64, Vec<f64>), Problem> {
        let by = |metric: &Metric, folds: &[(usize, Said)]| {
            score(&self.setup, &self.recipe, metric, folds.iter().map(|(fold, said)| (*fold, said)))
        };
        let of = |folds: &[(usize, Said)]| by(self.metric, folds);
        if !self.search.prunes() {
            said.iter().for_each(|fold| self.search.report(trial, of(std::slice::from_ref(fold)).ok()));
        }
        let also = |objective: &Objective| match objective {
            Objective::Metric(id) => by(metric_of(id, self.setup.task)?, said),
            Objective::Fair(_) => {
                let (judged, threshold) = score::judged(&self.setup, &self.recipe, said.iter().map(|(fold, said)| (*fold, said)))?;
                self.groups.value(objective, &judged, threshold)
            }
            Objective::Size => Ok(said.iter().map(|(_, said)| said.bytes as f64).sum::<f64>() / said.len().max(1) as f64),
        };
        Ok((of(said)?, self.tune.objectives.iter().map(also).collect::<Result<_, Problem>>()?))
    }

    /// From here on what the folds of the best trial say is kept.
    pub(super) fn keep_best(&mut self) {
        self.keeps = true;
    }

    /// What the folds of the best trial said, where that was kept; nothing of it is kept any longer.
    pub(super) fn take_best_said(&mut self) -> Option<Vec<(usize, Said)>> {
        let best = self.search.best()?.number;
        self.keeps = false;
        std::mem::take(&mut self.bests).into_iter().find(|(trial, _)| *trial == best).map(|(_, said)| said)
    }

    /// Whether every open trial has done the fold on which they stand.
    fn is_rung_done(&self) -> bool {
        let rung = |trial: &usize| self.search.trials().get(*trial).map_or(0, |trial| trial.reports.len());
        !self.open.is_empty() && self.open.iter().all(|(trial, open)| open.said.contains_key(&rung(trial)))
    }

    /// Ends the rung: each open trial reports its fold; then they end, or those that go on get the next fold.
    fn climb(&mut self) -> Result<(), Problem> {
        let rung = self.open.keys().next().and_then(|trial| self.search.trials().get(*trial)).map_or(0, |trial| trial.reports.len());
        let standing: Vec<usize> = self.open.keys().copied().collect();
        for &trial in &standing {
            match self.open.get(&trial).and_then(|open| open.said.get(&rung)) {
                Some(Ok(said)) => {
                    let score = score(&self.setup, &self.recipe, self.metric, std::iter::once((rung, said)));
                    let course = said.course.clone();
                    self.search.report(trial, score.ok());
                    if self.search.follows_courses() {
                        self.search.follow(trial, course);
                    }
                }
                Some(Err(problem)) if let Some(epoch) = course::given_up(problem) => {
                    self.open.remove(&trial);
                    self.search.give_up(trial, rung, epoch);
                    self.ended.extend(self.search.trials().get(trial).cloned());
                }
                // What fails in one fold fails as a whole: its other folds are not worth their time.
                Some(Err(_)) => self.close_trial(trial),
                None => {}
            }
        }
        if rung + 1 == self.folds() {
            standing.into_iter().for_each(|trial| self.close_trial(trial));
            return Ok(());
        }
        for trial in self.search.prune()? {
            self.open.remove(&trial);
            self.ended.extend(self.search.trials().get(trial).cloned());
        }
        let next: Vec<(usize, Recipe)> = self.open.iter().map(|(trial, open)| (*trial, open.recipe.clone())).collect();
        for (trial, recipe) in &next {
            if !self.running.contains_key(&self.index(*trial, rung + 1)) {
                self.queue(*trial, rung + 1, recipe);
            }
        }
        Ok(())
    }

    /// A trial whose folds are all there.
    fn complete(&self) -> Option<usize> {
        self.open.iter().find(|(_, open)| open.said.len() == self.folds()).map(|(trial, _)| *trial)
    }

    /// By how much the best trial is better than the first, which has the settings that the search began with, on the same
    /// folds.
    fn gain(&self) -> Option<Difference> {
        let first = self.search.trials().first().filter(|trial| trial.asked_for)?;
        let best = self.search.best().filter(|best| best.number != first.number)?;
        let both: Vec<(f64, f64)> = best.reports.iter().zip(&first.reports).filter_map(|(a, b)| Some(((*a)?, (*b)?))).collect();
        let ratio = RowFacts::of(&self.setup).ratio();
        let zone = usual_zone(self.metric, best.score()?);
        difference(&both, ratio, zone, self.metric.higher_is_better).ok()
    }

    /// What the search came to.
    fn tuned(&self) -> Tuned {
        let best = self.search.best();
        let mut tune = self.tune.clone();
        if self.out_of_time {
            // What was reached, so that the same recipe comes to the same again.
            (tune.trials, tune.seconds, tune.space) = (self.search.trials().len(), None, self.search.space().clone());
            tune.earlier.retain(|stretch| stretch.trials < tune.trials);
        }
        Tuned {
            tune,
            model: self.candidate.model.clone(),
            trials: self.search.trials().to_vec(),
            best: best.map(|trial| trial.number),
            params: best.and_then(|trial| self.tune.space.apply(&self.fields, &self.candidate.params, &trial.values).ok()),
            higher_is_better: self.metric.higher_is_better,
            borders: self.search.borders(&self.fields),
            importance: self.search.importance(),
            explained: self.search.explained(),
            front: if self.tune.objectives.is_empty() { Vec::new() } else { self.search.front() },
            gain: self.gain(),
            folds: self.folds(),
            out_of_time: self.out_of_time,
            basis: self.basis.clone(),
        }
    }
}

/// A metric for a task, by id.
fn metric_of(id: &str, task: Task) -> Result<&'static Metric, Problem> {
    let metric = metric::find(id).ok_or_else(|| Problem::new(Stage::Tune, "goal.no_metric").with("metric", id))?;
    if !metric.tasks.contains(&task) {
        let name = crate::base::text(&format!("metric.{}", metric.id));
        let task = crate::base::text(&format!("task.{}", task.id()));
        return Err(Problem::new(Stage::Tune, "goal.metric_of_other_task").with("metric", name).with("task", task));
    }
    Ok(metric)
}

/// Refuses objectives that are not there, are for another task, or are looked for already.
fn check_objectives(tune: &Tune, task: Task) -> Result<(), Problem> {
    if tune.objectives.len() > MOST_OBJECTIVES {
        return Err(Problem::new(Stage::Tune, "tune.too_many_objectives").with("most", MOST_OBJECTIVES));
    }
    for (place, objective) in tune.objectives.iter().enumerate() {
        if let Objective::Metric(id) = objective {
            metric_of(id, task)?;
        }
        if matches!(objective, Objective::Fair(_)) && !objective.suits(task) {
            return Err(Problem::new(Stage::Tune, "tune.fair_of_other_task").with("objective", objective.name()));
        }
        if objective.id() == tune.metric || tune.objectives[..place].contains(objective) {
            return Err(Problem::new(Stage::Tune, "tune.same_objective").with("objective", objective.name()));
        }
    }
    Ok(())
}

impl Study for TuneStudy {
    type Outcome = Tuned;

    fn tasks(&mut self) -> Vec<task::Task> {
        std::mem::take(&mut self.waiting)
    }

    fn accept(&mut self, index: u64, result: Result<&[u8], Problem>) {
        let (trial, fold) = (index as usize / self.folds(), index as usize % self.folds());
        self.running.insert(index, 1.0);
        // A task that ran twice, after its worker was lost, came to the same; one of a trial that has ended counts no more.
        let Some(open) = self.open.get_mut(&trial) else { return };
        let planned = open.recipe.models.first().and_then(|candidate| course::planned(candidate, &self.fields));
        let said = |result: FoldResult| {
            let course = planned.map(|planned| course::course(&result.fitted.curve, planned, self.setup.task)).unwrap_or_default();
            Said::from(result).along(course)
        };
        open.said.insert(fold, result.and_then(unpack::<FoldResult>).map(said));
    }

    fn wants(&self, index: u64) -> bool {
        self.open.contains_key(&(index as usize / self.folds()))
    }

    fn hear(&mut self, index: u64, progress: &Progress) {
        self.running.insert(index, progress.share());
    }

    fn progress(&self) -> Progress {
        let ended = self.search.trials().len() - self.search.pending().count();
        let is_open = |index: &u64| self.open.contains_key(&(*index as usize / self.folds()));
        let share: f64 = self.running.iter().filter(|(index, _)| is_open(index)).map(|(_, share)| share).sum();
        let done = (ended * self.folds()) as f64 + share;
        Progress { done: (1000.0 * done) as u64, total: 1000 * (self.tune.trials * self.folds()) as u64 }
    }

    fn live(&mut self) -> Option<Live> {
        let ended = std::mem::take(&mut self.ended);
        (!ended.is_empty()).then_some(Live::Trials(ended))
    }

    /// Time is up: the round that is not done is given up, unless it is the first one.
    fn close(&mut self) {
        self.out_of_time = true;
        if self.search.close() {
            self.open.clear();
            self.running.clear();
            self.waiting.clear();
            let reached = self.search.trials().len();
            self.ended.retain(|trial| trial.number < reached);
        }
    }

    fn is_working(&self) -> bool {
        self.open.is_empty() || if self.search.prunes() { self.is_rung_done() } else { self.complete().is_some() }
    }

    fn turn(&mut self) -> Result<Turn<Tuned>, Problem> {
        if self.search.prunes() && self.is_rung_done() {
            self.climb()?;
            return Ok(Turn::Working);
        }
        if let Some(trial) = self.complete() {
            self.close_trial(trial);
            return Ok(Turn::Working);
        }
        if !self.open.is_empty() {
            return Ok(Turn::Waiting);
        }
        self.propose()?;
        if self.open.is_empty() { Ok(Turn::Done(self.tuned())) } else { Ok(Turn::Waiting) }
    }
}
