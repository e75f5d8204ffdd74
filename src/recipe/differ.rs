//! How a file differs from the one that a study was made with: said before anything runs on it.

use super::{Recipe, Source};
use crate::base::{Problem, Stage, text};
use crate::table::Kind;
use crate::table::read::{Summary, kind_text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Wider tables are not described in a recipe, so that links stay short.
const MOST_COLUMNS: usize = 400;
/// Columns named in a sentence.
const NAMED: usize = 6;

/// The difference of a file's columns from those that a study knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Columns that are not there.
    pub missing: Vec<String>,
    /// Columns that the study does not know.
    pub new: Vec<String>,
    /// Columns of another kind: name, kind before, kind now.
    pub kinds: Vec<(String, Kind, Kind)>,
}

impl Source {
    /// The same source with what was found out of its file.
    #[must_use]
    pub fn read_as(self, summary: &Summary) -> Self {
        let columns = match summary.columns.len() <= MOST_COLUMNS {
            true => summary.columns.iter().map(|column| (column.name.clone(), column.kind.value)).collect(),
            false => Vec::new(),
        };
        Self { bytes: summary.size, sha256: summary.sha256.clone(), columns, ..self }
    }
}

/// How a file that was read for one of the recipe's sources differs from the one that the source describes. Where it
/// describes none, only columns that the recipe names can be missed.
pub fn difference(recipe: &Recipe, place: usize, summary: &Summary) -> Difference {
    let Some(source) = recipe.sources.get(place) else { return Difference::default() };
    let now = |name: &str| summary.columns.iter().find(|column| column.name == name).map(|column| column.kind.value);
    if source.columns.is_empty() {
        let missing = named(recipe, place).into_iter().filter(|name| now(name).is_none()).map(str::to_owned).collect();
        return Difference { missing, ..Difference::default() };
    }
    let mut found = Difference::default();
    for (name, before) in &source.columns {
        // What a person decided after the file was read counts.
        let before = source.options.columns.get(name).and_then(|column| column.kind).unwrap_or(*before);
        match now(name) {
            None => found.missing.push(name.clone()),
            Some(now) if now != before => found.kinds.push((name.clone(), before, now)),
            Some(_) => {}
        }
    }
    let is_known = |name: &str| source.columns.iter().any(|(known, _)| known == name);
    found.new = summary.columns.iter().filter(|column| !is_known(&column.name)).map(|column| column.name.clone()).collect();
    found
}

/// The columns of a source that the recipe names outside its steps, which say themselves what they miss.
fn named(recipe: &Recipe, place: usize) -> BTreeSet<&str> {
    let Some(source) = recipe.sources.get(place) else { return BTreeSet::new() };
    let mut names: BTreeSet<&str> = source.options.columns.keys().map(String::as_str).collect();
    for join in &recipe.joins {
        if join.source == source.name {
            names.extend(join.keys.iter().map(|(_, right)| right.as_str()));
        }
    }
    // What a join brings cannot be told from what the main table has.
    if place == 0 && recipe.joins.is_empty() {
        let goal = &recipe.goal;
        let used = goal.target.iter().chain(&goal.group).chain(&goal.time).chain(goal.roles.keys()).chain(&recipe.fair.columns);
        names.extend(used.map(String::as_str));
    }
    names
}

impl Difference {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What to say of it.
    pub fn problems(&self, file: &str) -> Vec<Problem> {
        let list = |names: &mut dyn Iterator<Item = String>, count: usize| {
            let mut shown = names.take(NAMED).collect::<Vec<_>>().join(", ");
            if count > NAMED {
                shown += ", …";
            }
            shown
        };
        let mut problems = Vec::new();
        if !self.missing.is_empty() {
            let count = self.missing.len();
            problems.push(
                Problem::warning(Stage::Data, "source.missing")
                    .with("count", count)
                    .with("columns", list(&mut self.missing.iter().cloned(), count)),
            );
        }
        if !self.kinds.is_empty() {
            let kind = |kind: &Kind| text(kind_text(*kind));
            let mut said = self.kinds.iter().map(|(name, before, now)| format!("{name} ({}, {})", kind(before), kind(now)));
            problems.push(
                Problem::warning(Stage::Data, "source.kinds")
                    .with("count", self.kinds.len())
                    .with("columns", list(&mut said, self.kinds.len())),
            );
        }
        if !self.new.is_empty() {
            let count = self.new.len();
            problems.push(
                Problem::note(Stage::Data, "source.new").with("count", count).with("columns", list(&mut self.new.iter().cloned(), count)),
            );
        }
        problems.into_iter().map(|problem| problem.with("file", file)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Job;
    use crate::table::read::{Limits, ReadOptions, start};

    fn summary(text: &str) -> Summary {
        let mut job = start(text.as_bytes().to_vec(), "a.csv", &ReadOptions::default(), Limits::default()).expect("a table");
        job.finish().expect("a table").summary
    }

    #[test]
    fn missing_new_and_changed_columns_are_said() {
        let before = summary("a,b,c,d\n1,x,3,4\n2,y,5,6\n");
        let source = Source { name: "a".to_owned(), ..Source::default() }.read_as(&before);
        assert_eq!(source.columns[1], ("b".to_owned(), Kind::Category));
        let recipe = Recipe { sources: vec![source], ..Recipe::new() };
        assert!(difference(&recipe, 0, &before).is_empty());
        let found = difference(&recipe, 0, &summary("a,b,c,e\nu,x,3,4\nv,y,5,6\n"));
        assert_eq!((found.missing.as_slice(), found.new.as_slice()), (["d".to_owned()].as_slice(), ["e".to_owned()].as_slice()));
        assert_eq!(found.kinds, [("a".to_owned(), Kind::Number, Kind::Category)]);
        let problems = found.problems("b.csv");
        let ids: Vec<&str> = problems.iter().map(|problem| problem.message.id.as_str()).collect();
        assert_eq!(ids, ["source.missing", "source.kinds", "source.new"]);
        assert!(problems.iter().all(|problem| !problem.to_string().contains('{')), "{problems:?}");
        assert!(difference(&recipe, 1, &before).is_empty(), "no such source");
    }

    #[test]
    fn a_recipe_that_describes_no_table_misses_what_it_names() {
        let mut recipe = Recipe { sources: vec![Source { name: "a".to_owned(), ..Source::default() }], ..Recipe::new() };
        recipe.goal.target = Some("price".to_owned());
        recipe.goal.roles.insert("a".to_owned(), crate::table::Role::RowId);
        assert_eq!(difference(&recipe, 0, &summary("a,b\n1,2\n3,4\n")).missing, ["price"]);
        assert!(difference(&recipe, 0, &summary("a,price\n1,2\n3,4\n")).is_empty());
    }
}
