//! Permutation importance: how much worse the score gets when a column's values are dealt out anew.

use super::work::{BATCH, Batches, Model, Unit, Work, expect};
use super::{Explanation, Method, Part, Setting, rows, sums};
use crate::base::{Field, Figure, Params, Problem, Stage, Task, Undefined, field};
use crate::num::Rng;
use crate::table::Table;
use ndarray::{Array2, Axis};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The method.
pub static METHOD: Method = Method { id: "permutation", tasks: super::ALL_TASKS, fields, start };

/// Resamples of the rows behind each interval.
const RESAMPLES: usize = 50;
/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;
/// An importance of at most this is of no use, whatever its interval.
const FLOOR: f64 = 0.001;

fn fields() -> Vec<Field> {
    vec![
        Field::integer("repeats", 10, 2, 100),
        Field::integer("rows", 2000, 2, 100_000),
        Field::list("groups", serde_json::json!([]), group_fields, 20),
    ]
}

fn group_fields() -> Vec<Field> {
    vec![Field::text("name", "", 60), Field::columns("columns")]
}

#[derive(Deserialize)]
struct Options {
    repeats: usize,
    rows: usize,
    groups: Vec<Group>,
}

/// Columns that are dealt out together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// What the group is called; the column's name where it is one.
    pub name: String,
    /// Its columns.
    pub columns: Vec<String>,
}

/// The score after one dealing out; in unit 0 the score as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// The id of the metric.
    pub metric: String,
    /// Whether more is better.
    pub greater_is_better: bool,
    /// On all rows.
    pub all: Figure,
    /// On each resample of the rows; the same resamples in every unit.
    pub resampled: Vec<Figure>,
}

/// How important the columns are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Permutation {
    /// The id of the metric.
    pub metric: String,
    /// Whether more is better.
    pub greater_is_better: bool,
    /// The score with every column as it is.
    pub base: Figure,
    /// How many rows were scored.
    pub rows: usize,
    /// How often each column was dealt out.
    pub repeats: usize,
    /// The most important first; columns without a figure last.
    pub columns: Vec<Importance>,
}

/// How important a column or group of columns is: what the score loses. Positive where the column helps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Importance {
    /// The column or group.
    pub group: Group,
    /// Over the repeats.
    pub mean: Figure,
    /// Standard deviation over the repeats (divisor n - 1).
    pub sd: Figure,
    /// Lower end of the 95 % interval.
    pub low: Figure,
    /// Upper end of the 95 % interval.
    pub high: Figure,
    /// The loss at each repeat.
    pub repeats: Vec<Figure>,
    /// The interval holds 0, or the loss is at most a thousandth (of the score itself for a regression).
    pub useless: bool,
}

struct Permuted {
    rows: Table,
    /// Positions of `rows` in the setting's rows.
    positions: Vec<usize>,
    groups: Vec<Group>,
    repeats: usize,
    task: Task,
    seed: u64,
}

struct Shared(Arc<Permuted>);

fn start(params: &Params, setting: &Setting) -> Result<Box<super::Explaining>, Problem> {
    let options: Options = field::parse(&fields(), params, Stage::Explain, "method.permutation")?;
    let (table, _) = setting.inputs()?;
    let positions = match setting.chosen {
        [] => rows::sample(table.rows(), options.rows, &mut Rng::new(setting.seed, "permutation rows", 0)),
        chosen => chosen.to_vec(),
    };
    let mut groups: Vec<Group> = setting.columns.iter().map(|name| Group { name: name.clone(), columns: vec![name.clone()] }).collect();
    for mut group in options.groups {
        if let Some(absent) = group.columns.iter().find(|name| !setting.columns.contains(name)) {
            return Err(Problem::new(Stage::Explain, "explain.no_column").at_column(absent));
        }
        if group.columns.is_empty() {
            continue;
        }
        if group.name.is_empty() {
            group.name = group.columns.join(" + ");
        }
        groups.push(group);
    }
    let permuted =
        Permuted { rows: table.take(&positions), positions, groups, repeats: options.repeats, task: setting.task, seed: setting.seed };
    Ok(Box::new(Shared(Arc::new(permuted))))
}

impl Work for Shared {
    type Part = Part;
    type Output = Explanation;

    fn units(&self) -> usize {
        1 + self.0.groups.len() * self.0.repeats
    }

    fn start(&self, unit: usize) -> Box<dyn Unit<Part = Part>> {
        Box::new(Dealing { all: self.0.clone(), batches: Batches::new(self.0.dealt(unit), BATCH), answer: None })
    }

    fn join(&self, parts: Vec<Part>) -> Result<Explanation, Problem> {
        let scores = expect(parts, self.units(), |part| match part {
            Part::Permutation(scores) => Some(scores),
            _ => None,
        })?;
        let (base, others) = scores.split_first().ok_or_else(|| Problem::new(Stage::Explain, "explain.no_rows"))?;
        let mut columns: Vec<Importance> =
            self.0.groups.iter().zip(others.chunks(self.0.repeats)).map(|(group, scores)| self.0.importance(group, base, scores)).collect();
        // Stable, so that equal ones keep the order of the columns.
        let key = |importance: &Importance| importance.mean.value().unwrap_or(f64::NEG_INFINITY);
        columns.sort_by(|a, b| key(b).total_cmp(&key(a)));
        Ok(Explanation::Permutation(Permutation {
            metric: base.metric.clone(),
            greater_is_better: base.greater_is_better,
            base: base.all.clone(),
            rows: self.0.positions.len(),
            repeats: self.0.repeats,
            columns,
        }))
    }
}

impl Permuted {
    /// The rows of a unit: as they are in unit 0, with a group dealt out anew otherwise.
    fn dealt(&self, unit: usize) -> Table {
        let mut rows = self.rows.clone();
        let Some(unit) = unit.checked_sub(1) else { return rows };
        let mut order: Vec<usize> = (0..rows.rows()).collect();
        Rng::new(self.seed, "permutation", unit as u64).shuffle(&mut order);
        for name in &self.groups[unit / self.repeats].columns {
            if let Some(column) = self.rows.column(name) {
                rows.put(column.take(&order));
            }
        }
        rows
    }

    /// The mean over repeats of base minus score, its deviation, and an interval.
    ///
    /// The interval is mean +- 1.96 times the deviation of that mean over resamples of the rows, or of whole units where
    /// they are known (bootstrap; the same resamples for base and score): it holds for other rows of the same kind, not only for other permutations.
    fn importance(&self, group: &Group, base: &Scores, scores: &[Scores]) -> Importance {
        let sign = if base.greater_is_better { 1.0 } else { -1.0 };
        let loss = |before: &Figure, after: &Figure| match (before, after) {
            (Figure::Value(before), Figure::Value(after)) => Figure::from(sign * (before - after)),
            (Figure::Undefined(reason), _) | (_, Figure::Undefined(reason)) => Figure::Undefined(reason.clone()),
        };
        let repeats: Vec<Figure> = scores.iter().map(|score| loss(&base.all, &score.all)).collect();
        let resampled: Vec<f64> = (0..base.resampled.len())
            .filter_map(|place| {
                let losses: Vec<Figure> = scores.iter().map(|score| loss(&base.resampled[place], &score.resampled[place])).collect();
                sums::mean(&values(&losses).ok()?)
            })
            .collect();
        let undefined = |reason: Undefined| Importance {
            group: group.clone(),
            mean: Figure::Undefined(reason.clone()),
            sd: Figure::Undefined(reason.clone()),
            low: Figure::Undefined(reason.clone()),
            high: Figure::Undefined(reason),
            repeats: repeats.clone(),
            useless: false,
        };
        let losses = match values(&repeats) {
            Err(reason) => return undefined(reason),
            Ok(_) if self.positions.len() < 2 => return undefined(Undefined::because("one_row")),
            Ok(losses) => losses,
        };
        let mean = sums::mean(&losses).unwrap_or(0.0);
        let half = sums::deviation(&resampled, 1).map(|deviation| Z * deviation);
        let floor = if self.task == Task::Regression { FLOOR * base.all.value().unwrap_or(1.0).abs() } else { FLOOR };
        Importance {
            group: group.clone(),
            mean: mean.into(),
            sd: sums::deviation(&losses, 1).map_or_else(|| Figure::undefined("too_few"), Figure::from),
            low: half.map_or_else(|| Figure::undefined("too_few"), |half| (mean - half).into()),
            high: half.map_or_else(|| Figure::undefined("too_few"), |half| (mean + half).into()),
            useless: mean <= floor || half.is_none_or(|half| mean - half <= 0.0),
            repeats,
        }
    }
}

/// The numbers, or the first reason why there is none.
fn values(figures: &[Figure]) -> Result<Vec<f64>, Undefined> {
    figures
        .iter()
        .map(|figure| match figure {
            Figure::Value(value) => Ok(*value),
            Figure::Undefined(reason) => Err(reason.clone()),
        })
        .collect()
}

/// A unit: predict every row, then score.
struct Dealing {
    all: Arc<Permuted>,
    batches: Batches,
    answer: Option<Array2<f64>>,
}

impl Unit for Dealing {
    type Part = Part;

    fn advance(&mut self, model: &Model) -> Result<Option<Part>, Problem> {
        let Some(answer) = &self.answer else {
            if self.batches.advance(model)? {
                self.answer = Some(self.batches.end());
            }
            return Ok(None);
        };
        let Some(scorer) = &model.score else { return Err(Problem::new(Stage::Explain, "explain.no_score")) };
        let positions = &self.all.positions;
        if answer.iter().any(|value| !value.is_finite()) {
            return Err(Problem::new(Stage::Explain, "explain.not_finite").with("value", "NaN or infinite"));
        }
        let units: Option<Vec<u32>> = scorer.units.map(|units| positions.iter().map(|&row| units[row]).collect());
        let resampled = (0..RESAMPLES as u64).map(|index| {
            let mut rng = Rng::new(self.all.seed, "permutation resample", index);
            let places = rows::resample(positions.len(), units.as_deref(), &mut rng);
            (scorer.of)(&places.iter().map(|&place| positions[place]).collect::<Vec<_>>(), &answer.select(Axis(0), &places))
        });
        let scores = Scores {
            metric: scorer.metric.clone(),
            greater_is_better: scorer.greater_is_better,
            resampled: resampled.collect(),
            all: (scorer.of)(positions, answer),
        };
        Ok(Some(Part::Permutation(scores)))
    }
}
