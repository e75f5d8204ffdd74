//! The rows and columns of a join.

use super::keys::{Matching, NONE};
use super::{How, KeyPair};
use crate::table::{Column, Data, Kind, Origin, SYNTHETIC, Strings, Table};
use rustc_hash::{FxHashMap, FxHashSet};

/// For each row of the join its row on each side; [`NONE`] where a side has none.
pub struct Pairs {
    left: Vec<u32>,
    right: Vec<u32>,
}

/// The rows of a join. `expected` is how many they will be.
pub fn pairs(matching: &Matching, how: How, expected: usize) -> Pairs {
    let mut pairs = Pairs { left: Vec::with_capacity(expected), right: Vec::with_capacity(expected) };
    let mut push = |left: u32, right: u32| {
        pairs.left.push(left);
        pairs.right.push(right);
    };
    let mut has_partner = vec![false; if how.keeps_right() { matching.right.len() } else { 0 }];
    for (row, &code) in matching.left.iter().enumerate() {
        let row = row as u32;
        let partners = matching.partners(code);
        match (how, partners.is_empty()) {
            (How::Semi, false) | (How::Anti | How::Left | How::Full, true) => push(row, NONE),
            (How::Semi | How::Inner | How::Right, true) | (How::Anti, false) => {}
            (How::Left | How::Inner | How::Right | How::Full, false) => {
                for &partner in partners {
                    push(row, partner);
                    if how.keeps_right() {
                        has_partner[partner as usize] = true;
                    }
                }
            }
        }
    }
    for (row, _) in has_partner.iter().enumerate().filter(|(_, has)| !**has) {
        push(NONE, row as u32);
    }
    pairs
}

/// The origin of each row.
pub fn origins(left: &Table, right: &Table, pairs: &Pairs, first_right: Origin) -> Vec<Origin> {
    let of_right = |row: u32| match right.origins()[row as usize] {
        SYNTHETIC => SYNTHETIC,
        origin => origin.checked_add(first_right).unwrap_or(SYNTHETIC),
    };
    pairs
        .left
        .iter()
        .zip(&pairs.right)
        .map(|(&left_row, &right_row)| if left_row == NONE { of_right(right_row) } else { left.origins()[left_row as usize] })
        .collect()
}

/// The columns of a join, and those of the joined table that got another name.
pub fn columns(
    left: &Table,
    right: &Table,
    keys: &[KeyPair],
    pairs: &Pairs,
    how: How,
    suffix: &str,
) -> (Vec<Column>, Vec<(String, String)>) {
    let mut columns: Vec<Column> = left
        .columns()
        .iter()
        .map(|column| {
            let partner = keys.iter().find(|pair| pair.0 == column.name).and_then(|pair| right.column(&pair.1));
            match partner {
                Some(partner) if how.keeps_right() => filled(column, partner, pairs),
                _ => taken(column, &pairs.left),
            }
        })
        .collect();
    let added = added(left, right, keys, how, suffix);
    columns.extend(added.iter().map(|(column, name)| Column { name: name.clone(), ..taken(column, &pairs.right) }));
    (columns, renamed(&added))
}

/// The columns that the joined table brings, each with the name that it gets.
pub fn added<'a>(left: &Table, right: &'a Table, keys: &[KeyPair], how: How, suffix: &str) -> Vec<(&'a Column, String)> {
    if !how.adds_columns() {
        return Vec::new();
    }
    let mut names: FxHashSet<String> = left.names().map(str::to_owned).collect();
    let brought: Vec<&Column> = right.columns().iter().filter(|column| !keys.iter().any(|pair| pair.1 == column.name)).collect();
    // A name that is free stays free for the column that has it.
    let own: FxHashSet<&str> = brought.iter().map(|column| column.name.as_str()).collect();
    let mut added = Vec::with_capacity(brought.len());
    for column in brought {
        let mut name = column.name.clone();
        if names.contains(&name) {
            let suffixed = format!("{name}{suffix}");
            let is_free = |name: &String| !names.contains(name) && !own.contains(name.as_str());
            name = match is_free(&suffixed) {
                true => suffixed,
                false => (2_u32..).map(|number| format!("{suffixed}_{number}")).find(is_free).unwrap_or(suffixed),
            };
        }
        names.insert(name.clone());
        added.push((column, name));
    }
    added
}

/// Those that got another name: the name before and the one now.
pub fn renamed(added: &[(&Column, String)]) -> Vec<(String, String)> {
    added.iter().filter(|(column, name)| column.name != *name).map(|(column, name)| (column.name.clone(), name.clone())).collect()
}

/// The rows at these positions; missing at [`NONE`].
fn taken(column: &Column, rows: &[u32]) -> Column {
    let data = match &column.data {
        Data::Number(values) => Data::Number(at(rows, f64::NAN, |row| values[row])),
        Data::Date(values) => Data::Date(at(rows, Column::NO_DATE, |row| values[row])),
        Data::Strings(strings) => {
            let codes = at(rows, Strings::MISSING, |row| strings.codes[row]);
            Data::Strings(Strings::new(codes, strings.levels()))
        }
    };
    Column { name: column.name.clone(), kind: column.kind, data }
}

fn at<T: Copy>(rows: &[u32], missing: T, value: impl Fn(usize) -> T) -> Vec<T> {
    rows.iter().map(|&row| if row == NONE { missing } else { value(row as usize) }).collect()
}

/// A key column: the left value where there is a left row, the right one otherwise. A number and a text become texts.
fn filled(left: &Column, right: &Column, pairs: &Pairs) -> Column {
    let rows = pairs.left.iter().zip(&pairs.right).map(|(&left, &right)| match left {
        NONE => (false, right as usize),
        left => (true, left as usize),
    });
    let (kind, data) = match (&left.data, &right.data) {
        (Data::Number(a), Data::Number(b)) => {
            (left.kind, Data::Number(rows.map(|(is_left, row)| if is_left { a[row] } else { b[row] }).collect()))
        }
        (Data::Date(a), Data::Date(b)) => {
            (left.kind, Data::Date(rows.map(|(is_left, row)| if is_left { a[row] } else { b[row] }).collect()))
        }
        (Data::Strings(a), Data::Strings(b)) => (left.kind, Data::Strings(put_together(a, b, rows))),
        _ => {
            let texts = Strings::from_texts(rows.map(|(is_left, row)| if is_left { left.display(row) } else { right.display(row) }));
            let kind = if left.kind == Kind::Text || right.kind == Kind::Text { Kind::Text } else { Kind::Category };
            (kind, Data::Strings(texts))
        }
    };
    Column { name: left.name.clone(), kind, data }
}

/// Texts of two columns in one; levels of the second that the first does not have come after it.
fn put_together(a: &Strings, b: &Strings, rows: impl Iterator<Item = (bool, usize)>) -> Strings {
    let mut strings = Strings::new(Vec::new(), a.levels());
    let known: FxHashMap<&str, u32> = a.levels().zip(0..).collect();
    let of_b: Vec<u32> = b.levels().map(|level| known.get(level).copied().unwrap_or_else(|| strings.push_level(level))).collect();
    strings.codes = rows
        .map(|(is_left, row)| match is_left {
            true => a.codes[row],
            false => of_b.get(b.codes[row] as usize).copied().unwrap_or(Strings::MISSING),
        })
        .collect();
    strings
}
