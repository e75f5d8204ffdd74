//! Two samples compared: scipy's figures.

use crate::support::{Check, Raw, figures, flat, table_of};
use atelier::base::{Job, Params};
use atelier::table::Table;
use atelier::watch::{Tests, Watch};
use serde_json::Value;
use std::sync::Arc;

#[test]
fn chicago_ridership() {
    compare("drift.chicago_ridership");
}

#[test]
fn hotel_rates() {
    compare("drift.hotel_rates");
}

#[test]
fn nyc_flights() {
    compare("drift.nyc_flights");
}

fn compare(name: &str) {
    let file = figures(name);
    let raw = table_of(&file);
    let figures = &file["figures"];
    // The kind of a column is that of the whole table; the parts are cut from it.
    let whole = raw.table();
    let (reference, current) = split(&file, &raw);
    let mut check = Check::default();
    for (what, rows) in [("n_reference", &reference), ("n_current", &current)] {
        check.same(what, rows.len() as u64, figures["split"][what].as_u64().expect("a count"));
    }
    let columns: Vec<String> = raw.names.clone();
    let part = |rows: &[usize]| -> Arc<Table> { Arc::new(whole.take(rows)) };
    let watch = Watch::new(&Params::new(), part(&reference), part(&current), &columns).expect("prepares");
    let drift = watch.job().finish().expect("runs");
    let found = |name: &str| &drift.columns.iter().find(|judged| judged.compared.column == name).expect("a column").compared;
    for (name, want) in figures["numeric"].as_object().expect("columns") {
        let compared = found(name);
        let Tests::Numbers(got) = &compared.tests else { panic!("{name}: {:?}", compared.tests) };
        let mut close = |what: &str, got: f64, tolerance: f64| check.close(&format!("{name}: {what}"), got, number(&want[what]), tolerance);
        close("ks", got.ks, 1e-9);
        close("ks_p_limit", got.p, 1e-6);
        close("ks_p_scipy", got.p, 0.01);
        close("wasserstein", got.wasserstein.value().unwrap_or(f64::NAN), 1e-7);
        close("psi", got.distances.psi, 1e-9);
        close("kl_ref_cur", got.distances.kl, 1e-9);
        close("js_distance", got.distances.js_distance, 1e-9);
        close("total_variation", got.distances.total_variation, 1e-9);
        close("hellinger", got.distances.hellinger, 1e-9);
        close("mean_shift_in_ref_sd", got.mean_shift.value().unwrap_or(f64::NAN), 1e-9);
        check.close_all(&format!("{name}: n"), &[compared.present.0 as f64, compared.present.1 as f64], &want["n"], 0.0);
        check.close_all(&format!("{name}: psi_edges"), &got.edges, &want["psi_edges"], 1e-9);
        check.close_all(&format!("{name}: psi_shares"), &[got.reference.as_slice(), &got.current].concat(), &want["psi_shares"], 1e-9);
    }
    for (name, want) in figures["categorical"].as_object().expect("columns") {
        let Tests::Categories(got) = &found(name).tests else { panic!("{name}: {:?}", found(name).tests) };
        let mut close = |what: &str, got: f64| check.close(&format!("{name}: {what}"), got, number(&want[what]), 1e-7);
        close("chi2", got.chi_square.value().unwrap_or(f64::NAN));
        close("p", got.p.value().unwrap_or(f64::NAN));
        close("dof", got.dof as f64);
        close("levels", got.level_count as f64);
        close("cramers_v", got.cramers_v.value().unwrap_or(f64::NAN));
        close("psi", got.distances.psi);
        close("js_distance", got.distances.js_distance);
        close("total_variation", got.distances.total_variation);
        for (what, levels) in [("new_levels", &got.new_levels), ("gone_levels", &got.gone_levels)] {
            // The reference names at most twenty.
            let wanted: Vec<&str> = want[what].as_array().expect("levels").iter().filter_map(Value::as_str).collect();
            check.same(&format!("{name}: {what}"), levels.iter().map(String::as_str).take(20).collect::<Vec<_>>(), wanted);
        }
    }
    for (name, want) in figures["missing_share"].as_object().expect("columns") {
        let compared = found(name);
        let shares = [&compared.missing_reference, &compared.missing_current].map(|share| share.value().unwrap_or(f64::NAN));
        check.close_all(&format!("missing share of {name}"), &shares, want, 1e-9);
        check.same(&format!("missing share of {name} has two entries"), flat(want).len(), 2);
    }
    check.end();
}

/// The rows of the reference and of the current part: by "column<=number", or the first half of the rows.
fn split(file: &Value, raw: &Raw) -> (Vec<usize>, Vec<usize>) {
    match file["meta"]["options"]["split"].as_str().and_then(|rule| rule.split_once("<=")) {
        Some((column, most)) => {
            let (values, most) = (raw.numbers(column), most.parse::<f64>().expect("a number"));
            (0..values.len()).partition(|&row| values[row] <= most)
        }
        None => (0..raw.rows.len()).partition(|&row| row < raw.rows.len() / 2),
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}
