//! Values with their intervals, a row each: importance of columns, metrics by group, models on metrics.

use super::curves::interval;
use super::format::{count, figure, percent};
use super::scene::{Axis, Cell, Ink, Key, Mark, Scene};
use crate::base::{Message, text};

/// One value in a row.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct Dot {
    /// The row's name; values with the same name share a row.
    pub name: String,
    /// The model or set it belongs to; empty where there is one only.
    pub series: String,
    /// Not finite where it is undefined.
    pub value: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// How many rows it was computed from, if that is known.
    pub n: Option<usize>,
}

/// A line that values are compared with, and its name.
pub type Reference = Option<(f64, String)>;

/// How much worse the model gets without each column, greatest first; the zero is marked.
pub fn importance(measure: &str, dots: &[Dot]) -> Scene {
    let mut sorted = dots.to_vec();
    // Undefined values come last.
    sorted.sort_by(|a, b| b.value.is_finite().cmp(&a.value.is_finite()).then(b.value.total_cmp(&a.value)));
    let mut scene = rows("importance", measure, &sorted, true, false, None);
    if let Some(first) = sorted.first().filter(|first| !scene.empty && first.value.is_finite()) {
        let firm = sorted.iter().filter(|dot| dot.low.is_some_and(|low| low > 0.0)).count();
        scene.description = Message::new("chart.importance.sentence")
            .with("count", count(dots.len()))
            .with("first", &first.name)
            .with("value", figure(first.value))
            .with("firm", count(firm))
            .to_string();
    }
    scene
}

/// A metric for each group, with the value for everybody; `share` writes per cents.
pub fn groups(measure: &str, dots: &[Dot], everybody: Option<f64>, share: bool) -> Scene {
    let reference = everybody.map(|all| {
        let shown = if share { percent(all) } else { figure(all) };
        (all, Message::new("chart.groups.all").with("value", shown).to_string())
    });
    let mut scene = rows("groups", measure, dots, false, share, reference);
    let finite: Vec<&Dot> = dots.iter().filter(|dot| dot.value.is_finite()).collect();
    let by = |a: &&&Dot, b: &&&Dot| a.value.total_cmp(&b.value);
    if let (Some(least), Some(most), false) = (finite.iter().min_by(by), finite.iter().max_by(by), scene.empty) {
        let shown = |x: f64| if share { percent(x) } else { figure(x) };
        scene.description = Message::new("chart.groups.sentence")
            .with("measure", measure)
            .with("most", &most.name)
            .with("most_value", shown(most.value))
            .with("least", &least.name)
            .with("least_value", shown(least.value))
            .with("gap", shown(most.value - least.value))
            .to_string();
    }
    scene
}

/// Models on metrics: a row a metric, a colour a model.
pub fn models(dots: &[Dot], reference: Reference) -> Scene {
    let mut scene = rows("models", "", dots, false, false, reference);
    if let Some(first) = dots.iter().find(|dot| dot.value.is_finite() && !scene.empty) {
        let same = dots.iter().filter(|dot| dot.name == first.name && dot.value.is_finite());
        let told: Vec<String> = same
            .map(|dot| match (dot.low, dot.high) {
                (Some(low), Some(high)) => format!("{} {} ({})", dot.series, figure(dot.value), interval(figure(low), figure(high))),
                _ => format!("{} {}", dot.series, figure(dot.value)),
            })
            .collect();
        scene.description = Message::new("chart.models.sentence").with("metric", &first.name).with("models", told.join("; ")).to_string();
    }
    scene
}

/// What the target does where a column's value is missing, beside where it is known: a row a column, a colour each; `share`
/// writes per cents. Each column has two dots, the missing one first.
pub fn gaps(measure: &str, dots: &[Dot], everybody: Option<f64>, share: bool) -> Scene {
    let shown = |x: f64| if share { percent(x) } else { figure(x) };
    let reference = everybody.map(|all| (all, Message::new("chart.groups.all").with("value", shown(all)).to_string()));
    let mut scene = rows("gaps", measure, dots, false, share, reference);
    let pairs = dots.chunks_exact(2).filter(|pair| pair.iter().all(|dot| dot.value.is_finite()));
    let far = |pair: &[Dot]| (pair[0].value - pair[1].value).abs();
    let widest = pairs
        .fold(None, |widest: Option<&[Dot]>, pair| if widest.is_none_or(|widest| far(pair) > far(widest)) { Some(pair) } else { widest });
    if let (Some(pair), false) = (widest, scene.empty) {
        scene.description = Message::new("chart.gaps.sentence")
            .with("measure", measure)
            .with("column", &pair[0].name)
            .with("gone", shown(pair[0].value))
            .with("known", shown(pair[1].value))
            .to_string();
    }
    scene
}

const MOST: usize = 40;

fn distinct<'a>(names: impl Iterator<Item = &'a String>) -> Vec<&'a String> {
    let mut seen = std::collections::BTreeSet::new();
    names.filter(|name| seen.insert(*name)).collect()
}

fn rows(id: &str, measure: &str, dots: &[Dot], zero: bool, share: bool, reference: Reference) -> Scene {
    let names = distinct(dots.iter().map(|dot| &dot.name));
    let series = distinct(dots.iter().map(|dot| &dot.series));
    if !dots.iter().any(|dot| dot.value.is_finite()) {
        return Scene::nothing(id, "chart.why.no_values").titled(measure);
    }
    let shown = names.len().min(MOST);
    let row_of: std::collections::BTreeMap<&String, usize> = names[..shown].iter().enumerate().map(|(i, name)| (*name, i)).collect();
    let series_of: std::collections::BTreeMap<&String, usize> = series.iter().enumerate().map(|(i, name)| (*name, i)).collect();
    let drawn: Vec<(usize, usize, usize, &Dot)> =
        dots.iter().enumerate().filter_map(|(i, dot)| Some((i, *row_of.get(&dot.name)?, *series_of.get(&dot.series)?, dot))).collect();
    let all = drawn.iter().flat_map(|(.., dot)| [Some(dot.value), dot.low, dot.high].into_iter().flatten());
    let ends = all.chain(zero.then_some(0.0)).chain(reference.iter().map(|(at, _)| *at));
    let mut x = Axis::close(measure, ends).grid().bare();
    x.percent = share;
    let mut scene = Scene::new(id, x, Axis::names("", names[..shown].iter().map(|name| (*name).clone()).collect())).titled(measure);
    if zero {
        let down = [[0.0, -0.5], [0.0, shown as f64 - 0.5]];
        let line = Mark::Line { points: down.to_vec(), ink: Ink::Axis, width: 1.0, alpha: 1.0, dash: false, label: String::new() };
        scene.mark(line);
    }
    if let Some((at, label)) = reference {
        scene.mark(Mark::RuleX { at, ink: Ink::Edge, label, strong: false });
    }
    scene.columns(&[
        "chart.column.name",
        "chart.column.series",
        "chart.column.value",
        "chart.column.low",
        "chart.column.high",
        "chart.column.count",
    ]);
    let many = series.len() > 1;
    for (i, row, of, dot) in drawn {
        let ink = Ink::Cat(of as u8 % 7);
        // Several models share a row, one below the other.
        let y = row as f64 + if many { (of as f64 + 0.5) / series.len() as f64 * 0.7 - 0.35 } else { 0.0 };
        let shown = |x: f64| if share { percent(x) } else { figure(x) };
        let mut label = if many { format!("{}, {}: ", dot.name, dot.series) } else { format!("{}: ", dot.name) };
        label.push_str(&if dot.value.is_finite() { shown(dot.value) } else { text("chart.undefined") });
        let mut from = dot.value;
        let mut to = dot.value;
        if let (Some(low), Some(high)) = (dot.low.filter(|x| x.is_finite()), dot.high.filter(|x| x.is_finite())) {
            scene.mark(Mark::Line { points: vec![[low, y], [high, y]], ink, width: 2.0, alpha: 0.55, dash: false, label: String::new() });
            label.push_str(&format!(", {}", interval(shown(low), shown(high))));
            (from, to) = (low, high);
        }
        if let Some(n) = dot.n {
            label.push_str(&format!(", {}", Message::new("chart.rows").with("count", count(n))));
        }
        scene.mark(Mark::Dots { at: vec![[dot.value, y]], ink, radius: 4.0, alpha: 1.0, open: false });
        let half = if many { 0.35 / series.len() as f64 } else { 0.4 };
        scene.span([from, y - half], [to, y + half], i, label);
        let n = dot.n.map_or(Cell::None, Cell::from);
        let cells = vec![dot.name.as_str().into(), dot.series.as_str().into(), dot.value.into(), dot.low.into(), dot.high.into(), n];
        scene.row(cells);
    }
    if many {
        scene.keys.extend(series.iter().enumerate().map(|(i, name)| Key::Dot { ink: Ink::Cat(i as u8 % 7), name: (*name).clone() }));
    }
    if names.len() > shown {
        scene.keys.push(Key::Note { name: Message::new("chart.more").with("count", count(names.len() - shown)).to_string() });
    }
    scene.description = Message::new("chart.intervals.sentence").with("count", count(dots.len())).to_string();
    scene
}
