//! Random search.

use super::{Ask, Range, Sampler, Space};
use crate::base::{Params, Problem, Stage, field};
use crate::num::Rng;

/// Draws every parameter evenly from its range, evenly by orders of magnitude where the range is logarithmic
/// (Bergstra and Bengio 2012). A trial has its own stream, so that it is the same whatever came before.
pub static SAMPLER: Sampler = Sampler { id: "random", fields: Vec::new, suggest };

fn suggest(ask: &Ask) -> Result<Option<Params>, Problem> {
    field::parse::<Params>(&[], ask.settings, Stage::Tune, &SAMPLER.owner())?;
    Ok(Some(draw(ask.space, ask.seed, ask.number)))
}

/// The random values of a trial.
pub(super) fn draw(space: &Space, seed: u64, number: usize) -> Params {
    let mut rng = Rng::new(seed, "trial", number as u64);
    let value = |range: &Range| match (range.scale(), range) {
        (Some(scale), _) => {
            let (low, high) = scale.ends();
            scale.value(low + (high - low) * rng.uniform())
        }
        (None, Range::Choice { values }) => values.get(rng.below(values.len())).cloned().unwrap_or_default(),
        (None, _) => serde_json::Value::Null,
    };
    let values: Vec<_> = space.parameters.iter().map(|parameter| &parameter.range).map(value).collect();
    space.present(space.parameters.iter().map(|parameter| parameter.path.clone()).zip(values).collect())
}
