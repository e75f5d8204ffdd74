//! Performance: every metric of the chosen model with what stands behind it, on folds and on held-out rows.

use super::{heading, headings};
use crate::base::{Message, text};
use crate::chart::{self, CalibrationBin, Curve, Scores};
use crate::judge::evaluate::BinaryDetail;
use crate::judge::{Detail, Evaluation};
use crate::metric::confusion::ClassReport;
use crate::metric::{Confusion, Residuals};
use crate::report::Report;
use crate::report::html::markup::{Html, cell, name, shown, words};
use crate::report::html::names::{self, count, score};
use crate::report::html::{Aside, Section, picture};

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
            let least = values.iter().copied().reduce(chart::ticks::lesser);
            let most = values.iter().copied().reduce(chart::ticks::greater);
            fills.push(words(least.zip(most).map_or(String::new(), |(least, most)| format!("{} … {}", shown(least), shown(most)))));
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
    let parts: Vec<(&str, &BinaryDetail)> =
        std::iter::once(("report.on_folds", detail)).chain(other.map(|other| ("report.on_held_out", other))).collect();
    let curves = |of: fn(&BinaryDetail) -> Option<(Vec<[f64; 2]>, f64)>| -> Vec<Curve> {
        let curve = |(id, detail): &(&str, &BinaryDetail)| {
            let (points, area) = of(detail)?;
            Some(Curve { name: text(id), points, band: Vec::new(), area: Some(area) })
        };
        parts.iter().filter_map(curve).collect()
    };
    let roc = curves(|detail| detail.roc.as_ref().ok().map(|roc| (pairs(&roc.false_positive_rate, &roc.true_positive_rate), roc.area)));
    let threshold = folds.threshold.as_ref().map(|threshold| threshold.value);
    let at = threshold.and_then(|threshold| Some((rates(&detail.confusion)?, chart::format::place(threshold))));
    picture::half(html, &chart::roc(&roc, at));
    let curve = curves(|detail| {
        let curve = detail.precision_recall.as_ref().ok()?;
        let mut points = pairs(&curve.recall, &curve.precision);
        points.reverse();
        Some((points, curve.average_precision))
    });
    let share = detail.precision_recall.as_ref().ok().map(|curve| curve.share);
    picture::half(html, &chart::precision_recall(&curve, None, share));
    if let Ok(calibration) = &detail.calibration {
        let bin = |bin: &crate::metric::calibration::Bin| CalibrationBin {
            predicted: bin.score,
            share: bin.share,
            low: Some(bin.share_low),
            high: Some(bin.share_high),
            n: bin.rows as usize,
        };
        let bins: Vec<CalibrationBin> = calibration.bins.iter().map(bin).collect();
        picture::half(html, &chart::calibration(&bins, Some(calibration.expected_error)));
    }
    if let (Ok(histogram), [negative, positive]) = (&detail.histogram, report.rows.classes.as_slice()) {
        let counts = |class: usize| histogram.counts.get(class).map_or(Vec::new(), |counts| counts.iter().map(|&n| n as f64).collect());
        picture::half(
            html,
            &chart::scores(&Scores {
                edges: histogram.edges.clone(),
                positive: counts(1),
                negative: counts(0),
                names: [positive.clone(), negative.clone()],
                threshold,
            }),
        );
    }
}

fn pairs(x: &[f64], y: &[f64]) -> Vec<[f64; 2]> {
    x.iter().zip(y).map(|(x, y)| [*x, *y]).collect()
}

/// False and true positive rate; nothing where a class is not there.
fn rates(confusion: &Confusion) -> Option<[f64; 2]> {
    let [[tn, fp], [fn_, tp]] =
        [[0, 1].map(|j| confusion.counts.first()?.get(j).copied()), [0, 1].map(|j| confusion.counts.get(1)?.get(j).copied())];
    let (tn, fp, fn_, tp) = (tn? as f64, fp? as f64, fn_? as f64, tp? as f64);
    (tn + fp > 0.0 && fn_ + tp > 0.0).then(|| [fp / (tn + fp), tp / (fn_ + tp)])
}

fn draw_confusion(html: &mut Html, report: &Report, confusion: &Confusion, on: &str) {
    let counts: Vec<Vec<f64>> = confusion.counts.iter().map(|row| row.iter().map(|&n| n as f64).collect()).collect();
    let title = format!("{}, {}", text("chart.confusion"), text(on).to_lowercase());
    let scene = chart::confusion(&report.rows.classes, &counts).titled(title);
    if report.rows.classes.len() > 5 { picture::whole(html, &scene) } else { picture::half(html, &scene) }
}

fn draw_residuals(html: &mut Html, residuals: &Residuals) {
    let predicted: Vec<f64> = residuals.sample.iter().map(|point| point.predicted).collect();
    let truth: Vec<f64> = residuals.sample.iter().map(|point| point.predicted + point.residual).collect();
    picture::half(html, &chart::predicted(&truth, &predicted, ""));
    picture::half(html, &chart::residuals(&predicted, &truth, ""));
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
