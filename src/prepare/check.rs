//! What is wrong with a list of steps before anything is fitted: unknown steps and settings, columns that are not there,
//! formulas that do not fit, columns that would still not be numbers.

use super::{Action, Kind, Step, find};
use crate::base::{Place, Problem, Stage, field};
use crate::table::{Kind as ColumnKind, Schema};
use std::collections::BTreeMap;

/// Everything that can be seen wrong with steps, given the input columns (without the target and what is left out).
///
/// Each problem says its step as the argument `index`, counted from 0, and as its place where there is no closer one (a
/// field of the form, whose owner is the index; a column; a character of the formula). A step with a problem is passed
/// over, so that one mistake is not told again by every step after it. Steps that are off do not count.
///
/// In the end every column must be a number, as far as the schema knows, and unless the models take missing values one
/// without any; where values can be missing, that is a warning.
pub fn check_steps(steps: &[Step], schema: Schema, takes_missing: bool) -> Vec<Problem> {
    let (schema, mut problems, makers) = walk(steps, schema);
    if problems.is_empty() && schema.columns.is_empty() {
        problems.push(Problem::new(Stage::Prepare, "prepare.nothing_left"));
    }
    if problems.is_empty() {
        problems.extend(schema.columns.iter().filter_map(|column| {
            let unfit = |id: &str| Some(Problem::new(Stage::Prepare, id).at_column(&column.name));
            match column.kind {
                ColumnKind::Number if takes_missing => None,
                ColumnKind::Number if column.missing > 0 => Some(unfit("prepare.still_missing")?.with("count", column.missing)),
                ColumnKind::Number if column.may_miss => {
                    let warning = Problem::warning(Stage::Prepare, "prepare.may_miss").at_column(&column.name);
                    Some(match makers.get(&column.name) {
                        Some(&index) => warning.with("index", index).at(Place::Step(index)),
                        None => warning,
                    })
                }
                ColumnKind::Number => None,
                ColumnKind::Category => unfit("prepare.still_category"),
                ColumnKind::Text => unfit("prepare.still_text"),
                ColumnKind::Date => unfit("prepare.still_date"),
            }
        }));
    }
    problems
}

/// The columns after all steps, as far as they are known before anything is fitted. A step with a problem changes nothing.
pub fn schema_after(steps: &[Step], schema: Schema) -> Schema {
    walk(steps, schema).0
}

/// The columns after all steps, the problems, and the step that made each column that can be missing so.
fn walk(steps: &[Step], mut schema: Schema) -> (Schema, Vec<Problem>, BTreeMap<String, usize>) {
    let (mut problems, mut makers) = (Vec::new(), BTreeMap::new());
    for (index, step) in steps.iter().enumerate().filter(|(_, step)| step.enabled) {
        match find(&step.id) {
            None => problems.push(placed(Problem::new(Stage::Prepare, "prepare.unknown_step").with("step", &step.id), index)),
            Some(kind) => match after(step, kind, &schema) {
                Ok(next) => {
                    let could = |name: &str| schema.column(name).is_some_and(|column| column.may_miss);
                    let new = next.columns.iter().filter(|column| column.may_miss && !could(&column.name));
                    makers.extend(new.map(|column| (column.name.clone(), index)));
                    schema = next;
                }
                Err(found) => problems.extend(found.into_iter().map(|problem| placed(problem, index))),
            },
        }
    }
    (schema, problems, makers)
}

/// The columns after a step, or everything wrong with it.
fn after(step: &Step, kind: &'static Kind, schema: &Schema) -> Result<Schema, Vec<Problem>> {
    let wrong = field::check(&(kind.fields)(), &step.params, Stage::Prepare, &kind.owner());
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let columns = step.columns.resolve(schema, kind).map_err(|problem| vec![problem])?;
    match (kind.schema)(&step.params, &columns, schema.clone()) {
        Err(problem) => Err(vec![problem]),
        // Steps that change rows leave columns alone, whatever they say.
        Ok(_) if !matches!(kind.action, Action::Columns(_)) => Ok(schema.clone()),
        Ok(next) => Ok(next),
    }
}

fn placed(problem: Problem, index: usize) -> Problem {
    let place = match &problem.place {
        Place::Whole => Place::Step(index),
        Place::Field(_, field) => Place::Field(index.to_string(), field.clone()),
        closer => closer.clone(),
    };
    problem.with("index", index).at(place)
}
