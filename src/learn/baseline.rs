//! The baseline: the same answer for every row, whatever its columns say. A model worth having beats it.

use super::{Fit, Kind, Model, Target, TrainingSet, rows};
use crate::base::{Advance, Field, Job, Params, Problem, Progress, Stage, Task, field};
use crate::plan::Op;
use serde::Deserialize;

/// Of classes their shares (so the most common class is predicted), certainty for the most common one (the first of
/// several), or the same probability for every class that has rows; of numbers the mean, the median or any quantile
/// (between two rows in proportion), or a number that is given: the strategies of scikit-learn's `DummyClassifier` and
/// `DummyRegressor` that need no chance. Rows count by their weight, as if they stood there so many times.
pub static BASELINE: Kind =
    Kind { id: "baseline", tasks: &[Task::Binary, Task::Multiclass, Task::Regression], takes_missing: true, fields, start };

fn fields() -> Vec<Field> {
    vec![
        Field::choice("classes", "prior", &["prior", "most_frequent", "uniform"]),
        Field::choice("numbers", "mean", &["mean", "median", "quantile", "constant"]),
        Field::number("quantile", 0.5, 0.0, 1.0).when("numbers", &["quantile"]),
        Field::number("constant", 0.0, -1e15, 1e15).when("numbers", &["constant"]),
    ]
}

#[derive(Deserialize)]
struct Settings {
    classes: String,
    numbers: String,
    quantile: f64,
    constant: f64,
}

struct Baseline {
    set: TrainingSet,
    settings: Settings,
}

fn start(params: &Params, set: TrainingSet) -> Result<Box<dyn Fit>, Problem> {
    let settings = field::parse(&fields(), params, Stage::Learn, "model.baseline")?;
    rows::check_with_gaps(&set)?;
    Ok(Box::new(Baseline { set, settings }))
}

/// The quantile of rows that stand there as often as their weight says: between the two rows around (rows - 1) times the
/// share in proportion, counted from 0.
fn quantile(values: &[f64], weights: &[f64], share: f64) -> f64 {
    let mut order: Vec<usize> = (0..values.len()).filter(|&row| weights[row] > 0.0).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let total = order.iter().fold(0.0, |sum, &row| sum + weights[row]);
    let place = if total > 1.0 { (total - 1.0) * share } else { 0.0 };
    let at = |place: f64| {
        let mut sum = 0.0;
        let found = order.iter().find(|&&row| {
            sum += weights[row];
            sum > place
        });
        found.or(order.last()).map_or(0.0, |&row| values[row])
    };
    let (low, high, part) = (at(place.floor()), at(place.ceil()), place - place.floor());
    // Not by the difference, which large numbers may not have.
    if low == high { low } else { low * (1.0 - part) + high * part }
}

/// The answer for classes of these weights.
fn shares(strategy: &str, sums: &[f64]) -> Vec<f64> {
    let total = sums.iter().fold(0.0, |total, sum| total + sum);
    let largest = (1..sums.len()).fold(0, |best, class| if sums[class] > sums[best] { class } else { best });
    let present = sums.iter().filter(|&&sum| sum > 0.0).count() as f64;
    let share = |(class, sum): (usize, &f64)| match strategy {
        "most_frequent" => f64::from(u8::from(class == largest)),
        "uniform" if *sum > 0.0 => 1.0 / present,
        "uniform" => 0.0,
        _ => sum / total,
    };
    sums.iter().enumerate().map(share).collect()
}

impl Job for Baseline {
    type Output = Model;

    fn advance(&mut self) -> Result<Advance<Model>, Problem> {
        let set = &self.set;
        let weights = rows::weights(set);
        let values = match &set.y {
            Target::Values(values) => vec![match self.settings.numbers.as_str() {
                "median" => quantile(values, &weights, 0.5),
                "quantile" => quantile(values, &weights, self.settings.quantile),
                "constant" => self.settings.constant,
                _ => rows::mean(values, &weights),
            }],
            Target::Classes { codes, count } => {
                let sums = rows::class_weights(codes, *count, &weights);
                shares(&self.settings.classes, &sums).split_off(usize::from(*count == 2))
            }
        };
        let into = set.outputs.clone();
        Ok(Advance::Done(Model::of(vec![Op::Constant { values, into }])))
    }
}

impl Fit for Baseline {
    fn progress(&self) -> Progress {
        Progress { done: 0, total: 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{classes, numbers};
    use super::*;
    use serde_json::json;

    fn values(set: TrainingSet) -> Vec<f64> {
        by(json!({}), set)
    }

    fn by(params: serde_json::Value, set: TrainingSet) -> Vec<f64> {
        let model = start(params.as_object().expect("parameters"), set).expect("rows").finish().expect("a model");
        match &model.ops[0] {
            Op::Constant { values, .. } => values.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn shares_and_means_go_by_weight() {
        assert_eq!(values(classes(&[0, 1, 1, 0], 2)), [0.5]);
        assert_eq!(values(classes(&[0, 1, 1, 1], 3)), [0.25, 0.75, 0.0]);
        assert_eq!(values(TrainingSet { weights: Some(vec![6.0, 1.0, 1.0]), ..classes(&[0, 1, 1], 2) }), [0.25]);
        assert_eq!(values(TrainingSet { weights: Some(vec![3.0, 1.0]), ..numbers(&[1.0, 5.0]) }), [2.0]);
        // One class is no obstacle: the baseline only counts.
        assert_eq!(values(classes(&[1, 1], 2)), [1.0]);
    }

    #[test]
    fn other_strategies_and_repeated_rows() {
        let three = || classes(&[0, 1, 1, 3], 4);
        assert_eq!(by(json!({"classes": "most_frequent"}), three()), [0.0, 1.0, 0.0, 0.0]);
        assert_eq!(by(json!({"classes": "uniform"}), three()), [1.0 / 3.0, 1.0 / 3.0, 0.0, 1.0 / 3.0]);
        assert_eq!(by(json!({"classes": "most_frequent"}), classes(&[0, 1], 2)), [0.0]);
        assert_eq!(by(json!({"classes": "uniform"}), classes(&[0, 1, 1], 2)), [0.5]);
        let rows = [5.0, 1.0, 3.0, 9.0];
        assert_eq!(by(json!({"numbers": "median"}), numbers(&rows)), [4.0]);
        assert_eq!(by(json!({"numbers": "constant", "constant": -2.5}), numbers(&rows)), [-2.5]);
        for share in [0.0, 0.1, 0.5, 0.8, 1.0] {
            let params = json!({"numbers": "quantile", "quantile": share});
            let weighted = TrainingSet { weights: Some(vec![2.0, 0.0, 3.0, 1.0]), ..numbers(&rows) };
            let repeated = numbers(&[5.0, 5.0, 3.0, 3.0, 3.0, 9.0]);
            assert_eq!(by(params.clone(), weighted), by(params, repeated), "{share}");
        }
    }

    #[test]
    fn nothing_to_learn_from_is_a_problem() {
        let refused = |set| start(&Params::new(), set).err().map(|problem| problem.message.id);
        assert_eq!(refused(classes(&[], 2)).as_deref(), Some("learn.no_rows"));
        assert_eq!(refused(numbers(&[1.0, f64::NAN])).as_deref(), Some("learn.bad_answers"));
        assert_eq!(refused(TrainingSet { weights: Some(vec![0.0, 0.0]), ..numbers(&[1.0, 2.0]) }).as_deref(), Some("learn.bad_weights"));
        let params: Params = [("depth".to_owned(), 3.into())].into_iter().collect();
        assert!(start(&params, numbers(&[1.0])).is_err());
    }
}
