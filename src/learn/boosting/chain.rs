//! Cuts of categories as nodes of a plan, which ask "is it at most?" only.
//!
//! A level is a whole number, so that a set of levels is a few runs of numbers. A cut becomes a chain of nodes, one for the
//! end of each run: at most the end goes to the run's side, what is above goes on to the next. Both sides have several
//! parents then, which a plan allows (children stand behind their parents), and which ONNX's tree ensembles have where
//! LightGBM's sets are converted to chains. So categories need no operation of their own, and every export is exact. Each
//! node is the "above" side of one other only: runtimes lay trees out that way.
//!
//! What is missing, and a level that no training row had, goes where scikit-learn sends it: where missing values went, or,
//! where there were none, to the side with more rows.

use super::bins::Column;
use super::split::Split;
use crate::plan::{GapTree, Tree};

/// The runs of a cut: each up to a number, and whether it goes left. The last has no end.
type Runs = Vec<(f64, bool)>;

/// The runs of a cut by a set of levels.
fn runs(column: &Column, split: &Split) -> Runs {
    let mut runs: Runs = Vec::new();
    let mut run = |end: f64, left: bool| match runs.last_mut() {
        Some(last) if last.1 == left => last.0 = end,
        _ => runs.push((end, left)),
    };
    let mut next = 0.0;
    for (bin, level) in column.levels.iter().enumerate() {
        if *level > next {
            run(level - 0.5, split.missing_left);
        }
        run(level + 0.5, split.goes_left(bin, column.values()));
        next = level + 1.0;
    }
    run(f64::INFINITY, split.missing_left);
    runs
}

/// A cut of categories as it was made.
pub struct Cut<'a> {
    /// The column.
    pub column: &'a Column,
    /// The cut.
    pub split: &'a Split,
    /// For each byte of the column's group the weight of the node's rows.
    pub weights: [f64; 256],
}

impl Cut<'_> {
    /// The weight of the rows that come to the node of a run: those that none of the runs before took.
    fn cover(&self, runs: &Runs, run: usize) -> f64 {
        let (missing, before) = (self.column.values(), &runs[..run]);
        let comes = |bin: usize| match self.column.levels.get(bin) {
            Some(level) => before.last().is_none_or(|last| *level > last.0),
            None => bin == missing && before.iter().all(|run| run.1 != self.split.missing_left),
        };
        let bytes = self.column.by_byte(comes);
        self.weights.iter().zip(bytes).fold(0.0, |sum, (weight, comes)| if comes { sum + weight } else { sum })
    }
}

/// The tree with chains in place of the nodes that cut categories; `cut` tells them.
pub fn chained<'a>(tree: GapTree, cut: impl Fn(usize) -> Option<Cut<'a>>) -> GapTree {
    let nodes = tree.tree.feature.len();
    let with_runs = |cut: Cut<'a>| {
        let runs = runs(cut.column, cut.split);
        (cut, runs)
    };
    let cuts: Vec<Option<(Cut, Runs)>> = (0..nodes).map(|node| cut(node).map(with_runs)).collect();
    if cuts.iter().all(Option::is_none) {
        return tree;
    }
    // Where each node, or the first of its chain, comes to stand.
    let mut first = Vec::with_capacity(nodes);
    let mut end = 0;
    for cut in &cuts {
        first.push(end);
        end += cut.as_ref().map_or(1, |(_, runs)| runs.len() - 1) as u32;
    }
    let mut made = GapTree { tree: Tree { outputs: 1, ..Tree::default() }, missing_left: Vec::new() };
    let old = &tree.tree;
    for node in 0..nodes {
        let leaf = old.feature[node] == Tree::LEAF;
        let (left, right) = if leaf { (0, 0) } else { (first[old.left[node] as usize], first[old.right[node] as usize]) };
        let mut put = |threshold: f64, left: u32, right: u32, cover: f64, missing_left: bool| {
            made.tree.feature.push(old.feature[node]);
            made.tree.threshold.push(threshold);
            made.tree.left.push(left);
            made.tree.right.push(right);
            made.tree.value.push(old.value[node]);
            made.tree.cover.push(cover);
            made.missing_left.push(missing_left);
        };
        let Some((cut, runs)) = &cuts[node] else {
            put(old.threshold[node], left, right, old.cover[node], tree.missing_left[node]);
            continue;
        };
        let side = |is_left: bool| if is_left { left } else { right };
        for (run, &(end, is_left)) in runs.iter().enumerate().take(runs.len() - 1) {
            let is_last = run + 2 == runs.len();
            let above = if is_last { side(runs[run + 1].1) } else { first[node] + run as u32 + 1 };
            let cover = if run == 0 { old.cover[node] } else { cut.cover(runs, run) };
            put(end, side(is_left), above, cover, is_left == cut.split.missing_left);
        }
    }
    made
}
