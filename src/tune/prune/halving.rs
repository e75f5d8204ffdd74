//! Pruning by successive halving.

use super::{Case, Pruner};
use crate::base::{Field, Problem, Stage, field};
use crate::tune::Trial;
use serde::Deserialize;

/// After `folds` folds, and again each time as many are done times `factor`, lets only the best of every `factor` trials go
/// on (asynchronous successive halving; Li and others 2020, "A system for massively parallel hyperparameter tuning").
///
/// A trial is compared with all that have reached the rung, of earlier rounds and of its own.
pub static PRUNER: Pruner = Pruner { id: "successive_halving", fields, ends, least: None };

#[derive(Deserialize)]
struct Settings {
    factor: usize,
    folds: usize,
}

fn fields() -> Vec<Field> {
    vec![Field::integer("factor", 2, 2, 10), Field::integer("folds", 1, 1, 100)]
}

fn ends(case: &Case) -> Result<bool, Problem> {
    let settings: Settings = field::parse(&fields(), case.settings, Stage::Tune, &PRUNER.owner())?;
    Ok(falls(case, settings.folds, settings.factor, |_| true))
}

/// Whether a trial on a rung of a ladder that begins after `first` folds is not among the best of every `factor` of those
/// that stand in the same ladder.
pub(super) fn falls(case: &Case, first: usize, factor: usize, counts: impl Fn(&Trial) -> bool) -> bool {
    let rung = case.rung();
    let rungs = std::iter::successors(Some(first), |rung| rung.checked_mul(factor));
    if !rungs.take_while(|step| *step <= rung).any(|step| step == rung) {
        return false;
    }
    let Some((own, others)) = case.against(|trial| trial.reports.len() >= rung && counts(trial)) else { return false };
    // The best is never ended, however few there are.
    let places = ((others.len() + 1) / factor).max(1);
    others.iter().filter(|other| **other > own).count() >= places
}
