//! Columns as ranks: trees only compare, so a value is as good as its place among the distinct values of its column.

/// A column by rank.
pub struct Coded {
    /// The rank of each row's value.
    pub codes: Codes,
    /// The distinct values, ascending.
    pub values: Vec<f64>,
}

/// Ranks, in bytes where they fit: most columns have few values, and small ones stay in the cache.
pub enum Codes {
    /// Up to 256 distinct values.
    Small(Vec<u8>),
    /// More.
    Large(Vec<u32>),
}

impl Coded {
    /// Ranks the values of a column; finite numbers. 0 and -0 are one value.
    pub fn new(column: &[f64]) -> Self {
        let mut values = column.to_vec();
        values.sort_unstable_by(f64::total_cmp);
        values.dedup();
        let rank = |value: &f64| values.partition_point(|other| other < value);
        let codes = if values.len() <= 256 {
            Codes::Small(column.iter().map(|value| rank(value) as u8).collect())
        } else {
            Codes::Large(column.iter().map(|value| rank(value) as u32).collect())
        };
        Self { codes, values }
    }

    /// The threshold between two neighbouring values of a node: half-way, and never so rounded that the upper one would
    /// fall below.
    pub fn between(&self, low: u32, high: u32) -> f64 {
        let (low, high) = (self.values[low as usize], self.values[high as usize]);
        let middle = low / 2.0 + high / 2.0;
        if middle >= low && middle < high { middle } else { low }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_and_thresholds() {
        let coded = Coded::new(&[3.0, -0.0, 1e308, 0.0, 3.0]);
        assert_eq!(coded.values, [0.0, 3.0, 1e308]);
        assert!(matches!(&coded.codes, Codes::Small(codes) if *codes == [1, 0, 2, 0, 1]));
        assert_eq!((coded.between(0, 1), coded.between(1, 2)), (1.5, 5e307));
        let next = f64::from_bits(1.0_f64.to_bits() + 1);
        assert_eq!(Coded::new(&[1.0, next]).between(0, 1), 1.0);
        let many: Vec<f64> = (0..300).map(f64::from).collect();
        assert!(matches!(Coded::new(&many).codes, Codes::Large(_)));
    }
}
