//! Operations on columns of numbers. Missing numbers are NaN, which no comparison holds for: they stay missing by themselves.

use super::apply::numbers;
use crate::base::{Problem, Stage};
use crate::table::{Column, Table};

pub(super) fn fill(table: &mut Table, name: &str, value: f64) -> Result<(), Problem> {
    map(table, name, name, |x| if x.is_nan() { value } else { x })
}

pub(super) fn mark_outside(table: &mut Table, name: &str, low: f64, high: f64, into: &str) -> Result<(), Problem> {
    map(table, name, into, |x| f64::from(u8::from(x < low || x > high)))
}

pub(super) fn blank_outside(table: &mut Table, name: &str, low: f64, high: f64) -> Result<(), Problem> {
    map(table, name, name, |x| if x < low || x > high { f64::NAN } else { x })
}

pub(super) fn clip(table: &mut Table, name: &str, low: f64, high: f64) -> Result<(), Problem> {
    map(table, name, name, |x| {
        if x < low {
            low
        } else if x > high {
            high
        } else {
            x
        }
    })
}

/// (x - shift) / scale. A difference that is too large for a number is taken apart, so that huge values stay in order.
pub(super) fn scale(table: &mut Table, name: &str, shift: f64, scale: f64) -> Result<(), Problem> {
    map(table, name, name, |x| {
        let difference = x - shift;
        saturated(if difference.is_infinite() { x / scale - shift / scale } else { difference / scale })
    })
}

pub(super) fn bin(table: &mut Table, name: &str, edges: &[f64], into: &str) -> Result<(), Problem> {
    map(table, name, into, |x| if x.is_nan() { x } else { edges.partition_point(|edge| *edge <= x) as f64 })
}

/// Rows of a block of [`project`].
const BLOCK: usize = 256;

/// Rows x columns times components, column by column: each sum runs in order of the columns.
pub(super) fn project(
    table: &mut Table,
    columns: &[String],
    means: &[f64],
    components: &[Vec<f64>],
    into: &[String],
) -> Result<(), Problem> {
    let fits =
        means.len() == columns.len() && components.len() == into.len() && components.iter().all(|weights| weights.len() == columns.len());
    if !fits {
        return Err(Problem::new(Stage::Ship, "plan.misfit").with("op", "project"));
    }
    let inputs = columns.iter().map(|name| numbers(table, name)).collect::<Result<Vec<_>, _>>()?;
    let mut sums = vec![vec![0.0; table.rows()]; components.len()];
    // A block of rows of every column stays in the cache while all components look at it.
    for start in (0..table.rows()).step_by(BLOCK) {
        let end = (start + BLOCK).min(table.rows());
        for (sums, weights) in sums.iter_mut().zip(components) {
            let sums = &mut sums[start..end];
            for ((values, mean), weight) in inputs.iter().zip(means).zip(weights) {
                sums.iter_mut().zip(&values[start..end]).for_each(|(sum, x)| *sum += (x - mean) * weight);
            }
            sums.iter_mut().for_each(|sum| *sum = saturated(*sum));
        }
    }
    for (name, values) in into.iter().zip(sums) {
        table.put(Column::number(name, values));
    }
    Ok(())
}

fn map(table: &mut Table, name: &str, into: &str, change: impl Fn(f64) -> f64) -> Result<(), Problem> {
    let values = numbers(table, name)?.iter().map(|&x| change(x)).collect();
    table.put(Column::number(into, values));
    Ok(())
}

/// A table holds no infinite numbers.
fn saturated(x: f64) -> f64 {
    match x {
        f64::INFINITY => f64::MAX,
        f64::NEG_INFINITY => f64::MIN,
        x => x,
    }
}
