//! Pruning in the middle of a fit, by the curves of earlier trials.

use super::{Case, Pruner, SHARES, is_complete};
use crate::base::{Field, Problem, Stage, field};
use serde::Deserialize;

/// Gives a fit up after an eighth, a quarter or a half of its epochs, where the best that the rows looked at have come to is
/// worse than what the best `share` of the complete trials had reached in the same fold after the same share of their epochs
/// (the percentile rule of Optuna's PercentilePruner, with epochs for steps; with one half the median rule of Vizier). The trial
/// ends with it. What is compared is the usual metric of the task, or the loss where a model tells none, whatever is searched
/// for. Nothing is given up before `startup` trials are complete; models without epochs are never given up.
///
/// What a fit must reach is known before its round begins, so that no trial depends on how far another has come.
pub static PRUNER: Pruner = Pruner { id: "learning_curve", fields, ends, least: Some(least) };

#[derive(Deserialize)]
struct Settings {
    startup: usize,
    share: f64,
}

fn fields() -> Vec<Field> {
    vec![Field::integer("startup", 5, 1, 1000), Field::number("share", 0.5, 0.05, 0.95)]
}

fn settings(case: &Case) -> Result<Settings, Problem> {
    field::parse(&fields(), case.settings, Stage::Tune, &PRUNER.owner())
}

fn ends(case: &Case) -> Result<bool, Problem> {
    settings(case).map(|_| false)
}

fn least(case: &Case, fold: usize) -> Result<Vec<Option<f64>>, Problem> {
    let Settings { startup, share } = settings(case)?;
    let courses = || case.trials.iter().filter(|trial| is_complete(trial)).filter_map(|trial| trial.courses.get(fold));
    let at = |place: usize| {
        let mut reached: Vec<f64> = courses().filter_map(|course| course.get(place).copied().flatten()).collect();
        if reached.len() < startup {
            return None;
        }
        reached.sort_by(f64::total_cmp);
        // Between two values, as NumPy's percentile has it.
        let place = (1.0 - share) * (reached.len() - 1) as f64;
        let (below, part) = (place.floor() as usize, place - place.floor());
        let above = (below + 1).min(reached.len() - 1);
        Some(reached[below] + part * (reached[above] - reached[below]))
    };
    Ok((0..SHARES.len()).map(at).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Params;
    use crate::tune::{Outcome, Trial};

    #[test]
    fn the_best_share_of_the_complete_trials_says_what_must_be_reached() {
        let trial = |number: usize, outcome: Outcome, course: [f64; 3]| Trial {
            number,
            values: Params::new(),
            outcome,
            asked_for: false,
            reports: Vec::new(),
            courses: vec![course.map(Some).to_vec()],
            also: Vec::new(),
        };
        let mut trials: Vec<Trial> =
            (0..5).map(|number| trial(number, Outcome::Score(0.5), [number as f64, 10.0 * number as f64, 7.0])).collect();
        trials.push(trial(5, Outcome::GivenUp { fold: 0, epoch: 3 }, [99.0; 3]));
        trials.push(trial(6, Outcome::Pending, [99.0; 3]));
        let told = |settings: serde_json::Value, fold: usize, trials: &[Trial]| {
            let settings = settings.as_object().cloned().unwrap_or_default();
            least(&Case { settings: &settings, trials, number: 6, folds: 2, higher_is_better: true, seed: 0 }, fold).expect("bounds")
        };
        let none = serde_json::json!({});
        assert_eq!(told(none.clone(), 0, &trials), [Some(2.0), Some(20.0), Some(7.0)]);
        assert_eq!(told(serde_json::json!({"share": 0.25}), 0, &trials), [Some(3.0), Some(30.0), Some(7.0)]);
        assert_eq!(told(none.clone(), 1, &trials), [None; 3], "nothing is known of another fold");
        assert_eq!(told(none, 0, &trials[1..]), [None; 3], "four complete ones are too few");
    }
}
