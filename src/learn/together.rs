//! Models that answer the same put together: each answers in columns of its own, which an operation behind them reads.

use super::Model;
use crate::base::{Problem, Severity};
use crate::plan::{Link, Op};

/// Models with a label each, over some columns and with the same outputs.
pub struct Together<'a> {
    /// The columns that the models read, and more.
    pub columns: &'a [String],
    /// What every model answers.
    pub outputs: &'a [String],
    /// What the models are called: a word for each.
    pub labels: Vec<String>,
}

impl Together<'_> {
    /// The names of the models' own columns, model by model: "output of label", made longer where a column has that name.
    pub fn names(&self) -> Vec<String> {
        let name = |label: &String, output: &String| {
            let mut name = format!("{output} of {label}");
            while self.columns.contains(&name) || self.outputs.contains(&name) {
                name.push('\'');
            }
            name
        };
        self.labels.iter().flat_map(|label| self.outputs.iter().map(move |output| name(label, output))).collect()
    }

    /// The operations of the models, each answering in columns of its own.
    pub fn ops(&self, models: &mut [Model]) -> Vec<Op> {
        let (names, each) = (self.names(), self.outputs.len());
        let own = |place: usize| &names[place * each..(place + 1) * each];
        let moved = |(place, model): (usize, &mut Model)| {
            let ops = std::mem::take(&mut model.ops);
            ops.into_iter().map(|op| renamed(op, self.outputs, own(place))).collect::<Vec<Op>>()
        };
        models.iter_mut().enumerate().flat_map(moved).collect()
    }

    /// What makes the mean of the models' columns, and drops these; each model counts as much as its weight says.
    pub fn mean(&self, weights: &[f64]) -> Vec<Op> {
        let (names, each, count) = (self.names(), self.outputs.len(), self.labels.len());
        let total = crate::num::sum::sum(weights);
        let shares: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
        let mean = |(place, output): (usize, &String)| Op::Linear {
            columns: (0..count).map(|model| names[model * each + place].clone()).collect(),
            weights: vec![shares.clone()],
            bias: vec![0.0],
            link: Link::Identity,
            into: vec![output.clone()],
        };
        let mut ops: Vec<Op> = self.outputs.iter().enumerate().map(mean).collect();
        ops.push(Op::Drop { columns: names });
        ops
    }
}

/// The warnings of some models, each once.
pub fn warnings(models: &[Model]) -> Vec<Problem> {
    let mut notes: Vec<Problem> = Vec::new();
    for note in models.iter().flat_map(|model| &model.notes).filter(|note| note.severity == Severity::Warning) {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    notes
}

/// The operation of a model with its outputs under other names.
fn renamed(mut op: Op, from: &[String], to: &[String]) -> Op {
    let new = |name: &mut String| {
        if let Some(place) = from.iter().position(|other| other == name) {
            name.clone_from(&to[place]);
        }
    };
    match &mut op {
        Op::Constant { into, .. } | Op::Linear { into, .. } | Op::Trees { into, .. } | Op::Neighbours { into, .. } => {
            into.iter_mut().for_each(new)
        }
        Op::Network { into, .. } | Op::DeepNetwork { into, .. } | Op::GaussianBayes { into, .. } | Op::Boosted { into, .. } => {
            into.iter_mut().for_each(new);
        }
        // A number that is brought back to its unit.
        Op::Scale { column, .. } => new(column),
        _ => {}
    }
    op
}
