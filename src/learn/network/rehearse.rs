//! A rehearsal: the network trains on made-up rows, so that somebody with a clock learns how long real ones will take.

use super::{fit, settings::Settings};
use crate::base::{Params, Problem, Task};
use crate::learn::{Fit, Target, TrainingSet};
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What is rehearsed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rehearsal {
    /// The network's parameters.
    pub params: Params,
    /// What it is for.
    pub task: Task,
    /// Columns that go in.
    pub inputs: usize,
    /// Columns that it answers with.
    pub outputs: usize,
    /// Rows to learn from.
    pub rows: usize,
    /// Epochs.
    pub epochs: u32,
}

/// A number from -0.5 to below 0.5 for a place; any place, also where numbers have 32 bits.
fn spread(place: usize, of: usize) -> f64 {
    ((place % of) * 7919 % of) as f64 / of as f64 - 0.5
}

/// One network (of several that are averaged, the first) that learns for so many epochs, without stop rows. The rows are no
/// draws, which would take longer than a small network learns. What comes out is of no use.
///
/// # Errors
/// The first thing wrong with the parameters, a network that is too large, or a loss of another task.
pub fn rehearse(rehearsal: &Rehearsal) -> Result<Box<dyn Fit>, Problem> {
    let &Rehearsal { task, inputs, outputs, rows, epochs, .. } = rehearsal;
    let mut params = rehearsal.params.clone();
    params.extend(
        json!({"epochs": epochs, "members": 1, "early_stopping": false, "rate_changes": []}).as_object().cloned().unwrap_or_default(),
    );
    let x = Array2::from_shape_fn((rows, inputs), |(row, column)| spread(row % 997 * inputs + column, 997));
    let classes = |count: usize| Target::Classes { codes: (0..rows).map(|row| (row % count) as u32).collect(), count };
    let y = match task {
        Task::Regression => Target::Values((0..rows).map(|row| 0.5 + spread(row, 101)).collect()),
        Task::Binary => classes(2),
        Task::Multiclass => classes(outputs.max(2)),
    };
    let set = TrainingSet {
        columns: (0..inputs).map(|column| format!("x{column}")).collect(),
        meanings: Vec::new(),
        x,
        y,
        weights: None,
        groups: None,
        watch: None,
        task,
        outputs: (0..outputs).map(|output| format!("y{output}")).collect(),
        seed: 1,
    };
    fit::start(&Settings::read(&params)?, set)
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn every_place_has_a_number() {
        assert!([0, 1, 542_358, usize::MAX].iter().all(|place| (-0.5..0.5).contains(&spread(*place, 997))));
    }
}
