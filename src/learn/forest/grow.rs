//! Growing one tree (Breiman and others 1984): at each node the best cut among the candidate columns, until nothing is
//! left to tell apart or a limit is met.
//!
//! Cuts are exact, or drawn one a column. A node with many rows against the distinct values of a column counts its rows by value; a small one
//! sorts them. Both see the same groups and add them up in the same order, so which of the two is quicker changes nothing.

use super::columns::{Coded, Codes};
use super::group::{Part, part_rows};
use super::sweep::{Criterion, Sweep};
use crate::num::Rng;
use crate::plan::Tree;

/// Cuts that differ by less than this share of the node's impurity are equal but for rounding.
const MARGIN: f64 = 1e-11;

/// What the trees are grown on.
pub struct Data {
    pub columns: Vec<Coded>,
    pub answers: Answers,
}

/// The answer of each row.
pub enum Answers {
    Classes { codes: Vec<u32>, count: usize },
    Numbers(Vec<f64>),
}

/// How trees are grown.
#[derive(Clone, Debug)]
pub struct Settings {
    pub criterion: Criterion,
    /// Cuts from the root to a leaf at most.
    pub max_depth: usize,
    /// Rows in a leaf at least.
    pub min_leaf: usize,
    /// Columns that a node looks at; all of them, in order, where it is their number.
    pub candidates: usize,
    /// Which cuts of a column are looked at.
    pub cuts: Cuts,
}

/// Which cuts of a column are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cuts {
    /// All of them.
    Best,
    /// One, at a place drawn evenly between the node's smallest and largest value.
    Random,
}

/// A tree that is being grown.
pub struct Grower {
    tree: Tree,
    /// For each column the weighted impurity that its cuts took away.
    importance: Vec<f64>,
    /// Weight of each row of the data.
    weights: Vec<f64>,
    /// The rows, those of a node together and ascending.
    rows: Vec<u32>,
    open: Vec<Open>,
    search: Option<Search>,
    settled: usize,
    features: Vec<u32>,
    rng: Rng,
    scratch: Scratch,
}

/// A node to come.
struct Open {
    start: usize,
    end: usize,
    depth: usize,
    /// The parent, the column that it cuts, and whether this is its left child.
    parent: Option<(usize, usize, bool)>,
}

/// A node whose cut is being looked for.
struct Search {
    node: usize,
    start: usize,
    end: usize,
    depth: usize,
    totals: Vec<f64>,
    /// Times weight.
    impurity: f64,
    /// Columns looked at, and whether one of them had two values.
    visited: usize,
    varied: bool,
    best: Option<Best>,
}

struct Best {
    feature: usize,
    gain: f64,
    low: u32,
    threshold: f64,
}

/// Buffers that are used again from node to node.
#[derive(Default)]
struct Scratch {
    /// Of each row of the node: its class and weight, or its weight and weighted distance from the node's mean.
    classes: Vec<u32>,
    weights: Vec<f64>,
    distances: Vec<f64>,
    sums: Vec<f64>,
    counts: Vec<u32>,
    left: Vec<f64>,
    keys: Vec<u64>,
    right: Vec<u32>,
}

impl Grower {
    /// A tree to be grown on the rows whose weight is above 0.
    pub fn new(data: &Data, weights: Vec<f64>, rng: Rng) -> Self {
        let rows: Vec<u32> = (0..weights.len() as u32).filter(|&row| weights[row as usize] > 0.0).collect();
        let outputs = match &data.answers {
            Answers::Classes { count, .. } if *count != 2 => *count,
            _ => 1,
        };
        Self {
            tree: Tree { outputs, ..Tree::default() },
            importance: vec![0.0; data.columns.len()],
            open: vec![Open { start: 0, end: rows.len(), depth: 0, parent: None }],
            search: None,
            settled: 0,
            features: (0..data.columns.len() as u32).collect(),
            weights,
            rows,
            rng,
            scratch: Scratch::default(),
        }
    }

    /// The share of the rows that have come to a leaf.
    pub fn share(&self) -> f64 {
        self.settled as f64 / self.rows.len().max(1) as f64
    }

    /// The number of nodes so far.
    pub fn nodes(&self) -> usize {
        self.tree.feature.len()
    }

    /// Grows until about so many row visits are spent; whether the tree is done.
    pub fn advance(&mut self, data: &Data, settings: &Settings, work: usize) -> bool {
        let mut spent = 0;
        while spent < work {
            if let Some(search) = &self.search {
                let all = search.visited >= data.columns.len();
                // A draw of constant columns only is no draw: it goes on until one varies.
                if all || (search.visited >= settings.candidates && search.varied) {
                    spent += search.end - search.start;
                    self.decide(data);
                } else {
                    spent += self.look(data, settings) + 8;
                }
            } else if let Some(open) = self.open.pop() {
                spent += 2 * (open.end - open.start) + 8;
                self.begin(data, settings, open);
            } else {
                return true;
            }
        }
        false
    }

    /// The tree and the importance of its columns, adding up to 1 where there is a cut.
    pub fn finish(self) -> (Tree, Vec<f64>) {
        let total = self.importance.iter().fold(0.0, |sum, value| sum + value);
        let share = |value: &f64| if total > 0.0 { value / total } else { 0.0 };
        let importance = self.importance.iter().map(share).collect();
        (self.tree, importance)
    }

    /// Makes the node of some rows, and starts the search for its cut where it may have one.
    fn begin(&mut self, data: &Data, settings: &Settings, open: Open) {
        let Open { start, end, depth, parent } = open;
        let rows = &self.rows[start..end];
        let scratch = &mut self.scratch;
        scratch.weights.clear();
        scratch.weights.extend(rows.iter().map(|&row| self.weights[row as usize]));
        let weight = scratch.weights.iter().fold(0.0, |sum, weight| sum + weight);
        let (totals, impurity, is_pure) = match &data.answers {
            Answers::Classes { codes, count } => {
                scratch.classes.clear();
                scratch.classes.extend(rows.iter().map(|&row| codes[row as usize]));
                let mut totals = vec![0.0; *count];
                scratch.classes.iter().zip(&scratch.weights).for_each(|(&class, weight)| totals[class as usize] += weight);
                let shares = totals.iter().map(|total| total / weight);
                self.tree.value.extend(if *count == 2 { shares.skip(1).collect::<Vec<f64>>() } else { shares.collect() });
                let impurity = settings.criterion.of_classes(&totals);
                let is_pure = totals.iter().filter(|&&total| total > 0.0).count() < 2;
                (totals, impurity, is_pure)
            }
            Answers::Numbers(values) => {
                let value = |row: &u32| values[*row as usize];
                let mean = rows.iter().zip(&scratch.weights).fold(0.0, |sum, (row, weight)| sum + weight * value(row)) / weight;
                scratch.distances.clear();
                scratch.distances.extend(rows.iter().zip(&scratch.weights).map(|(row, weight)| weight * (value(row) - mean)));
                let squares = rows.iter().zip(&scratch.distances).fold(0.0, |sum, (row, distance)| sum + distance * (value(row) - mean));
                let rest = scratch.distances.iter().fold(0.0, |sum, distance| sum + distance);
                self.tree.value.push(mean);
                let is_pure = rows.iter().all(|row| value(row) == value(&rows[0]));
                (vec![weight, rest], squares / weight, is_pure)
            }
        };
        let node = self.tree.feature.len();
        self.tree.feature.push(Tree::LEAF);
        self.tree.threshold.push(0.0);
        self.tree.left.push(0);
        self.tree.right.push(0);
        self.tree.cover.push(weight);
        if let Some((parent, feature, is_left)) = parent {
            let child = if is_left { &mut self.tree.left } else { &mut self.tree.right };
            child[parent] = node as u32;
            self.importance[feature] -= weight * impurity;
        }
        if is_pure || depth >= settings.max_depth || end - start < 2 * settings.min_leaf {
            self.settled += end - start;
            return;
        }
        scratch.left.resize(totals.len(), 0.0);
        let impurity = weight * impurity;
        self.search = Some(Search { node, start, end, depth, totals, impurity, visited: 0, varied: false, best: None });
    }

    /// Looks at one more candidate column; the work it took, in row visits.
    fn look(&mut self, data: &Data, settings: &Settings) -> usize {
        let Some(search) = &mut self.search else { return 0 };
        let p = self.features.len();
        if settings.candidates < p {
            // The next place of a shuffle that is made as far as it is needed.
            let other = search.visited + self.rng.below(p - search.visited);
            self.features.swap(search.visited, other);
        }
        let feature = self.features[search.visited] as usize;
        search.visited += 1;
        let column = &data.columns[feature];
        if column.values.len() < 2 {
            return 0;
        }
        let rows = &self.rows[search.start..search.end];
        let Scratch { classes, weights, distances, sums, counts, left, keys, .. } = &mut self.scratch;
        let part =
            Part { rows, classes, weights, distances, width: search.totals.len(), is_number: matches!(data.answers, Answers::Numbers(_)) };
        let margin = MARGIN * search.impurity;
        if settings.cuts == Cuts::Random {
            let found = match &column.codes {
                Codes::Small(codes) => part.draw(codes, column, &mut self.rng, sums),
                Codes::Large(codes) => part.draw(codes, column, &mut self.rng, sums),
            };
            let Some(drawn) = found else { return rows.len() };
            search.varied = true;
            let enough = drawn.rows >= settings.min_leaf && rows.len() - drawn.rows >= settings.min_leaf;
            let gain = settings.criterion.of_sides(sums, &search.totals);
            if enough && search.best.as_ref().is_none_or(|best| gain > best.gain + margin) {
                search.best = Some(Best { feature, gain, low: drawn.low, threshold: drawn.threshold });
            }
            return 2 * rows.len();
        }
        let counted = column.values.len() * search.totals.len() <= 8 * rows.len();
        let mut sweep = Sweep::new(settings.criterion, &search.totals, rows.len(), settings.min_leaf, margin, left);
        if counted {
            match &column.codes {
                Codes::Small(codes) => part.count(codes, column.values.len(), sums, counts, &mut sweep),
                Codes::Large(codes) => part.count(codes, column.values.len(), sums, counts, &mut sweep),
            }
        } else {
            match &column.codes {
                Codes::Small(codes) => part.sort(codes, sums, keys, &mut sweep),
                Codes::Large(codes) => part.sort(codes, sums, keys, &mut sweep),
            }
        }
        search.varied |= sweep.varies;
        if let Some(cut) = sweep.best
            && search.best.as_ref().is_none_or(|best| cut.gain > best.gain + margin)
        {
            search.best = Some(Best { feature, gain: cut.gain, low: cut.low, threshold: column.between(cut.low, cut.high) });
        }
        // Sorting a row takes about as long as counting six.
        if counted { rows.len() } else { 6 * rows.len() }
    }

    /// Cuts the node where a cut was found; else it is a leaf.
    fn decide(&mut self, data: &Data) {
        let Some(Search { node, start, end, depth, impurity, best, .. }) = self.search.take() else { return };
        let Some(Best { feature, low, threshold, .. }) = best else {
            self.settled += end - start;
            return;
        };
        let rows = &mut self.rows[start..end];
        let right = &mut self.scratch.right;
        let left = match &data.columns[feature].codes {
            Codes::Small(codes) => part_rows(rows, right, |row| u32::from(codes[row]) <= low),
            Codes::Large(codes) => part_rows(rows, right, |row| codes[row] <= low),
        };
        self.importance[feature] += impurity;
        self.tree.feature[node] = feature as u32;
        self.tree.threshold[node] = threshold;
        let middle = start + left;
        // The last one pushed comes first: the left child.
        self.open.push(Open { start: middle, end, depth: depth + 1, parent: Some((node, feature, false)) });
        self.open.push(Open { start, end: middle, depth: depth + 1, parent: Some((node, feature, true)) });
    }
}
