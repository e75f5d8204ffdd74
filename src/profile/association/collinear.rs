//! How far each column of numbers is a combination of the others.

use crate::base::Figure;
use crate::num::float::ln;
use crate::num::linear::{Cholesky, covariance};
use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// Figures from the inverse of the correlation matrix, over the rows without a missing value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Collinear {
    /// Rows without a missing value.
    pub n: usize,
    /// The variance inflation factor of each column: 1 / (1 - R2) on all others.
    pub vif: Vec<Figure>,
    /// The correlation of each pair that is left when all other columns are held fixed; columns x columns.
    pub partial: Vec<Vec<Figure>>,
    /// The variance of each column, from n - 1.
    pub variances: Vec<f64>,
    /// ln of the determinant of the correlation matrix: 0 where nothing hangs together.
    pub ln_determinant: Figure,
}

/// Variance inflation and partial correlations of columns of numbers (NaN where missing). Where a column is constant or
/// a combination of others to working precision, the figures that need the inverse are undefined as `dependent`.
pub fn collinear(columns: &[&[f64]]) -> Collinear {
    let rows = columns.first().map_or(0, |column| column.len());
    let complete: Vec<usize> = (0..rows).filter(|&row| columns.iter().all(|column| !column[row].is_nan())).collect();
    let width = columns.len();
    let x = Array2::from_shape_fn((complete.len(), width), |(row, column)| columns[column][complete[row]]);
    let parts = covariance(x.view(), 1).map(|covariance| {
        let variances = covariance.diag().to_vec();
        let correlation = Array2::from_shape_fn((width, width), |(i, j)| {
            if i == j { 1.0 } else { covariance[[i, j]] / (variances[i].sqrt() * variances[j].sqrt()) }
        });
        (variances, Cholesky::new(correlation.view()).filter(|factor| factor.ln_determinant() > ln(1e-250)))
    });
    let Some((variances, factor)) = parts else {
        let why = Figure::undefined("too_few");
        return Collinear {
            n: complete.len(),
            vif: vec![why.clone(); width],
            partial: vec![vec![why.clone(); width]; width],
            variances: Vec::new(),
            ln_determinant: why,
        };
    };
    let Some(factor) = factor else {
        let why = Figure::undefined("dependent");
        return Collinear {
            n: complete.len(),
            vif: vec![why.clone(); width],
            partial: vec![vec![why.clone(); width]; width],
            variances,
            ln_determinant: why,
        };
    };
    let inverse = factor.inverse();
    let partial = |i: usize, j: usize| -> Figure {
        if i == j { 1.0.into() } else { (-inverse[[i, j]] / (inverse[[i, i]] * inverse[[j, j]]).sqrt()).into() }
    };
    Collinear {
        n: complete.len(),
        vif: (0..width).map(|i| inverse[[i, i]].into()).collect(),
        partial: (0..width).map(|i| (0..width).map(|j| partial(i, j)).collect()).collect(),
        variances,
        ln_determinant: factor.ln_determinant().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_columns_inflate_by_their_correlation() {
        let (x, y) = ([1.0, 2.0, 3.0, 4.0, f64::NAN], [1.0, 3.0, 2.0, 4.0, 9.0]);
        let got = collinear(&[&x, &y]);
        assert_eq!(got.n, 4);
        // r = 0.8
        assert!((got.vif[0].value().unwrap() - 1.0 / 0.36).abs() < 1e-12);
        assert!((got.partial[0][1].value().unwrap() - 0.8).abs() < 1e-12);
        assert!((got.ln_determinant.value().unwrap() - ln(0.36)).abs() < 1e-12);
    }

    #[test]
    fn dependent_and_few() {
        let x = [1.0, 2.0, 3.0, 4.0];
        let twice = x.map(|x| 2.0 * x);
        assert_eq!(collinear(&[&x, &twice]).vif[0], Figure::undefined("dependent"));
        assert_eq!(collinear(&[&x, &[1.0; 4]]).vif[1], Figure::undefined("dependent"));
        assert_eq!(collinear(&[&x[..1]]).vif[0], Figure::undefined("too_few"));
        assert!(collinear(&[]).vif.is_empty());
    }
}
