//! The shape of every `--json` output: which keys there are and what kind of value each has. Programs read these, so that a
//! key that goes or changes its kind must be a decision and not an accident.

use super::{folder, json_of, out, root, run, study};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

/// Every path of a value with the kind of what stands there. The entries of a list are one; so are those of an object whose
/// keys are names of columns or settings, which `free` tells by its path.
fn shape(value: &Value, path: &str, free: &[&str], into: &mut BTreeSet<String>) {
    let kind = match value {
        // What may be absent is absent in this run; where it is there its own kind stands in another line.
        Value::Null => return,
        Value::Bool(_) => "yes or no",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(list) => {
            into.insert(format!("{path}: list"));
            list.iter().for_each(|entry| shape(entry, &format!("{path}[]"), free, into));
            return;
        }
        Value::Object(fields) => {
            into.insert(format!("{path}: object"));
            let is_free = free.iter().any(|end| path.ends_with(end));
            for (name, value) in fields {
                let name = if is_free { "*" } else { name };
                shape(value, &format!("{path}.{name}"), free, into);
            }
            return;
        }
    };
    into.insert(format!("{path}: {kind}"));
}

#[test]
fn json_outputs_keep_their_shape() {
    let folder = folder("shapes");
    let table = root("public/samples/penguins.csv.gz");
    let study = study(&folder, "study.json", |study| {
        study["models"] = json!([{"model": "logistic"}, {"model": "baseline"}]);
        study["goal"]["criteria"] = json!([{"metric": "accuracy", "bound": "at_least", "value": 0.5}]);
    });
    let wrong = folder.join("wrong.json").display().to_string();
    fs::write(&wrong, fs::read_to_string(&study).expect("a study").replace("\"species\"", "\"colour\"")).expect("a file");
    let ran = folder.join("run").display().to_string();
    let run_json = json_of(&["run", &study, &table, "-o", &ran, "--json"]);
    let model = format!("{ran}/model.atelier-model");
    let onnx = folder.join("model.onnx").display().to_string();
    let outputs = [
        ("check", serde_json::from_str(&out(&run(&["check", &wrong, &table, "--json"]))).expect("JSON")),
        ("export", json_of(&["export", &model, "--to", "onnx", "-o", &onnx, "--json"])),
        ("inspect", json_of(&["inspect", &table, "--json"])),
        ("list", json_of(&["list", "--json"])),
        ("profile", json_of(&["profile", &table, "--target", "species", "--json"])),
        ("run", run_json),
        ("segment", json_of(&["segment", &table, "--target", "species", "--method", "agglomerative", "--json"])),
        ("tune", json_of(&["tune", &study, &table, "--trials", "3", "--json"])),
        ("watch", json_of(&["watch", &study, &table, &table, "--retrain", "--json"])),
    ];
    // Settings by name, arguments of texts, roles by column.
    let free = ["params", "args", "values", "roles", "default", "columns{}"];
    let mut found = BTreeSet::new();
    for (command, value) in outputs {
        shape(&value, command, &free, &mut found);
    }
    let found = found.into_iter().collect::<Vec<_>>().join("\n") + "\n";
    let path = root("tests/cli/shapes.txt");
    if std::env::var_os("ATELIER_BLESS").is_some() {
        fs::write(&path, &found).expect("written");
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    let (known, found): (BTreeSet<&str>, BTreeSet<&str>) = (known.lines().collect(), found.lines().collect());
    let gone: Vec<&&str> = known.difference(&found).collect();
    let new: Vec<&&str> = found.difference(&known).collect();
    assert!(
        gone.is_empty() && new.is_empty(),
        "The shape of a --json output changed. Where that is meant, run this test with ATELIER_BLESS=1.\ngone: {gone:#?}\nnew: {new:#?}"
    );
}
