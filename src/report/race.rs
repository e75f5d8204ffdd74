//! What a search over models and preparation came to: every model with its best trial, and what the whole is worth.

use super::compared::signed;
use super::nested::Worth;
use crate::base::{Message, Problem, text};
use crate::chart::format::{digits, percent};
use crate::judge::Difference;
use crate::learn::{self, Candidate};
use crate::prepare::Step;
use crate::recipe::{Edit, Recipe, Tune};
use serde::{Deserialize, Serialize};

/// The outcome of a search over models and preparation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Race {
    /// The metric that decides, by id.
    pub metric: String,
    /// Whether a larger score is better.
    pub higher_is_better: bool,
    /// Every model that took part, the best first; those that failed last.
    pub entries: Vec<Entry>,
    /// How many rounds there were: after each but the first, the worse half went out.
    pub rounds: usize,
    /// Whether time ended it.
    pub out_of_time: bool,
    /// What the whole search comes to on rows that had no part in it, and why that is not known.
    pub worth: Result<Worth, Problem>,
}

/// A model with its preparation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// How the data was prepared for it: the text is `race.variant.<id>`.
    pub variant: String,
    /// The steps.
    pub prepare: Vec<Step>,
    /// The model with its best parameters; as it began where it failed.
    pub candidate: Candidate,
    /// Its search, with as many trials as were reached.
    pub tune: Tune,
    /// Trials that were made.
    pub trials: usize,
    /// The score of its best trial on the rows of all folds together; nothing where it has none.
    pub score: Option<f64>,
    /// The 95 % interval of the mean score over the folds, by the corrected resampled t test.
    pub interval: Option<[f64; 2]>,
    /// How the best model of all differs from it on the same folds; nothing for the best itself.
    pub behind: Option<Difference>,
    /// Rounds that it was in.
    pub rounds: usize,
    /// Why it has no score.
    pub problem: Option<Problem>,
}

impl Entry {
    /// The model's name, with the preparation where that is another than the study's.
    pub fn name(&self) -> String {
        let model = called(&self.candidate);
        match self.variant.as_str() {
            "own" => model,
            variant => format!("{model}, {}", text(&format!("race.variant.{variant}"))),
        }
    }

    /// The edit that takes it into a study: the model in the place of the study's own of its kind, or as one more, chosen; its
    /// preparation; its search, so that the same trials can be made again.
    pub fn taken(&self, recipe: &Recipe) -> Edit {
        let mut models = recipe.models.clone();
        let chosen = models.iter().position(|model| model.model == self.candidate.model).unwrap_or(models.len());
        match models.get_mut(chosen) {
            Some(model) => *model = self.candidate.clone(),
            None => models.push(self.candidate.clone()),
        }
        let mut edits = vec![Edit::SetModels { models, chosen }];
        if self.prepare != recipe.prepare {
            edits.push(Edit::SetSteps(self.prepare.clone()));
        }
        let tune = Tune { candidate: chosen, first: None, ..self.tune.clone() };
        edits.push(Edit::SetTune((!tune.space.parameters.is_empty()).then_some(tune)));
        Edit::Many(edits)
    }

    /// The score with its interval, as texts.
    pub fn shown(&self) -> (String, String) {
        let score = self.score.map_or_else(|| "\u{2013}".to_owned(), |score| digits(score, 4));
        let interval = self
            .interval
            .map(|[low, high]| Message::new("race.interval").with("low", digits(low, 3)).with("high", digits(high, 3)).to_string());
        (score, interval.unwrap_or_default())
    }

    /// How many trials were made, as a text: a mean of others has none of its own.
    pub fn tried(&self) -> String {
        if self.trials == 0 { text("page.missing_mark") } else { self.trials.to_string() }
    }

    /// How it stands, or why it has no score.
    pub fn note(&self) -> String {
        match &self.problem {
            Some(problem) => problem.message.to_string(),
            None if self.score.is_none() => text("race.no_time"),
            None => self.beside(),
        }
    }

    /// How it stands beside the best: the difference, and how probable it is that the best is better by more than what matters.
    pub fn beside(&self) -> String {
        let Some(behind) = &self.behind else { return String::new() };
        Message::new("race.behind").with("difference", signed(-behind.mean)).with("share", percent(behind.better)).to_string()
    }
}

/// What a model is called; a mean by its members, those that count more with how much.
fn called(candidate: &Candidate) -> String {
    let members = learn::estimators(&candidate.params);
    if members.is_empty() {
        return text(&format!("model.{}", candidate.model));
    }
    let members = members.iter().map(learn::Estimator::name).collect::<Vec<_>>().join(", ");
    Message::new("race.mean").with("members", members).to_string()
}

impl Race {
    /// What came of it, in sentences.
    pub fn sentences(&self) -> Vec<Message> {
        let Some(best) = self.winner() else { return vec![Message::new("race.nothing")] };
        let equals = self.entries.iter().skip(1).filter(|it| it.behind.as_ref().is_some_and(|behind| behind.better < 0.95)).count();
        let won = Message::new("race.won")
            .with("name", best.name())
            .with("metric", text(&format!("metric.{}", self.metric)))
            .with("score", best.shown().0);
        let close = (equals > 0).then(|| Message::new("race.close").with("count", equals));
        let worth = match &self.worth {
            Ok(worth) => worth.sentences(&self.metric),
            Err(problem) => vec![problem.message.clone()],
        };
        let time = self.out_of_time.then(|| Message::new("race.out_of_time"));
        std::iter::once(won).chain(close).chain(worth).chain(time).collect()
    }

    /// The best model, where one has a score.
    pub fn winner(&self) -> Option<&Entry> {
        self.entries.first().filter(|best| best.score.is_some())
    }

    /// Trials that were made by all together.
    pub fn trials(&self) -> usize {
        self.entries.iter().map(|entry| entry.trials).sum()
    }
}
