//! Charts: results in, a scene out, drawn on any backend.
//!
//! A [`Scene`] is a plain value: axes, marks in the data's own units, keys, a sentence, a table, and the items that the
//! keyboard and the pointer reach. [`Layout`] gives it a size; [`draw()`] puts that on a canvas or into SVG. Page, report and
//! command line share all of it, so that they show the same picture. One file per chart (or per family of charts).

use crate::base::Stage;

pub mod axis;
pub mod draw;
pub mod format;
pub mod layout;
pub mod measure;
pub mod scene;
pub mod svg;
pub mod table;
pub mod theme;
pub mod ticks;

mod activations;
mod bar;
mod boxes;
mod contour;
mod curves;
mod dependence;
mod drift;
mod finder;
mod folds;
mod front;
mod growth;
mod heat;
mod histogram;
mod intervals;
mod learning;
mod network;
mod periods;
mod rates;
mod rungs;
mod scatter;
mod scores;
mod segments;
mod shap;
mod slice;
mod surface;
mod timeline;
mod tree;
mod trials;

pub use activations::activations;
pub use bar::{Bars, bars, class_balance, missing};
pub use boxes::{BoxStats, boxes};
pub use contour::contour;
pub use curves::{CalibrationBin, Curve, calibration, precision_recall, roc, thresholds};
pub use dependence::{Dependence, dependence};
pub use draw::{Medium, draw};
pub use drift::{Moved, drift};
pub use finder::finder;
pub use folds::{Folds, Strip, folds};
pub use front::{FrontTrial, front};
pub use growth::growth;
pub use heat::{Association, CrossTable, association, confusion, correlation, cross_table, missing_patterns};
pub use histogram::{Histogram, histogram};
pub use intervals::{Dot, Reference, gaps, groups, importance, models};
pub use layout::{Layout, Placed};
pub use learning::{Learning, learning, schedule};
pub use network::{Layer, network};
pub use periods::periods;
pub use rates::{Rate, Stretch, rates, trend};
pub use rungs::{Course, rungs};
pub use scatter::{Cells, Scatter, predicted, residuals, scatter, scatter_cells};
pub use scene::Scene;
pub use scores::{Scores, scores};
pub use segments::{dendrogram, segment_count, segment_map};
pub use shap::{Swarm, Waterfall, swarm, waterfall};
pub use slice::slice;
pub use surface::{Named, surface, units};
pub use svg::{svg, svg_titled};
pub use theme::Theme;
pub use timeline::{Ran, timeline};
pub use tree::{answer, question, tree};
pub use trials::{Brushes, MOST_AXES, ParameterAxis, Trial, brushed, history, on_axis, parallel};

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

/// A chart as lists name it: its texts are `chart.<id>` and `chart.<id>.help`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chart {
    /// The stable id.
    pub id: &'static str,
    /// The stage whose results it shows.
    pub stage: Stage,
}

const fn chart(id: &'static str, stage: Stage) -> Chart {
    Chart { id, stage }
}

/// All charts. Each is built by the function of the same name from its own plain input (`bar` by [`bars`]).
pub const CHARTS: &[Chart] = &[
    chart("activations", Stage::Learn),
    chart("bar", Stage::Explore),
    chart("boxes", Stage::Explore),
    chart("calibration", Stage::Judge),
    chart("class_balance", Stage::Explore),
    chart("confusion", Stage::Judge),
    chart("contour", Stage::Tune),
    chart("correlation", Stage::Explore),
    chart("cross_table", Stage::Explore),
    chart("dendrogram", Stage::Explore),
    chart("dependence", Stage::Explain),
    chart("drift", Stage::Watch),
    chart("finder", Stage::Learn),
    chart("folds", Stage::Goal),
    chart("front", Stage::Tune),
    chart("gaps", Stage::Explore),
    chart("groups", Stage::Fair),
    chart("growth", Stage::Learn),
    chart("histogram", Stage::Explore),
    chart("history", Stage::Tune),
    chart("importance", Stage::Explain),
    chart("learning", Stage::Learn),
    chart("missing", Stage::Explore),
    chart("missing_patterns", Stage::Explore),
    chart("models", Stage::Judge),
    chart("network", Stage::Learn),
    chart("parallel", Stage::Tune),
    chart("periods", Stage::Explore),
    chart("precision_recall", Stage::Judge),
    chart("predicted", Stage::Judge),
    chart("rates", Stage::Explore),
    chart("residuals", Stage::Judge),
    chart("roc", Stage::Judge),
    chart("rungs", Stage::Tune),
    chart("scatter", Stage::Explore),
    chart("schedule", Stage::Learn),
    chart("scores", Stage::Judge),
    chart("segment_count", Stage::Explore),
    chart("segment_map", Stage::Explore),
    chart("slice", Stage::Tune),
    chart("surface", Stage::Learn),
    chart("swarm", Stage::Explain),
    chart("thresholds", Stage::Judge),
    chart("timeline", Stage::Tune),
    chart("tree", Stage::Judge),
    chart("trend", Stage::Watch),
    chart("units", Stage::Learn),
    chart("waterfall", Stage::Explain),
];
