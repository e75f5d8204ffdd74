//! Tasks: parts of a long work that any worker can do, because each carries what it needs: the recipe, what to do, and
//! the digest of the table, which the worker was given before.

use super::tune::course::{self, Gate};
use crate::base::digest::Digesting;
use crate::base::{Advance, Figure, Job, Problem, Progress, Stage, digest};
use crate::judge::{Fitted, PipelineJob, Setup};
use crate::learn::surface::{Due, Plane, Surface};
use crate::learn::{Candidate, Epoch};
use crate::plan;
use crate::recipe::Recipe;
use crate::table::{Table, split::Scheme};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// A part of a long work.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Task {
    /// Its number within the work.
    pub index: u64,
    /// The digest of the table that it needs.
    pub table: String,
    /// The recipe that it belongs to.
    pub recipe: Recipe,
    /// What to do.
    pub unit: Unit,
    /// The plane of the prepared columns that is looked at while a fold is fitted; nothing that comes of it depends on that.
    /// Such a task can be held after every epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plane: Option<Plane>,
    /// Where the fit of a fold is given up; see [`super::tune::course`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<Gate>,
}

impl Task {
    /// A part of a work, without looks and gates.
    pub fn new(index: u64, table: String, recipe: Recipe, unit: Unit) -> Self {
        Self { index, table, recipe, unit, plane: None, gates: Vec::new() }
    }
}

/// What a task does. `Fold` and `Final` answer with a [`FoldResult`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Fits a candidate on the training rows of a fold and predicts its other rows.
    Fold {
        /// Position among the recipe's models.
        candidate: usize,
        /// The fold, from 0.
        fold: usize,
    },
    /// Fits a candidate on the training rows of an inner fold of a fold and predicts the inner fold's other rows.
    Inner {
        /// Position among the recipe's models.
        candidate: usize,
        /// The outer fold, from 0.
        outer: usize,
        /// The inner fold, from 0.
        fold: usize,
    },
    /// Fits a candidate on all training rows.
    Final {
        /// Position among the recipe's models.
        candidate: usize,
    },
    /// Fits a candidate on old training rows and on the new rows of the other folds, and predicts the new rows of a fold.
    /// The table of both is the body.
    Retrain {
        /// Position among the recipe's models.
        candidate: usize,
        /// The fold of the new rows, from 0.
        fold: usize,
    },
    /// Fits a candidate on a part of the training rows of a fold and predicts its other rows.
    Part {
        /// Position among the recipe's models.
        candidate: usize,
        /// The fold, from 0.
        fold: usize,
        /// The place among [`crate::judge::growth::SHARES`].
        size: usize,
    },
}

/// What a fit came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FoldResult {
    /// The pipeline.
    pub fitted: Fitted,
    /// Rows predicted, as positions in the setup's inputs.
    pub rows: Vec<usize>,
    /// Their predictions, row by row.
    pub predictions: Vec<f64>,
}

/// What a page shows while a task runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Live {
    /// The loss of the epochs since the last news, and the latest look at the network, where one was taken.
    Epochs(Vec<Epoch>, Option<Box<Surface>>),
    /// The trials of a search that have ended since the last news.
    Trials(Vec<crate::tune::Trial>),
    /// How the models of a search over models and preparation stand, the best first.
    Entries(Vec<crate::report::Entry>),
}

impl Live {
    /// Two pieces of news in a row as one.
    pub fn join(first: Option<Live>, second: Option<Live>) -> Option<Live> {
        match (first, second) {
            (Some(Live::Epochs(mut first, before)), Some(Live::Epochs(second, surface))) => {
                first.extend(second);
                Some(Live::Epochs(first, surface.or(before)))
            }
            (Some(Live::Trials(mut first)), Some(Live::Trials(second))) => {
                first.extend(second);
                Some(Live::Trials(first))
            }
            (first, second) => second.or(first),
        }
    }
}

/// Work whose answer is bytes, and which may have something to show meanwhile.
pub trait Work: Job<Output = Vec<u8>> {
    /// What is new since the last call, with a look where one is due.
    fn live(&mut self, _due: Due) -> Option<Live> {
        None
    }
}

/// A table that a worker holds, and the setups made of it.
pub struct Held {
    /// The table.
    pub table: Arc<Table>,
    /// Its digest.
    pub digest: String,
    setup: Option<(String, Arc<Setup>)>,
    baseline: Option<Vec<(String, Figure)>>,
}

impl Held {
    /// Holds a table.
    pub fn new(table: Table) -> Self {
        Self::shared(Arc::new(table))
    }

    /// Holds a table that others hold too.
    pub fn shared(table: Arc<Table>) -> Self {
        Self { digest: packed_digest(table.as_ref()), table, setup: None, baseline: None }
    }

    /// Holds a packed table. Its digest is that of the bytes, which need not be made again.
    ///
    /// # Errors
    /// Bytes that are not a table of this build.
    pub fn packed(bytes: &[u8]) -> Result<Self, Problem> {
        Ok(Self { digest: digest(bytes), table: Arc::new(unpack(bytes)?), setup: None, baseline: None })
    }

    /// The rows of a recipe, made once for all tasks of the same goal, split and source steps.
    ///
    /// # Errors
    /// A goal that the table does not meet.
    pub fn setup(&mut self, recipe: &Recipe) -> Result<Arc<Setup>, Problem> {
        let key = recipe.setup_digest();
        if let Some((known, setup)) = &self.setup
            && *known == key
        {
            return Ok(setup.clone());
        }
        let setup = Arc::new(Setup::new(&self.table, &recipe.goal, &recipe.split, &recipe.steps(), recipe.protected(), recipe.seed)?);
        self.setup = Some((key, setup.clone()));
        self.baseline = None;
        Ok(setup)
    }

    /// What each metric says of an answer that is the same for every row; see [`crate::judge::baseline()`].
    ///
    /// # Errors
    /// See [`Held::setup`].
    pub fn baseline(&mut self, recipe: &Recipe) -> Result<&[(String, Figure)], Problem> {
        let setup = self.setup(recipe)?;
        Ok(self.baseline.get_or_insert_with(|| crate::judge::baseline(&setup)))
    }
}

/// Starts a task on the table it needs. `body` are the bytes that came with it.
///
/// # Errors
/// A recipe that the table does not meet.
pub fn start(held: &mut Held, task: &Task, body: &[u8]) -> Result<Box<dyn Work>, Problem> {
    let setup = held.setup(&task.recipe)?;
    let candidate = |place: usize| task.recipe.models.get(place).cloned().ok_or_else(|| Problem::new(Stage::Learn, "learn.no_model"));
    Ok(match &task.unit {
        Unit::Fold { candidate: place, fold } => {
            let rows = setup.folds.get(*fold).ok_or_else(|| Problem::new(Stage::Learn, "learn.no_fold"))?.clone();
            let seed = task.recipe.stream("fold", *fold as u64);
            let mut work = fit(&setup, &rows.train, true, rows.test, &task.recipe, &candidate(*place)?, seed);
            if let Some(plane) = &task.plane {
                work.job.look_at(plane.clone());
            }
            work.gates.clone_from(&task.gates);
            Box::new(work)
        }
        Unit::Inner { candidate: place, outer, fold } => {
            let mut inner = super::nested::inner(&setup, &task.recipe, *outer)?;
            if *fold >= inner.len() {
                return Err(Problem::new(Stage::Learn, "learn.no_fold"));
            }
            let rows = inner.swap_remove(*fold);
            let seed = super::nested::inner_seed(&task.recipe, *outer, *fold);
            let mut work = fit(&setup, &rows.train, true, rows.test, &task.recipe, &candidate(*place)?, seed);
            work.gates.clone_from(&task.gates);
            Box::new(work)
        }
        Unit::Final { candidate: place } => {
            let seed = task.recipe.stream("final", 0);
            // The .632 estimate asks the final model about the rows that it knows.
            let known = if task.recipe.split.scheme == Scheme::Bootstrap { setup.training.clone() } else { Vec::new() };
            Box::new(fit(&setup, &setup.training, false, known, &task.recipe, &candidate(*place)?, seed))
        }
        Unit::Part { candidate: place, fold, size } => {
            let rows = setup.folds.get(*fold).ok_or_else(|| Problem::new(Stage::Learn, "learn.no_fold"))?;
            let share = crate::judge::growth::SHARES.get(*size).copied().unwrap_or(1.0);
            let drawn = task.recipe.stream("part", *fold as u64);
            let train = super::grow::part(&setup, &rows.train, share, task.recipe.split.scheme, drawn);
            let seed = task.recipe.stream("fold", *fold as u64);
            Box::new(fit(&setup, &train, true, rows.test.clone(), &task.recipe, &candidate(*place)?, seed))
        }
        Unit::Retrain { candidate: place, fold } => {
            let (joint, rows) = super::retrain::fold(&task.recipe, *fold, body)?;
            let seed = task.recipe.stream("retrain fold", *fold as u64);
            Box::new(fit(&Arc::new(joint), &rows.train, true, rows.test, &task.recipe, &candidate(*place)?, seed))
        }
    })
}

/// A fit on some rows and what it says of others, which are looked at for curves where they are new to it.
fn fit(setup: &Arc<Setup>, train: &[usize], is_new: bool, test: Vec<usize>, recipe: &Recipe, candidate: &Candidate, seed: u64) -> FitWork {
    let watched = (is_new && !test.is_empty()).then_some(test.as_slice());
    let job = PipelineJob::new(setup, train, watched, &recipe.split, &recipe.steps(), candidate, seed);
    FitWork { job, setup: setup.clone(), test, gates: Vec::new(), told: 0, fitted: None, predictions: Vec::new(), predicted: 0 }
}

struct FitWork {
    job: PipelineJob,
    setup: Arc<Setup>,
    test: Vec<usize>,
    gates: Vec<Gate>,
    told: usize,
    /// What came of the fit, while it predicts.
    fitted: Option<Fitted>,
    predictions: Vec<f64>,
    predicted: usize,
}

impl Job for FitWork {
    type Output = Vec<u8>;

    fn advance(&mut self) -> Result<Advance<Vec<u8>>, Problem> {
        let fitted = match self.fitted.take() {
            Some(fitted) => fitted,
            None => match self.job.advance()? {
                Advance::More(progress) => {
                    course::check(&self.gates, self.job.curve(), self.setup.task)?;
                    return Ok(Advance::More(progress));
                }
                Advance::Done(fitted) => {
                    // What a slice holds does not matter: its last epochs count as those before.
                    course::check(&self.gates, &fitted.curve, self.setup.task)?;
                    fitted
                }
            },
        };
        // Models that hold their training rows take long to ask.
        let end = self.test.len().min(self.predicted.saturating_add(plan::rows_at_once(&fitted.plan)));
        if self.predicted < end {
            let rows = &self.test[self.predicted..end];
            self.predictions.extend(plan::predict(&fitted.plan, &self.setup.inputs.take(rows))?);
            self.predicted = end;
        }
        if end < self.test.len() {
            self.fitted = Some(fitted);
            return Ok(Advance::More(Progress { done: end as u64, total: self.test.len() as u64 }));
        }
        let predictions = std::mem::take(&mut self.predictions);
        Ok(Advance::Done(pack(&FoldResult { fitted, rows: std::mem::take(&mut self.test), predictions })))
    }
}

impl Work for FitWork {
    fn live(&mut self, due: Due) -> Option<Live> {
        let new = self.job.curve().get(self.told..).unwrap_or_default().to_vec();
        self.told += new.len();
        let surface = self.job.surface(due).map(Box::new);
        (!new.is_empty() || surface.is_some()).then_some(Live::Epochs(new, surface))
    }
}

/// A value as bytes for another worker of the same build.
pub fn pack<T: Serialize>(value: &T) -> Vec<u8> {
    // Only lists of unknown length can fail here, and the engine's types have none.
    postcard::to_stdvec(value).unwrap_or_default()
}

/// The digest of what [`pack`] makes of a value, without as many bytes in memory.
pub fn packed_digest<T: Serialize>(value: &T) -> String {
    let written = postcard::to_io(value, std::io::BufWriter::new(Digesting::default())).ok();
    written.and_then(|written| written.into_inner().ok()).map(Digesting::end).unwrap_or_default()
}

/// A value from another worker of the same build.
///
/// # Errors
/// Bytes that are not such a value.
pub fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    postcard::from_bytes(bytes).map_err(|error| Problem::new(Stage::Learn, "run.unreadable").with("reason", error))
}
