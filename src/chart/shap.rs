//! Contributions to predictions (SHAP): one row as a waterfall, many rows as swarms.

use super::format::{count, figure};
use super::scene::{Anchor, Axis, Ink, Key, Mark, Scene};
use crate::base::{Message, text};

/// What a waterfall shows: how one prediction comes about.
#[derive(Clone, Debug, Default)]
pub struct Waterfall {
    /// The mean prediction.
    pub base: f64,
    /// A column with its value, such as "age = 28", and its contribution.
    pub parts: Vec<(String, f64)>,
    /// At most so many parts are drawn; the smallest are summed up in one. 0 means 10.
    pub most: usize,
    /// What is predicted.
    pub outcome: String,
}

fn signed(x: f64) -> String {
    if x > 0.0 { format!("+{}", figure(x)) } else { figure(x) }
}

/// Up and down must be told apart without colour too: the sign stands beside each bar.
fn ink(x: f64) -> Ink {
    if x < 0.0 { Ink::Cat(0) } else { Ink::Cat(1) }
}

/// Bars from the mean prediction to this one, the greatest contribution first.
pub fn waterfall(input: &Waterfall) -> Scene {
    let mut parts: Vec<(String, f64)> = input.parts.iter().filter(|(_, x)| x.is_finite()).cloned().collect();
    if parts.is_empty() || !input.base.is_finite() {
        return Scene::nothing("waterfall", "chart.why.no_contributions");
    }
    parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let all = parts.clone();
    let most = if input.most == 0 { 10 } else { input.most };
    if parts.len() > most {
        let rest = parts.split_off(most - 1);
        let sum = rest.iter().fold(0.0, |sum, (_, x)| sum + x);
        parts.push((Message::new("chart.waterfall.others").with("count", count(rest.len())).to_string(), sum));
    }
    let mut at = input.base;
    let mut places = vec![at];
    for (_, x) in &parts {
        at += x;
        places.push(at);
    }
    let end = at;
    let names: Vec<String> = parts.iter().map(|(name, _)| name.clone()).collect();
    let (low, high) = super::ticks::span(places.iter().copied());
    // Room for the figures on both sides.
    let room = (high - low) * 0.14;
    let x = Axis::exact(input.outcome.clone(), low - room, high + room).grid().bare();
    let mut scene = Scene::new("waterfall", x, Axis::names("", names));
    for (at, id) in [(input.base, "chart.waterfall.base"), (end, "chart.waterfall.end")] {
        let label = Message::new(id).with("at", figure(at)).to_string();
        scene.mark(Mark::RuleX { at, ink: Ink::Edge, label, strong: false });
    }
    scene.columns(&["chart.column.name", "chart.waterfall.part"]);
    for (i, (name, x)) in parts.iter().enumerate() {
        let y = i as f64;
        let (from, to) = (places[i], places[i + 1]);
        scene.mark(Mark::rect([from, y - 0.34], [to, y + 0.34], ink(*x)));
        if i + 1 < parts.len() {
            let link = vec![[to, y + 0.34], [to, y + 0.66]];
            scene.mark(Mark::Line { points: link, ink: Ink::Edge, width: 1.0, alpha: 1.0, dash: false, label: String::new() });
        }
        let (anchor, dx) = if *x < 0.0 { (Anchor::End, -5.0) } else { (Anchor::Start, 5.0) };
        let shown = Mark::Text { at: [to, y], text: signed(*x), anchor, ink: Ink::Muted, strong: false, shift: [dx, 0.0], halo: true };
        scene.mark(shown);
        let (a, b) = if from < to { (from, to) } else { (to, from) };
        scene.span(
            [a, y - 0.4],
            [b, y + 0.4],
            i,
            format!("{name}: {}, {}", signed(*x), Message::new("chart.waterfall.sum").with("sum", figure(to))),
        );
    }
    for (name, x) in &all {
        scene.row(vec![name.as_str().into(), (*x).into()]);
    }
    scene.description = Message::new("chart.waterfall.sentence")
        .with("base", figure(input.base))
        .with("end", figure(end))
        .with("first", &parts[0].0)
        .with("value", signed(parts[0].1))
        .to_string();
    scene
}

/// The contributions of one column in many rows.
#[derive(Clone, Debug, Default)]
pub struct Swarm {
    /// The column.
    pub name: String,
    /// A contribution a row.
    pub contributions: Vec<f64>,
    /// The column's value in each row as a share of its range (or rank), 0 to 1; not finite where it has no order.
    pub values: Vec<f64>,
}

/// More points in a row would only overlap.
const MOST_POINTS: usize = 600;

/// A row a column, greatest mean contribution first; points are rows of the table, coloured from low to high values.
pub fn swarm(columns: &[Swarm]) -> Scene {
    let size = |column: &Swarm| {
        let finite: Vec<f64> = column.contributions.iter().copied().filter(|x| x.is_finite()).collect();
        finite.iter().fold(0.0, |sum, x| sum + x.abs() / finite.len() as f64)
    };
    let mut sorted: Vec<(usize, f64, &Swarm)> = columns.iter().enumerate().map(|(i, column)| (i, size(column), column)).collect();
    sorted.retain(|(_, _, column)| column.contributions.iter().any(|x| x.is_finite()));
    sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let Some(&(_, first_size, first)) = sorted.first() else {
        return Scene::nothing("swarm", "chart.why.no_contributions");
    };
    let left_out = sorted.len().saturating_sub(20);
    sorted.truncate(20);
    let x = Axis::over(text("chart.swarm.x"), sorted.iter().flat_map(|(_, _, column)| column.contributions.iter().copied()).chain([0.0]));
    let (low, high) = super::ticks::span(sorted.iter().flat_map(|(_, _, column)| column.contributions.iter().copied()).chain([0.0]));
    let mut scene =
        Scene::new("swarm", x.grid().bare(), Axis::names("", sorted.iter().map(|(_, _, column)| column.name.clone()).collect()));
    let down = vec![[0.0, -0.5], [0.0, sorted.len() as f64 - 0.5]];
    scene.mark(Mark::Line { points: down, ink: Ink::Axis, width: 1.0, alpha: 1.0, dash: false, label: String::new() });
    scene.columns(&["chart.column.name", "chart.swarm.mean", "chart.column.low", "chart.column.high", "chart.column.count"]);
    // Five colours from low to high, and grey for what has no order.
    let inks = [Ink::Div(-1.0), Ink::Div(-0.62), Ink::Rest, Ink::Div(0.62), Ink::Div(1.0)];
    for (row, (key, mean, column)) in sorted.iter().enumerate() {
        let every = column.contributions.len().div_ceil(MOST_POINTS).max(1);
        let mut piles = [0_usize; 120];
        let mut fullest = 1;
        let mut placed: Vec<(f64, usize, usize)> = Vec::new();
        for (i, x) in column.contributions.iter().copied().enumerate().step_by(every).filter(|(_, x)| x.is_finite()) {
            let pile = (((x - low) / (high - low) * 119.0) as usize).min(119);
            piles[pile] += 1;
            fullest = fullest.max(piles[pile]);
            let value = column.values.get(i).copied().unwrap_or(f64::NAN);
            let shade = if value.is_finite() { (value * 5.0).floor().clamp(0.0, 4.0) as usize } else { 2 };
            placed.push((x, piles[pile], shade));
        }
        // Piles grow on both sides in turn; the fullest takes the row's height.
        let step = if fullest > 8 { 0.8 / fullest as f64 } else { 0.1 };
        for (shade, ink) in inks.iter().enumerate() {
            let at: Vec<[f64; 2]> = placed
                .iter()
                .filter(|(_, _, s)| *s == shade)
                .map(|(x, pile, _)| {
                    let side = if pile % 2 == 0 { 1.0 } else { -1.0 };
                    [*x, row as f64 + side * (*pile / 2) as f64 * step]
                })
                .collect();
            if !at.is_empty() {
                scene.mark(Mark::Dots { at, ink: *ink, radius: 2.0, alpha: 0.85, open: false });
            }
        }
        let finite = column.contributions.iter().copied().filter(|x| x.is_finite());
        let n = finite.clone().count();
        let (least, most) =
            finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (super::ticks::lesser(x, a), super::ticks::greater(x, b)));
        let label = Message::new("chart.swarm.item")
            .with("name", &column.name)
            .with("mean", figure(*mean))
            .with("low", signed(least))
            .with("high", signed(most));
        scene.span([least, row as f64 - 0.45], [most, row as f64 + 0.45], *key, label.to_string());
        scene.row(vec![column.name.as_str().into(), (*mean).into(), least.into(), most.into(), n.into()]);
    }
    scene.keys.push(Key::Ramp { low: text("chart.swarm.low"), middle: Some(String::new()), high: text("chart.swarm.high") });
    if left_out > 0 {
        scene.keys.push(Key::Note { name: Message::new("chart.more").with("count", count(left_out)).to_string() });
    }
    scene.description = Message::new("chart.swarm.sentence")
        .with("count", count(columns.len()))
        .with("first", &first.name)
        .with("mean", figure(first_size))
        .to_string();
    scene
}
