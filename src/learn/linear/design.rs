//! The training rows as the solvers see them: columns shifted and scaled, zeros left out where there are many.
//!
//! Shifting and scaling are a change of variables, not of the model: penalties are rescaled to match, and the weights
//! are turned back at the end. It keeps sums of squares well conditioned whatever units the columns come in.

use crate::base::{Problem, Stage};
use ndarray::{Array2, ArrayView1};

/// Rows of shifted and scaled columns.
pub struct Design {
    /// The number of rows.
    pub rows: usize,
    /// Taken off each column: its mean, or 0 where most values are 0 or nothing may be taken off.
    pub shift: Vec<f64>,
    /// Each column is divided by this: its standard deviation, or the root of its mean square where nothing may be taken
    /// off; 0 for a constant column, which becomes 0.
    pub scale: Vec<f64>,
    storage: Storage,
}

enum Storage {
    Dense(Vec<f64>),
    /// The values that are not 0, row after row: row r has those from `start[r]` to `start[r + 1]`.
    Sparse {
        start: Vec<usize>,
        column: Vec<u32>,
        value: Vec<f64>,
    },
}

impl Design {
    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.shift.len()
    }

    /// The sum of a row's values times weights, in order of the columns.
    pub fn dot(&self, row: usize, weights: &[f64]) -> f64 {
        match &self.storage {
            Storage::Dense(values) => {
                let row = &values[row * weights.len()..(row + 1) * weights.len()];
                row.iter().zip(weights).fold(0.0, |sum, (value, weight)| sum + value * weight)
            }
            Storage::Sparse { start, column, value } => {
                let range = start[row]..start[row + 1];
                column[range.clone()].iter().zip(&value[range]).fold(0.0, |sum, (&column, value)| sum + value * weights[column as usize])
            }
        }
    }

    /// Adds a row times a factor to sums by column.
    pub fn add(&self, row: usize, factor: f64, sums: &mut [f64]) {
        match &self.storage {
            Storage::Dense(values) => {
                let row = &values[row * sums.len()..(row + 1) * sums.len()];
                sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += factor * value);
            }
            Storage::Sparse { start, column, value } => {
                let range = start[row]..start[row + 1];
                column[range.clone()].iter().zip(&value[range]).for_each(|(&column, value)| sums[column as usize] += factor * value);
            }
        }
    }

    /// Adds the products of a row's values with each other, times a factor, to a lower triangle, row by row. The first
    /// row of the triangle belongs to the intercept, a column of ones.
    pub fn add_products(&self, row: usize, factor: f64, triangle: &mut [f64]) {
        let p = self.columns();
        triangle[0] += factor;
        // Line i + 1 has the product with the intercept, then those with the columns up to i.
        let at = |column: usize| (column + 1) * (column + 2) / 2;
        match &self.storage {
            Storage::Dense(values) => {
                let row = &values[row * p..(row + 1) * p];
                for (place, value) in row.iter().enumerate() {
                    let (scaled, line) = (factor * value, &mut triangle[at(place)..at(place) + place + 2]);
                    line[0] += scaled;
                    line[1..].iter_mut().zip(row).for_each(|(sum, value)| *sum += scaled * value);
                }
            }
            Storage::Sparse { start, column, value } => {
                let range = start[row]..start[row + 1];
                let (column, value) = (&column[range.clone()], &value[range]);
                for place in 0..column.len() {
                    let (scaled, line) = (factor * value[place], &mut triangle[at(column[place] as usize)..]);
                    line[0] += scaled;
                    column[..=place].iter().zip(value).for_each(|(&column, value)| line[column as usize + 1] += scaled * value);
                }
            }
        }
    }

    /// The work of a pass over a row, in multiplications.
    pub fn width(&self) -> usize {
        match &self.storage {
            Storage::Dense(_) => self.columns() + 1,
            Storage::Sparse { value, .. } => value.len() / self.rows.max(1) + 1,
        }
    }
}

/// Builds a design in passes over the rows: means, then spreads, then the values.
pub struct Builder {
    /// Whether the mean of a column may be taken off.
    pub centred: bool,
    x: Array2<f64>,
    pass: Pass,
    next: usize,
    zeros: Vec<usize>,
    varies: Vec<bool>,
    mean: Vec<f64>,
    spread: Vec<f64>,
    storage: Storage,
}

enum Pass {
    Mean,
    Spread,
    Values,
}

impl Builder {
    pub fn new(x: Array2<f64>) -> Self {
        let zero = vec![0.0; x.ncols()];
        let storage = Storage::Dense(Vec::new());
        let varies = vec![false; x.ncols()];
        Self { centred: true, zeros: vec![0; x.ncols()], varies, mean: zero.clone(), spread: zero, pass: Pass::Mean, next: 0, storage, x }
    }

    /// Looks at so many more rows; the design when all passes are done.
    ///
    /// # Errors
    /// A column, by name, whose spread is beyond what numbers can hold.
    pub fn advance(&mut self, rows: usize, names: &[String]) -> Result<Option<Design>, Problem> {
        let n = self.x.nrows();
        let end = n.min(self.next + rows.max(1));
        for row in self.next..end {
            let values = self.x.row(row);
            match self.pass {
                Pass::Mean => {
                    self.mean.iter_mut().zip(values).for_each(|(mean, value)| *mean += value / n as f64);
                    let firsts = self.varies.iter_mut().zip(self.x.row(0));
                    firsts.zip(values).for_each(|((varies, first), value)| *varies |= value != first);
                    self.zeros.iter_mut().zip(values).for_each(|(zeros, &value)| *zeros += usize::from(value == 0.0));
                }
                Pass::Spread => {
                    let sums = self.spread.iter_mut().zip(&self.mean);
                    sums.zip(values).for_each(|((sum, mean), value)| *sum += (value - mean) * (value - mean));
                }
                Pass::Values => store(&mut self.storage, values, &self.mean, &self.spread),
            }
        }
        self.next = end;
        if end < n {
            return Ok(None);
        }
        self.next = 0;
        match self.pass {
            Pass::Mean => self.pass = Pass::Spread,
            Pass::Spread => self.scale(names)?,
            Pass::Values => {
                let (shift, scale) = (std::mem::take(&mut self.mean), std::mem::take(&mut self.spread));
                let storage = std::mem::replace(&mut self.storage, Storage::Dense(Vec::new()));
                self.x = Array2::zeros((0, 0));
                return Ok(Some(Design { rows: n, shift, scale, storage }));
            }
        }
        Ok(None)
    }

    /// From means and sums of squares to shift and scale.
    fn scale(&mut self, names: &[String]) -> Result<(), Problem> {
        let n = self.x.nrows();
        let mut filled = 0;
        for (column, name) in names.iter().enumerate() {
            let (mean, sd) = (self.mean[column], (self.spread[column] / n as f64).sqrt());
            if self.varies[column] && (!sd.is_finite() || !mean.is_finite()) {
                return Err(Problem::new(Stage::Learn, "learn.too_large").at_column(name));
            }
            // What is left of a constant column by rounding is no spread.
            let constant = !self.varies[column] || sd <= 1e-13 * mean.abs() || sd < 1e-100;
            self.spread[column] = match (constant, self.centred) {
                (true, _) => 0.0,
                (false, true) => sd,
                (false, false) => (sd * sd + mean * mean).sqrt(),
            };
            if constant || !self.centred || self.zeros[column] * 2 > n {
                self.mean[column] = 0.0;
            }
            filled += if constant {
                0
            } else if self.mean[column] == 0.0 {
                n - self.zeros[column]
            } else {
                n
            };
        }
        self.pass = Pass::Values;
        if filled * 3 < n * self.mean.len() {
            self.storage = Storage::Sparse { start: vec![0], column: Vec::with_capacity(filled), value: Vec::with_capacity(filled) };
        }
        Ok(())
    }
}

fn store(storage: &mut Storage, row: ArrayView1<f64>, shift: &[f64], scale: &[f64]) {
    let value = |column: usize| if scale[column] > 0.0 { (row[column] - shift[column]) / scale[column] } else { 0.0 };
    match storage {
        Storage::Dense(values) => values.extend((0..row.len()).map(value)),
        Storage::Sparse { start, column, value: values } => {
            for place in (0..row.len()).filter(|&place| value(place) != 0.0) {
                column.push(place as u32);
                values.push(value(place));
            }
            start.push(values.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Rng;

    fn design(x: Array2<f64>, step: usize) -> Design {
        let names: Vec<String> = (0..x.ncols()).map(|column| format!("x{column}")).collect();
        let mut builder = Builder::new(x);
        loop {
            if let Some(design) = builder.advance(step, &names).expect("finite") {
                return design;
            }
        }
    }

    #[test]
    fn leaving_zeros_out_changes_nothing() {
        let mut rng = Rng::new(2, "test", 0);
        let x = Array2::from_shape_fn((40, 9), |(_, column)| if column < 2 || rng.below(9) == 0 { rng.normal() } else { 0.0 });
        let sparse = design(x.clone(), 7);
        assert!(matches!(sparse.storage, Storage::Sparse { .. }));
        let values = (0..40).flat_map(|row| (0..9).map(move |column| (row, column)));
        let dense = values.map(|(row, column)| (x[[row, column]] - sparse.shift[column]) / sparse.scale[column]).collect();
        let dense = Design { rows: 40, shift: sparse.shift.clone(), scale: sparse.scale.clone(), storage: Storage::Dense(dense) };
        let weights: Vec<f64> = (0..9).map(|_| rng.normal()).collect();
        let sums = |design: &Design| {
            let (mut sums, mut triangle) = (vec![0.0; 9], vec![0.0; 55]);
            for row in 0..40 {
                design.add(row, 0.5, &mut sums);
                design.add_products(row, 0.5, &mut triangle);
            }
            ((0..40).map(|row| design.dot(row, &weights)).collect::<Vec<f64>>(), sums, triangle)
        };
        assert_eq!(sums(&sparse), sums(&dense));
    }

    #[test]
    fn columns_are_scaled_and_constant_ones_become_zero() {
        let x = ndarray::arr2(&[[1e9 + 1.0, 7.1, 0.0], [1e9 + 3.0, 7.1, 0.0], [1e9 + 5.0, 7.1, 6.0]]);
        let design = design(x, 1);
        assert_eq!((design.shift[0], design.scale[1], design.shift[2]), (1e9 + 3.0, 0.0, 0.0));
        let Storage::Dense(values) = &design.storage else { panic!("few zeros") };
        assert!((values[0] + 1.5_f64.sqrt()).abs() < 1e-12 && values[1] == 0.0 && values[2] == 0.0);
    }

    #[test]
    fn numbers_too_large_to_square_are_refused_by_name() {
        let mut builder = Builder::new(ndarray::arr2(&[[1.0, 1e300], [2.0, -1e300]]));
        let names = ["a".to_owned(), "b".to_owned()];
        let problem = (0..9).find_map(|_| builder.advance(9, &names).err()).expect("a problem");
        assert_eq!(problem.place, crate::base::Place::Column("b".to_owned()));
    }
}
