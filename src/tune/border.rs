//! Best values at an end of their range.

use super::Range;
use crate::base::{Field, Kind};
use serde::{Deserialize, Serialize};

/// The best value of a parameter lies at an end of its range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Border {
    /// The parameter.
    pub path: String,
    /// Its best value.
    pub value: serde_json::Value,
    /// Whether it is the upper end.
    pub upper: bool,
    /// A wider range to go on with.
    pub wider: Range,
}

/// Which end a value is at, and the range beyond it; nothing where it is at none or the form goes no further.
pub(super) fn widened(range: &Range, value: f64, field: Option<&Field>) -> Option<(bool, Range)> {
    let scale = range.scale()?;
    let (min, max, log) = match *range {
        Range::Number { min, max, log } => (min, max, log),
        Range::Integer { min, max, log } => (min as f64, max as f64, log),
        Range::Choice { .. } => return None,
    };
    let (low, high) = (scale.to(min), scale.to(max));
    let margin = (high - low) / 20.0;
    let upper = scale.to(value) >= high - margin;
    if low >= high || !(upper || scale.to(value) <= low + margin) {
        return None;
    }
    let (field_min, field_max) = match field.map(|field| &field.kind) {
        Some(Kind::Number { min, max, .. }) => (*min, *max),
        Some(Kind::Integer { min, max }) => (*min as f64, *max as f64),
        _ => (f64::NEG_INFINITY, f64::INFINITY),
    };
    // A logarithmic range of whole numbers cannot go below 1.
    let field_min = if log && scale.whole && field_min < 1.0 { 1.0 } else { field_min };
    let half = if scale.whole { ((max - min) / 2.0).ceil() } else { (max - min) / 2.0 };
    let (mut new_min, mut new_max) = (min, max);
    if upper {
        let beyond = if log { max * 10.0 } else { max + half };
        new_max = if beyond > field_max { field_max } else { beyond };
    } else {
        let beyond = if log { (min / 10.0, (min / 10.0).ceil()) } else { (min - half, min - half) };
        let beyond = if scale.whole { beyond.1 } else { beyond.0 };
        new_min = if beyond < field_min { field_min } else { beyond };
    }
    let wider = match *range {
        Range::Number { log, .. } => Range::Number { min: new_min, max: new_max, log },
        _ => Range::Integer { min: new_min as i64, max: new_max as i64, log },
    };
    let further = new_min < min || new_max > max;
    (further && (!log || new_min > 0.0)).then_some((upper, wider))
}
