//! The best cut of a node, from its histogram.

use super::bins::{Bins, Column};
use super::category::Set;
use super::histogram::{Histogram, Layout, Slope};

/// Second derivatives on either side of a cut at least, as in scikit-learn: below it there is nothing sure to say.
pub const LEAST_CURVATURE: f64 = 1e-3;
/// Nothing smaller is divided by: where rows are surer than this they say no more.
const TINY: f64 = 1e-15;
/// Gains that differ by less than this share are equal but for rounding.
const MARGIN: f64 = 1e-11;

/// The slopes of some rows added up, and how many they are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sums {
    /// Gradients.
    pub gradient: f64,
    /// Second derivatives.
    pub curvature: f64,
    /// Rows.
    pub rows: u32,
}

impl Sums {
    pub(super) fn add(&mut self, slope: &Slope, rows: u32) {
        self.gradient += slope[0];
        self.curvature += slope[1];
        self.rows = self.rows.wrapping_add(rows);
    }

    /// What is left of these without some of them.
    pub(super) fn without(&self, part: &Self) -> Self {
        Self {
            gradient: self.gradient - part.gradient,
            curvature: self.curvature - part.curvature,
            rows: self.rows.wrapping_sub(part.rows),
        }
    }

    /// The answer that lowers the loss most: Newton's step, -gradient / (curvature + penalty).
    pub fn value(&self, l2: f64) -> f64 {
        let curvature = self.curvature + l2;
        // From 0, so that nothing to learn is 0 and not -0.
        (0.0 - self.gradient) / if curvature > TINY { curvature } else { TINY }
    }

    /// Twice what an answer lowers the loss by.
    pub(super) fn worth(&self, value: f64, l2: f64) -> f64 {
        -value * (2.0 * self.gradient + (self.curvature + l2) * value)
    }
}

/// What answers a node may give, so that its place among others keeps the order that was asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// At least.
    pub low: f64,
    /// At most.
    pub high: f64,
}

impl Bounds {
    /// Everything.
    pub const NONE: Self = Self { low: f64::NEG_INFINITY, high: f64::INFINITY };

    /// The nearest answer within.
    pub fn hold(&self, value: f64) -> f64 {
        if value < self.low {
            self.low
        } else if value > self.high {
            self.high
        } else {
            value
        }
    }

    /// The bounds of both sides of a cut that parts rising (1) or falling (-1) answers at `middle`.
    pub fn part(self, direction: i8, middle: f64) -> (Self, Self) {
        match direction {
            1 => (Self { high: middle, ..self }, Self { low: middle, ..self }),
            -1 => (Self { low: middle, ..self }, Self { high: middle, ..self }),
            _ => (self, self),
        }
    }
}

/// What cuts are allowed.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Leaves of a tree at most.
    pub max_leaves: usize,
    /// Cuts from the root to a leaf at most.
    pub max_depth: usize,
    /// Rows in a leaf at least.
    pub min_leaf: u32,
    /// The penalty on squared answers.
    pub l2: f64,
    /// For each column whether answers must rise with it (1), fall (-1) or neither (0); empty where it is the same for all.
    pub directions: Vec<i8>,
    /// What every answer is held to.
    pub bounds: Bounds,
}

impl Rules {
    /// The direction of a column.
    pub fn direction(&self, column: usize) -> i8 {
        self.directions.get(column).copied().unwrap_or(0)
    }
}

/// A cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// The column that is looked at.
    pub column: usize,
    /// The last bin to the left.
    pub bin: usize,
    /// Of a column of categories the bins to the left, that of missing values among them; then the last bin says nothing.
    pub set: Option<Set>,
    /// Whether missing values go left.
    pub missing_left: bool,
    /// Twice what the cut lowers the loss by.
    pub gain: f64,
    /// The rows to the left.
    pub left: Sums,
    /// The rows to the right.
    pub right: Sums,
}

impl Split {
    /// Whether a bin goes left; `missing` is that of missing values.
    pub fn goes_left(&self, bin: usize, missing: usize) -> bool {
        match &self.set {
            _ if bin == missing => self.missing_left,
            Some(set) => set.holds(bin),
            None => bin <= self.bin,
        }
    }
}

/// Where cuts of a node are looked for.
pub struct Search<'a> {
    /// The columns.
    pub bins: &'a Bins,
    /// Where they stand in the histogram.
    pub layout: &'a Layout,
    /// What is allowed.
    pub rules: &'a Rules,
    /// All rows of the node.
    pub all: Sums,
    /// What its answers are held to.
    pub bounds: Bounds,
    /// Bins of a bundled column, written out.
    pub scratch: &'a mut Scratch,
}

/// Buffers that are used again.
#[derive(Debug, Default)]
pub struct Scratch {
    sums: Vec<Slope>,
    counts: Vec<u32>,
}

/// The best cut so far of a node.
#[derive(Clone, Copy)]
pub(super) struct Best {
    pub worth: f64,
    pub column: usize,
    pub bin: usize,
    pub set: Option<Set>,
    pub missing_left: bool,
    pub left: Sums,
}

impl Best {
    /// What another cut must be worth more than: rounding alone makes none better.
    pub fn least(&self) -> f64 {
        self.worth + MARGIN * self.worth.abs()
    }
}

impl Search<'_> {
    /// The best cut; of equally good ones that of the first column, at its first bin. Nothing where none gains.
    pub fn best(&mut self, histogram: &Histogram) -> Option<Split> {
        let own = self.all.worth(self.bounds.hold(self.all.value(self.rules.l2)), self.rules.l2);
        let mut best: Option<Best> = None;
        let bins = self.bins;
        for (place, column) in bins.columns.iter().enumerate().filter(|(_, column)| column.bins() > 1) {
            let start = self.layout.start(column.group);
            let end = start + bins.sizes[column.group];
            let (sums, counts) = (&histogram.sums[start..end], histogram.counts.get(start..end).unwrap_or_default());
            match column.bundled {
                None => self.any(place, column, sums, counts, &mut best),
                Some((usual, first)) => {
                    let mut scratch = std::mem::take(self.scratch);
                    scratch.write(column, usual, first, sums, counts, &self.all);
                    self.any(place, column, &scratch.sums, &scratch.counts, &mut best);
                    *self.scratch = scratch;
                }
            }
        }
        let Best { worth, column, bin, set, missing_left, left } = best?;
        let (gain, right) = (worth - own, self.all.without(&left));
        // Without a value that is missing here, the side with more rows is the better guess; among categories missing is
        // one of them.
        let missing_left = match set {
            Some(set) if bins.columns[column].has_missing => set.holds(bins.columns[column].values()),
            None if bins.columns[column].has_missing && self.missing_rows(column, histogram) > 0 => missing_left,
            _ => left.rows > right.rows,
        };
        (gain > MARGIN * worth.abs()).then_some(Split { column, bin, set, missing_left, gain, left, right })
    }

    /// Looks at the cuts of a column of numbers or of categories.
    fn any(&self, place: usize, column: &Column, sums: &[Slope], counts: &[u32], best: &mut Option<Best>) {
        if column.levels.is_empty() {
            self.column(place, column, sums, counts, best);
        } else {
            self.levels(place, column, sums, counts, best);
        }
    }

    /// Rows of the node without a value in a column.
    fn missing_rows(&self, column: usize, histogram: &Histogram) -> u32 {
        let column = &self.bins.columns[column];
        let bin = column.values();
        let byte = match column.bundled {
            None => Some(bin),
            Some((usual, _)) if usual == bin => None,
            Some((usual, first)) => Some(first + if bin < usual { bin } else { bin - 1 }),
        };
        // A column that is nearly always missing: the rest of the rows is known, so is this.
        let Some(byte) = byte else { return 1 };
        let at = self.layout.start(column.group) + byte;
        rows_of(&histogram.sums[at], histogram.counts.get(at))
    }

    /// Looks at the cuts of a column; what is missing goes right, then left.
    fn column(&self, place: usize, column: &Column, sums: &[Slope], counts: &[u32], best: &mut Option<Best>) {
        let values = column.values();
        let missing = column.has_missing.then(|| rows_of(&sums[values], counts.get(values))).filter(|&rows| rows > 0);
        // With something missing, all values may go to one side.
        let last = if missing.is_some() { values } else { values - 1 };
        self.scan(place, false, Sums::default(), &sums[..last], counts.get(..last), best);
        if let Some(rows) = missing {
            let mut left = Sums::default();
            left.add(&sums[values], rows);
            self.scan(place, true, left, &sums[..values - 1], counts.get(..values - 1), best);
        }
    }

    /// Walks over the bins from the left.
    fn scan(&self, column: usize, missing_left: bool, mut left: Sums, sums: &[Slope], counts: Option<&[u32]>, best: &mut Option<Best>) {
        let Rules { min_leaf, l2, .. } = *self.rules;
        let direction = self.rules.direction(column);
        let is_free = direction == 0 && self.bounds == Bounds::NONE;
        let counts = counts.filter(|counts| !counts.is_empty());
        let mut least = best.as_ref().map_or(f64::NEG_INFINITY, Best::least);
        for (bin, slope) in sums.iter().enumerate() {
            let rows = rows_of(slope, counts.map(|counts| &counts[bin]));
            // An empty bin parts the same rows as the one before it.
            if rows == 0 {
                continue;
            }
            left.add(slope, rows);
            let right = self.all.without(&left);
            if left.rows < min_leaf || left.curvature < LEAST_CURVATURE {
                continue;
            }
            if right.rows < min_leaf || right.curvature < LEAST_CURVATURE {
                break;
            }
            let worth = if is_free {
                // The worth of both Newton steps over one denominator: a division takes longer than all else here.
                let (a, b) = (left.curvature + l2, right.curvature + l2);
                (left.gradient * left.gradient * b + right.gradient * right.gradient * a) / (a * b)
            } else {
                let (a, b) = (self.bounds.hold(left.value(l2)), self.bounds.hold(right.value(l2)));
                if (direction > 0 && a > b) || (direction < 0 && a < b) {
                    continue;
                }
                left.worth(a, l2) + right.worth(b, l2)
            };
            if worth > least {
                *best = Some(Best { worth, column, bin, set: None, missing_left, left });
                least = worth + MARGIN * worth.abs();
            }
        }
    }
}

/// The rows of a bin: counted, or as many as the second derivatives, which are then 1.
pub(super) fn rows_of(slope: &Slope, count: Option<&u32>) -> u32 {
    count.copied().unwrap_or(slope[1] as u32)
}

impl Scratch {
    /// Writes out the bins of a bundled column: the usual one is what all others leave of the node.
    fn write(&mut self, column: &Column, usual: usize, first: usize, sums: &[Slope], counts: &[u32], all: &Sums) {
        let (before, behind) = column.bytes(usual, first);
        let mut rest = *all;
        for byte in before.start..behind.end {
            rest = rest.without(&Sums { gradient: sums[byte][0], curvature: sums[byte][1], rows: rows_of(&sums[byte], counts.get(byte)) });
        }
        self.sums.clear();
        self.sums.extend_from_slice(&sums[before.clone()]);
        self.sums.push([rest.gradient, rest.curvature]);
        self.sums.extend_from_slice(&sums[behind.clone()]);
        self.counts.clear();
        if !counts.is_empty() {
            self.counts.extend_from_slice(&counts[before]);
            self.counts.push(rest.rows);
            self.counts.extend_from_slice(&counts[behind]);
        }
    }
}
