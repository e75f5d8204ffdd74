//! The chosen model of a training with the rows that a later stage looks at: what explanations, stress tests and the
//! comparison with new rows share. Held-out rows are never among them.

use super::session::Session;
use super::train::TrainedModels;
use crate::base::{Advance, Figure, Job, Problem, Progress, Stage, Task};
use crate::explain::{Model, Scorer, Unit, Work};
use crate::judge::{Fitted, Judged, Setup};
use crate::learn::Target;
use crate::metric::{self, Metric, Prediction};
use crate::plan;
use crate::recipe::Recipe;
use crate::table::Table;
use ndarray::Array2;
use std::borrow::Cow;
use std::sync::Arc;

/// Which fit of the chosen candidate is looked at, and on which rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The fit on all training rows, on these rows.
    Final,
    /// The fit of one fold, on the rows that this fold did not learn from: its scores are no memory.
    Unseen,
}

/// The chosen model with its rows.
pub struct Subject {
    models: Arc<TrainedModels>,
    which: Which,
    chosen: usize,
    /// All rows that are ready for fitting.
    pub setup: Arc<Setup>,
    /// The rows that are looked at, as positions in the setup's inputs.
    pub positions: Vec<usize>,
    /// The rows that the model learned from.
    pub learned: Vec<usize>,
    /// The answers of the rows that are looked at.
    pub target: Target,
    /// The probability from which the positive class is predicted, chosen on the rows of the folds.
    pub threshold: f64,
    /// The metric that scores.
    pub metric: &'static Metric,
}

impl Subject {
    /// The chosen model of a recipe.
    ///
    /// # Errors
    /// A recipe that is not trained as it is now, a chosen candidate that failed.
    pub fn new(session: &mut Session, recipe: &Recipe, which: Which) -> Result<Self, Problem> {
        let models = session.models(recipe)?;
        let setup = session.held(recipe)?.setup(recipe)?;
        let chosen = recipe.chosen;
        let failed = || Problem::new(Stage::Judge, "judge.candidate_failed");
        let judged = models.judged.get(chosen).and_then(Option::as_ref).ok_or_else(failed)?;
        let (positions, learned) = match (which, setup.folds.get(models.fold)) {
            (Which::Unseen, Some(fold)) => (fold.test.clone(), fold.train.clone()),
            _ => (setup.training.clone(), setup.training.clone()),
        };
        let subject = Self {
            target: setup.target.take(&positions),
            threshold: judged.threshold(recipe.judge.threshold).map_or(0.5, |threshold| threshold.value),
            metric: scoring(recipe, setup.task),
            positions,
            learned,
            models,
            which,
            chosen,
            setup,
        };
        subject.fitted().ok_or_else(failed)?;
        Ok(subject)
    }

    /// The fit that is looked at.
    pub fn fitted(&self) -> Option<&Fitted> {
        let fits = if self.which == Which::Final { &self.models.last } else { &self.models.unseen };
        fits.get(self.chosen).and_then(Option::as_ref)
    }

    /// The predictions of the folds' rows, each by the fold that did not learn from it.
    /// Each row once: predictions of one row are averaged.
    pub fn judged(&self) -> Option<Cow<'_, Judged>> {
        self.pooled().map(Judged::once)
    }

    /// Every prediction of the folds' rows as it was made.
    pub fn pooled(&self) -> Option<&Judged> {
        self.models.judged.get(self.chosen).and_then(Option::as_ref)
    }

    /// The task.
    pub fn task(&self) -> Task {
        self.setup.task
    }

    /// The raw rows that are looked at.
    pub fn rows(&self) -> Table {
        self.setup.inputs.take(&self.positions)
    }

    /// The raw rows that the model learned from.
    pub fn train(&self) -> Table {
        self.setup.inputs.take(&self.learned)
    }

    /// The columns that the model reads.
    pub fn columns(&self) -> Vec<String> {
        self.setup.inputs.names().map(str::to_owned).collect()
    }

    /// What the model says of raw rows: rows x outputs.
    ///
    /// # Errors
    /// What the model refuses.
    pub fn predict(&self, table: &Table) -> Result<Array2<f64>, Problem> {
        let fitted = self.fitted().ok_or_else(|| Problem::new(Stage::Judge, "judge.candidate_failed"))?;
        plan::predict(&fitted.plan, table)
    }

    /// Lets `use_it` see the model from outside, with the score of the rows that are looked at.
    pub fn with_model<T>(&self, use_it: impl FnOnce(&Model) -> T) -> T {
        let predict = |table: &Table| self.predict(table);
        let score = |rows: &[usize], answer: &Array2<f64>| self.score(&self.target.take(rows), answer);
        let units: Option<Vec<u32>> = self.setup.units.as_ref().map(|units| self.positions.iter().map(|&row| units[row]).collect());
        let scorer = Scorer {
            metric: self.metric.id.to_owned(),
            greater_is_better: self.metric.higher_is_better,
            of: &score,
            units: units.as_deref(),
        };
        use_it(&Model { task: self.setup.task, predict: &predict, score: Some(scorer) })
    }

    /// The metric of some answers.
    pub fn score(&self, target: &Target, answer: &Array2<f64>) -> Figure {
        self.score_by(self.metric, target, answer)
    }

    /// Another metric of some answers.
    pub fn score_by(&self, metric: &Metric, target: &Target, answer: &Array2<f64>) -> Figure {
        metric.compute(&target.truth(), &Prediction { answer: answer.view(), threshold: self.threshold }, None)
    }

    /// Every metric of the task, the one that scores first.
    pub fn metrics(&self) -> Vec<&'static Metric> {
        let others = metric::for_task(self.task()).into_iter().filter(|metric| metric.id != self.metric.id);
        std::iter::once(self.metric).chain(others).collect()
    }
}

/// The metric that scores: that of the first success criterion, otherwise one that suits the task.
fn scoring(recipe: &Recipe, task: Task) -> &'static Metric {
    let usual = match task {
        Task::Binary => "roc_auc",
        Task::Multiclass => "balanced_accuracy",
        Task::Regression => "r2",
    };
    let asked = recipe.goal.criteria.first().and_then(|criterion| metric::find(&criterion.metric));
    // The usual ones are in the list of metrics, so that its first is never taken.
    asked.filter(|metric| metric.tasks.contains(&task)).or_else(|| metric::find(usual)).unwrap_or(metric::METRICS[0])
}

/// Every unit of a work on a subject, one after another, as a job that owns what it needs.
pub struct SubjectJob<W: Work + ?Sized> {
    work: Box<W>,
    subject: Arc<Subject>,
    current: Option<Box<dyn Unit<Part = W::Part>>>,
    parts: Vec<W::Part>,
}

impl<W: Work + ?Sized> SubjectJob<W> {
    /// The job of a work.
    pub fn new(work: Box<W>, subject: Arc<Subject>) -> Self {
        Self { work, subject, current: None, parts: Vec::new() }
    }
}

impl<W: Work + ?Sized> Job for SubjectJob<W> {
    type Output = W::Output;

    fn advance(&mut self) -> Result<Advance<W::Output>, Problem> {
        let total = self.work.units();
        if self.parts.len() < total {
            let unit = self.current.get_or_insert_with(|| self.work.start(self.parts.len()));
            if let Some(part) = self.subject.with_model(|model| unit.advance(model))? {
                self.parts.push(part);
                self.current = None;
            }
            return Ok(Advance::More(Progress { done: self.parts.len() as u64, total: total as u64 }));
        }
        self.work.join(std::mem::take(&mut self.parts)).map(Advance::Done)
    }
}
