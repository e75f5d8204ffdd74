//! A search for parameters fold by fold: how trials stood, and which were ended early.

use super::format::{count, figure};
use super::scene::{Axis, Cell, Ink, Key, Mark, Scene};
use crate::base::{Message, text};

/// How a trial went.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// Its number, as shown.
    pub number: usize,
    /// The mean score after each fold; nothing where it is not defined.
    pub reached: Vec<Option<f64>>,
    /// Whether it was ended early.
    pub ended: bool,
}

/// A line a trial over its folds; those that were ended early stop at a dot.
pub fn rungs(metric: &str, courses: &[Course]) -> Scene {
    let points = |course: &Course| -> Vec<[f64; 2]> {
        let at = |(fold, reached): (usize, &Option<f64>)| Some([(fold + 1) as f64, reached.filter(|x| x.is_finite())?]);
        course.reached.iter().enumerate().filter_map(at).collect()
    };
    let lines: Vec<(&Course, Vec<[f64; 2]>)> =
        courses.iter().map(|course| (course, points(course))).filter(|(_, points)| !points.is_empty()).collect();
    let folds = lines.iter().map(|(course, _)| course.reached.len()).fold(0, usize::max);
    if folds == 0 {
        return Scene::nothing("rungs", "chart.why.no_trials").titled(metric);
    }
    let x = Axis::exact(text("chart.rungs.fold"), 0.5, folds as f64 + 0.5).whole();
    let y = Axis::over(metric, lines.iter().flat_map(|(_, points)| points.iter().map(|at| at[1]))).grid().bare();
    let mut scene = Scene::new("rungs", x, y).titled(metric);
    for (course, points) in &lines {
        let (ink, alpha) = if course.ended { (Ink::Rest, 0.5) } else { (Ink::Cat(0), 0.6) };
        scene.mark(Mark::Line { points: points.clone(), ink, width: 1.0, alpha, dash: false, label: String::new() });
    }
    let ends = |ended: bool| -> Vec<[f64; 2]> {
        lines.iter().filter(|(course, _)| course.ended == ended).filter_map(|(_, points)| points.last().copied()).collect()
    };
    let (ended, whole) = (ends(true), ends(false));
    scene.mark(Mark::Dots { at: whole, ink: Ink::Cat(0), radius: 2.5, alpha: 0.9, open: false });
    scene.mark(Mark::Dots { at: ended.clone(), ink: Ink::Rest, radius: 3.0, alpha: 0.9, open: false });
    scene.keys.push(Key::Line { ink: Ink::Cat(0), name: text("chart.rungs.whole") });
    if !ended.is_empty() {
        scene.keys.push(Key::Line { ink: Ink::Rest, name: text("chart.rungs.ended") });
    }
    scene.table.columns = std::iter::once(text("chart.trial"))
        .chain((1..=folds).map(|fold| Message::new("chart.rungs.after").with("count", fold).to_string()))
        .collect();
    for (course, points) in &lines {
        if let Some(last) = points.last() {
            let how = text(if course.ended { "chart.rungs.ended" } else { "chart.rungs.whole" });
            scene.point(*last, course.number, format!("{} {}: {}, {how}", text("chart.trial"), course.number, figure(last[1])));
        }
        let cells = (0..folds).map(|fold| Cell::from(course.reached.get(fold).copied().flatten()));
        scene.row(std::iter::once(Cell::from(course.number)).chain(cells).collect());
    }
    let done: usize = lines.iter().map(|(course, _)| course.reached.len()).sum();
    scene.description = Message::new("chart.rungs.sentence")
        .with("count", count(lines.len()))
        .with("ended", count(ended.len()))
        .with("done", count(done))
        .with("all", count(folds * lines.len()))
        .to_string();
    scene
}
