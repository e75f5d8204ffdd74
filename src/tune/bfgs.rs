//! A small minimiser for smooth functions of a few numbers.

/// Minimises a function from a start: the quasi-Newton steps of Broyden, Fletcher, Goldfarb and Shanno with the inverse
/// Hessian as a matrix (Nocedal and Wright 2006, algorithm 6.1), each step halved until the value falls enough. Ends after
/// `most` steps, or when no slope is above `tolerance`. The function gives value and slopes; a value that is not finite is
/// never stepped to.
pub(super) fn minimize(start: Vec<f64>, most: usize, tolerance: f64, function: impl Fn(&[f64]) -> (f64, Vec<f64>)) -> Vec<f64> {
    let n = start.len();
    let (mut x, (mut value, mut slope)) = (start.clone(), function(&start));
    let mut inverse: Vec<Vec<f64>> = identity(n);
    for step in 0..most {
        if !value.is_finite() || slope.iter().all(|slope| slope.abs() <= tolerance) {
            break;
        }
        let mut direction: Vec<f64> = inverse.iter().map(|row| -dot(row, &slope)).collect();
        if dot(&direction, &slope) >= 0.0 {
            inverse = identity(n);
            direction = slope.iter().map(|slope| -slope).collect();
        }
        let promise = dot(&direction, &slope);
        // The first step knows no scale.
        let length = dot(&direction, &direction).sqrt();
        let mut size = if step == 0 && length > 1.0 { 1.0 / length } else { 1.0 };
        let found = (0..30).find_map(|_| {
            let next: Vec<f64> = x.iter().zip(&direction).map(|(x, direction)| x + size * direction).collect();
            let (new_value, new_slope) = function(&next);
            let enough = new_value.is_finite() && new_value <= value + 1e-4 * size * promise;
            size *= 0.5;
            enough.then_some((next, new_value, new_slope))
        });
        let Some((next, new_value, new_slope)) = found else { break };
        let moved: Vec<f64> = next.iter().zip(&x).map(|(a, b)| a - b).collect();
        let turned: Vec<f64> = new_slope.iter().zip(&slope).map(|(a, b)| a - b).collect();
        let bend = dot(&moved, &turned);
        if bend > 1e-12 {
            let seen: Vec<f64> = inverse.iter().map(|row| dot(row, &turned)).collect();
            let factor = (1.0 + dot(&turned, &seen) / bend) / bend;
            for (i, row) in inverse.iter_mut().enumerate() {
                for (j, cell) in row.iter_mut().enumerate() {
                    *cell += factor * moved[i] * moved[j] - (moved[i] * seen[j] + seen[i] * moved[j]) / bend;
                }
            }
        }
        (x, value, slope) = (next, new_value, new_slope);
    }
    x
}

fn identity(n: usize) -> Vec<Vec<f64>> {
    (0..n).map(|i| (0..n).map(|j| if i == j { 1.0 } else { 0.0 }).collect()).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + a * b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_valley_of_rosenbrock_is_followed_to_its_end() {
        let function = |x: &[f64]| {
            let (a, b) = (x[1] - x[0] * x[0], 1.0 - x[0]);
            (100.0 * a * a + b * b, vec![-400.0 * x[0] * a - 2.0 * b, 200.0 * a])
        };
        let found = minimize(vec![-1.2, 1.0], 200, 1e-8, function);
        assert!(found.iter().all(|x| (x - 1.0).abs() < 1e-6), "{found:?}");
        assert_eq!(minimize(vec![2.0], 9, 1e-8, |_| (f64::NAN, vec![1.0])), [2.0]);
    }
}
