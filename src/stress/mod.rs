//! Stress: what the model does when its input is not as it should be. One file per probe.
//!
//! A probe alters rows that the model knows how to predict, and compares the answers. It never fails on what it finds:
//! an answer that is not a number, or a refusal, is a finding.

mod battery;
mod bench;
mod dropped;
mod duplicated;
mod empty;
mod extreme;
mod missing;
mod noise;
mod retyped;
mod shuffled;
mod sign;
mod single;
mod swapped;
mod unit;
mod unseen;

pub use battery::{Battery, fields};
pub use bench::{Bench, Case, Setting, Trial};

use crate::base::{Field, Figure, Message, Params, Problem};
use crate::table::Origin;
use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Passed: nothing to see to.
    Fine,
    /// Worth knowing.
    Low,
    /// Fragile: see to it where such input can come.
    Medium,
    /// Broken: see to it before the model is used.
    High,
}

/// What happened to the predictions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    /// How many rows were predicted.
    pub rows: usize,
    /// The share of rows whose predicted class changed; for a regression, whose prediction moved by more than the
    /// tolerance.
    pub flipped: Figure,
    /// How many rows have an answer that is not the same to the last bit.
    pub changed: usize,
    /// The largest change of an answer.
    pub largest_change: Figure,
    /// How many rows have an answer that is not a finite number.
    pub non_finite: usize,
    /// The share of rows with a class that is at least 99 % probable.
    pub certain: Figure,
    /// The smallest first output.
    pub lowest: Figure,
    /// The largest first output.
    pub highest: Figure,
    /// The metric on the same rows before they were altered.
    pub score_before: Figure,
    /// The metric after.
    pub score_after: Figure,
}

/// One alteration and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What was done: the text is `probe.<probe>.step.<id>`.
    pub id: String,
    /// How much of it, in the step's own terms (a value, a factor, a number of deviations).
    pub size: f64,
    /// How much it matters.
    pub severity: Severity,
    /// What happened to the predictions.
    pub numbers: Numbers,
    /// What the model refused, where it refused the rows.
    pub problem: Option<Problem>,
}

/// A row before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// The row of the source.
    pub origin: Origin,
    /// The answer before, an entry for each output.
    pub before: Vec<f64>,
    /// The answer after; nothing where it is not a finite number.
    pub after: Vec<Option<f64>>,
}

/// What a probe found on a column, on several, or on the model as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The id of the probe.
    pub probe: String,
    /// The columns altered; none where it is about whole rows.
    pub columns: Vec<String>,
    /// The highest of the steps'.
    pub severity: Severity,
    /// Every alteration tried.
    pub steps: Vec<Step>,
    /// The place of the step that matters most.
    pub worst: usize,
    /// Rows of the worst step whose answers changed most, at most [`EXAMPLES`].
    pub examples: Vec<Example>,
}

/// How many example rows a finding has at most.
pub const EXAMPLES: usize = 5;

impl Finding {
    /// The step that matters most.
    pub fn step(&self) -> Option<&Step> {
        self.steps.get(self.worst)
    }

    /// What was found, in one sentence. Why it matters and what to do are the texts `probe.<probe>.why` and `.do`.
    pub fn message(&self) -> Message {
        let Some(step) = self.step() else { return Message::new("stress.nothing") };
        let share = |figure: &Figure| figure.value().map_or_else(|| "-".to_owned(), |share| format!("{:.1}", share * 100.0));
        let id = match &step.problem {
            Some(_) => "stress.refused".to_owned(),
            None if step.numbers.non_finite > 0 => "stress.non_finite".to_owned(),
            None if step.numbers.changed == 0 => "stress.same".to_owned(),
            None => format!("probe.{}.found", self.probe),
        };
        let columns = self.columns.join(", ");
        Message::new(id)
            .with("step", Message::new(format!("probe.{}.step.{}", self.probe, step.id)).with("columns", &columns))
            .with("columns", columns)
            .with("flipped", share(&step.numbers.flipped))
            .with("changed", step.numbers.changed)
            .with("non_finite", step.numbers.non_finite)
            .with("rows", step.numbers.rows)
            .with("size", shown(step.size))
            .with("reason", step.problem.as_ref().map(ToString::to_string).unwrap_or_default())
    }
}

/// A size to four digits, with an exponent where it is very large or small.
fn shown(size: f64) -> String {
    let rounded = format!("{size:.3e}").parse().ok().filter(|rounded: &f64| rounded.is_finite()).unwrap_or(size);
    let far = rounded != 0.0 && !(1e-4..1e7).contains(&f64::abs(rounded));
    if far { format!("{rounded:e}") } else { format!("{rounded}") }
}

/// All findings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// How many rows were altered.
    pub rows: usize,
    /// The id of the metric, where there is one.
    pub metric: Option<String>,
    /// What is found, the most severe first; passed probes last.
    pub findings: Vec<Finding>,
}

impl Report {
    /// How many findings have a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// A probe that can be chosen.
pub struct Probe {
    /// The stable id; the texts are `probe.<id>` (its name), `.help` (what is done), `.why`, `.do`, `.found`, and for
    /// each step `.step.<step>`; fields `probe.<id>.<field>`.
    pub id: &'static str,
    /// Its form.
    pub fields: fn() -> Vec<Field>,
    /// What it tries on these rows, with checked parameters.
    pub cases: fn(&Params, &Bench) -> Result<Vec<Case>, Problem>,
    /// The rows of a step of a case.
    pub trial: fn(&Case, usize, &Bench) -> Trial,
    /// How much a step matters.
    pub severity: fn(&Step, &Bench) -> Severity,
}

impl Probe {
    /// The prefix of the probe's texts and the owner of its fields.
    pub fn owner(&self) -> String {
        format!("probe.{}", self.id)
    }
}

/// Every probe, in alphabetic order of the ids.
pub static PROBES: &[&Probe] = &[
    &dropped::PROBE,
    &duplicated::PROBE,
    &empty::PROBE,
    &extreme::PROBE,
    &missing::PROBE,
    &noise::PROBE,
    &retyped::PROBE,
    &shuffled::PROBE,
    &sign::PROBE,
    &single::PROBE,
    &swapped::PROBE,
    &unit::PROBE,
    &unseen::PROBE,
];

/// A probe by id.
pub fn find(id: &str) -> Option<&'static Probe> {
    PROBES.iter().copied().find(|probe| probe.id == id)
}

/// Broken where the model refused the rows or an answer is not a number; otherwise by the share of rows that flip.
fn by_flips(step: &Step, high: f64, medium: f64, low: f64) -> Severity {
    if step.problem.is_some() || step.numbers.non_finite > 0 {
        return Severity::High;
    }
    match step.numbers.flipped.value() {
        Some(share) if share >= high => Severity::High,
        Some(share) if share >= medium => Severity::Medium,
        Some(share) if share >= low => Severity::Low,
        _ => Severity::Fine,
    }
}

/// A share that no rows reach: the severity is never given.
const NEVER: f64 = 2.0;

#[cfg(test)]
mod tests;
