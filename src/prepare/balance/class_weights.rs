//! Weights by class: a rare class counts more, no row is added or left out.

use super::{Classes, weighed};
use crate::base::{Field, Params, Problem, Stage, field};
use crate::prepare::{Action, Context, Kind, Resampled};
use crate::table::Table;
use serde::Deserialize;

const ID: &str = "class_weights";

/// Weighs training rows by their class.
///
/// - `balanced`: a row of class c weighs n / (K n_c), n rows, K classes that have rows, n_c rows of the class, as
///   scikit-learn's `class_weight="balanced"`; the weights of all rows sum to n.
/// - `factor`: a row of the rarest class weighs `factor`, every other 1; of equally rare classes it is the last, which is
///   the positive one of two.
///
/// No rows: no weights. One class: every weight is 1 (or `factor`).
pub static KIND: Kind =
    Kind { id: ID, family: "balance", accepts: &[], fields, schema: |_, _, schema| Ok(schema), action: Action::TrainingRows(weigh) };

#[derive(Deserialize)]
struct Settings {
    mode: Mode,
    factor: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    Balanced,
    Factor,
}

fn fields() -> Vec<Field> {
    vec![
        Field::choice("mode", "balanced", &["balanced", "factor"]),
        Field::log_number("factor", 2.0, 0.01, 1000.0).when("mode", &["factor"]),
    ]
}

fn weigh(params: &Params, table: &Table, context: &Context) -> Result<Resampled, Problem> {
    let settings: Settings = field::parse(&fields(), params, Stage::Prepare, &KIND.owner())?;
    let classes = Classes::of(context.target, ID)?;
    let by_class = match settings.mode {
        Mode::Balanced => balanced(&classes.counts),
        Mode::Factor => {
            let rarest = classes.smallest();
            let class = classes.counts.iter().rposition(|&count| count == rarest);
            (0..classes.counts.len()).map(|other| if Some(other) == class { settings.factor } else { 1.0 }).collect()
        }
    };
    Ok(weighed(table, context, classes.codes.iter().map(|&code| by_class[code as usize]).collect()))
}

/// n / (K n_c) for each class; 0 for a class without rows, which no row has.
pub fn balanced(counts: &[usize]) -> Vec<f64> {
    let n = counts.iter().sum::<usize>() as f64;
    let present = counts.iter().filter(|count| **count > 0).count() as f64;
    counts.iter().map(|&count| if count == 0 { 0.0 } else { n / (present * count as f64) }).collect()
}
