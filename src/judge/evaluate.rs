//! Evaluation: every metric of a prediction with its interval, and the curves behind them.

use crate::base::{Advance, Figure, Job, Problem, Task, Undefined};
use crate::learn::Target;
use crate::metric::{
    self, AtThreshold, Bins, Bootstrap, Calibration, Confusion, Gain, Interval, Metric, PrecisionRecall, Prediction, Report, Residuals,
    Roc, Rule, ScoreHistogram, Threshold, Truth,
};
use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// Points of a drawn curve, at most.
const POINTS: usize = 300;
/// Steps of the threshold slider.
const STEPS: usize = 100;

/// How good a prediction is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Rows judged.
    pub rows: usize,
    /// The threshold of a binary task.
    pub threshold: Option<Threshold>,
    /// Every metric of the task, in order of the ids.
    pub scores: Vec<Score>,
    /// What stands behind them.
    pub detail: Detail,
}

impl Evaluation {
    /// The score of a metric, by id.
    pub fn score(&self, metric: &str) -> Option<&Score> {
        self.scores.iter().find(|score| score.metric == metric)
    }
}

/// A metric with its interval and its values by fold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The metric, by id.
    pub metric: String,
    /// Over all rows, with the 95 % bootstrap interval.
    pub all: Interval,
    /// In each fold; empty where there are none.
    pub folds: Vec<Figure>,
}

/// What stands behind the metrics, by task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// Two classes.
    Binary(Box<BinaryDetail>),
    /// Several classes.
    Multiclass {
        /// True by predicted class.
        confusion: Confusion,
        /// Each class against the rest.
        report: Report,
    },
    /// Numbers.
    Regression {
        /// True minus predicted.
        residuals: Result<Residuals, Undefined>,
    },
}

/// What stands behind the metrics of two classes. A curve that does not exist says why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // each is described at its type
pub struct BinaryDetail {
    pub confusion: Confusion,
    pub report: Report,
    pub roc: Result<Roc, Undefined>,
    pub precision_recall: Result<PrecisionRecall, Undefined>,
    pub calibration: Result<Calibration, Undefined>,
    pub histogram: Result<ScoreHistogram, Undefined>,
    pub gain: Result<Vec<Gain>, Undefined>,
    /// What each step of the threshold slider comes to.
    pub thresholds: Result<Vec<AtThreshold>, Undefined>,
}

/// Rows to judge: their answers, their predictions, and the fold of each, where there are folds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The task.
    pub task: Task,
    /// The answer of each row.
    pub target: Target,
    /// Rows x outputs.
    pub answer: Array2<f64>,
    /// The fold of each row; empty where there are none.
    pub folds: Vec<usize>,
    /// The position of each row in the setup's inputs.
    pub rows: Vec<usize>,
}

impl Judged {
    /// The answers in the form of the metrics.
    pub fn truth(&self) -> Truth<'_> {
        truth(&self.target)
    }

    /// Which rows are positive, and the score of each; empty unless the task is binary.
    pub fn positives(&self) -> (Vec<bool>, Vec<f64>) {
        match &self.target {
            Target::Classes { codes, count: 2 } => (codes.iter().map(|&code| code == 1).collect(), self.answer.column(0).to_vec()),
            _ => (Vec::new(), Vec::new()),
        }
    }

    /// The threshold that a rule gives for these rows; nothing unless the task is binary.
    pub fn threshold(&self, rule: Rule) -> Option<Threshold> {
        let (positive, scores) = self.positives();
        if self.task != Task::Binary {
            return None;
        }
        let half = Threshold { value: 0.5, lowest_positive: None };
        Some(metric::choose_threshold(&positive, &scores, rule).unwrap_or(half))
    }
}

/// A target in the form of the metrics.
pub fn truth(target: &Target) -> Truth<'_> {
    match target {
        Target::Classes { codes, count } => Truth::Classes { codes, count: *count },
        Target::Values(values) => Truth::Values(values),
    }
}

/// An evaluation in progress: the replicates take the time.
pub struct EvaluateJob {
    judged: Judged,
    threshold: Option<Threshold>,
    metrics: Vec<&'static Metric>,
    bootstrap: Bootstrap,
    seed: u64,
}

impl EvaluateJob {
    /// Judges rows at a threshold (for a binary task) with so many replicates behind each interval.
    pub fn new(judged: Judged, threshold: Option<Threshold>, replicates: usize, seed: u64) -> Self {
        let metrics = metric::for_task(judged.task);
        let prediction =
            Prediction { answer: judged.answer.view(), threshold: threshold.as_ref().map_or(0.5, |threshold| threshold.value) };
        let bootstrap = Bootstrap::new(&judged.truth(), &prediction, None, &metrics, 0..replicates, seed);
        Self { threshold, metrics, bootstrap, seed, judged }
    }

    fn conclude(&self, replicates: metric::Replicates) -> Evaluation {
        let judged = &self.judged;
        let at = self.threshold.as_ref().map_or(0.5, |threshold| threshold.value);
        let prediction = Prediction { answer: judged.answer.view(), threshold: at };
        let all = metric::intervals(&judged.truth(), &prediction, None, &self.metrics, &[replicates]);
        let folds = self.by_fold(at);
        let scores = self
            .metrics
            .iter()
            .zip(all)
            .enumerate()
            .map(|(place, (metric, all))| Score {
                metric: metric.id.to_owned(),
                all,
                folds: folds.iter().map(|fold| fold[place].clone()).collect(),
            })
            .collect();
        Evaluation { rows: judged.target.len(), threshold: self.threshold.clone(), scores, detail: self.detail(&prediction) }
    }

    /// For each fold every metric.
    fn by_fold(&self, threshold: f64) -> Vec<Vec<Figure>> {
        let judged = &self.judged;
        let count = judged.folds.iter().max().map_or(0, |most| most + 1);
        (0..count)
            .map(|fold| {
                let rows: Vec<usize> = (0..judged.folds.len()).filter(|&row| judged.folds[row] == fold).collect();
                let target = judged.target.take(&rows);
                let answer = judged.answer.select(ndarray::Axis(0), &rows);
                let prediction = Prediction { answer: answer.view(), threshold };
                self.metrics.iter().map(|metric| metric.compute(&truth(&target), &prediction, None)).collect()
            })
            .collect()
    }

    fn detail(&self, prediction: &Prediction) -> Detail {
        let judged = &self.judged;
        let truth = judged.truth();
        match (&judged.target, judged.task) {
            (Target::Values(values), _) => {
                let predicted = judged.answer.column(0).to_vec();
                Detail::Regression { residuals: metric::residuals(values, &predicted, 30, 500, self.seed) }
            }
            (Target::Classes { codes, .. }, Task::Binary) => {
                let (positive, scores) = judged.positives();
                let confusion = metric::confusion(&truth, prediction);
                let steps: Vec<f64> = (0..=STEPS).map(|step| step as f64 / STEPS as f64).collect();
                Detail::Binary(Box::new(BinaryDetail {
                    report: metric::report(&confusion),
                    confusion,
                    roc: metric::roc(&positive, &scores).map(|curve| curve.thinned(POINTS)),
                    precision_recall: metric::precision_recall(&positive, &scores).map(|curve| curve.thinned(POINTS)),
                    calibration: metric::calibration(&positive, &scores, 10, Bins::Quantile),
                    histogram: metric::score_histogram(codes, 2, &scores, 20),
                    gain: metric::gain(&positive, &scores, 10),
                    thresholds: metric::by_threshold(&positive, &scores, &steps),
                }))
            }
            _ => {
                let confusion = metric::confusion(&truth, prediction);
                Detail::Multiclass { report: metric::report(&confusion), confusion }
            }
        }
    }
}

impl Job for EvaluateJob {
    type Output = Evaluation;

    fn advance(&mut self) -> Result<Advance<Evaluation>, Problem> {
        Ok(match self.bootstrap.advance()? {
            Advance::More(progress) => Advance::More(progress),
            Advance::Done(replicates) => Advance::Done(self.conclude(replicates)),
        })
    }
}
