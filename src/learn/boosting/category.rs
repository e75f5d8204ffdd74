//! Cuts of columns of categories: the levels in the order of their slopes, so that the best of all sets of levels is found by
//! walking over them once (Fisher 1958, "On grouping for maximum homogeneity"; Ke and others 2017).
//!
//! Rules and constants are those of scikit-learn's `HistGradientBoostingClassifier(categorical_features=...)`: a level counts
//! as its gradients over its second derivatives plus 10, levels with less support than 10 rows always go right, a missing
//! value is a level like others, the walk from either end stops in the middle.

use super::bins::Column;
use super::histogram::Slope;
use super::split::{Best, LEAST_CURVATURE, Search, Sums, rows_of};

/// Rows that a level must weigh like to be sent left, and what is added to its second derivatives, so that a level of few
/// rows is not the first by chance.
const SUPPORT: f64 = 10.0;

/// Some of the 256 bins of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Set([u64; 4]);

impl Set {
    /// Whether a bin is among them.
    pub fn holds(&self, bin: usize) -> bool {
        self.0.get(bin / 64).is_some_and(|part| part >> (bin % 64) & 1 == 1)
    }

    fn insert(&mut self, bin: usize) {
        self.0[bin / 64] |= 1 << (bin % 64);
    }
}

impl Search<'_> {
    /// Looks at the cuts of a column of categories.
    pub(super) fn levels(&self, place: usize, column: &Column, sums: &[Slope], counts: &[u32], best: &mut Option<Best>) {
        let support = f64::from(self.all.rows) / self.all.curvature;
        let counts = counts.get(..column.bins()).unwrap_or_default();
        let mut order: Vec<(f64, usize)> = (0..column.bins())
            .filter(|&bin| sums[bin][1] * support >= SUPPORT)
            .map(|bin| (sums[bin][0] / (sums[bin][1] + SUPPORT), bin))
            .collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let half = order.len().div_ceil(2);
        // Of one level alone there is none to tell it from.
        if order.len() > 1 {
            self.walk(place, order.iter().take(half), sums, counts, best);
            self.walk(place, order.iter().rev().take(half - 1), sums, counts, best);
        }
    }

    /// Sends one level after the other to the left.
    fn walk<'a>(
        &self,
        place: usize,
        order: impl Iterator<Item = &'a (f64, usize)>,
        sums: &[Slope],
        counts: &[u32],
        best: &mut Option<Best>,
    ) {
        let (mut left, mut set) = (Sums::default(), Set::default());
        for &(_, bin) in order {
            left.add(&sums[bin], rows_of(&sums[bin], counts.get(bin)));
            set.insert(bin);
            let right = self.all.without(&left);
            if left.rows < self.rules.min_leaf || left.curvature < LEAST_CURVATURE {
                continue;
            }
            if right.rows < self.rules.min_leaf || right.curvature < LEAST_CURVATURE {
                break;
            }
            let of = |sums: &Sums| sums.worth(self.bounds.hold(sums.value(self.rules.l2)), self.rules.l2);
            let worth = of(&left) + of(&right);
            if best.is_none_or(|best| worth > best.least()) {
                *best = Some(Best { worth, column: place, bin: 0, set: Some(set), missing_left: false, left });
            }
        }
    }
}
