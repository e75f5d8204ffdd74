//! A search for two objectives: every trial by both, and those that no other beats.

use super::format::{count, figure};
use super::scene::{Axis, Ink, Key, Mark, Scene};
use crate::base::{Message, text};

/// A trial by two objectives.
#[derive(Clone, Copy, Debug, Default)]
pub struct FrontTrial {
    /// Its number, as shown.
    pub number: usize,
    /// The further objective, across.
    pub x: f64,
    /// The score, up.
    pub y: f64,
    /// Whether no other trial beats it in all objectives of the search.
    pub front: bool,
}

/// Dots are trials; those of the front are joined by steps.
pub fn front(across: &str, up: &str, trials: &[FrontTrial]) -> Scene {
    let known: Vec<&FrontTrial> = trials.iter().filter(|trial| trial.x.is_finite() && trial.y.is_finite()).collect();
    if known.is_empty() {
        return Scene::nothing("front", "chart.why.no_trials").titled(text("chart.front"));
    }
    let x = Axis::over(across, known.iter().map(|trial| trial.x)).grid();
    let y = Axis::over(up, known.iter().map(|trial| trial.y)).grid().bare();
    let mut scene = Scene::new("front", x, y).titled(up);
    let at = |front: bool| known.iter().filter(|trial| trial.front == front).map(|trial| [trial.x, trial.y]).collect::<Vec<[f64; 2]>>();
    let mut best = at(true);
    best.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    // What is reached with one trial is reached until the next one begins.
    let steps = best.windows(2).flat_map(|two| [two[0], [two[1][0], two[0][1]]]).chain(best.last().copied()).collect();
    scene.mark(Mark::Dots { at: at(false), ink: Ink::Rest, radius: 3.0, alpha: 0.7, open: false });
    scene.mark(Mark::Line { points: steps, ink: Ink::Cat(0), width: 1.0, alpha: 0.8, dash: true, label: String::new() });
    scene.mark(Mark::Dots { at: best.clone(), ink: Ink::Cat(0), radius: 4.0, alpha: 1.0, open: false });
    scene.keys.push(Key::Dot { ink: Ink::Cat(0), name: text("chart.front.best") });
    scene.keys.push(Key::Dot { ink: Ink::Rest, name: text("chart.front.others") });
    scene.table.columns = vec![text("chart.trial"), across.to_owned(), up.to_owned(), text("chart.front.best")];
    for trial in &known {
        let mark = text(if trial.front { "chart.front.yes" } else { "chart.front.no" });
        scene.row(vec![trial.number.into(), trial.x.into(), trial.y.into(), mark.into()]);
        let label = format!("{} {}: {up} {}, {across} {}", text("chart.trial"), trial.number, figure(trial.y), figure(trial.x));
        scene.point([trial.x, trial.y], trial.number, label);
    }
    scene.description = Message::new("chart.front.sentence")
        .with("count", count(known.len()))
        .with("front", count(best.len()))
        .with("across", across)
        .with("up", up)
        .to_string();
    scene
}
