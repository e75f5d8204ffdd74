//! L-BFGS for many parameters (Nocedal 1980), and OWL-QN, its form for an absolute penalty (Andrew and Gao 2007).

use super::newton::Next;
use super::objective::{Objective, Sums};
use std::collections::VecDeque;

/// Steps remembered.
const MEMORY: usize = 12;

/// A minimisation in progress: evaluate the objective at [`Lbfgs::point`] and tell.
pub struct Lbfgs {
    /// Where the objective is wanted.
    pub point: Vec<f64>,
    base: Vec<f64>,
    value: f64,
    first: f64,
    gradient: Vec<f64>,
    /// Changes of point and gradient, and one over their product; the newest last.
    history: VecDeque<(Vec<f64>, Vec<f64>, f64)>,
    direction: Vec<f64>,
    /// The slope of the objective by each parameter, the absolute penalty included.
    pseudo: Vec<f64>,
    /// What the slopes promise for the move from `base` to `point`: negative.
    promise: f64,
    step: f64,
    /// Steps taken.
    pub iterations: usize,
    /// Steps in a row that gained next to nothing.
    flat: usize,
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + a * b)
}

impl Lbfgs {
    /// Starts at a point.
    pub fn new(point: Vec<f64>) -> Self {
        let n = point.len();
        let (base, zero) = (point.clone(), vec![0.0; n]);
        Self {
            point,
            base,
            value: f64::INFINITY,
            first: 0.0,
            gradient: zero.clone(),
            history: VecDeque::new(),
            pseudo: zero.clone(),
            direction: zero,
            promise: 0.0,
            step: 1.0,
            iterations: 0,
            flat: 0,
        }
    }

    /// Takes the objective's sums at the point. `total` is the weight of all rows: slopes are judged against it.
    pub fn tell(&mut self, objective: &Objective, sums: &Sums, total: f64) -> Next {
        let absolute = objective.absolute_factors();
        if !sums.value.is_finite() || sums.value > self.value + 1e-4 * self.promise {
            self.step /= 2.0;
            if self.step < 1e-12 || self.value.is_infinite() {
                self.point.clone_from(&self.base);
                return if self.flat > 0 { Next::Settled } else { Next::Stuck };
            }
        } else {
            self.accept(sums);
            self.pseudo = pseudo_gradient(&self.base, &self.gradient, &absolute);
            if objective.may_have_no_minimum() && self.value < 1e-8 * self.first {
                return Next::Stuck;
            }
            let steepest = self.pseudo.iter().fold(0.0, |most, slope| if slope.abs() > most { slope.abs() } else { most });
            if steepest <= 1e-10 * total || self.flat >= 5 {
                return Next::Settled;
            }
            self.aim(&absolute, steepest);
        }
        for (place, factor) in absolute.iter().enumerate() {
            let to = self.base[place] + self.step * self.direction[place];
            // With an absolute penalty a step ends at 0 instead of crossing it, since the slope is another one beyond.
            let side = if self.base[place] != 0.0 { self.base[place] } else { self.direction[place] };
            self.point[place] = if *factor > 0.0 && to * side < 0.0 { 0.0 } else { to };
        }
        let moves = self.point.iter().zip(&self.base).zip(&self.pseudo);
        self.promise = moves.fold(0.0, |sum, ((to, from), slope)| sum + (to - from) * slope);
        Next::Evaluate
    }

    fn accept(&mut self, sums: &Sums) {
        if self.value.is_finite() {
            let moved: Vec<f64> = self.point.iter().zip(&self.base).map(|(new, old)| new - old).collect();
            let turned: Vec<f64> = sums.gradient.iter().zip(&self.gradient).map(|(new, old)| new - old).collect();
            let product = dot(&moved, &turned);
            if product > 1e-300 && product > 1e-14 * dot(&turned, &turned).sqrt() * dot(&moved, &moved).sqrt() {
                if self.history.len() == MEMORY {
                    self.history.pop_front();
                }
                self.history.push_back((moved, turned, 1.0 / product));
            }
            self.flat = if self.value - sums.value <= 1e-13 * self.value.abs() { self.flat + 1 } else { 0 };
            self.iterations += 1;
        } else {
            self.first = sums.value;
        }
        self.value = sums.value;
        self.base.clone_from(&self.point);
        self.gradient.clone_from(&sums.gradient);
    }

    /// The two-loop recursion.
    fn aim(&mut self, absolute: &[f64], steepest: f64) {
        let mut way: Vec<f64> = self.pseudo.iter().map(|slope| -slope).collect();
        let mut shares = Vec::with_capacity(self.history.len());
        for (moved, turned, scale) in self.history.iter().rev() {
            let share = scale * dot(moved, &way);
            way.iter_mut().zip(turned).for_each(|(way, turned)| *way -= share * turned);
            shares.push(share);
        }
        // Without history the first step is short: no weight changes by more than 1.
        let scale = match self.history.back() {
            Some((_, turned, scale)) => 1.0 / (scale * dot(turned, turned)),
            None => 1.0 / steepest,
        };
        way.iter_mut().for_each(|way| *way *= scale);
        for ((moved, turned, scale), share) in self.history.iter().zip(shares.iter().rev()) {
            let back = scale * dot(turned, &way);
            way.iter_mut().zip(moved).for_each(|(way, moved)| *way += (share - back) * moved);
        }
        // With an absolute penalty no parameter may move against its own slope: the memory knows nothing of the corner.
        for ((way, slope), factor) in way.iter_mut().zip(&self.pseudo).zip(absolute) {
            *way = if *factor > 0.0 && *way * slope >= 0.0 { 0.0 } else { *way };
        }
        self.direction = way;
        self.step = 1.0;
    }
}

/// The gradient with the absolute penalty: at 0 the slope of the side on which the objective falls, or 0 where it falls
/// on neither.
fn pseudo_gradient(point: &[f64], gradient: &[f64], absolute: &[f64]) -> Vec<f64> {
    let slope = |((&at, &slope), &factor): ((&f64, &f64), &f64)| match () {
        () if at > 0.0 => slope + factor,
        () if at < 0.0 => slope - factor,
        () if slope + factor < 0.0 => slope + factor,
        () if slope - factor > 0.0 => slope - factor,
        () if factor > 0.0 => 0.0,
        () => slope,
    };
    point.iter().zip(gradient).zip(absolute).map(slope).collect()
}
