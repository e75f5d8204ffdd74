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
}

impl Loss {
    /// Every choice, by id.
    pub const IDS: &[&str] = &["auto", "binary_cross_entropy", "categorical_cross_entropy", "huber", "squared_error"];

    /// The loss of an id for a task; nothing where the two do not fit.
    pub fn choose(id: &str, task: Task, delta: f64) -> Option<Self> {
        match (id, task) {
            ("auto" | "binary_cross_entropy", Task::Binary) => Some(Loss::BinaryCrossEntropy),
            ("auto" | "categorical_cross_entropy", Task::Multiclass) => Some(Loss::CategoricalCrossEntropy),
            ("auto" | "squared_error", Task::Regression) => Some(Loss::SquaredError),
            ("huber", Task::Regression) => Some(Loss::Huber { delta }),
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
            Loss::SquaredError | Loss::CategoricalCrossEntropy => (d * d, d + d),
        }
    }

    /// The mean loss of always giving the best constant answer (for Huber, of answering the mean), which any model
    /// should beat. 0 without rows.
    pub fn baseline(self, truth: &[f64], weights: &[f64], outputs: usize) -> f64 {
        let total: f64 = weights.iter().sum();
        if total <= 0.0 {
            return 0.0;
        }
        let rows = || truth.iter().zip(weights);
        match self {
            Loss::BinaryCrossEntropy | Loss::CategoricalCrossEntropy => {
                let mut shares = vec![0.0; if outputs < 2 { 2 } else { outputs }];
                for (&y, &w) in rows() {
                    if let Some(share) = shares.get_mut(y as usize) {
                        *share += w / total;
                    }
                }
                shares.iter().filter(|&&share| share > 0.0).map(|&share| -share * float::ln(share)).sum()
            }
            Loss::SquaredError | Loss::Huber { .. } => {
                let mean = rows().map(|(&y, &w)| y * w).sum::<f64>() / total;
                rows().map(|(&y, &w)| self.single(mean, y).0 * w).sum::<f64>() / total
            }
        }
    }
}

#[inline(always)]
fn each<F: Real>(f: impl FnMut(usize) -> F) -> Lane<F> {
    std::array::from_fn(f)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [(Loss, usize); 4] =
        [(Loss::BinaryCrossEntropy, 1), (Loss::CategoricalCrossEntropy, 3), (Loss::SquaredError, 1), (Loss::Huber { delta: 1.5 }, 1)];

    fn logits(outputs: usize) -> Vec<Lane<f64>> {
        (0..outputs).map(|o| each(|l| (l as f64 - 3.3) * 0.9 + (o as f64) * 0.7)).collect()
    }

    #[test]
    fn every_gradient_agrees_with_central_differences() {
        let truth: Lane<f64> = each(|l| (l % 2) as f64);
        let weights: Lane<f64> = each(|l| 0.5 + l as f64);
        for (loss, outputs) in ALL {
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
    }
}
