//! Numbers brought to mean 0 and standard deviation 1.

use super::{Scale, schema};
use crate::prepare::numbers::{deviation, mean};
use crate::prepare::{Action, Kind};
use crate::table::Kind as ColumnKind;

/// (x - mean) / standard deviation (divisor n), as scikit-learn's `StandardScaler`. Missing values stay missing and do not
/// count.
pub static KIND: Kind = Kind {
    id: "standardise",
    family: "scale",
    accepts: &[ColumnKind::Number],
    fields: Vec::new,
    schema,
    action: Action::Columns(|_, table, context| super::fit(&KIND, ["learned.mean", "learned.sd"], table, context, scale)),
};

fn scale(present: &[f64]) -> Option<Scale> {
    let (mean, deviation) = (mean(present)?, deviation(present)?);
    Some(Scale { shift: mean, unit: deviation, learned: [mean, deviation] })
}
