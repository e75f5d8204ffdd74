//! Figures that may be undefined: a value or the reason why there is none, never a NaN on the page.

use serde::{Deserialize, Serialize};

/// Why a figure has no value: the id of a text under `undefined.`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undefined(pub String);

impl Undefined {
    /// A reason by its short id; the text is `undefined.<reason>`.
    pub fn because(reason: &str) -> Self {
        Self(reason.to_owned())
    }
}

impl std::fmt::Display for Undefined {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&super::text(&format!("undefined.{}", self.0)))
    }
}

/// A number, or the reason why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// A finite number.
    Value(f64),
    /// No number, and why.
    Undefined(Undefined),
}

impl Figure {
    /// A figure without a value, and why: the text is `undefined.<reason>`.
    pub fn undefined(reason: &str) -> Self {
        Figure::Undefined(Undefined::because(reason))
    }

    /// The value where it is finite; undefined for the given reason otherwise.
    pub fn finite(value: f64, reason: &str) -> Self {
        if value.is_finite() { Figure::Value(value) } else { Self::undefined(reason) }
    }

    /// The number, if there is one.
    pub fn value(&self) -> Option<f64> {
        match self {
            Figure::Value(value) => Some(*value),
            Figure::Undefined(_) => None,
        }
    }
}

impl From<f64> for Figure {
    /// A number as a figure; a number that is not finite is undefined as `not_finite`.
    fn from(value: f64) -> Self {
        Self::finite(value, "not_finite")
    }
}
