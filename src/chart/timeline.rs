//! When what was computed: the fits of a search over time, a row for each that ran at once.

use super::format::{count, figure};
use super::scene::{Axis, Ink, Key, Mark, Scene};
use crate::base::{Message, text};

/// A fit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ran {
    /// The number of its trial, as shown.
    pub trial: usize,
    /// Its fold, from 1.
    pub fold: usize,
    /// When it began and ended, in seconds.
    pub from: f64,
    /// When it ended.
    pub to: f64,
    /// Whether its trial is the best so far.
    pub best: bool,
    /// Whether its trial came to no score.
    pub lost: bool,
}

/// Bars are fits. What ran at the same time stands in rows of its own.
pub fn timeline(fits: &[Ran]) -> Scene {
    let mut fits: Vec<Ran> = fits.iter().copied().filter(|fit| fit.from.is_finite() && fit.to.is_finite() && fit.from <= fit.to).collect();
    fits.sort_by(|a, b| a.from.total_cmp(&b.from).then(a.trial.cmp(&b.trial)).then(a.fold.cmp(&b.fold)));
    let Some(start) = fits.first().map(|fit| fit.from) else {
        return Scene::nothing("timeline", "chart.why.no_trials").titled(text("chart.timeline"));
    };
    // Each fit goes into the first row that is free when it begins.
    let mut free: Vec<f64> = Vec::new();
    let mut lanes = Vec::with_capacity(fits.len());
    for fit in &fits {
        let lane = free.iter().position(|end| *end <= fit.from).unwrap_or(free.len());
        if lane == free.len() {
            free.push(0.0);
        }
        free[lane] = fit.to;
        lanes.push(lane);
    }
    let end = fits.iter().fold(start, |end, fit| if fit.to > end { fit.to } else { end }) - start;
    let names = (1..=free.len()).map(|lane| Message::new("chart.timeline.row").with("row", lane).to_string()).collect();
    let x = Axis::exact(text("chart.timeline.seconds"), 0.0, if end > 0.0 { end } else { 1.0 }).grid();
    let mut scene = Scene::new("timeline", x, Axis::names("", names)).titled(text("chart.timeline"));
    scene.columns(&["chart.trial", "chart.timeline.fold", "chart.timeline.from", "chart.timeline.to"]);
    let (mut some_best, mut some_lost) = (false, false);
    for (place, (fit, lane)) in fits.iter().zip(&lanes).enumerate() {
        let (from, to) = (fit.from - start, fit.to - start);
        let ink = match (fit.best, fit.lost) {
            (true, _) => Ink::Cat(1),
            (_, true) => Ink::Rest,
            // Trials that follow each other are told apart by their strength.
            _ => Ink::Cat(0),
        };
        (some_best, some_lost) = (some_best || fit.best, some_lost || (fit.lost && !fit.best));
        let alpha = if fit.trial % 2 == 0 || fit.best { 0.9 } else { 0.6 };
        let (low, high) = ([from, *lane as f64 - 0.38], [to, *lane as f64 + 0.38]);
        scene.mark(Mark::Rect { from: low, to: high, ink, alpha, gap: 1.0 });
        let label = Message::new("chart.timeline.fit")
            .with("trial", fit.trial)
            .with("fold", fit.fold)
            .with("seconds", figure(to - from))
            .with("from", figure(from));
        scene.span(low, high, place, label.to_string());
        scene.row(vec![fit.trial.into(), fit.fold.into(), from.into(), to.into()]);
    }
    scene.keys.push(Key::Fill { ink: Ink::Cat(0), name: text("chart.timeline.fits") });
    if some_best {
        scene.keys.push(Key::Fill { ink: Ink::Cat(1), name: text("chart.history.best") });
    }
    if some_lost {
        scene.keys.push(Key::Fill { ink: Ink::Rest, name: text("chart.timeline.lost") });
    }
    let busy: f64 = fits.iter().map(|fit| fit.to - fit.from).sum();
    scene.description = Message::new("chart.timeline.sentence")
        .with("count", count(fits.len()))
        .with("seconds", figure(end))
        .with("rows", count(free.len()))
        .with("share", super::format::percent(if end > 0.0 { busy / (end * free.len() as f64) } else { 1.0 }))
        .to_string();
    scene
}
