//! Fills against scikit-learn's `SimpleImputer`.

use super::step::{entries, fit, keys, learned, learned_number};
use super::support::{Check, figures, table_of};
use atelier::prepare::Cell;
use serde_json::json;

#[test]
fn fills() {
    let mut check = Check::default();
    for name in ["impute.auto_mpg", "impute.breast_cancer", "impute.thyroid", "impute.titanic"] {
        let file = figures(name);
        let figures = &file["figures"];
        let mut raw = table_of(&file);
        // A file without missing numbers gets some by rule.
        if let Some(columns) = figures["holes"]["columns"].as_array() {
            let mut cells = 0;
            for (j, column) in columns.iter().enumerate() {
                let place = raw.position(column.as_str().expect("a name"));
                for i in (0..raw.rows.len()).filter(|i| (7 * i + 3 * j) % 10 == 0) {
                    raw.rows[i][place] = None;
                    cells += 1;
                }
            }
            check.same(&format!("{name} holes"), cells, figures["holes"]["cells"].as_u64().expect("a count"));
        }
        let table = raw.table();
        for (strategy, figure) in [("mean", "fill_mean"), ("median", "fill_median"), ("most_frequent", "fill_most_frequent")] {
            let fitted = fit("impute", json!({ "numbers": strategy }), &table, &keys(&figures[figure]));
            for (column, want) in entries(&figures[figure]) {
                let got = learned_number(&fitted, column, "learned.fill");
                check.close(&format!("{name} {figure} {column}"), got, want.as_f64().expect("a number"), 1e-9);
            }
        }
        let fitted = fit("impute", json!({}), &table, &keys(&figures["fill_category"]));
        for (column, want) in entries(&figures["fill_category"]) {
            let want = Cell::Text(want.as_str().expect("a text").to_owned());
            check.same(&format!("{name} {column}"), learned(&fitted, column, "learned.fill"), want);
        }
        let fitted = fit("impute", json!({}), &table, &keys(&figures["missing_cells"]));
        for (column, want) in entries(&figures["missing_cells"]) {
            let want = want.as_f64().expect("a count");
            check.same(&format!("{name} missing {column}"), learned_number(&fitted, column, "learned.missing"), want);
        }
    }
    check.end();
}
