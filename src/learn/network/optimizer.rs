//! Optimisers: from gradients to new parameters, by the published rules and with the defaults of the usual libraries.

use super::lbfgs::Lbfgs;
use crate::num::float;
use crate::num::kernel::Real;
use std::ops::Range;

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
    /// Adam with Nesterov's look ahead: the momentum rises from beta1 / 2 to beta1 (Dozat 2016, as PyTorch has it)
    Nadam { beta1: f64, beta2: f64 },
    /// v = v + g^2; p - rate g / (sqrt(v) + 1e-10) (Duchi and others 2011)
    Adagrad,
    /// The step is the running size of former steps over that of gradients (Zeiler 2012); rate 1 is the rule itself
    Adadelta,
    /// p - rate sign(beta1 m + (1 - beta1) g), then m = beta2 m + (1 - beta2) g (Chen and others 2023)
    Lion { beta1: f64, beta2: f64 },
    /// Each parameter has a step of its own, which begins with the rate, grows by 1.2 while the sign of its gradient stays
    /// and halves where it turns (Riedmiller and Braun 1993). Only for all rows at once.
    Rprop,
    /// The direction of Newton's method as the last ten steps suggest it (Liu and Nocedal 1989), one step without a line
    /// search, as PyTorch's LBFGS with max_iter 1. Only for all rows at once.
    Lbfgs,
}

impl Rule {
    /// Whether a step needs the gradient over all rows: it compares it with that of the step before.
    pub fn needs_all_rows(self) -> bool {
        matches!(self, Rule::Rprop | Rule::Lbfgs)
    }

    /// The rate of weights between this many inputs, as a share of the rate, at which a step does to the function what it
    /// would do to weights that are divided by sqrt(inputs) wherever they are used (the NTK parametrisation of Jacot and
    /// others 2018): those weights are sqrt(inputs) times as large and their gradients as many times smaller. Rules that
    /// step along the gradient see both, rules whose steps do not depend on its size only the first.
    pub fn share_by_inputs(self, inputs: usize) -> f64 {
        let inputs = inputs.max(1) as f64;
        match self {
            Rule::Sgd | Rule::Momentum { .. } => 1.0 / inputs,
            Rule::Adam { .. } | Rule::Nadam { .. } | Rule::RmsProp | Rule::Adagrad | Rule::Lion { .. } | Rule::Rprop => 1.0 / inputs.sqrt(),
            // Adadelta's steps have the unit of what they change; L-BFGS has one rate.
            Rule::Adadelta | Rule::Lbfgs => 1.0,
        }
    }
}

const EPSILON: f64 = 1e-8;
const ALPHA: f64 = 0.99;
/// How much of the past Adadelta keeps, and what keeps its first steps from being 0.
const RHO: f64 = 0.9;
const RHO_EPSILON: f64 = 1e-6;
/// The smallest and the largest step of Rprop.
const RPROP_STEPS: [f64; 2] = [1e-6, 50.0];

/// A rule with what it remembers of former steps.
#[derive(Clone, Debug)]
pub struct Optimizer<F> {
    rule: Rule,
    first: Vec<F>,
    second: Vec<F>,
    /// beta1 and beta2 to the power of the number of steps; for Nadam the first is the product of the momenta.
    powers: [f64; 2],
    steps: u32,
    pairs: Lbfgs<F>,
}

impl<F: Real> Optimizer<F> {
    /// A rule before its first step, for this many parameters.
    pub fn new(rule: Rule, parameters: usize) -> Self {
        let (first, second) = match rule {
            Rule::Sgd | Rule::Lbfgs => (0, 0),
            Rule::Momentum { .. } | Rule::Lion { .. } => (parameters, 0),
            Rule::RmsProp | Rule::Adagrad => (0, parameters),
            Rule::Adam { .. } | Rule::Nadam { .. } | Rule::Adadelta | Rule::Rprop => (parameters, parameters),
        };
        let (first, second) = (vec![F::ZERO; first], vec![F::ZERO; second]);
        Self { rule, first, second, powers: [1.0; 2], steps: 0, pairs: Lbfgs::default() }
    }

    /// One step. All lists are parameters long.
    pub fn step(&mut self, parameters: &mut [F], gradients: &[F], rate: f64) {
        self.step_parts(parameters, gradients, rate, &[(0..parameters.len(), 1.0)]);
    }

    /// One step in which each part of the parameters has the rate times a factor of its own. L-BFGS moves all of them
    /// together, at the rate.
    pub fn step_parts(&mut self, parameters: &mut [F], gradients: &[F], rate: f64, parts: &[(Range<usize>, f64)]) {
        self.steps = self.steps.saturating_add(1);
        match self.rule {
            Rule::Lbfgs => return self.pairs.step(parameters, gradients, rate),
            Rule::Adam { beta1, beta2 } => self.powers = [self.powers[0] * beta1, self.powers[1] * beta2],
            Rule::Nadam { beta1, beta2 } => {
                self.powers = [self.powers[0] * nadam_momentum(beta1, f64::from(self.steps)), self.powers[1] * beta2];
            }
            _ => {}
        }
        for (range, factor) in parts {
            self.step_part(range.clone(), &mut parameters[range.clone()], &gradients[range.clone()], rate * factor);
        }
    }

    /// The step of some of the parameters; which of them these are is said by their range.
    // A function of its own, so that a profile shows it.
    #[inline(never)]
    fn step_part(&mut self, range: Range<usize>, parameters: &mut [F], gradients: &[F], rate: f64) {
        let first = self.first.get_mut(range.clone()).unwrap_or_default();
        let second = self.second.get_mut(range).unwrap_or_default();
        match self.rule {
            Rule::Sgd => {
                let rate = F::of(rate);
                for (p, &g) in parameters.iter_mut().zip(gradients) {
                    *p = *p - rate * g;
                }
            }
            Rule::Momentum { momentum, nesterov } => {
                let (rate, momentum) = (F::of(rate), F::of(momentum));
                for ((p, &g), v) in parameters.iter_mut().zip(gradients).zip(first.iter_mut()) {
                    *v = settle(momentum * *v + g);
                    let direction = if nesterov { g + momentum * *v } else { *v };
                    *p = *p - rate * direction;
                }
            }
            Rule::RmsProp => {
                let (rate, alpha, rest, epsilon) = (F::of(rate), F::of(ALPHA), F::of(1.0 - ALPHA), F::of(EPSILON));
                for ((p, &g), v) in parameters.iter_mut().zip(gradients).zip(second.iter_mut()) {
                    *v = settle(alpha * *v + rest * g * g);
                    *p = *p - rate * g / (v.sqrt() + epsilon);
                }
            }
            Rule::Adam { beta1, beta2 } => {
                // The corrections are taken out of the loop: m / (1 - beta1^t) goes into the rate, v's into a factor.
                let rate = F::of(rate / (1.0 - self.powers[0]));
                let factor = F::of(1.0 / (1.0 - self.powers[1]).sqrt());
                let (keep1, add1, keep2, add2) = (F::of(beta1), F::of(1.0 - beta1), F::of(beta2), F::of(1.0 - beta2));
                let epsilon = F::of(EPSILON);
                for (((p, &g), m), v) in parameters.iter_mut().zip(gradients).zip(first.iter_mut()).zip(second.iter_mut()) {
                    *m = settle(keep1 * *m + add1 * g);
                    *v = settle(keep2 * *v + add2 * g * g);
                    *p = *p - rate * *m / (v.sqrt() * factor + epsilon);
                }
            }
            Rule::Nadam { beta1, beta2 } => {
                let (now, next) = (nadam_momentum(beta1, f64::from(self.steps)), nadam_momentum(beta1, f64::from(self.steps) + 1.0));
                let by_gradient = F::of(rate * (1.0 - now) / (1.0 - self.powers[0]));
                let by_memory = F::of(rate * next / (1.0 - self.powers[0] * next));
                let factor = F::of(1.0 / (1.0 - self.powers[1]).sqrt());
                let (keep1, add1, keep2, add2) = (F::of(beta1), F::of(1.0 - beta1), F::of(beta2), F::of(1.0 - beta2));
                let epsilon = F::of(EPSILON);
                for (((p, &g), m), v) in parameters.iter_mut().zip(gradients).zip(first.iter_mut()).zip(second.iter_mut()) {
                    *m = settle(keep1 * *m + add1 * g);
                    *v = settle(keep2 * *v + add2 * g * g);
                    *p = *p - (by_gradient * g + by_memory * *m) / (v.sqrt() * factor + epsilon);
                }
            }
            Rule::Adagrad => {
                let (rate, epsilon) = (F::of(rate), F::of(1e-10));
                for ((p, &g), v) in parameters.iter_mut().zip(gradients).zip(second.iter_mut()) {
                    *v = settle(*v + g * g);
                    *p = *p - rate * g / (v.sqrt() + epsilon);
                }
            }
            Rule::Adadelta => {
                let (rate, keep, add, epsilon) = (F::of(rate), F::of(RHO), F::of(1.0 - RHO), F::of(RHO_EPSILON));
                for (((p, &g), u), v) in parameters.iter_mut().zip(gradients).zip(first.iter_mut()).zip(second.iter_mut()) {
                    *v = settle(keep * *v + add * g * g);
                    let step = (*u + epsilon).sqrt() / (*v + epsilon).sqrt() * g;
                    *u = settle(keep * *u + add * step * step);
                    *p = *p - rate * step;
                }
            }
            Rule::Lion { beta1, beta2 } => {
                let (rate, keep1, add1, keep2, add2) = (F::of(rate), F::of(beta1), F::of(1.0 - beta1), F::of(beta2), F::of(1.0 - beta2));
                for ((p, &g), m) in parameters.iter_mut().zip(gradients).zip(first.iter_mut()) {
                    *p = *p - rate * sign(keep1 * *m + add1 * g);
                    *m = settle(keep2 * *m + add2 * g);
                }
            }
            Rule::Rprop => {
                if self.steps == 1 {
                    second.fill(F::of(rate));
                }
                let [least, most] = RPROP_STEPS.map(F::of);
                for (((p, &g), former), step) in parameters.iter_mut().zip(gradients).zip(first.iter_mut()).zip(second.iter_mut()) {
                    let turned = sign(g) * sign(*former);
                    let factor = F::of(if turned > F::ZERO {
                        1.2
                    } else if turned < F::ZERO {
                        0.5
                    } else {
                        1.0
                    });
                    *step = (*step * factor).larger(least).smaller(most);
                    // Where the sign turned, the step was too long: this one is passed over.
                    let g = if turned < F::ZERO { F::ZERO } else { g };
                    *p = *p - sign(g) * *step;
                    *former = g;
                }
            }
            Rule::Lbfgs => {}
        }
    }
}

/// The momentum of Nadam in a step, counted from 1.
fn nadam_momentum(beta1: f64, step: f64) -> f64 {
    beta1 * (1.0 - 0.5 * float::pow(0.96, 0.004 * step))
}

/// -1, 0 or 1.
#[inline(always)]
fn sign<F: Real>(x: F) -> F {
    if x > F::ZERO {
        F::ONE
    } else if x < F::ZERO {
        -F::ONE
    } else {
        F::ZERO
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
        *g = *g + l2 * w + l1 * sign(w);
    }
}

/// Decoupled decay: weights shrink by the factor 1 - rate decay, apart from the gradient (Loshchilov and Hutter 2019).
pub fn decay<F: Real>(weights: &mut [F], rate: f64, decay: f64) {
    let factor = F::of(1.0 - rate * decay);
    weights.iter_mut().for_each(|w| *w = *w * factor);
}

/// Scales the weights into each unit down where their Euclidean norm exceeds `limit` (Srebro and Shraibman 2005).
///
/// # Shapes
/// - `weights`: inputs x units, row by row
///
/// `squares` is room to work in.
pub fn bound<F: Real>(weights: &mut [F], units: usize, limit: f64, squares: &mut Vec<f64>) {
    squares.clear();
    squares.resize(units, 0.0);
    for row in weights.chunks_exact(units.max(1)) {
        squares.iter_mut().zip(row).for_each(|(sum, w)| *sum += w.wide() * w.wide());
    }
    if squares.iter().all(|&sum| sum <= limit * limit) {
        return;
    }
    squares.iter_mut().for_each(|sum| *sum = if *sum > limit * limit { limit / sum.sqrt() } else { 1.0 });
    for row in weights.chunks_exact_mut(units.max(1)) {
        row.iter_mut().zip(&*squares).for_each(|(w, &factor)| *w = *w * F::of(factor));
    }
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
    fn a_bound_holds_for_each_unit_and_leaves_shorter_weights_alone() {
        // Two inputs, three units: norms 5, 1, 0.
        let mut weights = [3.0, 0.6, 0.0, 4.0, 0.8, 0.0];
        bound(&mut weights, 3, 2.0, &mut Vec::new());
        for (w, want) in weights.iter().zip([1.2, 0.6, 0.0, 1.6, 0.8, 0.0]) {
            assert!((w - want).abs() < 1e-15, "{weights:?}");
        }
    }

    #[test]
    fn shares_of_the_rate_are_those_of_weights_divided_by_the_root_of_the_inputs() {
        // The same path of the function by both ways, for a gradient that depends on the weights.
        let inputs = 9.0_f64;
        let gradient = |w: f64| 2.0 * (w - 0.7) + 0.3 * w * w;
        for rule in [
            Rule::Sgd,
            Rule::Momentum { momentum: 0.9, nesterov: true },
            Rule::Adam { beta1: 0.9, beta2: 0.95 },
            Rule::Nadam { beta1: 0.9, beta2: 0.95 },
            Rule::RmsProp,
            Rule::Adagrad,
            Rule::Lion { beta1: 0.9, beta2: 0.99 },
            Rule::Rprop,
        ] {
            let (mut plain, mut large) = ([0.2], [0.2 * inputs.sqrt()]);
            let (mut by_share, mut by_form) = (Optimizer::<f64>::new(rule, 1), Optimizer::<f64>::new(rule, 1));
            for _ in 0..20 {
                let g = gradient(plain[0]);
                by_share.step_parts(&mut plain, &[g], 0.01, &[(0..1, rule.share_by_inputs(9))]);
                let g = gradient(large[0] / inputs.sqrt()) / inputs.sqrt();
                by_form.step(&mut large, &[g], 0.01);
            }
            let (a, b) = (plain[0], large[0] / inputs.sqrt());
            // The small number beside the root is not scaled.
            assert!((a - b).abs() < 1e-6, "{rule:?}: {a} and {b}");
            assert!((a - 0.2).abs() > 1e-3, "{rule:?} moved");
        }
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
