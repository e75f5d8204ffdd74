//! What leaves the studio: exports, one row tried, a file of new rows predicted.

use super::report::{Sealed, gather};
use super::session::{Purpose, Session};
use super::work::{Answer, Begun};
use super::{Cells, other};
use crate::base::{Advance, Job, Problem, Progress, Stage};
use crate::plan::Output;
use crate::recipe::{Recipe, digest_of};
use crate::report::Extra;
use crate::ship::{Checked, Facts, InputFacts, Model, export};
use crate::table::Table;
use crate::table::write::{WriteOptions, write};
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An export, ready to be saved; its bytes are the body of the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exported {
    /// The name of its file.
    pub name: String,
    /// Its media type.
    pub media: String,
    /// Its length in bytes.
    pub size: usize,
    /// What its check came to, where it has one.
    pub checked: Option<Checked>,
}

/// What the form of one row needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Form {
    /// The columns that the model reads.
    pub inputs: Vec<InputFacts>,
    /// The classes, of two the negative one first; none where a number is predicted.
    pub classes: Vec<String>,
    /// The probability from which the positive class is predicted.
    pub threshold: Option<f64>,
}

/// A file of new rows, predicted; the whole table as CSV is the body of the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Predicted {
    /// Rows.
    pub rows: usize,
    /// The names of the columns shown: what was predicted, then the file's own.
    pub columns: Vec<String>,
    /// The first rows.
    pub cells: Cells,
    /// How many cells were marked because a spreadsheet would take them for formulas.
    pub marked: usize,
}

/// Rows shown of a prediction.
const SHOWN: usize = 50;
/// Rows predicted in a slice.
const SLICE: usize = 2000;

/// The chosen model of a recipe that is trained, ready to leave. `report` is the digest of its report.
///
/// # Errors
/// A recipe that is not trained, a candidate that failed.
pub fn model(session: &mut Session, recipe: &Recipe, report: String) -> Result<(Model, Table), Problem> {
    let models = session.models(recipe)?;
    let setup = session.held(recipe)?.setup(recipe)?;
    let failed = || Problem::new(Stage::Ship, "judge.candidate_failed");
    let fitted = models.last.get(recipe.chosen).and_then(Option::as_ref).ok_or_else(failed)?;
    let judged = models.judged.get(recipe.chosen).and_then(Option::as_ref).ok_or_else(failed)?;
    let mut plan = fitted.plan.clone();
    if let (Output::Binary { threshold, .. }, Some(chosen)) = (&mut plan.output, judged.threshold(recipe.judge.threshold)) {
        *threshold = chosen.value;
    }
    let rows = setup.inputs.take(&setup.training);
    let model = Model {
        name: recipe.title.clone(),
        target: recipe.goal.target.clone().unwrap_or_default(),
        kind: recipe.candidate()?.model.clone(),
        inputs: InputFacts::of(&rows),
        rows: rows.rows(),
        report,
        intended_use: recipe.goal.intended_use.clone(),
        misuse: recipe.goal.misuse.clone(),
        recipe: recipe.to_json(),
        reading: session.reading(recipe),
        plan,
    };
    Ok((model, rows))
}

/// The chosen model of a recipe that is trained, for answers: made once for all of them, since it is made from every row.
///
/// # Errors
/// See [`model`].
fn answering(session: &mut Session, recipe: &Recipe) -> Result<Arc<Model>, Problem> {
    let key = digest_of(&(session.training_key(recipe)?, recipe.chosen, &recipe.judge));
    if let Some((_, known)) = session.answering.as_ref().filter(|(known, _)| *known == key) {
        return Ok(known.clone());
    }
    let made = Arc::new(model(session, recipe, String::new())?.0);
    session.answering = Some((key, made.clone()));
    Ok(made)
}

/// Makes an export: an [`Exported`]. `extras` go into the report that cards and pages are made of.
///
/// # Errors
/// A recipe that is not trained, a kind that does not exist; later an export that its format cannot hold.
pub fn export(session: &mut Session, recipe: &Recipe, kind: &str, extras: &[Extra], openings: Option<usize>) -> Result<Begun, Problem> {
    let export = export::find(kind).ok_or_else(|| Problem::new(Stage::Ship, "ship.no_export").with("kind", kind))?;
    let recipe = recipe.clone();
    Begun::job(gather(session, &recipe, extras, Sealed::Keep)?, move |gathered, session| {
        let report = gathered.finish(session)?;
        let (model, rows) = model(session, &recipe, report.digest())?;
        let (file, checked) = (export.make)(&Facts { model: &model, report: Some(&report), openings, rows: &rows })?;
        let exported = Exported { name: file.name, media: file.media.to_owned(), size: file.bytes.len(), checked };
        Ok(Answer { body: file.bytes, ..Answer::json(&exported) })
    })
}

/// What the form of one row needs: a [`Form`].
///
/// # Errors
/// See [`model`].
pub fn form(session: &mut Session, recipe: &Recipe) -> Result<Begun, Problem> {
    let model = answering(session, recipe)?;
    let threshold = match &model.plan.output {
        Output::Binary { threshold, .. } => Some(*threshold),
        _ => None,
    };
    Begun::json(&Form { classes: model.classes(), inputs: model.inputs.clone(), threshold })
}

/// One row, given as texts: a [`crate::ship::Told`].
///
/// # Errors
/// See [`Model::one`].
pub fn try_one(session: &mut Session, recipe: &Recipe, values: &BTreeMap<String, String>) -> Result<Begun, Problem> {
    Begun::json(&answering(session, recipe)?.one(values)?)
}

/// Predicts the second file to predict: a [`Predicted`].
///
/// # Errors
/// No second file, one without a column that the model reads.
pub fn predict(session: &mut Session, recipe: &Recipe) -> Result<Begun, Problem> {
    let table = other::composed(session, recipe, Purpose::Predict)?;
    let model = answering(session, recipe)?;
    Begun::job(PredictJob { model, table, answers: Vec::new(), next: 0 }, |table, _| {
        let mut body = Vec::new();
        let written = write(&table, WriteOptions::default(), &mut body)
            .map_err(|error| Problem::new(Stage::Ship, "run.unreadable").with("reason", error))?;
        let columns = table.names().map(str::to_owned).collect();
        let predicted = Predicted { rows: table.rows(), columns, cells: Cells::of(&table, 0, SHOWN), marked: written.marked as usize };
        Ok(Answer { body, ..Answer::json(&predicted) })
    })
}

/// Predicts a table in slices; the predictions stand in front of its columns.
struct PredictJob {
    model: Arc<Model>,
    table: Arc<Table>,
    answers: Vec<f64>,
    next: usize,
}

impl Job for PredictJob {
    type Output = Table;

    fn advance(&mut self) -> Result<Advance<Table>, Problem> {
        let total = self.table.rows();
        if self.next < total {
            let rows: Vec<usize> = (self.next..total.min(self.next + SLICE)).collect();
            self.answers.extend(self.model.answer(&self.table.take(&rows))?);
            self.next += SLICE;
            return Ok(Advance::More(Progress { done: self.next.min(total) as u64, total: total as u64 }));
        }
        let outputs = self.model.plan.output.columns().len();
        let answer = Array2::from_shape_vec((total, outputs), std::mem::take(&mut self.answers))
            .map_err(|error| Problem::new(Stage::Ship, "run.unreadable").with("reason", error))?;
        let mut columns = self.model.told(&self.table, &answer);
        columns.extend(self.table.columns().iter().cloned());
        Ok(Advance::Done(Table::with_origins(columns, self.table.origins().to_vec())))
    }
}
