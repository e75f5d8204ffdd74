//! The baseline: the same answer for every row, whatever its columns say. A model worth having beats it.

use super::{Fit, Kind, Model, Target, TrainingSet, rows};
use crate::base::{Advance, Field, Job, Params, Problem, Progress, Stage, Task, field};
use crate::plan::Op;

/// Class shares (so the most common class is predicted), or the mean: scikit-learn's `DummyClassifier(strategy="prior")`
/// and `DummyRegressor()`. Rows count by their weight.
pub static BASELINE: Kind =
    Kind { id: "baseline", tasks: &[Task::Binary, Task::Multiclass, Task::Regression], fields: Vec::<Field>::new, start };

struct Baseline {
    set: TrainingSet,
}

fn start(params: &Params, set: TrainingSet) -> Result<Box<dyn Fit>, Problem> {
    if let Some(problem) = field::check(&[], params, Stage::Learn, "model.baseline").into_iter().next() {
        return Err(problem);
    }
    rows::check(&set)?;
    Ok(Box::new(Baseline { set }))
}

impl Job for Baseline {
    type Output = Model;

    fn advance(&mut self) -> Result<Advance<Model>, Problem> {
        let set = &self.set;
        let weights = rows::weights(set);
        let values = match &set.y {
            Target::Values(values) => vec![rows::mean(values, &weights)],
            Target::Classes { codes, count } => {
                let sums = rows::class_weights(codes, *count, &weights);
                let total = sums.iter().fold(0.0, |total, sum| total + sum);
                let shares = sums.iter().map(|sum| sum / total);
                if *count == 2 { shares.skip(1).collect() } else { shares.collect() }
            }
        };
        let into = set.outputs.clone();
        Ok(Advance::Done(Model {
            ops: vec![Op::Constant { values, into }],
            curve: Vec::new(),
            kept_epoch: None,
            importance: None,
            baseline: None,
            notes: Vec::new(),
        }))
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

    fn values(set: TrainingSet) -> Vec<f64> {
        let model = start(&Params::new(), set).expect("rows").finish().expect("a model");
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
    fn nothing_to_learn_from_is_a_problem() {
        let refused = |set| start(&Params::new(), set).err().map(|problem| problem.message.id);
        assert_eq!(refused(classes(&[], 2)).as_deref(), Some("learn.no_rows"));
        assert_eq!(refused(numbers(&[1.0, f64::NAN])).as_deref(), Some("learn.bad_answers"));
        assert_eq!(refused(TrainingSet { weights: Some(vec![0.0, 0.0]), ..numbers(&[1.0, 2.0]) }).as_deref(), Some("learn.bad_weights"));
        let params: Params = [("depth".to_owned(), 3.into())].into_iter().collect();
        assert!(start(&params, numbers(&[1.0])).is_err());
    }
}
