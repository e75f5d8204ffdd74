//! Tests of normality and of groups against SciPy.

use super::step::{entries, numbers};
use super::support::{Check, figures, table_of};
use atelier::profile::{Test, compare, normality};
use serde_json::Value;

const NAMES: [&str; 3] = ["tests.breast_cancer", "tests.penguins", "tests.titanic"];

/// Compares a test with `[statistic, p]`, where the reference has it. P values are compared by their size too.
fn same(check: &mut Check, what: &str, got: &Test, want: &Value, tolerance: f64) {
    let Some(want) = want.as_array() else { return };
    let number = |place: usize| want[place].as_f64().expect("a number");
    check.close(&format!("{what} statistic"), got.statistic.value().unwrap_or(f64::NAN), number(0), tolerance);
    let p = got.p.value().unwrap_or(f64::NAN);
    check.close(&format!("{what} p"), p, number(1), tolerance);
    if number(1) > 1e-300 {
        // SciPy's own p values have lost digits far out.
        check.close(&format!("{what} p for its size"), p / number(1), 1.0, if tolerance > 1e-5 { 0.01 } else { 1e-5 });
    }
}

#[test]
fn normal_distributions() {
    let mut check = Check::default();
    for name in NAMES {
        let file = figures(name);
        let table = table_of(&file).table();
        for (column, want) in entries(&file["figures"]["normality"]) {
            let got = normality(numbers(&table, column));
            same(&mut check, &format!("{name} {column} jarque_bera"), &got.jarque_bera, &want["jarque_bera"], 1e-6);
            same(&mut check, &format!("{name} {column} dagostino_k2"), &got.dagostino, &want["dagostino_k2"], 1e-6);
            same(&mut check, &format!("{name} {column} shapiro_wilk"), &got.shapiro, &want["shapiro_wilk"], 1e-4);
        }
    }
    check.end();
}

#[test]
fn groups() {
    let mut check = Check::default();
    for name in NAMES {
        let file = figures(name);
        let table = table_of(&file).table();
        let by = file["figures"]["group_column"]["name"].as_str().expect("a name");
        for (column, want) in entries(&file["figures"]["by_group"]) {
            let what = |test: &str| format!("{name} {column} {test}");
            let got = compare(&table, column, by).expect("a comparison");
            same(&mut check, &what("anova"), &got.anova, &want["anova"], 1e-6);
            same(&mut check, &what("kruskal"), &got.kruskal, &want["kruskal"], 1e-6);
            same(&mut check, &what("levene"), &got.levene, &want["levene_median"], 1e-6);
            same(&mut check, &what("bartlett"), &got.bartlett, &want["bartlett"], 1e-6);
            let Some(two) = got.two else { continue };
            same(&mut check, &what("student"), &two.student, &want["student_t"], 1e-6);
            same(&mut check, &what("welch"), &two.welch, &want["welch_t"], 1e-6);
            let number = |value: &Value| value.as_f64().expect("a number");
            check.close(&what("welch df"), two.welch_df.value().unwrap_or(f64::NAN), number(&want["welch_t"][2]), 1e-6);
            same(&mut check, &what("mann_whitney"), &two.mann_whitney, &want["mann_whitney"], 1e-6);
            check.close(&what("cohens_d"), two.cohens_d.value().unwrap_or(f64::NAN), number(&want["cohens_d"]), 1e-6);
        }
    }
    check.end();
}
