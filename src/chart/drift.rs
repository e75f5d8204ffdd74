//! Drift: how far each column has moved from the rows that were learned from, and where it counts.

use super::format::{count, figure, place};
use super::scene::{Anchor, Axis, Cell, Ink, Key, Mark, Scene};
use crate::base::{Message, text};

/// One column.
#[derive(Clone, Debug, Default)]
pub struct Moved {
    /// The column.
    pub name: String,
    /// The measure of its movement, such as the population stability index.
    pub value: f64,
    /// Whether the test found drift.
    pub drifted: bool,
}

/// Bars, the greatest movement first; `threshold` is where drift begins.
pub fn drift(measure: &str, columns: &[Moved], threshold: Option<f64>) -> Scene {
    let mut sorted: Vec<(usize, &Moved)> = columns.iter().enumerate().filter(|(_, column)| column.value.is_finite()).collect();
    if sorted.is_empty() {
        return Scene::nothing("drift", "chart.why.no_columns").titled(measure);
    }
    sorted.sort_by(|a, b| b.1.value.total_cmp(&a.1.value).then(a.0.cmp(&b.0)));
    let all = sorted.len();
    let drifted = sorted.iter().filter(|(_, column)| column.drifted).count();
    let (first, most) = (sorted[0].1.name.clone(), sorted[0].1.value);
    sorted.truncate(40);
    let (low, high) = super::ticks::span(sorted.iter().map(|(_, column)| column.value).chain([0.0]).chain(threshold));
    let names = sorted.iter().map(|(_, column)| column.name.clone()).collect();
    let mut scene = Scene::new("drift", Axis::exact("", low, high).quiet(), Axis::names("", names)).titled(measure);
    scene.columns(&["chart.column.name", "chart.column.value", "chart.drift.found"]);
    scene.table.columns[1] = measure.to_owned();
    for (i, (key, column)) in sorted.iter().enumerate() {
        let y = i as f64;
        let word = text(if column.drifted { "chart.drift.yes" } else { "chart.drift.no" });
        let ink = if column.drifted { Ink::Warn } else { Ink::Rest };
        scene.mark(Mark::rect([0.0, y - 0.34], [column.value, y + 0.34], ink));
        // The word as well as the colour.
        let shown = if column.drifted { format!("{} {word}", figure(column.value)) } else { figure(column.value) };
        let ink = if column.drifted { Ink::Warn } else { Ink::Muted };
        let shown =
            Mark::Text { at: [column.value, y], text: shown, anchor: Anchor::Start, ink, strong: false, shift: [5.0, 0.0], halo: true };
        let (a, b) = if column.value < 0.0 { (column.value, 0.0) } else { (0.0, column.value) };
        scene.span([a, y - 0.45], [b, y + 0.45], *key, format!("{}: {measure} {}, {word}", column.name, figure(column.value)));
        scene.mark(shown);
        scene.row(vec![column.name.as_str().into(), column.value.into(), Cell::from(word)]);
    }
    if let Some(at) = threshold.filter(|at| at.is_finite()) {
        let label = Message::new("chart.drift.threshold").with("at", place(at)).to_string();
        scene.marks.insert(0, Mark::RuleX { at, ink: Ink::Edge, label, strong: false });
    }
    if all > sorted.len() {
        scene.keys.push(Key::Note { name: Message::new("chart.more").with("count", count(all - sorted.len())).to_string() });
    }
    scene.description = Message::new("chart.drift.sentence")
        .with("drifted", count(drifted))
        .with("count", count(all))
        .with("first", first)
        .with("measure", measure)
        .with("value", figure(most))
        .to_string();
    scene
}
