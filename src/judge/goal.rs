//! The goal: what is predicted, what counts as success, which columns may be used.

use crate::base::{Message, Task};
use crate::table::{Column, Kind, Role};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is predicted and what counts as success.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Goal {
    /// The column to predict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The task; inferred from the target where it is not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<Task>,
    /// The positive class of a binary task, by name; the last class in order where it is not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub positive: Option<String>,
    /// What counts as success.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<Criterion>,
    /// What columns are for, where it is not input.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<String, Role>,
    /// The column that names the unit (person, household) whose rows are never parted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The column with the moment of a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// What the model is meant for, in the words of the person who makes it; for the model card.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub intended_use: String,
    /// What it must not be used for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub misuse: String,
}

impl Goal {
    /// What a column is for.
    pub fn role(&self, column: &str) -> Role {
        self.roles.get(column).copied().unwrap_or_default()
    }

    /// Whether the model may learn from a column.
    pub fn is_input(&self, column: &str) -> bool {
        self.role(column) == Role::Input && self.target.as_deref() != Some(column) && self.group.as_deref() != Some(column)
    }
}

/// One thing that counts as success.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// The metric, by id.
    pub metric: String,
    /// From which side the value bounds it.
    pub bound: Bound,
    /// The value.
    pub value: f64,
    /// The rows on which it is checked.
    #[serde(default)]
    pub on: On,
}

/// From which side a value bounds a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The metric shall be at least the value.
    AtLeast,
    /// The metric shall be at most the value.
    AtMost,
}

/// The rows on which a criterion is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// The rows of the folds, each predicted by the model that did not see it.
    Folds,
    /// The sealed held-out rows.
    #[default]
    HeldOut,
}

/// What came of a criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The whole interval is on the good side.
    Met,
    /// The whole interval is on the bad side.
    NotMet,
    /// The interval holds the bound, or there is no value.
    Undecided,
}

impl Criterion {
    /// The verdict for an interval from `low` to `high`.
    pub fn verdict(&self, low: f64, high: f64) -> Verdict {
        let (all_good, all_bad) = match self.bound {
            Bound::AtLeast => (low >= self.value, high < self.value),
            Bound::AtMost => (high <= self.value, low > self.value),
        };
        match (all_good, all_bad) {
            (true, _) => Verdict::Met,
            (_, true) => Verdict::NotMet,
            _ => Verdict::Undecided,
        }
    }
}

/// The most different whole numbers that are still taken for classes.
const CLASS_CODES: usize = 10;

/// The task that a target column suggests, and why.
///
/// Two different values: binary. Texts: classes. Whole numbers with few different values that follow each other
/// (0, 1, 2 or 1 to 5): classes. Any other numbers: regression.
pub fn infer_task(column: &Column) -> (Task, Message) {
    let values = different(column, 1000);
    let reason = |id: &str| Message::new(id).with("column", &column.name).with("count", values.len());
    match (column.kind, values.len()) {
        (_, 2) => (Task::Binary, reason("goal.reason.two_values")),
        (Kind::Number, count) => {
            let numbers: Vec<f64> = values.iter().filter_map(|value| value.parse().ok()).collect();
            let whole = numbers.iter().all(|x| x.fract() == 0.0);
            let (low, high) = numbers
                .iter()
                .fold((f64::MAX, f64::MIN), |(low, high), &x| (if x < low { x } else { low }, if x > high { x } else { high }));
            let codes = whole && (3..=CLASS_CODES).contains(&count) && (low == 0.0 || low == 1.0) && high - low == (count - 1) as f64;
            match codes {
                true => (Task::Multiclass, reason("goal.reason.codes")),
                false => (Task::Regression, reason("goal.reason.numbers")),
            }
        }
        (Kind::Date, _) => (Task::Regression, reason("goal.reason.numbers")),
        _ => (Task::Multiclass, reason("goal.reason.texts")),
    }
}

/// The different values of a column as texts, sorted as classes are; at most `cap` are looked for.
pub fn different(column: &Column, cap: usize) -> Vec<String> {
    let mut values = match column.strings() {
        Some(strings) => strings.sorted_levels(),
        None => {
            let mut seen = rustc_hash::FxHashSet::default();
            (0..column.len()).filter_map(|row| column.display(row)).filter(|value| seen.insert(value.clone())).take(cap + 1).collect()
        }
    };
    crate::table::sort_levels(&mut values);
    values
}
