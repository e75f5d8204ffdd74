//! Fields: every step, model, metric, probe and search describes its own form.
//!
//! From that one description come the form in the page, the listing of the command line, the JSON schema and the
//! manual. Labels are texts by convention: the field `strategy` of the step `impute` is labelled by
//! `step.impute.strategy`, its help is `step.impute.strategy.help`, its choice `median` is `step.impute.strategy=median`.

use super::{Place, Problem, Stage};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Parameters by field id, as they stand in a recipe. Sorted, so that equal parameters are equal bytes.
pub type Params = serde_json::Map<String, Value>;

/// What a field holds.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Kind {
    /// A number from `min` to `max`; `log` where a slider should run by orders of magnitude.
    Number { min: f64, max: f64, log: bool },
    /// A whole number from `min` to `max`.
    Integer { min: i64, max: i64 },
    /// One of a few, by id.
    Choice(&'static [&'static str]),
    /// Yes or no.
    Flag,
    /// Any text of at most this many characters.
    Text(usize),
    /// A formula in the expression language.
    Expression,
    /// The name of one input column.
    Column,
    /// The names of some input columns.
    Columns,
    /// A list of at most `max` groups of fields, such as the layers of a network.
    List { of: fn() -> Vec<Field>, max: usize },
    /// At most this many models with settings of their own: a list of objects with `model`, its id; `params`, where any are
    /// set; and where they are weighted `weight`, how much it counts beside the others, 1 unless told otherwise.
    Models { max: usize, weighted: bool },
}

/// The largest weight of a model in a [`Kind::Models`]; the smallest is its inverse.
const MOST_WEIGHT: f64 = 1000.0;

/// One field of a form.
#[derive(Clone, Debug)]
pub struct Field {
    /// The stable id, which is also the name of the parameter.
    pub id: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Its value where a recipe does not say.
    pub default: Value,
    /// The unit, as shown behind the value; empty where there is none.
    pub unit: &'static str,
    /// Shown only while another field (its id) has one of these values (choices by id, flags as "true" or "false").
    pub when: Option<(&'static str, &'static [&'static str])>,
}

impl Field {
    fn new(id: &'static str, kind: Kind, default: impl Into<Value>) -> Self {
        Self { id, kind, default: default.into(), unit: "", when: None }
    }

    /// A number from `min` to `max`.
    pub fn number(id: &'static str, default: f64, min: f64, max: f64) -> Self {
        Self::new(id, Kind::Number { min, max, log: false }, default)
    }

    /// A number from `min` to `max`, moved by orders of magnitude.
    pub fn log_number(id: &'static str, default: f64, min: f64, max: f64) -> Self {
        Self::new(id, Kind::Number { min, max, log: true }, default)
    }

    /// A whole number from `min` to `max`.
    pub fn integer(id: &'static str, default: i64, min: i64, max: i64) -> Self {
        Self::new(id, Kind::Integer { min, max }, default)
    }

    /// One of a few, the default first named.
    pub fn choice(id: &'static str, default: &'static str, choices: &'static [&'static str]) -> Self {
        Self::new(id, Kind::Choice(choices), default)
    }

    /// Yes or no.
    pub fn flag(id: &'static str, default: bool) -> Self {
        Self::new(id, Kind::Flag, default)
    }

    /// A short text.
    pub fn text(id: &'static str, default: &'static str, max: usize) -> Self {
        Self::new(id, Kind::Text(max), default)
    }

    /// A formula.
    pub fn expression(id: &'static str) -> Self {
        Self::new(id, Kind::Expression, "")
    }

    /// The name of an input column.
    pub fn column(id: &'static str) -> Self {
        Self::new(id, Kind::Column, "")
    }

    /// The names of input columns.
    pub fn columns(id: &'static str) -> Self {
        Self::new(id, Kind::Columns, Value::Array(Vec::new()))
    }

    /// A list of groups of fields.
    pub fn list(id: &'static str, default: Value, of: fn() -> Vec<Field>, max: usize) -> Self {
        Self::new(id, Kind::List { of, max }, default)
    }

    /// Models with settings of their own; none unless told otherwise.
    pub fn models(id: &'static str, max: usize, weighted: bool) -> Self {
        Self::new(id, Kind::Models { max, weighted }, Value::Array(Vec::new()))
    }

    /// The same field with a unit.
    #[must_use]
    pub fn unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    /// The same field, shown only while another has one of these values.
    #[must_use]
    pub fn when(self, other: &'static str, values: &'static [&'static str]) -> Self {
        Self { when: Some((other, values)), ..self }
    }

    /// Whether the field counts, given the other parameters (or their defaults).
    pub fn is_shown(&self, fields: &[Field], params: &Params) -> bool {
        let Some((other, values)) = self.when else { return true };
        let Some(field) = fields.iter().find(|field| field.id == other) else { return true };
        let value = params.get(other).unwrap_or(&field.default);
        let as_text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        values.contains(&as_text.as_str())
    }

    /// What is wrong with a value of this field, if anything. `owner` names the form in the problem's place.
    pub fn check(&self, value: &Value, stage: Stage, owner: &str) -> Option<Problem> {
        let wrong = |id: &str| {
            Problem::new(stage, id)
                .with("field", super::text(&format!("{owner}.{}", self.id)))
                .with("value", shorten(value))
                .at(Place::Field(owner.to_owned(), self.id.to_owned()))
        };
        match &self.kind {
            Kind::Number { min, max, .. } => match value.as_f64() {
                None => Some(wrong("field.not_a_number")),
                Some(number) if number < *min || number > *max => Some(wrong("field.out_of_range").with("min", min).with("max", max)),
                Some(_) => None,
            },
            Kind::Integer { min, max } => match value.as_i64() {
                None => Some(wrong("field.not_a_whole_number")),
                Some(number) if number < *min || number > *max => Some(wrong("field.out_of_range").with("min", min).with("max", max)),
                Some(_) => None,
            },
            Kind::Choice(choices) => match value.as_str() {
                Some(choice) if choices.contains(&choice) => None,
                _ => Some(wrong("field.not_a_choice").with("choices", choices.join(", "))),
            },
            Kind::Flag => (!value.is_boolean()).then(|| wrong("field.not_a_flag")),
            Kind::Text(max) => match value.as_str() {
                None => Some(wrong("field.not_a_text")),
                Some(text) if text.chars().count() > *max => Some(wrong("field.too_long").with("max", max)),
                Some(_) => None,
            },
            Kind::Expression | Kind::Column => (!value.is_string()).then(|| wrong("field.not_a_text")),
            Kind::Columns => {
                let names = value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
                (!names).then(|| wrong("field.not_a_list"))
            }
            Kind::List { of, max } => {
                let Some(list) = value.as_array() else { return Some(wrong("field.not_a_list")) };
                if list.len() > *max {
                    return Some(wrong("field.too_many").with("max", max));
                }
                let fields = of();
                list.iter().find_map(|item| match item.as_object() {
                    None => Some(wrong("field.not_a_list")),
                    Some(item) => check(&fields, item, stage, &format!("{owner}.{}", self.id)).into_iter().next(),
                })
            }
            Kind::Models { max, weighted } => match value.as_array() {
                None => Some(wrong("field.not_a_list")),
                Some(list) if list.len() > *max => Some(wrong("field.too_many").with("max", max)),
                Some(list) => {
                    let id = if *weighted { "field.not_weighted_models" } else { "field.not_models" };
                    (!list.iter().all(|item| is_model(item, *weighted))).then(|| wrong(id).with("most", MOST_WEIGHT))
                }
            },
        }
    }
}

/// Whether a value has the shape of a model in a [`Kind::Models`]; what its id and settings mean is known elsewhere.
fn is_model(value: &Value, weighted: bool) -> bool {
    let Some(model) = value.as_object() else { return false };
    let is_right = |(name, value): (&String, &Value)| match name.as_str() {
        "model" => value.is_string(),
        "params" => value.is_object(),
        "weight" => weighted && value.as_f64().is_some_and(|weight| (1.0 / MOST_WEIGHT..=MOST_WEIGHT).contains(&weight)),
        _ => false,
    };
    model.contains_key("model") && model.iter().all(is_right)
}

/// Everything that is wrong with parameters: unknown names, wrong kinds, values out of range. `owner` is the prefix of
/// the fields' texts, such as `step.impute`.
pub fn check(fields: &[Field], params: &Params, stage: Stage, owner: &str) -> Vec<Problem> {
    params
        .iter()
        .filter_map(|(name, value)| match fields.iter().find(|field| field.id == name) {
            Some(field) => field.check(value, stage, owner),
            None => Some(
                Problem::new(stage, "field.unknown")
                    .with("field", name)
                    .with("known", fields.iter().map(|field| field.id).collect::<Vec<_>>().join(", "))
                    .at(Place::Field(owner.to_owned(), name.clone())),
            ),
        })
        .collect()
}

/// The default of every field.
pub fn defaults(fields: &[Field]) -> Params {
    fields.iter().map(|field| (field.id.to_owned(), field.default.clone())).collect()
}

/// Checked parameters as a typed value; what a recipe leaves out takes the field's default.
///
/// # Errors
/// The first thing wrong with the parameters.
pub fn parse<T: DeserializeOwned>(fields: &[Field], params: &Params, stage: Stage, owner: &str) -> Result<T, Problem> {
    if let Some(problem) = check(fields, params, stage, owner).into_iter().next() {
        return Err(problem);
    }
    let mut all = defaults(fields);
    for (name, value) in params {
        all.insert(name.clone(), value.clone());
    }
    // A list's groups take their defaults too.
    for field in fields {
        if let (Kind::List { of, .. }, Some(Value::Array(list))) = (&field.kind, all.get_mut(field.id)) {
            let inner = defaults(&of());
            for item in list.iter_mut().filter_map(Value::as_object_mut) {
                for (name, value) in &inner {
                    item.entry(name.clone()).or_insert_with(|| value.clone());
                }
            }
        }
    }
    serde_json::from_value(Value::Object(all))
        .map_err(|error| Problem::new(stage, "field.unreadable").with("owner", owner).with("reason", error))
}

fn shorten(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
