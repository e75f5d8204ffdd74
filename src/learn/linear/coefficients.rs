//! The weights of a fitted linear model one by one, and how sure each of them is.
//!
//! Of least squares: the covariance of the weights is s^2 (X'SX)^-1 with s^2 the weighted sum of squared errors over its
//! degrees of freedom, and the statistic is Student's t. Of two classes without a penalty: the inverse of the second
//! derivatives of the log loss at the minimum (Fisher's information), and the statistic is normal. These are the figures
//! of a regression table (statsmodels' `OLS` and `Logit`). A row weight counts as so many rows.

use super::cholesky;
use super::fit::Specification;
use super::objective::{Objective, Sums};
use crate::learn::{Certainty, Coefficient, Target};
use crate::num::distribution::{normal_ppf, normal_sf, t_ppf, t_two_sided};

/// Weights that are told, at most; a longer list is no longer read by anyone.
pub const MOST: usize = 500;

/// The weights of the outputs by column and their intercepts (outputs that are `left_out` have none), with the certainty
/// of the only output: the intercept's, then the columns'.
pub fn list(
    columns: &[String],
    weights: &[Vec<f64>],
    bias: &[f64],
    certainty: &[Option<Certainty>],
    left_out: impl Fn(usize) -> bool,
) -> Option<Vec<Coefficient>> {
    let outputs: Vec<usize> = (0..bias.len()).filter(|&output| !left_out(output)).collect();
    if outputs.len() * (columns.len() + 1) > MOST {
        return None;
    }
    let of = |output: usize| {
        let values = std::iter::once((None, bias[output])).chain(columns.iter().cloned().map(Some).zip(weights[output].iter().copied()));
        values.enumerate().map(move |(place, (column, value))| Coefficient {
            column,
            output,
            value,
            certainty: certainty.get(place).copied().flatten(),
        })
    };
    Some(outputs.into_iter().flat_map(of).collect())
}

/// The certainty of the intercept and of each column of a model with one output and no penalty, from the sums at the
/// minimum, which stand at `weights` and `bias` for the columns as they came. Nothing where columns are sums of others,
/// where no more rows than weights are there, or where there is no error to judge by; nothing for a constant column.
pub fn certainty(specification: &Specification, objective: &Objective, sums: &Sums, weights: &[f64], bias: f64) -> Vec<Option<Certainty>> {
    let (n, design) = (objective.parameters(), &objective.design);
    let varying = design.scale.iter().filter(|&&scale| scale > 0.0).count();
    let rows = specification.row_weights.iter().fold(0.0, |sum, weight| sum + weight);
    let freedom = rows - (varying + 1) as f64;
    let mut factor = objective.curvature(sums);
    if freedom <= 0.0 || !cholesky::factor(&mut factor, n, 1e-11).is_empty() {
        return Vec::new();
    }
    let numbers = matches!(specification.target, Target::Values(_));
    // Half the squared errors is what was made small.
    let unit = if numbers { 2.0 * sums.value / freedom } else { 1.0 };
    let quantile = if numbers { t_ppf(0.975, freedom) } else { normal_ppf(0.975) };
    let of = |value: f64, spread: f64| {
        let standard_error = (unit * spread).sqrt();
        let statistic = value / standard_error;
        let p = if numbers { t_two_sided(statistic, freedom) } else { 2.0 * normal_sf(statistic.abs()) };
        let reach = quantile * standard_error;
        let certainty = Certainty { standard_error, statistic, p, low: value - reach, high: value + reach };
        (standard_error > 0.0 && [statistic, p, certainty.low, certainty.high].iter().all(|value| value.is_finite())).then_some(certainty)
    };
    // In terms of the columns as they came the intercept is a sum over the parameters, a weight is one of them divided.
    let shifts = design.shift.iter().zip(&design.scale).map(|(shift, &scale)| if scale > 0.0 { -shift / scale } else { 0.0 });
    let intercept: Vec<f64> = std::iter::once(1.0).chain(shifts).collect();
    let mut list = vec![of(bias, spread(&factor, n, intercept, 0))];
    for (place, (&weight, &scale)) in weights.iter().zip(&design.scale).enumerate() {
        let mut way = vec![0.0; n];
        way[place + 1] = if scale > 0.0 { 1.0 / scale } else { 0.0 };
        list.push(if scale > 0.0 { of(weight, spread(&factor, n, way, place + 1)) } else { None });
    }
    list
}

/// way' A^-1 way for the factor L of A: the squared length of L^-1 way. What stands before `first` is 0.
fn spread(factor: &[f64], n: usize, mut way: Vec<f64>, first: usize) -> f64 {
    let mut square = 0.0;
    for i in first..n {
        let line = &factor[i * n + first..i * n + i];
        let sum = line.iter().zip(&way[first..]).fold(way[i], |sum, (a, b)| sum - a * b);
        way[i] = sum / factor[i * n + i];
        square += way[i] * way[i];
    }
    square
}
