//! Explanation: which columns the chosen model leans on, and how.

use super::{heading, quiet};
use crate::base::{Message, Task, text};
use crate::chart::{self, Dot};
use crate::explain::dependence::{Curve, Density, Dependence, Point};
use crate::explain::permutation::Permutation;
use crate::explain::shap::Shap;
use crate::report::Report;
use crate::report::html::markup::Html;
use crate::report::html::names::{self, count};
use crate::report::html::{Aside, Section, picture};

/// The section.
pub static SECTION: Section = Section { id: "explain", has, write };

/// Columns drawn of each kind of chart, at most.
const MOST: usize = 12;
const MOST_CURVES: usize = 6;

fn own_importance(report: &Report) -> Option<Vec<Dot>> {
    let fit = report.chosen()?.fits.last()?;
    let values = fit.importance.as_ref()?;
    let dot = |(name, value): (&String, &f64)| Dot { name: name.clone(), value: *value, ..Dot::default() };
    let mut dots: Vec<Dot> = fit.features.iter().zip(values).map(dot).collect();
    dots.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
    dots.truncate(MOST);
    (!dots.is_empty()).then_some(dots)
}

fn has(report: &Report) -> bool {
    report.explanation.is_some() || own_importance(report).is_some()
}

/// Of several classes the one that is explained.
pub(super) fn class(report: &Report) -> Option<&String> {
    report
        .rows
        .classes
        .get(report.recipe.explain.output(report.rows.task, &report.rows.classes))
        .filter(|_| report.rows.task == Task::Multiclass)
}

fn write(html: &mut Html, report: &Report, _: &Aside) {
    let explanation = report.explanation.clone().unwrap_or_default();
    if let Some(class) = class(report).filter(|_| explanation.shap.is_some() || explanation.dependence.is_some()) {
        html.say_in("p", "", &Message::new("report.explain.class").with("class", class));
    }
    if let Some(permutation) = &explanation.permutation {
        draw_permutation(html, permutation);
    }
    if let Some(dots) = own_importance(report) {
        html.say_in("p", "", &Message::new("report.explain.own").with("model", names::chosen(report)));
        // Bars run by size; the sign stands in the sentence and at the name.
        let signed = |dot: &Dot| match dot.value < 0.0 {
            true => Dot { name: format!("{} (−)", dot.name), value: -dot.value, ..Dot::default() },
            false => dot.clone(),
        };
        let sizes: Vec<Dot> = dots.iter().map(signed).collect();
        let mut scene = chart::importance(&text("report.explain.weight"), &sizes).titled(text("report.explain.weight"));
        if let Some(first) = dots.first() {
            let value = crate::report::html::markup::shown(first.value);
            scene.description = Message::new("report.explain.weight.sentence").with("first", &first.name).with("value", value).to_string();
        }
        picture::whole(html, &scene);
    }
    if let Some(shap) = &explanation.shap {
        draw_shap(html, shap);
    }
    if let Some(dependence) = &explanation.dependence {
        draw_dependence(html, report, dependence);
    }
    quiet(html, "report.explain.cause");
}

fn draw_permutation(html: &mut Html, permutation: &Permutation) {
    heading(html, "report.explain.permutation");
    let sentence = Message::new("report.explain.permutation.how")
        .with("metric", names::metric(&permutation.metric))
        .with("rows", count(permutation.rows))
        .with("repeats", permutation.repeats);
    html.say_in("p", "", &sentence);
    let dot = |column: &crate::explain::permutation::Importance| {
        Some(Dot {
            name: column.group.name.clone(),
            value: column.mean.value()?,
            low: column.low.value(),
            high: column.high.value(),
            ..Dot::default()
        })
    };
    let dots: Vec<Dot> = permutation.columns.iter().filter_map(dot).take(MOST).collect();
    let measure = Message::new("report.explain.lost").with("metric", names::metric(&permutation.metric)).to_string();
    picture::whole(html, &chart::importance(&measure, &dots));
    let useless: Vec<&str> = permutation.columns.iter().filter(|column| column.useless).map(|column| column.group.name.as_str()).collect();
    if !useless.is_empty() {
        html.say_in("p", "quiet", &Message::new("report.explain.useless").with("columns", names::list(&useless)));
    }
}

fn draw_shap(html: &mut Html, shap: &Shap) {
    heading(html, "report.explain.shap");
    let rows = shap.swarm.first().map_or(0, |swarm| swarm.dots.len());
    html.say_in("p", "", &Message::new("report.explain.shap.how").with("rows", count(rows)).with("background", count(shap.background)));
    let swarms: Vec<chart::Swarm> = shap
        .swarm
        .iter()
        .take(MOST)
        .map(|swarm| chart::Swarm {
            name: swarm.column.clone(),
            contributions: swarm.dots.iter().map(|dot| dot.value).collect(),
            values: swarm.dots.iter().map(|dot| dot.rank.unwrap_or(f64::NAN)).collect(),
        })
        .collect();
    picture::whole(html, &chart::swarm(&swarms));
}

fn draw_dependence(html: &mut Html, report: &Report, dependence: &Dependence) {
    heading(html, "report.explain.dependence");
    html.say_in("p", "", &Message::new("report.explain.dependence.how").with("rows", count(dependence.rows)));
    let target = report.recipe.goal.target.clone().unwrap_or_default();
    let outcome = match report.rows.classes.get(if report.rows.classes.len() == 2 { 1 } else { dependence.output }) {
        Some(class) => Message::new("explain.outcome.probability").with("target", &target).with("class", class).to_string(),
        None => target,
    };
    let mut curves: Vec<&Curve> = dependence.curves.iter().collect();
    curves.sort_by(|a, b| b.range.total_cmp(&a.range));
    html.tag("div", "figures", |html| {
        for curve in curves.into_iter().take(MOST_CURVES) {
            let scene = chart::dependence(&curve_input(curve, &outcome)).titled(curve.column.clone());
            picture::half(html, &scene);
        }
    });
}

/// A curve as its chart takes it: levels by their places, dates in days.
fn curve_input(curve: &Curve, outcome: &str) -> chart::Dependence {
    let days = |micros: f64| micros / 86_400_000_000.0;
    let are_levels = curve.grid.iter().any(|point| matches!(point, Point::Level(_)));
    let mut input = chart::Dependence { column: curve.column.clone(), outcome: outcome.to_owned(), ..chart::Dependence::default() };
    for (place, (point, mean)) in curve.grid.iter().zip(&curve.mean).enumerate() {
        let (at, level) = match point {
            Point::Number(x) => (*x, None),
            Point::Date(micros) => (days(*micros as f64), None),
            Point::Level(level) => (place as f64, Some(level.clone())),
            Point::Missing if are_levels => (place as f64, Some(text("report.missing"))),
            // A missing number has no place on the axis.
            Point::Missing => continue,
        };
        input.grid.push(at);
        input.mean.push(*mean);
        input.levels.extend(level);
    }
    if let Density::Bins { edges, counts, .. } = &curve.density {
        let is_date = curve.grid.iter().any(|point| matches!(point, Point::Date(_)));
        input.deciles = deciles(edges, counts).into_iter().map(|x| if is_date { days(x) } else { x }).collect();
    }
    input
}

/// Deciles from counts in bins, as far as the bins tell.
fn deciles(edges: &[f64], counts: &[usize]) -> Vec<f64> {
    let total: usize = counts.iter().sum();
    let mut found = Vec::new();
    let mut below = 0;
    for (bin, &count) in counts.iter().enumerate() {
        let (Some(low), Some(high)) = (edges.get(bin), edges.get(bin + 1)) else { break };
        while found.len() < 9 && count > 0 && (found.len() + 1) * total <= 10 * (below + count) {
            let wanted = (found.len() + 1) as f64 * total as f64 / 10.0;
            found.push(low + (high - low) * (wanted - below as f64) / count as f64);
        }
        below += count;
    }
    found
}
