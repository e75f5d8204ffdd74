//! What a network answers over a plane of its inputs, and what its units say there.

use super::format::{count, figure, percent};
use super::scene::{Axis, Ink, Key, Mark, Scene, class_inks};
use crate::base::{Message, text};
use crate::learn::surface::{SIDE, SMALL, Surface};
use std::ops::Range;

/// What the plane and the answers are called.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// The axes.
    pub axes: [String; 2],
    /// The classes in the order of their codes; of two the second is the positive one. Empty for numbers.
    pub classes: Vec<String>,
    /// The target.
    pub target: String,
}

/// The answers as shades of the ground, with some of the training rows on it.
pub fn surface(of: &Surface, named: &Named) -> Scene {
    let cells = SIDE * SIDE;
    let title = text("chart.surface");
    if of.outputs.is_empty() || of.outputs.iter().any(|output| output.len() != cells) {
        return Scene::nothing("surface", "chart.why.not_yet").titled(title);
    }
    let [across, up] = of.span;
    let exact = |place: usize| Axis::exact(named.axes[place].clone(), of.span[place][0], of.span[place][1]);
    let mut scene = Scene::new("surface", exact(0), exact(1).bare()).titled(title);
    let inks = class_inks(named.classes.len(), Some(1));
    let corner = |column: usize, row: usize| {
        let at = |[low, high]: [f64; 2], cell: usize| low + (high - low) * cell as f64 / SIDE as f64;
        [at(across, column), at(up, row)]
    };
    let share = |output: usize, cell: usize| f64::from(of.outputs[output][cell]) / 255.0;
    let shade = |cell: usize| {
        match (named.classes.len(), of.outputs.len()) {
            (0, _) => (Ink::Seq(share(0, cell)), 0.8),
            // The further from a half, the stronger.
            (_, 1) => {
                let positive = share(0, cell);
                let ink = if positive >= 0.5 { inks[1] } else { inks[0] };
                (ink, 0.06 + 0.7 * (2.0 * positive - 1.0).abs())
            }
            (_, outputs) => {
                let best = (0..outputs).fold(0, |best, output| if share(output, cell) > share(best, cell) { output } else { best });
                let sure = (share(best, cell) - 1.0 / outputs as f64) / (1.0 - 1.0 / outputs as f64);
                (inks.get(best).copied().unwrap_or(Ink::Rest), 0.06 + 0.6 * sure)
            }
        }
    };
    for (row, columns, (ink, alpha)) in runs(SIDE, shade) {
        let (from, to) = (corner(columns.start, row), corner(columns.end, row + 1));
        scene.mark(Mark::Rect { from, to, ink, alpha, gap: 0.0 });
    }
    scene.columns(&["chart.surface.x", "chart.surface.y", "chart.surface.truth"]);
    let within = |point: &&[f32; 3]| {
        let (x, y) = (f64::from(point[0]), f64::from(point[1]));
        x >= across[0] && x <= across[1] && y >= up[0] && y <= up[1]
    };
    let points: Vec<&[f32; 3]> = of.points.iter().filter(within).collect();
    let at = |point: &[f32; 3]| [f64::from(point[0]), f64::from(point[1])];
    let classes = named.classes.len();
    for class in 0..classes.max(1) {
        let own = points.iter().filter(|point| classes == 0 || point[2] as usize == class).map(|point| at(point)).collect();
        let ink = if classes == 0 { Ink::Text } else { inks[class] };
        // A rim of the ground, so that a row is seen on shades of its own colour.
        let own: Vec<[f64; 2]> = own;
        scene.mark(Mark::Dots { at: own.clone(), ink: Ink::Surface, radius: 4.0, alpha: 0.9, open: false });
        scene.mark(Mark::Dots { at: own, ink, radius: 2.8, alpha: 1.0, open: false });
        if let Some(name) = named.classes.get(class) {
            scene.keys.push(Key::Dot { ink, name: name.clone() });
        }
    }
    if classes == 0 {
        scene.keys.push(Key::Ramp { low: figure(of.range[0]), middle: None, high: figure(of.range[1]) });
        scene.keys.push(Key::Note { name: named.target.clone() });
    }
    for (number, point) in points.iter().enumerate() {
        let truth = named.classes.get(point[2] as usize).cloned().filter(|_| classes > 0).unwrap_or_else(|| figure(f64::from(point[2])));
        let label = Message::new("chart.surface.row").with("x", figure(f64::from(point[0]))).with("y", figure(f64::from(point[1])));
        scene.point(at(point), number, label.with("truth", &truth).to_string());
        scene.row(vec![f64::from(point[0]).into(), f64::from(point[1]).into(), truth.into()]);
    }
    let said = Message::new("chart.surface.sentence").with("epoch", count(of.epoch as usize)).with("rows", count(points.len()));
    scene.description = said.to_string();
    if classes == 2 && of.outputs.len() == 1 {
        let positive = of.outputs[0].iter().filter(|&&shade| shade >= 128).count() as f64 / cells as f64;
        let part = Message::new("chart.surface.part").with("class", &named.classes[1]).with("share", percent(positive));
        scene.description = format!("{} {part}", scene.description);
    }
    scene
}

/// Cells of a square grid as few rectangles: of each row the stretches of columns that look the same, and how they look.
fn runs<T: PartialEq>(side: usize, look: impl Fn(usize) -> T) -> Vec<(usize, Range<usize>, T)> {
    let mut runs: Vec<(usize, Range<usize>, T)> = Vec::new();
    for cell in 0..side * side {
        let (row, column, look) = (cell / side, cell % side, look(cell));
        match runs.last_mut().filter(|(last, _, same)| *last == row && *same == look) {
            Some((_, columns, _)) => columns.end = column + 1,
            None => runs.push((row, column..column + 1, look)),
        }
    }
    runs
}

/// The units of the hidden layers as small maps: a row a layer, from the first down.
pub fn units(of: &Surface) -> Scene {
    let title = text("chart.units");
    let layers: Vec<&Vec<Vec<u8>>> = of.units.iter().filter(|layer| !layer.is_empty()).collect();
    let widest = layers.iter().map(|layer| layer.len()).max().unwrap_or(0);
    if widest == 0 {
        return Scene::nothing("units", "chart.why.not_yet").titled(title);
    }
    let names = (1..=layers.len()).map(|layer| Message::new("chart.units.layer").with("layer", layer).to_string()).collect();
    let x = Axis::names("", (1..=widest).map(|unit| unit.to_string()).collect());
    let mut scene = Scene::new("units", x, Axis::names("", names)).titled(title);
    scene.columns(&["chart.units.column.layer", "chart.units.column.unit", "chart.units.column.on"]);
    for (layer, units) in layers.iter().enumerate() {
        for (unit, shades) in units.iter().enumerate().filter(|(_, shades)| shades.len() == SMALL * SMALL) {
            let corner = |column: usize, row: usize| {
                let place = |cell: usize| (cell as f64 / SMALL as f64 - 0.5) * 0.84;
                // Rows of names run down, the second axis of the plane up.
                [unit as f64 + place(column), layer as f64 - place(row)]
            };
            for (row, columns, shade) in runs(SMALL, |cell| shades[cell]) {
                let value = (f64::from(shade) - 128.0) / 127.0;
                let (from, to) = (corner(columns.start, row), corner(columns.end, row + 1));
                scene.mark(Mark::Rect { from, to, ink: Ink::Div(if value > 1.0 { 1.0 } else { value }), alpha: 1.0, gap: 0.0 });
            }
            let on = shades.iter().filter(|&&shade| shade > 128).count() as f64 / shades.len() as f64;
            let label = Message::new("chart.units.unit").with("layer", layer + 1).with("unit", unit + 1).with("share", percent(on));
            let key = layer * widest + unit;
            scene.span([unit as f64 - 0.45, layer as f64 - 0.45], [unit as f64 + 0.45, layer as f64 + 0.45], key, label.to_string());
            scene.row(vec![(layer + 1).into(), (unit + 1).into(), on.into()]);
        }
    }
    scene.keys.push(Key::Ramp { low: text("chart.units.low"), middle: Some("0".to_owned()), high: text("chart.units.high") });
    let shown: usize = layers.iter().map(|layer| layer.len()).sum();
    scene.description = Message::new("chart.units.sentence").with("units", count(shown)).with("layers", count(layers.len())).to_string();
    scene
}
