//! The search for the best place to cut a column in two.

use crate::num::float;

/// What a split makes small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// 1 - sum of squared class shares.
    Gini,
    /// - sum of class shares times their binary logarithm.
    Entropy,
    /// Mean squared distance from the mean.
    SquaredError,
}

impl Criterion {
    /// How good a cut is with these sums to the left and those of the whole node, up to what all cuts of a node share.
    pub fn of_sides(self, left: &[f64], totals: &[f64]) -> f64 {
        self.side(left.iter().copied()) + self.side(totals.iter().zip(left).map(|(total, left)| total - left))
    }

    /// The impurity of a node from the weight of each class.
    pub fn of_classes(self, weights: &[f64]) -> f64 {
        let total = weights.iter().fold(0.0, |sum, weight| sum + weight);
        let term = |share: f64| match self {
            Criterion::Entropy if share > 0.0 => -share * float::log2(share),
            Criterion::Entropy => 0.0,
            _ => share * (1.0 - share),
        };
        weights.iter().fold(0.0, |sum, weight| sum + term(weight / total))
    }

    /// How good a side is, up to what all splits of a node share: larger is purer. For classes from the weight of each;
    /// for numbers from weight and weighted sum of the distances from the node's mean.
    fn side(self, sums: impl Iterator<Item = f64> + Clone) -> f64 {
        match self {
            Criterion::Gini => {
                let (squares, total) = sums.fold((0.0, 0.0), |(squares, total), weight| (squares + weight * weight, total + weight));
                squares / total
            }
            Criterion::Entropy => {
                let total = sums.clone().fold(0.0, |sum, weight| sum + weight);
                sums.filter(|&weight| weight > 0.0).fold(0.0, |sum, weight| sum + weight * float::log2(weight / total))
            }
            Criterion::SquaredError => {
                let mut sums = sums;
                let (weight, sum) = (sums.next().unwrap_or(1.0), sums.next().unwrap_or(0.0));
                sum * sum / weight
            }
        }
    }
}

/// A cut of a column between two neighbouring ranks of a node.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// How good it is.
    pub gain: f64,
    /// The highest rank to the left.
    pub low: u32,
    /// The lowest rank to the right.
    pub high: u32,
}

/// A walk over the groups of equal values of a column, in ascending order.
pub struct Sweep<'a> {
    criterion: Criterion,
    /// The sums of the whole node.
    totals: &'a [f64],
    rows: usize,
    min_leaf: usize,
    left: &'a mut [f64],
    left_rows: usize,
    last: Option<u32>,
    /// A cut must be better than the one before by more than rounding can do, so that of equal ones the first stays.
    margin: f64,
    /// Whether there is more than one group.
    pub varies: bool,
    /// The best cut so far.
    pub best: Option<Cut>,
}

impl<'a> Sweep<'a> {
    pub fn new(criterion: Criterion, totals: &'a [f64], rows: usize, min_leaf: usize, margin: f64, left: &'a mut [f64]) -> Self {
        left.fill(0.0);
        Self { criterion, totals, rows, min_leaf, left, left_rows: 0, last: None, margin, varies: false, best: None }
    }

    /// Goes on to the next group: its rank, number of rows and sums.
    pub fn group(&mut self, code: u32, rows: usize, sums: &[f64]) {
        if let Some(low) = self.last {
            self.varies = true;
            if self.left_rows >= self.min_leaf && self.rows - self.left_rows >= self.min_leaf {
                let right = self.totals.iter().zip(&*self.left).map(|(total, left)| total - left);
                let gain = self.criterion.side(self.left.iter().copied()) + self.criterion.side(right);
                if self.best.is_none_or(|best| gain > best.gain + self.margin) {
                    self.best = Some(Cut { gain, low, high: code });
                }
            }
        }
        self.left.iter_mut().zip(sums).for_each(|(left, sum)| *left += sum);
        self.left_rows += rows;
        self.last = Some(code);
    }
}
