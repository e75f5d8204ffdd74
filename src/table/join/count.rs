//! What a join will come to, before it is made.

use super::keys::{Matching, NONE};
use super::{How, KeyPair};
use crate::base::{Problem, Stage};
use crate::table::{Column, Data, Table};
use serde::{Deserialize, Serialize};

/// Examples listed of each sort.
const EXAMPLES: usize = 5;

/// What a join will come to. Rows in 64 bits: keys that repeat on both sides multiply.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// The main table.
    pub left: Side,
    /// The joined table.
    pub right: Side,
    /// Different keys that stand on both sides.
    pub shared_keys: u64,
    /// Shared keys that repeat on both sides: each row of one side meets several of the other, and the other way round.
    pub many_to_many_keys: u64,
    /// Rows after each kind of join.
    pub rows: RowsAfter,
    /// Key pairs of a number and a text, which are compared as texts.
    pub compared_as_text: Vec<KeyPair>,
}

/// One side of a join.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// Rows: `without_key` + `matched` + `unmatched`.
    pub rows: u64,
    /// Rows whose key is missing, in one part at least; they match nothing.
    pub without_key: u64,
    /// Rows that have a partner.
    pub matched: u64,
    /// Rows with a key that the other side does not have.
    pub unmatched: u64,
    /// Different keys.
    pub keys: u64,
    /// Keys that stand in several rows.
    pub repeated_keys: u64,
    /// The first few keys without a partner, each with a text for every key column.
    pub unmatched_examples: Vec<Vec<String>>,
    /// The first few keys that repeat.
    pub repeated_examples: Vec<Vec<String>>,
}

/// Rows after each kind of join.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // each is named as its kind
pub struct RowsAfter {
    pub left: u64,
    pub inner: u64,
    pub right: u64,
    pub full: u64,
    pub semi: u64,
    pub anti: u64,
}

impl RowsAfter {
    /// Rows after a kind of join.
    pub fn of(&self, how: How) -> u64 {
        match how {
            How::Left => self.left,
            How::Inner => self.inner,
            How::Right => self.right,
            How::Full => self.full,
            How::Semi => self.semi,
            How::Anti => self.anti,
        }
    }
}

/// Counts what a join of two tables will come to, for every kind of join at once.
///
/// # Errors
/// No key, a key that is not there or stands in two pairs, kinds that cannot be equal.
pub fn counts(left: &Table, right: &Table, keys: &[KeyPair]) -> Result<Counts, Problem> {
    Ok(of(&Matching::new(left, right, keys)?, left, right, keys))
}

/// Counts of a matching that is there already.
pub fn of(matching: &Matching, left: &Table, right: &Table, keys: &[KeyPair]) -> Counts {
    let (on_left, on_right) = (per_key(&matching.left, matching.keys), per_key(&matching.right, matching.keys));
    let both = || on_left.iter().zip(&on_right).filter(|(left, right)| **left > 0 && **right > 0);
    let inner = both().fold(0_u64, |sum, (&left, &right)| sum.saturating_add(left.saturating_mul(right)));
    let left_side = side(&matching.left, &on_left, &on_right, &columns(left, keys.iter().map(|pair| &pair.0)));
    let right_side = side(&matching.right, &on_right, &on_left, &columns(right, keys.iter().map(|pair| &pair.1)));
    let alone = |side: &Side| side.rows - side.matched;
    let rows = RowsAfter {
        left: inner.saturating_add(alone(&left_side)),
        inner,
        right: inner.saturating_add(alone(&right_side)),
        full: inner.saturating_add(alone(&left_side)).saturating_add(alone(&right_side)),
        semi: left_side.matched,
        anti: alone(&left_side),
    };
    let is_text = |table: &Table, name: &str| table.column(name).is_some_and(|column| matches!(column.data, Data::Strings(_)));
    Counts {
        shared_keys: both().count() as u64,
        many_to_many_keys: both().filter(|(left, right)| **left > 1 && **right > 1).count() as u64,
        rows,
        compared_as_text: keys.iter().filter(|pair| is_text(left, &pair.0) != is_text(right, &pair.1)).cloned().collect(),
        left: left_side,
        right: right_side,
    }
}

impl Counts {
    /// The rows of each table that are not in the joined one, for a kind of join. Where no columns come in, no row of the
    /// joined table is wanted, so that none is lost.
    pub fn lost(&self, how: How) -> (u64, u64) {
        let alone = |side: &Side| side.rows - side.matched;
        match how {
            How::Left => (0, alone(&self.right)),
            How::Inner => (alone(&self.left), alone(&self.right)),
            How::Right => (alone(&self.left), 0),
            How::Full => (0, 0),
            How::Semi => (alone(&self.left), 0),
            How::Anti => (self.left.matched, 0),
        }
    }

    /// How many rows are there only because a row of the main table has several partners.
    pub fn multiplied(&self, how: How) -> u64 {
        if how.adds_columns() { self.rows.inner.saturating_sub(self.left.matched) } else { 0 }
    }

    /// What is worth knowing of a kind of join before it is made. `name` is what the joined table is called.
    pub fn problems(&self, how: How, name: &str) -> Vec<Problem> {
        let note = |id: &str| Problem::note(Stage::Data, id).with("source", name);
        let warning = |id: &str| Problem::warning(Stage::Data, id).with("source", name);
        let mut problems = Vec::new();
        for (left, right) in &self.compared_as_text {
            problems.push(note("join.as_text").at_column(left).with("other", right));
        }
        if self.shared_keys == 0 {
            problems.push(warning("join.nothing_matches"));
        } else if how.adds_columns() && self.many_to_many_keys > 0 {
            problems.push(
                warning("join.many_to_many")
                    .with("keys", self.many_to_many_keys)
                    .with("rows", self.rows.of(how))
                    .with("before", self.left.rows),
            );
        } else if how.adds_columns() && self.rows.inner > self.left.matched {
            problems.push(warning("join.rows_repeat").with("rows", self.rows.of(how)).with("before", self.left.rows));
        }
        let lost = match how {
            How::Inner | How::Right => self.left.rows - self.left.matched,
            _ => 0,
        };
        if lost > 0 && self.shared_keys > 0 {
            problems.push(note("join.rows_lost").with("count", lost).with("before", self.left.rows));
        }
        if how == How::Left && self.left.matched < self.left.rows && self.shared_keys > 0 {
            problems.push(note("join.gaps").with("count", self.left.rows - self.left.matched).with("before", self.left.rows));
        }
        problems
    }
}

/// How many rows each key has.
fn per_key(codes: &[u32], keys: usize) -> Vec<u64> {
    let mut counts = vec![0; keys];
    for &code in codes.iter().filter(|&&code| code != NONE) {
        counts[code as usize] += 1;
    }
    counts
}

fn columns<'a>(table: &'a Table, names: impl Iterator<Item = &'a String>) -> Vec<&'a Column> {
    names.filter_map(|name| table.column(name)).collect()
}

fn side(codes: &[u32], own: &[u64], other: &[u64], columns: &[&Column]) -> Side {
    let mut side = Side { rows: codes.len() as u64, ..Side::default() };
    let mut seen = vec![false; own.len()];
    let key = |row: usize| columns.iter().map(|column| column.display(row).unwrap_or_default()).collect::<Vec<_>>();
    for (row, &code) in codes.iter().enumerate() {
        if code == NONE {
            side.without_key += 1;
            continue;
        }
        let code = code as usize;
        let is_first = !std::mem::replace(&mut seen[code], true);
        if other[code] > 0 {
            side.matched += 1;
        } else {
            side.unmatched += 1;
            if is_first && side.unmatched_examples.len() < EXAMPLES {
                side.unmatched_examples.push(key(row));
            }
        }
        if is_first {
            side.keys += 1;
            if own[code] > 1 {
                side.repeated_keys += 1;
                if side.repeated_examples.len() < EXAMPLES {
                    side.repeated_examples.push(key(row));
                }
            }
        }
    }
    side
}
