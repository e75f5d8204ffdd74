//! What can be searched of a model, and where one would usually begin.

use super::{Parameter, Range, Space};
use crate::base::{Field, Kind, Params};
use serde_json::Value;

/// Usual ranges by the last part of the path, narrower than what the form allows.
const USUAL: &[(&str, f64, f64, bool)] = &[
    ("alpha", 0.001, 100.0, true),
    ("batch", 16.0, 256.0, true),
    ("c", 0.001, 100.0, true),
    ("decay", 1e-5, 0.1, true),
    ("dropout", 0.0, 0.5, false),
    ("epochs", 20.0, 200.0, false),
    ("l1", 1e-6, 0.01, true),
    ("l2", 1e-6, 0.01, true),
    ("max_depth", 2.0, 20.0, false),
    ("min_samples_leaf", 1.0, 20.0, true),
    ("rate", 3e-4, 0.03, true),
    ("trees", 50.0, 300.0, true),
    ("units", 8.0, 128.0, true),
];

/// The parameters that a search of a model begins with, by the end of their path.
const FIRST: &[&str] = &["alpha", "batch", "c", "layers.0.dropout", "layers.0.units", "max_depth", "min_samples_leaf", "rate"];

/// Everything of a form that can be searched, each over its usual range: fields, and those of each item of its lists.
pub fn searchable(fields: &[Field], params: &Params) -> Vec<Parameter> {
    fields
        .iter()
        .flat_map(|field| match &field.kind {
            Kind::List { of, .. } => {
                let items = params.get(field.id).unwrap_or(&field.default).as_array().map_or(0, Vec::len);
                let inner = of();
                let parameter =
                    |item: usize, part: &Field| usual(part).map(|it| Parameter { path: format!("{}.{item}.{}", field.id, it.path), ..it });
                (0..items).flat_map(|item| inner.iter().filter_map(|part| parameter(item, part)).collect::<Vec<_>>()).collect()
            }
            _ => usual(field).into_iter().collect::<Vec<_>>(),
        })
        .collect()
}

/// The search that one would begin with; empty for a model with nothing to search.
pub fn suggest(fields: &[Field], params: &Params) -> Space {
    let all = searchable(fields, params);
    let first: Vec<Parameter> = all.iter().filter(|parameter| FIRST.contains(&parameter.path.as_str())).cloned().collect();
    Space { parameters: if first.is_empty() { all.into_iter().take(3).collect() } else { first } }
}

/// A field's usual range within the one that its form allows.
fn usual(field: &Field) -> Option<Parameter> {
    let mut parameter = Parameter::of_field(field)?;
    let Some((_, low, high, by_magnitude)) = USUAL.iter().find(|(id, ..)| *id == field.id) else { return Some(parameter) };
    match &mut parameter.range {
        Range::Number { min, max, log } => {
            (*min, *max) = (if *low > *min { *low } else { *min }, if *high < *max { *high } else { *max });
            *log = *by_magnitude && *min > 0.0;
        }
        Range::Integer { min, max, log } => {
            (*min, *max) = ((*low as i64).max(*min), (*high as i64).min(*max));
            *log = *by_magnitude && *min > 0;
        }
        Range::Choice { .. } => {}
    }
    Some(parameter)
}

/// The value of a parameter as it stands in a trial, for a list of choices as its place; for drawing.
pub fn coordinate(range: &Range, value: &Value) -> Option<f64> {
    match range {
        Range::Choice { values } => values.iter().position(|choice| choice == value).map(|place| place as f64),
        _ => value.as_f64(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::MODELS;

    #[test]
    fn what_is_suggested_fits_every_model() {
        for kind in MODELS {
            let fields = (kind.fields)();
            let space = suggest(&fields, &Params::new());
            assert_eq!(space.parameters.is_empty(), fields.is_empty(), "{}", kind.id);
            if !space.parameters.is_empty() {
                assert_eq!(space.check(&fields, &Params::new(), &format!("model.{}", kind.id)), [], "{}", kind.id);
            }
            let all = Space { parameters: searchable(&fields, &Params::new()).into_iter().take(30).collect() };
            if !all.parameters.is_empty() {
                assert_eq!(all.check(&fields, &Params::new(), &format!("model.{}", kind.id)), [], "{}", kind.id);
            }
        }
    }
}
