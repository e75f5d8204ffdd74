//! Cross-validated scores of whole models, as bands, and the importance of a forest's columns.

use crate::fits::{cross_validated, fit, shuffled_within, splits, training};
use crate::support::{Check, design, figures, table_of};
use serde_json::{Value, json};

/// Their name of a model, ours, its parameters, and how close the deterministic folds must come (0: within the band).
fn models(regression: bool) -> Vec<(&'static str, &'static str, Value, f64)> {
    let forest = |features: &str| json!({"trees": 100, "max_depth": 0, "max_features": features});
    let boosting = || json!({"max_iter": 100});
    if regression {
        vec![
            ("dummy_mean", "baseline", json!({}), 1e-6),
            ("linear", "linear", json!({"penalty": "none"}), 1e-6),
            ("ridge_1", "linear", json!({"alpha": 1.0}), 1e-6),
            ("tree_depth5", "tree", json!({"max_depth": 5, "min_samples_leaf": 1}), 0.0),
            ("random_forest_100", "forest", forest("all"), 0.0),
            ("extra_trees_100", "extra_trees", forest("all"), 0.0),
            ("hist_gbdt_100", "boosting", boosting(), 0.0),
        ]
    } else {
        vec![
            ("dummy_prior", "baseline", json!({}), 1e-6),
            ("logistic", "logistic", json!({"c": 1.0}), 0.005),
            ("tree_depth5", "tree", json!({"max_depth": 5, "min_samples_leaf": 1}), 0.0),
            ("random_forest_100", "forest", forest("sqrt"), 0.0),
            ("extra_trees_100", "extra_trees", forest("sqrt"), 0.0),
            ("hist_gbdt_100", "boosting", boosting(), 0.0),
        ]
    }
}

/// Our metric for theirs.
fn metric(key: &str, classes: usize) -> Option<&str> {
    match key {
        "f1_macro" => (classes > 2).then_some("f1"),
        "f1_positive" => Some("f1"),
        "recall_positive" => Some("recall"),
        "average_precision" => Some("pr_auc"),
        other => Some(other),
    }
}

fn bands(file: &str, repeats: u64) {
    bands_of(file, repeats, |_| true);
}

/// Only of some of our models.
fn bands_of(file: &str, repeats: u64, is_wanted: fn(&str) -> bool) {
    let figures = figures(file);
    let design = design(&figures, &table_of(&figures), true);
    let (set, figures) = (training(&design, None), &figures["figures"]);
    let mut check = Check::default();
    check.same("rows and columns", json!([design.y.len(), design.columns.len()]), figures["rows_and_columns"].clone());
    for (theirs, id, params, tolerance) in models(design.classes.is_empty()).into_iter().filter(|model| is_wanted(model.1)) {
        // Not every file has every model.
        let Some(known) = figures["repeated_cv"][theirs].as_object() else { continue };
        let keys: Vec<(&String, &str)> = known.keys().filter_map(|key| Some((key, metric(key, design.classes.len())?))).collect();
        let metrics: Vec<&str> = keys.iter().map(|(_, metric)| *metric).collect();
        let fixed = cross_validated(id, &params, &set, &splits(&design, 5), &metrics);
        let mut means = vec![0.0; metrics.len()];
        for repeat in 0..repeats {
            let scores = cross_validated(id, &params, &set, &shuffled_within(&design, repeat), &metrics);
            means.iter_mut().zip(scores).for_each(|(mean, score)| *mean += score.1 / repeats as f64);
        }
        for (place, (key, _)) in keys.into_iter().enumerate() {
            let band = |field: &str| known[key][field].as_f64().expect(field);
            let narrowest = if (0.0..=1.0).contains(&band("mean")) { 0.02 } else { 0.05 * band("mean").abs() };
            let width = if 3.0 * band("sd") > narrowest { 3.0 * band("sd") } else { narrowest };
            let what = format!("{theirs} {key}");
            check.same(
                &format!("{what}: {} within {} +- {width}", means[place], band("mean")),
                (means[place] - band("mean")).abs() <= width,
                true,
            );
            let one = figures["deterministic_folds"][theirs][key].as_f64().expect("a score");
            // The log loss of a tree jumps with every leaf that is sure and wrong, so that one set of folds proves little.
            if tolerance > 0.0 {
                check.close(&format!("{what} of the fixed folds"), fixed[place].1, one, tolerance);
            } else if key != "log_loss" {
                check.close(&format!("{what} of the fixed folds"), fixed[place].1, one, width);
            }
        }
    }
    check.end();
}

#[test]
fn auto_mpg() {
    bands("models.auto_mpg", 3);
}

#[test]
fn digits() {
    // Ten classes of 64 columns: too many parameters for second derivatives, so that the other solver is at work.
    let figures = figures("models.digits");
    let design = design(&figures, &table_of(&figures), true);
    let theirs = &figures["figures"]["deterministic_folds"]["logistic"];
    let metrics = [("accuracy", "accuracy"), ("f1", "f1_macro"), ("roc_auc", "roc_auc"), ("log_loss", "log_loss")];
    let ours = cross_validated("logistic", &json!({}), &training(&design, None), &splits(&design, 5), &metrics.map(|pair| pair.0));
    let mut check = Check::default();
    for ((_, key), score) in metrics.into_iter().zip(ours) {
        check.close(key, score.1, theirs[key].as_f64().expect(key), 0.005);
    }
    check.end();
}

#[test]
fn boosting_and_extra_trees_on_other_tables() {
    for file in ["models.adult", "models.breast_cancer", "models.diamonds", "models.thyroid"] {
        bands_of(file, 1, |id| ["boosting", "extra_trees"].contains(&id));
    }
}

#[test]
fn penguins() {
    bands("models.penguins", 3);
}

#[test]
fn titanic() {
    bands("models.titanic", 3);
}

/// Ranks by falling value.
fn ranks(values: &[f64]) -> Vec<f64> {
    let above = |value: f64| values.iter().filter(|&&other| other > value).count() as f64;
    values.iter().map(|&value| above(value)).collect()
}

fn spearman(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (ranks(a), ranks(b));
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let product = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(p, q)| (p - mean(x)) * (q - mean(y))).sum::<f64>();
    product(&a, &b) / (product(&a, &a) * product(&b, &b)).sqrt()
}

fn importance(file: &str) {
    let figures = figures(file);
    let design = design(&figures, &table_of(&figures), true);
    let mut set = training(&design, None);
    let features = if design.classes.is_empty() { "all" } else { "sqrt" };
    let params = json!({"trees": 200, "max_depth": 0, "max_features": features});
    let mut ours = vec![0.0; set.columns.len()];
    for seed in 0..2 {
        set.seed = seed;
        let importance = fit("forest", &params, &set).importance.expect("importance");
        ours.iter_mut().zip(importance).for_each(|(sum, value)| *sum += value / 2.0);
    }
    let known = &figures["figures"]["forest_importance"];
    let theirs: Vec<f64> = set.columns.iter().map(|name| known[name][0].as_f64().expect(name)).collect();
    let mut check = Check::default();
    for (place, name) in set.columns.iter().enumerate() {
        check.same(&format!("{name}: {} instead of {}", ours[place], theirs[place]), (ours[place] - theirs[place]).abs() <= 0.03, true);
    }
    let order = spearman(&ours, &theirs);
    check.same(&format!("order {order}"), order >= 0.9, true);
    check.end();
}

#[test]
fn importance_auto_mpg() {
    importance("select.auto_mpg");
}

#[test]
fn importance_breast_cancer() {
    importance("select.breast_cancer");
}

#[test]
fn importance_penguins() {
    importance("select.penguins");
}

#[test]
fn importance_titanic() {
    importance("select.titanic");
}
