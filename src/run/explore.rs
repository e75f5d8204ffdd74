//! The profile of a study's table: figures, association, gaps, alerts.

use super::session::Session;
use super::work::{Answer, Begun};
use crate::base::Problem;
use crate::profile::{Options, ProfileJob};
use crate::recipe::{Recipe, digest_of};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// The profile of the rows that may be looked at: a [`crate::profile::Profile`]. Held-out rows are left out, so that
/// nothing that is chosen here rests on them.
///
/// # Errors
/// See [`Session::held`].
pub fn profile(session: &mut Session, recipe: &Recipe) -> Result<Begun, Problem> {
    let held = session.held(recipe)?;
    let (table, digest) = (held.table.clone(), held.digest.clone());
    let setup = recipe.goal.target.is_some().then(|| held.setup(recipe).ok()).flatten();
    let options = Options {
        target: recipe.goal.target.clone().filter(|name| table.column(name).is_some()),
        task: setup.as_ref().map(|setup| setup.task).or(recipe.goal.task),
        positive: recipe.goal.positive.clone(),
        seed: recipe.seed,
        ..Options::default()
    };
    let sealed: FxHashSet<u32> = setup.iter().flat_map(|setup| setup.held_out.iter().map(|&row| setup.inputs.origins()[row])).collect();
    let key = digest_of(&("profile", digest, &options, setup.as_ref().map(|_| recipe.setup_digest())));
    if let Some(known) = session.known(&key) {
        return Ok(Begun::Now(Answer { value: known, body: Vec::new() }));
    }
    let seen = match sealed.is_empty() {
        true => table,
        false => {
            let rows: Vec<usize> = (0..table.rows()).filter(|&row| !sealed.contains(&table.origins()[row])).collect();
            Arc::new(table.take(&rows))
        }
    };
    Begun::job(ProfileJob::new(seen, options)?, move |profile, session| {
        let answer = Answer::json(&profile);
        session.know(key, answer.value.clone());
        Ok(answer)
    })
}
