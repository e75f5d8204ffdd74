//! Probes run on a model: a unit for each case, a step after the other.

use super::{Bench, Case, Example, Finding, PROBES, Report, Setting, Severity, Step, Trial, find};
use crate::base::{Field, Params, Problem, Stage, field};
use crate::explain::work::{BATCH, Batches, Model, Run, Unit, Work};
use std::sync::Arc;

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

    /// What is tried, in order of the units.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// The probes on a model as a job, a batch of predictions a slice. The model is that of [`Battery::new`].
    pub fn job<'a>(self, model: Model<'a>) -> Run<'a, Battery> {
        Run::new(Box::new(self), model)
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
