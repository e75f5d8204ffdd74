//! Columns made ready for many pairs.

use crate::num::moments::Moments;
use crate::table::Strings;
use std::borrow::Cow;

/// A column made ready.
pub(in crate::profile) enum Prepared<'a> {
    Numbers(Ranked<'a>),
    Codes(&'a Codes),
}

/// Numbers with their ranks.
pub(in crate::profile) struct Ranked<'a> {
    /// NaN where missing.
    pub values: Cow<'a, [f64]>,
    /// Twice the average rank among all present values, 0 where missing. Whole numbers make sums of ranks exact.
    pub ranks: Cow<'a, [u32]>,
    /// Over all present values.
    pub moments: Moments,
}

impl<'a> Ranked<'a> {
    pub fn new(values: Cow<'a, [f64]>) -> Self {
        let sorted = crate::profile::number::Sorted::of(&values);
        let ranks = sorted.double_ranks(values.len());
        Self { ranks: Cow::Owned(ranks), moments: Moments::of(&sorted.values), values }
    }

    /// Whether every row has a value.
    pub fn is_complete(&self) -> bool {
        self.moments.count == self.values.len()
    }
}

/// Categories by code.
pub(in crate::profile) struct Codes {
    /// Below `levels`; equal to it where missing, so that a table of counts needs no test.
    pub codes: Vec<u16>,
    pub levels: usize,
    /// Rows of each level.
    pub counts: Vec<usize>,
}

impl Codes {
    /// The levels that rows have, in order of their text; nothing where there are more than `most`.
    pub fn new(strings: &Strings, most: usize) -> Option<(Self, Vec<u32>)> {
        let counts = strings.counts();
        let mut present: Vec<u32> = Vec::new();
        for (code, &count) in counts.iter().enumerate() {
            if count > 0 {
                present.push(code as u32);
                if present.len() > most {
                    return None;
                }
            }
        }
        present.sort_by(|&a, &b| strings.level(a).cmp(strings.level(b)));
        let mut short = vec![present.len() as u16; counts.len()];
        present.iter().enumerate().for_each(|(place, &code)| short[code as usize] = place as u16);
        let missing = present.len() as u16;
        let codes = strings.codes.iter().map(|&code| if code == Strings::MISSING { missing } else { short[code as usize] }).collect();
        let counts = present.iter().map(|&code| counts[code as usize]).collect();
        Some((Self { codes, levels: present.len(), counts }, present))
    }
}
