//! Parts of a report that other stages compute one by one.

use crate::explain::dependence::Dependence;
use crate::explain::permutation::Permutation;
use crate::explain::shap::Shap;
use crate::judge::Evaluation;
use crate::{explain, fair};
use serde::{Deserialize, Serialize};

/// What a report can hold beside the training.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extra {
    /// The chosen model on the sealed rows.
    HeldOut,
    /// What the search for better parameters is worth.
    Nested,
    /// Permutation importance, partial dependence and Shapley values.
    Explanation,
    /// Every probe.
    Stress,
    /// Figures by the groups that the recipe names.
    Fairness,
    /// New rows compared with those of the training.
    Drift,
}

impl Extra {
    /// Every extra, in the order in which it stands in a report.
    pub const ALL: [Extra; 6] = [Extra::HeldOut, Extra::Nested, Extra::Explanation, Extra::Stress, Extra::Fairness, Extra::Drift];

    /// The stable id; the text is `report.part.<id>`.
    pub fn id(self) -> &'static str {
        match self {
            Extra::HeldOut => "held_out",
            Extra::Nested => "nested",
            Extra::Explanation => "explanation",
            Extra::Stress => "stress",
            Extra::Fairness => "fairness",
            Extra::Drift => "drift",
        }
    }
}

/// A model on the sealed rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldOut {
    /// The model, as its position in the recipe.
    pub candidate: usize,
    /// How good it is on them.
    pub evaluation: Evaluation,
}

/// What moves the predictions of the chosen model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// What the score loses without each column.
    pub permutation: Option<Permutation>,
    /// How the mean prediction moves with each column.
    pub dependence: Option<Dependence>,
    /// How predictions are shared out among the columns.
    pub shap: Option<Shap>,
}

impl Explanation {
    /// Takes one more explanation in; a later one of the same method replaces the earlier. Local models are left out: they
    /// speak of single rows.
    #[must_use]
    pub fn and(mut self, explanation: explain::Explanation) -> Self {
        match explanation {
            explain::Explanation::Dependence(dependence) => self.dependence = Some(dependence),
            explain::Explanation::Lime(_) => {}
            explain::Explanation::Permutation(permutation) => self.permutation = Some(permutation),
            explain::Explanation::Shap(shap) => self.shap = Some(shap),
        }
        self
    }

    /// The same without anything that shows a single row: the lines of dependence, the rows of Shapley values and the
    /// values of their columns. The points of the swarm stay; they name no row.
    #[must_use]
    pub fn without_rows(mut self) -> Self {
        if let Some(dependence) = &mut self.dependence {
            dependence.curves.iter_mut().for_each(|curve| curve.lines.clear());
        }
        if let Some(shap) = &mut self.shap {
            shap.rows.clear();
            shap.swarm.iter_mut().for_each(|swarm| swarm.shown.clear());
        }
        self
    }
}

/// Figures by group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fairness {
    /// The column whose values are the groups, or the columns that were crossed.
    pub columns: String,
    /// The figures.
    pub report: fair::Report,
}
