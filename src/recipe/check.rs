//! The check: the only place where a recipe meets columns before it runs. Page and command line show the same problems.

use super::Recipe;
use crate::base::{Place, Problem, Stage, Task, field};
use crate::prepare::{check_steps, schema_after};
use crate::table::{Schema, split::Scheme};
use crate::{learn, metric, prepare, tune};

/// Everything that can be seen wrong with a recipe for a table, before anything runs. `task` is the task of the goal,
/// given or inferred, where there is a target.
pub fn check(recipe: &Recipe, schema: &Schema, task: Option<Task>) -> Vec<Problem> {
    let mut problems = goal(recipe, schema, task);
    if problems.is_empty() {
        problems.extend(check_steps(&recipe.steps(), input_schema(recipe, schema)));
    }
    problems.extend(models(recipe, task));
    problems.extend(tuning(recipe));
    problems
}

/// What can be seen wrong with a recipe without its table: steps, models and searches that do not exist, settings that
/// they do not have or that are out of range.
pub fn check_form(recipe: &Recipe) -> Vec<Problem> {
    let mut problems = tables(recipe);
    for (index, step) in recipe.prepare.iter().enumerate() {
        match prepare::find(&step.id) {
            None => problems.push(Problem::new(Stage::Prepare, "prepare.unknown_step").with("step", &step.id).at(Place::Step(index))),
            Some(kind) => problems.extend(field::check(&(kind.fields)(), &step.params, Stage::Prepare, &kind.owner())),
        }
    }
    problems.extend(models(recipe, recipe.goal.task));
    problems.extend(tuning(recipe));
    problems
}

/// What can be seen wrong with sources and joins without their rows.
fn tables(recipe: &Recipe) -> Vec<Problem> {
    let mut problems = Vec::new();
    let names: Vec<&str> = recipe.sources.iter().map(|source| source.name.as_str()).collect();
    for (place, name) in names.iter().enumerate() {
        if names[..place].contains(name) {
            problems.push(Problem::new(Stage::Data, "join.name_twice").with("source", name));
        }
    }
    for (place, join) in recipe.joins.iter().enumerate() {
        let known = names.iter().skip(1).copied().collect::<Vec<_>>().join(", ");
        let problem = |id: &str| Problem::new(Stage::Data, id).with("source", &join.source).with("known", &known);
        let found = match names.iter().position(|name| *name == join.source) {
            None => Some(problem("join.no_source")),
            Some(0) => Some(problem("join.itself")),
            Some(_) => join.keys.is_empty().then(|| problem("join.no_key")),
        };
        problems.extend(found.map(|problem| problem.at(Place::Field("joins".to_owned(), place.to_string()))));
    }
    problems
}

/// The input columns of a recipe.
pub fn input_schema(recipe: &Recipe, schema: &Schema) -> Schema {
    Schema { columns: schema.columns.iter().filter(|column| recipe.goal.is_input(&column.name)).cloned().collect() }
}

/// The columns after the preparation, as far as they are known before it is fitted.
pub fn prepared_schema(recipe: &Recipe, schema: &Schema) -> Schema {
    schema_after(&recipe.steps(), input_schema(recipe, schema))
}

fn goal(recipe: &Recipe, schema: &Schema, task: Option<Task>) -> Vec<Problem> {
    let goal = &recipe.goal;
    let mut problems = Vec::new();
    match &goal.target {
        None => problems.push(Problem::new(Stage::Goal, "goal.no_target")),
        Some(target) if schema.column(target).is_none() => problems.push(Problem::new(Stage::Goal, "goal.target_gone").at_column(target)),
        Some(_) => {}
    }
    if problems.is_empty() && input_schema(recipe, schema).columns.is_empty() {
        problems.push(Problem::new(Stage::Goal, "goal.no_inputs"));
    }
    let named = goal.group.iter().chain(&goal.time).chain(&recipe.fair.columns);
    for name in named.filter(|name| schema.column(name).is_none()) {
        problems.push(Problem::new(Stage::Goal, "goal.no_column").at_column(name));
    }
    let range = |id: &str, value: f64, min: f64, max: f64| {
        (!(min..=max).contains(&value)).then(|| {
            let place = Place::Field("split".to_owned(), id.to_owned());
            Problem::new(Stage::Goal, "field.out_of_range")
                .with("field", crate::base::text(&format!("split.{id}")))
                .with("value", value)
                .with("min", min)
                .with("max", max)
                .at(place)
        })
    };
    problems.extend(range("held_out", recipe.split.held_out, 0.0, 0.5));
    problems.extend(range("folds", recipe.split.folds as f64, 2.0, 50.0));
    problems.extend(range("replicates", recipe.judge.replicates as f64, 0.0, 10_000.0));
    match recipe.split.scheme {
        Scheme::Group if goal.group.is_none() => problems.push(Problem::new(Stage::Goal, "split.no_group")),
        Scheme::Time if goal.time.is_none() => problems.push(Problem::new(Stage::Goal, "split.no_time")),
        _ => {}
    }
    for criterion in &goal.criteria {
        match (metric::find(&criterion.metric), task) {
            (None, _) => problems.push(Problem::new(Stage::Goal, "goal.no_metric").with("metric", &criterion.metric)),
            (Some(metric), Some(task)) if !metric.tasks.contains(&task) => problems.push(
                Problem::new(Stage::Goal, "goal.metric_of_other_task")
                    .with("metric", crate::base::text(&format!("metric.{}", metric.id)))
                    .with("task", crate::base::text(&format!("task.{}", task.id()))),
            ),
            _ => {}
        }
    }
    problems
}

fn models(recipe: &Recipe, task: Option<Task>) -> Vec<Problem> {
    let mut problems = Vec::new();
    if recipe.chosen >= recipe.models.len() {
        problems.push(Problem::new(Stage::Learn, "learn.no_model"));
    }
    for candidate in &recipe.models {
        let Some(kind) = learn::find(&candidate.model) else {
            problems.push(Problem::new(Stage::Learn, "learn.unknown_model").with("model", &candidate.model));
            continue;
        };
        let owner = format!("model.{}", kind.id);
        problems.extend(field::check(&(kind.fields)(), &candidate.params, Stage::Learn, &owner));
        if let Some(task) = task.filter(|task| !kind.tasks.contains(task)) {
            problems.push(
                Problem::new(Stage::Learn, "learn.wrong_task")
                    .with("model", crate::base::text(&owner))
                    .with("task", crate::base::text(&format!("task.{}", task.id()))),
            );
        }
    }
    problems
}

fn tuning(recipe: &Recipe) -> Vec<Problem> {
    let Some(tuning) = &recipe.tune else { return Vec::new() };
    let problem = |id: &str| Problem::new(Stage::Tune, id);
    let Some(kind) = recipe.models.get(tuning.candidate).and_then(|candidate| learn::find(&candidate.model)) else {
        return vec![problem("tune.no_candidate")];
    };
    if tune::find(&tuning.sampler).is_none() {
        return vec![problem("tune.no_sampler").with("sampler", &tuning.sampler)];
    }
    if metric::find(&tuning.metric).is_none() {
        return vec![problem("goal.no_metric").with("metric", &tuning.metric)];
    }
    tuning.space.check(&(kind.fields)(), &recipe.models[tuning.candidate].params, &format!("model.{}", kind.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::{Join, Source};
    use crate::table::join::How;

    #[test]
    fn sources_and_joins_are_checked_without_their_rows() {
        let source = |name: &str| Source { name: name.to_owned(), ..Source::default() };
        let join = |name: &str, keys: &[(&str, &str)]| Join {
            source: name.to_owned(),
            keys: keys.iter().map(|(left, right)| ((*left).to_owned(), (*right).to_owned())).collect(),
            how: How::Left,
        };
        let ids = |names: &[&str], joins: Vec<Join>| {
            let recipe = Recipe { sources: names.iter().map(|name| source(name)).collect(), joins, ..Recipe::new() };
            tables(&recipe).into_iter().map(|problem| problem.message.id).collect::<Vec<_>>()
        };
        assert!(ids(&["a", "b"], vec![join("b", &[("k", "k")])]).is_empty());
        assert_eq!(ids(&["a", "b", "b"], vec![join("b", &[])]), ["join.name_twice", "join.no_key"]);
        assert_eq!(ids(&["a"], vec![join("a", &[("k", "k")]), join("c", &[("k", "k")])]), ["join.itself", "join.no_source"]);
    }
}
