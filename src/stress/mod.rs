//! Stress: what the model does when its input is not as it should be. One file per probe.
//!
//! A probe alters rows that the model knows how to predict, and compares the answers. It never fails on what it finds:
//! an answer that is not a number, or a refusal, is a finding.

mod bench;
mod dropped;
mod duplicated;
mod empty;
mod extreme;
mod missing;
mod noise;
mod shuffled;
mod sign;
mod single;
mod unit;
mod unseen;

pub use bench::{Bench, Case, Setting, Trial};

use crate::base::{Field, Figure, Message, Params, Problem, Stage, field};
use crate::explain::work::{BATCH, Batches, Model, Unit, Work};
use crate::table::Origin;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

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
            .with("size", step.size)
            .with("reason", step.problem.as_ref().map(ToString::to_string).unwrap_or_default())
    }
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
    &shuffled::PROBE,
    &sign::PROBE,
    &single::PROBE,
    &unit::PROBE,
    &unseen::PROBE,
];

/// A probe by id.
pub fn find(id: &str) -> Option<&'static Probe> {
    PROBES.iter().copied().find(|probe| probe.id == id)
}

/// The form of the battery as a whole.
pub fn fields() -> Vec<Field> {
    vec![Field::integer("rows", 1000, 1, 5000), Field::number("tolerance", 0.5, 0.01, 10.0)]
}

/// The probes on a model, a unit for each case.
pub struct Battery {
    bench: Arc<Bench>,
    cases: Vec<Case>,
    metric: Option<String>,
}

impl Battery {
    /// Prepares probes by id and parameters; predicts the unaltered rows once.
    ///
    /// # Errors
    /// Parameters out of range, an unknown probe, no rows, or a model that cannot predict the unaltered rows.
    pub fn new(params: &Params, probes: &[(String, Params)], setting: &Setting, model: &Model) -> Result<Self, Problem> {
        let bench = Bench::new(field::parse(&fields(), params, Stage::Stress, "stress")?, setting, model)?;
        let mut cases = Vec::new();
        for (id, params) in probes {
            let probe = find(id).ok_or_else(|| Problem::new(Stage::Stress, "stress.no_probe").with("probe", id))?;
            let problem = field::check(&(probe.fields)(), params, Stage::Stress, &probe.owner()).into_iter().next();
            if let Some(problem) = problem {
                return Err(problem);
            }
            cases.extend((probe.cases)(params, &bench)?);
        }
        Ok(Self { bench: Arc::new(bench), cases, metric: model.score.as_ref().map(|scorer| scorer.metric.clone()) })
    }

    /// Every probe with its defaults.
    ///
    /// # Errors
    /// As [`Battery::new`].
    pub fn all(setting: &Setting, model: &Model) -> Result<Self, Problem> {
        let probes: Vec<(String, Params)> = PROBES.iter().map(|probe| (probe.id.to_owned(), Params::new())).collect();
        Self::new(&Params::new(), &probes, setting, model)
    }
}

impl Work for Battery {
    type Part = Finding;
    type Output = Report;

    fn units(&self) -> usize {
        self.cases.len()
    }

    fn start(&self, unit: usize) -> Box<dyn Unit<Part = Finding>> {
        Box::new(Probing { bench: self.bench.clone(), case: self.cases[unit].clone(), steps: Vec::new(), trial: None })
    }

    fn join(&self, parts: Vec<Finding>) -> Result<Report, Problem> {
        let belongs = |(finding, case): (&Finding, &Case)| finding.probe == case.probe.id && finding.columns == case.columns;
        if parts.len() != self.cases.len() || !parts.iter().zip(&self.cases).all(belongs) {
            return Err(Problem::new(Stage::Stress, "stress.other_parts").with("units", self.cases.len()));
        }
        let mut findings = parts;
        let flipped = |finding: &Finding| finding.step().and_then(|step| step.numbers.flipped.value()).unwrap_or(0.0);
        // Stable, so that equal ones keep the order of probes and columns.
        findings.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| flipped(b).total_cmp(&flipped(a))));
        Ok(Report { seed: self.bench.seed, rows: self.bench.rows.rows(), metric: self.metric.clone(), findings })
    }
}

/// A unit: one case, a step after the other.
struct Probing {
    bench: Arc<Bench>,
    case: Case,
    steps: Vec<(Step, Vec<Example>)>,
    trial: Option<(Batches, Trial)>,
}

/// How many calls of the model fit into a slice where each is about one row.
const CALLS: usize = 64;

impl Unit for Probing {
    type Part = Finding;

    fn advance(&mut self, model: &Model) -> Result<Option<Finding>, Problem> {
        let Some((batches, trial)) = &mut self.trial else {
            if self.steps.len() == self.case.steps.len() {
                return Ok(Some(self.end()));
            }
            let mut trial = (self.case.probe.trial)(&self.case, self.steps.len(), &self.bench);
            let rows = std::mem::take(&mut trial.rows);
            self.trial = Some((Batches::new(rows, trial.batch), trial));
            return Ok(None);
        };
        for _ in 0..if trial.batch < BATCH { CALLS } else { 1 } {
            match batches.advance(model) {
                Ok(false) => {}
                Ok(true) => {
                    let answer = batches.end();
                    self.close(Ok(answer), model);
                    break;
                }
                Err(problem) => {
                    self.close(Err(problem), model);
                    break;
                }
            }
        }
        Ok(None)
    }
}

impl Probing {
    /// Keeps what a step came to.
    fn close(&mut self, answer: Result<ndarray::Array2<f64>, Problem>, model: &Model) {
        let Some((_, trial)) = self.trial.take() else { return };
        let (id, size) = self.case.steps[self.steps.len()].clone();
        let columns = self.bench.answer.ncols();
        let answer = answer.and_then(|answer| match answer.ncols() == columns {
            true => Ok(answer),
            false => Err(Problem::new(Stage::Stress, "stress.other_outputs").with("want", columns).with("got", answer.ncols())),
        });
        let (numbers, examples, problem) = match answer {
            Ok(answer) => {
                let (numbers, examples) = self.bench.compare(&trial.stands_for, &answer, model);
                (numbers, examples, None)
            }
            Err(problem) => (self.bench.refused(trial.stands_for.len()), Vec::new(), Some(problem)),
        };
        let mut step = Step { id, size, severity: Severity::Fine, numbers, problem };
        step.severity = (self.case.probe.severity)(&step, &self.bench);
        self.steps.push((step, examples));
    }

    fn end(&mut self) -> Finding {
        let weight = |step: &Step| (step.severity, step.numbers.flipped.value().unwrap_or(0.0));
        let mut worst = 0;
        for (place, (step, _)) in self.steps.iter().enumerate() {
            let ((severity, flipped), (most, share)) = (weight(step), weight(&self.steps[worst].0));
            if severity > most || severity == most && flipped > share {
                worst = place;
            }
        }
        let (steps, mut examples): (Vec<Step>, Vec<Vec<Example>>) = std::mem::take(&mut self.steps).into_iter().unzip();
        Finding {
            probe: self.case.probe.id.to_owned(),
            columns: self.case.columns.clone(),
            severity: steps.iter().map(|step| step.severity).max().unwrap_or(Severity::Fine),
            examples: if worst < examples.len() { examples.swap_remove(worst) } else { Vec::new() },
            steps,
            worst,
        }
    }
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
