//! Duplicates, rows with gaps and outlier counts against pandas and numpy.

use crate::support::{Check, figures, table_of};
use atelier::base::{Params, Task};
use atelier::learn::Target;
use atelier::prepare::{self, Action, Context};
use atelier::table::{Column, Table};
use serde_json::{Value, json};

/// How many training rows a step leaves out.
fn left_out(step: &str, params: &Value, table: &Table) -> u64 {
    let kind = prepare::find(step).expect("a step");
    let Action::TrainingRows(act) = kind.action else { panic!("{step} is no step on training rows") };
    let columns = prepare::Selector::All.resolve(&table.schema(), kind).expect("columns");
    let params: Params = params.as_object().cloned().unwrap_or_default();
    let target = Target::Values(vec![0.0; table.rows()]);
    let context = Context { columns, target: &target, classes: &[], task: Task::Regression, groups: None, seed: 0 };
    (table.rows() - act(&params, table, &context).expect("rows").table.rows()) as u64
}

#[test]
fn duplicates_and_gaps() {
    let mut check = Check::default();
    let Action::SourceRows(stay) = prepare::find("drop_duplicates").expect("a step").action else { panic!("another effect") };
    for file in ["profile.adult", "profile.birdstrikes", "profile.penguins", "profile.thyroid", "profile.titanic"] {
        let all = figures(file);
        let table = table_of(&all).table();
        let stays = stay(&Params::new(), &table, &[]).expect("rows");
        check.same(file, Some((table.rows() - stays.len()) as u64), all["figures"]["duplicated_rows"].as_u64());
        let gaps = all["figures"]["rows_with_missing"].as_u64();
        if gaps != Some(table.rows() as u64) {
            check.same(file, Some(left_out("drop_missing_rows", &json!({"share": 0.0}), &table)), gaps);
        }
    }
    check.end();
}

#[test]
fn outliers() {
    let mut check = Check::default();
    for file in ["outliers.auto_mpg", "outliers.breast_cancer", "outliers.diamonds"] {
        let all = figures(file);
        let raw = table_of(&all);
        for (name, fences) in all["figures"]["iqr_1.5"].as_object().expect("columns") {
            let table = Table::new(vec![Column::number(name, raw.numbers(name))]);
            // Where the quartiles are equal the step has no fences.
            if fences["low"] != fences["high"] {
                let outside = fences["below"].as_u64().unwrap() + fences["above"].as_u64().unwrap();
                check.same(
                    &format!("{file} {name} iqr"),
                    left_out("remove_outliers", &json!({"method": "iqr", "factor": 1.5}), &table),
                    outside,
                );
            }
            let outside = all["figures"]["zscore_3"][name].as_u64().unwrap();
            check.same(
                &format!("{file} {name} z"),
                left_out("remove_outliers", &json!({"method": "zscore", "limit": 3.0}), &table),
                outside,
            );
        }
    }
    check.end();
}
