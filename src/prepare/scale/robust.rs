//! Numbers brought to median 0 and quartile distance 1.

use super::{Scale, schema};
use crate::prepare::numbers::quantile;
use crate::prepare::{Action, Kind};
use crate::table::Kind as ColumnKind;

/// (x - median) / (third quartile - first quartile), quartiles by linear interpolation, as scikit-learn's `RobustScaler`:
/// outliers hardly move it. Where the quartiles are equal the values are only moved. Missing values stay missing.
pub static KIND: Kind = Kind {
    id: "robust",
    family: "scale",
    accepts: &[ColumnKind::Number],
    fields: Vec::new,
    schema,
    action: Action::Columns(|_, table, context| super::fit(&KIND, ["learned.median", "learned.iqr"], table, context, scale)),
};

fn scale(present: &[f64]) -> Option<Scale> {
    let (median, low, high) = (quantile(present, 0.5)?, quantile(present, 0.25)?, quantile(present, 0.75)?);
    Some(Scale { shift: median, unit: high - low, learned: [median, high - low] })
}
