//! Models: their settings, and how they compare on rows that they did not see.

use super::{coefficients, heading, quiet, tree};
use crate::base::{Message, Task, text};
use crate::judge::CandidateOutcome;
use crate::learn;
use crate::metric::Metric;
use crate::report::Report;
use crate::report::html::markup::{Html, cell, words};
use crate::report::html::names::{self, count, score, settings};
use crate::report::html::{Aside, Section, picture};
use crate::report::scenes;

/// The section.
pub static SECTION: Section = Section { id: "models", has: super::always, write };

fn write(html: &mut Html, report: &Report, _: &Aside) {
    let models = names::models(report);
    let rows = report.folds().map_or(report.rows.training, |evaluation| evaluation.rows);
    let sentence = Message::new("report.models.sentence")
        .with("count", models.len())
        .with("model", names::chosen(report))
        .with("rows", count(rows))
        .with("folds", report.rows.folds.len())
        .with("replicates", count(report.recipe.judge.replicates));
    html.say_in("p", "", &sentence);
    table(html, report, &models);
    if models.len() > 1 {
        let id = if report.rows.task == Task::Regression { "report.models.errors" } else { "report.models.scores" };
        let named: Vec<(String, &CandidateOutcome)> = models.iter().cloned().zip(&report.candidates).collect();
        picture::whole(html, &scenes::models(&named, &scenes::comparable(report.rows.task)).titled(text(id)));
    }
    quiet(html, "report.models.overlap");
    super::compared::write(html, report, &models);
    heading(html, "report.models.settings");
    quiet(html, "report.models.defaults");
    html.tag("ol", "steps plain", |html| {
        for ((candidate, outcome), name) in report.recipe.models.iter().zip(&report.candidates).zip(&models) {
            html.tag("li", "", |html| {
                html.tag("h3", "", |html| html.text(name));
                if let Some(kind) = learn::find(&candidate.model) {
                    settings(html, &format!("model.{}", kind.id), &(kind.fields)(), &candidate.params);
                }
                if !candidate.calibration.is_none() {
                    let way = text(&format!("calibration.{}", candidate.calibration.id()));
                    html.say_in("p", "quiet", &Message::new("report.models.calibration").with("way", way));
                }
                html.problems(outcome.problem.as_slice());
                html.problems(outcome.fits.last().map_or(&[], |fit| &fit.notes));
                coefficients::write(html, report, outcome);
                tree::write(html, report, outcome);
            });
        }
    });
}

fn table(html: &mut Html, report: &Report, models: &[String]) {
    let chosen = report.recipe.chosen;
    let heading = |(place, name): (usize, &String)| if place == chosen { format!("★ {name}") } else { name.clone() };
    let headings: Vec<String> = std::iter::once(text("report.metric")).chain(models.iter().enumerate().map(heading)).collect();
    html.table(&text("report.section.models"), "-nnnnnnnnnnnnnnnnnnnn", &headings, |table| {
        for metric in names::metrics(report) {
            let score = |place: usize| {
                let score = report.candidates.get(place).and_then(|candidate| score(candidate.evaluation.as_ref(), metric.id));
                cell(move |html: &mut Html| match score {
                    Some(score) => html.interval(&score.all.value, &score.all.low, &score.all.high),
                    None => html.text("–"),
                })
            };
            let fills = std::iter::once(words(label(metric))).chain((0..models.len()).map(score)).collect();
            table.row(if metric.id == names::headline(report) { "strong" } else { "" }, fills);
        }
    });
}

/// A metric's name with an arrow that says which way is better.
fn label(metric: &Metric) -> String {
    format!("{} {}", names::metric(metric.id), if metric.higher_is_better { "↑" } else { "↓" })
}
