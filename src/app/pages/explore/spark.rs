//! The distribution of a column as a drawing of the size of a word, beside figures that say the same.

use atelier::profile::{ColumnProfile, Figures};
use leptos::prelude::*;

/// Bars, at most: thinner ones are not seen.
const BARS: usize = 22;
/// The size of the drawing.
const SIZE: (f64, f64) = (66.0, 18.0);

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

/// The drawing.
#[component]
pub fn Spark(
    /// The bars' heights from 0 to 1.
    heights: Vec<f64>,
) -> impl IntoView {
    let each = SIZE.0 / heights.len().max(1) as f64;
    let gap = if each > 4.0 { 1.0 } else { 0.5 };
    let bars = heights.into_iter().enumerate().map(|(place, height)| {
        // What is not nothing is seen.
        let tall = if height > 0.0 { 1.0 + height * (SIZE.1 - 1.0) } else { 0.0 };
        let number = |value: f64| format!("{value:.1}");
        view! { <rect x=number(place as f64 * each) y=number(SIZE.1 - tall) width=number(each - gap) height=number(tall)></rect> }
    });
    view! { <svg class="spark" viewBox="0 0 66 18" aria-hidden="true">{bars.collect_view()}</svg> }
}
