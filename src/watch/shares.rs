//! Distances between two lists of shares.

use crate::explain::sums;
use crate::num::float;
use serde::{Deserialize, Serialize};

/// Shares below this are raised to it before a logarithm is taken (and not made to add up to 1 again).
const CLIP: f64 = 1e-4;

/// Distances between the shares of two samples in the same bins or levels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Distances {
    /// Population stability index: the sum of (p - q) ln(p / q), shares raised to at least 0.0001.
    pub psi: f64,
    /// Kullback-Leibler divergence of the reference from the current: the sum of p ln(p / q), the same shares.
    pub kl: f64,
    /// Jensen-Shannon distance to base 2 (the root of the divergence), from 0 to 1.
    pub js_distance: f64,
    /// Total variation: half the sum of |p - q|, from 0 to 1.
    pub total_variation: f64,
    /// Hellinger distance: the root of half the sum of (sqrt p - sqrt q)^2, from 0 to 1.
    pub hellinger: f64,
}

/// The distances of two lists of shares of equal length; each list adds up to 1.
pub fn distances(reference: &[f64], current: &[f64]) -> Distances {
    let pairs = || reference.iter().copied().zip(current.iter().copied());
    let clip = |share: f64| if share < CLIP { CLIP } else { share };
    let log = |(p, q): (f64, f64)| float::ln(clip(p) / clip(q));
    // p ln(p / m), which is 0 for a share of 0.
    let towards = |share: f64, middle: f64| if share > 0.0 { share * float::ln(share / middle) } else { 0.0 };
    let divergence: f64 = pairs().map(|(p, q)| towards(p, (p + q) / 2.0) + towards(q, (p + q) / 2.0)).sum();
    let root = |p: f64, q: f64| (p.sqrt() - q.sqrt()) * (p.sqrt() - q.sqrt());
    Distances {
        psi: pairs().map(|(p, q)| (clip(p) - clip(q)) * log((p, q))).sum(),
        kl: pairs().map(|(p, q)| clip(p) * log((p, q))).sum(),
        // A rounding below 0 has no root.
        js_distance: sums::larger(0.0, divergence / (2.0 * std::f64::consts::LN_2)).sqrt(),
        total_variation: pairs().map(|(p, q)| (p - q).abs()).sum::<f64>() / 2.0,
        hellinger: (pairs().map(|(p, q)| root(p, q)).sum::<f64>() / 2.0).sqrt(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_shares_are_at_no_distance_and_disjoint_ones_at_the_largest() {
        let same = distances(&[0.25, 0.75, 0.0], &[0.25, 0.75, 0.0]);
        assert_eq!([same.psi, same.kl, same.js_distance, same.total_variation, same.hellinger], [0.0; 5]);
        let apart = distances(&[1.0, 0.0], &[0.0, 1.0]);
        assert!([apart.js_distance, apart.total_variation, apart.hellinger].iter().all(|distance| (distance - 1.0).abs() < 1e-12));
        assert!(apart.psi.is_finite() && apart.psi > 10.0);
    }
}
