//! Several models as one: voting takes the mean of their answers, stacking learns how to weigh them.
//!
//! The members are some kinds of models with their default settings, or models with settings of their own, such as those of
//! the study. All are fitted on the same training rows. What stacking learns from are answers to rows that a member did not
//! see: inner folds of the training rows, in which units are never parted.

use super::together::{Together, warnings};
use super::{Candidate, Fit, Kind, Model, Target, TrainingSet, find, inner, rows};
use crate::base::{Advance, Field, Job, Params, Place, Problem, Progress, Stage, Task, field, text};
use crate::num::Rng;
use crate::plan::{Op, apply};
use crate::table::split::Fold;
use crate::table::{Column, Table};
use ndarray::{Array2, Axis};
use serde::{Deserialize, Serialize};

const TASKS: &[Task] = &[Task::Binary, Task::Multiclass, Task::Regression];

/// The mean of the members' probabilities, or of their numbers, weighted where they have weights (scikit-learn's
/// `VotingClassifier(voting='soft')` and `VotingRegressor`).
pub static VOTING: Kind = Kind { id: "voting", tasks: TASKS, takes_missing: false, fields: voting_fields, start: start_voting };

/// A logistic regression (C = 1) on the members' probabilities, or a linear one (squared penalty 1) on their numbers, fitted
/// to answers of five inner folds; the members then learn from all rows (scikit-learn's `StackingClassifier` and
/// `StackingRegressor(final_estimator=Ridge())`, but for the folds, which keep units together).
pub static STACKING: Kind = Kind { id: "stacking", tasks: TASKS, takes_missing: false, fields: stacking_fields, start: start_stacking };

/// Inner folds.
const FOLDS: usize = 5;

/// Models with settings of their own, at most.
const MOST: usize = 16;

/// The kinds that can be a member: the field, what is fitted for classes and for numbers, and whether it is one unless told
/// otherwise.
const MEMBERS: [(&str, Option<&str>, Option<&str>, bool); 9] = [
    ("boosting", Some("boosting"), Some("boosting"), true),
    ("extra_trees", Some("extra_trees"), Some("extra_trees"), false),
    ("forest", Some("forest"), Some("forest"), true),
    ("knn", Some("knn"), Some("knn"), true),
    ("linear", Some("logistic"), Some("linear"), true),
    ("naive_bayes", Some("naive_bayes"), None, false),
    ("network", Some("network"), Some("network"), false),
    ("svm", Some("svm"), Some("svm"), false),
    ("tree", Some("tree"), Some("tree"), false),
];

/// A member with settings of its own, as it stands in the parameter `estimators`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimator {
    /// The kind of model, by id.
    pub model: String,
    /// Its parameters.
    #[serde(default)]
    pub params: Params,
    /// How much its answers count beside those of the others, where their mean is taken.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub weight: f64,
}

impl Estimator {
    /// The model's name, with its weight where that is not 1.
    pub fn name(&self) -> String {
        let name = text(&format!("model.{}", self.model));
        if is_one(&self.weight) { name } else { format!("{} × {name}", self.weight) }
    }
}

fn is_one(weight: &f64) -> bool {
    *weight == one()
}

fn one() -> f64 {
    1.0
}

/// The candidate that takes the mean of some members.
pub fn voting(members: &[Estimator]) -> Candidate {
    Candidate { model: VOTING.id.to_owned(), params: with_members(members), ..Candidate::default() }
}

/// The parameters of an ensemble that name its members.
pub fn with_members(members: &[Estimator]) -> Params {
    let estimators = serde_json::to_value(members).unwrap_or_default();
    Params::from_iter([("of".to_owned(), "own".into()), ("estimators".to_owned(), estimators)])
}

/// Whether a kind of model puts others together.
pub fn is_ensemble(model: &str) -> bool {
    [VOTING.id, STACKING.id].contains(&model)
}

/// The members with settings of their own that parameters of an ensemble name; none where it is of kinds.
pub fn estimators(params: &Params) -> Vec<Estimator> {
    if params.get("of").and_then(serde_json::Value::as_str) != Some("own") {
        return Vec::new();
    }
    params.get("estimators").and_then(|list| serde_json::from_value(list.clone()).ok()).unwrap_or_default()
}

/// What is wrong with the members that have settings of their own, told at the list of them.
pub(super) fn check(owner: &str, params: &Params, task: Option<Task>) -> Vec<Problem> {
    let wrong = |member: Estimator| {
        if is_ensemble(&member.model) {
            return vec![Problem::new(Stage::Learn, "learn.ensemble.nested").with("model", text(&format!("model.{}", member.model)))];
        }
        Candidate { model: member.model, params: member.params, ..Candidate::default() }.check(task)
    };
    let at = |problem: Problem| problem.at(Place::Field(owner.to_owned(), "estimators".to_owned()));
    estimators(params).into_iter().flat_map(wrong).map(at).collect()
}

fn voting_fields() -> Vec<Field> {
    fields(true)
}

fn stacking_fields() -> Vec<Field> {
    fields(false)
}

fn fields(weighted: bool) -> Vec<Field> {
    let kinds = MEMBERS.iter().map(|(id, _, _, default)| Field::flag(id, *default).when("of", &["kinds"]));
    let own = Field::models("estimators", MOST, weighted).when("of", &["own"]);
    std::iter::once(Field::choice("of", "kinds", &["kinds", "own"])).chain(kinds).chain([own]).collect()
}

/// A member: what is fitted, and what it is called among the others.
struct Member {
    kind: &'static Kind,
    params: Params,
    weight: f64,
    label: String,
}

/// The members that parameters name, for classes or for numbers.
fn members(chosen: &Params, is_class: bool) -> Vec<Member> {
    let by_kind = |(id, classes, numbers, _): &(&str, Option<&'static str>, Option<&'static str>, bool)| {
        let is_chosen = chosen.get(*id).and_then(serde_json::Value::as_bool).unwrap_or(false);
        let kind = if is_class { *classes } else { *numbers };
        let kind = kind.and_then(find).filter(|_| is_chosen)?;
        Some(Member { kind, params: Params::new(), weight: 1.0, label: kind.id.to_owned() })
    };
    if chosen.get("of").and_then(serde_json::Value::as_str) != Some("own") {
        return MEMBERS.iter().filter_map(by_kind).collect();
    }
    let mut all: Vec<Member> = Vec::new();
    for member in estimators(chosen) {
        let Some(kind) = find(&member.model) else { continue };
        let twins = all.iter().filter(|other| other.kind.id == kind.id).count();
        // In brackets, since a network of several calls these "network 2".
        let label = if twins == 0 { kind.id.to_owned() } else { format!("{} ({})", kind.id, twins + 1) };
        all.push(Member { kind, params: member.params, weight: member.weight, label });
    }
    all
}

/// The members, one after the other, and what is made of them.
struct Ensemble {
    set: TrainingSet,
    members: Vec<Member>,
    /// Of stacking.
    folds: Option<Vec<Fold>>,
    current: Option<Box<dyn Fit>>,
    next: usize,
    /// Of stacking the answers to rows of the folds: rows x (members x outputs).
    answers: Array2<f64>,
    fitted: Vec<Model>,
}

fn start_voting(params: &Params, set: TrainingSet) -> Result<Box<dyn Fit>, Problem> {
    Ok(Box::new(begin(&voting_fields(), params, set, "model.voting")?))
}

fn start_stacking(params: &Params, set: TrainingSet) -> Result<Box<dyn Fit>, Problem> {
    let mut ensemble = begin(&stacking_fields(), params, set, "model.stacking")?;
    let row_weights = rows::weights(&ensemble.set);
    let folds = inner::divided(&ensemble.set, &row_weights, FOLDS);
    ensemble.folds = Some(folds.ok_or_else(|| Problem::new(Stage::Learn, "learn.stacking.few_rows"))?);
    Ok(Box::new(ensemble))
}

fn begin(fields: &[Field], params: &Params, mut set: TrainingSet, owner: &str) -> Result<Ensemble, Problem> {
    let chosen: Params = field::parse(fields, params, Stage::Learn, owner)?;
    rows::check(&set)?;
    rows::check_classes(&set)?;
    if let Some(problem) = check(owner, &chosen, Some(set.task)).into_iter().next() {
        return Err(problem);
    }
    let members = members(&chosen, matches!(set.y, Target::Classes { .. }));
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
        let Member { kind, params, .. } = &self.members[member];
        let set = match fold {
            None => self.set.clone(),
            Some(fold) => part(&self.set, &fold.train),
        };
        // On all rows a member is the model that would be fitted alone; its twin is another one.
        let has_twin = self.members[..member].iter().any(|other| other.kind.id == kind.id && other.params == *params);
        let seed = match fold.is_none() && !has_twin {
            true => self.set.seed,
            false => Rng::new(self.set.seed, "ensemble", self.next as u64).next_u64(),
        };
        (kind.start)(params, TrainingSet { seed, ..set })
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
        let labels = self.members.iter().map(|member| member.label.clone()).collect();
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
                let weights: Vec<f64> = self.members.iter().map(|member| member.weight).collect();
                let mean = self.together().mean(&weights);
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
    fn members_of_their_own_settings_count_by_their_weights() {
        for task in TASKS {
            let set = made(*task, 80, 3, 3);
            let near = |k: i64| json!({"n_neighbors": k});
            let params = json!({"of": "own", "estimators": [
                {"model": "knn", "params": near(3), "weight": 3},
                {"model": "knn", "params": near(9)},
                {"model": "network", "params": {"epochs": 3, "early_stopping": false, "members": 2}},
                {"model": "network", "params": {"epochs": 2, "early_stopping": false, "members": 3}}
            ]});
            let (all, columns) = of(&fit("voting", params.clone(), set.clone()).expect("a model"), &set);
            let [three, nine] = [3, 9].map(|k| of(&fit("knn", near(k), set.clone()).expect("knn"), &set).0);
            // What the two networks add.
            let networks = &all * 6.0 - &three * 3.0 - &nine;
            if task.is_classification() {
                assert!(networks.iter().all(|p| (-1e-9..=2.0 + 1e-9).contains(p)), "{task:?}");
            }
            assert_eq!(columns.len(), set.columns.len() + set.outputs.len(), "{columns:?}");
            let two = json!({"of": "own", "estimators": params["estimators"].as_array().expect("a list")[..2]});
            let (mean, _) = of(&fit("voting", two.clone(), set.clone()).expect("a model"), &set);
            assert!((&mean - (&three * 0.75 + &nine * 0.25)).iter().all(|off| off.abs() < 1e-12), "{task:?}");
            // How much a member counts is learned by stacking, not told.
            assert_eq!(fit("stacking", two, set.clone()).err().map(|problem| problem.message.id).as_deref(), Some("field.not_models"));
            let own = json!({"of": "own", "estimators": [{"model": "knn", "params": near(3)}, {"model": "tree"}]});
            assert!(fit("stacking", own, set).is_ok(), "{task:?}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_member_is_told_at_the_list() {
        let wrong = |members: serde_json::Value, task| {
            let candidate = Candidate {
                model: "voting".to_owned(),
                params: json!({"of": "own", "estimators": members}).as_object().expect("parameters").clone(),
                ..Candidate::default()
            };
            candidate.check(Some(task)).into_iter().map(|problem| (problem.message.id, problem.place)).collect::<Vec<_>>()
        };
        let there = || Place::Field("model.voting".to_owned(), "estimators".to_owned());
        let cases = [
            (json!([{"model": "stacking"}]), Task::Binary, "learn.ensemble.nested"),
            (json!([{"model": "nobody"}]), Task::Binary, "learn.unknown_model"),
            (json!([{"model": "knn", "params": {"n_neighbors": 0}}]), Task::Binary, "field.out_of_range"),
            (json!([{"model": "logistic"}]), Task::Regression, "learn.wrong_task"),
            (json!([{"model": "knn", "weight": 0}]), Task::Binary, "field.not_weighted_models"),
            (json!([{"model": "knn", "more": 1}]), Task::Binary, "field.not_weighted_models"),
            (json!(["knn"]), Task::Binary, "field.not_weighted_models"),
        ];
        for (members, task, id) in cases {
            assert_eq!(wrong(members.clone(), task), [(id.to_owned(), there())], "{members}");
        }
        assert_eq!(wrong(json!([{"model": "knn"}]), Task::Binary), []);
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
        assert_eq!(refused("voting", &json!({"of": "own"}), made(Task::Binary, 30, 2, 1)).as_deref(), Some("learn.ensemble.no_members"));
        let two = with_columns(classes(&[0, 1], 2), arr2(&[[1.0], [2.0]]));
        assert_eq!(refused("stacking", &json!({}), two.clone()).as_deref(), Some("learn.stacking.few_rows"));
        assert!(fit("voting", json!({}), two).is_ok());
    }
}
