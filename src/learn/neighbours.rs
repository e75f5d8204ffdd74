//! k nearest neighbours: the training rows nearest to a row answer for it.
//!
//! Nothing is fitted: the model holds the training rows. So it is quick to fit, slow to ask, as large as the rows, and in
//! need of columns on one scale.

use super::{Fit, Kind, Model, Target, TrainingSet, rows};
use crate::base::{Advance, Field, Job, Params, Problem, Progress, Stage, Task, field};
use crate::plan::{Nearest, Op};
use serde::Deserialize;

/// scikit-learn's `KNeighborsClassifier` and `KNeighborsRegressor` with Euclidean (`p` 2) or Manhattan (`p` 1) distance.
/// Of equally near rows the earlier one answers. A row counts by its weight, as if it stood there so many times; where
/// there are fewer rows than neighbours asked for, all answer.
pub static KNN: Kind = Kind { id: "knn", tasks: &[Task::Binary, Task::Multiclass, Task::Regression], takes_missing: false, fields, start };

/// Rows x columns, at most: the model is that large, and each row that it predicts is compared with them.
const MOST: usize = 10_000_000;
/// Numbers beyond this have no square.
const LARGEST: f64 = 1e150;

fn fields() -> Vec<Field> {
    vec![
        Field::integer("n_neighbors", 5, 1, 10_000),
        Field::choice("weights", "uniform", &["uniform", "distance"]),
        Field::choice("p", "2", &["2", "1"]),
    ]
}

#[derive(Deserialize)]
struct Settings {
    n_neighbors: usize,
    weights: String,
    p: String,
}

struct Knn {
    set: TrainingSet,
    settings: Settings,
}

fn start(params: &Params, set: TrainingSet) -> Result<Box<dyn Fit>, Problem> {
    let settings = field::parse(&fields(), params, Stage::Learn, "model.knn")?;
    rows::check(&set)?;
    if set.x.len() > MOST {
        let problem = Problem::new(Stage::Learn, "learn.knn.too_many").with("rows", set.x.nrows());
        return Err(problem.with("columns", set.x.ncols()).with("most", MOST));
    }
    if let Some(((_, column), _)) = set.x.indexed_iter().find(|(_, value)| value.abs() > LARGEST) {
        return Err(Problem::new(Stage::Learn, "learn.too_large").at_column(&set.columns[column]));
    }
    Ok(Box::new(Knn { set, settings }))
}

impl Job for Knn {
    type Output = Model;

    fn advance(&mut self) -> Result<Advance<Model>, Problem> {
        let (set, settings) = (&self.set, &self.settings);
        let weights = rows::weights(set);
        let kept: Vec<usize> = (0..set.y.len()).filter(|&row| weights[row] > 0.0).collect();
        let answers = match &set.y {
            Target::Values(values) => kept.iter().map(|&row| values[row]).collect(),
            Target::Classes { codes, .. } => kept.iter().map(|&row| f64::from(codes[row])).collect(),
        };
        let plain = kept.iter().all(|&row| weights[row] == 1.0);
        let nearest = Nearest {
            points: kept.iter().flat_map(|&row| set.x.row(row).to_vec()).collect(),
            answers,
            weights: if plain { Vec::new() } else { kept.iter().map(|&row| weights[row]).collect() },
            count: settings.n_neighbors,
            by_distance: settings.weights == "distance",
            absolute: settings.p == "1",
        };
        let mut model = Model::of(vec![Op::Neighbours { columns: set.columns.clone(), nearest, into: set.outputs.clone() }]);
        let total = weights.iter().fold(0.0, |sum, weight| sum + weight);
        if total < settings.n_neighbors as f64 {
            let note = Problem::note(Stage::Learn, "learn.knn.few_rows");
            model.notes.push(note.with("rows", kept.len()).with("neighbors", settings.n_neighbors));
        }
        Ok(Advance::Done(model))
    }
}

impl Fit for Knn {
    fn progress(&self) -> Progress {
        Progress { done: 0, total: 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{classes, made, numbers, with_columns};
    use super::*;
    use crate::plan::answer;
    use ndarray::{Array2, Axis, arr2};
    use serde_json::json;

    fn fit(params: serde_json::Value, set: TrainingSet) -> Result<Model, Problem> {
        start(params.as_object().expect("parameters"), set)?.finish()
    }

    #[test]
    fn a_weight_is_a_row_repeated() {
        for task in [Task::Binary, Task::Multiclass, Task::Regression] {
            let set = made(task, 60, 3, 4);
            let weights: Vec<f64> = (0..60).map(|row| f64::from(row % 3)).collect();
            let rows: Vec<usize> = (0..60).flat_map(|row| vec![row; row % 3]).collect();
            let repeated = TrainingSet { x: set.x.select(Axis(0), &rows), y: set.y.take(&rows), ..set.clone() };
            let weighted = TrainingSet { weights: Some(weights), ..set.clone() };
            for params in [json!({}), json!({"weights": "distance", "n_neighbors": 4, "p": "1"})] {
                let of = |set: &TrainingSet| answer(&fit(params.clone(), set.clone()).expect("a model").ops[0], repeated.x.view());
                let (a, b) = (of(&weighted).expect("it fits"), of(&repeated).expect("it fits"));
                assert!((&a - &b).iter().all(|off| off.abs() < 1e-12), "{task:?}");
            }
        }
    }

    #[test]
    fn few_rows_one_class_and_huge_numbers() {
        let model = fit(json!({}), with_columns(classes(&[0, 1], 2), arr2(&[[1.0], [2.0]]))).expect("a model");
        assert_eq!(model.notes[0].message.id, "learn.knn.few_rows");
        assert_eq!(answer(&model.ops[0], arr2(&[[9.0]]).view()), Ok(arr2(&[[0.5]])));
        let one = fit(json!({"n_neighbors": 1}), with_columns(classes(&[1, 1], 2), arr2(&[[1.0], [2.0]]))).expect("a model");
        assert_eq!(answer(&one.ops[0], arr2(&[[9.0]]).view()), Ok(arr2(&[[1.0]])));
        let refused = |set| fit(json!({}), set).err().map(|problem| problem.message.id);
        assert_eq!(refused(with_columns(numbers(&[1.0, 2.0]), arr2(&[[1e200], [2.0]]))).as_deref(), Some("learn.too_large"));
        let wide = with_columns(numbers(&vec![1.0; 3200]), Array2::zeros((3200, 3200)));
        assert_eq!(refused(wide).as_deref(), Some("learn.knn.too_many"));
        assert_eq!(refused(numbers(&[])).as_deref(), Some("learn.no_rows"));
    }
}
