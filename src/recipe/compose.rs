//! Composition: the one table that a study works on, made of its sources.

use super::Join;
use crate::base::{Place, Problem, Stage};
use crate::table::join::{Counts, join};
use crate::table::read::{ColumnSummary, Limits, SuggestedRole, Summary};
use crate::table::{Kind, Origin, Role, Table};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A study's table and what its joins came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Composed {
    /// The rows; those of the first source itself where nothing is joined.
    pub table: Arc<Table>,
    /// What each join came to, in order.
    pub joins: Vec<JoinReport>,
    /// Anything worth knowing.
    pub notes: Vec<Problem>,
}

/// What a join came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinReport {
    /// The source that was joined.
    pub source: String,
    /// What was matched.
    pub counts: Counts,
    /// Its columns whose name was taken, with the name that they have now.
    pub renamed: Vec<(String, String)>,
    /// Rows with an origin from here on (and before that of a later join) are rows of this source alone.
    pub first_origin: Origin,
}

/// Joins the sources of a study, by name, to the first of them, in the order of the joins.
///
/// A joined column whose name is taken gets `_` and the name of its source after it. A row keeps the origin that it has
/// in the first source; see [`crate::table::join::Joined`] for rows that are not in it.
///
/// # Errors
/// No source, a join of a source that is not there or of the first one, and whatever [`join`] refuses.
pub fn compose(sources: &[(String, Arc<Table>)], joins: &[Join], limits: &Limits) -> Result<Composed, Problem> {
    let ((main, first), others) = sources.split_first().ok_or_else(|| Problem::new(Stage::Data, "run.no_table"))?;
    let mut table = first.clone();
    let mut notes: Vec<Problem> = others
        .iter()
        .filter(|(name, _)| !joins.iter().any(|join| join.source == *name))
        .map(|(name, _)| Problem::warning(Stage::Data, "join.unused").with("source", name))
        .collect();
    let mut reports = Vec::with_capacity(joins.len());
    for (place, step) in joins.iter().enumerate() {
        let at = |problem: Problem| match &problem.place {
            Place::Whole => problem.at(Place::Field("joins".to_owned(), place.to_string())),
            _ => problem,
        };
        let Some((name, other)) = others.iter().find(|(name, _)| *name == step.source) else {
            let id = if step.source == *main { "join.itself" } else { "join.no_source" };
            let known = others.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
            return Err(at(Problem::new(Stage::Data, id).with("source", &step.source).with("known", known)));
        };
        let joined = join(&table, other, &step.keys, step.how, &suffix(name), limits).map_err(at)?;
        notes.extend(joined.counts.problems(step.how, name).into_iter().map(at));
        reports.push(JoinReport { source: name.clone(), counts: joined.counts, renamed: joined.renamed, first_origin: joined.first_right });
        table = Arc::new(joined.table);
    }
    Ok(Composed { table, joins: reports, notes })
}

impl Join {
    /// The roles of the columns that a joined table brings, by the names that they get: those that say nothing, and texts
    /// that mostly differ, are left out. What names a row of that table does not name one of the main table.
    pub fn roles(&self, summary: &Summary, renamed: &[(String, String)]) -> BTreeMap<String, Role> {
        let name =
            |column: &ColumnSummary| renamed.iter().find(|(before, _)| *before == column.name).map_or(&column.name, |(_, now)| now).clone();
        let is_left_out = |column: &&ColumnSummary| column.role == Some(SuggestedRole::Constant) || column.kind.value == Kind::Text;
        let is_brought = |column: &&ColumnSummary| self.how.adds_columns() && !self.keys.iter().any(|(_, key)| *key == column.name);
        summary.columns.iter().filter(is_brought).filter(is_left_out).map(|column| (name(column), Role::LeftOut)).collect()
    }
}

/// What stands behind the name of a joined column whose own name is taken.
pub fn suffix(source: &str) -> String {
    format!("_{source}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;
    use crate::table::join::How;

    fn table(names: [&str; 2], values: [f64; 2]) -> Arc<Table> {
        Arc::new(Table::new(vec![Column::number(names[0], vec![1.0, 2.0]), Column::number(names[1], values.to_vec())]))
    }

    fn by(source: &str, left: &str, right: &str) -> Join {
        Join { source: source.to_owned(), keys: vec![(left.to_owned(), right.to_owned())], how: How::Left }
    }

    #[test]
    fn columns_of_a_joined_table_that_say_nothing_are_left_out() {
        use crate::base::Job;
        let text: String = (0..200).map(|row| format!("{row},x,note {row} of many\n")).collect();
        let text = format!("id,unit,note\n{text}");
        let mut job = crate::table::read::start(text.into_bytes(), "b.csv", &Default::default(), Limits::default()).expect("a table");
        let summary = job.finish().expect("a table").summary;
        let roles = |join: Join| join.roles(&summary, &[("unit".to_owned(), "unit_b".to_owned())]).into_keys().collect::<Vec<_>>();
        // The id names a row of this table only, and as a key it is no column of the joined one.
        assert_eq!(roles(by("b", "x", "id")), ["note", "unit_b"]);
        assert_eq!(roles(by("b", "x", "note")), ["unit_b"]);
        assert!(roles(Join { how: How::Semi, ..by("b", "x", "id") }).is_empty());
    }

    #[test]
    fn sources_are_joined_in_order() {
        let sources = || {
            vec![
                ("main".to_owned(), table(["id", "x"], [5.0, 6.0])),
                ("a".to_owned(), table(["id", "b_id"], [2.0, 1.0])),
                ("b".to_owned(), table(["key", "x"], [8.0, 9.0])),
            ]
        };
        // The second join is by a column that the first one brought.
        let composed = compose(&sources(), &[by("a", "id", "id"), by("b", "b_id", "key")], &Limits::default()).expect("a table");
        assert_eq!(composed.table.names().collect::<Vec<_>>(), ["id", "x", "b_id", "x_b"]);
        assert_eq!(composed.table.column("x_b").and_then(Column::numbers), Some(&[9.0, 8.0][..]));
        assert_eq!(composed.joins[1].renamed, [("x".to_owned(), "x_b".to_owned())]);
        assert!(composed.notes.is_empty());
        let one = compose(&sources(), &[], &Limits::default()).expect("a table");
        assert_eq!(one.table, table(["id", "x"], [5.0, 6.0]));
        assert_eq!(one.notes.len(), 2);
        let id = |joins: &[Join]| compose(&sources(), joins, &Limits::default()).expect_err("a problem").message.id;
        assert_eq!(id(&[by("c", "id", "id")]), "join.no_source");
        assert_eq!(id(&[by("main", "id", "id")]), "join.itself");
        assert_eq!(id(&[by("b", "b_id", "key")]), "join.key_gone");
        assert_eq!(compose(&[], &[], &Limits::default()).expect_err("a problem").message.id, "run.no_table");
    }
}
