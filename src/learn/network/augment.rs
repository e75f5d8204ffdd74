//! Rows changed at random while training, so that the network cannot learn them by heart: noise on the inputs, and mixtures
//! of pairs of rows (mixup).

use crate::num::Rng;
use crate::num::kernel::{LANES, Lane, Real};

/// How rows are changed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Augmenting {
    /// The standard deviation of normal noise on every input; 0 for none (Bishop 1995).
    pub noise: f64,
    /// Both parameters of the Beta distribution that the shares of mixed rows are drawn from; 0 for no mixing (Zhang and
    /// others 2018). A share is drawn for each part of a batch of at most 256 rows, and each row is mixed with the one some
    /// places on in that part.
    pub mixup: f64,
}

/// What a part of a batch is mixed by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mixture {
    /// The share of the row itself.
    pub share: f64,
    /// How many places on its partner stands.
    pub shift: usize,
}

impl Augmenting {
    /// Adds noise to the rows in the input, blocks x inputs lanes, of which `rows` are there.
    pub(super) fn blur<F: Real>(self, input: &mut [Lane<F>], inputs: usize, rows: usize, seed: u64, place: u64) {
        if self.noise <= 0.0 {
            return;
        }
        let mut rng = Rng::new(seed, "noise", place);
        for (block, lanes) in input.chunks_exact_mut(inputs.max(1)).enumerate() {
            let there = LANES.min(rows.saturating_sub(block * LANES));
            for lane in lanes {
                lane[..there].iter_mut().for_each(|x| *x += F::of(self.noise * rng.normal()));
            }
        }
    }

    /// How so many rows are mixed; nothing where they are not.
    pub(super) fn mixture(self, rows: usize, seed: u64, place: u64) -> Option<Mixture> {
        if self.mixup <= 0.0 || rows < 2 {
            return None;
        }
        let mut rng = Rng::new(seed, "mixup", place);
        let (a, b) = (gamma(self.mixup, &mut rng), gamma(self.mixup, &mut rng));
        // Of a very small parameter both may round to 0: then one row is as good as the other.
        let share = if a + b > 0.0 { a / (a + b) } else { 1.0 };
        Some(Mixture { share, shift: 1 + rng.below(rows - 1) })
    }
}

impl Mixture {
    /// The partner of each row.
    pub fn partners(self, rows: &[u32], into: &mut Vec<u32>) {
        into.clear();
        into.extend((0..rows.len()).map(|row| rows[(row + self.shift) % rows.len()]));
    }

    /// Mixes rows with their partners.
    pub fn mix<F: Real>(self, input: &mut [Lane<F>], partners: &[Lane<F>]) {
        let share = F::of(self.share);
        let cells = input.as_flattened_mut().iter_mut().zip(partners.as_flattened());
        cells.for_each(|(x, &other)| *x = other + share * (*x - other));
    }
}

/// A number of the Gamma distribution with this shape and scale 1 (Marsaglia and Tsang 2000).
fn gamma(shape: f64, rng: &mut Rng) -> f64 {
    use crate::num::float::{exp, ln, pow};
    if shape < 1.0 {
        let draw = gamma(shape + 1.0, rng);
        return draw * pow(1.0 - rng.uniform(), 1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = rng.normal();
        let v = (1.0 + c * x) * (1.0 + c * x) * (1.0 + c * x);
        if v > 0.0 && 1.0 - rng.uniform() < exp(0.5 * x * x + d - d * v + d * ln(v)) {
            return d * v;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_the_moments_of_the_beta_distribution() {
        for alpha in [0.2, 1.0, 3.0] {
            let shares: Vec<f64> =
                (0..20_000).map(|place| Augmenting { noise: 0.0, mixup: alpha }.mixture(8, 1, place).expect("mixed").share).collect();
            let mean = shares.iter().sum::<f64>() / 20_000.0;
            let variance = shares.iter().map(|s| (s - mean) * (s - mean)).sum::<f64>() / 20_000.0;
            let want = 1.0 / (4.0 * (2.0 * alpha + 1.0));
            assert!((mean - 0.5).abs() < 0.015 && (variance - want).abs() < 0.04 * want, "{alpha}: {mean}, {variance} and {want}");
        }
    }

    #[test]
    fn a_row_is_mixed_with_another_and_noise_touches_only_rows_that_are_there() {
        let mixture = Augmenting { noise: 0.0, mixup: 0.4 }.mixture(5, 3, 7).expect("mixed");
        assert_eq!(Some(mixture), Augmenting { noise: 0.0, mixup: 0.4 }.mixture(5, 3, 7));
        let mut partners = Vec::new();
        mixture.partners(&[10, 11, 12, 13, 14], &mut partners);
        assert!((0..5).all(|row| partners[row] != 10 + row as u32));
        let mut input = [[1.0; LANES]];
        Mixture { share: 0.75, shift: 1 }.mix(&mut input, &[[5.0; LANES]]);
        assert_eq!(input, [[2.0; LANES]]);
        let mut input = vec![[0.0; LANES]; 4];
        Augmenting { noise: 0.1, mixup: 0.0 }.blur(&mut input, 2, LANES + 1, 1, 0);
        assert!(input[0].iter().all(|x| *x != 0.0) && input[2][0] != 0.0 && input[2][1..].iter().all(|x| *x == 0.0));
    }
}
