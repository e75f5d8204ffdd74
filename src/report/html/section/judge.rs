//! Performance: every metric of the chosen model with what stands behind it, on folds and on held-out rows.

use super::{heading, headings};
use crate::base::{Message, text};
use crate::judge::compare::spread;
use crate::judge::{BinaryDetail, Detail, Evaluation};
use crate::metric::confusion::ClassReport;
use crate::metric::{Confusion, Residuals};
use crate::report::Report;
use crate::report::html::markup::{Html, cell, name, shown, words};
use crate::report::html::names::{self, count, score};
use crate::report::html::{Aside, Section, picture};
use crate::report::scenes;

/// The section.
pub static SECTION: Section = Section { id: "judge", has, write };

fn has(report: &Report) -> bool {
    report.folds().is_some()
}

fn write(html: &mut Html, report: &Report, _: &Aside) {
    let Some(folds) = report.folds() else { return };
    let held_out = report.held_out.as_ref().map(|part| &part.evaluation);
    html.say_in("p", "", &Message::new("report.judge.sentence").with("model", names::chosen(report)));
    metrics(html, report, folds, held_out);
    html.tag("div", "figures", |html| match (&folds.detail, held_out.map(|evaluation| &evaluation.detail)) {
        (Detail::Binary(detail), other) => {
            let other = match other {
                Some(Detail::Binary(other)) => Some(&**other),
                _ => None,
            };
            binary(html, report, folds, detail, other);
        }
        (Detail::Multiclass { confusion, .. }, other) => {
            draw_confusion(html, report, confusion, "report.on_folds");
            if let Some(Detail::Multiclass { confusion, .. }) = other {
                draw_confusion(html, report, confusion, "report.on_held_out");
            }
        }
        (Detail::Regression { residuals }, _) => match residuals {
            Ok(residuals) => draw_residuals(html, residuals),
            Err(reason) => html.tag("p", "quiet", |html| html.text(&reason.to_string())),
        },
    });
    match &folds.detail {
        Detail::Binary(detail) => classes(html, report, &detail.report.classes),
        Detail::Multiclass { report: by_class, .. } => classes(html, report, &by_class.classes),
        Detail::Regression { .. } => {}
    }
}

fn metrics(html: &mut Html, report: &Report, folds: &Evaluation, held_out: Option<&Evaluation>) {
    let mut ids = vec!["report.metric", "report.on_folds", "report.by_fold"];
    if held_out.is_some() {
        ids.push("report.on_held_out");
    }
    html.table(&text("report.section.judge"), "-nnn", &headings(&ids), |table| {
        for metric in names::metrics(report) {
            let mut fills = vec![words(names::metric(metric.id))];
            let all = score(Some(folds), metric.id);
            fills.push(cell(move |html: &mut Html| {
                if let Some(score) = all {
                    html.interval(&score.all.value, &score.all.low, &score.all.high);
                }
            }));
            // The spread over folds, without which one lucky split could pass for skill.
            let values: Vec<f64> = all.map_or(Vec::new(), |score| score.folds.iter().filter_map(|fold| fold.value()).collect());
            let spread = spread(&values, report.rows.ratio());
            fills.push(words(spread.map_or(String::new(), |it| format!("{} ± {}", shown(it.mean), shown(it.deviation)))));
            if held_out.is_some() {
                let sealed = score(held_out, metric.id);
                fills.push(cell(move |html: &mut Html| {
                    if let Some(score) = sealed {
                        html.interval(&score.all.value, &score.all.low, &score.all.high);
                    }
                }));
            }
            table.row(if metric.id == names::headline(report) { "strong" } else { "" }, fills);
        }
    });
}

fn binary(html: &mut Html, report: &Report, folds: &Evaluation, detail: &BinaryDetail, other: Option<&BinaryDetail>) {
    draw_confusion(html, report, &detail.confusion, "report.on_folds");
    if let Some(other) = other {
        draw_confusion(html, report, &other.confusion, "report.on_held_out");
    }
    let parts: Vec<scenes::Named> =
        std::iter::once((text("report.on_folds"), detail)).chain(other.map(|other| (text("report.on_held_out"), other))).collect();
    let threshold = folds.threshold.as_ref().map(|threshold| threshold.value);
    let at = threshold.and_then(|threshold| scenes::at_confusion(threshold, &detail.confusion));
    picture::half(html, &scenes::roc(&parts, at.as_ref()));
    picture::half(html, &scenes::precision_recall(&parts, at.as_ref()));
    if let Ok(calibration) = &detail.calibration {
        picture::half(html, &scenes::calibration(calibration));
    }
    if let Some(scene) = scenes::scores(detail, &report.rows.classes, threshold) {
        picture::half(html, &scene);
    }
}

fn draw_confusion(html: &mut Html, report: &Report, confusion: &Confusion, on: &str) {
    let title = format!("{}, {}", text("chart.confusion"), text(on).to_lowercase());
    let scene = scenes::confusion(&report.rows.classes, confusion).titled(title);
    if report.rows.classes.len() > 5 { picture::whole(html, &scene) } else { picture::half(html, &scene) }
}

fn draw_residuals(html: &mut Html, residuals: &Residuals) {
    scenes::residuals(residuals).iter().for_each(|scene| picture::half(html, scene));
}

fn classes(html: &mut Html, report: &Report, classes: &[ClassReport]) {
    heading(html, "report.by_class");
    let headings = headings(&["report.class", "metric.precision", "metric.recall", "metric.f1", "report.count"]);
    html.table(&text("report.by_class"), "-nnnn", &headings, |table| {
        for (class, figures) in report.rows.classes.iter().zip(classes) {
            let (precision, recall) = (&figures.precision, &figures.recall);
            table.row(
                "",
                vec![
                    name(class),
                    cell(|html| html.interval(&precision.value, &precision.low, &precision.high)),
                    cell(|html| html.interval(&recall.value, &recall.low, &recall.high)),
                    crate::report::html::markup::figure(&figures.figures.f1),
                    words(count(figures.figures.support as usize)),
                ],
            );
        }
    });
}
