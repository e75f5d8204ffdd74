//! Writes every sample plan as an export with rows and the engine's answers, for `tests/interop/run.py`.
//! Use: `cargo run --example export_fixtures -- FOLDER`.

#[path = "../tests/interop/plans.rs"]
mod plans;

use atelier::plan::{Output, predict};
use atelier::table::{Column, Data, Table};
use std::fs;
use std::path::Path;

fn main() {
    let folder = std::env::args().nth(1).expect("a folder to write to");
    for sample in plans::all() {
        let folder = Path::new(&folder).join(&sample.id);
        // Nothing of an earlier run may pass for an export of this one.
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("the folder is emptied");
        }
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
            fs::write(path, bytes).expect("the file is written");
        };
        let (Ok(expected), Ok(onnx)) = (predict(&sample.plan, &sample.table), atelier::ship::onnx(&sample.plan, &sample.id, &[])) else {
            write("unsupported", b"");
            continue;
        };
        write("model.onnx", &onnx.bytes);
        write("rows.csv", &csv(&sample.table));
        let kinds: serde_json::Map<_, _> = sample.plan.inputs.iter().map(|input| (input.name.clone(), input.kind.id().into())).collect();
        let (output, expected): (_, Vec<Vec<f64>>) = match &sample.plan.output {
            Output::Binary { positive, negative, threshold, .. } => (
                serde_json::json!({"classes": [negative, positive], "threshold": threshold}),
                expected.rows().into_iter().map(|row| vec![1.0 - row[0], row[0]]).collect(),
            ),
            Output::Multiclass { classes, .. } => {
                (serde_json::json!({"classes": classes}), expected.rows().into_iter().map(|row| row.to_vec()).collect())
            }
            Output::Regression { .. } => (serde_json::json!({}), expected.rows().into_iter().map(|row| row.to_vec()).collect()),
        };
        let facts = serde_json::json!({"inputs": kinds, "output": output, "expected": expected});
        write("expected.json", facts.to_string().as_bytes());
    }
}

/// The rows as CSV; dates as microseconds, missing values as nothing.
fn csv(table: &Table) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(table.names()).expect("a header");
    let cell = |column: &Column, row: usize| match &column.data {
        Data::Date(values) if values[row] != Column::NO_DATE => values[row].to_string(),
        _ => column.display(row).unwrap_or_default(),
    };
    for row in 0..table.rows() {
        writer.write_record(table.columns().iter().map(|column| cell(column, row))).expect("a record");
    }
    writer.into_inner().expect("the rows")
}
