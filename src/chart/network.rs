//! The network as a drawing: a column of units a layer, and the weights between them where they are known.

use super::format::{count, figure, shortened};
use super::scene::{Anchor, Axis, Ink, Key, Mark, Scene};
use crate::base::{Message, text};
use crate::learn::inside::{MOST_DRAWN, drawn};

/// One layer.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// What it is called under the drawing: "inputs", or the activation.
    pub name: String,
    /// How many units it has.
    pub units: usize,
    /// How many weights lead to it, biases included.
    pub weights: usize,
    /// The names of the units that are drawn, such as columns or classes; empty where they have none.
    pub named: Vec<String>,
    /// The weights from the units drawn of the layer before (a row each) to those drawn of this one; empty where they are not
    /// known. See [`drawn`].
    pub into: Vec<Vec<f32>>,
}

/// A weight that is drawn: the layer that it leads to, and the units from above among those drawn.
struct Edge {
    layer: usize,
    from: usize,
    to: usize,
    weight: f64,
    /// Its size as a share of the layer's largest.
    share: f64,
}

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
    let edges = edges(layers);
    match &edges {
        Some(edges) => weighted(&mut scene, edges, &places),
        None => plain(&mut scene, &places, chosen),
    }
    if edges.is_none() {
        scene.columns(&["chart.network.layer", "chart.column.name", "chart.network.units", "chart.network.weights"]);
    }
    for (i, (layer, units)) in layers.iter().zip(&places).enumerate() {
        let x = i as f64;
        let at: Vec<[f64; 2]> = units.iter().map(|y| [x, *y]).collect();
        let (ink, open) = if chosen == Some(i) { (Ink::Cat(0), false) } else { (Ink::Edge, true) };
        scene.mark(Mark::Dots { at: at.clone(), ink, radius, alpha: 1.0, open });
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
        scene.mark(below(shortened(&layer.name, 11.0, 560.0 / deep as f64), Ink::Muted, false, -6.0));
        let label = Message::new("chart.network.item")
            .with("name", &layer.name)
            .with("units", count(layer.units))
            .with("weights", count(layer.weights));
        scene.span([x - 0.3, 0.0], [x + 0.3, 1.0], i, label.to_string());
        match &edges {
            Some(edges) => at.iter().enumerate().for_each(|(unit, at)| scene.point(*at, i, of_unit(layers, edges, i, unit))),
            None => scene.row(vec![i.into(), layer.name.as_str().into(), layer.units.into(), layer.weights.into()]),
        }
    }
    let shape: Vec<String> = layers.iter().map(|layer| count(layer.units)).collect();
    let weights = layers.iter().fold(0_usize, |sum, layer| sum.saturating_add(layer.weights));
    scene.description = Message::new("chart.network.sentence").with("shape", shape.join("-")).with("weights", count(weights)).to_string();
    if let Some(edges) = edges {
        tell(&mut scene, layers, edges);
    }
    scene
}

/// Edges that are all alike.
fn plain(scene: &mut Scene, places: &[Vec<f64>], chosen: Option<usize>) {
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
}

/// The weights between the units that are drawn, layer by layer; nothing where those of a layer are not known or are of another
/// network.
fn edges(layers: &[Layer]) -> Option<Vec<Edge>> {
    let mut edges = Vec::new();
    for (i, pair) in layers.windows(2).enumerate() {
        let (into, units) = (&pair[1].into, pair[1].units.min(MOST_DRAWN));
        if into.len() != pair[0].units.min(MOST_DRAWN) || into.iter().any(|row| row.len() != units) {
            return None;
        }
        let known = |weight: f32| if weight.is_finite() { f64::from(weight) } else { 0.0 };
        let size = |weight: f32| known(weight).abs();
        let largest = into.iter().flatten().fold(0.0, |most, &weight| if size(weight) > most { size(weight) } else { most });
        let share = |weight: f32| if largest > 0.0 { size(weight) / largest } else { 0.0 };
        for (from, row) in into.iter().enumerate() {
            let edge = |(to, &weight): (usize, &f32)| Edge { layer: i + 1, from, to, weight: known(weight), share: share(weight) };
            edges.extend(row.iter().enumerate().map(edge));
        }
    }
    Some(edges)
}

/// Edges in the colour of their sign, as wide and strong as they are large within their layer; the largest lie on top.
fn weighted(scene: &mut Scene, edges: &[Edge], places: &[Vec<f64>]) {
    let mut order: Vec<&Edge> = edges.iter().collect();
    order.sort_by(|a, b| a.share.total_cmp(&b.share));
    for edge in order {
        let x = edge.layer as f64;
        scene.mark(Mark::Line {
            points: vec![[x - 1.0, places[edge.layer - 1][edge.from]], [x, places[edge.layer][edge.to]]],
            ink: Ink::Div(if edge.weight < 0.0 { -1.0 } else { 1.0 }),
            width: 0.5 + 2.5 * edge.share,
            // Squared, so that the many that hardly count leave those in sight that do.
            alpha: 0.05 + 0.85 * edge.share * edge.share,
            dash: false,
            label: String::new(),
        });
    }
    scene.keys.push(Key::Line { ink: Ink::Div(-1.0), name: text("chart.network.negative") });
    scene.keys.push(Key::Line { ink: Ink::Div(1.0), name: text("chart.network.positive") });
    scene.keys.push(Key::Note { name: text("chart.network.wider") });
}

/// What a unit that is drawn is called.
fn name(layers: &[Layer], layer: usize, unit: usize) -> String {
    let own = layers[layer].named.get(unit).filter(|name| !name.is_empty());
    own.cloned().unwrap_or_else(|| {
        let number = drawn(layers[layer].units).get(unit).map_or(0, |unit| unit + 1);
        let id = match layer {
            0 => "chart.network.input",
            _ if layer + 1 == layers.len() => "chart.network.output",
            _ => "chart.network.unit",
        };
        Message::new(id).with("unit", number).with("layer", layer).to_string()
    })
}

/// A unit and its largest weight: that leads to it, or for an input that leads on.
fn of_unit(layers: &[Layer], edges: &[Edge], layer: usize, unit: usize) -> String {
    let own =
        edges.iter().filter(|edge| if layer == 0 { edge.layer == 1 && edge.from == unit } else { edge.layer == layer && edge.to == unit });
    let Some(largest) = largest(own) else { return name(layers, layer, unit) };
    let (id, other) = match layer {
        0 => ("chart.network.to", name(layers, 1, largest.to)),
        _ => ("chart.network.from", name(layers, layer - 1, largest.from)),
    };
    Message::new(id).with("name", name(layers, layer, unit)).with("other", other).with("weight", figure(largest.weight)).to_string()
}

fn largest<'a>(edges: impl Iterator<Item = &'a Edge>) -> Option<&'a Edge> {
    edges.reduce(|most, edge| if edge.weight.abs() > most.weight.abs() { edge } else { most })
}

/// The weights as a table, and the largest in words.
fn tell(scene: &mut Scene, layers: &[Layer], edges: Vec<Edge>) {
    scene.columns(&["chart.network.layer", "chart.network.column.from", "chart.network.column.to", "chart.network.column.weight"]);
    for edge in &edges {
        let (from, to) = (name(layers, edge.layer - 1, edge.from), name(layers, edge.layer, edge.to));
        scene.row(vec![edge.layer.into(), from.into(), to.into(), edge.weight.into()]);
    }
    if let Some(most) = largest(edges.iter()) {
        let said = Message::new("chart.network.largest")
            .with("weight", figure(most.weight))
            .with("from", name(layers, most.layer - 1, most.from))
            .with("to", name(layers, most.layer, most.to));
        scene.description = format!("{} {said}", scene.description);
    }
}

/// The heights of the units that are drawn, from the top down; small layers stand in the middle. Where units are left out, a gap
/// comes before the last.
fn column(units: usize) -> Vec<f64> {
    const TOP: f64 = 0.97;
    const FOOT: f64 = 0.2;
    let shown = units.min(MOST_DRAWN);
    let gap = units > MOST_DRAWN;
    let slots = if gap { shown + 1 } else { shown };
    let step = (TOP - FOOT) / MOST_DRAWN as f64;
    let middle = (TOP + FOOT) / 2.0;
    let first = middle + step * (slots - 1) as f64 / 2.0;
    (0..shown).map(|i| first - step * (if gap && i + 1 == shown { i + 1 } else { i }) as f64).collect()
}
