//! LIME weights against the authors' library, which is random: signs and order of size.

use crate::support::{Check, design, figures, table_of};
use atelier::base::{Job, Task};
use atelier::explain::lime::METHOD;
use atelier::explain::{Explanation, Model, Run, Setting};
use atelier::num::float;
use atelier::table::{Column, Table};
use ndarray::Array2;
use serde_json::json;

#[test]
fn auto_mpg() {
    compare("lime.auto_mpg");
}

#[test]
fn breast_cancer() {
    compare("lime.breast_cancer");
}

fn compare(name: &str) {
    let file = figures(name);
    let raw = table_of(&file);
    let design = design(&file, &raw, true);
    let figures = &file["figures"];
    let coefs = figures["model"]["coef"].as_object().expect("coefficients");
    // The numeric part of the design, which stands first.
    let columns: Vec<String> = design.columns.iter().filter(|name| coefs.contains_key(name.as_str())).cloned().collect();
    let column = |name: &String| {
        let place = design.columns.iter().position(|other| other == name).expect("a column");
        Column::number(name, design.x.column(place).to_vec())
    };
    let table = Table::new(columns.iter().map(column).collect());
    let coef: Vec<f64> = columns.iter().map(|name| coefs[name].as_f64().expect("a coefficient")).collect();
    let intercept = figures["model"]["intercept"].as_f64().expect("an intercept");
    let binary = !design.classes.is_empty();
    let predict = |table: &Table| {
        let x = |row: usize, place: usize| table.columns()[place].numbers().expect("numbers")[row];
        let margin = |row: usize| intercept + (0..coef.len()).map(|place| x(row, place) * coef[place]).sum::<f64>();
        Ok(Array2::from_shape_fn((table.rows(), 1), |(row, _)| if binary { float::sigmoid(margin(row)) } else { margin(row) }))
    };
    let task = if binary { Task::Binary } else { Task::Regression };
    let weights = figures["weights"].as_object().expect("weights");
    let chosen: Vec<usize> = weights.keys().map(|row| row.parse().expect("a row")).collect();
    let mut check = Check::default();
    for centre in ["mean", "row"] {
        let setting = Setting { rows: &table, train: &table, columns: &columns, task, output: 0, chosen: &chosen, seed: 1 };
        let params = json!({"samples": 2000, "repeats": 5, "centre": centre});
        let work = (METHOD.start)(params.as_object().expect("an object"), &setting).expect("starts");
        let Ok(Explanation::Lime(lime)) = Run::new(work, Model { task, predict: &predict, score: None }).finish() else { panic!("runs") };
        let mut agreeing = 0;
        let mut clear = 0;
        for (row, (name, want)) in lime.rows.iter().zip(weights) {
            let mean = |column: &String| want["mean"][column].as_f64().expect("a mean");
            for weight in &row.weights {
                let (mean, sd) = (mean(&weight.column), want["sd"][&weight.column].as_f64().expect("a deviation"));
                let what = format!("row {name}, {} ({centre})", weight.column);
                if mean.abs() > 3.0 * sd {
                    check.same(&format!("sign of {what}"), weight.mean > 0.0, mean > 0.0);
                    clear += 1;
                    agreeing += usize::from((weight.mean > 0.0) == (coefs[&weight.column].as_f64() > Some(0.0)));
                }
                // Drawn around the mean, as the library does by itself, the weights are its weights but for the draws.
                if centre == "mean" {
                    let both = 4.0 * (sd + weight.sd) + 1e-6;
                    check.same(&format!("{what}: {} for {mean} +- {both}", weight.mean), (weight.mean - mean).abs() <= both, true);
                }
            }
            let got: Vec<f64> = row.weights.iter().map(|weight| weight.mean.abs()).collect();
            let wanted: Vec<f64> = row.weights.iter().map(|weight| mean(&weight.column).abs()).collect();
            let rho = spearman(&got, &wanted);
            check.same(&format!("order of row {name} ({centre}): {rho}"), rho >= 0.8, true);
        }
        check.same("clear signs that are those of the coefficients", agreeing * 100 >= clear * 95, true);
    }
    check.end();
}

/// Without ties.
fn spearman(a: &[f64], b: &[f64]) -> f64 {
    let rank = |values: &[f64]| values.iter().map(|x| values.iter().filter(|y| *y < x).count() as f64).collect::<Vec<_>>();
    let n = a.len() as f64;
    let square: f64 = rank(a).iter().zip(rank(b)).map(|(a, b)| (a - b) * (a - b)).sum();
    1.0 - 6.0 * square / (n * (n * n - 1.0))
}
