//! Recursive feature elimination.

use super::{Decision, coefficients, complete, decided};
use crate::base::{Field, Params, Problem, Stage, field};
use crate::prepare::numbers::standardized;
use crate::prepare::{Action, Cell, Context, Fitted, Kind};
use crate::table::{Kind as ColumnKind, Table};
use serde::Deserialize;

const ID: &str = "rfe";

/// Fits a linear model, drops the columns with the smallest coefficients, fits again, until the wanted number is left
/// (Guyon and others 2002).
///
/// - Numbers are predicted by ridge regression (penalty 1), classes by logistic regression (C = 1; multinomial for three
///   or more), both without a penalty on the intercept. A column's importance is the sum of its squared coefficients.
/// - `step` is the share of the remaining columns that a round drops, at least one.
/// - `standardize`: columns are scaled to mean 0 and deviation 1 first; without, the coefficients of columns in different
///   units are compared as they are.
/// - Columns whose importance differs by less than one part in a million count as equal; the later one goes.
///
/// The rank of what is kept is 1; what a round drops has a rank above that of all that it leaves.
pub static KIND: Kind = Kind {
    id: ID,
    family: "select",
    accepts: &[ColumnKind::Number],
    fields,
    schema: |_, _, schema| Ok(schema),
    action: Action::Columns(fit),
};

#[derive(Deserialize)]
struct Settings {
    keep: usize,
    step: f64,
    standardize: bool,
}

fn fields() -> Vec<Field> {
    vec![Field::integer("keep", 10, 1, 100_000), Field::number("step", 0.1, 0.0, 0.5), Field::flag("standardize", true)]
}

fn fit(params: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let settings: Settings = field::parse(&fields(), params, Stage::Prepare, &KIND.owner())?;
    let columns = complete(table, context, ID)?;
    let values: Vec<Vec<f64>> =
        columns.iter().map(|(_, values)| if settings.standardize { standardized(values) } else { values.to_vec() }).collect();
    let mut model = coefficients::Model::new(values, context.target);
    let mut left: Vec<usize> = (0..columns.len()).collect();
    // Columns by round, the first to go first.
    let mut gone: Vec<usize> = Vec::new();
    while left.len() > settings.keep {
        let importance = model.importance(&left);
        let round = (settings.step * left.len() as f64).floor() as usize;
        for _ in 0..round.clamp(1, left.len() - settings.keep) {
            let place = least(&left, &importance, &gone);
            gone.push(left[place]);
        }
        left.retain(|column| !gone.contains(column));
    }
    let rank = |column: usize| gone.iter().rev().position(|other| *other == column).map_or(1, |place| place + 2);
    let decision = |column: usize| Decision {
        column: columns[column].0,
        scores: vec![Cell::Number(rank(column) as f64)],
        keep: left.contains(&column),
    };
    Ok(decided(ID, &["learned.rank"], (0..columns.len()).map(decision).collect()))
}

/// The place of the least important of the columns that are left and not gone yet; the last of nearly equal ones.
fn least(left: &[usize], importance: &[f64], gone: &[usize]) -> usize {
    let mut least = None::<usize>;
    for place in (0..left.len()).filter(|&place| !gone.contains(&left[place])) {
        if least.is_none_or(|least| importance[place] <= importance[least] * (1.0 + 1e-6)) {
            least = Some(place);
        }
    }
    least.unwrap_or(0)
}
