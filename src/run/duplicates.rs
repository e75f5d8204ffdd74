//! Exact duplicates of a study's table: how many, and which rows.

use super::cells::cut;
use super::session::Session;
use super::work::{Answer, Begun};
use crate::base::Problem;
use crate::recipe::{Recipe, digest_of};
use crate::table::duplicates::DuplicatesJob;
use serde::{Deserialize, Serialize};

/// Groups listed, at most.
const GROUPS: usize = 50;
/// Rows listed of a group, at most.
const ROWS: usize = 20;
/// Columns shown of a group, at most.
const COLUMNS: usize = 30;

/// Rows of a table that are the same in every column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DuplicateRows {
    /// Rows looked at.
    pub rows: usize,
    /// Rows that equal an earlier one: as many would be dropped.
    pub repeated: usize,
    /// How many sets of equal rows there are.
    pub groups: usize,
    /// The columns of the shown cells.
    pub columns: Vec<String>,
    /// The sets, the largest first, at most fifty.
    pub shown: Vec<EqualRows>,
}

/// A set of equal rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EqualRows {
    /// How many there are.
    pub count: usize,
    /// Their numbers in the table, counted from 1; at most twenty.
    pub rows: Vec<usize>,
    /// What stands in each of them.
    pub cells: Vec<Option<String>>,
}

/// Finds the rows that are the same in every column: a [`DuplicateRows`].
///
/// # Errors
/// See [`Session::held`].
pub fn duplicates(session: &mut Session, recipe: &Recipe) -> Result<Begun, Problem> {
    let held = session.held(recipe)?;
    let (table, key) = (held.table.clone(), digest_of(&("duplicates", &held.digest)));
    if let Some(known) = session.known(&key) {
        return Ok(Begun::Now(Answer { value: known, body: Vec::new() }));
    }
    Begun::job(DuplicatesJob::new(table.clone()), move |mut found, session| {
        // A stable sort: of equal size the one that comes first.
        found.groups.sort_by_key(|rows| std::cmp::Reverse(rows.len()));
        let columns = &table.columns()[..table.columns().len().min(COLUMNS)];
        let shown = found.groups.iter().take(GROUPS).map(|rows| EqualRows {
            count: rows.len(),
            rows: rows.iter().take(ROWS).map(|&row| row as usize + 1).collect(),
            cells: columns.iter().map(|column| column.display(rows[0] as usize).map(|text| cut(&text))).collect(),
        });
        let answer = Answer::json(&DuplicateRows {
            rows: found.rows,
            repeated: found.repeated,
            groups: found.groups.len(),
            columns: columns.iter().map(|column| column.name.clone()).collect(),
            shown: shown.collect(),
        });
        session.know(key, answer.value.clone());
        Ok(answer)
    })
}
