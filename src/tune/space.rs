//! Search spaces: which parameters of a model are searched, and where.

use crate::base::{Field, Kind, Params, Place, Problem, Stage, field};
use crate::num::float;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// More parameters than this are not searched at once.
const MOST_PARAMETERS: usize = 30;
/// More values than this are not listed as a choice.
const MOST_VALUES: usize = 100;

/// The parameters that are searched.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Space {
    /// The parameters, each with its own path.
    pub parameters: Vec<Parameter>,
}

/// A parameter that is searched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// The field of the model, such as `rate`; within a list by position and field, such as `layers.0.units`.
    pub path: String,
    /// Where it is searched.
    pub range: Range,
    /// When it is searched; always where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
}

/// When a parameter is searched: another one, which is a choice, has one of these values. Where that one is not searched
/// itself, neither is this one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The other parameter.
    pub path: String,
    /// Its values.
    pub values: Vec<Value>,
}

/// Where a parameter is searched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Range {
    /// A number from `min` to `max`, both included; by orders of magnitude where `log`.
    Number {
        min: f64,
        max: f64,
        #[serde(default)]
        log: bool,
    },
    /// A whole number from `min` to `max`, both included; by orders of magnitude where `log`.
    Integer {
        min: i64,
        max: i64,
        #[serde(default)]
        log: bool,
    },
    /// One of these values, which have no order.
    Choice { values: Vec<Value> },
}

impl Space {
    /// A space of some fields of a form, each over its whole range; fields without one are passed over.
    pub fn of_fields(fields: &[Field], ids: &[&str]) -> Self {
        let parameter = |id: &&str| fields.iter().find(|field| field.id == *id).and_then(Parameter::of_field);
        Self { parameters: ids.iter().filter_map(parameter).collect() }
    }

    /// Everything that is wrong with the space for a model's form: `fields` and `owner` as for [`field::check`], `base` the
    /// parameters that the candidate has.
    pub fn check(&self, fields: &[Field], base: &Params, owner: &str) -> Vec<Problem> {
        let problem =
            |id: &str, path: &str| Problem::new(Stage::Tune, id).with("path", path).at(Place::Field("tune".to_owned(), path.to_owned()));
        if self.parameters.is_empty() {
            return vec![Problem::new(Stage::Tune, "tune.no_parameters")];
        }
        if self.parameters.len() > MOST_PARAMETERS {
            return vec![Problem::new(Stage::Tune, "tune.too_many_parameters").with("max", MOST_PARAMETERS)];
        }
        let mut problems = Vec::new();
        for (place, parameter @ Parameter { path, range, .. }) in self.parameters.iter().enumerate() {
            if self.parameters[..place].iter().any(|other| other.path == *path) {
                problems.push(problem("tune.twice", path));
            } else if let Some(id) = range.fault() {
                problems.push(problem(id, path).with("max_values", MOST_VALUES));
            } else if let Some((id, other)) = self.clash(parameter, fields, base).or(self.loose_condition(parameter)) {
                problems.push(problem(id, path).with("other", other));
            } else {
                // What the form refuses at the ends it must not be offered in between; nor what a searched list lacks.
                let bases = self.bases(parameter, fields, base);
                let pairs = bases.iter().flat_map(|base| range.extremes().into_iter().map(move |value| (base, value)));
                problems.extend(pairs.into_iter().find_map(|(base, value)| {
                    let mut params = base.clone();
                    match set(&mut params, path, value, fields) {
                        false => Some(problem("tune.no_such_parameter", path)),
                        true => field::check(fields, &params, Stage::Tune, owner).into_iter().next(),
                    }
                }));
            }
        }
        problems
    }

    /// Why a parameter is not searched beside the others of the space, with the parameter that is the reason: it has no
    /// effect while another has none of the values that read it, or both set the same part of a list, or the list is not
    /// always that long.
    pub(super) fn clash<'a>(&'a self, parameter: &'a Parameter, fields: &[Field], base: &Params) -> Option<(&'static str, &'a str)> {
        let head = parameter.path.split('.').next().unwrap_or_default();
        if let Some(field) = fields.iter().find(|field| field.id == head)
            && let Some((other, values)) = field.when
        {
            let searched = self.parameters.iter().find(|it| it.path == other);
            let has_effect = match searched.map(|searched| &searched.range) {
                Some(Range::Choice { values: choices }) => choices
                    .iter()
                    .any(|choice| values.contains(&choice.as_str().map_or_else(|| choice.to_string(), str::to_owned).as_str())),
                _ => field.is_shown(fields, base),
            };
            if !has_effect {
                return Some(("tune.no_effect", other));
            }
        }
        let within = |whole: &Parameter, part: &Parameter| {
            let Some(rest) = part.path.strip_prefix(&whole.path).and_then(|rest| rest.strip_prefix('.')) else { return false };
            rest.rsplit('.').next().is_some_and(|key| whole.range.keys().contains(&key))
        };
        if let Some(other) = self.parameters.iter().find(|other| within(other, parameter) || within(parameter, other)) {
            return Some(("tune.within", &other.path));
        }
        let is_short = |whole: &Parameter| {
            let rest = parameter.path.strip_prefix(&whole.path).and_then(|rest| rest.strip_prefix('.'));
            let item = rest.and_then(|rest| rest.split('.').next()).and_then(|item| item.parse::<usize>().ok());
            let ends = |value: &Value| value.as_array().is_some_and(|list| item.is_some_and(|item| list.len() <= item));
            let counts = |value: &&Value| parameter.when.as_ref().is_none_or(|when| when.path != whole.path || when.values.contains(value));
            matches!(&whole.range, Range::Choice { values } if values.iter().filter(counts).any(ends))
        };
        self.parameters.iter().find(|other| is_short(other)).map(|other| ("tune.short", other.path.as_str()))
    }

    /// What is wrong with a parameter's condition, with the other parameter: it is no choice of the space, none of its values
    /// is meant, or the conditions go round in a circle.
    fn loose_condition<'a>(&'a self, parameter: &'a Parameter) -> Option<(&'static str, &'a str)> {
        let when = parameter.when.as_ref()?;
        let bad = ("tune.loose_condition", when.path.as_str());
        let Some(Parameter { range: Range::Choice { values }, .. }) = self.find(&when.path) else { return Some(bad) };
        if when.values.is_empty() || !when.values.iter().all(|value| values.contains(value)) {
            return Some(bad);
        }
        let next = |parameter: &&'a Parameter| parameter.when.as_ref().and_then(|when| self.find(&when.path));
        let chain = std::iter::successors(Some(parameter), next).take(self.parameters.len() + 1).count();
        (chain > self.parameters.len()).then_some(bad)
    }

    fn find(&self, path: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.path == path)
    }

    /// The parameters in which a parameter's path must lead somewhere: those of the candidate, with each choice of the list
    /// that the path leads into where that is searched, and of those the ones with which the parameter is.
    fn bases(&self, parameter: &Parameter, fields: &[Field], base: &Params) -> Vec<Params> {
        let whole = |it: &&Parameter| parameter.path.strip_prefix(&it.path).is_some_and(|rest| rest.starts_with('.'));
        match self.parameters.iter().find(whole) {
            Some(Parameter { path, range: Range::Choice { values }, .. }) => {
                let counts = |value: &&Value| parameter.when.as_ref().is_none_or(|when| when.path != *path || when.values.contains(value));
                let with = |value: &Value| {
                    let mut params = base.clone();
                    set(&mut params, path, value.clone(), fields).then_some(params)
                };
                values.iter().filter(counts).filter_map(with).collect()
            }
            _ => vec![base.clone()],
        }
    }

    /// Brings conditions in line with what is searched, after a change: one on a parameter that is no choice of the space any
    /// more falls away, values that are not searched are no longer meant, and a parameter that is never there goes.
    pub fn settle(&mut self) {
        let choices: Vec<(String, Vec<Value>)> = self
            .parameters
            .iter()
            .filter_map(|it| if let Range::Choice { values } = &it.range { Some((it.path.clone(), values.clone())) } else { None })
            .collect();
        self.parameters.retain_mut(|parameter| {
            let Some(when) = &mut parameter.when else { return true };
            match choices.iter().find(|(path, _)| *path == when.path) {
                Some((_, values)) => when.values.retain(|value| values.contains(value)),
                None => parameter.when = None,
            }
            parameter.when.as_ref().is_none_or(|when| !when.values.is_empty())
        });
    }

    /// Of values for all parameters, those of the parameters that are there with the others' values.
    pub fn present(&self, mut values: Params) -> Params {
        if self.parameters.iter().any(|parameter| parameter.when.is_some()) {
            let absent = self.parameters.iter().filter(|parameter| !self.is_present(parameter, &values, 0));
            absent.map(|parameter| parameter.path.clone()).collect::<Vec<_>>().iter().for_each(|path| drop(values.remove(path)));
        }
        values
    }

    fn is_present(&self, parameter: &Parameter, values: &Params, depth: usize) -> bool {
        let Some(when) = &parameter.when else { return true };
        let is = values.get(&when.path).is_some_and(|value| when.values.contains(value));
        is && depth < MOST_PARAMETERS && self.find(&when.path).is_some_and(|other| self.is_present(other, values, depth + 1))
    }

    /// A candidate's parameters with the values of a trial in place.
    ///
    /// # Errors
    /// A path that leads nowhere.
    pub fn apply(&self, fields: &[Field], base: &Params, values: &Params) -> Result<Params, Problem> {
        let mut params = base.clone();
        for (path, value) in values {
            if !set(&mut params, path, value.clone(), fields) {
                return Err(Problem::new(Stage::Tune, "tune.no_such_parameter").with("path", path));
            }
        }
        Ok(params)
    }

    /// The values that a candidate has for the searched parameters, where each has one: what the search is to beat.
    pub fn values_of(&self, fields: &[Field], base: &Params) -> Option<Params> {
        self.all_values_of(fields, base).map(|values| self.present(values))
    }

    /// The same with those of parameters that are not there with the others' values.
    pub fn all_values_of(&self, fields: &[Field], base: &Params) -> Option<Params> {
        let all = with_defaults(base, fields);
        let value = |parameter: &Parameter| Some(only(get(&all, &parameter.path)?, &parameter.range.keys()));
        self.parameters.iter().map(|parameter| Some((parameter.path.clone(), value(parameter)?))).collect()
    }

    /// Whether values lie within the ranges, one for each parameter that is there with the others' values.
    pub fn holds(&self, values: &Params) -> bool {
        let (there, absent): (Vec<&Parameter>, Vec<&Parameter>) =
            self.parameters.iter().partition(|parameter| self.is_present(parameter, values, 0));
        let holds = |parameter: &Parameter| values.get(&parameter.path).is_some_and(|value| parameter.range.holds(value));
        values.len() == there.len()
            && there.into_iter().all(holds)
            && absent.into_iter().all(|parameter| !values.contains_key(&parameter.path))
    }
}

impl Parameter {
    /// The whole range of a field of a form; nothing for texts, columns and lists.
    pub fn of_field(field: &Field) -> Option<Self> {
        let range = match &field.kind {
            Kind::Number { min, max, log } => Range::Number { min: *min, max: *max, log: *log && *min > 0.0 },
            Kind::Integer { min, max } => Range::Integer { min: *min, max: *max, log: *min > 0 && *max / *min >= 100 },
            Kind::Choice(choices) => Range::Choice { values: choices.iter().map(|&choice| choice.into()).collect() },
            Kind::Flag => Range::Choice { values: vec![false.into(), true.into()] },
            _ => return None,
        };
        Some(Self::new(field.id, range))
    }

    /// A parameter that is always searched.
    pub fn new(path: &str, range: Range) -> Self {
        Self { path: path.to_owned(), range, when: None }
    }
}

impl Range {
    /// The id of what is wrong with it, if anything.
    fn fault(&self) -> Option<&'static str> {
        match self {
            Range::Number { min, max, .. } if !(min.is_finite() && max.is_finite() && (max - min).is_finite()) => {
                Some("tune.not_finite_range")
            }
            Range::Number { min, max, .. } if min > max => Some("tune.empty_range"),
            Range::Integer { min, max, .. } if min > max => Some("tune.empty_range"),
            Range::Number { min, log: true, .. } if *min <= 0.0 => Some("tune.log_of_zero"),
            Range::Integer { min, log: true, .. } if *min <= 0 => Some("tune.log_of_zero"),
            // Beyond 2^53 whole numbers are no longer exact.
            Range::Integer { min, max, .. } if min.unsigned_abs() > 1 << 53 || max.unsigned_abs() > 1 << 53 => {
                Some("tune.not_finite_range")
            }
            Range::Choice { values } if values.is_empty() => Some("tune.empty_choice"),
            Range::Choice { values } if values.len() > MOST_VALUES => Some("tune.too_many_values"),
            Range::Choice { values } if (1..values.len()).any(|place| values[..place].contains(&values[place])) => Some("tune.same_choice"),
            _ => None,
        }
    }

    /// The fields of a list's items that the choices of a whole list say something of; none for other ranges.
    fn keys(&self) -> Vec<&str> {
        let Range::Choice { values } = self else { return Vec::new() };
        let items = values.iter().filter_map(Value::as_array).flatten().filter_map(Value::as_object);
        items.flat_map(|item| item.keys().map(String::as_str)).collect()
    }

    /// The values that the form must allow.
    fn extremes(&self) -> Vec<Value> {
        match self {
            Range::Number { min, max, .. } => vec![(*min).into(), (*max).into()],
            Range::Integer { min, max, .. } => vec![(*min).into(), (*max).into()],
            Range::Choice { values } => values.clone(),
        }
    }

    /// Whether a value lies in the range.
    pub fn holds(&self, value: &Value) -> bool {
        match self {
            Range::Number { min, max, .. } => value.as_f64().is_some_and(|value| *min <= value && value <= *max),
            Range::Integer { min, max, .. } => value.as_i64().is_some_and(|value| *min <= value && value <= *max),
            Range::Choice { values } => values.contains(value),
        }
    }

    /// The scale on which values are drawn; nothing for a choice.
    pub(super) fn scale(&self) -> Option<Scale> {
        match *self {
            Range::Number { min, max, log } => Some(Scale { min, max, log, whole: false }),
            Range::Integer { min, max, log } => Some(Scale { min: min as f64, max: max as f64, log, whole: true }),
            Range::Choice { .. } => None,
        }
    }
}

/// A range of numbers, whole or not, with a coordinate on which it is even: the number or its logarithm.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    min: f64,
    max: f64,
    log: bool,
    pub whole: bool,
}

impl Scale {
    /// The coordinate of a number.
    pub fn to(self, value: f64) -> f64 {
        if self.log { float::ln(value) } else { value }
    }

    /// The smallest and largest coordinate; a whole number owns half of the way to its neighbours.
    pub fn ends(self) -> (f64, f64) {
        let half = if self.whole { 0.5 } else { 0.0 };
        (self.to(self.min - half), self.to(self.max + half))
    }

    /// The coordinates between which a whole number was rounded to it.
    pub fn cell(self, value: f64) -> (f64, f64) {
        (self.to(value - 0.5), self.to(value + 0.5))
    }

    /// Whether a number lies within the range.
    pub fn has(self, number: f64) -> bool {
        self.min <= number && number <= self.max
    }

    /// The number at a coordinate, within the range: rounded where it is to be whole, otherwise to four digits (of itself
    /// where the scale is logarithmic, of the range's width where not), so that people can read and repeat it.
    pub fn from(self, coordinate: f64) -> f64 {
        let value = if self.log { float::exp(coordinate) } else { coordinate };
        let value = if self.whole {
            value.round()
        } else if self.log {
            format!("{value:.3e}").parse().unwrap_or(value)
        } else {
            let width = float::log10(self.max - self.min).floor();
            let digits = if width.is_finite() { (4.0 - width).clamp(0.0, 300.0) as usize } else { return self.min };
            format!("{value:.digits$}").parse().unwrap_or(value)
        };
        value.clamp(self.min, self.max)
    }

    /// The number at a coordinate as a parameter.
    pub fn value(self, coordinate: f64) -> Value {
        let number = self.from(coordinate);
        if self.whole { (number as i64).into() } else { number.into() }
    }
}

/// The value at a path.
fn get<'a>(params: &'a Params, path: &str) -> Option<&'a Value> {
    let mut parts = path.split('.');
    let mut value = params.get(parts.next()?)?;
    for part in parts {
        value = match value {
            Value::Object(fields) => fields.get(part)?,
            Value::Array(list) => list.get(part.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(value)
}

/// The items of a list with these fields alone; other values, and those without such fields, as they are.
fn only(value: &Value, keys: &[&str]) -> Value {
    let item = |item: &Value| match item.as_object() {
        Some(fields) => fields.iter().filter(|(key, _)| keys.contains(&key.as_str())).map(|(key, it)| (key.clone(), it.clone())).collect(),
        None => item.clone(),
    };
    match value {
        Value::Array(list) if !keys.is_empty() => list.iter().map(item).collect(),
        other => other.clone(),
    }
}

/// A whole list whose items take what they leave out from the items that stood in their place, or from the last of them.
fn kept(value: Value, before: &Value) -> Value {
    let (Value::Array(mut list), Some(before)) = (value.clone(), before.as_array()) else { return value };
    for (place, item) in list.iter_mut().enumerate() {
        let known = before.get(place).or(before.last()).and_then(Value::as_object);
        if let (Some(item), Some(known)) = (item.as_object_mut(), known) {
            for (key, value) in known {
                item.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
    }
    Value::Array(list)
}

/// Puts a value at a path, among the defaults of what the parameters leave out; false where the path leads nowhere.
fn set(params: &mut Params, path: &str, value: Value, fields: &[Field]) -> bool {
    let (head, rest) = path.split_once('.').unwrap_or((path, ""));
    let Some(field) = fields.iter().find(|field| field.id == head) else { return false };
    let place = params.entry(head).or_insert_with(|| field.default.clone());
    if rest.is_empty() {
        *place = if matches!(field.kind, Kind::List { .. }) { kept(value, place) } else { value };
        return true;
    }
    let Kind::List { of, .. } = field.kind else { return false };
    let (index, rest) = rest.split_once('.').unwrap_or((rest, ""));
    let item = index.parse::<usize>().ok().and_then(|index| place.get_mut(index)).and_then(Value::as_object_mut);
    item.is_some_and(|item| !rest.is_empty() && set(item, rest, value, &of()))
}

/// Parameters with the defaults of what they leave out, within lists too.
fn with_defaults(params: &Params, fields: &[Field]) -> Params {
    let mut all = field::defaults(fields);
    all.extend(params.iter().map(|(name, value)| (name.clone(), value.clone())));
    for field in fields {
        if let (Kind::List { of, .. }, Some(Value::Array(list))) = (&field.kind, all.get_mut(field.id)) {
            let inner = of();
            for item in list.iter_mut() {
                if let Value::Object(object) = item {
                    *object = with_defaults(object, &inner);
                }
            }
        }
    }
    all
}
