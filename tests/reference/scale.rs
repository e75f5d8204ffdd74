//! Scales, logarithm and bins against scikit-learn.

use super::step::{applied, entries, fit, learned_number, numbers};
use super::support::{Check, figures, table_of};
use atelier::table::Table;
use serde_json::{Value, json};

/// The complete rows of the figure's columns.
fn complete(file: &Value) -> (Table, Vec<String>) {
    let columns: Vec<String> =
        file["figures"]["columns"].as_array().expect("columns").iter().map(|name| name.as_str().expect("a name").to_owned()).collect();
    // Complete in every column of numbers but the target, also in those beyond the ones shown.
    let raw = table_of(file);
    let table = raw.table();
    let target = file["meta"]["options"]["target"].as_str().expect("a target");
    let all: Vec<&str> = raw.names.iter().map(String::as_str).filter(|name| *name != target && raw.is_numeric(name)).collect();
    let rows: Vec<usize> = (0..table.rows()).filter(|&row| all.iter().all(|name| !numbers(&table, name)[row].is_nan())).collect();
    (table.take(&rows).select(&columns), columns)
}

#[test]
fn scales() {
    let mut check = Check::default();
    for name in ["scale.breast_cancer", "scale.diamonds", "scale.penguins"] {
        let file = figures(name);
        let figures = &file["figures"];
        let (table, columns) = complete(&file);
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        check.same(&format!("{name} rows"), table.rows() as u64, figures["rows"].as_u64().expect("a count"));
        let cases = [
            ("min_max", "minmax", [("learned.smallest", "min"), ("learned.largest", "max")].as_slice()),
            ("standardise", "standard", &[("learned.mean", "mean"), ("learned.sd", "sd")]),
            ("robust", "robust", &[("learned.median", "median"), ("learned.iqr", "iqr")]),
            ("log", "log1p_of_nonnegative", &[]),
        ];
        for (step, figure, params) in cases {
            let want = &figures[figure];
            let fitted = fit(step, json!({}), &table, &columns);
            let after = applied(&fitted, &table);
            for (heading, param) in params {
                let got: Vec<f64> = columns.iter().map(|column| learned_number(&fitted, column, heading)).collect();
                check.close_all(&format!("{name} {step} {param}"), &got, &want["params"][param], 1e-9);
            }
            let first5: Vec<f64> = (0..5)
                .flat_map(|row| columns.iter().map(move |column| (row, column)))
                .map(|(row, column)| numbers(&after, column)[row])
                .collect();
            check.close_all(&format!("{name} {step} first rows"), &first5, &want["first5"], 1e-9);
            let sum = |square: bool| {
                columns
                    .iter()
                    .map(|column| numbers(&after, column).iter().map(|x| if square { x * x } else { *x }).sum::<f64>())
                    .collect::<Vec<_>>()
            };
            check.close_all(&format!("{name} {step} sum"), &sum(false), &want["sum"], 1e-9);
            check.close_all(&format!("{name} {step} sum of squares"), &sum(true), &want["sum_sq"], 1e-9);
        }
    }
    check.end();
}

/// Values that are there, in a row: a formula of the paper in numpy 2.4.6 gave, for x = (i * 37 % 101)^2 / 100 with i from 0 to
/// 199 and np.quantile(x, np.linspace(0, 1, 7)) as edges, these encodings of -5, 0, 1, 12.5, 40, 99.9, 100 and 130.
#[test]
fn piecewise_linear() {
    use atelier::table::{Column, Table};
    let train =
        Table::new(vec![Column::number("x", (0..200_u32).map(|i| f64::from(i * 37 % 101) * f64::from(i * 37 % 101) / 100.0).collect())]);
    let asked = Table::new(vec![Column::number("x", PIECEWISE.iter().map(|(x, _)| *x).collect())]);
    let after = applied(&fit("piecewise_linear", json!({ "bins": 6 }), &train, &["x"]), &asked);
    let mut check = Check::default();
    for (row, (x, want)) in PIECEWISE.iter().enumerate() {
        check.same("columns", after.columns().len(), want.len());
        for (column, want) in after.columns().iter().zip(want) {
            check.close(&format!("{} of {x}", column.name), column.numbers().expect("numbers")[row], *want, 1e-12);
        }
    }
    check.end();
}

/// Numbers and their encodings.
const PIECEWISE: [(f64, [f64; 6]); 8] = [
    (-5.0, [-1.912045889101339, 0.0, 0.0, 0.0, 0.0, 0.0]),
    (0.0, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
    (1.0, [0.3824091778202678, 0.0, 0.0, 0.0, 0.0, 0.0]),
    (12.5, [1.0, 1.0, 0.09985597695631312, 0.0, 0.0, 0.0]),
    (40.0, [1.0, 1.0, 1.0, 0.7541478129713424, 0.0, 0.0]),
    (99.9, [1.0, 1.0, 1.0, 1.0, 1.0, 0.9966350737479672]),
    (100.0, [1.0, 1.0, 1.0, 1.0, 1.0, 1.0]),
    (130.0, [1.0, 1.0, 1.0, 1.0, 1.0, 2.009477875609892]),
];

#[test]
fn bins() {
    let mut check = Check::default();
    for name in ["scale.breast_cancer", "scale.diamonds", "scale.penguins"] {
        let file = figures(name);
        let (table, columns) = complete(&file);
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        for method in ["uniform", "quantile"] {
            let want = &file["figures"]["bins5"][method];
            let fitted = fit("bin", json!({ "method": method, "bins": 5 }), &table, &columns);
            let after = applied(&fitted, &table);
            let marks = applied(&fit("bin", json!({ "method": method, "bins": 5, "output": "one_hot" }), &table, &columns), &table);
            for (column, counts) in entries(&want["counts"]) {
                let bins: Vec<&String> =
                    fitted.learned.rows.iter().map(|(bin, _)| bin).filter(|bin| bin.starts_with(&format!("{column}="))).collect();
                let mut edges: Vec<f64> = bins.iter().map(|bin| learned_number(&fitted, bin, "learned.from")).collect();
                edges.push(learned_number(&fitted, bins[bins.len() - 1], "learned.to"));
                check.close_all(&format!("{name} {method} edges of {column}"), &edges, &want["edges"][column], 1e-9);
                let counted = |bin: usize| numbers(&after, column).iter().filter(|x| **x == bin as f64).count() as f64;
                check.close_all(&format!("{name} {method} {column}"), &(0..bins.len()).map(counted).collect::<Vec<_>>(), counts, 0.0);
                let told: Vec<f64> = bins.iter().map(|bin| learned_number(&fitted, bin, "learned.rows")).collect();
                check.close_all(&format!("{name} {method} {column} as told"), &told, counts, 0.0);
                let marked: Vec<f64> = bins.iter().map(|bin| numbers(&marks, bin).iter().sum()).collect();
                check.close_all(&format!("{name} {method} {column} as columns"), &marked, counts, 0.0);
            }
        }
    }
    check.end();
}
