//! Watching: a new table against the training table. What changed, whether that is certain, and whether it matters.
//!
//! A verdict needs both an effect and a p-value. With many rows a difference can be certain and of no weight; with few
//! rows nothing can be said, and the answer is how many would be needed.

pub mod category;
pub mod number;
pub mod performance;
pub mod schema;
pub mod shares;
mod verdict;

pub use performance::{Change, Comparison, Performance, Sample};
pub use schema::SchemaDifference;
pub use verdict::{Judged, Verdict};

use crate::base::{Advance, Field, Figure, Job, Params, Problem, Progress, Stage, field};
use crate::num::distribution::chi_square_sf;
use crate::table::{Column, Data, Kind, Strings, Table};
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use verdict::{holm, judge, value_p};

/// What counts as drift.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// A difference is certain where its p-value, corrected for the number of columns, is below this.
    pub alpha: f64,
    /// An effect (PSI, Kolmogorov-Smirnov statistic, Cramer's V) from here on is moderate.
    pub moderate: f64,
    /// From here on it is large.
    pub large: f64,
    /// The share of drifted columns from which the table as a whole has drifted.
    pub share: f64,
}

/// The form.
pub fn fields() -> Vec<Field> {
    vec![
        Field::number("alpha", 0.05, 0.0001, 0.5),
        Field::number("moderate", 0.1, 0.001, 1.0),
        Field::number("large", 0.25, 0.001, 1.0),
        Field::number("share", 0.5, 0.01, 1.0),
    ]
}

/// The tests of a column, by its kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tests {
    /// Numbers, and dates in days since 1970-01-01.
    Numbers(number::Numbers),
    /// Categories.
    Categories(category::Categories),
    /// Nothing was compared, and why: a reason under `undefined.`.
    None(String),
}

/// A column compared: what one unit comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// The column.
    pub column: String,
    /// Its kind in the reference.
    pub kind: Kind,
    /// Rows with a value, in the reference and in the current table.
    pub present: (usize, usize),
    /// The share of missing values in the reference.
    pub missing_reference: Figure,
    /// The share of missing values in the current table.
    pub missing_current: Figure,
    /// The p-value of the difference of these shares (chi-square with one degree of freedom).
    pub missing_p: Figure,
    /// The values compared.
    pub tests: Tests,
}

/// Two tables compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// What counts as drift.
    pub options: Options,
    /// Rows of the reference and of the current table.
    pub rows: (usize, usize),
    /// What changed in the columns themselves.
    pub schema: SchemaDifference,
    /// The columns, the gravest first.
    pub columns: Vec<Judged>,
    /// How many columns could be judged.
    pub judged: usize,
    /// How many of them drifted.
    pub drifted: usize,
    /// The share of judged columns that drifted.
    pub share: Figure,
    /// Whether so many drifted that the table as a whole did.
    pub table_drifted: bool,
}

/// The comparison of two tables, a unit for each column.
#[derive(Clone)]
pub struct Watch {
    reference: Arc<Table>,
    current: Arc<Table>,
    columns: Vec<String>,
    options: Options,
}

impl Watch {
    /// Prepares to compare `columns` of the reference with those of the same name in the current table.
    ///
    /// # Errors
    /// Parameters out of range, no rows, or no column to compare.
    pub fn new(params: &Params, reference: Arc<Table>, current: Arc<Table>, columns: &[String]) -> Result<Self, Problem> {
        let options: Options = field::parse(&fields(), params, Stage::Watch, "watch")?;
        if reference.rows() == 0 || current.rows() == 0 {
            return Err(Problem::new(Stage::Watch, "watch.no_rows"));
        }
        let columns: Vec<String> = columns.iter().filter(|name| reference.column(name).is_some()).cloned().collect();
        if columns.is_empty() {
            return Err(Problem::new(Stage::Watch, "watch.no_columns"));
        }
        Ok(Self { reference, current, columns, options })
    }

    /// How many units there are.
    pub fn units(&self) -> usize {
        self.columns.len()
    }

    /// Compares one column.
    ///
    /// # Errors
    /// A unit that is not below [`Watch::units`].
    pub fn unit(&self, unit: usize) -> Result<Compared, Problem> {
        let column = self.columns.get(unit).and_then(|name| self.reference.column(name));
        let column = column.ok_or_else(|| Problem::new(Stage::Watch, "watch.other_parts").with("units", self.units()))?;
        Ok(compare(column, self.current.column(&column.name)))
    }

    /// The parts of all units, in order, judged together.
    ///
    /// # Errors
    /// Parts of another comparison.
    pub fn join(&self, parts: Vec<Compared>) -> Result<Drift, Problem> {
        if parts.len() != self.units() || parts.iter().zip(&self.columns).any(|(part, name)| part.column != *name) {
            return Err(Problem::new(Stage::Watch, "watch.other_parts").with("units", self.units()));
        }
        let values = holm(&parts.iter().map(value_p).collect::<Vec<_>>());
        let missing = holm(&parts.iter().map(|part| part.missing_p.value()).collect::<Vec<_>>());
        let mut columns: Vec<Judged> = parts
            .into_iter()
            .zip(values.into_iter().zip(missing))
            .map(|(part, (p, missing))| judge(part, p, missing, &self.options))
            .collect();
        columns.sort_by(|a, b| {
            let effect = |judged: &Judged| judged.effect.value().unwrap_or(-1.0);
            b.verdict.weight().cmp(&a.verdict.weight()).then_with(|| effect(b).total_cmp(&effect(a)))
        });
        let judged = columns.iter().filter(|column| !matches!(column.verdict, Verdict::NotJudged { .. } | Verdict::TooFew { .. })).count();
        let drifted = columns.iter().filter(|column| column.verdict.is_drift()).count();
        let share = if judged > 0 { Figure::Value(drifted as f64 / judged as f64) } else { Figure::undefined("none_judged") };
        Ok(Drift {
            options: self.options.clone(),
            rows: (self.reference.rows(), self.current.rows()),
            schema: schema::difference(&self.reference, &self.current, &self.columns),
            columns,
            judged,
            drifted,
            table_drifted: share.value().is_some_and(|share| share >= self.options.share),
            share,
        })
    }

    /// The comparison as a job.
    pub fn job(self) -> WatchJob {
        WatchJob { watch: self, parts: Vec::new() }
    }
}

/// A comparison in progress, a column a slice.
pub struct WatchJob {
    watch: Watch,
    parts: Vec<Compared>,
}

impl Job for WatchJob {
    type Output = Drift;

    fn advance(&mut self) -> Result<Advance<Drift>, Problem> {
        if self.parts.len() < self.watch.units() {
            self.parts.push(self.watch.unit(self.parts.len())?);
            return Ok(Advance::More(Progress { done: self.parts.len() as u64, total: self.watch.units() as u64 }));
        }
        self.watch.join(std::mem::take(&mut self.parts)).map(Advance::Done)
    }
}

/// Predictions as a table, so that they are compared as columns are: a column of numbers for each output, and one of
/// the predicted classes where there are classes. Answers that are not finite are missing.
pub fn predictions(answer: &Array2<f64>, outputs: &[String], classes: Option<&[String]>) -> Table {
    let finite = |value: &f64| if value.is_finite() { *value } else { f64::NAN };
    let mut columns: Vec<Column> =
        outputs.iter().zip(answer.columns()).map(|(name, values)| Column::number(name, values.iter().map(finite).collect())).collect();
    if let Some(classes) = classes.filter(|classes| classes.len() == answer.nrows()) {
        columns.push(Column::category("predicted class", Strings::from_texts(classes.iter().map(Some))));
    }
    Table::with_origins(columns, (0..answer.nrows() as u32).collect())
}

fn compare(reference: &Column, current: Option<&Column>) -> Compared {
    let share = |column: &Column| match column.len() {
        0 => Figure::undefined("no_rows"),
        rows => Figure::Value(column.missing() as f64 / rows as f64),
    };
    let present = |column: &Column| column.len() - column.missing();
    let none = |reason: &str| Tests::None(reason.to_owned());
    let mut compared = Compared {
        column: reference.name.clone(),
        kind: reference.kind,
        present: (present(reference), current.map_or(0, present)),
        missing_reference: share(reference),
        missing_current: current.map_or_else(|| Figure::undefined("absent"), share),
        missing_p: Figure::undefined("absent"),
        tests: none("absent"),
    };
    let Some(current) = current else { return compared };
    compared.missing_p = missing_p((reference.missing(), reference.len()), (current.missing(), current.len()));
    compared.tests = match (&reference.data, &current.data) {
        _ if reference.kind != current.kind => none("kind_changed"),
        (Data::Number(a), Data::Number(b)) => number::compare(a, b).map_or_else(|| none("all_missing"), Tests::Numbers),
        (Data::Date(a), Data::Date(b)) => number::compare(&days(a), &days(b)).map_or_else(|| none("all_missing"), Tests::Numbers),
        (Data::Strings(a), Data::Strings(b)) if reference.kind == Kind::Category => {
            category::compare(a, b).map_or_else(|| none("all_missing"), Tests::Categories)
        }
        _ => none("free_text"),
    };
    compared
}

fn days(micros: &[i64]) -> Vec<f64> {
    micros.iter().map(|&date| if date == Column::NO_DATE { f64::NAN } else { date as f64 / 86_400_000_000.0 }).collect()
}

/// The p-value of the difference of two shares; undefined where nothing or everything is missing in both.
fn missing_p((a, n): (usize, usize), (b, m): (usize, usize)) -> Figure {
    let (n, m) = (n as f64, m as f64);
    let pooled = (a + b) as f64 / (n + m);
    let variance = pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m);
    if variance.is_nan() || variance <= 0.0 {
        return Figure::undefined("constant");
    }
    let gap = a as f64 / n - b as f64 / m;
    chi_square_sf(gap * gap / variance, 1.0).into()
}

#[cfg(test)]
mod tests;
