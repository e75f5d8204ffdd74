//! The network as a drawing: a column of units a layer.

use super::format::count;
use super::scene::{Anchor, Axis, Ink, Mark, Scene};
use crate::base::Message;

/// One layer.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// What it is called under the drawing: "inputs", or the activation.
    pub name: String,
    /// How many units it has.
    pub units: usize,
    /// How many weights lead to it, biases included.
    pub weights: usize,
}

/// At most so many units of a layer are drawn; dots stand for the rest.
const MOST: usize = 12;

/// Layers from left to right; `chosen` is the one that is shown beside the drawing.
pub fn network(layers: &[Layer], chosen: Option<usize>) -> Scene {
    if layers.len() < 2 || layers.iter().any(|layer| layer.units == 0) {
        return Scene::nothing("network", "chart.why.no_layers");
    }
    let mut scene = Scene::new("network", Axis::exact("", -0.5, layers.len() as f64 - 0.5).quiet(), Axis::exact("", 0.0, 1.0).quiet());
    let deep = layers.len();
    // Narrow drawings of deep networks need smaller units.
    let radius = if deep > 8 { 3.0 } else { 4.5 };
    let places: Vec<Vec<f64>> = layers.iter().map(|layer| column(layer.units)).collect();
    for (i, pair) in places.windows(2).enumerate() {
        let ink = if chosen == Some(i + 1) { Ink::Cat(0) } else { Ink::Edge };
        let alpha = if pair[0].len() * pair[1].len() > 60 { 0.18 } else { 0.4 };
        for from in &pair[0] {
            for to in &pair[1] {
                let points = vec![[i as f64, *from], [(i + 1) as f64, *to]];
                scene.mark(Mark::Line { points, ink, width: 1.0, alpha, dash: false, label: String::new() });
            }
        }
    }
    scene.columns(&["chart.network.layer", "chart.column.name", "chart.network.units", "chart.network.weights"]);
    for (i, (layer, units)) in layers.iter().zip(&places).enumerate() {
        let x = i as f64;
        let at: Vec<[f64; 2]> = units.iter().map(|y| [x, *y]).collect();
        let (ink, open) = if chosen == Some(i) { (Ink::Cat(0), false) } else { (Ink::Edge, true) };
        scene.mark(Mark::Dots { at, ink, radius, alpha: 1.0, open });
        if layer.units > units.len() {
            // Three dots above the last unit that is drawn.
            let (above, below) = (units[units.len() - 2], units[units.len() - 1]);
            let at = [0.35, 0.5, 0.65].iter().map(|share| [x, above + (below - above) * share]).collect();
            scene.mark(Mark::Dots { at, ink: Ink::Muted, radius: 1.2, alpha: 1.0, open: false });
        }
        let below = |text: String, ink: Ink, strong: bool, down: f64| Mark::Text {
            at: [x, 0.0],
            text,
            anchor: Anchor::Middle,
            ink,
            strong,
            shift: [0.0, down],
            halo: false,
        };
        scene.mark(below(count(layer.units), Ink::Text, true, -20.0));
        let name = super::format::shortened(&layer.name, 11.0, 560.0 / deep as f64);
        scene.mark(below(name, Ink::Muted, false, -6.0));
        let label = Message::new("chart.network.item")
            .with("name", &layer.name)
            .with("units", count(layer.units))
            .with("weights", count(layer.weights));
        scene.span([x - 0.3, 0.0], [x + 0.3, 1.0], i, label.to_string());
        scene.row(vec![i.into(), layer.name.as_str().into(), layer.units.into(), layer.weights.into()]);
    }
    let shape: Vec<String> = layers.iter().map(|layer| count(layer.units)).collect();
    let weights = layers.iter().fold(0_usize, |sum, layer| sum.saturating_add(layer.weights));
    scene.description = Message::new("chart.network.sentence").with("shape", shape.join("-")).with("weights", count(weights)).to_string();
    scene
}

/// The heights of the units that are drawn, from the top down; small layers stand in the middle. Where units are left out, a gap
/// comes before the last.
fn column(units: usize) -> Vec<f64> {
    const TOP: f64 = 0.97;
    const FOOT: f64 = 0.2;
    let shown = units.min(MOST);
    let gap = units > MOST;
    let slots = if gap { shown + 1 } else { shown };
    let step = (TOP - FOOT) / MOST as f64;
    let middle = (TOP + FOOT) / 2.0;
    let first = middle + step * (slots - 1) as f64 / 2.0;
    (0..shown).map(|i| first - step * (if gap && i + 1 == shown { i + 1 } else { i }) as f64).collect()
}
