//! The keys: in rows above the chart, as words in a corner, or as names at the ends of lines.

use super::{Anchor, Frame, Ink, Layout, ROW, Scene, Shape, TEXT};
use crate::chart::format::shortened;
use crate::chart::measure;
use crate::chart::scene::{Key, KeyPlace, Mark};
use crate::chart::ticks::{greater, lesser};

/// The room that names at the ends of lines take on the right, if lines are to be named there.
pub fn ends(scene: &Scene, width: f64) -> Option<f64> {
    if scene.key_place != KeyPlace::Above || width < 440.0 {
        return None;
    }
    let labels: Vec<&String> = named(scene).map(|(_, label)| label).collect();
    if labels.is_empty() || labels.len() > 6 {
        return None;
    }
    let widest = labels.iter().fold(0.0, |widest, label| greater(measure::width(label, TEXT, true), widest));
    Some(lesser(widest + 16.0, width * 0.32))
}

fn named(scene: &Scene) -> impl Iterator<Item = (Ink, &String)> {
    scene.marks.iter().filter_map(|mark| match mark {
        Mark::Line { ink, label, .. } if !label.is_empty() => Some((*ink, label)),
        _ => None,
    })
}

/// The keys above the chart, in rows that fit: at most three, what remains is counted.
pub fn rows(scene: &Scene, width: f64, at_ends: bool) -> Vec<Vec<Key>> {
    let mut keys = scene.keys.clone();
    if scene.key_place != KeyPlace::Above {
        keys.retain(|key| matches!(key, Key::Ramp { .. } | Key::Note { .. }));
    } else if !at_ends {
        // What is drawn last lies on top and is named first.
        let mut lines: Vec<Key> = named(scene).map(|(ink, label)| Key::Line { ink, name: label.clone() }).collect();
        lines.reverse();
        keys.extend(lines);
    }
    let total = keys.len();
    let mut rows: Vec<Vec<Key>> = Vec::new();
    let mut used = f64::INFINITY;
    for (i, mut key) in keys.into_iter().enumerate() {
        shorten(&mut key, width - 40.0);
        let wide = breadth(&key) + 12.0;
        if used + wide > width - 12.0 {
            if rows.len() == 3 {
                let rest = crate::base::Message::new("chart.more").with("count", total - i).to_string();
                if let Some(last) = rows.last_mut().and_then(|row| row.last_mut()) {
                    *last = Key::Note { name: rest };
                }
                return rows;
            }
            rows.push(Vec::new());
            used = 0.0;
        }
        used += wide;
        if let Some(row) = rows.last_mut() {
            row.push(key);
        }
    }
    rows
}

fn shorten(key: &mut Key, room: f64) {
    match key {
        Key::Fill { name, .. } | Key::Line { name, .. } | Key::Dot { name, .. } => *name = shortened(name, TEXT, lesser(room, 180.0)),
        Key::Note { name } => *name = shortened(name, TEXT, room),
        Key::Ramp { .. } => {}
    }
}

const RAMP: f64 = 96.0;

fn breadth(key: &Key) -> f64 {
    let text = |text: &str| measure::width(text, TEXT, false);
    match key {
        Key::Fill { name, .. } => 15.0 + text(name),
        Key::Dot { name, .. } => 13.0 + text(name),
        Key::Line { name, .. } => 20.0 + text(name),
        Key::Note { name } => text(name),
        Key::Ramp { low, high, .. } => text(low) + RAMP + text(high) + 12.0,
    }
}

/// Draws the rows and tells where they end.
pub fn draw(layout: &mut Layout, rows: &[Vec<Key>], top: f64) -> f64 {
    for (i, row) in rows.iter().enumerate() {
        let y = top + i as f64 * ROW + 6.0;
        let mut x = 8.0;
        for key in row {
            entry(layout, key, x, y);
            x += breadth(key) + 12.0;
        }
    }
    top + rows.len() as f64 * ROW + if rows.is_empty() { 0.0 } else { 4.0 }
}

fn entry(layout: &mut Layout, key: &Key, x: f64, y: f64) {
    let mut swatch = |left: f64, top: f64, right: f64, bottom: f64, ink: Ink| {
        layout.shapes.push(Shape::Rect { at: Frame { left, top, right, bottom }, ink, alpha: 1.0 });
    };
    match key {
        Key::Fill { ink, name } => {
            swatch(x, y - 5.0, x + 10.0, y + 5.0, *ink);
            layout.text(x + 15.0, y, name, Anchor::Start, Ink::Muted, false, TEXT);
        }
        Key::Line { ink, name } => {
            swatch(x, y - 1.0, x + 14.0, y + 1.0, *ink);
            layout.text(x + 20.0, y, name, Anchor::Start, Ink::Muted, false, TEXT);
        }
        Key::Dot { ink, name } => {
            layout.shapes.push(Shape::Dot { x: x + 4.0, y, radius: 4.0, ink: *ink, alpha: 1.0, open: false });
            layout.text(x + 13.0, y, name, Anchor::Start, Ink::Muted, false, TEXT);
        }
        Key::Note { name } => layout.text(x, y, name, Anchor::Start, Ink::Muted, false, TEXT),
        Key::Ramp { low, middle, high } => {
            let from = (x + measure::width(low, TEXT, false) + 6.0).round();
            let parts = 24;
            for part in 0..parts {
                let share = (f64::from(part) + 0.5) / f64::from(parts);
                let ink = if middle.is_some() { Ink::Div(share * 2.0 - 1.0) } else { Ink::Seq(share) };
                let left = from + RAMP / f64::from(parts) * f64::from(part);
                swatch(left, y - 4.0, left + RAMP / f64::from(parts), y + 5.0, ink);
            }
            layout.text(x, y, low, Anchor::Start, Ink::Muted, false, TEXT);
            layout.text(from + RAMP + 6.0, y, high, Anchor::Start, Ink::Muted, false, TEXT);
        }
    }
}

/// Words in their colours in a lower corner of the frame.
pub fn corner(layout: &mut Layout, scene: &Scene) {
    if scene.key_place == KeyPlace::Above {
        return;
    }
    let own = scene.keys.iter().filter_map(|key| match key {
        Key::Fill { ink, name } | Key::Line { ink, name } | Key::Dot { ink, name } => Some((*ink, name)),
        Key::Ramp { .. } | Key::Note { .. } => None,
    });
    let mut words: Vec<(Ink, String)> = named(scene).map(|(ink, name)| (ink, name.clone())).collect();
    words.reverse();
    words.extend(own.map(|(ink, name)| (ink, name.clone())));
    let most = greater((layout.frame.height() * 0.5 / 15.0).floor(), 1.0) as usize;
    let frame = layout.frame;
    let shown = words.len().min(most);
    for (i, (ink, name)) in words.iter().take(shown).enumerate() {
        let y = frame.bottom - 10.0 - (shown - 1 - i) as f64 * 15.0;
        let name = shortened(name, TEXT * 1.06, frame.width() * 0.6);
        let ink = if *ink == Ink::Rest { Ink::Muted } else { *ink };
        let wide = measure::width(&name, TEXT, true);
        let (x, anchor, left) = match scene.key_place {
            KeyPlace::LowerRight => (frame.right - 6.0, Anchor::End, frame.right - 6.0 - wide),
            _ => (frame.left + 8.0, Anchor::Start, frame.left + 8.0),
        };
        let at = Frame { left: left - 2.0, top: y - 7.0, right: left + wide + 2.0, bottom: y + 7.0 };
        layout.shapes.push(Shape::Rect { at, ink: Ink::Surface, alpha: 0.8 });
        layout.text(x, y, &name, anchor, ink, true, TEXT);
    }
}
