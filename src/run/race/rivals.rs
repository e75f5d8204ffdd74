//! Who takes part in a search over models and preparation.

use crate::base::{Params, Task};
use crate::learn::network::{self, preset};
use crate::learn::{self, Candidate};
use crate::prepare::Step;
use crate::recipe::Recipe;

/// The models that take part, each for the tasks that it can do, the quick ones first; those of the study with its settings.
pub const MODELS: &[&str] = &["logistic", "linear", "tree", "naive_bayes", "knn", "svm", "forest", "extra_trees", "boosting", "network"];

/// The variant with the preparation and the settings of the study.
pub const OWN: &str = "own";
/// The variant that leaves gaps to the model.
pub const GAPS: &str = "gaps";

/// A model with a preparation.
#[derive(Clone, Debug, PartialEq)]
pub struct Rival {
    /// The text is `race.variant.<id>`.
    pub variant: &'static str,
    /// The steps.
    pub prepare: Vec<Step>,
    /// The model as it begins.
    pub candidate: Candidate,
}

/// All that take part for a recipe and a task; where some kinds of models are named, these alone.
pub fn rivals(recipe: &Recipe, task: Task, only: &[String]) -> Vec<Rival> {
    let mut all = Vec::new();
    for id in MODELS.iter().filter(|id| only.is_empty() || only.iter().any(|other| other == *id)) {
        let Some(kind) = learn::find(id).filter(|kind| kind.tasks.contains(&task)) else { continue };
        let known = recipe.models.iter().find(|candidate| candidate.model == kind.id);
        let candidate = known.cloned().unwrap_or_else(|| Candidate { model: kind.id.to_owned(), ..Candidate::default() });
        all.push(Rival { variant: OWN, prepare: recipe.prepare.clone(), candidate: candidate.clone() });
        if kind.takes_missing && recipe.prepare.iter().any(is_filling) {
            let kept = |step: &Step| if is_filling(step) { Step { enabled: false, ..step.clone() } } else { step.clone() };
            all.push(Rival { variant: GAPS, prepare: recipe.prepare.iter().map(kept).collect(), candidate: candidate.clone() });
        }
        if kind.id == network::KIND.id
            && let Some(strong) = preset::find("strong")
            && candidate.params != strong.params(task)
        {
            // With the study's own steps, so that it can be put together with the others. One network alone: the mean of
            // several ranks alike and takes as many times as long.
            let mut params = strong.params(task);
            params.insert("members".to_owned(), 1.into());
            let candidate = Candidate { params, ..candidate };
            all.push(Rival { variant: "strong", prepare: recipe.prepare.clone(), candidate });
        }
    }
    all
}

fn is_filling(step: &Step) -> bool {
    step.enabled && step.id == "impute"
}

/// The recipe of a rival alone.
pub fn alone(recipe: &Recipe, rival: &Rival) -> Recipe {
    Recipe { prepare: rival.prepare.clone(), models: vec![rival.candidate.clone()], chosen: 0, tune: None, ..recipe.clone() }
}

/// Parameters of the sampler: few trials are made of each, so that it learns from the first ones on.
pub fn sampling() -> Params {
    Params::from_iter([("startup".to_owned(), 4.into())])
}
