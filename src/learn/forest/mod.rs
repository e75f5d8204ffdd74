//! Decision trees, random forests and extremely randomised trees, for classes and numbers.
//!
//! A tree is grown as in Breiman and others 1984, with exact cuts; a forest is the mean of trees that are grown on
//! bootstrap samples of the rows and see some of the columns at each node (Breiman 2001). Extremely randomised trees see
//! all rows, and cut each of these columns at a random place (Geurts and others 2006). The importance of a column is the
//! share of the impurity that its cuts take away, which favours columns with many values.

mod columns;
mod group;
mod grow;
mod sweep;

use super::{Fit, Kind, Model, Target, TrainingSet, rows};
use crate::base::{Advance, Field, Job, Params, Problem, Progress, Stage, Task, field};
use crate::num::Rng;
use crate::plan::{Link, Op, Tree};
use columns::Coded;
use grow::{Answers, Cuts, Data, Grower, Settings};
use ndarray::Array2;
use serde::Deserialize;
use sweep::Criterion;

/// Extremely randomised trees (scikit-learn's `ExtraTreesClassifier` and `ExtraTreesRegressor`).
pub static EXTRA_TREES: Kind = Kind { id: "extra_trees", tasks: TASKS, takes_missing: false, fields: extra_fields, start: start_extra };

/// A random forest (scikit-learn's `RandomForestClassifier` and `RandomForestRegressor`).
pub static FOREST: Kind = Kind { id: "forest", tasks: TASKS, takes_missing: false, fields: forest_fields, start: start_forest };

/// One decision tree (scikit-learn's `DecisionTreeClassifier` and `DecisionTreeRegressor`); of equal cuts the first, so
/// that there is no seed.
pub static TREE: Kind = Kind { id: "tree", tasks: TASKS, takes_missing: false, fields: tree_fields, start: start_tree };

const TASKS: &[Task] = &[Task::Binary, Task::Multiclass, Task::Regression];
/// Visits of a row in a slice; about ten milliseconds.
const WORK: usize = 1_000_000;
/// Nodes of all trees together; they take about fifty bytes each.
const MOST_NODES: usize = 8_000_000;

fn forest_fields() -> Vec<Field> {
    many_fields(12, true)
}

/// Cuts at random places part rows more slowly, so that trees may be deeper.
fn extra_fields() -> Vec<Field> {
    many_fields(16, false)
}

fn many_fields(max_depth: i64, bootstrap: bool) -> Vec<Field> {
    vec![
        Field::integer("trees", 100, 1, 2000),
        Field::integer("max_depth", max_depth, 0, 1000),
        Field::integer("min_samples_leaf", 1, 1, 1_000_000),
        Field::choice("max_features", "auto", &["auto", "sqrt", "third", "all"]),
        Field::flag("bootstrap", bootstrap),
        Field::flag("balanced", false),
    ]
}

#[derive(Deserialize)]
struct ForestParams {
    trees: usize,
    max_depth: usize,
    min_samples_leaf: usize,
    max_features: String,
    bootstrap: bool,
    balanced: bool,
}

fn start_forest(params: &Params, set: TrainingSet) -> Result<Box<dyn Fit>, Problem> {
    start_many(field::parse(&forest_fields(), params, Stage::Learn, "model.forest")?, set, Cuts::Best)
}

fn start_extra(params: &Params, set: TrainingSet) -> Result<Box<dyn Fit>, Problem> {
    start_many(field::parse(&extra_fields(), params, Stage::Learn, "model.extra_trees")?, set, Cuts::Random)
}

fn start_many(params: ForestParams, set: TrainingSet, cuts: Cuts) -> Result<Box<dyn Fit>, Problem> {
    let p = set.columns.len();
    let candidates = match (params.max_features.as_str(), set.task) {
        ("sqrt", _) | ("auto", Task::Binary | Task::Multiclass) => (p as f64).sqrt() as usize,
        ("third", _) => p / 3,
        ("auto", Task::Regression) if cuts == Cuts::Best => p / 3,
        _ => p,
    };
    let criterion = if set.task == Task::Regression { Criterion::SquaredError } else { Criterion::Gini };
    let (max_depth, min_leaf, candidates) = (depth(params.max_depth), params.min_samples_leaf, candidates.max(1));
    let settings = Settings { criterion, max_depth, min_leaf, candidates, cuts };
    Ok(Box::new(ForestFit::new(set, settings, params.balanced, params.trees, params.bootstrap)?))
}

fn tree_fields() -> Vec<Field> {
    vec![
        Field::integer("max_depth", 5, 0, 1000),
        Field::integer("min_samples_leaf", 5, 1, 1_000_000),
        Field::choice("criterion", "gini", &["gini", "entropy"]),
        Field::flag("balanced", false),
    ]
}

#[derive(Deserialize)]
struct TreeParams {
    max_depth: usize,
    min_samples_leaf: usize,
    criterion: String,
    balanced: bool,
}

fn start_tree(params: &Params, set: TrainingSet) -> Result<Box<dyn Fit>, Problem> {
    let params: TreeParams = field::parse(&tree_fields(), params, Stage::Learn, "model.tree")?;
    let criterion = match (set.task, params.criterion.as_str()) {
        (Task::Regression, _) => Criterion::SquaredError,
        (_, "entropy") => Criterion::Entropy,
        _ => Criterion::Gini,
    };
    let (max_depth, min_leaf, candidates) = (depth(params.max_depth), params.min_samples_leaf, set.columns.len());
    let settings = Settings { criterion, max_depth, min_leaf, candidates, cuts: Cuts::Best };
    Ok(Box::new(ForestFit::new(set, settings, params.balanced, 1, false)?))
}

/// 0 stands for no limit.
fn depth(max_depth: usize) -> usize {
    if max_depth == 0 { usize::MAX } else { max_depth }
}

/// A forest in progress: columns are ranked one by one, then trees grown one by one.
struct ForestFit {
    names: Vec<String>,
    outputs: Vec<String>,
    x: Array2<f64>,
    data: Data,
    settings: Settings,
    weights: Vec<f64>,
    seed: u64,
    wanted: usize,
    bootstrap: bool,
    grower: Option<Grower>,
    trees: Vec<Tree>,
    nodes: usize,
    importance: Vec<f64>,
    work: usize,
}

impl ForestFit {
    fn new(set: TrainingSet, settings: Settings, balanced: bool, wanted: usize, bootstrap: bool) -> Result<Self, Problem> {
        rows::check(&set)?;
        rows::check_classes(&set)?;
        let weights = if balanced { rows::balanced(&set) } else { rows::weights(&set) };
        let answers = match set.y {
            Target::Classes { codes, count } => Answers::Classes { codes, count },
            Target::Values(values) => {
                let mean = rows::mean(&values, &weights);
                if !values.iter().fold(0.0, |sum, value| sum + (value - mean) * (value - mean)).is_finite() {
                    return Err(Problem::new(Stage::Learn, "learn.target_too_large"));
                }
                Answers::Numbers(values)
            }
        };
        Ok(Self {
            importance: vec![0.0; set.columns.len()],
            names: set.columns,
            outputs: set.outputs,
            x: set.x,
            data: Data { columns: Vec::new(), answers },
            settings,
            weights,
            seed: set.seed,
            wanted,
            bootstrap,
            grower: None,
            trees: Vec::new(),
            nodes: 0,
            work: WORK,
        })
    }

    /// The weights of the rows that the next tree is grown on: drawn with replacement from those that weigh anything, a
    /// row drawn twice weighing twice.
    fn bag(&self, rng: &mut Rng) -> Vec<f64> {
        if !self.bootstrap {
            return self.weights.clone();
        }
        let rows: Vec<usize> = (0..self.weights.len()).filter(|&row| self.weights[row] > 0.0).collect();
        let mut bag = vec![0.0; self.weights.len()];
        for _ in 0..rows.len() {
            let row = rows[rng.below(rows.len())];
            bag[row] += self.weights[row];
        }
        bag
    }

    fn model(&mut self) -> Model {
        let total = self.importance.iter().fold(0.0, |sum, value| sum + value);
        let share = |value: &f64| if total > 0.0 { value / total } else { 0.0 };
        let importance = Some(self.importance.iter().map(share).collect());
        let (columns, into) = (std::mem::take(&mut self.names), std::mem::take(&mut self.outputs));
        let op = Op::Trees { columns, trees: std::mem::take(&mut self.trees), link: Link::Identity, into };
        Model { importance, ..Model::of(vec![op]) }
    }
}

impl Job for ForestFit {
    type Output = Model;

    fn advance(&mut self) -> Result<Advance<Model>, Problem> {
        let place = self.data.columns.len();
        if place < self.names.len() {
            // Ranking a column costs about as much as looking at it twenty times.
            for place in (place..self.names.len()).take(self.work / (20 * self.weights.len()) + 1) {
                self.data.columns.push(Coded::new(&self.x.column(place).to_vec()));
            }
            return Ok(Advance::More(self.progress()));
        }
        self.x = Array2::zeros((0, 0));
        let mut grower = match self.grower.take() {
            Some(grower) => grower,
            None => {
                let mut rng = Rng::new(self.seed, "forest", self.trees.len() as u64);
                Grower::new(&self.data, self.bag(&mut rng), rng)
            }
        };
        if !grower.advance(&self.data, &self.settings, self.work) {
            if self.nodes + grower.nodes() > MOST_NODES {
                return Err(Problem::new(Stage::Learn, "learn.too_many_nodes").with("nodes", MOST_NODES).with("trees", self.trees.len()));
            }
            self.grower = Some(grower);
            return Ok(Advance::More(self.progress()));
        }
        let (tree, importance) = grower.finish();
        self.nodes += tree.feature.len();
        self.trees.push(tree);
        self.importance.iter_mut().zip(importance).for_each(|(sum, value)| *sum += value);
        if self.trees.len() < self.wanted { Ok(Advance::More(self.progress())) } else { Ok(Advance::Done(self.model())) }
    }
}

impl Fit for ForestFit {
    fn progress(&self) -> Progress {
        // A tree counts as much as a thousand columns ranked.
        let growing = self.grower.as_ref().map_or(0.0, Grower::share);
        let done = self.data.columns.len() + self.trees.len() * 1000 + (growing * 1000.0) as usize;
        Progress { done: done as u64, total: (self.names.len() + self.wanted * 1000) as u64 }
    }
}

#[cfg(test)]
mod tests;
