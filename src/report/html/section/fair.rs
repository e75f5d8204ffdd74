//! Fairness: figures by group, and the criteria of fairness.

use super::headings;
use crate::base::{Message, text};
use crate::chart::{self, Dot};
use crate::fair::{Group, Verdict};
use crate::report::Report;
use crate::report::html::markup::{Html, cell, words};
use crate::report::html::names::{badge, count};
use crate::report::html::{Aside, Section, picture};
use crate::report::parts::Fairness;

/// The section.
pub static SECTION: Section = Section { id: "fair", has: |report| !report.fairness.is_empty(), write };

fn write(html: &mut Html, report: &Report, _: &Aside) {
    for fairness in &report.fairness {
        html.tag("h3", "", |html| html.message(&Message::new("report.fair.by").with("columns", &fairness.columns)));
        let options = &fairness.report.options;
        html.say_in("p", "quiet", &Message::new("report.fair.small").with("minimum", count(options.minimum)));
        if let Some(class) = super::explain::class(report) {
            html.say_in("p", "quiet", &Message::new("report.fair.class").with("class", class));
        }
        groups(html, report, fairness);
        criteria(html, fairness);
    }
}

fn label(group: &Group) -> String {
    group.label.clone().unwrap_or_else(|| text("fair.unknown"))
}

fn groups(html: &mut Html, report: &Report, fairness: &Fairness) {
    let metrics: &[&str] = match report.rows.classes.is_empty() {
        true => &["mae", "mean_error", "mean_truth"],
        false => &["accuracy", "selection_rate", "tpr", "fpr", "precision"],
    };
    let all = &fairness.report;
    let headings: Vec<String> = headings(&["report.fair.group", "report.count"])
        .into_iter()
        .chain(metrics.iter().map(|id| text(&format!("fair.metric.{id}"))))
        .collect();
    html.table(&Message::new("report.fair.groups").with("columns", &fairness.columns).to_string(), "-nnnnnnn", &headings, |table| {
        for (group, is_all) in all.groups.iter().map(|group| (group, false)).chain(std::iter::once((&all.overall, true))) {
            let shown = if is_all { text("report.fair.everybody") } else { label(group) };
            let figure = |id: &&str| {
                let estimate = group.figures.get(*id).cloned();
                cell(move |html: &mut Html| {
                    if let Some(estimate) = &estimate {
                        html.interval(&estimate.value, &estimate.low, &estimate.high);
                    }
                })
            };
            let head = vec![cell(move |html: &mut Html| html.name(&shown)), words(count(group.rows))];
            table.row(if is_all { "sum" } else { "" }, head.into_iter().chain(metrics.iter().map(figure)).collect());
        }
    });
    html.tag("div", "figures", |html| {
        for id in metrics.iter().take(2) {
            let dot = |group: &Group| {
                let estimate = group.figures.get(*id)?;
                let (low, high) = (estimate.low.value(), estimate.high.value());
                Some(Dot { name: label(group), series: String::new(), value: estimate.value.value()?, low, high, n: Some(group.rows) })
            };
            let dots: Vec<Dot> = all.groups.iter().filter(|group| group.judged).filter_map(dot).take(30).collect();
            if dots.len() > 1 {
                let everybody = all.overall.figures.get(*id).and_then(|estimate| estimate.value.value());
                let title = text(&format!("fair.metric.{id}"));
                let is_share = !report.rows.classes.is_empty();
                picture::half(html, &chart::groups(&title, &dots, everybody, is_share).titled(title.clone()));
            }
        }
    });
}

fn criteria(html: &mut Html, fairness: &Fairness) {
    let headings = headings(&["report.criterion", "report.value", "report.limit", "report.verdict"]);
    html.table(&Message::new("report.fair.criteria").with("columns", &fairness.columns).to_string(), "-nn-", &headings, |table| {
        for criterion in &fairness.report.criteria {
            let (id, value) = (format!("fair.criterion.{}", criterion.id), &criterion.value);
            table.row(
                "",
                vec![
                    cell(move |html: &mut Html| html.say(&id)),
                    cell(|html| html.interval(&value.value, &value.low, &value.high)),
                    words(crate::report::html::markup::shown(criterion.limit)),
                    cell(|html| match criterion.verdict {
                        Some(Verdict::Met) => badge(html, "badge good", "✓", &text("report.met")),
                        Some(Verdict::NotMet) => badge(html, "badge bad", "✕", &text("report.not_met")),
                        Some(Verdict::Undecided) => badge(html, "badge open", "?", &text("report.undecided")),
                        None => html.say("report.not_judged"),
                    }),
                ],
            );
        }
    });
}
