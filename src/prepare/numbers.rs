//! What row and selection steps share on columns of numbers.

/// A column with mean 0 and deviation 1 (divisor n) over its values; no value may be missing. A constant column, and one
/// of a single row, becomes 0.
///
/// The largest magnitude is divided out first, so that no square overflows.
pub(super) fn standardized(values: &[f64]) -> Vec<f64> {
    let (first, n) = (values.first().copied().unwrap_or(0.0), values.len() as f64);
    if values.iter().all(|x| *x == first) {
        return vec![0.0; values.len()];
    }
    let largest = values.iter().fold(0.0, |largest, x| if x.abs() > largest { x.abs() } else { largest });
    let mut scaled: Vec<f64> = values.iter().map(|x| x / largest).collect();
    let mean = scaled.iter().fold(0.0, |sum, x| sum + x) / n;
    scaled.iter_mut().for_each(|x| *x -= mean);
    let deviation = (dot(&scaled, &scaled) / n).sqrt();
    scaled.iter_mut().for_each(|x| *x = if deviation > 0.0 { *x / deviation } else { 0.0 });
    scaled
}

/// The sum of products, in eight sums side by side that are added in order: the same digits whatever the vector width.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (blocks_a, blocks_b) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = blocks_a.remainder().iter().zip(blocks_b.remainder()).fold(0.0, |sum, (a, b)| sum + a * b);
    for (a, b) in blocks_a.zip(blocks_b) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().fold(0.0, |sum, x| sum + x) + rest
}

/// The mean of the values that are there; nothing where none is. Scaled by the largest magnitude on the way, so that the
/// sum does not overflow.
pub(super) fn mean(present: &[f64]) -> Option<f64> {
    let largest = present.iter().fold(0.0, |largest, x| if x.abs() > largest { x.abs() } else { largest });
    match present.len() {
        0 => None,
        _ if largest == 0.0 => Some(0.0),
        n => Some(present.iter().fold(0.0, |sum, x| sum + x / largest) / n as f64 * largest),
    }
}

/// The standard deviation with divisor n of the values that are there; 0 where all are the same, nothing where none is,
/// infinite only where the true value is beyond the largest number.
pub(super) fn deviation(present: &[f64]) -> Option<f64> {
    let first = present.first()?;
    if present.iter().all(|x| x == first) {
        return Some(0.0);
    }
    let largest = present.iter().fold(0.0, |largest, x| if x.abs() > largest { x.abs() } else { largest });
    let n = present.len() as f64;
    let mean = present.iter().fold(0.0, |sum, x| sum + x / largest) / n;
    let square = present.iter().map(|x| x / largest - mean).fold(0.0, |sum, x| sum + x * x) / n;
    Some(square.sqrt() * largest)
}

/// The quantile of ascending values by linear interpolation between the two nearest, as numpy's default (type 7 of
/// Hyndman and Fan); nothing where there is no value.
pub(super) fn quantile(ascending: &[f64], share: f64) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    let place = share * last as f64;
    let below = (place.floor() as usize).clamp(0, last);
    let above = if below < last { below + 1 } else { last };
    let rest = place - below as f64;
    let (low, high) = (ascending[below], ascending[above]);
    Some(if rest == 0.0 || low == high { low } else { low * (1.0 - rest) + high * rest })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes_neither_overflow_nor_divide_by_zero() {
        assert!(standardized(&[]).is_empty());
        assert_eq!(standardized(&[1e308; 3]), [0.0; 3]);
        assert_eq!(standardized(&[7.0]), [0.0]);
        let huge = standardized(&[-1e308, 1e308]);
        assert_eq!(huge, [-1.0, 1.0]);
        let tiny = standardized(&[5e-324, -5e-324]);
        assert_eq!(tiny, [1.0, -1.0]);
        assert_eq!(mean(&[1.7e308, 1.7e308]), Some(1.7e308));
        assert_eq!(mean(&[]), None);
        assert_eq!(deviation(&[0.1, 0.1, 0.1]), Some(0.0));
        assert_eq!(deviation(&[1.0, 3.0]), Some(1.0));
        assert_eq!(deviation(&[]), None);
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[3.0], 0.9), Some(3.0));
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0], 0.25), Some(1.75));
        assert_eq!(quantile(&[-1e308, 1e308], 0.5), Some(0.0));
    }

    #[test]
    fn a_sum_of_products_takes_the_rest_along() {
        let a: Vec<f64> = (0..19).map(f64::from).collect();
        assert_eq!(dot(&a, &a), (0..19).map(|x| f64::from(x * x)).sum::<f64>());
    }
}
