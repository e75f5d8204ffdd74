//! What steps share on columns of numbers.

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

/// The mean of values, none missing; nothing where there is none.
///
/// A second pass adds the mean of what is left over, which takes out most of the first one's rounding: scaled columns then
/// add to 0 within a few last digits. Huge values are halved so often first that their sum is finite, which is exact.
pub(super) fn mean(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let first = total(values.iter().copied()) / n;
    match values.len() {
        0 => None,
        _ if first.is_finite() => {
            let rest = total(values.iter().map(|x| x - first)) / n;
            Some(if rest.is_finite() { first + rest } else { first })
        }
        _ => Some(total(values.iter().map(|x| x * SMALL)) / n / SMALL),
    }
}

/// The standard deviation with divisor n of values, none missing: two passes, the second corrected by what the differences
/// add to. 0 where all are the same, nothing where there is none; infinite only where the true value is beyond the largest
/// number.
pub(super) fn deviation(values: &[f64]) -> Option<f64> {
    let first = values.first()?;
    if values.iter().all(|x| x == first) {
        return Some(0.0);
    }
    let largest = values.iter().fold(0.0, |largest, x| if x.abs() > largest { x.abs() } else { largest });
    // Squares of values beyond these would overflow, or be 0. A power of two changes no digit.
    let scale = if largest > 1e150 {
        SMALL
    } else if largest < 1e-130 {
        1.0 / SMALL
    } else {
        1.0
    };
    let scaled: Vec<f64> = values.iter().map(|x| x * scale).collect();
    let (mean, n) = (mean(&scaled)?, values.len() as f64);
    let squares = total(scaled.iter().map(|x| (x - mean) * (x - mean)));
    let rest = total(scaled.iter().map(|x| x - mean));
    let variance = (squares - rest * rest / n) / n;
    Some(if variance > 0.0 { variance.sqrt() / scale } else { 0.0 })
}

/// 2 to the power of -600.
const SMALL: f64 = f64::from_bits((1023 - 600) << 52);

fn total(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |sum, x| sum + x)
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

    #[test]
    fn extremes_have_a_mean_and_a_deviation() {
        assert_eq!((mean(&[]), deviation(&[])), (None, None));
        assert_eq!((mean(&[7.0]), deviation(&[7.0])), (Some(7.0), Some(0.0)));
        assert_eq!((mean(&[0.1; 3]), deviation(&[0.1; 3])), (Some(0.1), Some(0.0)));
        assert_eq!((mean(&[1.0, 3.0]), deviation(&[1.0, 3.0])), (Some(2.0), Some(1.0)));
        assert_eq!((mean(&[1.7e308; 4]), deviation(&[1.7e308; 4])), (Some(1.7e308), Some(0.0)));
        assert_eq!((mean(&[1e308, -1e308]), deviation(&[1e308, -1e308])), (Some(0.0), Some(1e308)));
        assert_eq!(deviation(&[5e-324, -5e-324]), Some(5e-324));
    }

    #[test]
    fn a_large_offset_costs_no_digits() {
        let values: Vec<f64> = (0..10_001).map(|i| 1e9 + f64::from(i)).collect();
        assert_eq!(mean(&values), Some(1e9 + 5000.0));
        let expected = (f64::from(10_001 * 10_001 - 1) / 12.0).sqrt();
        assert!(deviation(&values).is_some_and(|got| (got / expected - 1.0).abs() < 1e-14));
    }
}
