//! The memory of L-BFGS: the last steps and how the gradient changed along them, from which the next direction follows.

use crate::num::kernel::Real;
use std::collections::VecDeque;

/// Steps that are remembered.
const MOST: usize = 10;
/// A change of the gradient along a step that is smaller than this says nothing of the curvature.
const LEAST: f64 = 1e-10;
/// Where the slope along the direction is closer to 0 than this, no step is made.
const FLAT: f64 = 1e-9;

/// A step, the change of the gradient along it, and one over their product.
#[derive(Clone, Debug)]
struct Pair<F> {
    step: Vec<F>,
    change: Vec<F>,
    inverse: f64,
}

/// What L-BFGS remembers.
#[derive(Clone, Debug)]
pub(super) struct Lbfgs<F> {
    pairs: VecDeque<Pair<F>>,
    gradient: Vec<F>,
    step: Vec<F>,
}

impl<F> Default for Lbfgs<F> {
    fn default() -> Self {
        Self { pairs: VecDeque::new(), gradient: Vec::new(), step: Vec::new() }
    }
}

impl<F: Real> Lbfgs<F> {
    /// One step along the direction; the first is along the gradient and no longer than 1 in the sum of its parts.
    pub fn step(&mut self, parameters: &mut [F], gradients: &[F], rate: f64) {
        let is_first = self.gradient.is_empty();
        if !is_first {
            let change: Vec<F> = gradients.iter().zip(&self.gradient).map(|(&new, &old)| new - old).collect();
            let product = dot(&change, &self.step);
            if product > LEAST {
                if self.pairs.len() == MOST {
                    self.pairs.pop_front();
                }
                self.pairs.push_back(Pair { step: std::mem::take(&mut self.step), change, inverse: 1.0 / product });
            }
        }
        let direction = self.direction(gradients);
        let length = if is_first { first_length(gradients) } else { 1.0 };
        self.gradient = gradients.to_vec();
        let length = if -dot(gradients, &direction) <= FLAT { F::ZERO } else { F::of(length * rate) };
        self.step = direction.into_iter().map(|d| d * length).collect();
        parameters.iter_mut().zip(&self.step).for_each(|(p, &step)| *p += step);
    }

    /// The two loops of Nocedal: minus the gradient, bent by the remembered pairs.
    fn direction(&self, gradients: &[F]) -> Vec<F> {
        let mut q: Vec<F> = gradients.iter().map(|&g| -g).collect();
        let mut shares = vec![0.0; self.pairs.len()];
        for (pair, share) in self.pairs.iter().zip(&mut shares).rev() {
            *share = pair.inverse * dot(&pair.step, &q);
            add(&mut q, &pair.change, -*share);
        }
        if let Some(last) = self.pairs.back() {
            let scale = F::of(1.0 / (last.inverse * dot(&last.change, &last.change)));
            q.iter_mut().for_each(|q| *q = *q * scale);
        }
        for (pair, share) in self.pairs.iter().zip(shares) {
            let other = pair.inverse * dot(&pair.change, &q);
            add(&mut q, &pair.step, share - other);
        }
        q
    }
}

fn first_length<F: Real>(gradients: &[F]) -> f64 {
    let sum: f64 = gradients.iter().map(|g| g.abs().wide()).sum();
    if sum > 1.0 { 1.0 / sum } else { 1.0 }
}

fn dot<F: Real>(a: &[F], b: &[F]) -> f64 {
    a.iter().zip(b).map(|(&a, &b)| a.wide() * b.wide()).sum()
}

fn add<F: Real>(to: &mut [F], list: &[F], factor: f64) {
    let factor = F::of(factor);
    to.iter_mut().zip(list).for_each(|(to, &x)| *to += factor * x);
}
