//! Figures in words: a number, or a dash with the reason why there is none.

use atelier::base::{Figure, Message, text};
use atelier::chart::format;
use leptos::prelude::*;

/// A figure as text; a dash where it is undefined.
pub fn shown(figure: &Figure, percent: bool) -> String {
    match figure.value() {
        Some(value) if percent => format::percent(value),
        Some(value) => format::figure(value),
        None => text("page.undefined_mark"),
    }
}

/// Two ends as "0.8 to 0.9"; empty where one is undefined.
pub fn interval(low: &Figure, high: &Figure, percent: bool) -> String {
    match (low.value(), high.value()) {
        (Some(_), Some(_)) => Message::new("page.interval").with("low", shown(low, percent)).with("high", shown(high, percent)).to_string(),
        _ => String::new(),
    }
}

/// A figure; where it is undefined the reason is the title.
#[component]
pub fn FigureText(
    /// The figure.
    figure: Figure,
    /// Whether it is a share.
    #[prop(optional)]
    percent: bool,
) -> impl IntoView {
    match &figure {
        Figure::Value(_) => view! { <span>{shown(&figure, percent)}</span> }.into_any(),
        Figure::Undefined(reason) => {
            let reason = reason.to_string();
            view! { <span class="muted" title=reason.clone()>{text("page.undefined_mark")}<span class="hide">{reason.clone()}</span></span> }.into_any()
        }
    }
}
