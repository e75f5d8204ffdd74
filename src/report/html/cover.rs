//! The head of the page: what was asked, and how it came out.

use super::Aside;
use super::markup::Html;
use super::names::{badge, brief, chosen, count, headline, metric, score, title};
use crate::base::{Message, text};
use crate::judge::{Evaluation, Verdict};
use crate::report::Report;

/// Writes the head.
pub fn cover(html: &mut Html, report: &Report, aside: &Aside) {
    html.tag("header", "", |html| {
        html.tag("p", "over", |html| html.say("report.over"));
        html.tag("h1", "", |html| html.name(&title(report)));
        html.say_in("p", "lead", &sentence(report));
        verdicts(html, report);
        html.tag("dl", "facts", |html| facts(html, report, aside));
    });
}

/// What is predicted from what.
pub fn sentence(report: &Report) -> Message {
    let source = report.recipe.sources.first().map(|source| source.file.clone()).filter(|file| !file.is_empty());
    let id = match (source.is_some(), report.rows.classes.len() == 2) {
        (true, true) => "report.sentence.source_binary",
        (true, false) => "report.sentence.source",
        (false, true) => "report.sentence.binary",
        (false, false) => "report.sentence",
    };
    Message::new(id)
        .with("target", report.recipe.goal.target.as_deref().unwrap_or_default())
        .with("task", text(&format!("task.{}", report.rows.task.id())))
        .with("positive", report.rows.classes.last().map_or("", String::as_str))
        .with("inputs", count(report.rows.inputs))
        .with("source", source.unwrap_or_default())
}

fn verdicts(html: &mut Html, report: &Report) {
    html.tag("p", "verdicts", |html| {
        let of = |verdict: Verdict| report.criteria.iter().filter(|outcome| outcome.verdict == verdict).count();
        let parts = [
            (Verdict::Met, "badge good", "✓", "report.count_met"),
            (Verdict::NotMet, "badge bad", "✕", "report.count_not_met"),
            (Verdict::Undecided, "badge open", "?", "report.count_undecided"),
        ];
        for (verdict, class, sign, id) in parts {
            if of(verdict) > 0 {
                badge(html, class, sign, &Message::new(id).with("count", of(verdict)).with("all", report.criteria.len()).to_string());
                html.text(" ");
            }
        }
        if report.criteria.is_empty() {
            badge(html, "badge open", "?", &text("report.no_criteria"));
        }
    });
}

fn facts(html: &mut Html, report: &Report, aside: &Aside) {
    let id = headline(report);
    fact(html, "report.fact.model", |html| html.text(&chosen(report)));
    let on = |html: &mut Html, label: &str, evaluation: Option<&Evaluation>| {
        let Some(score) = score(evaluation, id) else { return };
        html.tag("div", "", |html| {
            html.say_in("dt", "", &Message::new(label).with("metric", metric(id)));
            html.tag("dd", "", |html| html.interval(&score.all.value, &score.all.low, &score.all.high));
        });
    };
    on(html, "report.fact.folds", report.folds());
    on(html, "report.fact.held_out", report.held_out.as_ref().map(|part| &part.evaluation));
    if report.held_out.is_none() {
        fact(html, "report.fact.sealed", |html| match report.rows.held_out {
            0 => html.say("report.none_sealed"),
            rows => {
                let id = if aside.openings.unwrap_or_default() > 0 { "report.opened_before" } else { "report.still_sealed" };
                html.message(&Message::new(id).with("rows", count(rows)));
            }
        });
    }
    if let Some(openings) = aside.openings.filter(|openings| *openings > 0) {
        fact(html, "report.fact.openings", |html| html.text(&count(openings)));
    }
    fact(html, "report.fact.rows", |html| html.text(&count(report.data.rows)));
    fact(html, "report.fact.digest", |html| html.tag("code", "", |html| html.text(&brief(&report.digest(), 12))));
}

/// A fact with its label.
pub fn fact(html: &mut Html, label: &str, value: impl FnOnce(&mut Html)) {
    html.tag("div", "", |html| {
        html.tag("dt", "", |html| html.say(label));
        html.tag("dd", "", value);
    });
}
