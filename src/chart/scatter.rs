//! Two columns of numbers against each other; thousands of points as cells.

use super::format::{count, figure};
use super::scene::{Axis, Cell, Ink, Key, Mark, Scale, Scene, class_inks};
use super::ticks::{greater, span};
use crate::base::{Message, text};

/// What a scatter plot shows.
#[derive(Clone, Debug, Default)]
pub struct Scatter {
    /// The column across, with its unit.
    pub x_name: String,
    /// The column upwards, with its unit.
    pub y_name: String,
    /// The values across, one a row.
    pub x: Vec<f64>,
    /// The values upwards, one a row.
    pub y: Vec<f64>,
    /// The class of each row; empty without classes.
    pub class: Vec<usize>,
    /// The names of the classes.
    pub classes: Vec<String>,
    /// The positive class, if there is one.
    pub positive: Option<usize>,
    /// Pearson's correlation, for the sentence.
    pub correlation: Option<f64>,
    /// Which of the two axes hold moments (microseconds since 1970): across, upwards.
    pub dates: [bool; 2],
    /// The rows that the points were drawn from at random; 0 where they are all rows.
    pub drawn_of: usize,
}

/// Rows counted on a grid, which shows more of them than points could.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    /// The column across, with its unit.
    pub x_name: String,
    /// The column upwards, with its unit.
    pub y_name: String,
    /// The edges of the cells across, ascending, one more than cells.
    pub x_edges: Vec<f64>,
    /// The edges of the cells upwards, ascending, one more than cells.
    pub y_edges: Vec<f64>,
    /// The rows of each cell, from the lowest row of cells up.
    pub counts: Vec<Vec<usize>>,
    /// Pearson's correlation, for the sentence.
    pub correlation: Option<f64>,
    /// Which of the two axes hold moments (microseconds since 1970): across, upwards.
    pub dates: [bool; 2],
}

/// More points than this become cells (or, with classes, are thinned evenly): single ones would not be seen.
const MOST: usize = 4000;

/// Points, fainter where there are more of them.
pub fn scatter(input: &Scatter) -> Scene {
    let title = format!("{}, {}", input.x_name, input.y_name);
    let rows: Vec<usize> = (0..input.x.len().min(input.y.len())).filter(|i| input.x[*i].is_finite() && input.y[*i].is_finite()).collect();
    if rows.is_empty() {
        return Scene::nothing("scatter", "chart.why.no_pairs").titled(title);
    }
    let ends = [span(rows.iter().map(|i| input.x[*i])), span(rows.iter().map(|i| input.y[*i]))];
    let mut scene = empty([&input.x_name, &input.y_name], ends, input.dates);
    if rows.len() > MOST && input.class.is_empty() {
        fill(&mut scene, &counted(input, &rows, ends));
    } else {
        points(&mut scene, input, &rows);
    }
    if input.drawn_of > rows.len() {
        let note = Message::new("chart.scatter.drawn").with("count", count(rows.len())).with("all", count(input.drawn_of));
        scene.keys.push(Key::Note { name: note.to_string() });
    }
    say(&mut scene, rows.len().max(input.drawn_of), ends, input.correlation);
    scene.table.columns = vec![input.x_name.clone(), input.y_name.clone()];
    let classed = !input.class.is_empty();
    if classed {
        scene.table.columns.push(text("chart.column.class"));
    }
    let cell = |x: f64, dates: bool, axis: &Axis| if dates { Cell::from(axis.shown(x)) } else { x.into() };
    for &i in &rows {
        let mut row: Vec<Cell> = vec![cell(input.x[i], input.dates[0], &scene.x), cell(input.y[i], input.dates[1], &scene.y)];
        if classed {
            row.push(input.class.get(i).and_then(|class| input.classes.get(*class)).map_or(Cell::None, |name| name.as_str().into()));
        }
        scene.row(row);
    }
    scene
}

/// Rows counted on a grid, darker where there are more.
pub fn scatter_cells(input: &Cells) -> Scene {
    let title = format!("{}, {}", input.x_name, input.y_name);
    let ascending =
        |edges: &[f64]| edges.len() > 1 && edges.iter().all(|x| x.is_finite()) && edges.windows(2).all(|pair| pair[0] < pair[1]);
    let rows = input.counts.iter().flatten().fold(0_usize, |sum, n| sum.saturating_add(*n));
    if rows == 0 || !ascending(&input.x_edges) || !ascending(&input.y_edges) {
        return Scene::nothing("scatter", "chart.why.no_pairs").titled(title);
    }
    let ends = [&input.x_edges, &input.y_edges].map(|edges| (edges[0], edges[edges.len() - 1]));
    let mut scene = empty([&input.x_name, &input.y_name], ends, input.dates);
    fill(&mut scene, input);
    say(&mut scene, rows, ends, input.correlation);
    let ends_of = |name: &str| ["chart.column.from", "chart.column.to"].map(|id| format!("{name}, {}", text(id)));
    scene.table.columns = [ends_of(&input.x_name), ends_of(&input.y_name)].concat();
    scene.table.columns.push(text("chart.column.count"));
    for (up, across, n) in filled(input) {
        let cell = |x: f64, axis: &Axis| if axis.dates { Cell::from(axis.shown(x)) } else { x.into() };
        let x = [across, across + 1].map(|i| cell(input.x_edges[i], &scene.x));
        let y = [up, up + 1].map(|i| cell(input.y_edges[i], &scene.y));
        scene.row(x.into_iter().chain(y).chain([n.into()]).collect());
    }
    scene
}

/// The axes.
fn empty(names: [&str; 2], [x, y]: [(f64, f64); 2], dates: [bool; 2]) -> Scene {
    let across = Axis::over(names[0], [x.0, x.1]).dates(dates[0]);
    let upwards = Axis::over(names[1], [y.0, y.1]).dates(dates[1]).grid().bare();
    Scene::new("scatter", across, upwards).titled(format!("{}, {}", names[0], names[1]))
}

fn say(scene: &mut Scene, rows: usize, [x, y]: [(f64, f64); 2], correlation: Option<f64>) {
    scene.description = Message::new("chart.scatter.sentence")
        .with("count", count(rows))
        .with("x", &scene.x.title)
        .with("x_low", scene.x.shown(x.0))
        .with("x_high", scene.x.shown(x.1))
        .with("y", &scene.y.title)
        .with("y_low", scene.y.shown(y.0))
        .with("y_high", scene.y.shown(y.1))
        .to_string();
    if let Some(r) = correlation.filter(|r| r.is_finite()) {
        let more = Message::new("chart.scatter.correlation").with("r", figure(r));
        scene.description = format!("{} {more}", scene.description);
    }
}

/// How strong a point is among so many.
fn alpha(points: usize) -> f64 {
    match points {
        0..=150 => 0.85,
        151..=600 => 0.6,
        601..=1500 => 0.4,
        _ => 0.28,
    }
}

fn points(scene: &mut Scene, input: &Scatter, rows: &[usize]) {
    let every = rows.len().div_ceil(MOST).max(1);
    let shown: Vec<usize> = rows.iter().copied().step_by(every).collect();
    let classes = if input.class.is_empty() { 1 } else { input.classes.len().max(1) };
    let inks = if classes > 1 { class_inks(classes, input.positive) } else { vec![Ink::Cat(0)] };
    let class = |i: usize| input.class.get(i).copied().filter(|class| *class < classes).unwrap_or(0);
    let radius = if shown.len() > 600 { 2.5 } else { 3.0 };
    // Grey first, so that what is asked about lies on top.
    let mut order: Vec<usize> = (0..classes).collect();
    order.sort_by_key(|class| Some(*class) == input.positive);
    for class_drawn in order {
        let at: Vec<[f64; 2]> = shown.iter().filter(|i| class(**i) == class_drawn).map(|i| [input.x[*i], input.y[*i]]).collect();
        if !at.is_empty() {
            scene.mark(Mark::Dots { at, ink: inks[class_drawn], radius, alpha: alpha(shown.len()), open: false });
        }
    }
    if classes > 1 {
        scene.keys = (0..classes).map(|class| Key::Dot { ink: inks[class], name: input.classes[class].clone() }).collect();
    }
    if every > 1 {
        scene.keys.push(Key::Note { name: Message::new("chart.scatter.every").with("every", every).to_string() });
    }
    // The arrow keys walk from left to right.
    let mut walked = shown;
    walked.sort_by(|a, b| input.x[*a].total_cmp(&input.x[*b]).then(a.cmp(b)));
    for i in walked {
        let name = if classes > 1 { format!(", {}", input.classes[class(i)]) } else { String::new() };
        let (x, y) = (scene.x.shown(input.x[i]), scene.y.shown(input.y[i]));
        let label = format!("{} {x}, {} {y}{name}", input.x_name, input.y_name);
        scene.point([input.x[i], input.y[i]], i, label);
    }
}

/// Points as counts on a grid.
fn counted(input: &Scatter, rows: &[usize], [x, y]: [(f64, f64); 2]) -> Cells {
    const ACROSS: usize = 48;
    const UP: usize = 30;
    let place = |v: f64, (low, high): (f64, f64), cells: usize| (((v - low) / (high - low) * cells as f64) as usize).min(cells - 1);
    let edges =
        |(low, high): (f64, f64), cells: usize| (0..=cells).map(|k| low + (high - low) * (k as f64 / cells as f64)).collect::<Vec<f64>>();
    let mut counts = vec![vec![0; ACROSS]; UP];
    for &i in rows {
        counts[place(input.y[i], y, UP)][place(input.x[i], x, ACROSS)] += 1;
    }
    let (x_name, y_name) = (input.x_name.clone(), input.y_name.clone());
    let (x_edges, y_edges) = (edges(x, ACROSS), edges(y, UP));
    Cells { x_name, y_name, x_edges, y_edges, counts, correlation: input.correlation, dates: input.dates }
}

/// The cells that hold rows: upwards, across, rows. They stand in the order in which the arrow keys walk, column by column.
fn filled(input: &Cells) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
    let (across, up) = (input.x_edges.len() - 1, input.y_edges.len() - 1);
    let cell = |up: usize, across: usize| input.counts.get(up).and_then(|row| row.get(across)).copied().unwrap_or(0);
    (0..across).flat_map(move |x| (0..up).map(move |y| (y, x, cell(y, x)))).filter(|(.., n)| *n > 0)
}

/// The cells of a grid, darker where there are more rows.
fn fill(scene: &mut Scene, input: &Cells) {
    let most = filled(input).fold(1, |most, (.., n)| most.max(n));
    for (up, across, n) in filled(input) {
        let from = [input.x_edges[across], input.y_edges[up]];
        let to = [input.x_edges[across + 1], input.y_edges[up + 1]];
        // Square roots keep the few of the edges in sight beside the many of the middle.
        let share = 0.15 + 0.85 * (n as f64 / most as f64).sqrt();
        scene.mark(Mark::rect(from, to, Ink::Seq(share)));
        let label = Message::new("chart.scatter.cell")
            .with("x", &input.x_name)
            .with("x_low", scene.x.shown(from[0]))
            .with("x_high", scene.x.shown(to[0]))
            .with("y", &input.y_name)
            .with("y_low", scene.y.shown(from[1]))
            .with("y_high", scene.y.shown(to[1]))
            .with("count", count(n));
        let key = across * (input.y_edges.len() - 1) + up;
        scene.span(from, to, key, label.to_string());
    }
    scene.keys.push(Key::Ramp {
        low: "1".to_owned(),
        middle: None,
        high: Message::new("chart.rows").with("count", count(most)).to_string(),
    });
}

/// What remains of the truth when the prediction is taken away, against the prediction.
pub fn residuals(predicted: &[f64], truth: &[f64], unit: &str) -> Scene {
    let n = predicted.len().min(truth.len());
    let rest: Vec<f64> = (0..n).map(|i| truth[i] - predicted[i]).collect();
    let mut scene = scatter(&Scatter {
        x_name: text("chart.residuals.predicted"),
        y_name: text("chart.residuals.residual"),
        x: predicted[..n].to_vec(),
        y: rest.clone(),
        ..Scatter::default()
    });
    scene.chart = "residuals".to_owned();
    scene.title = text("chart.residuals");
    if scene.empty {
        return scene;
    }
    let finite: Vec<f64> = rest.into_iter().filter(|x| x.is_finite()).collect();
    // As much room below nothing as above, so that a lean is seen.
    let far = finite.iter().fold(0.0, |far, x| greater(x.abs(), far));
    scene.y.scale = Scale::Linear { low: -far, high: far, nice: true };
    if !unit.is_empty() {
        scene.x.title = format!("{}, {unit}", scene.x.title);
    }
    // The line at nothing runs beyond both ends; it is cut at the frame.
    let (low, high) = span(predicted.iter().copied());
    let points = vec![[low - (high - low), 0.0], [high + (high - low), 0.0]];
    let zero = Mark::Line { points, ink: Ink::Axis, width: 1.0, alpha: 1.0, dash: false, label: String::new() };
    scene.marks.insert(0, zero);
    let mean = finite.iter().fold(0.0, |sum, x| sum + x / finite.len() as f64);
    let above = finite.iter().filter(|x| **x > 0.0).count();
    scene.description = Message::new("chart.residuals.sentence")
        .with("count", count(finite.len()))
        .with("mean", figure(mean))
        .with("above", super::format::percent(above as f64 / finite.len() as f64))
        .with("far", figure(far))
        .to_string();
    scene
}

/// Predictions against the truth; the dashed line is where both are equal.
pub fn predicted(truth: &[f64], predicted: &[f64], unit: &str) -> Scene {
    let names = (text("chart.predicted.truth"), text("chart.residuals.predicted"));
    let mut scene = scatter(&Scatter { x_name: names.0, y_name: names.1, x: truth.to_vec(), y: predicted.to_vec(), ..Scatter::default() });
    scene.chart = "predicted".to_owned();
    scene.title = text("chart.predicted");
    if scene.empty {
        return scene;
    }
    let (low, high) = span(truth.iter().chain(predicted).copied());
    for axis in [&mut scene.x, &mut scene.y] {
        axis.scale = Scale::Linear { low, high, nice: true };
        if !unit.is_empty() {
            axis.title = format!("{}, {unit}", axis.title);
        }
    }
    scene.mark(Mark::reference(vec![[low, low], [high, high]]));
    scene
}
