//! A search for parameters: its history, and its trials on parallel axes.

use super::format::{count, figure, place};
use super::scene::{Anchor, Axis, Cell, Ink, Key, Mark, Scene};
use crate::base::{Message, text};
use crate::num::float::{log10, pow};
use std::collections::{BTreeMap, BTreeSet};

/// One trial.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    /// Its number, as shown.
    pub number: usize,
    /// Its score; nothing where it failed or was ended early.
    pub score: Option<f64>,
    /// The value of each parameter, in the order of the axes; the place of the choice for choices. Nothing where it was not set.
    pub values: Vec<Option<f64>>,
}

/// A parameter's axis.
#[derive(Clone, Debug, Default)]
pub struct ParameterAxis {
    /// The parameter.
    pub name: String,
    /// By orders of magnitude.
    pub log: bool,
    /// The names of the choices; empty for numbers.
    pub choices: Vec<String>,
}

pub(super) fn scored(trials: &[Trial]) -> Vec<(&Trial, f64)> {
    trials.iter().filter_map(|trial| trial.score.filter(|x| x.is_finite()).map(|score| (trial, score))).collect()
}

/// Whether `a` is better than `b`.
fn better(a: f64, b: f64, greater_is_better: bool) -> bool {
    if greater_is_better { a > b } else { a < b }
}

pub(super) fn best<'a>(scored: &[(&'a Trial, f64)], greater_is_better: bool) -> Option<(&'a Trial, f64)> {
    scored.iter().copied().reduce(|best, next| if better(next.1, best.1, greater_is_better) { next } else { best })
}

/// Every trial's score in the order of trying, and the best so far.
pub fn history(metric: &str, greater_is_better: bool, trials: &[Trial]) -> Scene {
    let scored = scored(trials);
    let Some((top, score)) = best(&scored, greater_is_better) else {
        return Scene::nothing("history", "chart.why.no_trials").titled(metric);
    };
    let (first, last) = trials.iter().fold((usize::MAX, 0), |(a, b), trial| (a.min(trial.number), b.max(trial.number)));
    let x = Axis::over(text("chart.trial"), [first as f64, last as f64]).whole();
    let y = match scored.iter().all(|(_, other)| *other == score) {
        // One score alone: the default room of half its size would reach far beyond what a score can be.
        true => Axis::over(metric, [score - score.abs() * 0.05, score + score.abs() * 0.05]),
        false => Axis::over(metric, scored.iter().map(|(_, score)| *score)),
    };
    let mut scene = Scene::new("history", x, y.grid().bare()).titled(metric);
    if let super::scene::Scale::Linear { low, high, nice } = &mut scene.x.scale {
        *nice = false;
        if first == last {
            (*low, *high) = (first as f64 - 1.0, first as f64 + 1.0);
        }
    }
    let mut line: Vec<[f64; 2]> = Vec::new();
    let mut so_far = scored[0].1;
    for (trial, score) in &scored {
        let x = trial.number as f64;
        if better(*score, so_far, greater_is_better) {
            line.push([x, so_far]);
            so_far = *score;
        }
        line.push([x, so_far]);
    }
    line.push([last as f64, so_far]);
    let at = scored.iter().map(|(trial, score)| [trial.number as f64, *score]).collect();
    scene.mark(Mark::Dots { at, ink: Ink::Rest, radius: 3.0, alpha: 0.7, open: false });
    scene.mark(Mark::line(line, Ink::Cat(0)));
    let at = [top.number as f64, score];
    scene.mark(Mark::Dots { at: vec![at], ink: Ink::Cat(0), radius: 4.0, alpha: 1.0, open: true });
    scene.keys.push(Key::Line { ink: Ink::Cat(0), name: text("chart.history.best") });
    scene.keys.push(Key::Dot { ink: Ink::Rest, name: text("chart.trial") });
    let unfinished = trials.len() - scored.len();
    if unfinished > 0 {
        scene.keys.push(Key::Note { name: Message::new("chart.history.unfinished").with("count", count(unfinished)).to_string() });
    }
    scene.table.columns = vec![text("chart.trial"), metric.to_owned()];
    for trial in trials {
        scene.row(vec![trial.number.into(), Cell::from(trial.score)]);
    }
    for (trial, score) in &scored {
        scene.point([trial.number as f64, *score], trial.number, format!("{} {}: {}", text("chart.trial"), trial.number, figure(*score)));
    }
    scene.description = Message::new("chart.history.sentence")
        .with("count", count(trials.len()))
        .with("metric", metric)
        .with("best", figure(score))
        .with("trial", top.number)
        .to_string();
    scene
}

/// Axes of parameters that are drawn, at most.
pub const MOST_AXES: usize = 11;

/// Stretches of parallel axes by their place, that of the score behind those of the parameters: each from 0 at the foot of the
/// axis to 1 at its head. Looked at are the trials that pass through all of them.
pub type Brushes = BTreeMap<usize, [f64; 2]>;

/// The axes of the parameters and that of the score.
fn columns(axes: &[ParameterAxis], scored: &[(&Trial, f64)]) -> Vec<Column> {
    let parameter = |(i, axis): (usize, &ParameterAxis)| {
        Column::new(axis, scored.iter().filter_map(|(trial, _)| trial.values.get(i).copied().flatten()))
    };
    let score = Column::new(&ParameterAxis::default(), scored.iter().map(|(_, score)| *score));
    axes.iter().take(MOST_AXES).enumerate().map(parameter).chain([score]).collect()
}

fn passes(columns: &[Column], brushes: &Brushes, trial: &Trial, score: f64) -> bool {
    brushes.iter().all(|(&at, [low, high])| {
        let value = if at + 1 == columns.len() { Some(score) } else { trial.values.get(at).copied().flatten() };
        value.zip(columns.get(at)).is_some_and(|(value, column)| (*low..=*high).contains(&column.place(value)))
    })
}

/// The numbers of the trials with a score that pass through all brushes.
pub fn brushed(axes: &[ParameterAxis], trials: &[Trial], brushes: &Brushes) -> BTreeSet<usize> {
    let scored = scored(trials);
    let columns = columns(axes, &scored);
    scored.into_iter().filter(|(trial, score)| passes(&columns, brushes, trial, *score)).map(|(trial, _)| trial.number).collect()
}

/// What stands at an end of a stretch of one of the parallel axes, as a text; of choices the first or the last within it.
pub fn on_axis(axes: &[ParameterAxis], trials: &[Trial], at: usize, stretch: [f64; 2], is_upper: bool) -> String {
    let share = stretch[usize::from(is_upper)];
    columns(axes, &scored(trials)).get(at).map(|column| column.shown(column.value(share, is_upper))).unwrap_or_default()
}

/// A line a trial over the axes of all parameters and the score; the best is drawn last and thick, those that do not pass
/// through the brushes are faint.
pub fn parallel(metric: &str, greater_is_better: bool, axes: &[ParameterAxis], trials: &[Trial], brushes: &Brushes) -> Scene {
    let scored = scored(trials);
    let Some((top, top_score)) = best(&scored, greater_is_better).filter(|_| !axes.is_empty()) else {
        return Scene::nothing("parallel", "chart.why.no_trials");
    };
    let columns = columns(axes, &scored);
    let axes = &axes[..columns.len() - 1];
    let kept: Vec<bool> = scored.iter().map(|(trial, score)| passes(&columns, brushes, trial, *score)).collect();
    let names: Vec<String> = axes.iter().map(|axis| axis.name.clone()).chain([metric.to_owned()]).collect();
    let mut scene = Scene::new("parallel", Axis::names("", names.clone()), Axis::exact("", -0.1, 1.1).quiet());
    // Better trials are drawn later and stronger.
    let mut order: Vec<&(&Trial, f64)> = scored.iter().collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1).then(b.0.number.cmp(&a.0.number)));
    if !greater_is_better {
        order.reverse();
    }
    let line = |trial: &Trial, score: f64| -> Vec<[f64; 2]> {
        let values = trial.values.iter().copied().take(axes.len()).enumerate().chain([(axes.len(), Some(score))]);
        values.filter_map(|(i, value)| Some([i as f64, columns.get(i)?.place(value?)])).filter(|p| p[1].is_finite()).collect()
    };
    // What is not looked at lies beneath.
    for ((trial, score), _) in scored.iter().zip(&kept).filter(|(_, kept)| !**kept) {
        let points = line(trial, *score);
        scene.mark(Mark::Line { points, ink: Ink::Rest, width: 1.0, alpha: 0.2, dash: false, label: String::new() });
    }
    let numbers: BTreeSet<usize> = scored.iter().zip(&kept).filter(|(_, kept)| **kept).map(|((trial, _), _)| trial.number).collect();
    order.retain(|(trial, _)| numbers.contains(&trial.number));
    for (rank, (trial, score)) in order.iter().copied().enumerate() {
        let share = (rank + 1) as f64 / order.len() as f64;
        let alpha = 0.25 + 0.6 * share * share;
        let ink = Ink::Seq(0.25 + 0.7 * share);
        scene.mark(Mark::Line { points: line(trial, *score), ink, width: 1.0, alpha, dash: false, label: String::new() });
    }
    let is_seen = numbers.contains(&top.number);
    let alpha = if is_seen { 1.0 } else { 0.4 };
    scene.mark(Mark::Line { points: line(top, top_score), ink: Ink::Cat(1), width: 2.0, alpha, dash: false, label: String::new() });
    for (&at, &[low, high]) in brushes.iter().filter(|(at, _)| **at < columns.len()) {
        let points = vec![[at as f64, low], [at as f64, high]];
        scene.mark(Mark::Line { points, ink: Ink::Accent, width: 9.0, alpha: 0.35, dash: false, label: String::new() });
    }
    for (i, column) in columns.iter().enumerate() {
        let x = i as f64;
        scene.mark(Mark::Line {
            points: vec![[x, 0.0], [x, 1.0]],
            ink: Ink::Axis,
            width: 1.0,
            alpha: 1.0,
            dash: false,
            label: String::new(),
        });
        for (at, label) in &column.labels {
            let end = if *at == 0.0 {
                9.0
            } else if *at == 1.0 {
                -9.0
            } else {
                0.0
            };
            let (anchor, dx) = if end == 0.0 { (Anchor::Start, 5.0) } else { (Anchor::Middle, 0.0) };
            let mark = Mark::Text {
                at: [x, *at],
                text: label.clone(),
                anchor,
                ink: Ink::Muted,
                strong: false,
                shift: [dx, end],
                halo: end == 0.0,
            };
            scene.mark(mark);
        }
    }
    scene.keys.push(Key::Line { ink: Ink::Cat(1), name: Message::new("chart.parallel.best").with("trial", top.number).to_string() });
    scene.keys.push(Key::Note { name: text("chart.parallel.stronger") });
    scene.table.columns = std::iter::once(text("chart.trial")).chain(names.clone()).collect();
    for (trial, score) in &scored {
        let told = |i: usize| trial.values.get(i).copied().flatten();
        let words = |i: usize| told(i).map_or(String::new(), |x| columns[i].shown(x));
        let all: Vec<String> = (0..axes.len()).map(|i| format!("{} {}", names[i], words(i))).collect();
        let at = [axes.len() as f64, columns[axes.len()].place(*score)];
        scene.point(at, trial.number, format!("{} {}: {metric} {}, {}", text("chart.trial"), trial.number, figure(*score), all.join(", ")));
        let cells = (0..axes.len()).map(|i| if axes[i].choices.is_empty() { Cell::from(told(i)) } else { Cell::from(words(i)) });
        scene.row(std::iter::once(Cell::from(trial.number)).chain(cells).chain([Cell::from(*score)]).collect());
    }
    let set: Vec<String> =
        (0..axes.len()).filter_map(|i| Some(format!("{} {}", names[i], columns[i].shown(top.values.get(i).copied().flatten()?)))).collect();
    scene.description = Message::new("chart.parallel.sentence")
        .with("count", count(scored.len()))
        .with("metric", metric)
        .with("best", figure(top_score))
        .with("set", set.join(", "))
        .to_string();
    if !brushes.is_empty() {
        let kept = Message::new("chart.parallel.kept").with("kept", numbers.len()).with("count", scored.len()).to_string();
        scene.keys.push(Key::Note { name: kept.clone() });
        scene.description += &format!(" {kept}.");
    }
    scene
}

/// One of the parallel axes, from 0 at its foot to 1 at its head.
struct Column {
    low: f64,
    high: f64,
    /// The least and the greatest value there is; nothing where there is none.
    ends: Option<[f64; 2]>,
    log: bool,
    choices: Vec<String>,
    labels: Vec<(f64, String)>,
}

impl Column {
    fn new(axis: &ParameterAxis, values: impl Iterator<Item = f64>) -> Self {
        let values: Vec<f64> = values.filter(|x| x.is_finite()).collect();
        let log = axis.log && axis.choices.is_empty() && values.iter().all(|x| *x > 0.0) && !values.is_empty();
        if !axis.choices.is_empty() {
            let last = (axis.choices.len() - 1) as f64;
            let (low, high) = if last > 0.0 { (0.0, last) } else { (-1.0, 1.0) };
            let place = |i: usize| (i as f64 - low) / (high - low);
            let labels = axis.choices.iter().enumerate().map(|(i, name)| (place(i), super::format::shortened(name, 11.0, 72.0))).collect();
            return Self { low, high, ends: None, log, choices: axis.choices.clone(), labels };
        }
        let (low, high) = super::ticks::span(values.iter().map(|x| if log { log10(*x) } else { *x }));
        let least = values.iter().copied().fold(f64::INFINITY, super::ticks::lesser);
        let most = values.iter().copied().fold(f64::NEG_INFINITY, super::ticks::greater);
        let ends = (!values.is_empty()).then_some([least, most]);
        let labels = match ends {
            None => vec![],
            Some(_) if least == most => vec![(0.5, place(least))],
            Some(_) => vec![(0.0, place(least)), (1.0, place(most))],
        };
        Self { low, high, ends, log, choices: vec![], labels }
    }

    fn place(&self, x: f64) -> f64 {
        let x = if self.log { log10(x) } else { x };
        let share = (x - self.low) / (self.high - self.low);
        if share > 1.0 {
            1.0
        } else if share < 0.0 {
            0.0
        } else {
            share
        }
    }

    /// The value at a share of the axis, which is the lower or the upper end of a stretch; of choices the one that lies just
    /// within. Never beyond the values that there are: an axis of one value has room on both sides.
    fn value(&self, share: f64, is_upper: bool) -> f64 {
        let x = self.low + share * (self.high - self.low);
        let within = |x: f64| self.ends.map_or(x, |[least, most]| x.clamp(least, most));
        match (self.log, self.choices.len()) {
            (true, _) => within(pow(10.0, x)),
            (false, 0) => within(x),
            // What rounding adds to a share moves no end.
            (false, count) => {
                let place = if is_upper { (x + 1e-9).floor() } else { (x - 1e-9).ceil() };
                (place as usize).min(count - 1) as f64
            }
        }
    }

    fn shown(&self, x: f64) -> String {
        if self.choices.is_empty() { place(x) } else { self.choices.get(x as usize).cloned().unwrap_or_default() }
    }
}
