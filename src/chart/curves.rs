//! Curves of a classifier: ROC, precision and recall, metrics by threshold, calibration.

use super::format::{count, figure, percent, place};
use super::scene::{Anchor, Axis, Cell, Ink, Key, KeyPlace, Mark, Scene};
use crate::base::{Message, text};

/// One curve.
#[derive(Clone, Debug, Default)]
pub struct Curve {
    /// The model or metric.
    pub name: String,
    /// Its points, from left to right.
    pub points: Vec<[f64; 2]>,
    /// Its interval at some places: x, lower, upper. Empty without one.
    pub band: Vec<[f64; 3]>,
    /// The area under it.
    pub area: Option<f64>,
}

/// The true-positive rate against the false-positive rate; `at` is where the chosen threshold stands, with its words.
pub fn roc(curves: &[Curve], at: Option<([f64; 2], String)>) -> Scene {
    let x = Axis::exact(text("chart.roc.x"), 0.0, 1.0);
    let y = Axis::exact(text("chart.roc.y"), 0.0, 1.0).grid().bare();
    let mut scene = several("roc", x, y, curves, at, false);
    if !scene.empty {
        scene.marks.insert(0, Mark::reference(vec![[0.0, 0.0], [1.0, 1.0]]));
        scene.key_place = KeyPlace::LowerRight;
    }
    scene
}

/// Precision against recall; `share` is that of the positive class, what guessing reaches.
pub fn precision_recall(curves: &[Curve], at: Option<([f64; 2], String)>, share: Option<f64>) -> Scene {
    let x = Axis::exact(text("chart.precision_recall.x"), 0.0, 1.0);
    let y = Axis::exact(text("chart.precision_recall.y"), 0.0, 1.0).grid().bare();
    let mut scene = several("precision_recall", x, y, curves, at, true);
    if !scene.empty {
        scene.key_place = KeyPlace::LowerLeft;
        if let Some(share) = share {
            let label = Message::new("chart.precision_recall.share").with("share", percent(share)).to_string();
            let rule = Mark::RuleY { at: share, ink: Ink::Edge, label, side: Anchor::Start };
            scene.marks.insert(0, rule);
        }
    }
    scene
}

/// Metrics by threshold, and the threshold that is chosen.
pub fn thresholds(curves: &[Curve], chosen: Option<f64>) -> Scene {
    let top = curves.iter().flat_map(|curve| curve.points.iter().map(|p| p[1])).chain([0.0, 1.0]);
    let x = Axis::exact(text("chart.thresholds.x"), 0.0, 1.0);
    let mut scene = several("thresholds", x, Axis::over("", top).grid().bare(), curves, None, false);
    if scene.empty {
        return scene;
    }
    if let Some(at) = chosen {
        scene.mark(Mark::RuleX { at, ink: Ink::Text, label: place(at), strong: true });
        for (i, curve) in curves.iter().enumerate() {
            if let Some(p) = nearest(&curve.points, at) {
                scene.mark(Mark::Dots { at: vec![[at, p[1]]], ink: Ink::Cat(i as u8 % 7), radius: 3.5, alpha: 1.0, open: true });
            }
        }
    }
    let best: Vec<String> = curves
        .iter()
        .filter_map(|curve| {
            let best = curve.points.iter().filter(|p| p[1].is_finite()).fold(None, |best: Option<[f64; 2]>, p| match best {
                Some(b) if b[1] >= p[1] => Some(b),
                _ => Some(*p),
            })?;
            let best =
                Message::new("chart.thresholds.best").with("name", &curve.name).with("value", figure(best[1])).with("at", place(best[0]));
            Some(best.to_string())
        })
        .collect();
    scene.description = Message::new("chart.thresholds.sentence").with("best", best.join("; ")).to_string();
    scene
}

fn nearest(points: &[[f64; 2]], x: f64) -> Option<[f64; 2]> {
    points.iter().filter(|p| p[0].is_finite() && p[1].is_finite()).copied().min_by(|a, b| (a[0] - x).abs().total_cmp(&(b[0] - x).abs()))
}

/// Curves with their bands; the first is asked about, one other is grey.
fn several(id: &str, x: Axis, y: Axis, curves: &[Curve], at: Option<([f64; 2], String)>, steps: bool) -> Scene {
    let finite =
        |curve: &Curve| -> Vec<[f64; 2]> { curve.points.iter().copied().filter(|p| p[0].is_finite() && p[1].is_finite()).collect() };
    if curves.iter().all(|curve| finite(curve).len() < 2) {
        return Scene::nothing(id, "chart.why.no_curve");
    }
    let mut scene = Scene::new(id, x, y);
    scene.table.columns = vec![text("chart.column.name"), scene.x.title.clone(), scene.y.title.clone()];
    if scene.table.columns[2].is_empty() {
        scene.table.columns[2] = text("chart.column.value");
    }
    let ink = |i: usize| if curves.len() == 2 && id != "thresholds" && i == 1 { Ink::Rest } else { Ink::Cat(i as u8 % 7) };
    for (i, curve) in curves.iter().enumerate() {
        let band: Vec<[f64; 3]> = curve.band.iter().copied().filter(|p| p.iter().all(|x| x.is_finite())).collect();
        if band.len() > 1 {
            scene.mark(Mark::Area { points: band, ink: ink(i), alpha: 0.16 });
        }
    }
    let mut told = Vec::new();
    for (i, curve) in curves.iter().enumerate().rev() {
        let points = finite(curve);
        for p in &points {
            scene.row(vec![curve.name.as_str().into(), p[0].into(), p[1].into()]);
        }
        // The arrow keys walk some fifty places of each curve.
        for p in points.iter().step_by(points.len().div_ceil(50).max(1)) {
            let label = format!("{}: {} {}, {} {}", curve.name, scene.x.title, figure(p[0]), scene.table.columns[2], figure(p[1]));
            scene.point(*p, i, label);
        }
        let label = curve.area.map_or(curve.name.clone(), |area| format!("{} {}", curve.name, figure(area)));
        told.push(label.clone());
        let drawn = if steps { stepped(&points) } else { points };
        let width = if curves.len() > 1 && ink(i) == Ink::Rest { 1.0 } else { 2.0 };
        scene.mark(Mark::Line { points: drawn, ink: ink(i), width, alpha: 1.0, dash: false, label });
    }
    // Names from the first to the last, though the first is drawn on top.
    told.reverse();
    scene.items.sort_by_key(|item| item.key);
    if let Some((place, words)) = at {
        scene.mark(Mark::Dots { at: vec![place], ink: Ink::Cat(0), radius: 4.0, alpha: 1.0, open: true });
        let (anchor, shift) = if place[0] > 0.6 { (Anchor::End, [-8.0, 10.0]) } else { (Anchor::Start, [8.0, 10.0]) };
        scene.mark(Mark::Text { at: place, text: words, anchor, ink: Ink::Text, strong: true, shift, halo: true });
    }
    scene.description = Message::new(format!("chart.{id}.sentence")).with("curves", told.join(", ")).to_string();
    scene
}

/// Precision does not lie between two measured points: it keeps its value until the next.
fn stepped(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut out: Vec<[f64; 2]> = Vec::with_capacity(points.len() * 2);
    for p in points {
        if let Some([_, y]) = out.last().copied() {
            out.push([p[0], y]);
        }
        out.push(*p);
    }
    out
}

/// One bin of a calibration plot.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct CalibrationBin {
    /// The mean predicted probability.
    pub predicted: f64,
    /// The share of the positive class.
    pub share: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// How many rows it holds.
    pub n: usize,
}

/// Predicted probabilities against what came true; `error` is the expected calibration error.
pub fn calibration(bins: &[CalibrationBin], error: Option<f64>) -> Scene {
    let drawn: Vec<(usize, &CalibrationBin)> =
        bins.iter().enumerate().filter(|(_, bin)| bin.predicted.is_finite() && bin.share.is_finite()).collect();
    if drawn.is_empty() {
        return Scene::nothing("calibration", "chart.why.no_predictions");
    }
    let x = Axis::exact(text("chart.calibration.x"), 0.0, 1.0);
    let mut scene = Scene::new("calibration", x, Axis::exact(text("chart.calibration.y"), 0.0, 1.0).grid().bare());
    scene.mark(Mark::reference(vec![[0.0, 0.0], [1.0, 1.0]]));
    scene.mark(Mark::thin(drawn.iter().map(|(_, bin)| [bin.predicted, bin.share]).collect(), Ink::Cat(0)));
    scene.columns(&["chart.calibration.x", "chart.calibration.y", "chart.column.low", "chart.column.high", "chart.column.count"]);
    for (i, bin) in &drawn {
        let at = [bin.predicted, bin.share];
        if let (Some(low), Some(high)) = (bin.low, bin.high) {
            let points = vec![[at[0], low], [at[0], high]];
            scene.mark(Mark::Line { points, ink: Ink::Cat(0), width: 1.5, alpha: 1.0, dash: false, label: String::new() });
        }
        let label = Message::new("chart.calibration.item")
            .with("predicted", percent(bin.predicted))
            .with("share", percent(bin.share))
            .with("count", count(bin.n));
        let label = match (bin.low, bin.high) {
            (Some(low), Some(high)) => format!("{label}, {}", interval(percent(low), percent(high))),
            _ => label.to_string(),
        };
        scene.point(at, *i, label);
        scene.row(vec![bin.predicted.into(), bin.share.into(), Cell::from(bin.low), Cell::from(bin.high), bin.n.into()]);
    }
    for (_, bin) in &drawn {
        scene.mark(Mark::Dots { at: vec![[bin.predicted, bin.share]], ink: Ink::Cat(0), radius: 4.0, alpha: 1.0, open: true });
    }
    scene.key_place = KeyPlace::LowerRight;
    if let Some(error) = error {
        let name = Message::new("chart.calibration.error").with("error", figure(error)).to_string();
        scene.keys.push(Key::Fill { ink: Ink::Text, name });
    }
    let far = drawn
        .iter()
        .map(|(_, bin)| bin)
        .fold(drawn[0].1, |far, bin| if (bin.predicted - bin.share).abs() > (far.predicted - far.share).abs() { bin } else { far });
    scene.description = Message::new("chart.calibration.sentence")
        .with("count", count(drawn.len()))
        .with("predicted", percent(far.predicted))
        .with("share", percent(far.share))
        .to_string();
    scene
}

/// An interval in words.
pub fn interval(low: String, high: String) -> String {
    Message::new("chart.interval").with("low", low).with("high", high).to_string()
}
