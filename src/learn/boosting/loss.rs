//! Losses by the raw sum of the trees, each with its gradient and second derivative.

use super::histogram::Slope;
use crate::base::Task;
use crate::num::float;
use crate::plan::Link;

/// What is made small. `z` is the raw sum, y the answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Loss {
    /// ln(1 + exp(z)) - y z for two classes; y is 0 or 1.
    Binary,
    /// ln(sum of exp(z)) - z[y] for several classes; y is the class's number.
    Classes(usize),
    /// (z - y)^2, whose gradient is taken by half
    Squared,
    /// |z - y|: least where half of the values lie above
    Absolute,
    /// q d for d = y - z above 0, (q - 1) d below: least where the share q of the values lies below
    Quantile(f64),
    /// exp(z) - y z for counts y
    Poisson,
}

/// A leaf of counts steps no further than this before the learning rate, for one that expects nearly none can be wrong by
/// any factor.
const LONGEST_STEP: f64 = 20.0;

/// Shares are kept this far from 0 before their logarithm is taken.
const LEAST_SHARE: f64 = 1e-15;

impl Loss {
    /// The choices for numbers, by id.
    pub const IDS: &[&str] = &["squared_error", "absolute_error", "quantile", "poisson"];

    /// The loss of an id for a task; classes have one loss, whatever the id.
    pub fn choose(id: &str, task: Task, classes: usize, q: f64) -> Self {
        match (task, id) {
            (Task::Binary, _) => Loss::Binary,
            (Task::Multiclass, _) => Loss::Classes(classes),
            (_, "absolute_error") => Loss::Absolute,
            (_, "quantile") => Loss::Quantile(q),
            (_, "poisson") => Loss::Poisson,
            _ => Loss::Squared,
        }
    }

    /// From the raw sum to the answer.
    pub fn link(self) -> Link {
        match self {
            Loss::Binary => Link::Sigmoid,
            Loss::Classes(_) => Link::Softmax,
            Loss::Poisson => Link::Exp,
            _ => Link::Identity,
        }
    }

    /// Whether every second derivative is 1.
    pub fn is_flat(self) -> bool {
        matches!(self, Loss::Squared | Loss::Absolute | Loss::Quantile(_))
    }

    /// The share of the residuals that shall lie below a leaf's answer, where that is not Newton's step.
    pub fn leaf_quantile(self) -> Option<f64> {
        match self {
            Loss::Absolute => Some(0.5),
            Loss::Quantile(q) => Some(q),
            _ => None,
        }
    }

    /// The longest step of a leaf.
    pub fn longest_step(self) -> f64 {
        if self == Loss::Poisson { LONGEST_STEP } else { f64::INFINITY }
    }

    /// The best constant raw sums: one, or one for each class.
    pub fn start(self, y: &[f64], weights: Option<&[f64]>) -> Vec<f64> {
        let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
        let total = (0..y.len()).fold(0.0, |sum, row| sum + weight(row));
        let mean = || (0..y.len()).fold(0.0, |sum, row| sum + y[row] * (weight(row) / total));
        match self {
            Loss::Binary => {
                let share = mean();
                vec![float::ln(share / (1.0 - share))]
            }
            Loss::Classes(count) => {
                let mut shares = vec![0.0; count];
                (0..y.len()).for_each(|row| shares[y[row] as usize] += weight(row) / total);
                shares.into_iter().map(|share| float::ln(if share > LEAST_SHARE { share } else { LEAST_SHARE })).collect()
            }
            Loss::Squared => vec![mean()],
            Loss::Absolute | Loss::Quantile(_) => {
                let mut pairs: Vec<(f64, f64)> = (0..y.len()).map(|row| (y[row], weight(row))).collect();
                vec![quantile(&mut pairs, self.leaf_quantile().unwrap_or(0.5))]
            }
            Loss::Poisson => {
                let mean = mean();
                vec![float::ln(if mean > LEAST_SHARE { mean } else { LEAST_SHARE })]
            }
        }
    }

    /// The loss and slope of a row of one output, without its weight.
    #[inline(always)]
    pub fn of_row(self, z: f64, y: f64) -> (f64, Slope) {
        match self {
            Loss::Squared => {
                let d = z - y;
                (d * d, [d, 1.0])
            }
            Loss::Binary => {
                // exp of what is not positive: never too large, and one of the two probabilities comes without cancellation.
                let e = float::exp(-z.abs());
                let p = if z >= 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) };
                let loss = (if z > 0.0 { z } else { 0.0 }) + float::ln_1p(e) - y * z;
                (loss, [p - y, e / ((1.0 + e) * (1.0 + e))])
            }
            Loss::Absolute => {
                let d = z - y;
                (d.abs(), [sign(d), 1.0])
            }
            Loss::Quantile(q) => {
                let d = y - z;
                if d > 0.0 { (q * d, [-q, 1.0]) } else { ((q - 1.0) * d, [1.0 - q, 1.0]) }
            }
            Loss::Poisson => {
                let mean = float::exp(if z < 700.0 { z } else { 700.0 });
                (mean - y * z, [mean - y, mean])
            }
            Loss::Classes(_) => (0.0, [0.0, 0.0]),
        }
    }

    /// The loss of a row whose raw sums stand in `z`.
    pub fn of(self, z: &[f64], y: f64) -> f64 {
        match self {
            Loss::Classes(_) => log_sum_exp(z.iter().copied()) - z[y as usize],
            _ => self.of_row(z[0], y).0,
        }
    }
}

/// The slope of a class whose log-probability is `ln_p`; `own` where it is the row's.
#[inline(always)]
pub fn of_class(ln_p: f64, own: bool) -> Slope {
    let p = float::exp(ln_p);
    [p - f64::from(u8::from(own)), p * (1.0 - p)]
}

/// ln(sum of exp(z)); the largest is taken out, so that exp never overflows.
pub fn log_sum_exp(z: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = z.clone().fold(f64::NEG_INFINITY, |best, z| if z > best { z } else { best });
    largest + float::ln(z.fold(0.0, |sum, z| sum + float::exp(z - largest)))
}

fn sign(d: f64) -> f64 {
    if d > 0.0 {
        1.0
    } else if d < 0.0 {
        -1.0
    } else {
        0.0
    }
}

/// The value that the share `q` of the weight lies at or below; half-way to the next where it is exactly that share.
/// Pairs of value and weight, put into order; 0 without any.
pub fn quantile(pairs: &mut [(f64, f64)], q: f64) -> f64 {
    pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let total = pairs.iter().fold(0.0, |sum, pair| sum + pair.1);
    let wanted = q * total;
    let mut sum = 0.0;
    for (place, (value, weight)) in pairs.iter().enumerate() {
        sum += weight;
        if sum >= wanted {
            let next = pairs[place + 1..].iter().find(|pair| pair.1 > 0.0);
            return match next {
                Some((next, _)) if sum == wanted => value / 2.0 + next / 2.0,
                _ => *value,
            };
        }
    }
    pairs.last().map_or(0.0, |pair| pair.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_the_derivatives_of_the_losses() {
        let step = 1e-5;
        for (loss, half) in
            [(Loss::Binary, 1.0), (Loss::Squared, 0.5), (Loss::Poisson, 1.0), (Loss::Quantile(0.3), 1.0), (Loss::Absolute, 1.0)]
        {
            for (z, y) in [(0.3, 1.0), (-4.0, 0.0), (2.5, 1.0), (-0.2, 0.0), (3.0, 0.0)] {
                let at = |z: f64| half * loss.of_row(z, y).0;
                let [gradient, curvature] = loss.of_row(z, y).1;
                assert!((gradient - (at(z + step) - at(z - step)) / (2.0 * step)).abs() < 1e-8, "{loss:?} {z} {y}");
                if !matches!(loss, Loss::Quantile(_) | Loss::Absolute) {
                    let second = (at(z + step) - 2.0 * at(z) + at(z - step)) / (step * step);
                    assert!((curvature - second).abs() < 1e-4 * (1.0 + curvature), "{loss:?} {z} {y}: {curvature} {second}");
                }
            }
        }
        let z = [0.5, -1.0, 2.0];
        for class in 0..3 {
            let at = |shift: f64| {
                let mut z = z;
                z[class] += shift;
                Loss::Classes(3).of(&z, 1.0)
            };
            let [gradient, curvature] = of_class(z[class] - log_sum_exp(z.iter().copied()), class == 1);
            assert!((gradient - (at(step) - at(-step)) / (2.0 * step)).abs() < 1e-8);
            assert!((curvature - (at(step) - 2.0 * at(0.0) + at(-step)) / (step * step)).abs() < 1e-4);
        }
    }

    #[test]
    fn the_start_is_the_best_constant() {
        let (numbers, counts, yes) = ([1.0, 2.0, 4.0, 9.0, 3.5], [0.0, 2.0, 1.0, 7.0, 0.0], [0.0, 1.0, 1.0, 1.0, 0.0]);
        let weights = [1.0, 2.0, 0.5, 1.0, 3.0];
        for (loss, y) in [
            (Loss::Squared, numbers),
            (Loss::Absolute, numbers),
            (Loss::Quantile(0.8), numbers),
            (Loss::Poisson, counts),
            (Loss::Binary, yes),
        ] {
            let start = loss.start(&y, Some(&weights))[0];
            let at = |z: f64| y.iter().zip(weights).map(|(&y, weight)| weight * loss.of_row(z, y).0).sum::<f64>();
            assert!([-1e-3, 1e-3].iter().all(|step| at(start) <= at(start + step) + 1e-12), "{loss:?}");
        }
    }

    #[test]
    fn far_out_sums_stay_finite() {
        for z in [-1e6, -800.0, 800.0, 1e6] {
            for loss in [Loss::Binary, Loss::Poisson] {
                let (value, slope) = loss.of_row(z, 1.0);
                assert!(value.is_finite() && slope.iter().all(|part| part.is_finite()), "{loss:?} {z}");
            }
            assert!(Loss::Classes(2).of(&[z, 0.0], 1.0).is_finite());
        }
    }

    #[test]
    fn a_quantile_of_weighted_values_is_that_of_repeated_ones() {
        assert_eq!(quantile(&mut [(3.0, 1.0), (1.0, 1.0), (2.0, 1.0), (9.0, 1.0)], 0.5), 2.5);
        assert_eq!(quantile(&mut [(3.0, 1.0), (1.0, 3.0), (9.0, 0.0)], 0.5), 1.0);
        assert_eq!(quantile(&mut [(1.0, 2.0), (5.0, 2.0)], 0.5), 3.0);
        assert_eq!(quantile(&mut [], 0.5), 0.0);
    }
}
