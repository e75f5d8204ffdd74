//! The recipe and its history: every change is an edit, and its inverse is what undo does.

use super::storage::Project;
use atelier::base::Problem;
use atelier::recipe::{Edit, Recipe};

/// Edits that undo can take back; older ones are forgotten.
const DEPTH: usize = 500;

impl Project {
    /// Makes an edit; what could be redone is forgotten.
    pub fn edit(&mut self, edit: Edit) -> Result<(), Problem> {
        let inverse = self.recipe.apply(edit)?;
        self.past.push(inverse);
        if self.past.len() > DEPTH {
            self.past.remove(0);
        }
        self.future.clear();
        Ok(())
    }

    /// Takes the last edit back; the id of what was undone.
    pub fn undo(&mut self) -> Option<&'static str> {
        step(&mut self.recipe, &mut self.past, &mut self.future)
    }

    /// Brings the last undone edit back; the id of what was redone.
    pub fn redo(&mut self) -> Option<&'static str> {
        step(&mut self.recipe, &mut self.future, &mut self.past)
    }
}

fn step(recipe: &mut Recipe, from: &mut Vec<Edit>, to: &mut Vec<Edit>) -> Option<&'static str> {
    let edit = from.pop()?;
    let id = edit.id();
    to.push(recipe.apply(edit).ok()?);
    Some(id)
}
