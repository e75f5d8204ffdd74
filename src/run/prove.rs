//! The proof that nothing leaks from the rows that a fold does not learn from.

use super::session::Session;
use super::work::Begun;
use crate::base::Problem;
use crate::judge::ProofJob;
use crate::recipe::Recipe;

/// Replaces rows by garbage and fits the preparation again, in every fold: a [`crate::judge::Proof`].
///
/// # Errors
/// A goal that the table does not meet, a step that cannot be fitted.
pub fn prove(session: &mut Session, recipe: &Recipe) -> Result<Begun, Problem> {
    let setup = session.held(recipe)?.setup(recipe)?;
    Begun::plain_job(ProofJob::new(setup, recipe.steps(), recipe.stream("prove", 0)))
}
