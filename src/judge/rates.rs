//! Which learning rate suits: whole trainings with rates from very small to very large on the first fold, the better ones on
//! further folds.
//!
//! Trainings are not cut short: what a rate comes to early says little of where it ends, large ones lead early and are caught
//! up with later.

use serde::{Deserialize, Serialize};

/// The rates that are tried, by equal factors from a ten-thousandth to 1.
pub const RATES: [f64; 12] = [1e-4, 2.3e-4, 5.3e-4, 1.2e-3, 2.8e-3, 6.6e-3, 0.015, 0.035, 0.081, 0.19, 0.43, 1.0];

/// How many rates go on after the first fold, the second and so on.
const SURVIVORS: [usize; 4] = [7, 5, 4, 3];
/// Losses that differ by no more than this share are as good as each other; nor does it matter which of two is next to nothing.
const SAME: f64 = 0.01;
const NOTHING: f64 = 0.002;

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rates {
    /// What every rate came to, fold by fold, by rate within each.
    pub tries: Vec<RateTry>,
    /// The rate that came out best, and its loss over all folds that were used; nothing where none learned.
    pub best: Option<(f64, f64)>,
    /// The rate that the candidate has, and its loss over these folds.
    pub now: (f64, Option<f64>),
    /// Whether the best is better than the present one by more than a hundredth of the loss, and not by next to nothing.
    pub helps: bool,
}

/// What a rate came to in the first folds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RateTry {
    /// The rate.
    pub rate: f64,
    /// In how many folds it was trained.
    pub folds: usize,
    /// The mean loss on these folds' other rows; nothing where it ran away in one.
    pub loss: Option<f64>,
}

/// The rates of the first fold: all of [`RATES`] and the present one.
pub fn first(now: f64) -> Vec<f64> {
    let mut rates = RATES.to_vec();
    if RATES.iter().all(|rate| (rate - now).abs() > 0.02 * rate) {
        rates.push(now);
    }
    rates.sort_by(f64::total_cmp);
    rates
}

/// How many of so many folds are used.
pub fn folds(all: usize) -> usize {
    all.min(SURVIVORS.len() + 1)
}

/// Trainings of a search that uses so many folds, at most.
pub fn trainings(folds: usize) -> usize {
    // The present rate goes on beside those that do.
    let later: usize = SURVIVORS.iter().take(folds.saturating_sub(1)).map(|most| most + 1).sum();
    RATES.len() + 1 + later
}

/// The rates that go on after so many folds, ascending: the better ones, and the present one, so that it is known as well.
pub fn survivors(folds: usize, tries: &[RateTry], now: f64) -> Vec<f64> {
    let Some(most) = folds.checked_sub(1).and_then(|place| SURVIVORS.get(place)) else { return Vec::new() };
    let mut ranked: Vec<&RateTry> = tries.iter().filter(|it| it.loss.is_some()).collect();
    // Of equal ones the larger rate, which gets there sooner.
    let loss = |it: &RateTry| it.loss.unwrap_or(f64::INFINITY);
    ranked.sort_by(|a, b| loss(a).total_cmp(&loss(b)).then(b.rate.total_cmp(&a.rate)));
    let mut rates: Vec<f64> = ranked.iter().take(*most).map(|it| it.rate).collect();
    if !rates.is_empty() && !rates.iter().any(|rate| same(*rate, now)) {
        rates.extend(ranked.iter().map(|it| it.rate).find(|rate| same(*rate, now)));
    }
    rates.sort_by(f64::total_cmp);
    rates
}

fn same(rate: f64, now: f64) -> bool {
    (rate - now).abs() <= 0.02 * now
}

/// Puts all folds together.
pub fn conclude(tries: Vec<RateTry>, now: f64) -> Rates {
    let most = tries.iter().map(|it| it.folds).max().unwrap_or(0);
    let last = || tries.iter().filter(|it| it.folds == most);
    let known = last().filter_map(|it| Some((it.rate, it.loss?)));
    let best = known.reduce(|best, it| if it.1 < best.1 || (it.1 <= best.1 && it.0 > best.0) { it } else { best });
    let present = last().find(|it| same(it.rate, now)).and_then(|it| it.loss);
    let helps =
        best.is_some_and(|(rate, loss)| !same(rate, now) && present.is_none_or(|present| loss < present - SAME * present.abs() - NOTHING));
    Rates { tries, best, now: (now, present), helps }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::float;

    #[test]
    fn the_better_ones_go_on_and_the_present_rate_always() {
        assert!(RATES.windows(2).all(|two| two[1] / two[0] > 2.0 && two[1] / two[0] < 2.6));
        assert_eq!((first(0.015).len(), first(0.003).len()), (12, 13));
        assert_eq!((folds(1), folds(3), folds(10), trainings(1)), (1, 3, 5, 13));
        let loss = |rate: f64| if rate > 0.3 { None } else { Some((float::ln(rate) - float::ln(0.02)).abs()) };
        let (mut all, mut rates) = (Vec::new(), first(1e-6));
        for folds in 1..=5 {
            let tries: Vec<RateTry> = rates.iter().map(|&rate| RateTry { rate, folds, loss: loss(rate) }).collect();
            rates = survivors(folds, &tries, 1e-6);
            assert!(folds == 5 || rates.contains(&1e-6) && rates.is_sorted());
            all.extend(tries);
        }
        assert!(rates.is_empty() && all.len() <= trainings(5));
        let found = conclude(all, 1e-6);
        assert_eq!(found.best.map(|best| best.0), Some(0.015));
        assert!(found.helps && found.now.1.is_some());
        // Nothing learned: nothing is proposed.
        let none = conclude(vec![RateTry { rate: 0.1, folds: 1, loss: None }], 0.1);
        assert!(none.best.is_none() && !none.helps);
        assert!(survivors(1, &none.tries, 0.1).is_empty());
        // A rate that is as good as the best is not talked out of.
        let tries = vec![RateTry { rate: 0.01, folds: 5, loss: Some(1.0) }, RateTry { rate: 0.02, folds: 5, loss: Some(0.995) }];
        assert!(!conclude(tries, 0.01).helps);
    }
}
