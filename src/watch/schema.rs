//! What changed in the columns themselves, before any value is compared.

use super::{category, number};
use crate::table::{Column, Kind, Table};
use serde::{Deserialize, Serialize};

/// What makes a new column look like one that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// The names are nearly the same.
    Name,
    /// The values are distributed nearly the same.
    Values,
}

/// A column that may have another name now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renamed {
    /// The name in the reference.
    pub from: String,
    /// The name in the current table.
    pub to: String,
    /// Why it looks so.
    pub like: Likeness,
}

/// A column whose values are of another kind now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindChange {
    /// The column.
    pub column: String,
    /// Its kind in the reference.
    pub from: Kind,
    /// Its kind in the current table.
    pub to: Kind,
}

/// Levels of a category that the reference does not have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewLevels {
    /// The column.
    pub column: String,
    /// The levels, sorted; at most 20.
    pub levels: Vec<String>,
    /// How many there are.
    pub count: usize,
    /// The share of current rows with one of them.
    pub share: f64,
}

/// The difference of two tables' columns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SchemaDifference {
    /// Columns of the reference that are not there any more.
    pub missing: Vec<String>,
    /// Columns that the reference does not have.
    pub new: Vec<String>,
    /// Which of the new ones may be which of the missing ones.
    pub renamed: Vec<Renamed>,
    /// Columns whose kind changed.
    pub kinds: Vec<KindChange>,
    /// Categories with levels never seen.
    pub levels: Vec<NewLevels>,
}

/// How many new levels are named.
const NAMED: usize = 20;

/// How many rows of each table are looked at for likeness of values, spread evenly.
const LOOKED_AT: usize = 2000;
/// Values are not compared where there are more pairs of missing and new columns than this.
const MOST_PAIRS: usize = 2500;

/// Compares the columns of two tables; `columns` are those of the reference that matter.
pub fn difference(reference: &Table, current: &Table, columns: &[String]) -> SchemaDifference {
    let mut found = SchemaDifference::default();
    for was in reference.columns().iter().filter(|column| columns.contains(&column.name)) {
        match current.column(&was.name) {
            None => found.missing.push(was.name.clone()),
            Some(is) if is.kind != was.kind => found.kinds.push(KindChange { column: was.name.clone(), from: was.kind, to: is.kind }),
            Some(is) if is.kind == Kind::Category => found.levels.extend(new_levels(was, is)),
            Some(_) => {}
        }
    }
    found.new = current.names().filter(|name| reference.column(name).is_none()).map(str::to_owned).collect();
    let mut free = found.new.clone();
    for like in [Likeness::Name, Likeness::Values] {
        if like == Likeness::Values && found.missing.len() * free.len() > MOST_PAIRS {
            break;
        }
        for from in &found.missing {
            if found.renamed.iter().any(|renamed| renamed.from == *from) {
                continue;
            }
            let Some(was) = reference.column(from) else { continue };
            let alike = |to: &String| current.column(to).is_some_and(|is| is.kind == was.kind && looks_like(like, was, is));
            let candidates: Vec<usize> = (0..free.len()).filter(|&place| alike(&free[place])).collect();
            // Where several look like it, saying which would be a guess.
            if let [only] = candidates[..] {
                found.renamed.push(Renamed { from: from.clone(), to: free.remove(only), like });
            }
        }
    }
    found
}

fn new_levels(was: &Column, is: &Column) -> Option<NewLevels> {
    let found = category::compare(was.strings()?, is.strings()?)?;
    let count = found.new_levels.len();
    let mut levels = found.new_levels;
    crate::table::sort_levels(&mut levels);
    levels.truncate(NAMED);
    (count > 0).then(|| NewLevels { column: was.name.clone(), levels, count, share: found.unseen })
}

fn looks_like(like: Likeness, was: &Column, is: &Column) -> bool {
    match like {
        Likeness::Name => {
            let (a, b) = (letters(&was.name), letters(&is.name));
            let longer = if a.len() > b.len() { a.len() } else { b.len() };
            longer > 0 && 4 * edits(&a, &b) <= longer
        }
        Likeness::Values => alike(&spread(was), &spread(is)),
    }
}

fn alike(was: &Column, is: &Column) -> bool {
    match (was.numbers(), is.numbers(), was.strings(), is.strings()) {
        (Some(a), Some(b), ..) => number::compare(a, b).is_some_and(|found| found.ks < 0.1 && found.distances.psi < 0.1),
        (.., Some(a), Some(b)) => category::compare(a, b).is_some_and(|found| found.distances.total_variation < 0.1),
        _ => false,
    }
}

/// At most [`LOOKED_AT`] rows of a column, evenly spread.
fn spread(column: &Column) -> Column {
    let step = column.len().div_ceil(LOOKED_AT);
    if step <= 1 { column.clone() } else { column.take(&(0..column.len()).step_by(step).collect::<Vec<_>>()) }
}

/// The letters and digits of a name, in lower case: "Avg Price" and "avg_price" are one.
fn letters(name: &str) -> Vec<char> {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How many letters must be put in, taken out or changed to get from one to the other (Levenshtein).
fn edits(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Strings;

    #[test]
    fn renamed_changed_and_new_columns_are_found() {
        let numbers = |scale: f64| (0..100).map(|row| f64::from(row) * scale).collect::<Vec<f64>>();
        let colours = |other: &'static str| Strings::from_texts((0..100).map(move |row| Some(if row % 10 == 0 { other } else { "red" })));
        let reference = Table::new(vec![
            Column::number("avg_price", numbers(1.0)),
            Column::number("weight", numbers(7.0)),
            Column::number("gone", numbers(3.0)),
            Column::number("code", numbers(1.0)),
            Column::category("colour", colours("blue")),
            Column::number("ignored", numbers(1.0)),
        ]);
        let current = Table::new(vec![
            Column::number("Avg Price", numbers(1.0)),
            Column::number("mass", numbers(7.0)),
            Column::category("code", colours("x")),
            Column::category("colour", colours("green")),
            Column::number("other", numbers(-1.0)),
        ]);
        let columns: Vec<String> = ["avg_price", "weight", "gone", "code", "colour"].map(str::to_owned).to_vec();
        let found = difference(&reference, &current, &columns);
        assert_eq!(found.missing, ["avg_price", "weight", "gone"]);
        assert_eq!(found.new, ["Avg Price", "mass", "other"]);
        let renamed: Vec<_> = found.renamed.iter().map(|renamed| (renamed.from.as_str(), renamed.to.as_str(), renamed.like)).collect();
        assert_eq!(renamed, [("avg_price", "Avg Price", Likeness::Name), ("weight", "mass", Likeness::Values)]);
        assert_eq!(found.kinds, [KindChange { column: "code".to_owned(), from: Kind::Number, to: Kind::Category }]);
        assert_eq!((found.levels[0].levels.as_slice(), found.levels[0].share), (["green".to_owned()].as_slice(), 0.1));
        assert_eq!(difference(&reference, &reference, &columns), SchemaDifference::default());
        // The first rows alone would be unlike the whole.
        let long = Column::number("long", (0..10_001).map(f64::from).collect());
        assert_eq!(spread(&long).len(), 1667);
        assert!(alike(&spread(&long), &Column::number("other", (0..10_000).map(f64::from).collect())));
        assert_eq!(spread(&Column::number("none", Vec::new())).len(), 0);
    }
}
