//! Composition: the one table that a study works on, made of its sources.

use super::Join;
use crate::base::{Place, Problem, Stage};
use crate::table::join::{Counts, join};
use crate::table::read::Limits;
use crate::table::{Origin, Table};
use serde::{Deserialize, Serialize};

/// A study's table and what its joins came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Composed {
    /// The rows.
    pub table: Table,
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
pub fn compose(sources: Vec<(String, Table)>, joins: &[Join], limits: &Limits) -> Result<Composed, Problem> {
    let mut sources = sources.into_iter();
    let (main, mut table) = sources.next().ok_or_else(|| Problem::new(Stage::Data, "run.no_table"))?;
    let others: Vec<(String, Table)> = sources.collect();
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
            let id = if step.source == main { "join.itself" } else { "join.no_source" };
            let known = others.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
            return Err(at(Problem::new(Stage::Data, id).with("source", &step.source).with("known", known)));
        };
        let joined = join(&table, other, &step.keys, step.how, &format!("_{name}"), limits).map_err(at)?;
        notes.extend(joined.counts.problems(step.how, name).into_iter().map(at));
        reports.push(JoinReport { source: name.clone(), counts: joined.counts, renamed: joined.renamed, first_origin: joined.first_right });
        table = joined.table;
    }
    Ok(Composed { table, joins: reports, notes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;
    use crate::table::join::How;

    fn table(names: [&str; 2], values: [f64; 2]) -> Table {
        Table::new(vec![Column::number(names[0], vec![1.0, 2.0]), Column::number(names[1], values.to_vec())])
    }

    fn by(source: &str, left: &str, right: &str) -> Join {
        Join { source: source.to_owned(), keys: vec![(left.to_owned(), right.to_owned())], how: How::Left }
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
        let composed = compose(sources(), &[by("a", "id", "id"), by("b", "b_id", "key")], &Limits::default()).expect("a table");
        assert_eq!(composed.table.names().collect::<Vec<_>>(), ["id", "x", "b_id", "x_b"]);
        assert_eq!(composed.table.column("x_b").and_then(Column::numbers), Some(&[9.0, 8.0][..]));
        assert_eq!(composed.joins[1].renamed, [("x".to_owned(), "x_b".to_owned())]);
        assert!(composed.notes.is_empty());
        let one = compose(sources(), &[], &Limits::default()).expect("a table");
        assert_eq!(one.table, table(["id", "x"], [5.0, 6.0]));
        assert_eq!(one.notes.len(), 2);
        let id = |joins: &[Join]| compose(sources(), joins, &Limits::default()).expect_err("a problem").message.id;
        assert_eq!(id(&[by("c", "id", "id")]), "join.no_source");
        assert_eq!(id(&[by("main", "id", "id")]), "join.itself");
        assert_eq!(id(&[by("b", "b_id", "key")]), "join.key_gone");
        assert_eq!(compose(Vec::new(), &[], &Limits::default()).expect_err("a problem").message.id, "run.no_table");
    }
}
