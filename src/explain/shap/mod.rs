//! Shapley values (Shapley 1953; Lundberg and Lee 2017): a prediction shared out among the columns.
//!
//! The worth of a set of columns is the mean prediction of rows that hold the explained row's values in these columns
//! and a background row's values in all others (the interventional value). With few columns every set is asked for and
//! the values are exact; with more, sets are drawn and each value has a standard error.

pub mod coalition;
mod row;
pub mod values;

use super::work::{Unit, Work, expect};
use super::{Explanation, Method, Part, Setting, rows, sums};
use crate::base::{Field, Params, Problem, Stage, Task, field};
use crate::num::Rng;
use crate::table::{Data, Origin, Table};
use coalition::Coalitions;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The method.
pub static METHOD: Method = Method { id: "shap", tasks: super::ALL_TASKS, fields, start };

/// With at most so many columns every set of columns is asked for.
const EXACT_COLUMNS: usize = 12;
/// Probabilities are kept this far from 0 and 1 before their log-odds are taken.
const CLIP: f64 = 1e-12;

fn fields() -> Vec<Field> {
    vec![
        Field::integer("rows", 100, 1, 200),
        Field::integer("background", 50, 1, 100),
        Field::choice("scale", "probability", &["probability", "log_odds"]),
        Field::choice("method", "auto", &["auto", "exact", "kernel"]),
        Field::integer("coalitions", 1000, 50, 20_000).when("method", &["auto", "kernel"]),
    ]
}

#[derive(Deserialize)]
struct Options {
    rows: usize,
    background: usize,
    scale: String,
    method: String,
    coalitions: usize,
}

/// What is shared out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// The model's answer: a probability or a number.
    Answer,
    /// The log-odds of the probability.
    LogOdds,
}

/// A row's prediction, shared out: base plus the values is the prediction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attribution {
    /// The row of the source.
    pub origin: Origin,
    /// The mean over the background rows.
    pub base: f64,
    /// The prediction of the row.
    pub prediction: f64,
    /// The part of each column, in the order of the columns.
    pub values: Vec<f64>,
    /// The standard error of each; 0 where every set was asked for.
    pub errors: Vec<f64>,
}

/// A point of the beeswarm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dot {
    /// The place among the explained rows.
    pub row: usize,
    /// The part of the column in that row's prediction.
    pub value: f64,
    /// Where the row's own value stands among the explained rows, from 0 (smallest) to 1; none for categories, texts
    /// and missing values.
    pub rank: Option<f64>,
}

/// A column over all explained rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Swarm {
    /// The column.
    pub column: String,
    /// The mean of the absolute values.
    pub mean_absolute: f64,
    /// A point for each explained row.
    pub dots: Vec<Dot>,
    /// The row's own value as text, for each explained row.
    pub shown: Vec<Option<String>>,
}

/// Predictions of some rows, shared out among the columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shap {
    /// Which output is explained.
    pub output: usize,
    /// What is shared out.
    pub scale: Scale,
    /// Whether every set of columns was asked for.
    pub exact: bool,
    /// How many background rows stand for "column not known".
    pub background: usize,
    /// The columns, in the order of the values.
    pub columns: Vec<String>,
    /// The explained rows.
    pub rows: Vec<Attribution>,
    /// Over all explained rows, a column each, the largest mean absolute value first.
    pub swarm: Vec<Swarm>,
}

/// What all rows share.
struct Plan {
    /// Background rows, then the explained rows.
    pool: Table,
    background: usize,
    explained: usize,
    /// Whether every set is asked for, and how many otherwise.
    exact: bool,
    coalitions: usize,
    scale: Scale,
    output: usize,
    seed: u64,
}

impl Plan {
    /// Whether every set is asked for: which sizes are taken whole is not left to chance.
    fn is_complete(&self) -> bool {
        self.exact || Coalitions::choose(self.pool.columns().len(), self.coalitions, &mut Rng::new(0, "", 0)).is_complete()
    }
}

struct Shared(Arc<Plan>);

fn start(params: &Params, setting: &Setting) -> Result<Box<super::Explaining>, Problem> {
    let options: Options = field::parse(&fields(), params, Stage::Explain, "method.shap")?;
    let (table, train) = setting.inputs()?;
    let p = setting.columns.len();
    let exact = match options.method.as_str() {
        "exact" if p > EXACT_COLUMNS => {
            return Err(Problem::new(Stage::Explain, "explain.too_many_for_exact").with("columns", p).with("most", EXACT_COLUMNS));
        }
        "exact" => true,
        "kernel" => false,
        _ => p <= EXACT_COLUMNS,
    };
    if p > coalition::MOST {
        return Err(Problem::new(Stage::Explain, "explain.too_many_for_shap").with("columns", p).with("most", coalition::MOST));
    }
    let background = rows::sample(train.rows(), options.background, &mut Rng::new(setting.seed, "shap background", 0));
    let explained = setting.explained(options.rows);
    let pool = rows::stack(&train.take(&background), &table.take(&explained), Stage::Explain)?;
    let scale = if options.scale == "log_odds" && setting.task != Task::Regression { Scale::LogOdds } else { Scale::Answer };
    Ok(Box::new(Shared(Arc::new(Plan {
        pool,
        background: background.len(),
        explained: explained.len(),
        // One column has no proper part of the set of all.
        exact: exact || p == 1,
        coalitions: options.coalitions,
        scale,
        output: setting.output,
        seed: setting.seed,
    }))))
}

impl Work for Shared {
    type Part = Part;
    type Output = Explanation;

    fn units(&self) -> usize {
        self.0.explained
    }

    fn start(&self, unit: usize) -> Box<dyn Unit<Part = Part>> {
        Box::new(row::Row::new(self.0.clone(), unit))
    }

    fn join(&self, parts: Vec<Part>) -> Result<Explanation, Problem> {
        let plan = &self.0;
        let rows = expect(parts, self.units(), |part| match part {
            Part::Shap(attribution) => Some(attribution),
            _ => None,
        })?;
        let explained: Vec<usize> = (plan.background..plan.background + plan.explained).collect();
        let table = plan.pool.take(&explained);
        let mut swarm: Vec<Swarm> = table
            .columns()
            .iter()
            .enumerate()
            .map(|(place, column)| {
                let values: Vec<f64> = rows.iter().map(|row| row.values[place]).collect();
                let absolute: Vec<f64> = values.iter().map(|value| value.abs()).collect();
                let ranks = ranks(&column.data);
                Swarm {
                    column: column.name.clone(),
                    mean_absolute: sums::mean(&absolute).unwrap_or(0.0),
                    dots: values.iter().zip(ranks).enumerate().map(|(row, (value, rank))| Dot { row, value: *value, rank }).collect(),
                    shown: (0..column.len()).map(|row| column.display(row)).collect(),
                }
            })
            .collect();
        swarm.sort_by(|a, b| b.mean_absolute.total_cmp(&a.mean_absolute));
        Ok(Explanation::Shap(Shap {
            output: plan.output,
            scale: plan.scale,
            exact: plan.is_complete(),
            background: plan.background,
            columns: table.names().map(str::to_owned).collect(),
            rows,
            swarm,
        }))
    }
}

/// The mean rank of each value from 0 to 1; the middle where there is one value only.
fn ranks(data: &Data) -> Vec<Option<f64>> {
    let values: Vec<f64> = match data {
        Data::Number(values) => values.clone(),
        Data::Date(values) => values.iter().map(|&date| if date == i64::MIN { f64::NAN } else { date as f64 }).collect(),
        Data::Strings(strings) => return vec![None; strings.len()],
    };
    let ascending = sums::ascending(&values);
    let last = ascending.len() as f64 - 1.0;
    let rank = |value: f64| {
        let below = ascending.partition_point(|x| *x < value) as f64;
        let through = ascending.partition_point(|x| *x <= value) as f64;
        if last > 0.0 { (below + through - 1.0) / 2.0 / last } else { 0.5 }
    };
    values.iter().map(|&value| (!value.is_nan()).then(|| rank(value))).collect()
}
