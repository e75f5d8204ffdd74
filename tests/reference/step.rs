//! Fitting one preparation step, as the groups about preparation need it.

use atelier::base::Task;
use atelier::learn::Target;
use atelier::plan;
use atelier::prepare::{Action, Cell, Context, Fitted, Selector, find};
use atelier::table::{Column, Table};
use serde_json::Value;

/// A step fitted on a table's named columns.
pub fn fit(id: &str, params: Value, table: &Table, columns: &[&str]) -> Fitted {
    let kind = find(id).unwrap_or_else(|| panic!("no step {id}"));
    let Action::Columns(fit) = kind.action else { panic!("{id} changes rows") };
    let params = params.as_object().expect("parameters");
    let names = columns.iter().map(|name| (*name).to_owned()).collect();
    let columns = Selector::Names(names).resolve(&table.schema(), kind).unwrap_or_else(|problem| panic!("{id}: {problem}"));
    let target = Target::Values(vec![0.0; table.rows()]);
    fit(params, table, &Context { columns, target: &target, classes: &[], task: Task::Regression, groups: None, seed: 0 })
        .unwrap_or_else(|problem| panic!("{id}: {problem}"))
}

/// The table after a fitted step.
pub fn applied(fitted: &Fitted, table: &Table) -> Table {
    plan::apply(&fitted.ops, table.clone()).unwrap_or_else(|problem| panic!("{problem}"))
}

/// A column of numbers.
pub fn numbers<'a>(table: &'a Table, name: &str) -> &'a [f64] {
    table.column(name).and_then(Column::numbers).unwrap_or_else(|| panic!("no numbers {name}"))
}

/// A learned value by name and heading.
pub fn learned(fitted: &Fitted, name: &str, heading: &str) -> Cell {
    let place = fitted.learned.headings.iter().position(|other| other == heading).unwrap_or_else(|| panic!("no heading {heading}"));
    let row = fitted.learned.rows.iter().find(|(other, _)| other == name).unwrap_or_else(|| panic!("nothing learned about {name}"));
    row.1[place].clone()
}

/// A learned number by name and heading; NaN where there is none.
pub fn learned_number(fitted: &Fitted, name: &str, heading: &str) -> f64 {
    match learned(fitted, name, heading) {
        Cell::Number(number) => number,
        _ => f64::NAN,
    }
}

/// The entries of a JSON object.
pub fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().unwrap_or_else(|| panic!("{value} is no object")).iter().map(|(key, value)| (key.as_str(), value))
}

/// The keys of a JSON object.
pub fn keys(value: &Value) -> Vec<&str> {
    entries(value).map(|(key, _)| key).collect()
}
