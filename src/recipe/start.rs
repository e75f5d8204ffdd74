//! A sensible first recipe for a table and a target: gaps filled and marked, dates taken apart, categories as columns,
//! numbers on one scale, a network with simpler models beside it.

use super::Recipe;
use crate::base::{Params, Task};
use crate::judge::{Compare, Split};
use crate::learn::Candidate;
use crate::metric;
use crate::prepare::{Selector, Step};
use crate::table::split::Scheme;
use crate::table::{Kind, Role, Schema};

/// More levels than this are put together by share before they become columns.
const MANY_LEVELS: usize = 15;

/// The recipe with goal, roles, preparation and models for a target. Title, sources, joins and seed stay, and those
/// criteria whose metric is defined for the task.
///
/// Texts that mostly differ are left out, since no step here reads them. Nothing is chosen by looking at rows beyond
/// the schema (names, kinds, levels, missing counts).
pub fn start(recipe: &Recipe, schema: &Schema, target: &str, task: Task) -> Recipe {
    let mut next = recipe.clone();
    next.goal.target = Some(target.to_owned());
    next.goal.task = None;
    next.goal.positive = None;
    next.goal.criteria.retain(|criterion| metric::find(&criterion.metric).is_some_and(|metric| metric.tasks.contains(&task)));
    next.goal.roles.remove(target);
    for column in schema.columns.iter().filter(|column| column.kind == Kind::Text && column.name != target) {
        next.goal.roles.entry(column.name.clone()).or_insert(Role::LeftOut);
    }
    let scheme = if next.goal.group.is_some() {
        Scheme::Group
    } else if next.goal.time.is_some() {
        Scheme::Time
    } else if task.is_classification() {
        Scheme::Stratified
    } else {
        Scheme::Plain
    };
    next.split = Split { scheme, ..Split::default() };
    next.prepare = steps(&next, schema);
    next.models = models(task);
    next.chosen = 0;
    next.tune = None;
    next.compare = Compare::default();
    next.explain.class = None;
    next
}

fn steps(recipe: &Recipe, schema: &Schema) -> Vec<Step> {
    let inputs: Vec<_> = schema.columns.iter().filter(|column| recipe.goal.is_input(&column.name)).collect();
    let names = |wanted: &dyn Fn(&crate::table::ColumnInfo) -> bool| {
        inputs.iter().filter(|column| wanted(column)).map(|column| column.name.clone()).collect::<Vec<String>>()
    };
    let mut steps = Vec::new();
    let mut add = |id: &str, columns: Selector, params: &[(&str, serde_json::Value)]| {
        let params: Params = params.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        steps.push(Step { id: id.to_owned(), columns, params, enabled: true });
    };
    if inputs.iter().any(|column| column.kind == Kind::Date) {
        add("date_parts", Selector::All, &[("elapsed", true.into())]);
    }
    // New rows may have gaps where these rows have none, so gaps are always filled.
    add("impute", Selector::All, &[("categories", "constant".into()), ("indicator", true.into())]);
    let many = names(&|column| column.kind == Kind::Category && column.levels.len() > MANY_LEVELS);
    if !many.is_empty() {
        add("rare_levels", Selector::Names(many), &[]);
    }
    if inputs.iter().any(|column| column.kind == Kind::Category) {
        add("one_hot", Selector::All, &[]);
    }
    add("standardise", Selector::All, &[]);
    steps
}

/// The models that one begins with.
pub(super) fn models(task: Task) -> Vec<Candidate> {
    let linear = if task.is_classification() { "logistic" } else { "linear" };
    ["network", linear, "forest", "baseline"]
        .map(|model| Candidate { model: model.to_owned(), params: Params::new(), ..Candidate::default() })
        .to_vec()
}
