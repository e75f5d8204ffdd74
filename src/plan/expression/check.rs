//! From a tree to a checked tree: names are found, kinds fit, parts without columns are computed once.

use super::evaluate;
use super::function::{Accepts, Answer, Call, FUNCTIONS, Function, Type, find};
use super::parse::{Expr, What as Written};
use super::{problem, texts};
use crate::base::{Problem, text};
use crate::table::{Kind, Schema};

/// A part of a checked formula.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The kind of its value.
    pub kind: Type,
    /// What it is.
    pub what: What,
}

/// What a part of a checked formula is.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The same value for every row.
    Constant(Value),
    /// A column by name.
    Column(String),
    /// An operator or function of other parts.
    Call(Call, Vec<Node>),
}

/// A value that stands in a formula, or that a part without columns came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value.
    Missing,
    /// A finite number.
    Number(f64),
    /// A text.
    Text(String),
    /// Microseconds since 1970-01-01.
    Date(i64),
    /// Yes or no.
    YesNo(bool),
}

impl Node {
    /// Looks at this part and all below it, in the order in which they are written.
    pub fn visit<'a>(&'a self, look: &mut impl FnMut(&'a Node)) {
        look(self);
        if let What::Call(_, parts) = &self.what {
            parts.iter().for_each(|part| part.visit(look));
        }
    }

    /// Whether this part can be missing in a row; see [`super::Formula::can_miss`].
    pub(super) fn can_miss(&self, schema: &Schema) -> bool {
        let (call, parts) = match &self.what {
            What::Constant(value) => return *value == Value::Missing,
            What::Column(name) => return schema.column(name).is_none_or(|column| column.missing > 0 || column.may_miss),
            What::Call(call, parts) => (call, parts),
        };
        let any = || parts.iter().any(|part| part.can_miss(schema));
        let last = parts.last().map(|part| &part.what);
        match call {
            Call::IsMissing => false,
            Call::Coalesce => parts.iter().all(|part| part.can_miss(schema)),
            Call::Divide | Call::Remainder => any() || !matches!(last, Some(What::Constant(Value::Number(by))) if *by != 0.0),
            // Whole powers from 0 on are there for every number.
            Call::Power => any() || !matches!(last, Some(What::Constant(Value::Number(to))) if *to >= 0.0 && to.fract() == 0.0),
            Call::If => match (parts.first().and_then(Node::asked_whether_missing), parts.as_slice()) {
                (Some(name), [_, then, otherwise]) => {
                    let mut there = schema.clone();
                    for column in there.columns.iter_mut().filter(|column| column.name == name) {
                        (column.missing, column.may_miss) = (0, false);
                    }
                    then.can_miss(schema) || otherwise.can_miss(&there)
                }
                _ => any(),
            },
            Call::Sqrt | Call::Log | Call::Log10 | Call::Log2 | Call::Log1p | Call::Date => true,
            Call::Number => any() || parts.first().is_some_and(|part| part.kind == Type::Text),
            _ => any(),
        }
    }

    /// The column that this part asks of whether it is missing, where that is all that it does.
    fn asked_whether_missing(&self) -> Option<&str> {
        match &self.what {
            What::Call(Call::IsMissing, of) => match of.as_slice() {
                [Node { what: What::Column(name), .. }] => Some(name),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Checks a tree against the columns of a schema.
pub(super) fn check(expr: &Expr, schema: &Schema) -> Result<Node, Problem> {
    Checker { schema }.node(expr, None)
}

struct Checker<'a> {
    schema: &'a Schema,
}

impl Checker<'_> {
    /// `wanted` is the kind that the surroundings need, where they need one: it gives `missing` its kind and lets a text
    /// stand for a date. The kind of the answer is for the caller to compare.
    fn node(&self, expr: &Expr, wanted: Option<Type>) -> Result<Node, Problem> {
        let constant = |kind, value| Ok(Node { kind, what: What::Constant(value) });
        match &expr.what {
            Written::Number(number) => constant(Type::Number, Value::Number(*number)),
            Written::YesNo(value) => constant(Type::YesNo, Value::YesNo(*value)),
            Written::Text(text) if wanted == Some(Type::Date) => match texts::read_date(text) {
                Some(moment) => constant(Type::Date, Value::Date(moment)),
                None => Err(problem("formula.not_a_date", expr.at).with("text", text)),
            },
            Written::Text(text) => constant(Type::Text, Value::Text(text.clone())),
            Written::Missing => match wanted {
                Some(kind) => constant(kind, Value::Missing),
                None => Err(problem("formula.missing_alone", expr.at)),
            },
            Written::Column(name) => self.column(name, expr.at),
            Written::Operator(call, parts) => self.operator(*call, parts, expr.at),
            Written::Function(name, parts) => self.function(name, parts, expr.at, wanted),
        }
    }

    #[inline(never)]
    fn column(&self, name: &str, at: usize) -> Result<Node, Problem> {
        let Some(column) = self.schema.column(name) else {
            let names = self.schema.columns.iter().map(|column| column.name.as_str());
            let unknown = match nearest(name, names) {
                Some(near) => problem("formula.unknown_column_near", at).with("near", super::quote(near)),
                None => problem("formula.unknown_column", at),
            };
            return Err(unknown.with("column", name));
        };
        let kind = match column.kind {
            Kind::Number => Type::Number,
            Kind::Category | Kind::Text => Type::Text,
            Kind::Date => Type::Date,
        };
        Ok(Node { kind, what: What::Column(name.to_owned()) })
    }

    fn operator(&self, call: Call, parts: &[Expr], at: usize) -> Result<Node, Problem> {
        let kinds: &[Type] = match call {
            Call::And | Call::Or | Call::Not => &[Type::YesNo],
            Call::Equal | Call::NotEqual | Call::Less | Call::AtMost | Call::Greater | Call::AtLeast => {
                let nodes = self.alike(call, &parts.iter().collect::<Vec<_>>(), None)?;
                let ordered = !matches!(call, Call::Equal | Call::NotEqual);
                if ordered && nodes.iter().any(|node| node.kind == Type::YesNo) {
                    return Err(problem("formula.no_order", at).with("call", call.name()));
                }
                return fold(call, nodes, Type::YesNo);
            }
            _ => &[Type::Number],
        };
        let mut nodes = Vec::with_capacity(parts.len());
        for part in parts {
            nodes.push(self.argument(call, part, kinds)?);
        }
        fold(call, nodes, kinds[0])
    }

    fn function(&self, name: &str, parts: &[Expr], at: usize, wanted: Option<Type>) -> Result<Node, Problem> {
        let function = find(name).ok_or_else(|| unknown_function(name, at))?;
        if !function.takes(parts.len()) {
            return Err(miscounted(function, at, parts.len()));
        }
        let same: Vec<&Expr> =
            parts.iter().enumerate().filter(|(place, _)| function.accepts(*place) == Accepts::Same).map(|(_, part)| part).collect();
        let wanted = if function.answer == Answer::Same { wanted } else { None };
        let mut same = self.alike(function.call, &same, wanted)?.into_iter();
        let alike = same.as_slice().first().map(|node| node.kind);
        let mut nodes = Vec::with_capacity(parts.len());
        for (place, part) in parts.iter().enumerate() {
            nodes.push(match function.accepts(place) {
                Accepts::Kinds(kinds) => self.argument(function.call, part, kinds)?,
                Accepts::Same => same.next().ok_or_else(|| problem("formula.missing_alone", part.at))?,
            });
        }
        let kind = match function.answer {
            Answer::Is(kind) => kind,
            Answer::Same => alike.ok_or_else(|| problem("formula.missing_alone", at))?,
        };
        fold(function.call, nodes, kind)
    }

    /// An argument that must be of one of some kinds.
    fn argument(&self, call: Call, part: &Expr, kinds: &[Type]) -> Result<Node, Problem> {
        let wanted = if let [kind] = kinds { Some(*kind) } else { None };
        let node = self.node(part, wanted)?;
        if kinds.contains(&node.kind) { Ok(node) } else { Err(unfit(call, part.at, kinds, node.kind)) }
    }

    /// Arguments that must all be of one kind. It is that of the first whose kind is its own: `missing` has none, and a
    /// text may stand for a date where the others are dates.
    fn alike(&self, call: Call, parts: &[&Expr], wanted: Option<Type>) -> Result<Vec<Node>, Problem> {
        let own = |part: &&Expr| !matches!(part.what, Written::Missing | Written::Text(_));
        let place = parts.iter().position(own);
        // Each part is checked once: twice would double at every level of nesting.
        let mut known = place.map(|place| self.node(parts[place], wanted)).transpose()?;
        let has_text = || parts.iter().any(|part| matches!(part.what, Written::Text(_)));
        let kind = known.as_ref().map(|node| node.kind).or(wanted).or_else(|| has_text().then_some(Type::Text));
        let mut nodes = Vec::with_capacity(parts.len());
        for (other, part) in parts.iter().enumerate() {
            let node = match known.take_if(|_| place == Some(other)) {
                Some(node) => node,
                None => self.node(part, kind)?,
            };
            if let Some(kind) = kind
                && kind != node.kind
            {
                return Err(mixed(call, part.at, kind, node.kind));
            }
            nodes.push(node);
        }
        Ok(nodes)
    }
}

// Problems are made out of line: their frames are large, and checking goes down as many levels as a formula has.

/// An argument of another kind than the call needs.
#[inline(never)]
fn unfit(call: Call, at: usize, kinds: &[Type], found: Type) -> Problem {
    let id = match (kinds[0], found) {
        (Type::YesNo, _) => "formula.needs_test",
        (Type::Number, Type::Text) => "formula.needs_number_not_text",
        (Type::Number, Type::YesNo) => "formula.needs_number_not_test",
        (Type::Date, _) => "formula.needs_date",
        _ => "formula.needs_other",
    };
    let needed = kinds.iter().map(|kind| text(kind.text_id())).collect::<Vec<_>>().join(&format!(" {} ", text("formula.type.or")));
    problem(id, at).with("call", call.name()).with("needed", needed).with("found", text(found.text_id()))
}

/// Arguments of two kinds where one is needed.
#[inline(never)]
fn mixed(call: Call, at: usize, first: Type, found: Type) -> Problem {
    let (first, found) = (text(first.text_id()), text(found.text_id()));
    problem("formula.mixed", at).with("call", call.name()).with("first", first).with("found", found)
}

/// Another number of arguments than the function takes.
#[inline(never)]
fn miscounted(function: &Function, at: usize, count: usize) -> Problem {
    problem("formula.arguments", at).with("signature", function.signature()).with("count", count)
}

#[inline(never)]
fn unknown_function(name: &str, at: usize) -> Problem {
    let unknown = match nearest(name, FUNCTIONS.iter().map(|function| function.name)) {
        Some(near) => problem("formula.unknown_function_near", at).with("near", near),
        None => problem("formula.unknown_function", at),
    };
    unknown.with("function", name)
}

/// A call, or its value where all parts are constant.
#[inline(never)]
fn fold(call: Call, parts: Vec<Node>, kind: Type) -> Result<Node, Problem> {
    let constant = parts.iter().all(|part| matches!(part.what, What::Constant(_)));
    let node = Node { kind, what: What::Call(call, parts) };
    if !constant {
        return Ok(node);
    }
    Ok(Node { kind, what: What::Constant(evaluate::constant(&node)?) })
}

/// The known name that differs least from a mistyped one: at most two letters, and fewer than half of them.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    known
        .filter(|other| other.chars().count().abs_diff(length) <= 2)
        .map(|other| (distance(&name.to_lowercase(), &other.to_lowercase()), other))
        .filter(|(distance, _)| *distance <= 2 && distance * 2 < length.max(1) + usize::from(*distance == 0))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, other)| other)
}

/// The number of letters to insert, take out or change (Levenshtein); names beyond 100 letters count as far apart.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len() > 100 || b.len() > 100 {
        return usize::MAX / 4;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
