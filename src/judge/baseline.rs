//! The baseline to beat: what each metric says of an answer that is the same for every row.

use super::judged::truth;
use super::setup::Setup;
use crate::base::{Figure, Task};
use crate::learn::Target;
use crate::metric::{self, Prediction};
use crate::num::sum::sum;
use ndarray::Array2;

/// Every metric of the task for the class shares of the training rows, or their mean, on these rows: scikit-learn's
/// `DummyClassifier(strategy="prior")` and `DummyRegressor()`. By id, in order of the ids.
pub fn baseline(setup: &Setup) -> Vec<(String, Figure)> {
    let target = setup.target.take(&setup.training);
    let rows = target.len();
    let constant: Vec<f64> = match &target {
        Target::Values(values) => vec![sum(values) / rows as f64],
        Target::Classes { codes, count } => {
            let mut counts = vec![0.0_f64; *count];
            codes.iter().for_each(|&code| counts[code as usize] += 1.0);
            let shares = counts.into_iter().map(|count| count / rows as f64);
            if setup.task == Task::Binary { shares.skip(1).take(1).collect() } else { shares.collect() }
        }
    };
    let answer = Array2::from_shape_fn((rows, constant.len()), |(_, column)| constant[column]);
    let prediction = Prediction { answer: answer.view(), threshold: 0.5 };
    metric::for_task(setup.task)
        .into_iter()
        .map(|metric| (metric.id.to_owned(), metric.compute(&truth(&target), &prediction, None)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::{Goal, Split};
    use crate::table::{Column, Table};

    #[test]
    fn the_most_common_class_is_always_said() {
        let labels = (0..10).map(|row| Some(if row < 7 { "no" } else { "yes" }));
        let table = Table::new(vec![
            Column::number("x", (0..10).map(f64::from).collect()),
            Column::category("y", crate::table::Strings::from_texts(labels)),
        ]);
        let goal = Goal { target: Some("y".to_owned()), ..Goal::default() };
        let split = Split { held_out: 0.0, folds: 2, ..Split::default() };
        let setup = Setup::new(&table, &goal, &split, &[], &[], 1).expect("a setup");
        let found = baseline(&setup);
        let value = |id: &str| found.iter().find(|(known, _)| known == id).and_then(|(_, figure)| figure.value());
        assert_eq!(value("accuracy"), Some(0.7));
        assert_eq!(value("roc_auc"), Some(0.5));
        assert_eq!(value("recall"), Some(0.0));
    }
}
