//! A look at the preparation before anything is trained: every step fitted on the training rows of the first fold, with
//! what it touches, and whether a model could read what comes out.

use super::cells::Cells;
use super::session::Session;
use super::work::Begun;
use crate::base::{Advance, Job, Place, Problem, Progress, Severity, Stage, text};
use crate::judge::{FitJob, Setup, StepReport, fit};
use crate::learn::{Candidate, Target, all_take_missing};
use crate::prepare::{Contrast, Learned, Step, Touched, check_steps, contrast, touched};
use crate::recipe::Recipe;
use crate::table::{ColumnInfo, Table};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Rows shown before and after.
const SHOWN: usize = 6;
/// Touched columns listed of a step, at most.
const MOST_TOUCHED: usize = 40;

/// What the steps of a recipe do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// Each step, as far as they could be fitted; nothing for steps that are off.
    pub steps: Vec<Option<StepPreview>>,
    /// Why the next one could not; or, where all could, why no model can read the rows that come out, at the step that
    /// made them so.
    pub problem: Option<Problem>,
    /// The columns after the last step that was fitted.
    pub columns: Vec<ColumnInfo>,
    /// Some training rows before the first step, and the names of their columns.
    pub before: (Vec<String>, Cells),
    /// Some training rows after the last step.
    pub after: (Vec<String>, Cells),
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepPreview {
    /// What it learned; rows and columns before and after.
    pub report: StepReport,
    /// Whether it chose among all rows with an answer, before these were divided.
    pub before_split: bool,
    /// The columns that it touches, at most forty.
    pub touched: Vec<Touched>,
    /// Each of those before and after.
    pub contrasts: Vec<Contrast>,
    /// How many columns it touches.
    pub touched_columns: usize,
    /// How many cells it touches.
    pub touched_cells: usize,
    /// For a target with classes: each with its training rows before and after.
    pub classes: Vec<(String, usize, usize)>,
}

impl StepPreview {
    /// A step that chose source rows: so many before and after it.
    fn of_source(rows: (usize, usize), columns: usize) -> Self {
        let report = StepReport { learned: Learned::default(), rows, columns: (columns, columns), notes: Vec::new() };
        let (touched, contrasts, classes) = (Vec::new(), Vec::new(), Vec::new());
        Self { report, before_split: true, touched, contrasts, touched_columns: 0, touched_cells: 0, classes }
    }
}

/// Fits the steps of a recipe on the training rows of the first fold: a [`Preview`].
///
/// # Errors
/// A goal that the table does not meet.
pub fn preview(session: &mut Session, recipe: &Recipe) -> Result<Begun, Problem> {
    let setup = session.held(recipe)?.setup(recipe)?;
    let fold = setup.folds.first().ok_or_else(|| Problem::new(Stage::Learn, "learn.no_fold"))?;
    let baseline = Candidate { model: "baseline".to_owned(), params: crate::base::Params::new(), ..Candidate::default() };
    let steps = recipe.steps();
    let fit = FitJob::new(&setup, &fold.train, Some(&fold.test), &steps, &baseline, recipe.stream("fold", 0));
    let raw = setup.inputs.take(&fold.train);
    let preview = Preview { before: sample(&raw), ..Preview::default() };
    let takes_missing = all_take_missing(&recipe.models);
    Begun::plain_job(PreviewJob { setup: setup.clone(), fit, raw, preview, steps, takes_missing, ends: Vec::new() })
}

struct PreviewJob {
    setup: Arc<Setup>,
    fit: FitJob,
    /// The training rows as the operations so far make them, without what was drawn among them.
    raw: Table,
    preview: Preview,
    steps: Vec<Step>,
    /// Whether all models take missing values.
    takes_missing: bool,
    /// How many operations there are after each step.
    ends: Vec<usize>,
}

fn sample(table: &Table) -> (Vec<String>, Cells) {
    (table.names().map(str::to_owned).collect(), Cells::of(table, 0, SHOWN))
}

impl PreviewJob {
    fn counts(&self) -> Vec<usize> {
        match self.fit.prepared().2 {
            Target::Classes { codes, count } => {
                let mut counts = vec![0; *count];
                codes.iter().for_each(|&code| counts[code as usize] += 1);
                counts
            }
            Target::Values(_) => Vec::new(),
        }
    }

    fn step(&mut self) -> Result<bool, Problem> {
        let (before, known) = (self.counts(), self.fit.prepared().0.len());
        if !self.fit.advance_step()? {
            return Ok(false);
        }
        let after = self.counts();
        let (ops, _, _, reports) = self.fit.prepared();
        self.ends.push(ops.len());
        let new = ops[known..].to_vec();
        let (place, report) = (reports.len().saturating_sub(1), reports.last().cloned().flatten());
        let source = self.setup.source_steps.iter().find(|(step, _)| *step == place).map(|(_, rows)| *rows);
        let step = match report {
            None => source.map(|rows| StepPreview::of_source(rows, self.raw.columns().len())),
            Some(report) => {
                let stepped = crate::plan::apply(&new, self.raw.clone())?;
                let all = touched(&self.raw, &stepped);
                let contrasts = all
                    .iter()
                    .take(MOST_TOUCHED)
                    .map(|touched| contrast(self.raw.column(&touched.column), stepped.column(&touched.column)));
                let contrasts = contrasts.collect();
                self.raw = stepped;
                let classes =
                    self.setup.classes.iter().cloned().zip(before).zip(after).map(|((class, before), after)| (class, before, after));
                Some(StepPreview {
                    report,
                    before_split: false,
                    touched_columns: all.len(),
                    touched_cells: all.iter().map(|touched| touched.cells).sum(),
                    touched: all.into_iter().take(MOST_TOUCHED).collect(),
                    contrasts,
                    classes: classes.collect(),
                })
            }
        };
        self.preview.steps.push(step);
        Ok(true)
    }

    /// Why no model can read the rows after all steps, those to learn from or the fold's others. What the check tells
    /// beforehand is not told again.
    fn unfit(&self) -> Option<Problem> {
        let errors = check_steps(&self.steps, self.setup.schema.clone(), self.takes_missing);
        if errors.iter().any(|problem| problem.severity == Severity::Error) {
            return None;
        }
        let fold = self.setup.folds.first()?;
        let refused = |table: &Table| fit::readable(table, self.takes_missing).err();
        let (problem, rows) = match refused(self.fit.prepared().1) {
            Some(problem) => (problem, &fold.train),
            None => {
                let mut problem = self.fit.watched().and_then(refused)?;
                if problem.message.id == "prepare.still_missing" {
                    problem.message.id = "prepare.missing_when_new".to_owned();
                }
                (problem, &fold.test)
            }
        };
        let Place::Column(column) = &problem.place else { return Some(problem) };
        let step = self.maker(column, rows);
        Some(match step.and_then(|place| Some((place, self.steps.get(place)?))) {
            Some((place, step)) => problem.with("step", text(&format!("step.{}", step.id))).at(Place::Step(place)),
            None => problem,
        })
    }

    /// The last step after which a column of some rows holds something else than numbers, and before which it did not.
    fn maker(&self, column: &str, rows: &[usize]) -> Option<usize> {
        let is_good = |value: &f64| value.is_finite() || (value.is_nan() && self.takes_missing);
        let is_fit =
            |table: &Table| table.column(column).is_none_or(|column| column.numbers().is_some_and(|values| values.iter().all(is_good)));
        let mut table = self.setup.inputs.take(rows);
        let (mut maker, mut start) = (None, 0);
        for (place, &end) in self.ends.iter().enumerate() {
            let before = is_fit(&table);
            table = crate::plan::apply(self.fit.prepared().0.get(start..end)?, table).ok()?;
            if before && !is_fit(&table) {
                maker = Some(place);
            }
            start = end;
        }
        maker
    }
}

impl Job for PreviewJob {
    type Output = Preview;

    fn advance(&mut self) -> Result<Advance<Preview>, Problem> {
        match self.step() {
            Ok(true) => return Ok(Advance::More(Progress { done: self.preview.steps.len() as u64, total: self.steps.len() as u64 })),
            Ok(false) => self.preview.problem = self.unfit(),
            // A step that cannot be fitted ends the look, not the question: those before it are shown.
            Err(problem) => self.preview.problem = Some(problem),
        }
        let table = self.fit.prepared().1;
        self.preview.columns = table.schema().columns;
        self.preview.after = sample(table);
        Ok(Advance::Done(std::mem::take(&mut self.preview)))
    }
}
