//! What a formula can call: operators, and the list of functions with their arguments.

use crate::base::text;

/// The kind of a value in a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A number.
    Number,
    /// A text or a category.
    Text,
    /// A date or moment.
    Date,
    /// Yes or no.
    YesNo,
}

impl Type {
    /// The id of the text that names it with an article, such as "a number".
    pub fn text_id(self) -> &'static str {
        match self {
            Type::Number => "formula.type.number",
            Type::Text => "formula.type.text",
            Type::Date => "formula.type.date",
            Type::YesNo => "formula.type.yes_no",
        }
    }
}

/// An operator or function, as it stands in a checked tree. A missing argument makes the answer missing, except where
/// the function's help says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // named after what a person writes; see [`FUNCTIONS`] and their texts
pub enum Call {
    Negate,
    Add,
    Subtract,
    Multiply,
    /// Division by zero is missing.
    Divide,
    /// The rest of a division, with the sign of the divisor; by zero it is missing.
    Remainder,
    Power,
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
    /// No where one side is no, even if the other is missing.
    And,
    /// Yes where one side is yes, even if the other is missing.
    Or,
    Not,
    If,
    Min,
    Max,
    Abs,
    Round,
    Floor,
    Ceil,
    Sqrt,
    Log,
    Log10,
    Log2,
    Log1p,
    Exp,
    Sin,
    Cos,
    Clip,
    IsMissing,
    Coalesce,
    OneOf,
    Length,
    Lower,
    Upper,
    Trim,
    Contains,
    StartsWith,
    EndsWith,
    Replace,
    Concat,
    Number,
    Text,
    Date,
    Year,
    Month,
    Day,
    Weekday,
    Hour,
    DaysBetween,
}

impl Call {
    /// The operator's sign or the function's name.
    pub fn name(self) -> &'static str {
        match self {
            Call::Negate | Call::Subtract => "-",
            Call::Add => "+",
            Call::Multiply => "*",
            Call::Divide => "/",
            Call::Remainder => "%",
            Call::Power => "^",
            Call::Equal => "=",
            Call::NotEqual => "!=",
            Call::Less => "<",
            Call::AtMost => "<=",
            Call::Greater => ">",
            Call::AtLeast => ">=",
            Call::And => "and",
            Call::Or => "or",
            Call::Not => "not",
            function => FUNCTIONS.iter().find(|entry| entry.call == function).map_or("", |entry| entry.name),
        }
    }
}

/// What an argument may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    /// One of these kinds.
    Kinds(&'static [Type]),
    /// The same kind as every other argument that says so.
    Same,
}

/// What a function answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Always this kind.
    Is(Type),
    /// The kind of the arguments that are [`Accepts::Same`].
    Same,
}

/// A function of the expression language: what autocomplete and the manual show, and what a formula is checked against.
#[derive(Debug)]
pub struct Function {
    /// The name that a person writes, in small letters.
    pub name: &'static str,
    /// What it computes.
    pub call: Call,
    /// The names of its arguments and what each may be.
    pub arguments: &'static [(&'static str, Accepts)],
    /// How many of the last arguments may be left out.
    pub optional: usize,
    /// Whether the last argument may come again and again.
    pub repeats: bool,
    /// What it answers with.
    pub answer: Answer,
}

impl Function {
    /// How it is called, such as `clip(x, low, high)`.
    pub fn signature(&self) -> String {
        let needed = self.arguments.len() - self.optional;
        let mut text = format!("{}(", self.name);
        for (place, (name, _)) in self.arguments.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            text += &if place < needed { format!("{comma}{name}") } else { format!("[{comma}{name}]") };
        }
        text + if self.repeats { ", ...)" } else { ")" }
    }

    /// What it does, in a line.
    pub fn help(&self) -> String {
        text(&format!("formula.function.{}", self.name))
    }

    /// Whether it can be called with so many arguments.
    pub fn takes(&self, count: usize) -> bool {
        count >= self.arguments.len() - self.optional && (self.repeats || count <= self.arguments.len())
    }

    /// What an argument may be, counted from 0.
    pub fn accepts(&self, place: usize) -> Accepts {
        self.arguments.get(place).or(self.arguments.last()).map_or(Accepts::Same, |(_, accepts)| *accepts)
    }
}

const NUMBER: Accepts = Accepts::Kinds(&[Type::Number]);
const TEXT: Accepts = Accepts::Kinds(&[Type::Text]);
const DATE: Accepts = Accepts::Kinds(&[Type::Date]);
const TEST: Accepts = Accepts::Kinds(&[Type::YesNo]);
const READABLE: Accepts = Accepts::Kinds(&[Type::Text, Type::YesNo, Type::Number]);
const ANY: Accepts = Accepts::Kinds(&[Type::Number, Type::Text, Type::Date, Type::YesNo]);
const SAME: Accepts = Accepts::Same;

const fn function(name: &'static str, call: Call, arguments: &'static [(&'static str, Accepts)], answer: Answer) -> Function {
    Function { name, call, arguments, optional: 0, repeats: false, answer }
}

const fn number_of(name: &'static str, call: Call, arguments: &'static [(&'static str, Accepts)]) -> Function {
    function(name, call, arguments, Answer::Is(Type::Number))
}

const fn text_of(name: &'static str, call: Call, arguments: &'static [(&'static str, Accepts)]) -> Function {
    function(name, call, arguments, Answer::Is(Type::Text))
}

const fn test_of(name: &'static str, call: Call, arguments: &'static [(&'static str, Accepts)]) -> Function {
    function(name, call, arguments, Answer::Is(Type::YesNo))
}

const fn repeating(function: Function) -> Function {
    Function { repeats: true, ..function }
}

const X: &[(&str, Accepts)] = &[("x", NUMBER)];
const XY: &[(&str, Accepts)] = &[("x", NUMBER), ("y", NUMBER)];
const OF_TEXT: &[(&str, Accepts)] = &[("text", TEXT)];
const PART_OF_TEXT: &[(&str, Accepts)] = &[("text", TEXT), ("part", TEXT)];
const OF_DATE: &[(&str, Accepts)] = &[("date", DATE)];

/// Every function, in alphabetic order.
pub static FUNCTIONS: &[Function] = &[
    number_of("abs", Call::Abs, X),
    number_of("ceil", Call::Ceil, X),
    number_of("clip", Call::Clip, &[("x", NUMBER), ("low", NUMBER), ("high", NUMBER)]),
    repeating(function("coalesce", Call::Coalesce, &[("a", SAME), ("b", SAME)], Answer::Same)),
    repeating(text_of("concat", Call::Concat, &[("a", ANY), ("b", ANY)])),
    test_of("contains", Call::Contains, PART_OF_TEXT),
    number_of("cos", Call::Cos, X),
    function("date", Call::Date, OF_TEXT, Answer::Is(Type::Date)),
    number_of("day", Call::Day, OF_DATE),
    number_of("days_between", Call::DaysBetween, &[("start", DATE), ("end", DATE)]),
    test_of("ends_with", Call::EndsWith, PART_OF_TEXT),
    number_of("exp", Call::Exp, X),
    number_of("floor", Call::Floor, X),
    number_of("hour", Call::Hour, OF_DATE),
    function("if", Call::If, &[("test", TEST), ("then", SAME), ("otherwise", SAME)], Answer::Same),
    test_of("is_missing", Call::IsMissing, &[("value", ANY)]),
    number_of("length", Call::Length, OF_TEXT),
    number_of("log", Call::Log, X),
    number_of("log10", Call::Log10, X),
    number_of("log1p", Call::Log1p, X),
    number_of("log2", Call::Log2, X),
    text_of("lower", Call::Lower, OF_TEXT),
    repeating(number_of("max", Call::Max, XY)),
    repeating(number_of("min", Call::Min, XY)),
    number_of("month", Call::Month, OF_DATE),
    number_of("number", Call::Number, &[("value", READABLE)]),
    repeating(test_of("one_of", Call::OneOf, &[("value", SAME), ("a", SAME)])),
    text_of("replace", Call::Replace, &[("text", TEXT), ("part", TEXT), ("by", TEXT)]),
    Function { optional: 1, ..number_of("round", Call::Round, &[("x", NUMBER), ("digits", NUMBER)]) },
    number_of("sin", Call::Sin, X),
    number_of("sqrt", Call::Sqrt, X),
    test_of("starts_with", Call::StartsWith, PART_OF_TEXT),
    text_of("text", Call::Text, &[("value", ANY)]),
    text_of("trim", Call::Trim, OF_TEXT),
    text_of("upper", Call::Upper, OF_TEXT),
    number_of("weekday", Call::Weekday, OF_DATE),
    number_of("year", Call::Year, OF_DATE),
];

/// A function by name, in small or capital letters.
pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name.eq_ignore_ascii_case(name))
}
