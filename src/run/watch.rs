//! A new file against the rows of the training: what changed in the columns, what changes in the predictions, and where
//! the new rows have answers, whether the score holds.

use super::other;
use super::session::{Purpose, Session};
use super::subject::{Subject, Which};
use super::work::{Answer, Begun};
use crate::base::{Advance, Figure, Job, Message, Params, Problem, Progress, Stage, Task};
use crate::explain::work::BATCH;
use crate::judge::Setup;
use crate::learn::Target;
use crate::recipe::{Recipe, digest_of};
use crate::table::{Column, Origin, Table};
use crate::watch::{self, Drift, Performance, Sample, Verdict, Watch, performance};
use ndarray::{Array2, Axis, concatenate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A new file compared with the rows of the training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watched {
    /// The name of the file.
    pub file: String,
    /// The columns that the model reads, and the target where the file has it.
    pub columns: Drift,
    /// The predictions; nothing where nothing is trained, and why where the model refuses the rows.
    pub predictions: Option<Result<Drift, Problem>>,
    /// The scores before and after, where new rows have answers: that of the leading metric with the others of the task.
    pub performance: Option<Performance>,
    /// New rows with an answer.
    pub labelled: usize,
    /// New rows whose inputs are those of a training row: the model knows them.
    pub copies: usize,
    /// New rows with a class that the training does not know.
    pub unknown: usize,
    /// What to make of it, in sentences: the gravest first.
    pub verdict: Vec<Message>,
}

/// Compares the second file to watch with the rows of the training, by the limits of the recipe: a [`Watched`]. Without a
/// training the columns alone.
///
/// # Errors
/// No second file, no rows, parameters out of range.
pub fn watch(session: &mut Session, recipe: &Recipe) -> Result<Begun, Problem> {
    let current = other::composed(session, recipe, Purpose::Watch)?;
    let file = session.other(Purpose::Watch).map(|other| other.summary.name.clone()).unwrap_or_default();
    let setup = session.held(recipe)?.setup(recipe)?;
    let table = session.held(recipe)?.table.clone();
    let target = recipe.goal.target.clone().unwrap_or_default();
    let mut columns: Vec<String> = setup.inputs.names().map(str::to_owned).collect();
    if current.column(&target).is_some() {
        columns.push(target.clone());
    }
    let rows: Vec<usize> = setup.training.iter().map(|&row| setup.source[row]).collect();
    let reference = Arc::new(table.select(&columns).take(&rows));
    let compared = Watch::new(&recipe.watch, reference, current.clone(), &columns)?;
    // The gaps of a training that is missing are shown by the page; the columns can be compared all the same.
    let subject = Subject::new(session, recipe, Which::Final).ok();
    let labelled = subject.as_ref().and_then(|_| other::answers(&current, &target, &setup));
    let units = labelled.as_ref().and_then(|(rows, ..)| {
        let codes = crate::judge::setup::codes(current.column(recipe.goal.group.as_deref()?)?);
        Some(rows.iter().map(|&row| codes[row]).collect())
    });
    let unknown = labelled.as_ref().map_or(0, |(.., unknown)| *unknown);
    let job = WatchingJob {
        counting: Counting::new(setup, current.clone()),
        copies: 0,
        columns: compared.job(),
        compared: None,
        predicting: subject.map(|subject| Predicting { subject, current, parts: Vec::new(), next: 0 }),
        predicted: None,
        params: recipe.watch.clone(),
        seed: recipe.stream("watch", 0),
        labelled: labelled.map(|(rows, target, _)| (rows, target)).filter(|(rows, _)| !rows.is_empty()),
        units,
        resampled: Vec::new(),
        scored: Vec::new(),
    };
    Begun::job(job, move |Outcome { columns, predictions, performance, labelled, copies }, _| {
        let verdict = verdict(&columns, predictions.as_ref(), performance.as_ref());
        Ok(Answer::json(&Watched { file, columns, predictions, performance, labelled, copies, unknown, verdict }))
    })
}

/// Rows that are counted in a slice.
const COUNTED: usize = 2000;

/// How many of the new rows are rows of the training, in all columns that the model reads.
struct Counting {
    setup: Arc<Setup>,
    current: Arc<Table>,
    /// Digests, since the texts of all rows would take more room than the table.
    seen: BTreeSet<String>,
    next: usize,
    copies: usize,
}

impl Counting {
    /// Nothing where the new rows lack a column.
    fn new(setup: Arc<Setup>, current: Arc<Table>) -> Option<Self> {
        let has_all = setup.inputs.names().all(|name| current.column(name).is_some());
        has_all.then(|| Self { setup, current, seen: BTreeSet::new(), next: 0, copies: 0 })
    }

    fn total(&self) -> usize {
        self.setup.training.len() + self.current.rows()
    }

    /// Looks at the next rows, those of the training first; true when every row is counted.
    fn advance(&mut self) -> bool {
        let known: Vec<&Column> = self.setup.inputs.columns().iter().collect();
        let new: Vec<&Column> = known.iter().filter_map(|column| self.current.column(&column.name)).collect();
        let digest = |columns: &[&Column], row: usize| digest_of(&columns.iter().map(|column| column.display(row)).collect::<Vec<_>>());
        let end = (self.next + COUNTED).min(self.total());
        for place in self.next..end {
            match place.checked_sub(self.setup.training.len()) {
                None => drop(self.seen.insert(digest(&known, self.setup.training[place]))),
                Some(row) => self.copies += usize::from(self.seen.contains(&digest(&new, row))),
            }
        }
        self.next = end;
        end >= self.total()
    }
}

/// What the job comes to.
struct Outcome {
    columns: Drift,
    predictions: Option<Result<Drift, Problem>>,
    performance: Option<Performance>,
    labelled: usize,
    copies: usize,
}

/// New rows that are being predicted.
struct Predicting {
    subject: Subject,
    current: Arc<Table>,
    parts: Vec<Array2<f64>>,
    next: usize,
}

/// Predictions of the folds' rows and of the new rows.
struct Predicted {
    subject: Subject,
    answer: Array2<f64>,
    drift: Drift,
}

struct WatchingJob {
    counting: Option<Counting>,
    copies: usize,
    columns: watch::WatchJob,
    compared: Option<Drift>,
    predicting: Option<Predicting>,
    predicted: Option<Result<Predicted, Problem>>,
    params: Params,
    seed: u64,
    labelled: Option<(Vec<usize>, Target)>,
    /// The unit of each of these rows, where the goal names a column of units and the new rows have it.
    units: Option<Vec<u32>>,
    /// Resamples of the metric that comes next.
    resampled: Vec<Vec<Figure>>,
    /// The metrics that are done.
    scored: Vec<Performance>,
}

impl Predicting {
    /// Predicts the next rows; true when every row is done.
    fn advance(&mut self) -> Result<bool, Problem> {
        let end = (self.next + BATCH).min(self.current.rows());
        let rows: Vec<usize> = (self.next..end).collect();
        self.parts.push(self.subject.predict(&self.current.take(&rows))?);
        self.next = end;
        Ok(end >= self.current.rows())
    }

    /// Both predictions, compared as columns are. Those of the training rows are by the folds that did not learn from them.
    fn end(self, params: &Params) -> Result<Predicted, Problem> {
        let failed = || Problem::new(Stage::Judge, "judge.candidate_failed");
        let views: Vec<_> = self.parts.iter().map(|part| part.view()).collect();
        let answer = concatenate(Axis(0), &views).map_err(|_| failed())?;
        let judged = self.subject.judged().ok_or_else(failed)?;
        let names: Vec<String> = self.subject.setup.plan_output().columns().iter().map(|name| (*name).to_owned()).collect();
        let table = |answer: &Array2<f64>| {
            let classes = classes(answer, &self.subject);
            watch::predictions(answer, &names, (!classes.is_empty()).then_some(classes.as_slice()))
        };
        let (before, after) = (Arc::new(table(&judged.answer)), Arc::new(table(&answer)));
        let columns: Vec<String> = before.names().map(str::to_owned).collect();
        let watch = Watch::new(params, before, after, &columns)?;
        let parts = (0..watch.units()).map(|unit| watch.unit(unit)).collect::<Result<_, _>>()?;
        let drift = watch.join(parts)?;
        Ok(Predicted { drift, answer, subject: self.subject })
    }
}

/// The predicted class of each row; empty for numbers.
fn classes(answer: &Array2<f64>, subject: &Subject) -> Vec<String> {
    let names = &subject.setup.classes;
    let class = |row: ndarray::ArrayView1<f64>| match subject.task() {
        Task::Binary => usize::from(row.first().is_some_and(|probability| *probability >= subject.threshold)),
        _ => (0..row.len()).fold(0, |best, place| if row[place] > row[best] { place } else { best }),
    };
    match subject.task() {
        Task::Regression => Vec::new(),
        _ => answer.rows().into_iter().map(|row| names.get(class(row)).cloned().unwrap_or_default()).collect(),
    }
}

impl WatchingJob {
    /// A unit of the resampling behind the difference of a score; the scores before and after when all are done.
    fn score(&mut self) -> Result<Option<Performance>, Problem> {
        let (Some(Ok(predicted)), Some((rows, target))) = (&self.predicted, &self.labelled) else { return Ok(None) };
        let Some(judged) = predicted.subject.pooled() else { return Ok(None) };
        let subject = &predicted.subject;
        let Some(metric) = subject.metrics().into_iter().nth(self.scored.len()) else {
            return Ok(performance::together(std::mem::take(&mut self.scored)));
        };
        let answer = predicted.answer.select(Axis(0), rows);
        let before_score = |rows: &[usize], answer: &Array2<f64>| subject.score_by(metric, &judged.target.take(rows), answer);
        let after_score = |rows: &[usize], answer: &Array2<f64>| subject.score_by(metric, &target.take(rows), answer);
        let before = Sample { answer: &judged.answer, score: &before_score, units: judged.units.as_deref() };
        let after = Sample { answer: &answer, score: &after_score, units: self.units.as_deref() };
        if self.resampled.len() < performance::UNITS {
            self.resampled.push(performance::unit(self.resampled.len(), self.seed, before, after));
        } else {
            let parts = std::mem::take(&mut self.resampled);
            self.scored.push(performance::join(metric.id, metric.higher_is_better, before, after, &parts)?);
        }
        Ok(None)
    }

    /// How much of the scoring is done.
    fn scored_share(&self) -> f64 {
        let Some(Ok(predicted)) = &self.predicted else { return 0.0 };
        let all = predicted.subject.metrics().len().max(1) as f64;
        (self.scored.len() as f64 + self.resampled.len() as f64 / (performance::UNITS + 1) as f64) / all
    }
}

impl Job for WatchingJob {
    type Output = Outcome;

    fn advance(&mut self) -> Result<Advance<Outcome>, Problem> {
        let more = |done: f64| Ok(Advance::More(Progress { done: (done * 1000.0) as u64, total: 1000 }));
        if let Some(counting) = &mut self.counting {
            let share = counting.next as f64 / counting.total().max(1) as f64;
            if counting.advance() {
                self.copies = counting.copies;
                self.counting = None;
            }
            return more(0.2 * share);
        }
        if self.compared.is_none() {
            return match self.columns.advance()? {
                Advance::More(progress) => more(0.2 + 0.2 * progress.share()),
                Advance::Done(drift) => {
                    self.compared = Some(drift);
                    more(0.4)
                }
            };
        }
        if let Some(mut predicting) = self.predicting.take() {
            let (rows, all) = (predicting.next, predicting.current.rows());
            // What the model refuses is an answer too.
            match predicting.advance() {
                Ok(false) => self.predicting = Some(predicting),
                Ok(true) => self.predicted = Some(predicting.end(&self.params)),
                Err(problem) => self.predicted = Some(Err(problem)),
            }
            return more(0.4 + 0.2 * rows as f64 / all.max(1) as f64);
        }
        let scored = matches!((&self.predicted, &self.labelled), (Some(Ok(_)), Some(_)));
        let performance = self.score()?;
        if scored && performance.is_none() {
            return more(0.6 + 0.4 * self.scored_share());
        }
        let Some(compared) = self.compared.take() else { return Err(Problem::new(Stage::Watch, "watch.no_columns")) };
        let predictions = self.predicted.take().map(|predicted| predicted.map(|predicted| predicted.drift));
        let labelled = self.labelled.as_ref().map_or(0, |(rows, _)| rows.len());
        Ok(Advance::Done(Outcome { columns: compared, predictions, performance, labelled, copies: self.copies }))
    }
}

/// What to make of it.
fn verdict(columns: &Drift, predictions: Option<&Result<Drift, Problem>>, performance: Option<&Performance>) -> Vec<Message> {
    let mut said = Vec::new();
    if let Some(performance) = performance
        && let (Some(before), Some(after)) = (performance.before.value(), performance.after.value())
    {
        let id = match performance.change {
            Some(watch::Change::Worse) => "watch.says.worse",
            Some(watch::Change::Better) => "watch.says.better",
            _ => "watch.says.holds",
        };
        let shown = crate::chart::format::figure;
        let metric = crate::base::text(&format!("metric.{}", performance.metric));
        said.push(Message::new(id).with("metric", metric).with("before", shown(before)).with("after", shown(after)));
    }
    if !columns.schema.missing.is_empty() {
        said.push(Message::new("watch.says.missing").with("columns", columns.schema.missing.join(", ")));
    }
    match predictions {
        Some(Err(problem)) => said.push(Message::new("watch.says.refused").with("reason", problem)),
        Some(Ok(drift)) if drift.drifted > 0 => said.push(Message::new("watch.says.predictions")),
        Some(Ok(_)) => said.push(Message::new("watch.says.same_predictions")),
        None => {}
    }
    let drifted: Vec<&str> =
        columns.columns.iter().filter(|column| column.verdict.is_drift()).map(|column| column.compared.column.as_str()).collect();
    let too_few = columns.columns.iter().filter(|column| matches!(column.verdict, Verdict::TooFew { .. })).count();
    said.push(match (drifted.len(), columns.judged) {
        (0, 0) => Message::new("watch.says.too_few").with("rows", columns.rows.1),
        (0, judged) => Message::new("watch.says.none").with("count", judged),
        (count, judged) => {
            let id = if columns.table_drifted { "watch.says.table" } else { "watch.says.some" };
            let names = drifted.iter().take(5).copied().collect::<Vec<_>>().join(", ");
            Message::new(id).with("count", count).with("judged", judged).with("columns", names)
        }
    });
    if too_few > 0 && columns.judged > 0 {
        said.push(Message::new("watch.says.some_too_few").with("count", too_few));
    }
    said
}

/// The first origin of new rows in a table joined of both: rows of a file never get so far.
pub(super) const NEW: Origin = 1 << 31;
