//! A share or mean in each bin of a column, and a measure over time.

use super::curves::interval;
use super::format::{bin as bin_name, count, figure, percent};
use super::scene::{Anchor, Axis, Cell, Ink, Mark, Scale, Scene};
use crate::base::{Message, text};

/// One bin of a column of numbers, or one of its categories.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct Rate {
    /// The category's name; empty for a bin of numbers.
    pub name: String,
    /// The bin's edges; not used for categories.
    pub from: f64,
    pub to: f64,
    /// The share or mean; not finite where it is undefined.
    pub value: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// How many rows it holds.
    pub n: usize,
}

/// What the target does in each bin of a column, with intervals, beside its value over all rows. `share` writes per cents.
pub fn rates(column: &str, outcome: &str, bins: &[Rate], all: Option<f64>, share: bool) -> Scene {
    let categories = bins.iter().any(|bin| !bin.name.is_empty());
    let kept: Vec<(usize, &Rate)> = bins
        .iter()
        .enumerate()
        .filter(|(_, bin)| bin.value.is_finite() && (categories || (bin.from.is_finite() && bin.to.is_finite())))
        .take(200)
        .collect();
    if kept.is_empty() {
        return Scene::nothing("rates", "chart.why.no_values").titled(column);
    }
    let ends = kept.iter().flat_map(|(_, bin)| [Some(bin.value), bin.low, bin.high].into_iter().flatten()).chain(all);
    let mut y = Axis::over(outcome, ends.chain(share.then_some(0.0))).grid().bare();
    y.percent = share;
    let x = if categories {
        Axis::names(column, kept.iter().map(|(_, bin)| bin.name.clone()).collect())
    } else {
        let mut x = Axis::over(column, kept.iter().flat_map(|(_, bin)| [bin.from, bin.to]));
        if let Scale::Linear { nice, .. } = &mut x.scale {
            *nice = false;
        }
        x
    };
    let mut scene = Scene::new("rates", x, y).titled(column);
    let shown = |x: f64| if share { percent(x) } else { figure(x) };
    if let Some(all) = all {
        let label = Message::new("chart.groups.all").with("value", shown(all)).to_string();
        scene.mark(Mark::RuleY { at: all, ink: Ink::Edge, label, side: Anchor::End });
    }
    scene.columns(&["chart.column.name", "chart.column.value", "chart.column.low", "chart.column.high", "chart.column.count"]);
    let mut dots = Vec::new();
    for (row, (key, bin)) in kept.iter().enumerate() {
        let across = if categories { row as f64 } else { bin.from / 2.0 + bin.to / 2.0 };
        let name = if categories { bin.name.clone() } else { bin_name(bin.from, bin.to) };
        let mut label = format!("{name}: {}", shown(bin.value));
        if let (Some(low), Some(high)) = (bin.low.filter(|x| x.is_finite()), bin.high.filter(|x| x.is_finite())) {
            let points = vec![[across, low], [across, high]];
            scene.mark(Mark::Line { points, ink: Ink::Cat(0), width: 1.5, alpha: 0.6, dash: false, label: String::new() });
            label.push_str(&format!(", {}", interval(shown(low), shown(high))));
        }
        dots.push([across, bin.value]);
        scene.point([across, bin.value], *key, format!("{label}, {}", Message::new("chart.rows").with("count", count(bin.n))));
        scene.row(vec![name.into(), bin.value.into(), Cell::from(bin.low), Cell::from(bin.high), bin.n.into()]);
    }
    scene.mark(Mark::Dots { at: dots, ink: Ink::Cat(0), radius: if kept.len() > 40 { 2.5 } else { 3.5 }, alpha: 1.0, open: false });
    let by = |a: &&(usize, &Rate), b: &&(usize, &Rate)| a.1.value.total_cmp(&b.1.value);
    if let (Some(least), Some(most)) = (kept.iter().min_by(by), kept.iter().max_by(by)) {
        let name = |bin: &Rate| if categories { bin.name.clone() } else { bin_name(bin.from, bin.to) };
        scene.description = Message::new("chart.rates.sentence")
            .with("outcome", outcome)
            .with("column", column)
            .with("least", shown(least.1.value))
            .with("least_at", name(least.1))
            .with("most", shown(most.1.value))
            .with("most_at", name(most.1))
            .to_string();
    }
    scene
}

/// One stretch of time.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct Stretch {
    /// What it is called, such as its first day.
    pub name: String,
    /// Not finite where it could not be computed.
    pub value: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// The measure has left what is usual.
    pub alert: bool,
}

/// A measure over stretches of time; `usual` is the band in which it lay on the rows that were learned from.
pub fn trend(measure: &str, stretches: &[Stretch], usual: Option<(f64, f64)>) -> Scene {
    let kept: Vec<(usize, &Stretch)> = stretches.iter().enumerate().filter(|(_, stretch)| stretch.value.is_finite()).collect();
    if kept.is_empty() {
        return Scene::nothing("trend", "chart.why.no_values").titled(measure);
    }
    let usual = usual.filter(|(low, high)| low.is_finite() && high.is_finite());
    let ends =
        kept.iter().flat_map(|(_, s)| [Some(s.value), s.low, s.high].into_iter().flatten()).chain(usual.iter().flat_map(|(a, b)| [*a, *b]));
    let names: Vec<String> = stretches.iter().map(|stretch| stretch.name.clone()).collect();
    let last = names.len() as f64 - 0.5;
    let mut scene = Scene::new("trend", Axis::names("", names).ordered(), Axis::over(measure, ends).grid().bare()).titled(measure);
    if let Some((low, high)) = usual {
        scene.mark(Mark::Rect { from: [-0.5, low], to: [last, high], ink: Ink::Rest, alpha: 0.16, gap: 0.0 });
        scene.keys.push(super::scene::Key::Fill { ink: Ink::Rest, name: text("chart.trend.usual") });
    }
    let band: Vec<[f64; 3]> =
        kept.iter().filter_map(|(i, s)| Some([*i as f64, s.low?, s.high?])).filter(|p| p.iter().all(|x| x.is_finite())).collect();
    if band.len() > 1 {
        scene.mark(Mark::Area { points: band, ink: Ink::Cat(0), alpha: 0.16 });
    }
    let line: Vec<[f64; 2]> = kept.iter().map(|(i, s)| [*i as f64, s.value]).collect();
    scene.mark(Mark::line(line.clone(), Ink::Cat(0)));
    let alerts: Vec<[f64; 2]> = kept.iter().filter(|(_, s)| s.alert).map(|(i, s)| [*i as f64, s.value]).collect();
    if line.len() <= 60 {
        scene.mark(Mark::Dots { at: line, ink: Ink::Cat(0), radius: 3.0, alpha: 1.0, open: false });
    }
    if !alerts.is_empty() {
        scene.keys.push(super::scene::Key::Dot { ink: Ink::Bad, name: text("chart.trend.alert") });
    }
    let alarms = alerts.len();
    scene.mark(Mark::Dots { at: alerts, ink: Ink::Bad, radius: 4.5, alpha: 1.0, open: true });
    scene.columns(&["chart.column.name", "chart.column.value", "chart.column.low", "chart.column.high", "chart.trend.alert"]);
    for (i, s) in &kept {
        let mut label = format!("{}: {}", s.name, figure(s.value));
        if let (Some(low), Some(high)) = (s.low, s.high) {
            label.push_str(&format!(", {}", interval(figure(low), figure(high))));
        }
        if s.alert {
            label.push_str(&format!(", {}", text("chart.trend.alert")));
        }
        scene.point([*i as f64, s.value], *i, label);
        let alert = if s.alert { Cell::from(text("chart.trend.alert")) } else { Cell::None };
        scene.row(vec![s.name.as_str().into(), s.value.into(), Cell::from(s.low), Cell::from(s.high), alert]);
    }
    scene.description = Message::new("chart.trend.sentence")
        .with("measure", measure)
        .with("count", count(kept.len()))
        .with("first", figure(kept[0].1.value))
        .with("last", figure(kept[kept.len() - 1].1.value))
        .with("alerts", count(alarms))
        .to_string();
    scene
}
