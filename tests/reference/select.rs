//! Feature selection against scikit-learn.

use crate::support::{Check, design, figures, table_of};
use atelier::base::{Params, Task};
use atelier::learn::Target;
use atelier::plan::Op;
use atelier::prepare::{self, Action, Cell, Context, Fitted};
use atelier::table::{Column, Table};
use serde_json::{Value, json};

const FILES: [&str; 4] = ["select.auto_mpg", "select.breast_cancer", "select.penguins", "select.titanic"];

fn fit(step: &str, params: Value, table: &Table, target: &Target, task: Task) -> Fitted {
    let kind = prepare::find(step).expect("a step");
    let Action::Columns(fit) = kind.action else { panic!("{step} is no step on columns") };
    let columns = prepare::Selector::All.resolve(&table.schema(), kind).expect("columns");
    let params: Params = params.as_object().cloned().unwrap_or_default();
    fit(&params, table, &Context { columns, target, classes: &[], task, groups: None, seed: 0 }).expect("fitted")
}

/// What a fitted step learned of a column under a heading.
fn learned(fitted: &Fitted, column: &str, heading: &str) -> f64 {
    let place = fitted.learned.headings.iter().position(|id| id == heading).expect("a heading");
    let (_, cells) = fitted.learned.rows.iter().find(|(name, _)| name == column).expect("a row");
    match cells[place] {
        Cell::Number(number) => number,
        _ => f64::NAN,
    }
}

fn load(file: &str) -> (Value, Table, Target, Task) {
    let all = figures(file);
    let design = design(&all, &table_of(&all), true);
    let column = |(place, name): (usize, &String)| Column::number(name, design.x.column(place).to_vec());
    let table = Table::new(design.columns.iter().enumerate().map(column).collect());
    let (target, task) = match design.classes.len() {
        0 => (Target::Values(design.y), Task::Regression),
        count => {
            let codes = design.y.iter().map(|&y| y as u32).collect();
            (Target::Classes { codes, count }, if count == 2 { Task::Binary } else { Task::Multiclass })
        }
    };
    (all["figures"].clone(), table, target, task)
}

#[test]
fn filters() {
    let mut check = Check::default();
    for file in FILES {
        let (figures, table, target, task) = load(file);
        let variance = fit("variance", json!({}), &table, &target, task);
        let univariate = fit("univariate", json!({"keep": 1}), &table, &target, task);
        let key = if task == Task::Regression { "f_regression" } else { "anova_f" };
        for name in table.names() {
            let what = format!("{file} {name}");
            check.close(
                &format!("{what} variance"),
                learned(&variance, name, "learned.variance"),
                figures["variance"][name].as_f64().unwrap(),
                1e-9,
            );
            check.close(&format!("{what} F"), learned(&univariate, name, "learned.f"), figures[key][name][0].as_f64().unwrap(), 1e-6);
        }
        let correlation = fit("correlation", json!({"limit": 0.9}), &table, &target, task);
        let dropped = match correlation.ops.as_slice() {
            [] => Vec::new(),
            [Op::Drop { columns }] => columns.clone(),
            other => panic!("{other:?}"),
        };
        check.same(&format!("{file} correlation"), json!(dropped), figures["correlation_filter_0.9"].clone());
    }
    check.end();
}

#[test]
fn recursive_elimination() {
    let mut check = Check::default();
    for file in FILES {
        let (figures, table, target, task) = load(file);
        // The design is scaled already, its 0/1 columns deliberately not.
        let fitted = fit("rfe", json!({"keep": 1, "step": 0.0, "standardize": false}), &table, &target, task);
        let (mut squares, mut n) = (0.0, 0.0);
        for name in table.names() {
            let (got, want) = (learned(&fitted, name, "learned.rank"), figures["rfe_rank"][name].as_f64().unwrap());
            if want <= 5.0 {
                check.same(&format!("{file} {name}"), got, want);
            }
            squares += (got - want) * (got - want);
            n += 1.0;
        }
        let spearman = 1.0 - 6.0 * squares / (n * (n * n - 1.0));
        assert!(spearman >= 0.95, "{file}: {spearman}");
    }
    check.end();
}
