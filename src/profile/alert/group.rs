//! Alerts of one kind put together, so that forty constant columns are one thing to decide and not forty.

use super::{Alert, Suggestion, named};
use crate::base::{Message, Severity};
use serde::{Deserialize, Serialize};

/// Alerts of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The kind: one of [`super::ALERTS`]; all kinds of leak are `leak`.
    pub id: String,
    /// How much it matters: the most severe of its alerts.
    pub severity: Severity,
    /// What was found, in words.
    pub message: Message,
    /// The columns in question, by name, each once.
    pub columns: Vec<String>,
    /// What can be done about all of them, the better first.
    pub suggestions: Vec<Suggestion>,
    /// The alerts, each with its own figures.
    pub alerts: Vec<Alert>,
}

/// The kinds that are one decision: whether a column is known when the prediction is made.
const LEAKS: [&str; 3] = ["leak", "leak_gap", "leak_pure"];

/// Alerts by kind, in the order of the first of each kind; leaks, which spoil everything else, come first among equals.
pub fn findings<'a>(alerts: impl IntoIterator<Item = &'a Alert>) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for alert in alerts {
        let id = if LEAKS.contains(&alert.id.as_str()) { LEAKS[0] } else { &alert.id };
        match found.iter_mut().find(|finding| finding.id == id) {
            Some(finding) => finding.add(alert),
            None => found.push(Finding {
                id: id.to_owned(),
                severity: alert.severity,
                message: alert.message.clone(),
                columns: alert.columns.clone(),
                suggestions: alert.suggestions.clone(),
                alerts: vec![alert.clone()],
            }),
        }
    }
    found.sort_by_key(|finding| (std::cmp::Reverse(finding.severity), finding.id != LEAKS[0]));
    found
}

impl Finding {
    fn add(&mut self, alert: &Alert) {
        self.severity = self.severity.max(alert.severity);
        for column in &alert.columns {
            if !self.columns.contains(column) {
                self.columns.push(column.clone());
            }
        }
        for suggestion in &alert.suggestions {
            let same = |known: &&mut Suggestion| known.action == suggestion.action && known.remedy == suggestion.remedy;
            match self.suggestions.iter_mut().find(same) {
                Some(known) => {
                    let new = suggestion.columns.iter().filter(|column| !known.columns.contains(column)).cloned().collect::<Vec<_>>();
                    known.columns.extend(new);
                }
                None => self.suggestions.push(suggestion.clone()),
            }
        }
        self.alerts.push(alert.clone());
        let columns: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        let message = Message::new(format!("alert.{}.many", self.id)).with("columns", named(&columns)).with("count", self.alerts.len());
        self.message = match alert.message.args.get("target") {
            Some(target) => message.with("target", target),
            None => message,
        };
    }

    /// Why it matters and what to do: the id of a text.
    pub fn hint(&self) -> String {
        format!("alert.{}.hint", self.id)
    }

    /// What tells this finding from others of its kind: another column makes it another one.
    pub fn key(&self) -> String {
        format!("{} {}", self.id, self.columns.join("\u{1f}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Remedy;
    use crate::table::Role;

    fn alert(id: &str, severity: Severity, column: &str, action: &str) -> Alert {
        Alert::new(id, severity, &[column]).text("target", "y").suggest(action)
    }

    #[test]
    fn one_kind_is_one_finding_and_its_actions_are_about_all_columns() {
        let alerts = [
            alert("constant", Severity::Warning, "a", "leave_out"),
            alert("leak_pure", Severity::Warning, "b", "known_later"),
            alert("constant", Severity::Warning, "c", "leave_out"),
            alert("leak", Severity::Warning, "d", "known_later"),
            alert("skew", Severity::Note, "e", "log"),
        ];
        let got = findings(&alerts);
        let shown: Vec<(&str, String)> = got.iter().map(|finding| (finding.id.as_str(), finding.columns.join(" "))).collect();
        assert_eq!(shown, [("leak", "b d".to_owned()), ("constant", "a c".to_owned()), ("skew", "e".to_owned())]);
        assert_eq!(got[0].suggestions.len(), 1);
        assert_eq!(
            (&got[0].suggestions[0].remedy, got[0].suggestions[0].columns.join(" ")),
            (&Remedy::Role(Role::KnownLater), "b d".into())
        );
        assert_eq!(got[0].message.id, "alert.leak.many");
        assert_eq!(got[2].message, alerts[4].message, "a single alert says what it says");
        assert_ne!(findings(&alerts[..1])[0].key(), got[1].key());
    }

    #[test]
    fn every_kind_has_its_words_for_many() {
        for id in super::super::ALERTS {
            let single = matches!(*id, "duplicates" | "target_constant" | "target_missing" | "imbalance" | "leak_gap" | "leak_pure");
            let text = format!("alert.{id}.many");
            assert!(single || crate::base::text::find(&text).is_some(), "no text {text}");
        }
    }
}
