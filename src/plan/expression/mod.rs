//! The expression language of derived columns: safe, typed, without a clock, a loop or a way out.
//!
//! A formula such as `if(is_missing(age), 0, log1p(fare) / (1 + sibsp))` is read into tokens, a tree, and a checked tree
//! whose kinds are known; then it runs over whole columns. Column names stand bare where they are words, `in backticks`
//! otherwise; texts stand in "quotes". A quote or backtick inside its own kind is doubled.
//!
//! What has no value is missing: division by zero, the logarithm or root of a negative number, a result beyond the
//! largest number, a text that is too long, and nearly everything with a missing part. Every mistake is a problem that
//! points at its character. Length, depth, texts and steps are limited, so that no formula hangs or fills the memory.

mod arithmetic;
mod check;
mod evaluate;
mod function;
mod parse;
#[cfg(test)]
mod tests;
mod texts;
mod token;
mod vector;

pub use check::{Node, Value, What};
pub use function::{Accepts, Answer, Call, FUNCTIONS, Function, Type, find};

use crate::base::{Place, Problem, Stage};
use crate::table::{Column, ColumnInfo, Kind, Schema, Table};

/// The most characters of a formula.
pub const MOST_CHARACTERS: usize = 2000;

/// A checked formula, ready to run on tables that have the columns it was checked against.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    root: Node,
}

impl Formula {
    /// Reads and checks a formula against the columns of a schema (their names and kinds; levels are not looked at).
    ///
    /// # Errors
    /// The first mistake, at its character ([`Place::Character`]).
    pub fn new(text: &str, schema: &Schema) -> Result<Self, Problem> {
        if text.chars().nth(MOST_CHARACTERS).is_some() {
            return Err(problem("formula.too_long", MOST_CHARACTERS).with("max", MOST_CHARACTERS));
        }
        let tokens = token::tokens(text)?;
        if tokens.len() == 1 {
            return Err(problem("formula.empty", 0));
        }
        Ok(Self { root: check::check(&parse::parse(&tokens)?, schema)? })
    }

    /// Reads and checks a formula against the columns of a table.
    ///
    /// # Errors
    /// As [`Formula::new`].
    pub fn of_table(text: &str, table: &Table) -> Result<Self, Problem> {
        // Levels and missing values are not needed, and counting them costs more than many formulas.
        let info = |column: &Column| ColumnInfo { kind: column.kind, ..ColumnInfo::number(&column.name) };
        Self::new(text, &Schema { columns: table.columns().iter().map(info).collect() })
    }

    /// The checked tree, for exports.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The kind of the column that the formula makes: yes and no become the numbers 1 and 0, texts become a category.
    pub fn kind(&self) -> Kind {
        match self.root.kind {
            Type::Number | Type::YesNo => Kind::Number,
            Type::Text => Kind::Category,
            Type::Date => Kind::Date,
        }
    }

    /// The columns that the formula looks at, in order of their first use. A part that was computed beforehand, since it
    /// holds no column, is not among them.
    pub fn columns(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.root.visit(&mut |node| {
            if let What::Column(name) = &node.what
                && !names.contains(&name.as_str())
            {
                names.push(name.as_str());
            }
        });
        names
    }

    /// Whether the formula can be missing in a row, as far as that is seen without rows: where a column that it looks at
    /// can be, and by what it does with values that are there. A result beyond the largest number is not thought of.
    pub fn can_miss(&self, schema: &Schema) -> bool {
        self.root.can_miss(schema)
    }

    /// The value for each row of a table, as a column with this name.
    ///
    /// # Errors
    /// A column that is not there or changed its kind, or more work or text than the limits allow.
    pub fn evaluate(&self, table: &Table, into: &str) -> Result<Column, Problem> {
        evaluate::evaluate(&self.root, table, into)
    }
}

/// A column's name as it stands in a formula: bare where it is a plain word, in backticks otherwise.
pub fn quote(name: &str) -> String {
    let words = ["and", "or", "not", "yes", "no", "true", "false", "missing"];
    let plain = name.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.')
        && !words.iter().any(|word| word.eq_ignore_ascii_case(name));
    if plain { name.to_owned() } else { format!("`{}`", name.replace('`', "``")) }
}

/// A mistake at a character of the formula, counted from 0.
fn problem(id: &str, at: usize) -> Problem {
    Problem::new(Stage::Prepare, id).at(Place::Character(at))
}
