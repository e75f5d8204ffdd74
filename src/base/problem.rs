//! Problems: what is wrong, where, and what to do. The page and the command line show the same ones.

use super::text::{Message, find};
use serde::{Deserialize, Serialize};

/// The stages of the work, in the order of the page's rail. The same noun names module, page, style sheet and command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Stage {
    Goal,
    Data,
    Explore,
    Prepare,
    Learn,
    Tune,
    Judge,
    Explain,
    Stress,
    Fair,
    Ship,
    Watch,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Stage; 12] = [
        Stage::Goal,
        Stage::Data,
        Stage::Explore,
        Stage::Prepare,
        Stage::Learn,
        Stage::Tune,
        Stage::Judge,
        Stage::Explain,
        Stage::Stress,
        Stage::Fair,
        Stage::Ship,
        Stage::Watch,
    ];

    /// The stable id, as in addresses and saved files.
    pub fn id(self) -> &'static str {
        match self {
            Stage::Goal => "goal",
            Stage::Data => "data",
            Stage::Explore => "explore",
            Stage::Prepare => "prepare",
            Stage::Learn => "learn",
            Stage::Tune => "tune",
            Stage::Judge => "judge",
            Stage::Explain => "explain",
            Stage::Stress => "stress",
            Stage::Fair => "fair",
            Stage::Ship => "ship",
            Stage::Watch => "watch",
        }
    }
}

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; nothing was lost.
    Note,
    /// The result can mislead.
    Warning,
    /// The work cannot go on.
    Error,
}

/// Where a problem is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// No single place.
    #[default]
    Whole,
    /// A line of the file, counted from 1.
    Line(u64),
    /// A column by name.
    Column(String),
    /// A cell: line of the file, counted from 1, and column name.
    Cell(u64, String),
    /// A step of the preparation, counted from 0.
    Step(usize),
    /// A field of a form: which thing (a step's index, a model's id), which field.
    Field(String, String),
    /// A character of a formula, counted from 0.
    Character(usize),
}

/// What is wrong, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The stage that found it.
    pub stage: Stage,
    /// How much it matters.
    pub severity: Severity,
    /// Where it is.
    pub place: Place,
    /// What is wrong; the text `<id>.hint`, where there is one, says what to do.
    pub message: Message,
}

impl Problem {
    /// An error of a stage, with the id of its text.
    pub fn new(stage: Stage, id: &str) -> Self {
        Self { stage, severity: Severity::Error, place: Place::Whole, message: Message::new(id) }
    }

    /// Something worth knowing, with the id of its text.
    pub fn note(stage: Stage, id: &str) -> Self {
        Self { severity: Severity::Note, ..Self::new(stage, id) }
    }

    /// Something that can mislead, with the id of its text.
    pub fn warning(stage: Stage, id: &str) -> Self {
        Self { severity: Severity::Warning, ..Self::new(stage, id) }
    }

    /// The same problem with an argument for its text.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.message = self.message.with(name, value);
        self
    }

    /// The same problem at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// The same problem at a column, which is also the argument `column` of its text.
    #[must_use]
    pub fn at_column(self, column: &str) -> Self {
        self.with("column", column).at(Place::Column(column.to_owned()))
    }

    /// What to do, where the language says something about it.
    pub fn hint(&self) -> Option<Message> {
        let id = format!("{}.hint", self.message.id);
        find(&id)?;
        Some(Message { id, args: self.message.args.clone() })
    }
}

impl std::fmt::Display for Problem {
    /// What and what to do, in one or two sentences.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.message)?;
        match self.hint() {
            Some(hint) => write!(f, " {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}
