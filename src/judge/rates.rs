//! Which learning rate suits: short trainings with rates from very small to very large, the better ones longer and longer.

use serde::{Deserialize, Serialize};

/// The rates that are tried, by equal factors from a ten-thousandth to 1.
pub const RATES: [f64; 12] = [1e-4, 2.3e-4, 5.3e-4, 1.2e-3, 2.8e-3, 6.6e-3, 0.015, 0.035, 0.081, 0.19, 0.43, 1.0];

/// Stretches of the search: the share of all epochs that each rate is trained for, and how many rates go on from it.
const RUNGS: [(f64, usize); 4] = [(1.0 / 16.0, 6), (0.125, 3), (0.25, 2), (0.5, 1)];
/// Epochs of a stretch, at least.
const LEAST_EPOCHS: u32 = 3;
/// Losses that differ by no more than this share are as good as each other; nor does it matter which of two is next to nothing.
const SAME: f64 = 0.01;
const NOTHING: f64 = 0.002;

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rates {
    /// Every short training, stretch by stretch, by rate within each.
    pub tries: Vec<RateTry>,
    /// The rate that came out best, and its loss in the last stretch; nothing where none learned.
    pub best: Option<(f64, f64)>,
    /// The rate that the candidate has, and its loss in the last stretch.
    pub now: (f64, Option<f64>),
    /// Whether the best is better than the present one by more than a hundredth of the loss, and not by next to nothing.
    pub helps: bool,
    /// Whether losses are of rows that were not learned from (the stop rows); otherwise of the training rows.
    pub unseen: bool,
}

/// A short training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RateTry {
    /// The rate.
    pub rate: f64,
    /// Epochs that it was to last.
    pub epochs: u32,
    /// The lowest loss of an epoch; nothing where it ran away.
    pub loss: Option<f64>,
}

/// The rates of the first stretch: all of [`RATES`] and the present one.
pub fn first(now: f64) -> Vec<f64> {
    let mut rates = RATES.to_vec();
    if RATES.iter().all(|rate| (rate - now).abs() > 0.02 * rate) {
        rates.push(now);
    }
    rates.sort_by(f64::total_cmp);
    rates
}

/// Epochs of a stretch for a training of so many; nothing after the last stretch.
pub fn epochs(stretch: usize, all: u32) -> Option<u32> {
    let (share, _) = RUNGS.get(stretch)?;
    Some(((f64::from(all) * share).ceil() as u32).max(LEAST_EPOCHS).min(all))
}

/// The rates that go on after a stretch, ascending: the better ones, and the present one, so that it is known for as long.
pub fn survivors(stretch: usize, tries: &[RateTry], now: f64) -> Vec<f64> {
    let Some((_, most)) = RUNGS.get(stretch) else { return Vec::new() };
    let mut ranked: Vec<&RateTry> = tries.iter().filter(|it| it.loss.is_some()).collect();
    // Of equal ones the larger rate, which gets there sooner.
    let loss = |it: &RateTry| it.loss.unwrap_or(f64::INFINITY);
    ranked.sort_by(|a, b| loss(a).total_cmp(&loss(b)).then(b.rate.total_cmp(&a.rate)));
    let mut rates: Vec<f64> = ranked.iter().take(*most).map(|it| it.rate).collect();
    if !rates.is_empty() && !rates.iter().any(|rate| same(*rate, now)) {
        rates.extend(tries.iter().map(|it| it.rate).find(|rate| same(*rate, now)));
    }
    rates.sort_by(f64::total_cmp);
    rates
}

fn same(rate: f64, now: f64) -> bool {
    (rate - now).abs() <= 0.02 * now
}

/// Puts all stretches together.
pub fn conclude(tries: Vec<RateTry>, now: f64, unseen: bool) -> Rates {
    let longest = tries.iter().map(|it| it.epochs).max().unwrap_or(0);
    let last: Vec<RateTry> = {
        // The last stretch is the end of the list: with few epochs stretches may be as long as each other.
        let from = tries.windows(2).rposition(|two| two[1].rate <= two[0].rate).map_or(0, |at| at + 1);
        tries[from..].iter().copied().filter(|it| it.epochs == longest).collect()
    };
    let known = last.iter().filter_map(|it| Some((it.rate, it.loss?)));
    let best = known.reduce(|best, it| if it.1 < best.1 || (it.1 <= best.1 && it.0 > best.0) { it } else { best });
    let present = last.iter().find(|it| same(it.rate, now)).and_then(|it| it.loss);
    let helps =
        best.is_some_and(|(rate, loss)| !same(rate, now) && present.is_none_or(|present| loss < present - SAME * present.abs() - NOTHING));
    Rates { tries, best, now: (now, present), helps, unseen }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::float;

    #[test]
    fn the_better_half_goes_on_and_the_present_rate_always() {
        assert!(RATES.windows(2).all(|two| two[1] / two[0] > 2.0 && two[1] / two[0] < 2.6));
        assert_eq!((first(0.015).len(), first(0.003).len()), (12, 13));
        let loss = |rate: f64| if rate > 0.3 { None } else { Some((float::ln(rate) - float::ln(0.02)).abs()) };
        let tried = |rates: &[f64], epochs| rates.iter().map(|&rate| RateTry { rate, epochs, loss: loss(rate) }).collect::<Vec<_>>();
        let mut all = Vec::new();
        let mut rates = first(1e-6);
        for stretch in 0.. {
            let Some(epochs) = epochs(stretch, 200) else { break };
            let tries = tried(&rates, epochs);
            rates = survivors(stretch, &tries, 1e-6);
            assert!(rates.contains(&1e-6) && rates.is_sorted());
            all.extend(tries);
        }
        let found = conclude(all, 1e-6, true);
        assert_eq!(found.best.map(|best| best.0), Some(0.015));
        assert!(found.helps && found.now.1.is_some());
        assert_eq!((epochs(0, 200), epochs(3, 200), epochs(0, 2), epochs(4, 200)), (Some(13), Some(100), Some(2), None));
        // Nothing learned: nothing is proposed.
        let none = conclude(vec![RateTry { rate: 0.1, epochs: 3, loss: None }], 0.1, false);
        assert!(none.best.is_none() && !none.helps);
        assert!(survivors(0, &none.tries, 0.1).is_empty());
        // A rate that is as good as the best is not talked out of.
        let tries = vec![RateTry { rate: 0.01, epochs: 50, loss: Some(1.0) }, RateTry { rate: 0.02, epochs: 50, loss: Some(0.995) }];
        assert!(!conclude(tries, 0.01, true).helps);
    }
}
