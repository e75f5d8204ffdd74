//! Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's method.

/// Turns after which a matrix is as diagonal as it gets; ten are ample in practice.
const MOST_SWEEPS: usize = 60;

/// Eigenvalues, descending, each with its eigenvector of length 1, of a symmetric matrix given row by row.
///
/// Cyclic Jacobi rotations (Golub and Van Loan, "Matrix Computations", section 8.5): slower than a tridiagonal method, and
/// as exact as the matrix allows. Of equal eigenvalues the order is that in which they came out. The sign of each vector is
/// chosen so that its component of largest magnitude, the first of equals, is positive.
pub(super) fn symmetric(mut a: Vec<Vec<f64>>) -> Vec<(f64, Vec<f64>)> {
    let n = a.len();
    // Row j of `vectors` is the j-th eigenvector.
    let mut vectors: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    // Elements below this change no digit of the largest eigenvalue: what is left of a matrix of lower rank is noise.
    let nothing = f64::EPSILON * 0.01 * (0..n).fold(0.0, |largest, i| if a[i][i].abs() > largest { a[i][i].abs() } else { largest });
    for _ in 0..MOST_SWEEPS {
        let mut turned = false;
        for p in 0..n {
            for q in p + 1..n {
                if a[p][q].abs() > nothing {
                    turned = true;
                    rotate(&mut a, &mut vectors, p, q);
                }
            }
        }
        if !turned {
            break;
        }
    }
    let mut pairs: Vec<(f64, Vec<f64>)> = (0..n).map(|j| a[j][j]).zip(vectors).collect();
    pairs.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    for (_, vector) in &mut pairs {
        let largest = vector.iter().fold(0.0_f64, |largest, &x| if x.abs() > largest.abs() { x } else { largest });
        if largest < 0.0 {
            vector.iter_mut().for_each(|x| *x = -*x);
        }
    }
    pairs
}

/// One rotation that makes element (p, q) zero.
fn rotate(a: &mut [Vec<f64>], vectors: &mut [Vec<f64>], p: usize, q: usize) {
    let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    // The smaller of the two angles; without overflow for a large theta.
    let tangent = if theta.abs() > 1e150 { 0.5 / theta } else { theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt()) };
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    for row in a.iter_mut() {
        let (x, y) = (row[p], row[q]);
        row[p] = cosine * x - sine * y;
        row[q] = sine * x + cosine * y;
    }
    turn(a, p, q, cosine, sine);
    turn(vectors, p, q, cosine, sine);
    a[p][q] = 0.0;
    a[q][p] = 0.0;
}

fn turn(rows: &mut [Vec<f64>], p: usize, q: usize, cosine: f64, sine: f64) {
    let (upper, lower) = rows.split_at_mut(q);
    for (x, y) in upper[p].iter_mut().zip(&mut lower[0]) {
        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Rng;

    #[test]
    fn small_matrices_have_known_values() {
        assert!(symmetric(Vec::new()).is_empty());
        assert_eq!(symmetric(vec![vec![3.0]]), [(3.0, vec![1.0])]);
        let pairs = symmetric(vec![vec![2.0, 1.0], vec![1.0, 2.0]]);
        assert!((pairs[0].0 - 3.0).abs() < 1e-15 && (pairs[1].0 - 1.0).abs() < 1e-15, "{pairs:?}");
        assert!((pairs[0].1[0] - 0.5_f64.sqrt()).abs() < 1e-15 && (pairs[1].1[0] - 0.5_f64.sqrt()).abs() < 1e-15, "{pairs:?}");
        // Zero, and rank one.
        assert!(symmetric(vec![vec![0.0; 3]; 3]).iter().all(|(value, _)| *value == 0.0));
        let ones = symmetric(vec![vec![1.0; 4]; 4]);
        assert!((ones[0].0 - 4.0).abs() < 1e-14 && ones[1..].iter().all(|(value, _)| value.abs() < 1e-14), "{ones:?}");
    }

    #[test]
    fn a_matrix_times_its_vector_is_value_times_vector() {
        let mut rng = Rng::new(1, "eigen", 0);
        let noise: Vec<Vec<f64>> = (0..30).map(|_| (0..30).map(|_| rng.normal()).collect()).collect();
        let a: Vec<Vec<f64>> = (0..30).map(|i| (0..30).map(|j| noise[i][j] + noise[j][i]).collect()).collect();
        let pairs = symmetric(a.clone());
        assert!(pairs.is_sorted_by(|(a, _), (b, _)| a >= b));
        for (k, (value, vector)) in pairs.iter().enumerate() {
            for (row, x) in a.iter().zip(vector) {
                let product: f64 = row.iter().zip(vector).map(|(a, v)| a * v).sum();
                assert!((product - value * x).abs() < 1e-12, "{product} {value}");
            }
            for (other, (_, w)) in pairs.iter().enumerate() {
                let product: f64 = vector.iter().zip(w).map(|(a, b)| a * b).sum();
                assert!((product - f64::from(u8::from(k == other))).abs() < 1e-13);
            }
        }
    }

    #[test]
    fn a_matrix_of_low_rank_settles() {
        let mut rng = Rng::new(2, "eigen", 0);
        let rows: Vec<Vec<f64>> = (0..3).map(|_| (0..60).map(|_| rng.normal()).collect()).collect();
        let a = (0..60).map(|i| (0..60).map(|j| rows.iter().map(|row| row[i] * row[j]).sum()).collect()).collect();
        let pairs = symmetric(a);
        assert!(pairs[2].0 > 1.0 && pairs[3..].iter().all(|(value, _)| value.abs() < 1e-12), "{:?}", pairs[3].0);
    }
}
