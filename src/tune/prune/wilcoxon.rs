//! Pruning by a signed-rank test against the best trial.

use super::{Case, Pruner, is_complete};
use crate::base::{Field, Problem, Stage, field};
use crate::tune::best;
use serde::Deserialize;

/// Ends a trial that is worse than the best complete one by Wilcoxon's signed-rank test over the folds that both have done
/// (Wilcoxon 1945; Optuna's WilcoxonPruner). Right for cross-validation: a fold that is hard for all counts for neither.
///
/// A trial is ended where the one-sided exact chance of such differences between equally good trials is below `level` and its
/// mean is no better. That takes four folds at the usual level of 0.1, since three can always fall so by a chance of 1 in 8.
pub static PRUNER: Pruner = Pruner { id: "wilcoxon", fields, ends, least: None };

#[derive(Deserialize)]
struct Settings {
    level: f64,
}

fn fields() -> Vec<Field> {
    vec![Field::number("level", 0.1, 0.001, 0.5)]
}

fn ends(case: &Case) -> Result<bool, Problem> {
    let settings: Settings = field::parse(&fields(), case.settings, Stage::Tune, &PRUNER.owner())?;
    let complete: Vec<_> = case.trials.iter().filter(|trial| is_complete(trial)).cloned().collect();
    let (Some(top), Some(own)) = (best(&complete, case.higher_is_better), case.trials.get(case.number)) else { return Ok(false) };
    let sign = if case.higher_is_better { 1.0 } else { -1.0 };
    let pairs = own.reports.iter().zip(&top.reports);
    let ahead: Option<Vec<f64>> = pairs.map(|(own, top)| Some(sign * ((*own)? - (*top)?))).collect();
    // The best itself may lack a fold where it was tried without pruning.
    let Some(ahead) = ahead.filter(|ahead| ahead.len() == own.reports.len() && ahead.len() >= 2) else { return Ok(false) };
    let sum = ahead.iter().fold(0.0, |sum, by| sum + by);
    Ok(sum < 0.0 && chance_of_less(&ahead) < settings.level)
}

/// The chance, under symmetry about 0, that the ranks of the positive differences sum to no more than they do: exact, from
/// all signs. Equal sizes share the mean of their ranks; ranks of zeros are halved between both sides (scipy's
/// `zero_method="zsplit"`).
fn chance_of_less(differences: &[f64]) -> f64 {
    let size = |at: usize| differences[at].abs();
    // Twice the ranks, which are whole numbers also where equal sizes share theirs.
    let rank = |at: usize| {
        let below = (0..differences.len()).filter(|&other| size(other) < size(at)).count();
        let equal = (0..differences.len()).filter(|&other| size(other) == size(at)).count();
        2 * below + equal + 1
    };
    let ranks: Vec<(usize, f64)> = (0..differences.len()).map(|at| (rank(at), differences[at])).filter(|(_, by)| *by != 0.0).collect();
    let positive: usize = ranks.iter().filter(|(_, by)| *by > 0.0).map(|(rank, _)| rank).sum();
    let all: usize = ranks.iter().map(|(rank, _)| rank).sum();
    // chances[sum] of the positive ranks, one rank after the other.
    let mut chances = vec![0.0; all + 1];
    chances[0] = 1.0;
    for (rank, _) in &ranks {
        for sum in (0..=all).rev() {
            chances[sum] = 0.5 * (chances[sum] + if sum >= *rank { chances[sum - rank] } else { 0.0 });
        }
    }
    chances[..=positive].iter().fold(0.0, |total, chance| total + chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_those_of_scipy() {
        // scipy 1.17: wilcoxon(d, alternative="less", method="exact", zero_method="zsplit").pvalue
        let close = |differences: &[f64], expected: f64| {
            let found = chance_of_less(differences);
            assert!((found - expected).abs() < 1e-12, "{differences:?}: {found} {expected}");
        };
        close(&[-1.0, -2.0, -3.0, -4.0], 0.0625);
        close(&[-1.0, -2.0, -3.0, -4.0, -5.0], 0.03125);
        close(&[1.0, -2.0, -3.0, -4.0, -5.0], 0.0625);
        close(&[-1.0, 2.0, -3.0, 4.0, -5.0, -6.0], 0.21875);
        close(&[1.0, 2.0, 3.0], 1.0);
    }
}
