//! A search for parameters along one of them.

use super::format::{count, figure, place};
use super::scene::{Axis, Cell, Ink, Key, Mark, Scene};
use super::trials::{ParameterAxis, Trial, best, scored};
use crate::base::{Message, text};

/// Every trial's score over the value of one parameter, the `at`th of each trial; later trials are stronger. A choice has its
/// values side by side.
pub fn slice(metric: &str, greater_is_better: bool, axis: &ParameterAxis, at: usize, trials: &[Trial]) -> Scene {
    let scored = scored(trials);
    let value = |trial: &Trial| value(axis, trial, at);
    let dots: Vec<(usize, [f64; 2])> = scored.iter().filter_map(|(trial, score)| Some((trial.number, [value(trial)?, *score]))).collect();
    if dots.is_empty() {
        return Scene::nothing("slice", "chart.why.no_trials").titled(axis.name.clone());
    }
    let x = scale(axis, dots.iter().map(|(_, dot)| dot[0]));
    let y = Axis::over(metric, dots.iter().map(|(_, dot)| dot[1])).grid().bare();
    let mut scene = Scene::new("slice", x, y).titled(axis.name.clone());
    // A few strengths are enough to see where the search went.
    let shares = 5;
    for part in 0..shares {
        let from = dots.len() * part / shares;
        let at = dots[from..dots.len() * (part + 1) / shares].iter().map(|(_, dot)| *dot).collect();
        let ink = Ink::Seq(0.3 + 0.14 * part as f64);
        scene.mark(Mark::Dots { at, ink, radius: 3.0, alpha: 0.85, open: false });
    }
    let top = best(&scored.iter().copied().filter(|(trial, _)| value(trial).is_some()).collect::<Vec<_>>(), greater_is_better);
    scene.keys.push(Key::Note { name: text("chart.slice.later") });
    scene.table.columns = vec![text("chart.trial"), axis.name.clone(), metric.to_owned()];
    for (number, dot) in &dots {
        let told = shown(axis, dot[0]);
        scene.point(*dot, *number, format!("{} {number}: {} {told}, {metric} {}", text("chart.trial"), axis.name, figure(dot[1])));
        let cell = if axis.choices.is_empty() { Cell::from(dot[0]) } else { Cell::from(told) };
        scene.row(vec![Cell::from(*number), cell, Cell::from(dot[1])]);
    }
    if let Some((trial, score)) = top {
        let x = value(trial).unwrap_or_default();
        scene.mark(Mark::Dots { at: vec![[x, score]], ink: Ink::Cat(1), radius: 4.5, alpha: 1.0, open: true });
        scene.keys.push(Key::Dot { ink: Ink::Cat(1), name: Message::new("chart.parallel.best").with("trial", trial.number).to_string() });
        scene.description = Message::new("chart.slice.sentence")
            .with("count", count(dots.len()))
            .with("metric", metric)
            .with("best", figure(score))
            .with("parameter", &axis.name)
            .with("value", shown(axis, x))
            .to_string();
    }
    scene
}

/// The axis of a parameter over some of its values.
pub(super) fn scale(axis: &ParameterAxis, values: impl Iterator<Item = f64>) -> Axis {
    let values: Vec<f64> = values.collect();
    if !axis.choices.is_empty() {
        return Axis::names(axis.name.clone(), axis.choices.clone());
    }
    if axis.log && values.iter().all(|x| *x > 0.0) { Axis::log(axis.name.clone(), values) } else { Axis::over(axis.name.clone(), values) }
}

/// The value of a trial on an axis; nothing where it has none there.
pub(super) fn value(axis: &ParameterAxis, trial: &Trial, at: usize) -> Option<f64> {
    let is_on = |x: &f64| x.is_finite() && (axis.choices.is_empty() || (*x >= 0.0 && (*x as usize) < axis.choices.len()));
    trial.values.get(at).copied().flatten().filter(is_on)
}

/// A value of a parameter in words.
pub(super) fn shown(axis: &ParameterAxis, x: f64) -> String {
    if axis.choices.is_empty() { place(x) } else { axis.choices.get(x as usize).cloned().unwrap_or_default() }
}
