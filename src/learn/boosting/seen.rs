//! Rows that are looked at and never learned from: those that early stopping goes by, and the watched ones.

use super::loss::Loss;
use crate::base::Task;
use crate::learn::Target;
use crate::metric::{self, Prediction};
use crate::plan::GapTree;
use ndarray::{Array2, Axis};

/// What is done to answers before they are learned, and taken back from raw sums.
#[derive(Clone, Debug)]
pub struct Scale {
    /// The best constant raw sums, in the target's unit.
    pub start: Vec<f64>,
    /// What the raw sums are counted in: a power of two near the largest distance of a number from the start, so that
    /// nothing overflows or vanishes and no digit changes; 1 for classes and counts.
    pub unit: f64,
    /// What a loss is told in: for numbers so that the deviation of the training rows counts 1, for counts their mean.
    pub told: f64,
}

impl Scale {
    /// Of the rows that are learned from.
    pub fn new(loss: Loss, y: &[f64], weights: Option<&[f64]>) -> Self {
        let start = loss.start(y, weights);
        if !loss.is_flat() {
            let mean = crate::num::float::exp(start[0]);
            return Self { start, unit: 1.0, told: if loss == Loss::Poisson { mean } else { 1.0 } };
        }
        let largest = y.iter().fold(0.0, |most, y| if (y - start[0]).abs() > most { (y - start[0]).abs() } else { most });
        let unit = power_of_two(largest);
        let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
        let total = (0..y.len()).fold(0.0, |sum, row| sum + weight(row));
        let scaled = |row: usize| (y[row] - start[0]) / unit;
        let mean = (0..y.len()).fold(0.0, |sum, row| sum + scaled(row) * (weight(row) / total));
        let variance = (0..y.len()).fold(0.0, |sum, row| sum + (scaled(row) - mean) * (scaled(row) - mean) * (weight(row) / total));
        let told = if loss == Loss::Squared { variance } else { variance.sqrt() };
        Self { start, unit, told: if told > 0.0 { told } else { 1.0 } }
    }

    /// The answers as they are learned: numbers by their distance from the start.
    pub fn answers(&self, loss: Loss, y: &[f64]) -> Vec<f64> {
        if loss.is_flat() { y.iter().map(|y| (y - self.start[0]) / self.unit).collect() } else { y.to_vec() }
    }

    /// The raw sums that learning begins with.
    pub fn first(&self, loss: Loss) -> Vec<f64> {
        if loss.is_flat() { vec![0.0] } else { self.start.clone() }
    }

    /// A mean loss as it is told, that of rows with a mean answer.
    pub fn tell(&self, loss: Loss, value: f64, mean_answer: f64) -> f64 {
        match loss {
            // exp(z) - y z of counts over their mean, where the sum is that of counts themselves.
            Loss::Poisson => (value + mean_answer * self.start[0]) / self.told,
            _ => value / self.told,
        }
    }
}

/// The power of two below a number; 1 for 0 and what is out of range.
fn power_of_two(x: f64) -> f64 {
    // The exponent stands in the bits; a number too small to have one takes the smallest that has.
    match (x.to_bits() >> 52) & 0x7ff {
        _ if x == 0.0 => 1.0,
        0 => f64::MIN_POSITIVE,
        0x7ff => 1.0,
        exponent => f64::from_bits(exponent << 52),
    }
}

/// The answers of a target as numbers: classes by their code.
pub fn numbers(target: &Target) -> Vec<f64> {
    match target {
        Target::Classes { codes, .. } => codes.iter().map(|&code| f64::from(code)).collect(),
        Target::Values(values) => values.clone(),
    }
}

/// Rows with their raw sums so far.
pub struct Seen {
    x: Array2<f64>,
    target: Target,
    y: Vec<f64>,
    weights: Vec<f64>,
    /// Rows x outputs.
    raw: Vec<f64>,
    outputs: usize,
    mean_answer: f64,
}

impl Seen {
    /// Rows with their answers and weights; nothing without any that counts.
    pub fn new(x: Array2<f64>, target: Target, weights: Vec<f64>, loss: Loss, scale: &Scale) -> Option<Self> {
        let total = weights.iter().fold(0.0, |sum, weight| sum + weight);
        if total <= 0.0 || x.nrows() != target.len() || weights.len() != target.len() {
            return None;
        }
        let (first, numbers) = (scale.first(loss), numbers(&target));
        let mean_answer = numbers.iter().zip(&weights).fold(0.0, |sum, (y, weight)| sum + y * (weight / total));
        let raw = std::iter::repeat_n(&first, x.nrows()).flatten().copied().collect();
        Some(Self { y: scale.answers(loss, &numbers), x, target, weights, raw, outputs: first.len(), mean_answer })
    }

    /// Takes the rows out of larger ones.
    pub fn of(x: &Array2<f64>, target: &Target, weights: &[f64], rows: &[usize], loss: Loss, scale: &Scale) -> Option<Self> {
        Self::new(x.select(Axis(0), rows), target.take(rows), rows.iter().map(|&row| weights[row]).collect(), loss, scale)
    }

    /// Adds a tree to the raw sums of an output.
    pub fn add(&mut self, tree: &GapTree, output: usize) {
        for (row, raw) in self.x.rows().into_iter().zip(self.raw.chunks_exact_mut(self.outputs)) {
            raw[output] += tree.answer(|column| row[column]);
        }
    }

    /// The mean loss, as it is told.
    pub fn loss(&self, loss: Loss, scale: &Scale) -> f64 {
        let (mut sum, mut total) = (0.0, 0.0);
        for ((raw, y), weight) in self.raw.chunks_exact(self.outputs).zip(&self.y).zip(&self.weights) {
            sum += weight * loss.of(raw, *y);
            total += weight;
        }
        scale.tell(loss, sum / total, self.mean_answer)
    }

    /// The task's usual metric, where it is defined.
    pub fn metric(&self, task: Task, loss: Loss, scale: &Scale) -> Option<f64> {
        let mut answers = Array2::zeros((self.y.len(), self.outputs));
        for (mut answer, raw) in answers.rows_mut().into_iter().zip(self.raw.chunks_exact(self.outputs)) {
            let mut row = raw.to_vec();
            if loss.is_flat() {
                row[0] = scale.start[0] + row[0] * scale.unit;
            }
            loss.link().apply(&mut row);
            answer.iter_mut().zip(row).for_each(|(cell, value)| *cell = value);
        }
        metric::find(metric::usual(task))?.compute(&self.target.truth(), &Prediction::new(answers.view()), None).value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_powers_of_two_that_bring_numbers_near_one() {
        for (x, unit) in [(1.0, 1.0), (3.9, 2.0), (0.3, 0.25), (0.0, 1.0), (f64::INFINITY, 1.0)] {
            assert_eq!(power_of_two(x), unit);
        }
        assert!(1e308 / power_of_two(1e308) < 2.0 && 5e-324 / power_of_two(5e-324) < 1.0);
        let y = [1e30, 3e30, 5e30];
        let scale = Scale::new(Loss::Squared, &y, None);
        let told = |z: f64| {
            scale.tell(Loss::Squared, scale.answers(Loss::Squared, &y).iter().map(|y| Loss::Squared.of_row(z, *y).0 / 3.0).sum(), 0.0)
        };
        assert!((scale.start[0] / 3e30 - 1.0).abs() < 1e-15 && (told(0.0) - 1.0).abs() < 1e-12);
    }
}
