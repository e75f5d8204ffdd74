//! Tuning: search spaces, samplers that propose trials, and studies that keep the books.
//!
//! Trials are proposed in rounds of [`ROUND`], each from what earlier rounds came to. So the table of trials depends on
//! the space, the sampler and the seed alone, never on the number of workers or the order in which they finish.

mod ascent;
mod bfgs;
mod border;
mod fanova;
pub mod front;
pub mod gp;
pub mod grid;
mod importance;
mod improvement;
mod objective;
pub mod nsga2;
pub mod optuna;
mod parzen;
mod process;
pub mod prune;
pub mod random;
pub mod sobol;
pub mod space;
pub mod study;
mod suggest;
pub mod tpe;

pub use border::Border;
pub use objective::Objective;
pub use prune::{PRUNERS, Pruner};
pub use space::{Parameter, Range, Space, When};
pub use study::{Outcome, Study, Trial, best};
pub use suggest::{coordinate, searchable, shape, suggest};

use crate::base::{Field, Params, Problem};

/// Trials a round. A fixed number, since what is proposed depends on which trials are known.
pub const ROUND: usize = 4;

/// What a sampler is asked: the next trial of a study.
pub struct Ask<'a> {
    /// The checked or unchecked settings of the sampler.
    pub settings: &'a Params,
    /// Where to search.
    pub space: &'a Space,
    /// Every earlier trial, by number; those of the same round are still pending.
    pub trials: &'a [Trial],
    /// Whether a larger score is better.
    pub higher_is_better: bool,
    /// The seed of the study.
    pub seed: u64,
    /// The number of the trial, from 0.
    pub number: usize,
    /// The first trial within this space; earlier ones were proposed within another.
    pub since: usize,
}

/// A way of searching.
pub struct Sampler {
    /// The stable id; the texts are `sampler.<id>`, `sampler.<id>.help`, fields `sampler.<id>.<field>`.
    pub id: &'static str,
    /// Its form.
    pub fields: fn() -> Vec<Field>,
    /// The values of the next trial by path; nothing where everything has been tried. A function of what is asked alone.
    pub suggest: fn(&Ask) -> Result<Option<Params>, Problem>,
}

impl Sampler {
    /// The prefix of the sampler's texts and the owner of its fields.
    pub fn owner(&self) -> String {
        format!("sampler.{}", self.id)
    }
}

/// Every way of searching, in alphabetic order of the ids.
pub static SAMPLERS: &[&Sampler] = &[&gp::SAMPLER, &grid::SAMPLER, &nsga2::SAMPLER, &random::SAMPLER, &sobol::SAMPLER, &tpe::SAMPLER];

/// A way of searching by id.
pub fn find(id: &str) -> Option<&'static Sampler> {
    SAMPLERS.iter().copied().find(|sampler| sampler.id == id)
}

#[cfg(test)]
mod tests;
