//! Data: the files, the columns, and which rows went where.

use super::{heading, headings};
use crate::base::{Message, text};
use crate::report::Report;
use crate::report::facts::ColumnFacts;
use crate::report::html::cover::fact;
use crate::report::html::markup::{Html, name, words};
use crate::report::html::names::{brief, count, percent};
use crate::report::html::{Aside, Section};
use crate::table::Role;

/// The section.
pub static SECTION: Section = Section { id: "data", has: super::always, write };

/// Columns listed, at most.
const MOST: usize = 80;

fn write(html: &mut Html, report: &Report, _: &Aside) {
    let (data, rows) = (&report.data, &report.rows);
    html.tag("dl", "facts", |html| {
        fact(html, "report.fact.rows", |html| html.text(&count(data.rows)));
        fact(html, "report.fact.columns", |html| html.text(&count(data.columns.len())));
        fact(html, "report.fact.inputs", |html| html.text(&count(rows.inputs)));
        fact(html, "report.fact.table", |html| html.tag("code", "", |html| html.text(&brief(&data.digest, 12))));
    });
    if !report.recipe.sources.is_empty() {
        sources(html, report);
    }
    for join in &report.recipe.joins {
        let keys: Vec<String> = join.keys.iter().map(|(main, other)| format!("{main} = {other}")).collect();
        let sentence = Message::new("report.join")
            .with("source", &join.source)
            .with("keys", keys.join(", "))
            .with("how", text(&format!("join.how={}", join.how.id())));
        html.say_in("p", "quiet", &sentence);
    }
    html.problems(&data.notes);
    heading(html, "report.columns");
    let headings = headings(&["report.column", "report.kind", "report.role", "report.missing", "report.different"]);
    html.table(&text("report.columns"), "---nn", &headings, |table| {
        for column in data.columns.iter().take(MOST) {
            let missing = match column.missing {
                0 => "0".to_owned(),
                missing => format!("{} ({})", count(missing), percent(missing, data.rows)),
            };
            table.row(
                "",
                vec![
                    name(&column.name),
                    words(text(&format!("data.kind={}", column.kind.id()))),
                    words(role(report, column)),
                    words(missing),
                    words(column.different.map_or(String::new(), count)),
                ],
            );
        }
    });
    if data.columns.len() > MOST {
        html.say_in("p", "quiet", &Message::new("report.more").with("count", count(data.columns.len() - MOST)));
    }
    split(html, report);
}

fn sources(html: &mut Html, report: &Report) {
    let headings = headings(&["report.source", "report.file", "report.bytes", "report.sha256"]);
    html.table(&text("report.source"), "--n-", &headings, |table| {
        for source in &report.recipe.sources {
            let bytes = usize::try_from(source.bytes).map_or(String::new(), count);
            let digest = brief(&source.sha256, 16);
            table.row(
                "",
                vec![
                    name(&source.name),
                    name(&source.file),
                    words(bytes),
                    crate::report::html::markup::cell(move |html| html.tag("code", "", |html| html.text(&digest))),
                ],
            );
        }
    });
}

/// What a column is for.
fn role(report: &Report, column: &ColumnFacts) -> String {
    let goal = &report.recipe.goal;
    let id = if goal.target.as_deref() == Some(&column.name) {
        "report.role.target"
    } else if goal.group.as_deref() == Some(&column.name) {
        "report.role.group"
    } else {
        match goal.role(&column.name) {
            Role::Input => "report.role.input",
            Role::LeftOut => "report.role.left_out",
            Role::RowId => "report.role.row_id",
            Role::KnownLater => "report.role.known_later",
        }
    };
    text(id)
}

fn split(html: &mut Html, report: &Report) {
    let rows = &report.rows;
    heading(html, "report.split");
    let scheme = report.recipe.split.scheme.id();
    let id = if rows.held_out > 0 { "report.split.sentence" } else { "report.split.sentence_all" };
    let sentence = Message::new(id)
        .with("training", count(rows.training))
        .with("held_out", count(rows.held_out))
        .with("share", percent(rows.held_out, rows.held_out + rows.training))
        .with("folds", rows.folds.len())
        .with("scheme", text(&format!("split.{scheme}")).to_lowercase());
    html.say_in("p", "", &sentence);
    let sizes: Vec<String> =
        rows.folds.iter().map(|(learn, predict)| format!("{}\u{a0}/\u{a0}{}", count(*learn), count(*predict))).collect();
    html.say_in("p", "quiet", &Message::new("report.split.sizes").with("sizes", sizes.join(", ")));
    html.problems(&rows.notes);
}
