//! Several networks as one: each has first weights, an order of rows and stop rows of its own, and the answer is the mean of
//! theirs (Lakshminarayanan, Pritzel and Blundell 2017). What one happens to see in the noise the others do not, so that the
//! mean is steadier than each.

use super::fit;
use super::settings::Settings;
use crate::base::{Advance, Job, Params, Problem, Progress, Stage};
use crate::learn::surface::{Due, Plane, Surface};
use crate::learn::together::{Together, warnings};
use crate::learn::{Epoch, Fit, Model, TrainingSet};
use crate::num::Rng;

/// Starts a fit: of one network, or of one after the other.
///
/// # Errors
/// See [`fit::start`].
pub fn start(params: &Params, set: TrainingSet) -> Result<Box<dyn Fit>, Problem> {
    let settings = Settings::read(params)?;
    if settings.members == 1 {
        return fit::start(&settings, set);
    }
    // Rows are watched while the first learns; the others are there to be averaged.
    let others = TrainingSet { watch: None, ..set.clone() };
    let current = fit::start(&settings, set)?;
    Ok(Box::new(Members { settings, set: others, current, fitted: Vec::new(), curve: Vec::new() }))
}

/// The seed of a member's fit: that of the first is the fit's own, so that it is the network that would be fitted alone.
pub fn seed(own: u64, member: usize) -> u64 {
    if member == 0 { own } else { Rng::new(own, "member", member as u64).next_u64() }
}

struct Members {
    settings: Settings,
    set: TrainingSet,
    current: Box<dyn Fit>,
    fitted: Vec<Model>,
    /// That of the first.
    curve: Vec<Epoch>,
}

impl Members {
    fn together(&mut self) -> Model {
        let mut fitted = std::mem::take(&mut self.fitted);
        let labels = (1..=fitted.len()).map(|number| format!("network {number}")).collect();
        let together = Together { columns: &self.set.columns, outputs: &self.set.outputs, labels };
        let mut ops = together.ops(&mut fitted);
        ops.extend(together.mean(&vec![1.0; fitted.len()]));
        let mut notes = vec![Problem::note(Stage::Learn, "learn.network.members").with("members", fitted.len())];
        notes.extend(warnings(&fitted));
        let first = fitted.swap_remove(0);
        notes.extend(first.notes.into_iter().filter(|note| !notes.contains(note)).collect::<Vec<Problem>>());
        Model { notes, ops, curve: first.curve, kept_epoch: first.kept_epoch, baseline: first.baseline, ..Model::of(Vec::new()) }
    }
}

impl Job for Members {
    type Output = Model;

    fn advance(&mut self) -> Result<Advance<Model>, Problem> {
        let Advance::Done(model) = self.current.advance()? else { return Ok(Advance::More(self.progress())) };
        if self.fitted.is_empty() {
            self.curve.clone_from(&model.curve);
        }
        self.fitted.push(model);
        if self.fitted.len() == self.settings.members {
            return Ok(Advance::Done(self.together()));
        }
        let seed = seed(self.set.seed, self.fitted.len());
        self.current = fit::start(&self.settings, TrainingSet { seed, ..self.set.clone() })?;
        Ok(Advance::More(self.progress()))
    }
}

impl Fit for Members {
    fn curve(&self) -> &[Epoch] {
        if self.fitted.is_empty() { self.current.curve() } else { &self.curve }
    }

    fn look_at(&mut self, plane: &Plane) {
        if self.fitted.is_empty() {
            self.current.look_at(plane);
        }
    }

    fn surface(&mut self, due: Due) -> Option<Surface> {
        if self.fitted.is_empty() { self.current.surface(due) } else { None }
    }

    fn progress(&self) -> Progress {
        const UNIT: f64 = 1000.0;
        let done = UNIT * (self.fitted.len() as f64 + self.current.progress().share());
        Progress { done: done as u64, total: UNIT as u64 * self.settings.members as u64 }
    }
}
