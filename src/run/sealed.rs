//! Opening the sealed rows: a candidate that was fitted on all training rows predicts the rows that nothing has seen.

use super::task::Held;
use super::train::TrainedModels;
use crate::base::{Problem, Stage};
use crate::judge::{EvaluateJob, Judged};
use crate::plan;
use crate::recipe::Recipe;

/// Judges a candidate on the held-out rows, at the threshold that was chosen on the rows of the folds.
///
/// # Errors
/// Models of another recipe, a candidate that failed, a study without held-out rows.
pub fn open_sealed(held: &mut Held, recipe: &Recipe, models: &TrainedModels, candidate: usize) -> Result<(Judged, EvaluateJob), Problem> {
    let problem = |id: &str| Problem::new(Stage::Judge, id);
    if models.digest != recipe.train_digest() {
        return Err(problem("judge.stale"));
    }
    let setup = held.setup(recipe)?;
    if setup.held_out.is_empty() {
        return Err(problem("judge.nothing_sealed"));
    }
    let (Some(Some(fitted)), Some(Some(folds))) = (models.last.get(candidate), models.judged.get(candidate)) else {
        return Err(problem("judge.candidate_failed"));
    };
    let rows = setup.held_out.clone();
    let answer = plan::predict(&fitted.plan, &setup.inputs.take(&rows))?;
    let judged = Judged::new(&setup, rows, Vec::new(), answer);
    let threshold = folds.threshold(recipe.judge.threshold);
    let job = EvaluateJob::new(judged.clone(), threshold, None, recipe.judge.replicates, recipe.stream("sealed", candidate as u64));
    Ok((judged, job))
}
