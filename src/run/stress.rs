//! Stress tests of the chosen model, with a repair for each finding where the preparation has a step for it.

use super::session::Session;
use super::subject::{Subject, SubjectJob, Which};
use super::work::{Answer, Begun};
use crate::base::{Message, Params, Problem};
use crate::prepare::{Selector, Step, find};
use crate::recipe::{Edit, Recipe, digest_of};
use crate::stress::{Battery, Finding, PROBES, Report, Setting, Severity};
use crate::table::{Kind, Table};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What the probes found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stressed {
    /// The kind of model.
    pub model: String,
    /// The findings, the most severe first.
    pub report: Report,
    /// For each finding what it says, in one sentence.
    pub messages: Vec<Message>,
    /// For each finding what mends it, where a step of the preparation can.
    pub repairs: Vec<Option<Repair>>,
    /// The names of the answers, such as the classes.
    pub outputs: Vec<String>,
}

/// A step that mends a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Repair {
    /// What it does, in words.
    pub label: Message,
    /// The step.
    pub step: Step,
}

impl Repair {
    /// The edit that puts it into a recipe as it is now: before every other step on columns, so that it works on the raw
    /// column.
    pub fn edit(&self, recipe: &Recipe) -> Edit {
        Edit::InsertStep { at: recipe.first_place(), step: self.step.clone() }
    }

    /// Whether a recipe has it.
    pub fn is_made(&self, recipe: &Recipe) -> bool {
        recipe.prepare.contains(&self.step)
    }
}

/// Probes the chosen model: a [`Stressed`]. The fit of one fold is asked about rows that it did not learn from.
///
/// # Errors
/// A recipe that is not trained.
pub fn stress(session: &mut Session, recipe: &Recipe) -> Result<Begun, Problem> {
    let key = digest_of(&("stress", session.training_key(recipe)?, recipe.chosen, &recipe.stress, &recipe.judge));
    let subject = Arc::new(Subject::new(session, recipe, Which::Unseen)?);
    if let Some(known) = session.known(&key) {
        return Ok(Begun::Now(Answer { value: known, body: Vec::new() }));
    }
    let (rows, train, columns) = (subject.rows(), subject.train(), subject.columns());
    let setting = Setting {
        rows: &rows,
        train: &train,
        columns: &columns,
        task: subject.task(),
        threshold: subject.threshold,
        seed: recipe.stream("stress", 0),
    };
    let mut params = recipe.stress.params();
    params.insert("rows".to_owned(), recipe.stress.rows.clamp(1, 5000).into());
    let own = |probe: &str| recipe.stress.probes.get(probe).cloned().unwrap_or_default();
    let probes: Vec<(String, Params)> = PROBES.iter().map(|probe| (probe.id.to_owned(), own(probe.id))).collect();
    let battery = subject.with_model(|model| Battery::new(&params, &probes, &setting, model))?;
    let (recipe, model) = (recipe.clone(), recipe.candidate()?.model.clone());
    Begun::job(SubjectJob::new(Box::new(battery), subject.clone()), move |report, session| {
        let stressed = Stressed {
            model,
            messages: report.findings.iter().map(Finding::message).collect(),
            repairs: report.findings.iter().map(|finding| repair(&recipe, &subject.setup.inputs, finding)).collect(),
            outputs: subject.setup.plan_output().columns().iter().map(|name| (*name).to_owned()).collect(),
            report,
        };
        let answer = Answer::json(&stressed);
        session.know(key, answer.value.clone());
        Ok(answer)
    })
}

/// The step that mends a finding: gaps are filled, far values clipped, unseen levels put with the rare ones. Nothing
/// where the finding is small, where no step helps, or where the recipe has that step on that column already.
fn repair(recipe: &Recipe, inputs: &Table, finding: &Finding) -> Option<Repair> {
    if finding.severity < Severity::Medium {
        return None;
    }
    let column = match finding.columns.as_slice() {
        [column] => inputs.column(column)?,
        _ => return None,
    };
    let percentile = [("method", serde_json::Value::from("percentile"))];
    let (id, params): (&str, &[(&str, serde_json::Value)]) = match (finding.probe.as_str(), column.kind) {
        ("missing", Kind::Number | Kind::Category | Kind::Date) => ("impute", &[("indicator", serde_json::Value::Bool(true))]),
        // By percentiles, since a column of mostly equal values has no spread between its quartiles.
        ("extreme" | "unit" | "sign", Kind::Number) => ("outliers", &percentile),
        ("unseen", Kind::Category) => ("rare_levels", &[]),
        _ => return None,
    };
    let kind = find(id)?;
    let covers = |step: &Step| {
        let covered = match &step.columns {
            Selector::All => kind.accepts.contains(&column.kind),
            Selector::Names(names) => names.contains(&column.name),
            Selector::Except(names) => kind.accepts.contains(&column.kind) && !names.contains(&column.name),
        };
        step.enabled && step.id == id && covered
    };
    if recipe.prepare.iter().any(covers) {
        return None;
    }
    let step = Step {
        id: id.to_owned(),
        columns: Selector::Names(vec![column.name.clone()]),
        params: params.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        enabled: true,
    };
    let label = Message::new(format!("stress.repair.{id}")).with("column", &column.name);
    Some(Repair { label, step })
}
