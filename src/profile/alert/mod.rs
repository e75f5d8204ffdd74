//! Alerts: what deserves a look before a model is trained, each with what to do about it.
//!
//! The limits stand here, one line each; a finding exactly at its limit counts. An alert has the text `alert.<id>`, its
//! hint `alert.<id>.hint`, and suggestions with the texts `action.<id>`.

mod columns;
mod facts;
mod group;
mod pairs;
mod target;
mod texts;

pub(super) use columns::is_called_id;
pub(super) use facts::Facts;
pub use group::{Finding, findings};

use super::{ColumnProfile, Profile};
use crate::base::{Message, Params, Severity};
use crate::table::{Kind, Role};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Limits.
pub(super) mod limit {
    /// A share of missing values that is worth saying.
    pub const MISSING: f64 = 0.05;
    /// A share of missing values at which a column says little.
    pub const MOSTLY_MISSING: f64 = 0.5;
    /// Levels of a category that are many.
    pub const LEVELS: usize = 50;
    /// A share of rows with the same value at which a column is nearly constant.
    pub const ONE_VALUE: f64 = 0.99;
    /// A size of the skewness that is worth a transformation.
    pub const SKEW: f64 = 3.0;
    /// A share of values beyond three interquartile ranges that is worth saying.
    pub const FAR_OUT: f64 = 0.005;
    /// Rows below which shape and uniqueness say nothing.
    pub const ROWS: usize = 20;
    /// The strength of association from which one of two columns says little more than the other.
    pub const CORRELATED: f64 = 0.95;
    /// The smallest class's share of an even share: a note below the first, a warning below the second.
    pub const SMALL_CLASS: (f64, f64) = (0.4, 0.1);
    /// One column alone predicts two classes with at least this area under the ROC curve.
    pub const LEAK_AREA: f64 = 0.99;
    /// One column alone avoids this share of the errors on more classes, or has this R2 on numbers.
    pub const LEAK_SKILL: f64 = 0.98;
    /// Whether a column has a value predicts two classes with this area, or others with this skill.
    pub const LEAK_GAP: (f64, f64) = (0.9, 0.8);
    /// In a column that is mostly missing, the share of one class among the rows that have a value, by the lower end of
    /// its interval, and the share of that class among all rows below which that is a surprise.
    pub const LEAK_PURE: (f64, f64) = (0.95, 0.9);
    /// Gaps that say something of the target: strength and adjusted p value.
    pub const TELLING_GAP: (f64, f64) = (0.1, 0.001);
}

/// Something that deserves a look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// The kind: one of [`ALERTS`].
    pub id: String,
    /// How much it matters.
    pub severity: Severity,
    /// The columns in question, by name.
    pub columns: Vec<String>,
    /// The figures behind it, by name.
    pub numbers: BTreeMap<String, f64>,
    /// What was found, in words; the text `<id>.hint` says why it matters and what to do.
    pub message: Message,
    /// What can be done with a click, the better first.
    pub suggestions: Vec<Suggestion>,
}

/// Something that can be done about an alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// What: one of [`ACTIONS`]; its text is `action.<action>`.
    pub action: String,
    /// On which columns; empty where it is about rows.
    pub columns: Vec<String>,
    /// What to change in the study.
    pub remedy: Remedy,
}

/// The change of the study that a suggestion stands for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Remedy {
    /// Gives the columns this role.
    Role(Role),
    /// Reads the file anew with this kind for the columns.
    ReadAs(Kind),
    /// Reads the file anew with this text among those that mean a missing value.
    ReadAsMissing(String),
    /// Adds this step of the preparation, on the columns where there are some.
    Step { id: String, params: Params },
}

/// Every kind of alert, in the order in which those of one severity are shown.
pub const ALERTS: &[&str] = &[
    "target_constant",
    "leak",
    "leak_gap",
    "leak_pure",
    "empty",
    "constant",
    "duplicates",
    "target_missing",
    "imbalance",
    "row_id",
    "mostly_missing",
    "date_as_text",
    "number_as_text",
    "sentinel",
    "correlated",
    "missing",
    "telling_gap",
    "high_cardinality",
    "spelling",
    "nearly_constant",
    "skew",
    "outliers",
];

/// Every action that is suggested.
pub const ACTIONS: &[&str] = &[
    "leave_out",
    "row_id",
    "known_later",
    "read_as_date",
    "read_as_number",
    "read_as_missing",
    "class_weights",
    "drop_duplicates",
    "impute",
    "impute_marked",
    "log",
    "outliers",
    "rare_levels",
];

/// The columns that a sentence names; of more it names the first and says how many there are.
const NAMED: usize = 6;

impl Alert {
    fn new(id: &str, severity: Severity, columns: &[&str]) -> Self {
        let message = Message::new(format!("alert.{id}")).with("column", named(columns));
        let columns = columns.iter().map(|&column| column.to_owned()).collect();
        Self { id: id.to_owned(), severity, columns, numbers: BTreeMap::new(), message, suggestions: Vec::new() }
    }

    /// With a number, shown by its shortest form where it is whole and by three digits otherwise.
    fn number(mut self, name: &str, value: f64) -> Self {
        self.numbers.insert(name.to_owned(), value);
        self.message = self.message.with(name, show(value));
        self
    }

    /// With a share, shown in per cent.
    fn share(mut self, name: &str, value: f64) -> Self {
        self.numbers.insert(name.to_owned(), value);
        self.message = self.message.with(name, percent(value));
        self
    }

    fn text(mut self, name: &str, value: &str) -> Self {
        self.message = self.message.with(name, value);
        self
    }

    /// With something to do about all of its columns.
    fn suggest(self, action: &str) -> Self {
        let columns = self.columns.clone();
        self.suggest_for(action, columns)
    }

    fn suggest_for(mut self, action: &str, columns: Vec<String>) -> Self {
        let step = |id: &str, params: &[(&str, bool)]| Remedy::Step {
            id: id.to_owned(),
            params: params.iter().map(|&(name, value)| (name.to_owned(), value.into())).collect(),
        };
        let remedy = match action {
            "leave_out" => Remedy::Role(Role::LeftOut),
            "row_id" => Remedy::Role(Role::RowId),
            "known_later" => Remedy::Role(Role::KnownLater),
            "read_as_date" => Remedy::ReadAs(Kind::Date),
            "read_as_number" => Remedy::ReadAs(Kind::Number),
            "read_as_missing" => Remedy::ReadAsMissing(self.message.args.get("value").cloned().unwrap_or_default()),
            "impute_marked" => step("impute", &[("indicator", true)]),
            // The other actions are called as their steps are.
            id => step(id, &[]),
        };
        self.suggestions.push(Suggestion { action: action.to_owned(), columns, remedy });
        self
    }
}

/// Names as a sentence has them.
fn named(columns: &[&str]) -> String {
    match columns {
        [first @ .., _] if first.len() >= NAMED => format!("{}, … ({})", columns[..NAMED - 1].join(", "), columns.len()),
        _ => columns.join(", "),
    }
}

/// A number in words: whole ones whole, others by three digits.
fn show(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return format!("{value}");
    }
    if !(1e-4..1e15).contains(&value.abs()) {
        return format!("{value:.2e}");
    }
    let whole = crate::num::float::log10(value.abs()).floor() as i32;
    format!("{value:.*}", (2 - whole).max(0) as usize)
}

/// A share in per cent, never rounded to none or all.
fn percent(share: f64) -> String {
    match 100.0 * share {
        all if all >= 100.0 => "100%".to_owned(),
        near if near > 99.9 => "over 99.9%".to_owned(),
        much if much >= 9.95 => format!("{much:.1}%"),
        some if some >= 0.1 => format!("{some:.1}%"),
        none if none <= 0.0 => "0%".to_owned(),
        _ => "under 0.1%".to_owned(),
    }
}

/// The alerts of a profile.
pub(super) fn of(profile: &Profile, facts: &[Facts], target: Option<usize>) -> Vec<Alert> {
    let mut alerts = Vec::new();
    target::of(profile, facts, target, &mut alerts);
    // The values of one column alone are bound to come again.
    if profile.duplicates > 0 && profile.columns.len() > 1 {
        let share = profile.duplicates as f64 / profile.rows as f64;
        let alert = Alert::new("duplicates", Severity::Warning, &[]).number("count", profile.duplicates as f64).share("share", share);
        alerts.push(alert.suggest("drop_duplicates"));
    }
    for (place, (column, facts)) in profile.columns.iter().zip(facts).enumerate() {
        if Some(place) != target {
            columns::of(column, profile.rows, facts, &mut alerts);
            texts::of(column, facts, &mut alerts);
        }
    }
    pairs::of(profile, target, &mut alerts);
    let rank = |alert: &Alert| ALERTS.iter().position(|id| *id == alert.id);
    alerts.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| rank(a).cmp(&rank(b))));
    alerts
}

/// The names of columns by position.
fn names<'a>(columns: &'a [ColumnProfile], places: &[usize]) -> Vec<&'a str> {
    places.iter().filter_map(|&place| columns.get(place)).map(|column| column.name.as_str()).collect()
}

#[cfg(test)]
mod tests;
