//! LIME for tables (Ribeiro, Singh and Guestrin 2016): a linear model that imitates the model near one row.
//!
//! As the authors' library does it without binning: rows are made up around the training mean (or around the row),
//! numbers by a normal with the training deviation, categories by a random training row; a made-up row counts by
//! sqrt(exp(-d^2 / w^2)), d being its distance to the explained row in training deviations and w = 0.75 sqrt(columns);
//! then a ridge regression with penalty 1. The draws matter, so it is done several times and the answer says how much
//! the repeats agree.

use super::work::{BATCH, Model, Unit, Work, expect};
use super::{Explanation, Method, Part, Setting, rows, sums};
use crate::base::{Field, Figure, Params, Problem, Stage, field};
use crate::num::{Rng, float};
use crate::table::{Column, Data, Origin, SYNTHETIC, Table};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The method.
pub static METHOD: Method = Method { id: "lime", tasks: super::ALL_TASKS, fields, start };

/// Below this stability the weights are flagged.
const STABLE: f64 = 0.9;
/// Below this local R2 the imitation is flagged.
const FITTING: f64 = 0.5;
const PENALTY: f64 = 1.0;

fn fields() -> Vec<Field> {
    vec![
        Field::integer("rows", 5, 1, 200),
        Field::integer("samples", 1000, 100, 10_000),
        Field::integer("repeats", 5, 2, 20),
        Field::choice("centre", "mean", &["mean", "row"]),
        Field::number("width", 0.75, 0.05, 10.0),
    ]
}

#[derive(Clone, Deserialize)]
struct Options {
    rows: usize,
    samples: usize,
    repeats: usize,
    centre: String,
    width: f64,
}

/// The weight of a column near a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weight {
    /// The column.
    pub column: String,
    /// The row's own value as text.
    pub shown: Option<String>,
    /// The mean over repeats: the change of the prediction for one training deviation more of a number, or for having
    /// the row's own value rather than another's.
    pub mean: f64,
    /// The standard deviation over repeats (divisor n - 1).
    pub sd: f64,
}

/// A linear model near one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Local {
    /// The row of the source.
    pub origin: Origin,
    /// The model's prediction.
    pub prediction: f64,
    /// What the linear model says of the row.
    pub imitated: f64,
    /// The linear model's constant.
    pub intercept: f64,
    /// A weight for each column, in the order of the columns.
    pub weights: Vec<Weight>,
    /// The share of the variance near the row that the linear model explains: mean over repeats.
    pub r2: Figure,
    /// How much the repeats agree: the sum of squared mean weights over the mean sum of squared weights, from 0 to 1.
    pub stability: Figure,
    /// How many made-up rows count in effect (Kish: squared sum of weights over sum of squares); mean over repeats.
    pub neighbours: f64,
    /// The repeats disagree: the weights should not be read.
    pub unstable: bool,
    /// The model is not linear near the row, or the neighbourhood is too wide.
    pub poor_fit: bool,
}

/// Linear models near some rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lime {
    /// Which output is explained.
    pub output: usize,
    /// The width of the kernel, in training deviations.
    pub kernel_width: f64,
    /// Made-up rows in each repeat.
    pub samples: usize,
    /// How often it was done.
    pub repeats: usize,
    /// The explained rows.
    pub rows: Vec<Local>,
}

/// What is usual in a column.
#[derive(Clone, Copy)]
enum Usual {
    /// The mean and deviation (divisor n) of numbers or dates; a constant column is left as it is.
    Number { mean: f64, sd: f64 },
    /// Any training row's value.
    Any,
}

struct Plan {
    /// Training rows, then the explained rows.
    pool: Table,
    training: usize,
    explained: usize,
    usual: Vec<Usual>,
    options: Options,
    kernel_width: f64,
    output: usize,
    seed: u64,
}

struct Shared(Arc<Plan>);

/// Training rows to draw values from; more would only cost memory.
const TRAINING: usize = 5000;

fn start(params: &Params, setting: &Setting) -> Result<Box<super::Explaining>, Problem> {
    let options: Options = field::parse(&fields(), params, Stage::Explain, "method.lime")?;
    let (table, train) = setting.inputs()?;
    let usual = train.columns().iter().map(usual).collect();
    let training = rows::sample(train.rows(), TRAINING, &mut Rng::new(setting.seed, "lime training", 0));
    let explained = setting.explained(options.rows);
    let pool = rows::stack(&train.take(&training), &table.take(&explained), Stage::Explain)?;
    let kernel_width = options.width * (setting.columns.len() as f64).sqrt();
    let (training, explained) = (training.len(), explained.len());
    let plan = Plan { pool, training, explained, usual, options, kernel_width, output: setting.output, seed: setting.seed };
    Ok(Box::new(Shared(Arc::new(plan))))
}

fn usual(column: &Column) -> Usual {
    let Some(values) = as_numbers(column) else { return Usual::Any };
    let present: Vec<f64> = values.into_iter().filter(|x| !x.is_nan()).collect();
    match (sums::mean(&present), sums::deviation(&present, 0)) {
        (Some(mean), Some(sd)) if mean.is_finite() && sd.is_finite() => Usual::Number { mean, sd },
        _ => Usual::Any,
    }
}

/// Numbers and dates as numbers, NaN where missing.
fn as_numbers(column: &Column) -> Option<Vec<f64>> {
    match &column.data {
        Data::Number(values) => Some(values.clone()),
        Data::Date(values) => Some(values.iter().map(|&date| if date == Column::NO_DATE { f64::NAN } else { date as f64 }).collect()),
        Data::Strings(_) => None,
    }
}

impl Work for Shared {
    type Part = Part;
    type Output = Explanation;

    fn units(&self) -> usize {
        self.0.explained
    }

    fn start(&self, unit: usize) -> Box<dyn Unit<Part = Part>> {
        let place = self.0.training + unit;
        // The stream belongs to the row, so that it is explained the same alone and among others.
        let rng = Rng::new(self.0.seed, "lime", u64::from(self.0.pool.origins()[place]));
        Box::new(Imitation { plan: self.0.clone(), place, rng, made: None, fits: Vec::new() })
    }

    fn join(&self, parts: Vec<Part>) -> Result<Explanation, Problem> {
        let rows = expect(parts, self.units(), |part| match part {
            Part::Lime(local) => Some(local),
            _ => None,
        })?;
        let (samples, repeats) = (self.0.options.samples, self.0.options.repeats);
        Ok(Explanation::Lime(Lime { output: self.0.output, kernel_width: self.0.kernel_width, samples, repeats, rows }))
    }
}

/// Made-up rows that are being predicted.
struct Made {
    table: Table,
    /// Rows x columns in the linear model's terms, row by row.
    terms: Vec<f64>,
    answer: Vec<f64>,
}

/// A fitted linear model.
struct Fit {
    intercept: f64,
    weights: Vec<f64>,
    r2: Figure,
    imitated: f64,
    prediction: f64,
    neighbours: f64,
}

/// A unit: one row, all repeats.
struct Imitation {
    plan: Arc<Plan>,
    place: usize,
    rng: Rng,
    made: Option<Made>,
    fits: Vec<Fit>,
}

impl Unit for Imitation {
    type Part = Part;

    fn advance(&mut self, model: &Model) -> Result<Option<Part>, Problem> {
        let plan = self.plan.clone();
        let Some(made) = &mut self.made else {
            if self.fits.len() == plan.options.repeats {
                return Ok(Some(Part::Lime(self.end())));
            }
            self.made = Some(self.make());
            return Ok(None);
        };
        let (start, rows) = (made.answer.len(), made.table.rows());
        if start < rows {
            let end = if start + BATCH < rows { start + BATCH } else { rows };
            made.answer.extend(model.output(&made.table.take(&(start..end).collect::<Vec<_>>()), plan.output)?);
            return Ok(None);
        }
        let fit = fit(made, plan.pool.columns().len(), plan.kernel_width)
            .ok_or_else(|| Problem::new(Stage::Explain, "explain.unsolved").with("columns", plan.pool.columns().len()))?;
        self.fits.push(fit);
        self.made = None;
        Ok(None)
    }
}

impl Imitation {
    /// Makes rows up; the first is the explained row itself. Column by column, so that a column's draws do not depend
    /// on the kinds of those behind it.
    fn make(&mut self) -> Made {
        let plan = self.plan.clone();
        let (rows, p) = (plan.options.samples, plan.pool.columns().len());
        let around_row = plan.options.centre == "row";
        let mut terms = vec![0.0; rows * p];
        let mut columns = Vec::with_capacity(p);
        for (place, (column, usual)) in plan.pool.columns().iter().zip(&plan.usual).enumerate() {
            let own = as_numbers(column).map(|values| values[self.place]);
            let data = match (usual, own) {
                // A number: its term is the distance from the mean in deviations.
                (Usual::Number { mean, sd }, Some(own)) if !own.is_nan() => {
                    let centre = if around_row { own } else { *mean };
                    let values: Vec<f64> = (0..rows)
                        .map(|row| {
                            let drawn = self.rng.normal() * sd + centre;
                            if row == 0 || *sd == 0.0 || !drawn.is_finite() { own } else { drawn }
                        })
                        .collect();
                    for (row, value) in values.iter().enumerate() {
                        terms[row * p + place] = if *sd > 0.0 { (value - mean) / sd } else { 0.0 };
                    }
                    match &column.data {
                        Data::Date(_) => Data::Date(values.into_iter().map(|value| value as i64).collect()),
                        _ => Data::Number(values),
                    }
                }
                // Anything else, a missing number among them: its term says whether it is the row's own value.
                _ => {
                    let picks: Vec<usize> = (0..rows)
                        .map(|row| {
                            let pick = self.rng.below(plan.training);
                            if row == 0 { self.place } else { pick }
                        })
                        .collect();
                    for (row, &pick) in picks.iter().enumerate() {
                        terms[row * p + place] = f64::from(u8::from(rows::same(column, self.place, pick)));
                    }
                    column.take(&picks).data
                }
            };
            columns.push(Column { name: column.name.clone(), kind: column.kind, data });
        }
        Made { table: Table::with_origins(columns, vec![SYNTHETIC; rows]), terms, answer: Vec::new() }
    }

    fn end(&self) -> Local {
        let plan = &self.plan;
        let count = self.fits.len() as f64;
        let mean = |of: fn(&Fit) -> f64| self.fits.iter().map(of).sum::<f64>() / count;
        let weights: Vec<Weight> = plan
            .pool
            .columns()
            .iter()
            .enumerate()
            .map(|(place, column)| {
                let values: Vec<f64> = self.fits.iter().map(|fit| fit.weights[place]).collect();
                let (mean, sd) = (sums::mean(&values).unwrap_or(0.0), sums::deviation(&values, 1).unwrap_or(0.0));
                Weight { column: column.name.clone(), shown: column.display(self.place), mean, sd }
            })
            .collect();
        let signal: f64 = weights.iter().map(|weight| weight.mean * weight.mean).sum();
        let squares: f64 = self.fits.iter().flat_map(|fit| &fit.weights).map(|weight| weight * weight).sum::<f64>() / count;
        let stability = if squares > 0.0 { Figure::from(signal / squares) } else { Figure::undefined("constant_model") };
        let r2: Option<Vec<f64>> = self.fits.iter().map(|fit| fit.r2.value()).collect();
        let r2 = r2.and_then(|values| sums::mean(&values)).map_or_else(|| Figure::undefined("constant_model"), Figure::from);
        Local {
            origin: plan.pool.origins()[self.place],
            prediction: self.fits.first().map_or(0.0, |fit| fit.prediction),
            imitated: mean(|fit| fit.imitated),
            intercept: mean(|fit| fit.intercept),
            weights,
            unstable: stability.value().is_some_and(|stability| stability < STABLE),
            poor_fit: r2.value().is_some_and(|r2| r2 < FITTING),
            r2,
            stability,
            neighbours: mean(|fit| fit.neighbours),
        }
    }
}

/// Ridge regression of the answers on the terms, a row counting by its nearness to the first. The constant is not
/// penalised: terms and answers are taken from their weighted means.
fn fit(made: &Made, p: usize, kernel_width: f64) -> Option<Fit> {
    let row = |row: usize| &made.terms[row * p..(row + 1) * p];
    let own = row(0);
    let nearness: Vec<f64> = (0..made.answer.len())
        .map(|place| {
            let square: f64 = row(place).iter().zip(own).map(|(a, b)| (a - b) * (a - b)).sum();
            float::exp(-square / (kernel_width * kernel_width)).sqrt()
        })
        .collect();
    let total: f64 = nearness.iter().sum();
    let weighted_mean = |value: &dyn Fn(usize) -> f64| nearness.iter().enumerate().map(|(row, w)| w * value(row)).sum::<f64>() / total;
    let means: Vec<f64> = (0..p).map(|column| weighted_mean(&|place| row(place)[column])).collect();
    let answer_mean = weighted_mean(&|place| made.answer[place]);
    let mut gram = vec![0.0; p * p];
    let mut right = vec![0.0; p];
    let mut centred = vec![0.0; p];
    for (place, weight) in nearness.iter().enumerate() {
        for (cell, (term, mean)) in centred.iter_mut().zip(row(place).iter().zip(&means)) {
            *cell = term - mean;
        }
        let gap = made.answer[place] - answer_mean;
        for a in 0..p {
            right[a] += weight * centred[a] * gap;
            for b in 0..=a {
                gram[a * p + b] += weight * centred[a] * centred[b];
            }
        }
    }
    (0..p).for_each(|column| gram[column * p + column] += PENALTY);
    let weights = sums::Cholesky::new(gram, p)?.solve(&right);
    let product = |terms: &[f64]| terms.iter().zip(&weights).map(|(term, weight)| term * weight).sum::<f64>();
    let intercept = answer_mean - product(&means);
    let (mut left, mut spread) = (0.0, 0.0);
    for (place, weight) in nearness.iter().enumerate() {
        let (miss, gap) = (made.answer[place] - intercept - product(row(place)), made.answer[place] - answer_mean);
        left += weight * miss * miss;
        spread += weight * gap * gap;
    }
    let squares: f64 = nearness.iter().map(|weight| weight * weight).sum();
    Some(Fit {
        imitated: intercept + product(own),
        intercept,
        r2: if spread > 1e-12 * total { (1.0 - left / spread).into() } else { Figure::undefined("constant_model") },
        weights,
        prediction: made.answer[0],
        neighbours: total * total / squares,
    })
}
