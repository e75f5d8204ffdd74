//! What models ask of their training rows: checks before a fit, and the weight of each row.

use super::{Target, TrainingSet};
use crate::base::{Problem, Stage};

/// Refuses rows that nothing can be learned from: none, a number that is not finite, lists of unequal length, weights
/// that are no weights.
pub(super) fn check(set: &TrainingSet) -> Result<(), Problem> {
    check_values(set, f64::is_finite)
}

/// As [`check`], for a model that takes missing values (NaN).
pub(super) fn check_with_gaps(set: &TrainingSet) -> Result<(), Problem> {
    check_values(set, |value| !value.is_infinite())
}

fn check_values(set: &TrainingSet, is_good: fn(f64) -> bool) -> Result<(), Problem> {
    let rows = set.y.len();
    let lengths = set.x.nrows() == rows && set.x.ncols() == set.columns.len() && set.weights.as_ref().is_none_or(|w| w.len() == rows);
    if !lengths {
        return Err(Problem::new(Stage::Learn, "learn.unequal_lengths"));
    }
    if rows == 0 {
        return Err(Problem::new(Stage::Learn, "learn.no_rows"));
    }
    if let Some(((row, column), _)) = set.x.indexed_iter().find(|(_, value)| !is_good(**value)) {
        return Err(Problem::new(Stage::Learn, "learn.not_finite").with("row", row + 1).at_column(&set.columns[column]));
    }
    let answers = match &set.y {
        Target::Classes { codes, count } => codes.iter().all(|&code| (code as usize) < *count) && set.outputs.len() == outputs(*count),
        Target::Values(values) => values.iter().all(|value| value.is_finite()) && set.outputs.len() == 1,
    };
    if !answers {
        return Err(Problem::new(Stage::Learn, "learn.bad_answers"));
    }
    let weights = set.weights.as_deref().unwrap_or_default();
    if !weights.iter().all(|&weight| weight >= 0.0 && weight.is_finite()) || (!weights.is_empty() && !weights.iter().any(|&w| w > 0.0)) {
        return Err(Problem::new(Stage::Learn, "learn.bad_weights"));
    }
    Ok(())
}

/// The number of output columns for a number of classes: one for two classes.
pub(super) fn outputs(classes: usize) -> usize {
    if classes == 2 { 1 } else { classes }
}

/// Refuses rows of one class: a model that tells classes apart has nothing to learn there.
pub(super) fn check_classes(set: &TrainingSet) -> Result<(), Problem> {
    let Target::Classes { codes, .. } = &set.y else { return Ok(()) };
    let weight = |row: usize| set.weights.as_ref().is_none_or(|weights| weights[row] > 0.0);
    let mut present = (0..codes.len()).filter(|&row| weight(row)).map(|row| codes[row]);
    let first = present.next();
    if present.all(|code| Some(code) == first) { Err(Problem::new(Stage::Learn, "learn.one_class")) } else { Ok(()) }
}

/// The weight of each row: its own, or 1.
pub(super) fn weights(set: &TrainingSet) -> Vec<f64> {
    set.weights.clone().unwrap_or_else(|| vec![1.0; set.y.len()])
}

/// The weight of each class by code.
pub(super) fn class_weights(codes: &[u32], classes: usize, weights: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; classes];
    codes.iter().zip(weights).for_each(|(&code, weight)| sums[code as usize] += weight);
    sums
}

/// The weight of each row times n / (classes that occur x weight of its class), so that every class weighs the same
/// and all together as before (scikit-learn's `class_weight='balanced'`). Numbers keep their weights.
pub(super) fn balanced(set: &TrainingSet) -> Vec<f64> {
    let mut weights = weights(set);
    if let Target::Classes { codes, count } = &set.y {
        let sums = class_weights(codes, *count, &weights);
        let occur = sums.iter().filter(|&&sum| sum > 0.0).count() as f64;
        let all = sums.iter().fold(0.0, |total, sum| total + sum);
        weights.iter_mut().zip(codes).for_each(|(weight, &code)| *weight *= all / (occur * sums[code as usize]));
    }
    weights
}

/// The weighted mean of numbers. Weights become shares first: a sum of large numbers could overflow where their mean
/// does not.
pub(super) fn mean(values: &[f64], weights: &[f64]) -> f64 {
    let total = weights.iter().fold(0.0, |total, weight| total + weight);
    values.iter().zip(weights).fold(0.0, |sum, (value, weight)| sum + value * (weight / total))
}
