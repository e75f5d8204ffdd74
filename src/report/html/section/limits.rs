//! Limits: what the report does not show. Each line has its reason in the report.

use crate::base::Message;
use crate::judge::{Detail, Verdict};
use crate::report::Report;
use crate::report::html::markup::Html;
use crate::report::html::names::{self, count};
use crate::report::html::{Aside, Section};
use crate::table::split::Scheme;

/// The section.
pub static SECTION: Section = Section { id: "limits", has: super::always, write };

/// A class with fewer rows than this says little.
const FEW: u64 = 50;
/// Fewer rows than this to learn from are said.
const SMALL: usize = 200;

fn write(html: &mut Html, report: &Report, aside: &Aside) {
    html.tag("ul", "limits", |html| {
        for limit in limits(report, aside) {
            html.say_in("li", "", &limit);
        }
    });
}

/// What the report does not show.
pub fn limits(report: &Report, aside: &Aside) -> Vec<Message> {
    let mut found = Vec::new();
    let mut say = |message: Message| found.push(message);
    match (&report.held_out, report.rows.held_out) {
        (_, 0) => say(Message::new("report.limit.none_sealed")),
        (None, rows) => say(match aside.openings.unwrap_or_default() {
            0 => Message::new("report.limit.still_sealed").with("rows", count(rows)),
            openings => Message::new("report.limit.opened_before").with("rows", count(rows)).with("count", openings),
        }),
        (Some(_), _) if aside.openings.is_some_and(|openings| openings > 1) => {
            say(Message::new("report.limit.openings").with("count", aside.openings.unwrap_or_default()));
        }
        (Some(_), _) => {}
    }
    let works = report.candidates.iter().filter(|candidate| candidate.evaluation.is_some()).count();
    if works > 1 && report.held_out.is_none() {
        say(Message::new("report.limit.chosen").with("count", works));
    }
    if let Some(tune) = &report.recipe.tune {
        say(Message::new("report.limit.tuned").with("trials", count(tune.trials)));
    }
    if !report.candidates.iter().any(|candidate| candidate.model == "baseline") {
        say(Message::new("report.limit.no_baseline"));
    }
    if report.rows.training < SMALL {
        say(Message::new("report.limit.small").with("rows", count(report.rows.training)));
    }
    for (class, rows) in rare(report) {
        say(Message::new("report.limit.rare").with("class", class).with("rows", rows));
    }
    let undecided = report.criteria.iter().filter(|outcome| outcome.verdict == Verdict::Undecided && outcome.interval.is_some()).count();
    if undecided > 0 {
        say(Message::new("report.limit.undecided").with("count", undecided));
    }
    if report.recipe.split.scheme != Scheme::Time {
        say(Message::new("report.limit.time"));
    }
    if !report.recipe.split.scheme.keeps_units() {
        say(Message::new("report.limit.group"));
    }
    say(Message::new("report.limit.intervals"));
    if report.explanation.is_none() {
        say(Message::new("report.limit.no_explanation"));
    }
    if report.stress.is_none() {
        say(Message::new("report.limit.no_stress"));
    }
    match (report.fairness.is_empty(), report.recipe.fair.columns.is_empty()) {
        (true, true) => say(Message::new("report.limit.no_groups")),
        (true, false) => say(Message::new("report.limit.no_fairness").with("columns", names::list(&report.recipe.fair.columns))),
        _ => {}
    }
    if report.drift.is_none() {
        say(Message::new("report.limit.no_drift"));
    }
    let left_out: Vec<&str> = names::left_out(report);
    if !left_out.is_empty() {
        say(Message::new("report.limit.left_out").with("columns", names::list(&left_out)));
    }
    found
}

/// Classes with few rows in the folds.
fn rare(report: &Report) -> Vec<(&String, u64)> {
    let classes = match report.folds().map(|folds| &folds.detail) {
        Some(Detail::Binary(detail)) => &detail.report.classes,
        Some(Detail::Multiclass { report, .. }) => &report.classes,
        _ => return Vec::new(),
    };
    let rows = classes.iter().map(|class| class.figures.support);
    report.rows.classes.iter().zip(rows).filter(|(_, rows)| *rows < FEW).take(5).collect()
}
