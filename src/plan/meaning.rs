//! What prepared columns stand for: a model that treats categories in its own way must know which numbers are categories.

use super::Op;
use crate::table::sort_levels;
use std::collections::BTreeMap;

/// What a prepared column stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Meaning {
    /// A number, or nothing that is known.
    #[default]
    Number,
    /// A category by the place of its level in the sorted list of levels, a whole number from 0. Its order means nothing.
    Code,
    /// Whether a category, the column of this name, is one of its levels; scaled or not.
    Level(String),
}

/// What columns stand for after operations, in the order of `columns`. An order of levels that somebody gave means something,
/// so that such a column is a number.
pub fn meanings(ops: &[Op], columns: &[String]) -> Vec<Meaning> {
    let mut known: BTreeMap<&str, Meaning> = BTreeMap::new();
    for op in ops {
        match op {
            Op::OneHot { column, into, .. } => {
                known.extend(into.iter().map(|into| (into.as_str(), Meaning::Level(column.clone()))));
            }
            Op::Lookup { column, levels, values, other, missing, into } => {
                let is_switch = values.iter().chain(other).chain(missing).all(|&value| value == 0.0 || value == 1.0);
                let meaning = if into == column && are_places(values) && are_sorted(levels) {
                    Meaning::Code
                } else if into != column && is_switch {
                    Meaning::Level(column.clone())
                } else {
                    Meaning::Number
                };
                known.insert(into, meaning);
            }
            // A level stays one of two numbers, whatever is done to it alone.
            Op::Scale { column, .. } | Op::Clip { column, .. } | Op::Derive { into: column, .. } => {
                if known.get(column.as_str()) == Some(&Meaning::Code) {
                    known.remove(column.as_str());
                }
            }
            Op::FillNumber { column, value } if value.fract() != 0.0 => drop(known.remove(column.as_str())),
            Op::BlankOutside { column, .. } => drop(known.remove(column.as_str())),
            Op::Bin { into, .. } | Op::MarkMissing { into, .. } | Op::MarkOutside { into, .. } | Op::DatePart { into, .. } => {
                known.remove(into.as_str());
            }
            Op::Project { into, .. } | Op::Drop { columns: into } => into.iter().for_each(|name| drop(known.remove(name.as_str()))),
            _ => {}
        }
    }
    columns.iter().map(|name| known.remove(name.as_str()).unwrap_or_default()).collect()
}

/// Whether values are places that follow each other, from 0 or, where a missing value is the first, from 1.
fn are_places(values: &[f64]) -> bool {
    let first = values.first().copied().unwrap_or(0.0);
    (first == 0.0 || first == 1.0) && values.iter().enumerate().all(|(place, &value)| value == place as f64 + first)
}

fn are_sorted(levels: &[String]) -> bool {
    let mut sorted = levels.to_vec();
    sort_levels(&mut sorted);
    sorted == levels
}
