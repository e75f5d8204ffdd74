//! Operations on columns of categories and texts. Each looks at the dictionary once, then only at codes.

use super::apply::{column, strings};
use crate::base::{Problem, Stage};
use crate::table::{Column, Data, Strings, Table};
use rustc_hash::FxHashMap;

pub(super) fn fill(table: &mut Table, name: &str, value: &str) -> Result<(), Problem> {
    let strings = strings(table, name)?;
    if !strings.codes.contains(&Strings::MISSING) {
        return Ok(());
    }
    let mut strings = strings.clone();
    let known = strings.levels().position(|level| level == value);
    let code = known.map_or_else(|| strings.push_level(value), |code| code as u32);
    strings.codes.iter_mut().filter(|held| **held == Strings::MISSING).for_each(|held| *held = code);
    replace(table, name, strings)
}

pub(super) fn keep_levels(table: &mut Table, name: &str, keep: &[String], other: &str) -> Result<(), Problem> {
    let old = strings(table, name)?;
    let mut new = Strings::default();
    let mut known: FxHashMap<&str, u32> = FxHashMap::default();
    for level in keep.iter().map(String::as_str).chain([other]) {
        known.entry(level).or_insert_with(|| new.push_level(level));
    }
    let codes: Vec<u32> = old.levels().filter_map(|level| known.get(level).or_else(|| known.get(other)).copied()).collect();
    new.codes = old.codes.iter().map(|&code| if code == Strings::MISSING { code } else { codes[code as usize] }).collect();
    replace(table, name, new)
}

pub(super) fn lookup(
    table: &mut Table,
    name: &str,
    levels: &[String],
    values: &[f64],
    other: Option<f64>,
    missing: Option<f64>,
    into: &str,
) -> Result<(), Problem> {
    if levels.len() != values.len() {
        return Err(Problem::new(Stage::Ship, "plan.misfit").with("op", "lookup"));
    }
    let strings = strings(table, name)?;
    let (other, missing) = (other.unwrap_or(f64::NAN), missing.unwrap_or(f64::NAN));
    let places = places(strings, levels);
    let by_code: Vec<f64> = places.iter().map(|place| place.map_or(other, |place| values[place])).collect();
    let answer = strings.codes.iter().map(|&code| by_code.get(code as usize).copied().unwrap_or(missing)).collect();
    table.put(Column::number(into, answer));
    Ok(())
}

pub(super) fn one_hot(table: &mut Table, name: &str, levels: &[String], into: &[String]) -> Result<(), Problem> {
    if levels.len() != into.len() {
        return Err(Problem::new(Stage::Ship, "plan.misfit").with("op", "one_hot"));
    }
    let strings = strings(table, name)?;
    let places = places(strings, levels);
    let missing = levels.iter().position(String::is_empty);
    let mut marks: Vec<Vec<f64>> = levels.iter().map(|_| vec![0.0; strings.len()]).collect();
    for (row, &code) in strings.codes.iter().enumerate() {
        // The code of a missing text is beyond every dictionary.
        if let Some(place) = places.get(code as usize).copied().unwrap_or(missing) {
            marks[place][row] = 1.0;
        }
    }
    for (name, values) in into.iter().zip(marks) {
        table.put(Column::number(name, values));
    }
    Ok(())
}

/// Where each level of a column's dictionary stands in a list, the first place of those that repeat.
fn places(strings: &Strings, levels: &[String]) -> Vec<Option<usize>> {
    let mut known: FxHashMap<&str, usize> = FxHashMap::default();
    for (place, level) in levels.iter().enumerate() {
        known.entry(level.as_str()).or_insert(place);
    }
    strings.levels().map(|level| known.get(level).copied()).collect()
}

fn replace(table: &mut Table, name: &str, strings: Strings) -> Result<(), Problem> {
    let kind = column(table, name)?.kind;
    table.put(Column { name: name.to_owned(), kind, data: Data::Strings(strings) });
    Ok(())
}
