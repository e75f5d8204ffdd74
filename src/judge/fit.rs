//! One fit of a whole pipeline: steps on the training rows, then the model. A fold, a trial and the final model are each one.

use super::setup::Setup;
use crate::base::{Advance, Job, Place, Problem, Progress, Stage, Task};
use crate::learn::surface::{Due, Plane, Surface};
use crate::learn::{self, Candidate, Coefficient, Epoch, Fit, Target, TrainingSet};
use crate::plan::{self, Input, Op, Output, Plan};
use crate::prepare::{self, Action, Context, Learned, Step};
use crate::table::{Schema, Table};
use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// A fitted pipeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fitted {
    /// What predicts.
    pub plan: Plan,
    /// What each step did, in order; nothing for steps that are off or ran before the split.
    pub steps: Vec<Option<StepReport>>,
    /// The columns that the model saw.
    pub features: Vec<String>,
    /// The model's own importance of each feature, where it has one.
    pub importance: Option<Vec<f64>>,
    /// The weights one by one, for linear models.
    #[serde(default)]
    pub coefficients: Option<Vec<Coefficient>>,
    /// The loss by epoch, for models that have epochs.
    pub curve: Vec<Epoch>,
    /// The epoch whose weights were kept.
    pub kept_epoch: Option<u32>,
    /// The loss of the best constant answer on the rows learned from, as they were weighted and drawn, in the unit of the
    /// curve.
    #[serde(default)]
    pub baseline: Option<f64>,
    /// Rows learned from, after all steps.
    pub rows: usize,
    /// Anything worth knowing about the model's fit.
    pub notes: Vec<Problem>,
}

/// What a step did in a fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepReport {
    /// What it learned.
    pub learned: Learned,
    /// Training rows before and after.
    pub rows: (usize, usize),
    /// Columns before and after.
    pub columns: (usize, usize),
    /// Anything worth knowing.
    pub notes: Vec<Problem>,
}

/// A fit in progress.
pub struct FitJob {
    task: Task,
    inputs: Vec<Input>,
    output: Output,
    steps: Vec<Step>,
    seed: u64,
    classes: Vec<String>,
    candidate: Candidate,
    next: usize,
    training: Rows,
    watched: Option<Rows>,
    /// The columns that the steps so far announce, whatever these rows made of them.
    known: Schema,
    weights: Option<Vec<f64>>,
    ops: Vec<Op>,
    reports: Vec<Option<StepReport>>,
    model: Option<Box<dyn Fit>>,
    plane: Option<Plane>,
    features: Vec<String>,
    rows: usize,
}

struct Rows {
    table: Table,
    target: Target,
    units: Option<Vec<u32>>,
    groups: Option<Vec<u32>>,
}

impl Rows {
    fn of(setup: &Setup, rows: &[usize]) -> Self {
        let pick = |codes: &Option<Vec<u32>>| codes.as_ref().map(|codes| rows.iter().map(|&row| codes[row]).collect());
        Self { table: setup.inputs.take(rows), target: setup.target.take(rows), units: pick(&setup.units), groups: pick(&setup.groups) }
    }
}

impl FitJob {
    /// A fit on some rows of a setup (positions in its inputs). `watched` rows are looked at for curves; nothing is chosen by them.
    /// A row that stands there several times, as in a bootstrap sample, is a unit: its copies are never parted.
    pub fn new(setup: &Setup, rows: &[usize], watched: Option<&[usize]>, steps: &[Step], candidate: &Candidate, seed: u64) -> Self {
        let mut training = Rows::of(setup, rows);
        if training.units.is_none() && has_repeats(rows) {
            training.units = Some(rows.iter().map(|&row| row as u32).collect());
        }
        Self {
            task: setup.task,
            inputs: setup.plan_inputs(),
            output: setup.plan_output(),
            training,
            watched: watched.map(|rows| Rows::of(setup, rows)),
            known: setup.schema.clone(),
            steps: steps.to_vec(),
            seed,
            classes: setup.classes.clone(),
            candidate: candidate.clone(),
            next: 0,
            weights: None,
            ops: Vec::new(),
            reports: Vec::new(),
            model: None,
            plane: None,
            features: Vec::new(),
            rows: 0,
        }
    }

    /// Fits the next step alone; false where there is none left.
    ///
    /// # Errors
    /// What the step refuses.
    pub fn advance_step(&mut self) -> Result<bool, Problem> {
        let has = self.next < self.steps.len();
        if has {
            self.fit_step()?;
        }
        Ok(has)
    }

    /// What the steps came to so far: their operations, the training rows and answers, the reports.
    pub fn prepared(&self) -> (&[Op], &Table, &Target, &[Option<StepReport>]) {
        (&self.ops, &self.training.table, &self.training.target, &self.reports)
    }

    /// The watched rows as the steps so far make them, where there are some.
    pub fn watched(&self) -> Option<&Table> {
        self.watched.as_ref().map(|watched| &watched.table)
    }

    /// The loss by epoch so far.
    pub fn curve(&self) -> &[Epoch] {
        self.model.as_ref().map_or(&[], |model| model.curve())
    }

    /// Asks for looks at a plane of the prepared columns while the model learns.
    pub fn look_at(&mut self, plane: Plane) {
        self.plane = Some(plane);
    }

    /// A look, where one is due.
    pub fn surface(&mut self, due: Due) -> Option<Surface> {
        self.model.as_mut()?.surface(due)
    }

    fn fit_step(&mut self) -> Result<(), Problem> {
        let place = self.next;
        let step = &self.steps[place];
        self.next += 1;
        if !step.enabled {
            self.reports.push(None);
            return Ok(());
        }
        let located = |problem: Problem| match problem.place {
            Place::Whole => problem.at(Place::Step(place)),
            _ => problem.with("index", place),
        };
        let kind =
            prepare::find(&step.id).ok_or_else(|| located(Problem::new(Stage::Prepare, "prepare.unknown_step").with("step", &step.id)))?;
        let (columns, absent) = step.columns.resolve_fitted(&self.training.table.schema(), &self.known, kind).map_err(located)?;
        self.known = prepare::schema_after(std::slice::from_ref(step), std::mem::take(&mut self.known));
        let before = (self.training.table.rows(), self.training.table.columns().len());
        let context = Context {
            columns,
            target: &self.training.target,
            classes: &self.classes,
            task: self.task,
            groups: self.training.groups.as_deref(),
            seed: crate::num::Rng::new(self.seed, "step", place as u64).next_u64(),
        };
        let (learned, mut notes) = match kind.action {
            Action::SourceRows(_) => {
                self.reports.push(None);
                return Ok(());
            }
            Action::Columns(fit) => {
                let fitted = fit(&step.params, &self.training.table, &context).map_err(located)?;
                self.training.table = plan::apply(&fitted.ops, std::mem::take(&mut self.training.table)).map_err(located)?;
                if let Some(watched) = &mut self.watched {
                    watched.table = plan::apply(&fitted.ops, std::mem::take(&mut watched.table)).map_err(located)?;
                }
                self.ops.extend(fitted.ops);
                (fitted.learned, fitted.notes)
            }
            Action::TrainingRows(resample) => {
                let resampled = resample(&step.params, &self.training.table, &context).map_err(located)?;
                // Units, groups and weights follow their rows; a made-up row takes those of the row it started from, so that
                // it can never sit on the other side of a later split. Where the goal names no unit, a row is one as soon as
                // there are several of it.
                let from = &resampled.from;
                if self.training.units.is_none() && has_repeats(from) {
                    self.training.units = Some((0..before.0 as u32).collect());
                }
                let follow = |codes: &Option<Vec<u32>>| codes.as_ref().map(|codes| from.iter().map(|&row| codes[row]).collect());
                self.training.units = follow(&self.training.units);
                self.training.groups = follow(&self.training.groups);
                let kept = self.weights.take().map(|weights| from.iter().map(|&row| weights[row]).collect::<Vec<f64>>());
                self.weights = match (kept, resampled.weights) {
                    (Some(old), Some(new)) => Some(old.iter().zip(&new).map(|(a, b)| a * b).collect()),
                    (old, new) => old.or(new),
                };
                self.training.table = resampled.table;
                self.training.target = resampled.target;
                (Learned::default(), resampled.notes)
            }
        };
        if !absent.is_empty() {
            let note = Problem::note(Stage::Prepare, "prepare.absent").with("step", crate::base::text(&kind.owner()));
            notes.push(note.with("columns", absent.join(", ")));
        }
        let after = (self.training.table.rows(), self.training.table.columns().len());
        self.reports.push(Some(StepReport { learned, rows: (before.0, after.0), columns: (before.1, after.1), notes }));
        Ok(())
    }

    fn start_model(&mut self) -> Result<(), Problem> {
        let kind = learn::find(&self.candidate.model)
            .ok_or_else(|| Problem::new(Stage::Learn, "learn.unknown_model").with("model", &self.candidate.model))?;
        if !kind.tasks.contains(&self.task) {
            return Err(Problem::new(Stage::Learn, "learn.wrong_task")
                .with("model", crate::base::text(&format!("model.{}", kind.id)))
                .with("task", crate::base::text(&format!("task.{}", self.task.id()))));
        }
        let table = std::mem::take(&mut self.training.table);
        self.features = table.names().map(str::to_owned).collect();
        self.rows = table.rows();
        let x = matrix(&table, kind.takes_missing)?;
        drop(table);
        let watch = match self.watched.take() {
            None => None,
            Some(watched) => Some((matrix(&watched.table, kind.takes_missing)?, watched.target)),
        };
        let set = TrainingSet {
            columns: self.features.clone(),
            meanings: plan::meanings(&self.ops, &self.features),
            x,
            y: std::mem::replace(&mut self.training.target, Target::Values(Vec::new())),
            weights: self.weights.take(),
            groups: self.training.units.take(),
            watch,
            task: self.task,
            outputs: self.output.columns(),
            seed: self.seed,
        };
        let mut model = (kind.start)(&self.candidate.params, set)?;
        if let Some(plane) = &self.plane {
            model.look_at(plane);
        }
        self.model = Some(model);
        Ok(())
    }
}

impl Job for FitJob {
    type Output = Fitted;

    fn advance(&mut self) -> Result<Advance<Fitted>, Problem> {
        if self.next < self.steps.len() {
            self.fit_step()?;
            return Ok(Advance::More(Progress { done: 0, total: 100 }));
        }
        let Some(model) = &mut self.model else {
            self.start_model()?;
            return Ok(Advance::More(Progress { done: 0, total: 100 }));
        };
        match model.advance()? {
            Advance::More(progress) => Ok(Advance::More(progress)),
            Advance::Done(model) => {
                let mut ops = std::mem::take(&mut self.ops);
                ops.extend(model.ops);
                let plan = Plan { inputs: self.inputs.clone(), ops, output: self.output.clone() };
                Ok(Advance::Done(Fitted {
                    plan,
                    steps: std::mem::take(&mut self.reports),
                    features: std::mem::take(&mut self.features),
                    importance: model.importance,
                    coefficients: model.coefficients,
                    curve: model.curve,
                    kept_epoch: model.kept_epoch,
                    baseline: model.baseline,
                    rows: self.rows,
                    notes: model.notes,
                }))
            }
        }
    }
}

/// Whether a position stands there twice.
fn has_repeats(positions: &[usize]) -> bool {
    let mut sorted = positions.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| pair[0] == pair[1])
}

/// The columns of a prepared table as a matrix: rows x columns. A missing value is NaN, where the model takes these.
///
/// # Errors
/// No column, a column that is not of numbers, a number that is missing where the model takes none.
pub fn matrix(table: &Table, takes_missing: bool) -> Result<Array2<f64>, Problem> {
    readable(table, takes_missing)?;
    let mut matrix = Array2::zeros((table.rows(), table.columns().len()));
    for (place, column) in table.columns().iter().enumerate() {
        let numbers = column.numbers().unwrap_or_default();
        matrix.column_mut(place).iter_mut().zip(numbers).for_each(|(cell, x)| *cell = *x);
    }
    Ok(matrix)
}

/// Whether a model, which takes missing values or not, can read a prepared table.
///
/// # Errors
/// As [`matrix`].
pub fn readable(table: &Table, takes_missing: bool) -> Result<(), Problem> {
    if table.columns().is_empty() {
        return Err(Problem::new(Stage::Prepare, "prepare.nothing_left"));
    }
    for column in table.columns() {
        let Some(numbers) = column.numbers() else {
            return Err(Problem::new(Stage::Prepare, "prepare.not_numbers").with("kind", column.kind.id()).at_column(&column.name));
        };
        let is_unfit = |x: &&f64| x.is_infinite() || (x.is_nan() && !takes_missing);
        if let Some(first) = numbers.iter().find(is_unfit) {
            let id = if first.is_nan() { "prepare.still_missing" } else { "prepare.not_finite" };
            let count = numbers.iter().filter(is_unfit).count();
            return Err(Problem::new(Stage::Prepare, id).with("count", count).at_column(&column.name));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Params;
    use crate::judge::{Goal, Split};
    use crate::learn::stop_rows;
    use crate::prepare::Selector;
    use crate::table::{Column, SYNTHETIC, Strings};

    /// Training rows of two classes, one in eight of the rarer, after a step.
    fn after(id: &str) -> FitJob {
        let n = 400;
        let mut rng = crate::num::Rng::new(5, "test", 0);
        let table = Table::new(vec![
            Column::number("a", (0..n).map(|_| rng.normal()).collect()),
            Column::number("b", (0..n).map(|_| rng.normal()).collect()),
            Column::category("y", Strings::from_texts((0..n).map(|row| Some(if row % 8 == 0 { "yes" } else { "no" })))),
        ]);
        let goal = Goal { target: Some("y".to_owned()), ..Goal::default() };
        let split = Split { held_out: 0.0, ..Split::default() };
        let step = Step { id: id.to_owned(), columns: Selector::All, params: Params::new(), enabled: true };
        let setup = Setup::new(&table, &goal, &split, std::slice::from_ref(&step), &[], 1).expect("a setup");
        let candidate = Candidate { model: "baseline".to_owned(), params: Params::new(), ..Candidate::default() };
        let mut job = FitJob::new(&setup, &setup.training, None, &[step], &candidate, 1);
        assert!(job.advance_step().expect("the step fits"));
        job
    }

    #[test]
    fn copies_and_made_up_rows_are_never_parted_from_the_row_they_come_from() {
        for id in ["random_over", "smote"] {
            let job = after(id);
            let units = job.training.units.as_deref().expect("rows that are drawn again are units");
            assert!(units.len() > 400, "{id}: {} rows", units.len());
            for (&origin, &unit) in job.training.table.origins().iter().zip(units) {
                assert!(origin == SYNTHETIC || origin == unit, "{id}: {origin} is of {unit}");
            }
            let parted = stop_rows(&job.training.target, Some(units), 0.2, 1).expect("enough rows");
            let stopped: std::collections::BTreeSet<u32> = parted.stop.iter().map(|&row| units[row as usize]).collect();
            assert!(parted.train.iter().all(|&row| !stopped.contains(&units[row as usize])), "{id}");
        }
        // Rows that are only weighted or left out are their own units.
        for id in ["class_weights", "random_under"] {
            assert_eq!(after(id).training.units, None, "{id}");
        }
    }
}
