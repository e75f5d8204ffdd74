//! Gradient boosting that cuts categories by sets of levels, against scikit-learn's.

use crate::fits::{cross_validated, fit, shuffled_within, splits};
use crate::support::{Check, Design, figures, flat, table_of};
use atelier::base::Task;
use atelier::learn::{Target, TrainingSet};
use atelier::metric::{self, Prediction};
use atelier::num::float;
use atelier::plan::{Meaning, answer};
use ndarray::Array2;
use serde_json::{Value, json};

/// The rows by the conventions of the group: numbers as they are, then categories as places of their levels.
fn rows(figures: &Value) -> (Design, TrainingSet) {
    let mut raw = table_of(figures);
    let target = figures["meta"]["options"]["target"].as_str().expect("a target");
    let place = raw.position(target);
    raw.rows.retain(|row| row[place].is_some());
    let levels_of = |name: &str| {
        let mut levels: Vec<String> = raw.texts(name).into_iter().flatten().map(str::to_owned).collect();
        levels.sort_unstable();
        levels.dedup();
        levels
    };
    let (numbers, texts): (Vec<String>, Vec<String>) =
        raw.names.iter().filter(|name| *name != target).cloned().partition(|name| raw.is_numeric(name));
    let mut columns: Vec<Vec<f64>> = numbers.iter().map(|name| raw.numbers(name)).collect();
    for name in &texts {
        let levels = levels_of(name);
        let code =
            |text: Option<&str>| text.and_then(|text| levels.iter().position(|level| level == text)).map_or(f64::NAN, |code| code as f64);
        columns.push(raw.texts(name).into_iter().map(code).collect());
    }
    let classes = levels_of(target);
    let codes: Vec<u32> = raw.texts(target).iter().map(|text| u32::from(text.expect("a class") == classes[1])).collect();
    let x = Array2::from_shape_fn((codes.len(), columns.len()), |(row, column)| columns[column][row]);
    let design = Design {
        columns: [numbers.clone(), texts.clone()].concat(),
        x: x.clone(),
        first_levels: Vec::new(),
        y: codes.iter().map(|&code| f64::from(code)).collect(),
        classes,
        kept: Vec::new(),
    };
    let meanings = numbers.iter().map(|_| Meaning::Number).chain(texts.iter().map(|_| Meaning::Code)).collect();
    let set = TrainingSet {
        columns: design.columns.clone(),
        meanings,
        x,
        y: Target::Classes { codes, count: 2 },
        weights: None,
        groups: None,
        watch: None,
        task: Task::Binary,
        outputs: vec!["p".to_owned()],
        seed: 0,
    };
    (design, set)
}

fn params(iterations: u64) -> Value {
    json!({"max_iter": iterations, "categorical_features": "from_prepared"})
}

fn compared(file: &str, exact: &[(u64, f64)]) {
    let figures = figures(file);
    let (design, set) = rows(&figures);
    let figures = &figures["figures"];
    let mut check = Check::default();
    check.same("rows and columns", json!([set.y.len(), set.columns.len()]), figures["rows_and_columns"].clone());
    check.same("columns", json!(set.columns), figures["columns"].clone());
    let first: Vec<usize> = (0..100).collect();
    let first = set.x.select(ndarray::Axis(0), &first);
    let mut new = first.clone();
    for column in set.columns.len() - figures["categories"].as_array().expect("a list").len()..set.columns.len() {
        (column % 7..100).step_by(7).for_each(|row| new[[row, column]] = f64::NAN);
        ((column + 3) % 7..100).step_by(7).for_each(|row| new[[row, column]] = 250.0);
    }
    for &(iterations, tolerance) in exact {
        let theirs = &figures["iterations"][iterations.to_string()];
        let model = fit("boosting", &params(iterations), &set);
        let all = answer(&model.ops[0], set.x.view()).expect("it fits");
        let loss = metric::find("log_loss").expect("listed").compute(&set.y.truth(), &Prediction::new(all.view()), None);
        check.close(
            &format!("log loss after {iterations}"),
            loss.value().expect("a loss"),
            theirs["log_loss"].as_f64().expect("a loss"),
            tolerance,
        );
        let odds = |rows: &Array2<f64>| -> Vec<f64> {
            let p = answer(&model.ops[0], rows.view()).expect("it fits");
            p.iter().map(|p| float::ln(p / (1.0 - p))).collect()
        };
        check.close_all(&format!("first after {iterations}"), &odds(&first), &theirs["first"], 10.0 * tolerance);
        // Of an odd number of levels the larger half against the rest is looked at from both ends; which of the two is better
        // is a matter of rounding there, and decides where missing values and unknown levels go.
        let pairs = odds(&new).into_iter().zip(flat(&theirs["new"]));
        let others = pairs.filter(|(ours, theirs)| (ours - theirs).abs() > 10.0 * tolerance * (1.0 + theirs.abs())).count();
        check.same(&format!("{others} of 100 new rows differ after {iterations}"), others <= 5, true);
    }
    let known = &figures["repeated_cv"]["hist_gbdt_categories"];
    let metrics = [("accuracy", "accuracy"), ("roc_auc", "roc_auc"), ("log_loss", "log_loss"), ("average_precision", "pr_auc")];
    let ours = metrics.map(|(_, ours)| ours);
    let fixed = cross_validated("boosting", &params(100), &set, &splits(&design, 5), &ours);
    let drawn = cross_validated("boosting", &params(100), &set, &shuffled_within(&design, 0), &ours);
    for (place, (key, _)) in metrics.into_iter().enumerate() {
        let band = |field: &str| known[key][field].as_f64().expect(field);
        let width = if 3.0 * band("sd") > 0.02 { 3.0 * band("sd") } else { 0.02 };
        check.close(key, drawn[place].1, band("mean"), width);
        let one = flat(&figures["deterministic_folds"]["hist_gbdt_categories"][key])[0];
        check.close(&format!("{key} of the fixed folds"), fixed[place].1, one, width);
    }
    check.end();
}

#[test]
fn adult() {
    compared("categories.adult", &[(1, 1e-5), (5, 1e-5), (20, 1e-4)]);
}

#[test]
fn titanic() {
    compared("categories.titanic", &[(1, 1e-5), (5, 1e-5), (20, 1e-4)]);
}
