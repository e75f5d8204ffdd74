//! The interpreter: runs operations on a table.

use super::{Op, Plan};
use crate::base::{Problem, Stage};
use crate::table::{Column, Table};
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

/// Runs one operation.
///
/// # Errors
/// Where a column is missing or of another kind than the operation needs.
pub fn apply_op(op: &Op, table: &mut Table) -> Result<(), Problem> {
    match op {
        Op::Network { columns, layers, link, into } => {
            let inputs = columns.iter().map(|name| numbers(table, name)).collect::<Result<Vec<_>, _>>()?;
            let answers = super::network::run(&inputs, layers, *link, into.len())?;
            into.iter().zip(answers).for_each(|(name, values)| table.put(Column::number(name, values)));
            Ok(())
        }
        _ => Ok(()),
    }
}

fn numbers<'a>(table: &'a Table, name: &str) -> Result<&'a [f64], Problem> {
    table
        .column(name)
        .ok_or_else(|| Problem::new(Stage::Ship, "plan.no_column").at_column(name))?
        .numbers()
        .ok_or_else(|| Problem::new(Stage::Ship, "plan.not_numbers").at_column(name))
}
