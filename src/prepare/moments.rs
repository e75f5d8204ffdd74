//! Mean and standard deviation without overflow, and with the mean's rounding error taken out.

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

#[cfg(test)]
mod tests {
    use super::*;

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
