//! Alerts on tables with planted faults, on clean ones and on the samples; every suggested step exists and fits.

use atelier::base::{Job, Message};
use atelier::num::{Rng, float};
use atelier::prepare;
use atelier::profile::{Alert, Options, Remedy, profile};
use atelier::table::read::{Limits, ReadOptions, start};
use atelier::table::{Column, Strings, Table};
use flate2::read::GzDecoder;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

const ROWS: usize = 600;

fn number(name: &str, mut value: impl FnMut(usize) -> f64) -> Column {
    Column::number(name, (0..ROWS).map(&mut value).collect())
}

fn category(name: &str, mut value: impl FnMut(usize) -> String) -> Column {
    Column::category(name, Strings::from_texts((0..ROWS).map(|row| Some(value(row)))))
}

/// A table without faults: numbers of several shapes, some gaps, categories, dates, and classes that hang together with
/// some of them.
fn clean(seed: u64) -> Table {
    let mut rng = Rng::new(seed, "clean", 0);
    let age: Vec<f64> = (0..ROWS).map(|_| 18.0 + rng.below(60) as f64).collect();
    let income: Vec<f64> = age.iter().map(|age| 20_000.0 + 300.0 * age + 6_000.0 * rng.normal()).collect();
    let answer: Vec<bool> = income.iter().map(|income| income + 9_000.0 * rng.normal() > 36_000.0).collect();
    let mut draw = Rng::new(seed, "clean", 1);
    Table::new(vec![
        Column::number("age", age),
        Column::number("income", income),
        number("height", |_| if draw.uniform() < 0.03 { f64::NAN } else { 170.0 + 9.0 * draw.normal() }),
        number("children", |_| (draw.uniform() * draw.uniform() * 5.0).floor()),
        number("share", |_| draw.uniform()),
        category("town", |_| ["Rome", "Oslo", "Lima", "Cairo", "Perth"][draw.below(5)].to_owned()),
        category("model", |_| format!("model {}", draw.below(30))),
        Column::date("joined", (0..ROWS).map(|_| draw.below(2_000) as i64 * 86_400_000_000).collect()),
        category("bought", |row| if answer[row] { "yes" } else { "no" }.to_owned()),
    ])
}

fn alerts(table: Table, target: &str) -> Vec<Alert> {
    let options = Options { target: Some(target.to_owned()), ..Options::default() };
    profile(&Arc::new(table), &options).expect("a profile").alerts
}

fn shown(alerts: &[Alert]) -> Vec<String> {
    alerts.iter().map(|alert| format!("{} {}", alert.id, alert.columns.join("+")).trim_end().to_owned()).collect()
}

#[test]
fn clean_tables_raise_no_alert() {
    for seed in 0..10 {
        assert_eq!(shown(&alerts(clean(seed), "bought")), Vec::<String>::new(), "seed {seed}");
    }
}

/// A clean table with a column of every fault.
fn faulty(seed: u64) -> Table {
    let mut table = clean(seed);
    let mut rng = Rng::new(seed, "faulty", 0);
    let income = table.column("income").and_then(Column::numbers).expect("numbers").to_vec();
    let answers: Vec<bool> = {
        let bought = table.column("bought").and_then(Column::strings).expect("texts");
        (0..ROWS).map(|row| bought.get(row) == Some("yes")).collect()
    };
    let mut put = |column: Column| table.put(column);
    put(number("customer_id", |row| 70_000.0 + ((row * 7919) % ROWS) as f64));
    put(number("country", |_| 1.0));
    put(number("income_cents", |row| income[row] * 100.0 + rng.normal()));
    put(number("stay", |row| if row % 40 == 3 { 999.0 } else { (rng.uniform() * 30.0).floor() }));
    put(number("spent", |_| float::exp(1.6 * rng.normal())));
    put(category("outcome", |row| if answers[row] { "paid" } else { "open" }.to_owned()));
    put(category("day", |row| if row % 50 == 0 { "unknown".to_owned() } else { format!("2024-{:02}-{:02}", 1 + row % 12, 1 + row % 28) }));
    put(category("city", |row| match row {
        5 => "Berlni".to_owned(),
        9 | 12 => "berlin".to_owned(),
        _ => ["Berlin", "Hamburg", "Leipzig"][row % 3].to_owned(),
    }));
    put(number("mostly_gone", |row| if row % 4 == 0 { rng.normal() } else { f64::NAN }));
    put(number("nothing", |_| f64::NAN));
    table
}

#[test]
fn every_planted_fault_is_found_in_its_column() {
    let wanted = [
        "row_id customer_id",
        "constant country",
        "correlated income+income_cents",
        "sentinel stay",
        "skew spent",
        "leak outcome",
        "date_as_text day",
        "spelling city",
        "mostly_missing mostly_gone",
        "empty nothing",
    ];
    // The same fault seen from another side is no false alarm.
    let follows = ["outliers spent", "outliers stay", "skew stay", "high_cardinality day"];
    for seed in 0..5 {
        let got = shown(&alerts(faulty(seed), "bought"));
        let lost: Vec<&&str> = wanted.iter().filter(|want| !got.iter().any(|got| got == **want)).collect();
        let more: Vec<&String> = got.iter().filter(|got| !wanted.contains(&got.as_str()) && !follows.contains(&got.as_str())).collect();
        assert!(lost.is_empty() && more.is_empty(), "seed {seed}: not found {lost:?}, too much {more:?}");
    }
}

#[test]
fn an_alert_speaks_plainly_and_completely() {
    let table = faulty(1);
    for alert in alerts(table, "bought") {
        let sentence = alert.message.to_string();
        let hint = Message { id: format!("{}.hint", alert.message.id), args: alert.message.args.clone() }.to_string();
        for text in [&sentence, &hint] {
            assert!(!text.contains(['{', '}']) && !text.starts_with("alert."), "{text}");
        }
        assert!(alert.columns.iter().all(|column| sentence.contains(column.as_str())), "{sentence}");
    }
}

/// What mends an alert as a recipe writes it is taken by the step that it names.
#[test]
fn suggested_steps_exist_and_fit_their_columns() {
    let mut seen = std::collections::BTreeSet::new();
    let rare = category("bought", |row| if row % 50 == 0 { "yes" } else { "no" }.to_owned());
    let mut uneven = faulty(3);
    uneven.put(rare);
    let twice: Vec<usize> = (0..ROWS).chain(0..30).collect();
    for table in [faulty(2), uneven.take(&twice)] {
        let schema = table.schema();
        for suggestion in alerts(table, "bought").into_iter().flat_map(|alert| alert.suggestions) {
            let Remedy::Step { id, params } = suggestion.remedy else { continue };
            let kind = prepare::find(&id).unwrap_or_else(|| panic!("no step {id}"));
            let problems = atelier::base::field::check(&(kind.fields)(), &params, atelier::base::Stage::Prepare, &kind.owner());
            assert!(problems.is_empty(), "{id}: {problems:?}");
            let columns = match suggestion.columns.as_slice() {
                [] => prepare::Selector::All,
                names => prepare::Selector::Names(names.to_vec()),
            };
            columns.resolve(&schema, kind).unwrap_or_else(|problem| panic!("{id}: {problem}"));
            seen.insert(suggestion.action);
        }
    }
    let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
    assert_eq!(seen, ["class_weights", "drop_duplicates", "impute_marked", "log", "outliers", "rare_levels"]);
}

fn sample(name: &str) -> Table {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("public/samples").join(format!("{name}.csv.gz"));
    let mut bytes = Vec::new();
    GzDecoder::new(std::fs::File::open(path).expect("the table opens")).read_to_end(&mut bytes).expect("the table unpacks");
    start(bytes, name, &ReadOptions::default(), Limits::default()).expect("a job").finish().expect("a table").table
}

/// What a person finds in the samples who looks at them for an hour: pinned, so that a change of a limit is seen.
#[test]
fn alerts_on_samples() {
    let cases: [(&str, &str, &[&str]); 4] = [
        (
            "titanic",
            "survived",
            &[
                "leak_gap boat",
                "leak_pure body",
                "row_id passenger_id",
                "mostly_missing cabin",
                "mostly_missing boat",
                "mostly_missing body",
                "missing age",
                "missing home_dest",
                "telling_gap cabin",
                "telling_gap home_dest",
                "telling_gap age",
                "high_cardinality name",
                "high_cardinality ticket",
                "high_cardinality cabin",
                "high_cardinality home_dest",
                "skew fare",
                "outliers fare",
            ],
        ),
        ("penguins", "species", &[]),
        (
            "adult",
            "income",
            &[
                "duplicates",
                "sentinel capital-gain",
                "correlated education+education-num",
                "missing workclass",
                "missing occupation",
                "skew capital-gain",
                "skew capital-loss",
                "outliers hours-per-week",
            ],
        ),
        (
            "nyc_planes",
            "engines",
            &[
                "row_id tailnum",
                "mostly_missing speed",
                "high_cardinality model",
                "spelling model",
                "nearly_constant type",
                "outliers seats",
            ],
        ),
    ];
    for (name, target, want) in cases {
        assert_eq!(shown(&alerts(sample(name), target)), want, "{name}");
    }
}
