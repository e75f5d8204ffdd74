//! How to repeat it: program, command line, digests, and the recipe itself.

use super::{headings, quiet};
use crate::base::{Message, text};
use crate::judge::On;
use crate::recipe::to_link;
use crate::report::html::cover::fact;
use crate::report::html::markup::{Html, cell, words};
use crate::report::html::names::count;
use crate::report::html::{Aside, Section};
use crate::report::{Extra, Report};

/// The section.
pub static SECTION: Section = Section { id: "repeat", has: super::always, write };

/// The command line that comes to the same document.
fn command(report: &Report) -> String {
    let extras: Vec<&str> = report.extras().into_iter().map(Extra::id).collect();
    let seals = report.recipe.goal.criteria.iter().any(|criterion| criterion.on == On::HeldOut);
    let parts = match extras.as_slice() {
        [] if seals => " --keep-sealed".to_owned(),
        [] => String::new(),
        extras => format!(" --with {}", extras.join(",")),
    };
    let new = if report.drift.is_some() { " --new new.csv" } else { "" };
    format!("atelier run study.json{parts}{new} --out run")
}

fn write(html: &mut Html, report: &Report, _: &Aside) {
    html.tag("p", "", |html| html.say("report.repeat.how"));
    html.tag("pre", "", |html| {
        html.tag("code", "", |html| html.text(&command(report)));
    });
    if report.drift.is_some() {
        html.say_in(
            "p",
            "quiet",
            &Message::new("report.repeat.new").with("rows", count(report.drift.as_ref().map_or(0, |drift| drift.rows.1))),
        );
    }
    html.tag("dl", "stated", |html| {
        fact(html, "report.program", |html| html.text(&format!("atelier {}", report.program)));
        fact(html, "report.seed", |html| html.text(&report.recipe.seed.to_string()));
        fact(html, "report.fact.digest", |html| html.tag("code", "", |html| html.text(&report.digest())));
    });
    quiet(html, "report.repeat.digest");
    html.tag("details", "", |html| {
        html.tag("summary", "", |html| html.say("report.repeat.parts"));
        html.table(&text("report.repeat.parts"), "--", &headings(&["report.part", "report.sha256"]), |table| {
            for (part, digest) in report.part_digests() {
                let code = cell(move |html: &mut Html| html.tag("code", "", |html| html.text(&digest)));
                table.row("", vec![words(text(&format!("report.part.{part}"))), code]);
            }
        });
    });
    html.tag("details", "", |html| {
        html.say_in("summary", "", &Message::new("report.repeat.recipe").with("file", "study.json"));
        html.tag("pre", "", |html| html.tag("code", "", |html| html.text(&report.recipe.to_json())));
    });
    html.tag("details", "", |html| {
        html.tag("summary", "", |html| html.say("report.repeat.link"));
        html.tag("p", "quiet", |html| html.say("report.repeat.link.how"));
        html.tag("pre", "wrap", |html| html.tag("code", "", |html| html.text(&format!("#recipe={}", to_link(&report.recipe)))));
    });
}
