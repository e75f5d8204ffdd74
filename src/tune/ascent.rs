//! The way uphill within a box.

/// Steps at most.
const MOST: usize = 60;

/// Follows a smooth function uphill from a place of the unit cube, along the coordinates `free` alone: quasi-Newton steps as
/// in [`super::bfgs`], cut off at the ends, where a coordinate that would leave the cube stands still. `lengths` are the
/// squared distances over which the function changes. Gives the place and its value.
pub(super) fn ascend(start: &[f64], free: &[bool], lengths: &[f64], function: impl Fn(&[f64]) -> (f64, Vec<f64>)) -> (f64, Vec<f64>) {
    let n = start.len();
    let mut place = start.to_vec();
    let (mut value, mut slope) = function(&place);
    let first = |moving: &[bool]| -> Vec<Vec<f64>> {
        (0..n).map(|i| (0..n).map(|j| if i == j && moving[i] { lengths[i] } else { 0.0 }).collect()).collect()
    };
    let mut moving = vec![false; n];
    let mut inverse = first(&moving);
    let mut is_new = true;
    for _ in 0..MOST {
        let stays = |at: usize| !free[at] || (place[at] <= 0.0 && slope[at] <= 0.0) || (place[at] >= 1.0 && slope[at] >= 0.0);
        let now: Vec<bool> = (0..n).map(|at| !stays(at)).collect();
        if now != moving {
            (inverse, is_new) = (first(&now), true);
            moving = now;
        }
        let mut direction: Vec<f64> = inverse.iter().map(|row| dot(row, &slope)).collect();
        if dot(&direction, &slope) <= 0.0 {
            (inverse, is_new) = (first(&moving), true);
            direction = inverse.iter().map(|row| dot(row, &slope)).collect();
        }
        let longest = direction.iter().fold(0.0, |most: f64, by| if by.abs() > most { by.abs() } else { most });
        if longest.is_nan() || longest < 1e-9 {
            break;
        }
        // The first step knows no scale.
        let most = if is_new { 0.1 } else { 0.5 };
        let mut size = if longest > most { most / longest } else { 1.0 };
        let found = (0..20).find_map(|_| {
            let next: Vec<f64> = place.iter().zip(&direction).map(|(x, by)| (x + size * by).clamp(0.0, 1.0)).collect();
            let promise = next.iter().zip(&place).zip(&slope).fold(0.0, |sum, ((next, x), slope)| sum + (next - x) * slope);
            let (new_value, new_slope) = function(&next);
            size *= 0.5;
            (new_value.is_finite() && new_value >= value + 1e-4 * promise && new_value > value).then_some((next, new_value, new_slope))
        });
        let Some((next, new_value, new_slope)) = found else {
            if is_new {
                break;
            }
            (inverse, is_new) = (first(&moving), true);
            continue;
        };
        let moved: Vec<f64> = next.iter().zip(&place).map(|(a, b)| a - b).collect();
        let turned: Vec<f64> = (0..n).map(|at| if moving[at] { slope[at] - new_slope[at] } else { 0.0 }).collect();
        let bend = dot(&moved, &turned);
        if bend > 1e-12 {
            let seen: Vec<f64> = inverse.iter().map(|row| dot(row, &turned)).collect();
            let factor = (1.0 + dot(&turned, &seen) / bend) / bend;
            for (i, row) in inverse.iter_mut().enumerate() {
                for (j, cell) in row.iter_mut().enumerate() {
                    *cell += factor * moved[i] * moved[j] - (moved[i] * seen[j] + seen[i] * moved[j]) / bend;
                }
            }
            is_new = false;
        }
        let gained = new_value - value;
        (place, value, slope) = (next, new_value, new_slope);
        if gained < 1e-8 {
            break;
        }
    }
    (value, place)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + a * b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_is_found_within_the_box_and_at_its_side() {
        let function = |top: [f64; 2]| {
            move |x: &[f64]| {
                let (a, b) = (x[0] - top[0], x[1] - top[1]);
                (-20.0 * a * a - b * b - 3.0 * a * b, vec![-40.0 * a - 3.0 * b, -2.0 * b - 3.0 * a])
            }
        };
        let (value, place) = ascend(&[0.9, 0.1], &[true; 2], &[1.0; 2], function([0.3, 0.6]));
        assert!(value > -1e-9 && (place[0] - 0.3).abs() < 1e-4 && (place[1] - 0.6).abs() < 1e-4, "{place:?}");
        let (_, place) = ascend(&[0.9, 0.1], &[true; 2], &[1.0; 2], function([0.3, 1.4]));
        assert!((place[0] - 0.33).abs() < 1e-4 && place[1] == 1.0, "{place:?}");
        let (_, place) = ascend(&[0.9, 0.1], &[true, false], &[1.0; 2], function([0.3, 0.6]));
        assert!((place[0] - 0.3375).abs() < 1e-4 && place[1] == 0.1, "{place:?}");
    }
}
