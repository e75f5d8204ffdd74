//! Keys as codes: equal keys have the same code, on both sides.

use super::KeyPair;
use crate::base::{Problem, Stage};
use crate::table::duplicates::number_bits;
use crate::table::{Column, Data, Strings, Table};
use rustc_hash::FxHashMap;

/// The code of a row whose key is missing, and of a row that is not there.
pub const NONE: u32 = u32::MAX;

/// Which rows match: a code for each row on each side, and the right rows by code.
pub struct Matching {
    /// The code of each left row, in order of first appearance; [`NONE`] where a part of the key is missing.
    pub left: Vec<u32>,
    /// The code of each right row.
    pub right: Vec<u32>,
    /// The number of codes.
    pub keys: usize,
    /// Where each code's rows start in `rows`; one more at the end.
    starts: Vec<u32>,
    /// The right rows, by code and then ascending.
    rows: Vec<u32>,
}

impl Matching {
    /// Finds out which rows match.
    ///
    /// # Errors
    /// No key, a key that is not there or stands in two pairs, kinds that cannot be equal.
    pub fn new(left: &Table, right: &Table, keys: &[KeyPair]) -> Result<Self, Problem> {
        if keys.is_empty() {
            return Err(Problem::new(Stage::Data, "join.no_key"));
        }
        let mut codes: Option<(Vec<u32>, Vec<u32>)> = None;
        let mut count = 0;
        for (place, (left_name, right_name)) in keys.iter().enumerate() {
            let (a, b) = (column(left, left_name)?, column(right, right_name)?);
            if keys[..place].iter().any(|(other_left, other_right)| other_left == left_name || other_right == right_name) {
                return Err(Problem::new(Stage::Data, "join.key_twice").at_column(left_name).with("other", right_name));
            }
            let (a, b) = values(a, b)?;
            // The code of several columns is that of the columns before together with the next value.
            let (before_left, before_right) = codes.unwrap_or_else(|| (vec![0; a.len()], vec![0; b.len()]));
            let mut known = FxHashMap::<(u32, u64), u32>::default();
            let mut code = |before: u32, value: Option<u64>| match value {
                Some(value) if before != NONE => {
                    let next = known.len() as u32;
                    *known.entry((before, value)).or_insert(next)
                }
                _ => NONE,
            };
            let next_left = before_left.iter().zip(a).map(|(&before, value)| code(before, value)).collect();
            let next_right = before_right.iter().zip(b).map(|(&before, value)| code(before, value)).collect();
            codes = Some((next_left, next_right));
            count = known.len();
        }
        let (left, right) = codes.unwrap_or_default();
        let (starts, rows) = by_code(&right, count);
        Ok(Self { left, right, keys: count, starts, rows })
    }

    /// The right rows of a code, ascending; none for [`NONE`].
    pub fn partners(&self, code: u32) -> &[u32] {
        match code {
            NONE => &[],
            code => &self.rows[self.starts[code as usize] as usize..self.starts[code as usize + 1] as usize],
        }
    }
}

fn column<'a>(table: &'a Table, name: &str) -> Result<&'a Column, Problem> {
    table.column(name).ok_or_else(|| Problem::new(Stage::Data, "join.key_gone").at_column(name))
}

/// Rows put together by code, ascending within a code.
fn by_code(codes: &[u32], count: usize) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; count + 1];
    for &code in codes.iter().filter(|&&code| code != NONE) {
        starts[code as usize + 1] += 1;
    }
    for code in 0..count {
        starts[code + 1] += starts[code];
    }
    let mut next = starts.clone();
    let mut rows = vec![0; starts[count] as usize];
    for (row, &code) in codes.iter().enumerate().filter(|(_, code)| **code != NONE) {
        rows[next[code as usize] as usize] = row as u32;
        next[code as usize] += 1;
    }
    (starts, rows)
}

/// The values of two columns such that equal ones have equal bits; nothing where missing.
fn values(left: &Column, right: &Column) -> Result<(Vec<Option<u64>>, Vec<Option<u64>>), Problem> {
    Ok(match (&left.data, &right.data) {
        (Data::Number(a), Data::Number(b)) => (numbers(a), numbers(b)),
        (Data::Date(a), Data::Date(b)) => (dates(a), dates(b)),
        (Data::Strings(a), Data::Strings(b)) => {
            let mut known = Levels::default();
            (known.strings(a), known.strings(b))
        }
        (Data::Number(a), Data::Strings(b)) => {
            let mut known = Levels::default();
            (known.numbers(a), known.strings(b))
        }
        (Data::Strings(a), Data::Number(b)) => {
            let mut known = Levels::default();
            (known.strings(a), known.numbers(b))
        }
        _ => {
            return Err(Problem::new(Stage::Data, "join.kinds")
                .at_column(&left.name)
                .with("other", &right.name)
                .with("kind", left.kind.id())
                .with("other_kind", right.kind.id()));
        }
    })
}

fn numbers(values: &[f64]) -> Vec<Option<u64>> {
    values.iter().map(|&value| (!value.is_nan()).then(|| number_bits(value))).collect()
}

fn dates(values: &[i64]) -> Vec<Option<u64>> {
    values.iter().map(|&value| (value != Column::NO_DATE).then_some(value as u64)).collect()
}

/// Texts of both sides by code.
#[derive(Default)]
struct Levels(FxHashMap<String, u64>);

impl Levels {
    fn code(&mut self, text: &str) -> u64 {
        match self.0.get(text) {
            Some(&code) => code,
            None => {
                let code = self.0.len() as u64;
                self.0.insert(text.to_owned(), code);
                code
            }
        }
    }

    fn strings(&mut self, strings: &Strings) -> Vec<Option<u64>> {
        let by_level: Vec<u64> = strings.levels().map(|level| self.code(level)).collect();
        strings.codes.iter().map(|&code| by_level.get(code as usize).copied()).collect()
    }

    /// Numbers by their shortest text.
    fn numbers(&mut self, values: &[f64]) -> Vec<Option<u64>> {
        let mut known = FxHashMap::<u64, u64>::default();
        values
            .iter()
            .map(|&value| {
                let text = || format!("{}", value + 0.0);
                (!value.is_nan()).then(|| *known.entry(number_bits(value)).or_insert_with(|| self.code(&text())))
            })
            .collect()
    }
}
