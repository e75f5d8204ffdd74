//! What is looked at beside the training: the settings of explanations and probes as forms take them.

use super::{Explain, Recipe, Stress};
use crate::base::{Params, Problem, Severity, Stage, Task, field};
use crate::{explain, stress, watch};

/// The settings of a method that stand in fields of their own, each with its place.
fn named<'a>(explain: &'a mut Explain, method: &str) -> Vec<(&'static str, &'a mut usize)> {
    match method {
        "permutation" => vec![("repeats", &mut explain.repeats)],
        "shap" => vec![("background", &mut explain.background), ("rows", &mut explain.rows)],
        _ => Vec::new(),
    }
}

impl Explain {
    /// The settings of a method: those of [`crate::explain::Method::fields`] that are not as the form has them.
    pub fn params(&self, method: &str) -> Params {
        let mut params = self.methods.get(method).cloned().unwrap_or_default();
        for (name, value) in named(&mut self.clone(), method) {
            params.insert(name.to_owned(), (*value).into());
        }
        params
    }

    /// The same with the settings of a method.
    #[must_use]
    pub fn with_params(mut self, method: &str, mut params: Params) -> Self {
        for (name, place) in named(&mut self, method) {
            if let Some(value) = params.remove(name).as_ref().and_then(serde_json::Value::as_u64) {
                *place = value as usize;
            }
        }
        match params.is_empty() {
            true => self.methods.remove(method),
            false => self.methods.insert(method.to_owned(), params),
        };
        self
    }

    /// The place of the output that is explained: of several classes the one that is named, the first where none is.
    pub fn output(&self, task: Task, classes: &[String]) -> usize {
        let place = |class: &String| classes.iter().position(|known| known == class);
        if task == Task::Multiclass { self.class.as_ref().and_then(place).unwrap_or(0) } else { 0 }
    }
}

impl Stress {
    /// The settings of the probes as a whole: [`crate::stress::fields`].
    pub fn params(&self) -> Params {
        let mut params = self.params.clone();
        params.insert("rows".to_owned(), self.rows.into());
        params
    }

    /// The same with the settings of the probes as a whole.
    #[must_use]
    pub fn with_params(mut self, mut params: Params) -> Self {
        if let Some(rows) = params.remove("rows").as_ref().and_then(serde_json::Value::as_u64) {
            self.rows = rows as usize;
        }
        Self { params, ..self }
    }

    /// The same with the settings of a probe.
    #[must_use]
    pub fn with_probe(mut self, probe: &str, params: Params) -> Self {
        match params.is_empty() {
            true => self.probes.remove(probe),
            false => self.probes.insert(probe.to_owned(), params),
        };
        self
    }
}

/// What is wrong with these settings. They stand in nobody's way before something is asked with them.
pub(super) fn check(recipe: &Recipe) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (id, params) in &recipe.explain.methods {
        match explain::find(id) {
            None => problems.push(Problem::new(Stage::Explain, "explain.no_method").with("method", id)),
            Some(method) => problems.extend(field::check(&(method.fields)(), params, Stage::Explain, &method.owner())),
        }
    }
    problems.extend(field::check(&stress::fields(), &recipe.stress.params, Stage::Stress, "stress"));
    for (id, params) in &recipe.stress.probes {
        match stress::find(id) {
            None => problems.push(Problem::new(Stage::Stress, "stress.no_probe").with("probe", id)),
            Some(probe) => problems.extend(field::check(&(probe.fields)(), params, Stage::Stress, &probe.owner())),
        }
    }
    problems.extend(field::check(&watch::fields(), &recipe.watch, Stage::Watch, "watch"));
    problems.into_iter().map(|problem| Problem { severity: Severity::Warning, ..problem }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn params(value: serde_json::Value) -> Params {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn settings_come_back_as_they_were_given_and_old_recipes_keep_theirs() {
        let explain = Explain::default();
        assert_eq!(explain.params("shap"), params(json!({"background": 50, "rows": 100})));
        let set = explain.clone().with_params("shap", params(json!({"background": 20, "rows": 100, "scale": "log_odds"})));
        assert_eq!((set.background, set.params("shap")["scale"].as_str()), (20, Some("log_odds")));
        assert_eq!(set.methods.len(), 1);
        assert_eq!(set.with_params("shap", explain.params("shap")), explain);
        let stress = Stress::default().with_params(params(json!({"rows": 7, "tolerance": 1.0})));
        assert_eq!((stress.rows, stress.params.len(), stress.params()), (7, 1, params(json!({"rows": 7, "tolerance": 1.0}))));
        assert_eq!(
            Stress::default().with_probe("unit", params(json!({"factor": 10.0}))).with_probe("unit", Params::new()),
            Stress::default()
        );
        // Nothing new is written where nothing is said.
        let text = Recipe::new().to_json();
        assert!(!text.contains("methods") && !text.contains("probes") && !text.contains("watch") && !text.contains("class\""), "{text}");
        assert_eq!(Recipe::from_json(&text).expect("a recipe"), Recipe::new());
    }

    #[test]
    fn of_several_classes_the_named_one_is_explained() {
        let classes = ["a", "b", "c"].map(str::to_owned);
        let named = |class: &str| Explain { class: Some(class.to_owned()), ..Explain::default() };
        assert_eq!(named("c").output(Task::Multiclass, &classes), 2);
        assert_eq!(named("gone").output(Task::Multiclass, &classes), 0);
        assert_eq!((named("b").output(Task::Binary, &classes[..2]), named("b").output(Task::Regression, &[])), (0, 0));
        assert_eq!(Explain::default().output(Task::Multiclass, &classes), 0);
    }

    #[test]
    fn wrong_settings_are_told_and_stop_nothing() {
        let mut recipe = Recipe::new();
        recipe.explain.methods.insert("shap".to_owned(), params(json!({"coalitions": 1})));
        recipe.explain.methods.insert("guess".to_owned(), Params::new());
        recipe.stress.probes.insert("unit".to_owned(), params(json!({"factor": "much"})));
        recipe.watch = params(json!({"alpha": 2.0}));
        let found = check(&recipe);
        let ids: Vec<&str> = found.iter().map(|problem| problem.message.id.as_str()).collect();
        assert_eq!(ids, ["explain.no_method", "field.out_of_range", "field.not_a_number", "field.out_of_range"]);
        assert!(found.iter().all(|problem| problem.severity == Severity::Warning));
    }
}
