//! A join before it is made: which keys suit, what it comes to, what is worth knowing.

use super::session::Session;
use super::work::Begun;
use crate::base::{Place, Problem, Stage};
use crate::recipe::{Join, Recipe, suffix};
use crate::table::join::{Counts, KeyPair, Outline, counts, outline, suggest};
use crate::table::read::Limits;
use crate::table::{Kind, Table};
use serde::{Deserialize, Serialize};

/// What a join will come to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct JoinCounts {
    /// The columns of the main table as it is before this join, with their kinds.
    pub left: Vec<(String, Kind)>,
    /// The columns of the joined table.
    pub right: Vec<(String, Kind)>,
    /// The keys that are counted: those asked for, or where none are, those that suit.
    pub keys: Vec<KeyPair>,
    /// Every pair of columns that are called the same and share a value.
    pub alike: Vec<KeyPair>,
    /// What is matched; nothing where there is no key, or where the keys cannot be equal.
    pub counts: Option<Counts>,
    /// The shape of the joined table; nothing where it does not fit.
    pub outline: Option<Outline>,
    /// What is worth knowing, and where the join cannot be made, why.
    pub problems: Vec<Problem>,
}

/// Counts what a join will come to at a place among the recipe's joins: a [`JoinCounts`]. Its source is one of the
/// recipe's sources; whether the recipe has a join at that place changes nothing.
///
/// # Errors
/// A source that is not there or not read, an earlier join that cannot be made.
pub fn count(session: &mut Session, recipe: &Recipe, place: usize, join: &Join) -> Result<Begun, Problem> {
    let source = recipe.sources.iter().skip(1).find(|source| source.name == join.source);
    let source = source.ok_or_else(|| Problem::new(Stage::Data, "join.source_gone").with("source", &join.source))?;
    let right = session.source(source).ok_or_else(|| Problem::new(Stage::Data, "run.no_table"))?;
    let left = session.before_join(recipe, place)?;
    Begun::json(&counted(&left, &right, join))
}

fn counted(left: &Table, right: &Table, join: &Join) -> JoinCounts {
    let suggested = suggest(left, right);
    let keys = if join.keys.is_empty() { suggested.keys } else { join.keys.clone() };
    let columns = |table: &Table| table.columns().iter().map(|column| (column.name.clone(), column.kind)).collect();
    let found = JoinCounts { left: columns(left), right: columns(right), alike: suggested.alike, ..JoinCounts::default() };
    let refused = |problem: Problem| Problem { place: Place::Whole, ..problem };
    match counts(left, right, &keys) {
        Err(problem) => JoinCounts { keys, problems: vec![refused(problem)], ..found },
        Ok(counts) => {
            let mut problems = counts.problems(join.how, &join.source);
            let outline = outline(&counts, left, right, &keys, join.how, &suffix(&join.source), &Limits::default());
            let outline = outline.map_err(|problem| problems.insert(0, refused(problem))).ok();
            JoinCounts { keys, counts: Some(counts), outline, problems, ..found }
        }
    }
}
