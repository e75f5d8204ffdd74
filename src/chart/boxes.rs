//! Box plots side by side: quartiles, whiskers, outliers.

use super::format::count;
use super::scene::{Axis, Cell, Ink, Mark, Scene};
use crate::base::Message;

/// One box.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct BoxStats {
    pub name: String,
    /// How many values it is of.
    pub n: usize,
    /// The lower whisker's end.
    pub low: f64,
    pub q1: f64,
    pub median: f64,
    pub q3: f64,
    /// The upper whisker's end.
    pub high: f64,
    pub mean: Option<f64>,
    /// Values beyond the whiskers. At most 400 a box are drawn, evenly chosen.
    pub outliers: Vec<f64>,
    /// How many values lie beyond the whiskers, where not all of them are given.
    pub far: usize,
}

/// Boxes from the top down on one axis; `column` names what is measured, with its unit. `dates` says that its values are
/// moments (microseconds since 1970).
pub fn boxes(column: &str, boxes: &[BoxStats], dates: bool) -> Scene {
    let usable = |b: &&BoxStats| [b.low, b.q1, b.median, b.q3, b.high].iter().all(|x| x.is_finite());
    let drawn: Vec<&BoxStats> = boxes.iter().filter(usable).take(MOST).collect();
    if drawn.is_empty() {
        return Scene::nothing("boxes", "chart.why.no_values").titled(column);
    }
    let ends = drawn.iter().flat_map(|b| b.outliers.iter().copied().chain([b.low, b.high]));
    let x = Axis::over(column, ends).dates(dates).grid().bare();
    let mut scene = Scene::new("boxes", x, Axis::names("", drawn.iter().map(|b| b.name.clone()).collect())).titled(column);
    scene.columns(&[
        "chart.column.name",
        "chart.column.count",
        "chart.column.low",
        "chart.column.q1",
        "chart.column.median",
        "chart.column.q3",
        "chart.column.high",
        "chart.column.mean",
        "chart.column.outliers",
    ]);
    for (i, b) in drawn.iter().enumerate() {
        let y = i as f64;
        let thin = |points: Vec<[f64; 2]>| Mark::Line { points, ink: Ink::Edge, width: 1.0, alpha: 1.0, dash: false, label: String::new() };
        scene.mark(thin(vec![[b.low, y], [b.q1, y]]));
        scene.mark(thin(vec![[b.q3, y], [b.high, y]]));
        for end in [b.low, b.high] {
            scene.mark(thin(vec![[end, y - 0.14], [end, y + 0.14]]));
        }
        let every = b.outliers.len().div_ceil(400).max(1);
        let at: Vec<[f64; 2]> = b.outliers.iter().copied().filter(|x| x.is_finite()).step_by(every).map(|x| [x, y]).collect();
        scene.mark(Mark::Dots { at, ink: Ink::Rest, radius: 2.0, alpha: 0.55, open: false });
        scene.mark(Mark::Rect { from: [b.q1, y - 0.3], to: [b.q3, y + 0.3], ink: Ink::Cat(0), alpha: 0.28, gap: 0.0 });
        scene.mark(Mark::line(vec![[b.median, y - 0.3], [b.median, y + 0.3]], Ink::Cat(0)));
        if let Some(mean) = b.mean {
            scene.mark(Mark::Dots { at: vec![[mean, y]], ink: Ink::Cat(0), radius: 3.0, alpha: 1.0, open: true });
        }
        let label = Message::new("chart.boxes.item")
            .with("name", &b.name)
            .with("median", scene.x.shown(b.median))
            .with("q1", scene.x.shown(b.q1))
            .with("q3", scene.x.shown(b.q3))
            .with("count", count(b.n))
            .with("outliers", count(b.far.max(b.outliers.len())));
        scene.span([b.low, y - 0.4], [b.high, y + 0.4], i, label.to_string());
        let cell = |x: f64| if dates { Cell::from(scene.x.shown(x)) } else { x.into() };
        let figures = [b.low, b.q1, b.median, b.q3, b.high].map(cell);
        let mean = b.mean.map_or(Cell::None, cell);
        let ends = [b.name.as_str().into(), b.n.into()].into_iter().chain(figures);
        scene.row(ends.chain([mean, b.far.max(b.outliers.len()).into()]).collect());
    }
    let by_median = |a: &&&BoxStats, b: &&&BoxStats| a.median.total_cmp(&b.median);
    if let (Some(least), Some(most)) = (drawn.iter().min_by(by_median), drawn.iter().max_by(by_median)) {
        let id = if drawn.len() == 1 { "chart.boxes.sentence_one" } else { "chart.boxes.sentence" };
        scene.description = Message::new(id)
            .with("count", count(boxes.len()))
            .with("column", column)
            .with("least", &least.name)
            .with("least_median", scene.x.shown(least.median))
            .with("most", &most.name)
            .with("most_median", scene.x.shown(most.median))
            .with("q1", scene.x.shown(most.q1))
            .with("q3", scene.x.shown(most.q3))
            .to_string();
    }
    scene
}

/// More boxes cannot be told apart.
const MOST: usize = 60;
