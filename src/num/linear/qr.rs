//! Least squares by Householder reflections with column pivoting.

use super::dot;
use ndarray::ArrayView2;

/// A least-squares solution.
#[derive(Clone, Debug, PartialEq)]
pub struct LeastSquares {
    /// One coefficient a column; where columns depend on each other, the shortest vector of all solutions.
    pub coefficients: Vec<f64>,
    /// How many columns are independent to working precision.
    pub rank: usize,
    /// The columns that were taken as independent, ascending; the others are combinations of them.
    pub independent: Vec<usize>,
    /// The sum of squares that stays.
    pub residual: f64,
}

/// The coefficients that minimise |x b - y|^2 (numpy.linalg.lstsq). A column counts as dependent where the pivot falls
/// to `max(rows, columns)` rounding units of the first; scale the columns alike before where their sizes differ much.
///
/// # Shapes
/// - `x`: rows x columns, `y`: rows
pub fn least_squares(x: ArrayView2<f64>, y: &[f64]) -> LeastSquares {
    let (rows, columns) = x.dim();
    let mut a: Vec<Vec<f64>> = x.columns().into_iter().map(|column| column.to_vec()).collect();
    let mut rest = y.to_vec();
    let mut order: Vec<usize> = (0..columns).collect();
    let most = if rows < columns { rows } else { columns };
    let unit = f64::EPSILON * if rows > columns { rows as f64 } else { columns as f64 };
    let (mut rank, mut first) = (0, 0.0);
    for k in 0..most {
        // The longest remaining column next, the first of equals. Lengths are taken anew: updating them loses digits.
        let (mut pivot, mut longest) = (k, -1.0);
        for (place, column) in a.iter().enumerate().skip(k) {
            let length = dot(&column[k..], &column[k..]);
            if length > longest {
                (pivot, longest) = (place, length);
            }
        }
        let length = longest.sqrt();
        if k == 0 {
            first = length;
        }
        // Also false where a value is not finite.
        if !(length > unit * first && length.is_finite()) {
            break;
        }
        a.swap(k, pivot);
        order.swap(k, pivot);
        rank = k + 1;
        let (v, beta, alpha) = reflection(&a[k][k..]);
        a[k][k] = alpha;
        for column in a[k + 1..].iter_mut().chain(std::iter::once(&mut rest)) {
            reflect(&mut column[k..], &v, beta);
        }
    }
    let solution = shortest(&a, &rest, rank);
    let mut coefficients = vec![0.0; columns];
    order.iter().zip(solution).for_each(|(&column, value)| coefficients[column] = value);
    let mut independent = order[..rank].to_vec();
    independent.sort_unstable();
    LeastSquares { coefficients, rank, independent, residual: dot(&rest[rank..], &rest[rank..]) }
}

/// v and beta with (1 - beta v v^T) x = alpha e1, and alpha.
fn reflection(x: &[f64]) -> (Vec<f64>, f64, f64) {
    let mut v = x.to_vec();
    let length = dot(x, x).sqrt();
    let alpha = if v[0] > 0.0 { -length } else { length };
    v[0] -= alpha;
    let square = dot(&v, &v);
    let beta = if square > 0.0 { 2.0 / square } else { 0.0 };
    (v, beta, alpha)
}

fn reflect(x: &mut [f64], v: &[f64], beta: f64) {
    let share = beta * dot(x, v);
    x.iter_mut().zip(v).for_each(|(x, v)| *x -= share * v);
}

/// The shortest solution of R b = c, with R the first `rank` rows of the reduced columns.
fn shortest(a: &[Vec<f64>], c: &[f64], rank: usize) -> Vec<f64> {
    let columns = a.len();
    if rank == columns {
        let mut b = c[..rank].to_vec();
        for i in (0..rank).rev() {
            b[i] /= a[i][i];
            for j in 0..i {
                b[j] -= a[i][j] * b[i];
            }
        }
        return b;
    }
    // R^T = Q S with S upper triangular; then S^T z = c and b = Q z is the shortest.
    let entry = |row: usize, column: usize| if row <= column { a[column][row] } else { 0.0 };
    let mut t: Vec<Vec<f64>> = (0..rank).map(|row| (0..columns).map(|column| entry(row, column)).collect()).collect();
    let mut reflections = Vec::with_capacity(rank);
    for k in 0..rank {
        let (v, beta, alpha) = reflection(&t[k][k..]);
        t[k][k] = alpha;
        t[k + 1..].iter_mut().for_each(|column| reflect(&mut column[k..], &v, beta));
        reflections.push((v, beta));
    }
    let mut b = vec![0.0; columns];
    for i in 0..rank {
        let inner = (0..i).fold(0.0, |total, j| total + t[i][j] * b[j]);
        b[i] = (c[i] - inner) / t[i][i];
    }
    for (k, (v, beta)) in reflections.iter().enumerate().rev() {
        reflect(&mut b[k..], v, *beta);
    }
    b
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};

    fn check(x: Array2<f64>, y: &[f64], coefficients: &[f64], rank: usize, residual: f64) {
        let got = least_squares(x.view(), y);
        assert_eq!(got.rank, rank);
        assert!((got.residual - residual).abs() < 1e-12, "{}", got.residual);
        for (got, want) in got.coefficients.iter().zip(coefficients) {
            assert!((got - want).abs() < 1e-12, "{got} {want}");
        }
    }

    /// Coefficients, rank and residual of numpy.linalg.lstsq(x, y).
    #[test]
    fn solutions_equal_numpy() {
        check(
            array![[1.0, 1.0], [1.0, 2.0], [1.0, 4.0], [1.0, 7.0]],
            &[1.0, 3.0, 2.0, 9.0],
            &[-0.5, 1.214_285_714_285_714_3],
            2,
            7.785_714_285_714_286,
        );
        // The third column is the sum of the others.
        check(
            array![[1.0, 0.0, 1.0], [0.0, 2.0, 2.0], [1.0, 1.0, 2.0], [3.0, 1.0, 4.0]],
            &[1.0, 2.0, 3.0, 4.0],
            &[0.313_333_333_333_333_3, 0.413_333_333_333_333_3, 0.726_666_666_666_666_6],
            2,
            0.82,
        );
        // More columns than rows.
        check(array![[1.0, 2.0, 2.0]], &[9.0], &[1.0, 2.0, 2.0], 1, 0.0);
    }

    #[test]
    fn edges() {
        assert_eq!(least_squares(Array2::zeros((3, 2)).view(), &[1.0, 1.0, 1.0]).rank, 0);
        assert_eq!(least_squares(Array2::zeros((0, 2)).view(), &[]).coefficients, [0.0, 0.0]);
        let dependent = least_squares(array![[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]].view(), &[1.0, 2.0, 3.0]);
        assert_eq!((dependent.rank, dependent.independent), (1, vec![1]));
    }
}
