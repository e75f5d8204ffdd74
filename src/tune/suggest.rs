//! What can be searched of a model, and where one would usually begin.

use super::{Parameter, Range, Space, When};
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
    ("l2_regularization", 0.0, 10.0, false),
    ("learning_rate", 0.01, 0.3, true),
    ("max_depth", 2.0, 20.0, false),
    ("max_iter", 50.0, 500.0, true),
    ("max_leaf_nodes", 7.0, 127.0, true),
    ("min_bucket", 2.0, 50.0, true),
    ("min_samples_leaf", 1.0, 20.0, true),
    ("n_neighbors", 1.0, 50.0, true),
    ("rate", 3e-4, 0.03, true),
    ("trees", 50.0, 300.0, true),
    ("units", 8.0, 128.0, true),
    ("var_smoothing", 1e-12, 1e-3, true),
];

/// The parameters that a search of a model begins with, by the end of their path.
const FIRST: &[&str] = &[
    "alpha",
    "batch",
    "c",
    "layers",
    "layers.0.dropout",
    "learning_rate",
    "max_depth",
    "max_leaf_nodes",
    "min_bucket",
    "min_samples_leaf",
    "n_neighbors",
    "rate",
    "var_smoothing",
];

/// Layers by their units: the shapes that are usual for tables.
const SHAPES: &[&[u64]] = &[&[32], &[64], &[64, 32], &[128, 64], &[128, 64, 32]];

/// Everything of a form that can be searched beside a space, each over its usual range: fields, whole shapes of layers, and
/// the fields of each item of a list. What has no effect, or is searched within another parameter already, is left out;
/// parameters of the space itself are there.
pub fn searchable(fields: &[Field], params: &Params, space: &Space) -> Vec<Parameter> {
    // Which kind of members an ensemble has is not searched: the other kind may have none.
    let decides = |field: &Field| {
        fields.iter().any(|other| matches!(other.kind, Kind::Models { .. }) && other.when.is_some_and(|(id, _)| id == field.id))
    };
    let all = fields.iter().filter(|field| !decides(field)).flat_map(|field| match &field.kind {
        Kind::List { of, .. } => {
            let now = params.get(field.id).unwrap_or(&field.default);
            let items = now.as_array().map_or(0, Vec::len);
            let inner = of();
            let parameter =
                |item: usize, part: &Field| usual(part).map(|it| Parameter { path: format!("{}.{item}.{}", field.id, it.path), ..it });
            let parts = (0..items).flat_map(|item| inner.iter().filter_map(|part| parameter(item, part)).collect::<Vec<_>>());
            shapes(field, &inner, now).into_iter().chain(parts).collect()
        }
        _ => usual(field).into_iter().collect::<Vec<_>>(),
    });
    let all = all.map(|parameter| conditional(parameter, fields, space));
    all.filter(|parameter| space.clash(parameter, fields, params).is_none()).collect()
}

/// A parameter that only some choices of another one read, searched with these alone where the other is searched too.
fn conditional(parameter: Parameter, fields: &[Field], space: &Space) -> Parameter {
    let Some((other, read)) = fields.iter().find(|field| field.id == parameter.path).and_then(|field| field.when) else { return parameter };
    let Some(Range::Choice { values }) = space.parameters.iter().find(|it| it.path == other).map(|it| &it.range) else { return parameter };
    let reads = |value: &&Value| read.contains(&value.as_str().map_or_else(|| value.to_string(), str::to_owned).as_str());
    let own: Vec<Value> = values.iter().filter(reads).cloned().collect();
    let when = (own.len() < values.len() && !own.is_empty()).then(|| When { path: other.to_owned(), values: own });
    Parameter { when, ..parameter }
}

/// Usual shapes of a list of layers, the present one first; nothing for other lists.
fn shapes(field: &Field, inner: &[Field], now: &Value) -> Option<Parameter> {
    inner.iter().find(|part| part.id == UNITS)?;
    let units = |layer: &Value| layer.get(UNITS).and_then(Value::as_u64);
    let present: Option<Vec<u64>> = now.as_array()?.iter().map(units).collect();
    let mut all: Vec<Vec<u64>> = present.into_iter().collect();
    all.extend(SHAPES.iter().map(|shape| shape.to_vec()).filter(|shape| !all.contains(shape)).collect::<Vec<_>>());
    let layers = |shape: Vec<u64>| shape.into_iter().map(|units| serde_json::json!({UNITS: units})).collect::<Value>();
    Some(Parameter::new(field.id, Range::Choice { values: all.into_iter().map(layers).collect() }))
}

/// The field of a layer that says how many units it has.
const UNITS: &str = "units";

/// The name of a shape of layers, such as "64-32"; nothing for other values.
pub fn shape(value: &Value) -> Option<String> {
    let layers = value.as_array()?;
    if layers.is_empty() {
        return Some(crate::base::text("tuning.no_layers"));
    }
    let units = |layer: &Value| layer.get(UNITS).and_then(Value::as_u64).map(|units| units.to_string());
    layers.iter().map(units).collect::<Option<Vec<_>>>().map(|units| units.join("-"))
}

/// The search that one would begin with; empty for a model with nothing to search.
pub fn suggest(fields: &[Field], params: &Params) -> Space {
    let all = searchable(fields, params, &Space::default());
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
    use serde_json::json;

    #[test]
    fn what_is_suggested_fits_every_model() {
        for kind in MODELS {
            let fields = (kind.fields)();
            let space = suggest(&fields, &Params::new());
            assert_eq!(space.parameters.is_empty(), fields.is_empty(), "{}", kind.id);
            if !space.parameters.is_empty() {
                assert_eq!(space.check(&fields, &Params::new(), &format!("model.{}", kind.id)), [], "{}", kind.id);
            }
            let mut all = Space::default();
            for parameter in searchable(&fields, &Params::new(), &Space::default()).into_iter().take(30) {
                if all.clash(&parameter, &fields, &Params::new()).is_none() {
                    all.parameters.push(parameter);
                }
            }
            if !all.parameters.is_empty() {
                assert_eq!(all.check(&fields, &Params::new(), &format!("model.{}", kind.id)), [], "{}", kind.id);
            }
        }
    }
    fn parameter(path: &str, values: Value) -> Parameter {
        let values = values.as_array().cloned().unwrap_or_default();
        Parameter::new(path, Range::Choice { values })
    }

    #[test]
    fn what_has_no_effect_is_neither_offered_nor_searched() {
        let fields = (crate::learn::network::KIND.fields)();
        let offers = |params: &Params, space: &Space, path: &str| searchable(&fields, params, space).iter().any(|it| it.path == path);
        let adamw: Params = [("optimizer".to_owned(), "adamw".into())].into_iter().collect();
        let none = Space::default();
        assert!(!offers(&Params::new(), &none, "decay") && offers(&adamw, &none, "decay"));
        // Of an optimiser that is searched, what one of its choices reads.
        let both = Space { parameters: vec![parameter("optimizer", json!(["adam", "adamw"]))] };
        assert!(offers(&Params::new(), &both, "decay") && !offers(&Params::new(), &both, "momentum"));
        let ids = |paths: &[Parameter], params: &Params| {
            let space = Space { parameters: paths.to_vec() };
            space.check(&fields, params, "model.network").into_iter().map(|problem| problem.message.id).collect::<Vec<_>>()
        };
        let decay = usual(fields.iter().find(|field| field.id == "decay").expect("a field")).expect("a range");
        assert_eq!(ids(std::slice::from_ref(&decay), &Params::new()), ["tune.no_effect"]);
        assert!(ids(std::slice::from_ref(&decay), &adamw).is_empty());
        assert!(ids(&[decay, parameter("optimizer", json!(["adamw", "sgd"]))], &Params::new()).is_empty());
        assert!(ids(&[parameter("layers", json!([[]]))], &Params::new()).is_empty());
    }

    #[test]
    fn shapes_are_searched_whole_and_keep_the_rest_of_their_layers() {
        let fields = (crate::learn::network::KIND.fields)();
        let base: Params = [("layers".to_owned(), json!([{"units": 20, "activation": "tanh", "dropout": 0.3}]))].into_iter().collect();
        let all = searchable(&fields, &base, &Space::default());
        let shapes = all.iter().find(|it| it.path == "layers").cloned().expect("shapes");
        let Range::Choice { values } = &shapes.range else { panic!("a choice") };
        let names: Vec<String> = values.iter().filter_map(shape).collect();
        assert_eq!(names, ["20", "32", "64", "64-32", "128-64", "128-64-32"]);
        assert_eq!((shape(&json!([])), shape(&json!(3)), shape(&json!(["a"]))), (Some("none".to_owned()), None, None));

        let space = Space { parameters: vec![shapes.clone()] };
        assert_eq!(space.check(&fields, &base, "model.network"), []);
        let trial = |place: usize| space.apply(&fields, &base, &[("layers".to_owned(), values[place].clone())].into_iter().collect());
        let (one, two) = (trial(2).expect("applied"), trial(3).expect("applied"));
        assert_eq!(two["layers"][1], json!({"units": 32, "activation": "tanh", "dropout": 0.3}));
        let weights = |params: &Params| crate::learn::network::describe(params, 10, 1).expect("a network").parameters;
        assert_ne!(weights(&one), weights(&two));
        // What a trial set is found again, so that the page knows which one is in use.
        assert_eq!(space.values_of(&fields, &two).expect("values")["layers"], values[3]);

        // The first layer's dropout can be searched beside the shapes, its units are searched by them.
        let offers = |space: &Space, path: &str| searchable(&fields, &base, space).iter().any(|it| it.path == path);
        assert!(offers(&space, "layers.0.dropout") && !offers(&space, "layers.0.units") && offers(&space, "layers"));
        let part = |path: &str| all.iter().find(|it| it.path == path).cloned().expect("a part");
        let units = Space { parameters: vec![part("layers.0.units")] };
        assert!(!offers(&units, "layers") && offers(&units, "layers.0.dropout"));
        let ids = |parameters: Vec<Parameter>| {
            let found = Space { parameters }.check(&fields, &base, "model.network");
            found.into_iter().map(|problem| problem.message.id).collect::<Vec<_>>()
        };
        assert!(ids(vec![shapes.clone(), part("layers.0.dropout")]).is_empty());
        assert_eq!(ids(vec![shapes.clone(), part("layers.0.units")]), ["tune.within", "tune.within"]);
        assert_eq!(ids(vec![parameter("layers", json!([[], [{"units": 8}]])), part("layers.0.dropout")]), ["tune.short"]);
        let both: Params = [("layers".to_owned(), values[3].clone()), ("layers.0.dropout".to_owned(), 0.05.into())].into_iter().collect();
        let space = Space { parameters: vec![all[0].clone(), part("layers.0.dropout")] };
        let applied = space.apply(&fields, &base, &both).expect("applied");
        assert_eq!((&applied["layers"][0]["dropout"], &applied["layers"][1]["dropout"]), (&json!(0.05), &json!(0.3)));
        assert_eq!(space.values_of(&fields, &applied), Some(both));
    }
}
