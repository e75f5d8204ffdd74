//! How the activations of the hidden layers are distributed: a small histogram a layer, side by side.

use super::format::{count, percent, place};
use super::scene::{Anchor, Axis, Ink, Key, Mark, Scene};
use crate::base::{Message, text};
use crate::learn::inside::{Activations, Inside};

/// The heights that the bars stand on and reach to, in a chart from 0 to 1.
const FOOT: f64 = 0.3;
const TOP: f64 = 0.86;
/// The width of a histogram; that of a layer's place is 1.
const WIDE: f64 = 0.84;
/// With more layers than this there is room for fewer words.
const FEW: usize = 3;
const SOME: usize = 6;

/// The layers from left to right. Each histogram has its own range and height: their shapes are compared, not their sizes.
pub fn activations(of: &Inside) -> Scene {
    let title = text("chart.activations");
    let layers = &of.activations;
    let is_whole = |layer: &Activations| {
        let [low, high] = layer.range;
        low.is_finite() && high.is_finite() && low < high && layer.counts.iter().any(|count| *count > 0)
    };
    if layers.is_empty() || !layers.iter().all(is_whole) {
        return Scene::nothing("activations", "chart.why.not_yet").titled(title);
    }
    let exact = |low: f64, high: f64| Axis::exact("", low, high).quiet();
    let mut scene = Scene::new("activations", exact(-0.5, layers.len() as f64 - 0.5), exact(0.0, 1.0)).titled(title);
    scene.columns(&["chart.units.column.layer", "chart.column.from", "chart.column.to", "chart.column.count"]);
    for (number, layer) in layers.iter().enumerate() {
        histogram(&mut scene, number, layer, layers.len());
    }
    scene.keys.push(Key::Note { name: Message::new("chart.activations.note").with("rows", count(of.rows as usize)).to_string() });
    let sum = |of: fn(&Activations) -> u32| layers.iter().map(|layer| of(layer) as usize).sum::<usize>();
    scene.description = Message::new("chart.activations.sentence")
        .with("units", count(sum(|layer| layer.units)))
        .with("layers", count(layers.len()))
        .with("rows", count(of.rows as usize))
        .with("asleep", count(sum(|layer| layer.asleep)))
        .to_string();
    scene
}

fn histogram(scene: &mut Scene, number: usize, layer: &Activations, layers: usize) {
    let (left, middle) = (number as f64 - WIDE / 2.0, number as f64);
    let [low, high] = layer.range;
    let bins = layer.counts.len() as f64;
    let most = layer.counts.iter().copied().max().unwrap_or(0);
    let edge = |bin: usize| low + (high - low) * bin as f64 / bins;
    let across = |value: f64| left + WIDE * (value - low) / (high - low);
    for (bin, &n) in layer.counts.iter().enumerate() {
        scene.row(vec![(number + 1).into(), edge(bin).into(), edge(bin + 1).into(), f64::from(n).into()]);
        if n > 0 {
            let to = [across(edge(bin + 1)), FOOT + (TOP - FOOT) * f64::from(n) / f64::from(most)];
            scene.mark(Mark::Rect { from: [across(edge(bin)), FOOT], to, ink: Ink::Cat(0), alpha: 1.0, gap: 1.0 });
        }
    }
    let line = |from: [f64; 2], to: [f64; 2], ink: Ink| Mark::Line {
        points: vec![from, to],
        ink,
        width: 1.0,
        alpha: 1.0,
        dash: false,
        label: String::new(),
    };
    scene.mark(line([left, FOOT], [left + WIDE, FOOT], Ink::Axis));
    let mut write = |at: [f64; 2], down: f64, text: String, anchor: Anchor, ink: Ink, strong: bool| {
        scene.mark(Mark::Text { at, text, anchor, ink, strong, shift: [0.0, down], halo: false });
    };
    if layers <= SOME {
        write([left, FOOT], 10.0, place(low), Anchor::Start, Ink::Muted, false);
        write([left + WIDE, FOOT], 10.0, place(high), Anchor::End, Ink::Muted, false);
        if low < 0.0 && high > 0.0 {
            write([across(0.0), FOOT], 10.0, "0".to_owned(), Anchor::Middle, Ink::Muted, false);
        }
    }
    let name = if layers <= SOME { Message::new("chart.units.layer").with("layer", number + 1).to_string() } else { count(number + 1) };
    write([middle, 0.0], -6.0, name, Anchor::Middle, Ink::Text, false);
    let said = if layers <= FEW { "chart.activations.asleep" } else { "chart.activations.asleep.short" };
    let said = Message::new(said).with("asleep", count(layer.asleep as usize)).with("units", count(layer.units as usize));
    let is_many = layer.asleep > 0 && 2 * layer.asleep >= layer.units;
    write([middle, 1.0], 8.0, said.to_string(), Anchor::Middle, if is_many { Ink::Warn } else { Ink::Muted }, is_many);
    let fullest = layer.counts.iter().position(|n| *n == most).unwrap_or(0);
    let total: usize = layer.counts.iter().map(|n| *n as usize).sum();
    let label = Message::new("chart.activations.item")
        .with("layer", number + 1)
        .with("asleep", count(layer.asleep as usize))
        .with("units", count(layer.units as usize))
        .with("share", percent(f64::from(most) / total as f64))
        .with("from", place(edge(fullest)))
        .with("to", place(edge(fullest + 1)));
    scene.span([left, 0.0], [left + WIDE, 1.0], number, label.to_string());
}
