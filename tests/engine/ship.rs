//! Exports, one row tried, a file predicted.

use crate::host::Host;
use atelier::recipe::{Recipe, Source};
use atelier::run::{Ask, Exported, Form, Predicted, Purpose};
use atelier::ship::{EXPORTS, Model, Told};
use atelier::table::Kind;
use atelier::table::read::{Limits, Summary, start};
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

    // The example of the MLflow folder is made up: a typical row first, none of the table.
    let typical: Vec<serde_json::Value> = form
        .inputs
        .iter()
        .map(|input| match input.kind {
            Kind::Number => input.typical.parse::<f64>().expect("a number").into(),
            _ => input.typical.clone().into(),
        })
        .collect();
    let row = serde_json::to_string(&typical).expect("JSON");
    assert!(String::from_utf8_lossy(&files["mlflow"]).contains(&format!("\"data\":[{row},")), "{row}");

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
        let (recipe, file, purpose) = (Box::new(recipe.clone()), "new.csv".to_owned(), Purpose::Predict);
        host.ask_bytes(Ask::ReadOther { recipe, file, purpose }, bytes.to_vec()).expect("read");
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

/// A table whose numbers and dates mean something only beside each other: months first, decimal commas with points between
/// thousands, and -999 for nothing.
fn foreign(rows: std::ops::Range<usize>) -> String {
    let line = |row: usize| {
        let amount = format!("{}.{:03}{}", 1 + row % 4, (row * 137) % 1000, if row.is_multiple_of(2) { ",5" } else { "" });
        let day = format!("{:02}/{:02}/2024", 1 + row % 12, 1 + (row * 7) % 28);
        let level = if row % 9 == 4 { "-999".to_owned() } else { format!("{},{}", row % 5, row % 10) };
        let answer = if (row % 4 > 1) != (row % 12 > 6) { "yes" } else { "no" };
        format!("{amount};{day};{level};{answer}\n")
    };
    format!("amount;day;level;answer\n{}", rows.map(line).collect::<String>())
}

#[test]
fn new_rows_are_read_as_the_training_read_its_columns() {
    use atelier::base::Job;
    let mut host = Host::new(1);
    let bytes = foreign(0..120).into_bytes();
    let mut source = Source { name: "foreign".to_owned(), file: "foreign.csv".to_owned(), ..Source::default() };
    source.options.missing = Some(vec!["-999".to_owned()]);
    let summary: Summary = host.ask(Ask::Read(Box::new(source.clone())), bytes.clone()).expect("read");
    source.sha256 = summary.sha256;
    let mut recipe = Recipe::new();
    recipe.sources = vec![source];
    let begin = Ask::Begin { recipe: Box::new(recipe), target: "answer".to_owned() };
    let mut recipe: Recipe = host.ask(begin, Vec::new()).expect("a recipe");
    (recipe.split.folds, recipe.judge.replicates) = (2, 10);
    recipe.models.retain(|candidate| candidate.model == "logistic");
    host.ask_bytes(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");

    let export = Ask::Export { recipe: Box::new(recipe.clone()), kind: "model".to_owned(), extras: Vec::new(), openings: None };
    let model = Model::from_bytes(&host.ask_bytes(export, Vec::new()).expect("a file").1).expect("a model");
    let read =
        |text: &str| start(text.as_bytes().to_vec(), "t.csv", &model.read_options(), Limits::default()).and_then(|mut job| job.finish());
    let whole = read(&foreign(0..120)).expect("a table").table;
    let all = model.answer(&whole).expect("answers");
    for row in 0..14 {
        // Alone, 2.137 could be a small number, and 03/04/2024 a day in April.
        let alone = read(&foreign(row..row + 1)).expect("a table").table;
        assert_eq!(model.answer(&alone).expect("an answer").row(0), all.row(row), "row {row}");
        for name in ["amount", "day", "level"] {
            let of = |table: &atelier::table::Table, row| table.column(name).expect("a column").display(row);
            assert_eq!(of(&alone, 0), of(&whole, row), "{name} in row {row}");
        }
        // The page reads a second file in the same way, and takes a row as it stands in the file or as it is shown.
        let (boxed, file, purpose) = (Box::new(recipe.clone()), "new.csv".to_owned(), Purpose::Predict);
        host.ask_bytes(Ask::ReadOther { recipe: boxed, file, purpose }, foreign(row..row + 1).into_bytes()).expect("read");
        let (_, csv) = host.ask_bytes(Ask::Predict(Box::new(recipe.clone())), Vec::new()).expect("predicted");
        let p: f64 =
            String::from_utf8(csv).expect("UTF-8").lines().nth(1).and_then(|line| line.split(',').nth(1)?.parse().ok()).expect("p");
        assert_eq!(p, all[[row, 0]], "row {row}");
        let text = foreign(row..row + 1);
        let cells = text.lines().nth(1).expect("a row").split(';');
        let typed = ["amount", "day", "level"].map(str::to_owned).into_iter().zip(cells.map(str::to_owned)).collect::<BTreeMap<_, _>>();
        let ask = |values| Ask::TryOne { recipe: Box::new(recipe.clone()), values };
        if row.is_multiple_of(2) {
            let told: Told = host.ask(ask(typed), Vec::new()).expect("an answer");
            assert_eq!(told.probabilities[1].1, p, "row {row}");
        }
        let shown = ["amount", "day", "level"].map(|name| {
            let value = whole.column(name).expect("a column").display(row).unwrap_or_default();
            (name.to_owned(), value)
        });
        let told: Told = host.ask(ask(shown.into_iter().collect()), Vec::new()).expect("an answer");
        assert_eq!(told.probabilities[1].1, p, "row {row}");
    }
}
