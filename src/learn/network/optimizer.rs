//! Optimisers: from gradients to new parameters, by the published rules and with the defaults of the usual libraries.

use crate::num::kernel::Real;

/// The rule of an optimiser.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Rule {
    /// p - rate g
    Sgd,
    /// v = momentum v + g; p - rate v (Polyak 1964); with `nesterov` p - rate (g + momentum v) (Sutskever and others 2013)
    Momentum { momentum: f64, nesterov: bool },
    /// v = alpha v + (1 - alpha) g^2; p - rate g / (sqrt(v) + 1e-8), alpha 0.99 (Tieleman and Hinton 2012)
    RmsProp,
    /// m and v, running means of g and g^2, freed of their bias towards 0; p - rate m / (sqrt(v) + 1e-8)
    /// (Kingma and Ba 2015)
    Adam { beta1: f64, beta2: f64 },
}

const EPSILON: f64 = 1e-8;
const ALPHA: f64 = 0.99;

/// A rule with what it remembers of former steps.
#[derive(Clone, Debug)]
pub struct Optimizer<F> {
    rule: Rule,
    first: Vec<F>,
    second: Vec<F>,
    /// beta1 and beta2 to the power of the number of steps.
    powers: [f64; 2],
}

impl<F: Real> Optimizer<F> {
    /// A rule before its first step, for this many parameters.
    pub fn new(rule: Rule, parameters: usize) -> Self {
        let (first, second) = match rule {
            Rule::Sgd => (0, 0),
            Rule::Momentum { .. } => (parameters, 0),
            Rule::RmsProp => (0, parameters),
            Rule::Adam { .. } => (parameters, parameters),
        };
        Self { rule, first: vec![F::ZERO; first], second: vec![F::ZERO; second], powers: [1.0; 2] }
    }

    /// One step. All lists are parameters long.
    pub fn step(&mut self, parameters: &mut [F], gradients: &[F], rate: f64) {
        match self.rule {
            Rule::Sgd => {
                let rate = F::of(rate);
                for (p, &g) in parameters.iter_mut().zip(gradients) {
                    *p = *p - rate * g;
                }
            }
            Rule::Momentum { momentum, nesterov } => {
                let (rate, momentum) = (F::of(rate), F::of(momentum));
                for ((p, &g), v) in parameters.iter_mut().zip(gradients).zip(&mut self.first) {
                    *v = settle(momentum * *v + g);
                    let direction = if nesterov { g + momentum * *v } else { *v };
                    *p = *p - rate * direction;
                }
            }
            Rule::RmsProp => {
                let (rate, alpha, rest, epsilon) = (F::of(rate), F::of(ALPHA), F::of(1.0 - ALPHA), F::of(EPSILON));
                for ((p, &g), v) in parameters.iter_mut().zip(gradients).zip(&mut self.second) {
                    *v = settle(alpha * *v + rest * g * g);
                    *p = *p - rate * g / (v.sqrt() + epsilon);
                }
            }
            Rule::Adam { beta1, beta2 } => {
                self.powers = [self.powers[0] * beta1, self.powers[1] * beta2];
                // The corrections are taken out of the loop: m / (1 - beta1^t) goes into the rate, v's into a factor.
                let rate = F::of(rate / (1.0 - self.powers[0]));
                let factor = F::of(1.0 / (1.0 - self.powers[1]).sqrt());
                let (keep1, add1, keep2, add2) = (F::of(beta1), F::of(1.0 - beta1), F::of(beta2), F::of(1.0 - beta2));
                let epsilon = F::of(EPSILON);
                for (((p, &g), m), v) in parameters.iter_mut().zip(gradients).zip(&mut self.first).zip(&mut self.second) {
                    *m = settle(keep1 * *m + add1 * g);
                    *v = settle(keep2 * *v + add2 * g * g);
                    *p = *p - rate * *m / (v.sqrt() * factor + epsilon);
                }
            }
        }
    }
}

/// The memory of a unit that gets no more gradients fades into denormal numbers, on which some machines take a hundred
/// times as long; it becomes 0 instead.
#[inline(always)]
fn settle<F: Real>(x: F) -> F {
    if x.abs() < F::TINY { F::ZERO } else { x }
}

/// Adds the gradients of the penalties l1 |w| and l2 w^2 / 2.
pub fn penalise<F: Real>(gradients: &mut [F], weights: &[F], l1: f64, l2: f64) {
    let (l1, l2) = (F::of(l1), F::of(l2));
    for (g, &w) in gradients.iter_mut().zip(weights) {
        let sign = if w > F::ZERO {
            l1
        } else if w < F::ZERO {
            -l1
        } else {
            F::ZERO
        };
        *g = *g + l2 * w + sign;
    }
}

/// Decoupled decay: weights shrink by the factor 1 - rate decay, apart from the gradient (Loshchilov and Hutter 2019).
pub fn decay<F: Real>(weights: &mut [F], rate: f64, decay: f64) {
    let factor = F::of(1.0 - rate * decay);
    weights.iter_mut().for_each(|w| *w = *w * factor);
}

/// The Euclidean norm of all gradients.
pub fn norm<F: Real>(gradients: &[F]) -> f64 {
    // Four sums side by side, so that each addition need not wait for the last.
    let (groups, rest) = gradients.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for group in groups {
        sums.iter_mut().zip(group).for_each(|(sum, g)| *sum += g.wide() * g.wide());
    }
    let rest: f64 = rest.iter().map(|g| g.wide() * g.wide()).sum();
    (((sums[0] + sums[1]) + (sums[2] + sums[3])) + rest).sqrt()
}

/// Scales the gradients down where their norm exceeds `limit` (Pascanu and others 2013); gives the norm before.
pub fn clip<F: Real>(gradients: &mut [F], limit: f64) -> f64 {
    let norm = norm(gradients);
    let factor = limit / (norm + 1e-6);
    if factor < 1.0 {
        let factor = F::of(factor);
        gradients.iter_mut().for_each(|g| *g = *g * factor);
    }
    norm
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_of_a_dead_unit_becomes_zero_and_never_denormal() {
        for rule in [Rule::Momentum { momentum: 0.9, nesterov: true }, Rule::RmsProp, Rule::Adam { beta1: 0.9, beta2: 0.999 }] {
            let mut optimizer = Optimizer::<f32>::new(rule, 1);
            let mut p = [1.0];
            optimizer.step(&mut p, &[1e-3], 1e-3);
            for _ in 0..60_000 {
                optimizer.step(&mut p, &[0.0], 1e-3);
            }
            for memory in [&optimizer.first, &optimizer.second].into_iter().flatten() {
                assert_eq!(*memory, 0.0, "{rule:?}");
            }
            assert!(p[0].is_finite());
        }
    }

    #[test]
    fn penalties_are_the_derivatives_of_their_terms() {
        let weights = [0.7, -0.2, 0.0];
        let mut gradients = [1.0, 1.0, 1.0];
        penalise(&mut gradients, &weights, 0.1, 0.5);
        for (g, want) in gradients.iter().zip([1.0 + 0.35 + 0.1, 1.0 - 0.1 - 0.1, 1.0]) {
            assert!((g - want).abs() < 1e-15);
        }
        let mut weights = [2.0];
        decay(&mut weights, 0.1, 0.5);
        assert_eq!(weights, [1.9]);
    }

    #[test]
    fn clipping_bounds_the_norm_and_leaves_small_gradients_alone() {
        let mut gradients: Vec<f64> = (0..11).map(f64::from).collect();
        let before = gradients.clone();
        assert!((clip(&mut gradients, 100.0) - 385.0_f64.sqrt()).abs() < 1e-12);
        assert_eq!(gradients, before);
        clip(&mut gradients, 1.0);
        assert!((norm(&gradients) - 1.0).abs() < 1e-6);
    }
}
