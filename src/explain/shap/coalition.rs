//! Which sets of columns are asked for, and how much each counts.

use crate::num::Rng;
use std::collections::BTreeMap;

/// A set of columns, a bit for each.
pub type Mask = u128;

/// The most columns that a set can hold and still be drawn without overflow.
pub const MOST: usize = 120;

/// The set of all `p` columns.
pub fn full(p: usize) -> Mask {
    (1 << p) - 1
}

/// Sets of columns for the regression of Kernel SHAP (Lundberg and Lee 2017), neither empty nor full.
///
/// Sizes that the budget covers are taken whole, from the outside in, since they weigh most; the rest is drawn, each
/// set with its complement (Covert and Lee 2021), which cancels much of the error.
pub struct Coalitions {
    /// Each set once.
    pub masks: Vec<Mask>,
    /// The weight of each set; they add up to 1.
    pub weights: Vec<f64>,
    /// Where the drawn sets stand in `masks` (each followed by its complement), and how often each pair was drawn.
    pub drawn: Vec<(usize, u32)>,
    /// The weight of all drawn sets together.
    pub drawn_weight: f64,
}

impl Coalitions {
    /// At most about `budget` sets of `p` columns (2 to [`MOST`]); all of them where the budget covers them.
    pub fn choose(p: usize, budget: usize, rng: &mut Rng) -> Self {
        // The kernel's weight of all sets of size s or p - s together.
        let share = |s: usize| (if 2 * s == p { 1.0 } else { 2.0 }) / (s * (p - s)) as f64;
        let total: f64 = (1..=p / 2).map(share).sum();
        let mut chosen = Self { masks: Vec::new(), weights: Vec::new(), drawn: Vec::new(), drawn_weight: 0.0 };
        let mut left = budget as f64;
        let mut size = 1;
        while size <= p / 2 {
            let count = binomial(p, size) * if 2 * size == p { 1.0 } else { 2.0 };
            let rest: f64 = (size..=p / 2).map(share).sum();
            // Single columns are always taken whole: without them the equations may have no single solution.
            if size > 1 && (count > left || count > left * share(size) / rest) {
                break;
            }
            chosen.add_size(p, size, share(size) / total / count);
            left -= count;
            size += 1;
        }
        if size <= p / 2 {
            let shares: Vec<f64> = (size..=p / 2).map(share).collect();
            let rest: f64 = shares.iter().sum();
            chosen.drawn_weight = rest / total;
            let draws = if left >= 4.0 { (left / 2.0) as u32 } else { 2 };
            chosen.draw(p, size, &shares, draws, rng);
        }
        chosen
    }

    /// Whether every set is there, so that nothing is left to chance.
    pub fn is_complete(&self) -> bool {
        self.drawn.is_empty()
    }

    /// How many pairs were drawn.
    pub fn draws(&self) -> u32 {
        self.drawn.iter().map(|(_, count)| count).sum()
    }

    fn add_size(&mut self, p: usize, size: usize, weight: f64) {
        let mut mask: Mask = full(size);
        while mask <= full(p) {
            self.masks.push(mask);
            self.weights.push(weight);
            if 2 * size != p {
                self.masks.push(full(p) & !mask);
                self.weights.push(weight);
            }
            // The next larger number with as many bits (Gosper).
            let lowest = mask & mask.wrapping_neg();
            let ripple = mask + lowest;
            mask = (((ripple ^ mask) >> 2) >> lowest.trailing_zeros()) | ripple;
        }
    }

    fn draw(&mut self, p: usize, first: usize, shares: &[f64], draws: u32, rng: &mut Rng) {
        let rest: f64 = shares.iter().sum();
        let mut counts = BTreeMap::<Mask, u32>::new();
        for _ in 0..draws {
            let mut place = rng.uniform() * rest;
            let mut size = first;
            for share in shares.iter().take(shares.len() - 1) {
                if place < *share {
                    break;
                }
                place -= share;
                size += 1;
            }
            let mask = rng.sample(p, size).into_iter().fold(0, |mask, column| mask | 1 << column);
            // A pair is known by the smaller of its two sets.
            let other = full(p) & !mask;
            *counts.entry(if other < mask { other } else { mask }).or_insert(0) += 1;
        }
        for (mask, count) in counts {
            self.drawn.push((self.masks.len(), count));
            let weight = self.drawn_weight * f64::from(count) / f64::from(draws) / 2.0;
            self.masks.extend([mask, full(p) & !mask]);
            self.weights.extend([weight, weight]);
        }
    }
}

/// How many sets of `k` there are among `n`, as a float: it only has to be compared with a budget.
fn binomial(n: usize, k: usize) -> f64 {
    (0..k).map(|i| (n - i) as f64 / (i + 1) as f64).product()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_a_large_budget_every_set_stands_once_with_its_weight() {
        for p in 2..9_usize {
            let chosen = Coalitions::choose(p, 1 << p, &mut Rng::new(1, "test", 0));
            assert!(chosen.is_complete());
            let mut masks = chosen.masks.clone();
            masks.sort_unstable();
            assert_eq!(masks, (1..full(p)).collect::<Vec<_>>(), "{p} columns");
            // (p - 1) / (C(p, s) s (p - s)), up to a common factor.
            let kernel = |mask: Mask| {
                let s = mask.count_ones() as usize;
                (p - 1) as f64 / (binomial(p, s) * (s * (p - s)) as f64)
            };
            let total: f64 = chosen.masks.iter().map(|&mask| kernel(mask)).sum();
            for (mask, weight) in chosen.masks.iter().zip(&chosen.weights) {
                assert!((kernel(*mask) / total - weight).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn a_small_budget_takes_the_outer_sizes_whole_and_draws_pairs() {
        let chosen = Coalitions::choose(20, 300, &mut Rng::new(1, "test", 0));
        let singles = chosen.masks.iter().filter(|mask| mask.count_ones() == 1).count();
        assert_eq!(singles, 20);
        assert!(!chosen.is_complete() && chosen.masks.len() <= 300);
        assert!((chosen.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        for &(place, _) in &chosen.drawn {
            assert_eq!(chosen.masks[place] ^ chosen.masks[place + 1], full(20));
        }
        let mut masks = chosen.masks.clone();
        masks.sort_unstable();
        masks.dedup();
        assert_eq!(masks.len(), chosen.masks.len(), "a set stands twice");
    }

    #[test]
    fn many_columns_and_a_budget_below_them_still_give_every_single_column() {
        let chosen = Coalitions::choose(MOST, 10, &mut Rng::new(1, "test", 0));
        assert!(chosen.masks.len() >= 2 * MOST);
    }
}
