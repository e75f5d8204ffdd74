//! A look at a recipe beside its table, cheap enough to be taken after every edit: what the goal comes to, which rows
//! go where, what is wrong.

use super::session::Session;
use super::task::Held;
use crate::base::{Figure, Message, Place, Problem, Severity, Stage, Task};
use crate::judge::{FoldMap, goal::different, infer_task};
use crate::recipe::{self, JoinReport, Recipe};
use crate::table::{Column, Schema, Table};
use serde::{Deserialize, Serialize};

/// Classes listed, at most.
const CLASSES: usize = 50;

/// What a recipe comes to on the table that is held.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// Sources that have to be read before anything else can be said.
    pub unread: Vec<String>,
    /// The digest of the table.
    pub table: String,
    /// Rows of the table.
    pub rows: usize,
    /// Its columns.
    pub schema: Schema,
    /// The task that is trained, given or inferred, where there is a target.
    pub task: Option<Task>,
    /// The task that the target's values suggest.
    pub inferred: Option<Task>,
    /// Why the task was inferred; also given where the recipe says another.
    pub reason: Option<Message>,
    /// The classes of the target with their counts, where a class is predicted; at most fifty.
    pub classes: Vec<(String, usize)>,
    /// The columns that go in.
    pub inputs: Vec<String>,
    /// The columns after the preparation, as far as they are known before it is fitted.
    pub prepared: Schema,
    /// Rows that may be learned from, rows that are sealed, and the folds; nothing where the goal cannot be met.
    pub split: Option<super::train::RowFacts>,
    /// What each metric says of an answer that is the same for every row: the baseline to beat.
    pub baseline: Vec<(String, Figure)>,
    /// What each join came to.
    pub joins: Vec<JoinReport>,
    /// Everything wrong with the recipe for this table.
    pub problems: Vec<Problem>,
    /// What a training depends on: the table and the recipe's part.
    pub training: String,
    /// Whether this training is done.
    pub trained: bool,
}

/// Looks at a recipe with what the session keeps.
pub fn look_in(session: &mut Session, recipe: &Recipe) -> Look {
    let unread: Vec<String> = session.unread(recipe).into_iter().map(|source| source.name.clone()).collect();
    if !unread.is_empty() {
        return Look { unread, ..Look::default() };
    }
    let training = session.training_key(recipe).unwrap_or_default();
    let trained = session.find_training(recipe).is_ok_and(|found| found.is_some());
    let mut look = match session.held(recipe) {
        Ok(held) => look(held, recipe),
        Err(problem) => Look { problems: vec![problem], ..Look::default() },
    };
    let (joins, notes) = session.joins();
    look.problems.extend_from_slice(notes);
    Look { joins: joins.to_vec(), training, trained, ..look }
}

/// The task that is trained, and the one that the target suggests with the reason; nothing without a target.
fn tasks(table: &Table, recipe: &Recipe) -> (Option<Task>, Option<(Task, Message)>) {
    let target = recipe.goal.target.as_deref().and_then(|name| table.column(name));
    let inferred = target.map(infer_task);
    let task = match (recipe.goal.task, target) {
        // Two classes are one of two, whatever was asked for.
        (Some(Task::Multiclass), Some(column)) if different(column, 2).len() == 2 => Some(Task::Binary),
        (given, _) => given.or(inferred.as_ref().map(|(task, _)| *task)),
    };
    (task, inferred)
}

/// Refuses a recipe that cannot be trained on the table that is held.
///
/// # Errors
/// Rows that cannot be divided, which is often the reason for others; then the first error of goal, rows, criteria,
/// preparation and models.
pub fn refuse_errors(held: &mut Held, recipe: &Recipe) -> Result<(), Problem> {
    held.setup(recipe)?;
    let found = recipe::check(recipe, &held.table.schema(), tasks(&held.table, recipe).0);
    found.into_iter().find(|problem| problem.severity == Severity::Error).map_or(Ok(()), Err)
}

/// Whether rows can be divided as far as the check knows: a criterion changes nothing about them.
fn can_divide(problems: &[Problem]) -> bool {
    let of_criteria = |place: &Place| matches!(place, Place::Field(owner, _) if owner == recipe::CRITERIA);
    !problems.iter().any(|problem| problem.stage == Stage::Goal && problem.severity == Severity::Error && !of_criteria(&problem.place))
}

/// The different values of a column with their counts, as many as are looked at.
fn counted(column: &Column) -> Vec<(String, usize)> {
    let values = different(column, CLASSES);
    let mut counts = vec![0; values.len()];
    let places: rustc_hash::FxHashMap<&str, usize> = values.iter().enumerate().map(|(place, value)| (value.as_str(), place)).collect();
    for row in 0..column.len() {
        if let Some(place) = column.display(row).and_then(|text| places.get(text.as_str()).copied()) {
            counts[place] += 1;
        }
    }
    values.iter().cloned().zip(counts).take(CLASSES).collect()
}

/// Looks at a recipe beside its table.
pub fn look(held: &mut Held, recipe: &Recipe) -> Look {
    let schema = held.table.schema();
    let target = recipe.goal.target.as_deref().and_then(|name| held.table.column(name));
    let (mut task, inferred) = tasks(&held.table, recipe);
    let classes = match (target, task) {
        (Some(column), Some(task)) if task.is_classification() => counted(column),
        _ => Vec::new(),
    };
    let mut problems = recipe::check(recipe, &schema, task);
    let split = match can_divide(&problems).then(|| held.setup(recipe)) {
        Some(Ok(setup)) => {
            // Steps that choose rows can leave fewer classes.
            if task != Some(setup.task) {
                task = Some(setup.task);
                problems = recipe::check(recipe, &schema, task);
            }
            Some(super::train::RowFacts::of(&setup))
        }
        Some(Err(problem)) => {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
            None
        }
        None => None,
    };
    let baseline = split.as_ref().and_then(|_| held.baseline(recipe).ok()).map(<[_]>::to_vec).unwrap_or_default();
    Look {
        baseline,
        table: held.digest.clone(),
        rows: held.table.rows(),
        inputs: recipe::input_schema(recipe, &schema).columns.into_iter().map(|column| column.name).collect(),
        prepared: recipe::prepared_schema(recipe, &schema),
        task,
        inferred: inferred.as_ref().map(|(task, _)| *task),
        reason: inferred.map(|(_, reason)| reason),
        classes,
        split,
        problems,
        schema,
        ..Look::default()
    }
}

/// Which rows each fold of a recipe learns from, leaves out and predicts.
///
/// # Errors
/// A goal that the table does not meet.
pub fn folds(held: &mut Held, recipe: &Recipe) -> Result<FoldMap, Problem> {
    Ok(FoldMap::of(&*held.setup(recipe)?, recipe.split.scheme))
}

/// A recipe for a target of the table that is held; see [`recipe::start`].
///
/// # Errors
/// A target that is not there.
pub fn begin(held: &Held, recipe: &Recipe, target: &str) -> Result<Recipe, Problem> {
    let column = held.table.column(target).ok_or_else(|| Problem::new(crate::base::Stage::Goal, "goal.target_gone").at_column(target))?;
    let task = infer_task(column).0;
    let mut next = recipe::start(recipe, &held.table.schema(), target, task);
    // Of several classes the most frequent one is explained first: of a rare one a model says next to nothing.
    if task == Task::Multiclass {
        let most = counted(column).into_iter().rev().max_by_key(|(_, count)| *count);
        next.explain.class = most.map(|(class, _)| class);
    }
    Ok(next)
}
