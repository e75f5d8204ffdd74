//! Whether numbers look like a sample of a normal distribution.

use super::compare::Test;
use crate::num::distribution::{chi_square_sf, normal_ppf, normal_sf};
use crate::num::float::{exp, ln, pow};
use crate::num::moments::Moments;
use crate::num::{order, sum::total};
use serde::{Deserialize, Serialize};

/// The most values for which Shapiro and Wilk's test is made: its p value was fitted up to here.
const SHAPIRO: usize = 5000;

/// Tests of normality. With thousands of rows the smallest departure is "significant": look at the histogram first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Normality {
    /// Values.
    pub n: usize,
    /// Jarque and Bera's test by skewness and kurtosis (scipy.stats.jarque_bera).
    pub jarque_bera: Test,
    /// D'Agostino and Pearson's K2 (scipy.stats.normaltest); from 8 values.
    pub dagostino: Test,
    /// Shapiro and Wilk's W, by Royston's algorithm AS R94 (1995; scipy.stats.shapiro); from 4 to 5,000 values.
    pub shapiro: Test,
}

/// Tests the values that are there (NaN where missing).
pub fn normality(values: &[f64]) -> Normality {
    let sorted = order::sorted(values);
    let n = sorted.len();
    let moments = Moments::of(&sorted);
    let (Some(skew), Some(kurtosis)) = (moments.skew_biased(), moments.kurtosis_biased()) else {
        let none = Test::undefined(if n == 0 { "no_rows" } else { "constant" });
        return Normality { n, jarque_bera: none.clone(), dagostino: none.clone(), shapiro: none };
    };
    let count = n as f64;
    let jarque_bera = count / 6.0 * (skew * skew + kurtosis * kurtosis / 4.0);
    Normality {
        n,
        jarque_bera: Test::of(jarque_bera, chi_square_sf(jarque_bera, 2.0)),
        dagostino: if n < 8 { Test::undefined("too_few") } else { dagostino(count, skew, kurtosis) },
        shapiro: match n {
            0..4 => Test::undefined("too_few"),
            4..=SHAPIRO => shapiro(&sorted),
            _ => Test::undefined("too_many"),
        },
    }
}

fn dagostino(n: f64, skew: f64, kurtosis: f64) -> Test {
    let (a, b) = (skew_score(n, skew), kurtosis_score(n, kurtosis + 3.0));
    let statistic = a * a + b * b;
    Test::of(statistic, chi_square_sf(statistic, 2.0))
}

/// The skewness as a standard normal score (D'Agostino 1970).
fn skew_score(n: f64, skew: f64) -> f64 {
    let y = skew * ((n + 1.0) * (n + 3.0) / (6.0 * (n - 2.0))).sqrt();
    let beta = 3.0 * (n * n + 27.0 * n - 70.0) * (n + 1.0) * (n + 3.0) / ((n - 2.0) * (n + 5.0) * (n + 7.0) * (n + 9.0));
    let square = (2.0 * (beta - 1.0)).sqrt() - 1.0;
    let scaled = y / (2.0 / (square - 1.0)).sqrt();
    ln(scaled + (scaled * scaled + 1.0).sqrt()) / (0.5 * ln(square)).sqrt()
}

/// The kurtosis as a standard normal score (Anscombe and Glynn 1983).
fn kurtosis_score(n: f64, kurtosis: f64) -> f64 {
    let mean = 3.0 * (n - 1.0) / (n + 1.0);
    let variance = 24.0 * n * (n - 2.0) * (n - 3.0) / ((n + 1.0) * (n + 1.0) * (n + 3.0) * (n + 5.0));
    let x = (kurtosis - mean) / variance.sqrt();
    let root = 6.0 * (n * n - 5.0 * n + 2.0) / ((n + 7.0) * (n + 9.0)) * (6.0 * (n + 3.0) * (n + 5.0) / (n * (n - 2.0) * (n - 3.0))).sqrt();
    let a = 6.0 + 8.0 / root * (2.0 / root + (1.0 + 4.0 / (root * root)).sqrt());
    let below = 1.0 + x * (2.0 / (a - 4.0)).sqrt();
    let size = pow((1.0 - 2.0 / a) / below.abs(), 1.0 / 3.0);
    let third = if below < 0.0 { -size } else { size };
    (1.0 - 2.0 / (9.0 * a) - third) / (2.0 / (9.0 * a)).sqrt()
}

/// W of 4 to 5,000 ascending values that are not all the same.
fn shapiro(sorted: &[f64]) -> Test {
    let n = sorted.len();
    let count = n as f64;
    let weights = weights(n);
    // Over the range, so that neither large nor small values cost digits.
    let range = sorted[n - 1] - sorted[0];
    if !range.is_finite() {
        return Test::undefined("not_finite");
    }
    let scaled: Vec<f64> = sorted.iter().map(|value| value / range).collect();
    let mean = total(scaled.iter().copied()) / count;
    let signed = |place: usize| {
        let other = n - 1 - place;
        match place.cmp(&other) {
            std::cmp::Ordering::Less => -weights[place],
            std::cmp::Ordering::Equal => 0.0,
            std::cmp::Ordering::Greater => weights[other],
        }
    };
    let squares = total(scaled.iter().map(|value| (value - mean) * (value - mean)));
    let product = total(scaled.iter().enumerate().map(|(place, value)| signed(place) * (value - mean)));
    let weight = total((0..n).map(|place| signed(place) * signed(place)));
    // 1 - W by its own formula: W itself is near 1 and would lose the digits.
    let size = (weight * squares).sqrt();
    let rest = (size - product) * (size + product) / (weight * squares);
    let (y, x) = (ln(rest), ln(count));
    let (y, mean, deviation) = if n <= 11 {
        let end = polynomial(&[-2.273, 0.459], count);
        if y >= end {
            return Test::of(1.0 - rest, 0.0);
        }
        (
            -ln(end - y),
            polynomial(&[0.544, -0.39978, 0.025054, -6.714e-4], count),
            exp(polynomial(&[1.3822, -0.77857, 0.062767, -0.0020322], count)),
        )
    } else {
        (y, polynomial(&[-1.5861, -0.31082, -0.083751, 0.0038915], x), exp(polynomial(&[-0.4803, -0.082676, 0.0030302], x)))
    };
    // Values on the weights' own line: W is 1.
    let p = if rest <= 0.0 { 1.0 } else { normal_sf((y - mean) / deviation) };
    Test::of(1.0 - rest, p)
}

/// The weights of the lower half of `n` ascending values, from the lowest; the upper half has them with the other sign.
fn weights(n: usize) -> Vec<f64> {
    let scores: Vec<f64> = (0..n / 2).map(|place| normal_ppf((place as f64 + 0.625) / (n as f64 + 0.25))).collect();
    let squares = 2.0 * total(scores.iter().map(|score| score * score));
    let (size, root) = (squares.sqrt(), 1.0 / (n as f64).sqrt());
    let first = polynomial(&[0.0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056], root) - scores[0] / size;
    let second = polynomial(&[0.0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633], root) - scores[1] / size;
    let fixed: &[f64] = if n > 5 { &[first, second] } else { &[first] };
    let (mut left, mut room) = (squares, 1.0);
    for (score, weight) in scores.iter().zip(fixed) {
        left -= 2.0 * score * score;
        room -= 2.0 * weight * weight;
    }
    let factor = (left / room).sqrt();
    scores.iter().enumerate().map(|(place, score)| fixed.get(place).copied().unwrap_or(-score / factor)).collect()
}

/// Coefficients from the constant up.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Figure;

    #[test]
    fn few_values_and_constants_say_why() {
        let reason = |values: &[f64]| normality(values).shapiro.p;
        assert_eq!(reason(&[]), Figure::undefined("no_rows"));
        assert_eq!(reason(&[f64::NAN, 1.0, 1.0]), Figure::undefined("constant"));
        assert_eq!(reason(&[1.0, 2.0, 3.0]), Figure::undefined("too_few"));
        assert_eq!(normality(&[1.0, 2.0, 3.0, 5.0]).dagostino.p, Figure::undefined("too_few"));
        assert_eq!(reason(&(0..5001).map(f64::from).collect::<Vec<_>>()), Figure::undefined("too_many"));
        assert_eq!(reason(&[-1.7e308, 1.7e308, 0.0, 1.0]).value(), None);
    }

    #[test]
    fn a_normal_sample_passes_and_a_skewed_one_does_not() {
        let scores: Vec<f64> = (1..200).map(|place| normal_ppf(f64::from(place) / 200.0)).collect();
        let skewed: Vec<f64> = scores.iter().map(|&score| exp(score)).collect();
        let p = |values: &[f64]| {
            let got = normality(values);
            [got.jarque_bera, got.dagostino, got.shapiro].map(|test| test.p.value().unwrap())
        };
        assert!(p(&scores).iter().all(|&p| p > 0.5), "{:?}", p(&scores));
        assert!(p(&skewed).iter().all(|&p| p < 1e-6), "{:?}", p(&skewed));
    }
}
