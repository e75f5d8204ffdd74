//! Charts in the page: drawn once for light and once for dark, and where they are wide once more for narrow screens.

use super::markup::{Html, cell, words};
use crate::chart::scene::{Cell, Scale};
use crate::chart::{Scene, svg, theme};

/// Widths and heights in pixels: half a column, a whole one.
const HALF: (u32, u32) = (348, 252);
const WHOLE: (u32, u32) = (720, 260);
/// The most rows of a chart's table that stand beneath it.
const MOST_ROWS: usize = 60;

/// A chart of half the column's width.
pub fn half(html: &mut Html, scene: &Scene) {
    let height = match &scene.y.scale {
        Scale::Names(names) if !scene.square => HALF.1.min(64 + 30 * names.len().max(2) as u32),
        _ => HALF.1,
    };
    picture(html, scene, "figure half", &[("", (HALF.0, height))]);
}

/// A chart as wide as the column; charts with a row for each name are as high as they need.
pub fn whole(html: &mut Html, scene: &Scene) {
    let height = match &scene.y.scale {
        Scale::Names(names) => 64 + 24 * (names.len().max(2) as u32),
        _ => WHOLE.1,
    };
    picture(html, scene, "figure whole", &[("broad ", (WHOLE.0, height)), ("slim ", (HALF.0, height))]);
}

fn picture(html: &mut Html, scene: &Scene, class: &'static str, sizes: &[(&str, (u32, u32))]) {
    html.tag("figure", class, |html| {
        html.tag("figcaption", "", |html| {
            html.tag("b", "", |html| html.name(&scene.title));
            html.text(" ");
            html.name(&scene.description);
        });
        if !scene.empty {
            for (size, (width, height)) in sizes {
                for (ground, theme) in [("light", &theme::LIGHT), ("dark", &theme::DARK)] {
                    html.open("div", &[("class", &format!("{size}{ground}"))]);
                    html.drawn(&svg(scene, theme, *width, *height));
                    html.close("div");
                }
            }
            twin(html, scene);
        }
    });
}

/// The figures of a chart as a table, for those who do not see it.
fn twin(html: &mut Html, scene: &Scene) {
    let table = &scene.table;
    if table.rows.is_empty() || table.rows.len() > MOST_ROWS || table.columns.len() > 12 {
        return;
    }
    html.tag("details", "", |html| {
        html.tag("summary", "", |html| html.say("report.figures"));
        html.table(&scene.title, "-nnnnnnnnnnn", &table.columns, |rows| {
            for row in &table.rows {
                let fill = |value: &Cell| match value {
                    Cell::Text(text) => {
                        let text = text.clone();
                        cell(move |html: &mut Html| html.name(&text))
                    }
                    other => words(other.shown()),
                };
                rows.row("", row.iter().map(fill).collect());
            }
        });
    });
}
