//! A number by a category: the correlation ratio.

use super::rows::{Codes, Ranked};
use crate::base::Figure;
use crate::num::sum::{sum, total};
use crate::table::Strings;
use std::borrow::Cow;

/// Rows with both, and eta = sqrt(squares between levels / all squares).
pub(super) fn of(codes: &Codes, numbers: &Ranked) -> (usize, Figure) {
    let levels = codes.levels;
    let mut counts = vec![0_usize; levels + 1];
    let mut sums = vec![0.0; levels + 1];
    // About the mean of the whole column, so that a large mean costs no digits.
    let centre = numbers.moments.mean;
    let mut squares = Vec::with_capacity(codes.codes.len() / 1024 + 1);
    for (codes, values) in codes.codes.chunks(1024).zip(numbers.values.chunks(1024)) {
        let mut square = 0.0;
        for (&code, &value) in codes.iter().zip(values) {
            // The place behind the last level takes what is missing on either side.
            let both = !value.is_nan() && usize::from(code) < levels;
            let (place, value) = if both { (usize::from(code), value - centre) } else { (levels, 0.0) };
            counts[place] += 1;
            sums[place] += value;
            square += value * value;
        }
        squares.push(square);
    }
    let n: usize = counts[..levels].iter().sum();
    if n < 2 {
        return (n, Figure::undefined(if n == 0 { "no_rows" } else { "one_row" }));
    }
    let mean = total(sums[..levels].iter().copied()) / n as f64;
    let all = sum(&squares) - n as f64 * mean * mean;
    let unit = 1e-13 * centre;
    if all <= unit * unit * n as f64 {
        return (n, Figure::undefined("constant"));
    }
    let between = total(counts[..levels].iter().zip(&sums).filter(|(count, _)| **count > 0).map(|(&count, sum)| {
        let distance = sum / count as f64 - mean;
        count as f64 * distance * distance
    }));
    // One level alone tells nothing apart.
    if counts[..levels].iter().filter(|&&count| count > 0).count() < 2 {
        return (n, Figure::undefined("one_level"));
    }
    (n, Figure::finite((between / all).clamp(0.0, 1.0).sqrt(), "not_finite"))
}

/// The correlation ratio of a number by a category, over the rows where both are there; any number of levels up to 65,000.
pub fn correlation_ratio(category: &Strings, numbers: &[f64]) -> Figure {
    match Codes::new(category, usize::from(u16::MAX) - 1) {
        Some((codes, _)) => of(&codes, &Ranked::new(Cow::Borrowed(numbers))).1,
        None => Figure::undefined("many_levels"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_variance_between_levels() {
        let category = Strings::from_texts([Some("a"), Some("a"), Some("b"), Some("b"), None, Some("b")]);
        // Means 2 and 6 about 4; squares between 16, within 4 (about 1e9, where digits are few).
        let numbers = [1.0, 3.0, 5.0, 7.0, 100.0, f64::NAN].map(|x| x + 1e9);
        let eta = correlation_ratio(&category, &numbers).value().unwrap();
        assert!((eta - (16.0_f64 / 20.0).sqrt()).abs() < 1e-7, "{eta}");
    }

    #[test]
    fn edges() {
        let levels = Strings::from_texts([Some("a"), Some("b"), None]);
        assert_eq!(correlation_ratio(&levels, &[3.0, 3.0, 1.0]), Figure::undefined("constant"));
        assert_eq!(correlation_ratio(&levels, &[3.0, f64::NAN, 1.0]), Figure::undefined("one_row"));
        assert_eq!(correlation_ratio(&levels, &[f64::NAN; 3]), Figure::undefined("no_rows"));
        assert_eq!(correlation_ratio(&Strings::from_texts([Some("a"), Some("a")]), &[1.0, 2.0]), Figure::undefined("one_level"));
    }
}
