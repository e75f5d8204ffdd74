//! Reports: everything that one run came to as one document, its digest, and a page that stands alone.
//!
//! The document is canonical JSON without clock or timings, so that the same recipe on the same table gives the same
//! bytes in the page and on the command line, with any number of workers. It holds figures, never a row of the table.
//! [`html::page`] puts it into words and charts.

mod canonical;
pub mod compared;
mod facts;
pub mod found;
pub mod html;
mod nested;
mod parts;
mod race;
pub mod scenes;

pub use canonical::canonical;
pub use facts::{ColumnFacts, DataFacts};
pub use nested::{Nested, NestedFold, Worth};
pub use parts::{Explanation, Extra, Fairness, HeldOut};
pub use race::{Entry, Race};

use crate::base::{Problem, Stage, digest};
use crate::judge::{CandidateOutcome, Comparison, CriterionOutcome, Evaluation, RowFacts, Trained, compare, criteria};
use crate::recipe::Recipe;
use crate::{fair, stress, watch};
use serde::{Deserialize, Serialize};

/// The version of the document's form.
pub const VERSION: u32 = 1;

/// Everything that one run came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The version of the document's form.
    pub version: u32,
    /// The version of the program.
    pub program: String,
    /// The study.
    pub recipe: Recipe,
    /// The table of the study.
    pub data: DataFacts,
    /// Which rows went where.
    pub rows: RowFacts,
    /// Every model on the rows of the folds, in the order of the recipe.
    pub candidates: Vec<CandidateOutcome>,
    /// Every pair of them on the same folds, where at least two were trained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// What the search for better parameters is worth, where that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nested: Option<Nested>,
    /// The chosen model on the sealed rows, where these were opened.
    pub held_out: Option<HeldOut>,
    /// What came of the success criteria.
    pub criteria: Vec<CriterionOutcome>,
    /// What moves the predictions, where that was asked.
    pub explanation: Option<Explanation>,
    /// What input breaks the model, where that was asked.
    pub stress: Option<stress::Report>,
    /// Figures by group, for each way of grouping that was asked for.
    pub fairness: Vec<Fairness>,
    /// How far new rows are from those of the training, where there are some.
    pub drift: Option<watch::Drift>,
}

impl Report {
    /// The report of a training, before anything else was looked at.
    pub fn new(recipe: &Recipe, data: DataFacts, trained: &Trained) -> Self {
        let mut report = Self {
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            // What the training says of judging goes before what the recipe says by now.
            recipe: Recipe { judge: trained.judge.clone(), ..recipe.clone() },
            data,
            rows: trained.rows.clone(),
            candidates: trained.candidates.clone(),
            comparison: compare(&recipe.compare, &recipe.goal, &trained.rows, &trained.candidates),
            nested: None,
            held_out: None,
            criteria: Vec::new(),
            explanation: None,
            stress: None,
            fairness: Vec::new(),
            drift: None,
        };
        report.decide();
        report
    }

    /// The same with what the chosen model came to on the sealed rows.
    #[must_use]
    pub fn with_held_out(mut self, evaluation: Evaluation) -> Self {
        self.held_out = Some(HeldOut { candidate: self.recipe.chosen, evaluation });
        self.decide();
        self
    }

    /// The same with what the search is worth.
    #[must_use]
    pub fn with_nested(mut self, nested: Nested) -> Self {
        self.nested = Some(nested);
        self
    }

    /// The same with explanations. Values of single rows are left out.
    #[must_use]
    pub fn with_explanation(mut self, explanation: Explanation) -> Self {
        self.explanation = Some(explanation.without_rows());
        self
    }

    /// The same with what the probes found. Example rows are left out.
    #[must_use]
    pub fn with_stress(mut self, mut stress: stress::Report) -> Self {
        stress.findings.iter_mut().for_each(|finding| finding.examples.clear());
        self.stress = Some(stress);
        self
    }

    /// The same with figures by the groups of `columns`. Groups with too few rows are left out: they could name somebody.
    #[must_use]
    pub fn with_fairness(mut self, columns: &str, report: &fair::Report) -> Self {
        self.fairness.push(Fairness { columns: columns.to_owned(), report: report.without_small() });
        self
    }

    /// The same with the drift of new rows.
    #[must_use]
    pub fn with_drift(mut self, drift: watch::Drift) -> Self {
        self.drift = Some(drift);
        self
    }

    fn decide(&mut self) {
        let held_out = self.held_out.as_ref().map(|held_out| &held_out.evaluation);
        self.criteria = criteria(&self.recipe.goal.criteria, self.folds(), held_out);
    }

    /// The chosen candidate.
    pub fn chosen(&self) -> Option<&CandidateOutcome> {
        self.candidates.get(self.recipe.chosen)
    }

    /// The chosen candidate on the rows of the folds.
    pub fn folds(&self) -> Option<&Evaluation> {
        self.chosen().and_then(|candidate| candidate.evaluation.as_ref())
    }

    /// What stands in the report beside the training.
    pub fn extras(&self) -> Vec<Extra> {
        let has = |extra: &Extra| match extra {
            Extra::HeldOut => self.held_out.is_some(),
            Extra::Nested => self.nested.is_some(),
            Extra::Explanation => self.explanation.is_some(),
            Extra::Stress => self.stress.is_some(),
            Extra::Fairness => !self.fairness.is_empty(),
            Extra::Drift => self.drift.is_some(),
        };
        Extra::ALL.into_iter().filter(has).collect()
    }

    /// The document: canonical JSON (see [`canonical`]) in UTF-8, without a line break.
    pub fn to_json(&self) -> String {
        canonical(self)
    }

    /// Reads a document.
    ///
    /// # Errors
    /// Text that is no report, or a report of a newer build.
    pub fn from_json(text: &str) -> Result<Self, Problem> {
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }
        let unreadable = |error: serde_json::Error| Problem::new(Stage::Ship, "report.unreadable").with("reason", error);
        let head: Head = serde_json::from_str(text).map_err(unreadable)?;
        if head.version > VERSION {
            return Err(Problem::new(Stage::Ship, "report.newer").with("version", head.version).with("known", VERSION));
        }
        serde_json::from_str(text).map_err(unreadable)
    }

    /// The SHA-256 of the document: what `sha256sum report.json` says.
    pub fn digest(&self) -> String {
        digest(self.to_json().as_bytes())
    }

    /// The digest of each part that is there, by its name in the document: where two reports differ.
    pub fn part_digests(&self) -> Vec<(&'static str, String)> {
        let of = |json: String| digest(json.as_bytes());
        let mut parts = vec![
            ("recipe", of(canonical(&self.recipe))),
            ("data", of(canonical(&self.data))),
            ("rows", of(canonical(&self.rows))),
            ("candidates", of(canonical(&self.candidates))),
            ("criteria", of(canonical(&self.criteria))),
        ];
        parts.extend(self.comparison.as_ref().map(|part| ("comparison", of(canonical(part)))));
        parts.extend(self.nested.as_ref().map(|part| ("nested", of(canonical(part)))));
        parts.extend(self.held_out.as_ref().map(|part| ("held_out", of(canonical(part)))));
        parts.extend(self.explanation.as_ref().map(|part| ("explanation", of(canonical(part)))));
        parts.extend(self.stress.as_ref().map(|part| ("stress", of(canonical(part)))));
        parts.extend((!self.fairness.is_empty()).then(|| ("fairness", of(canonical(&self.fairness)))));
        parts.extend(self.drift.as_ref().map(|part| ("drift", of(canonical(part)))));
        parts
    }
}
