//! Fences and counts of outliers against numpy.

use super::step::{applied, entries, fit, keys, learned_number, numbers};
use super::support::{Check, figures, table_of};
use serde_json::{Value, json};

#[test]
fn fences_and_counts() {
    let mut check = Check::default();
    for name in ["outliers.auto_mpg", "outliers.breast_cancer", "outliers.diamonds"] {
        let file = figures(name);
        let figures = &file["figures"];
        let table = table_of(&file).table();
        let columns = keys(&figures["iqr_1.5"]);
        let both = |params: Value| fit("outliers", params, &table, &columns);

        let fitted = both(json!({ "method": "iqr", "factor": 1.5 }));
        for (column, want) in entries(&figures["iqr_1.5"]) {
            for end in ["low", "high", "below", "above"] {
                let tolerance = if end.len() == 5 { 0.0 } else { 1e-9 };
                let got = learned_number(&fitted, column, &format!("learned.{end}"));
                check.close(&format!("{name} iqr {column} {end}"), got, want[end].as_f64().expect("a number"), tolerance);
            }
        }
        for (method, limit, figure) in [("zscore", 3.0, "zscore_3"), ("modified_zscore", 3.5, "modified_zscore_3.5")] {
            let fitted = both(json!({ "method": method, "limit": limit, "action": "mark" }));
            let marked = applied(&fitted, &table);
            for (column, want) in entries(&figures[figure]) {
                let got = learned_number(&fitted, column, "learned.below") + learned_number(&fitted, column, "learned.above");
                let marks = numbers(&marked, &format!("{column}_outlier")).iter().sum::<f64>();
                // Without a deviation the reference has no figure, and the step no outliers.
                check.close(&format!("{name} {method} {column}"), got, want.as_f64().unwrap_or(0.0), 0.0);
                check.close(&format!("{name} {method} marks {column}"), marks, want.as_f64().unwrap_or(0.0), 0.0);
            }
        }
        let fitted = both(json!({ "method": "percentile", "percent": 1.0 }));
        let clipped = applied(&fitted, &table);
        for (column, want) in entries(&figures["clip_1_99"]) {
            let present: Vec<f64> = numbers(&clipped, column).iter().copied().filter(|x| !x.is_nan()).collect();
            let n = present.len() as f64;
            let mean = present.iter().sum::<f64>() / n;
            let squares = present.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
            let got = [
                ("low", learned_number(&fitted, column, "learned.low")),
                ("high", learned_number(&fitted, column, "learned.high")),
                ("mean_after", mean),
                ("sd_after", (squares / (n - 1.0)).sqrt()),
            ];
            for (figure, got) in got {
                check.close(&format!("{name} clip {column} {figure}"), got, want[figure].as_f64().expect("a number"), 1e-9);
            }
        }
    }
    check.end();
}
