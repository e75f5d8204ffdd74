//! Would more rows help: the chosen candidate fitted on parts of each fold's training rows, as a study.

use super::look::refuse_errors;
use super::session::Session;
use super::study::{Study, Turn};
use super::task::{FoldResult, Held, Task, Unit, unpack};
use super::work::{Answer, Begun};
use crate::base::{Figure, Problem, Progress};
use crate::judge::growth::{Growth, SHARES, growth};
use crate::judge::{Judged, Setup};
use crate::learn::Target;
use crate::metric::{self, Prediction};
use crate::num::Rng;
use crate::recipe::Recipe;
use crate::table::split::Scheme;
use ndarray::Array2;
use std::collections::BTreeMap;
use std::sync::Arc;

/// More folds than this are not looked at: each costs as many fits as there are sizes.
const MOST_FOLDS: usize = 10;

/// Learns from more and more rows: a [`Growth`].
///
/// # Errors
/// What the check of the recipe finds; see [`GrowStudy::new`].
pub fn grow(session: &mut Session, recipe: &Recipe) -> Result<Begun, Problem> {
    let held = session.held(recipe)?;
    refuse_errors(held, recipe)?;
    let study = GrowStudy::new(held, recipe)?;
    Begun::study(study, |grown, _| Ok(Answer::json(&grown)))
}

/// The part of a fold's training rows that is learned from: drawn by chance, whole units at a time, the classes in their
/// shares; by time the latest rows. Ascending. At least two rows, and one of each class that is there.
pub(super) fn part(setup: &Setup, train: &[usize], share: f64, scheme: Scheme, seed: u64) -> Vec<usize> {
    let count = |all: usize, least: usize| (((all as f64) * share).round() as usize).clamp(least.min(all), all);
    if share >= 1.0 {
        return train.to_vec();
    }
    if scheme == Scheme::Time {
        let times = |row: usize| setup.times.as_ref().map_or(row as f64, |times| times[row]);
        let mut latest = train.to_vec();
        latest.sort_by(|a, b| times(*a).total_cmp(&times(*b)).then(a.cmp(b)));
        let mut latest = latest.split_off(train.len() - count(train.len(), 2));
        latest.sort_unstable();
        return latest;
    }
    let mut rng = Rng::new(seed, "part", 0);
    if let Some(units) = &setup.units {
        let mut names: Vec<u32> = train.iter().map(|&row| units[row]).collect();
        names.sort_unstable();
        names.dedup();
        rng.shuffle(&mut names);
        names.truncate(count(names.len(), 2));
        names.sort_unstable();
        return train.iter().copied().filter(|&row| names.binary_search(&units[row]).is_ok()).collect();
    }
    let mut order = train.to_vec();
    rng.shuffle(&mut order);
    let mut kept = match &setup.target {
        Target::Values(_) => order[..count(order.len(), 2)].to_vec(),
        Target::Classes { codes, count: classes } => {
            let of = |class: u32| order.iter().copied().filter(move |&row| codes[row] == class).collect::<Vec<usize>>();
            (0..*classes as u32).map(of).flat_map(|rows| rows[..count(rows.len(), 1)].to_vec()).collect()
        }
    };
    kept.sort_unstable();
    kept
}

/// The study: a fit for each size and fold. Its numbers are size x folds + fold.
pub struct GrowStudy {
    recipe: Recipe,
    table: String,
    setup: Arc<Setup>,
    folds: usize,
    told: bool,
    progress: BTreeMap<u64, f64>,
    results: BTreeMap<u64, Result<FoldResult, Problem>>,
}

impl GrowStudy {
    /// A study of the chosen candidate on the table that is held.
    ///
    /// # Errors
    /// A goal that the table does not meet, no model.
    pub fn new(held: &mut Held, recipe: &Recipe) -> Result<Self, Problem> {
        recipe.candidate()?;
        let setup = held.setup(recipe)?;
        let folds = setup.folds.len().min(MOST_FOLDS);
        let tasks = (SHARES.len() * folds) as u64;
        Ok(Self {
            recipe: recipe.clone(),
            table: held.digest.clone(),
            setup,
            folds,
            told: false,
            progress: (0..tasks).map(|task| (task, 0.0)).collect(),
            results: BTreeMap::new(),
        })
    }

    /// The metric on the rows that a fit has not seen; undefined where it failed, as a rare class may make it.
    fn score(&self, metric: &metric::Metric, result: Result<FoldResult, Problem>) -> (f64, Figure) {
        let Ok(result) = result else { return (f64::NAN, Figure::undefined("failed")) };
        let width = self.setup.plan_output().columns().len();
        let learned = result.fitted.rows as f64;
        let Ok(answer) = Array2::from_shape_vec((result.rows.len(), width), result.predictions) else {
            return (learned, Figure::undefined("failed"));
        };
        let judged = Judged::new(&self.setup, result.rows, Vec::new(), answer);
        let prediction = Prediction { answer: judged.answer.view(), threshold: 0.5 };
        (learned, metric.compute(&judged.truth(), &prediction, None))
    }

    fn grown(&mut self) -> Result<Growth, Problem> {
        let metric = metric::find(metric::usual(self.setup.task))
            .ok_or_else(|| Problem::new(crate::base::Stage::Learn, "goal.no_metric").with("metric", metric::usual(self.setup.task)))?;
        let (mut rows, mut scores) = (Vec::new(), Vec::new());
        for size in 0..SHARES.len() {
            let mut found = Vec::with_capacity(self.folds);
            for fold in 0..self.folds {
                let index = (size * self.folds + fold) as u64;
                let result = self.results.remove(&index).unwrap_or_else(|| Err(Problem::new(crate::base::Stage::Learn, "learn.no_fold")));
                // All rows failing is the model's failure, and said as such.
                if size + 1 == SHARES.len() {
                    result.as_ref().map_err(Clone::clone)?;
                }
                found.push(self.score(metric, result));
            }
            let known: Vec<f64> = found.iter().map(|(rows, _)| *rows).filter(|rows| rows.is_finite()).collect();
            rows.push(known.iter().sum::<f64>() / known.len().max(1) as f64);
            scores.push(found.into_iter().map(|(_, score)| score).collect());
        }
        Ok(growth(metric, &rows, &scores))
    }
}

impl Study for GrowStudy {
    type Outcome = Growth;

    fn tasks(&mut self) -> Vec<Task> {
        if std::mem::replace(&mut self.told, true) {
            return Vec::new();
        }
        let task = |index: u64| {
            let (fold, size) = (index as usize % self.folds, index as usize / self.folds);
            let unit = Unit::Part { candidate: self.recipe.chosen, fold, size };
            Task::new(index, self.table.clone(), self.recipe.clone(), unit)
        };
        self.progress.keys().copied().map(task).collect()
    }

    fn accept(&mut self, index: u64, result: Result<&[u8], Problem>) {
        self.progress.insert(index, 1.0);
        self.results.insert(index, result.and_then(unpack));
    }

    fn hear(&mut self, index: u64, progress: &Progress) {
        self.progress.insert(index, progress.share());
    }

    fn progress(&self) -> Progress {
        // A fit takes about as long as it has rows.
        let weight = |index: &u64| SHARES[(*index as usize / self.folds.max(1)).min(SHARES.len() - 1)];
        let done: f64 = self.progress.iter().map(|(index, share)| share * weight(index)).sum();
        let all: f64 = self.progress.keys().map(weight).sum();
        Progress { done: (1000.0 * done) as u64, total: (1000.0 * all) as u64 }
    }

    fn is_working(&self) -> bool {
        self.results.len() == self.progress.len()
    }

    fn turn(&mut self) -> Result<Turn<Growth>, Problem> {
        if !self.is_working() {
            return Ok(Turn::Waiting);
        }
        self.grown().map(Turn::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::{Goal, Split};
    use crate::table::{Column, Strings, Table};

    #[test]
    fn parts_keep_classes_units_and_the_latest_rows() {
        let n = 120;
        let table = Table::new(vec![
            Column::number("a", (0..n).map(f64::from).collect()),
            Column::number("day", (0..n).map(|row| f64::from(row * 7 % 120)).collect()),
            Column::category(
                "who",
                Strings::from_texts((0..n).map(|row| Some(["p", "q", "r", "s", "t", "u", "v", "w"][row as usize % 8]))),
            ),
            Column::category("y", Strings::from_texts((0..n).map(|row| Some(if row % 10 == 0 { "yes" } else { "no" })))),
        ]);
        let goal = Goal { target: Some("y".to_owned()), ..Goal::default() };
        let split = Split { held_out: 0.0, ..Split::default() };
        let made = |goal: &Goal, scheme| Setup::new(&table, goal, &Split { scheme, ..split.clone() }, &[], &[], 1).expect("a setup");
        let setup = made(&goal, Scheme::Stratified);
        let train: Vec<usize> = (0..100).collect();
        let half = part(&setup, &train, 0.5, Scheme::Stratified, 3);
        let Target::Classes { codes, .. } = &setup.target else { panic!("classes") };
        assert_eq!((half.len(), half.iter().filter(|&&row| codes[row] == 1).count()), (50, 5));
        assert!(half.is_sorted() && half.iter().all(|row| train.contains(row)));
        assert_ne!(half, part(&setup, &train, 0.5, Scheme::Stratified, 4));
        assert_eq!(part(&setup, &train, 1.0, Scheme::Stratified, 3), train);
        let setup = made(&Goal { group: Some("who".to_owned()), ..goal.clone() }, Scheme::Group);
        let units = setup.units.as_ref().expect("units");
        let some = part(&setup, &train, 0.25, Scheme::Group, 3);
        let mut names: Vec<u32> = some.iter().map(|&row| units[row]).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 2);
        assert_eq!(some.len(), train.iter().filter(|&&row| names.contains(&units[row])).count());
        let setup = made(&Goal { time: Some("day".to_owned()), ..goal }, Scheme::Time);
        let times = setup.times.as_ref().expect("times");
        let late = part(&setup, &train, 0.2, Scheme::Time, 3);
        let first = late.iter().map(|&row| times[row]).fold(f64::INFINITY, |a, b| if b < a { b } else { a });
        assert_eq!(late.len(), 20);
        assert!(train.iter().filter(|row| !late.contains(row)).all(|&row| times[row] <= first));
    }
}
