//! Sums in a fixed order, so that the digits do not depend on the target, and precise, so that a million rows cost none.

/// How many neighbours [`sum`] adds one after the other before it adds pairs of sums.
const BLOCK: usize = 128;

/// The sum of the values, by pairs of halves (pairwise summation; Higham 1993): the error grows with the logarithm of
/// the count. 0 where there are none.
pub fn sum(values: &[f64]) -> f64 {
    if values.len() > BLOCK {
        // Cut at a multiple of eight lanes, so that the order is a matter of the length alone.
        let middle = (values.len() / 2).div_ceil(8) * 8;
        return sum(&values[..middle]) + sum(&values[middle..]);
    }
    // Eight running sums: additions do not wait for one another, and the order stays fixed.
    let mut lanes = [0.0; 8];
    let chunks = values.chunks_exact(8);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += value;
        }
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    let whole = ((a + b) + (c + d)) + ((e + f) + (g + h));
    whole + rest.iter().fold(0.0, |total, value| total + value)
}

/// The sum of the products of two equally long lists, in the order of [`sum`].
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let length = if a.len() < b.len() { a.len() } else { b.len() };
    if length > BLOCK {
        let middle = (length / 2).div_ceil(8) * 8;
        return dot(&a[..middle], &b[..middle]) + dot(&a[middle..length], &b[middle..length]);
    }
    let mut lanes = [0.0; 8];
    let (left, right) = (a[..length].chunks_exact(8), b[..length].chunks_exact(8));
    let rest = left.remainder().iter().zip(right.remainder());
    let tail = rest.fold(0.0, |total, (x, y)| total + x * y);
    for (x, y) in left.zip(right) {
        for lane in 0..8 {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    (((a + b) + (c + d)) + ((e + f) + (g + h))) + tail
}

/// A running sum that carries what rounding loses (Neumaier 1974): for values that come one at a time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Total {
    sum: f64,
    lost: f64,
}

impl Total {
    /// Adds a value.
    pub fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        self.lost += if self.sum.abs() >= value.abs() { (self.sum - sum) + value } else { (value - sum) + self.sum };
        self.sum = sum;
    }

    /// The sum so far. Beyond the largest number it is infinite; what was carried says nothing there.
    pub fn value(self) -> f64 {
        if self.sum.is_finite() { self.sum + self.lost } else { self.sum }
    }
}

impl FromIterator<f64> for Total {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut total = Total::default();
        values.into_iter().for_each(|value| total.add(value));
        total
    }
}

/// The sum of values that come one at a time, by [`Total`].
pub fn total(values: impl IntoIterator<Item = f64>) -> f64 {
    values.into_iter().collect::<Total>().value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_sum_keeps_its_digits() {
        let tenths = vec![0.1; 1_000_001];
        assert!((sum(&tenths) - 100_000.1).abs() < 1e-9);
        assert!((total(tenths.iter().copied()) - 100_000.1).abs() < 1e-10);
        assert!((dot(&tenths, &tenths) - 10_000.01).abs() < 1e-9);
    }

    #[test]
    fn the_carried_sum_survives_cancellation_and_says_when_it_is_too_large() {
        assert_eq!(total([1.0, 1e100, 1.0, -1e100]), 2.0);
        assert_eq!(total([1e308, 1e308]), f64::INFINITY);
    }

    #[test]
    fn every_length_counts_each_value_once() {
        for length in 0..600_usize {
            let values: Vec<f64> = (0..length).map(|i| i as f64).collect();
            let squares = (0..length).map(|i| (i * i) as f64).sum::<f64>();
            assert_eq!(sum(&values), (0..length).sum::<usize>() as f64, "{length}");
            assert_eq!(dot(&values, &values), squares, "{length}");
        }
    }
}
