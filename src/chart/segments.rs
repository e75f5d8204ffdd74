//! Segments of rows: where they lie, how many suit, and how those of a hierarchy were joined.

use super::format::{count, figure, percent};
use super::scatter::{Scatter, scatter};
use super::scene::{Anchor, Axis, Ink, Key, Mark, Scene};
use super::ticks::{greater, lesser};
use crate::base::{Message, text};
use crate::profile::{Dendrogram, Segments};

/// Segments that have a key, at most.
const KEYS: usize = 12;

/// Where rows lie on the two directions of most spread, in the colours of their segments; grey belongs to none.
pub fn segment_map(found: &Segments) -> Scene {
    let points = &found.map.points;
    let mut names: Vec<String> = (1..=found.segments.len() + found.more).map(|number| named("segments.number", number)).collect();
    let count = names.len();
    // What belongs to no segment stands behind the colours of the palette, where all is grey.
    let none = count.max(7);
    names.resize(none, String::new());
    names.push(text("segments.none"));
    let class = |colour: &Option<f64>| colour.map_or(none, |label| label as usize);
    let axis = |place: usize| {
        let share = percent(found.map.shares[place]);
        Message::new("segments.axis").with("columns", found.map.columns[place].join(", ")).with("share", share).to_string()
    };
    let drawn = points.x.len();
    let mut scene = scatter(&Scatter {
        x_name: axis(0),
        y_name: axis(1),
        x: points.x.clone(),
        y: points.y.clone(),
        class: points.colour.iter().map(class).collect(),
        classes: names,
        drawn_of: if drawn < found.rows { found.rows } else { 0 },
        ..Scatter::default()
    });
    scene.chart = "segment_map".to_owned();
    scene.title = text("chart.segment_map");
    let has_none = points.colour.iter().any(Option::is_none);
    let is_used = |name: &str| !name.is_empty() && (has_none || name != text("segments.none"));
    scene.keys.retain(|key| !matches!(key, Key::Dot { name, .. } if !is_used(name)));
    // Beyond the palette one grey is as good as another.
    let mut dots = 0;
    scene.keys.retain(|key| {
        dots += usize::from(matches!(key, Key::Dot { .. }));
        dots <= KEYS || !matches!(key, Key::Dot { .. })
    });
    scene
}

fn named(id: &str, number: usize) -> String {
    Message::new(id).with("number", number).to_string()
}

/// What each number of segments is worth: the line is the mean silhouette, the dashed one the spread that is left within
/// segments as a share of the whole; the open dot is the number that was chosen.
pub fn segment_count(found: &Segments) -> Scene {
    let at = |place: usize, value: Option<f64>| Some([found.tried[place].count as f64, value?]);
    let silhouettes: Vec<[f64; 2]> = (0..found.tried.len()).filter_map(|place| at(place, found.tried[place].silhouette.value())).collect();
    let within: Vec<[f64; 2]> = (0..found.tried.len()).filter_map(|place| at(place, found.tried[place].within.value())).collect();
    if silhouettes.is_empty() {
        return Scene::nothing("segment_count", "chart.why.no_silhouette");
    }
    let counts = || found.tried.iter().map(|tried| tried.count as f64);
    let (low, high) = counts().fold((f64::INFINITY, 0.0), |(low, high), x| (lesser(x, low), greater(x, high)));
    let x = Axis::exact(text("chart.segment_count.x"), low - 0.3, high + 0.3).whole();
    let lowest = silhouettes.iter().fold(0.0, |lowest, at| lesser(at[1], lowest));
    let mut scene = Scene::new("segment_count", x, Axis::over("", [lowest, 1.0]).grid().bare());
    let line = |points: Vec<[f64; 2]>, ink: Ink, dash: bool, id: &str| Mark::Line {
        points,
        ink,
        width: if dash { 1.5 } else { 2.0 },
        alpha: 1.0,
        dash,
        label: text(id),
    };
    scene.mark(line(within, Ink::Cat(6), true, "chart.segment_count.within"));
    scene.mark(line(silhouettes.clone(), Ink::Cat(0), false, "chart.segment_count.silhouette"));
    scene.mark(Mark::Dots { at: silhouettes, ink: Ink::Cat(0), radius: 2.5, alpha: 1.0, open: false });
    scene.columns(&["chart.segment_count.x", "chart.segment_count.silhouette", "chart.segment_count.within"]);
    for (place, tried) in found.tried.iter().enumerate() {
        let (silhouette, within) = (tried.silhouette.value(), tried.within.value());
        if let Some(value) = silhouette {
            let at = [tried.count as f64, value];
            if place == found.chosen {
                scene.mark(Mark::Dots { at: vec![at], ink: Ink::Cat(0), radius: 5.0, alpha: 1.0, open: true });
            }
            let label = Message::new("chart.segment_count.at").with("count", tried.count).with("silhouette", figure(value));
            scene.point(at, tried.count, label.with("within", within.map(percent).unwrap_or_default()).to_string());
        }
        scene.row(vec![tried.count.into(), silhouette.into(), within.into()]);
    }
    let best = found.best.and_then(|place| found.tried.get(place));
    if let Some((best, value)) = best.and_then(|best| Some((best, best.silhouette.value()?))) {
        let said = Message::new("chart.segment_count.sentence").with("best", best.count).with("silhouette", figure(value));
        scene.description = said.with("from", low).with("to", high).to_string();
    }
    scene
}

/// How the rows of a hierarchy became one: each bridge joins two parts at the height of their distance. Parts have the colour
/// of their segment; the dashed line is the cut that leaves the chosen number.
pub fn dendrogram(tree: &Dendrogram) -> Scene {
    let leaves = tree.leaves.len();
    let top = tree.branches.iter().fold(0.0, |top, branch| greater(branch.height, top));
    if tree.branches.is_empty() || !top.is_finite() || top <= 0.0 {
        return Scene::nothing("dendrogram", "chart.why.no_merges");
    }
    let x = Axis::exact(text("chart.dendrogram.x"), -0.5, leaves as f64 - 0.5).quiet();
    let mut scene = Scene::new("dendrogram", x, Axis::over(text("chart.dendrogram.y"), [0.0, top]).grid().bare());
    // Where each part stands: across, its height, its segment.
    let mut parts: Vec<(f64, f64, Option<u32>)> =
        tree.leaves.iter().enumerate().map(|(place, leaf)| (place as f64, 0.0, leaf.segment)).collect();
    let mut rows: Vec<usize> = tree.leaves.iter().map(|leaf| leaf.rows).collect();
    scene.columns(&["chart.dendrogram.left", "chart.dendrogram.right", "chart.dendrogram.y"]);
    for (place, branch) in tree.branches.iter().enumerate() {
        let (Some(&left), Some(&right)) = (parts.get(branch.left), parts.get(branch.right)) else { continue };
        let own = left.2.filter(|segment| Some(*segment) == right.2);
        let ink = |segment: Option<u32>| segment.map_or(Ink::Rest, |segment| if segment < 7 { Ink::Cat(segment as u8) } else { Ink::Rest });
        let mut side = |part: (f64, f64, Option<u32>)| {
            let points = vec![[part.0, part.1], [part.0, branch.height]];
            scene.mark(Mark::Line { points, ink: ink(part.2), width: 1.5, alpha: 1.0, dash: false, label: String::new() });
        };
        side(left);
        side(right);
        let points = vec![[left.0, branch.height], [right.0, branch.height]];
        scene.mark(Mark::Line { points, ink: ink(own), width: 1.5, alpha: 1.0, dash: false, label: String::new() });
        let sides = [rows.get(branch.left), rows.get(branch.right)].map(|rows| rows.copied().unwrap_or(0));
        let label = Message::new("chart.dendrogram.at").with("left", count(sides[0])).with("right", count(sides[1]));
        let label = label.with("height", figure(branch.height)).to_string();
        scene.span([left.0, branch.height * 0.985], [right.0, branch.height], place, label);
        scene.row(vec![sides[0].into(), sides[1].into(), branch.height.into()]);
        parts.push(((left.0 + right.0) / 2.0, branch.height, own));
        rows.push(branch.rows);
    }
    let at = (tree.cut[0] + tree.cut[1]) / 2.0;
    if at > 0.0 && at <= top {
        let label = text("chart.dendrogram.cut");
        scene.mark(Mark::RuleY { at, ink: Ink::Edge, label, side: Anchor::End });
    }
    let all = rows.last().copied().unwrap_or(0);
    scene.description = Message::new("chart.dendrogram.sentence")
        .with("rows", count(all))
        .with("top", figure(top))
        .with("low", figure(tree.cut[0]))
        .with("high", figure(tree.cut[1]))
        .to_string();
    scene
}
