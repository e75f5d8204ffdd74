//! Mean, variance, skewness and kurtosis.

use super::sum::sum;

/// The mean, nothing where there is no value.
///
/// Where the plain sum exceeds the largest number, each value is divided before it is added.
pub fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let n = values.len() as f64;
    let total = sum(values);
    if total.is_finite() {
        return Some(total / n);
    }
    let parts: Vec<f64> = values.iter().map(|x| x / n).collect();
    Some(sum(&parts))
}

/// The variance with `ddof` taken off the count: sum (x - mean)^2 / (n - ddof), in two passes.
/// Nothing where no more than `ddof` values are there.
pub fn variance(values: &[f64], ddof: usize) -> Option<f64> {
    Moments::of(values).variance(ddof)
}

/// Count, mean and central sums of powers of some values, from two passes, so that a large mean costs no digits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// How many values.
    pub count: usize,
    /// Their mean; 0 where there are none.
    pub mean: f64,
    /// Sum of (x - mean)^2.
    pub m2: f64,
    /// Sum of (x - mean)^3.
    pub m3: f64,
    /// Sum of (x - mean)^4.
    pub m4: f64,
}

impl Moments {
    /// The moments of values without missing ones.
    pub fn of(values: &[f64]) -> Self {
        let Some(mean) = mean(values) else { return Self::default() };
        // Blocks, added by pairs: the same order as `sum`, without lists of squares.
        let parts: Vec<[f64; 4]> = values.chunks(256).map(|chunk| powers(chunk, mean)).collect();
        let [m1, m2, m3, m4] = pairs(&parts);
        // The mean itself is rounded: what its deviations add up to corrects the squares (Chan, Golub, LeVeque 1983).
        let n = values.len() as f64;
        let corrected = m2 - m1 * m1 / n;
        Self {
            count: values.len(),
            mean,
            m2: if corrected > 0.0 {
                corrected
            } else if m2.is_finite() {
                0.0
            } else {
                m2
            },
            m3,
            m4,
        }
    }

    /// The variance with `ddof` taken off the count; nothing where no more than `ddof` values are there.
    pub fn variance(&self, ddof: usize) -> Option<f64> {
        (self.count > ddof).then(|| self.m2 / (self.count - ddof) as f64)
    }

    /// The square root of the variance.
    pub fn sd(&self, ddof: usize) -> Option<f64> {
        self.variance(ddof).map(f64::sqrt)
    }

    /// Whether all values are the same but for rounding of the mean: the spread is below 1e-14 of the mean
    /// (the bound by which scipy.stats.skew treats a sample as constant).
    fn is_constant(&self) -> bool {
        let spread = self.m2 / if self.count > 0 { self.count as f64 } else { 1.0 };
        let unit = f64::EPSILON * self.mean;
        spread <= unit * unit
    }

    /// Skewness m3 / m2^1.5 of the sample itself (scipy.stats.skew with bias); nothing where all values are the same.
    pub fn skew_biased(&self) -> Option<f64> {
        let n = self.count as f64;
        (self.count > 0 && !self.is_constant()).then(|| {
            let spread = self.m2 / n;
            self.m3 / n / (spread * spread.sqrt())
        })
    }

    /// Skewness corrected for bias (pandas Series.skew); nothing below 3 values or where all are the same.
    pub fn skew(&self) -> Option<f64> {
        let n = self.count as f64;
        let biased = self.skew_biased()?;
        (self.count > 2).then(|| biased * (n * (n - 1.0)).sqrt() / (n - 2.0))
    }

    /// Excess kurtosis m4 / m2^2 - 3 of the sample itself (scipy.stats.kurtosis); nothing where all values are the same.
    pub fn kurtosis_biased(&self) -> Option<f64> {
        let n = self.count as f64;
        (self.count > 0 && !self.is_constant()).then(|| {
            let spread = self.m2 / n;
            self.m4 / n / (spread * spread) - 3.0
        })
    }

    /// Excess kurtosis corrected for bias (pandas Series.kurt); nothing below 4 values or where all are the same.
    pub fn kurtosis(&self) -> Option<f64> {
        let n = self.count as f64;
        let biased = self.kurtosis_biased()?;
        (self.count > 3).then(|| (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * biased + 6.0))
    }
}

/// Sums of the first four powers of the deviations.
fn powers(values: &[f64], mean: f64) -> [f64; 4] {
    // Four lanes each: a chain of additions would wait for itself.
    let mut lanes = [[0.0; 4]; 4];
    let chunks = values.chunks_exact(4);
    let rest = chunks.remainder();
    for chunk in chunks {
        for lane in 0..4 {
            let d = chunk[lane] - mean;
            let square = d * d;
            lanes[0][lane] += d;
            lanes[1][lane] += square;
            lanes[2][lane] += square * d;
            lanes[3][lane] += square * square;
        }
    }
    let mut sums = lanes.map(|[a, b, c, d]| (a + b) + (c + d));
    for value in rest {
        let d = value - mean;
        sums[0] += d;
        sums[1] += d * d;
        sums[2] += d * d * d;
        sums[3] += (d * d) * (d * d);
    }
    sums
}

fn pairs(parts: &[[f64; 4]]) -> [f64; 4] {
    match parts {
        [] => [0.0; 4],
        [one] => *one,
        many => {
            let (left, right) = many.split_at(many.len() / 2);
            let (left, right) = (pairs(left), pairs(right));
            std::array::from_fn(|power| left[power] + right[power])
        }
    }
}

/// Mean and variance of values that come one at a time (Welford 1962).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Running {
    count: usize,
    mean: f64,
    m2: f64,
}

impl Running {
    /// Adds a value.
    pub fn add(&mut self, value: f64) {
        self.count += 1;
        let before = value - self.mean;
        self.mean += before / self.count as f64;
        self.m2 += before * (value - self.mean);
    }

    /// How many values there were.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The mean; nothing before the first value.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// The variance with `ddof` taken off the count; nothing where no more than `ddof` values are there.
    pub fn variance(&self, ddof: usize) -> Option<f64> {
        (self.count > ddof).then(|| self.m2 / (self.count - ddof) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_equal_scipy() {
        let values = [2.0, 8.0, 0.0, 4.0, 1.0, 9.0, 9.0, 0.0];
        let moments = Moments::of(&values);
        let close = |got: Option<f64>, want: f64| assert!((got.unwrap() - want).abs() < 1e-12, "{got:?} {want}");
        // x = [2,8,0,4,1,9,9,0]; scipy.stats.skew(x), kurtosis(x), skew(x, bias=False), kurtosis(x, bias=False), var(ddof=1)
        close(moments.skew_biased(), 0.265_055_412_269_857_3);
        close(moments.kurtosis_biased(), -1.666_001_075_283_850_8);
        close(moments.skew(), 0.330_582_180_407_974_6);
        close(moments.kurtosis(), -2.098_602_258_096_087);
        close(moments.variance(1), 15.839_285_714_285_714);
    }

    #[test]
    fn a_large_offset_costs_no_digits() {
        let values: Vec<f64> = (0..1000).map(|i| 1e9 + f64::from(i % 10)).collect();
        assert!((variance(&values, 0).unwrap() - 8.25).abs() < 1e-9);
        let mut running = Running::default();
        values.iter().for_each(|&value| running.add(value));
        assert!((running.variance(0).unwrap() - 8.25).abs() < 1e-6);
        assert!((running.mean().unwrap() - 1e9 - 4.5).abs() < 1e-6);
    }

    #[test]
    fn edges() {
        assert_eq!((mean(&[]), variance(&[], 0), variance(&[1.0], 1)), (None, None, None));
        assert_eq!(variance(&[1.0], 0), Some(0.0));
        let constant = Moments::of(&[0.1; 1000]);
        assert_eq!((constant.skew(), constant.kurtosis()), (None, None));
        assert!(constant.sd(1).unwrap() < 1e-15);
        assert_eq!(mean(&[1.7e308, 1.7e308]), Some(1.7e308));
        // Squares beyond the largest number are no spread of 0.
        assert!(!variance(&[-1.7e308, 1.7e308, 1.7e308], 1).unwrap().is_finite());
    }
}
