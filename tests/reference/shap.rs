//! Shapley values against shap's exact, kernel and linear explainers.

use crate::support::{Check, figures, flat};
use atelier::base::{Job, Task};
use atelier::explain::shap::{METHOD, Shap};
use atelier::explain::{Explanation, Model, Predict, Run, Setting};
use atelier::num::float;
use atelier::table::{Column, Table};
use ndarray::Array2;
use serde_json::{Value, json};

#[test]
fn auto_mpg() {
    compare("shap.auto_mpg");
}

#[test]
fn breast_cancer() {
    compare("shap.breast_cancer");
}

fn compare(name: &str) {
    let file = figures(name);
    let figures = &file["figures"];
    let columns: Vec<String> =
        figures["columns"].as_array().expect("names").iter().map(|name| name.as_str().expect("a name").to_owned()).collect();
    let table = |rows: &Value| {
        let values = flat(rows);
        let column = |place: usize| values.iter().copied().skip(place).step_by(columns.len()).collect();
        Table::new(columns.iter().enumerate().map(|(place, name)| Column::number(name, column(place))).collect())
    };
    let (background, explained) = (table(&figures["background"]), table(&figures["explained"]));
    let coef = flat(&figures["model"]["coef"]);
    let intercept = figures["model"]["intercept"].as_f64().expect("an intercept");
    let binary = figures["model"]["output"].as_str().is_some_and(|text| text.starts_with("probability"));
    // "... plus c * x0 * x1" on the regression, so that there is an interaction to share out.
    let output = figures["model"]["output"].as_str().expect("a text");
    let product: f64 =
        output.split(" plus ").nth(1).and_then(|text| text.split(' ').next()).map_or(0.0, |text| text.parse().expect("a number"));
    let x = |table: &Table, row: usize, place: usize| table.columns()[place].numbers().expect("numbers")[row];
    let margin = |table: &Table, row: usize| intercept + (0..coef.len()).map(|place| x(table, row, place) * coef[place]).sum::<f64>();
    let answer = |table: &Table, of: &dyn Fn(usize) -> f64| Ok(Array2::from_shape_fn((table.rows(), 1), |(row, _)| of(row)));
    let model: &Predict = &|table: &Table| {
        let plain = |row: usize| margin(table, row) + product * x(table, row, 0) * x(table, row, 1);
        answer(table, &|row| if binary { float::sigmoid(plain(row)) } else { plain(row) })
    };
    let linear: &Predict =
        &|table: &Table| answer(table, &|row| if binary { float::sigmoid(margin(table, row)) } else { margin(table, row) });
    let tree: &Predict = &|table: &Table| answer(table, &|row| leaf(&figures["tree"], &columns, &|place| x(table, row, place)));
    let task = if binary { Task::Binary } else { Task::Regression };
    let run = |predict: &Predict, method: &str, scale: &str| -> Shap {
        let setting = Setting { rows: &explained, train: &background, columns: &columns, task, output: 0, chosen: &[], seed: 1 };
        let params = json!({"rows": 200, "background": 100, "method": method, "scale": scale});
        let work = (METHOD.start)(params.as_object().expect("an object"), &setting).expect("starts");
        let Explanation::Shap(shap) = Run::new(work, Model { task, predict, score: None }).finish().expect("runs") else {
            panic!("another explanation")
        };
        shap
    };
    let mut check = Check::default();
    let mut compare = |what: &str, shap: &Shap, key: &str, tolerance: f64| {
        let values: Vec<f64> = shap.rows.iter().flat_map(|row| row.values.clone()).collect();
        check.close_all(what, &values, &figures[key]["values"], tolerance);
        if let Some(base) = figures[key]["base"].as_f64() {
            check.close(&format!("base of {what}"), shap.rows[0].base, base, tolerance);
        }
    };
    let exact = run(model, "exact", "probability");
    compare("exact values", &exact, "exact", 1e-9);
    compare("kernel values", &run(model, "kernel", "probability"), "kernel", 1e-6);
    compare("values of the tree", &run(tree, "exact", "probability"), "tree_interventional", 1e-6);
    // The margin of the linear model is its answer for a number and its log-odds for a probability.
    compare("values of the linear margin", &run(linear, "exact", "log_odds"), "linear_margin", 1e-9);
    for swarm in &exact.swarm {
        let want = figures["mean_absolute"][&swarm.column].as_f64().expect("a mean");
        check.close(&format!("mean absolute {}", swarm.column), swarm.mean_absolute, want, 1e-9);
    }
    check.end();
}

/// The value of the leaf that a row falls into: left where x, in 32 bits, is at most the threshold.
fn leaf(tree: &Value, columns: &[String], x: &dyn Fn(usize) -> f64) -> f64 {
    let mut node = 0;
    while let Some(feature) = tree["feature"][node].as_str() {
        let place = columns.iter().position(|name| name == feature).expect("a column");
        let goes_left = f64::from(x(place) as f32) <= tree["threshold"][node].as_f64().expect("a threshold");
        node = tree[if goes_left { "left" } else { "right" }][node].as_u64().expect("a node") as usize;
    }
    tree["value"][node].as_f64().expect("a value")
}
