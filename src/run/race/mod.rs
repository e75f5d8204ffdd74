//! One search over models and preparation: a race on the study's folds, then the same race within outer folds, so that what
//! the winner is worth is told by rows that had no part in choosing it.
//!
//! The first round is each model as it begins. After every round the worse half goes out (successive halving: Jamieson and
//! Talwalkar 2016), the others get a round of trials more; the last two go on until the rounds or the time are over. Where a
//! mean of the best of them does better than each, it wins. Rounds depend on scores alone, so that the same number of them comes to the same with any number of workers.

mod heat;
mod rivals;
mod team;

pub use heat::{Heat, Standing};
pub use rivals::MODELS;

use super::look::refuse_errors;
use super::nested::NestedStudy;
use super::session::Session;
use super::study::{Study, Turn};
use super::task::{Held, Live, Task};
use super::work::{Answer, Begun};
use crate::base::{Problem, Progress, Stage};
use crate::judge::Setup;
use crate::recipe::Recipe;
use crate::report::{Race, Worth};
use std::sync::Arc;

/// Outer folds, at most: each costs as much as the race itself.
pub const OUTER: usize = 3;
/// The share of the time after which the winners within the outer folds are fitted.
const FITS_FROM: f64 = 0.92;
/// The race, the races within the outer folds, the fits of what won there.
const PARTS: usize = 3;
/// Tasks of the second part are numbered from here on.
const SECOND: u64 = 1 << 48;

/// How long a race goes on.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Course {
    /// Rounds, at most.
    pub rounds: usize,
    /// Whether what the winner is worth is found out too.
    pub nested: bool,
    /// The kinds of models that take part, of [`MODELS`]; all that can do the task where none is named.
    pub models: Vec<String>,
}

impl Course {
    /// After how many seconds of all each part is to end: the race after its share; the races within the outer folds, so that
    /// there is time left to fit what won; all.
    pub fn ends(&self, seconds: f64) -> Vec<f64> {
        let share = |share: f64| share * seconds;
        if self.nested { [1.0 / (OUTER + 1) as f64, FITS_FROM, 1.0].map(share).to_vec() } else { vec![seconds] }
    }
}

/// Searches over models and preparation by a metric: a [`Race`].
///
/// # Errors
/// What the check of the recipe finds; see [`RaceStudy::new`].
pub fn race(session: &mut Session, recipe: &Recipe, metric: &str, course: Course) -> Result<Begun, Problem> {
    let held = session.held(recipe)?;
    refuse_errors(held, recipe)?;
    let study = RaceStudy::new(held, recipe, metric, course)?;
    Begun::study(study, |race, _| Ok(Answer::json(&race)))
}

/// The study. Closed, it ends the part that goes on: the race; then the races within the outer folds; then all.
pub struct RaceStudy {
    recipe: Recipe,
    metric: String,
    table: String,
    setup: Arc<Setup>,
    course: Course,
    heat: Heat,
    standing: Option<Standing>,
    nested: Option<NestedStudy<Heat>>,
    /// How many of its parts were told to end.
    ended: usize,
    /// Whether time is told: then the races within the outer folds go on as long as there is some.
    timed: bool,
}

impl RaceStudy {
    /// A race on the table that is held.
    ///
    /// # Errors
    /// A goal that the table does not meet, a metric that is not there, no model for the task.
    pub fn new(held: &mut Held, recipe: &Recipe, metric: &str, course: Course) -> Result<Self, Problem> {
        let setup = held.setup(recipe)?;
        let table = held.digest.clone();
        let heat = Heat::new(setup.clone(), &table, recipe, metric, &course)?;
        let (recipe, metric) = (recipe.clone(), metric.to_owned());
        Ok(Self { recipe, metric, table, setup, course, heat, standing: None, nested: None, ended: 0, timed: false })
    }

    /// Ends the parts up to this one.
    fn end(&mut self, part: usize) {
        match &mut self.nested {
            // It goes on until some model has a score.
            None => self.heat.close(),
            Some(nested) if part == 1 => nested.end_searches(),
            Some(nested) if part > 1 => {
                if nested.has_one() {
                    nested.close();
                }
            }
            // The race itself was over before its time.
            Some(_) => {}
        }
        self.ended = self.ended.max(part + 1).min(PARTS);
    }

    fn concluded(&self, worth: Result<Worth, Problem>) -> Race {
        let standing = self.standing.clone().unwrap_or_else(|| self.heat.standing());
        let higher_is_better = crate::metric::find(&self.metric).is_none_or(|metric| metric.higher_is_better);
        Race {
            metric: self.metric.clone(),
            higher_is_better,
            entries: standing.entries,
            rounds: standing.rounds,
            out_of_time: self.heat.is_closed(),
            worth,
        }
    }
}

impl Study for RaceStudy {
    type Outcome = Race;

    fn tasks(&mut self) -> Vec<Task> {
        match &mut self.nested {
            None => self.heat.tasks(),
            Some(nested) => nested.tasks().into_iter().map(|task| Task { index: SECOND + task.index, ..task }).collect(),
        }
    }

    fn accept(&mut self, index: u64, result: Result<&[u8], Problem>) {
        match (&mut self.nested, index.checked_sub(SECOND)) {
            (Some(nested), Some(index)) => nested.accept(index, result),
            (None, None) => self.heat.accept(index, result),
            // What the race did not wait for.
            _ => {}
        }
    }

    fn wants(&self, index: u64) -> bool {
        match (&self.nested, index.checked_sub(SECOND)) {
            (Some(nested), Some(index)) => nested.wants(index),
            (None, None) => self.heat.wants(index),
            _ => false,
        }
    }

    fn hear(&mut self, index: u64, progress: &Progress) {
        match (&mut self.nested, index.checked_sub(SECOND)) {
            (Some(nested), Some(index)) => nested.hear(index, progress),
            (None, None) => self.heat.hear(index, progress),
            _ => {}
        }
    }

    fn progress(&self) -> Progress {
        let parts = if self.course.nested { (OUTER + 1) as f64 } else { 1.0 };
        let done = match &self.nested {
            None => self.heat.progress().share(),
            Some(nested) => 1.0 + (parts - 1.0) * nested.progress().share(),
        };
        Progress { done: (1000.0 * done / parts) as u64, total: 1000 }
    }

    fn live(&mut self) -> Option<Live> {
        self.heat.live()
    }

    fn close(&mut self) {
        self.end(if self.nested.is_none() { 0 } else { self.ended.max(1).min(PARTS - 1) });
    }

    fn time_is_up(&mut self, part: usize) {
        self.timed = true;
        self.end(part);
    }

    fn is_working(&self) -> bool {
        let judges = |nested: &NestedStudy<Heat>| self.ended == PARTS || nested.is_working();
        self.nested.as_ref().map_or_else(|| self.heat.is_working(), judges)
    }

    fn turn(&mut self) -> Result<Turn<Race>, Problem> {
        if let Some(nested) = &mut self.nested {
            if self.ended == PARTS && !nested.has_one() {
                return Ok(Turn::Done(self.concluded(Err(Problem::note(Stage::Tune, "race.no_time_to_judge")))));
            }
            return Ok(match nested.turn() {
                Ok(Turn::Done(worth)) => Turn::Done(self.concluded(Ok(worth))),
                Ok(Turn::Working) => Turn::Working,
                Ok(Turn::Waiting) => Turn::Waiting,
                // The race itself is run: what it came to is not lost.
                Err(problem) => Turn::Done(self.concluded(Err(problem))),
            });
        }
        Ok(match self.heat.turn()? {
            Turn::Waiting => Turn::Waiting,
            Turn::Working => Turn::Working,
            Turn::Done(standing) => {
                let rounds = if self.timed { self.course.rounds } else { standing.rounds };
                self.standing = Some(standing);
                if !self.course.nested {
                    return Ok(Turn::Done(self.concluded(Err(Problem::note(Stage::Tune, "race.not_judged")))));
                }
                if self.ended == PARTS {
                    return Ok(Turn::Done(self.concluded(Err(Problem::note(Stage::Tune, "race.no_time_to_judge")))));
                }
                let course = Course { rounds, ..self.course.clone() };
                let make = |within| Heat::new(within, &self.table, &self.recipe, &self.metric, &course);
                match NestedStudy::new(self.setup.clone(), self.table.clone(), &self.recipe, self.metric.clone(), OUTER, make) {
                    Ok(nested) => {
                        self.nested = Some(nested);
                        Turn::Working
                    }
                    Err(problem) => Turn::Done(self.concluded(Err(problem))),
                }
            }
        })
    }
}
