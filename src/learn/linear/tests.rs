//! Tests of the module: edge cases and properties; figures of the references stand in `tests/reference`.

use super::*;
use crate::base::Task;
use crate::learn::samples::{classes, made, numbers, with_columns};
use crate::learn::{TrainingSet, find};
use crate::plan::answer;
use ndarray::{Array2, arr2};
use serde_json::json;

fn try_fit(id: &str, params: serde_json::Value, set: TrainingSet) -> Result<Model, Problem> {
    (find(id).expect(id).start)(params.as_object().expect("parameters"), set)?.finish()
}

fn fit(id: &str, params: serde_json::Value, set: TrainingSet) -> Model {
    try_fit(id, params, set).expect("a model")
}

fn parameters(model: &Model) -> (Vec<Vec<f64>>, Vec<f64>) {
    match &model.ops[0] {
        Op::Linear { weights, bias, .. } => (weights.clone(), bias.clone()),
        other => panic!("{other:?}"),
    }
}

fn flat(model: &Model) -> Vec<f64> {
    let (weights, bias) = parameters(model);
    weights.into_iter().flatten().chain(bias).collect()
}

fn close(a: &[f64], b: &[f64], tolerance: f64, what: &str) {
    assert_eq!(a.len(), b.len());
    assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() <= tolerance * (1.0 + b.abs())), "{what}:\n{a:?}\n{b:?}");
}

fn id(task: Task) -> &'static str {
    if task == Task::Regression { "linear" } else { "logistic" }
}

const TASKS: [Task; 3] = [Task::Binary, Task::Multiclass, Task::Regression];

/// Fits with a solver of choice and a given number of multiplications a slice.
fn solved(task: Task, penalty: (f64, f64), newton: bool, work: usize) -> Model {
    let set = made(task, 200, 5, 3);
    let row_weights = rows::weights(&set);
    let (square, absolute) = penalty;
    let specification = Specification {
        columns: set.columns,
        outputs: set.outputs,
        target: set.y,
        row_weights,
        square,
        absolute,
        max_iterations: 2000,
        counts: true,
        loss: Loss::Usual,
    };
    let mut fit = LinearFit::new(set.x, specification);
    fit.work = work;
    loop {
        let was = fit.progress().done;
        if let State::Solving(solving) = &mut fit.stage
            && let (Solver::Newton(start), false) = (&solving.solver, newton)
        {
            solving.solver = Solver::Lbfgs(Lbfgs::new(start.point.clone()));
            solving.sums = solving.objective.start(false);
        }
        if let Advance::Done(model) = fit.advance().expect("no problem") {
            return model;
        }
        assert!(fit.progress().done >= was, "progress goes back");
    }
}

#[test]
fn both_solvers_find_the_same_minimum() {
    for task in TASKS {
        let harder = if task == Task::Regression { 4.0 } else { 1.0 };
        for penalty in [(1.0, 0.0), (0.0, 8.0 * harder), (2.0, 6.0 * harder)] {
            let (newton, lbfgs) = (solved(task, penalty, true, WORK), solved(task, penalty, false, WORK));
            close(&flat(&lbfgs), &flat(&newton), 1e-6, &format!("{task:?} {penalty:?}"));
            assert!(newton.notes.is_empty() && lbfgs.notes.is_empty());
            let zeros = |model: &Model| flat(model).iter().map(|&weight| weight == 0.0).collect::<Vec<bool>>();
            assert_eq!(zeros(&newton), zeros(&lbfgs), "{task:?} {penalty:?}");
            assert_eq!(zeros(&newton).contains(&true), penalty.1 > 0.0, "{task:?} {penalty:?}");
        }
    }
}

#[test]
fn slices_change_nothing() {
    for task in TASKS {
        for newton in [true, false] {
            assert_eq!(solved(task, (1.0, 0.0), newton, WORK), solved(task, (1.0, 0.0), newton, 100), "{task:?}");
        }
    }
}

#[test]
fn certainty_is_told_only_where_it_is_known() {
    let told = |model: &Model| {
        let list = model.coefficients.as_ref().map(|list| list.iter().map(|weight| weight.certainty.is_some()).collect::<Vec<bool>>());
        list.unwrap_or_default()
    };
    let none = json!({"penalty": "none"});
    let set = made(Task::Regression, 60, 3, 9);
    let model = fit("linear", none.clone(), set.clone());
    assert_eq!(told(&model), [true; 4]);
    let list = model.coefficients.as_ref().expect("a list");
    let columns: Vec<Option<&str>> = list.iter().map(|weight| weight.column.as_deref()).collect();
    assert_eq!(columns, [None, Some("x0"), Some("x1"), Some("x2")]);
    assert!(list.iter().flat_map(|weight| weight.certainty).all(|it| it.low < it.high && (0.0..=1.0).contains(&it.p)));
    // A penalty pulls at every weight.
    assert_eq!(told(&fit("linear", json!({}), set.clone())), [false; 4]);
    // Three rows for four weights.
    let few = TrainingSet { x: set.x.select(ndarray::Axis(0), &[0, 1, 2]), y: set.y.take(&[0, 1, 2]), ..set.clone() };
    assert!(!told(&fit("linear", none.clone(), few)).contains(&true));
    // A constant column has a weight of 0 that nothing is known of; the others keep theirs.
    let mut constant = set.clone();
    constant.x.column_mut(1).fill(7.0);
    assert_eq!(told(&fit("linear", none.clone(), constant)), [true, true, false, true]);
    // A sum of others.
    let mut sum = set.clone();
    (0..60).for_each(|row| sum.x[[row, 2]] = sum.x[[row, 0]] + 2.0 * sum.x[[row, 1]]);
    assert_eq!(told(&fit("linear", none.clone(), sum)), [false; 4]);
    // Several classes have weights and no certainty; classes that can be told apart have no weights that could be told.
    assert_eq!(told(&fit("logistic", none.clone(), made(Task::Multiclass, 90, 3, 9))), [false; 12]);
    let apart = with_columns(classes(&[0, 0, 1, 1], 2), arr2(&[[1.0], [2.0], [3.0], [4.0]]));
    assert_eq!(fit("logistic", none.clone(), apart).coefficients, None);
    // Weights that make classes equal are no counts.
    let set = made(Task::Binary, 90, 3, 9);
    assert_eq!(told(&fit("logistic", none, set.clone())), [true; 4]);
    assert_eq!(told(&fit("logistic", json!({"penalty": "none", "balanced": true}), set)), [false; 4]);
}

#[test]
fn a_weight_is_a_row_repeated() {
    for task in TASKS {
        let set = made(task, 60, 3, 4);
        let weights: Vec<f64> = (0..60).map(|row| f64::from(row % 3)).collect();
        let rows: Vec<usize> = (0..60).flat_map(|row| vec![row; row % 3]).collect();
        let repeated = TrainingSet { x: set.x.select(ndarray::Axis(0), &rows), y: set.y.take(&rows), ..set.clone() };
        let weighted = TrainingSet { weights: Some(weights), ..set };
        for params in [json!({}), json!({"penalty": "l1"}), json!({"penalty": "elastic_net"})] {
            let (a, b) = (fit(id(task), params.clone(), weighted.clone()), fit(id(task), params, repeated.clone()));
            close(&flat(&a), &flat(&b), 1e-8, "weighted");
        }
        if task != Task::Multiclass {
            let errors = |set: &TrainingSet| {
                let list = fit(id(task), json!({"penalty": "none"}), set.clone()).coefficients.expect("a list");
                list.iter().map(|weight| weight.certainty.expect("certainty").standard_error).collect::<Vec<f64>>()
            };
            close(&errors(&weighted), &errors(&repeated), 1e-8, "errors");
        }
    }
}

#[test]
fn units_of_columns_do_not_matter_without_a_penalty() {
    let set = made(Task::Binary, 150, 4, 5);
    let mut scaled = set.clone();
    for (column, (factor, offset)) in [(1e-9, 3.0), (1e9, -1e12), (5.0, 1e6), (1.0, 0.0)].into_iter().enumerate() {
        scaled.x.column_mut(column).iter_mut().for_each(|value| *value = *value * factor + offset);
    }
    let (plain, other) =
        (fit("logistic", json!({"penalty": "none"}), set.clone()), fit("logistic", json!({"penalty": "none"}), scaled.clone()));
    let of = |model: &Model, x: &Array2<f64>| answer(&model.ops[0], x.view()).expect("it fits").into_raw_vec_and_offset().0;
    // Adding 3 to numbers of the size 1e-9 leaves only seven digits of them.
    close(&of(&plain, &set.x), &of(&other, &scaled.x), 1e-5, "units");
}

#[test]
fn numbers_that_are_fitted_exactly() {
    let x = arr2(&[[1.0, 0.0], [2.0, 1.0], [3.0, 0.0], [4.0, 5.0]]);
    let y: Vec<f64> = x.outer_iter().map(|row| 7.0 + 2.0 * row[0] - row[1]).collect();
    let model = fit("linear", json!({"penalty": "none"}), with_columns(numbers(&y), x));
    close(&flat(&model), &[2.0, -1.0, 7.0], 1e-12, "exact");
    assert!(model.notes.is_empty(), "{:?}", model.notes);
    // One row, no column, all answers alike: the mean.
    assert_eq!(flat(&fit("linear", json!({}), with_columns(numbers(&[4.0]), arr2(&[[1.0, 2.0]])))), [0.0, 0.0, 4.0]);
    assert_eq!(flat(&fit("linear", json!({}), numbers(&[4.0, 6.0]))), [5.0]);
    assert_eq!(flat(&fit("linear", json!({"penalty": "l1"}), with_columns(numbers(&[4.0; 3]), arr2(&[[1.0], [2.0], [5.0]])))), [0.0, 4.0]);
}

#[test]
fn columns_that_are_sums_of_others_are_named() {
    let mut set = made(Task::Regression, 50, 3, 6);
    for row in 0..50 {
        set.x[[row, 1]] = 2.0 * set.x[[row, 0]] + set.x[[row, 2]];
    }
    let model = fit("linear", json!({"penalty": "none"}), set.clone());
    assert_eq!(model.notes[0].message.args["columns"], "x2");
    assert_eq!(parameters(&model).0[0][2], 0.0);
    // With a penalty there is one answer, and nothing to say.
    assert!(fit("linear", json!({}), set).notes.is_empty());
}

#[test]
fn classes_that_can_be_told_apart_are_said_not_to_settle_without_penalty() {
    let set = with_columns(classes(&[0, 0, 1, 1], 2), arr2(&[[1.0], [2.0], [3.0], [4.0]]));
    let model = fit("logistic", json!({"penalty": "none"}), set.clone());
    assert_eq!(model.notes[0].message.id, "learn.not_settled");
    assert!(flat(&model).iter().all(|value| value.is_finite()));
    assert!(fit("logistic", json!({}), set).notes.is_empty());
}

#[test]
fn a_class_without_rows_gets_the_probability_0() {
    let set = with_columns(classes(&[0, 2, 0, 2, 2], 4), arr2(&[[1.0], [2.0], [1.5], [4.0], [0.0]]));
    let model = fit("logistic", json!({}), set.clone());
    assert_eq!(model.notes[0].message.args["count"], "2");
    let p = answer(&model.ops[0], set.x.view()).expect("it fits");
    assert!(p.outer_iter().all(|row| row[1] == 0.0 && row[3] == 0.0 && (row[0] + row[2] - 1.0).abs() < 1e-12), "{p}");
}

#[test]
fn what_cannot_be_learned_from_is_refused() {
    let refused = |id: &str, set| try_fit(id, json!({}), set).err().map(|problem| problem.message.id);
    let column = arr2(&[[1.0], [2.0]]);
    assert_eq!(refused("logistic", with_columns(classes(&[1, 1], 2), column.clone())).as_deref(), Some("learn.one_class"));
    assert_eq!(refused("linear", numbers(&[])).as_deref(), Some("learn.no_rows"));
    assert_eq!(refused("linear", with_columns(numbers(&[1.0, 2.0]), arr2(&[[1.0], [f64::INFINITY]]))).as_deref(), Some("learn.not_finite"));
    assert_eq!(refused("linear", with_columns(numbers(&[1.0, 2.0]), arr2(&[[1e308], [-1e308]]))).as_deref(), Some("learn.too_large"));
    assert_eq!(refused("linear", with_columns(numbers(&[1e308, -1e308]), column.clone())).as_deref(), Some("learn.target_too_large"));
    assert!(try_fit("logistic", json!({"c": -1.0}), with_columns(classes(&[0, 1], 2), column)).is_err());
}

#[test]
fn a_constant_column_gets_no_weight() {
    let mut set = made(Task::Multiclass, 60, 3, 8);
    set.x.column_mut(1).fill(1e308);
    for params in [json!({}), json!({"penalty": "none"}), json!({"penalty": "l1"})] {
        let model = fit("logistic", params, set.clone());
        assert!(parameters(&model).0.iter().all(|weights| weights[1] == 0.0) && model.notes.is_empty(), "{:?}", model.notes);
    }
}
