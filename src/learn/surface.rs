//! What a model answers over a plane of its inputs, while it learns: for looking at, never for choosing.

use super::inside::Inside;
use crate::num::linear::{covariance, eigen};
use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

/// Which plane of the prepared columns is looked at.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plane {
    /// The plane of the first two principal components of the training rows, through their mean.
    #[default]
    Components,
    /// Two columns; the others stay at their mean.
    Columns(String, String),
}

/// Cells along each side of the plane.
pub const SIDE: usize = 28;
/// The same of the small maps of units, whose cells are four of the plane's.
pub const SMALL: usize = SIDE / 2;
/// More rows than this are not drawn on the plane.
const MOST_POINTS: usize = 200;
/// Rows and columns that the plane is found from, at most: it is a picture, and must not hold up the training.
pub const MOST_ROWS: usize = 1000;
/// Rows whose activations are looked at, at most: each costs every look as much as a cell of the plane.
pub const MOST_LOOKED_AT: usize = 150;
const MOST_COLUMNS: usize = 120;
/// Layers whose units are shown, at most.
pub const MOST_LAYERS: usize = 4;
/// Units of a layer that are shown, at most.
pub const MOST_UNITS: usize = 8;

/// When a look is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// When so much was learned since the last one that it costs next to nothing.
    Seldom,
    /// After every epoch, because training waits there anyhow.
    Each,
}

/// The answers over a plane at an epoch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Surface {
    /// How many epochs were complete when it was taken.
    pub epoch: u32,
    /// The lowest and the highest place on the first axis, and on the second.
    pub span: [[f64; 2]; 2],
    /// For each output its answer in every cell, row by row from the lowest place on: 0 to 255 from the low to the high end of
    /// `range`.
    pub outputs: Vec<Vec<u8>>,
    /// What 0 and 255 stand for: 0 and 1 for probabilities, for numbers the range of the training rows.
    pub range: [f64; 2],
    /// For each hidden layer and unit its value in every cell of a grid half as fine, the mean of four cells of the plane: 128 is
    /// 0, its largest size is 0 or 255.
    pub units: Vec<Vec<Vec<u8>>>,
    /// Some of the training rows: their place, and the class or the number.
    pub points: Vec<[f32; 3]>,
    /// The weights, and what the hidden units say of training rows.
    pub inside: Inside,
}

/// Where the plane lies among the inputs.
#[derive(Clone, Debug)]
pub struct Ground {
    base: Vec<f32>,
    across: Vec<f32>,
    up: Vec<f32>,
    /// See [`Surface::span`].
    pub span: [[f64; 2]; 2],
    /// See [`Surface::points`].
    pub points: Vec<[f32; 3]>,
}

impl Ground {
    /// The plane through rows (rows x columns, row by row) with these names and answers; two columns that are not there are
    /// taken for the components. Nothing for fewer than two rows or no column.
    pub fn new(plane: &Plane, columns: &[String], x: &[f32], y: &[f32]) -> Option<Self> {
        let width = columns.len();
        if width == 0 || y.len() < 2 || x.len() != width * y.len() {
            return None;
        }
        let rows: Vec<usize> = every(y.len(), MOST_ROWS).collect();
        let mean = |column: usize| rows.iter().map(|&row| f64::from(x[row * width + column])).sum::<f64>() / rows.len() as f64;
        let means: Vec<f64> = (0..width).map(mean).collect();
        let place = |name: &str| columns.iter().position(|column| column == name);
        let named = match plane {
            Plane::Columns(a, b) => place(a).zip(place(b)),
            Plane::Components => None,
        };
        let unit = |column: usize| (0..width).map(|other| if other == column { 1.0 } else { 0.0 }).collect::<Vec<f64>>();
        let (across, up) = match named {
            Some((a, b)) => (unit(a), unit(b)),
            None => components(&rows, x, width).unwrap_or_else(|| (unit(0), unit((width - 1).min(1)))),
        };
        // Two columns are shown in their own units, components by their distance from the mean.
        let base: Vec<f64> = match named {
            Some((a, b)) => (0..width).map(|column| if column == a || column == b { 0.0 } else { means[column] }).collect(),
            None => means.clone(),
        };
        let along = |axis: &[f64], row: usize| -> f64 {
            let from = |column: usize| if named.is_some() { 0.0 } else { means[column] };
            (0..width).map(|column| axis[column] * (f64::from(x[row * width + column]) - from(column))).sum()
        };
        let span = [&across, &up].map(|axis| spread(rows.iter().map(|&row| along(axis, row)).collect()));
        let points = every(y.len(), MOST_POINTS).map(|row| [along(&across, row) as f32, along(&up, row) as f32, y[row]]).collect();
        let narrow = |list: Vec<f64>| list.into_iter().map(|value| value as f32).collect::<Vec<f32>>();
        Some(Self { base: narrow(base), across: narrow(across), up: narrow(up), span, points })
    }

    /// The inputs at the middles of `side` x `side` cells, row by row.
    pub fn grid(&self, side: usize) -> Vec<f32> {
        let at = |[low, high]: [f64; 2], cell: usize| (low + (high - low) * (cell as f64 + 0.5) / side as f64) as f32;
        let mut grid = Vec::with_capacity(side * side * self.base.len());
        for row in 0..side {
            for column in 0..side {
                let (a, b) = (at(self.span[0], column), at(self.span[1], row));
                let value = |((&base, &across), &up): ((&f32, &f32), &f32)| base + a * across + b * up;
                grid.extend(self.base.iter().zip(&self.across).zip(&self.up).map(value));
            }
        }
        grid
    }
}

/// At most so many of the places from 0 on, evenly spread.
pub fn every(count: usize, most: usize) -> impl Iterator<Item = usize> {
    let step = count.div_ceil(most).max(1);
    (0..count).step_by(step)
}

/// The first two principal components; nothing where there is one column, too many, or no spread.
fn components(rows: &[usize], x: &[f32], width: usize) -> Option<(Vec<f64>, Vec<f64>)> {
    if !(2..=MOST_COLUMNS).contains(&width) {
        return None;
    }
    let values: Vec<f64> = rows.iter().flat_map(|&row| (0..width).map(move |column| f64::from(x[row * width + column]))).collect();
    let found = eigen(covariance(ArrayView2::from_shape((rows.len(), width), &values).ok()?, 1)?.view())?;
    let vector = |place: usize| found.vectors.row(place).to_vec();
    Some((vector(0), vector(1)))
}

/// From the second to the ninety-eighth hundredth of some values, with a little room; never empty.
fn spread(mut values: Vec<f64>) -> [f64; 2] {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
    let (low, high) = (at(0.02), at(0.98));
    let room = if high > low { 0.1 * (high - low) } else { 1.0 };
    [low - room, high + room]
}

/// A value within a range as 0 to 255.
pub fn shade(value: f64, [low, high]: [f64; 2]) -> u8 {
    let share = (value - low) / (high - low);
    (255.0
        * if share > 1.0 {
            1.0
        } else if share > 0.0 {
            share
        } else {
            0.0
        })
    .round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_columns_keep_their_units_and_components_pass_through_the_mean() {
        let columns: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
        let x: Vec<f32> = (0..60).flat_map(|row| [row as f32, 2.0 * row as f32 + (row % 3) as f32, 7.0]).collect();
        let y: Vec<f32> = (0..60).map(|row| (row % 2) as f32).collect();
        let named = Ground::new(&Plane::Columns("a".into(), "c".into()), &columns, &x, &y).expect("a plane");
        assert!(named.span[0][0] < 1.5 && named.span[0][1] > 57.0 && named.span[1] == [6.0, 8.0]);
        let grid = named.grid(4);
        let mean_b = (0..60).map(|row| 2.0 * f64::from(row) + f64::from(row % 3)).sum::<f64>() / 60.0;
        assert_eq!(grid.len(), 48);
        assert!(grid.chunks(3).all(|cell| (f64::from(cell[1]) - mean_b).abs() < 1e-3 && cell[2] > 6.0 && cell[2] < 8.0));
        assert_eq!(named.points[5], [5.0, 7.0, 1.0]);
        let found = Ground::new(&Plane::Components, &columns, &x, &y).expect("a plane");
        let middle = found.grid(1);
        let slope = found.across[1] / found.across[0];
        assert!((slope - 2.0).abs() < 0.1, "along the spread of the rows: {slope}");
        assert!((middle[2] - 7.0).abs() < 1e-4);
        // Names that are not there are taken for the components; too few rows have no plane.
        assert_eq!(Ground::new(&Plane::Columns("a".into(), "gone".into()), &columns, &x, &y).expect("a plane").span, found.span);
        assert!(Ground::new(&Plane::Components, &columns, &x[..3], &y[..1]).is_none());
        assert_eq!((shade(0.5, [0.0, 1.0]), shade(9.0, [0.0, 1.0]), shade(f64::NAN, [0.0, 1.0])), (128, 255, 0));
    }
}
