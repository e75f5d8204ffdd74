//! Fitting and scoring models on the designs of the conventions, for the groups that compare models.

use crate::support::{Design, folds};
use atelier::base::{Params, Task};
use atelier::learn::{Model, Target, TrainingSet, find};
use atelier::metric::{self, Prediction};
use atelier::num::Rng;
use atelier::plan::answer;
use ndarray::{Array2, Axis};
use serde_json::Value;

/// The rows of a design as a training set; with `columns` (a list of names) only those.
pub fn training(design: &Design, columns: Option<&Value>) -> TrainingSet {
    let names: Vec<String> = match columns {
        None => design.columns.clone(),
        Some(list) => list.as_array().expect("a list").iter().map(|name| name.as_str().expect("a name").to_owned()).collect(),
    };
    let place = |name: &String| design.columns.iter().position(|other| other == name).expect("a design column");
    let x = design.x.select(Axis(1), &names.iter().map(place).collect::<Vec<usize>>());
    let count = design.classes.len();
    let task = match count {
        0 => Task::Regression,
        2 => Task::Binary,
        _ => Task::Multiclass,
    };
    let y = if count == 0 {
        Target::Values(design.y.clone())
    } else {
        Target::Classes { codes: design.y.iter().map(|&code| code as u32).collect(), count }
    };
    let outputs = (0..if count < 3 { 1 } else { count }).map(|output| format!("p{output}")).collect();
    TrainingSet { columns: names, meanings: Vec::new(), x, y, weights: None, groups: None, watch: None, task, outputs, seed: 0 }
}

/// The rows of a set at these positions.
pub fn take(set: &TrainingSet, rows: &[usize]) -> TrainingSet {
    TrainingSet { x: set.x.select(Axis(0), rows), y: set.y.take(rows), ..set.clone() }
}

pub fn fit(id: &str, params: &Value, set: &TrainingSet) -> Model {
    let params: &Params = params.as_object().expect("parameters");
    (find(id).expect(id).start)(params, set.clone()).expect("it starts").finish().expect("a model")
}

pub fn score(metric: &str, model: &Model, x: &Array2<f64>, y: &Target) -> f64 {
    let answer = answer(&model.ops[0], x.view()).expect("it fits");
    // Trees that see equal rows with different answers say exactly one half, which theirs takes for the first class.
    let prediction = Prediction { threshold: 0.5_f64.next_up(), ..Prediction::new(answer.view()) };
    metric::find(metric).expect(metric).compute(&y.truth(), &prediction, None).value().expect(metric)
}

/// Training and test rows of each of the deterministic folds.
pub fn splits(design: &Design, k: usize) -> Vec<(Vec<usize>, Vec<usize>)> {
    let fold = folds(design, k);
    (0..k).map(|out| (0..fold.len()).partition(|&row| fold[row] != out)).collect()
}

/// Shuffled folds, within each class where there are classes.
pub fn shuffled_within(design: &Design, repeat: u64) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut order: Vec<usize> = (0..design.y.len()).collect();
    Rng::new(1, "repeats", repeat).shuffle(&mut order);
    let mut next = vec![0; design.classes.len().max(1)];
    let mut fold = vec![0; order.len()];
    for row in order {
        let class = if design.classes.is_empty() { 0 } else { design.y[row] as usize };
        fold[row] = next[class] % 5;
        next[class] += 1;
    }
    (0..5).map(|out| (0..fold.len()).partition(|&row| fold[row] != out)).collect()
}

/// Mean scores on training and test rows over splits, for each metric.
pub fn cross_validated(
    id: &str,
    params: &Value,
    set: &TrainingSet,
    splits: &[(Vec<usize>, Vec<usize>)],
    metrics: &[&str],
) -> Vec<(f64, f64)> {
    let mut sums = vec![(0.0, 0.0); metrics.len()];
    for (train, test) in splits {
        let (train, test) = (take(set, train), take(set, test));
        let model = fit(id, params, &train);
        for (sum, metric) in sums.iter_mut().zip(metrics) {
            sum.0 += score(metric, &model, &train.x, &train.y) / splits.len() as f64;
            sum.1 += score(metric, &model, &test.x, &test.y) / splits.len() as f64;
        }
    }
    sums
}
