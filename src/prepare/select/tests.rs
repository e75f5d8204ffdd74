//! What selection steps keep, and their edge cases.

use super::*;
use crate::base::{Advance, Job, Params, Progress, Task};
use crate::learn::{self, Fit, Model, Target, TrainingSet};
use crate::num::Rng;
use crate::prepare::{Action, Kind, Selector};
use crate::table::{Column, Strings};
use serde_json::json;

const NAN: f64 = f64::NAN;

fn context<'a>(kind: &Kind, table: &Table, target: &'a Target) -> Context<'a> {
    let columns = Selector::All.resolve(&table.schema(), kind).unwrap();
    let task = match target {
        Target::Classes { count: 2, .. } => Task::Binary,
        Target::Classes { .. } => Task::Multiclass,
        Target::Values(_) => Task::Regression,
    };
    Context { columns, target, classes: &[], task, groups: None, seed: 3 }
}

fn fit(kind: &Kind, params: serde_json::Value, table: &Table, target: &Target) -> Result<Fitted, Problem> {
    let Action::Columns(fit) = kind.action else { panic!("not a step on columns") };
    fit(params.as_object().unwrap_or(&Params::new()), table, &context(kind, table, target))
}

fn dropped(fitted: &Fitted) -> Vec<&str> {
    match fitted.ops.as_slice() {
        [] => Vec::new(),
        [Op::Drop { columns }] => columns.iter().map(String::as_str).collect(),
        other => panic!("{other:?}"),
    }
}

fn score(fitted: &Fitted, column: &str) -> Cell {
    let (_, cells) = fitted.learned.rows.iter().find(|(name, _)| name == column).unwrap();
    assert_eq!(cells.len(), fitted.learned.headings.len());
    cells[cells.len() - 2].clone()
}

/// Noise, and columns that follow the target more and more; the target is `y`.
fn informative(rows: usize, noise: usize, useful: usize) -> (Table, Vec<f64>) {
    let mut rng = Rng::new(8, "test", 0);
    let y: Vec<f64> = (0..rows).map(|_| rng.normal()).collect();
    let mut columns: Vec<Column> =
        (0..noise).map(|place| Column::number(format!("noise {place}"), (0..rows).map(|_| rng.normal()).collect())).collect();
    for place in 0..useful {
        columns.push(Column::number(format!("useful {place}"), y.iter().map(|y| y + rng.normal() * 0.8).collect()));
    }
    columns.push(Column::category("level", Strings::from_texts(vec![Some("a"); rows])));
    (Table::new(columns), y)
}

fn classes(y: &[f64], count: u32) -> Target {
    let code = |y: &f64| {
        if *y < 0.0 {
            0
        } else if count == 2 || *y < 0.8 {
            1
        } else {
            2
        }
    };
    Target::Classes { codes: y.iter().map(code).collect(), count: count as usize }
}

#[test]
fn columns_without_variance_go() {
    let table = Table::new(vec![
        Column::number("same", vec![0.1; 4]),
        Column::number("empty", vec![NAN; 4]),
        Column::number("gap", vec![1.0, NAN, 3.0, NAN]),
        Column::number("huge", vec![1e308, -1e308, 1e308, -1e308]),
        Column::category("level", Strings::from_texts(vec![Some("a"); 4])),
    ]);
    let target = Target::Values(vec![0.0; 4]);
    let fitted = fit(&variance::KIND, json!({}), &table, &target).unwrap();
    assert_eq!(dropped(&fitted), ["same", "empty"]);
    assert_eq!(
        [score(&fitted, "same"), score(&fitted, "empty"), score(&fitted, "gap")],
        [Cell::Number(0.0), Cell::Empty, Cell::Number(1.0)]
    );
    assert!(matches!(score(&fitted, "huge"), Cell::Text(_)));
    // At the threshold is not above it.
    assert_eq!(dropped(&fit(&variance::KIND, json!({"threshold": 1.0}), &table, &target).unwrap()), ["same", "empty", "gap"]);
    let alone = fit(&variance::KIND, json!({}), &table.select(&["same".to_owned()]), &target).unwrap();
    assert_eq!(alone.notes[0].message.id, "select.none_kept");
    assert!(dropped(&fit(&variance::KIND, json!({}), &Table::default(), &Target::Values(vec![])).unwrap()).is_empty());
}

#[test]
fn of_columns_that_say_the_same_the_first_stays() {
    let mut rng = Rng::new(1, "test", 0);
    let mut random = |_| rng.normal();
    let first: Vec<f64> = (0..50).map(&mut random).collect();
    let other: Vec<f64> = (0..50).map(&mut random).collect();
    let gaps = first.iter().enumerate().map(|(row, x)| if row % 3 == 0 { NAN } else { -2.0 * x }).collect();
    let table = Table::new(vec![
        Column::number("same", vec![1.0; 50]),
        Column::number("first", first.clone()),
        Column::number("other", other),
        Column::number("copy", first.iter().map(|x| 3.0 * x + 1.0).collect()),
        Column::number("gaps", gaps),
        Column::number("empty", vec![NAN; 50]),
    ]);
    let target = Target::Values(vec![0.0; 50]);
    let fitted = fit(&correlation::KIND, json!({}), &table, &target).unwrap();
    assert_eq!(dropped(&fitted), ["copy", "gaps"]);
    let Cell::Number(r) = score(&fitted, "gaps") else { panic!("no correlation") };
    assert!((r + 1.0).abs() < 1e-12);
    assert_eq!([score(&fitted, "same"), score(&fitted, "empty")], [Cell::Empty, Cell::Empty]);
    // Never above 1, so the limit 1 keeps even copies.
    assert!(dropped(&fit(&correlation::KIND, json!({"limit": 1.0}), &table, &target).unwrap()).is_empty());
}

#[test]
fn the_best_columns_alone_stay() {
    let (table, y) = informative(300, 6, 2);
    for target in [Target::Values(y.clone()), classes(&y, 2), classes(&y, 3)] {
        let fitted = fit(&univariate::KIND, json!({"keep": 2}), &table, &target).unwrap();
        assert_eq!(dropped(&fitted), (0..6).map(|place| format!("noise {place}")).collect::<Vec<_>>());
        let fitted = fit(&rfe::KIND, json!({"keep": 2, "step": 0.3}), &table, &target).unwrap();
        assert_eq!(dropped(&fitted), (0..6).map(|place| format!("noise {place}")).collect::<Vec<_>>());
        assert_eq!(score(&fitted, "useful 1"), Cell::Number(1.0));
    }
}

#[test]
fn f_is_undefined_or_infinite_where_the_formula_says_so() {
    let numbers = Target::Values(vec![1.0, 2.0, 3.0, 4.0]);
    let codes = Target::Classes { codes: vec![0, 0, 1, 1], count: 3 };
    let each = Target::Classes { codes: vec![0, 1, 2, 3], count: 4 };
    let one = Target::Classes { codes: vec![1; 4], count: 2 };
    let f = univariate::f_statistic;
    assert_eq!(f(&[2.0; 4], &numbers), None);
    assert_eq!(f(&[2.0; 4], &codes), None);
    assert_eq!(f(&[1.0, 2.0, 3.0, 5.0], &each), None);
    assert_eq!(f(&[1.0, 2.0, 3.0, 5.0], &one), None);
    assert_eq!(f(&[1.0, 2.0, NAN, NAN], &numbers), None);
    assert_eq!(f(&[NAN; 4], &numbers), None);
    assert_eq!(f(&[1.0, 2.0, 3.0, 5.0], &Target::Values(vec![7.0; 4])), None);
    assert_eq!(f(&[0.1, 0.1, 0.7, 0.7], &codes), Some(f64::INFINITY));
    assert_eq!(f(&[10.1, 10.2, 10.3, 10.4], &numbers), Some(f64::INFINITY));
    // By hand: means 2 and 6, within 1 + 1 + 1 + 1 = 4, between 4 * 4 = 16.
    assert!((f(&[1.0, 3.0, 5.0, 7.0], &codes).unwrap() - 16.0 / 2.0).abs() < 1e-12);
    // An undefined score comes last, an infinite one first, equal ones in order.
    assert_eq!(largest(&[None, Some(1.0), Some(f64::INFINITY), Some(1.0)], 2), [false, true, true, false]);
    assert_eq!(largest(&[None, Some(1.0)], 5), [true, true]);
}

#[test]
fn elimination_keeps_the_earlier_of_columns_that_are_equal() {
    let (table, y) = informative(100, 2, 1);
    let mut twice = table.clone();
    let copy: Vec<f64> = table.column("useful 0").unwrap().numbers().unwrap().iter().map(|x| -x).collect();
    twice.put(Column::number("copy", copy));
    for target in [Target::Values(y.clone()), classes(&y, 2), classes(&y, 3)] {
        let fitted = fit(&rfe::KIND, json!({"keep": 1, "step": 0.0}), &twice, &target).unwrap();
        assert!(!dropped(&fitted).contains(&"useful 0"));
        assert_eq!(score(&fitted, "copy"), Cell::Number(2.0));
    }
    // Nothing to drop, nothing to learn from.
    assert!(fit(&rfe::KIND, json!({"keep": 99}), &table, &classes(&y, 2)).unwrap().ops.is_empty());
    let one_class = Target::Classes { codes: vec![0; 100], count: 2 };
    assert_eq!(dropped(&fit(&rfe::KIND, json!({"keep": 2}), &table, &one_class).unwrap()).len(), 1);
    assert_eq!(dropped(&fit(&rfe::KIND, json!({"keep": 2}), &table, &Target::Values(vec![5.0; 100])).unwrap()), ["useful 0"]);
}

#[test]
fn steps_that_fit_models_ask_for_imputation() {
    let table = Table::new(vec![Column::number("gap", vec![1.0, NAN]), Column::number("x", vec![1.0, 2.0])]);
    let target = Target::Values(vec![1.0, 2.0]);
    for problem in [
        fit(&rfe::KIND, json!({}), &table, &target).unwrap_err(),
        importance::fit_by(&STAND_IN, &Params::new(), &table, &context(&importance::KIND, &table, &target)).unwrap_err(),
    ] {
        assert_eq!((problem.message.id.as_str(), problem.message.args["column"].as_str()), ("select.missing", "gap"));
        assert!(problem.hint().is_some());
    }
}

/// A model whose importance is the spread of each column.
static STAND_IN: learn::Kind = learn::Kind {
    id: "stand_in",
    tasks: &[Task::Binary, Task::Multiclass, Task::Regression],
    takes_missing: false,
    fields: Vec::new,
    start,
};

struct Spread(TrainingSet);

fn start(_: &Params, set: TrainingSet) -> Result<Box<dyn Fit>, Problem> {
    Ok(Box::new(Spread(set)))
}

impl Job for Spread {
    type Output = Model;

    fn advance(&mut self) -> Result<Advance<Model>, Problem> {
        let set = &self.0;
        assert_eq!((set.x.ncols(), set.x.nrows(), set.seed), (set.columns.len(), set.y.len(), 3));
        assert_eq!(set.outputs.len(), if set.task == Task::Multiclass { 3 } else { 1 });
        let spread = |column: ndarray::ArrayView1<f64>| column.iter().fold(0.0, |sum: f64, x| sum + x.abs());
        let importance = set.x.columns().into_iter().map(spread).collect();
        Ok(Advance::Done(Model { importance: Some(importance), ..Model::of(Vec::new()) }))
    }
}

impl Fit for Spread {
    fn progress(&self) -> Progress {
        Progress::default()
    }
}

#[test]
fn importance_is_a_share_and_decides() {
    let table = Table::new(vec![
        Column::number("much", vec![3.0, -3.0, 3.0]),
        Column::category("level", Strings::from_texts(vec![Some("a"); 3])),
        Column::number("none", vec![0.0; 3]),
        Column::number("some", vec![1.0, 1.0, -1.0]),
    ]);
    let by = |params: serde_json::Value, target: Target| {
        importance::fit_by(&STAND_IN, params.as_object().unwrap(), &table, &context(&importance::KIND, &table, &target)).unwrap()
    };
    let fitted = by(json!({"keep": 1}), Target::Values(vec![1.0; 3]));
    assert_eq!(dropped(&fitted), ["none", "some"]);
    assert_eq!([score(&fitted, "much"), score(&fitted, "none"), score(&fitted, "some")], [0.75, 0.0, 0.25].map(Cell::Number));
    let fitted = by(json!({"by": "share", "share": 0.25}), Target::Classes { codes: vec![0, 1, 2], count: 3 });
    assert_eq!(dropped(&fitted), ["none"]);
    // Where no column helps, none is better than another: all stay.
    let flat = table.select(&["none".to_owned()]);
    let target = Target::Values(vec![1.0; 3]);
    assert!(importance::fit_by(&STAND_IN, &Params::new(), &flat, &context(&importance::KIND, &flat, &target)).unwrap().ops.is_empty());
}
