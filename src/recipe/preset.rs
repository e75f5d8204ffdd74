//! A network's preset in a recipe: its parameters, and the preparation that it wants.

use super::{Edit, Recipe};
use crate::base::{Params, Task};
use crate::learn::Candidate;
use crate::learn::network::{self, preset::Preset};
use crate::prepare::Step;

/// The edit that makes the model at a place among the candidates a network with a preset. A preset that is robust takes
/// quartile scaling and soft bounds in the place of every standardising step; other presets leave the preparation as it is.
pub fn preset(recipe: &Recipe, at: usize, preset: &Preset, task: Task) -> Edit {
    let now = recipe.models.get(at).filter(|now| now.model == network::KIND.id).cloned().unwrap_or_default();
    let model = Candidate { model: network::KIND.id.to_owned(), params: preset.params(task), ..now };
    let mut edits = vec![Edit::ReplaceModel { at, model }];
    if preset.is_robust && recipe.prepare.iter().any(is_standardising) {
        edits.push(Edit::SetSteps(recipe.prepare.iter().flat_map(robust).collect()));
    }
    Edit::Many(edits)
}

fn is_standardising(step: &Step) -> bool {
    step.enabled && step.id == "standardise"
}

fn robust(step: &Step) -> Vec<Step> {
    if !is_standardising(step) {
        return vec![step.clone()];
    }
    ["robust", "smooth_clip"].map(|id| Step { id: id.to_owned(), params: Params::new(), ..step.clone() }).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prepare::Selector;

    #[test]
    fn a_robust_preset_brings_its_preparation_and_one_undo_takes_it_back() {
        let step = |id: &str| Step { id: id.to_owned(), columns: Selector::All, params: Params::new(), enabled: true };
        let mut recipe = Recipe::new();
        recipe.prepare = vec![step("impute"), step("standardise")];
        recipe.models = super::super::start::models(Task::Regression);
        let before = recipe.clone();
        let strong = network::preset::find("strong").expect("it is there");
        let undo = recipe.apply(preset(&recipe, 0, strong, Task::Regression)).expect("it fits");
        let ids: Vec<&str> = recipe.prepare.iter().map(|step| step.id.as_str()).collect();
        assert_eq!(ids, ["impute", "robust", "smooth_clip"]);
        assert_eq!(network::preset::of(&recipe.models[0].params, Task::Regression).map(|preset| preset.id), Some("strong"));
        recipe.apply(undo).expect("it is taken back");
        assert_eq!(recipe, before);
        recipe.apply(preset(&before, 0, network::preset::find("classroom").expect("it is there"), Task::Binary)).expect("it fits");
        assert_eq!(recipe.prepare, before.prepare);
    }
}
