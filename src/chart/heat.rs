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

/// Associations of columns with columns.
#[derive(Clone, Debug, Default)]
pub struct Association {
    /// What is measured, such as "Spearman's correlation".
    pub measure: String,
    /// The columns downwards.
    pub rows: Vec<String>,
    /// The columns across.
    pub columns: Vec<String>,
    /// rows x columns. Undefined ones are not finite; they stay grey.
    pub values: Vec<Vec<f64>>,
    /// The values run from -1 to 1; otherwise from 0 to 1.
    pub signed: bool,
}

/// Associations of columns with each other, -1 to 1: names x names.
pub fn correlation(names: &[String], values: &[Vec<f64>]) -> Scene {
    let names = names[..names.len().min(values.len())].to_vec();
    association(&Association { rows: names.clone(), columns: names, values: values.to_vec(), signed: true, ..Association::default() })
}

/// Associations, a cell a pair. The key of a cell counts row by row: row times the number of columns drawn, plus column.
pub fn association(input: &Association) -> Scene {
    let (height, width) = (input.rows.len().min(MOST), input.columns.len().min(MOST));
    let value = |i: usize, j: usize| input.values.get(i).and_then(|row| row.get(j)).copied().filter(|x| x.is_finite());
    if height == 0 || width == 0 {
        return Scene::nothing("correlation", "chart.why.no_columns").titled(input.measure.clone());
    }
    let square = input.rows == input.columns;
    let (rows, columns) = (&input.rows[..height], &input.columns[..width]);
    let mut scene =
        Scene::new("correlation", Axis::names("", columns.to_vec()), Axis::names("", rows.to_vec())).titled(input.measure.clone());
    scene.square = true;
    let (low, middle) = if input.signed { ("-1", Some("0".to_owned())) } else { ("0", None) };
    scene.keys.push(Key::Ramp { low: low.to_owned(), middle, high: "1".to_owned() });
    more(&mut scene, input.rows.len(), height);
    let mut strongest: Option<(usize, usize, f64)> = None;
    for i in 0..height {
        for j in 0..width {
            let at = [j as f64, i as f64];
            let (a, b) = (&rows[i], &columns[j]);
            let own = square && i == j;
            match value(i, j) {
                // A column with itself says nothing.
                Some(r) if own && r > 0.999 => scene.mark(cell(i, j, Ink::Grid)),
                Some(r) => {
                    let shade = within(r, if input.signed { -1.0 } else { 0.0 });
                    let (ground, ink) =
                        if input.signed { (Ink::Div(shade), Ink::OnDiv(shade)) } else { (Ink::Seq(shade), Ink::OnSeq(shade)) };
                    scene.mark(cell(i, j, ground));
                    // Two places are enough for an eye that compares.
                    scene.mark(written(at, format!("{:.2}", r + 0.0), ink, false, 0.0));
                    if (i < j || !square) && strongest.is_none_or(|(_, _, best)| r.abs() > best.abs()) {
                        strongest = Some((i, j, r));
                    }
                }
                None => scene.mark(cell(i, j, Ink::Grid)),
            }
            let shown = value(i, j).map_or_else(|| text("chart.undefined"), figure);
            let label = format!("{a}, {b}: {shown}");
            scene.span([at[0] - 0.5, at[1] - 0.5], [at[0] + 0.5, at[1] + 0.5], i * width + j, label);
        }
    }
    scene.table.columns = std::iter::once(text("chart.column.name")).chain(columns.iter().cloned()).collect();
    for (i, name) in rows.iter().enumerate() {
        let row = std::iter::once(Cell::from(name.as_str())).chain((0..width).map(|j| Cell::from(value(i, j)))).collect();
        scene.row(row);
    }
    let names = if square { input.rows.len() } else { input.rows.len() + input.columns.len() };
    scene.description = match strongest {
        Some((i, j, r)) => Message::new("chart.correlation.sentence")
            .with("count", count(names))
            .with("a", &rows[i])
            .with("b", &columns[j])
            .with("r", figure(r))
            .to_string(),
        None => Message::new("chart.correlation.sentence_none").with("count", count(names)).to_string(),
    };
    scene
}

fn within(value: f64, low: f64) -> f64 {
    if value > 1.0 {
        1.0
    } else if value < low {
        low
    } else {
        value
    }
}

/// Two columns of categories counted against each other.
#[derive(Clone, Debug, Default)]
pub struct CrossTable {
    /// The column downwards.
    pub row_name: String,
    /// The column across.
    pub column_name: String,
    /// The levels downwards.
    pub rows: Vec<String>,
    /// The levels across.
    pub columns: Vec<String>,
    /// The rows of the table in each cell: levels downwards x levels across.
    pub counts: Vec<Vec<usize>>,
    /// Rows on levels that are not among these.
    pub rest: usize,
}

/// Counts of two columns of categories; shades are shares of each level downwards, so that rows can be compared.
pub fn cross_table(input: &CrossTable) -> Scene {
    let title = format!("{}, {}", input.row_name, input.column_name);
    let (height, width) = (input.rows.len().min(MOST), input.columns.len().min(MOST));
    let value = |i: usize, j: usize| input.counts.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0);
    let total = |i: usize| (0..width).fold(0_usize, |sum, j| sum.saturating_add(value(i, j)));
    let all = (0..height).fold(0_usize, |sum, i| sum.saturating_add(total(i)));
    if all == 0 {
        return Scene::nothing("cross_table", "chart.why.no_pairs").titled(title);
    }
    let across = Axis::names(input.column_name.clone(), input.columns[..width].to_vec());
    let down = Axis::names(input.row_name.clone(), input.rows[..height].to_vec());
    let mut scene = Scene::new("cross_table", across, down).titled(title);
    scene.square = true;
    more(&mut scene, input.rows.len().max(input.columns.len()), height.max(width));
    if input.rest > 0 {
        scene.keys.push(Key::Note { name: Message::new("chart.cross_table.rest").with("count", count(input.rest)).to_string() });
    }
    let mut most = (0, 0);
    for i in 0..height {
        for j in 0..width {
            let (n, row) = (value(i, j), total(i));
            let share = if row > 0 { n as f64 / row as f64 } else { 0.0 };
            let at = [j as f64, i as f64];
            scene.mark(cell(i, j, Ink::Seq(share)));
            let roomy = width <= 6 && height <= 12;
            scene.mark(written(at, count(n), Ink::OnSeq(share), true, if roomy { -7.0 } else { 0.0 }));
            if roomy {
                scene.mark(written(at, percent(share), Ink::OnSeq(share), false, 8.0));
            }
            let label = Message::new("chart.cross_table.item")
                .with("row", &input.rows[i])
                .with("column", &input.columns[j])
                .with("count", count(n))
                .with("share", percent(share));
            scene.span([at[0] - 0.5, at[1] - 0.5], [at[0] + 0.5, at[1] + 0.5], i * width + j, label.to_string());
            if n > value(most.0, most.1) {
                most = (i, j);
            }
        }
    }
    scene.table.columns = std::iter::once(input.row_name.clone()).chain(input.columns[..width].iter().cloned()).collect();
    for (i, name) in input.rows[..height].iter().enumerate() {
        let row = std::iter::once(Cell::from(name.as_str())).chain((0..width).map(|j| Cell::from(value(i, j)))).collect();
        scene.row(row);
    }
    scene.description = Message::new("chart.cross_table.sentence")
        .with("count", count(all))
        .with("row_name", &input.row_name)
        .with("column_name", &input.column_name)
        .with("row", &input.rows[most.0])
        .with("column", &input.columns[most.1])
        .with("most", count(value(most.0, most.1)))
        .to_string();
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
