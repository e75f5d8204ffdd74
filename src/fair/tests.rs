//! Small groups, empty denominators, verdicts that are sure and verdicts that are not.

use super::*;
use crate::base::text;
use crate::num::Rng;

fn options() -> Options {
    Options::read(&Params::new()).expect("the defaults")
}

/// Groups of rows with a share of true and of predicted positives each.
fn drawn(groups: &[(&str, usize, f64)], seed: u64) -> (Vec<bool>, Vec<bool>, Vec<Option<String>>) {
    let mut rng = Rng::new(seed, "test", 0);
    let (mut truth, mut predicted, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    for &(label, rows, selected) in groups {
        for _ in 0..rows {
            truth.push(rng.uniform() < 0.4);
            predicted.push(rng.uniform() < selected);
            labels.push(Some(label.to_owned()));
        }
    }
    (truth, predicted, labels)
}

fn impact(groups: &[(&str, usize, f64)], seed: u64) -> Criterion {
    let (truth, predicted, labels) = drawn(groups, seed);
    let report = classes(&truth, &predicted, &labels, &options()).expect("a report");
    report.criteria.into_iter().find(|criterion| criterion.id == "disparate_impact").expect("the criterion")
}

#[test]
fn a_verdict_is_given_only_where_the_rows_can_tell() {
    assert_eq!(impact(&[("a", 3000, 0.5), ("b", 3000, 0.5)], 1).verdict, Some(Verdict::Met));
    assert_eq!(impact(&[("a", 3000, 0.5), ("b", 3000, 0.3)], 1).verdict, Some(Verdict::NotMet));
    assert_eq!(impact(&[("a", 3000, 0.5), ("b", 60, 0.4)], 1).verdict, Some(Verdict::Undecided));
    assert_eq!(impact(&[("a", 3000, 0.5), ("b", 29, 0.0)], 1).verdict, None);
    // No selection anywhere: alike, but with so few rows who knows.
    assert_eq!(impact(&[("a", 50, 0.0), ("b", 50, 0.0)], 1).verdict, Some(Verdict::Undecided));
}

#[test]
fn many_equal_groups_are_seldom_called_unfair() {
    // The smallest of twenty equal rates is small by chance; one pair's interval would call that unfair.
    let labels: Vec<String> = (0..20).map(|group| format!("g{group}")).collect();
    let groups: Vec<(&str, usize, f64)> = labels.iter().map(|label| (label.as_str(), 100, 0.3)).collect();
    let wrong = (0..100).filter(|&seed| impact(&groups, seed).verdict == Some(Verdict::NotMet)).count();
    assert!(wrong <= 5, "{wrong}");
}

#[test]
fn small_and_unknown_groups_are_shown_but_not_judged() {
    let (mut truth, mut predicted, mut labels) = drawn(&[("a", 100, 0.5), ("b", 100, 0.5), ("c", 12, 1.0)], 3);
    truth.push(true);
    predicted.push(true);
    labels.push(None);
    let report = classes(&truth, &predicted, &labels, &options()).expect("a report");
    let shown: Vec<(Option<&str>, usize, bool)> =
        report.groups.iter().map(|group| (group.label.as_deref(), group.rows, group.judged)).collect();
    assert_eq!(shown, [(Some("a"), 100, true), (Some("b"), 100, true), (Some("c"), 12, false), (None, 1, false)]);
    let rate = &report.groups[2].figures["selection_rate"];
    assert!(rate.value.value() == Some(1.0) && rate.low.value() < Some(0.8));
    let gap = report.gaps.iter().find(|gap| gap.metric == "selection_rate").expect("a gap");
    assert!(gap.highest.as_deref() != Some("c") && gap.max.value() < Some(0.8));
    assert_eq!(report.without_small().groups.len(), 2);
    assert_eq!(report.overall.rows, 213);
}

#[test]
fn empty_denominators_are_undefined_with_a_reason() {
    let labels: Vec<Option<String>> = (0..80).map(|row| Some(if row < 40 { "a" } else { "b" }.to_owned())).collect();
    let nobody = vec![false; 80];
    let report = classes(&nobody, &nobody, &labels, &options()).expect("a report");
    let figure = |metric: &str| report.groups[0].figures[metric].value.clone();
    assert_eq!(figure("tpr"), Figure::undefined("no_positives"));
    assert_eq!(figure("precision"), Figure::undefined("none_predicted"));
    assert_eq!(figure("tnr"), Figure::Value(1.0));
    let all = vec![true; 80];
    let report = classes(&all, &nobody, &labels, &options()).expect("a report");
    assert_eq!(report.groups[0].figures["fpr"].value, Figure::undefined("no_negative_rows"));
    assert_eq!(report.entropy, Figure::undefined("no_benefit"));
    let odds = report.criteria.iter().find(|criterion| criterion.id == "equalized_odds_difference").expect("the criterion");
    assert_eq!((odds.verdict, odds.value.value.value()), (None, None));
    assert_eq!(classes(&[], &[], &[], &options()).expect_err("refused").message.id, "fair.no_rows");
    assert_eq!(classes(&[true], &[true, false], &[None], &options()).expect_err("refused").message.id, "fair.lengths");
}

#[test]
fn what_cannot_be_compared_is_refused_in_words() {
    let many: Vec<Option<String>> = (0..=MOST_GROUPS).map(|row| Some(row.to_string())).collect();
    let yes = vec![true; many.len()];
    let one = vec![Some("a".to_owned())];
    let problems = [
        (classes(&yes, &yes, &many, &options()), "fair.too_many_groups"),
        (numbers(&[f64::NAN], &[1.0], &one, &options()), "fair.not_finite"),
        (numbers(&[1.0], &[f64::INFINITY], &one, &options()), "fair.not_finite"),
        (numbers(&[], &[], &[], &options()), "fair.no_rows"),
    ];
    for (report, id) in problems {
        let problem = report.expect_err(id);
        assert_eq!(problem.message.id, id);
        assert!(text::find(id).is_some() && problem.hint().is_some() && !problem.to_string().contains('{'), "{problem}");
    }
    assert!(classes(&yes[1..], &yes[1..], &many[1..], &options()).is_ok());
}

#[test]
fn one_row_one_group_and_unknown_groups_only_have_figures_but_no_verdict() {
    for labels in [vec![Some("a".to_owned()); 50], vec![None; 50]] {
        let truth: Vec<bool> = (0..50).map(|row| row % 2 == 0).collect();
        let report = classes(&truth, &truth, &labels, &options()).expect("a report");
        assert_eq!((report.groups.len(), report.groups[0].figures["accuracy"].value.value()), (1, Some(1.0)));
        assert!(report.criteria.iter().all(|criterion| criterion.verdict.is_none() && criterion.value.value.value().is_none()));
        assert!(report.gaps.iter().all(|gap| gap.lowest.is_none() && gap.difference.value == Figure::undefined("one_group")));
    }
    let single = classes(&[true], &[false], &[Some("a".to_owned())], &options()).expect("a report");
    assert_eq!(single.groups[0].figures["tpr"].value.value(), Some(0.0));
    let written = serde_json::to_string(&single).expect("writes");
    assert_eq!(serde_json::from_str::<Report>(&written).expect("reads back"), single);
}

#[test]
fn a_regression_is_judged_by_its_errors() {
    let mut rng = Rng::new(1, "test", 0);
    let labels: Vec<Option<String>> = (0..2000).map(|row| Some(if row % 2 == 0 { "a" } else { "b" }.to_owned())).collect();
    let truth: Vec<f64> = (0..2000).map(|_| 10.0 * rng.normal()).collect();
    let predicted: Vec<f64> =
        truth.iter().enumerate().map(|(row, y)| if row % 2 == 0 { y + rng.normal() } else { y + 3.0 + 2.0 * rng.normal() }).collect();
    let report = numbers(&truth, &predicted, &labels, &options()).expect("a report");
    let error = &report.groups[1].figures["mean_error"];
    assert!(error.low.value() < Some(3.0) && error.high.value() > Some(3.0), "{error:?}");
    assert_eq!(report.criteria.iter().map(|criterion| criterion.verdict).collect::<Vec<_>>(), [Some(Verdict::NotMet); 2]);
    let gap = report.gaps.iter().find(|gap| gap.metric == "mean_error").expect("a gap");
    assert!((gap.difference.value.value().expect("a value") - 3.0).abs() < 0.3 && gap.lowest.as_deref() == Some("a"));
    let same = numbers(&truth, &truth, &labels, &options()).expect("a report");
    assert_eq!(same.criteria[1].verdict, Some(Verdict::Met));
    // No errors at all: no ratio of them.
    assert_eq!(same.criteria[0].value.value, Figure::undefined("no_ratio"));
    let one = numbers(&[1.0], &[2.0], &[Some("a".to_owned())], &options()).expect("a report");
    assert_eq!(one.groups[0].figures["mae"].low, Figure::undefined("too_few"));
    let text = serde_json::to_string(&one).expect("writes");
    assert_eq!(serde_json::from_str::<Report>(&text).expect("reads back"), one);
}

#[test]
fn every_metric_and_criterion_has_its_texts() {
    let has = |id: String| assert!(text::find(&id).is_some() && text::find(&format!("{id}.help")).is_some(), "{id}");
    METRICS.iter().for_each(|metric| has(format!("fair.metric.{}", metric.id)));
    REGRESSION.iter().for_each(|(id, _)| has(format!("fair.metric.{id}")));
    CRITERIA.iter().for_each(|(id, ..)| has(format!("fair.criterion.{id}")));
    ["mae_ratio", "mean_error_difference"].iter().for_each(|id| has(format!("fair.criterion.{id}")));
    fields().iter().for_each(|field| has(format!("fair.{}", field.id)));
    METRICS.iter().for_each(|metric| assert!(text::find(&format!("undefined.{}", metric.empty)).is_some()));
    assert!(METRICS.is_sorted_by(|a, b| a.id < b.id));
}
