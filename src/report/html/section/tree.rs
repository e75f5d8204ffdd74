//! A decision tree as a drawing, a part of the section on models.

use super::quiet;
use crate::chart;
use crate::judge::CandidateOutcome;
use crate::report::Report;
use crate::report::html::markup::Html;
use crate::report::html::picture;

/// Questions below the root that are drawn: what a page is wide enough for.
const DEPTH: usize = 3;

/// The tree of a candidate's fit on all training rows, where it is one.
pub fn write(html: &mut Html, report: &Report, outcome: &CandidateOutcome) {
    let Some(facts) = outcome.fits.last().and_then(|fit| fit.tree.as_ref()) else { return };
    picture::whole(html, &chart::tree(facts, &report.rows.classes, DEPTH));
    quiet(html, "learn.tree.note");
}
