//! Probabilities from decision values: Platt's sigmoid, and what it becomes for several classes.

use super::cholesky;
use crate::learn::rows::class_weights;
use crate::num::float;

/// The scale of the decision values, and the shift of each class.
pub struct Scaling {
    pub factor: f64,
    pub shifts: Vec<f64>,
}

/// Fits p = softmax(factor * decision values + shifts) to decision values (rows x classes, row by row) of rows that the
/// decision was not learned from, by Newton's method on the log loss.
///
/// With two classes and decision values 0 and f this is Platt's sigmoid 1 / (1 + exp(-factor f - shift)) (Platt 1999, in the
/// form of Lin, Lin and Weng 2007). As there, the truth of a row is not quite certain: with N the weight of a row's class its
/// own class has the probability (N + 1) / (N + 2) and the others share the rest, so that classes that are told apart
/// without error still have finite scales. A tiny pull towards no shift fixes the level of the shifts, which softmax
/// leaves open. Classes without rows take no part.
pub fn scaling(scores: &[f64], codes: &[u32], classes: usize, row_weights: &[f64]) -> Scaling {
    let sums = class_weights(codes, classes, row_weights);
    let total = sums.iter().fold(0.0, |sum, weight| sum + weight);
    let present: Vec<usize> = (0..classes).filter(|&class| sums[class] > 0.0).collect();
    // Decision values of any unit: the factor is found in units of their size.
    let weighted = |row: usize| row_weights[row] / total;
    let square = (0..codes.len()).fold(0.0, |sum, row| {
        let own = &scores[row * classes..(row + 1) * classes];
        present.iter().fold(sum, |sum, &class| sum + weighted(row) * own[class] * own[class])
    });
    let unit = if square > 0.0 && square.is_finite() { square.sqrt() } else { 1.0 };
    let n = present.len() + 1;
    let others = (present.len().max(2) - 1) as f64;
    let mut point = vec![0.0; n];
    present.iter().enumerate().for_each(|(place, &class)| point[place + 1] = float::ln(sums[class] / total));
    let evaluate = |point: &[f64], mut derivatives: Option<(&mut [f64], &mut [f64])>| {
        let mut value = 0.0;
        let mut p = vec![0.0; present.len()];
        for row in (0..codes.len()).filter(|&row| row_weights[row] > 0.0) {
            let own = &scores[row * classes..(row + 1) * classes];
            let score = |place: usize| own[present[place]] / unit;
            (0..p.len()).for_each(|place| p[place] = point[0] * score(place) + point[place + 1]);
            let largest = p.iter().fold(f64::NEG_INFINITY, |best, &z| if z > best { z } else { best });
            let sum = p.iter().fold(0.0, |sum, z| sum + float::exp(z - largest));
            let sure = sums[codes[row] as usize];
            let truth = |place: usize| match present[place] == codes[row] as usize {
                true => (sure + 1.0) / (sure + 2.0),
                false => 1.0 / (sure + 2.0) / others,
            };
            let log = largest + float::ln(sum);
            value += row_weights[row] * (0..p.len()).fold(0.0, |sum, place| sum + truth(place) * (log - p[place]));
            let Some((gradient, matrix)) = &mut derivatives else { continue };
            p.iter_mut().for_each(|z| *z = float::exp(*z - log));
            let mean = (0..p.len()).fold(0.0, |sum, place| sum + p[place] * score(place));
            for place in 0..p.len() {
                let off = row_weights[row] * (p[place] - truth(place));
                gradient[0] += off * score(place);
                gradient[place + 1] += off;
                let weight = row_weights[row] * p[place];
                matrix[0] += weight * (score(place) - mean) * (score(place) - mean);
                matrix[(place + 1) * n] += weight * (score(place) - mean);
                for other in 0..=place {
                    let own = if other == place { weight } else { 0.0 };
                    matrix[(place + 1) * n + other + 1] += own - weight * p[other];
                }
            }
        }
        let pull = 1e-9 * total;
        for place in 0..n {
            value += pull * point[place] * point[place] / 2.0;
            if let Some((gradient, matrix)) = &mut derivatives {
                gradient[place] += pull * point[place];
                matrix[place * n + place] += pull;
            }
        }
        value
    };
    for _ in 0..100 {
        let (mut gradient, mut matrix) = (vec![0.0; n], vec![0.0; n * n]);
        let value = evaluate(&point, Some((&mut gradient[..], &mut matrix[..])));
        let mut way: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
        cholesky::factor(&mut matrix, n, 1e-14);
        cholesky::solve(&matrix, n, &mut way);
        let promise = gradient.iter().zip(&way).fold(0.0, |sum, (slope, way)| sum + slope * way);
        let mut step = 1.0;
        let moved = loop {
            let next: Vec<f64> = point.iter().zip(&way).map(|(at, way)| at + step * way).collect();
            if evaluate(&next, None) <= value + 1e-4 * step * promise {
                break Some(next);
            }
            step /= 2.0;
            if step < 1e-10 {
                break None;
            }
        };
        let Some(next) = moved else { break };
        point = next;
        if -promise <= 1e-14 * value {
            break;
        }
    }
    let mut shifts = vec![0.0; classes];
    present.iter().enumerate().for_each(|(place, &class)| shifts[class] = point[place + 1]);
    Scaling { factor: point[0] / unit, shifts }
}
