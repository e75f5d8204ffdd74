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

/// Whether a threshold stands in the table: the tenths between 0 and 1, and the one in use.
fn is_listed(threshold: f64, chosen: Option<f64>) -> bool {
    let tenths = 10.0 * threshold;
    chosen == Some(threshold) || ((tenths - tenths.round()).abs() < 1e-9 && tenths > 0.5 && tenths < 9.5)
}

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
            if report.folds().is_some_and(|folds| !folds.fold_thresholds.is_empty()) {
                html.text(" ");
                html.text(&text("judge.threshold.judged"));
            }
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
        for step in steps.iter().filter(|step| is_listed(step.threshold, chosen)) {
            table.row(
                if chosen == Some(step.threshold) { "strong" } else { "" },
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
