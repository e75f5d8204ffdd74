//! Threshold: where a probability becomes a yes, and what other thresholds would come to.

use super::headings;
use crate::base::{Message, text};
use crate::chart;
use crate::judge::Detail;
use crate::metric::{AtThreshold, Rule};
use crate::report::Report;
use crate::report::html::markup::{Html, figure, shown, words};
use crate::report::html::names::count;
use crate::report::html::{Aside, Section, picture};
use crate::report::scenes;

/// The section.
pub static SECTION: Section = Section { id: "threshold", has, write };

/// Every so many steps of the threshold stand in the table.
const EVERY: usize = 10;

fn steps(report: &Report) -> Option<&[AtThreshold]> {
    match &report.folds()?.detail {
        Detail::Binary(detail) => detail.thresholds.as_deref().ok(),
        _ => None,
    }
}

fn has(report: &Report) -> bool {
    steps(report).is_some()
}

fn write(html: &mut Html, report: &Report, _: &Aside) {
    let Some(steps) = steps(report) else { return };
    let chosen = report.folds().and_then(|folds| folds.threshold.as_ref()).map(|threshold| threshold.value);
    let rule = match report.recipe.judge.threshold {
        Rule::Half => Message::new("report.rule.half"),
        Rule::BestF1 => Message::new("report.rule.best_f1"),
        Rule::Youden => Message::new("report.rule.youden"),
        Rule::Cost { false_positive, false_negative } => {
            Message::new("report.rule.cost").with("false_positive", shown(false_positive)).with("false_negative", shown(false_negative))
        }
        Rule::Recall { at_least } => Message::new("report.rule.recall").with("at_least", shown(at_least)),
    };
    if let Some(chosen) = chosen {
        let sentence = Message::new("report.threshold.sentence")
            .with("at", chart::format::place(chosen))
            .with("positive", report.rows.classes.last().map_or("", String::as_str));
        html.tag("p", "", |html| {
            html.message(&sentence);
            html.text(" ");
            html.message(&rule);
        });
    }
    picture::whole(html, &scenes::thresholds(steps, chosen));
    let headings = headings(&[
        "report.threshold",
        "metric.precision",
        "metric.recall",
        "metric.specificity",
        "metric.f1",
        "report.false_positives",
        "report.false_negatives",
    ]);
    html.table(&text("report.section.threshold"), "nnnnnnn", &headings, |table| {
        let last = steps.len().saturating_sub(1);
        for step in steps.iter().enumerate().filter(|(place, _)| place % EVERY == 0 && *place > 0 && *place < last).map(|(_, step)| step) {
            table.row(
                "",
                vec![
                    words(chart::format::place(step.threshold)),
                    figure(&step.precision),
                    figure(&step.recall),
                    figure(&step.specificity),
                    figure(&step.f1),
                    words(count(step.false_positives as usize)),
                    words(count(step.false_negatives as usize)),
                ],
            );
        }
    });
}
