//! The distribution of a column as heights of bars.

use atelier::profile::{ColumnProfile, Figures};

/// Bars, at most: thinner ones are not seen.
const BARS: usize = 22;

/// The bars' heights from 0 to 1; none where the profile has no details of the column.
pub fn heights(column: &ColumnProfile) -> Vec<f64> {
    let counts: Vec<usize> = match &column.of {
        Figures::Number(number) => number.histogram.as_ref().map(|histogram| histogram.counts.clone()).unwrap_or_default(),
        Figures::Texts(texts) => texts.top.iter().map(|level| level.count).collect(),
        Figures::Date(date) => date.periods.iter().map(|(_, count)| *count).collect(),
    };
    let width = counts.len().div_ceil(BARS).max(1);
    let counts: Vec<usize> = counts.chunks(width).map(|part| part.iter().sum()).collect();
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    counts.into_iter().map(|count| count as f64 / most as f64).collect()
}
