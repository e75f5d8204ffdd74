//! Small linear algebra in 64 bits: symmetric eigenvalues, Cholesky factors, least squares.
//!
//! Matrices are `rows x columns`. For statistics, not for layers: a few hundred columns are the size it is made for.

mod cholesky;
mod eigen;
mod qr;

pub use cholesky::{Cholesky, inverse_positive, solve_positive};
pub use eigen::{Eigen, eigen, pseudo_inverse};
pub use qr::{LeastSquares, least_squares};

use super::{moments::mean, sum::dot};
use ndarray::{Array2, ArrayView2};

/// The covariance of the columns, with `ddof` taken off the count of rows; nothing where no more than `ddof` rows are there.
///
/// # Shapes
/// - `x`: rows x features
/// - result: features x features
pub fn covariance(x: ArrayView2<f64>, ddof: usize) -> Option<Array2<f64>> {
    let (rows, features) = x.dim();
    if rows <= ddof {
        return None;
    }
    let centred: Vec<Vec<f64>> = x
        .columns()
        .into_iter()
        .map(|column| {
            let values = column.to_vec();
            let centre = mean(&values).unwrap_or(0.0);
            values.iter().map(|value| value - centre).collect()
        })
        .collect();
    let mut result = Array2::zeros((features, features));
    for i in 0..features {
        for j in 0..=i {
            let value = dot(&centred[i], &centred[j]) / (rows - ddof) as f64;
            result[[i, j]] = value;
            result[[j, i]] = value;
        }
    }
    Some(result)
}

/// The product of a matrix and a vector, each sum in the order of [`dot`].
///
/// # Shapes
/// - `a`: rows x columns, `x`: columns
pub fn times(a: ArrayView2<f64>, x: &[f64]) -> Vec<f64> {
    a.rows()
        .into_iter()
        .map(|row| match row.as_slice() {
            Some(row) => dot(row, x),
            None => dot(&row.to_vec(), x),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn covariance_of_three_rows() {
        // numpy.cov([[1, 2], [3, 5], [8, 5]], rowvar=False)
        let got = covariance(array![[1.0, 2.0], [3.0, 5.0], [8.0, 5.0]].view(), 1).unwrap();
        assert!((&got - &array![[13.0, 4.5], [4.5, 3.0]]).iter().all(|d| d.abs() < 1e-12), "{got}");
        assert_eq!(covariance(array![[1.0]].view(), 1), None);
        assert_eq!(times(array![[1.0, 2.0], [3.0, 4.0]].t(), &[1.0, 10.0]), [31.0, 42.0]);
    }
}
