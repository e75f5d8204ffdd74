//! The sections, one file each.

mod coefficients;
mod compared;
pub mod data;
pub mod drift;
pub mod explain;
pub mod fair;
pub mod goal;
pub mod judge;
pub mod learning;
pub mod limits;
pub mod models;
pub mod nested;
pub mod prepare;
pub mod repeat;
pub mod stress;
pub mod threshold;
mod tree;

use super::markup::Html;
use crate::base::text;

/// A section that every report has.
fn always(_: &crate::report::Report) -> bool {
    true
}

/// Headings of a table by the ids of their texts.
fn headings(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| text(id)).collect()
}

/// A paragraph of second rank.
fn quiet(html: &mut Html, id: &str) {
    html.tag("p", "quiet", |html| html.say(id));
}

/// A heading within a section.
fn heading(html: &mut Html, id: &str) {
    html.tag("h3", "", |html| html.say(id));
}
