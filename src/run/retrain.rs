//! Training again with new rows: the old model against one that learned from the old training rows and from the new rows
//! of the other folds, both on the same new rows.

use super::look::refuse_errors;
use super::other;
use super::session::{Purpose, Session};
use super::study::{Study, Turn};
use super::subject::{Subject, Which};
use super::task::{FoldResult, Task, Unit, pack, unpack};
use super::watch::NEW;
use super::work::{Answer, Begun};
use crate::base::{Figure, Problem, Progress, Stage};
use crate::explain::rows::stack;
use crate::judge::{Setup, Split};
use crate::learn::Target;
use crate::recipe::Recipe;
use crate::table::Table;
use crate::table::split::{self, Fold, Rows, Scheme};
use crate::watch::{Performance, Sample, performance};
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Folds of the new rows.
const FOLDS: usize = 5;

/// The old model beside one that was trained again, on new rows that neither learned from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Retrained {
    /// Rows of the old training.
    pub old_rows: usize,
    /// New rows with an answer that both predicted: all of them, or by time all but the first stretch.
    pub new_rows: usize,
    /// Folds of the new rows.
    pub folds: usize,
    /// The scores of the old model (before) and of the new one (after) on the new rows. The interval of the difference is
    /// over resamples of rows, the same rows for both.
    pub performance: Performance,
}

/// Trains the chosen candidate again with the rows of the second file and compares: a [`Retrained`]. Gives out a task for
/// each fold of the new rows.
///
/// # Errors
/// What the check of the recipe finds, no second file, none of its rows with an answer, a column that it lacks.
pub fn retrain(session: &mut Session, recipe: &Recipe) -> Result<Begun, Problem> {
    refuse_errors(session.held(recipe)?, recipe)?;
    let study = RetrainStudy::new(session, recipe)?;
    Begun::study(study, |retrained, _| Ok(Answer::json(&retrained)))
}

/// The old training rows and the new rows with an answer, ready for fitting, with folds of the new rows.
pub(super) struct Joint {
    pub setup: Setup,
    pub folds: Vec<Fold>,
}

impl Joint {
    /// Divides a table of both. Rows of the second file have origins from [`NEW`] on.
    ///
    /// # Errors
    /// As [`Setup::new`]; too few new rows for two folds.
    pub fn new(table: &Table, recipe: &Recipe) -> Result<Self, Problem> {
        // Its own folds are not looked at, so that a scheme's other numbers cannot refuse these rows.
        let split = Split { held_out: 0.0, scheme: recipe.split.scheme, ..Split::default() };
        let setup = Setup::new(table, &recipe.goal, &split, &recipe.steps(), recipe.protected(), recipe.seed)?;
        let (old, new): (Vec<usize>, Vec<usize>) = setup.training.iter().partition(|&&row| setup.inputs.origins()[row] < NEW);
        let classes = match &setup.target {
            Target::Classes { codes, .. } => Some(codes.as_slice()),
            Target::Values(_) => None,
        };
        let scheme = match (recipe.split.scheme, classes) {
            (Scheme::StratifiedGroup, _) => Scheme::StratifiedGroup,
            (scheme, _) if scheme.keeps_units() => Scheme::Group,
            // A model of tomorrow must not help to predict today: the new rows in order of time, each fold from what was before.
            (Scheme::Time, _) => Scheme::Time,
            (_, Some(_)) => Scheme::Stratified,
            (_, None) => Scheme::Plain,
        };
        let rows = Rows { count: setup.inputs.rows(), classes, units: setup.units.as_deref(), times: setup.times.as_deref() };
        let divided = split::folds(&rows, &new, FOLDS, scheme, recipe.seed)?;
        let folds = divided
            .folds
            .into_iter()
            .map(|fold| {
                let mut train = old.clone();
                train.extend(fold.train);
                train.sort_unstable();
                Fold { train, ..fold }
            })
            .collect();
        Ok(Self { setup, folds })
    }
}

/// The study: a fit for each fold of the new rows, then the comparison.
pub struct RetrainStudy {
    recipe: Recipe,
    table: String,
    body: Vec<u8>,
    joint: Joint,
    subject: Subject,
    candidate: usize,
    told: bool,
    progress: BTreeMap<u64, f64>,
    results: BTreeMap<u64, Result<FoldResult, Problem>>,
    judging: Option<Judging>,
}

/// Both predictions of the new rows, and the resamples so far.
struct Judging {
    target: Target,
    old: Array2<f64>,
    new: Array2<f64>,
    units: Option<Vec<u32>>,
    /// Resamples of the metric that comes next.
    parts: Vec<Vec<Figure>>,
    /// The metrics that are done.
    done: Vec<Performance>,
}

impl RetrainStudy {
    /// A study of the chosen candidate and the second file to watch.
    ///
    /// # Errors
    /// See [`retrain()`].
    pub fn new(session: &mut Session, recipe: &Recipe) -> Result<Self, Problem> {
        let subject = Subject::new(session, recipe, Which::Final)?;
        let new = other::composed(session, recipe, Purpose::Watch)?;
        let target = recipe.goal.target.clone().unwrap_or_default();
        let problem = |id: &str| Problem::new(Stage::Watch, id).with("column", &target);
        let (rows, ..) = other::answers(&new, &target, &subject.setup).ok_or_else(|| problem("watch.no_target"))?;
        if rows.len() < 2 * FOLDS {
            return Err(problem("watch.few_answers").with("count", rows.len()).with("least", 2 * FOLDS));
        }
        let held = session.held(recipe)?;
        let (old, digest) = (held.table.clone(), held.digest.clone());
        let mut columns: Vec<String> = subject.setup.inputs.names().map(str::to_owned).collect();
        let extra = [Some(&target), recipe.goal.group.as_ref(), recipe.goal.time.as_ref()];
        for name in extra.into_iter().flatten().chain(recipe.protected()) {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
        let learned: Vec<usize> = subject.setup.training.iter().map(|&row| subject.setup.source[row]).collect();
        let new = new.select(&columns).take(&rows);
        let origins = (0..new.rows() as u32).map(|row| NEW + row).collect();
        let new = Table::with_origins(new.columns().to_vec(), origins);
        let table = stack(&old.select(&columns).take(&learned), &new, Stage::Watch)?;
        let joint = Joint::new(&table, recipe)?;
        Ok(Self {
            candidate: recipe.chosen,
            recipe: recipe.clone(),
            table: digest,
            body: pack(&table),
            progress: (0..joint.folds.len() as u64).map(|fold| (fold, 0.0)).collect(),
            joint,
            subject,
            told: false,
            results: BTreeMap::new(),
            judging: None,
        })
    }

    /// Puts the folds together and asks the old model about the same rows.
    fn assemble(&mut self) -> Result<Judging, Problem> {
        let (mut rows, mut values) = (Vec::new(), Vec::new());
        for (_, result) in std::mem::take(&mut self.results) {
            let result = result?;
            rows.extend(result.rows);
            values.extend(result.predictions);
        }
        let width = self.subject.setup.plan_output().columns().len();
        let new = Array2::from_shape_vec((rows.len(), width), values)
            .map_err(|error| Problem::new(Stage::Learn, "run.unreadable").with("reason", error))?;
        let old = self.subject.predict(&self.joint.setup.inputs.take(&rows))?;
        let units = self.joint.setup.units.as_ref().map(|units| rows.iter().map(|&row| units[row]).collect());
        Ok(Judging { target: self.joint.setup.target.take(&rows), old, new, units, parts: Vec::new(), done: Vec::new() })
    }
}

impl Study for RetrainStudy {
    type Outcome = Retrained;

    fn tasks(&mut self) -> Vec<Task> {
        if std::mem::replace(&mut self.told, true) {
            return Vec::new();
        }
        let task = |fold: usize| {
            let unit = Unit::Retrain { candidate: self.candidate, fold };
            Task::new(fold as u64, self.table.clone(), self.recipe.clone(), unit)
        };
        (0..self.joint.folds.len()).map(task).collect()
    }

    fn body(&self) -> Vec<u8> {
        self.body.clone()
    }

    fn accept(&mut self, index: u64, result: Result<&[u8], Problem>) {
        self.progress.insert(index, 1.0);
        self.results.insert(index, result.and_then(unpack));
    }

    fn hear(&mut self, index: u64, progress: &Progress) {
        self.progress.insert(index, progress.share());
    }

    fn progress(&self) -> Progress {
        let done: f64 = self.progress.values().sum();
        Progress { done: (done * 1000.0) as u64, total: 1000 * self.progress.len() as u64 }
    }

    fn is_working(&self) -> bool {
        self.judging.is_some() || self.results.len() == self.joint.folds.len()
    }

    fn turn(&mut self) -> Result<Turn<Retrained>, Problem> {
        if !self.is_working() {
            return Ok(Turn::Waiting);
        }
        let Some(judging) = &mut self.judging else {
            self.judging = Some(self.assemble()?);
            return Ok(Turn::Working);
        };
        if let Some(metric) = self.subject.metrics().into_iter().nth(judging.done.len()) {
            let score = |rows: &[usize], answer: &Array2<f64>| self.subject.score_by(metric, &judging.target.take(rows), answer);
            let sample = |answer| Sample { answer, score: &score, units: judging.units.as_deref() };
            let (before, after) = (sample(&judging.old), sample(&judging.new));
            if judging.parts.len() < performance::UNITS {
                let part = performance::paired_unit(judging.parts.len(), self.recipe.stream("retrain", 0), before, after);
                judging.parts.push(part);
            } else {
                let parts = std::mem::take(&mut judging.parts);
                let done = performance::join(metric.id, metric.higher_is_better, before, after, &parts)?;
                judging.done.push(done);
            }
            return Ok(Turn::Working);
        }
        let performance = performance::together(std::mem::take(&mut judging.done));
        Ok(Turn::Done(Retrained {
            old_rows: self.subject.setup.training.len(),
            new_rows: judging.target.len(),
            folds: self.joint.folds.len(),
            performance: performance.ok_or_else(|| Problem::new(Stage::Watch, "watch.other_parts").with("units", performance::UNITS))?,
        }))
    }
}

/// The rows of a fold's task: those to learn from and those to predict.
///
/// # Errors
/// Bytes of another build, a fold that is not there.
pub(super) fn fold(recipe: &Recipe, fold: usize, body: &[u8]) -> Result<(Setup, Fold), Problem> {
    let Joint { setup, folds } = Joint::new(&unpack::<Table>(body)?, recipe)?;
    let fold = folds.into_iter().nth(fold).ok_or_else(|| Problem::new(Stage::Learn, "learn.no_fold"))?;
    Ok((setup, fold))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;

    #[test]
    fn by_time_no_new_row_is_predicted_from_later_ones() {
        let (old, new) = (30_usize, 40_usize);
        // The new rows stand in the file in another order than in time.
        let moment = |row: usize| if row < old { row } else { old + (row * 17) % new };
        let columns = vec![
            Column::number("x", (0..old + new).map(|row| row as f64).collect()),
            Column::number("when", (0..old + new).map(|row| moment(row) as f64).collect()),
            Column::number("y", (0..old + new).map(|row| (row as f64 * 0.37).fract()).collect()),
        ];
        let origins = (0..(old + new) as u32).map(|row| if row < old as u32 { row } else { NEW + row }).collect();
        let mut recipe = Recipe::new();
        recipe.goal.target = Some("y".to_owned());
        recipe.goal.time = Some("when".to_owned());
        recipe.split.scheme = Scheme::Time;
        let Joint { setup, folds } = Joint::new(&Table::with_origins(columns, origins), &recipe).expect("folds");
        assert_eq!(folds.len(), FOLDS);
        let times = setup.times.as_deref().expect("times");
        for fold in &folds {
            let is_before = |row: usize| fold.test.iter().all(|&other| times[row] < times[other]);
            assert!(fold.train.len() >= old && fold.train.iter().all(|&row| is_before(row)), "{fold:?}");
            assert!(fold.test.iter().all(|&row| setup.inputs.origins()[row] >= NEW));
        }
    }
}
