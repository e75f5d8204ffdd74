//! What the session keeps between requests: tables as they were read, the table of the study, what was trained.

use super::task::Held;
use super::train::{Trained, TrainedModels};
use crate::base::{Problem, Severity, Stage};
use crate::recipe::{Composed, Join, JoinReport, Recipe, Source, compose, digest_of};
use crate::ship::Model;
use crate::table::Table;
use crate::table::read::{Limits, Read, ReadOptions, Summary};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::Arc;

/// Readings kept beside those of the study, at most: an option of reading that is taken back costs nothing.
const SPARE: usize = 8;
/// Cells of these readings, at most.
const SPARE_CELLS: usize = 30_000_000;
/// Trainings kept, at most: so many steps back cost nothing.
const MOST_TRAININGS: usize = 4;

/// Answers kept, at most.
const MOST_ANSWERS: usize = 60;

/// Everything that outlives a request.
#[derive(Default)]
pub struct Session {
    /// Tables as they were read, the last used last.
    sources: VecDeque<Kept>,
    /// Those of them that the study needs, by key.
    needed: Vec<String>,
    /// The main table before a join that is being considered, and what it was made of.
    before: Option<(String, Arc<Table>)>,
    /// The table of the study, and what it was made of.
    held: Option<(String, Held)>,
    joins: Vec<JoinReport>,
    notes: Vec<Problem>,
    /// What was read outside, where it was.
    outside: Option<Outside>,
    /// Trainings, the last used last.
    trainings: VecDeque<Training>,
    /// New rows to predict.
    to_predict: Option<Other>,
    /// New rows to compare with those of the training.
    to_watch: Option<Other>,
    /// The chosen model as it answers single rows, and what it was made of.
    pub(super) answering: Option<(String, Arc<Model>)>,
    /// Answers that took work, by the digest of the question and all that it depends on; the last used last.
    answers: VecDeque<(String, serde_json::Value)>,
}

struct Kept {
    key: String,
    table: Arc<Table>,
    summary: Summary,
}

impl Kept {
    fn cells(&self) -> usize {
        self.table.rows().saturating_mul(self.table.columns().len())
    }
}

/// What a host knows of tables that it read itself.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// Everything that can mislead about them.
    pub notes: Vec<Problem>,
    /// How files like the main table are read.
    pub reading: ReadOptions,
    /// The tables before they are joined, by the names of their sources.
    pub tables: Vec<(String, Arc<Table>)>,
}

/// What a second file is for: each use keeps its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Its rows are predicted.
    Predict,
    /// Its rows are compared with those of the training, and learned from for comparison.
    Watch,
}

/// A file beside the study.
pub struct Other {
    /// Its rows.
    pub table: Arc<Table>,
    /// How it was read.
    pub summary: Summary,
}

/// A training that is done, with all that later stages need of it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Training {
    /// The digest of what it depends on: the table and [`Recipe::train_digest`].
    pub key: String,
    /// What it came to. As JSON, since it holds figures that only JSON can hold without names.
    trained: String,
    /// What it fitted.
    pub models: Arc<TrainedModels>,
}

impl Training {
    /// Puts a training together.
    pub fn new(key: String, trained: &Trained, models: Arc<TrainedModels>) -> Self {
        Self { key, trained: serde_json::to_string(trained).unwrap_or_default(), models }
    }

    /// What it came to.
    ///
    /// # Errors
    /// Bytes of another build.
    pub fn trained(&self) -> Result<Trained, Problem> {
        serde_json::from_str(&self.trained).map_err(|error| Problem::new(Stage::Learn, "run.unreadable").with("reason", error))
    }
}

/// What a source depends on: its bytes and how they are read.
fn key(source: &Source) -> String {
    digest_of(&(&source.sha256, &source.options))
}

/// What a table of sources and joins is made of.
fn wanted<'a>(sources: impl IntoIterator<Item = &'a Source>, joins: &[Join]) -> String {
    let names: Vec<(&String, String)> = sources.into_iter().map(|source| (&source.name, key(source))).collect();
    digest_of(&(names, joins))
}

impl Session {
    /// Keeps a table as it was read. Readings that the study does not need are forgotten, the oldest first, where there
    /// are too many of them.
    pub fn keep(&mut self, source: &Source, read: Read) {
        let key = key(source);
        self.sources.retain(|kept| kept.key != key);
        self.sources.push_back(Kept { key, table: Arc::new(read.table), summary: read.summary });
        let last = self.sources.len() - 1;
        let mut spare: Vec<usize> = (0..last).filter(|&place| !self.needed.contains(&self.sources[place].key)).collect();
        let mut cells: usize = spare.iter().map(|&place| self.sources[place].cells()).sum();
        let mut gone = 0;
        while !spare.is_empty() && (spare.len() > SPARE || cells > SPARE_CELLS) {
            if let Some(kept) = self.sources.remove(spare.remove(0) - gone) {
                cells -= kept.cells();
                gone += 1;
            }
        }
    }

    /// The sources of a recipe that have to be read before anything can be asked of it. Those that are read stay so.
    pub fn unread<'a>(&mut self, recipe: &'a Recipe) -> Vec<&'a Source> {
        self.needed = recipe.sources.iter().map(key).collect();
        recipe.sources.iter().filter(|source| self.source(source).is_none()).collect()
    }

    /// How a source was read.
    pub fn summary(&self, source: &Source) -> Option<&Summary> {
        let key = key(source);
        self.sources.iter().find(|kept| kept.key == key).map(|kept| &kept.summary)
    }

    /// A source's table as it was read.
    pub fn source(&self, source: &Source) -> Option<Arc<Table>> {
        let key = key(source);
        let outside = || {
            let (_, table) = self.outside.as_ref()?.tables.iter().find(|(name, _)| *name == source.name)?;
            Some(table.clone())
        };
        self.sources.iter().find(|kept| kept.key == key).map(|kept| kept.table.clone()).or_else(outside)
    }

    /// Takes a table for a study that names no source.
    pub fn hold(&mut self, held: Held) {
        self.held = Some((String::new(), held));
    }

    /// Takes the table of a recipe that was read and joined outside, and what is known of its reading.
    pub fn hold_for(&mut self, recipe: &Recipe, held: Held, outside: Outside) {
        self.held = Some((wanted(&recipe.sources, &recipe.joins), held));
        self.joins.clear();
        self.notes.clone_from(&outside.notes);
        self.outside = Some(outside);
    }

    /// How files like the main table of a recipe are read: by its options, and as its columns were found to be written.
    pub fn reading(&self, recipe: &Recipe) -> ReadOptions {
        let outside = || self.outside.as_ref().map(|outside| outside.reading.clone());
        let Some(source) = recipe.sources.first() else { return outside().unwrap_or_default() };
        match self.summary(source) {
            Some(summary) => source.options.settled(summary),
            None => outside().unwrap_or_else(|| source.options.clone()),
        }
    }

    /// What of the reading and joining of a recipe's table can mislead, in the order of the sources.
    pub fn reading_notes(&self, recipe: &Recipe) -> Vec<Problem> {
        let of = |source: &Source| {
            let problems = self.summary(source).map_or(&[][..], |summary| &summary.problems);
            problems.iter().filter(|problem| problem.severity > Severity::Note).cloned().collect::<Vec<_>>()
        };
        recipe.sources.iter().flat_map(of).chain(self.notes.iter().cloned()).collect()
    }

    /// The table that was last worked on.
    ///
    /// # Errors
    /// Where there is none.
    pub fn last_held(&mut self) -> Result<&mut Held, Problem> {
        self.held.as_mut().map(|(_, held)| held).ok_or_else(no_table)
    }

    /// The table of a recipe: its sources, joined.
    ///
    /// # Errors
    /// A source that is not read yet, a join that cannot be made.
    pub fn held(&mut self, recipe: &Recipe) -> Result<&mut Held, Problem> {
        if recipe.sources.is_empty() {
            return self.last_held();
        }
        let wanted = wanted(&recipe.sources, &recipe.joins);
        if self.held.as_ref().is_none_or(|(known, _)| *known != wanted) {
            self.notes.clear();
            self.joins.clear();
            self.before = None;
            let Composed { table, joins, notes } = self.composed(&recipe.sources.iter().collect::<Vec<_>>(), &recipe.joins)?;
            (self.joins, self.notes) = (joins, notes);
            self.held = Some((wanted, Held::shared(table)));
        }
        self.last_held()
    }

    /// Sources, joined.
    fn composed(&self, sources: &[&Source], joins: &[Join]) -> Result<Composed, Problem> {
        let read = |source: &&Source| self.source(source).map(|table| (source.name.clone(), table)).ok_or_else(no_table);
        compose(&sources.iter().map(read).collect::<Result<Vec<_>, _>>()?, joins, &Limits::default())
    }

    /// The main table of a recipe as it is before the join at a place.
    ///
    /// # Errors
    /// See [`Session::held`].
    pub fn before_join(&mut self, recipe: &Recipe, place: usize) -> Result<Arc<Table>, Problem> {
        let joins = &recipe.joins[..place.min(recipe.joins.len())];
        let is_used = |source: &Source| joins.iter().any(|join| join.source == source.name);
        let sources: Vec<&Source> =
            recipe.sources.iter().enumerate().filter(|(place, source)| *place == 0 || is_used(source)).map(|(_, source)| source).collect();
        let wanted = wanted(sources.iter().copied(), joins);
        if let Some((known, table)) = &self.before
            && *known == wanted
        {
            return Ok(table.clone());
        }
        let table = match &self.held {
            Some((known, held)) if *known == wanted => held.table.clone(),
            _ => self.composed(&sources, joins)?.table,
        };
        self.before = Some((wanted, table.clone()));
        Ok(table)
    }

    /// The second file for a purpose.
    pub fn other(&self, purpose: Purpose) -> Option<&Other> {
        match purpose {
            Purpose::Predict => self.to_predict.as_ref(),
            Purpose::Watch => self.to_watch.as_ref(),
        }
    }

    /// Keeps a second file for a purpose, in place of the last one.
    pub fn keep_other(&mut self, purpose: Purpose, other: Other) {
        match purpose {
            Purpose::Predict => self.to_predict = Some(other),
            Purpose::Watch => self.to_watch = Some(other),
        }
    }

    /// What the joins of the table that was last worked on came to, and what is worth knowing of them.
    pub fn joins(&self) -> (&[JoinReport], &[Problem]) {
        (&self.joins, &self.notes)
    }

    /// What a training of a recipe depends on.
    ///
    /// # Errors
    /// See [`Session::held`].
    pub fn training_key(&mut self, recipe: &Recipe) -> Result<String, Problem> {
        let table = self.held(recipe)?.digest.clone();
        Ok(digest_of(&(table, recipe.train_digest())))
    }

    /// Keeps a training.
    pub fn keep_training(&mut self, training: Training) {
        self.trainings.retain(|kept| kept.key != training.key);
        self.trainings.push_back(training);
        if self.trainings.len() > MOST_TRAININGS {
            self.trainings.pop_front();
        }
    }

    /// The training of a recipe, where there is one.
    ///
    /// # Errors
    /// See [`Session::held`].
    pub fn find_training(&mut self, recipe: &Recipe) -> Result<Option<&Training>, Problem> {
        let key = self.training_key(recipe)?;
        let place = self.trainings.iter().position(|kept| kept.key == key);
        if let Some(kept) = place.and_then(|place| self.trainings.remove(place)) {
            self.trainings.push_back(kept);
            return Ok(self.trainings.back());
        }
        Ok(None)
    }

    /// The answer to a question that was asked before, by its digest.
    pub fn known(&mut self, key: &str) -> Option<serde_json::Value> {
        let place = self.answers.iter().position(|(known, _)| known == key)?;
        let found = self.answers.remove(place)?;
        let value = found.1.clone();
        self.answers.push_back(found);
        Some(value)
    }

    /// Keeps an answer by the digest of its question.
    pub fn know(&mut self, key: String, value: serde_json::Value) {
        self.answers.retain(|(known, _)| *known != key);
        self.answers.push_back((key, value));
        if self.answers.len() > MOST_ANSWERS {
            self.answers.pop_front();
        }
    }

    /// What the training of a recipe fitted.
    ///
    /// # Errors
    /// A recipe that was not trained as it is now.
    pub fn models(&mut self, recipe: &Recipe) -> Result<Arc<TrainedModels>, Problem> {
        match self.find_training(recipe)? {
            Some(training) => Ok(training.models.clone()),
            None => Err(Problem::new(Stage::Judge, "judge.stale")),
        }
    }
}

fn no_table() -> Problem {
    Problem::new(Stage::Data, "run.no_table")
}
