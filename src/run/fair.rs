//! Fairness of the chosen model: what the folds said of rows that they did not learn from, by group.

use super::session::Session;
use super::subject::{Subject, Which};
use super::work::{Answer, Begun};
use crate::base::{Problem, Stage, Task};
use crate::fair::{self, Bins, Options, Report, cross, labels};
use crate::judge::Judged;
use crate::learn::Target;
use crate::recipe::{Recipe, digest_of};
use crate::table::Column;
use serde::{Deserialize, Serialize};

/// Fairness by each column and by all of them crossed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fairness {
    /// The kind of model.
    pub model: String,
    /// The class that counts as selected; none for numbers.
    pub class: Option<String>,
    /// The classes; empty for numbers.
    pub classes: Vec<String>,
    /// The probability from which the class is predicted, for two classes.
    pub threshold: Option<f64>,
    /// Rows looked at.
    pub rows: usize,
    /// Each column; where there are several, last all of them crossed.
    pub groupings: Vec<Grouping>,
}

/// Fairness by one grouping.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grouping {
    /// The columns: one, or all that are crossed.
    pub columns: Vec<String>,
    /// Whether the model reads any of them.
    pub input: bool,
    /// Whether numbers were put into groups.
    pub binned: bool,
    /// The figures, or why there are none.
    pub report: Result<Report, Problem>,
}

/// Numbers are put into so many groups of about the same size.
pub(super) const BINS: usize = 4;

/// Looks at the groups that a recipe names: a [`Fairness`]. `class` is the place of the class that counts as selected;
/// of two classes it is the positive one.
///
/// # Errors
/// A recipe that is not trained, no column, a column that is not there.
pub fn fair(session: &mut Session, recipe: &Recipe, class: Option<usize>) -> Result<Begun, Problem> {
    if recipe.fair.columns.is_empty() {
        return Err(Problem::new(Stage::Fair, "fair.no_columns"));
    }
    let options = Options::read(&recipe.fair.params)?;
    let key = digest_of(&("fair", session.training_key(recipe)?, recipe.chosen, &recipe.fair, &recipe.judge, class));
    let subject = Subject::new(session, recipe, Which::Final)?;
    if let Some(known) = session.known(&key) {
        return Ok(Begun::Now(Answer { value: known, body: Vec::new() }));
    }
    let table = session.held(recipe)?.table.clone();
    let judged = subject.judged().ok_or_else(|| Problem::new(Stage::Judge, "judge.candidate_failed"))?;
    let rows: Vec<usize> = judged.rows.iter().map(|&row| subject.setup.source[row]).collect();
    let columns = recipe
        .fair
        .columns
        .iter()
        .map(|name| table.column(name).ok_or_else(|| Problem::new(Stage::Fair, "fair.no_column").at_column(name)))
        .collect::<Result<Vec<&Column>, Problem>>()?;

    let classes = &subject.setup.classes;
    let class = match subject.task() {
        Task::Regression => None,
        Task::Binary => Some(1),
        Task::Multiclass => Some(class.unwrap_or(0).min(classes.len().saturating_sub(1))),
    };
    let report = |groups: &[Option<String>]| report(&judged, class.unwrap_or(0), subject.threshold, groups, &options);
    let is_input = |name: &str| recipe.goal.is_input(name);
    // Bins are those of the rows that are looked at, so that groups are of about the same size.
    let found: Vec<(String, Vec<Option<String>>, bool)> = columns
        .iter()
        .map(|column| {
            let column = column.take(&rows);
            let groups = labels(&column, &Bins::Quantiles(BINS));
            let binned = column.numbers().is_some() && groups.iter().flatten().any(|label| label.starts_with("< "));
            (column.name.clone(), groups, binned)
        })
        .collect();
    let mut groupings: Vec<Grouping> = found
        .iter()
        .map(|(name, groups, binned)| Grouping {
            columns: vec![name.clone()],
            input: is_input(name),
            binned: *binned,
            report: report(groups),
        })
        .collect();
    if let [(_, first, _), rest @ ..] = found.as_slice()
        && !rest.is_empty()
    {
        let crossed = rest.iter().fold(first.clone(), |all, (_, groups, _)| cross(&all, groups));
        groupings.push(Grouping {
            columns: found.iter().map(|(name, ..)| name.clone()).collect(),
            input: found.iter().any(|(name, ..)| is_input(name)),
            binned: found.iter().any(|(.., binned)| *binned),
            report: report(&crossed),
        });
    }
    let answer = Answer::json(&Fairness {
        model: recipe.candidate()?.model.clone(),
        class: class.and_then(|class| classes.get(class).cloned()),
        classes: classes.clone(),
        threshold: (subject.task() == Task::Binary).then_some(subject.threshold),
        rows: judged.rows.len(),
        groupings,
    });
    session.know(key, answer.value.clone());
    Ok(Begun::Now(answer))
}

/// Figures by group of rows that were judged; of classes this one counts as selected.
pub(super) fn report(
    judged: &Judged,
    class: usize,
    threshold: f64,
    groups: &[Option<String>],
    options: &Options,
) -> Result<Report, Problem> {
    match &judged.target {
        Target::Values(values) => fair::numbers(values, &judged.answer.column(0).to_vec(), groups, options),
        Target::Classes { codes, .. } => {
            let truth: Vec<bool> = codes.iter().map(|&code| code as usize == class).collect();
            let said = judged.answer.rows().into_iter().map(|answer| says(&answer.to_vec(), class, judged.task, threshold));
            fair::classes(&truth, &said.collect::<Vec<bool>>(), groups, options)
        }
    }
}

/// Whether an answer is for a class: at the threshold where there are two, otherwise where it is the first most probable.
fn says(answer: &[f64], class: usize, task: Task, threshold: f64) -> bool {
    if task == Task::Binary {
        return answer.first().is_some_and(|probability| *probability >= threshold);
    }
    let mut best = 0;
    for (place, value) in answer.iter().enumerate() {
        if *value > answer[best] {
            best = place;
        }
    }
    best == class
}
