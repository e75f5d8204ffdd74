//! How much better than the best a place is expected to be.

use super::process::Process;
use super::sobol;
use crate::num::distribution::{normal_cdf, normal_ppf};
use crate::num::float;

/// Ways in which trials of the same round may end that are looked at.
const ENDINGS: u32 = 32;
/// Noise that keeps slopes finite where a place is known.
const NOISE: f64 = 1e-12;

/// The logarithm of the expected improvement over the best (Jones and others 1998; Ament and others 2023). The trials of the
/// same round are not told yet: the improvement is the mean over some of the ways in which they may end, so that a round is
/// spread out but not torn apart (Snoek and others 2012, section 3.2).
pub(super) struct Improvement {
    /// The process, its last places those of the same round.
    process: Process,
    /// How many places are of the same round.
    pending: usize,
    /// For each ending the normal numbers it is made of, and the best score then.
    endings: Vec<(Vec<f64>, f64)>,
}

impl Improvement {
    /// Of a process over the best standardised score, with the places of the same round.
    pub fn new(process: Process, best: f64, pending: &[Vec<f64>], seed: u64) -> Self {
        let process = process.believing(pending);
        if pending.is_empty() {
            return Self { process, pending: 0, endings: vec![(Vec::new(), best)] };
        }
        let (means, rows) = process.last(pending.len());
        let ending = |index: u32| {
            // Coordinates are multiples of 2^-32; half of that keeps them off 0.
            let normal: Vec<f64> =
                sobol::point(index, pending.len(), Some(seed)).into_iter().map(|x| normal_ppf(x + 0.5 / 4_294_967_296.0)).collect();
            let value = |(mean, row): (&f64, &Vec<f64>)| row.iter().zip(&normal).fold(*mean, |sum, (part, z)| sum + part * z);
            let most = means.iter().zip(&rows).map(value).fold(best, |most, value| if value > most { value } else { most });
            (normal, most)
        };
        let endings = (0..ENDINGS).map(ending).collect();
        Self { process, pending: pending.len(), endings }
    }

    /// The process.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// The logarithm of the improvement at a place.
    pub fn at(&self, place: &[f64]) -> f64 {
        self.value(place, false).0
    }

    /// The logarithm of the improvement at a place, and its slopes.
    pub fn with_slopes(&self, place: &[f64]) -> (f64, Vec<f64>) {
        self.value(place, true)
    }

    fn value(&self, place: &[f64], with_slopes: bool) -> (f64, Vec<f64>) {
        let belief = self.process.at(place);
        let deviation = (belief.variance + NOISE).sqrt();
        let parts = &belief.parts[belief.parts.len() - self.pending..];
        // What is known of an ending moves the mean; the variance is the same in all.
        let ahead = |(normal, best): &(Vec<f64>, f64)| parts.iter().zip(normal).fold(belief.mean, |sum, (part, z)| sum + part * z) - best;
        let all: Vec<f64> = self.endings.iter().map(|ending| ahead(ending) / deviation).collect();
        let logs: Vec<f64> = all.iter().map(|&z| log_improvement(z)).collect();
        let largest = logs.iter().fold(f64::NEG_INFINITY, |most, &log| if log > most { log } else { most });
        let sum = logs.iter().fold(0.0, |sum, log| sum + float::exp(log - largest));
        let value = largest + float::ln(sum / logs.len() as f64) + float::ln(deviation);
        if !with_slopes {
            return (value, Vec::new());
        }
        // d log(s h(a / s)) is Phi / (s h) by a and phi / (s h) by s, with h the improvement of a unit deviation.
        let (mut mean, mut spread, mut last) = (0.0, 0.0, vec![0.0; self.pending]);
        for ((&z, log), (normal, _)) in all.iter().zip(&logs).zip(&self.endings) {
            let share = float::exp(log - largest) / sum;
            let by_mean = share * float::exp(log_below(z) - log) / deviation;
            mean += by_mean;
            spread += share * float::exp(log_density(z) - log) / deviation;
            last.iter_mut().zip(normal).for_each(|(last, z)| *last += by_mean * z);
        }
        (value, self.process.slopes(place, &belief, mean, spread / (2.0 * deviation), &last))
    }
}

fn log_density(z: f64) -> f64 {
    -0.5 * z * z - 0.5 * float::ln(std::f64::consts::TAU)
}

/// The logarithm of the normal distribution function.
fn log_below(z: f64) -> f64 {
    if z > -20.0 {
        return float::ln(normal_cdf(z));
    }
    let t = 1.0 / (z * z);
    log_density(z) - float::ln(-z) + float::ln(1.0 - t * (1.0 - 3.0 * t))
}

/// The logarithm of the expected improvement of a normal belief of deviation 1, its mean `z` over the best.
fn log_improvement(z: f64) -> f64 {
    if z > -20.0 {
        return float::ln(float::exp(log_density(z)) + z * normal_cdf(z));
    }
    // phi(z) + z Phi(z) vanishes below the smallest number; its asymptotic series does not.
    let t = 1.0 / (z * z);
    log_density(z) + float::ln(t * (1.0 - 3.0 * t + 15.0 * t * t))
}

#[cfg(test)]
mod tests {
    use super::super::process::Dimension;
    use super::*;

    #[test]
    fn the_logarithm_of_the_improvement_reaches_far_below() {
        // Python, mpmath with 50 digits: log(npdf(z) + z * ncdf(z)).
        for (z, expected) in [
            (1.0, 0.08002621884930694),
            (-1.0, -2.4851210257126413),
            (-10.0, -55.55312203612235),
            (-19.9, -204.9128876949217),
            (-20.1, -208.9327404166246),
            (-60.0, -1809.1084601822722),
        ] {
            let found = log_improvement(z);
            assert!((found - expected).abs() < 1e-6 * f64::abs(expected), "{z}: {found} {expected}");
        }
    }

    #[test]
    fn slopes_are_those_of_the_improvement() {
        let places: Vec<Vec<f64>> = (0..12).map(|i| vec![f64::from(i) / 11.0, f64::from(i * 5 % 12) / 11.0]).collect();
        let values: Vec<f64> = places.iter().map(|x| float::sin(5.0 * x[0]) - x[1]).collect();
        for pending in [vec![], vec![vec![0.3, 0.4], vec![0.35, 0.1]]] {
            let process = Process::fit(vec![Dimension::Number; 2], places.clone(), values.clone()).expect("a process");
            let gain = Improvement::new(process, 0.9, &pending, 7);
            for place in [[0.31, 0.05], [0.8, 0.77]] {
                let (value, slopes) = gain.with_slopes(&place);
                assert_eq!(value, gain.at(&place));
                for at in 0..2 {
                    let moved = |by: f64| {
                        let mut place = place;
                        place[at] += by;
                        gain.at(&place)
                    };
                    let near = (moved(1e-6) - moved(-1e-6)) / 2e-6;
                    assert!((near - slopes[at]).abs() < 1e-4 * (1.0 + near.abs()), "{at}: {near} {}", slopes[at]);
                }
            }
        }
    }

    #[test]
    fn the_mean_over_endings_is_that_of_drawn_ones() {
        // With the outcome of the pending trial known, the process of both gives the same improvement as its ending.
        let places = vec![vec![0.0], vec![0.4], vec![1.0]];
        let process = || Process::fit(vec![Dimension::Number], places.clone(), vec![-1.0, 1.0, 0.0]).expect("a process");
        let gain = Improvement::new(process(), 1.0, &[vec![0.6]], 3);
        let alone = Improvement::new(process(), 1.0, &[], 3);
        // Near the pending trial there is less to gain than without it, elsewhere about the same.
        assert!(gain.at(&[0.6]) < alone.at(&[0.6]) - 1.0);
        assert!((gain.at(&[0.2]) - alone.at(&[0.2])).abs() < 0.5);
    }
}
