//! Gaussian processes: what is believed of a function at places where it was not tried.

use super::bfgs::minimize;
use crate::num::float;
use crate::num::linear::Cholesky;
use crate::num::sum::dot;
use ndarray::Array2;

/// Noise that is always there, so that equal places do not make the matrix singular.
const NOISE: f64 = 1e-6;

/// How two coordinates differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Dimension {
    /// By their distance.
    Number,
    /// Wholly or not at all.
    Choice,
}

/// A Gaussian process with a Matern kernel of order 5/2 (Rasmussen and Williams 2006, equation 4.17), a length for each
/// dimension, fitted to standardised values.
pub(super) struct Process {
    dimensions: Vec<Dimension>,
    /// places x dimensions
    places: Vec<Vec<f64>>,
    /// One over the squared length of each dimension.
    near: Vec<f64>,
    scale: f64,
    noise: f64,
    factor: Cholesky,
    /// K^-1 y
    weights: Vec<f64>,
    values: Vec<f64>,
}

impl Process {
    /// The process of values at places, its lengths, scale and noise the most probable ones given the values, under the
    /// priors that Optuna's GPSampler has. Nothing where no factor of the matrix can be had.
    pub fn fit(dimensions: Vec<Dimension>, places: Vec<Vec<f64>>, values: Vec<f64>) -> Option<Self> {
        let width = dimensions.len();
        let pairs = differences(&dimensions, &places);
        let loss = |log: &[f64]| loss(log, width, &pairs, &values);
        let log = minimize(vec![0.0; width + 2], 60, 1e-2, loss);
        Self::with(&log, dimensions.clone(), places.clone(), values.clone())
            .or_else(|| Self::with(&vec![0.0; width + 2], dimensions, places, values))
    }

    fn with(log: &[f64], dimensions: Vec<Dimension>, places: Vec<Vec<f64>>, values: Vec<f64>) -> Option<Self> {
        let width = dimensions.len();
        let near: Vec<f64> = log[..width].iter().map(|&log| float::exp(log)).collect();
        let (scale, noise) = (float::exp(log[width]), float::exp(log[width + 1]) + NOISE);
        let matrix = Array2::from_shape_fn((places.len(), places.len()), |(i, j)| {
            scale * matern(squared(&dimensions, &near, &places[i], &places[j])).0 + if i == j { noise } else { 0.0 }
        });
        let factor = Cholesky::new(matrix.view())?;
        let weights = factor.solve(&values);
        Some(Self { dimensions, places, near, scale, noise, factor, weights, values })
    }

    /// The process that has also seen its own mean at some places, as if they had been tried: what is proposed next keeps
    /// away from them.
    pub fn believing(self, places: &[Vec<f64>]) -> Self {
        if places.is_empty() {
            return self;
        }
        let mut log: Vec<f64> = self.near.iter().map(|&near| float::ln(near)).collect();
        let noise = self.noise - NOISE;
        log.extend([float::ln(self.scale), float::ln(if noise > 1e-300 { noise } else { 1e-300 })]);
        let means = places.iter().map(|place| self.at(place).mean);
        let values = self.values.iter().copied().chain(means).collect();
        let all = self.places.iter().chain(places).cloned().collect();
        Self::with(&log, self.dimensions.clone(), all, values).unwrap_or(self)
    }

    /// What is believed of a place.
    pub fn at(&self, place: &[f64]) -> Belief {
        let near: Vec<f64> =
            self.places.iter().map(|other| self.scale * matern(squared(&self.dimensions, &self.near, place, other)).0).collect();
        let mean = dot(&near, &self.weights);
        let lower = self.factor.lower();
        let mut parts: Vec<f64> = Vec::with_capacity(near.len());
        for (row, near) in lower.rows().into_iter().zip(&near) {
            let at = parts.len();
            let row = row.to_slice().unwrap_or_default();
            parts.push((near - dot(row.get(..at).unwrap_or_default(), &parts)) / row.get(at).copied().unwrap_or(1.0));
        }
        let variance = self.scale - dot(&parts, &parts);
        Belief { mean, variance: if variance > 0.0 { variance } else { 0.0 }, parts }
    }

    /// The mean and the standard deviation of each of the last `count` places given all places before it, as the lower
    /// rows of a factor: with independent normal numbers `z`, their values are the means plus the rows times `z`.
    pub fn last(&self, count: usize) -> (Vec<f64>, Vec<Vec<f64>>) {
        let n = self.places.len();
        let first = n - count.min(n);
        let lower = self.factor.lower();
        let rows = (first..n).map(|row| (first..=row).map(|column| lower[[row, column]]).collect()).collect();
        (self.values[first..].to_vec(), rows)
    }

    /// The slopes by the coordinates of a place, of a sum of `mean` times the mean, `variance` times the variance, and of
    /// each number of `last` times the part of that one of the last places. Those of choices are 0.
    pub fn slopes(&self, place: &[f64], belief: &Belief, mean: f64, variance: f64, last: &[f64]) -> Vec<f64> {
        let n = self.places.len();
        // The parts are L^-1 k: a sum c of them has the slope L^-T c times that of k.
        let first = n - last.len();
        let of_part = |at: usize| -2.0 * variance * belief.parts[at] + if at < first { 0.0 } else { last[at - first] };
        let pull = self.factor.solve_upper((0..n).map(of_part).collect());
        let mut slopes = vec![0.0; place.len()];
        for ((other, weight), pull) in self.places.iter().zip(&self.weights).zip(pull) {
            let slope = self.scale * matern(squared(&self.dimensions, &self.near, place, other)).1 * (mean * weight + pull);
            for (at, total) in slopes.iter_mut().enumerate() {
                if self.dimensions[at] == Dimension::Number {
                    *total += slope * 2.0 * self.near[at] * (place[at] - other[at]);
                }
            }
        }
        slopes
    }

    /// The squared length of each dimension.
    pub fn lengths(&self) -> Vec<f64> {
        self.near.iter().map(|near| 1.0 / near).collect()
    }
}

/// What a process says of a place.
pub(super) struct Belief {
    /// The mean.
    pub mean: f64,
    /// The variance.
    pub variance: f64,
    /// L^-1 k, where k is the kernel between the place and those that were tried: how the place hangs together with each
    /// of them, given those before it.
    pub parts: Vec<f64>,
}

/// The kernel at a squared distance, and its slope by it.
fn matern(squared: f64) -> (f64, f64) {
    let root = (5.0 * squared).sqrt();
    let fall = float::exp(-root);
    ((1.0 + root + 5.0 / 3.0 * squared) * fall, -5.0 / 6.0 * (1.0 + root) * fall)
}

fn difference(dimension: Dimension, a: f64, b: f64) -> f64 {
    match dimension {
        Dimension::Number => (a - b) * (a - b),
        Dimension::Choice => f64::from(u8::from(a != b)),
    }
}

fn squared(dimensions: &[Dimension], near: &[f64], a: &[f64], b: &[f64]) -> f64 {
    dimensions.iter().enumerate().fold(0.0, |sum, (at, &dimension)| sum + near[at] * difference(dimension, a[at], b[at]))
}

/// The squared difference of each pair of places in each dimension, the lower half row by row.
fn differences(dimensions: &[Dimension], places: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let pair = |a: &Vec<f64>, b: &Vec<f64>| dimensions.iter().enumerate().map(|(at, &it)| difference(it, a[at], b[at])).collect();
    places.iter().enumerate().flat_map(|(i, a)| places[..i].iter().map(|b| pair(a, b)).collect::<Vec<_>>()).collect()
}

/// Less the logarithm of the probability of the values and of the parameters' priors, with its slopes. The parameters are
/// the logarithms of one over the squared lengths, of scale and noise.
fn loss(log: &[f64], width: usize, pairs: &[Vec<f64>], values: &[f64]) -> (f64, Vec<f64>) {
    let n = values.len();
    let nothing = || (f64::INFINITY, vec![0.0; width + 2]);
    if log.iter().any(|log| !(-30.0..30.0).contains(log)) {
        return nothing();
    }
    let parameters: Vec<f64> = log.iter().map(|&log| float::exp(log)).collect();
    let (scale, noise) = (parameters[width], parameters[width + 1]);
    let (mut matrix, mut slopes) = (Array2::zeros((n, n)), Array2::zeros((n, n)));
    let mut pair = pairs.iter();
    for i in 0..n {
        for j in 0..i {
            let Some(parts) = pair.next() else { break };
            let squared = parts.iter().zip(&parameters).fold(0.0, |sum, (part, near)| sum + part * near);
            let (value, slope) = matern(squared);
            matrix[[i, j]] = scale * value;
            matrix[[j, i]] = scale * value;
            slopes[[i, j]] = scale * slope;
        }
        matrix[[i, i]] = scale + noise + NOISE;
    }
    let Some(factor) = Cholesky::new(matrix.view()) else { return nothing() };
    let (weights, inverse) = (factor.solve(values), inverse(&factor, n));
    let fit = values.iter().zip(&weights).fold(0.0, |sum, (value, weight)| sum + value * weight);
    let mut loss = 0.5 * (fit + factor.ln_determinant());
    let mut slope = vec![0.0; width + 2];
    let mut pair = pairs.iter();
    for i in 0..n {
        for j in 0..i {
            let Some(parts) = pair.next() else { break };
            // Both halves of the matrix, so not halved.
            let pull = inverse[i][j] - weights[i] * weights[j];
            for (slope, part) in slope.iter_mut().zip(parts) {
                *slope += pull * slopes[[i, j]] * part;
            }
            slope[width] += pull * matrix[[i, j]] / scale;
        }
        let pull = 0.5 * (inverse[i][i] - weights[i] * weights[i]);
        slope[width] += pull;
        slope[width + 1] += pull;
    }
    for (at, &near) in parameters[..width].iter().enumerate() {
        loss += 0.1 / near + 0.1 * near;
        slope[at] += -0.1 / (near * near) + 0.1;
    }
    loss += scale - float::ln(scale) + 30.0 * noise - 0.1 * float::ln(noise);
    slope[width] += 1.0 - 1.0 / scale;
    slope[width + 1] += 30.0 - 0.1 / noise;
    // By the logarithms.
    slope.iter_mut().zip(&parameters).for_each(|(slope, parameter)| *slope *= parameter);
    (loss, slope)
}

/// The lower half of the inverse of a matrix, row by row: L^-T L^-1, made of the columns of L^-1, since most of the time of a
/// fit goes here.
fn inverse(factor: &Cholesky, n: usize) -> Vec<Vec<f64>> {
    let lower = factor.lower();
    let rows: Vec<&[f64]> = lower.rows().into_iter().filter_map(|row| row.to_slice()).collect();
    if rows.len() < n {
        return vec![vec![0.0; n]; n];
    }
    let column = |j: usize| {
        let mut column = vec![0.0; n];
        column[j] = 1.0 / rows[j][j];
        for i in j + 1..n {
            column[i] = -dot(&rows[i][j..i], &column[j..i]) / rows[i][i];
        }
        column
    };
    let columns: Vec<Vec<f64>> = (0..n).map(column).collect();
    (0..n).map(|i| (0..=i).map(|j| dot(&columns[i][i..], &columns[j][i..])).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data() -> (Vec<Dimension>, Vec<Vec<f64>>, Vec<f64>) {
        let places: Vec<Vec<f64>> = (0..20).map(|i| vec![f64::from(i) / 19.0, f64::from(i * 7 % 20) / 19.0, f64::from(i % 3)]).collect();
        let values = places.iter().map(|x| float::sin(6.0 * x[0]) + if x[2] == 1.0 { 0.5 } else { 0.0 }).collect();
        (vec![Dimension::Number, Dimension::Number, Dimension::Choice], places, values)
    }

    #[test]
    fn slopes_are_those_of_the_loss() {
        let (dimensions, places, values) = data();
        let pairs = differences(&dimensions, &places);
        let log = [0.3, -0.5, 0.2, 0.1, -2.0];
        let (_, slope) = loss(&log, 3, &pairs, &values);
        for at in 0..5 {
            let moved = |by: f64| {
                let mut log = log;
                log[at] += by;
                loss(&log, 3, &pairs, &values).0
            };
            let near = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            assert!((near - slope[at]).abs() < 1e-5 * (1.0 + near.abs()), "{at}: {near} {}", slope[at]);
        }
    }

    #[test]
    fn what_was_tried_is_known_and_what_has_no_effect_is_far_wide() {
        let (dimensions, places, values) = data();
        let process = Process::fit(dimensions, places.clone(), values.clone()).expect("a process");
        for (place, value) in places.iter().zip(&values) {
            let Belief { mean, variance, .. } = process.at(place);
            assert!((mean - value).abs() < 0.05 && variance < 0.01, "{mean} {value} {variance}");
        }
        assert!(process.near[1] < process.near[0] / 5.0, "{:?}", process.near);
        let place = vec![0.5, 0.25, 2.0];
        let before = process.at(&place);
        let after = process.believing(std::slice::from_ref(&place)).at(&place);
        assert!((before.mean - after.mean).abs() < 1e-3 && after.variance < before.variance);
    }
}
