//! Any bytes as a model file, and with their sum put right as the payload of one: it is refused, or predicts with a number
//! for every row, tries one row, is exported or says why not, and is written as it was read.
#![no_main]

use atelier::ship::{EXPORTS, Facts, MODEL_VERSION, Model};
use atelier::table::{Column, Kind, Strings, Table};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

fuzz_target!(|data: &[u8]| {
    let _ = Model::from_bytes(data);
    let mut file = b"atelier-model\n".to_vec();
    file.extend_from_slice(&MODEL_VERSION.to_le_bytes());
    file.extend_from_slice(&Sha256::digest(data));
    file.extend_from_slice(data);
    let Ok(model) = Model::from_bytes(&file) else { return };
    assert_eq!(Model::from_bytes(&model.to_bytes()).map(|again| again.to_bytes()), Ok(model.to_bytes()));
    let mut names: Vec<&str> = model.inputs.iter().map(|input| input.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let rows = 5;
    let columns = names.iter().filter_map(|name| model.inputs.iter().find(|input| input.name == *name)).map(|input| {
        let texts = [input.levels.first().map(String::as_str), None, Some("never seen"), Some(""), Some(input.typical.as_str())];
        match input.kind {
            Kind::Number => Column::number(&input.name, vec![0.0, f64::NAN, 1e308, -1e308, 3.5]),
            Kind::Date => Column::date(&input.name, vec![0, Column::NO_DATE, i64::MAX, i64::MIN + 1, 1_700_000_000_000_000]),
            Kind::Category => Column::category(&input.name, Strings::from_texts(texts)),
            Kind::Text => Column::text(&input.name, Strings::from_texts(texts)),
        }
    });
    let table = Table::with_origins(columns.collect(), (0..rows).collect());
    if let Ok(answer) = model.answer(&table) {
        assert_eq!(answer.nrows(), rows as usize);
        let told = model.told(&table, &answer);
        assert!(told.iter().all(|column| column.len() == rows as usize));
    }
    let _ = model.one(&BTreeMap::new());
    let _ = model.one(&model.inputs.iter().map(|input| (input.name.clone(), input.typical.clone())).collect());
    let _ = model.rows_as_in_training();
    let facts = Facts { model: &model, report: None, openings: None, rows: &table };
    for export in EXPORTS {
        let _ = (export.make)(&facts);
    }
});
