//! Work that falls into independent units, so that a pool of workers can share it and the answer is the same.
//!
//! A [`Work`] knows its number of units. A unit is started by its index, advanced in slices of at most about [`BATCH`]
//! predictions, and ends in a part that can be sent. The parts, in order of the index, are joined into the answer.
//! Every worker builds the same work from the same setting; random numbers belong to the unit or the row, never to
//! the worker.

use crate::base::{Advance, Figure, Job, Problem, Progress, Stage, Task};
use crate::table::Table;
use ndarray::{Array2, Axis, Slice};

/// How many rows are predicted at a time: enough to be fast, few enough that a slice stays short.
pub const BATCH: usize = 2048;

/// Predicts raw rows: rows x outputs. Binary: one column with the probability of the positive class; multiclass: a
/// column of probability for each class; regression: one column.
pub type Predict<'a> = dyn Fn(&Table) -> Result<Array2<f64>, Problem> + 'a;

/// How good predictions are: positions of rows in the setting's `rows`, and the prediction of each (rows x outputs).
pub type Score<'a> = dyn Fn(&[usize], &Array2<f64>) -> Figure + 'a;

/// A metric with the true answers inside.
#[derive(Clone)]
pub struct Scorer<'a> {
    /// The id of the metric.
    pub metric: String,
    /// Whether more is better.
    pub greater_is_better: bool,
    /// The metric of some rows.
    pub of: &'a Score<'a>,
    /// The unit of each row, where the goal names one: rows of one unit are drawn together for intervals.
    pub units: Option<&'a [u32]>,
}

/// A fitted model seen from outside: a function of raw rows. So the parts of an encoded column are never apart.
pub struct Model<'a> {
    /// The task.
    pub task: Task,
    /// The function.
    pub predict: &'a Predict<'a>,
    /// How good its predictions are, where the answers are known.
    pub score: Option<Scorer<'a>>,
}

impl Model<'_> {
    /// The prediction of each row: rows x outputs.
    ///
    /// # Errors
    /// What the model refuses, or an answer with another number of rows than was asked for.
    pub fn answer(&self, table: &Table) -> Result<Array2<f64>, Problem> {
        let answer = (self.predict)(table)?;
        if answer.nrows() == table.rows() && answer.ncols() > 0 {
            return Ok(answer);
        }
        Err(Problem::new(Stage::Explain, "explain.answer_shape").with("rows", table.rows()).with("got", answer.nrows()))
    }

    /// One output of each row.
    ///
    /// # Errors
    /// As [`Model::answer`]; an output that is not there; a number that is not finite, since nothing can be built on it.
    pub fn output(&self, table: &Table, output: usize) -> Result<Vec<f64>, Problem> {
        let answer = self.answer(table)?;
        if output >= answer.ncols() {
            return Err(Problem::new(Stage::Explain, "explain.no_output").with("output", output).with("count", answer.ncols()));
        }
        let values: Vec<f64> = answer.column(output).iter().copied().collect();
        match values.iter().find(|value| !value.is_finite()) {
            Some(value) => Err(Problem::new(Stage::Explain, "explain.not_finite").with("value", value)),
            None => Ok(values),
        }
    }
}

/// One unit of work in progress.
pub trait Unit: Send {
    /// What comes out.
    type Part;

    /// Does one slice; the part when all is done, after which it must not be advanced again.
    ///
    /// # Errors
    /// The problem that ends the unit.
    fn advance(&mut self, model: &Model) -> Result<Option<Self::Part>, Problem>;
}

/// Work in independent units.
pub trait Work: Send + Sync {
    /// What a unit comes to; can be sent between workers.
    type Part;
    /// What all parts come to.
    type Output;

    /// How many units there are.
    fn units(&self) -> usize;

    /// Starts a unit below [`Work::units`].
    fn start(&self, unit: usize) -> Box<dyn Unit<Part = Self::Part>>;

    /// The answer from the part of every unit, in order of the index.
    ///
    /// # Errors
    /// Parts that are too few or belong to other work.
    fn join(&self, parts: Vec<Self::Part>) -> Result<Self::Output, Problem>;

    /// Does a unit in one go.
    ///
    /// # Errors
    /// The problem that ends the unit.
    fn unit(&self, unit: usize, model: &Model) -> Result<Self::Part, Problem> {
        let mut unit = self.start(unit);
        loop {
            if let Some(part) = unit.advance(model)? {
                return Ok(part);
            }
        }
    }
}

/// Every unit of a work, one after another, as a job.
pub struct Run<'a, W: Work + ?Sized> {
    work: Box<W>,
    model: Model<'a>,
    current: Option<Box<dyn Unit<Part = W::Part>>>,
    parts: Vec<W::Part>,
}

impl<'a, W: Work + ?Sized> Run<'a, W> {
    /// The job of a work on a model.
    pub fn new(work: Box<W>, model: Model<'a>) -> Self {
        Self { work, model, current: None, parts: Vec::new() }
    }
}

impl<W: Work + ?Sized> Job for Run<'_, W> {
    type Output = W::Output;

    fn advance(&mut self) -> Result<Advance<W::Output>, Problem> {
        let total = self.work.units();
        if self.parts.len() < total {
            let unit = self.current.get_or_insert_with(|| self.work.start(self.parts.len()));
            if let Some(part) = unit.advance(&self.model)? {
                self.parts.push(part);
                self.current = None;
            }
            return Ok(Advance::More(Progress { done: self.parts.len() as u64, total: total as u64 }));
        }
        self.work.join(std::mem::take(&mut self.parts)).map(Advance::Done)
    }
}

/// The parts of one kind, as many as there are units.
///
/// # Errors
/// Another number of parts, or a part of another kind: an answer that belongs to other work.
pub(crate) fn expect<P, Q>(parts: Vec<P>, units: usize, kind: fn(P) -> Option<Q>) -> Result<Vec<Q>, Problem> {
    let parts: Option<Vec<Q>> = parts.into_iter().map(kind).collect();
    match parts {
        Some(parts) if parts.len() == units => Ok(parts),
        _ => Err(Problem::new(Stage::Explain, "explain.other_parts").with("units", units)),
    }
}

/// The prediction of a table, a slice at a time.
pub(crate) struct Batches {
    table: Table,
    size: usize,
    next: usize,
    answer: Option<Array2<f64>>,
}

impl Batches {
    /// Starts; `size` rows a slice.
    pub fn new(table: Table, size: usize) -> Self {
        Self { table, size: if size == 0 { 1 } else { size }, next: 0, answer: None }
    }

    /// Predicts the next rows; true when every row is done. A table without rows is asked for once.
    pub fn advance(&mut self, model: &Model) -> Result<bool, Problem> {
        let (start, rows) = (self.next, self.table.rows());
        let end = if start + self.size < rows { start + self.size } else { rows };
        let part = if start == 0 && end == rows {
            model.answer(&self.table)?
        } else {
            model.answer(&self.table.take(&(start..end).collect::<Vec<_>>()))?
        };
        let answer = self.answer.get_or_insert_with(|| Array2::zeros((rows, part.ncols())));
        if answer.ncols() != part.ncols() {
            return Err(Problem::new(Stage::Explain, "explain.no_output").with("output", answer.ncols()).with("count", part.ncols()));
        }
        answer.slice_axis_mut(Axis(0), Slice::from(start..end)).assign(&part);
        self.next = end;
        Ok(end >= rows)
    }

    /// The prediction, when every row is done.
    pub fn end(&mut self) -> Array2<f64> {
        self.answer.take().unwrap_or_else(|| Array2::zeros((0, 1)))
    }
}
