//! What a search looks for besides its metric.

use crate::base::{Task, text};
use crate::{fair, metric};
use serde::{Deserialize, Serialize};

/// A further objective of a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    /// Another metric of the same predictions, by id.
    Metric(String),
    /// A small model: the bytes of the fitted pipeline in a model file, the mean over the folds.
    Size,
    /// That groups are treated alike: a criterion of [`crate::fair`] by id, of the protected columns of the recipe the one where it
    /// is worst.
    Fair(String),
}

impl Objective {
    /// The id by which it is chosen: that of the metric or the criterion, or `size`.
    pub fn id(&self) -> &str {
        match self {
            Self::Metric(id) | Self::Fair(id) => id,
            Self::Size => "size",
        }
    }

    /// The objective of an id; one that is unknown is taken for a metric, which the check of a search refuses.
    pub fn of_id(id: &str) -> Self {
        match id {
            "size" => Self::Size,
            id if larger_is_fairer(id).is_some() => Self::Fair(id.to_owned()),
            id => Self::Metric(id.to_owned()),
        }
    }

    /// The ids of every objective there is.
    pub fn ids() -> impl Iterator<Item = &'static str> {
        let metrics = metric::METRICS.iter().map(|metric| metric.id);
        metrics.chain(["size"]).chain(criteria().map(|(id, _)| id))
    }

    /// Whether a larger value is better.
    pub fn higher_is_better(&self) -> bool {
        match self {
            Self::Metric(id) => metric::find(id).is_none_or(|metric| metric.higher_is_better),
            Self::Size => false,
            Self::Fair(id) => larger_is_fairer(id) == Some(true),
        }
    }

    /// Whether it can be computed of the predictions of a task.
    pub fn suits(&self, task: Task) -> bool {
        match (self, task) {
            (Self::Metric(id), task) => metric::for_task(task).iter().any(|metric| metric.id == id),
            (Self::Size, _) => true,
            (Self::Fair(_), Task::Multiclass) => false,
            (Self::Fair(id), task) => fair::criteria(task == Task::Binary).iter().any(|(known, _)| known == id),
        }
    }

    /// Its name.
    pub fn name(&self) -> String {
        match self {
            Self::Metric(id) => text(&format!("metric.{id}")),
            Self::Size => text("objective.size"),
            Self::Fair(id) => text(&format!("fair.criterion.{id}")),
        }
    }
}

fn criteria() -> impl Iterator<Item = (&'static str, bool)> {
    [true, false].into_iter().flat_map(fair::criteria)
}

fn larger_is_fairer(id: &str) -> Option<bool> {
    criteria().find(|(known, _)| *known == id).map(|(_, larger)| larger)
}
