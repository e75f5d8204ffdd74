//! Means, deviations, quantiles and small systems of equations. Sums run in the order of the values.

/// The mean; nothing without values.
pub(crate) fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The standard deviation by the divisor n - `ddof`; nothing where that is not positive.
pub(crate) fn deviation(values: &[f64], ddof: usize) -> Option<f64> {
    let mean = mean(values)?;
    let divisor = values.len().checked_sub(ddof).filter(|n| *n > 0)?;
    Some((values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / divisor as f64).sqrt())
}

/// The quantile of ascending values by linear interpolation, as `numpy.quantile` computes it to the last digit: edges
/// of bins are compared with the values themselves.
pub(crate) fn quantile(ascending: &[f64], share: f64) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    let place = last as f64 * share;
    let below = place.floor();
    let (gap, below) = (place - below, below as usize);
    let (a, b) = (*ascending.get(below)?, ascending[if below < last { below + 1 } else { last }]);
    Some(if gap >= 0.5 { b - (b - a) * (1.0 - gap) } else { a + (b - a) * gap })
}

/// The values that are there, ascending.
pub(crate) fn ascending(values: &[f64]) -> Vec<f64> {
    let mut present: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
    present.sort_by(f64::total_cmp);
    present
}

/// The larger of two numbers; the first where they cannot be compared.
pub(crate) fn larger(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// The smaller of two numbers; the first where they cannot be compared.
pub(crate) fn smaller(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}

/// A symmetric positive definite matrix as the product of a triangle with itself (Cholesky).
pub(crate) struct Cholesky {
    size: usize,
    /// Row by row; the upper part is not used.
    lower: Vec<f64>,
}

impl Cholesky {
    /// Factors a matrix given row by row; nothing where it is not positive definite.
    pub fn new(mut matrix: Vec<f64>, size: usize) -> Option<Self> {
        for column in 0..size {
            for row in column..size {
                let mut sum = matrix[row * size + column];
                for k in 0..column {
                    sum -= matrix[row * size + k] * matrix[column * size + k];
                }
                if row == column {
                    if sum.is_nan() || sum <= 0.0 {
                        return None;
                    }
                    matrix[row * size + column] = sum.sqrt();
                } else {
                    matrix[row * size + column] = sum / matrix[column * size + column];
                }
            }
        }
        Some(Self { size, lower: matrix })
    }

    /// The x with matrix times x equal to `right`.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let (n, l) = (self.size, &self.lower);
        let mut x = right.to_vec();
        for row in 0..n {
            for k in 0..row {
                x[row] -= l[row * n + k] * x[k];
            }
            x[row] /= l[row * n + row];
        }
        for row in (0..n).rev() {
            for k in row + 1..n {
                x[row] -= l[k * n + row] * x[k];
            }
            x[row] /= l[row * n + row];
        }
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factored_matrix_solves_its_equations_and_a_singular_one_is_refused() {
        let matrix = vec![4.0, 1.0, 0.5, 1.0, 3.0, 0.25, 0.5, 0.25, 2.0];
        let x = [1.0, -2.0, 3.0];
        let right: Vec<f64> = (0..3).map(|r| (0..3).map(|c| matrix[r * 3 + c] * x[c]).sum()).collect();
        let solved = Cholesky::new(matrix, 3).expect("definite").solve(&right);
        assert!(solved.iter().zip(x).all(|(a, b)| (a - b).abs() < 1e-12), "{solved:?}");
        assert!(Cholesky::new(vec![1.0, 1.0, 1.0, 1.0], 2).is_none());
        assert!(Cholesky::new(vec![f64::NAN], 1).is_none());
    }

    #[test]
    fn quantiles_meet_the_ends_and_the_middle() {
        let values = [1.0, 2.0, 4.0, 8.0];
        assert_eq!([0.0, 0.5, 1.0].map(|share| quantile(&values, share)), [Some(1.0), Some(3.0), Some(8.0)]);
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(deviation(&[1.0], 1), None);
        assert_eq!(deviation(&[1.0, 3.0], 0), Some(1.0));
    }
}
