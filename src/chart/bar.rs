//! Categories and their counts, as horizontal bars; stacked by class where there are classes.

use super::format::{count, figure, percent};
use super::scene::{Anchor, Axis, Cell, Ink, Key, Mark, Scene, class_inks};
use crate::base::Message;

/// What a bar chart shows.
#[derive(Clone, Debug, Default)]
pub struct Bars {
    /// What the chart is about, such as the column.
    pub title: String,
    /// What a bar measures, such as "rows".
    pub unit: String,
    /// The names of the bars, in the order in which they are drawn.
    pub names: Vec<String>,
    /// The value of each bar for each class: classes x names. Without classes one list. Values below zero run to the left.
    pub values: Vec<Vec<f64>>,
    /// The names of the classes; empty without classes.
    pub classes: Vec<String>,
    /// The positive class, if there is one.
    pub positive: Option<usize>,
    /// At most so many bars are drawn; the rest is summed up in a note. 0 means 20.
    pub most: usize,
    /// The values are shares, written in per cent.
    pub share: bool,
}

/// One bar a category from the top down, its value at its end.
pub fn bars(input: &Bars) -> Scene {
    draw("bar", input)
}

/// How many rows each class has: the same bars with each class' share of all rows beside its count.
pub fn class_balance(classes: &[String], counts: &[f64], positive: Option<usize>) -> Scene {
    let mut input =
        Bars { unit: crate::base::text("chart.column.rows"), names: classes.to_vec(), values: vec![counts.to_vec()], ..Bars::default() };
    input.positive = positive;
    let mut scene = draw("class_balance", &input);
    if scene.empty {
        return scene;
    }
    let total = counts.iter().filter(|n| n.is_finite()).fold(0.0, |sum, n| sum + n);
    let inks = class_inks(classes.len(), positive);
    let mut bar = 0;
    for mark in &mut scene.marks {
        match mark {
            Mark::Rect { ink, from, .. } => {
                bar = (from[1] + 0.5).floor() as usize;
                *ink = inks.get(bar).copied().unwrap_or(Ink::Rest);
            }
            Mark::Text { text, .. } => {
                if let Some(n) = counts.get(bar) {
                    *text = format!("{text}, {}", percent(n / total));
                }
            }
            _ => {}
        }
    }
    let mut order: Vec<usize> = (0..counts.len().min(classes.len())).collect();
    order.sort_by(|a, b| counts[*b].total_cmp(&counts[*a]).then(a.cmp(b)));
    if let (Some(&most), Some(&least)) = (order.first(), order.last()) {
        scene.description = Message::new("chart.class_balance.sentence")
            .with("classes", count(classes.len()))
            .with("most", &classes[most])
            .with("most_share", percent(counts[most] / total))
            .with("least", &classes[least])
            .with("least_share", percent(counts[least] / total))
            .to_string();
    }
    scene.table.columns.push(crate::base::text("chart.column.share"));
    for (row, n) in scene.table.rows.iter_mut().zip(counts) {
        row.push(Cell::from(n / total));
    }
    scene
}

/// Missing values a column, as shares of its rows.
pub fn missing(columns: &[String], shares: &[f64]) -> Scene {
    let names = columns.to_vec();
    let unit = crate::base::text("chart.missing.unit");
    let input = Bars { unit, names, values: vec![shares.to_vec()], share: true, most: 60, ..Bars::default() };
    let mut scene = draw("missing", &input);
    if !scene.empty {
        let with = shares.iter().filter(|share| **share > 0.0).count();
        scene.x.scale = super::scene::Scale::Linear { low: 0.0, high: 1.0, nice: false };
        for mark in &mut scene.marks {
            // Where less is there than missing, the colour says so too.
            if let Mark::Rect { ink, to, .. } = mark {
                *ink = if to[0] >= 0.5 { Ink::Warn } else { Ink::Rest };
            }
        }
        let worst = (0..columns.len().min(shares.len())).fold(0, |worst, i| if shares[i] > shares[worst] { i } else { worst });
        scene.description = Message::new("chart.missing.sentence")
            .with("count", count(with))
            .with("columns", count(columns.len()))
            .with("worst", columns.get(worst).map_or("", String::as_str))
            .with("share", percent(shares.get(worst).copied().unwrap_or(0.0)))
            .to_string();
    }
    scene
}

fn draw(id: &str, input: &Bars) -> Scene {
    let classes = input.values.len();
    let value = |class: usize, i: usize| input.values.get(class).and_then(|v| v.get(i)).copied().filter(|x| x.is_finite()).unwrap_or(0.0);
    let n = input.names.len();
    if n == 0 || classes == 0 {
        return Scene::nothing(id, "chart.why.no_categories").titled(input.title.clone());
    }
    let most = if input.most == 0 { 20 } else { input.most };
    let shown = n.min(most);
    let names: Vec<String> = input.names[..shown].to_vec();
    // Each drawn bar: its value for each class.
    let drawn: Vec<Vec<f64>> = (0..shown).map(|i| (0..classes).map(|class| value(class, i)).collect()).collect();
    let sum = |parts: &[f64]| parts.iter().fold(0.0, |sum, x| sum + x);
    let written = |x: f64| if input.share { percent(x) } else { figure(x) };
    let totals: Vec<f64> = drawn.iter().map(|parts| sum(parts)).collect();
    // The bars carry their values, so that the axis needs no ticks.
    let (low, high) = super::ticks::span(totals.iter().copied().chain([0.0]));
    let mut x = Axis::exact("", low, high).quiet();
    x.percent = input.share;
    let mut scene = Scene::new(id, x, Axis::names("", names.clone())).titled(input.title.clone());
    scene.y.line = true;
    let inks = if classes > 1 { class_inks(classes, input.positive) } else { vec![Ink::Cat(0)] };
    let class_name = |class: usize| input.classes.get(class).cloned().unwrap_or_default();
    for (i, parts) in drawn.iter().enumerate() {
        let y = i as f64;
        let mut base = 0.0;
        for (class, part) in parts.iter().enumerate() {
            scene.mark(Mark::Rect { from: [base, y - 0.36], to: [base + part, y + 0.36], ink: inks[class], alpha: 1.0, gap: 0.0 });
            base += part;
        }
        let (anchor, dx) = if base < 0.0 { (Anchor::End, -5.0) } else { (Anchor::Start, 5.0) };
        scene.mark(Mark::Text {
            at: [base, y],
            text: written(base),
            anchor,
            ink: Ink::Muted,
            strong: false,
            shift: [dx, 0.0],
            halo: false,
        });
        let detail: Vec<String> = match classes {
            1 => vec![],
            _ => parts.iter().enumerate().map(|(class, x)| format!("{} {}", class_name(class), written(*x))).collect(),
        };
        let spoken = format!("{}: {} {}", names[i], written(base), if input.share { "" } else { &input.unit }).trim_end().to_owned();
        let (from, to) = (if base < 0.0 { base } else { 0.0 }, if base < 0.0 { 0.0 } else { base });
        scene.span([from, y - 0.45], [to, y + 0.45], i, [vec![spoken], detail].concat().join(", "));
    }
    for i in 0..n {
        let mut row: Vec<Cell> = vec![input.names[i].as_str().into()];
        row.extend((0..classes).map(|class| Cell::from(input.values[class].get(i).copied())));
        scene.row(row);
    }
    scene.columns(&["chart.column.name"]);
    if classes > 1 {
        scene.table.columns.extend((0..classes).map(class_name));
        scene.keys.extend((0..classes).map(|class| Key::Fill { ink: inks[class], name: class_name(class) }));
    } else {
        scene.table.columns.push(input.unit.clone());
    }
    if shown < n {
        let rest = (shown..n).fold(0.0, |sum, i| sum + total(input, i));
        let others = Message::new("chart.others").with("count", count(n - shown)).with("value", written(rest)).with("unit", &input.unit);
        scene.keys.push(Key::Note { name: others.to_string() });
    }
    let first = (0..n).fold(0, |first, i| if total(input, i) > total(input, first) { i } else { first });
    scene.description = Message::new("chart.bar.sentence")
        .with("count", count(n))
        .with("most", &input.names[first])
        .with("value", written(total(input, first)))
        .with("unit", if input.share { "" } else { &input.unit })
        .to_string();
    scene
}

/// A name's value over all classes.
fn total(input: &Bars, i: usize) -> f64 {
    input.values.iter().filter_map(|values| values.get(i)).filter(|x| x.is_finite()).fold(0.0, |sum, x| sum + x)
}
