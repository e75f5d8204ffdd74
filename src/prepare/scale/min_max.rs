//! Numbers brought to the range from 0 to 1.

use super::{Scale, schema};
use crate::prepare::{Action, Kind};
use crate::table::Kind as ColumnKind;

/// (x - smallest) / (largest - smallest), as scikit-learn's `MinMaxScaler`. New values may lie outside 0 to 1. Missing values
/// stay missing.
pub static KIND: Kind = Kind {
    id: "min_max",
    family: "scale",
    accepts: &[ColumnKind::Number],
    fields: Vec::new,
    schema,
    action: Action::Columns(|_, table, context| super::fit(&KIND, ["learned.smallest", "learned.largest"], table, context, scale)),
};

fn scale(present: &[f64]) -> Option<Scale> {
    let (low, high) = (*present.first()?, *present.last()?);
    Some(Scale { shift: low, unit: high - low, learned: [low, high] })
}
