//! The figure of the watched rows that stands beside their loss, in the words of the metrics: from the same outputs, so that
//! it costs a pass over them and at most one sort.

use crate::num::float;
use crate::num::kernel::{LANES, Lane, Real};

/// What is measured of the watched rows by epoch; the ids of the metrics are [`crate::metric::usual`] for each task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// The area under the ROC curve of a single output.
    RocAuc,
    /// The share of rows whose own class has the largest output, the first of several such.
    Accuracy,
    /// The root of the mean squared error times the unit, which is the target's standard deviation.
    Rmse {
        /// What 1 in the outputs is in the target.
        unit: f64,
        /// Whether the answer is exp of the output.
        exp: bool,
    },
}

/// A measure as the outputs come in.
#[derive(Clone, Debug)]
pub(super) struct Measuring {
    measure: Measure,
    rows: usize,
    /// Rows that were right, or squares of errors.
    sum: f64,
    /// For the ROC curve the score of each row as a number of the same order, twice, plus 1 for a positive row.
    keys: Vec<u64>,
}

impl Measuring {
    pub fn new(measure: Measure) -> Self {
        Self { measure, rows: 0, sum: 0.0, keys: Vec::new() }
    }

    /// Takes in the outputs of some rows: blocks x outputs lanes, and a lane of truth for each block.
    pub fn add<F: Real>(&mut self, logits: &[Lane<F>], outputs: usize, truth: &[Lane<F>], rows: usize) {
        self.rows += rows;
        for row in 0..rows {
            let (block, lane) = (row / LANES, row % LANES);
            let output = |place: usize| logits[block * outputs + place][lane].wide();
            let own = truth[block][lane].wide();
            match self.measure {
                Measure::RocAuc => self.keys.push(2 * u64::from(ordered(output(0) as f32)) + u64::from(own == 1.0)),
                Measure::Accuracy => {
                    let best = (0..outputs).fold(0, |best, place| if output(place) > output(best) { place } else { best });
                    self.sum += f64::from(u8::from(best as f64 == own));
                }
                Measure::Rmse { exp, .. } => {
                    let answer = if exp { float::exp(output(0)) } else { output(0) };
                    self.sum += (answer - own) * (answer - own);
                }
            }
        }
    }

    /// The figure of all rows so far, after which it begins anew; nothing without rows or where it is not defined.
    pub fn take(&mut self) -> Option<f64> {
        let rows = std::mem::take(&mut self.rows) as f64;
        let sum = std::mem::take(&mut self.sum);
        let figure = match self.measure {
            Measure::RocAuc => area(&mut self.keys),
            Measure::Accuracy => sum / rows,
            Measure::Rmse { unit, .. } => unit * (sum / rows).sqrt(),
        };
        self.keys.clear();
        figure.is_finite().then_some(figure)
    }
}

/// A whole number that stands among others as the float does; 0 and -0 are one.
fn ordered(x: f32) -> u32 {
    let bits = (x + 0.0).to_bits();
    if bits >> 31 == 1 { !bits } else { bits | 1 << 31 }
}

/// The share of pairs of a positive and a negative row in which the positive one has the higher score; equal scores count
/// half. NaN where there is no pair.
fn area(keys: &mut [u64]) -> f64 {
    keys.sort_unstable();
    let (mut positives, mut negatives, mut above) = (0.0, 0.0, 0.0);
    for tied in keys.chunk_by(|a, b| a >> 1 == b >> 1) {
        let own = tied.iter().filter(|key| *key & 1 == 1).count() as f64;
        let others = tied.len() as f64 - own;
        above += own * (negatives + others / 2.0);
        positives += own;
        negatives += others;
    }
    above / (positives * negatives)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(measure: Measure, rows: &[(&[f32], f32)]) -> Option<f64> {
        let outputs = rows[0].0.len();
        let mut logits = vec![[f32::NAN; LANES]; rows.len().div_ceil(LANES) * outputs];
        let mut truth = vec![[0.0; LANES]; rows.len().div_ceil(LANES)];
        for (row, (values, own)) in rows.iter().enumerate() {
            values.iter().enumerate().for_each(|(place, value)| logits[row / LANES * outputs + place][row % LANES] = *value);
            truth[row / LANES][row % LANES] = *own;
        }
        let mut measuring = Measuring::new(measure);
        measuring.add(&logits, outputs, &truth, rows.len());
        let first = measuring.take();
        measuring.add(&logits, outputs, &truth, rows.len());
        assert_eq!(measuring.take(), first, "it begins anew");
        first
    }

    #[test]
    fn each_figure_is_that_of_its_definition() {
        // Pairs: 2 over -1 and 0, 0 over -1 and level with 0.
        let rows: [(&[f32], f32); 4] = [(&[-1.0], 0.0), (&[0.0], 0.0), (&[-0.0], 1.0), (&[2.0], 1.0)];
        assert_eq!(measured(Measure::RocAuc, &rows), Some(3.5 / 4.0));
        assert_eq!(measured(Measure::RocAuc, &rows[..2]), None);
        assert_eq!(measured(Measure::Rmse { unit: 10.0, exp: false }, &rows), Some(10.0 * (3.0_f64 / 4.0).sqrt()));
        let rows: [(&[f32], f32); 3] = [(&[0.0, 0.0, -1.0], 0.0), (&[0.0, 1.0, 1.0], 2.0), (&[0.0, 1.0, 3.0], 2.0)];
        assert_eq!(measured(Measure::Accuracy, &rows), Some(2.0 / 3.0));
    }
}
