//! Parts of a report that other stages compute one by one.

use crate::explain::dependence::Dependence;
use crate::explain::permutation::Permutation;
use crate::explain::shap::Shap;
use crate::{fair, judge::Evaluation};
use serde::{Deserialize, Serialize};

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
