//! The interpreter: runs operations on a table.

use super::network::Layer;
use super::{Op, Plan, categories, dates, expression::Formula, quantities};
use crate::base::{Problem, Stage};
use crate::table::{Column, Strings, Table};
use ndarray::Array2;

/// Runs operations in order.
///
/// # Errors
/// Where a column is missing or of another kind than the operation needs.
pub fn apply(ops: &[Op], mut table: Table) -> Result<Table, Problem> {
    for op in ops {
        apply_op(op, &mut table)?;
    }
    Ok(table)
}

/// Runs a plan on a table and gives the answer: rows x outputs (see [`super::Output`]).
///
/// # Errors
/// Where the table lacks an input of the plan.
pub fn predict(plan: &Plan, table: &Table) -> Result<Array2<f64>, Problem> {
    let names: Vec<String> = plan.inputs.iter().map(|input| input.name.clone()).collect();
    if let Some(absent) = names.iter().find(|name| table.column(name).is_none()) {
        return Err(Problem::new(Stage::Ship, "plan.no_column").at_column(absent));
    }
    let table = apply(&plan.ops, table.select(&names))?;
    let columns = plan.output.columns();
    let mut answer = Array2::zeros((table.rows(), columns.len()));
    for (place, name) in columns.iter().enumerate() {
        let values = numbers(&table, name)?;
        answer.column_mut(place).iter_mut().zip(values).for_each(|(cell, value)| *cell = *value);
    }
    Ok(answer)
}

/// Multiplications in a slice of a prediction; a tenth of a second or so where columns are many.
const SLICE: usize = 100_000_000;

/// Rows that a plan should be asked for at once, so that a host can look at its messages in between: all, unless each row is
/// compared with many points.
pub fn rows_at_once(plan: &Plan) -> usize {
    let points = plan.ops.iter().map(|op| match op {
        Op::Neighbours { nearest, .. } => nearest.points.len(),
        _ => 0,
    });
    match points.max().unwrap_or(0) {
        0 => usize::MAX,
        // Fewer than these would not be worth putting the points in order for.
        numbers => (SLICE / numbers).max(64),
    }
}

/// Runs one operation.
///
/// A column that the operation changes stays at its place; a new one goes to the end, or takes the place of the column
/// that had its name. Where the table keeps no infinite numbers, neither does the result: what is too large for a number
/// becomes the largest number of its sign.
///
/// # Errors
/// Where a column is missing or of another kind than the operation needs, or where the operation does not fit together.
/// The table may then hold part of what the operation makes.
pub fn apply_op(op: &Op, table: &mut Table) -> Result<(), Problem> {
    match op {
        Op::FillNumber { column, value } => quantities::fill(table, column, *value),
        Op::FillText { column, value } => categories::fill(table, column, value),
        Op::FillDate { column, value } => dates::fill(table, column, *value),
        Op::MarkMissing { column, into } => mark_missing(table, column, into),
        Op::MarkOutside { column, low, high, into } => quantities::mark_outside(table, column, *low, *high, into),
        Op::BlankOutside { column, low, high } => quantities::blank_outside(table, column, *low, *high),
        Op::Clip { column, low, high } => quantities::clip(table, column, *low, *high),
        Op::Scale { column, shift, scale } => quantities::scale(table, column, *shift, *scale),
        Op::KeepLevels { column, keep, other } => categories::keep_levels(table, column, keep, other),
        Op::Lookup { column, levels, values, other, missing, into } => {
            categories::lookup(table, column, levels, values, *other, *missing, into)
        }
        Op::OneHot { column, levels, into } => categories::one_hot(table, column, levels, into),
        Op::Bin { column, edges, into } => quantities::bin(table, column, edges, into),
        Op::DatePart { column, part, into } => dates::part(table, column, *part, into),
        Op::Derive { formula, into } => derive(table, formula, into),
        Op::Project { columns, means, components, into } => quantities::project(table, columns, means, components, into),
        Op::Drop { columns } => {
            columns.iter().for_each(|column| drop(table.remove(column)));
            Ok(())
        }
        Op::Constant { .. } | Op::Linear { .. } | Op::Trees { .. } | Op::Boosted { .. } => super::models::apply(op, table),
        Op::Neighbours { .. } | Op::GaussianBayes { .. } => super::models::apply(op, table),
        Op::Network { columns, layers, link, into } => {
            let inputs = columns.iter().map(|name| numbers(table, name)).collect::<Result<Vec<_>, _>>()?;
            let layers: Vec<Layer> = layers.iter().map(Layer::plain).collect();
            let answers = super::network::run(&inputs, &layers, *link, into.len())?;
            into.iter().zip(answers).for_each(|(name, values)| table.put(Column::number(name, values)));
            Ok(())
        }
        Op::Calibrate { columns, by } => super::calibrate::apply(table, columns, by),
        Op::DeepNetwork { columns, layers, link, into } => {
            let inputs = columns.iter().map(|name| numbers(table, name)).collect::<Result<Vec<_>, _>>()?;
            let layers: Vec<Layer> = layers.iter().map(Layer::of).collect();
            let answers = super::network::run(&inputs, &layers, *link, into.len())?;
            into.iter().zip(answers).for_each(|(name, values)| table.put(Column::number(name, values)));
            Ok(())
        }
    }
}

fn mark_missing(table: &mut Table, name: &str, into: &str) -> Result<(), Problem> {
    let column = column(table, name)?;
    let marks = (0..column.len()).map(|row| f64::from(u8::from(column.is_missing(row)))).collect();
    table.put(Column::number(into, marks));
    Ok(())
}

fn derive(table: &mut Table, formula: &str, into: &str) -> Result<(), Problem> {
    let formula = Formula::of_table(formula, table)?;
    let column = formula.evaluate(table, into)?;
    table.put(column);
    Ok(())
}

pub(super) fn column<'a>(table: &'a Table, name: &str) -> Result<&'a Column, Problem> {
    table.column(name).ok_or_else(|| Problem::new(Stage::Ship, "plan.no_column").at_column(name))
}

pub(super) fn numbers<'a>(table: &'a Table, name: &str) -> Result<&'a [f64], Problem> {
    column(table, name)?.numbers().ok_or_else(|| Problem::new(Stage::Ship, "plan.not_numbers").at_column(name))
}

pub(super) fn strings<'a>(table: &'a Table, name: &str) -> Result<&'a Strings, Problem> {
    column(table, name)?.strings().ok_or_else(|| Problem::new(Stage::Ship, "plan.not_texts").at_column(name))
}

pub(super) fn moments<'a>(table: &'a Table, name: &str) -> Result<&'a [i64], Problem> {
    column(table, name)?.dates().ok_or_else(|| Problem::new(Stage::Ship, "plan.not_dates").at_column(name))
}
