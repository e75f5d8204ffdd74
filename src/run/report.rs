//! The report of a training, with what else was looked at: the same in the page and on the command line, because both ask
//! the same questions here.

use super::session::Session;
use super::work::{Answer, Begun, Finish};
use super::{Explained, Fairness, Opened, Question, Stressed, Watched};
use super::{explain, fair, judge, nested, stress, watch};
use crate::base::{Advance, Job, Problem, Progress, Stage};
use crate::recipe::Recipe;
use crate::report::html::{Aside, page};
use crate::report::{DataFacts, Explanation, Extra, Report};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// A report, ready to be saved. The page in HTML is the body of the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// The SHA-256 of the document.
    pub digest: String,
    /// The digest of each part that is there, by its name in the document.
    pub parts: Vec<(String, String)>,
    /// The document: the text of `report.json`.
    pub json: String,
}

/// Makes the report of a recipe that is trained: a [`Reported`]. `openings` is how often the sealed rows were opened.
///
/// # Errors
/// See [`gather`].
pub fn report(session: &mut Session, recipe: &Recipe, extras: &[Extra], openings: Option<usize>) -> Result<Begun, Problem> {
    Begun::job(gather(session, recipe, extras, Sealed::Keep)?, move |gathered, session| {
        let report = gathered.finish(session)?;
        let parts = report.part_digests().into_iter().map(|(part, digest)| (part.to_owned(), digest)).collect();
        let reported = Reported { digest: report.digest(), parts, json: report.to_json() };
        Ok(Answer { body: page(&report, &Aside { openings }).into_bytes(), ..Answer::json(&reported) })
    })
}

/// What [`Extra::HeldOut`] may do where the sealed rows were not opened for the chosen model as it is judged now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// Open them: the host was told to.
    Open,
    /// Leave them sealed: the report is refused.
    Keep,
}

/// The report of a training as a job: what is not known yet of the extras is computed.
///
/// # Errors
/// A recipe that is not trained, or an extra that cannot be had: rows that are to stay sealed, no sealed rows, no columns for
/// fairness, no new rows.
pub fn gather(session: &mut Session, recipe: &Recipe, extras: &[Extra], sealed: Sealed) -> Result<Gathering, Problem> {
    let stale = || Problem::new(Stage::Judge, "judge.stale");
    let trained = session.find_training(recipe)?.ok_or_else(stale)?.trained()?;
    let notes = session.reading_notes(recipe);
    let held = session.held(recipe)?;
    let data = DataFacts::of(&held.table, &held.digest, notes);
    let setup = held.setup(recipe)?;
    let output = recipe.explain.output(setup.task, &setup.classes);
    let mut waiting = VecDeque::new();
    // Always in the same order, whatever was asked for first.
    for extra in Extra::ALL.iter().filter(|extra| extras.contains(extra)) {
        // Importance is the same for every class.
        let output_of = |method: &str| if method == "permutation" { 0 } else { output };
        let question = |method: &str| Question { method: method.to_owned(), output: output_of(method), ..Question::default() };
        match extra {
            Extra::HeldOut => {
                let key = judge::opened_key(session, recipe, recipe.chosen)?;
                waiting.push_back((
                    *extra,
                    match (session.known(&key), sealed) {
                        (Some(known), _) => Begun::Now(Answer { value: known, body: Vec::new() }),
                        (None, Sealed::Open) => judge::open(session, recipe, recipe.chosen)?,
                        (None, Sealed::Keep) => return Err(Problem::new(Stage::Judge, "judge.still_sealed")),
                    },
                ));
            }
            // It takes a study of its own, which the host ran before.
            Extra::Nested => {
                let key = nested::nested_key(session, recipe)?;
                let value = session.known(&key).ok_or_else(|| Problem::new(Stage::Tune, "nested.unknown"))?;
                waiting.push_back((*extra, Begun::Now(Answer { value, body: Vec::new() })));
            }
            Extra::Explanation => {
                for method in ["permutation", "dependence", "shap"] {
                    waiting.push_back((*extra, explain::explain(session, recipe, question(method))?));
                }
            }
            Extra::Stress => waiting.push_back((*extra, stress::stress(session, recipe)?)),
            Extra::Fairness => waiting.push_back((*extra, fair::fair(session, recipe, Some(output))?)),
            Extra::Drift => waiting.push_back((*extra, watch::watch(session, recipe)?)),
        }
    }
    let total = waiting.len();
    Ok(Gathering { base: Some(Report::new(recipe, data, &trained)), waiting, done: Vec::new(), total })
}

/// What an extra came to.
enum Ended {
    Now(Answer),
    Finish(Finish),
}

/// A report in the making.
pub struct Gathering {
    base: Option<Report>,
    waiting: VecDeque<(Extra, Begun)>,
    done: Vec<(Extra, Ended)>,
    total: usize,
}

/// A report with all its work done.
pub struct Gathered {
    base: Report,
    parts: Vec<(Extra, Ended)>,
}

impl Job for Gathering {
    type Output = Gathered;

    fn advance(&mut self) -> Result<Advance<Gathered>, Problem> {
        if let Some((extra, begun)) = self.waiting.pop_front() {
            match begun {
                Begun::Now(answer) => self.done.push((extra, Ended::Now(answer))),
                Begun::Doing(mut doing) => match doing.advance()? {
                    Advance::More(_) => self.waiting.push_front((extra, Begun::Doing(doing))),
                    Advance::Done(finish) => self.done.push((extra, Ended::Finish(finish))),
                },
                // No extra gives out tasks.
                Begun::Study(_) => return Err(unreadable("study")),
            }
            return Ok(Advance::More(Progress { done: self.done.len() as u64, total: self.total as u64 }));
        }
        let base = self.base.take().ok_or_else(|| unreadable("report"))?;
        Ok(Advance::Done(Gathered { base, parts: std::mem::take(&mut self.done) }))
    }
}

impl Gathered {
    /// Puts the report together; the session keeps the answers, so that no page computes them again.
    ///
    /// # Errors
    /// An answer of another build.
    pub fn finish(self, session: &mut Session) -> Result<Report, Problem> {
        let mut report = self.base;
        let mut explanation = None;
        for (extra, ended) in self.parts {
            let answer = match ended {
                Ended::Now(answer) => answer,
                Ended::Finish(finish) => finish(session)?,
            };
            report = match extra {
                Extra::HeldOut => report.with_held_out(read::<Opened>(answer)?.evaluation),
                Extra::Nested => report.with_nested(read(answer)?),
                Extra::Explanation => {
                    let all: Explanation = explanation.take().unwrap_or_default();
                    explanation = Some(all.and(read::<Explained>(answer)?.explanation));
                    report
                }
                Extra::Stress => report.with_stress(read::<Stressed>(answer)?.report),
                // A grouping that cannot be judged has its reason on the page of fairness.
                Extra::Fairness => read::<Fairness>(answer)?.groupings.iter().fold(report, |report, grouping| match &grouping.report {
                    Ok(figures) => report.with_fairness(&grouping.columns.join(" × "), figures),
                    Err(_) => report,
                }),
                Extra::Drift => report.with_drift(read::<Watched>(answer)?.columns),
            };
        }
        Ok(match explanation {
            Some(explanation) => report.with_explanation(explanation),
            None => report,
        })
    }
}

fn read<T: DeserializeOwned>(answer: Answer) -> Result<T, Problem> {
    serde_json::from_value(answer.value).map_err(unreadable)
}

fn unreadable(reason: impl std::fmt::Display) -> Problem {
    Problem::new(Stage::Judge, "run.unreadable").with("reason", reason)
}
