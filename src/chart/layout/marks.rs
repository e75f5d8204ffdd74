//! The marks in pixels: cut at the frame, snapped to whole pixels where edges should be sharp.

use super::{Anchor, Frame, Ink, Layout, Project, Scale, Scene, Shape, TEXT};
use crate::chart::format::{shortened, shortened_inside};
use crate::chart::measure;
use crate::chart::scene::Mark;
use crate::chart::ticks::{greater, lesser};

/// Draws all marks; `ends` is the room on the right for the names of lines, where they are named there.
pub fn draw(layout: &mut Layout, scene: &Scene, x: &Project, y: &Project, ends: Option<f64>) {
    let mut names: Vec<(f64, f64, Ink, String)> = Vec::new();
    let mut rules = 0;
    let mut heads: Vec<(f64, f64)> = Vec::new();
    let rows = matches!(scene.y.scale, Scale::Names(_)) && y.unit() < 12.5;
    for mark in &scene.marks {
        match mark {
            Mark::Line { points, ink, width, alpha, dash, label } => {
                let pixels: Vec<[f64; 2]> = points.iter().map(|p| [x.pixel(p[0]), y.pixel(p[1])]).collect();
                for points in clipped(&pixels, &layout.frame) {
                    layout.shapes.push(Shape::Path { points, ink: *ink, width: *width, alpha: *alpha, dash: *dash });
                }
                if let (Some(room), Some(last), false) = (ends, pixels.last(), label.is_empty()) {
                    let name = shortened(label, TEXT * 1.06, room - 10.0);
                    names.push((last[0], greater(lesser(last[1], layout.frame.bottom), layout.frame.top), *ink, name));
                }
            }
            Mark::Area { points, ink, alpha } => area(layout, points, *ink, *alpha, x, y),
            Mark::Rect { from, to, ink, alpha, gap } => rect(layout, *from, *to, *ink, *alpha, *gap, x, y),
            Mark::Dots { at, ink, radius, alpha, open } => {
                let frame = layout.frame;
                for p in at {
                    let (px, py) = (x.pixel(p[0]), y.pixel(p[1]));
                    let near = Frame { left: frame.left - 1.0, top: frame.top - 1.0, right: frame.right + 1.0, bottom: frame.bottom + 1.0 };
                    if near.holds(px, py) {
                        layout.shapes.push(Shape::Dot { x: px, y: py, radius: *radius, ink: *ink, alpha: *alpha, open: *open });
                    }
                }
            }
            // Where rows are lower than a line of text, only every second or third is written on, as beside the axis.
            Mark::Text { at, .. } if rows && (at[1].round() as i64).rem_euclid((12.5 / y.unit()).ceil() as i64) != 0 => {}
            // Figures that do not fit into their cells are left to hover and table.
            Mark::Text { text, shift, strong, .. }
                if scene.square && (measure::width(text, TEXT, *strong) > x.unit() - 2.0 || y.unit() < 13.0 + 2.0 * shift[1].abs()) => {}
            Mark::Text { at, text, anchor, ink, strong, shift, halo } => {
                written(layout, [x.pixel(at[0]) + shift[0], y.pixel(at[1]) + shift[1]], text, *anchor, *ink, *strong, *halo);
            }
            Mark::Within { from, to, text, ink, strong, halo } => {
                let (ax, bx) = (x.pixel(from[0]), x.pixel(to[0]));
                let (left, right) = (lesser(ax, bx), lesser(greater(ax, bx), layout.frame.right));
                let (ay, by) = (y.pixel(from[1]), y.pixel(to[1]));
                // Bold letters are wider.
                let text = shortened_inside(text, if *strong { TEXT * 1.06 } else { TEXT }, right - left);
                if (ay - by).abs() >= 9.0 && text != "…" {
                    written(layout, [left, (ay + by) / 2.0], &text, Anchor::Start, *ink, *strong, *halo);
                }
            }
            Mark::RuleX { at, ink, label, strong } => {
                let px = x.pixel(*at);
                let frame = layout.frame;
                if px < frame.left - 1.0 || px > frame.right + 1.0 {
                    continue;
                }
                let px = px.round() + 0.5;
                layout.shapes.push(upright(px, &frame, *ink));
                if matches!(scene.y.scale, Scale::Names(_)) {
                    above(layout, px, label, &mut heads);
                    continue;
                }
                let right = px + 6.0 + measure::width(label, TEXT, *strong) <= frame.right;
                let (dx, anchor) = if right { (5.0, Anchor::Start) } else { (-5.0, Anchor::End) };
                let row = frame.top + 6.0 + f64::from(rules) * 14.0;
                rules += 1;
                let ink = if *strong { Ink::Text } else { Ink::Muted };
                written(layout, [px + dx, row], label, anchor, ink, *strong, true);
            }
            Mark::RuleY { at, ink, label, side } => {
                let py = y.pixel(*at);
                let frame = layout.frame;
                if py < frame.top - 1.0 || py > frame.bottom + 1.0 {
                    continue;
                }
                let py = py.round() + 0.5;
                let points = vec![[frame.left, py], [frame.right, py]];
                layout.shapes.push(Shape::Path { points, ink: *ink, width: 1.0, alpha: 1.0, dash: true });
                let above = if py - 14.0 < frame.top { 9.0 } else { -8.0 };
                let x = if *side == Anchor::Start { frame.left + 4.0 } else { frame.right - 2.0 };
                written(layout, [x, py + above], label, *side, Ink::Muted, false, true);
            }
        }
    }
    at_ends(layout, names);
}

/// The name of an upright line above rows, beside those that stand there already.
fn above(layout: &mut Layout, x: f64, label: &str, heads: &mut Vec<(f64, f64)>) {
    let wide = measure::width(label, TEXT, false);
    let room = f64::from(layout.width) - 4.0;
    let mut left = greater(lesser(x - wide / 2.0, room - wide), 2.0);
    for (from, to) in heads.iter() {
        if left < to + 10.0 && left + wide > from - 10.0 {
            left = if to + 10.0 + wide <= room { to + 10.0 } else { from - 10.0 - wide };
        }
    }
    heads.push((left, left + wide));
    layout.text(left, layout.frame.top - 9.0, label, Anchor::Start, Ink::Muted, false, TEXT);
}

fn upright(x: f64, frame: &Frame, ink: Ink) -> Shape {
    Shape::Path { points: vec![[x, frame.top], [x, frame.bottom]], ink, width: 1.0, alpha: 1.0, dash: true }
}

/// Names at the ends of their lines, moved apart where they would touch.
fn at_ends(layout: &mut Layout, mut names: Vec<(f64, f64, Ink, String)>) {
    const APART: f64 = 13.0;
    names.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut least = layout.frame.top;
    for name in &mut names {
        name.1 = greater(name.1, least);
        least = name.1 + APART;
    }
    let mut greatest = layout.frame.bottom - 2.0;
    for name in names.iter_mut().rev() {
        name.1 = lesser(name.1, greatest);
        greatest = name.1 - APART;
    }
    for (x, y, ink, name) in names {
        let ink = if ink == Ink::Rest { Ink::Muted } else { ink };
        layout.text(x + 7.0, y, &name, Anchor::Start, ink, true, TEXT);
    }
}

/// A text that stays in the picture.
fn written(layout: &mut Layout, [px, py]: [f64; 2], text: &str, anchor: Anchor, ink: Ink, strong: bool, halo: bool) {
    if text.is_empty() {
        return;
    }
    let room = f64::from(layout.width) - 4.0;
    let text = shortened(text, TEXT, room);
    let wide = measure::width(&text, TEXT, strong);
    let left = match anchor {
        Anchor::Start => px,
        Anchor::Middle => px - wide / 2.0,
        Anchor::End => px - wide,
    };
    let moved = greater(lesser(left, room - wide), 2.0) - left;
    let left = left + moved;
    if halo {
        let at = Frame { left: left - 2.0, top: py - 7.0, right: left + wide + 2.0, bottom: py + 7.0 };
        layout.shapes.push(Shape::Rect { at, ink: Ink::Surface, alpha: 0.82 });
    }
    layout.text(px + moved, py, &text, anchor, ink, strong, TEXT);
}

fn area(layout: &mut Layout, points: &[[f64; 3]], ink: Ink, alpha: f64, x: &Project, y: &Project) {
    let frame = layout.frame;
    let inside = |v: f64| greater(lesser(v, frame.bottom), frame.top);
    let across = |v: f64| greater(lesser(x.pixel(v), frame.right), frame.left);
    let upper = points.iter().map(|p| [across(p[0]), inside(y.pixel(p[2]))]);
    let lower = points.iter().rev().map(|p| [across(p[0]), inside(y.pixel(p[1]))]);
    let points: Vec<[f64; 2]> = upper.chain(lower).collect();
    if points.len() >= 4 {
        layout.shapes.push(Shape::Polygon { points, ink, alpha });
    }
}

fn rect(layout: &mut Layout, from: [f64; 2], to: [f64; 2], ink: Ink, alpha: f64, gap: f64, x: &Project, y: &Project) {
    let frame = layout.frame;
    // Both edges of an axis, cut at the frame and snapped; what is not nothing is seen.
    let edges = |a: f64, b: f64, low: f64, high: f64, gap: f64| {
        let (first, last) = (lesser(a, b), greater(a, b));
        let (first, last) = (greater(first, low), lesser(last, high));
        if first > last || a == b {
            return None;
        }
        if last - first < 3.0 {
            let short = last - first < 1.0;
            return Some(if short { (first, first + 1.0) } else { (first, last) });
        }
        let half = if last - first > gap + 3.0 { gap / 2.0 } else { 0.0 };
        Some(((first + half).round(), (last - half).round()))
    };
    let across = edges(x.pixel(from[0]), x.pixel(to[0]), frame.left, frame.right, gap);
    let down = edges(y.pixel(from[1]), y.pixel(to[1]), frame.top, frame.bottom, gap);
    if let (Some((left, right)), Some((top, bottom))) = (across, down) {
        // A bar of less than a pixel still stands on its base.
        let (top, bottom) = if bottom > frame.bottom { (frame.bottom - 1.0, frame.bottom) } else { (top, bottom) };
        layout.shapes.push(Shape::Rect { at: Frame { left, top, right, bottom }, ink, alpha });
    }
}

/// A line cut at the frame (Liang and Barsky 1984), without points that fall on the same quarter of a pixel.
fn clipped(points: &[[f64; 2]], frame: &Frame) -> Vec<Vec<[f64; 2]>> {
    let mut parts: Vec<Vec<[f64; 2]>> = Vec::new();
    let mut open = false;
    for pair in points.windows(2) {
        let Some((a, b, whole)) = segment(pair[0], pair[1], frame) else {
            open = false;
            continue;
        };
        match parts.last_mut() {
            Some(part) if open => {
                let far = part.last().is_none_or(|last| (last[0] - b[0]).abs() >= 0.25 || (last[1] - b[1]).abs() >= 0.25);
                if far {
                    part.push(b);
                }
            }
            _ => parts.push(vec![a, b]),
        }
        open = whole;
    }
    parts
}

/// The part of a segment that lies in the frame, and whether its end does.
fn segment(a: [f64; 2], b: [f64; 2], frame: &Frame) -> Option<([f64; 2], [f64; 2], bool)> {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let (mut enter, mut leave) = (0.0, 1.0);
    for (p, q) in
        [(-dx, a[0] - frame.left + 0.5), (dx, frame.right + 0.5 - a[0]), (-dy, a[1] - frame.top + 0.5), (dy, frame.bottom + 0.5 - a[1])]
    {
        if p == 0.0 {
            if q < 0.0 {
                return None;
            }
        } else if p < 0.0 {
            enter = greater(q / p, enter);
        } else {
            leave = lesser(q / p, leave);
        }
    }
    let at = |t: f64| [a[0] + dx * t, a[1] + dy * t];
    (enter <= leave).then(|| (at(enter), at(leave), leave >= 1.0))
}
