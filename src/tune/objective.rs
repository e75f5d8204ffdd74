//! What a search looks for besides its metric.

use crate::base::text;
use crate::metric;
use serde::{Deserialize, Serialize};

/// A further objective of a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    /// Another metric of the same predictions, by id.
    Metric(String),
    /// A small model: the bytes of the fitted pipeline in a model file, the mean over the folds.
    Size,
}

impl Objective {
    /// The id by which it is chosen: that of the metric, or `size`.
    pub fn id(&self) -> &str {
        match self {
            Self::Metric(id) => id,
            Self::Size => "size",
        }
    }

    /// The objective of an id; one that is unknown is taken for a metric, which the check of a search refuses.
    pub fn of_id(id: &str) -> Self {
        if id == "size" { Self::Size } else { Self::Metric(id.to_owned()) }
    }

    /// Whether a larger value is better.
    pub fn higher_is_better(&self) -> bool {
        match self {
            Self::Metric(id) => metric::find(id).is_none_or(|metric| metric.higher_is_better),
            Self::Size => false,
        }
    }

    /// Its name.
    pub fn name(&self) -> String {
        match self {
            Self::Metric(id) => text(&format!("metric.{id}")),
            Self::Size => text("objective.size"),
        }
    }
}
