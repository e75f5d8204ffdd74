//! Exact duplicates: of rows that are the same, the first stays.

use crate::base::{Field, Params, Problem, Stage, field, text};
use crate::prepare::{Action, Kind};
use crate::table::{Column, Data, Kind as ColumnKind, Table};
use rustc_hash::FxHashMap;
use serde::Deserialize;

const ID: &str = "drop_duplicates";

/// Leaves out rows that equal an earlier one, as pandas' `drop_duplicates(keep="first")`.
///
/// - `compare` = `all`: in every column of the table, target and left-out columns included.
/// - `compare` = `chosen`: in the columns that the step works on.
///
/// Missing values equal each other; 0 equals -0. Without columns to compare every row stays.
pub static KIND: Kind = Kind {
    id: ID,
    family: "clean",
    accepts: &[ColumnKind::Number, ColumnKind::Category, ColumnKind::Text, ColumnKind::Date],
    fields,
    schema: |_, _, schema| Ok(schema),
    action: Action::SourceRows(stay),
};

#[derive(Deserialize)]
struct Settings {
    compare: Compare,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Compare {
    All,
    Chosen,
}

fn fields() -> Vec<Field> {
    vec![Field::choice("compare", "all", &["all", "chosen"])]
}

fn stay(params: &Params, table: &Table, columns: &[String]) -> Result<Vec<usize>, Problem> {
    let settings: Settings = field::parse(&fields(), params, Stage::Prepare, &KIND.owner())?;
    let compared: Vec<&Column> = match settings.compare {
        Compare::All => table.columns().iter().collect(),
        Compare::Chosen => {
            let find = |name: &String| {
                table
                    .column(name)
                    .ok_or_else(|| Problem::new(Stage::Prepare, "prepare.no_column").with("step", text(&KIND.owner())).at_column(name))
            };
            columns.iter().map(find).collect::<Result<_, _>>()?
        }
    };
    Ok(if compared.is_empty() { (0..table.rows()).collect() } else { firsts(&compared, table.rows()) })
}

/// The first row of every set of equal rows, ascending.
fn firsts(columns: &[&Column], rows: usize) -> Vec<usize> {
    firsts_by(&hashes(columns, rows), |a, b| equal(columns, a, b))
}

/// A hash of each row.
fn hashes(columns: &[&Column], rows: usize) -> Vec<u64> {
    let mut hashes = vec![0_u64; rows];
    for column in columns {
        match &column.data {
            Data::Number(values) => mix(&mut hashes, values.iter().map(|&value| number_bits(value))),
            Data::Strings(strings) => mix(&mut hashes, strings.codes.iter().map(|&code| u64::from(code))),
            Data::Date(values) => mix(&mut hashes, values.iter().map(|&value| value as u64)),
        }
    }
    hashes
}

/// The first of every set of equal rows, by their hashes and, where these are equal, by looking.
fn firsts_by(hashes: &[u64], equal: impl Fn(usize, usize) -> bool) -> Vec<usize> {
    // Rows of one hash that are not equal are chained: `next` leads from a first row to the next one of its hash.
    let mut first_of = FxHashMap::<u64, usize>::with_capacity_and_hasher(hashes.len(), Default::default());
    let mut next = FxHashMap::<usize, usize>::default();
    let mut firsts = Vec::new();
    for (row, &hash) in hashes.iter().enumerate() {
        let mut candidate = match first_of.entry(hash) {
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(row);
                firsts.push(row);
                continue;
            }
            std::collections::hash_map::Entry::Occupied(entry) => *entry.get(),
        };
        while !equal(candidate, row) {
            match next.get(&candidate) {
                Some(&other) => candidate = other,
                None => {
                    next.insert(candidate, row);
                    firsts.push(row);
                    break;
                }
            }
        }
    }
    firsts
}

/// Takes a column's values into the rows' hashes.
fn mix(hashes: &mut [u64], values: impl Iterator<Item = u64>) {
    for (hash, value) in hashes.iter_mut().zip(values) {
        let mixed = (hash.rotate_left(5) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        *hash = mixed ^ (mixed >> 29);
    }
}

/// The same bits for equal numbers, and for every missing one.
fn number_bits(value: f64) -> u64 {
    if value.is_nan() { f64::NAN.to_bits() } else { (value + 0.0).to_bits() }
}

fn equal(columns: &[&Column], a: usize, b: usize) -> bool {
    columns.iter().all(|column| match &column.data {
        Data::Number(values) => number_bits(values[a]) == number_bits(values[b]),
        Data::Strings(strings) => strings.codes[a] == strings.codes[b],
        Data::Date(values) => values[a] == values[b],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_hash_are_told_apart() {
        let values = [1, 2, 3, 2, 1, 3, 4];
        assert_eq!(firsts_by(&[7; 7], |a, b| values[a] == values[b]), [0, 1, 2, 6]);
        assert_eq!(firsts_by(&[], |_, _| true), [0_usize; 0]);
    }
}
