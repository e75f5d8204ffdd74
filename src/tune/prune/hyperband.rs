//! Pruning by Hyperband.

use super::{Case, Pruner, halving::falls};
use crate::base::{Field, Problem, Stage, field};
use crate::num::Rng;
use serde::Deserialize;

/// Successive halving in several ladders at once, which begin after 1 fold, `factor` folds, `factor` times `factor` folds and
/// so on, up to all of them (Li and others 2018, "Hyperband"). So trials that begin badly and end well have a chance.
///
/// A trial's ladder is drawn by its number from the seed, in proportion to how many trials a ladder needs, and it is compared
/// with trials of its own ladder alone.
pub static PRUNER: Pruner = Pruner { id: "hyperband", fields, ends, least: None };

#[derive(Deserialize)]
struct Settings {
    factor: usize,
}

fn fields() -> Vec<Field> {
    vec![Field::integer("factor", 2, 2, 10)]
}

fn ends(case: &Case) -> Result<bool, Problem> {
    let Settings { factor } = field::parse(&fields(), case.settings, Stage::Tune, &PRUNER.owner())?;
    let starts = starts(case.folds, factor);
    let own = ladder(case.seed, case.number, &starts);
    Ok(falls(case, starts[own], factor, |trial| ladder(case.seed, trial.number, &starts) == own))
}

/// After how many folds each ladder begins.
fn starts(folds: usize, factor: usize) -> Vec<usize> {
    let all = std::iter::successors(Some(1_usize), |start| start.checked_mul(factor));
    all.take_while(|start| *start <= folds.max(1)).collect()
}

/// The ladder of a trial. A ladder that begins early needs more trials, one for each of which one reaches the end.
fn ladder(seed: u64, number: usize, starts: &[usize]) -> usize {
    let last = starts.last().copied().unwrap_or(1);
    let weights: Vec<usize> = starts.iter().map(|start| last / start).collect();
    let mut drawn = Rng::new(seed, "hyperband", number as u64).below(weights.iter().sum());
    for (place, weight) in weights.iter().enumerate() {
        match drawn.checked_sub(*weight) {
            Some(rest) => drawn = rest,
            None => return place,
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ladders_begin_later_and_later_and_share_the_trials() {
        assert_eq!((starts(5, 2), starts(9, 3), starts(1, 2)), (vec![1, 2, 4], vec![1, 3, 9], vec![1]));
        let count = |place: usize| (0..7000).filter(|&number| ladder(5, number, &[1, 2, 4]) == place).count();
        for (place, expected) in [(0, 4000_usize), (1, 2000), (2, 1000)] {
            assert!(count(place).abs_diff(expected) < 200, "{place}: {}", count(place));
        }
    }
}
