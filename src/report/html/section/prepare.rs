//! Preparation: every step in order, its settings, and what it did to the training rows.

use super::quiet;
use crate::base::{Message, text};
use crate::judge::StepReport;
use crate::prepare::{self, Cell, Effect, Selector, Step};
use crate::report::Report;
use crate::report::html::markup::{Html, cell, name, shown, words};
use crate::report::html::names::{badge, count, settings};
use crate::report::html::{Aside, Section};

/// The section.
pub static SECTION: Section = Section { id: "prepare", has: super::always, write };

/// Rows of what a step learned, at most.
const MOST: usize = 60;

fn write(html: &mut Html, report: &Report, _: &Aside) {
    if report.recipe.prepare.is_empty() {
        quiet(html, "report.steps.none");
        return;
    }
    quiet(html, "report.steps.how");
    let fit = report.chosen().and_then(|candidate| candidate.fits.last());
    html.tag("ol", "steps", |html| {
        for (place, step) in report.recipe.prepare.iter().enumerate() {
            let done = fit.and_then(|fit| fit.steps.get(place)).and_then(Option::as_ref);
            html.tag("li", if step.enabled { "" } else { "off" }, |html| write_step(html, step, done));
        }
    });
    if let Some(fit) = fit {
        let sentence = Message::new("report.steps.end").with("rows", count(fit.rows)).with("columns", count(fit.features.len()));
        html.say_in("p", "", &sentence);
        let most = 40;
        html.tag("p", "quiet names", |html| {
            for feature in fit.features.iter().take(most) {
                html.name(feature);
                html.text(" ");
            }
            if fit.features.len() > most {
                html.text(&Message::new("report.more").with("count", count(fit.features.len() - most)).to_string());
            }
        });
    }
}

fn write_step(html: &mut Html, step: &Step, done: Option<&StepReport>) {
    let kind = prepare::find(&step.id);
    let owner = kind.map_or_else(|| format!("step.{}", step.id), prepare::Kind::owner);
    html.tag("h3", "", |html| {
        html.say(&owner);
        if !step.enabled {
            html.text(" ");
            badge(html, "badge", "", &text("report.steps.off"));
        } else if let Some(id) = kind.and_then(|kind| match kind.effect() {
            Effect::Columns => None,
            Effect::TrainingRows => Some("report.steps.training"),
            Effect::SourceRows => Some("report.steps.source"),
        }) {
            html.text(" ");
            badge(html, "badge", "", &text(id));
        }
    });
    html.tag("p", "quiet", |html| match &step.columns {
        Selector::All => html.say("report.steps.all"),
        Selector::Names(names) => {
            html.message(&Message::new("report.steps.names").with("columns", crate::report::html::names::list(names)))
        }
        Selector::Except(names) => {
            html.message(&Message::new("report.steps.except").with("columns", crate::report::html::names::list(names)))
        }
    });
    if let Some(kind) = kind {
        settings(html, &owner, &(kind.fields)(), &step.params);
    }
    let Some(done) = done else { return };
    let (rows, columns) = (done.rows, done.columns);
    if columns.0 != columns.1 {
        html.say_in("p", "", &Message::new("report.steps.columns").with("from", count(columns.0)).with("to", count(columns.1)));
    }
    if rows.0 != rows.1 {
        html.say_in("p", "", &Message::new("report.steps.rows").with("from", count(rows.0)).with("to", count(rows.1)));
    }
    html.problems(&done.notes);
    learned(html, &text(&owner), done);
}

/// What a step learned, as a table that opens.
fn learned(html: &mut Html, label: &str, done: &StepReport) {
    let learned = &done.learned;
    if learned.rows.is_empty() {
        return;
    }
    html.tag("details", "", |html| {
        let all = learned.rows.len();
        html.say_in("summary", "", &Message::new("report.steps.learned").with("count", count(all)));
        let headings: Vec<String> = std::iter::once(text("report.name")).chain(learned.headings.iter().map(|id| text(id))).collect();
        html.table(label, "-nnnnnnnn", &headings, |table| {
            for (row, values) in learned.rows.iter().take(MOST) {
                let fill = |value: &Cell| match value {
                    Cell::Number(x) => words(shown(*x)),
                    Cell::Text(text) => {
                        // Some texts are ids of texts, such as learned.kept=yes.
                        let text = crate::base::text::find(text).map_or_else(|| text.clone(), str::to_owned);
                        cell(move |html: &mut Html| html.name(&text))
                    }
                    Cell::Empty => words(""),
                };
                table.row("", std::iter::once(name(row)).chain(values.iter().map(fill)).collect());
            }
        });
        if all > MOST {
            html.say_in("p", "quiet", &Message::new("report.more").with("count", count(all - MOST)));
        }
    });
}
