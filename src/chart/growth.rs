//! The score by the number of rows learned from, and what twice as many would bring.

use super::format::{count, figure};
use super::scene::{Axis, Ink, Mark, Scene};
use super::ticks;
use crate::base::{Message, text};
use crate::judge::growth::Growth;

/// Dots are folds, the line their mean, the bar to the right the interval for twice the rows.
pub fn growth(growth: &Growth) -> Scene {
    let name = text(&format!("metric.{}", growth.metric));
    let means: Vec<[f64; 2]> =
        growth.points.iter().filter_map(|point| Some([point.rows, point.mean.value()?])).filter(|point| point[0] > 0.0).collect();
    if means.is_empty() {
        return Scene::nothing("growth", "chart.why.no_score").titled(name);
    }
    let folds = || {
        let scores = growth.points.iter().flat_map(|point| point.scores.iter().filter_map(|score| Some([point.rows, score.value()?])));
        scores.collect::<Vec<[f64; 2]>>()
    };
    let doubled = growth.doubled.as_ref().ok();
    let ends = doubled.iter().flat_map(|doubled| doubled.interval);
    let span = ticks::span(folds().iter().map(|dot| dot[1]).chain(ends));
    let most = doubled.map_or(0.0, |doubled| doubled.rows);
    let right = means.iter().fold(most, |most, point| ticks::greater(most, point[0]));
    let x = Axis::exact(text("chart.growth.x"), 0.0, right * 1.05).whole();
    let y = Axis::over("", [span.0, span.1]).grid().bare();
    let mut scene = Scene::new("growth", x, y).titled(name.clone());
    scene.mark(Mark::Dots { at: folds(), ink: Ink::Cat(0), radius: 2.0, alpha: 0.5, open: false });
    let label = text("chart.growth.mean");
    scene.mark(Mark::Line { points: means.clone(), ink: Ink::Cat(0), width: 2.0, alpha: 1.0, dash: false, label });
    scene.columns(&["chart.growth.x", "chart.growth.mean", "chart.growth.low", "chart.growth.high"]);
    for (place, mean) in means.iter().enumerate() {
        let label = Message::new("chart.growth.at").with("rows", count(mean[0].round() as usize)).with("value", figure(mean[1]));
        scene.point(*mean, place, label.to_string());
        scene.row(vec![mean[0].round().into(), mean[1].into(), None.into(), None.into()]);
    }
    let ends = means.first().zip(means.last()).map(|(first, last)| (figure(first[1]), figure(last[1])));
    let (from, to) = ends.unwrap_or_default();
    scene.description = Message::new("chart.growth.sentence").with("from", from).with("to", to).to_string();
    if let (Some(doubled), Some(last)) = (doubled, means.last()) {
        let [low, high] = doubled.interval;
        let end = [doubled.rows, doubled.value];
        scene.mark(Mark::Line { points: vec![*last, end], ink: Ink::Cat(0), width: 1.5, alpha: 1.0, dash: true, label: String::new() });
        scene.mark(Mark::Line {
            points: vec![[doubled.rows, low], [doubled.rows, high]],
            ink: Ink::Cat(0),
            width: 2.0,
            alpha: 0.6,
            dash: false,
            label: String::new(),
        });
        scene.mark(Mark::Dots { at: vec![end], ink: Ink::Cat(0), radius: 4.0, alpha: 1.0, open: true });
        let said = Message::new("chart.growth.doubled")
            .with("rows", count(doubled.rows.round() as usize))
            .with("value", figure(doubled.value))
            .with("low", figure(low))
            .with("high", figure(high))
            .to_string();
        scene.point(end, means.len(), said.clone());
        scene.row(vec![doubled.rows.round().into(), doubled.value.into(), low.into(), high.into()]);
        scene.description = format!("{} {said}", scene.description);
    }
    scene
}
