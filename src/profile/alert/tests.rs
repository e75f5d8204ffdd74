//! Tests of the alerts: each limit on both sides, texts, edges.

use super::*;
use crate::base::{Task, text};
use crate::profile::{Options, profile};
use crate::table::{Column, Strings, Table};
use std::sync::Arc;

fn alerts(columns: Vec<Column>, target: Option<&str>) -> Vec<Alert> {
    let options = Options { target: target.map(str::to_owned), ..Options::default() };
    profile(&Arc::new(Table::new(columns)), &options).unwrap().alerts
}

/// "id: columns" of each alert.
fn found(columns: Vec<Column>, target: Option<&str>) -> Vec<String> {
    alerts(columns, target).iter().map(|alert| format!("{}: {}", alert.id, alert.columns.join(", "))).collect()
}

fn numbers(name: &str, n: usize, value: impl Fn(usize) -> f64) -> Column {
    Column::number(name, (0..n).map(value).collect())
}

fn texts(name: &str, n: usize, value: impl Fn(usize) -> Option<String>) -> Column {
    Column::category(name, Strings::from_texts((0..n).map(value)))
}

/// Numbers in no order that come about ten times each.
fn noise(row: usize) -> f64 {
    ((row * 7919 + row / 97 * 31) % 83) as f64
}

#[test]
fn everything_that_can_be_said_has_words() {
    for id in ALERTS {
        for id in [format!("alert.{id}"), format!("alert.{id}.hint")] {
            assert_ne!(text(&id), id);
        }
    }
    for id in ACTIONS {
        assert_ne!(text(&format!("action.{id}")), format!("action.{id}"));
    }
    let reasons = [
        "beyond_cap",
        "constant",
        "constant_groups",
        "constant_truth",
        "dependent",
        "free_text",
        "many_levels",
        "no_rows",
        "none_missing",
        "not_finite",
        "one_class",
        "one_level",
        "one_row",
        "too_few",
        "too_many",
        "zero_mean",
    ];
    for reason in reasons {
        let id = format!("undefined.{reason}");
        assert_ne!(text(&id), id);
    }
}

#[test]
fn a_plain_column_has_no_alert() {
    assert_eq!(found(vec![numbers("x", 900, noise)], None), Vec::<String>::new());
}

#[test]
fn limits_on_both_sides() {
    let gaps = |share: usize| move |row: usize| if row % 100 < share { f64::NAN } else { noise(row) };
    let mostly = |most: usize| move |row: usize| if row < most { 7.0 } else { noise(row) };
    let levels = |count: usize| {
        texts("c", 900, move |row| Some(format!("level {}", (b'a' + (row % count / 26) as u8) as char) + &"z".repeat(row % count % 26)))
    };
    let cases: [(Column, &[&str]); 9] = [
        (numbers("x", 900, gaps(4)), &[]),
        (numbers("x", 900, gaps(5)), &["missing: x"]),
        (numbers("x", 900, gaps(49)), &["missing: x"]),
        (numbers("x", 900, gaps(50)), &["mostly_missing: x"]),
        (numbers("x", 900, |_| 4.0), &["constant: x"]),
        (numbers("x", 900, mostly(891)), &["nearly_constant: x"]),
        (numbers("x", 900, |_| f64::NAN), &["empty: x"]),
        (levels(50), &[]),
        (levels(51), &["high_cardinality: c"]),
    ];
    for (column, want) in cases {
        let kind = column.kind;
        let got = found(vec![column], None);
        // The shape is the business of another test.
        let got: Vec<&str> = got.iter().map(String::as_str).filter(|id| !id.starts_with("skew") && !id.starts_with("outliers")).collect();
        assert_eq!(got, want, "{kind:?}");
    }
}

#[test]
fn tails_and_outliers() {
    let tail = numbers("x", 900, |row| crate::num::float::exp(noise(row) / 5.0));
    let got = alerts(vec![tail], None);
    let skew = got.iter().find(|alert| alert.id == "skew").expect("a tail");
    assert_eq!(skew.suggestions[0].remedy, Remedy::Step { id: "log".to_owned(), params: Params::new() });
    let far = numbers("x", 900, |row| if row % 150 == 3 { 1000.0 + row as f64 } else { noise(row) });
    let got = alerts(vec![far], None);
    let outliers = got.iter().find(|alert| alert.id == "outliers").expect("outliers");
    assert_eq!((outliers.numbers["count"], outliers.suggestions[0].action.as_str()), (6.0, "outliers"));
}

#[test]
fn copies_are_one_alert_that_keeps_the_first() {
    let got = alerts(
        vec![
            numbers("a", 300, noise),
            numbers("b", 300, |row| noise(row) * 2.0 + 1.0),
            numbers("other", 300, |row| ((row * 31) % 57) as f64),
            numbers("c", 300, |row| -noise(row)),
        ],
        None,
    );
    let [alert] = got.as_slice() else { panic!("{got:?}") };
    assert_eq!((alert.id.as_str(), alert.columns.join(" ")), ("correlated", "a b c".to_owned()));
    assert_eq!(alert.suggestions[0].columns, ["b", "c"]);
}

#[test]
fn a_coarser_column_is_no_copy() {
    let place = |row: usize| (row * 7919) % 900 / 75;
    let fine = || texts("fine", 900, move |row| Some(format!("level {}", (b'a' + place(row) as u8) as char)));
    let coarse = texts("coarse", 900, move |row| Some(if place(row) < 6 { "low" } else { "high" }.to_owned()));
    let sum = numbers("sum", 900, move |row| place(row) as f64 * 100.0 + noise(row));
    let beside = || numbers("beside", 900, |row| ((row * 13) % 450) as f64);
    assert_eq!(found(vec![fine(), coarse, beside()], None), Vec::<String>::new());
    assert_eq!(found(vec![fine(), sum, beside()], None), Vec::<String>::new());
    let code = numbers("code", 900, move |row| place(row) as f64 * 2.0);
    assert_eq!(found(vec![fine(), code, beside()], None), ["correlated: fine, code"]);
}

#[test]
fn the_target_and_what_knows_it() {
    let class = |row: usize| noise(row) > 40.0;
    let columns = || {
        vec![
            texts("y", 900, move |row| Some(if class(row) { "yes" } else { "no" }.to_owned())),
            numbers("copy", 900, move |row| f64::from(u8::from(class(row)))),
            numbers("late", 900, move |row| if class(row) { ((row * 13) % 450) as f64 } else { f64::NAN }),
            numbers("fair", 900, |row| ((row * 31) % 57) as f64),
        ]
    };
    let got = found(columns(), Some("y"));
    assert_eq!(got, ["leak: copy", "leak: late", "duplicates: ", "missing: late"].map(str::to_owned), "{got:?}");
    let rare = |share: usize| texts("y", 1000, move |row| Some(if (row * 7919) % 1000 < share { "yes" } else { "no" }.to_owned()));
    let beside = || numbers("x", 1000, |row| ((row * 31) % 571) as f64);
    let severity = |share: usize| {
        alerts(vec![rare(share), beside()], Some("y")).iter().find(|alert| alert.id == "imbalance").map(|alert| alert.severity)
    };
    assert_eq!(
        (severity(49), severity(50), severity(199), severity(200)),
        (Some(Severity::Warning), Some(Severity::Note), Some(Severity::Note), None)
    );
    let constant = alerts(vec![numbers("y", 30, |_| 1.0), beside_of(30)], Some("y"));
    assert_eq!((constant[0].id.as_str(), constant[0].severity), ("target_constant", Severity::Error));
}

fn beside_of(n: usize) -> Column {
    numbers("x", n, |row| ((row * 31) % 571) as f64 + 0.5)
}

#[test]
fn a_number_copied_with_another_unit_leaks() {
    let columns = vec![
        numbers("y", 900, |row| noise(row) * 10.0 + (row % 7) as f64),
        numbers("pounds", 900, |row| (noise(row) * 10.0 + (row % 7) as f64) * 2.2),
    ];
    let options = Options { target: Some("y".to_owned()), task: Some(Task::Regression), ..Options::default() };
    let got = profile(&Arc::new(Table::new(columns)), &options).unwrap().alerts;
    let leak = got.iter().find(|alert| alert.id == "leak").expect("a leak");
    assert_eq!(leak.suggestions[0].remedy, Remedy::Role(Role::KnownLater));
}

#[test]
fn few_rows_raise_no_alarm() {
    let columns = || vec![numbers("x", 1, noise), texts("c", 1, |_| Some("a".to_owned()))];
    assert_eq!(found(columns(), None), Vec::<String>::new());
    assert_eq!(found(Vec::new(), None), Vec::<String>::new());
    assert_eq!(found(vec![numbers("x", 0, noise)], None), Vec::<String>::new());
}

#[test]
fn shares_are_never_rounded_to_none_or_all() {
    let shown: Vec<String> = [0.0, 1e-6, 0.001, 0.0567, 0.25, 0.99895, 0.9999999, 1.0].map(percent).to_vec();
    assert_eq!(shown, ["0%", "under 0.1%", "0.1%", "5.7%", "25.0%", "99.9%", "over 99.9%", "100%"]);
    assert_eq!([12345.0, 0.123456, 12.3456, 1234.5, 1e-9].map(show).to_vec(), ["12345", "0.123", "12.3", "1234", "1.00e-9"]);
}
