//! The check: the only place where a recipe meets columns before it runs. Page and command line show the same problems.

use super::Recipe;
use crate::base::{Field, Message, Place, Problem, Severity, Stage, Task, field, text};
use crate::judge::{Criterion, Split};
use crate::prepare::{check_steps, schema_after};
use crate::table::{
    Schema,
    split::{MOST_FITS, Scheme},
};
use crate::{learn, metric, prepare, tune};

/// Everything that can be seen wrong with a recipe for a table, before anything runs. `task` is the task that is trained,
/// given or inferred, where there is a target. What is wrong with the saved search is a warning: it stops the search alone,
/// which refuses by itself.
pub fn check(recipe: &Recipe, schema: &Schema, task: Option<Task>) -> Vec<Problem> {
    let mut problems = goal(recipe, schema);
    let has_goal = problems.iter().all(|problem| problem.severity < Severity::Error);
    problems.extend(criteria(recipe, task));
    if has_goal {
        problems.extend(check_steps(&recipe.steps(), input_schema(recipe, schema), learn::all_take_missing(&recipe.models)));
    }
    problems.extend(models(recipe, task));
    problems.extend(tuning(recipe, task));
    problems.extend(comparing(recipe, task));
    problems.extend(super::settings::check(recipe));
    problems
}

/// What can be seen wrong with a recipe without its table: steps, models and searches that do not exist, settings that
/// they do not have or that are out of range.
pub fn check_form(recipe: &Recipe) -> Vec<Problem> {
    let mut problems = tables(recipe);
    problems.extend(rows(recipe));
    problems.extend(criteria(recipe, recipe.goal.task));
    for (index, step) in recipe.prepare.iter().enumerate() {
        match prepare::find(&step.id) {
            None => problems.push(Problem::new(Stage::Prepare, "prepare.unknown_step").with("step", &step.id).at(Place::Step(index))),
            Some(kind) => problems.extend(field::check(&(kind.fields)(), &step.params, Stage::Prepare, &kind.owner())),
        }
    }
    problems.extend(models(recipe, recipe.goal.task));
    problems.extend(tuning(recipe, recipe.goal.task));
    problems.extend(comparing(recipe, recipe.goal.task));
    problems.extend(super::settings::check(recipe));
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

/// The owner of the place of what is wrong with a criterion; the field is its place, counted from 0.
pub const CRITERIA: &str = "criteria";

fn goal(recipe: &Recipe, schema: &Schema) -> Vec<Problem> {
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
    problems.extend(rows(recipe));
    problems
}

/// What can be seen wrong with how rows are divided.
fn rows(recipe: &Recipe) -> Vec<Problem> {
    let goal = &recipe.goal;
    let split = &recipe.split;
    let mut problems = field::check(&Split::fields(split.scheme), &split.params(), Stage::Goal, "split");
    let replicates = Field::integer("replicates", 1000, 0, 10_000);
    problems.extend(replicates.check(&recipe.judge.replicates.into(), Stage::Goal, "split"));
    if let Some(fits) = split.fits().filter(|&fits| fits > MOST_FITS && problems.is_empty()) {
        let place = Place::Field("split".to_owned(), "repeats".to_owned());
        problems.push(Problem::new(Stage::Goal, "split.many_fits").with("fits", fits).with("most", MOST_FITS).at(place));
    }
    match split.scheme {
        scheme if scheme.keeps_units() => {
            if goal.group.is_none() {
                problems.push(Problem::new(Stage::Goal, "split.no_group"));
            }
        }
        Scheme::Time if goal.time.is_none() => problems.push(Problem::new(Stage::Goal, "split.no_time")),
        scheme => {
            if let Some(group) = &goal.group {
                let said = text(&format!("split.{}", scheme.id()));
                problems.push(Problem::warning(Stage::Goal, "split.group_ignored").with("scheme", said).at_column(group));
            }
        }
    }
    problems
}

fn criteria(recipe: &Recipe, task: Option<Task>) -> Vec<Problem> {
    let criteria = recipe.goal.criteria.iter().enumerate();
    criteria.filter_map(|(place, asked)| Some(criterion(asked, task)?.at(Place::Field(CRITERIA.to_owned(), place.to_string())))).collect()
}

/// What is wrong with a criterion: a metric that is not there or is for another task, a value that the metric never has.
pub fn criterion(criterion: &Criterion, task: Option<Task>) -> Option<Problem> {
    let problem = |id: &str| Problem::new(Stage::Goal, id);
    let Some(metric) = metric::find(&criterion.metric) else {
        return Some(problem("goal.no_metric").with("metric", &criterion.metric));
    };
    if let Some(task) = task.filter(|task| !metric.tasks.contains(task)) {
        return Some(of_other_task(Stage::Goal, metric, task));
    }
    let ((low, high), value) = (metric.range, criterion.value);
    if (low..=high).contains(&value) {
        return None;
    }
    let range = match (low.is_finite(), high.is_finite()) {
        (true, true) => "goal.range.between",
        (true, false) => "goal.range.least",
        (false, _) => "goal.range.most",
    };
    let is_percent = high == 1.0 && value > 1.0 && value <= 100.0;
    let id = if is_percent { "goal.value_as_percent" } else { "goal.value_out_of_range" };
    let named = problem(id).with("metric", text(&format!("metric.{}", metric.id))).with("value", value);
    Some(named.with("range", Message::new(range).with("low", low).with("high", high)))
}

fn of_other_task(stage: Stage, metric: &metric::Metric, task: Task) -> Problem {
    Problem::new(stage, "goal.metric_of_other_task")
        .with("metric", text(&format!("metric.{}", metric.id)))
        .with("task", text(&format!("task.{}", task.id())))
}

fn models(recipe: &Recipe, task: Option<Task>) -> Vec<Problem> {
    let none = (recipe.chosen >= recipe.models.len()).then(|| Problem::new(Stage::Learn, "learn.no_model"));
    none.into_iter().chain(recipe.models.iter().flat_map(|candidate| candidate.check(task))).collect()
}

/// What is wrong with the saved search, as warnings.
fn tuning(recipe: &Recipe, task: Option<Task>) -> Vec<Problem> {
    let Some(tuning) = &recipe.tune else { return Vec::new() };
    let problem = |id: &str| Problem::warning(Stage::Tune, id);
    let Some(kind) = recipe.models.get(tuning.candidate).and_then(|candidate| learn::find(&candidate.model)) else {
        return vec![problem("tune.no_candidate")];
    };
    if tune::find(&tuning.sampler).is_none() {
        return vec![problem("tune.no_sampler").with("sampler", &tuning.sampler)];
    }
    if tune::prune::find(&tuning.pruner).is_none() {
        return vec![problem("tune.unknown_pruner").with("pruner", &tuning.pruner)];
    }
    let Some(metric) = metric::find(&tuning.metric) else {
        return vec![problem("goal.no_metric").with("metric", &tuning.metric)];
    };
    let other = task.filter(|task| !metric.tasks.contains(task)).map(|task| of_other_task(Stage::Tune, metric, task));
    let space = tuning.space.check(&(kind.fields)(), &recipe.models[tuning.candidate].params, &format!("model.{}", kind.id));
    other.into_iter().chain(space).map(|problem| Problem { severity: Severity::Warning, ..problem }).collect()
}

/// What is wrong with how models are compared, as warnings: then they are compared as usual.
fn comparing(recipe: &Recipe, task: Option<Task>) -> Vec<Problem> {
    let problem = |id: &str| Problem::warning(Stage::Judge, id);
    let fits = |id: &String| metric::find(id).is_some_and(|metric| task.is_none_or(|task| metric.tasks.contains(&task)));
    let metric = recipe.compare.metric.as_ref().filter(|id| !fits(id)).map(|id| problem("judge.compare.no_metric").with("metric", id));
    let zone = recipe.compare.zone.filter(|zone| !(zone.is_finite() && *zone >= 0.0));
    metric.into_iter().chain(zone.map(|zone| problem("judge.compare.zone.wrong").with("value", zone))).collect()
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
    fn ids(problems: Vec<Problem>) -> Vec<(String, Severity)> {
        problems.into_iter().map(|problem| (problem.message.id, problem.severity)).collect()
    }

    #[test]
    fn a_group_column_that_no_fold_heeds_is_told() {
        let said = |group: Option<&str>, scheme: Scheme| {
            let mut recipe = Recipe::new();
            recipe.goal.group = group.map(str::to_owned);
            recipe.goal.time = Some("t".to_owned());
            recipe.split.scheme = scheme;
            ids(rows(&recipe))
        };
        let told = [("split.group_ignored".to_owned(), Severity::Warning)];
        for scheme in [Scheme::Stratified, Scheme::Plain, Scheme::Time] {
            assert_eq!(said(Some("g"), scheme), told, "{scheme:?}");
            assert!(said(None, scheme).is_empty(), "{scheme:?}");
        }
        assert!(said(Some("g"), Scheme::Group).is_empty());
    }

    #[test]
    fn a_criterion_is_for_the_task_and_can_be_met() {
        use crate::judge::{Bound, On};
        let said = |metric: &str, value: f64, task: Task| {
            let asked = Criterion { metric: metric.to_owned(), bound: Bound::AtLeast, value, on: On::HeldOut };
            criterion(&asked, Some(task)).map(|problem| problem.to_string()).unwrap_or_default()
        };
        assert_eq!(said("precision", 0.8, Task::Binary), "");
        assert!(said("precision", 80.0, Task::Binary).ends_with("cannot be 80: it is from 0 to 1. Write 0.8 for 80%."));
        assert!(said("precision", -1.0, Task::Binary).ends_with("cannot be -1: it is from 0 to 1."));
        assert!(said("rmse", -1.0, Task::Regression).ends_with("it is 0 or more."));
        assert_eq!(said("r2", -3.0, Task::Regression), "");
        assert!(said("r2", 1.5, Task::Regression).contains("it is 1 or less."));
        assert!(said("rmse", 1.0, Task::Binary).contains("not defined"));
    }

    #[test]
    fn a_broken_search_is_a_warning_and_a_loss_of_another_task_an_error() {
        use crate::learn::Candidate;
        let network = Candidate {
            model: "network".to_owned(),
            params: crate::base::Params::from_iter([("loss".to_owned(), "huber".into())]),
            ..Candidate::default()
        };
        let mut recipe = Recipe { models: vec![network], ..Recipe::new() };
        assert_eq!(ids(models(&recipe, Some(Task::Binary))), [("learn.network.loss_of_other_task".to_owned(), Severity::Error)]);
        assert!(models(&recipe, Some(Task::Regression)).is_empty() && models(&recipe, None).is_empty());
        let mut search = crate::recipe::Tune::usual(&recipe, 0, "log_loss".to_owned()).expect("a search");
        search.space.parameters.clear();
        recipe.tune = Some(search);
        let told = ids(tuning(&recipe, Some(Task::Regression)));
        assert_eq!(told.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["goal.metric_of_other_task", "tune.no_parameters"]);
        assert!(told.iter().all(|(_, severity)| *severity == Severity::Warning));
    }
}
