//! How fits come along by epoch: what is kept of it, and where a fit is given up that is behind.

use crate::base::{Field, Problem, Stage, Task};
use crate::learn::{Candidate, Epoch};
use crate::metric;
use crate::tune::prune::SHARES;
use serde::{Deserialize, Serialize};

/// A point of a fit's course at which it is given up where it is behind.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// The epoch, counted from 1.
    pub epoch: u32,
    /// What its best epoch so far must have reached; larger is better.
    pub least: f64,
}

/// The id of the problem that ends a fit which is given up.
const GIVEN_UP: &str = "tune.given_up";

/// The best of the first epochs: the usual metric of the rows that are looked at, or their loss where the model tells no metric,
/// turned so that larger is better. Nothing where there is neither.
fn reached(curve: &[Epoch], task: Task) -> Option<f64> {
    let higher = metric::find(metric::usual(task)).is_none_or(|metric| metric.higher_is_better);
    let of = |epoch: &Epoch| epoch.metric.map(|value| if higher { value } else { -value }).or(epoch.watch.map(|loss| -loss));
    curve.iter().filter_map(of).filter(|value| value.is_finite()).reduce(|best, next| if next > best { next } else { best })
}

/// The epochs after which a fit can be given up, of so many that it may take.
fn epochs(planned: u32) -> impl Iterator<Item = u32> {
    SHARES.into_iter().map(move |share| ((share * f64::from(planned)).ceil() as u32).max(1))
}

/// How many epochs a model may take, by its form: the network's epochs, the rounds of boosting. Nothing for other models.
pub(super) fn planned(candidate: &Candidate, fields: &[Field]) -> Option<u32> {
    let field = ["epochs", "max_iter"].iter().find_map(|id| fields.iter().find(|field| field.id == *id))?;
    candidate.params.get(field.id).unwrap_or(&field.default).as_u64().and_then(|epochs| u32::try_from(epochs).ok())
}

/// What a fit had reached after each share of its epochs; one that ended before had then reached what it ends with.
pub(super) fn course(curve: &[Epoch], planned: u32, task: Task) -> Vec<Option<f64>> {
    epochs(planned).map(|epoch| reached(&curve[..curve.len().min(epoch as usize)], task)).collect()
}

/// The gates of a fit that may take so many epochs.
pub(super) fn gates(least: &[Option<f64>], planned: u32) -> Vec<Gate> {
    epochs(planned).zip(least).filter_map(|(epoch, least)| Some(Gate { epoch, least: (*least)? })).collect()
}

/// Gives a fit up where it is behind at a gate that it has come to.
///
/// # Errors
/// The problem that ends the fit; [`given_up`] knows it again.
pub fn check(gates: &[Gate], curve: &[Epoch], task: Task) -> Result<(), Problem> {
    for gate in gates.iter().take_while(|gate| gate.epoch as usize <= curve.len()) {
        if reached(&curve[..gate.epoch as usize], task).is_some_and(|value| value < gate.least) {
            return Err(Problem::warning(Stage::Tune, GIVEN_UP).with("epoch", gate.epoch));
        }
    }
    Ok(())
}

/// The epoch after which a fit was given up; nothing for other problems.
pub(super) fn given_up(problem: &Problem) -> Option<u32> {
    (problem.message.id == GIVEN_UP).then(|| problem.message.args.get("epoch")?.parse().ok()).flatten()
}
