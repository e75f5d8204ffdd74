//! How much each parameter explains of the differences between trials.

use crate::base::Figure;
use serde_json::Value;

/// The share of the variance of the scores' ranks that lies between groups of a parameter's values, less what chance would
/// put there (epsilon squared; Kelley 1935), from 0 to 1. Groups are the values of a choice, or up to four ranges of a
/// number with equally many trials.
///
/// Ranks, so that a diverged trial counts as bad and not as everything. Undefined for fewer than ten scores and where all
/// are the same.
pub(super) fn share(values: &[&Value], scores: &[f64]) -> Figure {
    if scores.len() < 10 {
        return Figure::undefined("too_few");
    }
    match explained(&groups(values), &ranks(scores)) {
        Some(share) => Figure::from(share),
        None => Figure::undefined("constant"),
    }
}

/// The rank of each score from 1; equal ones share the mean of their ranks.
fn ranks(scores: &[f64]) -> Vec<f64> {
    let below = |score: f64| scores.iter().filter(|other| **other < score).count() as f64;
    let equal = |score: f64| scores.iter().filter(|other| **other == score).count() as f64;
    scores.iter().map(|&score| below(score) + (equal(score) + 1.0) / 2.0).collect()
}

/// The group of each value: quarters of numbers by rank, or the different other values.
fn groups(values: &[&Value]) -> Vec<usize> {
    let numbers: Option<Vec<f64>> = values.iter().map(|value| value.as_f64()).collect();
    match numbers {
        Some(numbers) => {
            let n = numbers.len() as f64;
            // Values of one rank stay together.
            ranks(&numbers).into_iter().map(|rank| (((rank - 0.5) / n * 4.0).floor() as usize).min(3)).collect()
        }
        None => values.iter().map(|value| values.iter().position(|other| other == value).unwrap_or(0)).collect(),
    }
}

/// Epsilon squared: 1 - (within / (n - k)) / (all / (n - 1)), at least 0. Nothing where all values are the same; 0 where
/// there is one group, or every value has its own.
fn explained(groups: &[usize], values: &[f64]) -> Option<f64> {
    let n = values.len();
    let mean = values.iter().fold(0.0, |sum, x| sum + x) / n as f64;
    let all = values.iter().fold(0.0, |sum, x| sum + (x - mean) * (x - mean));
    if all == 0.0 {
        return None;
    }
    let mut sums = std::collections::BTreeMap::<usize, (f64, f64)>::new();
    for (&group, &value) in groups.iter().zip(values) {
        let entry = sums.entry(group).or_default();
        *entry = (entry.0 + value, entry.1 + 1.0);
    }
    let k = sums.len();
    if k < 2 || k >= n {
        return Some(0.0);
    }
    let within = groups.iter().zip(values).fold(0.0, |sum, (group, x)| {
        let (total, count) = sums[group];
        let gap = x - total / count;
        sum + gap * gap
    });
    let share = 1.0 - within / (n - k) as f64 / (all / (n - 1) as f64);
    Some(if share > 0.0 { share } else { 0.0 })
}
