//! The learning rate by epoch. What is plotted before training is what training uses.

use crate::num::float;

/// How the rate falls.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Decline {
    /// Not at all.
    Constant,
    /// Times `factor` after every `every` epochs.
    Step { every: u32, factor: f64 },
    /// Times `factor` after each epoch.
    Exponential { factor: f64 },
    /// Along half a cosine to `floor` times the first rate (Loshchilov and Hutter 2017).
    Cosine { floor: f64 },
}

/// The first rate, how it falls, how it begins, and what was changed on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// The rate that the decline begins with.
    pub rate: f64,
    /// How it falls.
    pub decline: Decline,
    /// Epochs over which the rate rises in a straight line from a tenth of itself, before the decline begins.
    pub warmup: u32,
    /// Epochs in all.
    pub epochs: u32,
    /// From the epoch (counted from 0) on, the first rate is this one: changes made while training, in ascending order.
    pub changes: Vec<(u32, f64)>,
}

impl Schedule {
    /// The share of the rate that the first epoch of a warm-up begins with.
    const FIRST_SHARE: f64 = 0.1;

    /// The rate of an epoch, counted from 0.
    pub fn at(&self, epoch: u32) -> f64 {
        let rate = self.changes.iter().rev().find(|(from, _)| *from <= epoch).map_or(self.rate, |(_, rate)| *rate);
        if epoch < self.warmup {
            let share = f64::from(epoch) / f64::from(self.warmup);
            return rate * (Self::FIRST_SHARE + (1.0 - Self::FIRST_SHARE) * share);
        }
        let past = epoch - self.warmup;
        let all = self.epochs.saturating_sub(self.warmup);
        rate * match self.decline {
            Decline::Constant => 1.0,
            Decline::Step { every, factor } => float::pow(factor, f64::from(past / if every == 0 { 1 } else { every })),
            Decline::Exponential { factor } => float::pow(factor, f64::from(past)),
            Decline::Cosine { floor } => {
                let share = if all == 0 { 0.0 } else { f64::from(past) / f64::from(all) };
                floor + (1.0 - floor) * 0.5 * (1.0 + float::cos(std::f64::consts::PI * share))
            }
        }
    }

    /// The rate of every epoch.
    pub fn rates(&self) -> Vec<f64> {
        (0..self.epochs).map(|epoch| self.at(epoch)).collect()
    }

    /// From an epoch (counted from 0) on, the first rate is `rate`.
    pub fn change(&mut self, epoch: u32, rate: f64) {
        self.changes.retain(|(from, _)| *from < epoch);
        self.changes.push((epoch, rate));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_holds_from_its_epoch_on_and_the_decline_goes_on() {
        let mut schedule = Schedule { rate: 0.1, decline: Decline::Exponential { factor: 0.5 }, warmup: 0, epochs: 4, changes: Vec::new() };
        schedule.change(2, 0.8);
        assert_eq!(schedule.rates(), [0.1, 0.05, 0.2, 0.1]);
        schedule.change(1, 0.2);
        assert_eq!(schedule.rates(), [0.1, 0.1, 0.05, 0.025]);
    }

    #[test]
    fn odd_lengths_give_finite_rates() {
        for decline in [Decline::Constant, Decline::Step { every: 0, factor: 0.5 }, Decline::Cosine { floor: 0.0 }] {
            for warmup in [0, 1, 5] {
                let schedule = Schedule { rate: 1.0, decline, warmup, epochs: 3, changes: Vec::new() };
                assert!(schedule.rates().iter().all(|rate| rate.is_finite() && *rate >= 0.0), "{schedule:?}");
            }
        }
    }
}
