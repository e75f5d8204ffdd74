//! Codes of categories against scikit-learn and plain counting.

use super::step::{applied, entries, fit, keys, learned_number, numbers};
use super::support::{Check, figures, table_of};
use atelier::table::{Column, Strings, Table};
use serde_json::json;

#[test]
fn levels_places_and_shares() {
    let mut check = Check::default();
    for name in ["encode.adult", "encode.diamonds", "encode.hotel_rates", "encode.titanic"] {
        let file = figures(name);
        let figures = &file["figures"];
        let raw = table_of(&file);
        let columns = keys(&figures["levels"]);
        // Codes that are all numbers count as categories here.
        let table = Table::new(columns.iter().map(|column| Column::category(*column, Strings::from_texts(raw.texts(column)))).collect());
        let ordinal = fit("ordinal", json!({ "missing": "first" }), &table, &columns);
        let frequency = fit("frequency", json!({}), &table, &columns);
        let one_hot = fit("one_hot", json!({ "max_levels": 1000 }), &table, &columns);
        let (places, shares) = (applied(&ordinal, &table), applied(&frequency, &table));
        let marks = applied(&one_hot, &table);
        for column in columns {
            let strings = table.column(column).and_then(Column::strings).expect("texts");
            let row_of =
                |level: &str| (0..strings.len()).find(|&row| strings.get(row).unwrap_or("") == level).expect("a row with the level");
            for (level, want) in entries(&figures["levels"][column]) {
                let what = format!("{name} {column}={level}");
                let want = want.as_f64().expect("a count");
                if level == "#levels" {
                    let made = marks.names().filter(|made| made.starts_with(&format!("{column}="))).count();
                    check.same(&what, made as f64, want);
                    continue;
                }
                let made = format!("{column}={level}");
                check.same(&what, learned_number(&one_hot, &made, "learned.rows"), want);
                check.same(&what, learned_number(&frequency, &made, "learned.rows"), want);
                check.same(&what, numbers(&marks, &made).iter().sum::<f64>(), want);
            }
            for (level, want) in entries(&figures["ordinal"][column]) {
                check.close(
                    &format!("{name} place of {column}={level}"),
                    numbers(&places, column)[row_of(level)],
                    want.as_f64().expect("a place"),
                    0.0,
                );
            }
            for (level, want) in entries(&figures["frequency"][column]) {
                check.close(
                    &format!("{name} share of {column}={level}"),
                    numbers(&shares, column)[row_of(level)],
                    want.as_f64().expect("a share"),
                    1e-9,
                );
            }
        }
    }
    check.end();
}
