//! Pruning by the median of earlier trials.

use super::{Case, Pruner, is_complete};
use crate::base::{Field, Problem, Stage, field};
use serde::Deserialize;

/// Ends a trial whose mean over its folds so far is worse than the median of what the complete trials had reached after as
/// many folds (the median stopping rule of Golovin and others 2017, "Google Vizier"; Optuna's MedianPruner). Nothing is ended
/// before `startup` trials are complete, nor before `folds` folds are done.
pub static PRUNER: Pruner = Pruner { id: "median", fields, ends, least: None };

#[derive(Deserialize)]
struct Settings {
    startup: usize,
    folds: usize,
}

fn fields() -> Vec<Field> {
    vec![Field::integer("startup", 5, 1, 1000), Field::integer("folds", 1, 1, 100)]
}

fn ends(case: &Case) -> Result<bool, Problem> {
    let settings: Settings = field::parse(&fields(), case.settings, Stage::Tune, &PRUNER.owner())?;
    let Some((own, mut others)) = case.against(is_complete) else { return Ok(false) };
    if others.len() < settings.startup || case.rung() < settings.folds {
        return Ok(false);
    }
    others.sort_by(f64::total_cmp);
    let middle = others.len() / 2;
    let median = if others.len() % 2 == 1 { others[middle] } else { (others[middle - 1] + others[middle]) / 2.0 };
    Ok(own < median)
}
