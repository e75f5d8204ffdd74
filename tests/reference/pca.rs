//! Principal components against scikit-learn.

use super::step::{applied, fit, learned_number, numbers};
use super::support::{Check, figures, flat, table_of};
use serde_json::json;

#[test]
fn components() {
    let mut check = Check::default();
    for name in ["pca.breast_cancer", "pca.digits", "pca.penguins"] {
        let file = figures(name);
        let figures = &file["figures"];
        let raw = table_of(&file);
        let target = file["meta"]["options"]["target"].as_str().expect("a target");
        let table = raw.table();
        let inputs: Vec<&str> = raw.names.iter().map(String::as_str).filter(|name| *name != target && raw.is_numeric(name)).collect();
        let variances = flat(&figures["explained_variance"]);
        let fitted = fit("pca", json!({ "by": "components", "components": variances.len() }), &table, &inputs);
        let called = |place: usize| format!("pca_{}", place + 1);
        let told = |heading: &str| (0..variances.len()).map(|place| learned_number(&fitted, &called(place), heading)).collect::<Vec<_>>();
        check.close_all(&format!("{name} variances"), &told("learned.explained_variance"), &figures["explained_variance"], 1e-7);
        check.close_all(&format!("{name} shares"), &told("learned.share"), &figures["explained_variance_ratio"], 1e-7);
        let rows = figures["rows"].as_f64().expect("a count");
        let singular: Vec<f64> = told("learned.explained_variance").iter().map(|variance| (variance * (rows - 1.0)).sqrt()).collect();
        check.close_all(&format!("{name} singular values"), &singular, &figures["singular_values"], 1e-7);

        let columns: Vec<&str> =
            figures["columns"].as_array().expect("columns").iter().map(|name| name.as_str().expect("a name")).collect();
        for (place, want) in figures["components"].as_array().expect("components").iter().enumerate() {
            let got: Vec<f64> =
                columns.iter().map(|column| learned_number(&fitted, &format!("{}: {column}", called(place)), "learned.loading")).collect();
            check.close_all(&format!("{name} component {place}"), &got, want, 1e-6);
        }
        let after = applied(&fitted, &table);
        let complete: Vec<usize> =
            (0..table.rows()).filter(|&row| inputs.iter().all(|name| !numbers(&table, name)[row].is_nan())).collect();
        check.same(&format!("{name} rows"), complete.len() as f64, rows);
        for (place, want) in figures["scores_first10"].as_array().expect("scores").iter().enumerate() {
            let got: Vec<f64> = (0..variances.len()).map(|component| numbers(&after, &called(component))[complete[place]]).collect();
            check.close_all(&format!("{name} scores of row {place}"), &got, want, 1e-6);
        }
        let enough = applied(&fit("pca", json!({ "by": "share", "share": 0.95 }), &table, &inputs), &table);
        let made = enough.names().filter(|name| name.starts_with("pca_")).count();
        check.same(&format!("{name} for 95 per cent"), made as u64, figures["components_for_95_percent"].as_u64().expect("a count"));
    }
    check.end();
}
