//! What is asked of the engine and what it tells. Bytes travel beside a message, never in it.

use super::task::{Live, Task};
use crate::base::{Problem, Progress};
use serde::{Deserialize, Serialize};

/// A question with the number under which its replies come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// Chosen by the asker.
    pub id: u64,
    /// The question.
    pub ask: Ask,
}

/// What can be asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Ask {
    /// Which build is this?
    Version,
    /// Stop the request of this number; it ends as failed.
    Cancel(u64),
    /// The request of this number is to end soon, with what it has; one of several parts ends the part that goes on.
    Close(u64),
    /// Time is up for a part of the request of this number.
    TimeIsUp { request: u64, part: usize },
    /// Hold all work after its slice, or let it go on.
    Pace(Pace),
    /// Read the bytes that come as the body as a source of a study: a [`crate::table::read::Summary`].
    Read(Box<crate::recipe::Source>),
    /// How a source that was read was read: a [`crate::table::read::Summary`].
    Summary(Box<crate::recipe::Source>),
    /// What a join would come to at a place among the recipe's joins, before it is made; without keys those that suit are
    /// tried: a [`super::JoinCounts`].
    JoinCounts { recipe: Box<crate::recipe::Recipe>, place: usize, join: crate::recipe::Join },
    /// The rows that are the same in every column: a [`super::DuplicateRows`].
    Duplicates(Box<crate::recipe::Recipe>),
    /// What the recipe comes to on the table: a [`super::Look`].
    Look(Box<crate::recipe::Recipe>),
    /// Which rows each fold learns from, leaves out and predicts: a [`crate::judge::FoldMap`].
    Folds(Box<crate::recipe::Recipe>),
    /// A recipe for a target, made from the one given: a [`crate::recipe::Recipe`].
    Begin { recipe: Box<crate::recipe::Recipe>, target: String },
    /// Rows of the table as texts, a few hundred at most: [`super::Cells`].
    Cells { first: usize, count: usize },
    /// The packed table of the session, for pool workers.
    Table,
    /// Take the packed table that comes as the body.
    Hold,
    /// Do a task on the table that is held; the answer is bytes.
    Task(Box<Task>),
    /// Fit every model of a recipe in every fold and judge it: gives out tasks, answers with a [`super::Trained`] and
    /// the bytes that [`Ask::Restore`] takes. What was trained before is answered at once.
    Train(Box<crate::recipe::Recipe>),
    /// Take back a training that was saved, as the body: the key of what it was trained on.
    Restore,
    /// The profile of the rows that may be looked at: a [`crate::profile::Profile`].
    Profile(Box<crate::recipe::Recipe>),
    /// One column of these rows closely: a [`crate::profile::ColumnProfile`].
    Column { recipe: Box<crate::recipe::Recipe>, column: String },
    /// Two columns of these rows closely: a [`crate::profile::PairView`].
    Pair { recipe: Box<crate::recipe::Recipe>, a: String, b: String },
    /// These rows divided into segments of rows that are alike: a [`super::ToldSegments`].
    Segments { recipe: Box<crate::recipe::Recipe>, question: crate::profile::SegmentQuestion },
    /// Some of these rows as texts, a few hundred at most: [`super::Cells`].
    Seen { recipe: Box<crate::recipe::Recipe>, first: usize, count: usize },
    /// What the steps of the preparation do: a [`super::Preview`].
    Preview(Box<crate::recipe::Recipe>),
    /// Show that nothing is learned from rows that a fold may not see: a [`crate::judge::Proof`].
    Prove(Box<crate::recipe::Recipe>),
    /// Rows of the folds with what the chosen candidate says of them: a [`super::ShownCases`].
    Cases { recipe: Box<crate::recipe::Recipe>, which: super::Cases, count: usize },
    /// Open the sealed rows for a candidate: a [`super::Opened`].
    OpenHeldOut { recipe: Box<crate::recipe::Recipe>, candidate: usize },
    /// Know again what came of the sealed rows when they were opened for the recipe as it is judged now: nothing.
    Opened { recipe: Box<crate::recipe::Recipe>, opened: Box<super::Opened> },
    /// Explain the chosen model: a [`super::Explained`].
    Explain { recipe: Box<crate::recipe::Recipe>, question: super::Question },
    /// Rows that are worth explaining one by one, for an output: a [`super::Picks`].
    Picks { recipe: Box<crate::recipe::Recipe>, output: usize },
    /// Probe the chosen model: a [`super::Stressed`].
    Stress(Box<crate::recipe::Recipe>),
    /// Compare the groups that the recipe names: a [`super::Fairness`]. Of several classes, the one that counts as selected.
    Fair { recipe: Box<crate::recipe::Recipe>, class: Option<usize> },
    /// Read the bytes that come as the body as a second file for a purpose, as the study's main table is read: a
    /// [`crate::table::read::Summary`].
    ReadOther { recipe: Box<crate::recipe::Recipe>, file: String, purpose: super::Purpose },
    /// Compare the second file to watch with the rows of the training: a [`super::Watched`].
    Watch(Box<crate::recipe::Recipe>),
    /// Train the chosen candidate again with the rows of the second file to watch, and compare: gives out tasks, answers
    /// with a [`super::Retrained`].
    Retrain(Box<crate::recipe::Recipe>),
    /// Would more rows help? Fits the chosen candidate on parts of the training rows: gives out tasks, answers with a
    /// [`crate::judge::growth::Growth`].
    Grow(Box<crate::recipe::Recipe>),
    /// Which learning rate suits the chosen network? Trains it with many, fold after fold: gives out tasks, answers with a
    /// [`crate::judge::rates::Rates`].
    Rates(Box<crate::recipe::Recipe>),
    /// Train a network on made-up rows, for the asker to time it: nothing.
    Rehearse(Box<crate::learn::network::Rehearsal>),
    /// Search for better parameters as the recipe says: gives out tasks in rounds, tells trials as they end, answers with a
    /// [`super::Tuned`]. The body may be such an answer in JSON, from an earlier search that this one goes on from.
    Tune(Box<crate::recipe::Recipe>),
    /// Search over models and preparation by a metric: gives out tasks in rounds, tells how all stand, answers with a
    /// [`crate::report::Race`].
    Race { recipe: Box<crate::recipe::Recipe>, metric: String, course: super::Course },
    /// Judge the search of a recipe by making it anew in every fold: gives out tasks, answers with a
    /// [`crate::report::Nested`].
    Nested(Box<crate::recipe::Recipe>),
    /// The report of a training with these extras: a [`super::Reported`], and the page in HTML as the body.
    /// [`crate::report::Extra::HeldOut`] is refused where the sealed rows were not opened for the chosen model as it is judged
    /// now: only [`Ask::OpenHeldOut`] opens them, because that is counted.
    Report { recipe: Box<crate::recipe::Recipe>, extras: Vec<crate::report::Extra>, openings: Option<usize> },
    /// Make an export of the chosen model: a [`super::Exported`], its bytes as the body. The extras go into its report, as for
    /// [`Ask::Report`].
    Export { recipe: Box<crate::recipe::Recipe>, kind: String, extras: Vec<crate::report::Extra>, openings: Option<usize> },
    /// What the form of one row needs: a [`super::Form`].
    Form(Box<crate::recipe::Recipe>),
    /// Predict one row, given as texts by column: a [`crate::ship::Told`].
    TryOne { recipe: Box<crate::recipe::Recipe>, values: std::collections::BTreeMap<String, String> },
    /// Predict the second file to predict: a [`super::Predicted`], the table as CSV as the body.
    Predict(Box<crate::recipe::Recipe>),
    /// A pool worker has come so far with a task of a study.
    TaskProgress { study: u64, index: u64, progress: Progress },
    /// A pool worker has done a task of a study; its answer is the body.
    TaskDone { study: u64, index: u64 },
    /// A task of a study cannot be done.
    TaskFailed { study: u64, index: u64, problem: Problem },
}

/// How work goes on. It changes when a work is done, and nothing of what comes out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// As fast as it can.
    #[default]
    Go,
    /// Until the next epoch of a task ends, or the task; then it is held. Only of a task that is looked at
    /// ([`super::Task::plane`]) it is one epoch: slices of others may hold more.
    Step,
    /// Not at all.
    Hold,
}

/// One of the replies to a request. Any number of `Progress` and `Tasks` come before exactly one `Done` or `Failed`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reply {
    /// The number of the request.
    pub id: u64,
    /// The news.
    pub tell: Tell,
}

/// What the engine tells.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tell {
    /// How far it has come, and what there is to show meanwhile.
    Progress(Progress, Option<Live>),
    /// Tasks for any worker; their results are given back by `TaskDone`. The body goes with each.
    Tasks(Vec<Task>),
    /// Tasks that were given out and whose results count no more, by number: they need not be run.
    Drop(Vec<u64>),
    /// The answer, as JSON of the type that the question names.
    Done(serde_json::Value),
    /// Why there is no answer.
    Failed(Problem),
}
