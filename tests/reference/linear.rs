//! Coefficients of linear and logistic models against scikit-learn's and statsmodels'.

use crate::fits::{cross_validated, fit, score, splits, training};
use crate::support::{Check, Design, design, figures, flat, table_of};
use atelier::learn::{Model, TrainingSet};
use atelier::num::float;
use atelier::plan::Op;
use serde_json::{Value, json};

fn parameters(model: &Model) -> (&[Vec<f64>], &[f64]) {
    match &model.ops[0] {
        Op::Linear { weights, bias, .. } => (weights, bias),
        other => panic!("{other:?}"),
    }
}

/// Weights by name and intercepts (of several classes as differences, since their level is open) within a tolerance.
fn coefficients(check: &mut Check, what: &str, model: &Model, set: &TrainingSet, classes: &[String], theirs: &Value, tolerance: f64) {
    let (weights, bias) = parameters(model);
    let mut compare = |what: &str, weights: &[f64], theirs: &Value| {
        for (name, weight) in set.columns.iter().zip(weights) {
            check.close(&format!("{what} {name}"), *weight, theirs[name].as_f64().expect(name), tolerance);
        }
    };
    if weights.len() == 1 {
        compare(what, &weights[0], &theirs["coef"]);
        check.close(&format!("{what} intercept"), bias[0], theirs["intercept"].as_f64().expect("intercept"), tolerance);
        return;
    }
    for (place, class) in classes.iter().enumerate() {
        compare(&format!("{what} {class}"), &weights[place], &theirs["coef"][class]);
    }
    let intercept = |place: usize| theirs["intercept"][&classes[place]].as_f64().expect("intercept");
    for place in 1..classes.len() {
        check.close(&format!("{what} intercept {place}"), bias[place] - bias[0], intercept(place) - intercept(0), tolerance);
    }
}

/// Standard errors, statistics, p values and the ends of the intervals of an unpenalised fit; the intercept is `const`.
fn certainty(check: &mut Check, model: &Model, theirs: &Value, statistic: &str, tolerance: f64) {
    for weight in model.coefficients.as_ref().expect("coefficients") {
        let (name, ours) = (weight.column.as_deref().unwrap_or("const"), weight.certainty.expect("it is known"));
        let of = |key: &str| theirs[key][name].as_f64().unwrap_or_else(|| panic!("{key} of {name}"));
        check.close(&format!("se {name}"), ours.standard_error, of("se"), tolerance);
        check.close(&format!("{statistic} {name}"), ours.statistic, of(statistic), tolerance);
        // Tiny tails keep their digits: they are compared by size.
        check.close(&format!("p {name}"), ours.p, of("p"), tolerance);
        if of("p") > 0.0 {
            let far = (1.0 + of(statistic) * of(statistic)) * tolerance;
            check.close(&format!("ln p {name}"), float::ln(ours.p / of("p")), 0.0, far);
        }
        let (middle, reach) = ((ours.high + ours.low) / 2.0, (ours.high - ours.low) / 2.0);
        check.close(&format!("interval of {name}"), middle, of("coef"), tolerance);
        check.same(&format!("reach of {name}"), (1.959..2.0).contains(&(reach / of("se"))), true);
    }
}

fn penalties(model: &Model) -> (f64, f64) {
    let weights = || parameters(model).0.iter().flatten();
    (weights().map(|weight| weight * weight).sum(), weights().map(|weight| weight.abs()).sum())
}

fn logistic(check: &mut Check, design: &Design, figures: &Value) {
    let set = training(design, None);
    let theirs = &figures["logistic_l2_C1"];
    let model = fit("logistic", &json!({"c": 1.0}), &set);
    coefficients(check, "l2", &model, &set, &design.classes, theirs, 1e-6);
    let loss = score("log_loss", &model, &set.x, &set.y) * set.y.len() as f64 + penalties(&model).0 / 2.0;
    check.close("l2 objective", loss, theirs["objective"].as_f64().expect("objective"), 1e-9);
    let accuracy = theirs["training_accuracy"].as_f64().expect("accuracy");
    check.close("l2 accuracy", score("accuracy", &model, &set.x, &set.y), accuracy, 1e-9);
    let model = fit("logistic", &json!({"balanced": true}), &set);
    coefficients(check, "balanced", &model, &set, &design.classes, &figures["logistic_l2_balanced"], 1e-6);

    if let Some(theirs) = figures.get("logistic_l1_C0.1") {
        let set = training(design, Some(&figures["columns_dropped_first"]));
        let model = fit("logistic", &json!({"penalty": "l1", "c": 0.1}), &set);
        coefficients(check, "l1", &model, &set, &design.classes, theirs, 1e-3);
        let loss = 0.1 * score("log_loss", &model, &set.x, &set.y) * set.y.len() as f64 + penalties(&model).1;
        check.close("l1 objective", loss, theirs["objective"].as_f64().expect("objective"), 1e-5);
    }
    let unpenalised = |columns| fit("logistic", &json!({"penalty": "none", "max_iterations": 40}), &training(design, Some(columns)));
    match figures.get("logit_unpenalised") {
        None => {}
        Some(Value::Null) => {
            // Theirs failed or did not settle; ours must say so too.
            let model = unpenalised(&figures["columns_dropped_first"]);
            check.same("unpenalised is noted", model.notes.first().map(|note| note.message.id.as_str()), Some("learn.not_settled"));
        }
        Some(theirs) => {
            let model = unpenalised(&figures["columns_dropped_first"]);
            let set = training(design, Some(&figures["columns_dropped_first"]));
            for (name, weight) in set.columns.iter().zip(&parameters(&model).0[0]) {
                check.close(&format!("unpenalised {name}"), *weight, theirs["coef"][name].as_f64().expect(name), 1e-5);
            }
            check.same("no notes", model.notes.len(), 0);
            certainty(check, &model, theirs, "z", 1e-5);
        }
    }
}

fn classes(file: &str, cv: &[&str]) {
    let figures = figures(file);
    let design = design(&figures, &table_of(&figures), true);
    let mut check = Check::default();
    logistic(&mut check, &design, &figures["figures"]);
    for c in cv {
        let theirs = &figures["figures"]["logistic_cv"][c];
        let params = json!({"c": c.parse::<f64>().expect("a number")});
        let ours = cross_validated("logistic", &params, &training(&design, None), &splits(&design, 5), &["accuracy", "log_loss"]);
        check.close(&format!("accuracy with C {c}"), ours[0].1, theirs["accuracy"].as_f64().expect("accuracy"), 0.005);
        check.close(&format!("log loss with C {c}"), ours[1].1, theirs["log_loss"].as_f64().expect("log loss"), 1e-4);
    }
    check.end();
}

fn numbers(file: &str) {
    let figures = figures(file);
    let design = design(&figures, &table_of(&figures), true);
    let figures = &figures["figures"];
    let mut check = Check::default();
    let set = training(&design, None);
    let model = fit("linear", &json!({"alpha": 1.0}), &set);
    coefficients(&mut check, "ridge", &model, &set, &[], &figures["ridge_1"], 1e-6);
    let set = training(&design, Some(&figures["columns_dropped_first"]));
    let model = fit("linear", &json!({"penalty": "none"}), &set);
    if figures["ols_rank_full"] == true {
        for (name, weight) in set.columns.iter().zip(&parameters(&model).0[0]) {
            check.close(&format!("ols {name}"), *weight, figures["ols"]["coef"][name].as_f64().expect(name), 1e-6);
        }
        check.close("ols intercept", parameters(&model).1[0], figures["ols"]["coef"]["const"].as_f64().expect("const"), 1e-6);
        check.same("no notes", model.notes.len(), 0);
        certainty(&mut check, &model, &figures["ols"], "t", 1e-6);
    }
    check.close("ols r2", score("r2", &model, &set.x, &set.y), figures["ols_fit"]["r2"].as_f64().expect("r2"), 1e-6);
    let mean_square = |model: &Model| {
        let root = score("rmse", model, &set.x, &set.y);
        root * root
    };
    for (penalty, key) in [("l1", "lasso"), ("elastic_net", "elastic_net")] {
        let (theirs, alpha) = (&figures[key], figures[key]["alpha"].as_f64().expect("alpha"));
        let model = fit("linear", &json!({"penalty": penalty, "alpha": alpha}), &set);
        coefficients(&mut check, key, &model, &set, &[], theirs, 1e-4);
        let (square, absolute) = penalties(&model);
        let loss = mean_square(&model) / 2.0 + alpha * if key == "lasso" { absolute } else { 0.5 * absolute + 0.25 * square };
        check.close(&format!("{key} objective"), loss, theirs["objective"].as_f64().expect("objective"), 1e-6);
    }
    for (alpha, theirs) in figures["ridge_cv_r2"].as_object().expect("alphas") {
        let params = json!({"alpha": alpha.parse::<f64>().expect("a number")});
        let ours = cross_validated("linear", &params, &training(&design, None), &splits(&design, 5), &["r2"])[0].1;
        check.close(&format!("ridge {alpha}"), ours, flat(theirs)[0], 1e-6);
    }
    check.end();
}

#[test]
fn adult() {
    classes("linear.adult", &[]);
}

#[test]
fn auto_mpg() {
    numbers("linear.auto_mpg");
}

#[test]
fn breast_cancer() {
    classes("linear.breast_cancer", &["1"]);
}

#[test]
fn diamonds() {
    numbers("linear.diamonds");
}

#[test]
fn penguins() {
    classes("linear.penguins", &["0.001", "1", "100"]);
}

#[test]
fn titanic() {
    classes("linear.titanic", &["0.001", "0.01", "0.1", "1", "10", "100"]);
}
