//! The recipe: the whole study except the rows, as one document.
//!
//! The page changes it only by [`Edit`]s, each with an inverse; link, file, command line and report are the same
//! document. [`check`] is the only place where a recipe meets columns before it runs.

mod check;
mod compose;
mod differ;
mod edit;
mod link;
mod preset;
mod remedy;
mod retask;
mod settings;
mod start;

pub use check::{CRITERIA, check, check_form, criterion, input_schema, prepared_schema};
pub use compose::{Composed, JoinReport, compose, suffix};
pub use differ::{Difference, difference};
pub use edit::Edit;
pub use link::{from_link, to_link};
pub use preset::preset;
pub use remedy::{is_settled, remedy};
pub use retask::retask;
pub use start::start;

use crate::base::{Params, Problem, Stage};
pub use crate::judge::{Compare, Judge};
use crate::judge::{Goal, Split};
use crate::learn::Candidate;
use crate::prepare::{Selector, Step};
use crate::table::Kind;
use crate::table::join::How;
use crate::table::read::ReadOptions;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version that this build writes.
pub const VERSION: u32 = 1;

/// The whole study except the rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recipe {
    /// The version of the document's form.
    pub version: u32,
    /// What the study is called.
    pub title: String,
    /// The seed of everything that is random.
    pub seed: u64,
    /// What is predicted and what counts as success.
    pub goal: Goal,
    /// The tables that go in; the first is the main one.
    pub sources: Vec<Source>,
    /// Tables joined to the main one, in order.
    pub joins: Vec<Join>,
    /// How rows are divided.
    pub split: Split,
    /// The preparation, in order.
    pub prepare: Vec<Step>,
    /// The models that stand side by side.
    pub models: Vec<Candidate>,
    /// Which of them is the one.
    pub chosen: usize,
    /// The search for better parameters, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tune: Option<Tune>,
    /// How the models are judged.
    pub judge: Judge,
    /// By what they are compared.
    #[serde(skip_serializing_if = "Compare::is_usual")]
    pub compare: Compare,
    /// What is explained.
    pub explain: Explain,
    /// What is probed.
    pub stress: Stress,
    /// For whom fairness is looked at.
    pub fair: Fair,
    /// What counts as drift: the form of [`crate::watch::fields`].
    #[serde(skip_serializing_if = "Params::is_empty")]
    pub watch: Params,
}

/// A table that goes in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What it is called here.
    pub name: String,
    /// The name of its file.
    pub file: String,
    /// The size of its file in bytes.
    pub bytes: u64,
    /// The SHA-256 of its file.
    pub sha256: String,
    /// How it is read, where that is not found out.
    #[serde(default)]
    pub options: ReadOptions,
    /// Its columns with their kinds when it was last read here, so that another file can be compared with it; empty where
    /// they are not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<(String, Kind)>,
}

/// A table joined to the main one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// The source that is joined, by name.
    pub source: String,
    /// Columns of the main table and of the joined one that must be equal, in pairs.
    pub keys: Vec<(String, String)>,
    /// Which rows stay.
    pub how: How,
}

/// A search for better parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tune {
    /// The candidate whose parameters are searched.
    pub candidate: usize,
    /// The way of searching: an id of [`crate::tune::SAMPLERS`].
    pub sampler: String,
    /// Parameters of the sampler.
    pub params: Params,
    /// Where to search.
    pub space: crate::tune::Space,
    /// How many trials.
    pub trials: usize,
    /// Seconds after which no round begins any more and the one that goes on is given up. What was reached is then written
    /// into `trials`, since the seconds of another machine reach something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
    /// The metric that decides, by id.
    pub metric: String,
    /// What is looked for besides: the search then goes for the trials that no other beats in all of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub objectives: Vec<crate::tune::Objective>,
    /// The way of ending trials early: an id of [`crate::tune::PRUNERS`].
    #[serde(skip_serializing_if = "is_none")]
    pub pruner: String,
    /// Parameters of the pruner.
    #[serde(skip_serializing_if = "Params::is_empty")]
    pub pruning: Params,
    /// The values of the first trial; those that the candidate has where none are given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Params>,
    /// What was searched before within other ranges, in order; the trials of all are one search.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Stretch>,
    /// Trials that a person asks for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub own: Vec<Own>,
}

/// A trial that a person asks for, among those of the sampler.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Own {
    /// From which trial on, by number: it takes the first place that is free from there, and never that of the first trial.
    pub trial: usize,
    /// The values by path, which may lie beyond the ranges; what is left out stays as the candidate has it.
    pub values: Params,
}

/// The beginning of a search that went on within other ranges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stretch {
    /// Where was searched.
    pub space: crate::tune::Space,
    /// How many trials there were at its end, with those of the stretches before.
    pub trials: usize,
}

fn is_none(pruner: &str) -> bool {
    pruner == "none"
}

impl Default for Tune {
    fn default() -> Self {
        Self {
            candidate: 0,
            sampler: "tpe".to_owned(),
            params: Params::new(),
            space: crate::tune::Space::default(),
            trials: 20,
            seconds: None,
            metric: String::new(),
            objectives: Vec::new(),
            pruner: "none".to_owned(),
            pruning: Params::new(),
            first: None,
            earlier: Vec::new(),
            own: Vec::new(),
        }
    }
}

impl Tune {
    /// The search that one would begin with for a candidate of a recipe; nothing where it has no such candidate.
    pub fn usual(recipe: &Recipe, candidate: usize, metric: String) -> Option<Self> {
        let model = recipe.models.get(candidate)?;
        let fields = crate::learn::find(&model.model).map(|kind| (kind.fields)()).unwrap_or_default();
        let space = crate::tune::suggest(&fields, &model.params);
        Some(Self { candidate, space, metric, ..Self::default() })
    }
}

/// What is explained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Explain {
    /// Rows used as the background of Shapley values.
    pub background: usize,
    /// Rows explained for the picture over all.
    pub rows: usize,
    /// Shuffles of each column for permutation importance.
    pub repeats: usize,
    /// Of several classes, the one that is explained; the first where none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The other settings of the methods, by id: the forms of [`crate::explain::METHODS`].
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub methods: BTreeMap<String, Params>,
}

impl Default for Explain {
    fn default() -> Self {
        Self { background: 50, rows: 100, repeats: 5, class: None, methods: BTreeMap::new() }
    }
}

/// What is probed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Stress {
    /// Rows probed, at most.
    pub rows: usize,
    /// What else holds for all probes: the form of [`crate::stress::fields`].
    #[serde(skip_serializing_if = "Params::is_empty")]
    pub params: Params,
    /// The settings of the probes, by id: the forms of [`crate::stress::PROBES`].
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub probes: BTreeMap<String, Params>,
}

impl Default for Stress {
    fn default() -> Self {
        Self { rows: 2000, params: Params::new(), probes: BTreeMap::new() }
    }
}

/// For whom fairness is looked at.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fair {
    /// The columns whose values are the groups; need not be inputs.
    pub columns: Vec<String>,
    /// What counts as fair: the form of [`crate::fair::fields`].
    #[serde(skip_serializing_if = "Params::is_empty")]
    pub params: Params,
}

impl Recipe {
    /// An empty study.
    pub fn new() -> Self {
        Self { version: VERSION, seed: 1, ..Self::default() }
    }

    /// Reads a document.
    ///
    /// # Errors
    /// Text that is not JSON or too deep, an unknown field, a newer version.
    pub fn from_json(text: &str) -> Result<Self, Problem> {
        #[derive(Deserialize)]
        struct Head {
            #[serde(default)]
            version: u32,
        }
        let unreadable = |error: serde_json::Error| Problem::new(Stage::Data, "recipe.unreadable").with("reason", error);
        let head: Head = serde_json::from_str(text).map_err(unreadable)?;
        if head.version > VERSION {
            return Err(Problem::new(Stage::Data, "recipe.newer").with("version", head.version).with("known", VERSION));
        }
        if head.version == 0 {
            return Err(Problem::new(Stage::Data, "recipe.no_version"));
        }
        serde_json::from_str(text).map_err(unreadable)
    }

    /// Writes the document: indented JSON with a final line break; equal recipes give equal bytes.
    pub fn to_json(&self) -> String {
        // Every key is a text and every value is finite, so this cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The chosen candidate.
    ///
    /// # Errors
    /// Where there is no model yet.
    pub fn candidate(&self) -> Result<&Candidate, Problem> {
        self.models.get(self.chosen).ok_or_else(|| Problem::new(Stage::Learn, "learn.no_model"))
    }
}

impl Recipe {
    /// A seed for a purpose and an index, such as a fold's.
    pub fn stream(&self, purpose: &str, index: u64) -> u64 {
        crate::num::Rng::new(self.seed, purpose, index).next_u64()
    }

    /// The steps as they meet the input columns. A column that the goal leaves out is passed over where a step names it, so
    /// that leaving a column out never breaks a preparation, and letting it in again brings everything back.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = self.prepare.clone();
        for step in &mut steps {
            if let Selector::Names(names) = &mut step.columns {
                names.retain(|name| self.goal.is_input(name));
            }
        }
        steps
    }

    /// Where a step stands that works on columns as they are read: before every other step on columns.
    pub fn first_place(&self) -> usize {
        let is_later = |step: &Step| crate::prepare::find(&step.id).is_none_or(|kind| kind.effect() != crate::prepare::Effect::SourceRows);
        self.prepare.iter().position(is_later).unwrap_or(self.prepare.len())
    }

    /// The digest of what the rows ready for fitting depend on, besides the table.
    pub fn setup_digest(&self) -> String {
        let source_steps: Vec<&Step> = self
            .prepare
            .iter()
            .filter(|step| crate::prepare::find(&step.id).is_some_and(|kind| kind.effect() == crate::prepare::Effect::SourceRows))
            .collect();
        let goal = Goal { criteria: Vec::new(), intended_use: String::new(), misuse: String::new(), ..self.goal.clone() };
        digest_of(&(goal, &self.split, source_steps, self.protected(), self.seed))
    }

    /// The columns that fits know groups by: those of fairness where a step weighs by them. Without such a step, whom
    /// fairness is looked at for changes no fit.
    pub fn protected(&self) -> &[String] {
        let weighs = self.prepare.iter().any(|step| step.enabled && step.id == "reweigh");
        if weighs { &self.fair.columns } else { &[] }
    }

    /// For whom fairness is looked at, where a search looks for it.
    pub fn fair_of(&self, tune: &Tune) -> Option<&Fair> {
        tune.objectives.iter().any(|objective| matches!(objective, crate::tune::Objective::Fair(_))).then_some(&self.fair)
    }

    /// The digest of what the fits depend on, besides the table.
    pub fn train_digest(&self) -> String {
        digest_of(&(self.setup_digest(), &self.prepare, &self.models))
    }
}

/// The digest of a value's canonical JSON.
pub fn digest_of<T: Serialize>(value: &T) -> String {
    crate::base::digest(serde_json::to_string(value).unwrap_or_default().as_bytes())
}
