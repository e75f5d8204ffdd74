//! Runs a checked formula over the rows of a table, a whole column at a time.

use super::check::{Node, Value, What};
use super::function::{Call, Type};
use super::vector::{Texts, UNKNOWN, Vector, too_much};
use super::{arithmetic, texts};
use crate::base::{Problem, Stage};
use crate::plan::dates::{DAY, part_of};
use crate::plan::op::DatePart;
use crate::table::{Column, Data, Strings, Table};
use std::borrow::Cow;
use std::cmp::Ordering;

/// The most work of one evaluation, about two seconds of it: a unit is a row of a call, or sixteen bytes of text.
pub(super) const MOST_STEPS: u64 = 2_000_000_000;

/// The value of a formula for each row, as a column.
pub(super) fn evaluate(node: &Node, table: &Table, into: &str) -> Result<Column, Problem> {
    let rows = table.rows();
    let vector = Run { table: Some(table), rows, steps: MOST_STEPS }.vector(node)?;
    Ok(match (node.kind, vector) {
        (Type::Number, Vector::Numbers(values)) => Column::number(into, values.into_owned()),
        (Type::Number, vector) => Column::number(into, (0..rows).map(|row| vector.number(row)).collect()),
        (Type::Date, Vector::Dates(values)) => Column::date(into, values.into_owned()),
        (Type::Date, vector) => Column::date(into, (0..rows).map(|row| vector.date(row)).collect()),
        (Type::Text, Vector::Texts(strings)) => Column::category(into, strings.into_owned()),
        (Type::Text, vector) => Column::category(into, Strings::from_texts((0..rows).map(|row| vector.text(row)))),
        (Type::YesNo, vector) => {
            let number = |test| if test == UNKNOWN { f64::NAN } else { f64::from(test) };
            Column::number(into, (0..rows).map(|row| number(vector.test(row))).collect())
        }
    })
}

/// The value of a part that looks at no column.
pub(super) fn constant(node: &Node) -> Result<Value, Problem> {
    Ok(Run { table: None, rows: 1, steps: MOST_STEPS }.vector(node)?.value(0))
}

struct Run<'a> {
    table: Option<&'a Table>,
    rows: usize,
    steps: u64,
}

impl<'a> Run<'a> {
    fn vector(&mut self, node: &Node) -> Result<Vector<'a>, Problem> {
        match &node.what {
            What::Constant(value) => Ok(Vector::One(value.clone())),
            What::Column(name) => self.column(name, node.kind),
            What::Call(call, parts) => {
                let mut vectors = Vec::with_capacity(parts.len());
                for part in parts {
                    vectors.push(self.vector(part)?);
                }
                self.call(*call, node.kind, parts, vectors)
            }
        }
    }

    fn spend(&mut self, steps: u64) -> Result<(), Problem> {
        self.steps = self.steps.checked_sub(steps).ok_or_else(too_much)?;
        Ok(())
    }

    fn column(&self, name: &str, kind: Type) -> Result<Vector<'a>, Problem> {
        let column = self.table.and_then(|table| table.column(name));
        let column = column.ok_or_else(|| Problem::new(Stage::Ship, "plan.no_column").at_column(name))?;
        match (&column.data, kind) {
            (Data::Number(values), Type::Number) => Ok(Vector::Numbers(Cow::Borrowed(values))),
            (Data::Strings(strings), Type::Text) => Ok(Vector::Texts(Cow::Borrowed(strings))),
            (Data::Date(values), Type::Date) => Ok(Vector::Dates(Cow::Borrowed(values))),
            _ => Err(Problem::new(Stage::Ship, "formula.kind_changed").at_column(name)),
        }
    }

    /// `parts` are as many as the call takes; the checker has seen to that. Not inlined: its frame is large, and there is
    /// one for each level of the formula otherwise.
    #[inline(never)]
    fn call(&mut self, call: Call, kind: Type, nodes: &[Node], parts: Vec<Vector<'a>>) -> Result<Vector<'a>, Problem> {
        let bytes: u64 = parts.iter().map(|part| part.text_bytes(self.rows)).sum();
        self.spend(self.rows as u64 * parts.len() as u64 + bytes / 16)?;
        let kinds: Vec<Type> = nodes.iter().map(|node| node.kind).collect();
        let rows = self.rows;
        let (Some(first), last) = (parts.first(), parts.last()) else { return Ok(Vector::One(Value::Missing)) };
        let second = last.unwrap_or(first);
        let numbers = |f: &dyn Fn(usize) -> f64| Ok(Vector::Numbers((0..rows).map(|row| arithmetic::finite(f(row))).collect()));
        let tests = |f: &dyn Fn(usize) -> u8| Ok(Vector::Tests((0..rows).map(f).collect()));
        match call {
            Call::Negate | Call::Abs | Call::Floor | Call::Ceil | Call::Sqrt | Call::Exp | Call::Sin | Call::Cos => {
                numbers(&|row| arithmetic::one(call, first.number(row)))
            }
            Call::Log | Call::Log10 | Call::Log2 | Call::Log1p => numbers(&|row| arithmetic::one(call, first.number(row))),
            Call::Round if parts.len() == 1 => numbers(&|row| arithmetic::one(call, first.number(row))),
            Call::Add | Call::Subtract | Call::Multiply | Call::Divide | Call::Remainder | Call::Power | Call::Round => {
                numbers(&|row| arithmetic::two(call, first.number(row), second.number(row)))
            }
            Call::Min | Call::Max => {
                numbers(&|row| parts[1..].iter().fold(first.number(row), |so_far, part| arithmetic::two(call, so_far, part.number(row))))
            }
            Call::Clip => numbers(&|row| arithmetic::clip(first.number(row), parts[1].number(row), parts[2].number(row))),
            Call::Equal | Call::NotEqual | Call::Less | Call::AtMost | Call::Greater | Call::AtLeast => {
                Ok(Vector::Tests(compare(call, kinds[0], first, second, rows)))
            }
            Call::OneOf => Ok(Vector::Tests(one_of(kinds[0], &parts, rows))),
            Call::And => tests(&|row| match (first.test(row), second.test(row)) {
                (0, _) | (_, 0) => 0,
                (1, 1) => 1,
                _ => UNKNOWN,
            }),
            Call::Or => tests(&|row| match (first.test(row), second.test(row)) {
                (1, _) | (_, 1) => 1,
                (0, 0) => 0,
                _ => UNKNOWN,
            }),
            Call::Not => tests(&|row| match first.test(row) {
                UNKNOWN => UNKNOWN,
                test => 1 - test,
            }),
            Call::IsMissing => tests(&|row| u8::from(first.is_missing(row))),
            Call::If => choose(kind, &parts[1..], rows, |row| match first.test(row) {
                UNKNOWN => None,
                test => Some(usize::from(test == 0)),
            }),
            Call::Coalesce => choose(kind, &parts, rows, |row| parts.iter().position(|part| !part.is_missing(row))),
            Call::Length => Ok(Vector::Numbers(texts::map(first, rows, f64::NAN, |text| text.chars().count() as f64).into())),
            Call::Lower | Call::Upper | Call::Trim | Call::Replace => texts::change(call, &parts, rows),
            Call::Contains | Call::StartsWith | Call::EndsWith => Ok(Vector::Tests(texts::test(call, first, second, rows))),
            Call::Concat | Call::Text => texts::concat(&kinds.into_iter().zip(parts).collect::<Vec<_>>(), rows),
            Call::Number => match kinds[0] {
                Type::Text => Ok(Vector::Numbers(texts::map(first, rows, f64::NAN, texts::read_number).into())),
                Type::YesNo => numbers(&|row| if first.is_missing(row) { f64::NAN } else { f64::from(first.test(row)) }),
                _ => numbers(&|row| first.number(row)),
            },
            Call::Date => {
                let read = |text: &str| texts::read_date(text).unwrap_or(Column::NO_DATE);
                Ok(Vector::Dates(texts::map(first, rows, Column::NO_DATE, read).into()))
            }
            Call::Year => numbers(&|row| part_of(DatePart::Year, first.date(row))),
            Call::Month => numbers(&|row| part_of(DatePart::Month, first.date(row))),
            Call::Day => numbers(&|row| part_of(DatePart::Day, first.date(row))),
            Call::Weekday => numbers(&|row| part_of(DatePart::Weekday, first.date(row))),
            Call::Hour => numbers(&|row| part_of(DatePart::Hour, first.date(row))),
            Call::DaysBetween => numbers(&|row| days_between(first.date(row), second.date(row))),
        }
    }
}

/// Days from one moment to another, with the time of day as a fraction.
fn days_between(start: i64, end: i64) -> f64 {
    match end.checked_sub(start) {
        Some(micros) if start != Column::NO_DATE && end != Column::NO_DATE => {
            micros.div_euclid(DAY) as f64 + micros.rem_euclid(DAY) as f64 / DAY as f64
        }
        _ => f64::NAN,
    }
}

fn compare(call: Call, kind: Type, a: &Vector, b: &Vector, rows: usize) -> Vec<u8> {
    let test = |order: Option<Ordering>| match order {
        None => UNKNOWN,
        Some(order) => u8::from(match call {
            Call::Equal => order.is_eq(),
            Call::NotEqual => order.is_ne(),
            Call::Less => order.is_lt(),
            Call::AtMost => order.is_le(),
            Call::Greater => order.is_gt(),
            _ => order.is_ge(),
        }),
    };
    match (kind, b) {
        (Type::Text, Vector::One(Value::Text(b))) => texts::map(a, rows, UNKNOWN, |a| test(Some(a.cmp(b.as_str())))),
        _ => (0..rows).map(|row| test(order(kind, a, b, row))).collect(),
    }
}

/// How two values of a row stand to each other; nothing where one is missing. Texts by code points.
fn order(kind: Type, a: &Vector, b: &Vector, row: usize) -> Option<Ordering> {
    match kind {
        Type::Number => a.number(row).partial_cmp(&b.number(row)),
        Type::Text => Some(a.text(row)?.cmp(b.text(row)?)),
        _ if a.is_missing(row) || b.is_missing(row) => None,
        Type::Date => Some(a.date(row).cmp(&b.date(row))),
        Type::YesNo => Some(a.test(row).cmp(&b.test(row))),
    }
}

/// Whether the first value is among the others: yes where one is equal, else missing where one is missing.
fn one_of(kind: Type, parts: &[Vector], rows: usize) -> Vec<u8> {
    let mut found = vec![0; rows];
    for part in &parts[1..] {
        for (found, equal) in found.iter_mut().zip(compare(Call::Equal, kind, &parts[0], part, rows)) {
            *found = match (*found, equal) {
                (1, _) | (_, 1) => 1,
                (UNKNOWN, _) | (_, UNKNOWN) => UNKNOWN,
                _ => 0,
            };
        }
    }
    found
}

/// For each row the value of the part that `which` names, missing where it names none.
fn choose<'a>(kind: Type, parts: &[Vector], rows: usize, which: impl Fn(usize) -> Option<usize>) -> Result<Vector<'a>, Problem> {
    let part = |row: usize| which(row).and_then(|place| parts.get(place));
    Ok(match kind {
        Type::Number => Vector::Numbers((0..rows).map(|row| part(row).map_or(f64::NAN, |part| part.number(row))).collect()),
        Type::Date => Vector::Dates((0..rows).map(|row| part(row).map_or(Column::NO_DATE, |part| part.date(row))).collect()),
        Type::YesNo => Vector::Tests((0..rows).map(|row| part(row).map_or(UNKNOWN, |part| part.test(row))).collect()),
        Type::Text => {
            // Dictionaries are joined once; rows are then codes.
            let mut texts = Texts::default();
            let mut codes = Vec::with_capacity(parts.len());
            for part in parts {
                codes.push(match part {
                    Vector::Texts(strings) => strings.levels().map(|level| texts.code(level)).collect::<Result<Vec<_>, _>>()?,
                    part => part.text(0).map(|text| texts.code(text)).transpose()?.into_iter().collect(),
                });
            }
            let code = |row: usize, place: usize| match parts.get(place) {
                Some(Vector::Texts(strings)) => codes[place].get(strings.codes[row] as usize).copied(),
                _ => codes.get(place).and_then(|codes| codes.first()).copied(),
            };
            texts.strings.codes = (0..rows).map(|row| which(row).and_then(|place| code(row, place)).unwrap_or(Strings::MISSING)).collect();
            texts.finish()
        }
    })
}
