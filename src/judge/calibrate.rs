//! Calibration: how the probabilities of a model are set right, learned from rows that it had not seen.

use crate::base::{Problem, Stage, Task};
use crate::learn::{Calibration, Target};
use crate::num::float::{exp, sigmoid, softplus};
use crate::num::sum::total;
use crate::plan::calibrate::{log, log_odds};
use crate::plan::{Calibrator, Link, Points};
use ndarray::Array2;

/// Scores that differ by less are one score, so that last digits decide nothing.
const SAME: f64 = 1e-9;
/// The ends of the logarithm of the factor of a temperature: those of scikit-learn.
const FACTORS: (f64, f64) = (-10.0, 10.0);

/// Learns a calibration from answers (rows x outputs: the probability of the positive class, or of every class) and what was
/// true; nothing where none is asked for.
///
/// # Errors
/// A task without classes, no rows, an answer that is missing.
pub fn fit(way: Calibration, task: Task, answers: &Array2<f64>, target: &Target) -> Result<Option<Calibrator>, Problem> {
    let problem = |id: &str| Problem::new(Stage::Learn, id);
    let codes = match (way, target) {
        (Calibration::None, _) => return Ok(None),
        (_, Target::Values(_)) => return Err(problem("calibration.no_classes")),
        (_, Target::Classes { codes, .. }) => codes,
    };
    if codes.is_empty() || answers.iter().any(|p| !p.is_finite()) {
        return Err(problem("calibration.no_rows"));
    }
    // For two classes the one column is that of the second.
    let class = |column: usize| if task == Task::Binary { 1 } else { column as u32 };
    let columns = (0..answers.ncols()).map(|column| {
        let is_class: Vec<bool> = codes.iter().map(|&code| code == class(column)).collect();
        (answers.column(column).to_vec(), is_class)
    });
    Ok(Some(match way {
        Calibration::Sigmoid => {
            let fitted = columns.map(|(p, is_class)| sigmoid_of(&p.iter().map(|&p| log_odds(p)).collect::<Vec<_>>(), &is_class));
            let (slopes, offsets) = fitted.unzip();
            Calibrator::Sigmoid { slopes, offsets }
        }
        Calibration::Isotonic => Calibrator::Isotonic { points: columns.map(|(p, is_class)| isotonic(&p, &is_class)).collect() },
        _ => Calibrator::Temperature { factor: temperature(answers, codes) },
    }))
}

/// The slope and offset of the S-curve that is likeliest for these scores, by Newton's method with halved steps (Platt 1999
/// with the targets of his section 2.2, solved as Lin, Lin and Weng 2007 do): the negatives of `a_` and `b_` of
/// scikit-learn's `_SigmoidCalibration`. A score that is the same in every row has slope 0.
pub fn sigmoid_of(scores: &[f64], positive: &[bool]) -> (f64, f64) {
    let ones = positive.iter().filter(|is| **is).count() as f64;
    let zeros = positive.len() as f64 - ones;
    // Not 1 and 0: so that classes that scores part wholly still have a slope that ends somewhere.
    let (high, low) = ((ones + 1.0) / (ones + 2.0), 1.0 / (zeros + 2.0));
    let target: Vec<f64> = positive.iter().map(|&is| if is { high } else { low }).collect();
    let rows = || scores.iter().zip(&target);
    let loss = |slope: f64, offset: f64| {
        total(rows().map(|(x, t)| {
            let z = slope * x + offset;
            softplus(z) - t * z
        }))
    };
    let (mut slope, mut offset) = (0.0, crate::num::float::ln((ones + 1.0) / (zeros + 1.0)));
    let mut now = loss(slope, offset);
    for _ in 0..100 {
        let (mut gradient, mut curve) = ([0.0; 2], [0.0; 3]);
        for (x, t) in rows() {
            let p = sigmoid(slope * x + offset);
            let (error, weight) = (p - t, p * (1.0 - p));
            gradient[0] += error * x;
            gradient[1] += error;
            curve[0] += weight * x * x;
            curve[1] += weight * x;
            curve[2] += weight;
        }
        if gradient.iter().all(|part| part.abs() < 1e-10) {
            break;
        }
        // So that scores that are all the same can be divided by.
        curve[0] += 1e-12;
        curve[2] += 1e-12;
        let determinant = curve[0] * curve[2] - curve[1] * curve[1];
        let step = [
            -(curve[2] * gradient[0] - curve[1] * gradient[1]) / determinant,
            -(curve[0] * gradient[1] - curve[1] * gradient[0]) / determinant,
        ];
        let down = gradient[0] * step[0] + gradient[1] * step[1];
        if !down.is_finite() {
            break;
        }
        let mut size = 1.0;
        let better = loop {
            let next = loss(slope + size * step[0], offset + size * step[1]);
            if next < now + 1e-4 * size * down {
                break Some(next);
            }
            size *= 0.5;
            if size < 1e-10 {
                break None;
            }
        };
        let Some(next) = better else { break };
        slope += size * step[0];
        offset += size * step[1];
        now = next;
    }
    (slope, offset)
}

/// The line that never falls and is nearest to what was true, by pooling adjacent violators: the `X_thresholds_` and
/// `y_thresholds_` of scikit-learn's `IsotonicRegression(out_of_bounds="clip")`.
pub fn isotonic(scores: &[f64], positive: &[bool]) -> Points {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    // Each different score with its rows and those of the class.
    let mut places: Vec<(f64, f64, f64)> = Vec::new();
    for row in order {
        let (x, y) = (scores[row], f64::from(u8::from(positive[row])));
        match places.last_mut() {
            Some((first, rows, ones)) if x - *first < SAME => {
                *rows += 1.0;
                *ones += y;
            }
            _ => places.push((x, 1.0, y)),
        }
    }
    // Blocks of places with one value: rows, those of the class, places.
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    for &(_, rows, ones) in &places {
        let mut block = (rows, ones, 1);
        while let Some(&(before, before_ones, count)) = blocks.last() {
            // Compared as products, which are whole numbers, so that nothing is rounded.
            if before_ones * block.0 < block.1 * before {
                break;
            }
            block = (block.0 + before, block.1 + before_ones, block.2 + count);
            blocks.pop();
        }
        blocks.push(block);
    }
    let mut points = Points { x: Vec::new(), y: Vec::new() };
    let mut first = 0;
    for (rows, ones, count) in blocks {
        let last = first + count - 1;
        for place in if count > 1 { vec![first, last] } else { vec![first] } {
            points.x.push(places[place].0);
            points.y.push(ones / rows);
        }
        first += count;
    }
    points
}

/// The factor of the log-odds (or of the logarithms of all classes) with the least log loss, between exp(-10) and exp(10). The
/// slope of the loss only rises with the factor, so that its root is found by halving.
pub fn temperature(answers: &Array2<f64>, codes: &[u32]) -> f64 {
    let binary = answers.ncols() == 1;
    let logits: Vec<Vec<f64>> =
        answers.rows().into_iter().map(|row| if binary { vec![log_odds(row[0])] } else { row.iter().map(|&p| log(p)).collect() }).collect();
    let rises = |factor: f64| {
        let slope = total(logits.iter().zip(codes).map(|(row, &code)| {
            if binary {
                return (sigmoid(factor * row[0]) - f64::from(code)) * row[0];
            }
            let mut p: Vec<f64> = row.iter().map(|x| factor * x).collect();
            Link::Softmax.apply(&mut p);
            p.iter().zip(row).fold(0.0, |sum, (p, x)| sum + p * x) - row.get(code as usize).copied().unwrap_or(0.0)
        }));
        slope > 0.0
    };
    let (mut low, mut high) = FACTORS;
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if rises(exp(middle)) {
            high = middle;
        } else {
            low = middle;
        }
    }
    exp(0.5 * (low + high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Rng;

    /// Scores whose true log-odds are half of what they say.
    fn too_sure(rows: usize) -> (Vec<f64>, Vec<u32>) {
        let mut rng = Rng::new(4, "test", 0);
        let odds: Vec<f64> = (0..rows).map(|_| 3.0 * rng.normal()).collect();
        let codes = odds.iter().map(|x| u32::from(rng.uniform() < sigmoid(0.5 * x))).collect();
        (odds.into_iter().map(sigmoid).collect(), codes)
    }

    fn fitted(way: Calibration, p: &[f64], codes: &[u32]) -> Calibrator {
        let answers = Array2::from_shape_vec((p.len(), 1), p.to_vec()).expect("a column");
        let target = Target::Classes { codes: codes.to_vec(), count: 2 };
        fit(way, Task::Binary, &answers, &target).expect("rows").expect("a calibration")
    }

    #[test]
    fn answers_that_are_too_sure_are_made_less_so() {
        let (p, codes) = too_sure(4000);
        match fitted(Calibration::Temperature, &p, &codes) {
            Calibrator::Temperature { factor } => assert!((factor - 0.5).abs() < 0.03, "{factor}"),
            other => panic!("{other:?}"),
        }
        match fitted(Calibration::Sigmoid, &p, &codes) {
            Calibrator::Sigmoid { slopes, offsets } => assert!((slopes[0] - 0.5).abs() < 0.03 && offsets[0].abs() < 0.1),
            other => panic!("{other:?}"),
        }
        let Calibrator::Isotonic { points } = fitted(Calibration::Isotonic, &p, &codes) else { panic!("points") };
        assert!((points[0].at(sigmoid(2.0)) - sigmoid(1.0)).abs() < 0.08);
        assert!(points[0].y.is_sorted() && points[0].x.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn the_same_answer_for_every_row_becomes_the_share_of_the_class() {
        let codes: Vec<u32> = (0..100).map(|row| u32::from(row % 4 == 0)).collect();
        for way in [Calibration::Sigmoid, Calibration::Isotonic] {
            let mut row = [0.7];
            fitted(way, &[0.7; 100], &codes).apply(&mut row);
            assert!((row[0] - 0.25).abs() < 0.006, "{way:?}: {row:?}");
        }
        // What parts the classes wholly has an end too.
        let p: Vec<f64> = codes.iter().map(|&code| f64::from(code)).collect();
        for (_, way) in &Calibration::ALL[1..] {
            let found = fitted(*way, &p, &codes);
            assert!(found.fits(1), "{found:?}");
        }
    }

    #[test]
    fn numbers_and_nothing_have_no_calibration() {
        let answers = Array2::zeros((2, 1));
        let id = |target: Target, answers: &Array2<f64>| {
            fit(Calibration::Sigmoid, Task::Binary, answers, &target).expect_err("a problem").message.id
        };
        assert_eq!(id(Target::Values(vec![1.0, 2.0]), &answers), "calibration.no_classes");
        assert_eq!(id(Target::Classes { codes: vec![], count: 2 }, &Array2::zeros((0, 1))), "calibration.no_rows");
        let target = Target::Values(vec![1.0, 2.0]);
        assert_eq!(fit(Calibration::None, Task::Regression, &answers, &target), Ok(None));
    }
}
