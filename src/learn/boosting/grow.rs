//! Growing a tree on gradients, best leaf first (Friedman 2001; Chen and Guestrin 2016; Ke and others 2017).
//!
//! The leaf whose cut gains most is cut next, until there are as many leaves as allowed or nothing gains. Of two sisters
//! only the smaller one is added up; the other one is what it leaves of the parent.

use super::bins::Bins;
use super::chain::{self, Cut};
use super::histogram::{Histogram, Layout, Slope};
use super::split::{Bounds, LEAST_CURVATURE, Rules, Scratch, Search, Split, Sums};
use crate::plan::{GapTree, Tree};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Entries of all histograms that are kept for a later subtraction; beyond, both sisters are added up. About 250 MB.
const MOST_ENTRIES: usize = 12_000_000;

/// What trees are grown on.
#[derive(Debug, Default)]
pub struct Data {
    /// The columns.
    pub bins: Bins,
    /// Where they stand in a histogram.
    pub layout: Layout,
}

/// A node.
#[derive(Debug)]
pub struct Node {
    /// Where its rows stand in [`Grower::rows`].
    pub start: usize,
    /// Behind the last of them.
    pub end: usize,
    depth: usize,
    /// Its rows, added up.
    pub sums: Sums,
    /// What its answer is held to.
    bounds: Bounds,
    /// Its answer, were it a leaf.
    pub value: f64,
    /// Its cut, and where its sides stand among the nodes; nothing for a leaf.
    pub cut: Option<(Split, usize, usize)>,
    /// The best cut found, until it is made.
    found: Option<Split>,
    histogram: Option<Histogram>,
}

/// A histogram that is being filled.
struct Filling {
    node: usize,
    /// The sister, which gets what this node leaves of the parent's histogram.
    sister: Option<(usize, Histogram)>,
    histogram: Histogram,
    block: usize,
}

/// A tree that is being grown.
pub struct Grower {
    /// The rows, those of a node together and ascending.
    pub rows: Vec<u32>,
    /// The nodes; sides stand behind their parent.
    pub nodes: Vec<Node>,
    open: BinaryHeap<(u64, Reverse<usize>)>,
    leaves: usize,
    filling: Option<Filling>,
    /// Nodes that are to be added up next.
    waiting: Vec<usize>,
    buffers: Buffers,
}

/// What is used again from tree to tree.
#[derive(Default)]
pub struct Buffers {
    rows: Vec<u32>,
    right: Vec<u32>,
    slopes: Vec<Slope>,
    histograms: Vec<Histogram>,
    scratch: Scratch,
}

impl Grower {
    /// A tree to be grown on all rows. `slopes` are theirs.
    pub fn new(slopes: &[Slope], rules: &Rules, mut buffers: Buffers) -> Self {
        let mut rows = std::mem::take(&mut buffers.rows);
        rows.clear();
        rows.extend(0..slopes.len() as u32);
        let mut sums = Sums { rows: slopes.len() as u32, ..Sums::default() };
        for slope in slopes {
            sums.gradient += slope[0];
            sums.curvature += slope[1];
        }
        let mut grower = Self { rows, nodes: Vec::new(), open: BinaryHeap::new(), leaves: 1, filling: None, waiting: Vec::new(), buffers };
        grower.push(0, slopes.len(), 0, sums, rules.bounds, rules);
        if rules.max_leaves > 1 && grower.may_be_cut(0, rules) {
            grower.waiting.push(0);
        }
        grower
    }

    /// The buffers, for the next tree.
    pub fn into_buffers(self) -> Buffers {
        let mut buffers = self.buffers;
        buffers.histograms.extend(self.nodes.into_iter().filter_map(|node| node.histogram));
        buffers.rows = self.rows;
        buffers
    }

    /// Grows until about so many row visits are spent; whether the tree is done.
    pub fn advance(&mut self, data: &Data, slopes: &[Slope], rules: &Rules, work: usize) -> bool {
        let mut spent = 0;
        while spent < work {
            if let Some(filling) = self.filling.take() {
                spent += self.fill(data, rules, filling);
            } else if let Some(node) = self.waiting.pop() {
                spent += self.prepare(data, slopes, node, None);
            } else if self.leaves < rules.max_leaves
                && let Some((_, Reverse(node))) = self.open.pop()
            {
                spent += self.cut(data, slopes, rules, node);
            } else {
                return true;
            }
        }
        false
    }

    fn push(&mut self, start: usize, end: usize, depth: usize, sums: Sums, bounds: Bounds, rules: &Rules) -> usize {
        let value = bounds.hold(sums.value(rules.l2));
        self.nodes.push(Node { start, end, depth, sums, bounds, value, cut: None, found: None, histogram: None });
        self.nodes.len() - 1
    }

    fn may_be_cut(&self, node: usize, rules: &Rules) -> bool {
        let node = &self.nodes[node];
        node.depth < rules.max_depth
            && u64::from(node.sums.rows) >= 2 * u64::from(rules.min_leaf)
            && node.sums.curvature >= 2.0 * LEAST_CURVATURE
    }

    /// Starts to add up a node. The slopes of its rows are brought together first.
    fn prepare(&mut self, data: &Data, slopes: &[Slope], node: usize, sister: Option<(usize, Histogram)>) -> usize {
        let Node { start, end, .. } = self.nodes[node];
        let buffers = &mut self.buffers;
        buffers.slopes.clear();
        buffers.slopes.extend(self.rows[start..end].iter().map(|&row| slopes[row as usize]));
        let mut histogram = buffers.histograms.pop().unwrap_or_default();
        data.layout.shape(&mut histogram);
        self.filling = Some(Filling { node, sister, histogram, block: 0 });
        end - start
    }

    /// Adds up the next block of columns; behind the last, looks for the best cuts.
    fn fill(&mut self, data: &Data, rules: &Rules, mut filling: Filling) -> usize {
        let Node { start, end, .. } = self.nodes[filling.node];
        if filling.block < data.bins.blocks.len() {
            filling.histogram.fill(&data.bins, &data.layout, filling.block, &self.rows[start..end], &self.buffers.slopes);
            filling.block += 1;
            self.filling = Some(filling);
            return 4 * (end - start) + 1000;
        }
        let mut spent = data.layout.len();
        if let Some((sister, mut rest)) = filling.sister {
            rest.subtract(&filling.histogram);
            self.found(data, rules, sister, rest);
            spent += 2 * data.layout.len();
        }
        self.found(data, rules, filling.node, filling.histogram);
        spent
    }

    /// Looks for the best cut of a node; the histogram is kept for it where there is one.
    fn found(&mut self, data: &Data, rules: &Rules, place: usize, histogram: Histogram) {
        let split = if self.may_be_cut(place, rules) {
            let Node { sums, bounds, .. } = self.nodes[place];
            let scratch = &mut self.buffers.scratch;
            Search { bins: &data.bins, layout: &data.layout, rules, all: sums, bounds, scratch }.best(&histogram)
        } else {
            None
        };
        match split {
            Some(split) => {
                // The bits of a positive float stand among others as the float does.
                self.open.push((split.gain.to_bits(), Reverse(place)));
                self.nodes[place].found = Some(split);
                if self.open.len() * data.layout.len() <= MOST_ENTRIES {
                    self.nodes[place].histogram = Some(histogram);
                }
            }
            None => self.buffers.histograms.push(histogram),
        }
    }

    /// Cuts a node, and adds up one of its sides where either may be cut again.
    fn cut(&mut self, data: &Data, slopes: &[Slope], rules: &Rules, place: usize) -> usize {
        let Node { start, end, depth, bounds, .. } = self.nodes[place];
        let (parent, found) = (self.nodes[place].histogram.take(), self.nodes[place].found.take());
        let Some(split) = found else { return 0 };
        let column = &data.bins.columns[split.column];
        let goes_left = column.by_byte(|bin| split.goes_left(bin, column.values()));
        let middle = start + self.part(data, column.group, &goes_left, start, end);
        let answer = |sums: &Sums| bounds.hold(sums.value(rules.l2));
        let between = answer(&split.left) / 2.0 + answer(&split.right) / 2.0;
        let (low, high) = bounds.part(rules.direction(split.column), between);
        let left = self.push(start, middle, depth + 1, split.left, low, rules);
        let right = self.push(middle, end, depth + 1, split.right, high, rules);
        self.nodes[place].cut = Some((split, left, right));
        self.leaves += 1;
        let (small, large) = if middle - start <= end - middle { (left, right) } else { (right, left) };
        let (small_may, large_may) = (self.may_be_cut(small, rules), self.may_be_cut(large, rules));
        let mut spent = 2 * (end - start);
        let is_last = self.leaves >= rules.max_leaves;
        match parent {
            Some(parent) if large_may && !is_last => spent += self.prepare(data, slopes, small, Some((large, parent))),
            parent => {
                self.buffers.histograms.extend(parent);
                if !is_last {
                    self.waiting.extend([(large, large_may), (small, small_may)].into_iter().filter(|side| side.1).map(|side| side.0));
                }
            }
        }
        spent
    }

    /// Puts the rows that go left in front, both sides in order; how many go left.
    fn part(&mut self, data: &Data, group: usize, goes_left: &[bool; 256], start: usize, end: usize) -> usize {
        let (bytes, at) = (&data.bins.blocks[group / super::bins::WIDTH], group % super::bins::WIDTH);
        let (rows, right) = (&mut self.rows[start..end], &mut self.buffers.right);
        right.resize(rows.len(), 0);
        let (mut lefts, mut rights) = (0, 0);
        for place in 0..rows.len() {
            let row = rows[place];
            let goes = usize::from(goes_left[bytes[row as usize][at] as usize]);
            // Both are written and one of them counts: cheaper than a branch that nobody can foretell.
            rows[lefts] = row;
            right[rights] = row;
            lefts += goes;
            rights += 1 - goes;
        }
        rows[lefts..].copy_from_slice(&right[..rights]);
        lefts
    }

    /// The tree, its answers times `rate`. `weights` are those of the rows, where there are some.
    pub fn tree(&self, data: &Data, weights: Option<&[f64]>, rate: f64) -> GapTree {
        let mut tree = GapTree { tree: Tree { outputs: 1, ..Tree::default() }, missing_left: Vec::new() };
        let GapTree { tree: Tree { feature, threshold, left, right, value, cover, .. }, missing_left } = &mut tree;
        for node in &self.nodes {
            value.push(node.value * rate);
            cover.push(f64::from(node.sums.rows));
            match &node.cut {
                Some((split, low, high)) => {
                    feature.push(split.column as u32);
                    // Behind the last edge there are missing values alone.
                    let edge = data.bins.columns[split.column].edges.get(split.bin).copied();
                    threshold.push(edge.unwrap_or(f64::MAX));
                    left.push(*low as u32);
                    right.push(*high as u32);
                    missing_left.push(split.missing_left);
                }
                None => {
                    feature.push(Tree::LEAF);
                    threshold.push(0.0);
                    left.push(0);
                    right.push(0);
                    missing_left.push(false);
                }
            }
        }
        if let Some(weights) = weights {
            for (place, node) in self.nodes.iter().enumerate().rev() {
                cover[place] = match node.cut {
                    Some((_, left, right)) => cover[left] + cover[right],
                    None => self.rows[node.start..node.end].iter().fold(0.0, |sum, &row| sum + weights[row as usize]),
                };
            }
        }
        tree
    }

    /// The same tree as a plan reads it: cuts of categories as chains of nodes.
    pub fn chained(&self, tree: GapTree, data: &Data, weights: Option<&[f64]>) -> GapTree {
        chain::chained(tree, |node| {
            let Node { start, end, cut, .. } = &self.nodes[node];
            let (split, ..) = cut.as_ref().filter(|(split, ..)| split.set.is_some())?;
            let column = &data.bins.columns[split.column];
            let (bytes, at) = (&data.bins.blocks[column.group / super::bins::WIDTH], column.group % super::bins::WIDTH);
            let mut by_byte = [0.0; 256];
            for &row in &self.rows[*start..*end] {
                by_byte[bytes[row as usize][at] as usize] += weights.map_or(1.0, |weights| weights[row as usize]);
            }
            Some(Cut { column, split, weights: by_byte })
        })
    }

    /// Gives nodes other answers than Newton's: `answer` says it from the rows of a node. They are held to the order that
    /// was asked for, for which the nodes above the leaves get theirs too.
    pub fn answer_anew(&mut self, rules: &Rules, mut answer: impl FnMut(&[u32]) -> f64) {
        let ordered = !rules.directions.is_empty();
        for place in 0..self.nodes.len() {
            let Node { start, end, cut, .. } = &self.nodes[place];
            if cut.is_none() || ordered {
                self.nodes[place].value = answer(&self.rows[*start..*end]);
            }
        }
        if ordered {
            self.nodes[0].bounds = rules.bounds;
            for place in 0..self.nodes.len() {
                let bounds = self.nodes[place].bounds;
                self.nodes[place].value = bounds.hold(self.nodes[place].value);
                if let Some((split, left, right)) = self.nodes[place].cut {
                    let between = bounds.hold(self.nodes[left].value / 2.0 + self.nodes[right].value / 2.0);
                    (self.nodes[left].bounds, self.nodes[right].bounds) = bounds.part(rules.direction(split.column), between);
                }
            }
        } else {
            // What stands above the leaves is the mean of the leaves below.
            for place in (0..self.nodes.len()).rev() {
                if let Some((_, left, right)) = self.nodes[place].cut {
                    let (a, b) = (&self.nodes[left], &self.nodes[right]);
                    let (m, n) = (f64::from(a.sums.rows), f64::from(b.sums.rows));
                    self.nodes[place].value = (a.value * m + b.value * n) / (m + n);
                }
            }
        }
    }
}
