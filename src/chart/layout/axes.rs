//! The frame, the grid, the axes and their labels.

use super::{Anchor, Frame, Ink, Layout, Project, ROW, Scale, Scene, Shape, TEXT};
use crate::chart::measure;
use crate::chart::scene::{Axis, Mark};
use crate::chart::ticks::{greater, lesser};
use crate::chart::{format, ticks};

/// The frame and how the axes run in it.
pub struct Axes {
    pub frame: Frame,
    pub x: Project,
    pub y: Project,
    x_ticks: Vec<Tick>,
    y_ticks: Vec<Tick>,
    turned: bool,
    y_title: Option<f64>,
}

/// How many times as high as wide a cell is at most.
pub const STEEPEST: f64 = 1.2;

struct Tick {
    at: f64,
    label: String,
}

/// Finds the frame in what is left below `top`; `ends` is kept free on the right for the names of lines.
pub fn place(scene: &Scene, width: f64, height: f64, top: f64, ends: f64) -> Axes {
    let y_title = if scene.y.title.is_empty() { None } else { Some(top + 6.0) };
    let top = top + if y_title.is_some() { ROW } else { 2.0 } + if matches!(scene.y.scale, Scale::Names(_)) { 0.0 } else { 4.0 };
    // Names of upright lines stand above rows.
    let ruled = scene.marks.iter().any(|mark| matches!(mark, Mark::RuleX { label, .. } if !label.is_empty()));
    let top = top + if ruled && matches!(scene.y.scale, Scale::Names(_)) { 14.0 } else { 0.0 };
    let x_title = if scene.x.title.is_empty() { 0.0 } else { 14.0 };
    let flat = match (&scene.x.scale, scene.x.quiet) {
        (Scale::Names(_), _) | (_, false) => 20.0 + x_title,
        _ => 6.0 + x_title,
    };
    // First a guess, whose labels are as wide as the final ones nearly always.
    let guess = labelled(&scene.y, greater(height - top - flat, 20.0), 34.0, width);
    let left = left(&guess, width);
    let right = valued(scene, left, width - greater(ends, 12.0), width);
    let turned = turned(&scene.x, greater(right - left, 20.0));
    let bottom = height - turned.map_or(flat, |room| lesser(room, height * 0.34) + 10.0 + x_title);
    let mut frame = Frame { left, top, right: greater(right, left + 20.0), bottom: greater(bottom, top + 20.0) };
    match &scene.y.scale {
        _ if scene.square => squared(scene, &mut frame),
        // Rows stay rows where there is room for more.
        Scale::Names(names) => frame.bottom = lesser(frame.bottom, frame.top + names.len().max(1) as f64 * 40.0),
        _ => {}
    }
    let frame = Frame { left: frame.left.round(), top: frame.top.round(), right: frame.right.round(), bottom: frame.bottom.round() };
    let most_x = most(frame.width(), 52.0);
    let most_y = most(frame.height(), 34.0);
    let x = Project::new(&scene.x.scale, domain(&scene.x, most_x), frame.left, frame.right);
    let y = match scene.y.scale {
        Scale::Names(_) => Project::new(&scene.y.scale, domain(&scene.y, most_y), frame.top, frame.bottom),
        _ => Project::new(&scene.y.scale, domain(&scene.y, most_y), frame.bottom, frame.top),
    };
    let room = turned.map_or(0.0, |_| height * 0.34);
    let x_ticks = match &scene.x.scale {
        Scale::Names(names) if scene.x.ordered => {
            // As many in a row as stand apart.
            let widest = names.iter().fold(0.0, |widest, name| greater(measure::width(name, TEXT, false), widest));
            let each = lesser(widest, 90.0) + 10.0;
            thinned(names, (each / x.unit()).ceil() as usize, each - 8.0)
        }
        Scale::Names(names) => names_beside(names, x.unit(), turned.map(|_| room)),
        _ => numbers_beside(&scene.x, &x, most_x),
    };
    let y_ticks = match &scene.y.scale {
        Scale::Names(names) => names_below(names, y.unit(), frame.left - 10.0),
        _ => numbered(&scene.y, most_y),
    };
    Axes { frame, x, y, x_ticks, y_ticks, turned: turned.is_some(), y_title }
}

/// How many ticks a length holds.
fn most(length: f64, each: f64) -> usize {
    ((length / each) as usize).clamp(2, 7)
}

/// The span of values that the axis shows.
fn domain(axis: &Axis, most: usize) -> (f64, f64) {
    match &axis.scale {
        Scale::Linear { low, high, nice: true } => {
            let (low, high, _) = ticks::nice(*low, *high, most, axis.whole);
            (low, high)
        }
        Scale::Linear { low, high, nice: false } => ticks::widened(*low, *high),
        Scale::Log { low, high } if *low > 0.0 && *high > *low && high.is_finite() => (*low, *high),
        Scale::Log { .. } => (0.1, 1.0),
        Scale::Names(names) => (-0.5, names.len().max(1) as f64 - 0.5),
        Scale::Hidden => (0.0, 1.0),
    }
}

/// The ticks of an axis of numbers; `nice` axes tick their ends.
fn numbered(axis: &Axis, most: usize) -> Vec<Tick> {
    if axis.quiet {
        return vec![];
    }
    let (low, high) = domain(axis, most);
    let (values, labels) = match axis.scale {
        Scale::Linear { .. } if axis.dates => {
            let values = ticks::dates(low, high, most);
            let labels = format::date_ticks(&values);
            (values, labels)
        }
        Scale::Linear { low, high, nice: true } => {
            let (_, _, values) = ticks::nice(low, high, most, axis.whole);
            let labels = format::ticks(&values, axis.percent);
            (values, labels)
        }
        Scale::Log { .. } => {
            let values = ticks::log(low, high, most);
            let labels = format::log_ticks(&values);
            (values, labels)
        }
        Scale::Linear { .. } => {
            let values = ticks::linear(low, high, most, axis.whole);
            let labels = format::ticks(&values, axis.percent);
            (values, labels)
        }
        _ => return vec![],
    };
    values.into_iter().zip(labels).map(|(at, label)| Tick { at, label }).collect()
}

/// The labels of a vertical axis before its frame is final.
fn labelled(axis: &Axis, length: f64, each: f64, width: f64) -> Vec<Tick> {
    match &axis.scale {
        Scale::Names(names) => names_below(names, f64::INFINITY, width * if width < 420.0 { 0.36 } else { 0.3 }),
        _ => numbered(axis, most(length, each)),
    }
}

fn left(labels: &[Tick], width: f64) -> f64 {
    if labels.is_empty() {
        return 10.0;
    }
    let widest = labels.iter().fold(0.0, |widest, tick| greater(measure::width(&tick.label, TEXT, false), widest));
    lesser(widest + 14.0, width * 0.45)
}

/// Numbers along the horizontal axis: as many as stand apart.
fn numbers_beside(axis: &Axis, x: &Project, most: usize) -> Vec<Tick> {
    let all = numbered(axis, most);
    let width = |tick: &Tick| measure::width(&tick.label, TEXT, false);
    for every in 1..=all.len().max(1) {
        // Every second or third tick keeps the first and, where it can, a middle.
        let kept: Vec<&Tick> = all.iter().step_by(every).collect();
        let apart = |pair: &[&Tick]| (x.pixel(pair[1].at) - x.pixel(pair[0].at)).abs() >= (width(pair[0]) + width(pair[1])) * 0.5 + 8.0;
        if kept.windows(2).all(apart) {
            return all.into_iter().step_by(every).collect();
        }
    }
    all
}

/// Whether names along the horizontal axis must be turned, and how long the longest then is.
fn turned(axis: &Axis, length: f64) -> Option<f64> {
    let Scale::Names(names) = &axis.scale else { return None };
    if axis.ordered {
        return None;
    }
    let band = length / names.len().max(1) as f64;
    let widest = names.iter().fold(0.0, |widest, name| greater(measure::width(name, TEXT, false), widest));
    if widest + 6.0 <= band || band >= 56.0 { None } else { Some(widest) }
}

fn names_beside(names: &[String], band: f64, turned: Option<f64>) -> Vec<Tick> {
    let every = match turned {
        Some(_) => (13.0 / band).ceil() as usize,
        None => 1,
    };
    let room = turned.unwrap_or(band * every.max(1) as f64 - 4.0);
    thinned(names, every, room)
}

fn names_below(names: &[String], band: f64, room: f64) -> Vec<Tick> {
    thinned(names, (12.5 / band).ceil() as usize, room)
}

/// Every so many names, shortened.
fn thinned(names: &[String], every: usize, room: f64) -> Vec<Tick> {
    let every = every.max(1);
    let label = |name: &String| format::shortened_inside(name, TEXT, room);
    names.iter().enumerate().step_by(every).map(|(i, name)| Tick { at: i as f64, label: label(name) }).collect()
}

/// Where the frame ends on the right so that values at the ends of bars stay in the picture.
fn valued(scene: &Scene, left: f64, right: f64, width: f64) -> f64 {
    if !matches!((&scene.y.scale, &scene.x.scale), (Scale::Names(_), Scale::Linear { .. })) {
        return right;
    }
    let (low, high) = domain(&scene.x, most(right - left, 52.0));
    let mut needed = right;
    for mark in &scene.marks {
        if let Mark::Text { at, text, anchor: Anchor::Start, strong, shift, .. } = mark {
            let share = (at[0] - low) / (high - low);
            if share > 0.05 {
                needed = lesser(needed, left + (width - 4.0 - shift[0] - measure::width(text, TEXT, *strong) - left) / share);
            }
        }
    }
    greater(needed, left + (right - left) * 0.4)
}

/// Cells that are not much wider than high, in the middle of what is there.
fn squared(scene: &Scene, frame: &mut Frame) {
    let units = |axis: &Axis| match &axis.scale {
        Scale::Names(names) => names.len().max(1) as f64,
        _ => 1.0,
    };
    let (nx, ny) = (units(&scene.x), units(&scene.y));
    let widest = frame.height() / ny * 1.9 * nx;
    if frame.width() > widest {
        frame.right = frame.left + widest;
    }
    let highest = frame.width() / nx * STEEPEST * ny;
    if frame.height() > highest {
        frame.bottom = frame.top + highest;
    }
}

impl Axes {
    /// Draws the lines that run behind the marks.
    pub fn grid(&self, layout: &mut Layout, scene: &Scene) {
        let frame = self.frame;
        let line = |at: Frame| Shape::Rect { at, ink: Ink::Grid, alpha: 1.0 };
        if scene.y.grid {
            for tick in &self.y_ticks {
                let y = self.y.pixel(tick.at).round();
                layout.shapes.push(line(Frame { left: frame.left, top: y, right: frame.right, bottom: y + 1.0 }));
            }
        }
        if scene.x.grid {
            for tick in &self.x_ticks {
                let x = self.x.pixel(tick.at).round();
                layout.shapes.push(line(Frame { left: x, top: frame.top, right: x + 1.0, bottom: frame.bottom }));
            }
        }
    }

    /// Draws the axes' own lines, ticks, labels and titles, in front of the marks.
    pub fn lines(&self, layout: &mut Layout, scene: &Scene) {
        let frame = self.frame;
        let line = |left: f64, top: f64, right: f64, bottom: f64| Shape::Rect {
            at: Frame { left: left.round(), top: top.round(), right: right.round(), bottom: bottom.round() },
            ink: Ink::Axis,
            alpha: 1.0,
        };
        if scene.x.line {
            layout.shapes.push(line(frame.left, frame.bottom, frame.right + 1.0, frame.bottom + 1.0));
        }
        if scene.y.line && matches!(scene.y.scale, Scale::Names(_)) {
            layout.shapes.push(line(frame.left, frame.top, frame.left + 1.0, frame.bottom + 1.0));
        }
        let width = f64::from(layout.width);
        for tick in &self.x_ticks {
            let x = self.x.pixel(tick.at);
            if self.turned {
                let text = tick.label.clone();
                let y = frame.bottom + 6.0;
                layout.shapes.push(Shape::Text {
                    x,
                    y,
                    text,
                    anchor: Anchor::End,
                    ink: Ink::Muted,
                    strong: false,
                    size: TEXT,
                    turned: true,
                });
                continue;
            }
            if scene.x.line {
                layout.shapes.push(line(x, frame.bottom, x.round() + 1.0, frame.bottom + 4.0));
            }
            // A label at the edge moves in rather than out of the picture.
            let half = measure::width(&tick.label, TEXT, false) * 0.5;
            let place = greater(lesser(x, width - 2.0 - half), 2.0 + half);
            layout.text(place, frame.bottom + 12.0, &tick.label, Anchor::Middle, Ink::Muted, false, TEXT);
        }
        if !scene.x.title.is_empty() {
            let title = format::shortened(&scene.x.title, TEXT, width - 16.0);
            let below = if self.turned { f64::from(layout.height) - 8.0 } else { frame.bottom + if scene.x.quiet { 10.0 } else { 26.0 } };
            layout.text(frame.right, lesser(below, f64::from(layout.height) - 7.0), &title, Anchor::End, Ink::Muted, false, TEXT);
        }
        let names = matches!(scene.y.scale, Scale::Names(_));
        for tick in &self.y_ticks {
            let y = self.y.pixel(tick.at);
            let ink = if names { Ink::Text } else { Ink::Muted };
            layout.text(frame.left - 7.0, y + if names { 0.0 } else { 0.5 }, &tick.label, Anchor::End, ink, false, TEXT);
        }
        if let Some(y) = self.y_title {
            let title = format::shortened(&scene.y.title, TEXT, width - 12.0);
            layout.text(8.0, y, &title, Anchor::Start, Ink::Muted, false, TEXT);
        }
    }
}
