//! The Cholesky factor of a symmetric positive definite matrix.

use super::dot;
use ndarray::{Array2, ArrayView2};

/// The lower factor L of a matrix A = L L^T.
#[derive(Clone, Debug)]
pub struct Cholesky {
    lower: Array2<f64>,
}

impl Cholesky {
    /// The factor of a symmetric matrix (its lower half is read); nothing where it is not positive definite to working
    /// precision: a pivot at most `n` times the rounding unit of its diagonal element.
    pub fn new(a: ArrayView2<f64>) -> Option<Self> {
        let n = a.nrows();
        let mut lower = Array2::<f64>::zeros((n, n));
        for i in 0..n {
            for j in 0..=i {
                let inner = match (lower.row(i).as_slice(), lower.row(j).as_slice()) {
                    (Some(left), Some(right)) => dot(&left[..j], &right[..j]),
                    _ => return None,
                };
                let value = a[[i, j]] - inner;
                lower[[i, j]] = if i > j {
                    value / lower[[j, j]]
                } else if value > n as f64 * f64::EPSILON * a[[i, i]].abs() {
                    value.sqrt()
                } else {
                    return None;
                };
            }
        }
        Some(Self { lower })
    }

    /// L, lower triangular.
    pub fn lower(&self) -> ArrayView2<'_, f64> {
        self.lower.view()
    }

    /// x with A x = b.
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        self.solve_upper(self.solve_lower(b))
    }

    /// z with L z = b: the squared length of z is the squared Mahalanobis length of b where A is a covariance.
    pub fn solve_lower(&self, b: &[f64]) -> Vec<f64> {
        let mut x = b.to_vec();
        for i in 0..x.len() {
            let inner = (0..i).fold(0.0, |total, j| total + self.lower[[i, j]] * x[j]);
            x[i] = (x[i] - inner) / self.lower[[i, i]];
        }
        x
    }

    /// x with L^T x = b.
    pub fn solve_upper(&self, mut b: Vec<f64>) -> Vec<f64> {
        for i in (0..b.len()).rev() {
            b[i] /= self.lower[[i, i]];
            for j in 0..i {
                b[j] -= self.lower[[i, j]] * b[i];
            }
        }
        b
    }

    /// The inverse of A, symmetric to the last digit.
    pub fn inverse(&self) -> Array2<f64> {
        let n = self.lower.nrows();
        let mut inverse = Array2::zeros((n, n));
        for column in 0..n {
            let mut unit = vec![0.0; n];
            unit[column] = 1.0;
            let x = self.solve(&unit);
            for row in column..n {
                inverse[[row, column]] = x[row];
                inverse[[column, row]] = x[row];
            }
        }
        inverse
    }

    /// ln of the determinant of A.
    pub fn ln_determinant(&self) -> f64 {
        2.0 * crate::num::sum::total(self.lower.diag().iter().map(|&pivot| crate::num::float::ln(pivot)))
    }
}

/// x with A x = b for a symmetric positive definite A; nothing where A is not.
pub fn solve_positive(a: ArrayView2<f64>, b: &[f64]) -> Option<Vec<f64>> {
    Cholesky::new(a).map(|factor| factor.solve(b))
}

/// The inverse of a symmetric positive definite matrix; nothing where it is not.
pub fn inverse_positive(a: ArrayView2<f64>) -> Option<Array2<f64>> {
    Cholesky::new(a).map(|factor| factor.inverse())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn factor_solution_inverse_and_determinant() {
        let a = array![[4.0, 2.0, 0.6], [2.0, 5.0, 1.0], [0.6, 1.0, 3.0]];
        let factor = Cholesky::new(a.view()).unwrap();
        // numpy.linalg.solve(a, [1, 2, 3]); numpy.linalg.slogdet(a)
        let want = [0.004_484_304_932_735_439, 0.212_556_053_811_659_2, 0.928_251_121_076_233_1];
        for (got, want) in factor.solve(&[1.0, 2.0, 3.0]).iter().zip(want) {
            assert!((got - want).abs() < 1e-14, "{got} {want}");
        }
        assert!((factor.ln_determinant() - 3.797_733_859_026_018_3).abs() < 1e-14);
        let inverse = factor.inverse();
        for row in 0..3 {
            let product: Vec<f64> = super::super::times(a.view(), &inverse.column(row).to_vec());
            for (column, value) in product.iter().enumerate() {
                assert!((value - f64::from(u8::from(row == column))).abs() < 1e-14);
            }
        }
    }

    #[test]
    fn a_matrix_without_a_factor_is_refused() {
        assert!(Cholesky::new(array![[1.0, 2.0], [2.0, 1.0]].view()).is_none());
        assert!(Cholesky::new(array![[1.0, 1.0], [1.0, 1.0]].view()).is_none());
        assert!(Cholesky::new(array![[f64::NAN]].view()).is_none());
        assert!(Cholesky::new(array![[0.0]].view()).is_none());
        assert_eq!(solve_positive(Array2::zeros((0, 0)).view(), &[]), Some(Vec::new()));
    }
}
