//! Learning curves against scikit-learn's: scores of models that saw only the first part of the training rows.

use crate::fits::{cross_validated, splits, training};
use crate::support::{Check, design, figures, table_of};
use serde_json::json;

fn curve(file: &str, id: &str, metric: &str, tolerance: f64) {
    let figures = figures(file);
    let design = design(&figures, &table_of(&figures), true);
    let set = training(&design, None);
    let mut check = Check::default();
    for (fraction, theirs) in figures["figures"]["learning_curve"].as_object().expect("fractions") {
        let share: f64 = fraction.parse().expect("a number");
        let classes = design.classes.len().max(1);
        let class = |row: usize| if design.classes.is_empty() { 0 } else { design.y[row] as usize };
        let first = |train: Vec<usize>| {
            let part = |of: usize| {
                let rows: Vec<usize> = train.iter().copied().filter(|&row| class(row) == of).collect();
                let count = (share * rows.len() as f64).ceil() as usize;
                rows[..count].to_vec()
            };
            (0..classes).flat_map(part).collect::<Vec<usize>>()
        };
        let splits: Vec<(Vec<usize>, Vec<usize>)> = splits(&design, 5).into_iter().map(|(train, test)| (first(train), test)).collect();
        let ours = cross_validated(id, &json!({}), &set, &splits, &[metric])[0];
        check.close(&format!("train of {fraction}"), ours.0, theirs["train"].as_f64().expect("train"), tolerance);
        check.close(&format!("test of {fraction}"), ours.1, theirs["test"].as_f64().expect("test"), tolerance);
    }
    check.end();
}

#[test]
fn auto_mpg() {
    curve("curves.auto_mpg", "linear", "r2", 1e-6);
}

#[test]
fn breast_cancer() {
    curve("curves.breast_cancer", "logistic", "accuracy", 0.005);
}

#[test]
fn titanic() {
    curve("curves.titanic", "logistic", "accuracy", 0.005);
}
