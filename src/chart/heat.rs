//! Tables of colours: correlations, confusion, patterns of missing values.

use super::format::{count, figure, percent};
use super::scene::{Anchor, Axis, Cell, Ink, Key, Mark, Scene};
use crate::base::{Message, text};

/// Wider tables cannot be read; what is beyond is named in a note.
const MOST: usize = 60;

fn written(at: [f64; 2], text: String, ink: Ink, strong: bool, down: f64) -> Mark {
    Mark::Text { at, text, anchor: Anchor::Middle, ink, strong, shift: [0.0, down], halo: false }
}

fn cell(i: usize, j: usize, ink: Ink) -> Mark {
    let (x, y) = (j as f64, i as f64);
    Mark::Rect { from: [x - 0.5, y - 0.5], to: [x + 0.5, y + 0.5], ink, alpha: 1.0, gap: 1.0 }
}

fn more(scene: &mut Scene, all: usize, shown: usize) {
    if all > shown {
        scene.keys.push(Key::Note { name: Message::new("chart.heat.more").with("count", count(all - shown)).to_string() });
    }
}

/// Associations of columns with each other, -1 to 1: names x names. Undefined ones are not finite; they stay grey.
pub fn correlation(names: &[String], values: &[Vec<f64>]) -> Scene {
    let n = names.len().min(values.len()).min(MOST);
    let value = |i: usize, j: usize| values.get(i).and_then(|row| row.get(j)).copied().filter(|x| x.is_finite());
    if n == 0 {
        return Scene::nothing("correlation", "chart.why.no_columns");
    }
    let shown: Vec<String> = names[..n].to_vec();
    let mut scene = Scene::new("correlation", Axis::names("", shown.clone()), Axis::names("", shown));
    scene.square = true;
    scene.keys.push(Key::Ramp { low: "-1".to_owned(), middle: Some("0".to_owned()), high: "1".to_owned() });
    more(&mut scene, names.len(), n);
    let mut strongest: Option<(usize, usize, f64)> = None;
    for i in 0..n {
        for j in 0..n {
            let at = [j as f64, i as f64];
            match value(i, j) {
                Some(r) => {
                    let shade = if r > 1.0 {
                        1.0
                    } else if r < -1.0 {
                        -1.0
                    } else {
                        r
                    };
                    let own = i == j && r > 0.999;
                    scene.mark(cell(i, j, if own { Ink::Grid } else { Ink::Div(shade) }));
                    // Two places are enough for an eye that compares; a column with itself says nothing.
                    if !own {
                        scene.mark(written(at, format!("{:.2}", r + 0.0), Ink::OnDiv(shade), false, 0.0));
                    }
                    if i < j && strongest.is_none_or(|(_, _, best)| r.abs() > best.abs()) {
                        strongest = Some((i, j, r));
                    }
                }
                None => scene.mark(cell(i, j, Ink::Grid)),
            }
            let shown = value(i, j).map_or_else(|| text("chart.undefined"), figure);
            let label = format!("{}, {}: {shown}", names[i], names[j]);
            scene.span([at[0] - 0.5, at[1] - 0.5], [at[0] + 0.5, at[1] + 0.5], i * n + j, label);
        }
    }
    scene.table.columns = std::iter::once(text("chart.column.name")).chain(names[..n].iter().cloned()).collect();
    for i in 0..n {
        let row = std::iter::once(Cell::from(names[i].as_str())).chain((0..n).map(|j| Cell::from(value(i, j)))).collect();
        scene.row(row);
    }
    scene.description = match strongest {
        Some((i, j, r)) => Message::new("chart.correlation.sentence")
            .with("count", count(names.len()))
            .with("a", &names[i])
            .with("b", &names[j])
            .with("r", figure(r))
            .to_string(),
        None => Message::new("chart.correlation.sentence_none").with("count", count(names.len())).to_string(),
    };
    scene
}

/// Which columns are missing together: a row a pattern (`true` where missing) with how many rows have it, the most frequent first.
pub fn missing_patterns(columns: &[String], patterns: &[(Vec<bool>, usize)]) -> Scene {
    let (width, height) = (columns.len().min(MOST), patterns.len().min(30));
    if width == 0 || height == 0 {
        return Scene::nothing("missing_patterns", "chart.why.no_columns");
    }
    let rows: Vec<String> = patterns[..height].iter().map(|(_, n)| count(*n)).collect();
    let y = Axis::names(text("chart.missing_patterns.rows"), rows);
    let mut scene = Scene::new("missing_patterns", Axis::names("", columns[..width].to_vec()), y);
    scene.keys.push(Key::Fill { ink: Ink::Warn, name: text("chart.missing_patterns.missing") });
    more(&mut scene, columns.len(), width);
    scene.table.columns = columns[..width].iter().cloned().chain([text("chart.column.count")]).collect();
    let total = patterns.iter().fold(0_usize, |sum, (_, n)| sum.saturating_add(*n));
    let whole = patterns.iter().filter(|(gaps, _)| !gaps.contains(&true)).fold(0_usize, |sum, (_, n)| sum.saturating_add(*n));
    for (i, (gaps, n)) in patterns[..height].iter().enumerate() {
        let gap = |j: usize| gaps.get(j).copied().unwrap_or(false);
        for j in 0..width {
            scene.mark(cell(i, j, if gap(j) { Ink::Warn } else { Ink::Grid }));
        }
        let named: Vec<&str> = (0..width).filter(|j| gap(*j)).map(|j| columns[j].as_str()).collect();
        let label = if named.is_empty() {
            Message::new("chart.missing_patterns.complete").with("count", count(*n))
        } else {
            Message::new("chart.missing_patterns.item").with("count", count(*n)).with("columns", named.join(", "))
        };
        scene.span([-0.5, i as f64 - 0.5], [width as f64 - 0.5, i as f64 + 0.5], i, label.to_string());
        let cells =
            (0..width).map(|j| Cell::from(text(if gap(j) { "chart.missing_patterns.missing" } else { "chart.missing_patterns.there" })));
        scene.row(cells.chain([Cell::from(*n)]).collect());
    }
    scene.description = Message::new("chart.missing_patterns.sentence")
        .with("count", count(patterns.len()))
        .with("whole", count(whole))
        .with("total", count(total))
        .to_string();
    scene
}

/// Truth against prediction, rows counted: classes x classes, truth downwards. Shades are shares of each true class.
pub fn confusion(classes: &[String], counts: &[Vec<f64>]) -> Scene {
    let n = classes.len().min(counts.len()).min(MOST);
    let value = |i: usize, j: usize| counts[i].get(j).copied().filter(|x| x.is_finite() && *x > 0.0).unwrap_or(0.0);
    let sum = |i: usize| (0..n).fold(0.0, |sum, j| sum + value(i, j));
    let total = (0..n).fold(0.0, |total, i| total + sum(i));
    if !(total > 0.0) {
        return Scene::nothing("confusion", "chart.why.no_predictions");
    }
    let shown = classes[..n].to_vec();
    let x = Axis::names(text("chart.confusion.predicted"), shown.clone());
    let mut scene = Scene::new("confusion", x, Axis::names(text("chart.confusion.truth"), shown));
    scene.square = true;
    more(&mut scene, classes.len(), n);
    let mut worst: Option<(usize, usize)> = None;
    for i in 0..n {
        for j in 0..n {
            let (here, row) = (value(i, j), sum(i));
            let share = if row > 0.0 { here / row } else { 0.0 };
            let at = [j as f64, i as f64];
            // The darkest shades are left out, so that what is wrong can be ringed and read.
            let shade = share * 0.7;
            scene.mark(cell(i, j, Ink::Seq(shade)));
            let small = n <= 6;
            scene.mark(written(at, figure(here), Ink::OnSeq(shade), true, if small { -7.0 } else { 0.0 }));
            if small {
                scene.mark(written(at, percent(share), Ink::OnSeq(shade), false, 8.0));
            }
            if i != j && n == 2 {
                let ring =
                    [[-0.48, -0.48], [0.48, -0.48], [0.48, 0.48], [-0.48, 0.48], [-0.48, -0.48]].map(|p| [at[0] + p[0], at[1] + p[1]]);
                scene.mark(Mark::Line { points: ring.to_vec(), ink: Ink::Bad, width: 1.0, alpha: 1.0, dash: false, label: String::new() });
            }
            if i != j && here > 0.0 && worst.is_none_or(|(a, b)| here > value(a, b)) {
                worst = Some((i, j));
            }
            let label = Message::new("chart.confusion.item")
                .with("truth", &classes[i])
                .with("predicted", &classes[j])
                .with("count", figure(here))
                .with("share", percent(share));
            scene.span([at[0] - 0.5, at[1] - 0.5], [at[0] + 0.5, at[1] + 0.5], i * n + j, label.to_string());
        }
    }
    scene.table.columns = std::iter::once(text("chart.confusion.truth")).chain(classes[..n].iter().cloned()).collect();
    for i in 0..n {
        let row = std::iter::once(Cell::from(classes[i].as_str())).chain((0..n).map(|j| Cell::from(value(i, j)))).collect();
        scene.row(row);
    }
    let right = (0..n).fold(0.0, |sum, i| sum + value(i, i));
    let mut sentence = Message::new("chart.confusion.sentence").with("right", figure(right)).with("total", figure(total));
    if let Some((i, j)) = worst {
        sentence.id = "chart.confusion.sentence_worst".to_owned();
        sentence = sentence.with("truth", &classes[i]).with("predicted", &classes[j]).with("count", figure(value(i, j)));
    }
    scene.description = sentence.to_string();
    scene
}
