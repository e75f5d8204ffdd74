//! Bootstrap intervals of any number of metrics at once.
//!
//! A replicate draws as many rows as there are, with replacement, from its own random stream of (seed, replicate), so
//! that replicates can be split over workers in any way. A drawn row counts by how often it was drawn, times its own
//! weight: nothing is copied or sorted again, and metrics of one replicate share its confusion matrix.
//!
//! Rows of one unit (person, household) are alike, so that drawing them one by one would make intervals too narrow. Where
//! units are known whole ones are drawn, as many as there are, each with all of its rows (cluster bootstrap; Davison and
//! Hinkley 1997, section 3.8).

use super::{Evidence, Interval, Metric, Prediction, Rows, Truth};
use crate::base::{Advance, Job, Problem, Progress};
use crate::num::Rng;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The metrics of some replicates.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Replicates {
    /// For each metric the value of each replicate, in order; nothing where it is undefined.
    pub values: Vec<Vec<Option<f64>>>,
}

/// Replicates as a job.
pub struct Bootstrap {
    rows: Rows,
    weights: Option<Vec<f64>>,
    units: Option<Units>,
    metrics: Vec<&'static Metric>,
    range: Range<usize>,
    next: usize,
    seed: u64,
    done: Replicates,
}

/// The unit of each row, numbered from 0.
struct Units {
    of: Vec<u32>,
    count: usize,
}

impl Units {
    fn new(codes: &[u32]) -> Self {
        let mut different = codes.to_vec();
        different.sort_unstable();
        different.dedup();
        let number = |code: &u32| different.partition_point(|other| other < code) as u32;
        Self { of: codes.iter().map(number).collect(), count: different.len() }
    }
}

/// Rows drawn in a slice; about ten milliseconds of drawing and computing.
const ROWS_A_SLICE: usize = 100_000;

impl Bootstrap {
    /// The replicates of a range, such as 0..1000 or a worker's part of it.
    ///
    /// # Panics
    /// Where lengths differ: a mistake in the code.
    pub fn new(
        truth: &Truth,
        prediction: &Prediction,
        weights: Option<&[f64]>,
        metrics: &[&'static Metric],
        range: Range<usize>,
        seed: u64,
    ) -> Self {
        Self { weights: weights.map(<[f64]>::to_vec), ..Self::of(Rows::new(truth, prediction), None, metrics, range, seed) }
    }

    /// The replicates of a range for rows that are ready, where wanted with the unit of each.
    ///
    /// # Panics
    /// Where lengths differ: a mistake in the code.
    pub fn of(rows: Rows, units: Option<&[u32]>, metrics: &[&'static Metric], range: Range<usize>, seed: u64) -> Self {
        assert!(units.is_none_or(|units| units.len() == rows.len()), "as many units as rows");
        let done = Replicates { values: vec![Vec::with_capacity(range.len()); metrics.len()] };
        let units = units.map(Units::new);
        Self { rows, weights: None, units, metrics: metrics.to_vec(), next: range.start, range, seed, done }
    }

    fn replicate(&mut self) {
        let mut rng = Rng::new(self.seed, "bootstrap", self.next as u64);
        let mut draw = |n: usize| {
            let mut times = vec![0.0; n];
            for _ in 0..n {
                times[rng.below(n)] += 1.0;
            }
            times
        };
        let mut weights = match &self.units {
            None => draw(self.rows.len()),
            // One unit says nothing of what others are like.
            Some(units) if units.count < 2 => vec![0.0; self.rows.len()],
            Some(units) => {
                let times = draw(units.count);
                units.of.iter().map(|&unit| times[unit as usize]).collect()
            }
        };
        if let Some(own) = &self.weights {
            weights.iter_mut().zip(own).for_each(|(drawn, own)| *drawn *= own);
        }
        let evidence: Evidence = self.rows.weighted(Some(&weights));
        for (metric, values) in self.metrics.iter().zip(&mut self.done.values) {
            values.push(metric.of(&evidence).value());
        }
        self.next += 1;
    }
}

impl Job for Bootstrap {
    type Output = Replicates;

    fn advance(&mut self) -> Result<Advance<Replicates>, Problem> {
        for _ in 0..(ROWS_A_SLICE / (self.rows.len() + 1)).max(1) {
            if self.next >= self.range.end {
                return Ok(Advance::Done(std::mem::take(&mut self.done)));
            }
            self.replicate();
        }
        Ok(Advance::More(Progress { done: (self.next - self.range.start) as u64, total: self.range.len() as u64 }))
    }
}

/// The replicates of a range, in one go.
pub fn bootstrap_range(
    truth: &Truth,
    prediction: &Prediction,
    weights: Option<&[f64]>,
    metrics: &[&'static Metric],
    range: Range<usize>,
    seed: u64,
) -> Replicates {
    let mut job = Bootstrap::new(truth, prediction, weights, metrics, range, seed);
    while job.next < job.range.end {
        job.replicate();
    }
    job.done
}

/// Each metric with the interval that parts of its replicates (in order of their ranges) give.
pub fn intervals(
    truth: &Truth,
    prediction: &Prediction,
    weights: Option<&[f64]>,
    metrics: &[&'static Metric],
    parts: &[Replicates],
) -> Vec<Interval> {
    intervals_of(&Rows::new(truth, prediction), weights, metrics, parts)
}

/// The same for rows that are ready.
pub fn intervals_of(rows: &Rows, weights: Option<&[f64]>, metrics: &[&'static Metric], parts: &[Replicates]) -> Vec<Interval> {
    let evidence = rows.weighted(weights);
    let replicates = |place: usize| parts.iter().filter_map(|part| part.values.get(place)).flatten().copied().collect::<Vec<Option<f64>>>();
    let interval = |(place, metric): (usize, &&Metric)| Interval::percentile(metric.of(&evidence), &replicates(place), rows.len());
    metrics.iter().enumerate().map(interval).collect()
}

/// Each metric with its 95 % bootstrap interval, in one go.
pub fn bootstrap(truth: &Truth, prediction: &Prediction, metrics: &[&'static Metric], replicates: usize, seed: u64) -> Vec<Interval> {
    let all = bootstrap_range(truth, prediction, None, metrics, 0..replicates, seed);
    intervals(truth, prediction, None, metrics, &[all])
}
