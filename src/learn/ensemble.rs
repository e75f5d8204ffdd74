//! Several models as one: voting takes the mean of their answers, stacking learns how to weigh them.
//!
//! Each member has its default settings and is fitted on the same training rows. What stacking learns from are answers to
//! rows that a member did not see: inner folds of the training rows, in which units are never parted.

use super::together::{Together, warnings};
use super::{Fit, Kind, Model, Target, TrainingSet, find, inner, rows};
use crate::base::{Advance, Field, Job, Params, Problem, Progress, Stage, Task, field};
use crate::num::Rng;
use crate::plan::{Op, apply};
use crate::table::split::Fold;
use crate::table::{Column, Table};
use ndarray::{Array2, Axis};

const TASKS: &[Task] = &[Task::Binary, Task::Multiclass, Task::Regression];

/// The mean of the members' probabilities, or of their numbers (scikit-learn's `VotingClassifier(voting='soft')` and
/// `VotingRegressor`).
pub static VOTING: Kind = Kind { id: "voting", tasks: TASKS, takes_missing: false, fields, start: start_voting };

/// A logistic regression (C = 1) on the members' probabilities, or a linear one (squared penalty 1) on their numbers, fitted
/// to answers of five inner folds; the members then learn from all rows (scikit-learn's `StackingClassifier` and
/// `StackingRegressor(final_estimator=Ridge())`, but for the folds, which keep units together).
pub static STACKING: Kind = Kind { id: "stacking", tasks: TASKS, takes_missing: false, fields, start: start_stacking };

/// Inner folds.
const FOLDS: usize = 5;

/// The kinds that can be a member: the field, what is fitted for classes and for numbers, and whether it is one unless told
/// otherwise.
const MEMBERS: [(&str, Option<&str>, Option<&str>, bool); 7] = [
    ("boosting", Some("boosting"), Some("boosting"), true),
    ("forest", Some("forest"), Some("forest"), true),
    ("knn", Some("knn"), Some("knn"), true),
    ("linear", Some("logistic"), Some("linear"), true),
    ("naive_bayes", Some("naive_bayes"), None, false),
    ("svm", Some("svm"), Some("svm"), false),
    ("tree", Some("tree"), Some("tree"), false),
];

fn fields() -> Vec<Field> {
    MEMBERS.iter().map(|(id, _, _, default)| Field::flag(id, *default)).collect()
}

/// The members, one after the other, and what is made of them.
struct Ensemble {
    set: TrainingSet,
    members: Vec<&'static Kind>,
    /// Of stacking.
    folds: Option<Vec<Fold>>,
    current: Option<Box<dyn Fit>>,
    next: usize,
    /// Of stacking the answers to rows of the folds: rows x (members x outputs).
    answers: Array2<f64>,
    fitted: Vec<Model>,
}

fn start_voting(params: &Params, set: TrainingSet) -> Result<Box<dyn Fit>, Problem> {
    Ok(Box::new(begin(params, set, "model.voting")?))
}

fn start_stacking(params: &Params, set: TrainingSet) -> Result<Box<dyn Fit>, Problem> {
    let mut ensemble = begin(params, set, "model.stacking")?;
    let row_weights = rows::weights(&ensemble.set);
    let folds = inner::divided(&ensemble.set, &row_weights, FOLDS);
    ensemble.folds = Some(folds.ok_or_else(|| Problem::new(Stage::Learn, "learn.stacking.few_rows"))?);
    Ok(Box::new(ensemble))
}

fn begin(params: &Params, mut set: TrainingSet, owner: &str) -> Result<Ensemble, Problem> {
    let chosen: Params = field::parse(&fields(), params, Stage::Learn, owner)?;
    rows::check(&set)?;
    rows::check_classes(&set)?;
    let is_class = matches!(set.y, Target::Classes { .. });
    let member = |(id, classes, numbers, _): &(&str, Option<&'static str>, Option<&'static str>, bool)| {
        let is_chosen = chosen.get(*id).and_then(serde_json::Value::as_bool).unwrap_or(false);
        let kind = if is_class { *classes } else { *numbers };
        kind.and_then(find).filter(|_| is_chosen)
    };
    let members: Vec<&'static Kind> = MEMBERS.iter().filter_map(member).collect();
    if members.is_empty() {
        return Err(Problem::new(Stage::Learn, "learn.ensemble.no_members"));
    }
    set.watch = None;
    let answers = Array2::zeros((set.y.len(), members.len() * set.outputs.len()));
    Ok(Ensemble { set, members, folds: None, current: None, next: 0, answers, fitted: Vec::new() })
}

impl Ensemble {
    /// Fits for each member: one for each fold, and the one on all rows.
    fn each(&self) -> usize {
        self.folds.as_ref().map_or(0, Vec::len) + 1
    }

    /// The member and, where it does not learn from all rows, the fold of the next fit.
    fn place(&self) -> (usize, Option<&Fold>) {
        (self.next / self.each(), self.folds.as_ref().and_then(|folds| folds.get(self.next % self.each())))
    }

    fn start(&self) -> Result<Box<dyn Fit>, Problem> {
        let (member, fold) = self.place();
        let kind = self.members[member];
        let set = match fold {
            None => self.set.clone(),
            Some(fold) => part(&self.set, &fold.train),
        };
        let seed = Rng::new(self.set.seed, "ensemble", self.next as u64).next_u64();
        (kind.start)(&field::defaults(&(kind.fields)()), TrainingSet { seed, ..set })
    }

    /// Takes a fitted member in.
    fn take(&mut self, model: Model) -> Result<(), Problem> {
        let (member, fold) = self.place();
        let Some(fold) = fold else {
            self.fitted.push(model);
            return Ok(());
        };
        let test = fold.test.clone();
        let outputs = self.set.outputs.len();
        let x = self.set.x.select(Axis(0), &test);
        let columns = self.set.columns.iter().enumerate().map(|(place, name)| Column::number(name, x.column(place).to_vec()));
        let table = apply(&model.ops, Table::new(columns.collect()))?;
        for (output, name) in self.set.outputs.iter().enumerate() {
            let values = table.column(name).and_then(Column::numbers).unwrap_or_default();
            for (&row, value) in test.iter().zip(values) {
                self.answers[[row, member * outputs + output]] = *value;
            }
        }
        Ok(())
    }

    fn together(&self) -> Together<'_> {
        let labels = self.members.iter().map(|kind| kind.id.to_owned()).collect();
        Together { columns: &self.set.columns, outputs: &self.set.outputs, labels }
    }

    /// The members' answers, and what comes of them.
    fn model(&mut self, last: Vec<Op>) -> Model {
        let mut fitted = std::mem::take(&mut self.fitted);
        let mut ops = self.together().ops(&mut fitted);
        ops.extend(last);
        Model { notes: warnings(&fitted), ..Model::of(ops) }
    }

    /// The fit of the model above the members.
    fn above(&mut self) -> Result<Box<dyn Fit>, Problem> {
        let id = if matches!(self.set.y, Target::Classes { .. }) { "logistic" } else { "linear" };
        let kind = find(id).ok_or_else(|| Problem::new(Stage::Learn, "learn.unknown_model").with("model", id))?;
        let x = std::mem::take(&mut self.answers);
        let set = TrainingSet { columns: self.together().names(), meanings: Vec::new(), x, ..self.set.clone() };
        (kind.start)(&field::defaults(&(kind.fields)()), set)
    }
}

/// Some of the rows.
fn part(set: &TrainingSet, rows: &[usize]) -> TrainingSet {
    TrainingSet {
        columns: set.columns.clone(),
        meanings: set.meanings.clone(),
        x: set.x.select(Axis(0), rows),
        y: set.y.take(rows),
        weights: set.weights.as_ref().map(|weights| rows.iter().map(|&row| weights[row]).collect()),
        groups: set.groups.as_ref().map(|groups| rows.iter().map(|&row| groups[row]).collect()),
        watch: None,
        task: set.task,
        outputs: set.outputs.clone(),
        seed: set.seed,
    }
}

impl Job for Ensemble {
    type Output = Model;

    fn advance(&mut self) -> Result<Advance<Model>, Problem> {
        let all = self.each() * self.members.len();
        if self.current.is_none() {
            if self.next == all && self.folds.is_none() {
                let mean = self.together().mean();
                return Ok(Advance::Done(self.model(mean)));
            }
            self.current = Some(if self.next < all { self.start()? } else { self.above()? });
            return Ok(Advance::More(self.progress()));
        }
        let Some(fit) = &mut self.current else { return Ok(Advance::More(self.progress())) };
        if let Advance::Done(model) = fit.advance()? {
            self.current = None;
            if self.next == all {
                let columns = self.together().names();
                let last = model.ops.into_iter().chain([Op::Drop { columns }]).collect();
                return Ok(Advance::Done(self.model(last)));
            }
            self.take(model)?;
            self.next += 1;
        }
        Ok(Advance::More(self.progress()))
    }
}

impl Fit for Ensemble {
    fn progress(&self) -> Progress {
        const UNIT: u64 = 1000;
        let within = self.current.as_ref().map_or(0, |fit| (UNIT as f64 * fit.progress().share()) as u64);
        Progress { done: self.next as u64 * UNIT + within, total: (self.each() * self.members.len() + 1) as u64 * UNIT }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{classes, made, numbers, with_columns};
    use super::*;
    use ndarray::arr2;
    use serde_json::json;

    fn fit(id: &str, params: serde_json::Value, set: TrainingSet) -> Result<Model, Problem> {
        (find(id).expect(id).start)(params.as_object().expect("parameters"), set)?.finish()
    }

    /// Rows x outputs, and the columns that the table has at the end.
    fn of(model: &Model, set: &TrainingSet) -> (Array2<f64>, Vec<String>) {
        let columns = set.columns.iter().enumerate().map(|(place, name)| Column::number(name, set.x.column(place).to_vec()));
        let table = apply(&model.ops, Table::new(columns.collect())).expect("it fits");
        let column = |name: &String| table.column(name).expect(name).numbers().expect(name).to_vec();
        let lists: Vec<Vec<f64>> = set.outputs.iter().map(column).collect();
        let answer = Array2::from_shape_fn((set.y.len(), lists.len()), |(row, output)| lists[output][row]);
        (answer, table.names().map(str::to_owned).collect())
    }

    #[test]
    fn voting_is_the_mean_of_its_members() {
        for task in TASKS {
            let set = made(*task, 80, 3, 3);
            let of_numbers = *task == Task::Regression;
            let params = json!({"boosting": false, "forest": false, "knn": true, "linear": true, "tree": true});
            let (all, columns) = of(&fit("voting", params, set.clone()).expect("a model"), &set);
            let linear = if of_numbers { "linear" } else { "logistic" };
            let parts = ["knn", linear, "tree"].map(|id| of(&fit(id, json!({}), set.clone()).expect(id), &set).0);
            let mean = (&parts[0] + &parts[1] + &parts[2]) / 3.0;
            assert!((&all - &mean).iter().all(|off| off.abs() < 1e-12), "{task:?}");
            assert_eq!(columns.len(), set.columns.len() + set.outputs.len(), "{columns:?}");
        }
    }

    #[test]
    fn stacking_leans_on_the_member_that_is_right() {
        // A step: the tree is right, the line is not.
        let x = Array2::from_shape_fn((120, 1), |(row, _)| row as f64);
        let y: Vec<f64> = (0..120).map(|row| if row % 40 < 20 { 0.0 } else { 10.0 }).collect();
        let set = with_columns(numbers(&y), x);
        let params = json!({"boosting": false, "forest": false, "knn": false, "linear": true, "tree": true});
        let model = fit("stacking", params, set.clone()).expect("a model");
        let Some(Op::Linear { weights, .. }) = model.ops.iter().rev().nth(1) else { panic!("{:?}", model.ops) };
        assert!(weights[0][1] > 0.8 && weights[0][1] > 5.0 * weights[0][0].abs(), "{weights:?}");
        let (answer, columns) = of(&model, &set);
        assert_eq!(columns, ["x0", "p"]);
        let right = (0..120).filter(|&row| (answer[[row, 0]] - y[row]).abs() < 2.0).count();
        assert!(right > 100, "{right}");
    }

    #[test]
    fn stacking_gives_probabilities_and_slices_change_nothing() {
        for task in [Task::Binary, Task::Multiclass] {
            let set = TrainingSet { groups: Some((0..90).map(|row| row / 3).collect()), ..made(task, 90, 3, 3) };
            let params = json!({"boosting": false, "forest": false, "naive_bayes": true});
            let model = fit("stacking", params.clone(), set.clone()).expect("a model");
            assert_eq!(model, fit("stacking", params, set.clone()).expect("a model"));
            let (answer, _) = of(&model, &set);
            assert!(answer.iter().all(|p| (0.0..=1.0).contains(p)), "{task:?}");
        }
    }

    #[test]
    fn no_members_and_too_few_rows_are_problems() {
        let none = json!({"boosting": false, "forest": false, "knn": false, "linear": false});
        let refused = |id: &str, params: &serde_json::Value, set| fit(id, params.clone(), set).err().map(|problem| problem.message.id);
        assert_eq!(refused("voting", &none, made(Task::Binary, 30, 2, 1)).as_deref(), Some("learn.ensemble.no_members"));
        let two = with_columns(classes(&[0, 1], 2), arr2(&[[1.0], [2.0]]));
        assert_eq!(refused("stacking", &json!({}), two.clone()).as_deref(), Some("learn.stacking.few_rows"));
        assert!(fit("voting", json!({}), two).is_ok());
    }
}
