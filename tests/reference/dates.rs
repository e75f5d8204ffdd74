//! Parts of dates against pandas.

use super::step::{applied, fit, numbers};
use super::support::{Check, figures, table_of};
use atelier::plan::expression::Formula;
use atelier::table::{Column, Strings, Table};
use serde_json::{Value, json};

/// The step's column and the figure's name.
const PARTS: [(&str, &str); 9] = [
    ("year", "year"),
    ("month", "month"),
    ("day", "day"),
    ("weekday", "weekday_mon0"),
    ("day_of_year", "day_of_year"),
    ("week", "iso_week"),
    ("quarter", "quarter"),
    ("hour", "hour"),
    ("weekend", "is_weekend"),
];
const CYCLES: [(&str, &str); 4] =
    [("month_sin", "sin_month"), ("month_cos", "cos_month"), ("weekday_sin", "sin_weekday"), ("weekday_cos", "cos_weekday")];

#[test]
fn parts_of_dates() {
    let mut check = Check::default();
    for name in ["dates.birdstrikes", "dates.hotel_rates", "dates.nyc_weather"] {
        let file = figures(name);
        let figures = &file["figures"];
        let raw = table_of(&file);
        let texts = raw.texts(file["meta"]["options"]["date"].as_str().expect("a column"));
        let table = Table::new(vec![Column::text("text", Strings::from_texts(texts))]);
        let dates = Formula::of_table("date(text)", &table).and_then(|formula| formula.evaluate(&table, "date")).expect("dates");
        let table = Table::new(vec![dates]);

        let mut all: serde_json::Map<String, Value> = PARTS.iter().map(|(part, _)| ((*part).to_owned(), json!(true))).collect();
        ["month_cycle", "weekday_cycle", "elapsed"].iter().for_each(|part| drop(all.insert((*part).to_owned(), json!(true))));
        let after = applied(&fit("date_parts", Value::Object(all), &table, &["date"]), &table);
        let rows: Vec<usize> =
            figures["parts"]["row"].as_array().expect("rows").iter().map(|row| row.as_u64().expect("a row") as usize).collect();
        let at_rows = |part: &str| rows.iter().map(|&row| numbers(&after, &format!("date_{part}"))[row]).collect::<Vec<_>>();
        for (part, figure) in PARTS {
            check.close_all(&format!("{name} {part}"), &at_rows(part), &figures["parts"][figure], 0.0);
        }
        for (part, figure) in CYCLES {
            check.close_all(&format!("{name} {part}"), &at_rows(part), &figures["cyclic"][figure], 1e-9);
        }
        let seconds: Vec<f64> = at_rows("elapsed").iter().map(|days| (days * 86_400.0).round()).collect();
        check.close_all(&format!("{name} elapsed"), &seconds, &figures["parts"]["unix_seconds"], 0.0);
        for (part, figure) in [("month", "by_month"), ("weekday", "by_weekday_mon0")] {
            for (value, count) in super::step::entries(&figures[figure]) {
                let value: f64 = value.parse().expect("a number");
                let got = numbers(&after, &format!("date_{part}")).iter().filter(|x| **x == value).count();
                check.same(&format!("{name} {figure} {value}"), got as u64, count.as_u64().expect("a count"));
            }
        }
    }
    check.end();
}
