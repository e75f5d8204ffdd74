//! Two samples of numbers compared.

use super::shares::{Distances, distances};
use crate::base::Figure;
use crate::explain::sums;
use crate::num::distribution::kolmogorov_sf;
use crate::num::moments;
use serde::{Deserialize, Serialize};

/// Two samples of numbers compared; missing values are left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    /// The Kolmogorov-Smirnov statistic: the largest gap between the two distribution functions.
    pub ks: f64,
    /// Its p-value by the limiting distribution at sqrt(n m / (n + m)) times the statistic. With ties it is too large
    /// rather than too small.
    pub p: f64,
    /// The Wasserstein distance: the area between the distribution functions, in units of the column.
    pub wasserstein: Figure,
    /// The Wasserstein distance in standard deviations of the reference.
    pub wasserstein_scaled: Figure,
    /// The difference of means (current minus reference) in standard deviations of the reference (divisor n - 1).
    pub mean_shift: Figure,
    /// Inner edges of the bins: the deciles of the reference, repeated ones once. A number at an edge is below it.
    pub edges: Vec<f64>,
    /// The share of each bin in the reference.
    pub reference: Vec<f64>,
    /// The share of each bin in the current rows.
    pub current: Vec<f64>,
    /// Distances between these shares.
    pub distances: Distances,
}

/// Compares two samples; NaN is missing. Nothing where either has no numbers.
pub fn compare(reference: &[f64], current: &[f64]) -> Option<Numbers> {
    let (a, b) = (sums::ascending(reference), sums::ascending(current));
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let (n, m) = (a.len() as f64, b.len() as f64);
    let (ks, area) = walk(&a, &b);
    // The deciles as numpy.linspace(0.1, 0.9, 9) has them: where an edge meets a value, the last digit decides.
    let mut edges: Vec<f64> = (0..9).filter_map(|decile| sums::quantile(&a, 0.1 + f64::from(decile) * 0.1)).collect();
    edges.retain(|edge| edge.is_finite());
    edges.dedup();
    let shares = |ascending: &[f64]| -> Vec<f64> {
        // In ascending values the bins are runs.
        let ends = edges.iter().map(|edge| ascending.partition_point(|value| value <= edge)).chain([ascending.len()]);
        ends.scan(0, |start, end| Some(end - std::mem::replace(start, end))).map(|count| count as f64 / ascending.len() as f64).collect()
    };
    let (reference, current) = (shares(&a), shares(&b));
    let sd = moments::variance(&a, 1).map(f64::sqrt).filter(|sd| *sd > 0.0);
    let scaled = |value: Option<f64>| match (value, sd) {
        (Some(value), Some(sd)) => Figure::from(value / sd),
        _ => Figure::undefined("constant"),
    };
    let shift = moments::mean(&b).zip(moments::mean(&a)).map(|(b, a)| b - a);
    Some(Numbers {
        ks,
        p: kolmogorov_sf((n * m / (n + m)).sqrt() * ks),
        wasserstein: area.into(),
        wasserstein_scaled: scaled(Some(area)),
        mean_shift: scaled(shift),
        distances: distances(&reference, &current),
        edges,
        reference,
        current,
    })
}

/// The largest gap and the area between the distribution functions of two ascending samples.
fn walk(a: &[f64], b: &[f64]) -> (f64, f64) {
    let (n, m) = (a.len() as f64, b.len() as f64);
    let (mut i, mut j, mut largest, mut area) = (0, 0, 0.0, 0.0);
    let mut last: Option<f64> = None;
    let mut gap: f64 = 0.0;
    while i < a.len() || j < b.len() {
        let value = match (a.get(i), b.get(j)) {
            (Some(x), Some(y)) => sums::smaller(*x, *y),
            (Some(x), None) => *x,
            (None, Some(y)) => *y,
            (None, None) => break,
        };
        if let Some(last) = last {
            area += gap * (value - last);
        }
        // All equal values at once: between them the functions are not defined.
        while a.get(i).is_some_and(|x| *x <= value) {
            i += 1;
        }
        while b.get(j).is_some_and(|y| *y <= value) {
            j += 1;
        }
        gap = (i as f64 / n - j as f64 / m).abs();
        largest = sums::larger(largest, gap);
        last = Some(value);
    }
    (largest, area)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_distances_and_samples_without_numbers() {
        // The same three numbers, 5 further on.
        let apart = compare(&[3.0, 0.0, 1.0], &[5.0, f64::NAN, 8.0, 6.0]).expect("compared");
        assert_eq!((apart.ks, apart.wasserstein.value()), (1.0, Some(5.0)));
        let same = compare(&[1.0, 2.0, 2.0, 3.0], &[3.0, 2.0, 1.0, 2.0]).expect("compared");
        assert_eq!((same.ks, same.p, same.wasserstein.value(), same.distances.psi), (0.0, 1.0, Some(0.0), 0.0));
        assert_eq!(compare(&[f64::NAN], &[1.0]), None);
        let constant = compare(&[2.0, 2.0], &[2.0, 3.0]).expect("compared");
        assert_eq!((constant.mean_shift, constant.edges.len()), (Figure::undefined("constant"), 1));
        let wide = compare(&[-1e308, 1e308], &[1e308, -1e308, 0.0]).expect("compared");
        assert!(wide.ks.is_finite() && wide.distances.psi.is_finite());
    }
}
