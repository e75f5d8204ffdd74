//! Folds within the training rows of a fit, for what must be learned from answers to rows that were not learned from.

use super::{Target, TrainingSet};
use crate::table::split::{Fold, Rows, Scheme, folds};

/// The folds of the rows that have a weight: with the same shares of the classes, and rows of one unit never parted.
/// Nothing where that cannot be done, or where a fold would learn from rows that lack a class (or from fewer than two).
pub(super) fn divided(set: &TrainingSet, row_weights: &[f64], count: usize) -> Option<Vec<Fold>> {
    let training: Vec<usize> = (0..set.y.len()).filter(|&row| row_weights[row] > 0.0).collect();
    let classes = match &set.y {
        Target::Classes { codes, .. } => Some(codes.as_slice()),
        Target::Values(_) => None,
    };
    let rows = Rows { count: set.y.len(), classes, units: set.groups.as_deref(), times: None };
    let scheme = if set.groups.is_some() { Scheme::StratifiedGroup } else { Scheme::Stratified };
    let divided = folds(&rows, &training, count, scheme, set.seed).ok()?.folds;
    let kinds = |rows: &[usize]| {
        let mut kinds: Vec<u32> = classes.map(|codes| rows.iter().map(|&row| codes[row]).collect()).unwrap_or_default();
        kinds.sort_unstable();
        kinds.dedup();
        kinds.len()
    };
    let all = kinds(&training);
    let fits = |fold: &Fold| fold.train.len() > 1 && !fold.test.is_empty() && kinds(&fold.train) == all;
    (divided.len() > 1 && divided.iter().all(fits)).then_some(divided)
}
