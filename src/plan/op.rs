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
