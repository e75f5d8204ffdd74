//! What the page says of its sample tables on their cards is what is in the files.
//!
//! `ATELIER_BLESS=1 cargo test --test samples` writes the facts anew for the names, targets, tasks and licences that stand there.

use atelier::base::Job;
use atelier::table::Data;
use atelier::table::read::{Limits, ReadOptions, start};
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use std::io::Read;

/// Bins of a number.
const BINS: usize = 22;

#[test]
fn the_cards_tell_what_the_files_hold() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/app/pages/data/samples.json");
    let said: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).expect("the facts")).expect("JSON");
    let found: Vec<Value> = said.iter().map(facts).collect();
    if std::env::var_os("ATELIER_BLESS").is_some() {
        let lines: Vec<String> = found.iter().map(Value::to_string).collect();
        std::fs::write(path, format!("[\n{}\n]\n", lines.join(",\n"))).expect("written");
        return;
    }
    for (said, found) in said.iter().zip(&found) {
        assert_eq!(said, found);
    }
}

fn facts(said: &Value) -> Value {
    let word = |name: &str| said[name].as_str().expect("a text").to_owned();
    let packed = std::fs::File::open(format!("{}/public/samples/{}.csv.gz", env!("CARGO_MANIFEST_DIR"), word("name"))).expect("the file");
    let mut bytes = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut bytes).expect("gzip");
    let table = start(bytes, &word("name"), &ReadOptions::default(), Limits::default()).expect("a job").finish().expect("a table").table;
    let target = table.column(&word("target")).expect("the target");
    let regression = word("task") == "regression";
    let (mut classes, mut bins): (Vec<(String, usize)>, Vec<usize>) = (Vec::new(), Vec::new());
    match &target.data {
        Data::Number(values) if regression => {
            let known = || values.iter().copied().filter(|value| !value.is_nan());
            let (low, high) = known().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (if value < low { value } else { low }, if value > high { value } else { high })
            });
            bins = vec![0; BINS];
            known().for_each(|value| bins[(((value - low) / (high - low) * BINS as f64) as usize).min(BINS - 1)] += 1);
        }
        _ => {
            let mut counts = std::collections::BTreeMap::<String, usize>::new();
            (0..table.rows()).filter_map(|row| target.display(row)).for_each(|class| *counts.entry(class).or_default() += 1);
            classes = counts.into_iter().collect();
            classes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        }
    }
    let task = match (regression, classes.len()) {
        (true, _) => "regression",
        (false, 2) => "binary",
        (false, _) => "multiclass",
    };
    json!({ "name": word("name"), "rows": table.rows(), "columns": table.columns().len(), "target": word("target"), "task": task, "licence": word("licence"), "classes": classes, "bins": bins })
}
