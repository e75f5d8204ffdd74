//! Training sets for tests.

use super::{Target, TrainingSet};
use crate::base::Task;
use crate::num::Rng;
use ndarray::Array2;

/// Rows without columns, of these classes.
pub fn classes(codes: &[u32], count: usize) -> TrainingSet {
    let outputs = (0..super::rows::outputs(count)).map(|output| format!("p{output}")).collect();
    let task = if count == 2 { Task::Binary } else { Task::Multiclass };
    let y = Target::Classes { codes: codes.to_vec(), count };
    TrainingSet { task, outputs, y, ..numbers(&vec![0.0; codes.len()]) }
}

/// Rows without columns, with these numbers.
pub fn numbers(values: &[f64]) -> TrainingSet {
    TrainingSet {
        columns: Vec::new(),
        meanings: Vec::new(),
        x: Array2::zeros((values.len(), 0)),
        y: Target::Values(values.to_vec()),
        weights: None,
        groups: None,
        watch: None,
        task: Task::Regression,
        outputs: vec!["p".to_owned()],
        seed: 0,
    }
}

/// The same rows with these columns.
pub fn with_columns(set: TrainingSet, x: Array2<f64>) -> TrainingSet {
    TrainingSet { columns: (0..x.ncols()).map(|column| format!("x{column}")).collect(), x, ..set }
}

/// Made-up rows: normal columns (the last one 0 or 1), an answer that depends on the first two and on chance.
pub fn made(task: Task, rows: usize, columns: usize, seed: u64) -> TrainingSet {
    let mut rng = Rng::new(seed, "made", 0);
    let draw = |(_, column)| if column + 1 == columns { (rng.below(4) == 0) as u8 as f64 } else { rng.normal() };
    let x = Array2::from_shape_fn((rows, columns), draw);
    let raw: Vec<f64> = (0..rows).map(|row| x[[row, 0]] - 0.5 * x[[row, 1]] * x[[row, 1]] + rng.normal()).collect();
    let code = |&raw: &f64| if task == Task::Binary { u32::from(raw > 0.0) } else { u32::from(raw > -0.5) + u32::from(raw > 0.5) };
    let set = match task {
        Task::Regression => numbers(&raw),
        Task::Binary => classes(&raw.iter().map(code).collect::<Vec<u32>>(), 2),
        Task::Multiclass => classes(&raw.iter().map(code).collect::<Vec<u32>>(), 3),
    };
    with_columns(set, x)
}
