//! Gaussian naive Bayes: each class as one normal distribution a column, as if columns knew nothing of each other.

use super::{Fit, Kind, Model, Target, TrainingSet, rows};
use crate::base::{Advance, Field, Job, Params, Problem, Progress, Stage, Task, field};
use crate::plan::{Gaussian, Op};
use serde::Deserialize;

/// scikit-learn's `GaussianNB`: means, variances and shares of the classes by row weight; to every variance
/// `var_smoothing` times the largest variance of a column of all rows is added (as if it were 1 where all columns are
/// constant). A class without rows is never the answer.
pub static NAIVE_BAYES: Kind = Kind { id: "naive_bayes", tasks: &[Task::Binary, Task::Multiclass], takes_missing: false, fields, start };

/// Numbers beyond this have no square.
const LARGEST: f64 = 1e150;
/// Numbers in a slice; about ten milliseconds.
const WORK: usize = 2_000_000;

fn fields() -> Vec<Field> {
    vec![Field::log_number("var_smoothing", 1e-9, 1e-15, 1.0)]
}

#[derive(Deserialize)]
struct Settings {
    var_smoothing: f64,
}

/// Sums are taken column by column, a few columns a slice.
struct NaiveBayes {
    set: TrainingSet,
    settings: Settings,
    row_weights: Vec<f64>,
    /// The weight of each class.
    sums: Vec<f64>,
    /// Class after class the mean and the variance of each column so far.
    means: Vec<Vec<f64>>,
    variances: Vec<Vec<f64>>,
    /// The largest variance of a column of all rows so far.
    largest: f64,
    next: usize,
    work: usize,
}

fn start(params: &Params, set: TrainingSet) -> Result<Box<dyn Fit>, Problem> {
    Ok(Box::new(begin(params, set)?))
}

fn begin(params: &Params, set: TrainingSet) -> Result<NaiveBayes, Problem> {
    let settings = field::parse(&fields(), params, Stage::Learn, "model.naive_bayes")?;
    rows::check(&set)?;
    rows::check_classes(&set)?;
    if let Some(((_, column), _)) = set.x.indexed_iter().find(|(_, value)| value.abs() > LARGEST) {
        return Err(Problem::new(Stage::Learn, "learn.too_large").at_column(&set.columns[column]));
    }
    let row_weights = rows::weights(&set);
    let sums = match &set.y {
        Target::Classes { codes, count } => rows::class_weights(codes, *count, &row_weights),
        Target::Values(_) => return Err(Problem::new(Stage::Learn, "learn.bad_answers")),
    };
    let lists = vec![Vec::with_capacity(set.x.ncols()); sums.len()];
    let (means, variances) = (lists.clone(), lists);
    Ok(NaiveBayes { set, settings, row_weights, sums, means, variances, largest: 0.0, next: 0, work: WORK })
}

impl NaiveBayes {
    /// Means and variances of a column, by class and of all rows. Two passes: what is left of large numbers keeps its digits.
    fn column(&mut self, column: usize) {
        let Target::Classes { codes, .. } = &self.set.y else { return };
        let values = self.set.x.column(column);
        let rows = || values.iter().zip(codes).zip(&self.row_weights).map(|((value, code), weight)| (*value, *code as usize, *weight));
        let total = self.sums.iter().fold(0.0, |total, sum| total + sum);
        let share = |sum: f64, of: f64| if of > 0.0 { sum / of } else { 0.0 };
        let mut means = vec![0.0; self.sums.len()];
        rows().for_each(|(value, class, weight)| means[class] += share(weight, self.sums[class]) * value);
        let mean = means.iter().zip(&self.sums).fold(0.0, |sum, (mean, weight)| sum + mean * share(*weight, total));
        let (mut variances, mut all) = (vec![0.0; self.sums.len()], 0.0);
        rows().for_each(|(value, class, weight)| {
            variances[class] += share(weight, self.sums[class]) * (value - means[class]) * (value - means[class]);
            all += share(weight, total) * (value - mean) * (value - mean);
        });
        self.largest = if all > self.largest { all } else { self.largest };
        self.means.iter_mut().zip(means).for_each(|(list, mean)| list.push(mean));
        self.variances.iter_mut().zip(variances).for_each(|(list, variance)| list.push(variance));
    }

    fn model(&mut self) -> Model {
        let smoothing = self.settings.var_smoothing * if self.largest > 0.0 { self.largest } else { 1.0 };
        let total = self.sums.iter().fold(0.0, |total, sum| total + sum);
        let class = |(place, &sum): (usize, &f64)| match sum > 0.0 {
            false => Gaussian { share: 0.0, means: Vec::new(), variances: Vec::new() },
            true => Gaussian {
                share: sum / total,
                means: std::mem::take(&mut self.means[place]),
                variances: self.variances[place].iter().map(|variance| variance + smoothing).collect(),
            },
        };
        let classes: Vec<Gaussian> = self.sums.iter().enumerate().map(class).collect();
        let absent = classes.iter().filter(|class| class.share <= 0.0).count();
        let set = &self.set;
        let mut model = Model::of(vec![Op::GaussianBayes { columns: set.columns.clone(), classes, into: set.outputs.clone() }]);
        if absent > 0 {
            model.notes.push(Problem::warning(Stage::Learn, "learn.absent_classes").with("count", absent));
        }
        model
    }
}

impl Job for NaiveBayes {
    type Output = Model;

    fn advance(&mut self) -> Result<Advance<Model>, Problem> {
        let columns = self.set.x.ncols();
        let count = (self.work / (self.set.x.nrows() + 1)).max(1);
        for column in self.next..columns.min(self.next + count) {
            self.column(column);
        }
        self.next = columns.min(self.next + count);
        Ok(if self.next < columns { Advance::More(self.progress()) } else { Advance::Done(self.model()) })
    }
}

impl Fit for NaiveBayes {
    fn progress(&self) -> Progress {
        Progress { done: self.next as u64, total: self.set.x.ncols() as u64 + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{classes, made, with_columns};
    use super::*;
    use crate::plan::answer;
    use ndarray::{Array2, Axis, arr2};

    fn fit(set: TrainingSet) -> Model {
        start(&Params::new(), set).expect("it starts").finish().expect("a model")
    }

    fn of(model: &Model, x: &Array2<f64>) -> Array2<f64> {
        answer(&model.ops[0], x.view()).expect("it fits")
    }

    #[test]
    fn a_weight_is_a_row_repeated_and_slices_change_nothing() {
        for task in [Task::Binary, Task::Multiclass] {
            let set = made(task, 60, 3, 4);
            let weights: Vec<f64> = (0..60).map(|row| f64::from(row % 3)).collect();
            let rows: Vec<usize> = (0..60).flat_map(|row| vec![row; row % 3]).collect();
            let repeated = TrainingSet { x: set.x.select(Axis(0), &rows), y: set.y.take(&rows), ..set.clone() };
            let weighted = TrainingSet { weights: Some(weights), ..set.clone() };
            let (a, b) = (of(&fit(weighted), &set.x), of(&fit(repeated), &set.x));
            assert!((&a - &b).iter().all(|off| off.abs() < 1e-12), "{task:?}");
            let mut slow = begin(&Params::new(), set.clone()).expect("it starts");
            slow.work = 1;
            assert_eq!(slow.finish().expect("a model"), fit(set));
        }
    }

    #[test]
    fn constant_columns_huge_numbers_and_absent_classes() {
        let x = arr2(&[[1e30, 7.0], [2e30, 7.0], [-1e30, 7.0], [-3e30, 7.0]]);
        let model = fit(with_columns(classes(&[0, 0, 2, 2], 4), x.clone()));
        let p = of(&model, &x);
        assert!(p.iter().all(|p| (0.0..=1.0).contains(p)) && p[[0, 0]] > 0.5 && p[[3, 2]] > 0.5, "{p}");
        assert_eq!(model.notes[0].message.args["count"], "2");
        // Nothing but constants: the shares of the classes.
        let model = fit(with_columns(classes(&[0, 1, 1, 1], 2), Array2::from_elem((4, 2), 3.0)));
        assert!((of(&model, &Array2::from_elem((1, 2), 3.0))[[0, 0]] - 0.75).abs() < 1e-12);
        let refused = |set| start(&Params::new(), set).err().map(|problem| problem.message.id);
        assert_eq!(refused(with_columns(classes(&[1, 1], 2), arr2(&[[1.0], [2.0]]))).as_deref(), Some("learn.one_class"));
        assert_eq!(refused(with_columns(classes(&[0, 1], 2), arr2(&[[1e200], [2.0]]))).as_deref(), Some("learn.too_large"));
    }
}
