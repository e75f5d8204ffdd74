//! Whether and how a candidate's probabilities are set right after its fit.

use serde::{Deserialize, Serialize};

/// How probabilities are set right, on rows that the model did not learn from. Only tasks with classes have them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Calibration {
    /// They stay as they are.
    #[default]
    None,
    /// An S-shaped curve: two numbers for each class, so that few rows are enough.
    Sigmoid,
    /// Any curve that never falls; needs some thousand rows.
    Isotonic,
    /// One factor that makes all answers more or less sure; never changes which class is the likeliest.
    Temperature,
}

impl Calibration {
    /// Every way with its stable id; the texts are `calibration.<id>` and `calibration.<id>.help`.
    pub const ALL: [(&'static str, Calibration); 4] = [
        ("none", Calibration::None),
        ("sigmoid", Calibration::Sigmoid),
        ("isotonic", Calibration::Isotonic),
        ("temperature", Calibration::Temperature),
    ];

    /// The stable id.
    pub fn id(self) -> &'static str {
        Self::ALL.iter().find(|(_, way)| *way == self).map_or("", |(id, _)| id)
    }

    /// Whether nothing is set right.
    pub fn is_none(&self) -> bool {
        *self == Calibration::None
    }
}
