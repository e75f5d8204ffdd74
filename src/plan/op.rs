//! The operations. Each reads and writes columns of a table by name.

use crate::num::activation::Activation;
use serde::{Deserialize, Serialize};

/// One operation on the columns of a table. Rows are never added, dropped or moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Op {
    /// A missing number becomes `value`.
    FillNumber { column: String, value: f64 },
    /// A missing category or text becomes the level `value`.
    FillText { column: String, value: String },
    /// A missing date becomes `value`, in microseconds since 1970-01-01.
    FillDate { column: String, value: i64 },
    /// A new column `into`: 1 where the value is missing, 0 elsewhere.
    MarkMissing { column: String, into: String },
    /// A new column `into`: 1 where a number is below `low` or above `high`, 0 elsewhere and where it is missing.
    MarkOutside { column: String, low: f64, high: f64, into: String },
    /// A number below `low` or above `high` becomes missing.
    BlankOutside { column: String, low: f64, high: f64 },
    /// A number below `low` becomes `low`, above `high` becomes `high`. By comparison, so that missing stays missing.
    Clip { column: String, low: f64, high: f64 },
    /// x becomes (x - shift) / scale; `scale` is not 0.
    Scale { column: String, shift: f64, scale: f64 },
    /// A category that is not among `keep` becomes `other`; missing stays missing.
    KeepLevels { column: String, keep: Vec<String>, other: String },
    /// A new column of numbers `into`: the value of the level, `other` for a level not listed, `missing` where missing
    /// (where these are not given the result is missing).
    Lookup { column: String, levels: Vec<String>, values: Vec<f64>, other: Option<f64>, missing: Option<f64>, into: String },
    /// New columns `into`, one for each of `levels`: 1 where the value is that level, 0 elsewhere.
    /// The level "" stands for a missing value.
    OneHot { column: String, levels: Vec<String>, into: Vec<String> },
    /// A new column of numbers `into`: how many of the ascending `edges` are at or below the number; missing stays missing.
    Bin { column: String, edges: Vec<f64>, into: String },
    /// A new column of numbers `into`: a part of a date; missing stays missing.
    DatePart { column: String, part: DatePart, into: String },
    /// A new column `into`: the value of a formula.
    Derive { formula: String, into: String },
    /// New columns `into`: (columns - means) times components, a component a row of as many weights as there are columns.
    /// The sum of each runs in order of the columns.
    Project { columns: Vec<String>, means: Vec<f64>, components: Vec<Vec<f64>>, into: Vec<String> },
    /// These columns are dropped; names that are not there are passed over.
    Drop { columns: Vec<String> },
    /// A model that says the same of every row.
    Constant { values: Vec<f64>, into: Vec<String> },
    /// A linear model: an output is its bias plus the sum over columns, in order, of value times weight; then the link.
    /// `weights[o][c]` belongs to output o and column c. With the sigmoid or identity link there is one output.
    Linear { columns: Vec<String>, weights: Vec<Vec<f64>>, bias: Vec<f64>, link: Link, into: Vec<String> },
    /// A network of dense layers in 32-bit floats; the link is applied to the last layer in 64-bit.
    Network { columns: Vec<String>, layers: Vec<Dense>, link: Link, into: Vec<String> },
    /// The mean over trees of the leaf values, in order of the trees, then the link.
    Trees { columns: Vec<String>, trees: Vec<Tree>, link: Link, into: Vec<String> },
    /// A network as [`Op::Network`] of layers that may be normalised by the row and have shortcuts.
    DeepNetwork { columns: Vec<String>, layers: Vec<DeepLayer>, link: Link, into: Vec<String> },
    /// Boosted trees of one value each: an output is its bias plus the sum of the leaf values of its trees, in order, then
    /// the link. With k outputs tree number i belongs to output i mod k. A missing value goes where the node says.
    Boosted { columns: Vec<String>, trees: Vec<GapTree>, bias: Vec<f64>, link: Link, into: Vec<String> },
    /// The nearest of the points that the model was fitted on answer: the mean of their numbers, or the shares of their
    /// classes. With one output a class is 0 or 1 and its share of ones is the answer.
    Neighbours { columns: Vec<String>, nearest: Nearest, into: Vec<String> },
    /// Each class has a normal distribution of each column, independent of the others: the probability of a class goes by
    /// its share and by how likely its distributions make the row. With one output it is that of the second of two.
    GaussianBayes { columns: Vec<String>, classes: Vec<Gaussian>, into: Vec<String> },
    /// The probabilities in `columns` (of the positive class, or of every class) are replaced by those that rows which the
    /// model had not seen bore out.
    Calibrate { columns: Vec<String>, by: Calibrator },
}

/// Points that answer for what is near them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Nearest {
    /// Points x columns, row by row.
    pub points: Vec<f64>,
    /// The answer of each point: a number, or with several outputs the place of its class.
    pub answers: Vec<f64>,
    /// Each point counts as so many; empty where each counts as one.
    pub weights: Vec<f64>,
    /// So many points answer, the nearest first, of equally near ones the earlier; of weighted points so much weight, the
    /// last one counting for what is left of it. All, where there are fewer.
    pub count: usize,
    /// Whether a point counts by one over its distance (points at distance 0 then answer alone); else all alike.
    pub by_distance: bool,
    /// Whether the distance is the sum of absolute differences; else the root of the sum of squared ones.
    pub absolute: bool,
}

/// A class as independent normal distributions of the columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gaussian {
    /// The class's share of the rows; a class with 0 is never the answer.
    pub share: f64,
    /// The mean of each column; none where the share is 0.
    pub means: Vec<f64>,
    /// The variance of each column, above 0; none where the share is 0.
    pub variances: Vec<f64>,
}

/// How probabilities are set right. Of several classes each is taken against the rest, and the results are divided by their
/// sum; the temperature takes all together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Calibrator {
    /// 1 / (1 + exp(-(slope x log-odds + offset))): Platt 1999, with a slope and an offset for each column.
    Sigmoid { slopes: Vec<f64>, offsets: Vec<f64> },
    /// A line through points that never falls, for each column.
    Isotonic { points: Vec<Points> },
    /// Log-odds times a factor, or the softmax of the logarithms times it: Guo et al. 2017, whose temperature is 1 / factor.
    Temperature { factor: f64 },
}

/// Points of a line: places that ascend, and the value at each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // the type's sentence names its fields
pub struct Points {
    pub x: Vec<f64>,
    pub y: Vec<f64>,
}

/// From a model's raw output to its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// As it is: a number, or shares that are probabilities already.
    Identity,
    /// 1 / (1 + exp(-x)): the probability of the positive class from its log-odds.
    Sigmoid,
    /// exp(x) over their sum, the largest taken out first: a probability for each class.
    Softmax,
    /// exp(x): a mean of counts from its logarithm.
    Exp,
}

/// A part of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatePart {
    /// The year.
    Year,
    /// 1 to 4.
    Quarter,
    /// 1 to 12.
    Month,
    /// The week of the ISO calendar, 1 to 53.
    Week,
    /// The day of the month, 1 to 31.
    Day,
    /// The day of the year, 1 to 366.
    DayOfYear,
    /// 0 for Monday to 6 for Sunday.
    Weekday,
    /// 0 to 23.
    Hour,
    /// 1 on Saturday and Sunday.
    Weekend,
    /// Sine of 2 pi (month - 1) / 12.
    MonthSin,
    /// Cosine of 2 pi (month - 1) / 12.
    MonthCos,
    /// Sine of 2 pi weekday / 7.
    WeekdaySin,
    /// Cosine of 2 pi weekday / 7.
    WeekdayCos,
    /// Days since 1970-01-01, with the time of day as a fraction.
    Elapsed,
}

/// A dense layer: activation(bias + inputs times weights).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dense {
    /// The number of inputs.
    pub inputs: usize,
    /// The number of outputs.
    pub outputs: usize,
    /// Inputs x outputs, row by row: the weight from input i to output o stands at `i * outputs + o`.
    pub weights: Vec<f32>,
    /// One for each output.
    pub bias: Vec<f32>,
    /// Applied to each output.
    pub activation: Activation,
}

/// A dense layer whose sums may be normalised over the units before the activation (as PyTorch's layer_norm does), and whose
/// inputs may be added to what comes out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeepLayer {
    /// The dense layer.
    pub dense: Dense,
    /// The factor of each normalised sum; empty where nothing is normalised.
    pub gain: Vec<f32>,
    /// What is added to it.
    pub shift: Vec<f32>,
    /// Whether the inputs are added to the outputs, which are as many.
    pub shortcut: bool,
}

impl DeepLayer {
    /// The same layer without normalisation and shortcut.
    pub fn plain(dense: Dense) -> Self {
        Self { dense, gain: Vec::new(), shift: Vec::new(), shortcut: false }
    }
}

/// A decision tree as parallel lists, a node each; node 0 is the root.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// The column that the node looks at; [`Tree::LEAF`] at a leaf.
    pub feature: Vec<u32>,
    /// Left where the value is at most this.
    pub threshold: Vec<f64>,
    /// The node to the left; 0 at a leaf.
    pub left: Vec<u32>,
    /// The node to the right; 0 at a leaf.
    pub right: Vec<u32>,
    /// At every node `outputs` values, one node after the other: shares of the classes, or the mean.
    pub value: Vec<f64>,
    /// Training rows (by weight) that came through each node.
    pub cover: Vec<f64>,
    /// Values a node.
    pub outputs: usize,
}

/// A tree that knows where to go when the value that a node looks at is missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GapTree {
    /// The tree.
    pub tree: Tree,
    /// For each node whether a missing value goes left; no at a leaf.
    pub missing_left: Vec<bool>,
}

impl GapTree {
    /// The leaf that a row of features falls into; NaN is missing.
    pub fn leaf(&self, row: impl Fn(usize) -> f64) -> usize {
        let Tree { feature, threshold, left, right, .. } = &self.tree;
        let mut node = 0;
        while feature[node] != Tree::LEAF {
            let value = row(feature[node] as usize);
            let goes_left = value <= threshold[node] || (value.is_nan() && self.missing_left[node]);
            node = if goes_left { left[node] } else { right[node] } as usize;
        }
        node
    }

    /// The value of the leaf that a row of features falls into.
    pub fn answer(&self, row: impl Fn(usize) -> f64) -> f64 {
        self.tree.value[self.leaf(row)]
    }

    /// Whether it fits together, as [`Tree::fits`].
    pub fn fits(&self, columns: usize) -> bool {
        self.tree.fits(columns, 1) && self.missing_left.len() == self.tree.feature.len()
    }
}

impl Tree {
    /// The mark of a leaf among [`Tree::feature`].
    pub const LEAF: u32 = u32::MAX;

    /// The leaf that a row of features falls into.
    pub fn leaf(&self, row: impl Fn(usize) -> f64) -> usize {
        let mut node = 0;
        while self.feature[node] != Self::LEAF {
            let left = row(self.feature[node] as usize) <= self.threshold[node];
            node = if left { self.left[node] } else { self.right[node] } as usize;
        }
        node
    }

    /// The values of a node.
    pub fn values(&self, node: usize) -> &[f64] {
        &self.value[node * self.outputs..(node + 1) * self.outputs]
    }
}
