//! A model folder for MLflow, as one archive: the ONNX file, a short loader, the signature, an example of rows.

use super::export::{Checked, Facts, File, checked_onnx, file};
use crate::base::{Problem, Stage};
use crate::plan::Output;
use crate::table::{Kind, Table};
use serde_json::{Value, json};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

/// Rows of the example.
const EXAMPLE: usize = 5;
const LOADER: &str = include_str!("loader.py");
const REQUIREMENTS: &str = "mlflow\nnumpy\nonnxruntime\npandas\n";

/// Makes the archive: equal models give equal bytes.
pub(super) fn mlflow(facts: &Facts) -> Result<(File, Option<Checked>), Problem> {
    let (made, checked) = checked_onnx(facts)?;
    // Made of what the columns held, so that no row of the table leaves with the model.
    let rows = facts.model.rows_as_in_training()?;
    let example = example(&rows.take(&(0..rows.rows().min(EXAMPLE)).collect::<Vec<_>>()));
    let files: [(&str, Vec<u8>); 6] = [
        ("MLmodel", head(facts).into_bytes()),
        ("input_example.json", example.to_string().into_bytes()),
        ("requirements.txt", REQUIREMENTS.into()),
        ("python_env.yaml", "python: \"3.10\"\nbuild_dependencies:\n- pip\ndependencies:\n- -r requirements.txt\n".into()),
        ("code/atelier_loader.py", LOADER.into()),
        ("data/model.onnx", made.bytes),
    ];
    let failed = |error: &dyn std::fmt::Display| Problem::new(Stage::Ship, "run.unreadable").with("reason", error);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in files {
        archive.start_file(name, options).map_err(|error| failed(&error))?;
        archive.write_all(&bytes).map_err(|error| failed(&error))?;
    }
    let bytes = archive.finish().map_err(|error| failed(&error))?.into_inner();
    Ok((file(facts, ".mlflow.zip", "application/zip", bytes), Some(checked)))
}

/// The description, as YAML whose texts are JSON strings, which YAML takes as they are.
fn head(facts: &Facts) -> String {
    let kind = |kind: Kind| match kind {
        Kind::Number => "double",
        Kind::Date => "datetime",
        Kind::Category | Kind::Text => "string",
    };
    let inputs: Vec<Value> =
        facts.model.plan.inputs.iter().map(|input| json!({"type": kind(input.kind), "name": input.name, "required": true})).collect();
    let number = |name: String| json!({"type": "double", "name": name, "required": true});
    let outputs: Vec<Value> = match &facts.model.plan.output {
        Output::Regression { .. } => vec![number("prediction".to_owned())],
        _ => std::iter::once(json!({"type": "string", "name": "label", "required": true}))
            .chain(facts.model.classes().into_iter().map(|class| number(format!("p({class})"))))
            .collect(),
    };
    let text = |value: String| Value::String(value).to_string();
    format!(
        "flavors:\n  python_function:\n    loader_module: atelier_loader\n    code: code\n    data: data\n    env:\n      virtualenv: python_env.yaml\n    python_version: \"3.10\"\n\
         metadata:\n  made_by: {}\n  report: {}\n\
         saved_input_example_info:\n  artifact_path: input_example.json\n  type: dataframe\n  pandas_orient: split\n\
         signature:\n  inputs: {}\n  outputs: {}\n  params: null\n",
        text(format!("Atelier {}", env!("CARGO_PKG_VERSION"))),
        text(facts.model.report.clone()),
        text(Value::Array(inputs).to_string()),
        text(Value::Array(outputs).to_string()),
    )
}

/// Rows as pandas writes them with `orient="split"`.
fn example(rows: &Table) -> Value {
    let cell = |column: &crate::table::Column, row: usize| match column.numbers() {
        _ if column.is_missing(row) => Value::Null,
        Some(values) => json!(values[row]),
        None => json!(column.display(row)),
    };
    let data: Vec<Value> =
        (0..rows.rows()).map(|row| Value::Array(rows.columns().iter().map(|column| cell(column, row)).collect())).collect();
    json!({"columns": rows.names().collect::<Vec<_>>(), "data": data})
}
