//! A second file beside the study: read as the study's main table is, so that the two can be compared.

use super::session::{Other, Purpose, Session};
use super::work::{Answer, Begun};
use crate::base::{Problem, Stage, Task};
use crate::judge::Setup;
use crate::learn::Target;
use crate::recipe::{Recipe, compose};
use crate::table::read::{Limits, start};
use crate::table::{Data, Table};
use std::sync::Arc;

/// Reads bytes as the second file: a [`crate::table::read::Summary`]. It is read as the recipe's main table was, column by
/// column, so that neither a level such as "07" nor a date such as 03/04/2024 means something else in one of them.
///
/// # Errors
/// Bytes that hold no table.
pub fn read(session: &mut Session, recipe: &Recipe, file: &str, purpose: Purpose, body: Vec<u8>) -> Result<Begun, Problem> {
    let job = start(body, file, &session.reading(recipe), Limits::default())?;
    Begun::job(job, move |mut read, session| {
        // Which columns are missing is what the comparison tells.
        read.summary.problems.retain(|problem| problem.message.id != "data.option_without_column");
        let answer = Answer::json(&read.summary);
        session.keep_other(purpose, Other { table: Arc::new(read.table), summary: read.summary });
        Ok(answer)
    })
}

/// The second file for a purpose, joined with the study's other tables where the study joins some.
///
/// # Errors
/// No second file, a join that cannot be made.
pub fn composed(session: &Session, recipe: &Recipe, purpose: Purpose) -> Result<Arc<Table>, Problem> {
    let other = session.other(purpose).ok_or_else(|| Problem::new(Stage::Watch, "watch.no_file"))?;
    if recipe.joins.is_empty() {
        return Ok(other.table.clone());
    }
    let no_table = || Problem::new(Stage::Data, "run.no_table");
    let mut tables = Vec::with_capacity(recipe.sources.len());
    for (place, source) in recipe.sources.iter().enumerate() {
        let table = if place == 0 { other.table.clone() } else { session.source(source).ok_or_else(no_table)? };
        tables.push((source.name.clone(), table));
    }
    Ok(compose(&tables, &recipe.joins, &Limits::default())?.table)
}

/// The rows of a table whose answer is known in terms of a setup, and their answers; how many have an answer that the
/// setup does not know. Nothing where the table has no such column.
pub fn answers(table: &Table, target: &str, setup: &Setup) -> Option<(Vec<usize>, Target, usize)> {
    let column = table.column(target)?;
    let (mut rows, mut unknown) = (Vec::new(), 0);
    if setup.task == Task::Regression {
        let Data::Number(values) = &column.data else { return None };
        rows.extend((0..values.len()).filter(|&row| values[row].is_finite()));
        let values = rows.iter().map(|&row| values[row]).collect();
        return Some((rows, Target::Values(values), unknown));
    }
    let mut codes = Vec::new();
    for row in 0..column.len() {
        let Some(text) = column.display(row) else { continue };
        match setup.classes.iter().position(|class| *class == text) {
            Some(code) => {
                rows.push(row);
                codes.push(code as u32);
            }
            None => unknown += 1,
        }
    }
    Some((rows, Target::Classes { codes, count: setup.classes.len() }, unknown))
}
