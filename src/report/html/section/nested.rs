//! Search judged: what to expect of the search for better parameters, and by how much its own scores flatter.

use super::headings;
use crate::base::{Message, text};
use crate::report::Report;
use crate::report::html::markup::{Html, figure, name, shown, words};
use crate::report::html::{Aside, Section};

/// The section.
pub static SECTION: Section = Section { id: "nested", has, write };

fn has(report: &Report) -> bool {
    report.nested.is_some()
}

fn write(html: &mut Html, report: &Report, _: &Aside) {
    let Some(nested) = &report.nested else { return };
    nested.sentences().iter().for_each(|sentence| html.say_in("p", "", sentence));
    let headline = Message::new("nested.headline")
        .with("model", text(&format!("model.{}", nested.model)))
        .with("trials", nested.tune.trials)
        .with("metric", text(&format!("metric.{}", nested.tune.metric)))
        .with("folds", nested.worth.folds.len());
    html.say_in("p", "quiet", &headline);
    let titles = headings(&["nested.fold", "nested.inner", "nested.outer_score", "nested.chosen"]);
    html.table(&text("report.section.nested"), "-nn-", &titles, |table| {
        for (place, fold) in nested.worth.folds.iter().enumerate() {
            let chosen = fold.chosen();
            let inner = fold.inner.map_or_else(|| "–".to_owned(), shown);
            table.row("", vec![words((place + 1).to_string()), words(inner), figure(&fold.outer), name(&chosen)]);
        }
    });
}
