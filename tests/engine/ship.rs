//! Exports, one row tried, a file predicted.

use crate::host::Host;
use atelier::run::{Ask, Exported, Form, Predicted};
use atelier::ship::{EXPORTS, Model, Told};
use std::collections::BTreeMap;

#[test]
fn every_export_of_a_trained_model_is_made_and_the_model_file_says_the_same() {
    let mut host = Host::new(1);
    let mut recipe = host.study("public/samples/titanic.csv.gz", "survived");
    recipe.title = "titanic <b>".to_owned();
    recipe.split.folds = 2;
    recipe.judge.replicates = 20;
    recipe.models.retain(|candidate| candidate.model == "logistic");
    host.ask_bytes(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");
    let mut files = BTreeMap::new();
    for export in EXPORTS {
        let ask = Ask::Export { recipe: Box::new(recipe.clone()), kind: export.id.to_owned(), extras: Vec::new(), openings: Some(0) };
        let (value, bytes) = host.ask_bytes(ask.clone(), Vec::new()).expect(export.id);
        let exported: Exported = serde_json::from_value(value).expect("an export");
        assert!(exported.name.ends_with(export.ending) && exported.size == bytes.len(), "{exported:?}");
        assert_eq!(exported.checked.is_some(), matches!(export.id, "onnx" | "mlflow"));
        assert!(exported.checked.is_none_or(|checked| checked.rows > 1000 && checked.largest <= 1e-5));
        // Equal models give equal bytes.
        assert_eq!(host.ask_bytes(ask, Vec::new()).expect("again").1, bytes, "{}", export.id);
        files.insert(export.id, bytes);
    }
    let page = String::from_utf8(files["report"].clone()).expect("UTF-8");
    assert!(!page.contains("titanic <b>"));

    let model = Model::from_bytes(&files["model"]).expect("a model");
    assert_eq!(model.classes(), ["0", "1"]);
    let form: Form = host.ask(Ask::Form(Box::new(recipe.clone())), Vec::new()).expect("a form");
    assert_eq!(form.inputs, model.inputs);
    let sex = form.inputs.iter().find(|input| input.name == "sex").expect("a column");
    assert_eq!((sex.typical.as_str(), sex.levels.as_slice()), ("male", ["male".to_owned(), "female".to_owned()].as_slice()));

    let values: BTreeMap<String, String> = form.inputs.iter().map(|input| (input.name.clone(), input.typical.clone())).collect();
    let ask = |values: &BTreeMap<String, String>| Ask::TryOne { recipe: Box::new(recipe.clone()), values: values.clone() };
    let told: Told = host.ask(ask(&values), Vec::new()).expect("an answer");
    assert_eq!(told, model.one(&values).expect("the same"));
    assert!((told.probabilities[0].1 + told.probabilities[1].1 - 1.0).abs() < 1e-12 && told.notes.is_empty());
    let mut odd = values.clone();
    odd.insert("sex".to_owned(), "other".to_owned());
    odd.insert("fare".to_owned(), "100000".to_owned());
    let told: Told = host.ask(ask(&odd), Vec::new()).expect("an answer");
    assert_eq!(
        told.notes.iter().map(|note| note.message.id.as_str()).collect::<Vec<_>>(),
        ["ship.predict.new_level", "ship.predict.outside"]
    );
    odd.insert("fare".to_owned(), "much".to_owned());
    assert_eq!(host.ask_bytes(ask(&odd), Vec::new()).expect_err("no number").message.id, "ship.predict.unreadable");
    // Nothing is known of a row: the preparation fills every gap.
    model.one(&BTreeMap::new()).expect("an answer");
}

#[test]
fn a_file_of_new_rows_is_predicted() {
    let mut host = Host::new(1);
    let mut recipe = host.study("public/samples/penguins.csv.gz", "species");
    recipe.split.folds = 2;
    recipe.judge.replicates = 20;
    recipe.models.retain(|candidate| candidate.model == "logistic");
    host.ask_bytes(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");
    let table = b"island,bill_len,bill_dep,flipper_len,body_mass,sex,year,note\nBiscoe,47,14,215,5000,male,2008,=1+1\n";
    let read = |host: &mut Host, bytes: &[u8]| {
        host.ask_bytes(Ask::ReadOther { recipe: Box::new(recipe.clone()), file: "new.csv".to_owned() }, bytes.to_vec()).expect("read");
    };
    let names = host.ask::<Form>(Ask::Form(Box::new(recipe.clone())), Vec::new()).expect("a form").inputs;
    let header: Vec<&str> = names.iter().map(|input| input.name.as_str()).collect();
    let row: Vec<&str> = names.iter().map(|input| input.typical.as_str()).collect();
    let text = format!("note,{}\n=1+1,{}\n", header.join(","), row.join(","));
    read(&mut host, text.as_bytes());
    let (value, csv) = host.ask_bytes(Ask::Predict(Box::new(recipe.clone())), Vec::new()).expect("predicted");
    let predicted: Predicted = serde_json::from_value(value).expect("predicted");
    assert_eq!((predicted.rows, predicted.columns[0].as_str(), predicted.marked), (1, "prediction", 1));
    assert!(String::from_utf8(csv).expect("UTF-8").contains("'=1+1"));
    // A file without a column that the model reads says which.
    let missing = String::from_utf8_lossy(table).replace("island", "land");
    read(&mut host, missing.as_bytes());
    let problem = host.ask_bytes(Ask::Predict(Box::new(recipe.clone())), Vec::new()).expect_err("a problem");
    assert_eq!(problem.message.id, "ship.predict.no_column");
}

#[test]
fn damaged_model_files_are_refused() {
    let mut host = Host::new(1);
    let mut recipe = host.study("public/samples/penguins.csv.gz", "species");
    recipe.split.folds = 2;
    recipe.judge.replicates = 20;
    recipe.models.retain(|candidate| candidate.model == "baseline");
    host.ask_bytes(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");
    let ask = Ask::Export { recipe: Box::new(recipe), kind: "model".to_owned(), extras: Vec::new(), openings: None };
    let (_, bytes) = host.ask_bytes(ask, Vec::new()).expect("a file");
    let id = |bytes: &[u8]| Model::from_bytes(bytes).expect_err("a problem").message.id;
    for end in [0, 5, 20, bytes.len() - 1] {
        assert!(matches!(id(&bytes[..end]).as_str(), "ship.model.not_one" | "ship.model.damaged"));
    }
    for place in (16..bytes.len()).step_by(97) {
        let mut damaged = bytes.clone();
        damaged[place] ^= 0x20;
        assert_eq!(id(&damaged), "ship.model.damaged");
    }
    let mut newer = bytes.clone();
    newer[14] = 9;
    assert_eq!(id(&newer), "ship.model.newer");
}
