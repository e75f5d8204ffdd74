//! Two columns of numbers against each other: points of a sample, counts of a grid, and a line.

use super::association::{pearson, spearman};
use super::view::{find, levels, numbers};
use crate::base::{Figure, Problem};
use crate::num::{Rng, sum::total};
use crate::table::{Data, Strings, Table};
use serde::{Deserialize, Serialize};

/// The most points that are drawn.
pub const POINTS: usize = 1500;
/// Cells of the grid across and up.
const GRID: (usize, usize) = (40, 30);

/// Two columns of numbers against each other, over the rows where both are there. Dates are microseconds since 1970.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scatter {
    /// Rows with both values.
    pub n: usize,
    /// All rows, or a random sample of 1,500 of them.
    pub points: Points,
    /// What the points' colours mean; nothing where no column was chosen.
    pub colour: Option<Colour>,
    /// Counts of all rows on a grid; nothing where all rows are among the points.
    pub bins: Option<Bins>,
    /// Pearson's correlation.
    pub pearson: Figure,
    /// Spearman's correlation.
    pub spearman: Figure,
    /// Slope of the line of least squares.
    pub slope: Figure,
    /// Height of that line at x = 0.
    pub intercept: Figure,
}

/// Points of a scatter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Points {
    /// Across.
    pub x: Vec<f64>,
    /// Up.
    pub y: Vec<f64>,
    /// The row of the source file of each point, so that it can be looked up.
    pub rows: Vec<u32>,
    /// A level by position, or a number; nothing where it is missing or its level is not among those shown; empty where
    /// no column was chosen.
    pub colour: Vec<Option<f64>>,
}

/// What colours mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// Levels by position.
    Levels(Vec<String>),
    /// From the least to the greatest number.
    Range(f64, f64),
}

/// Counts on a grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bins {
    /// Edges across, one more than cells.
    pub x: Vec<f64>,
    /// Edges up, one more than cells.
    pub y: Vec<f64>,
    /// Rows in each cell, from the lowest row of cells up.
    pub counts: Vec<Vec<usize>>,
}

/// Two columns of numbers against each other, coloured by a third one of any kind. Up to 1,500 rows are all drawn; of more, a
/// random sample is drawn, and all are counted on a grid.
///
/// # Errors
/// Where a column is not there, or `x` or `y` holds texts.
pub fn scatter(table: &Table, x: &str, y: &str, colour: Option<&str>, seed: u64) -> Result<Scatter, Problem> {
    let (xs, ys) = (numbers(table, x)?, numbers(table, y)?);
    drawn(table, [&xs, &ys], colour, seed, [pearson(&xs, &ys), spearman(&xs, &ys)])
}

/// The same for numbers whose correlations (Pearson's, Spearman's) are known.
pub(super) fn drawn(table: &Table, [xs, ys]: [&[f64]; 2], colour: Option<&str>, seed: u64, known: [Figure; 2]) -> Result<Scatter, Problem> {
    let rows: Vec<usize> = (0..table.rows()).filter(|&row| !xs[row].is_nan() && !ys[row].is_nan()).collect();
    let sample = match rows.len() > POINTS {
        false => rows.clone(),
        true => {
            let mut places = Rng::new(seed, "profile scatter", 0).sample(rows.len(), POINTS);
            places.sort_unstable();
            places.into_iter().map(|place| rows[place]).collect()
        }
    };
    let (colour, colours) = match colour {
        None => (None, Vec::new()),
        Some(name) => coloured(table, name, &sample)?,
    };
    let points = Points {
        x: sample.iter().map(|&row| xs[row]).collect(),
        y: sample.iter().map(|&row| ys[row]).collect(),
        rows: sample.iter().map(|&row| table.origins()[row]).collect(),
        colour: colours,
    };
    let (slope, intercept) = line(xs, ys, &rows);
    let [pearson, spearman] = known;
    let bins = (rows.len() > POINTS).then(|| grid(xs, ys, &rows));
    Ok(Scatter { n: rows.len(), bins, points, colour, pearson, spearman, slope, intercept })
}

type Coloured = (Option<Colour>, Vec<Option<f64>>);

fn coloured(table: &Table, name: &str, sample: &[usize]) -> Result<Coloured, Problem> {
    let column = find(table, name)?;
    if let Ok((codes, names, _)) = levels(column) {
        let code = |&row: &usize| (codes[row] != Strings::MISSING).then_some(f64::from(codes[row]));
        return Ok((Some(Colour::Levels(names)), sample.iter().map(code).collect()));
    }
    let values = match &column.data {
        Data::Number(values) => values.as_slice().into(),
        _ => numbers(table, name)?,
    };
    let there = values.iter().filter(|value| !value.is_nan());
    let range = there.fold(None, |range: Option<(f64, f64)>, &value| {
        let (low, high) = range.unwrap_or((value, value));
        Some((if value < low { value } else { low }, if value > high { value } else { high }))
    });
    let colour = range.map(|(low, high)| Colour::Range(low, high));
    Ok((colour, sample.iter().map(|&row| (!values[row].is_nan()).then_some(values[row])).collect()))
}

/// Slope and intercept by least squares.
fn line(x: &[f64], y: &[f64], rows: &[usize]) -> (Figure, Figure) {
    let n = rows.len() as f64;
    let mean = |values: &[f64]| total(rows.iter().map(|&row| values[row] / n));
    let (mx, my) = (mean(x), mean(y));
    let xx = total(rows.iter().map(|&row| (x[row] - mx) * (x[row] - mx)));
    let xy = total(rows.iter().map(|&row| (x[row] - mx) * (y[row] - my)));
    if rows.len() < 2 || xx <= 0.0 {
        let why = Figure::undefined(if rows.len() < 2 { "too_few" } else { "constant" });
        return (why.clone(), why);
    }
    (Figure::from(xy / xx), Figure::from(my - xy / xx * mx))
}

fn grid(x: &[f64], y: &[f64], rows: &[usize]) -> Bins {
    let edges = |values: &[f64], cells: usize| {
        let ends = rows.iter().map(|&row| values[row]).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (if value < low { value } else { low }, if value > high { value } else { high })
        });
        super::histogram::equal_edges(&[ends.0, ends.1], cells)
    };
    let (x_edges, y_edges) = (edges(x, GRID.0), edges(y, GRID.1));
    // The upper edge belongs to the last cell.
    let cell = |edges: &[f64], value: f64| (edges.partition_point(|&edge| edge <= value).max(1) - 1).min(edges.len() - 2);
    let mut counts = vec![vec![0; x_edges.len() - 1]; y_edges.len() - 1];
    for &row in rows {
        counts[cell(&y_edges, y[row])][cell(&x_edges, x[row])] += 1;
    }
    Bins { x: x_edges, y: y_edges, counts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;

    fn table(n: usize) -> Table {
        let number = |name: &str, factor: f64| Column::number(name, (0..n).map(|row| row as f64 * factor + 1.0).collect());
        let texts = (0..n).map(|row| (row % 3 > 0).then_some(if row % 3 == 1 { "b" } else { "a" }));
        Table::new(vec![number("x", 1.0), number("y", -2.0), Column::category("c", Strings::from_texts(texts))])
    }

    #[test]
    fn few_rows_are_all_drawn() {
        let mut table = table(10);
        table.put(Column::number("y", (0..10).map(|row| if row == 4 { f64::NAN } else { row as f64 * 3.0 }).collect()));
        let got = scatter(&table, "x", "y", Some("c"), 1).unwrap();
        assert_eq!((got.n, got.points.rows.len(), got.bins), (9, 9, None));
        assert!(!got.points.rows.contains(&4));
        assert_eq!(got.colour, Some(Colour::Levels(vec!["a".into(), "b".into()])));
        assert_eq!(got.points.colour[..3], [None, Some(1.0), Some(0.0)]);
        assert!((got.slope.value().unwrap() - 3.0).abs() < 1e-12 && (got.intercept.value().unwrap() + 3.0).abs() < 1e-12);
    }

    #[test]
    fn many_rows_are_a_sample_and_a_grid() {
        let table = table(5000);
        let got = scatter(&table, "x", "y", Some("x"), 1).unwrap();
        assert_eq!((got.n, got.points.x.len()), (5000, POINTS));
        assert_eq!(got.colour, Some(Colour::Range(1.0, 5000.0)));
        let bins = got.bins.clone().unwrap();
        assert_eq!(bins.counts.iter().flatten().sum::<usize>(), 5000);
        assert_eq!((bins.counts.len(), bins.counts[0].len(), bins.counts[29][0]), (30, 40, 125));
        assert_eq!(scatter(&table, "x", "y", Some("x"), 1).unwrap(), got);
        assert_ne!(scatter(&table, "x", "y", Some("x"), 2).unwrap().points, got.points);
        assert_eq!(got.pearson, Figure::Value(-1.0));
    }

    #[test]
    fn edges() {
        assert_eq!(scatter(&table(3), "x", "c", None, 1).unwrap_err().message.id, "explore.not_numbers");
        let empty = scatter(&table(0), "x", "y", Some("c"), 1).unwrap();
        assert_eq!((empty.n, empty.slope), (0, Figure::undefined("too_few")));
        let constant = Table::new(vec![Column::number("x", vec![2.0; 2000])]);
        let got = scatter(&constant, "x", "x", None, 1).unwrap();
        assert_eq!((got.slope, got.bins.unwrap().counts.iter().flatten().sum::<usize>()), (Figure::undefined("constant"), 2000));
    }
}
