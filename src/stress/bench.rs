//! The rows that probes alter, what is usual in them, and the comparison of answers.

use super::{EXAMPLES, Example, Numbers, Probe};
use crate::base::{Figure, Problem, Stage, Task};
use crate::explain::rows;
use crate::explain::sums;
use crate::explain::work::{BATCH, Model};
use crate::num::Rng;
use crate::table::{Column, Data, Table};
use ndarray::{Array2, ArrayView1};
use serde::Deserialize;

/// What is put to the test, apart from the model itself.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// Raw rows that are altered and predicted.
    pub rows: &'a Table,
    /// Raw training rows: what is usual is learned from them.
    pub train: &'a Table,
    /// The columns that the model reads.
    pub columns: &'a [String],
    /// The task.
    pub task: Task,
    /// The probability from which the positive class is predicted (binary).
    pub threshold: f64,
    /// The seed.
    pub seed: u64,
}

/// A case of a probe: the columns altered and the alterations, each by id and size.
#[derive(Clone)]
pub struct Case {
    /// The probe.
    pub probe: &'static Probe,
    /// The columns altered; none where it is about whole rows.
    pub columns: Vec<String>,
    /// The alterations.
    pub steps: Vec<(String, f64)>,
}

/// Altered rows.
pub struct Trial {
    /// The rows.
    pub rows: Table,
    /// For each of them, the row of the bench that it stands for.
    pub stands_for: Vec<usize>,
    /// How many are predicted at a time.
    pub batch: usize,
}

/// What is usual in a column of the training rows.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Usual {
    /// Numbers.
    Number { low: f64, high: f64, sd: f64, median: f64 },
    /// Dates: the median.
    Date { median: i64 },
    /// Texts: the most frequent one (the smaller by text among equals), where one is there.
    Strings { mode: Option<String> },
}

/// How the battery is run.
#[derive(Deserialize)]
pub(super) struct Options {
    rows: usize,
    tolerance: f64,
}

/// The rows that probes alter and the answers to them as they are.
pub struct Bench {
    /// The rows.
    pub(super) rows: Table,
    /// Their positions in the setting's rows.
    pub(super) positions: Vec<usize>,
    /// Answers to the unaltered rows: rows x outputs.
    pub(super) answer: Array2<f64>,
    /// What is usual in each column.
    pub(super) usual: Vec<Usual>,
    /// Levels of the training rows by column, so that an unseen one can be made up.
    pub(super) levels: Vec<Vec<String>>,
    /// The seed.
    pub(super) seed: u64,
    task: Task,
    threshold: f64,
    /// How far the answer of a regression moves before it counts as flipped.
    tolerance: f64,
    score: Figure,
}

impl Bench {
    pub(super) fn new(options: Options, setting: &Setting, model: &Model) -> Result<Self, Problem> {
        if setting.columns.is_empty() {
            return Err(Problem::new(Stage::Stress, "stress.no_inputs"));
        }
        if setting.rows.rows() == 0 || setting.train.rows() == 0 {
            return Err(Problem::new(Stage::Stress, "stress.no_rows"));
        }
        let table = rows::inputs(setting.rows, setting.columns, Stage::Stress)?;
        let train = rows::inputs(setting.train, setting.columns, Stage::Stress)?;
        let positions = rows::sample(table.rows(), options.rows, &mut Rng::new(setting.seed, "stress rows", 0));
        let rows = table.take(&positions);
        let answer = model.answer(&rows)?;
        if answer.iter().any(|value| !value.is_finite()) {
            return Err(Problem::new(Stage::Stress, "stress.base_not_finite"));
        }
        let first = answer.column(0).to_vec();
        let deviation = sums::deviation(&first, 0).unwrap_or(0.0);
        let scale = if deviation > 0.0 { deviation } else { sums::mean(&first).unwrap_or(0.0).abs() };
        Ok(Self {
            usual: train.columns().iter().map(usual).collect(),
            levels: train
                .columns()
                .iter()
                .map(|column| column.strings().map_or_else(Vec::new, |strings| strings.levels().map(str::to_owned).collect()))
                .collect(),
            score: match &model.score {
                Some(scorer) => (scorer.of)(&positions, &answer),
                None => Figure::undefined("no_score"),
            },
            rows,
            positions,
            answer,
            seed: setting.seed,
            task: setting.task,
            threshold: setting.threshold,
            tolerance: options.tolerance * scale,
        })
    }

    /// Cases of one column each, with these steps; columns without steps are passed over.
    pub(super) fn each(&self, probe: &'static Probe, steps: impl Fn(&Column, &Usual) -> Vec<(String, f64)>) -> Vec<Case> {
        let columns = self.rows.columns().iter().zip(&self.usual);
        columns
            .map(|(column, usual)| Case { probe, columns: vec![column.name.clone()], steps: steps(column, usual) })
            .filter(|case| !case.steps.is_empty())
            .collect()
    }

    /// One case for the rows as a whole.
    pub(super) fn whole(probe: &'static Probe, step: &str) -> Vec<Case> {
        vec![Case { probe, columns: Vec::new(), steps: vec![(step.to_owned(), 0.0)] }]
    }

    /// The rows with some columns altered.
    pub(super) fn altered(&self, columns: &[String], alter: impl Fn(&Column, usize) -> Data) -> Trial {
        let mut rows = self.rows.clone();
        for name in columns {
            if let Some(place) = self.rows.position(name) {
                let column = &self.rows.columns()[place];
                rows.put(Column { name: name.clone(), kind: column.kind, data: alter(column, place) });
            }
        }
        Trial { stands_for: (0..rows.rows()).collect(), rows, batch: BATCH }
    }

    /// The rows with the present numbers of a column altered. What grows beyond the largest number becomes it: a
    /// table holds no infinity.
    pub(super) fn numbers(&self, columns: &[String], alter: impl Fn(usize, usize, f64) -> f64) -> Trial {
        self.altered(columns, |column, place| match &column.data {
            Data::Number(values) => Data::Number(
                values
                    .iter()
                    .enumerate()
                    .map(|(row, &value)| if value.is_nan() { value } else { finite(alter(place, row, value), value) })
                    .collect(),
            ),
            other => other.clone(),
        })
    }

    /// The class of an answer: for a binary task whether it reaches the threshold, otherwise the first largest.
    fn class(&self, answer: ArrayView1<f64>) -> usize {
        if self.task == Task::Binary && answer.len() == 1 {
            return usize::from(answer[0] >= self.threshold);
        }
        let mut best = 0;
        for (place, value) in answer.iter().enumerate() {
            if *value > answer[best] {
                best = place;
            }
        }
        best
    }

    fn certainty(&self, answer: ArrayView1<f64>) -> f64 {
        let largest = answer.iter().copied().fold(0.0, sums::larger);
        if answer.len() == 1 { sums::larger(largest, 1.0 - largest) } else { largest }
    }

    /// The numbers of rows that the model refused.
    pub(super) fn refused(&self, rows: usize) -> Numbers {
        let none = || Figure::undefined("refused");
        Numbers {
            rows,
            flipped: none(),
            changed: 0,
            largest_change: none(),
            non_finite: 0,
            certain: none(),
            lowest: none(),
            highest: none(),
            score_before: self.score.clone(),
            score_after: none(),
        }
    }

    /// Answers to altered rows against the answers to the rows they stand for, and the rows that changed most.
    pub(super) fn compare(&self, stands_for: &[usize], answer: &Array2<f64>, model: &Model) -> (Numbers, Vec<Example>) {
        let (mut flipped, mut changed, mut non_finite, mut certain) = (0_usize, 0, 0, 0_usize);
        let mut firsts = Vec::with_capacity(stands_for.len());
        // A change for each row that changed; infinite where the answer is not a number.
        let mut changes: Vec<(f64, usize)> = Vec::new();
        for (row, &stands) in stands_for.iter().enumerate() {
            let (before, after) = (self.answer.row(stands), answer.row(row));
            if after.iter().any(|value| !value.is_finite()) {
                non_finite += 1;
                changed += 1;
                changes.push((f64::INFINITY, row));
                continue;
            }
            firsts.push(after[0]);
            certain += usize::from(self.certainty(after) >= 0.99);
            let change = before.iter().zip(after).map(|(a, b)| (a - b).abs()).fold(0.0, sums::larger);
            if before.iter().zip(after).any(|(a, b)| a.to_bits() != b.to_bits()) {
                changed += 1;
                changes.push((change, row));
            }
            flipped += usize::from(match self.task {
                Task::Regression => change > self.tolerance,
                _ => self.class(before) != self.class(after),
            });
        }
        let share = |count: usize| match firsts.len() {
            0 => Figure::undefined("no_rows"),
            rows => Figure::Value(count as f64 / rows as f64),
        };
        let positions: Vec<usize> = stands_for.iter().map(|&row| self.positions[row]).collect();
        let largest = changes.iter().map(|(change, _)| *change).filter(|change| change.is_finite()).fold(0.0, sums::larger);
        let range = |value: f64| if firsts.is_empty() { Figure::undefined("no_rows") } else { Figure::from(value) };
        let numbers = Numbers {
            rows: stands_for.len(),
            flipped: share(flipped),
            changed,
            largest_change: range(largest),
            non_finite,
            certain: if self.task == Task::Regression { Figure::undefined("no_classes") } else { share(certain) },
            lowest: range(firsts.iter().copied().fold(f64::INFINITY, sums::smaller)),
            highest: range(firsts.iter().copied().fold(f64::NEG_INFINITY, sums::larger)),
            score_before: self.score.clone(),
            score_after: match &model.score {
                None => Figure::undefined("no_score"),
                Some(_) if stands_for.is_empty() => Figure::undefined("no_rows"),
                Some(_) if non_finite > 0 => Figure::undefined("not_finite"),
                Some(scorer) => (scorer.of)(&positions, answer),
            },
        };
        changes.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let examples = changes
            .iter()
            .take(EXAMPLES)
            .map(|&(_, row)| Example {
                origin: self.rows.origins()[stands_for[row]],
                before: self.answer.row(stands_for[row]).to_vec(),
                after: answer.row(row).iter().map(|value| value.is_finite().then_some(*value)).collect(),
            })
            .collect();
        (numbers, examples)
    }

    /// The smallest and largest first output of the unaltered rows.
    pub(super) fn range(&self) -> (f64, f64) {
        let first = self.answer.column(0);
        (first.iter().copied().fold(f64::INFINITY, sums::smaller), first.iter().copied().fold(f64::NEG_INFINITY, sums::larger))
    }

    /// The share of unaltered rows with a class that is at least 99 % probable; 0 for a regression.
    pub(super) fn certain(&self) -> f64 {
        if self.task == Task::Regression {
            return 0.0;
        }
        let certain = self.answer.rows().into_iter().filter(|answer| self.certainty(*answer) >= 0.99).count();
        certain as f64 / self.answer.nrows() as f64
    }
}

/// The largest finite number in place of an infinite one; the value itself where the result is not a number.
pub(super) fn finite(altered: f64, value: f64) -> f64 {
    if altered == f64::INFINITY {
        f64::MAX
    } else if altered == f64::NEG_INFINITY {
        f64::MIN
    } else if altered.is_nan() {
        value
    } else {
        altered
    }
}

fn usual(column: &Column) -> Usual {
    match &column.data {
        Data::Number(values) => {
            let ascending = sums::ascending(values);
            let median = sums::quantile(&ascending, 0.5).unwrap_or(0.0);
            let (low, high) = (ascending.first().copied().unwrap_or(0.0), ascending.last().copied().unwrap_or(0.0));
            // A deviation that overflows is no measure; the column is then left out of what needs one.
            let sd = sums::deviation(&ascending, 0).filter(|sd| sd.is_finite()).unwrap_or(0.0);
            Usual::Number { low, high, sd, median: finite(median, low) }
        }
        Data::Date(values) => {
            let mut present: Vec<i64> = values.iter().copied().filter(|&date| date != Column::NO_DATE).collect();
            present.sort_unstable();
            Usual::Date { median: present.get(present.len() / 2).copied().unwrap_or(Column::NO_DATE) }
        }
        Data::Strings(strings) => {
            let counts = strings.counts();
            let mode = counts.iter().zip(strings.levels()).max_by(|a, b| a.0.cmp(b.0).then_with(|| b.1.cmp(a.1)));
            Usual::Strings { mode: mode.map(|(_, level)| level.to_owned()) }
        }
    }
}
