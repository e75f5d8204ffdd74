//! One-column statistics, counts and histograms against pandas, numpy and SciPy.

use super::step::{entries, numbers};
use super::support::{Check, figures, table_of};
use atelier::base::Figure;
use atelier::profile::{ColumnProfile, NumberProfile, Options, TextProfile, histogram_of, profile};
use serde_json::Value;
use std::sync::Arc;

const NAMES: [&str; 6] =
    ["profile.adult", "profile.birdstrikes", "profile.diamonds", "profile.penguins", "profile.thyroid", "profile.titanic"];

/// The number of a figure; NaN, which equals nothing, where it has none.
fn value(figure: &Figure) -> f64 {
    figure.value().unwrap_or(f64::NAN)
}

fn number(want: &Value) -> f64 {
    want.as_f64().unwrap_or_else(|| panic!("{want} is no number"))
}

#[test]
fn figures_of_columns() {
    let mut check = Check::default();
    for name in NAMES {
        let file = figures(name);
        let want = &file["figures"];
        let raw = table_of(&file);
        let table = Arc::new(raw.table());
        let got = profile(&table, &Options { paired: 0, ..Options::default() }).expect("a profile");
        check.same(&format!("{name} rows"), got.rows as f64, number(&want["rows"]));
        check.same(&format!("{name} columns"), got.columns.len() as f64, number(&want["columns"]));
        check.same(&format!("{name} duplicated_rows"), got.duplicates as f64, number(&want["duplicated_rows"]));
        check.same(&format!("{name} rows_with_missing"), got.missing.rows as f64, number(&want["rows_with_missing"]));
        let constant: Vec<&str> = got.columns.iter().filter(|column| column.distinct() <= 1).map(|column| column.name.as_str()).collect();
        let wanted: Vec<&str> = want["constant_columns"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        check.same(&format!("{name} constant_columns"), constant, wanted);
        for (column, want) in entries(&want["numeric"]) {
            let what = format!("{name} {column}");
            let got = got.column(column).expect("the column");
            counts(&mut check, &what, got, want);
            numeric(&mut check, &what, got.number().expect("numbers"), want);
            let histogram = histogram_of(&table, column, Some(10), &Options::default()).expect("a histogram");
            check.close_all(&format!("{what} hist10 edges"), &histogram.edges, &want["hist10"]["edges"], 1e-9);
            let counts: Vec<f64> = histogram.counts.iter().map(|&count| count as f64).collect();
            check.close_all(&format!("{what} hist10 counts"), &counts, &want["hist10"]["counts"], 0.0);
            // The histogram that is drawn has other edges and the same rows.
            let drawn = got.number().and_then(|number| number.histogram.as_ref()).expect("a histogram");
            let present = numbers(&table, column).iter().filter(|value| !value.is_nan()).count();
            check.same(&format!("{what} drawn"), drawn.counts.iter().sum::<usize>(), present);
        }
        for (column, want) in entries(&want["categorical"]) {
            let what = format!("{name} {column}");
            let got = got.column(column).expect("the column");
            counts(&mut check, &what, got, want);
            categorical(&mut check, &what, got.texts().expect("texts"), want);
        }
    }
    check.end();
}

fn counts(check: &mut Check, what: &str, got: &ColumnProfile, want: &Value) {
    for (figure, got) in [("count", got.count), ("missing", got.missing), ("distinct", got.distinct())] {
        check.same(&format!("{what} {figure}"), got as f64, number(&want[figure]));
    }
}

fn numeric(check: &mut Check, what: &str, got: &NumberProfile, want: &Value) {
    let (mode, count) = got.top.first().copied().unwrap_or((f64::NAN, 0));
    let exact = [
        ("zeros", got.zeros as f64),
        ("negatives", got.negatives as f64),
        ("mode", mode),
        ("mode_count", count as f64),
        ("hist_fd_bins", got.rule_bins as f64),
    ];
    for (figure, got) in exact {
        check.close(&format!("{what} {figure}"), got, number(&want[figure]), 0.0);
    }
    let close = [
        ("mean", &got.mean),
        ("sum", &got.sum),
        ("min", &got.min),
        ("max", &got.max),
        ("range", &got.range),
        ("sd", &got.sd),
        ("var", &got.variance),
        ("sd_population", &got.sd_population),
        ("sem", &got.sem),
        ("cv", &got.cv),
        ("iqr", &got.iqr),
        ("mad", &got.mad),
        ("trimmed_mean_10", &got.trimmed_mean),
    ];
    for (figure, got) in close {
        check.close(&format!("{what} {figure}"), value(got), number(&want[figure]), 1e-9);
    }
    check.close_all(&format!("{what} quantiles"), &got.quantiles, &want["quantiles"], 1e-9);
    let shape =
        [("skew", &got.skew), ("skew_biased", &got.skew_biased), ("kurtosis", &got.kurtosis), ("kurtosis_biased", &got.kurtosis_biased)];
    for (figure, got) in shape {
        check.close(&format!("{what} {figure}"), value(got), number(&want[figure]), 1e-7);
    }
}

/// A text as a profile shows it.
fn shown(text: &str) -> String {
    match text.chars().count() > 60 {
        true => text.chars().take(60).chain(['…']).collect(),
        false => text.to_owned(),
    }
}

fn categorical(check: &mut Check, what: &str, got: &TextProfile, want: &Value) {
    let first = got.top.first().map(|level| (level.text.clone(), level.count as f64));
    check.same(&format!("{what} mode"), first, Some((shown(want["mode"].as_str().expect("a text")), number(&want["mode_count"]))));
    let ten: Vec<(String, f64)> = got.top.iter().take(10).map(|level| (level.text.clone(), level.count as f64)).collect();
    let wanted: Vec<(String, f64)> = want["top10"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| (shown(entry[0].as_str().expect("a text")), number(&entry[1])))
        .collect();
    check.same(&format!("{what} top10"), ten, wanted);
    check.same(&format!("{what} singletons"), got.singletons as f64, number(&want["singletons"]));
    check.same(&format!("{what} max_length"), got.lengths.as_ref().map(|lengths| lengths.max as f64), want["max_length"].as_f64());
    check.close(&format!("{what} entropy_bits"), value(&got.entropy), number(&want["entropy_bits"]), 1e-9);
    check.close(&format!("{what} gini_impurity"), value(&got.gini), number(&want["gini_impurity"]), 1e-9);
}
