//! A search for parameters over two of them.

use super::format::{count, figure};
use super::scene::{Axis, Cell, Ink, Key, Mark, Scene};
use super::slice::{shown, value};
use super::trials::{ParameterAxis, Trial, best, scored};
use crate::base::{Message, text};
use crate::num::float::log10;

/// Cells across and down, for a parameter of numbers.
const CELLS: usize = 20;

/// The score over two parameters, the `across`th and the `down`th of each trial: each cell has the mean of the trials' ranks,
/// near ones counting most (weights 1/d^2 over scaled distances, the method of Shepard 1968), and each trial is a dot. Ranks
/// from the worst to the best, so that one diverged trial does not take all of the colours.
pub fn contour(metric: &str, greater_is_better: bool, axes: [&ParameterAxis; 2], places: [usize; 2], trials: &[Trial]) -> Scene {
    let scored = scored(trials);
    let pair = |trial: &Trial| Some([value(axes[0], trial, places[0])?, value(axes[1], trial, places[1])?]);
    let known: Vec<(&Trial, f64, [f64; 2])> = scored.iter().filter_map(|(trial, score)| Some((*trial, *score, pair(trial)?))).collect();
    let title = format!("{}, {}", axes[0].name, axes[1].name);
    let sides = [0, 1].map(|side| Side::new(axes[side], known.iter().map(|(.., at)| at[side])));
    let (Some(across), Some(down)) = (&sides[0], &sides[1]) else { return Scene::nothing("contour", "chart.why.no_trials").titled(title) };
    let mut order: Vec<usize> = (0..known.len()).collect();
    order.sort_by(|&a, &b| known[a].1.total_cmp(&known[b].1));
    if !greater_is_better {
        order.reverse();
    }
    let mut ranks = vec![0.5; known.len()];
    if known.len() > 1 {
        order.iter().enumerate().for_each(|(rank, &at)| ranks[at] = rank as f64 / (known.len() - 1) as f64);
    }
    let dots: Vec<[f64; 2]> = known.iter().map(|(.., at)| [across.place(at[0]), down.place(at[1])]).collect();
    let mut scene = Scene::new("contour", across.axis(), down.axis()).titled(title);
    for i in 0..across.cells {
        for j in 0..down.cells {
            let at = [across.middle(i), down.middle(j)];
            let (mut sum, mut weights) = (0.0, 0.0);
            for (dot, rank) in dots.iter().zip(&ranks) {
                let gap = |side: usize, of: &Side| (dot[side] - at[side]) / of.span();
                let (x, y) = (gap(0, across), gap(1, down));
                let weight = 1.0 / (x * x + y * y + 1e-3);
                (sum, weights) = (sum + weight * rank, weights + weight);
            }
            let (half, mean) = ([across.half(), down.half()], sum / weights);
            let ink = Ink::Seq(if mean.is_finite() { mean } else { 0.5 });
            scene.mark(Mark::rect([at[0] - half[0], at[1] - half[1]], [at[0] + half[0], at[1] + half[1]], ink));
        }
    }
    scene.mark(Mark::Dots { at: dots.clone(), ink: Ink::Text, radius: 2.0, alpha: 0.7, open: false });
    scene.keys.push(Key::Ramp { low: text("chart.contour.worse"), middle: None, high: text("chart.contour.better") });
    scene.table.columns = vec![text("chart.trial"), axes[0].name.clone(), axes[1].name.clone(), metric.to_owned()];
    for ((trial, score, at), dot) in known.iter().zip(&dots) {
        let told = [0, 1].map(|side| shown(axes[side], at[side]));
        let label = format!(
            "{} {}: {} {}, {} {}, {metric} {}",
            text("chart.trial"),
            trial.number,
            axes[0].name,
            told[0],
            axes[1].name,
            told[1],
            figure(*score)
        );
        scene.point(*dot, trial.number, label);
        let cell = |side: usize| if axes[side].choices.is_empty() { Cell::from(at[side]) } else { Cell::from(told[side].clone()) };
        scene.row(vec![Cell::from(trial.number), cell(0), cell(1), Cell::from(*score)]);
    }
    let own: Vec<(&Trial, f64)> = known.iter().map(|(trial, score, _)| (*trial, *score)).collect();
    if let Some((top, score)) = best(&own, greater_is_better)
        && let Some(at) = pair(top)
    {
        let dot = [across.place(at[0]), down.place(at[1])];
        scene.mark(Mark::Dots { at: vec![dot], ink: Ink::Cat(1), radius: 4.5, alpha: 1.0, open: true });
        scene.keys.push(Key::Dot { ink: Ink::Cat(1), name: Message::new("chart.parallel.best").with("trial", top.number).to_string() });
        scene.description = Message::new("chart.contour.sentence")
            .with("count", count(known.len()))
            .with("metric", metric)
            .with("best", figure(score))
            .with("a", format!("{} {}", axes[0].name, shown(axes[0], at[0])))
            .with("b", format!("{} {}", axes[1].name, shown(axes[1], at[1])))
            .to_string();
    }
    scene
}

/// One of the two sides: of a logarithmic parameter the powers of ten are drawn.
struct Side<'a> {
    of: &'a ParameterAxis,
    log: bool,
    low: f64,
    high: f64,
    cells: usize,
}

impl<'a> Side<'a> {
    fn new(of: &'a ParameterAxis, values: impl Iterator<Item = f64>) -> Option<Self> {
        let values: Vec<f64> = values.collect();
        if values.is_empty() {
            return None;
        }
        if !of.choices.is_empty() {
            return Some(Self { of, log: false, low: -0.5, high: of.choices.len() as f64 - 0.5, cells: of.choices.len() });
        }
        let log = of.log && values.iter().all(|x| *x > 0.0);
        let (low, high) = super::ticks::span(values.iter().map(|x| if log { log10(*x) } else { *x }));
        Some(Self { of, log, low, high, cells: CELLS })
    }

    fn axis(&self) -> Axis {
        if !self.of.choices.is_empty() {
            return Axis::names(self.of.name.clone(), self.of.choices.clone());
        }
        let name =
            if self.log { Message::new("chart.contour.power").with("name", &self.of.name).to_string() } else { self.of.name.clone() };
        Axis::exact(name, self.low, self.high)
    }

    fn place(&self, x: f64) -> f64 {
        if self.log { log10(x) } else { x }
    }

    fn span(&self) -> f64 {
        self.high - self.low
    }

    fn half(&self) -> f64 {
        self.span() / self.cells as f64 / 2.0
    }

    fn middle(&self, cell: usize) -> f64 {
        self.low + self.span() * (cell as f64 + 0.5) / self.cells as f64
    }
}
