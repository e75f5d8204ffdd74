//! Another task for the same target: what of the study does not fit it is replaced, the rest stays.

use super::start::models;
use super::{Edit, Recipe, Tune};
use crate::base::{Place, Task};
use crate::judge::{Compare, Goal, Split};
use crate::learn::{self, Calibration, Candidate, Estimator};
use crate::metric;
use crate::table::split::Scheme;
use crate::tune::Objective;

/// The edit that gives a recipe another task: `given` as the goal says it (nothing: as inferred), `task` as it comes to.
///
/// Criteria of another task go. A model that cannot do the task gives its place to one that a study of the task would begin
/// with, a setting that does not fit goes back to its default. The search stays as far as its model does.
pub fn retask(recipe: &Recipe, given: Option<Task>, task: Task) -> Edit {
    let fits = |id: &str| metric::find(id).is_some_and(|metric| metric.tasks.contains(&task));
    let mut goal = Goal { task: given, ..recipe.goal.clone() };
    goal.criteria.retain(|criterion| fits(&criterion.metric));
    let scheme = match (recipe.split.scheme, task.is_classification()) {
        (Scheme::Stratified, false) => Scheme::Plain,
        (Scheme::StratifiedGroup, false) => Scheme::Group,
        (Scheme::Plain, true) if recipe.goal.task == Some(Task::Regression) => Scheme::Stratified,
        (scheme, _) => scheme,
    };

    let does = |candidate: &Candidate| learn::find(&candidate.model).is_none_or(|kind| kind.tasks.contains(&task));
    let stays: Vec<&str> = recipe.models.iter().filter(|candidate| does(candidate)).map(|candidate| candidate.model.as_str()).collect();
    let mut others = models(task).into_iter().filter(|candidate| !stays.contains(&candidate.model.as_str()));
    // Each with the place that it had, so that the chosen one and the searched one are found again.
    let mut next: Vec<(usize, bool, Candidate)> = Vec::new();
    for (place, candidate) in recipe.models.iter().enumerate() {
        match does(candidate) {
            true => next.push((place, true, suited(candidate.clone(), task))),
            false => next.extend(others.next().map(|other| (place, false, other))),
        }
    }
    let now = |before: usize| next.iter().position(|(place, ..)| *place == before);
    let tune = recipe.tune.as_ref().and_then(|tune| {
        let candidate = now(tune.candidate).filter(|&candidate| next[candidate].1)?;
        let metric = if fits(&tune.metric) { tune.metric.clone() } else { metric::usual(task).to_owned() };
        // What else is looked for stays where it can be computed of the new task.
        let can_be = |objective: &&Objective| objective.id() != metric && objective.suits(task);
        let objectives = tune.objectives.iter().filter(can_be).cloned().collect();
        Some(Tune { candidate, metric, objectives, ..tune.clone() })
    });
    // A difference that does not matter is said in the unit of a metric.
    let compare = if recipe.compare.metric.as_deref().is_some_and(fits) { recipe.compare.clone() } else { Compare::default() };
    let chosen = now(recipe.chosen).unwrap_or(0);
    Edit::Many(vec![
        Edit::SetGoal(goal),
        Edit::SetSplit(Split { scheme, ..recipe.split.clone() }),
        Edit::SetModels { models: next.into_iter().map(|(.., candidate)| candidate).collect(), chosen },
        Edit::SetTune(tune),
        Edit::SetCompare(compare),
    ])
}

/// The candidate without the settings that are for another task.
fn suited(mut candidate: Candidate, task: Task) -> Candidate {
    if !task.is_classification() {
        candidate.calibration = Calibration::None;
    }
    let members = learn::estimators(&candidate.params);
    if !members.is_empty() {
        let members: Vec<Estimator> = members.into_iter().filter_map(|member| member_of(member, task)).collect();
        let next = match members.is_empty() {
            // Kinds of models, as it begins.
            true => Default::default(),
            false => learn::with_members(&members),
        };
        candidate.params.retain(|id, _| !next.contains_key(id) && !["of", "estimators"].contains(&id.as_str()));
        candidate.params.extend(next);
    }
    for problem in candidate.check(Some(task)) {
        if let (Place::Field(_, field), true) = (&problem.place, candidate.check(None).is_empty()) {
            candidate.params.remove(field);
        }
    }
    candidate
}

/// A member of several as the task wants it: the linear model of the task in the place of that of the other, without the
/// settings that are for another task; nothing where there is none.
fn member_of(member: Estimator, task: Task) -> Option<Estimator> {
    let model = match member.model.as_str() {
        "logistic" if !task.is_classification() => "linear",
        "linear" if task.is_classification() => "logistic",
        same => same,
    };
    learn::find(model).filter(|kind| kind.tasks.contains(&task))?;
    // Settings of one are none of the other.
    let params = if model == member.model { member.params } else { Default::default() };
    let Candidate { model, params, .. } = suited(Candidate { model: model.to_owned(), params, ..Candidate::default() }, task);
    Some(Estimator { model, params, ..member })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Params;
    use crate::judge::{Bound, Criterion, On};

    fn candidate(model: &str, loss: Option<&str>) -> Candidate {
        let params = loss.map(|loss| Params::from_iter([("loss".to_owned(), loss.into())])).unwrap_or_default();
        Candidate { model: model.to_owned(), params, ..Candidate::default() }
    }

    fn study() -> Recipe {
        let criterion = |metric: &str| Criterion { metric: metric.to_owned(), bound: Bound::AtLeast, value: 0.5, on: On::HeldOut };
        let mut recipe = Recipe {
            models: vec![candidate("network", Some("binary_cross_entropy")), candidate("logistic", None), candidate("forest", None)],
            chosen: 1,
            ..Recipe::new()
        };
        recipe.goal.criteria = vec![criterion("roc_auc"), criterion("r2")];
        let objectives = ["size", "roc_auc", "rmse", "disparate_impact"].map(Objective::of_id).to_vec();
        recipe.tune = Tune::usual(&recipe, 2, "log_loss".to_owned()).map(|tune| Tune { objectives, ..tune });
        recipe
    }

    #[test]
    fn nothing_of_another_task_is_left_and_the_rest_stays() {
        let mut recipe = study();
        let inverse = recipe.apply(retask(&recipe, Some(Task::Regression), Task::Regression)).expect("an edit");
        assert_eq!(recipe.models, [candidate("network", None), candidate("linear", None), candidate("forest", None)]);
        assert_eq!((recipe.chosen, recipe.goal.task), (1, Some(Task::Regression)));
        assert_eq!(recipe.goal.criteria.iter().map(|criterion| criterion.metric.as_str()).collect::<Vec<_>>(), ["r2"]);
        assert_eq!(recipe.split.scheme, Scheme::Plain);
        let tune = recipe.tune.as_ref().expect("a search");
        assert_eq!((tune.candidate, tune.metric.as_str(), tune.objectives.as_slice()), (2, "rmse", &[Objective::Size][..]));
        assert!(recipe.models.iter().all(|candidate| candidate.check(Some(Task::Regression)).is_empty()));

        let mut back = recipe.clone();
        back.apply(retask(&recipe, None, Task::Binary)).expect("an edit");
        assert_eq!(back.models, [candidate("network", None), candidate("logistic", None), candidate("forest", None)]);
        assert_eq!((back.goal.task, back.split.scheme), (None, Scheme::Stratified));
        recipe.apply(inverse).expect("an edit");
        assert_eq!(recipe, study(), "one undo takes all of it back");
    }

    #[test]
    fn members_that_fit_stay_and_none_leaves_kinds_of_models() {
        let member = |model: &str, weight: f64| Estimator { model: model.to_owned(), params: Params::new(), weight };
        let retasked = |members: &[Estimator]| {
            let mut recipe = Recipe { models: vec![learn::voting(members)], ..study() };
            recipe.tune = None;
            recipe.chosen = 0;
            recipe.apply(retask(&recipe, Some(Task::Regression), Task::Regression)).expect("an edit");
            assert!(recipe.models[0].check(Some(Task::Regression)).is_empty());
            recipe.models.swap_remove(0)
        };
        let members = [member("logistic", 2.0), member("naive_bayes", 1.0), member("forest", 1.0)];
        assert_eq!(retasked(&members), learn::voting(&[member("linear", 2.0), member("forest", 1.0)]));
        assert_eq!(retasked(&members[1..2]).params, Params::new());
    }

    #[test]
    fn a_search_of_a_model_that_goes_goes_with_it() {
        let mut recipe = study();
        recipe.tune = Tune::usual(&recipe, 1, "log_loss".to_owned());
        // Beside a linear regression there is no place for a second one.
        recipe.models.push(candidate("linear", None));
        recipe.chosen = 3;
        recipe.apply(retask(&recipe, Some(Task::Regression), Task::Regression)).expect("an edit");
        assert_eq!(recipe.tune, None);
        assert_eq!(
            recipe.models.iter().map(|candidate| candidate.model.as_str()).collect::<Vec<_>>(),
            ["network", "baseline", "forest", "linear"]
        );
        assert_eq!(recipe.chosen, 3);
    }
}
