//! Which learning rate suits: short trainings of the chosen network on the first fold, as a study.

use super::look::refuse_errors;
use super::session::Session;
use super::study::{Study, Turn};
use super::task::{FoldResult, Held, Task, Unit, unpack};
use super::work::{Answer, Begun};
use crate::base::{Params, Problem, Progress, Stage};
use crate::judge::Fitted;
use crate::judge::rates::{RateTry, Rates, conclude, epochs, first, survivors};
use crate::learn::{self, Candidate, Epoch, network};
use crate::recipe::Recipe;
use std::collections::BTreeMap;

/// The number of a task is its stretch times this, and its place among the rates of the stretch.
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

/// The study: a stretch of the search after the other, its trainings at once.
pub struct RateStudy {
    recipe: Recipe,
    table: String,
    params: Params,
    now: f64,
    all: u32,
    stretch: usize,
    rates: Vec<f64>,
    told: bool,
    progress: BTreeMap<u64, f64>,
    results: BTreeMap<u64, Result<FoldResult, Problem>>,
    tries: Vec<RateTry>,
    unseen: bool,
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
        held.setup(recipe)?;
        Ok(Self {
            recipe: recipe.clone(),
            table: held.digest.clone(),
            params: candidate.params.clone(),
            now: settings.rate,
            all: settings.epochs,
            stretch: 0,
            rates: first(settings.rate),
            told: false,
            progress: BTreeMap::new(),
            results: BTreeMap::new(),
            tries: Vec::new(),
            unseen: true,
        })
    }

    fn task(&self, place: usize, rate: f64, epochs: u32) -> Task {
        let mut params = self.params.clone();
        params.insert("rate".to_owned(), rate.into());
        params.insert("epochs".to_owned(), epochs.into());
        let model = Candidate { model: network::KIND.id.to_owned(), params, calibration: learn::Calibration::default() };
        let recipe = Recipe { models: vec![model], chosen: 0, tune: None, ..self.recipe.clone() };
        let index = self.stretch as u64 * BLOCK + place as u64;
        Task::new(index, self.table.clone(), recipe, Unit::Fold { candidate: 0, fold: 0 })
    }

    /// Ends a stretch; the next begins where there is one.
    fn climb(&mut self) -> Result<(), Problem> {
        let epochs = epochs(self.stretch, self.all).unwrap_or(self.all);
        let results = std::mem::take(&mut self.results);
        if self.stretch == 0 && results.values().all(Result::is_err) {
            // What every rate fails at is not the rate's fault.
            results.into_values().try_for_each(|result| result.map(drop))?;
            return Ok(());
        }
        let tries: Vec<RateTry> = self
            .rates
            .iter()
            .zip(results.into_values())
            .map(|(&rate, result)| {
                let fitted = result.ok().map(|result| result.fitted);
                self.unseen &= fitted.as_ref().is_none_or(|fitted| fitted.curve.iter().all(|epoch| epoch.stop.is_some()));
                RateTry { rate, epochs, loss: fitted.as_ref().and_then(lowest) }
            })
            .collect();
        self.rates = survivors(self.stretch, &tries, self.now);
        self.tries.extend(tries);
        self.stretch += 1;
        self.told = false;
        Ok(())
    }
}

/// The lowest loss of an epoch, on the stop rows where there are some; nothing where the loss ran away.
fn lowest(fitted: &Fitted) -> Option<f64> {
    if fitted.notes.iter().any(|note| note.message.id.starts_with("learn.network.diverged")) {
        return None;
    }
    let loss = |epoch: &Epoch| epoch.stop.unwrap_or(epoch.train);
    fitted.curve.iter().map(loss).filter(|loss| loss.is_finite()).reduce(|least, loss| if loss < least { loss } else { least })
}

impl Study for RateStudy {
    type Outcome = Rates;

    fn tasks(&mut self) -> Vec<Task> {
        let Some(epochs) = epochs(self.stretch, self.all).filter(|_| !self.told) else { return Vec::new() };
        self.told = true;
        let tasks: Vec<Task> = self.rates.iter().enumerate().map(|(place, &rate)| self.task(place, rate, epochs)).collect();
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
        // The stretches take about as long as each other.
        let share = self.progress.values().sum::<f64>() / self.progress.len().max(1) as f64;
        Progress { done: (250.0 * (self.stretch as f64 + share)) as u64, total: 1000 }
    }

    fn is_working(&self) -> bool {
        self.told && self.results.len() == self.rates.len()
    }

    fn turn(&mut self) -> Result<Turn<Rates>, Problem> {
        if !self.is_working() {
            return Ok(Turn::Waiting);
        }
        self.climb()?;
        if self.rates.is_empty() || epochs(self.stretch, self.all).is_none() {
            return Ok(Turn::Done(conclude(std::mem::take(&mut self.tries), self.now, self.unseen)));
        }
        Ok(Turn::Working)
    }
}
