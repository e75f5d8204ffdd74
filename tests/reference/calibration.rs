//! Calibrations of given scores against scikit-learn's.

use crate::support::figures;
use atelier::base::Task;
use atelier::judge::calibrate::{fit, isotonic, sigmoid_of, temperature};
use atelier::learn::{Calibration, Target};
use atelier::num::float;
use ndarray::Array2;
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

fn codes(value: &Value) -> Vec<u32> {
    numbers(value).into_iter().map(|code| code as u32).collect()
}

fn matrix(value: &Value) -> Array2<f64> {
    let rows: Vec<Vec<f64>> = value.as_array().expect("rows").iter().map(numbers).collect();
    Array2::from_shape_vec((rows.len(), rows[0].len()), rows.concat()).expect("rows of one length")
}

fn cases(key: &str) -> Vec<Value> {
    figures("calibration.synthetic")["figures"][key].as_array().expect("cases").clone()
}

fn same(ours: &[f64], theirs: &[f64], within: f64, what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (a, b) in ours.iter().zip(theirs) {
        assert!((a - b).abs() <= within * if b.abs() > 1.0 { b.abs() } else { 1.0 }, "{what}: {a} and {b}");
    }
}

#[test]
fn the_s_curve() {
    for case in cases("sigmoid") {
        let (scores, positive) = (numbers(&case["scores"]), codes(&case["positive"]));
        let (slope, offset) = sigmoid_of(&scores, &positive.iter().map(|&code| code == 1).collect::<Vec<_>>());
        let theirs = (-case["a"].as_f64().expect("a slope"), -case["b"].as_f64().expect("an offset"));
        let curve =
            |(slope, offset): (f64, f64)| -> Vec<f64> { scores.iter().map(|x| 1.0 / (1.0 + float::exp(-(slope * x + offset)))).collect() };
        same(&curve((slope, offset)), &curve(theirs), 1e-6, "sigmoid");
        // Their solver ends a little earlier.
        same(&[slope, offset], &[theirs.0, theirs.1], 1e-5, "slope and offset");
    }
}

#[test]
fn the_line_that_never_falls() {
    for case in cases("isotonic") {
        let positive: Vec<bool> = codes(&case["positive"]).into_iter().map(|code| code == 1).collect();
        let points = isotonic(&numbers(&case["scores"]), &positive);
        same(&points.x, &numbers(&case["x"]), 1e-12, "x");
        same(&points.y, &numbers(&case["y"]), 1e-12, "y");
        let said: Vec<f64> = numbers(&case["at"]).into_iter().map(|x| points.at(x)).collect();
        same(&said, &numbers(&case["value"]), 1e-12, "value");
    }
}

#[test]
fn the_temperature() {
    for case in cases("temperature") {
        let (answers, codes) = (matrix(&case["answers"]), codes(&case["codes"]));
        let is_binary = answers.ncols() == 2;
        let ours = if is_binary { answers.select(ndarray::Axis(1), &[1]) } else { answers };
        let factor = temperature(&ours, &codes);
        same(&[factor], &[case["factor"].as_f64().expect("a factor")], 1e-6, "factor");
        let target = Target::Classes { codes, count: if is_binary { 2 } else { ours.ncols() } };
        let task = if is_binary { Task::Binary } else { Task::Multiclass };
        let by = fit(Calibration::Temperature, task, &ours, &target).expect("rows").expect("a calibration");
        for (row, theirs) in matrix(&case["calibrated"]).rows().into_iter().enumerate() {
            let mut said = ours.row(row).to_vec();
            by.apply(&mut said);
            same(&said, if is_binary { &theirs.as_slice().expect("a row")[1..] } else { theirs.as_slice().expect("a row") }, 1e-6, "row");
        }
    }
}

#[test]
fn several_classes_each_against_the_rest() {
    let case = figures("calibration.synthetic")["figures"]["classes"].clone();
    let answers = matrix(&case["answers"]);
    let target = Target::Classes { codes: codes(&case["codes"]), count: answers.ncols() };
    let by = fit(Calibration::Isotonic, Task::Multiclass, &answers, &target).expect("rows").expect("a calibration");
    for (row, theirs) in matrix(&case["isotonic"]).rows().into_iter().enumerate() {
        let mut said = answers.row(row).to_vec();
        by.apply(&mut said);
        same(&said, theirs.as_slice().expect("a row"), 1e-12, "classes");
    }
}
