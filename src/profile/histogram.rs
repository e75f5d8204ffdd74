//! Histograms: equal bins, the number of bins by rule, edges that read well, and bins split by the target.

use super::number::Sorted;
use super::target::{Answer, ByTarget};
use crate::num::float::{log2, log10, pow};
use crate::num::order::quantile;
use serde::{Deserialize, Serialize};

/// The most bins that are drawn.
pub const MOST_BINS: usize = 40;

/// Counts of numbers by bin. A bin holds its lower edge; the last one holds its upper edge too.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// One edge more than bins, ascending; empty where there is no value.
    pub edges: Vec<f64>,
    /// Values in each bin.
    pub counts: Vec<usize>,
    /// The target in each bin; nothing where there is none.
    pub target: Option<ByTarget>,
}

impl Histogram {
    /// The values between the edges.
    pub(super) fn of(sorted: &Sorted, edges: Vec<f64>, answer: &Answer) -> Self {
        let values = &sorted.values;
        let bins = edges.len().saturating_sub(1);
        // The first value of each bin; the last bin is closed.
        let mut starts: Vec<usize> = edges.iter().take(bins).map(|edge| values.partition_point(|value| value < edge)).collect();
        starts.push(edges.last().map_or(0, |edge| values.partition_point(|value| value <= edge)));
        let ranges: Vec<std::ops::Range<usize>> = starts.windows(2).map(|pair| pair[0]..pair[1]).collect();
        let target = answer.by(ranges.iter().map(|range| sorted.rows[range.clone()].iter().copied()));
        Self { edges, counts: ranges.iter().map(ExactSizeIterator::len).collect(), target }
    }
}

/// Edges of `bins` equal bins from the least to the greatest of ascending values, as numpy.histogram makes them; half
/// below and above where all values are the same; none where there is no value.
pub fn equal_edges(sorted: &[f64], bins: usize) -> Vec<f64> {
    let (Some(&first), Some(&last)) = (sorted.first(), sorted.last()) else { return Vec::new() };
    let bins = bins.max(1);
    let (first, last) = if first == last { around(first) } else { (first, last) };
    let step = (last - first) / bins as f64;
    let edge = |place: usize| match place {
        _ if place == bins => last,
        _ if step.is_finite() => first + place as f64 * step,
        // The range itself exceeds the largest number.
        _ => {
            let share = place as f64 / bins as f64;
            first * (1.0 - share) + last * share
        }
    };
    let edges: Vec<f64> = (0..=bins).map(edge).collect();
    // Neighbouring numbers leave no room for bins between them.
    if edges.windows(2).all(|pair| pair[0] < pair[1]) { edges } else { vec![first, last] }
}

/// Half below and above; more where a half is lost beside a large number.
fn around(value: f64) -> (f64, f64) {
    let room = if value - 0.5 < value && value < value + 0.5 { 0.5 } else { value.abs() / 2.0 };
    (value - room, value + room)
}

/// The number of equal bins by the rule of Freedman and Diaconis (1981): widths of 2 iqr / n^(1/3)
/// (numpy.histogram_bin_edges with "fd"). 1 where the quartiles or all values are the same.
pub fn freedman_diaconis(sorted: &[f64]) -> usize {
    let (Some(low), Some(high)) = (quantile(sorted, 0.25), quantile(sorted, 0.75)) else { return 1 };
    let width = 2.0 * (high - low) / pow(sorted.len() as f64, 1.0 / 3.0);
    let range = sorted[sorted.len() - 1] - sorted[0];
    let bins = (range / width).ceil();
    // Beyond any use the number only says "many".
    if width > 0.0 && bins.is_finite() && bins >= 1.0 { if bins < 1e9 { bins as usize } else { 1_000_000_000 } } else { 1 }
}

/// Edges that read well: a step of 1, 2, 2.5 or 5 times a power of ten, multiples of the step, about as many bins as the
/// rule of Freedman and Diaconis says (Sturges' where the quartiles are the same), at most [`MOST_BINS`]. Whole numbers
/// that span few steps have a bin each, around the number.
pub fn nice_edges(sorted: &[f64], whole: bool) -> Vec<f64> {
    let (Some(&first), Some(&last)) = (sorted.first(), sorted.last()) else { return Vec::new() };
    let range = last - first;
    if range == 0.0 {
        let (low, high) = around(first);
        return vec![low, high];
    }
    if !range.is_finite() {
        return equal_edges(sorted, 10);
    }
    // Beyond 10^15 a half is no longer a number of its own.
    if whole && range < MOST_BINS as f64 && first.abs() < 1e15 {
        return (0..=range as usize + 1).map(|place| first - 0.5 + place as f64).collect();
    }
    let sturges = log2(sorted.len() as f64).ceil() as usize + 1;
    let rule = freedman_diaconis(sorted);
    let wanted = if rule > 1 { rule.max(sturges.min(10)) } else { sturges }.clamp(1, MOST_BINS);
    nice_steps(first, last, wanted, whole).unwrap_or_else(|| equal_edges(sorted, wanted))
}

/// Edges at multiples of the smallest nice step that makes about `wanted` bins, one more at most; nothing where the numbers are too
/// large for their spread.
fn nice_steps(first: f64, last: f64, wanted: usize, whole: bool) -> Option<Vec<f64>> {
    let exponent = log10((last - first) / wanted as f64).floor();
    if !(-300.0..=300.0).contains(&exponent) {
        return None;
    }
    // Powers of ten are exact up to 10^22; below 1 a division by one rounds to the decimal that a person would write.
    let scale = pow(10.0, exponent.abs());
    let multiple = |count: f64, factor: f64| if exponent < 0.0 { count * factor / scale } else { count * factor * scale };
    // 2.5 would cut whole numbers between two bins unevenly.
    [1.0, 2.0, 2.5, 5.0, 10.0, 20.0].into_iter().filter(|&factor| !(whole && factor == 2.5)).find_map(|factor| {
        let step = multiple(1.0, factor);
        let (low, high) = ((first / step).floor(), (last / step).ceil());
        // The last value may stand on the last edge, which is closed.
        let bins = high - low;
        if bins < 1.0 || bins > wanted as f64 + 1.0 {
            return None;
        }
        let edges: Vec<f64> = (0..=bins as usize).map(|place| multiple(low + place as f64, factor)).collect();
        let rises = edges.windows(2).all(|pair| pair[0] < pair[1]);
        (rises && edges[0] <= first && last <= edges[edges.len() - 1]).then_some(edges)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(values: &[f64], edges: Vec<f64>) -> Vec<usize> {
        Histogram::of(&Sorted::of(values), edges, &Answer::None).counts
    }

    #[test]
    fn equal_bins_as_numpy() {
        // numpy.histogram([0, 1, 1, 2, 4], bins=4)
        let values = [0.0, 1.0, 1.0, 2.0, 4.0];
        assert_eq!(equal_edges(&values, 4), [0.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!(count(&values, equal_edges(&values, 4)), [1, 2, 1, 1]);
        assert_eq!(equal_edges(&[3.0, 3.0], 2), [2.5, 3.0, 3.5]);
        assert_eq!(equal_edges(&[], 10), Vec::<f64>::new());
        let wide = equal_edges(&[-1.7e308, 1.7e308], 2);
        assert_eq!(wide, [-1.7e308, 0.0, 1.7e308]);
    }

    #[test]
    fn every_value_is_in_a_bin_and_edges_read_well() {
        let cases: [(&[f64], bool, &str); 6] = [
            (&[0.17, 3.0, 22.0, 29.5, 30.0, 35.0, 41.0, 80.0], false, "0 20 40 60 80"),
            (&[1.0, 2.0, 2.0, 5.0], true, "0.5 1.5 2.5 3.5 4.5 5.5"),
            (&[0.1, 0.25, 0.3], false, "0.1 0.15 0.2 0.25 0.3"),
            (&[1e9, 1e9 + 400.0, 1e9 + 1000.0], true, "1000000000 1000000500 1000001000"),
            (&[-1e-7, 3e-7], false, "-0.0000002 0 0.0000002 0.0000004"),
            (&[7.0], true, "6.5 7.5"),
        ];
        for (values, whole, want) in cases {
            let edges = nice_edges(values, whole);
            let shown: Vec<String> = edges.iter().map(|edge| format!("{edge}")).collect();
            assert_eq!(shown.join(" "), want);
            assert_eq!(count(values, edges).iter().sum::<usize>(), values.len());
        }
    }

    #[test]
    fn extremes_are_counted_too() {
        let cases: [&[f64]; 6] =
            [&[1e16, 1e16 + 2.0, 1e16 + 4.0], &[-1.7e308, 0.0, 1.7e308], &[1e300, 1e300], &[5e-324, 1e-323], &[0.0, 1e300], &[-0.0, 0.0]];
        for values in cases {
            for edges in [nice_edges(values, true), nice_edges(values, false), equal_edges(values, 10)] {
                assert!(edges.windows(2).all(|pair| pair[0] < pair[1]), "{edges:?}");
                assert_eq!(count(values, edges).iter().sum::<usize>(), values.len(), "{values:?}");
            }
        }
    }

    #[test]
    fn no_more_bins_than_can_be_drawn() {
        let mut values: Vec<f64> = (0..50_000).map(|i| f64::from(i % 700) * 0.37).collect();
        values.push(1e5);
        values.sort_by(f64::total_cmp);
        assert!(nice_edges(&values, false).len() <= MOST_BINS + 2);
    }
}
