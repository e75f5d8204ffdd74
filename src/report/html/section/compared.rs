//! Models compared: the chosen one against each of the others on the same folds.

use super::{heading, headings, quiet};
use crate::base::{Message, text};
use crate::chart::format::{digits, percent};
use crate::judge::{Comparison, Difference};
use crate::report::html::markup::{Html, cell, words};
use crate::report::{Report, compared};

/// The part of the section on models; nothing where nothing is compared.
pub fn write(html: &mut Html, report: &Report, names: &[String]) {
    let (Some(comparison), chosen) = (&report.comparison, report.recipe.chosen) else { return };
    let others: Vec<usize> = (0..names.len()).filter(|&other| comparison.of(chosen, other).is_some()).collect();
    let Some(name) = names.get(chosen).filter(|_| !others.is_empty()) else { return };
    heading(html, "report.models.compared");
    if let Some(rival) = compared::rival(comparison, &report.candidates, chosen) {
        best(html, comparison, names, chosen, rival);
    }
    let mut titles = vec![
        Message::new("report.models.against").with("model", name).to_string(),
        Message::new("report.models.difference").with("metric", text(&format!("metric.{}", comparison.metric))).to_string(),
        "p".to_owned(),
        Message::new("report.models.better").with("model", name).to_string(),
    ];
    titles.extend(headings(&["judge.compare.is_equal", "report.models.worse", "report.models.size"]));
    html.table(&text("report.models.compared"), "-nnnnn-", &titles, |table| {
        for &other in &others {
            let found = comparison.of(chosen, other).and_then(Result::ok);
            let share = |get: fn(&Difference) -> f64| words(found.as_ref().map_or_else(|| "–".to_owned(), |it| percent(get(it))));
            let size = report.candidates.get(other).and_then(|candidate| candidate.fits.last()).map(|fit| compared::size(&fit.size));
            let difference = comparison.of(chosen, other);
            let mean = cell(move |html: &mut Html| match difference {
                Some(Ok(found)) => {
                    html.text(&compared::signed(found.mean));
                    html.text(" ");
                    let ends = format!("{} – {}", compared::signed(found.low), compared::signed(found.high));
                    html.tag("span", "range", |html| html.text(&ends));
                }
                Some(Err(reason)) => html.text(&reason.to_string()),
                None => {}
            });
            let p = found.as_ref().and_then(|found| found.p.value()).map_or_else(|| "–".to_owned(), compared::p_value);
            table.row(
                "",
                vec![
                    words(names[other].clone()),
                    mean,
                    words(p),
                    share(|found| found.better),
                    share(|found| found.equal),
                    share(|found| found.worse),
                    words(size.unwrap_or_default()),
                ],
            );
        }
    });
    html.say_in("p", "quiet", &Message::new("report.models.zone").with("zone", digits(comparison.zone, 3)));
    quiet(html, "judge.compare.how");
}

/// The chosen model and the best of the others: a sentence, and the three probabilities as one bar.
fn best(html: &mut Html, comparison: &Comparison, names: &[String], chosen: usize, rival: usize) {
    if let Some(sentence) = compared::verdict(comparison, names, chosen, rival) {
        html.say_in("p", "", &sentence);
    }
    if let Some(Ok(found)) = comparison.of(chosen, rival) {
        let parts = compared::shares(&found, names, chosen, rival);
        let label = parts.iter().map(|(name, share)| format!("{name}: {}", percent(*share))).collect::<Vec<_>>().join("; ");
        html.open("svg", &[("class", "shares"), ("viewBox", "0 0 100 10"), ("preserveAspectRatio", "none"), ("role", "img")]);
        html.tag("title", "", |html| html.text(&label));
        let mut left = 0.0;
        for ((_, share), class) in parts.iter().zip(["one", "same", "other"]) {
            let width = 100.0 * share;
            html.open("rect", &[("class", class), ("x", &format!("{left:.2}")), ("width", &format!("{width:.2}")), ("height", "10")]);
            html.close("rect");
            left += width;
        }
        html.close("svg");
    }
    for message in compared::detail(comparison, names, chosen, rival) {
        html.say_in("p", "quiet", &message);
    }
}
