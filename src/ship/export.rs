//! Exports: what a trained model can leave as. One function and one line each.

use super::card::card;
use super::mlflow::mlflow;
use super::model::Model;
use super::onnx::{self, Onnx};
use crate::base::{Problem, Stage};
use crate::plan::{Op, Plan};
use crate::report::{Report, html};
use crate::table::Table;
use serde::{Deserialize, Serialize};

/// Rows that an export is compared with, at most; fewer where each row meets many points, so that it does not take long.
const CHECKED: usize = 2000;
const CHECKED_LEAST: usize = 20;
const CHECKED_NUMBERS: usize = 50_000_000;

/// Everything that an export may draw on.
pub struct Facts<'a> {
    /// The chosen model, fitted on all training rows.
    pub model: &'a Model,
    /// What the run came to, where that is known; cards and reports are made of it.
    pub report: Option<&'a Report>,
    /// How often the sealed rows were opened; nothing where nobody counted.
    pub openings: Option<usize>,
    /// Raw rows that exports are compared on, such as those of the training. None of them leaves.
    pub rows: &'a Table,
}

/// A file that leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What an export's check came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    /// Rows whose answers were compared.
    pub rows: usize,
    /// The largest difference.
    pub largest: f64,
}

/// A kind of export. Its texts are `export.<id>` and `export.<id>.help`.
pub struct Export {
    /// The stable id.
    pub id: &'static str,
    /// The ending of its file.
    pub ending: &'static str,
    /// Makes it, and says what its check came to where it has one.
    pub make: fn(&Facts) -> Result<(File, Option<Checked>), Problem>,
}

/// Every kind of export, in the order in which they are offered.
pub static EXPORTS: &[Export] = &[
    Export { id: "model", ending: ".atelier-model", make: model_file },
    Export { id: "onnx", ending: ".onnx", make: onnx_file },
    Export { id: "mlflow", ending: ".mlflow.zip", make: mlflow },
    Export { id: "card", ending: ".card.md", make: card },
    Export { id: "report", ending: ".report.html", make: report_page },
    Export { id: "recipe", ending: ".recipe.json", make: recipe_file },
];

/// A kind of export by id.
pub fn find(id: &str) -> Option<&'static Export> {
    EXPORTS.iter().find(|export| export.id == id)
}

/// A file named after the model.
pub(super) fn file(facts: &Facts, ending: &str, media: &'static str, bytes: Vec<u8>) -> File {
    let name = if facts.model.name.is_empty() { "model" } else { &facts.model.name };
    File { name: format!("{name}{ending}"), media, bytes }
}

fn model_file(facts: &Facts) -> Result<(File, Option<Checked>), Problem> {
    Ok((file(facts, ".atelier-model", "application/octet-stream", facts.model.to_bytes()), None))
}

/// The report, for exports that are made of it.
pub(super) fn report_of<'a>(facts: &Facts<'a>) -> Result<&'a Report, Problem> {
    facts.report.ok_or_else(|| Problem::new(Stage::Ship, "ship.no_report"))
}

/// The plan as ONNX, compared with the engine on training rows: one that answers otherwise is not handed out.
pub(super) fn checked_onnx(facts: &Facts) -> Result<(Onnx, Checked), Problem> {
    let model = facts.model;
    let notes =
        [("made_by", format!("Atelier {}", env!("CARGO_PKG_VERSION"))), ("target", model.target.clone()), ("report", model.report.clone())];
    let notes: Vec<(String, String)> = notes.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
    let made = onnx::onnx(&model.plan, "atelier", &notes).map_err(|refused| {
        let problem = Problem::new(Stage::Ship, "ship.unsupported");
        problem.with("why", refused.why)
    })?;
    let rows: Vec<usize> = (0..facts.rows.rows().min(checked(&model.plan))).collect();
    let difference = onnx::read::check(&made.bytes, &model.plan, &facts.rows.take(&rows))?;
    Ok((made, Checked { rows: difference.rows, largest: difference.largest }))
}

/// Rows that an export of a plan is compared with, at most.
fn checked(plan: &Plan) -> usize {
    let points = plan.ops.iter().map(|op| match op {
        Op::Neighbours { nearest, .. } => nearest.points.len(),
        _ => 0,
    });
    (CHECKED_NUMBERS / points.max().unwrap_or(0).max(1)).clamp(CHECKED_LEAST, CHECKED)
}

fn onnx_file(facts: &Facts) -> Result<(File, Option<Checked>), Problem> {
    let (made, checked) = checked_onnx(facts)?;
    Ok((file(facts, ".onnx", "application/octet-stream", made.bytes), Some(checked)))
}

fn report_page(facts: &Facts) -> Result<(File, Option<Checked>), Problem> {
    let page = html::page(report_of(facts)?, &html::Aside { openings: facts.openings });
    Ok((file(facts, ".report.html", "text/html", page.into_bytes()), None))
}

fn recipe_file(facts: &Facts) -> Result<(File, Option<Checked>), Problem> {
    Ok((file(facts, ".recipe.json", "application/json", facts.model.recipe.clone().into_bytes()), None))
}
