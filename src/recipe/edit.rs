//! Edits: the only way in which the page changes a recipe. Each gives its inverse, so undo and redo follow.

use super::{Compare, Explain, Fair, Join, Judge, Recipe, Source, Stress, Tune};
use crate::base::{Params, Problem, Stage};
use crate::judge::{Goal, Split};
use crate::learn::Candidate;
use crate::prepare::Step;
use serde::{Deserialize, Serialize};

/// A change of a recipe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // each names the part that it sets
pub enum Edit {
    SetTitle(String),
    SetSeed(u64),
    SetGoal(Goal),
    SetSources(Vec<Source>),
    SetJoins(Vec<Join>),
    SetSplit(Split),
    SetSteps(Vec<Step>),
    InsertStep {
        at: usize,
        step: Step,
    },
    RemoveStep {
        at: usize,
    },
    ReplaceStep {
        at: usize,
        step: Step,
    },
    MoveStep {
        from: usize,
        to: usize,
    },
    SetModels {
        models: Vec<Candidate>,
        chosen: usize,
    },
    ReplaceModel {
        at: usize,
        model: Candidate,
    },
    SetTune(Option<Tune>),
    SetJudge(Judge),
    SetCompare(Compare),
    SetExplain(Explain),
    SetStress(Stress),
    SetFair(Fair),
    SetWatch(Params),
    /// Several as one: one undo takes them all back.
    Many(Vec<Edit>),
}

impl Edit {
    /// The id of the text that names the edit in the history: `edit.<id>`.
    pub fn id(&self) -> &'static str {
        match self {
            Edit::SetTitle(_) => "title",
            Edit::SetSeed(_) => "seed",
            Edit::SetGoal(_) => "goal",
            Edit::SetSources(_) => "sources",
            Edit::SetJoins(_) => "joins",
            Edit::SetSplit(_) => "split",
            Edit::SetSteps(_) => "steps",
            Edit::InsertStep { .. } => "insert_step",
            Edit::RemoveStep { .. } => "remove_step",
            Edit::ReplaceStep { .. } => "replace_step",
            Edit::MoveStep { .. } => "move_step",
            Edit::SetModels { .. } => "models",
            Edit::ReplaceModel { .. } => "replace_model",
            Edit::SetTune(_) => "tune",
            Edit::SetJudge(_) => "judge",
            Edit::SetCompare(_) => "compare",
            Edit::SetExplain(_) => "explain",
            Edit::SetStress(_) => "stress",
            Edit::SetFair(_) => "fair",
            Edit::SetWatch(_) => "watch",
            Edit::Many(edits) => edits.first().map_or("nothing", Edit::id),
        }
    }
}

impl Recipe {
    /// Makes the change and gives the edit that takes it back. A refused edit changes nothing.
    ///
    /// # Errors
    /// A position that is not there.
    pub fn apply(&mut self, edit: Edit) -> Result<Edit, Problem> {
        use std::mem::replace;
        let gone = || Problem::new(Stage::Prepare, "recipe.no_such_place");
        Ok(match edit {
            Edit::SetTitle(title) => Edit::SetTitle(replace(&mut self.title, title)),
            Edit::SetSeed(seed) => Edit::SetSeed(replace(&mut self.seed, seed)),
            Edit::SetGoal(goal) => Edit::SetGoal(replace(&mut self.goal, goal)),
            Edit::SetSources(sources) => Edit::SetSources(replace(&mut self.sources, sources)),
            Edit::SetJoins(joins) => Edit::SetJoins(replace(&mut self.joins, joins)),
            Edit::SetSplit(split) => Edit::SetSplit(replace(&mut self.split, split)),
            Edit::SetSteps(steps) => Edit::SetSteps(replace(&mut self.prepare, steps)),
            Edit::InsertStep { at, step } => {
                if at > self.prepare.len() {
                    return Err(gone());
                }
                self.prepare.insert(at, step);
                Edit::RemoveStep { at }
            }
            Edit::RemoveStep { at } => {
                if at >= self.prepare.len() {
                    return Err(gone());
                }
                Edit::InsertStep { at, step: self.prepare.remove(at) }
            }
            Edit::ReplaceStep { at, step } => {
                let place = self.prepare.get_mut(at).ok_or_else(gone)?;
                Edit::ReplaceStep { at, step: replace(place, step) }
            }
            Edit::MoveStep { from, to } => {
                if from >= self.prepare.len() || to >= self.prepare.len() {
                    return Err(gone());
                }
                let step = self.prepare.remove(from);
                self.prepare.insert(to, step);
                Edit::MoveStep { from: to, to: from }
            }
            Edit::SetModels { models, chosen } => {
                Edit::SetModels { models: replace(&mut self.models, models), chosen: replace(&mut self.chosen, chosen) }
            }
            Edit::ReplaceModel { at, model } => {
                let place = self.models.get_mut(at).ok_or_else(gone)?;
                Edit::ReplaceModel { at, model: replace(place, model) }
            }
            Edit::SetTune(tune) => Edit::SetTune(replace(&mut self.tune, tune)),
            Edit::SetJudge(judge) => Edit::SetJudge(replace(&mut self.judge, judge)),
            Edit::SetCompare(compare) => Edit::SetCompare(replace(&mut self.compare, compare)),
            Edit::SetExplain(explain) => Edit::SetExplain(replace(&mut self.explain, explain)),
            Edit::SetStress(stress) => Edit::SetStress(replace(&mut self.stress, stress)),
            Edit::SetFair(fair) => Edit::SetFair(replace(&mut self.fair, fair)),
            Edit::SetWatch(watch) => Edit::SetWatch(replace(&mut self.watch, watch)),
            Edit::Many(edits) => {
                let mut undone = Vec::with_capacity(edits.len());
                for edit in edits {
                    match self.apply(edit) {
                        Ok(inverse) => undone.push(inverse),
                        Err(problem) => {
                            // Takes back what was done, so that a refused edit changes nothing.
                            for inverse in undone.into_iter().rev() {
                                let _ = self.apply(inverse);
                            }
                            return Err(problem);
                        }
                    }
                }
                undone.reverse();
                Edit::Many(undone)
            }
        })
    }
}
