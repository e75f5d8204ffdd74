//! Metrics by group, gaps and criteria against fairlearn's.

use crate::support::{Check, Raw, figures, flat, table_of};
use atelier::base::Params;
use atelier::fair::{Options, Report, classes, cross};
use serde_json::Value;

#[test]
fn adult() {
    compare("fairness.adult");
}

#[test]
fn titanic() {
    compare("fairness.titanic");
}

fn compare(name: &str) {
    let file = figures(name);
    let mut raw = table_of(&file);
    let (options, figures) = (&file["meta"]["options"], &file["figures"]);
    let target = options["target"].as_str().expect("a target");
    let place = raw.position(target);
    raw.rows.retain(|row| row[place].is_some());
    let positive = figures["rule"]["positive_class"].as_str().expect("a class");
    let truth: Vec<bool> = raw.texts(target).iter().map(|text| *text == Some(positive)).collect();
    let (column, least) = options["rule"].as_str().and_then(|rule| rule.split_once(">=")).expect("a rule");
    let least: f64 = least.parse().expect("a number");
    let predicted: Vec<bool> = raw.numbers(column).iter().map(|value| *value >= least).collect();
    let mut check = Check::default();
    check.same("rows", truth.len() as u64, figures["rule"]["rows"].as_u64().expect("a count"));
    let selected = predicted.iter().filter(|predicted| **predicted).count() as u64;
    check.same("predicted", selected, figures["rule"]["predicted"].as_u64().expect("a count"));
    let sensitive: Vec<&str> = options["sensitive"].as_str().expect("columns").split(',').collect();
    let groups: Vec<Vec<Option<String>>> = sensitive.iter().map(|name| labels(&raw, name)).collect();
    for (name, groups) in sensitive.iter().zip(&groups) {
        compare_groups(&mut check, &format!("rule_by_{name}"), &truth, &predicted, groups, figures);
    }
    compare_groups(&mut check, "rule_by_intersection", &truth, &predicted, &cross(&groups[0], &groups[1]), figures);
    let scores = &figures["scores"];
    let truth: Vec<bool> = flat(&scores["y_true"]).iter().map(|y| *y == 1.0).collect();
    let predicted: Vec<bool> = flat(&scores["score"]).iter().map(|score| *score >= 0.5).collect();
    let groups: Vec<Option<String>> =
        scores["group"].as_array().expect("groups").iter().map(|label| label.as_str().map(str::to_owned)).collect();
    compare_groups(&mut check, "scores_at_0.5", &truth, &predicted, &groups, figures);
    check.end();
}

fn labels(raw: &Raw, name: &str) -> Vec<Option<String>> {
    raw.texts(name).into_iter().map(|text| text.map(str::to_owned)).collect()
}

fn compare_groups(check: &mut Check, key: &str, truth: &[bool], predicted: &[bool], groups: &[Option<String>], figures: &Value) {
    let want = &figures[key];
    let report = classes(truth, predicted, groups, &Options::read(&Params::new()).expect("the defaults")).expect("a report");
    let judged: Vec<_> = report.groups.iter().filter(|group| group.judged).collect();
    check.same(&format!("{key}: groups"), judged.len(), want["groups"].as_object().expect("groups").len());
    for group in judged.into_iter().chain([&report.overall]) {
        let (label, want) = match &group.label {
            // The reference joins crossed groups without blanks.
            Some(label) => (label.as_str(), &want["groups"][label.replace(" | ", "|")]),
            None => ("overall", &want["overall"]),
        };
        check.close(&format!("{key}: rows of {label}"), group.rows as f64, number(&want["n"]), 0.0);
        for (metric, estimate) in &group.figures {
            // fairlearn was told to say 0 where nothing is divided by nothing.
            let value = estimate.value.value().unwrap_or(0.0);
            check.close(&format!("{key}: {metric} of {label}"), value, number(&want[metric]), 1e-9);
        }
    }
    for gap in &report.gaps {
        for (what, estimate) in [("difference", &gap.difference), ("ratio", &gap.ratio)] {
            let value = estimate.value.value().unwrap_or(f64::NAN);
            check.close(&format!("{key}: {what} of {}", gap.metric), value, number(&want[what][&gap.metric]), 1e-9);
        }
    }
    compare_criteria(check, key, &report, want);
}

fn compare_criteria(check: &mut Check, key: &str, report: &Report, want: &Value) {
    let value = |id: &str| report.criteria.iter().find(|criterion| criterion.id == id).and_then(|criterion| criterion.value.value.value());
    for (id, theirs) in [
        ("demographic_parity_difference", "demographic_parity_difference"),
        ("disparate_impact", "demographic_parity_ratio"),
        ("disparate_impact", "disparate_impact_min_over_max"),
        ("equalized_odds_difference", "equalized_odds_difference"),
        ("equalized_odds_ratio", "equalized_odds_ratio"),
        ("equal_opportunity_difference", "equal_opportunity_difference"),
        ("predictive_parity_difference", "predictive_parity_difference"),
    ] {
        check.close(&format!("{key}: {id}"), value(id).unwrap_or(f64::NAN), number(&want[theirs]), 1e-9);
    }
    let passes = value("disparate_impact") >= Some(0.8);
    check.same(&format!("{key}: four fifths"), passes, want["four_fifths_rule_passes"].as_bool().expect("a verdict"));
    check.close(&format!("{key}: entropy"), report.entropy.value().unwrap_or(f64::NAN), number(&want["generalized_entropy_2"]), 1e-9);
    check.close(&format!("{key}: theil"), report.theil.value().unwrap_or(f64::NAN), number(&want["theil_index"]), 1e-9);
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}
