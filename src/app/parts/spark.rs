//! Drawings of the size of a word, beside figures that say the same.

use leptos::prelude::*;

/// The size of a drawing.
const SIZE: (f64, f64) = (66.0, 18.0);

fn number(value: f64) -> String {
    format!("{value:.1}")
}

/// A distribution as bars.
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
        view! { <rect x=number(place as f64 * each) y=number(SIZE.1 - tall) width=number(each - gap) height=number(tall)></rect> }
    });
    view! { <svg class="spark" viewBox="0 0 66 18" aria-hidden="true">{bars.collect_view()}</svg> }
}

/// A whole divided into shares, side by side.
#[component]
pub fn Strip(
    /// The shares, which make 1; the last one is strong.
    shares: Vec<f64>,
) -> impl IntoView {
    let (mut x, last) = (0.0, shares.len().saturating_sub(1));
    let parts = shares.into_iter().enumerate().map(|(place, share)| {
        let from = x;
        x += share * SIZE.0;
        let width = share * SIZE.0 - 0.7;
        let class = if place == last { "one" } else { "" };
        view! { <rect class=class x=number(from) y="6" width=number(if width > 0.5 { width } else { 0.5 }) height="7"></rect> }
    });
    view! { <svg class="spark strip" viewBox="0 0 66 18" aria-hidden="true">{parts.collect_view()}</svg> }
}
