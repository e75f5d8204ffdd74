//! Dropout (Srivastava and others 2014): while training, units are left out at random and the others divided by the
//! share kept, so that prediction needs no change.
//!
//! Random numbers come from a counter and not from a stream: whether a unit is left out depends only on the seed, the
//! layer, the epoch, the row's place in the epoch and the unit. So a mask vectorises, and it is the same however rows
//! are put into batches and slices.

use crate::num::Rng;
use crate::num::kernel::{LANES, Lane, Real};

/// The masks of a fit, a key for each layer.
#[derive(Clone, Debug)]
pub struct Dropout {
    keys: Vec<u64>,
}

impl Dropout {
    /// The masks of a seed for this many layers.
    pub fn new(seed: u64, layers: usize) -> Self {
        Self { keys: (0..layers).map(|layer| Rng::new(seed, "dropout", layer as u64).next_u64()).collect() }
    }

    /// Leaves units of a layer out: values and slopes are multiplied by 0 or by 1 / (1 - share).
    ///
    /// # Shapes
    /// - `values`, `slopes`: blocks x units lanes; `row` is the place in the epoch of the first row
    // A function of its own, so that a profile shows it.
    #[inline(never)]
    pub fn apply<F: Real>(
        &self,
        layer: usize,
        epoch: u32,
        row: u32,
        share: f64,
        units: usize,
        values: &mut [Lane<F>],
        slopes: &mut [Lane<F>],
    ) {
        if share <= 0.0 || units == 0 {
            return;
        }
        let key = self.keys.get(layer).copied().unwrap_or(0);
        let factor = F::of(1.0 / (1.0 - share));
        // Of 2^24 equally likely numbers, the lowest ones leave the unit out.
        let limit = (share * f64::from(1_u32 << 24)).round() as i32;
        let blocks = values.chunks_exact_mut(units).zip(slopes.chunks_exact_mut(units));
        for (block, (values, slopes)) in blocks.enumerate() {
            let first = row.wrapping_add((block * LANES) as u32);
            let seeds: [u32; LANES] = std::array::from_fn(|lane| seed_of_row(key, epoch, first.wrapping_add(lane as u32)));
            let mut offset = 0_u32;
            for (value, slope) in values.iter_mut().zip(slopes) {
                for lane in 0..LANES {
                    let draw = (mix(seeds[lane].wrapping_add(offset)) >> 8) as i32;
                    let factor = if draw < limit { F::ZERO } else { factor };
                    value[lane] = value[lane] * factor;
                    slope[lane] = slope[lane] * factor;
                }
                offset = offset.wrapping_add(0x9e37_79b9);
            }
        }
    }
}

/// The finaliser of SplitMix64 over key, epoch and row.
fn seed_of_row(key: u64, epoch: u32, row: u32) -> u32 {
    let counter = (u64::from(epoch) << 32) | u64::from(row);
    let mut z = key.wrapping_add(counter.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) as u32
}

/// Mixes 32 bits so that neighbouring counters have nothing in common: two rounds of multiply and shift, with factors
/// of small bias (Wellons 2018, "Prospecting for hash functions").
#[inline(always)]
fn mix(x: u32) -> u32 {
    let x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
    let x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(seed: u64, epoch: u32, row: u32, share: f64, units: usize, blocks: usize) -> Vec<Lane<f64>> {
        let mut values = vec![[1.0; LANES]; units * blocks];
        let mut slopes = values.clone();
        Dropout::new(seed, 1).apply(0, epoch, row, share, units, &mut values, &mut slopes);
        assert_eq!(values, slopes);
        values
    }

    #[test]
    fn a_mask_does_not_depend_on_how_rows_are_grouped() {
        let whole = mask(1, 3, 16, 0.4, 5, 4);
        let parts: Vec<_> = [16, 32].into_iter().flat_map(|row| mask(1, 3, row, 0.4, 5, 2)).collect();
        assert_eq!(whole, parts);
        assert_ne!(whole, mask(1, 4, 16, 0.4, 5, 4));
        assert_ne!(whole, mask(2, 3, 16, 0.4, 5, 4));
    }

    #[test]
    fn units_rows_and_epochs_are_left_out_independently() {
        let (share, units, blocks) = (0.3, 40, 250);
        let n = (units * blocks * LANES) as f64;
        let kept = |mask: &[Lane<f64>]| mask.iter().flatten().map(|&x| if x > 0.0 { 1.0 } else { 0.0 }).collect::<Vec<f64>>();
        let first = kept(&mask(7, 0, 0, share, units, blocks));
        let centred = |list: &[f64]| list.iter().map(|x| x - (1.0 - share)).collect::<Vec<f64>>();
        let correlation = |a: &[f64], b: &[f64]| {
            centred(a).iter().zip(centred(b)).map(|(a, b)| a * b).sum::<f64>() / (a.len() as f64 * share * (1.0 - share))
        };
        let mean = first.iter().sum::<f64>() / n;
        // Five standard errors of 80,000 draws.
        assert!((mean - 0.7).abs() < 5.0 * (0.21 / n).sqrt(), "{mean}");
        let bound = 5.0 / n.sqrt();
        let other_epoch = kept(&mask(7, 1, 0, share, units, blocks));
        for (what, found) in [
            ("epoch", correlation(&first, &other_epoch)),
            ("row", correlation(&first[1..], &first[..first.len() - 1])),
            ("unit", correlation(&first[LANES..], &first[..first.len() - LANES])),
            ("block", correlation(&first[units * LANES..], &first[..first.len() - units * LANES])),
        ] {
            assert!(found.abs() < bound, "{what}: {found}");
        }
    }
}
