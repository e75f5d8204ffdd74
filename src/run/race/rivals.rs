//! Who takes part in a search over models and preparation.

use crate::base::{Params, Task};
use crate::learn::network::{self, preset};
use crate::learn::{self, Candidate};
use crate::prepare::Step;
use crate::recipe::{self, Edit, Recipe};

/// The models that take part, each for the tasks that it can do, the quick ones first; those of the study with its settings.
pub const MODELS: &[&str] = &["logistic", "linear", "tree", "naive_bayes", "knn", "svm", "forest", "extra_trees", "boosting", "network"];

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
        all.push(Rival { variant: "own", prepare: recipe.prepare.clone(), candidate: candidate.clone() });
        if kind.takes_missing && recipe.prepare.iter().any(is_filling) {
            let kept = |step: &Step| if is_filling(step) { Step { enabled: false, ..step.clone() } } else { step.clone() };
            all.push(Rival { variant: "gaps", prepare: recipe.prepare.iter().map(kept).collect(), candidate: candidate.clone() });
        }
        if kind.id == network::KIND.id
            && let Some(strong) = preset::find("strong")
            && candidate.params != strong.params(task)
        {
            let prepare = strong_steps(recipe, strong, task);
            // One network alone: the mean of several ranks alike and takes as many times as long.
            let mut params = strong.params(task);
            params.insert("members".to_owned(), 1.into());
            let candidate = Candidate { params, ..candidate };
            all.push(Rival { variant: "strong", prepare, candidate });
        }
    }
    all
}

fn is_filling(step: &Step) -> bool {
    step.enabled && step.id == "impute"
}

/// The steps that the strong preset wants in the place of those of a recipe.
fn strong_steps(recipe: &Recipe, strong: &preset::Preset, task: Task) -> Vec<Step> {
    let Edit::Many(edits) = recipe::preset(recipe, 0, strong, task) else { return recipe.prepare.clone() };
    let steps = edits.into_iter().find_map(|edit| if let Edit::SetSteps(steps) = edit { Some(steps) } else { None });
    steps.unwrap_or_else(|| recipe.prepare.clone())
}

/// The recipe of a rival alone.
pub fn alone(recipe: &Recipe, rival: &Rival) -> Recipe {
    Recipe { prepare: rival.prepare.clone(), models: vec![rival.candidate.clone()], chosen: 0, tune: None, ..recipe.clone() }
}

/// Parameters of the sampler: few trials are made of each, so that it learns from the first ones on.
pub fn sampling() -> Params {
    Params::from_iter([("startup".to_owned(), 4.into())])
}
