//! Stress: what input breaks the model.

use super::headings;
use crate::base::{Message, text};
use crate::report::Report;
use crate::report::html::markup::{Html, cell, words};
use crate::report::html::names::{badge, count, metric};
use crate::report::html::{Aside, Section};
use crate::stress::Severity;

/// The section.
pub static SECTION: Section = Section { id: "stress", has: |report| report.stress.is_some(), write };

/// Findings listed, at most; the most severe come first.
const MOST: usize = 30;

fn write(html: &mut Html, report: &Report, _: &Aside) {
    let Some(stress) = &report.stress else { return };
    let sentence = Message::new("report.stress.sentence")
        .with("rows", count(stress.rows))
        .with("high", stress.count(Severity::High))
        .with("medium", stress.count(Severity::Medium))
        .with("low", stress.count(Severity::Low))
        .with("fine", stress.count(Severity::Fine))
        .with("metric", stress.metric.as_deref().map_or(String::new(), metric));
    html.say_in("p", "", &sentence);
    let found: Vec<_> = stress.findings.iter().filter(|finding| finding.severity > Severity::Fine).collect();
    if found.is_empty() {
        return;
    }
    let headings = headings(&["report.probe", "report.severity", "report.found", "report.flipped"]);
    html.table(&text("report.section.stress"), "---n", &headings, |table| {
        for finding in found.iter().take(MOST) {
            let flipped = finding.step().and_then(|step| step.numbers.flipped.value());
            table.row(
                "",
                vec![
                    words(text(&format!("probe.{}", finding.probe))),
                    cell(|html| severity(html, finding.severity)),
                    cell(|html| html.message(&finding.message())),
                    words(flipped.map_or(String::new(), crate::chart::format::percent)),
                ],
            );
        }
    });
    if found.len() > MOST {
        html.say_in("p", "quiet", &Message::new("report.more").with("count", count(found.len() - MOST)));
    }
    let mut probes: Vec<&str> =
        found.iter().filter(|finding| finding.severity > Severity::Low).map(|finding| finding.probe.as_str()).collect();
    probes.dedup();
    let mut told = Vec::new();
    html.tag("dl", "stated", |html| {
        for probe in probes {
            if told.contains(&probe) {
                continue;
            }
            told.push(probe);
            html.tag("div", "", |html| {
                html.tag("dt", "", |html| html.name(&text(&format!("probe.{probe}"))));
                html.tag("dd", "", |html| {
                    html.say(&format!("probe.{probe}.why"));
                    html.text(" ");
                    html.say(&format!("probe.{probe}.do"));
                });
            });
        }
    });
}

fn severity(html: &mut Html, severity: Severity) {
    let (class, sign, id) = match severity {
        Severity::Fine => ("badge good", "✓", "stress.severity.fine"),
        Severity::Low => ("badge", "·", "stress.severity.low"),
        Severity::Medium => ("badge open", "!", "stress.severity.medium"),
        Severity::High => ("badge bad", "✕", "stress.severity.high"),
    };
    badge(html, class, sign, &text(id));
}
