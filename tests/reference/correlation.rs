//! Association between pairs of columns, mutual information and variance inflation against SciPy, scikit-learn and
//! statsmodels.

use super::step::{entries, numbers};
use super::support::{Check, figures, table_of};
use atelier::base::Figure;
use atelier::profile::{Categories, Measure, Numbers, Options, Profile, collinear, cross_table, kendall, pearson, profile, spearman};
use atelier::table::Table;
use serde_json::Value;
use std::sync::Arc;

const NAMES: [&str; 4] = ["correlation.adult", "correlation.diamonds", "correlation.penguins", "correlation.titanic"];

fn value(figure: &Figure) -> f64 {
    figure.value().unwrap_or(f64::NAN)
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
}

/// The pair of columns that a key names.
fn pair(key: &str) -> (&str, &str) {
    key.split_once('|').unwrap_or_else(|| panic!("{key} names no pair"))
}

/// A figure file, the table of the columns it is about, and its profile.
fn case(name: &str) -> (Value, Table, Profile) {
    let file = figures(name);
    let table = table_of(&file).table();
    let columns = [texts(&file["figures"]["numeric_used"]), texts(&file["figures"]["categorical_used"])].concat();
    let table = table.select(&columns);
    let got = profile(&Arc::new(table.clone()), &Options::default()).expect("a profile");
    (file["figures"].clone(), table, got)
}

fn measure<'a>(profile: &'a Profile, key: &str) -> (usize, &'a Measure) {
    let (a, b) = pair(key);
    let pair = profile.pair(a, b).unwrap_or_else(|| panic!("no pair {key}"));
    (pair.n, &pair.of)
}

#[test]
fn numbers_with_numbers() {
    let mut check = Check::default();
    for name in NAMES {
        let (want, table, got) = case(name);
        let of = |key: &str| -> (usize, &Numbers) {
            match measure(&got, key) {
                (n, Measure::Numbers(numbers)) => (n, numbers),
                other => panic!("{key}: {other:?}"),
            }
        };
        for (key, want) in entries(&want["pair_n"]) {
            check.same(&format!("{name} {key} n"), Some(of(key).0 as u64), want.as_u64());
        }
        for (key, want) in entries(&want["pearson"]) {
            let (a, b) = pair(key);
            let want = want.as_f64().expect("a number");
            check.close(&format!("{name} {key} pearson"), value(&of(key).1.pearson), want, 1e-9);
            check.close(&format!("{name} {key} pearson alone"), value(&pearson(numbers(&table, a), numbers(&table, b))), want, 1e-9);
        }
        for (key, want) in entries(&want["pearson_p"]) {
            check.close(&format!("{name} {key} p"), value(&of(key).1.pearson_p), want.as_f64().expect("a number"), 1e-6);
        }
        for (key, want) in entries(&want["spearman"]) {
            let (a, b) = pair(key);
            let want = want.as_f64().expect("a number");
            check.close(&format!("{name} {key} spearman"), value(&of(key).1.spearman), want, 1e-9);
            check.close(&format!("{name} {key} spearman alone"), value(&spearman(numbers(&table, a), numbers(&table, b))), want, 1e-9);
        }
        for (key, want) in entries(&want["kendall_tau_b"]) {
            let (a, b) = pair(key);
            let got = kendall(numbers(&table, a), numbers(&table, b));
            check.close(&format!("{name} {key} kendall"), value(&got), want.as_f64().expect("a number"), 1e-9);
        }
    }
    check.end();
}

#[test]
fn columns_from_all_others() {
    let mut check = Check::default();
    for name in NAMES {
        let (want, table, _) = case(name);
        let used = texts(&want["numeric_used"]);
        let columns: Vec<&[f64]> = used.iter().map(|name| numbers(&table, name)).collect();
        let got = collinear(&columns);
        let place = |name: &str| used.iter().position(|other| other == name).expect("the column");
        for (column, want) in entries(&want["vif"]) {
            check.close(&format!("{name} {column} vif"), value(&got.vif[place(column)]), want.as_f64().expect("a number"), 1e-6);
        }
        for (key, want) in entries(&want["partial_correlation"]) {
            let (a, b) = pair(key);
            let got = value(&got.partial[place(a)][place(b)]);
            check.close(&format!("{name} {key} partial"), got, want.as_f64().expect("a number"), 1e-6);
        }
        let spread = &want["covariance_diag_and_det"];
        check.close_all(&format!("{name} variances"), &got.variances, &spread["variances"], 1e-6);
        let determinant = spread["log_det_correlation"].as_f64().expect("a number");
        check.close(&format!("{name} determinant"), value(&got.ln_determinant), determinant, 1e-6);
    }
    check.end();
}

#[test]
fn categories_with_categories_and_numbers() {
    let mut check = Check::default();
    for name in NAMES {
        let (want, table, got) = case(name);
        let of = |key: &str| -> &Categories {
            match measure(&got, key) {
                (_, Measure::Categories(categories)) => categories,
                other => panic!("{key}: {other:?}"),
            }
        };
        for (key, want) in entries(&want["chi2"]) {
            let (a, b) = pair(key);
            let column = |name: &str| table.column(name).expect("the column");
            let table = cross_table(column(a), column(b)).expect("a cross table");
            for got in [of(key), table.figures.as_ref().expect("figures")] {
                check.close(&format!("{name} {key} chi2"), value(&got.chi_square), want["chi2"].as_f64().expect("a number"), 1e-7);
                check.close(&format!("{name} {key} p"), value(&got.p), want["p"].as_f64().expect("a number"), 1e-7);
                check.same(&format!("{name} {key} dof"), Some(got.df as u64), want["dof"].as_u64());
            }
        }
        type Get = fn(&Categories) -> &Figure;
        let figures: [(&str, Get); 5] = [
            ("cramers_v", |got| &got.cramers_v),
            ("cramers_v_corrected", |got| &got.cramers_v_corrected),
            ("mutual_info_nats", |got| &got.mutual_information),
            ("nmi", |got| &got.normalised_information),
            ("theils_u_row_given_col", |got| &got.theils_u),
        ];
        for (figure, get) in figures {
            for (key, want) in entries(&want[figure]) {
                check.close(&format!("{name} {key} {figure}"), value(get(of(key))), want.as_f64().expect("a number"), 1e-9);
            }
        }
        for (key, want) in entries(&want["correlation_ratio_eta"]) {
            let (_, Measure::Mixed { eta }) = measure(&got, key) else { panic!("{key}") };
            check.close(&format!("{name} {key} eta"), value(eta), want.as_f64().expect("a number"), 1e-9);
        }
    }
    check.end();
}
