//! Metrics and curves of given predictions against scikit-learn's.

use crate::support::{Check, figures, flat};
use atelier::metric::{self, Bins, Metric, Prediction, Rule, Truth};
use ndarray::Array2;
use serde_json::Value;

struct Given {
    codes: Vec<u32>,
    values: Vec<f64>,
    classes: usize,
    answer: Array2<f64>,
}

fn given(input: &Value) -> Given {
    let truth = flat(&input["y_true"]);
    let classes = input["classes"].as_array().map_or(0, Vec::len);
    let answer = ["score", "probability", "y_pred"].iter().find_map(|key| input.get(key)).expect("an answer");
    let answer = Array2::from_shape_vec((truth.len(), if classes > 2 { classes } else { 1 }), flat(answer)).expect("rows x outputs");
    let codes = if classes > 0 { truth.iter().map(|&code| code as u32).collect() } else { Vec::new() };
    Given { codes, values: truth, classes, answer }
}

impl Given {
    fn truth(&self) -> Truth<'_> {
        if self.classes > 0 { Truth::Classes { codes: &self.codes, count: self.classes } } else { Truth::Values(&self.values) }
    }

    fn figure(&self, id: &str) -> f64 {
        let metric: &Metric = metric::find(id).expect(id);
        metric.compute(&self.truth(), &Prediction::new(self.answer.view()), None).value().expect(id)
    }
}

/// Each of our metrics against the key of theirs.
fn overall(check: &mut Check, given: &Given, theirs: &Value, pairs: &[(&str, &str)], tolerance: f64) {
    for (id, key) in pairs {
        check.close(key, given.figure(id), theirs[key].as_f64().expect(key), tolerance);
    }
}

fn classes(check: &mut Check, given: &Given, figures: &Value) {
    let confusion = metric::confusion(&given.truth(), &Prediction::new(given.answer.view()));
    let counts: Vec<f64> = confusion.counts.iter().flatten().map(|&count| count as f64).collect();
    check.close_all("confusion", &counts, &figures["confusion"]["matrix"], 1e-9);
    let report = metric::report(&confusion);
    let names = figures["input"]["classes"].as_array().expect("classes");
    for (name, class) in names.iter().zip(&report.classes) {
        let theirs = &figures["per_class"][name.as_str().expect("a name")];
        let ours = &class.figures;
        for (key, figure) in [("precision", &ours.precision), ("recall", &ours.recall), ("f1", &ours.f1)] {
            // zero_division=0 there; a reason here.
            check.close(&format!("{name} {key}"), figure.value().unwrap_or(0.0), theirs[key].as_f64().expect(key), 1e-9);
        }
        check.same("support", Some(ours.support), theirs["support"].as_u64());
    }
    for (average, ours) in [("macro", &report.macro_average), ("weighted", &report.weighted_average)] {
        for (key, figure) in [("precision", &ours.precision), ("recall", &ours.recall), ("f1", &ours.f1)] {
            let key = format!("{key}_{average}");
            check.close(&key, figure.value().unwrap_or(0.0), figures["overall"][&key].as_f64().expect(&key), 1e-9);
        }
    }
    let pairs = [("accuracy", "accuracy"), ("balanced_accuracy", "balanced_accuracy"), ("mcc", "mcc"), ("kappa", "kappa")];
    overall(check, given, &figures["overall"], &pairs, 1e-9);
}

fn bins(check: &mut Check, what: &str, ours: &metric::Calibration, theirs: &Value, tolerance: f64) {
    check.close(what, ours.expected_error, theirs["ece"].as_f64().expect("ece"), tolerance);
    check.close(what, ours.largest_error, theirs["mce"].as_f64().expect("mce"), tolerance);
    let rows: Vec<f64> = ours.bins.iter().flat_map(|bin| [bin.rows as f64, bin.score, bin.share]).collect();
    check.close_all(what, &rows, &theirs["bins"], tolerance);
}

fn binary(file: &str) {
    let figures = &figures(file)["figures"];
    let given = given(&figures["input"]);
    let positive: Vec<bool> = given.codes.iter().map(|&code| code == 1).collect();
    let scores = given.answer.column(0).to_vec();
    let mut check = Check::default();
    classes(&mut check, &given, figures);
    let theirs = &figures["probability_metrics"];
    let pairs = [("roc_auc", "roc_auc"), ("pr_auc", "average_precision"), ("log_loss", "log_loss"), ("brier", "brier")];
    overall(&mut check, &given, theirs, &pairs, 1e-9);
    let youden = metric::choose_threshold(&positive, &scores, Rule::Youden).expect("two classes");
    check.close("youden", youden.lowest_positive.expect("a score"), theirs["youden_threshold"].as_f64().expect("a threshold"), 1e-9);

    let roc = metric::roc(&positive, &scores).expect("two classes");
    check.close_all("fpr", &roc.false_positive_rate, &figures["roc_curve"]["fpr"], 1e-9);
    check.close_all("tpr", &roc.true_positive_rate, &figures["roc_curve"]["tpr"], 1e-9);
    let thresholds: Vec<f64> = roc.threshold.iter().flatten().copied().collect();
    let theirs = Value::from(figures["roc_curve"]["threshold"].as_array().expect("a list")[1..].to_vec());
    check.close_all("roc thresholds", &thresholds, &theirs, 1e-9);
    let curve = metric::precision_recall(&positive, &scores).expect("two classes");
    check.close_all("precision", &curve.precision, &figures["pr_curve"]["precision"], 1e-9);
    check.close_all("recall", &curve.recall, &figures["pr_curve"]["recall"], 1e-9);
    let thresholds: Vec<f64> = curve.threshold.iter().flatten().copied().collect();
    check.close_all("pr thresholds", &thresholds, &figures["pr_curve"]["threshold"], 1e-9);

    for (threshold, theirs) in figures["by_threshold"].as_object().expect("thresholds") {
        let at = threshold.parse().expect("a number");
        let ours = metric::by_threshold(&positive, &scores, &[at]).expect("rows").remove(0);
        let counts = [ours.true_positives, ours.false_positives, ours.false_negatives, ours.true_negatives];
        for (key, count) in ["tp", "fp", "fn", "tn"].into_iter().zip(counts) {
            check.same(&format!("{key} at {threshold}"), Some(count), theirs[key].as_u64());
        }
        let shares = [("precision", &ours.precision), ("recall", &ours.recall), ("specificity", &ours.specificity), ("f1", &ours.f1)];
        for (key, figure) in shares {
            let value = figure.value().unwrap_or(0.0);
            check.close(&format!("{key} at {threshold}"), value, theirs[key].as_f64().expect(key), 1e-9);
        }
        // The registry's metric at that threshold is the same figure.
        let prediction = Prediction { answer: given.answer.view(), threshold: at };
        let f1 = metric::find("f1").expect("f1").compute(&given.truth(), &prediction, None);
        check.close(&format!("metric f1 at {threshold}"), f1.value().unwrap_or(0.0), theirs["f1"].as_f64().expect("f1"), 1e-9);
    }

    for (key, kind) in [("uniform10", Bins::Uniform), ("quantile10", Bins::Quantile)] {
        let ours = metric::calibration(&positive, &scores, 10, kind).expect("rows");
        bins(&mut check, key, &ours, &figures["calibration"][key], 1e-9);
    }
    let gain = metric::gain(&positive, &scores, 10).expect("positives");
    let rows: Vec<f64> = gain.iter().flat_map(|part| [part.rows as f64, part.positives as f64, part.lift]).collect();
    check.close_all("gain", &rows, &figures["gain_lift"], 1e-9);
    check.end();
}

#[test]
fn adult() {
    binary("metrics.adult");
}

#[test]
fn titanic() {
    binary("metrics.titanic");
}

#[test]
fn penguins() {
    let figures = &figures("metrics.penguins")["figures"];
    let given = given(&figures["input"]);
    let mut check = Check::default();
    classes(&mut check, &given, figures);
    let pairs =
        [("log_loss", "log_loss"), ("roc_auc", "roc_auc_ovr_macro"), ("brier", "brier_multiclass"), ("pr_auc", "average_precision_macro")];
    overall(&mut check, &given, &figures["probability_metrics"], &pairs, 1e-6);
    let pairs = [("precision", "precision_macro"), ("recall", "recall_macro"), ("f1", "f1_macro")];
    overall(&mut check, &given, &figures["overall"], &pairs, 1e-9);
    let labels = Prediction::new(given.answer.view()).labels();
    let hits: Vec<bool> = labels.iter().zip(&given.codes).map(|(label, code)| label == code).collect();
    let confidence: Vec<f64> = labels.iter().enumerate().map(|(row, &label)| given.answer[[row, label as usize]]).collect();
    let ours = metric::calibration(&hits, &confidence, 10, Bins::Uniform).expect("rows");
    bins(&mut check, "confidence", &ours, &figures["ece_confidence_10"], 1e-6);
    check.end();
}

#[test]
fn auto_mpg() {
    let figures = &figures("metrics.auto_mpg")["figures"];
    let given = given(&figures["input"]);
    let mut check = Check::default();
    let pairs = [
        ("r2", "r2"),
        ("explained_variance", "explained_variance"),
        ("rmse", "rmse"),
        ("mae", "mae"),
        ("median_absolute_error", "median_ae"),
        ("max_error", "max_error"),
        ("mape", "mape"),
    ];
    overall(&mut check, &given, &figures["regression"], &pairs, 1e-9);
    let ours = metric::residuals(&given.values, &given.answer.column(0).to_vec(), 10, 30, 0).expect("rows");
    check.close("mean", ours.mean, figures["residuals"]["mean"].as_f64().expect("mean"), 1e-9);
    check.close("sd", ours.sd.value().expect("sd"), figures["residuals"]["sd"].as_f64().expect("sd"), 1e-9);
    check.close_all("quantiles", &ours.quantiles, &figures["residuals"]["quantiles"], 1e-9);
    check.end();
}
