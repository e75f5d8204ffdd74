//! The proof that nothing leaks: every row that a fold does not learn from is replaced by garbage, its answer too, and the
//! preparation is fitted again. What was learned must be the same, byte for byte.

use super::fit::FitJob;
use super::setup::Setup;
use crate::base::{Advance, Job, Params, Problem, Progress, digest};
use crate::learn::{BASELINE, Candidate, Target};
use crate::num::Rng;
use crate::prepare::Step;
use crate::table::{Column, Data, Strings, Table};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What the proof came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Folds whose preparation was fitted twice.
    pub folds: usize,
    /// Steps that were fitted twice, over all folds.
    pub steps: usize,
    /// Cells that were replaced, over all folds.
    pub cells: usize,
    /// Steps that learned something else, as fold and place, both from 0. There is none unless the engine is broken.
    pub leaks: Vec<(usize, usize)>,
}

/// The proof in slices: a step of a fold at a time.
pub struct ProofJob {
    setup: Arc<Setup>,
    steps: Vec<Step>,
    seed: u64,
    fold: usize,
    fits: Option<(FitJob, FitJob)>,
    proof: Proof,
}

impl ProofJob {
    /// The proof for the steps of a setup.
    pub fn new(setup: Arc<Setup>, steps: Vec<Step>, seed: u64) -> Self {
        Self { setup, steps, seed, fold: 0, fits: None, proof: Proof::default() }
    }

    fn begin(&mut self) -> bool {
        let Some(fold) = self.setup.folds.get(self.fold) else { return false };
        let mut learned = vec![false; self.setup.inputs.rows()];
        fold.train.iter().for_each(|&row| learned[row] = true);
        let others: Vec<usize> = (0..learned.len()).filter(|&row| !learned[row]).collect();
        let mut rng = Rng::new(self.seed, "garbage", self.fold as u64);
        let mut spoilt = (*self.setup).clone();
        spoilt.inputs = garbage(&spoilt.inputs, &others, &mut rng);
        spoil_answers(&mut spoilt.target, &others, &mut rng);
        self.proof.cells += others.len() * (spoilt.inputs.columns().len() + 1);
        let candidate = Candidate { model: BASELINE.id.to_owned(), params: Params::new(), ..Candidate::default() };
        let fit = |setup: &Setup| FitJob::new(setup, &fold.train, Some(&fold.test), &self.steps, &candidate, self.seed);
        self.fits = Some((fit(&self.setup), fit(&spoilt)));
        true
    }
}

/// Everything that the steps of a fit learned so far, as bytes.
fn bytes(fit: &FitJob) -> String {
    let (ops, _, target, reports) = fit.prepared();
    digest(&postcard::to_stdvec(&(ops, target, reports)).unwrap_or_default())
}

impl Job for ProofJob {
    type Output = Proof;

    fn advance(&mut self) -> Result<Advance<Proof>, Problem> {
        if self.fits.is_none() && !self.begin() {
            return Ok(Advance::Done(std::mem::take(&mut self.proof)));
        }
        if let Some((plain, spoilt)) = &mut self.fits {
            let (own, other) = (plain.advance_step(), spoilt.advance_step());
            match (own, other) {
                (Ok(true), Ok(true)) => {
                    let place = plain.prepared().3.len() - 1;
                    self.proof.steps += 1;
                    if bytes(plain) != bytes(spoilt) {
                        self.proof.leaks.push((self.fold, place));
                        self.fits = None;
                    }
                }
                (Ok(_), Ok(_)) => self.fits = None,
                (Err(problem), _) | (Ok(_), Err(problem)) => return Err(problem),
            }
        }
        if self.fits.is_none() {
            self.fold += 1;
            self.proof.folds = self.fold;
        }
        Ok(Advance::More(Progress { done: self.fold as u64, total: self.setup.folds.len() as u64 }))
    }
}

/// The table with other values in some rows: gaps, huge numbers, texts and levels that no other row has.
pub fn garbage(table: &Table, rows: &[usize], rng: &mut Rng) -> Table {
    let columns = table.columns().iter().map(|column| spoilt(column, rows, rng)).collect();
    Table::with_origins(columns, table.origins().to_vec())
}

fn spoilt(column: &Column, rows: &[usize], rng: &mut Rng) -> Column {
    let mut column = column.clone();
    match &mut column.data {
        Data::Number(values) => rows.iter().for_each(|&row| values[row] = [f64::NAN, -1e9, 1e9, 0.0][rng.below(4)]),
        Data::Date(values) => rows.iter().for_each(|&row| values[row] = (rng.below(1 << 30) as i64) << 10),
        Data::Strings(strings) => {
            // Made anew, so that levels of these rows alone are gone and others stand in another order.
            let mut texts: Vec<Option<&str>> = (0..strings.len()).map(|row| strings.get(row)).collect();
            let known: Vec<&str> = strings.levels().chain(["garbage"]).collect();
            rows.iter().for_each(|&row| texts[row] = [None, Some("garbage"), Some(known[rng.below(known.len())])][rng.below(3)]);
            *strings = Strings::from_texts(texts);
        }
    }
    column
}

fn spoil_answers(target: &mut Target, rows: &[usize], rng: &mut Rng) {
    match target {
        Target::Classes { codes, count } => rows.iter().for_each(|&row| codes[row] = rng.below(*count) as u32),
        Target::Values(values) => rows.iter().for_each(|&row| values[row] = 1e9 * rng.normal()),
    }
}
