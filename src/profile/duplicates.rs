//! Rows that repeat an earlier row in every column; missing equals missing.

use crate::table::{Column, Data, Table};

/// The hash of each row, column by column. 0 and -0 are the same value.
#[derive(Default)]
pub(super) struct Hashes(Vec<u64>);

impl Hashes {
    pub fn new(rows: usize) -> Self {
        Self(vec![0; rows])
    }

    /// Takes in a column.
    pub fn add(&mut self, column: &Column) {
        match &column.data {
            Data::Number(values) => self.mix(values.iter().map(|&value| crate::num::float::canonical(value + 0.0).to_bits())),
            // A level stands once, so equal codes are equal texts.
            Data::Strings(values) => self.mix(values.codes.iter().map(|&code| u64::from(code))),
            Data::Date(values) => self.mix(values.iter().map(|&moment| moment as u64)),
        }
    }

    fn mix(&mut self, values: impl Iterator<Item = u64>) {
        for (hash, value) in self.0.iter_mut().zip(values) {
            let mut mixed = (*hash ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            mixed ^= mixed >> 32;
            *hash = mixed.wrapping_mul(0xd6e8_feb8_6659_fd93) ^ (mixed >> 29);
        }
    }

    /// How many rows equal an earlier one. Rows of equal hash are compared cell by cell.
    pub fn count(self, table: &Table) -> usize {
        if table.columns().is_empty() {
            return 0;
        }
        let mut rows: Vec<(u64, u32)> = self.0.into_iter().zip(0..).collect();
        rows.sort_unstable();
        let mut repeated = 0;
        for run in rows.chunk_by(|a, b| a.0 == b.0) {
            let mut different: Vec<u32> = Vec::new();
            for &(_, row) in run {
                match different.iter().any(|&other| equal(table, row as usize, other as usize)) {
                    true => repeated += 1,
                    false => different.push(row),
                }
            }
        }
        repeated
    }
}

fn equal(table: &Table, a: usize, b: usize) -> bool {
    table.columns().iter().all(|column| match &column.data {
        Data::Number(values) => values[a] == values[b] || (values[a].is_nan() && values[b].is_nan()),
        Data::Strings(values) => values.codes[a] == values.codes[b],
        Data::Date(values) => values[a] == values[b],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Strings;

    fn count(table: &Table) -> usize {
        let mut hashes = Hashes::new(table.rows());
        table.columns().iter().for_each(|column| hashes.add(column));
        hashes.count(table)
    }

    #[test]
    fn later_rows_that_equal_an_earlier_one() {
        let numbers = vec![1.0, f64::NAN, 0.0, -0.0, f64::NAN, 1.0, 1.0];
        let texts = [Some("a"), None, Some("b"), Some("b"), None, Some("a"), None];
        let table = Table::new(vec![Column::number("x", numbers), Column::category("c", Strings::from_texts(texts))]);
        assert_eq!(count(&table), 3);
        assert_eq!(count(&Table::default()), 0);
        assert_eq!(count(&Table::new(vec![Column::date("d", vec![5; 4])])), 3);
    }
}
