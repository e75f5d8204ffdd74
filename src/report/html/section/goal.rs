//! Goal: what is predicted and for what, and whether the criteria are met.

use super::{heading, headings, quiet};
use crate::base::Message;
use crate::report::Report;
use crate::report::html::cover::{fact, sentence};
use crate::report::html::markup::{Html, cell, words};
use crate::report::html::names::{count, criterion, rows, verdict};
use crate::report::html::{Aside, Section};

/// The section.
pub static SECTION: Section = Section { id: "goal", has: super::always, write };

fn write(html: &mut Html, report: &Report, aside: &Aside) {
    let goal = &report.recipe.goal;
    html.say_in("p", "", &sentence(report));
    html.tag("dl", "stated", |html| {
        stated(html, "report.intended_use", &goal.intended_use);
        stated(html, "report.misuse", &goal.misuse);
        if let Some(group) = &goal.group {
            fact(html, "report.group", |html| html.name(group));
        }
        if let Some(time) = &goal.time {
            fact(html, "report.time", |html| html.name(time));
        }
    });
    heading(html, "report.criteria");
    if report.criteria.is_empty() {
        quiet(html, "report.criteria.none");
    } else {
        let headings = headings(&["report.criterion", "report.verdict", "report.value", "report.judged_on", "report.count"]);
        html.table(&crate::base::text("report.criteria"), "--n-n", &headings, |table| {
            for outcome in &report.criteria {
                let interval = outcome.interval.as_ref();
                table.row(
                    "",
                    vec![
                        cell(|html| html.message(&criterion(&outcome.criterion))),
                        cell(|html| verdict(html, outcome.verdict)),
                        cell(move |html| match interval {
                            Some(interval) => html.interval(&interval.value, &interval.low, &interval.high),
                            None => html.say("report.not_opened"),
                        }),
                        words(rows(outcome.criterion.on)),
                        words(interval.map_or(String::new(), |interval| count(interval.n))),
                    ],
                );
            }
        });
        quiet(html, "report.criteria.how");
    }
    if let (Some(openings), true) = (aside.openings, report.rows.held_out > 0) {
        let id = match openings {
            0 => "report.openings.none",
            1 => "report.openings.once",
            _ => "report.openings.often",
        };
        html.say_in("p", "quiet", &Message::new(id).with("count", count(openings)));
    }
}

/// What a person has to say; that nothing was said is told.
fn stated(html: &mut Html, label: &str, words: &str) {
    fact(html, label, |html| match words.trim() {
        "" => html.tag("span", "gap", |html| html.say("report.not_stated")),
        words => html.name(words),
    });
}
