//! Whether the score on new rows is worse than it was, where the new rows have answers.

use crate::base::{Advance, Figure, Job, Problem, Progress, Stage};
use crate::explain::Score;
use crate::explain::rows::resample;
use crate::explain::sums;
use crate::fair::Estimate;
use crate::num::Rng;
use ndarray::{Array2, Axis};
use serde::{Deserialize, Serialize};

/// Predictions and the metric of them.
#[derive(Clone, Copy)]
pub struct Sample<'a> {
    /// The prediction of each row: rows x outputs.
    pub answer: &'a Array2<f64>,
    /// The metric; positions are rows of `answer`.
    pub score: &'a Score<'a>,
    /// The unit of each row, where the goal names one: rows of one unit are drawn together.
    pub units: Option<&'a [u32]>,
}

/// How the score changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The whole interval of the difference is on the bad side of 0.
    Worse,
    /// The whole interval of the difference is on the good side of 0.
    Better,
    /// The interval holds 0.
    Undecided,
}

/// The score before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Performance {
    /// The id of the metric.
    pub metric: String,
    /// On the reference rows.
    pub before: Figure,
    /// On the current rows.
    pub after: Figure,
    /// After minus before, with the 95 % percentile interval over resamples of both (bootstrap).
    pub difference: Estimate,
    /// What that says; none where there is no difference.
    pub change: Option<Change>,
    /// The same by the other metrics of the task, in their usual order; empty in these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Performance>,
}

/// Scores by several metrics as one: the first leads. Nothing where there is none.
pub fn together(mut all: Vec<Performance>) -> Option<Performance> {
    let others = all.split_off(all.len().min(1));
    all.pop().map(|first| Performance { others, ..first })
}

/// How many units the resampling falls into.
pub const UNITS: usize = 20;
/// Resamples of each unit.
const RESAMPLES: usize = 10;

/// One unit below [`UNITS`]: after minus before on some resamples of the rows of each.
pub fn unit(index: usize, seed: u64, before: Sample, after: Sample) -> Vec<Figure> {
    (0..RESAMPLES).map(|replicate| resampled(index * RESAMPLES + replicate, seed, before, after)).collect()
}

/// One unit below [`UNITS`] where both predict the same rows: the rows of a resample are the same for both.
pub fn paired_unit(index: usize, seed: u64, before: Sample, after: Sample) -> Vec<Figure> {
    let n = before.answer.nrows().min(after.answer.nrows());
    let replicate = |replicate: usize| {
        if n == 0 {
            return Figure::undefined("no_rows");
        }
        let mut rng = Rng::new(seed, "paired performance", replicate as u64);
        let rows = resample(n, before.units.or(after.units), &mut rng);
        let score = |sample: Sample| (sample.score)(&rows, &sample.answer.select(Axis(0), &rows));
        minus(&score(after), &score(before))
    };
    (0..RESAMPLES).map(|place| replicate(index * RESAMPLES + place)).collect()
}

/// After minus before on one resample of the rows of each.
fn resampled(replicate: usize, seed: u64, before: Sample, after: Sample) -> Figure {
    let mut rng = Rng::new(seed, "performance", replicate as u64);
    let mut score = |sample: Sample| match sample.answer.nrows() {
        0 => Figure::undefined("no_rows"),
        n => {
            let rows = resample(n, sample.units, &mut rng);
            (sample.score)(&rows, &sample.answer.select(Axis(0), &rows))
        }
    };
    minus(&score(after), &score(before))
}

/// The comparison of two scores as a job, a resample a slice.
pub struct Comparison<'a> {
    metric: String,
    greater_is_better: bool,
    seed: u64,
    before: Sample<'a>,
    after: Sample<'a>,
    parts: Vec<Vec<Figure>>,
    current: Vec<Figure>,
}

impl<'a> Comparison<'a> {
    /// Compares the metric `metric` of the current rows (`after`) with that of the reference rows (`before`).
    pub fn new(metric: &str, greater_is_better: bool, seed: u64, before: Sample<'a>, after: Sample<'a>) -> Self {
        Self { metric: metric.to_owned(), greater_is_better, seed, before, after, parts: Vec::new(), current: Vec::new() }
    }
}

impl Job for Comparison<'_> {
    type Output = Performance;

    fn advance(&mut self) -> Result<Advance<Performance>, Problem> {
        let done = self.parts.len() * RESAMPLES + self.current.len();
        if done == UNITS * RESAMPLES {
            return join(&self.metric, self.greater_is_better, self.before, self.after, &self.parts).map(Advance::Done);
        }
        self.current.push(resampled(done, self.seed, self.before, self.after));
        if self.current.len() == RESAMPLES {
            self.parts.push(std::mem::take(&mut self.current));
        }
        Ok(Advance::More(Progress { done: done as u64 + 1, total: (UNITS * RESAMPLES) as u64 }))
    }
}

/// The parts of all units, in order, as one answer.
///
/// # Errors
/// Another number of parts.
pub fn join(metric: &str, greater_is_better: bool, before: Sample, after: Sample, parts: &[Vec<Figure>]) -> Result<Performance, Problem> {
    if parts.len() != UNITS {
        return Err(Problem::new(Stage::Watch, "watch.other_parts").with("units", UNITS));
    }
    let whole = |sample: Sample| match sample.answer.nrows() {
        0 => Figure::undefined("no_rows"),
        rows => (sample.score)(&(0..rows).collect::<Vec<_>>(), sample.answer),
    };
    let (score_before, score_after) = (whole(before), whole(after));
    let difference = minus(&score_after, &score_before);
    let values: Vec<f64> = parts.iter().flatten().filter_map(Figure::value).collect();
    let ascending = sums::ascending(&values);
    let difference = match (&difference, sums::quantile(&ascending, 0.025), sums::quantile(&ascending, 0.975)) {
        // Where hardly a resample has a score, their quantiles say nothing.
        (Figure::Value(value), Some(low), Some(high)) if 2 * values.len() > UNITS * RESAMPLES => Estimate::new(*value, (low, high)),
        _ => Estimate::without_interval(difference, "too_few"),
    };
    let change = match (difference.low.value(), difference.high.value()) {
        (Some(low), Some(high)) => Some(match (low > 0.0, high < 0.0) {
            (true, _) => {
                if greater_is_better {
                    Change::Better
                } else {
                    Change::Worse
                }
            }
            (_, true) => {
                if greater_is_better {
                    Change::Worse
                } else {
                    Change::Better
                }
            }
            _ => Change::Undecided,
        }),
        _ => None,
    };
    Ok(Performance { metric: metric.to_owned(), before: score_before, after: score_after, difference, change, others: Vec::new() })
}

fn minus(a: &Figure, b: &Figure) -> Figure {
    match (a, b) {
        (Figure::Value(a), Figure::Value(b)) => (a - b).into(),
        (Figure::Undefined(reason), _) | (_, Figure::Undefined(reason)) => Figure::Undefined(reason.clone()),
    }
}
