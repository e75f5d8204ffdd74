//! Losses, straight from the last layer's raw outputs (logits), each with its gradient.
//!
//! From logits and not from probabilities, because a probability that rounds to 0 or 1 has lost what the loss needs.

use crate::base::Task;
use crate::num::float;
use crate::num::kernel::{LANES, Lane, Real};

/// What is made small.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Loss {
    /// softplus(z) - y z: minus the log-likelihood of two classes; y is 0 or 1.
    BinaryCrossEntropy,
    /// ln(sum of exp(z)) - z[y]: minus the log-likelihood of several classes; y is the class's number.
    CategoricalCrossEntropy,
    /// (z - y)^2
    SquaredError,
    /// d^2 / 2 up to `delta`, delta (|d| - delta / 2) beyond, for d = z - y (Huber 1964)
    Huber {
        /// Where the square turns into a straight line.
        delta: f64,
    },
    /// |z - y|: least where half of the values lie above
    AbsoluteError,
    /// ln(cosh(z - y)): a square near 0, a straight line beyond
    LogCosh,
    /// exp(z) - y z: minus the log-likelihood of counts, but for what does not depend on z; y is at least 0
    Poisson,
    /// q d for d = y - z above 0, (q - 1) d below: least where the share `q` of the values lies below (Koenker and Bassett 1978)
    Quantile {
        /// The share that shall lie below.
        q: f64,
    },
    /// Minus the log-likelihood of two classes with soft targets and less weight on what is sure already.
    SoftBinary(Softening),
    /// The same of several classes.
    SoftCategorical(Softening),
}

/// How a cross-entropy is softened: the sum over classes of t (1 - p)^gamma (-ln p), where the own class has the target
/// t = 1 - smoothing + smoothing / classes and each other one smoothing / classes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Softening {
    /// How much of the target goes to all classes alike (Szegedy and others 2016).
    pub smoothing: f64,
    /// How much less a sure answer counts (the focal loss of Lin and others 2017); 0 for not at all.
    pub gamma: f64,
}

impl Softening {
    /// The loss of a class with target `t` and log-probability `ln_p`, and the derivative by `ln_p`.
    #[inline(always)]
    fn of_class<F: Real>(self, t: F, ln_p: F) -> (F, F) {
        if self.gamma == 0.0 {
            return (-t * ln_p, -t);
        }
        let gamma = F::of(self.gamma);
        // 1 - p without cancellation; the smallest of it keeps the logarithm finite.
        let rest = (-ln_p.smaller(F::ZERO).exp_m1_negative()).larger(F::TINY);
        let faded = (gamma * rest.ln()).exp();
        // p ln(p) / (1 - p) goes to -1 where p goes to 1.
        let p = F::ONE - rest;
        let slope = gamma * faded * (p * ln_p / rest) - faded;
        (-t * faded * ln_p, t * slope)
    }

    fn targets<F: Real>(self, classes: usize) -> (F, F) {
        let other = self.smoothing / classes as f64;
        (F::of(1.0 - self.smoothing + other), F::of(other))
    }
}

impl Loss {
    /// Every choice, by id.
    pub const IDS: &[&str] = &[
        "auto",
        "absolute_error",
        "binary_cross_entropy",
        "categorical_cross_entropy",
        "focal",
        "huber",
        "log_cosh",
        "poisson",
        "quantile",
        "squared_error",
    ];

    /// The loss of an id for a task; nothing where the two do not fit. `softening` holds for classes, its gamma for the
    /// focal loss alone.
    pub fn choose(id: &str, task: Task, delta: f64, q: f64, softening: Softening) -> Option<Self> {
        let plain = Softening { gamma: 0.0, ..softening };
        match (id, task) {
            ("auto" | "binary_cross_entropy", Task::Binary) if plain.smoothing == 0.0 => Some(Loss::BinaryCrossEntropy),
            ("auto" | "binary_cross_entropy", Task::Binary) => Some(Loss::SoftBinary(plain)),
            ("focal", Task::Binary) => Some(Loss::SoftBinary(softening)),
            ("auto" | "categorical_cross_entropy", Task::Multiclass) if plain.smoothing == 0.0 => Some(Loss::CategoricalCrossEntropy),
            ("auto" | "categorical_cross_entropy", Task::Multiclass) => Some(Loss::SoftCategorical(plain)),
            ("focal", Task::Multiclass) => Some(Loss::SoftCategorical(softening)),
            ("auto" | "squared_error", Task::Regression) => Some(Loss::SquaredError),
            ("absolute_error", Task::Regression) => Some(Loss::AbsoluteError),
            ("huber", Task::Regression) => Some(Loss::Huber { delta }),
            ("log_cosh", Task::Regression) => Some(Loss::LogCosh),
            ("poisson", Task::Regression) => Some(Loss::Poisson),
            ("quantile", Task::Regression) => Some(Loss::Quantile { q }),
            _ => None,
        }
    }

    /// The sum of weight times loss over rows, and the gradient of that sum times `scale`.
    ///
    /// # Shapes
    /// - `logits`, `gradient`: blocks x outputs lanes
    /// - `truth`, `weights`: a lane for each block; rows behind the last have weight 0 and get gradient 0
    pub fn gradient<F: Real>(
        self,
        logits: &[Lane<F>],
        outputs: usize,
        truth: &[Lane<F>],
        weights: &[Lane<F>],
        scale: F,
        gradient: &mut [Lane<F>],
    ) -> f64 {
        let mut sum = 0.0;
        let blocks = logits.chunks_exact(outputs).zip(gradient.chunks_exact_mut(outputs));
        for ((logits, gradient), (truth, weights)) in blocks.zip(truth.iter().zip(weights)) {
            let losses = self.block(logits, truth, gradient);
            for gradient in gradient {
                for (g, &weight) in gradient.iter_mut().zip(weights) {
                    // A row of weight 0 counts for nothing, whatever its loss.
                    *g = if weight == F::ZERO { F::ZERO } else { *g * (weight * scale) };
                }
            }
            for (loss, &weight) in losses.iter().zip(weights) {
                if weight != F::ZERO {
                    sum += loss.wide() * weight.wide();
                }
            }
        }
        sum
    }

    /// The loss of each row of a block, and its gradient by the logits.
    #[inline(always)]
    fn block<F: Real>(self, logits: &[Lane<F>], truth: &Lane<F>, gradient: &mut [Lane<F>]) -> Lane<F> {
        let mut losses = [F::ZERO; LANES];
        match self {
            Loss::CategoricalCrossEntropy => {
                // The largest logit is taken out, so that exp never overflows and the sum is at least 1.
                let largest = logits.iter().fold([F::of(f64::NEG_INFINITY); LANES], |largest, z| each(|l| z[l].larger(largest[l])));
                let mut sums = [F::ZERO; LANES];
                for (z, e) in logits.iter().zip(gradient.iter_mut()) {
                    *e = each(|l| (z[l] - largest[l]).exp());
                    sums = each(|l| sums[l] + e[l]);
                }
                let mut own = [F::ZERO; LANES];
                for (class, (z, g)) in logits.iter().zip(gradient).enumerate() {
                    let class = F::of(class as f64);
                    for l in 0..LANES {
                        let is_own = truth[l] == class;
                        own[l] = if is_own { z[l] - largest[l] } else { own[l] };
                        g[l] = g[l] / sums[l] - if is_own { F::ONE } else { F::ZERO };
                    }
                }
                losses = each(|l| sums[l].ln() - own[l]);
            }
            Loss::SoftCategorical(soft) => {
                let largest = logits.iter().fold([F::of(f64::NEG_INFINITY); LANES], |largest, z| each(|l| z[l].larger(largest[l])));
                let sums = logits.iter().fold([F::ZERO; LANES], |sums, z| each(|l| sums[l] + (z[l] - largest[l]).exp()));
                let ln_sums: Lane<F> = each(|l| sums[l].ln());
                let (own, other) = soft.targets::<F>(logits.len());
                // First each class's derivative by its log-probability, then what all of them share.
                let mut all = [F::ZERO; LANES];
                for (class, (z, g)) in logits.iter().zip(gradient.iter_mut()).enumerate() {
                    let class = F::of(class as f64);
                    for l in 0..LANES {
                        let target = if truth[l] == class { own } else { other };
                        let (loss, slope) = soft.of_class(target, z[l] - largest[l] - ln_sums[l]);
                        losses[l] += loss;
                        g[l] = slope;
                        all[l] += slope;
                    }
                }
                for (z, g) in logits.iter().zip(gradient) {
                    *g = each(|l| g[l] - (z[l] - largest[l] - ln_sums[l]).exp() * all[l]);
                }
            }
            _ => {
                for (z, g) in logits.iter().zip(gradient) {
                    for l in 0..LANES {
                        (losses[l], g[l]) = self.single(z[l], truth[l]);
                    }
                }
            }
        }
        losses
    }

    /// Loss and derivative for one output.
    #[inline(always)]
    fn single<F: Real>(self, z: F, y: F) -> (F, F) {
        let d = z - y;
        match self {
            Loss::BinaryCrossEntropy => (z.softplus() - y * z, z.sigmoid() - y),
            Loss::Huber { delta } => {
                let delta = F::of(delta);
                let half = F::of(0.5);
                if d.abs() > delta {
                    (delta * (d.abs() - half * delta), if d > F::ZERO { delta } else { -delta })
                } else {
                    (half * d * d, d)
                }
            }
            Loss::AbsoluteError => (
                d.abs(),
                if d > F::ZERO {
                    F::ONE
                } else if d < F::ZERO {
                    -F::ONE
                } else {
                    F::ZERO
                },
            ),
            Loss::LogCosh => {
                let size = d.abs();
                (size + (-(size + size)).exp().ln_1p_unit() - F::of(std::f64::consts::LN_2), d.tanh())
            }
            Loss::Poisson => {
                let rate = z.exp();
                (rate - y * z, rate - y)
            }
            Loss::Quantile { q } => {
                // d is z - y here.
                let (below, above) = (F::of(q), F::of(1.0 - q));
                if d > F::ZERO { (above * d, above) } else { (-below * d, if d < F::ZERO { -below } else { F::ZERO }) }
            }
            Loss::SoftBinary(soft) => {
                let (own, other) = soft.targets::<F>(2);
                let (t1, t0) = if y == F::ONE { (own, other) } else { (other, own) };
                let (loss1, slope1) = soft.of_class(t1, -(-z).softplus());
                let (loss0, slope0) = soft.of_class(t0, -z.softplus());
                (loss1 + loss0, slope1 * (-z).sigmoid() - slope0 * z.sigmoid())
            }
            Loss::SquaredError | Loss::CategoricalCrossEntropy | Loss::SoftCategorical(_) => (d * d, d + d),
        }
    }

    /// The function that makes an answer of an output, for numbers: counts are answered by exp.
    pub fn answers_by_exp(self) -> bool {
        self == Loss::Poisson
    }

    /// The mean loss of always giving the best constant answer, which any model should beat; for Huber and log-cosh of
    /// answering the mean, for softened entropies the shares of the classes. 0 without rows.
    pub fn baseline(self, truth: &[f64], weights: &[f64], outputs: usize) -> f64 {
        let total: f64 = weights.iter().sum();
        if total <= 0.0 {
            return 0.0;
        }
        let rows = || truth.iter().zip(weights);
        let always = |z: f64| rows().map(|(&y, &w)| self.single(z, y).0 * w).sum::<f64>() / total;
        let mean = || rows().map(|(&y, &w)| y * w).sum::<f64>() / total;
        let shares = || {
            let mut shares = vec![0.0; if outputs < 2 { 2 } else { outputs }];
            for (&y, &w) in rows() {
                if let Some(share) = shares.get_mut(y as usize) {
                    *share += w / total;
                }
            }
            shares
        };
        match self {
            Loss::BinaryCrossEntropy | Loss::CategoricalCrossEntropy => {
                shares().into_iter().filter(|&share| share > 0.0).map(|share| -share * float::ln(share)).sum()
            }
            Loss::SoftBinary(soft) | Loss::SoftCategorical(soft) => {
                let shares = shares();
                let (own, other) = soft.targets::<f64>(shares.len());
                let classes = || shares.iter().filter(|&&share| share > 0.0);
                let with = |t: f64| classes().map(move |&share| soft.of_class(t, float::ln(share)).0);
                // Each class is the own one as often as its share, and one of the others else.
                classes().zip(with(own)).zip(with(other)).map(|((share, own), other)| share * own + (1.0 - share) * other).sum()
            }
            Loss::SquaredError | Loss::Huber { .. } | Loss::LogCosh => always(mean()),
            Loss::Poisson => {
                let mean = mean();
                if mean > 0.0 { always(float::ln(mean)) } else { 0.0 }
            }
            Loss::AbsoluteError => always(quantile(truth, weights, 0.5 * total)),
            Loss::Quantile { q } => always(quantile(truth, weights, q * total)),
        }
    }
}

/// The smallest value up to which at least `weight` of all weights lies.
fn quantile(values: &[f64], weights: &[f64], weight: f64) -> f64 {
    let mut sorted: Vec<(f64, f64)> = values.iter().copied().zip(weights.iter().copied()).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut sum = 0.0;
    let found = sorted.iter().find(|(_, w)| {
        sum += w;
        sum >= weight
    });
    found.or(sorted.last()).map_or(0.0, |(value, _)| *value)
}

#[inline(always)]
fn each<F: Real>(f: impl FnMut(usize) -> F) -> Lane<F> {
    std::array::from_fn(f)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOFT: Softening = Softening { smoothing: 0.1, gamma: 2.0 };
    const ALL: [(Loss, usize); 11] = [
        (Loss::BinaryCrossEntropy, 1),
        (Loss::CategoricalCrossEntropy, 3),
        (Loss::SquaredError, 1),
        (Loss::Huber { delta: 1.5 }, 1),
        (Loss::AbsoluteError, 1),
        (Loss::LogCosh, 1),
        (Loss::Quantile { q: 0.9 }, 1),
        (Loss::SoftBinary(SOFT), 1),
        (Loss::SoftBinary(Softening { gamma: 0.5, ..SOFT }), 1),
        (Loss::SoftCategorical(SOFT), 3),
        (Loss::SoftCategorical(Softening { gamma: 0.0, ..SOFT }), 3),
    ];

    fn logits(outputs: usize) -> Vec<Lane<f64>> {
        (0..outputs).map(|o| each(|l| (l as f64 - 3.3) * 0.9 + (o as f64) * 0.7)).collect()
    }

    #[test]
    fn every_gradient_agrees_with_central_differences() {
        let truth: Lane<f64> = each(|l| (l % 2) as f64);
        let weights: Lane<f64> = each(|l| 0.5 + l as f64);
        for (loss, outputs) in ALL.into_iter().chain([(Loss::Poisson, 1)]) {
            let at = |logits: &[Lane<f64>]| {
                let mut gradient = vec![[0.0; LANES]; outputs];
                let sum = loss.gradient(logits, outputs, &[truth], &[weights], 1.0, &mut gradient);
                (sum, gradient)
            };
            let start = logits(outputs);
            let (_, gradient) = at(&start);
            for o in 0..outputs {
                for l in 0..LANES {
                    let h = 1e-5;
                    let moved = |by: f64| {
                        let mut z = start.clone();
                        z[o][l] += by;
                        at(&z).0
                    };
                    let difference = (moved(h) - moved(-h)) / (2.0 * h);
                    assert!((gradient[o][l] - difference).abs() < 1e-7, "{loss:?}: {} against {difference}", gradient[o][l]);
                }
            }
        }
    }

    #[test]
    fn rows_of_weight_zero_count_for_nothing_even_where_their_loss_is_not_finite() {
        for (loss, outputs) in ALL {
            let mut z = logits(outputs);
            z.iter_mut().for_each(|lane| lane[7] = f64::NAN);
            let mut weights = [1.0; LANES];
            weights[7] = 0.0;
            let mut gradient = vec![[0.0; LANES]; outputs];
            let sum = loss.gradient(&z, outputs, &[[1.0; LANES]], &[weights], 1.0, &mut gradient);
            assert!(sum.is_finite() && gradient.iter().flatten().all(|g| g.is_finite()), "{loss:?}");
        }
    }

    #[test]
    fn sure_answers_have_finite_losses_in_single_precision() {
        for (loss, outputs) in ALL {
            let z = [[1000.0_f32; LANES], [-1000.0; LANES], [1000.0; LANES]];
            let mut gradient = vec![[0.0; LANES]; outputs];
            let sum = loss.gradient(&z[..outputs], outputs, &[[0.0; LANES]], &[[1.0; LANES]], 1.0, &mut gradient);
            assert!(sum.is_finite() && gradient.iter().flatten().all(|g| g.is_finite()), "{loss:?}: {sum}");
        }
    }

    #[test]
    fn the_baseline_is_the_loss_of_the_best_constant() {
        let truth = [0.0, 1.0, 1.0, 1.0];
        let entropy = -(0.25 * float::ln(0.25) + 0.75 * float::ln(0.75));
        assert!((Loss::BinaryCrossEntropy.baseline(&truth, &[1.0; 4], 1) - entropy).abs() < 1e-15);
        assert!((Loss::CategoricalCrossEntropy.baseline(&truth, &[3.0, 1.0, 1.0, 1.0], 2) - float::ln(2.0)).abs() < 1e-15);
        assert!((Loss::SquaredError.baseline(&truth, &[1.0; 4], 1) - 0.1875).abs() < 1e-15);
        assert_eq!(Loss::SquaredError.baseline(&[], &[], 1), 0.0);
        let values = [0.0, 1.0, 4.0, 9.0, 2.0];
        let weights = [1.0, 2.0, 1.0, 1.0, 1.0];
        for loss in [Loss::AbsoluteError, Loss::Quantile { q: 0.8 }, Loss::Poisson] {
            let best = (0..9_000).map(|step| {
                let z = f64::from(step) * 0.001 + 0.0;
                values.iter().zip(weights).map(|(&y, w)| loss.single(z, y).0 * w).sum::<f64>() / 6.0
            });
            let best = best.fold(f64::INFINITY, |least, loss| if loss < least { loss } else { least });
            assert!((loss.baseline(&values, &weights, 1) - best).abs() < 1e-5, "{loss:?}: {best}");
        }
        // Without softening the softened losses are the plain ones.
        let plain = Softening::default();
        let (soft, hard) = (Loss::SoftCategorical(plain), Loss::CategoricalCrossEntropy);
        assert!((soft.baseline(&truth, &[1.0; 4], 2) - hard.baseline(&truth, &[1.0; 4], 2)).abs() < 1e-15);
    }

    #[test]
    fn softened_losses_are_their_formula_with_weights() {
        let z = [0.4, -1.2, 2.0];
        let total: f64 = z.iter().map(|z| float::exp(*z)).sum();
        let p: Vec<f64> = z.iter().map(|z| float::exp(*z) / total).collect();
        for (smoothing, gamma) in [(0.0, 0.0), (0.1, 0.0), (0.0, 2.0), (0.2, 1.5)] {
            let soft = Softening { smoothing, gamma };
            for class in 0..3 {
                let term = |k: usize| {
                    let target = smoothing / 3.0 + if k == class { 1.0 - smoothing } else { 0.0 };
                    -target * float::pow(1.0 - p[k], gamma) * float::ln(p[k])
                };
                let want: f64 = 2.5 * (0..3).map(term).sum::<f64>();
                let logits: Vec<Lane<f64>> = z.iter().map(|z| [*z; LANES]).collect();
                let mut weights = [0.0; LANES];
                weights[3] = 2.5;
                let mut gradient = vec![[0.0; LANES]; 3];
                let found = Loss::SoftCategorical(soft).gradient(&logits, 3, &[[class as f64; LANES]], &[weights], 1.0, &mut gradient);
                assert!((found - want).abs() < 1e-12, "{soft:?}: {found} instead of {want}");
            }
            // Two classes by one output are two classes by two.
            for y in [0.0, 1.0] {
                let (loss, slope) = Loss::SoftBinary(soft).single(0.7, y);
                let logits = [[0.0; LANES], [0.7; LANES]];
                let mut weights = [0.0; LANES];
                weights[0] = 1.0;
                let mut gradient = vec![[0.0; LANES]; 2];
                let want = Loss::SoftCategorical(soft).gradient(&logits, 2, &[[y; LANES]], &[weights], 1.0, &mut gradient);
                assert!((loss - want).abs() < 1e-12 && (slope - gradient[1][0]).abs() < 1e-12, "{soft:?} {y}");
            }
        }
    }
}
