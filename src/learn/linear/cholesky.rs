//! Solving symmetric systems.

/// The lower triangle of the Cholesky factor of a symmetric matrix (n x n, its lower triangle given), in place. A pivot
/// that cancellation has eaten up (at most `tolerance` times what stood there) shows a row that is a sum of those before
/// it: its number is told, and the row is left out of the system, as if it were not there.
pub fn factor(matrix: &mut [f64], n: usize, tolerance: f64) -> Vec<usize> {
    let mut dependent = Vec::new();
    for i in 0..n {
        let (above, line) = matrix.split_at_mut(i * n);
        let line = &mut line[..n];
        let whole = line[i];
        for j in 0..i {
            let other = &above[j * n..j * n + n];
            // A row left out has 0 on the diagonal.
            let sum = line[..j].iter().zip(other).fold(line[j], |sum, (a, b)| sum - a * b);
            line[j] = if other[j] > 0.0 { sum / other[j] } else { 0.0 };
        }
        let pivot = line[..i].iter().fold(whole, |sum, a| sum - a * a);
        if pivot > tolerance * whole {
            line[i] = pivot.sqrt();
        } else {
            line[..=i].fill(0.0);
            dependent.push(i);
        }
    }
    dependent
}

/// Solves the system of a factor for a right side, in place; what belongs to a row left out becomes 0.
pub fn solve(factor: &[f64], n: usize, side: &mut [f64]) {
    for i in 0..n {
        let line = &factor[i * n..i * n + i];
        let sum = line.iter().zip(&*side).fold(side[i], |sum, (a, b)| sum - a * b);
        side[i] = if factor[i * n + i] > 0.0 { sum / factor[i * n + i] } else { 0.0 };
    }
    for i in (0..n).rev() {
        side[i] = if factor[i * n + i] > 0.0 { side[i] / factor[i * n + i] } else { 0.0 };
        let value = side[i];
        side[..i].iter_mut().zip(&factor[i * n..]).for_each(|(side, a)| *side -= a * value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved_and_a_dependent_row_is_left_out() {
        // The third column is the sum of the first two.
        let (rows, truth) =
            ([[1.0, 2.0, 3.0, 1.0], [0.0, 1.0, 1.0, 5.0], [2.0, 1.0, 3.0, 1.0], [1.0, 1.0, 2.0, 0.0]], [1.0, -2.0, 0.0, 3.0]);
        let mut matrix = vec![0.0; 16];
        let mut side = vec![0.0; 4];
        for row in rows {
            let answer: f64 = row.iter().zip(truth).map(|(a, b)| a * b).sum();
            for i in 0..4 {
                side[i] += row[i] * answer;
                (0..4).for_each(|j| matrix[i * 4 + j] += row[i] * row[j]);
            }
        }
        assert_eq!(factor(&mut matrix, 4, 1e-12), [2]);
        solve(&matrix, 4, &mut side);
        assert!(side.iter().zip(truth).all(|(got, want)| (got - want).abs() < 1e-12), "{side:?}");
    }
}
