//! Judging what is trained: single rows, candidates against each other, the sealed rows.

use super::session::Session;
use super::subject::{Subject, Which};
use super::work::{Answer, Begun};
use crate::base::{Problem, Stage, Task};
use crate::judge::{CriterionOutcome, Evaluation, Judged, criteria};
use crate::learn::Target;
use crate::num::Rng;
use crate::recipe::{Recipe, digest_of};
use serde::{Deserialize, Serialize};

/// Rows of one answer, at most.
const MOST_CASES: usize = 200;

/// Which rows of the folds are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cases {
    /// Those where the answer is furthest from the truth.
    Worst,
    /// Those where the model is least decided; of numbers, those nearest to the truth.
    Borderline,
    /// Any, drawn by the recipe's seed.
    Random,
}

/// Rows with what was predicted of them, each by the fold that did not learn from it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ShownCases {
    /// The columns that the model reads.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Case>,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// The row of the file, from 0.
    pub origin: u32,
    /// Its answer, as a text.
    pub truth: String,
    /// What was predicted: the class, or the number.
    pub predicted: String,
    /// The probability of the predicted class; nothing for numbers.
    pub probability: Option<f64>,
    /// How far the answer is from the truth: 1 - probability of the true class, or the absolute error.
    pub miss: f64,
    /// The values of its columns.
    pub values: Vec<Option<String>>,
}

/// Rows of the folds for the chosen candidate.
///
/// # Errors
/// A recipe that is not trained as it is now, a candidate that failed.
pub fn cases(session: &mut Session, recipe: &Recipe, which: Cases, count: usize) -> Result<ShownCases, Problem> {
    let subject = Subject::new(session, recipe, Which::Final)?;
    let judged = subject.judged().ok_or_else(|| Problem::new(Stage::Judge, "judge.candidate_failed"))?;
    let said = (0..judged.rows.len()).map(|row| say(&judged, row, subject.threshold)).collect::<Vec<_>>();
    let mut places: Vec<usize> = (0..said.len()).collect();
    match which {
        Cases::Worst => places.sort_by(|&a, &b| said[b].miss.total_cmp(&said[a].miss).then(a.cmp(&b))),
        Cases::Borderline => places.sort_by(|&a, &b| said[a].doubt.total_cmp(&said[b].doubt).then(a.cmp(&b))),
        Cases::Random => Rng::new(recipe.stream("judge", 0), "cases", 0).shuffle(&mut places),
    }
    places.truncate(count.min(MOST_CASES));
    let inputs = &subject.setup.inputs;
    let rows = places
        .into_iter()
        .map(|place| {
            let (row, said) = (judged.rows[place], &said[place]);
            let class = |code: usize| subject.setup.classes.get(code).cloned().unwrap_or_default();
            let (truth, predicted) = match said.classes {
                Some((truth, predicted)) => (class(truth), class(predicted)),
                None => (number(said.numbers.0), number(said.numbers.1)),
            };
            Case {
                origin: inputs.origins()[row],
                truth,
                predicted,
                probability: said.probability,
                miss: said.miss,
                values: inputs.columns().iter().map(|column| column.display(row)).collect(),
            }
        })
        .collect();
    Ok(ShownCases { columns: subject.columns(), rows })
}

/// What is said of a row.
#[derive(Default)]
struct Said {
    classes: Option<(usize, usize)>,
    numbers: (f64, f64),
    probability: Option<f64>,
    miss: f64,
    doubt: f64,
}

fn say(judged: &Judged, row: usize, threshold: f64) -> Said {
    let answer = judged.answer.row(row);
    match &judged.target {
        Target::Values(values) => {
            let miss = (values[row] - answer[0]).abs();
            Said { numbers: (values[row], answer[0]), miss, doubt: miss, ..Said::default() }
        }
        Target::Classes { codes, .. } if judged.task == Task::Binary => {
            let (truth, p) = (codes[row] as usize, answer[0]);
            let predicted = usize::from(p >= threshold);
            let of = |class: usize| if class == 1 { p } else { 1.0 - p };
            Said {
                classes: Some((truth, predicted)),
                probability: Some(of(predicted)),
                miss: 1.0 - of(truth),
                doubt: (p - threshold).abs(),
                ..Said::default()
            }
        }
        Target::Classes { codes, .. } => {
            let truth = codes[row] as usize;
            let (mut first, mut second) = ((f64::NEG_INFINITY, 0), f64::NEG_INFINITY);
            for (class, &p) in answer.iter().enumerate() {
                if p > first.0 {
                    second = first.0;
                    first = (p, class);
                } else if p > second {
                    second = p;
                }
            }
            Said {
                classes: Some((truth, first.1)),
                probability: Some(first.0),
                miss: 1.0 - answer.get(truth).copied().unwrap_or(0.0),
                doubt: first.0 - second,
                ..Said::default()
            }
        }
    }
}

fn number(value: f64) -> String {
    crate::chart::format::digits(value, 6)
}

/// The sealed rows, opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// The candidate that predicted them.
    pub candidate: usize,
    /// How good it is on them.
    pub evaluation: Evaluation,
    /// What came of the criteria, on the folds and on these rows.
    pub criteria: Vec<CriterionOutcome>,
}

/// The key under which the session knows what came of the sealed rows. Criteria are asked of it anew, so it does not depend
/// on them.
///
/// # Errors
/// See [`Session::training_key`].
pub fn opened_key(session: &mut Session, recipe: &Recipe, candidate: usize) -> Result<String, Problem> {
    Ok(digest_of(&("opened", session.training_key(recipe)?, candidate, &recipe.judge)))
}

/// Takes back what came of the sealed rows when they were opened before, so that the session knows it again.
///
/// # Errors
/// See [`opened_key`].
pub fn opened_before(session: &mut Session, recipe: &Recipe, opened: &Opened) -> Result<Begun, Problem> {
    let key = opened_key(session, recipe, opened.candidate)?;
    session.know(key, Answer::json(opened).value);
    Begun::json(&())
}

/// Opens the sealed rows for a candidate: an [`Opened`]. The host counts how often that is done.
///
/// # Errors
/// See [`super::open_sealed`].
pub fn open(session: &mut Session, recipe: &Recipe, candidate: usize) -> Result<Begun, Problem> {
    let models = session.models(recipe)?;
    let folds = session.find_training(recipe)?.map(super::Training::trained).transpose()?;
    let folds = folds.and_then(|trained| trained.candidates.into_iter().nth(candidate)).and_then(|outcome| outcome.evaluation);
    let (_, job) = super::open_sealed(session.held(recipe)?, recipe, &models, candidate)?;
    let key = opened_key(session, recipe, candidate)?;
    let asked = recipe.goal.criteria.clone();
    Begun::job(job, move |evaluation, session| {
        let criteria = criteria(&asked, folds.as_ref(), Some(&evaluation));
        let answer = Answer::json(&Opened { candidate, evaluation, criteria });
        session.know(key, answer.value.clone());
        Ok(answer)
    })
}
