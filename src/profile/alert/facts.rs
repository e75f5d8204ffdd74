//! What alerts need of a column's rows, noted while they are at hand.

use crate::profile::target::Answer;
use crate::table::{Column, Kind, Strings};

/// Findings in the rows of a column.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// A number that stands for "unknown", and its rows.
    pub sentinel: Option<(f64, usize)>,
    /// The share of texts that are dates, and of those that are numbers.
    pub dates: f64,
    pub numbers: f64,
    /// Texts that look like one another: the rarer and the more frequent.
    pub alike: Vec<(String, String)>,
    /// Among rows with a value: those of each class of the target.
    pub classes: Vec<usize>,
}

impl Facts {
    /// Of ascending numbers.
    pub fn of_numbers(sorted: &[f64]) -> Self {
        Self { sentinel: sentinel(sorted), ..Self::default() }
    }

    /// Of texts.
    pub fn of_texts(strings: &Strings, kind: Kind) -> Self {
        let (dates, numbers) = super::texts::shares(strings);
        let alike = if kind == Kind::Category { super::texts::alike(strings) } else { Vec::new() };
        Self { dates, numbers, alike, ..Self::default() }
    }

    /// With the classes among rows that have a value.
    pub fn with_gaps(mut self, column: &Column, answer: &Answer) -> Self {
        if let Answer::Classes { codes, names, .. } = answer {
            self.classes = vec![0; names.len()];
            for (row, &class) in codes.iter().enumerate() {
                if class != Strings::MISSING && !column.is_missing(row) {
                    self.classes[class as usize] += 1;
                }
            }
        }
        self
    }
}

/// A number of nines (99, 999, ... or negative) at an end of ascending values, in at least two rows, and as far from the
/// next value as half of the others' whole range; two nines, which ages and shares reach too, as far as all of it.
fn sentinel(sorted: &[f64]) -> Option<(f64, usize)> {
    let (&low, &high) = (sorted.first()?, sorted.last()?);
    let at_end = |value: f64, is_high: bool| {
        let nines = value.abs();
        let is_nines = [99.0, 999.0, 9999.0, 99_999.0, 999_999.0, 9_999_999.0, 99_999_999.0].contains(&nines);
        let count = sorted.partition_point(|&other| other <= value) - sorted.partition_point(|&other| other < value);
        let others = if is_high { &sorted[..sorted.len() - count] } else { &sorted[count..] };
        let (&first, &last) = (others.first()?, others.last()?);
        let gap = if is_high { value - last } else { first - value };
        let needed = if nines == 99.0 { last - first } else { (last - first) / 2.0 };
        (is_nines && count >= 2 && last > first && gap >= needed).then_some((value, count))
    };
    at_end(high, true).or_else(|| at_end(low, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nines_far_from_the_rest_stand_for_unknown() {
        let found = |values: &[f64]| sentinel(&crate::num::order::sorted(values));
        assert_eq!(found(&[20.0, 31.0, 999.0, 45.0, 999.0]), Some((999.0, 2)));
        assert_eq!(found(&[-999.0, -999.0, 3.0, 8.0]), Some((-999.0, 2)));
        assert_eq!(found(&[0.0, 1.0, 3.0, 99.0, 99.0]), Some((99.0, 2)));
        assert_eq!(found(&[17.0, 60.0, 98.0, 99.0, 99.0]), None, "ages");
        assert_eq!(found(&[100.0, 500.0, 900.0, 999.0, 999.0]), None, "prices");
        assert_eq!(found(&[1.0, 2.0, 999.0]), None, "once");
        assert_eq!(found(&[999.0, 999.0]), None);
        assert_eq!(found(&[]), None);
    }
}
