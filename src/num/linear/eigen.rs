//! Eigenvalues and eigenvectors of a symmetric matrix.

use super::dot;
use ndarray::{Array2, ArrayView2};

/// Eigenvalues with their vectors, the largest value first.
#[derive(Clone, Debug)]
pub struct Eigen {
    /// The eigenvalues, descending.
    pub values: Vec<f64>,
    /// The eigenvectors of length 1, one a row, in the order of the values. The component of largest size is positive
    /// (the first of equals), so that signs do not hang on rounding.
    pub vectors: Array2<f64>,
}

/// Eigenvalues and vectors of a symmetric matrix: Householder reflections to three diagonals, then implicit QL steps
/// (Golub and Van Loan, sections 8.3.1 and 8.3.3). Its time grows with the cube of the size: 500 columns take under a second.
/// Nothing where a value is not finite.
pub fn eigen(a: ArrayView2<f64>) -> Option<Eigen> {
    let n = a.nrows();
    if a.iter().any(|value| !value.is_finite()) {
        return None;
    }
    // The largest size comes out first: squares of very large or small values would leave the range.
    let scale = a.iter().fold(0.0_f64, |most, value| if value.abs() > most { value.abs() } else { most });
    if scale == 0.0 {
        return Some(Eigen { values: vec![0.0; n], vectors: Array2::eye(n) });
    }
    let mut rows: Vec<Vec<f64>> = a.rows().into_iter().map(|row| row.iter().map(|value| value / scale).collect()).collect();
    let (mut diagonal, mut beside, mut vectors) = tridiagonal(&mut rows);
    ql(&mut diagonal, &mut beside, &mut vectors)?;
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| diagonal[b].total_cmp(&diagonal[a]).then(a.cmp(&b)));
    let mut sorted = Array2::zeros((n, n));
    for (place, &from) in order.iter().enumerate() {
        let largest = vectors[from].iter().fold(0.0_f64, |most, &value| if value.abs() > most.abs() { value } else { most });
        let sign = if largest < 0.0 { -1.0 } else { 1.0 };
        vectors[from].iter().enumerate().for_each(|(column, value)| sorted[[place, column]] = sign * value);
    }
    Some(Eigen { values: order.iter().map(|&place| diagonal[place] * scale).collect(), vectors: sorted })
}

/// Diagonal, the elements beside it, and Q^T of T = Q^T A Q, by rows, so that later rotations work on whole rows.
fn tridiagonal(a: &mut [Vec<f64>]) -> (Vec<f64>, Vec<f64>, Vec<Vec<f64>>) {
    let n = a.len();
    let mut beside = vec![0.0; n];
    // Each reflection H = 1 - beta v v^T with v over the components from k + 1.
    let mut reflections: Vec<(f64, Vec<f64>)> = Vec::with_capacity(n);
    for k in 0..n.saturating_sub(1) {
        let mut v: Vec<f64> = (k + 1..n).map(|row| a[row][k]).collect();
        let tail = dot(&v[1..], &v[1..]);
        if tail == 0.0 {
            beside[k] = v[0];
            reflections.push((0.0, v));
            continue;
        }
        let length = (v[0] * v[0] + tail).sqrt();
        // Away from the first component: no cancellation.
        let alpha = if v[0] > 0.0 { -length } else { length };
        v[0] -= alpha;
        let beta = 2.0 / (v[0] * v[0] + tail);
        beside[k] = alpha;
        // A becomes H A H = A - v w^T - w v^T.
        let mut w: Vec<f64> = (k + 1..n).map(|row| beta * dot(&a[row][k + 1..], &v)).collect();
        let half = 0.5 * beta * dot(&w, &v);
        w.iter_mut().zip(&v).for_each(|(w, v)| *w -= half * v);
        for (row, (vr, wr)) in v.iter().zip(&w).enumerate() {
            for ((value, v), w) in a[k + 1 + row][k + 1..].iter_mut().zip(&v).zip(&w) {
                *value -= vr * w + wr * v;
            }
        }
        reflections.push((beta, v));
    }
    let mut q: Vec<Vec<f64>> = (0..n).map(|row| (0..n).map(|column| f64::from(u8::from(row == column))).collect()).collect();
    for (k, (beta, v)) in reflections.iter().enumerate().rev() {
        if *beta != 0.0 {
            for row in &mut q[k + 1..] {
                let share = beta * dot(&row[k + 1..], v);
                row[k + 1..].iter_mut().zip(v).for_each(|(value, v)| *value -= share * v);
            }
        }
    }
    ((0..n).map(|k| a[k][k]).collect(), beside, q)
}

/// Implicit QL steps until the elements beside the diagonal are 0 to rounding; `vectors` turns along, by rows.
fn ql(d: &mut [f64], e: &mut [f64], vectors: &mut [Vec<f64>]) -> Option<()> {
    let n = d.len();
    for low in 0..n {
        for step in 0.. {
            let high = (low..n - 1).find(|&k| e[k].abs() <= f64::EPSILON * (d[k].abs() + d[k + 1].abs())).unwrap_or(n - 1);
            if high == low {
                break;
            }
            // Two or three steps are usual; what is not finite never ends.
            if step == 100 {
                return None;
            }
            // Wilkinson's shift: the eigenvalue of the first two by two that is nearer to d[low].
            let g = (d[low + 1] - d[low]) / (2.0 * e[low]);
            let r = libm::hypot(g, 1.0);
            let mut g = d[high] - d[low] + e[low] / (g + if g >= 0.0 { r } else { -r });
            let (mut sine, mut cosine, mut shift) = (1.0, 1.0, 0.0);
            let mut split = false;
            for k in (low..high).rev() {
                let f = sine * e[k];
                let b = cosine * e[k];
                let r = libm::hypot(f, g);
                e[k + 1] = r;
                if r == 0.0 {
                    // The matrix falls apart here; start again on the smaller one.
                    d[k + 1] -= shift;
                    e[high] = 0.0;
                    split = true;
                    break;
                }
                sine = f / r;
                cosine = g / r;
                let rest = d[k + 1] - shift;
                let t = (d[k] - rest) * sine + 2.0 * cosine * b;
                shift = sine * t;
                d[k + 1] = rest + shift;
                g = cosine * t - b;
                let (left, right) = vectors.split_at_mut(k + 1);
                for (below, above) in left[k].iter_mut().zip(right[0].iter_mut()) {
                    let (x, y) = (*below, *above);
                    *above = sine * x + cosine * y;
                    *below = cosine * x - sine * y;
                }
            }
            if !split {
                d[low] -= shift;
                e[low] = g;
                e[high] = 0.0;
            }
        }
    }
    Some(())
}

/// The pseudo-inverse of a symmetric matrix: eigenvalues up to `n` times the rounding unit of the largest count as 0
/// (numpy.linalg.pinv with hermitian=True, but for the exact cut). Nothing where a value is not finite.
pub fn pseudo_inverse(a: ArrayView2<f64>) -> Option<Array2<f64>> {
    let n = a.nrows();
    let parts = eigen(a)?;
    let largest = parts.values.iter().fold(0.0_f64, |most, value| if value.abs() > most { value.abs() } else { most });
    let mut inverse = Array2::zeros((n, n));
    for (value, vector) in parts.values.iter().zip(parts.vectors.rows()) {
        if value.abs() <= n as f64 * f64::EPSILON * largest {
            continue;
        }
        for row in 0..n {
            for column in 0..n {
                inverse[[row, column]] += vector[row] * vector[column] / value;
            }
        }
    }
    Some(inverse)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Rng;
    use ndarray::array;

    fn holds(a: &Array2<f64>, tolerance: f64) {
        let n = a.nrows();
        let parts = eigen(a.view()).unwrap();
        for i in 0..n {
            let vector = parts.vectors.row(i).to_vec();
            let product = super::super::times(a.view(), &vector);
            for (got, v) in product.iter().zip(&vector) {
                assert!((got - parts.values[i] * v).abs() < tolerance, "{i}: {got} {}", parts.values[i] * v);
            }
            for j in 0..=i {
                let inner = dot(&vector, &parts.vectors.row(j).to_vec());
                assert!((inner - f64::from(u8::from(i == j))).abs() < 1e-12, "{i} {j} {inner}");
            }
            assert!(i == 0 || parts.values[i - 1] >= parts.values[i]);
        }
    }

    #[test]
    fn values_equal_numpy() {
        let a = array![[4.0, 1.0, -2.0], [1.0, 2.0, 0.0], [-2.0, 0.0, 3.0]];
        // numpy.linalg.eigvalsh(a)[::-1]
        let want = [5.732_050_807_568_877, 2.267_949_192_431_123, 1.0];
        for (got, want) in eigen(a.view()).unwrap().values.iter().zip(want) {
            assert!((got - want).abs() < 1e-13, "{got} {want}");
        }
    }

    #[test]
    fn vectors_are_orthogonal_and_turn_the_matrix_into_its_values() {
        let mut rng = Rng::new(1, "test", 0);
        for n in [1, 2, 3, 5, 17, 60] {
            let mut a = Array2::from_shape_fn((n, n), |_| rng.normal());
            a = &a + &a.t();
            holds(&a, 1e-11);
            // Of low rank: most values are 0 or repeat.
            let x: Vec<f64> = (0..n).map(|_| rng.normal()).collect();
            holds(&Array2::from_shape_fn((n, n), |(i, j)| x[i] * x[j]), 1e-11);
        }
        holds(&Array2::eye(4), 1e-14);
        holds(&Array2::zeros((3, 3)), 1e-14);
        holds(&array![[1.0, 0.0], [0.0, 7.0]], 1e-14);
    }

    #[test]
    fn extremes() {
        assert!(eigen(array![[f64::NAN]].view()).is_none());
        assert!(eigen(Array2::zeros((0, 0)).view()).unwrap().values.is_empty());
        let large = eigen(array![[1e300, 1e300], [1e300, 1e300]].view()).unwrap();
        assert!((large.values[0] / 2e300 - 1.0).abs() < 1e-14 && large.values[1].abs() < 1e285);
    }

    #[test]
    fn the_pseudo_inverse_of_a_singular_matrix() {
        // numpy.linalg.pinv([[2, 2], [2, 2]]) is all 0.125
        let got = pseudo_inverse(array![[2.0, 2.0], [2.0, 2.0]].view()).unwrap();
        assert!(got.iter().all(|value| (value - 0.125).abs() < 1e-15), "{got}");
    }
}
