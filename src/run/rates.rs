//! Which learning rate suits: trainings of the chosen network with many rates, fold after fold, as a study.

use super::look::refuse_errors;
use super::session::Session;
use super::study::{Study, Turn};
use super::task::{FoldResult, Held, Task, Unit, unpack};
use super::work::{Answer, Begun};
use crate::base::{Problem, Progress, Stage};
use crate::judge::Fitted;
use crate::judge::rates::{RateTry, Rates, conclude, first, folds, survivors, trainings};
use crate::learn::{Candidate, network};
use crate::recipe::Recipe;
use std::collections::BTreeMap;

/// The number of a task is its fold times this, and its place among the rates of the fold.
const BLOCK: u64 = 100;

/// Finds a learning rate for the chosen network: a [`Rates`].
///
/// # Errors
/// What the check of the recipe finds; see [`RateStudy::new`].
pub fn rates(session: &mut Session, recipe: &Recipe) -> Result<Begun, Problem> {
    let held = session.held(recipe)?;
    refuse_errors(held, recipe)?;
    let study = RateStudy::new(held, recipe)?;
    Begun::study(study, |found, _| Ok(Answer::json(&found)))
}

/// The study: a fold after the other, its trainings at once.
pub struct RateStudy {
    recipe: Recipe,
    table: String,
    candidate: Candidate,
    now: f64,
    folds: usize,
    fold: usize,
    rates: Vec<f64>,
    told: bool,
    progress: BTreeMap<u64, f64>,
    results: BTreeMap<u64, Result<FoldResult, Problem>>,
    tries: Vec<RateTry>,
}

impl RateStudy {
    /// A study of the chosen candidate, which must be a network, on the table that is held.
    ///
    /// # Errors
    /// Another kind of model, parameters that are wrong, a goal that the table does not meet.
    pub fn new(held: &mut Held, recipe: &Recipe) -> Result<Self, Problem> {
        let candidate = recipe.candidate()?;
        if candidate.model != network::KIND.id {
            return Err(Problem::new(Stage::Learn, "rates.no_network"));
        }
        let settings = network::Settings::read(&candidate.params)?;
        let setup = held.setup(recipe)?;
        Ok(Self {
            recipe: recipe.clone(),
            table: held.digest.clone(),
            candidate: candidate.clone(),
            now: settings.rate,
            folds: folds(setup.folds.len()),
            fold: 0,
            rates: first(settings.rate),
            told: false,
            progress: BTreeMap::new(),
            results: BTreeMap::new(),
            tries: Vec::new(),
        })
    }

    fn task(&self, place: usize, rate: f64) -> Task {
        let mut model = self.candidate.clone();
        model.params.insert("rate".to_owned(), rate.into());
        // What suits one network suits the mean of several.
        model.params.insert("members".to_owned(), 1.into());
        let recipe = Recipe { models: vec![model], chosen: 0, tune: None, ..self.recipe.clone() };
        let index = self.fold as u64 * BLOCK + place as u64;
        Task::new(index, self.table.clone(), recipe, Unit::Fold { candidate: 0, fold: self.fold })
    }

    /// Ends a fold; the next begins where there is one.
    fn climb(&mut self) -> Result<(), Problem> {
        let results = std::mem::take(&mut self.results);
        if self.fold == 0 && results.values().all(Result::is_err) {
            // What every rate fails at is not the rate's fault.
            results.into_values().try_for_each(|result| result.map(drop))?;
            return Ok(());
        }
        let folds = self.fold + 1;
        let tries: Vec<RateTry> = self
            .rates
            .iter()
            .zip(results.into_values())
            .map(|(&rate, result)| {
                let before = self.tries.iter().rfind(|it| it.rate.total_cmp(&rate).is_eq()).map_or(Some(0.0), |it| it.loss);
                let own = result.ok().and_then(|result| reached(&result.fitted));
                let loss = before.zip(own).map(|(before, own)| (before * self.fold as f64 + own) / folds as f64);
                RateTry { rate, folds, loss }
            })
            .collect();
        self.rates = if folds < self.folds { survivors(folds, &tries, self.now) } else { Vec::new() };
        self.tries.extend(tries);
        self.fold += 1;
        self.told = false;
        Ok(())
    }
}

/// The loss of the weights that were kept on the fold's other rows; nothing where the loss ran away.
fn reached(fitted: &Fitted) -> Option<f64> {
    if fitted.notes.iter().any(|note| note.message.id.starts_with(crate::learn::network::DIVERGED)) {
        return None;
    }
    // Where the untrained weights were the best, the loss after the first epoch is the nearest that is known.
    let kept = fitted.kept_epoch.map_or(fitted.curve.len(), |epoch| epoch.max(1) as usize);
    fitted.curve.get(kept.checked_sub(1)?)?.watch.filter(|loss| loss.is_finite())
}

impl Study for RateStudy {
    type Outcome = Rates;

    fn tasks(&mut self) -> Vec<Task> {
        if std::mem::replace(&mut self.told, true) {
            return Vec::new();
        }
        let tasks: Vec<Task> = self.rates.iter().enumerate().map(|(place, &rate)| self.task(place, rate)).collect();
        self.progress = tasks.iter().map(|task| (task.index, 0.0)).collect();
        tasks
    }

    fn accept(&mut self, index: u64, result: Result<&[u8], Problem>) {
        self.progress.insert(index, 1.0);
        self.results.insert(index, result.and_then(unpack));
    }

    fn hear(&mut self, index: u64, progress: &Progress) {
        self.progress.insert(index, progress.share());
    }

    fn progress(&self) -> Progress {
        let share = self.tries.len() as f64 + self.progress.values().sum::<f64>();
        Progress { done: (1000.0 * share) as u64, total: 1000 * trainings(self.folds) as u64 }
    }

    fn is_working(&self) -> bool {
        self.told && self.results.len() == self.rates.len()
    }

    fn turn(&mut self) -> Result<Turn<Rates>, Problem> {
        if !self.is_working() {
            return Ok(Turn::Waiting);
        }
        self.climb()?;
        self.progress.clear();
        if self.rates.is_empty() {
            return Ok(Turn::Done(conclude(std::mem::take(&mut self.tries), self.now)));
        }
        Ok(Turn::Working)
    }
}
