//! Newton's method for few parameters: exact second derivatives, solved by Cholesky, or where there is an absolute
//! penalty by coordinate descent on the quadratic model (proximal Newton, as in Friedman, Hastie and Tibshirani 2010).

use super::cholesky;
use super::objective::{Objective, Sums};

/// A minimisation in progress: evaluate the objective at [`Newton::point`] and tell.
pub struct Newton {
    /// Where the objective is wanted.
    pub point: Vec<f64>,
    base: Vec<f64>,
    value: f64,
    first: f64,
    direction: Vec<f64>,
    /// What the model promises for a whole step: negative.
    promise: f64,
    step: f64,
    /// Whether curvature has vanished that was there at the start: rows have been pushed to a probability of 0 or 1.
    flattened: bool,
    /// How often next to nothing was promised for a large step.
    doubts: usize,
    /// Directions taken.
    pub iterations: usize,
    /// Places within an output's parameters that are sums of those before, where the first system showed some.
    pub dependent: Vec<usize>,
}

/// What to do after an evaluation.
#[derive(Debug, PartialEq)]
pub enum Next {
    /// Evaluate at the new point.
    Evaluate,
    /// The point is the minimum, as far as numbers go.
    Settled,
    /// Give up where it stands.
    Stuck,
}

/// A promise this small, against the value itself, is the end: after the step the error is of the order of its square.
const ENOUGH: f64 = 1e-11;

impl Newton {
    /// Starts at a point.
    pub fn new(point: Vec<f64>) -> Self {
        let direction = vec![0.0; point.len()];
        let base = point.clone();
        Self {
            point,
            base,
            value: f64::INFINITY,
            first: f64::INFINITY,
            direction,
            promise: 0.0,
            step: 1.0,
            flattened: false,
            doubts: 0,
            iterations: 0,
            dependent: Vec::new(),
        }
    }

    /// Takes the objective's sums at the point.
    pub fn tell(&mut self, objective: &Objective, sums: &Sums) -> Next {
        // Numbers can be fitted exactly: the smallness of a promise must then be judged against the value at the start.
        let floor = if objective.has_numbers() { 1e-20 } else { 0.0 };
        let enough = |value: f64, first: f64| ENOUGH * value + floor * first;
        if !sums.value.is_finite() || sums.value > self.value + 1e-4 * self.step * self.promise {
            // Too far: half the way. After thirty halvings rounding is all that is left.
            self.step /= 2.0;
            if self.step < 1e-9 || self.value.is_infinite() {
                self.point.clone_from(&self.base);
                let settled = -self.promise <= 1e-8 * self.value + enough(self.value, self.first);
                return if settled { Next::Settled } else { Next::Stuck };
            }
        } else {
            if self.first.is_infinite() {
                self.first = sums.value;
            }
            self.value = sums.value;
            self.base.clone_from(&self.point);
            self.aim(objective, sums);
            self.iterations += 1;
            self.step = 1.0;
        }
        let moved = self.base.iter().zip(&self.direction).map(|(base, way)| base + self.step * way);
        self.point = moved.collect();
        if objective.may_have_no_minimum() && (self.value < 1e-8 * self.first || self.flattened) {
            return Next::Stuck;
        }
        // The whole step of a promise that small is taken without looking.
        if self.step < 1.0 || -self.promise > enough(self.value, self.first) {
            return Next::Evaluate;
        }
        // Where a few rows can be told apart without error, weights grow by about 1 a step for ever while less and less
        // is gained. At a minimum the steps get small as well.
        let largest = |values: &[f64]| values.iter().fold(0.0, |most, value| if value.abs() > most { value.abs() } else { most });
        if objective.may_have_no_minimum() && largest(&self.direction) > 1e-3 * (1.0 + largest(&self.base)) {
            self.doubts += 1;
            return if self.doubts > 5 { Next::Stuck } else { Next::Evaluate };
        }
        Next::Settled
    }

    /// The direction to the minimum of the quadratic model, and what the model promises.
    fn aim(&mut self, objective: &Objective, sums: &Sums) {
        let n = self.point.len();
        let mut matrix = objective.curvature(sums);
        let absolute = objective.absolute_factors();
        if absolute.iter().any(|&factor| factor > 0.0) {
            for i in 0..n {
                (0..i).for_each(|j| matrix[j * n + i] = matrix[i * n + j]);
            }
            self.direction = descend(&matrix, &sums.gradient, &absolute, &self.base);
        } else {
            self.direction = sums.gradient.iter().map(|slope| -slope).collect();
            let dependent = cholesky::factor(&mut matrix, n, 1e-11);
            if self.iterations == 0 {
                self.dependent = dependent.iter().map(|place| place % objective.stride()).collect();
            }
            self.flattened = dependent.len() > self.dependent.len();
            cholesky::solve(&matrix, n, &mut self.direction);
        }
        let end: Vec<f64> = self.base.iter().zip(&self.direction).map(|(base, way)| base + way).collect();
        let slope = sums.gradient.iter().zip(&self.direction).fold(0.0, |sum, (slope, way)| sum + slope * way);
        self.promise = slope + objective.absolute(&end) - objective.absolute(&self.base);
    }
}

/// The step from `base` that minimises gradient * step + step * matrix * step / 2 + the absolute penalty, one
/// coordinate after the other until none moves any more. The sums matrix * step are kept up to date, so that a
/// coordinate costs one pass only when it moves.
fn descend(matrix: &[f64], gradient: &[f64], absolute: &[f64], base: &[f64]) -> Vec<f64> {
    let n = base.len();
    let (mut step, mut slope) = (vec![0.0; n], gradient.to_vec());
    // Bounded work: where it does not suffice the next direction goes on from there.
    for _ in 0..(20_000_000 / (n * n)).clamp(20, 1000) {
        let mut largest = 0.0;
        for i in 0..n {
            let curvature = matrix[i * n + i];
            if curvature <= 0.0 {
                continue;
            }
            let at = base[i] + step[i];
            let wish = at - slope[i] / curvature;
            let reach = absolute[i] / curvature;
            let new = if wish > reach {
                wish - reach
            } else if wish < -reach {
                wish + reach
            } else {
                0.0
            };
            let change = new - at;
            if change != 0.0 {
                // From the base, so that a weight that should be 0 is exactly 0 after the step.
                step[i] = new - base[i];
                slope.iter_mut().zip(&matrix[i * n..(i + 1) * n]).for_each(|(slope, value)| *slope += change * value);
                let gain = change * change * curvature;
                largest = if gain > largest { gain } else { largest };
            }
        }
        if largest <= 1e-24 * gradient.iter().zip(&step).fold(0.0, |sum, (slope, step)| sum + (slope * step).abs()) {
            break;
        }
    }
    step
}
