//! The trials as a program for another library.

use super::{Outcome, Range, Space, Trial};
use serde_json::{Map, Value, json};

/// A Python program that makes a study of Optuna (Akiba and others 2019) of some trials: the same values, states and
/// scores, with the score of each fold as an intermediate value. Trials that have not ended are left out; layers are
/// texts, since Optuna stores no lists.
///
/// `metrics` are the objectives, each with whether a larger value is better; `spaces` are those that were searched one after the other; a range spans all of them.
pub fn script(name: &str, metrics: &[(&str, bool)], spaces: &[&Space], trials: &[Trial]) -> String {
    let name = if name.is_empty() { "atelier" } else { name };
    let names: Vec<&str> = metrics.iter().map(|(metric, _)| *metric).collect();
    let directions: Vec<&str> = metrics.iter().map(|(_, higher)| if *higher { "maximize" } else { "minimize" }).collect();
    // Optuna has neither values of a part nor pruned trials in a study of several objectives.
    let several = metrics.len() > 1;
    let trials: Vec<Value> = trials.iter().filter_map(|trial| told(trial, several)).collect();
    include_str!("optuna.py")
        .replace("@name@", &literal(&json!(name)))
        .replace("@metrics@", &literal(&json!(names)))
        .replace("@directions@", &literal(&json!(directions)))
        .replace("@space@", &literal(&Value::Object(ranges(spaces, &trials))))
        .replace("@trials@", &literal(&Value::Array(trials)))
}

/// A value as a text of JSON in a literal, which Python reads as JSON does. Without "@", which marks the places of the
/// program that are filled in.
fn literal(value: &Value) -> String {
    Value::String(value.to_string()).to_string().replace('@', "\\u0040")
}

fn told(trial: &Trial, several: bool) -> Option<Value> {
    let mut notes = Map::new();
    if trial.asked_for {
        notes.insert("asked_for".to_owned(), true.into());
    }
    let (state, scores) = match &trial.outcome {
        Outcome::Pending => return None,
        Outcome::Score(_) => ("COMPLETE", trial.scores()),
        Outcome::Pruned { after, .. } if several => {
            notes.insert("pruned_after".to_owned(), (*after).into());
            ("FAIL", None)
        }
        Outcome::Pruned { score, .. } => ("PRUNED", Some(vec![*score])),
        // A study of several objectives knows no pruned trials.
        Outcome::GivenUp { fold, epoch } => {
            notes.insert("given_up_after_epoch".to_owned(), (*epoch).into());
            notes.insert("given_up_in_fold".to_owned(), (*fold + 1).into());
            (if several { "FAIL" } else { "PRUNED" }, trial.so_far(*fold).filter(|_| !several).map(|score| vec![score]))
        }
        Outcome::Failed(problem) => {
            notes.insert("reason".to_owned(), problem.to_string().into());
            ("FAIL", None)
        }
    };
    let reports = if several { &[][..] } else { trial.reports.as_slice() };
    Some(json!({"state": state, "scores": scores, "values": trial.values, "reports": reports, "notes": notes}))
}

/// The range of each parameter over all spaces; of a choice all values that are offered or were tried.
fn ranges(spaces: &[&Space], trials: &[Value]) -> Map<String, Value> {
    let mut ranges = Map::new();
    for parameter in spaces.iter().flat_map(|space| &space.parameters) {
        let path = &parameter.path;
        let before = ranges.get(path).and_then(|range| serde_json::from_value::<Range>(range.clone()).ok());
        let joined = match (before, parameter.range.clone()) {
            (Some(Range::Number { min, max, .. }), Range::Number { min: low, max: high, log }) => {
                Range::Number { min: if low < min { low } else { min }, max: if high > max { high } else { max }, log }
            }
            (Some(Range::Integer { min, max, .. }), Range::Integer { min: low, max: high, log }) => {
                Range::Integer { min: low.min(min), max: high.max(max), log }
            }
            (before, Range::Choice { values }) => {
                let mut all = if let Some(Range::Choice { values }) = before { values } else { Vec::new() };
                let tried = trials.iter().filter_map(|trial| trial["values"].get(path).cloned());
                for value in values.into_iter().chain(tried) {
                    if !all.contains(&value) {
                        all.push(value);
                    }
                }
                Range::Choice { values: all }
            }
            (_, range) => range,
        };
        ranges.insert(path.clone(), serde_json::to_value(joined).unwrap_or_default());
    }
    ranges
}
