//! The report as a page that stands alone: no script, nothing fetched, system fonts, charts as SVG, light and dark, and
//! fit for A4 paper. One file and one line in [`SECTIONS`] for each section.

mod cover;
pub mod markup;
mod names;
mod picture;
mod section;

pub use names::{models, set_of};

use super::Report;
use crate::base::text;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use markup::Html;
use sha2::{Digest, Sha256};

/// A section of the page: its heading is the text `report.section.<id>`.
pub struct Section {
    /// The stable id, which is also the target of links within the page.
    pub id: &'static str,
    /// Whether the report has anything for it.
    pub has: fn(&Report) -> bool,
    /// Writes it, without its heading.
    pub write: fn(&mut Html, &Report, &Aside),
}

/// What the project knows beside the document, and its digest does not cover.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aside {
    /// How often the sealed rows were opened so far; nothing where nobody counted.
    pub openings: Option<usize>,
}

/// Every section, in the order of the page.
pub static SECTIONS: &[&Section] = &[
    &section::goal::SECTION,
    &section::data::SECTION,
    &section::prepare::SECTION,
    &section::models::SECTION,
    &section::nested::SECTION,
    &section::learning::SECTION,
    &section::judge::SECTION,
    &section::threshold::SECTION,
    &section::explain::SECTION,
    &section::stress::SECTION,
    &section::fair::SECTION,
    &section::drift::SECTION,
    &section::limits::SECTION,
    &section::repeat::SECTION,
];

const STYLE: &str = include_str!("style.css");

/// The page of a report.
pub fn page(report: &Report, aside: &Aside) -> String {
    // Styles are allowed by their digest, everything else is forbidden: a name that got out of its place could do nothing.
    let style = format!("\n{STYLE}");
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        STANDARD.encode(Sha256::digest(style.as_bytes()))
    );
    let sections: Vec<&&Section> = SECTIONS.iter().filter(|section| (section.has)(report)).collect();
    let mut html = Html::default();
    html.drawn("<!doctype html>\n");
    html.open("html", &[("lang", "en")]);
    html.tag("head", "", |html| {
        html.drawn("\n<meta charset=\"utf-8\">\n");
        html.open("meta", &[("http-equiv", "Content-Security-Policy"), ("content", &policy)]);
        html.drawn("\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.drawn("<meta name=\"color-scheme\" content=\"light dark\">\n");
        html.open("meta", &[("name", "generator"), ("content", &format!("Atelier {}", report.program))]);
        html.drawn("\n");
        html.tag("title", "", |html| html.text(&names::title(report)));
        html.drawn("<style>");
        html.drawn(&style);
        html.drawn("</style>\n");
    });
    html.tag("body", "", |html| {
        html.open("nav", &[("aria-label", &text("report.contents"))]);
        html.tag("ol", "", |html| {
            for section in &sections {
                html.tag("li", "", |html| {
                    html.open("a", &[("href", &format!("#{}", section.id))]);
                    html.say(&format!("report.section.{}", section.id));
                    html.close("a");
                });
            }
        });
        html.close("nav");
        html.tag("main", "", |html| {
            cover::cover(html, report, aside);
            for section in &sections {
                html.open("section", &[("id", section.id)]);
                html.tag("h2", "", |html| html.say(&format!("report.section.{}", section.id)));
                (section.write)(html, report, aside);
                html.close("section");
            }
        });
    });
    html.close("html");
    html.finish()
}
