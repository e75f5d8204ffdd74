//! The profile of a table: figures of each column, association between columns, missing values, the target, alerts.
//!
//! A profile holds aggregates, never rows, so that it stays small however long the table is. [`ProfileJob`] makes it
//! column by column and pair by pair; [`closer`], [`PairJob`], [`scatter`], [`histogram_of`], [`box_plots`],
//! [`cross_table`] and [`compare`] look closer at one or two columns; [`SegmentsJob`] divides the rows into segments. Every
//! figure but those of segments leaves missing values out and says how many values it used.

mod alert;
mod association;
mod boxes;
mod compare;
mod date;
mod duplicates;
mod histogram;
mod job;
mod missing;
mod normality;
mod number;
mod pair;
mod power;
mod scatter;
mod segments;
mod target;
#[cfg(test)]
mod tests;
mod texts;
mod view;

pub use alert::{ACTIONS, ALERTS, Alert, Finding, Remedy, Suggestion, findings};
pub use association::{
    Association, By, Categories, Collinear, CrossTable, LEVELS, Map, Measure, Numbers, Pair, collinear, correlation_ratio, cross_table,
    kendall, pearson, spearman,
};
pub use boxes::{BoxPlot, box_plot, fences};
pub use compare::{Comparison, Group, Test, TwoGroups, compare, holm};
pub use date::DateProfile;
pub use histogram::{Histogram, equal_edges, freedman_diaconis, nice_edges};
pub use job::ProfileJob;
pub use missing::{GapTest, Missing, Pattern};
pub use normality::{Normality, normality};
pub use number::{NumberProfile, QUANTILES};
pub use pair::{Drawn, PairJob, PairView, pair_view};
pub use power::Power;
pub use scatter::{Bins, Colour, Points, Scatter, scatter};
pub use segments::{
    Branch, Dendrogram, Leaf, Segment, SegmentMap, SegmentQuestion, Segmented, Segments, SegmentsJob, Trait, TraitOf, Tried, usual_columns,
};
pub use target::{ByTarget, LevelTarget, MeanOf, Share, TargetProfile, TargetValues};
pub use texts::{Lengths, Level, TextProfile};
pub use view::{BoxPlots, box_plots, closer, histogram_of};

use crate::base::{Job, Problem, Task};
use crate::table::{Kind, Table};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a profile shall look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// The column to predict.
    pub target: Option<String>,
    /// The task. Where it is not given, texts are classes, and so are numbers of which there are two.
    pub task: Option<Task>,
    /// The positive class of two, by name; the second where it is not given.
    pub positive: Option<String>,
    /// The first columns (and the target) whose pairs are looked at.
    pub paired: usize,
    /// The first columns with histograms and levels by target; later ones have their figures alone.
    pub detailed: usize,
    /// The seed of the halves on which single columns are tried as predictors.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { target: None, task: None, positive: None, paired: 40, detailed: 200, seed: 0 }
    }
}

/// The profile of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Rows.
    pub rows: usize,
    /// Rows that repeat an earlier one in every column.
    pub duplicates: usize,
    /// The target; nothing where none was chosen.
    pub target: Option<TargetProfile>,
    /// The columns, in order.
    pub columns: Vec<ColumnProfile>,
    /// Columns (the last ones) without histograms and levels by target, for want of room.
    pub undetailed: usize,
    /// Missing values.
    pub missing: Missing,
    /// Association between pairs of columns.
    pub association: Association,
    /// What deserves a look, the most severe first.
    pub alerts: Vec<Alert>,
}

impl Profile {
    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&ColumnProfile> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The columns by what each alone says of the target, the most first, by position; those of which that is not known
    /// are left out. A lead, not a verdict: columns can say together what neither says alone.
    pub fn by_power(&self) -> Vec<usize> {
        let score = |place: usize| self.columns[place].power.as_ref().and_then(|power| power.score.value());
        let mut ranked: Vec<(usize, f64)> = (0..self.columns.len()).filter_map(|place| Some((place, score(place)?))).collect();
        // The earlier of equals stays before.
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranked.into_iter().map(|(place, _)| place).collect()
    }

    /// The pair of two columns by name, in either order.
    pub fn pair(&self, a: &str, b: &str) -> Option<&Pair> {
        let place = |name: &str| self.columns.iter().position(|column| column.name == name);
        let (a, b) = (place(a)?, place(b)?);
        self.association.pairs.iter().find(|pair| (pair.a, pair.b) == (a, b) || (pair.a, pair.b) == (b, a))
    }
}

/// One column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnProfile {
    /// The name.
    pub name: String,
    /// The kind.
    pub kind: Kind,
    /// Rows with a value.
    pub count: usize,
    /// Rows without one.
    pub missing: usize,
    /// Figures by kind.
    pub of: Figures,
    /// What the column alone says of the target; nothing where there is none, and for the target itself.
    pub power: Option<Power>,
}

impl ColumnProfile {
    /// Different values.
    pub fn distinct(&self) -> usize {
        match &self.of {
            Figures::Number(number) => number.distinct,
            Figures::Texts(texts) => texts.distinct,
            Figures::Date(date) => date.distinct,
        }
    }

    /// The figures, where it is a column of numbers.
    pub fn number(&self) -> Option<&NumberProfile> {
        match &self.of {
            Figures::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The figures, where it is a column of texts.
    pub fn texts(&self) -> Option<&TextProfile> {
        match &self.of {
            Figures::Texts(texts) => Some(texts),
            _ => None,
        }
    }
}

/// Figures of a column, by kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figures {
    /// Of numbers.
    Number(Box<NumberProfile>),
    /// Of categories and texts.
    Texts(Box<TextProfile>),
    /// Of dates.
    Date(Box<DateProfile>),
}

/// The profile of a table in one go; [`ProfileJob`] makes it in slices.
///
/// # Errors
/// Where the target is no column of the table.
pub fn profile(table: &Arc<Table>, options: &Options) -> Result<Profile, Problem> {
    ProfileJob::new(Arc::clone(table), options.clone())?.finish()
}
