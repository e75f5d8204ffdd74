//! A fit with everything that belongs to its predictions: the pipeline, and where the candidate asks for it its calibration.

use super::fit::{FitJob, Fitted};
use super::inner::inner_folds;
use super::setup::Setup;
use super::{Split, calibrate};
use crate::base::{Advance, Job, Problem, Progress};
use crate::learn::surface::{Due, Plane, Surface};
use crate::learn::{Candidate, Epoch};
use crate::num::Rng;
use crate::plan::{self, Op};
use crate::prepare::Step;
use crate::table::split::{Division, Fold, Scheme};
use ndarray::Array2;
use std::sync::Arc;

/// Fits within the rows learned from, for the answers that a calibration is learned from.
pub const INNER_FOLDS: usize = 3;

/// A fit in progress.
///
/// The pipeline is fitted on all rows. For a calibration it is fitted [`INNER_FOLDS`] times more, each time on a part of the
/// rows, and asked about the others: the calibration is learned from these answers and stands in the plan behind the model,
/// as scikit-learn's `CalibratedClassifierCV(ensemble=False)` does. So no row that is judged has part in its own
/// calibration, and none that the calibration is learned from was learned from by the fit that answered for it. Rows of one
/// unit are never parted; by time answers are only asked for of rows after those learned from.
pub struct PipelineJob {
    setup: Arc<Setup>,
    rows: Vec<usize>,
    split: Split,
    steps: Vec<Step>,
    candidate: Candidate,
    seed: u64,
    whole: FitJob,
    fitted: Option<Fitted>,
    folds: Vec<Fold>,
    next: usize,
    inner: Option<FitJob>,
    /// The rows that were asked about, and what was said of them.
    asked: Vec<usize>,
    answers: Vec<f64>,
}

impl PipelineJob {
    /// A fit on some rows; see [`FitJob::new`]. `split` is how the study divides its rows.
    pub fn new(
        setup: &Arc<Setup>,
        rows: &[usize],
        watched: Option<&[usize]>,
        split: &Split,
        steps: &[Step],
        candidate: &Candidate,
        seed: u64,
    ) -> Self {
        let is_calibrated = !candidate.calibration.is_none();
        Self {
            whole: FitJob::new(setup, rows, watched, steps, candidate, seed),
            setup: setup.clone(),
            rows: if is_calibrated { rows.to_vec() } else { Vec::new() },
            split: split.clone(),
            steps: if is_calibrated { steps.to_vec() } else { Vec::new() },
            candidate: candidate.clone(),
            seed,
            fitted: None,
            folds: Vec::new(),
            next: 0,
            inner: None,
            asked: Vec::new(),
            answers: Vec::new(),
        }
    }

    /// The loss by epoch of the fit on all rows so far.
    pub fn curve(&self) -> &[Epoch] {
        self.fitted.as_ref().map_or_else(|| self.whole.curve(), |fitted| fitted.curve.as_slice())
    }

    /// Asks for looks at a plane of the prepared columns while the model learns from all rows.
    pub fn look_at(&mut self, plane: Plane) {
        self.whole.look_at(plane);
    }

    /// A look, where one is due.
    pub fn surface(&mut self, due: Due) -> Option<Surface> {
        if self.fitted.is_none() { self.whole.surface(due) } else { None }
    }

    fn stream(&self, purpose: &str, index: usize) -> u64 {
        Rng::new(self.seed, purpose, index as u64).next_u64()
    }

    fn parts(&self) -> u64 {
        if self.candidate.calibration.is_none() { 1 } else { INNER_FOLDS as u64 + 1 }
    }

    /// How far it has come, where so many parts are done and the next one has come so far.
    fn progress(&self, done: u64, part: &Progress) -> Progress {
        let share = (1000.0 * part.share()) as u64;
        Progress { done: 1000 * done + share, total: 1000 * self.parts() }
    }

    /// Divides the rows as the study does, as far as that can be done once more.
    fn divide(&mut self) -> Result<(), Problem> {
        let scheme = match (self.split.scheme, self.setup.units.is_some()) {
            (Scheme::Time, _) => Scheme::Time,
            (_, true) => Scheme::StratifiedGroup,
            (_, false) => Scheme::Stratified,
        };
        let how = Division { scheme, folds: INNER_FOLDS, repeats: 1, window: 0, ..self.split.division() };
        self.folds = inner_folds(&self.setup, &self.rows, &how, self.stream("calibration folds", 0))?;
        Ok(())
    }

    /// Learns the calibration from what was said of the rows, and puts it behind the model.
    fn calibrated(&mut self, mut fitted: Fitted) -> Result<Fitted, Problem> {
        let columns = fitted.plan.output.columns();
        let answers = Array2::from_shape_vec((self.asked.len(), columns.len()), std::mem::take(&mut self.answers))
            .map_err(|error| Problem::new(crate::base::Stage::Learn, "run.unreadable").with("reason", error))?;
        let target = self.setup.target.take(&self.asked);
        if let Some(by) = calibrate::fit(self.candidate.calibration, self.setup.task, &answers, &target)? {
            fitted.plan.ops.push(Op::Calibrate { columns, by });
        }
        Ok(fitted)
    }
}

impl Job for PipelineJob {
    type Output = Fitted;

    fn advance(&mut self) -> Result<Advance<Fitted>, Problem> {
        let Some(fitted) = &self.fitted else {
            return Ok(match self.whole.advance()? {
                Advance::More(progress) => Advance::More(self.progress(0, &progress)),
                Advance::Done(fitted) if self.candidate.calibration.is_none() => Advance::Done(fitted),
                Advance::Done(fitted) => {
                    self.divide()?;
                    self.fitted = Some(fitted);
                    Advance::More(self.progress(1, &Progress { done: 0, total: 1 }))
                }
            });
        };
        let done = self.next as u64 + 1;
        let Some(fold) = self.folds.get(self.next) else {
            let fitted = fitted.clone();
            return Ok(Advance::Done(self.calibrated(fitted)?));
        };
        let seed = self.stream("calibration", self.next);
        let inner = self.inner.get_or_insert_with(|| FitJob::new(&self.setup, &fold.train, None, &self.steps, &self.candidate, seed));
        Ok(match inner.advance()? {
            Advance::More(progress) => Advance::More(self.progress(done, &progress)),
            Advance::Done(inner) => {
                self.answers.extend(plan::predict(&inner.plan, &self.setup.inputs.take(&fold.test))?.into_raw_vec_and_offset().0);
                self.asked.extend_from_slice(&fold.test);
                self.inner = None;
                self.next += 1;
                Advance::More(self.progress(done + 1, &Progress { done: 0, total: 1 }))
            }
        })
    }
}
