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
    /// The same over and over: the first time over `every` epochs, then over `longer` times as many as before.
    Restarts { every: u32, longer: u32, floor: f64 },
    /// Up along half a cosine from a 25th of the rate over the first three tenths of the epochs, then down to next to nothing
    /// (Smith and Topin 2018, as PyTorch's OneCycleLR has it).
    OneCycle,
    /// In a straight line to 0, to the power of `power`.
    Polynomial { power: f64 },
    /// `waves` waves from 0 to the rate and back, each about twice as long as the one before (Holzmuller and others 2024).
    LogCosine { waves: u32 },
    /// Times `factor` whenever the loss that decides has not become lower for more than `patience` epochs. What it comes to
    /// is known only while training.
    Plateau { factor: f64, patience: u32 },
}

/// How often a plateau was met, and how long the loss has not become lower.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Plateau {
    best: Option<f64>,
    waited: u32,
    falls: u32,
}

impl Plateau {
    /// A loss counts as lower where it is so by this share (PyTorch's threshold).
    const LOWER: f64 = 1e-4;

    fn observe(&mut self, loss: f64, patience: u32) {
        if self.best.is_none_or(|best| loss < best * (1.0 - Self::LOWER)) {
            (self.best, self.waited) = (Some(loss), 0);
            return;
        }
        self.waited += 1;
        if self.waited > patience {
            (self.falls, self.waited) = (self.falls + 1, 0);
        }
    }
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
    /// What the plateaus came to so far.
    pub plateau: Plateau,
}

impl Schedule {
    /// The share of the rate that the first epoch of a warm-up begins with.
    const FIRST_SHARE: f64 = 0.1;

    /// A rate that falls for so many epochs, without a warm-up.
    pub fn new(rate: f64, decline: Decline, epochs: u32) -> Self {
        Self { rate, decline, warmup: 0, epochs, changes: Vec::new(), plateau: Plateau::default() }
    }

    /// Tells the loss of an epoch that is done, for schedules that go by it.
    pub fn observe(&mut self, loss: f64) {
        if let Decline::Plateau { patience, .. } = self.decline {
            self.plateau.observe(loss, patience);
        }
    }

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
                floor + (1.0 - floor) * falling(share)
            }
            Decline::Restarts { every, longer, floor } => {
                let (mut past, mut length) = (past, every.max(1));
                while past >= length {
                    past -= length;
                    length = length.saturating_mul(longer.max(1));
                }
                floor + (1.0 - floor) * falling(f64::from(past) / f64::from(length))
            }
            Decline::OneCycle => one_cycle(f64::from(past), f64::from(all)),
            Decline::Polynomial { power } => {
                let share = if all == 0 { 0.0 } else { f64::from(past) / f64::from(all) };
                float::pow(1.0 - share, power)
            }
            Decline::LogCosine { waves } => {
                // In the middle of each epoch, since at its ends the rate may be 0.
                let share = (f64::from(past) + 0.5) / f64::from(all.max(1));
                let longest = float::pow(2.0, f64::from(waves)) - 1.0;
                0.5 * (1.0 - float::cos(2.0 * std::f64::consts::PI * float::ln(1.0 + longest * share) / std::f64::consts::LN_2))
            }
            Decline::Plateau { factor, .. } => float::pow(factor, f64::from(self.plateau.falls)),
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

/// Half a cosine from 1 to 0.
fn falling(share: f64) -> f64 {
    0.5 * (1.0 + float::cos(std::f64::consts::PI * share))
}

/// The share of the largest rate in an epoch of a cycle.
fn one_cycle(epoch: f64, epochs: f64) -> f64 {
    let (first, last) = (1.0 / 25.0, 1.0 / 25.0 / 1e4);
    let (top, end) = (0.3 * epochs - 1.0, epochs - 1.0);
    if epoch <= top {
        let share = if top > 0.0 { epoch / top } else { 1.0 };
        1.0 + (first - 1.0) * falling(share)
    } else {
        let share = if end > top { (epoch - top) / (end - top) } else { 1.0 };
        last + (1.0 - last) * falling(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_holds_from_its_epoch_on_and_the_decline_goes_on() {
        let mut schedule = Schedule::new(0.1, Decline::Exponential { factor: 0.5 }, 4);
        schedule.change(2, 0.8);
        assert_eq!(schedule.rates(), [0.1, 0.05, 0.2, 0.1]);
        schedule.change(1, 0.2);
        assert_eq!(schedule.rates(), [0.1, 0.1, 0.05, 0.025]);
    }

    #[test]
    fn odd_lengths_give_finite_rates() {
        let declines = [
            Decline::Constant,
            Decline::Step { every: 0, factor: 0.5 },
            Decline::Cosine { floor: 0.0 },
            Decline::Restarts { every: 0, longer: 0, floor: 0.1 },
            Decline::OneCycle,
            Decline::Polynomial { power: 0.5 },
            Decline::LogCosine { waves: 4 },
            Decline::Plateau { factor: 0.5, patience: 0 },
        ];
        for decline in declines {
            for (warmup, epochs) in [(0, 3), (1, 3), (5, 3), (0, 1), (0, 2), (3, 3)] {
                let schedule = Schedule { warmup, ..Schedule::new(1.0, decline, epochs) };
                assert!(schedule.rates().iter().all(|rate| rate.is_finite() && (0.0..=1.0).contains(rate)), "{schedule:?}");
            }
        }
    }
}
