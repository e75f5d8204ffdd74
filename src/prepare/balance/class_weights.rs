//! Weights by class: a rare class, or one that is dear to mistake, counts more; no row is added or left out.

use super::{Classes, problem, weighed};
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
/// - `costs`: a row of class c weighs in proportion to C_c, the sum over the other classes of what it costs to take it for them
///   (each 1 where no cost is named), so that all weights sum to n: C_c n / sum of C_k n_k (Breiman and others 1984; Ting 2002,
///   "An instance-weighting method to induce cost-sensitive trees"). Of two classes a model that learns probabilities then has
///   the least expected cost at a threshold of one half (Elkan 2001); of more classes that is an approximation, since one weight
///   cannot tell for which class a row is taken.
///
/// No rows: no weights. One class: every weight is 1 (or `factor`).
pub static KIND: Kind =
    Kind { id: ID, family: "balance", accepts: &[], fields, schema: |_, _, schema| Ok(schema), action: Action::TrainingRows(weigh) };

#[derive(Deserialize)]
struct Settings {
    mode: Mode,
    factor: f64,
    costs: Vec<Cost>,
}

/// What it costs to take a row of one class for one of another.
#[derive(Deserialize)]
struct Cost {
    truth: String,
    predicted: String,
    cost: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    Balanced,
    Costs,
    Factor,
}

fn fields() -> Vec<Field> {
    vec![
        Field::choice("mode", "balanced", &["balanced", "factor", "costs"]),
        Field::log_number("factor", 2.0, 0.01, 1000.0).when("mode", &["factor"]),
        Field::list("costs", serde_json::json!([]), cost_fields, 200).when("mode", &["costs"]),
    ]
}

fn cost_fields() -> Vec<Field> {
    vec![Field::text("truth", "", 200), Field::text("predicted", "", 200), Field::log_number("cost", 5.0, 0.001, 100_000.0)]
}

fn weigh(params: &Params, table: &Table, context: &Context) -> Result<Resampled, Problem> {
    let settings: Settings = field::parse(&fields(), params, Stage::Prepare, &KIND.owner())?;
    let classes = Classes::of(context.target, ID)?;
    let by_class = match settings.mode {
        Mode::Balanced => balanced(&classes.counts),
        Mode::Costs => by_cost(&classes.counts, context.classes, &settings.costs)?,
        Mode::Factor => {
            let rarest = classes.smallest();
            let class = classes.counts.iter().rposition(|&count| count == rarest);
            (0..classes.counts.len()).map(|other| if Some(other) == class { settings.factor } else { 1.0 }).collect()
        }
    };
    Ok(weighed(table, context, classes.codes.iter().map(|&code| by_class[code as usize]).collect()))
}

/// The weight of each class by the costs of mistaking it.
fn by_cost(counts: &[usize], names: &[String], costs: &[Cost]) -> Result<Vec<f64>, Problem> {
    let class = |name: &String| {
        names
            .iter()
            .position(|known| known == name)
            .ok_or_else(|| problem("balance.unknown_class", ID).with("class", name).with("classes", names.join(", ")))
    };
    let classes = counts.len();
    let mut matrix = vec![1.0; classes * classes];
    // A line that is not filled in yet says nothing.
    for cost in costs.iter().filter(|cost| !cost.truth.is_empty() && !cost.predicted.is_empty()) {
        matrix[class(&cost.truth)? * classes + class(&cost.predicted)?] = cost.cost;
    }
    // What is right costs nothing.
    let total =
        |truth: usize| (0..classes).filter(|&predicted| predicted != truth).map(|predicted| matrix[truth * classes + predicted]).sum();
    let totals: Vec<f64> = (0..classes).map(total).collect();
    let n = counts.iter().sum::<usize>() as f64;
    let all: f64 = totals.iter().zip(counts).map(|(total, &count)| total * count as f64).sum();
    Ok(totals.iter().map(|total| if all > 0.0 { total * n / all } else { 1.0 }).collect())
}

/// n / (K n_c) for each class; 0 for a class without rows, which no row has.
pub fn balanced(counts: &[usize]) -> Vec<f64> {
    let n = counts.iter().sum::<usize>() as f64;
    let present = counts.iter().filter(|count| **count > 0).count() as f64;
    counts.iter().map(|&count| if count == 0 { 0.0 } else { n / (present * count as f64) }).collect()
}
