//! Any bytes as an ONNX file: it is refused, or answers every row of a table.
#![no_main]

use atelier::ship::onnx::read::Program;
use atelier::table::{Column, Strings, Table};
use libfuzzer_sys::fuzz_target;

/// Columns of the samples that the seeds are models of.
fn table() -> Table {
    let texts =
        |name: &str, texts: [&str; 3]| Column::category(name, Strings::from_texts(texts.map(|text| (!text.is_empty()).then_some(text))));
    let numbers = |name: &str| Column::number(name, vec![0.0, f64::NAN, -1e300]);
    let mut columns = vec![
        texts("island", ["Biscoe", "", "Dream"]),
        texts("sex", ["male", "female", ""]),
        texts("species", ["Adelie", "", "never seen"]),
        Column::date("day", vec![0, Column::NO_DATE, 1_700_000_000_000_000]),
    ];
    columns.extend(["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "year", "x", "y"].map(numbers));
    Table::new(columns)
}

fuzz_target!(|data: &[u8]| {
    let Ok(program) = Program::read(data) else { return };
    let table = table();
    if let Ok(answer) = program.run(&table) {
        assert_eq!(answer.numbers.len(), answer.width * table.rows());
        assert!(answer.labels.is_none_or(|labels| labels.len() == table.rows()));
    }
});
