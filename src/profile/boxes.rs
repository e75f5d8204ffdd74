//! Box plots: quartiles, whiskers within 1.5 interquartile ranges, and what lies outside (Tukey 1977).

use super::target::Answer;
use crate::num::{moments, order, order::quantile};
use serde::{Deserialize, Serialize};

/// The outliers that are named, half of them at each end.
const NAMED: usize = 20;

/// What a box plot draws.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoxPlot {
    /// Values.
    pub n: usize,
    /// Their mean.
    pub mean: f64,
    /// The least value that is no outlier.
    pub low: f64,
    /// A quarter of the values lie below.
    pub q1: f64,
    /// Half of the values lie below.
    pub median: f64,
    /// Three quarters of the values lie below.
    pub q3: f64,
    /// The greatest value that is no outlier.
    pub high: f64,
    /// Values more than 1.5 interquartile ranges below the first quartile.
    pub below: usize,
    /// Values more than 1.5 interquartile ranges above the third quartile.
    pub above: usize,
    /// The farthest outliers, different ones, ascending; at most ten at each end.
    pub outliers: Vec<f64>,
}

impl BoxPlot {
    /// The box of ascending values; nothing where there is none.
    pub fn of(sorted: &[f64]) -> Option<Self> {
        let (q1, median, q3) = (quantile(sorted, 0.25)?, quantile(sorted, 0.5)?, quantile(sorted, 0.75)?);
        let (low_fence, high_fence) = fences(q1, q3, 1.5);
        let below = sorted.partition_point(|&value| value < low_fence);
        let end = sorted.partition_point(|&value| value <= high_fence);
        let mut outliers: Vec<f64> = different(sorted[..below].iter().copied());
        let mut high: Vec<f64> = different(sorted[end..].iter().rev().copied());
        high.reverse();
        outliers.append(&mut high);
        // Quartiles lie between values: all values in between may be outliers' neighbours, so the whiskers end at the box at most.
        let (low, high) = (sorted.get(below).copied().unwrap_or(q1), sorted.get(end.wrapping_sub(1)).copied().unwrap_or(q3));
        let (low, high) = (if low > q1 { q1 } else { low }, if high < q3 { q3 } else { high });
        let mean = moments::mean(sorted)?;
        Some(Self { n: sorted.len(), mean, low, q1, median, q3, high, below, above: sorted.len() - end, outliers })
    }
}

/// `q1 - factor iqr` and `q3 + factor iqr`.
pub fn fences(q1: f64, q3: f64, factor: f64) -> (f64, f64) {
    let reach = factor * (q3 - q1);
    (q1 - reach, q3 + reach)
}

fn different(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut seen = Vec::new();
    for value in values {
        if seen.last() != Some(&value) {
            seen.push(value);
        }
        if seen.len() == NAMED / 2 {
            break;
        }
    }
    seen
}

/// A box for each class, in the order of the target's profile; none where the target has no classes.
pub(super) fn by_class(sorted: &super::number::Sorted, answer: &Answer) -> Vec<Option<BoxPlot>> {
    let Answer::Classes { names, codes, .. } = answer else { return Vec::new() };
    by_code(&sorted.values, &sorted.rows, codes, names.len())
}

/// A box for each code below `count` of ascending values and their rows.
pub(super) fn by_code(values: &[f64], rows: &[u32], codes: &[u32], count: usize) -> Vec<Option<BoxPlot>> {
    let mut parts: Vec<Vec<f64>> = vec![Vec::new(); count];
    for (&value, &row) in values.iter().zip(rows) {
        if let Some(part) = parts.get_mut(codes[row as usize] as usize) {
            part.push(value);
        }
    }
    parts.iter().map(|part| BoxPlot::of(part)).collect()
}

/// The box of values in any order, missing ones (NaN) left out.
pub fn box_plot(values: &[f64]) -> Option<BoxPlot> {
    BoxPlot::of(&order::sorted(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_whiskers_and_outliers() {
        let plot = box_plot(&[1.0, 2.0, 3.0, 4.0, 5.0, 100.0, 100.0, -90.0, f64::NAN]).unwrap();
        assert_eq!((plot.n, plot.q1, plot.median, plot.q3), (8, 1.75, 3.5, 28.75));
        // iqr 27: fences at -38.75 and 69.25
        assert_eq!((plot.low, plot.high, plot.below, plot.above), (1.0, 28.75, 1, 2));
        assert_eq!(plot.outliers, [-90.0, 100.0]);
    }

    #[test]
    fn edges() {
        assert_eq!(box_plot(&[f64::NAN]), None);
        let one = box_plot(&[4.0]).unwrap();
        assert_eq!((one.low, one.q1, one.high, one.below, one.above), (4.0, 4.0, 4.0, 0, 0));
        let many = BoxPlot::of(&(0..1000).map(|i| if i < 970 { 0.0 } else { f64::from(i) }).collect::<Vec<_>>()).unwrap();
        assert_eq!((many.above, many.outliers.len(), many.outliers.last()), (30, 10, Some(&999.0)));
    }
}
