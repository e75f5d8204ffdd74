//! The course of training: a loss or metric by epoch, for training and validation rows, all folds and their mean.

use super::format::figure;
use super::scene::{Anchor, Axis, Cell, Ink, Mark, Scene};
use super::ticks::{greater, lesser};
use crate::base::{Message, text};

/// What the course of training shows.
#[derive(Clone, Debug, Default)]
pub struct Learning {
    /// The loss or metric, by its shown name.
    pub measure: String,
    /// Its value on training rows, folds x epochs. A fold may be shorter than others.
    pub training: Vec<Vec<f64>>,
    /// The same on validation rows; empty without them.
    pub validation: Vec<Vec<f64>>,
    /// The epoch that is kept, counted from 1.
    pub best: Option<usize>,
    /// How many epochs are planned, so that the axis does not move while the network learns.
    pub planned: usize,
    /// What a model reaches that always says the same, and its name.
    pub baseline: Option<(f64, String)>,
}

/// Thick lines are means over folds, thin ones folds, the band their range.
pub fn learning(input: &Learning) -> Scene {
    let epochs = input.training.iter().chain(&input.validation).map(Vec::len).fold(0, usize::max);
    let means = [mean(&input.validation), mean(&input.training)];
    if means.iter().all(|mean| mean.is_empty()) {
        return Scene::nothing("learning", "chart.why.no_epoch").titled(input.measure.clone());
    }
    let values = || input.training.iter().chain(&input.validation).flatten().copied().filter(|x| x.is_finite());
    let (low, mut high) = super::ticks::span(values().chain(input.baseline.iter().map(|(at, _)| *at)));
    // A loss that ran away in its first epochs must not press the rest flat.
    let usual = crate::num::order::quantile(&crate::num::order::sorted(&values().collect::<Vec<f64>>()), 0.98);
    if let Some(usual) = usual.filter(|usual| high - low > 4.0 * (usual - low) && *usual > low) {
        high = usual + (usual - low) * 0.15;
    }
    let last = greater(input.planned as f64, epochs as f64);
    let x = Axis::exact(text("chart.epoch"), 1.0, if last > 1.0 { last } else { 2.0 }).whole();
    let mut scene = Scene::new("learning", x, Axis::over("", [low, high]).grid().bare()).titled(input.measure.clone());
    let parts = [(Ink::Cat(0), "chart.validation", &input.validation), (Ink::Cat(6), "chart.training", &input.training)];
    for (ink, _, folds) in &parts {
        if folds.len() > 1 {
            scene.mark(Mark::Area { points: wide(range(folds)), ink: *ink, alpha: 0.14 });
            for fold in folds.iter() {
                scene.mark(Mark::thin(few(curve(fold)), *ink));
            }
        }
    }
    for ((ink, name, _), mean) in parts.iter().zip(&means).rev() {
        if let Some(end) = mean.last() {
            let label = format!("{} {}", text(name), figure(end[1]));
            scene.mark(Mark::Line { points: few(mean.clone()), ink: *ink, width: 2.0, alpha: 1.0, dash: false, label });
        }
    }
    if let Some((at, name)) = &input.baseline {
        scene.mark(Mark::RuleY { at: *at, ink: Ink::Edge, label: name.clone(), side: Anchor::End });
    }
    let judged = if means[0].is_empty() { &means[1] } else { &means[0] };
    if let Some(best) = input.best {
        let label = Message::new("chart.learning.best").with("epoch", best).to_string();
        scene.mark(Mark::RuleX { at: best as f64, ink: Ink::Edge, label, strong: true });
        if let Some(at) = judged.iter().find(|at| at[0] == best as f64) {
            scene.mark(Mark::Dots {
                at: vec![*at],
                ink: if means[0].is_empty() { Ink::Cat(6) } else { Ink::Cat(0) },
                radius: 4.0,
                alpha: 1.0,
                open: true,
            });
        }
    }
    let at = |mean: &Vec<[f64; 2]>, epoch: usize| {
        mean.binary_search_by(|point| point[0].total_cmp(&(epoch as f64))).ok().map(|place| mean[place][1])
    };
    // Between two that can be told from each other by the pointer, an epoch has no label of its own.
    let step = epochs.div_ceil(MOST_PIECES);
    scene.columns(&["chart.epoch", "chart.training", "chart.validation"]);
    for epoch in 1..=epochs {
        let (train, valid) = (at(&means[1], epoch), at(&means[0], epoch));
        scene.row(vec![epoch.into(), train.into(), valid.into()]);
        let is_labelled = epoch % step == 0 || epoch == 1 || epoch == epochs || Some(epoch) == input.best;
        if let Some(y) = valid.or(train).filter(|_| is_labelled) {
            let mut label = format!("{} {epoch}", text("chart.epoch"));
            for (value, name) in [(valid, "chart.validation"), (train, "chart.training")] {
                if let Some(value) = value {
                    label.push_str(&format!(", {} {}", text(name), figure(value)));
                }
            }
            scene.point([epoch as f64, y], epoch, label);
        }
    }
    let ends = |mean: &Vec<[f64; 2]>| mean.first().zip(mean.last()).map(|(a, b)| (figure(a[1]), figure(b[1])));
    let (id, (from, to)) = match (ends(&means[0]), ends(&means[1])) {
        (Some(ends), _) => ("chart.learning.sentence", ends),
        (None, Some(ends)) => ("chart.learning.sentence_training", ends),
        _ => ("chart.learning.sentence", Default::default()),
    };
    scene.description =
        Message::new(id).with("measure", &input.measure).with("from", from).with("to", to).with("epochs", epochs).to_string();
    if let (Some(best), Some(value)) = (input.best, input.best.and_then(|best| at(judged, best))) {
        let best = Message::new("chart.learning.sentence_best").with("epoch", best).with("value", figure(value)).to_string();
        scene.description = format!("{} {best}", scene.description);
    }
    scene
}

/// Pieces of a line, at most: as many as a wide screen can show.
const MOST_PIECES: usize = 800;

/// A line of few points that looks the same: of each piece its first, its lowest, its highest and its last point.
fn few(points: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    let piece = points.len().div_ceil(MOST_PIECES);
    if piece < 4 {
        return points;
    }
    let ends = |piece: &[[f64; 2]]| {
        let (mut low, mut high) = (0, 0);
        for (place, point) in piece.iter().enumerate() {
            low = if point[1] < piece[low][1] { place } else { low };
            high = if point[1] > piece[high][1] { place } else { high };
        }
        let mut places = vec![0, low, high, piece.len() - 1];
        places.sort_unstable();
        places.dedup();
        places.into_iter().map(|place| piece[place]).collect::<Vec<_>>()
    };
    points.chunks(piece).flat_map(ends).collect()
}

/// The same of a band: of each piece the lowest and the highest value, from its first point to its last.
fn wide(points: Vec<[f64; 3]>) -> Vec<[f64; 3]> {
    let piece = points.len().div_ceil(MOST_PIECES);
    if piece < 4 {
        return points;
    }
    let ends = |piece: &[[f64; 3]]| {
        let low = piece.iter().fold(piece[0][1], |low, point| lesser(low, point[1]));
        let high = piece.iter().fold(piece[0][2], |high, point| greater(high, point[2]));
        [[piece[0][0], low, high], [piece[piece.len() - 1][0], low, high]]
    };
    points.chunks(piece).flat_map(ends).collect()
}

fn curve(fold: &[f64]) -> Vec<[f64; 2]> {
    fold.iter().enumerate().filter(|(_, y)| y.is_finite()).map(|(i, y)| [(i + 1) as f64, *y]).collect()
}

/// The mean over the folds. A fold that has stopped keeps its last value: the mean of the others alone would jump where a
/// good or a bad one falls out.
fn mean(folds: &[Vec<f64>]) -> Vec<[f64; 2]> {
    by_epoch(folds).into_iter().map(|(x, values)| [x, values.iter().fold(0.0, |sum, y| sum + y) / values.len() as f64]).collect()
}

/// The least and greatest over the folds, as for the mean.
fn range(folds: &[Vec<f64>]) -> Vec<[f64; 3]> {
    by_epoch(folds)
        .into_iter()
        .map(|(x, values)| [x, values.iter().fold(values[0], |a, b| lesser(a, *b)), values.iter().fold(values[0], |a, b| greater(a, *b))])
        .collect()
}

/// The finite values of each epoch, counted from 1, that has any; of a shorter fold its last.
fn by_epoch(folds: &[Vec<f64>]) -> Vec<(f64, Vec<f64>)> {
    let epochs = folds.iter().map(Vec::len).fold(0, usize::max);
    let at = |fold: &Vec<f64>, i: usize| fold.get(i).or(fold.last()).copied().filter(|y| y.is_finite());
    (0..epochs)
        .map(|i| ((i + 1) as f64, folds.iter().filter_map(|fold| at(fold, i)).collect::<Vec<f64>>()))
        .filter(|(_, values)| !values.is_empty())
        .collect()
}

/// The learning rate that a schedule gives at each step, and where training is now.
pub fn schedule(rates: &[f64], now: Option<usize>, unit: &str) -> Scene {
    let points: Vec<[f64; 2]> = rates.iter().enumerate().filter(|(_, y)| y.is_finite()).map(|(i, y)| [i as f64, *y]).collect();
    if points.is_empty() {
        return Scene::nothing("schedule", "chart.why.no_step");
    }
    let x = Axis::exact(unit, 0.0, greater(rates.len() as f64 - 1.0, 1.0)).whole();
    let y = Axis::over("", points.iter().map(|p| p[1]).chain([0.0])).grid().bare();
    let mut scene = Scene::new("schedule", x, y);
    scene.mark(Mark::line(few(points.clone()), Ink::Cat(6)));
    let highest = points.iter().fold(points[0], |best, p| if p[1] > best[1] { *p } else { best });
    scene.description = Message::new("chart.schedule.sentence")
        .with("from", figure(points[0][1]))
        .with("highest", figure(highest[1]))
        .with("at", format!("{} {}", unit, highest[0]))
        .with("to", figure(points[points.len() - 1][1]))
        .to_string();
    if let Some(at) = now.and_then(|now| points.iter().find(|p| p[0] == now as f64)) {
        let label = Message::new("chart.schedule.now").with("rate", figure(at[1])).to_string();
        scene.mark(Mark::RuleX { at: at[0], ink: Ink::Edge, label, strong: true });
        scene.mark(Mark::Dots { at: vec![*at], ink: Ink::Accent, radius: 4.0, alpha: 1.0, open: true });
    }
    scene.table.columns = vec![unit.to_owned(), text("chart.schedule.rate")];
    for p in &points {
        scene.row(vec![Cell::Number(p[0]), Cell::Number(p[1])]);
    }
    for p in points.iter().step_by(points.len().div_ceil(MOST_PIECES)) {
        scene.point(*p, p[0] as usize, format!("{unit} {}: {}", p[0], figure(p[1])));
    }
    scene
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_drawn_by_few_points_that_keep_its_ends_and_its_peaks() {
        let value = |epoch: usize| if epoch == 7777 { -3.0 } else { 1.0 / (epoch + 1) as f64 + 0.1 * (epoch % 5) as f64 };
        let course: Vec<f64> = (0..20_000).map(value).collect();
        let scene = learning(&Learning { training: vec![course.clone(), course.clone()], best: Some(7778), ..Learning::default() });
        let lines = scene.marks.iter().filter_map(|mark| if let Mark::Line { points, .. } = mark { Some(points) } else { None });
        for points in lines {
            assert!(points.len() <= 4 * MOST_PIECES && points.windows(2).all(|two| two[0][0] < two[1][0]));
            assert_eq!((points[0], points[points.len() - 1]), ([1.0, value(0)], [20_000.0, value(19_999)]));
            assert!(points.contains(&[7778.0, -3.0]));
        }
        // Every epoch stands in the table; those that can be pointed at apart have a label, the best one among them.
        assert_eq!(scene.table.rows.len(), 20_000);
        assert!(scene.items.len() < 1000 && scene.items.iter().any(|item| item.key == 7778));
        assert!(scene.description.contains("7778"), "{}", scene.description);
        // A short one is drawn as it is.
        assert_eq!(few(curve(&course[..900])).len(), 900);
    }
}
