//! What row steps leave out, and what they refuse.

use super::*;
use crate::base::{Params, Task};
use crate::prepare::{Action, Kind, Selector};
use crate::table::{Column, Strings};
use serde_json::json;

const NAN: f64 = f64::NAN;

fn stays(params: serde_json::Value, table: &Table, columns: &[&str]) -> Result<Vec<usize>, Problem> {
    let Action::SourceRows(stay) = drop_duplicates::KIND.action else { panic!("not a step on source rows") };
    let columns: Vec<String> = columns.iter().map(|&name| name.to_owned()).collect();
    stay(params.as_object().unwrap_or(&Params::new()), table, &columns)
}

fn run(kind: &Kind, params: serde_json::Value, table: &Table, target: &Target) -> Result<Resampled, Problem> {
    let Action::TrainingRows(act) = kind.action else { panic!("not a step on training rows") };
    let columns = Selector::All.resolve(&table.schema(), kind)?;
    let context = Context { columns, target, classes: &[], task: Task::Regression, groups: None, seed: 0 };
    act(params.as_object().unwrap_or(&Params::new()), table, &context)
}

fn values(count: usize) -> Target {
    Target::Values(vec![0.0; count])
}

#[test]
fn of_equal_rows_the_first_stays() {
    let table = Table::new(vec![
        Column::number("x", vec![0.0, -0.0, NAN, NAN, 1.0, 0.0]),
        Column::category("level", Strings::from_texts([Some("a"), Some("a"), None, None, Some("a"), Some("b")])),
        Column::date("day", vec![5, 5, Column::NO_DATE, Column::NO_DATE, 5, 5]),
    ]);
    assert_eq!(stays(json!({}), &table, &[]).unwrap(), [0, 2, 4, 5]);
    assert_eq!(stays(json!({"compare": "all"}), &table, &["x"]).unwrap(), [0, 2, 4, 5]);
    assert_eq!(stays(json!({"compare": "chosen"}), &table, &["x"]).unwrap(), [0, 2, 4]);
    assert_eq!(stays(json!({"compare": "chosen"}), &table, &["day", "level"]).unwrap(), [0, 2, 5]);
    assert_eq!(stays(json!({"compare": "chosen"}), &table, &[]).unwrap(), [0, 1, 2, 3, 4, 5]);
    assert!(stays(json!({"compare": "chosen"}), &table, &["gone"]).is_err());
    assert!(stays(json!({}), &Table::default(), &[]).unwrap().is_empty());
}

#[test]
fn duplicates_are_those_that_comparing_every_pair_finds() {
    let mut rng = crate::num::Rng::new(1, "test", 0);
    let table = Table::new(vec![
        Column::number("x", (0..400).map(|_| rng.below(9) as f64).collect()),
        Column::category("level", Strings::from_texts((0..400).map(|_| Some(["a", "b", "c"][rng.below(3)])))),
    ]);
    let same = |a: usize, b: usize| table.columns().iter().all(|column| column.display(a) == column.display(b));
    let expected: Vec<usize> = (0..400).filter(|&row| (0..row).all(|earlier| !same(earlier, row))).collect();
    assert_eq!(stays(json!({}), &table, &[]).unwrap(), expected);
}

#[test]
fn rows_with_many_gaps_leave() {
    let table = Table::new(vec![
        Column::number("a", vec![1.0, NAN, NAN, NAN]),
        Column::number("b", vec![1.0, 1.0, NAN, NAN]),
        Column::category("c", Strings::from_texts([Some("x"), Some("x"), Some("x"), None])),
    ]);
    for (share, expected) in [(0.0, vec![0]), (0.34, vec![0, 1]), (0.5, vec![0, 1]), (0.7, vec![0, 1, 2]), (1.0, vec![0, 1, 2, 3])] {
        let after = run(&drop_missing_rows::KIND, json!({"share": share}), &table, &values(4)).unwrap();
        assert_eq!((&after.from, after.table.origins().len()), (&expected, expected.len()), "{share}");
        assert_eq!(after.notes.len(), usize::from(expected.len() < 4));
    }
    let hundred =
        Table::new((0..100).map(|place| Column::number(format!("c{place}"), vec![if place < 29 { NAN } else { 1.0 }, 1.0])).collect());
    assert_eq!(run(&drop_missing_rows::KIND, json!({"share": 0.29}), &hundred, &values(2)).unwrap().from, [0, 1]);
    assert_eq!(run(&drop_missing_rows::KIND, json!({"share": 0.28}), &hundred, &values(2)).unwrap().from, [1]);
    let all_gone = Table::new(vec![Column::number("a", vec![NAN; 3])]);
    let Err(problem) = run(&drop_missing_rows::KIND, json!({}), &all_gone, &values(3)) else { panic!("not refused") };
    assert_eq!(problem.message.id, "rows.none_left");
    assert!(problem.hint().is_some());
    assert_eq!(run(&drop_missing_rows::KIND, json!({}), &Table::default(), &values(0)).unwrap().table.rows(), 0);
}

#[test]
fn outliers_leave_and_a_class_does_not() {
    let mut column: Vec<f64> = (0..20).map(f64::from).collect();
    column[19] = 1000.0;
    column[3] = NAN;
    let table = Table::new(vec![Column::number("x", column), Column::number("same", vec![2.0; 20])]);
    let iqr = run(&remove_outliers::KIND, json!({}), &table, &values(20)).unwrap();
    assert_eq!(iqr.from, (0..19).collect::<Vec<_>>());
    assert_eq!(iqr.notes[0].message.args["count"], "1");
    let zscore = run(&remove_outliers::KIND, json!({"method": "zscore", "limit": 3.0}), &table, &values(20)).unwrap();
    assert_eq!(zscore.from, (0..19).collect::<Vec<_>>());
    let wide = run(&remove_outliers::KIND, json!({"method": "zscore", "limit": 5.0}), &table, &values(20)).unwrap();
    assert!(wide.from.len() == 20 && wide.notes.is_empty());
    // A column with one common value has no quartile distance: nothing leaves.
    let common = Table::new(vec![Column::number("x", [vec![0.0; 9], vec![1.0]].concat())]);
    assert_eq!(run(&remove_outliers::KIND, json!({}), &common, &values(10)).unwrap().from.len(), 10);

    let codes = (0..20).map(|row| u32::from(row == 19)).collect();
    let Err(problem) = run(&remove_outliers::KIND, json!({}), &table, &Target::Classes { codes, count: 2 }) else { panic!("not refused") };
    assert_eq!(problem.message.id, "rows.class_gone");
    let even = Table::new(vec![Column::number("x", vec![-1.0, 1.0, 1.0, -1.0])]);
    let Err(problem) = run(&remove_outliers::KIND, json!({"method": "zscore", "limit": 0.0}), &even, &values(4)) else {
        panic!("not refused")
    };
    assert_eq!(problem.message.id, "rows.none_left");
    assert!(problem.hint().is_some());
}
