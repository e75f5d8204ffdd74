//! Folds within rows that are learned from, for what must be chosen or learned on rows that a fit did not see.

use super::setup::Setup;
use crate::base::Problem;
use crate::learn::Target;
use crate::table::split::{self, Division, Fold, Rows};
use std::collections::BTreeMap;

/// Divides rows of a setup (positions in its inputs, in any order). A row that stands there several times, as in a bootstrap
/// sample, stands on one side with all of its copies.
///
/// # Errors
/// See [`split::divide`].
pub fn inner_folds(setup: &Setup, rows: &[usize], how: &Division, seed: u64) -> Result<Vec<Fold>, Problem> {
    let mut copies = BTreeMap::<usize, usize>::new();
    rows.iter().for_each(|&row| *copies.entry(row).or_insert(0) += 1);
    let once: Vec<usize> = copies.keys().copied().collect();
    let classes = match &setup.target {
        Target::Classes { codes, .. } => Some(codes.as_slice()),
        Target::Values(_) => None,
    };
    let known = Rows { count: setup.inputs.rows(), classes, units: setup.units.as_deref(), times: setup.times.as_deref() };
    let divided = split::divide(&known, &once, how, seed)?;
    let again = |part: &[usize]| part.iter().flat_map(|row| std::iter::repeat_n(*row, copies.get(row).copied().unwrap_or(1))).collect();
    Ok(divided.folds.iter().map(|fold| Fold { train: again(&fold.train), test: again(&fold.test) }).collect())
}
