//! One column of numbers: moments, quantiles, the most frequent values, histogram, box.

use super::boxes::{self, BoxPlot};
use super::histogram::{Histogram, freedman_diaconis, nice_edges};
use super::target::Answer;
use crate::base::Figure;
use crate::num::moments::{Moments, mean};
use crate::num::order::{order, quantile};
use crate::num::sum::sum;
use serde::{Deserialize, Serialize};

/// The quantiles that are given.
pub const QUANTILES: [f64; 7] = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];
/// The most frequent values that are given.
const TOP: usize = 10;

/// Figures of a column of numbers, over the values that are there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberProfile {
    /// Different values.
    pub distinct: usize,
    /// Values equal to 0.
    pub zeros: usize,
    /// Values below 0.
    pub negatives: usize,
    /// Whether all values are whole numbers.
    pub whole: bool,
    /// Sum.
    pub sum: Figure,
    /// Mean.
    pub mean: Figure,
    /// Variance, from n - 1.
    pub variance: Figure,
    /// Standard deviation, from n - 1.
    pub sd: Figure,
    /// Standard deviation, from n.
    pub sd_population: Figure,
    /// Standard error of the mean: sd / sqrt(n).
    pub sem: Figure,
    /// Coefficient of variation: sd / mean.
    pub cv: Figure,
    /// Least value.
    pub min: Figure,
    /// Greatest value.
    pub max: Figure,
    /// Greatest less least value.
    pub range: Figure,
    /// The quantiles at [`QUANTILES`], linear between values (numpy.quantile); empty where there is no value.
    pub quantiles: Vec<f64>,
    /// Interquartile range.
    pub iqr: Figure,
    /// Median of the distances from the median, not scaled.
    pub mad: Figure,
    /// Mean without the lowest and highest tenth (scipy.stats.trim_mean).
    pub trimmed_mean: Figure,
    /// Skewness, corrected for bias.
    pub skew: Figure,
    /// Skewness of the sample itself.
    pub skew_biased: Figure,
    /// Excess kurtosis, corrected for bias.
    pub kurtosis: Figure,
    /// Excess kurtosis of the sample itself.
    pub kurtosis_biased: Figure,
    /// The most frequent values with their counts, at most ten; of equals the smaller first.
    pub top: Vec<(f64, usize)>,
    /// Values more than three interquartile ranges outside the quartiles.
    pub far_out: usize,
    /// The number of equal bins by the rule of Freedman and Diaconis.
    pub rule_bins: usize,
    /// The histogram to draw; nothing where details are left out.
    pub histogram: Option<Histogram>,
    /// The box; nothing where there is no value.
    pub box_plot: Option<BoxPlot>,
    /// The box of each class of the target, in order; empty where the target has no classes or details are left out.
    pub box_by_class: Vec<Option<BoxPlot>>,
}

/// Present values in ascending order, and their rows.
pub(super) struct Sorted {
    pub values: Vec<f64>,
    pub rows: Vec<u32>,
}

impl Sorted {
    pub fn of(values: &[f64]) -> Self {
        let rows = order(values);
        // -0 is 0, so that equal values are one value everywhere.
        Self { values: rows.iter().map(|&row| values[row as usize] + 0.0).collect(), rows }
    }

    /// Twice the average rank of each row, counted from 1 (so that halves are whole), 0 where the value is missing.
    pub fn double_ranks(&self, rows: usize) -> Vec<u32> {
        let mut ranks = vec![0; rows];
        let mut first = 0;
        while first < self.values.len() {
            let mut end = first + 1;
            while end < self.values.len() && self.values[end] == self.values[first] {
                end += 1;
            }
            self.rows[first..end].iter().for_each(|&row| ranks[row as usize] = (first + end + 1) as u32);
            first = end;
        }
        ranks
    }
}

impl NumberProfile {
    /// The figures of sorted values; `detail` adds what is drawn.
    pub(super) fn of(sorted: &Sorted, answer: &Answer, detail: bool) -> Self {
        let values = &sorted.values[..];
        let n = values.len();
        let moments = Moments::of(values);
        // Undefined for want of values, or since nothing varies.
        let few = |least: usize| {
            if n == 0 {
                "no_rows"
            } else if n < least {
                "too_few"
            } else {
                "constant"
            }
        };
        let figure = |value: Option<f64>, least: usize| value.map_or_else(|| Figure::undefined(few(least)), Figure::from);
        let (min, max) = (values.first().copied(), values.last().copied());
        let quantiles: Vec<f64> = QUANTILES.iter().filter_map(|&q| quantile(values, q)).collect();
        let (q1, q3) = (quantile(values, 0.25), quantile(values, 0.75));
        let iqr = q1.zip(q3).map(|(q1, q3)| q3 - q1);
        let sd = moments.sd(1);
        let whole = values.iter().all(|value| value.fract() == 0.0);
        let (top, distinct) = top(values);
        let far_out = q1.zip(q3).map_or(0, |(q1, q3)| {
            let (low, high) = boxes::fences(q1, q3, 3.0);
            values.partition_point(|&value| value < low) + n - values.partition_point(|&value| value <= high)
        });
        let cv = match (sd, n > 0 && moments.mean != 0.0) {
            (Some(sd), true) => (sd / moments.mean).into(),
            (Some(_), false) => Figure::undefined("zero_mean"),
            (None, _) => Figure::undefined(few(2)),
        };
        Self {
            distinct,
            zeros: values.partition_point(|&value| value <= 0.0) - values.partition_point(|&value| value < 0.0),
            negatives: values.partition_point(|&value| value < 0.0),
            whole,
            sum: sum(values).into(),
            mean: figure(mean(values), 1),
            variance: figure(moments.variance(1), 2),
            sd: figure(sd, 2),
            sd_population: figure(moments.sd(0), 1),
            sem: figure(sd.map(|sd| sd / (n as f64).sqrt()), 2),
            cv,
            min: figure(min, 1),
            max: figure(max, 1),
            range: figure(min.zip(max).map(|(min, max)| max - min), 1),
            quantiles,
            iqr: figure(iqr, 1),
            mad: figure(mad(values), 1),
            trimmed_mean: figure(mean(&values[n / 10..n - n / 10]), 1),
            skew: figure(moments.skew(), 3),
            skew_biased: figure(moments.skew_biased(), 1),
            kurtosis: figure(moments.kurtosis(), 4),
            kurtosis_biased: figure(moments.kurtosis_biased(), 1),
            top,
            far_out,
            rule_bins: freedman_diaconis(values),
            histogram: detail.then(|| Histogram::of(sorted, nice_edges(values, whole), answer)),
            box_plot: BoxPlot::of(values),
            box_by_class: if detail { boxes::by_class(sorted, answer) } else { Vec::new() },
        }
    }
}

/// The most frequent of ascending values, the smaller of equals first, and the number of different values.
fn top(values: &[f64]) -> (Vec<(f64, usize)>, usize) {
    let mut best: Vec<(f64, usize)> = Vec::new();
    let (mut first, mut distinct) = (0, 0);
    while first < values.len() {
        let mut end = first + 1;
        while end < values.len() && values[end] == values[first] {
            end += 1;
        }
        distinct += 1;
        let count = end - first;
        // Values come in ascending order: of equals the one that is there stays before.
        if best.len() < TOP || best[best.len() - 1].1 < count {
            best.truncate(TOP - 1);
            let place = best.partition_point(|&(_, other)| other >= count);
            best.insert(place, (values[first], count));
        }
        first = end;
    }
    (best, distinct)
}

/// The median of the distances from the median, by walking outwards on both sides.
fn mad(sorted: &[f64]) -> Option<f64> {
    let n = sorted.len();
    let centre = quantile(sorted, 0.5)?;
    let mut above = sorted.partition_point(|&value| value < centre);
    let mut below = above;
    let mut distances = Vec::with_capacity(2);
    for place in 0..=n / 2 {
        let down = (below > 0).then(|| centre - sorted[below - 1]);
        let up = sorted.get(above).map(|value| value - centre);
        let next = match (down, up) {
            (Some(down), Some(up)) if down < up => {
                below -= 1;
                down
            }
            (Some(down), None) => {
                below -= 1;
                down
            }
            (_, Some(up)) => {
                above += 1;
                up
            }
            (None, None) => break,
        };
        if place + 1 == n / 2 || place == n / 2 {
            distances.push(next);
        }
    }
    // An even count has two middle distances; an odd one has the last.
    match (n % 2, distances.as_slice()) {
        (0, [low, high]) => Some(low + (high - low) / 2.0),
        (_, [.., last]) => Some(*last),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f64]) -> NumberProfile {
        NumberProfile::of(&Sorted::of(values), &Answer::None, true)
    }

    #[test]
    fn figures_of_a_few_numbers() {
        let profile = of(&[3.0, -0.0, f64::NAN, 0.0, 3.0, 10.0, -2.0]);
        assert_eq!((profile.distinct, profile.zeros, profile.negatives, profile.whole), (4, 2, 1, true));
        assert_eq!(profile.top, [(0.0, 2), (3.0, 2), (-2.0, 1), (10.0, 1)]);
        assert_eq!((profile.sum, profile.range, profile.iqr), (Figure::Value(14.0), Figure::Value(12.0), Figure::Value(3.0)));
    }

    #[test]
    fn median_distance_equals_sorting() {
        let mut rng = crate::num::Rng::new(1, "test", 0);
        for n in 1..60 {
            let values: Vec<f64> = (0..n).map(|_| (rng.normal() * 4.0).round() / 2.0).collect();
            let sorted = crate::num::order::sorted(&values);
            let centre = quantile(&sorted, 0.5).unwrap();
            let distances = crate::num::order::sorted(&values.iter().map(|value| (value - centre).abs()).collect::<Vec<_>>());
            assert_eq!(mad(&sorted), quantile(&distances, 0.5), "{values:?}");
        }
    }

    #[test]
    fn the_top_ten_of_many() {
        let values: Vec<f64> = (0..100).flat_map(|i| vec![f64::from(i); 1 + (i as usize * 7) % 13]).collect();
        let profile = of(&values);
        let mut all: Vec<(f64, usize)> = (0..100).map(|i| (f64::from(i), 1 + (i as usize * 7) % 13)).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.total_cmp(&b.0)));
        assert_eq!(profile.top, all[..10]);
        assert_eq!(profile.distinct, 100);
    }

    #[test]
    fn undefined_figures_say_why() {
        let empty = of(&[f64::NAN]);
        assert_eq!((empty.mean, empty.sd, empty.box_plot), (Figure::undefined("no_rows"), Figure::undefined("no_rows"), None));
        let one = of(&[2.0]);
        assert_eq!((one.mean, one.sd, one.skew), (Figure::Value(2.0), Figure::undefined("too_few"), Figure::undefined("too_few")));
        let constant = of(&[2.0; 9]);
        assert_eq!((constant.sd, constant.skew), (Figure::Value(0.0), Figure::undefined("constant")));
        assert_eq!(of(&[-1.0, 1.0]).cv, Figure::undefined("zero_mean"));
        let huge = of(&[-1.7e308, 1.7e308, 1.7e308]);
        assert_eq!((huge.range, huge.sd), (Figure::undefined("not_finite"), Figure::undefined("not_finite")));
    }

    #[test]
    fn double_ranks_are_twice_the_average_ranks() {
        assert_eq!(Sorted::of(&[3.0, f64::NAN, 1.0, 3.0, -0.0, 0.0]).double_ranks(6), [9, 0, 6, 9, 3, 3]);
    }
}
