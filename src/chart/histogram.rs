//! The distribution of a column of numbers, stacked by class where there are classes.

use super::format::{bin as bin_name, count, place};
use super::scene::{Axis, Cell, Ink, Key, Mark, Scene, class_inks};
use super::ticks::greater;
use crate::base::Message;

/// What a histogram shows.
#[derive(Clone, Debug, Default)]
pub struct Histogram {
    /// The column, with its unit.
    pub column: String,
    /// The edges of the bins, ascending, one more than bins.
    pub edges: Vec<f64>,
    /// Rows a bin, for each class: classes x bins. Without classes one list.
    pub counts: Vec<Vec<f64>>,
    /// The names of the classes; empty without classes.
    pub classes: Vec<String>,
    /// The positive class, if there is one.
    pub positive: Option<usize>,
    /// A value that is marked, and what it is, such as the median.
    pub mark: Option<(f64, String)>,
}

/// Bars from zero, one a bin; the first class stands at the bottom.
pub fn histogram(input: &Histogram) -> Scene {
    let bins = input.edges.len().saturating_sub(1);
    let clean = |class: usize, bin: usize| {
        let n = input.counts.get(class).and_then(|counts| counts.get(bin)).copied().unwrap_or(0.0);
        if n.is_finite() && n > 0.0 { n } else { 0.0 }
    };
    let classes = input.counts.len();
    let sum = |bin: usize| (0..classes).fold(0.0, |sum, class| sum + clean(class, bin));
    let total = (0..bins).fold(0.0, |total, bin| total + sum(bin));
    let ascending = input.edges.iter().all(|x| x.is_finite()) && input.edges.windows(2).all(|pair| pair[0] <= pair[1]);
    if bins == 0 || !ascending || !(total > 0.0) {
        return Scene::nothing("histogram", "chart.why.no_values").titled(input.column.clone());
    }
    let highest = (0..bins).fold(0.0, |highest, bin| greater(sum(bin), highest));
    let fullest = (0..bins).find(|bin| sum(*bin) == highest).unwrap_or(0);
    let y = Axis::over("", [0.0, highest]).grid().whole().bare();
    let mut x = Axis::over(input.column.clone(), input.edges.iter().copied());
    if let super::scene::Scale::Linear { nice, .. } = &mut x.scale {
        *nice = false;
    }
    let mut scene = Scene::new("histogram", x, y).titled(input.column.clone());
    scene.description = Message::new("chart.histogram.sentence")
        .with("column", &input.column)
        .with("count", count(total as usize))
        .with("low", place(input.edges[0]))
        .with("high", place(input.edges[bins]))
        .with("most", count(highest as usize))
        .with("bin", bin_name(input.edges[fullest], input.edges[fullest + 1]))
        .to_string();
    let inks = if classes > 1 { class_inks(classes, input.positive) } else { vec![Ink::Cat(0)] };
    let name = |class: usize| input.classes.get(class).cloned().unwrap_or_default();
    // The positive class stands on the axis, where its shape can be read.
    let mut order: Vec<usize> = (0..classes).collect();
    order.sort_by_key(|class| Some(*class) != input.positive);
    for bin in 0..bins {
        let (low, high) = (input.edges[bin], input.edges[bin + 1]);
        let mut base = 0.0;
        for &class in &order {
            let n = clean(class, bin);
            scene.mark(Mark::Rect { from: [low, base], to: [high, base + n], ink: inks[class], alpha: 1.0, gap: 1.0 });
            base += n;
        }
        let parts: Vec<String> = match classes {
            0 | 1 => vec![],
            _ => order.iter().map(|class| format!("{} {}", name(*class), count(clean(*class, bin) as usize))).collect(),
        };
        let spoken = Message::new("chart.histogram.item").with("bin", bin_name(low, high)).with("count", count(base as usize));
        scene.span([low, 0.0], [high, base], bin, [vec![spoken.to_string()], parts].concat().join(", "));
        let mut row: Vec<Cell> = vec![low.into(), high.into()];
        row.extend((0..classes.max(1)).map(|class| Cell::from(clean(class, bin))));
        scene.row(row);
    }
    scene.columns(&["chart.column.from", "chart.column.to"]);
    if classes > 1 {
        scene.table.columns.extend((0..classes).map(name));
        scene.keys.extend(order.iter().map(|class| Key::Fill { ink: inks[*class], name: name(*class) }));
    } else {
        scene.table.columns.push(crate::base::text("chart.column.count"));
    }
    if let Some((at, label)) = &input.mark {
        scene.mark(Mark::RuleX { at: *at, ink: Ink::Edge, label: label.clone(), strong: true });
    }
    scene
}
