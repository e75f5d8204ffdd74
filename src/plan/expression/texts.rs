//! Functions of texts. Where only the first argument is a column they look at each of its different texts once.

use super::check::Value;
use super::function::{Call, Type};
use super::vector::{MOST_CELL, Texts, UNKNOWN, Vector};
use crate::base::Problem;
use crate::table::{Column, Strings, column::show_date};
use chrono::{NaiveDate, NaiveDateTime};
use std::fmt::Write;

/// A date or moment in ISO 8601, in microseconds: `2024-02-29`, `2024-02-29 13:30`, `2024-02-29T13:30:00.5Z`.
pub(super) fn read_date(text: &str) -> Option<i64> {
    let text = text.trim();
    let text = text.strip_suffix('Z').unwrap_or(text);
    let moment = match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(date) => date.and_hms_opt(0, 0, 0)?,
        Err(_) => ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())?,
    };
    Some(moment.and_utc().timestamp_micros())
}

/// A number as it stands in a text; nothing where it is none or not finite.
pub(super) fn read_number(text: &str) -> f64 {
    // Rust also reads "nan" and "inf", which are no numbers here.
    let plain = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    Some(text.trim()).filter(plain).and_then(|text| text.parse().ok()).filter(|number: &f64| number.is_finite()).unwrap_or(f64::NAN)
}

/// For each row what `f` makes of its text.
pub(super) fn map<T: Copy>(text: &Vector, rows: usize, missing: T, f: impl Fn(&str) -> T) -> Vec<T> {
    match text {
        Vector::Texts(strings) => by_level(strings, missing, f),
        _ => (0..rows).map(|row| text.text(row).map_or(missing, &f)).collect(),
    }
}

fn by_level<T: Copy>(strings: &Strings, missing: T, f: impl Fn(&str) -> T) -> Vec<T> {
    let answers: Vec<T> = strings.levels().map(f).collect();
    strings.codes.iter().map(|&code| answers.get(code as usize).copied().unwrap_or(missing)).collect()
}

/// Whether the text of each row contains, starts with, or ends with another.
pub(super) fn test(call: Call, text: &Vector, part: &Vector, rows: usize) -> Vec<u8> {
    let test = |text: &str, part: &str| {
        u8::from(match call {
            Call::Contains => text.contains(part),
            Call::StartsWith => text.starts_with(part),
            _ => text.ends_with(part),
        })
    };
    match (text, part) {
        (Vector::Texts(strings), Vector::One(Value::Text(part))) => by_level(strings, UNKNOWN, |text| test(text, part)),
        _ => (0..rows)
            .map(|row| match (text.text(row), part.text(row)) {
                (Some(text), Some(part)) => test(text, part),
                _ => UNKNOWN,
            })
            .collect(),
    }
}

/// A text made from one text and, for `replace`, two more.
pub(super) fn change<'a>(call: Call, arguments: &[Vector], rows: usize) -> Result<Vector<'a>, Problem> {
    let change = |text: &str, part: &str, by: &str| match call {
        Call::Lower => Some(text.to_lowercase()),
        Call::Upper => Some(text.to_uppercase()),
        Call::Trim => Some(text.trim().to_owned()),
        _ => replace(text, part, by),
    };
    let constant = arguments[1..].iter().all(|argument| matches!(argument, Vector::One(Value::Text(_))));
    let other = |place: usize, row: usize| arguments.get(place).map_or(Some(""), |argument| argument.text(row));
    let mut texts = Texts::default();
    if let (Vector::Texts(strings), true) = (&arguments[0], constant) {
        let (part, by) = (other(1, 0).unwrap_or(""), other(2, 0).unwrap_or(""));
        let codes = strings.levels().map(|level| texts.made(change(level, part, by).as_deref())).collect::<Result<Vec<_>, _>>()?;
        texts.strings.codes = strings.codes.iter().map(|&code| codes.get(code as usize).copied().unwrap_or(code)).collect();
        return Ok(texts.finish());
    }
    for row in 0..rows {
        let changed = match (arguments[0].text(row), other(1, row), other(2, row)) {
            (Some(text), Some(part), Some(by)) => change(text, part, by),
            _ => None,
        };
        texts.push(changed.as_deref())?;
    }
    Ok(texts.finish())
}

/// Every occurrence replaced; nothing where the result would be too long, which is known before it is made.
fn replace(text: &str, part: &str, by: &str) -> Option<String> {
    if part.is_empty() {
        return Some(text.to_owned());
    }
    let grown = by.len().saturating_sub(part.len());
    let fits = grown == 0 || text.matches(part).count().saturating_mul(grown) <= MOST_CELL;
    fits.then(|| text.replace(part, by))
}

/// Arguments of any kind as text, one after the other.
pub(super) fn concat<'a>(arguments: &[(Type, Vector)], rows: usize) -> Result<Vector<'a>, Problem> {
    let mut texts = Texts::default();
    let mut joined = String::new();
    for row in 0..rows {
        joined.clear();
        let complete = arguments.iter().all(|(kind, argument)| joined.len() <= MOST_CELL && show(*kind, argument, row, &mut joined));
        texts.push(complete.then_some(joined.as_str()))?;
    }
    Ok(texts.finish())
}

/// Adds the value of a row as text: numbers in shortest form, dates by ISO 8601. False where it is missing.
fn show(kind: Type, argument: &Vector, row: usize, into: &mut String) -> bool {
    if argument.is_missing(row) {
        return false;
    }
    match kind {
        Type::Number => write!(into, "{}", argument.number(row)).is_ok(),
        Type::Text => argument.text(row).is_some_and(|text| {
            into.push_str(text);
            true
        }),
        Type::Date => {
            into.push_str(&show_date(argument.date(row)));
            argument.date(row) != Column::NO_DATE
        }
        Type::YesNo => {
            into.push_str(if argument.test(row) == 1 { "yes" } else { "no" });
            true
        }
    }
}
