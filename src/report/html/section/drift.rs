//! Drift: how far new rows are from those that the model learned from.

use super::headings;
use crate::base::{Message, text};
use crate::chart::{self, Moved};
use crate::report::Report;
use crate::report::html::markup::{Html, cell, figure, name};
use crate::report::html::names::{badge, count, digits, list};
use crate::report::html::{Aside, Section, picture};
use crate::watch::Verdict;

/// The section.
pub static SECTION: Section = Section { id: "drift", has: |report| report.drift.is_some(), write };

fn write(html: &mut Html, report: &Report, _: &Aside) {
    let Some(drift) = &report.drift else { return };
    let id = if drift.table_drifted { "report.drift.moved" } else { "report.drift.same" };
    let sentence = Message::new(id)
        .with("rows", count(drift.rows.1))
        .with("reference", count(drift.rows.0))
        .with("drifted", drift.drifted)
        .with("judged", drift.judged);
    html.say_in("p", "", &sentence);
    let options = &drift.options;
    let rule = Message::new("report.drift.rule").with("alpha", digits(options.alpha)).with("moderate", digits(options.moderate));
    html.say_in("p", "quiet", &rule);
    for (columns, id) in [(&drift.schema.missing, "report.drift.missing"), (&drift.schema.new, "report.drift.new")] {
        if !columns.is_empty() {
            html.say_in("p", "quiet", &Message::new(id).with("columns", list(columns)));
        }
    }
    let moved = |judged: &crate::watch::Judged| {
        let value = judged.effect.value()?;
        Some(Moved { name: judged.compared.column.clone(), value, drifted: judged.verdict.is_drift() })
    };
    let columns: Vec<Moved> = drift.columns.iter().filter_map(moved).collect();
    picture::whole(html, &chart::drift(&text("report.effect"), &columns, Some(drift.options.moderate)));
    let headings = headings(&["report.column", "report.effect", "report.p", "report.verdict"]);
    html.table(&text("report.section.drift"), "-nn-", &headings, |table| {
        for judged in drift.columns.iter().take(80) {
            table.row(
                "",
                vec![
                    name(&judged.compared.column),
                    figure(&judged.effect),
                    figure(&judged.p_adjusted),
                    cell(|html| verdict(html, &judged.verdict)),
                ],
            );
        }
    });
}

fn verdict(html: &mut Html, verdict: &Verdict) {
    match verdict {
        Verdict::Large => badge(html, "badge bad", "✕", &text("report.drift.verdict.large")),
        Verdict::Moderate => badge(html, "badge open", "!", &text("report.drift.verdict.moderate")),
        Verdict::Same => badge(html, "badge good", "✓", &text("report.drift.verdict.same")),
        Verdict::Negligible => html.say("report.drift.verdict.negligible"),
        Verdict::TooFew { need } => html.message(&Message::new("watch.verdict.too_few").with("need", need)),
        Verdict::NotJudged { reason } => {
            html.message(&Message::new("watch.verdict.not_judged").with("reason", text(&format!("undefined.{reason}"))));
        }
    }
}
