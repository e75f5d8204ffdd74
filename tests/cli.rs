//! The command line as a person or a script meets it: what it prints, what it writes, how it ends.

#[path = "engine/bad.rs"]
mod bad;
#[path = "cli/docs.rs"]
mod docs;
#[allow(dead_code)] // the tests of the engine use the rest of it
#[path = "engine/host.rs"]
mod host;
#[path = "cli/shapes.rs"]
mod shapes;

use atelier::recipe::Recipe;
use atelier::report::Extra;
use atelier::run::{Ask, Purpose, Reported};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn root(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}

/// An empty folder of a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_atelier"));
    command.args(args);
    command
}

fn run(args: &[&str]) -> Output {
    command(args).output().expect("it runs")
}

fn run_with(args: &[&str], input: &[u8]) -> Output {
    let mut child = command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let mut stdin = child.stdin.take().expect("an input");
    let input = input.to_vec();
    // Beside the reading: a command that answers while it reads waits for its reader. One that refuses may have ended.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("it is written");
    output
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What a command prints; it must end well.
fn good(args: &[&str]) -> String {
    let output = run(args);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", err(&output));
    out(&output)
}

fn json_of(args: &[&str]) -> Value {
    serde_json::from_str(&good(args)).expect("JSON")
}

/// A small study of the penguins, changed, in a folder.
fn study(folder: &Path, name: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut study = json_of(&["new", &root("public/samples/penguins.csv.gz"), "--target", "species"]);
    study["models"] = json!([{"model": "logistic"}, {"model": "network", "params": {"epochs": 5}}, {"model": "baseline"}]);
    study["split"]["folds"] = 3.into();
    study["judge"]["replicates"] = 60.into();
    change(&mut study);
    let path = folder.join(name);
    fs::write(&path, study.to_string()).expect("a file");
    path.display().to_string()
}

#[test]
fn inspect_says_how_a_file_is_read() {
    let text = good(&["inspect", &root("public/samples/penguins.csv.gz")]);
    assert!(text.starts_with("penguins.csv: 344 rows, 8 columns, 15.4 kB\n"), "{text}");
    assert!(text.contains("bill_length_mm") && text.contains("Adelie | Gentoo"), "{text}");
    let summary = json_of(&["inspect", &root("public/samples/penguins.csv.gz"), "--json"]);
    assert_eq!(summary["tally"]["kept"], 344);
    assert_eq!(summary["columns"][0]["name"], "species");
    assert_eq!(summary["columns"][0]["kind"]["value"], "category");
    let output = run_with(&["inspect", "-", "--json", "--delimiter", ";"], b"a;b\n1;2\n3;4;5\n6;7\n");
    let summary: Value = serde_json::from_str(&out(&output)).expect("JSON");
    assert_eq!((&summary["name"], &summary["tally"]["rejected"]), (&json!("stdin"), &json!(1)));
    assert!(summary["problems"][0]["text"].as_str().is_some_and(|text| text.contains("more cells")), "{summary}");
}

#[test]
fn what_steers_a_terminal_is_not_passed_on() {
    let output = run_with(&["inspect", "-"], "a\u{1b}[31m,b\nx\u{7},1\ny,2\n".as_bytes());
    assert_eq!(output.status.code(), Some(0));
    assert!(!out(&output).contains('\u{1b}') && !out(&output).contains('\u{7}'), "{:?}", out(&output));
}

#[test]
fn convert_writes_what_is_read_and_replaces_nothing_unasked() {
    let folder = folder("convert");
    let (first, second) = (folder.join("first.csv").display().to_string(), folder.join("second.csv").display().to_string());
    let source = root("tests/data/hotel_rates.csv.gz");
    good(&["convert", &source, "-o", &first]);
    good(&["convert", &first, "--out", &second]);
    assert_eq!(fs::read(&first).expect("a file"), fs::read(&second).expect("a file"), "clean stays as it is");
    let again = run(&["convert", &source, "-o", &first]);
    assert_eq!(again.status.code(), Some(2));
    assert!(err(&again).contains("--force"), "{}", err(&again));
    good(&["convert", &source, "-o", &first, "--force"]);
    assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 2, "nothing else is left behind");
}

#[test]
fn convert_raw_keeps_every_cell() {
    let input = "id,when,amount\n007,3/4/21,\"1,5\"\nNA,,x\n";
    let output = run_with(&["convert", "-", "--raw"], input.as_bytes());
    assert_eq!(out(&output).replace("\r\n", "\n"), input);
    let output = run_with(&["convert", "-"], b"id;amount\n7;1,5\n8;2,25\n");
    assert_eq!(out(&output), "id,amount\r\n7,1.5\r\n8,2.25\r\n");
}

#[test]
fn convert_marks_formulas_unless_told_otherwise() {
    let input = b"name,n\n=1+1,-1\n@x,-2\nplain,-3\n";
    let output = run_with(&["convert", "-"], input);
    assert_eq!(out(&output), "name,n\r\n'=1+1,-1\r\n'@x,-2\r\nplain,-3\r\n");
    assert!(err(&output).contains(": 2."), "{}", err(&output));
    assert!(out(&run_with(&["convert", "-", "--keep-formulas"], input)).contains("\r\n=1+1,"));
}

#[test]
fn a_reader_that_leaves_is_no_fault() {
    let mut child = command(&["convert", &root("tests/data/nyc_flights.csv.gz")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("an output")).read_line(&mut line).expect("a line");
    assert!(line.starts_with("year,month"));
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert_eq!(err(&output), "");
}

#[test]
fn a_study_is_made_checked_and_run_the_same_with_any_number_of_threads() {
    let folder = folder("run");
    let study = study(&folder, "study.json", |_| {});
    let table = root("public/samples/penguins.csv.gz");
    good(&["check", &study]);
    good(&["check", &study, &table]);
    let text = good(&["run", &study, &table, "--workers", "1"]);
    assert!(text.contains("predicts species (one of several classes) from 7 columns"), "{text}");
    assert!(text.contains("* Logistic regression") && text.contains("Log loss"), "{text}");
    let (one, three) = (folder.join("one").display().to_string(), folder.join("three").display().to_string());
    good(&["run", &study, &table, "--workers", "1", "-o", &one, "--held-out"]);
    good(&["run", &study, &format!("penguins={table}"), "--workers", "3", "-o", &three, "--held-out"]);
    for file in ["study.json", "report.json", "report.html", "predictions.csv", "model.atelier-model"] {
        let read = |folder: &str| fs::read(Path::new(folder).join(file)).expect("a file");
        assert_eq!(read(&one), read(&three), "{file}");
    }
    let outcome: Value = serde_json::from_str(&fs::read_to_string(Path::new(&one).join("report.json")).expect("a file")).expect("JSON");
    assert_eq!(outcome["candidates"].as_array().map(Vec::len), Some(3));
    assert_eq!(outcome["held_out"]["evaluation"]["rows"], 69);
    let mut reader = csv::Reader::from_path(Path::new(&one).join("predictions.csv")).expect("a table");
    assert_eq!(reader.headers().expect("names"), vec!["row", "fold", "species", "p(Adelie)", "p(Chinstrap)", "p(Gentoo)"]);
    let mut rows: Vec<usize> = reader.records().map(|row| row.expect("a row")[0].parse().expect("a number")).collect();
    rows.sort_unstable();
    assert_eq!(rows, (1..=344).collect::<Vec<_>>(), "every row is predicted once");
    // The model file of the run predicts the rows of the table.
    let model = Path::new(&one).join("model.atelier-model").display().to_string();
    let predicted = good(&["predict", &model, &table]);
    assert!(predicted.starts_with("prediction,p(Adelie),p(Chinstrap),p(Gentoo),species"), "{}", &predicted[..80]);
    assert_eq!(predicted.lines().count(), 345);
    assert_eq!(command(&["predict", &table, &table]).output().expect("it runs").status.code(), Some(2));
    let other = json_of(&["run", &study, &table, "--json", "--seed", "2"]);
    assert_ne!(other["candidates"][0]["predictions"], outcome["candidates"][0]["predictions"], "another seed, other folds");
}

#[test]
fn the_digest_of_a_report_is_that_of_its_file_with_any_number_of_threads() {
    let folder = folder("report");
    let study = study(&folder, "study.json", |study| {
        study["models"] = json!([{"model": "logistic"}, {"model": "network", "params": {"epochs": 8}}]);
        study["judge"] = json!({"replicates": 50});
        study["fair"] = json!({"columns": ["sex"]});
    });
    let table = root("public/samples/penguins.csv.gz");
    let digest = |name: &str, more: &[&str]| {
        let out = folder.join(name).display().to_string();
        let text = good(&[&["run", &study, &table, "-o", &out][..], more].concat());
        let digest = text.lines().find_map(|line| line.strip_prefix("Digest of the report: ")).expect("a digest").to_owned();
        let file = fs::read(Path::new(&out).join("report.json")).expect("a report");
        assert_eq!(atelier::base::digest(&file), digest);
        let page = fs::read_to_string(Path::new(&out).join("report.html")).expect("a page");
        assert!(page.contains(&digest) && page.contains("http-equiv=\"Content-Security-Policy\""));
        digest
    };
    let everything = ["--with", "held_out,explanation,stress,fairness"];
    let one = digest("one", &[&everything[..], &["--workers", "1"]].concat());
    let two = digest("two", &[&everything[..], &["--workers", "2"]].concat());
    let again = digest("again", &[&["--workers", "2", "--with", "fairness,stress", "--with", "explanation,held_out"][..]].concat());
    assert_eq!((&one, &one), (&two, &again));
    let less = digest("less", &["--workers", "2"]);
    assert_ne!(one, less);

    let file = |name: &str| folder.join(name).join("report.json").display().to_string();
    let same = good(&["report", &file("one"), "--against", &file("two")]);
    assert!(same.contains("Models") && same.contains("same") && !same.contains("different"), "{same}");
    let differing = run(&["report", &file("one"), "--against", &file("less")]);
    assert_eq!(differing.status.code(), Some(1));
    assert!(out(&differing).contains("only in the first"), "{}", out(&differing));
    let page = folder.join("again.html").display().to_string();
    good(&["report", &file("one"), "-o", &page]);
    assert_eq!(fs::read(&page).expect("a page"), fs::read(folder.join("one/report.html")).expect("a page"));
    assert!(good(&["report", &file("one")]).contains(&one));
    // A figure that was changed by hand shows.
    let text = fs::read_to_string(file("one")).expect("a report").replacen("\"rows\":", "\"rows\": ", 1);
    let changed = folder.join("changed.json").display().to_string();
    fs::write(&changed, text).expect("a file");
    assert!(err(&run(&["report", &changed])).contains("not as it was written"));
    assert_eq!(run(&["report", &study]).status.code(), Some(2));
}

#[test]
fn a_tree_is_written_out_drawn_and_in_the_units_of_the_table() {
    let folder = folder("tree");
    let study = study(&folder, "study.json", |study| {
        study["models"] = json!([{"model": "tree"}, {"model": "forest", "params": {"trees": 3}}]);
        study["judge"] = json!({"replicates": 50});
    });
    let (table, to) = (root("public/samples/penguins.csv.gz"), folder.join("out").display().to_string());
    let shown = good(&["run", &study, &table, "-o", &to]);
    let at = shown.find("The chosen model is a tree of").expect("a tree");
    let lines: Vec<&str> = shown[at..].lines().take_while(|line| !line.is_empty()).collect();
    assert!(lines[1].starts_with("  all rows: ") && lines[1].contains("100% of rows; ") && lines[1].ends_with('?'), "{lines:?}");
    assert!(lines[2].starts_with("    yes: ") && lines.iter().any(|line| line.starts_with("    no: ")), "{lines:?}");
    // The steps of the study scale its columns; the questions are about those of the table.
    let limit = |line: &&str| line.split_once("flipper_length_mm ≤ ").and_then(|(_, rest)| rest.trim_end_matches('?').parse::<f64>().ok());
    assert!(lines.iter().filter_map(limit).any(|limit| (180.0..220.0).contains(&limit)), "{lines:?}");
    assert_eq!(good(&["report", &format!("{to}/report.json")]).matches(lines[1]).count(), 1);
    let page = fs::read_to_string(Path::new(&to).join("report.html")).expect("a page");
    assert!(page.contains("flipper_length_mm ≤ ") && page.contains("yes goes up, no goes down"));
}

#[test]
fn the_session_of_a_page_comes_to_the_same_report() {
    let folder = folder("session");
    let study = study(&folder, "study.json", |study| {
        study["models"] = json!([{"model": "logistic"}, {"model": "forest", "params": {"trees": 5}}]);
        study["fair"] = json!({"columns": ["sex"]});
    });
    let table = root("public/samples/penguins.csv.gz");
    let out = folder.join("out").display().to_string();
    good(&["run", &study, &table, "-o", &out, "--with", "held_out,explanation,stress,fairness"]);

    let recipe = Recipe::from_json(&fs::read_to_string(&study).expect("a study")).expect("a study");
    let mut host = host::Host::new(3);
    let source = Box::new(recipe.sources[0].clone());
    host.ask_bytes(Ask::Read(source), host::bytes("public/samples/penguins.csv.gz")).expect("read");
    host.ask_bytes(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");
    // The command line opened the sealed rows; a page has to do it on purpose.
    host.ask_bytes(Ask::OpenHeldOut { recipe: Box::new(recipe.clone()), candidate: recipe.chosen }, Vec::new()).expect("opened");
    let extras = vec![Extra::Fairness, Extra::Stress, Extra::Explanation, Extra::HeldOut];
    let ask = || Ask::Report { recipe: Box::new(recipe.clone()), extras: extras.clone(), openings: None };
    let (value, page) = host.ask_bytes(ask(), Vec::new()).expect("a report");
    let reported: Reported = serde_json::from_value(value.clone()).expect("a report");
    assert_eq!(reported.json, fs::read_to_string(Path::new(&out).join("report.json")).expect("a report"));
    assert_eq!(page, fs::read(Path::new(&out).join("report.html")).expect("a page"));
    // What is known already comes to the same.
    assert_eq!(host.ask_bytes(ask(), Vec::new()).expect("a report"), (value, page));
}

#[test]
fn profile_says_what_deserves_a_look() {
    let table = root("public/samples/titanic.csv.gz");
    let text = good(&["profile", &table, "--target", "survived"]);
    assert!(text.contains("boat") && text.contains("alone") && text.contains("what to do:"), "{text}");
    let profile = json_of(&["profile", &table, "--target", "survived", "--json"]);
    assert_eq!(profile["rows"], 1309);
    let leaks =
        profile["alerts"].as_array().expect("alerts").iter().filter(|alert| alert["id"].as_str().is_some_and(|id| id.starts_with("leak")));
    assert!(leaks.count() > 0, "{}", profile["alerts"]);
    let plain = good(&["profile", &root("public/samples/penguins.csv.gz")]);
    assert!(plain.contains("species") && !plain.contains(" alone"), "{plain}");
    let gone = run(&["profile", &table, "--target", "nobody"]);
    assert_eq!(gone.status.code(), Some(2));
    assert!(err(&gone).contains("nobody"), "{}", err(&gone));
}

#[test]
fn criteria_decide_how_a_strict_run_ends() {
    let folder = folder("strict");
    let table = root("public/samples/penguins.csv.gz");
    let asked = |name: &str, criteria: Value| {
        let study = study(&folder, name, |study| {
            study["models"] = json!([{"model": "logistic"}]);
            study["goal"]["criteria"] = criteria;
        });
        run(&["run", &study, &table, "--strict"])
    };
    let met = asked("met.json", json!([{"metric": "accuracy", "bound": "at_least", "value": 0.5}]));
    assert_eq!(met.status.code(), Some(0), "{}", err(&met));
    assert!(out(&met).contains("held out") && out(&met).contains("met"), "{}", out(&met));
    let missed = asked("missed.json", json!([{"metric": "log_loss", "bound": "at_most", "value": 1e-9, "on": "folds"}]));
    assert_eq!(missed.status.code(), Some(1), "{}", err(&missed));
    assert!(out(&missed).contains("not met"), "{}", out(&missed));
    // Without a word on strictness the same run ends well.
    let study = folder.join("missed.json").display().to_string();
    good(&["run", &study, &table]);
}

#[test]
fn sources_are_joined() {
    let folder = folder("join");
    let flights = root("tests/data/nyc_flights.csv.gz");
    let airlines = root("public/samples/nyc_airlines.csv.gz");
    let mut study = json_of(&["new", &flights, "--target", "arr_delay", "--rows", "300"]);
    study["sources"]
        .as_array_mut()
        .expect("sources")
        .push(json!({"name": "airlines", "file": "nyc_airlines.csv", "bytes": 0, "sha256": ""}));
    study["joins"] = json!([{"source": "airlines", "keys": [["carrier", "carrier"]], "how": "left"}]);
    study["models"] = json!([{"model": "baseline"}]);
    study["judge"]["replicates"] = 30.into();
    study["goal"]["roles"]["name"] = "left_out".into();
    study["goal"]["roles"]["dep_delay"] = "known_later".into();
    let path = folder.join("study.json");
    fs::write(&path, study.to_string()).expect("a file");
    let path = path.display().to_string();
    for data in [[flights.clone(), airlines.clone()], [format!("airlines={airlines}"), format!("nyc_flights={flights}")]] {
        let trained = json_of(&["run", &path, &data[0], &data[1], "--json"]);
        let rows = trained["rows"]["training"].as_u64().expect("a number") + trained["rows"]["held_out"].as_u64().expect("a number");
        assert!((280..=300).contains(&rows), "{rows}");
    }
    let alone = run(&["run", &path, &flights]);
    assert_eq!(alone.status.code(), Some(2));
    assert!(err(&alone).contains("airlines"), "{}", err(&alone));
    // Names of sources that are not there, or twice.
    for (data, said) in [(format!("planes={airlines}"), "nyc_flights, airlines"), (format!("nyc_flights={airlines}"), "Two files")] {
        let wrong = run(&["run", &path, "--data", &format!("nyc_flights={flights}"), &data]);
        assert_eq!(wrong.status.code(), Some(2));
        assert!(err(&wrong).contains(said), "{}", err(&wrong));
    }
}

#[test]
fn a_study_of_several_tables_is_made_checked_and_run() {
    let folder = folder("tables");
    let flights = root("tests/data/nyc_flights.csv.gz");
    let (airlines, planes) = (root("public/samples/nyc_airlines.csv.gz"), root("public/samples/nyc_planes.csv.gz"));
    let data = [format!("airlines={airlines}"), format!("planes={planes}")];
    let study = folder.join("study.json").display().to_string();
    let new = |more: &[&str]| {
        let args = ["new", &flights, "--target", "arr_delay", "--rows", "2000", "--force", "-o", &study, "--data", &data[0], &data[1]];
        run(&[&args[..], more].concat())
    };
    // By columns of equal names where nothing is said: the code of the plane, not its year.
    let made = new(&[]);
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    assert!(err(&made).contains("planes is joined by tailnum: 2000 rows become 2000, with 28 columns"), "{}", err(&made));
    let read = || -> Value { serde_json::from_str(&fs::read_to_string(&study).expect("a study")).expect("JSON") };
    let recipe = read();
    assert_eq!(recipe["joins"][0], json!({"source": "airlines", "keys": [["carrier", "carrier"]], "how": "left"}));
    assert_eq!(recipe["joins"][1], json!({"source": "planes", "keys": [["tailnum", "tailnum"]], "how": "left"}));
    assert_eq!(recipe["sources"][1]["columns"], json!([["carrier", "category"], ["name", "category"]]));
    assert!(recipe["goal"]["roles"].get("tailnum").is_none_or(|role| role != "row_id"), "{}", recipe["goal"]["roles"]);
    // By what is said.
    let made = new(&["--join", "planes:tailnum=tailnum:inner", "--title", "late"]);
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    let mut recipe = read();
    assert_eq!((&recipe["joins"][1]["how"], &recipe["title"]), (&json!("inner"), &json!("late")));
    for wrong in ["planes:tailnum:sideways", ":tailnum", "planes:tailnum=:left", "trains:id"] {
        let refused = new(&["--join", wrong]);
        assert_eq!(refused.status.code(), Some(2), "{wrong}");
        assert!(err(&refused).contains("what to do"), "{wrong}: {}", err(&refused));
    }
    recipe["models"] = json!([{"model": "baseline"}]);
    recipe["chosen"] = 0.into();
    recipe["judge"]["replicates"] = 30.into();
    fs::write(&study, recipe.to_string()).expect("a file");
    let main = format!("nyc_flights={flights}");
    // In any order, behind the flag or not.
    let by_name = json_of(&["run", &study, "--json", "--data", &data[1], &data[0], &main]);
    let in_order = json_of(&["run", &study, &flights, &airlines, &planes, "--json"]);
    assert_eq!(by_name, in_order);
    good(&["check", &study, "--data", &main, &data[0], &data[1]]);

    // A join that cannot be made is a problem of the study: `check` lists it and answers no.
    recipe["joins"][1]["keys"] = json!([["time_hour", "tailnum"]]);
    fs::write(&study, recipe.to_string()).expect("a file");
    let checked = run(&["check", &study, "--data", &main, &data[0], &data[1]]);
    assert_eq!(checked.status.code(), Some(1), "{}", err(&checked));
    assert!(out(&checked).contains("time_hour (date) and tailnum"), "{}", out(&checked));
    recipe["joins"][1]["source"] = "trains".into();
    fs::write(&study, recipe.to_string()).expect("a file");
    let checked = run(&["check", &study]);
    assert_eq!(checked.status.code(), Some(1), "{}", err(&checked));
    assert!(out(&checked).contains("no table called trains"), "{}", out(&checked));
}

#[test]
fn another_file_is_compared_with_the_one_of_the_study_first() {
    let folder = folder("other");
    let study = study(&folder, "study.json", |study| study["models"] = json!([{"model": "baseline"}]));
    let table = root("public/samples/penguins.csv.gz");
    assert!(!err(&run(&["check", &study, &table])).contains("not the file"));
    let mut text = String::new();
    let file = fs::File::open(&table).expect("a file");
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(file), &mut text).expect("it unpacks");
    let changed = text.replacen("body_mass_g", "weight", 1).replace("Torgersen", "7").replace("Biscoe", "8").replace("Dream", "9");
    let other = folder.join("other.csv").display().to_string();
    fs::write(&other, changed).expect("a file");
    let checked = run(&["check", &study, &other]);
    let said = out(&checked);
    let places = ["not in other.csv (1): body_mass_g", "island (category, number)", "weight", "is not the file"];
    let places: Vec<usize> = places.iter().map(|part| said.find(part).unwrap_or_else(|| panic!("{part} in {said}"))).collect();
    assert!(places.is_sorted(), "the difference first: {said}");
}

#[test]
fn lists_hold_what_the_engine_has() {
    let lists = json_of(&["list", "--json"]);
    let ids =
        |list: &str| lists[list].as_array().expect("a list").iter().map(|entry| entry["id"].as_str().expect("an id")).collect::<Vec<_>>();
    assert_eq!(ids("steps"), atelier::prepare::STEPS.iter().map(|kind| kind.id).collect::<Vec<_>>());
    assert_eq!(ids("models"), atelier::learn::MODELS.iter().map(|kind| kind.id).collect::<Vec<_>>());
    assert_eq!(ids("metrics"), atelier::metric::METRICS.iter().map(|metric| metric.id).collect::<Vec<_>>());
    assert_eq!(ids("samplers"), atelier::tune::SAMPLERS.iter().map(|sampler| sampler.id).collect::<Vec<_>>());
    assert_eq!(ids("pruners"), atelier::tune::PRUNERS.iter().map(|pruner| pruner.id).collect::<Vec<_>>());
    assert_eq!(ids("clusterers"), atelier::learn::cluster::CLUSTERERS.iter().map(|clusterer| clusterer.id).collect::<Vec<_>>());
    assert_eq!(ids("methods"), atelier::explain::METHODS.iter().map(|method| method.id).collect::<Vec<_>>());
    assert_eq!(ids("probes"), atelier::stress::PROBES.iter().map(|probe| probe.id).collect::<Vec<_>>());
    assert_eq!(ids("charts"), atelier::chart::CHARTS.iter().map(|chart| chart.id).collect::<Vec<_>>());
    for list in ["steps", "models", "metrics", "samplers", "pruners", "joins", "clusterers", "methods", "probes", "charts"] {
        for entry in lists[list].as_array().expect("a list") {
            let label = entry["label"].as_str().expect("a label");
            assert!(!label.contains(entry["id"].as_str().map(|id| format!(".{id}")).expect("an id").as_str()), "no text for {entry}");
        }
    }
    let layers = json_of(&["list", "models", "network", "--json"]);
    let fields = layers["models"][0]["fields"].as_array().expect("fields");
    assert!(fields.iter().any(|field| field["kind"] == "list" && field["fields"].as_array().is_some_and(|inner| !inner.is_empty())));
    assert!(good(&["list", "steps"]).contains("impute"));
}

/// Arguments, standard input, the exit code, and a part of what is said on stderr.
#[test]
fn what_cannot_be_used_is_refused_with_what_where_and_what_to_do() {
    let folder = folder("refused");
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).expect("a file");
        path.display().to_string()
    };
    let table = root("public/samples/penguins.csv.gz");
    let changed = |name: &str, change: &dyn Fn(&mut Value)| study(&folder, name, change);
    let broken = file("broken.json", "{\"version\": 1,");
    let newer = file("newer.json", "{\"version\": 99}");
    let unknown = file("unknown.json", "{\"version\": 1, \"colour\": 3}");
    let packed = file("packed.csv.gz", "\u{1f}\u{8b}no archive");
    fs::write(&packed, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]).expect("a file");
    let sheet = file("sheet.xlsx", "PK\u{3}\u{4}.....");
    let empty = file("empty.csv", "");
    let no_target = changed("no_target.json", &|study| study["goal"]["target"] = "colour".into());
    let no_model = changed("no_model.json", &|study| study["models"] = json!([{"model": "magic"}]));
    let bad_step = changed("bad_step.json", &|study| study["prepare"][0]["params"]["numbers"] = "magic".into());
    let fine = changed("fine.json", &|_| {});
    let folder_name = folder.display().to_string();
    let cases: &[(&[&str], i32, &str)] = &[
        (&["inspect", "nowhere.csv"], 2, "There is no file nowhere.csv."),
        (&["inspect", &folder_name], 2, "is a folder"),
        (&["inspect", &packed], 2, "is damaged"),
        (&["inspect", &sheet], 2, "what to do: "),
        (&["inspect", &empty], 2, "is empty"),
        (&["inspect", &root("tests/data/nyc_flights.csv.gz"), "--mem-limit", "1"], 3, "--mem-limit"),
        (&["convert", &table, "-o", "/nowhere/at/all.csv"], 2, "cannot be written"),
        (&["inspect", &table, "--delimiter", "ab"], 2, "one character is needed"),
        (&["new", &table, "--target", "colour"], 2, "colour"),
        (&["check", &broken], 2, "what to do: "),
        (&["check", &newer], 2, "99"),
        (&["check", &unknown], 2, "colour"),
        (&["run", &no_target, &table], 2, "colour"),
        (&["run", &no_model, &table], 2, "magic"),
        (&["run", &bad_step, &table], 2, "magic"),
        (&["run", &fine, &table, &table], 2, "no source left"),
        (&["run", &fine, "--data", "trains=nowhere.csv"], 2, "no source trains"),
        (&["run", &fine], 2, "penguins.csv"),
        (&["list", "models", "magic"], 2, "network"),
        (&["segment", &table, "--columns", "colour"], 2, "colour"),
        (&["segment", &table, "--method", "magic"], 2, "agglomerative"),
        (&["segment", &table, "--method", "dbscan", "--segments", "3"], 2, "--segments"),
        (&["segment", &table, "--segments", "1"], 2, "from 2 to 50"),
        (&["segment", &table, "--linkage", "ward"], 2, "linkage"),
        (&["magic"], 2, "magic"),
    ];
    for (args, code, said) in cases {
        let output = run(args);
        assert_eq!(output.status.code(), Some(*code), "{args:?}: {}", err(&output));
        assert!(err(&output).contains(said), "{args:?} says: {}", err(&output));
        assert_eq!(out(&output), "", "{args:?}");
    }
    // A study with problems is what `check` looks for: it prints them and answers no.
    for (study, said) in [(&no_model, "magic"), (&bad_step, "magic"), (&no_target, "colour")] {
        let output = run(&["check", study, &table]);
        assert_eq!(output.status.code(), Some(1), "{study}");
        assert!(out(&output).contains(said), "{study}: {}", out(&output));
        let problems: Value = serde_json::from_str(&out(&run(&["check", study, &table, "--json"]))).expect("JSON");
        assert_eq!(problems[0]["severity"], "error");
    }
}

#[test]
fn rows_are_divided_into_segments_and_told() {
    let folder = folder("segment");
    let table = root("public/samples/penguins.csv.gz");
    let labels = folder.join("labels.csv").display().to_string();
    let text = good(&["segment", &table, "--target", "species", "--segments", "3", "-o", &labels]);
    assert!(text.contains("in 3 segments by k-means") && text.contains("Segment 3: ") && text.contains("species: "), "{text}");
    let written = fs::read_to_string(&labels).expect("labels");
    assert!(written.starts_with("segment,species,island") && written.lines().count() == 345);
    let told = json_of(&["segment", &table, "--target", "species", "--segments", "3", "--json"]);
    let rows = |place: usize| told["found"]["segments"][place]["rows"].as_u64().expect("a count") as usize;
    let labelled = |number: usize| written.lines().filter(|line| line.starts_with(&format!("{number},"))).count();
    assert_eq!((0..3).map(rows).collect::<Vec<_>>(), (1..4).map(labelled).collect::<Vec<_>>());
    assert_eq!(run(&["segment", &table, "-o", &labels]).status.code(), Some(2), "it is there already");
    let only = good(&["segment", &table, "--method", "dbscan", "--eps", "1.5", "-o", "-"]);
    assert_eq!(only.lines().count(), 345);
    let whole =
        json_of(&["segment", &table, "--method", "agglomerative", "--linkage", "complete", "--columns", "body_mass_g,sex", "--json"]);
    assert!(whole["found"]["tree"]["leaves"].as_array().is_some_and(|leaves| leaves.len() == 30));
}

#[test]
fn new_rows_are_compared_with_the_training_and_drift_ends_with_1() {
    let folder = folder("watch");
    let study = study(&folder, "study.json", |study| study["models"] = json!([{"model": "logistic"}]));
    let table = root("public/samples/penguins.csv.gz");
    let text = good(&["watch", &study, &table, &table]);
    assert!(text.contains("has drifted") && text.starts_with("penguins.csv: 344 new rows"), "{text}");
    // One island only: another place, other species, other birds.
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(fs::File::open(&table).expect("a file")), &mut bytes).expect("it unpacks");
    let all = String::from_utf8(bytes).expect("UTF-8");
    let some: Vec<&str> =
        all.lines().enumerate().filter(|(row, line)| *row == 0 || line.contains("Biscoe")).map(|(_, line)| line).collect();
    let new = folder.join("biscoe.csv").display().to_string();
    fs::write(&new, some.join("\n")).expect("written");
    let drifted = run(&["watch", &study, &new, &table]);
    let text = out(&drifted);
    assert!(text.contains("island") && text.contains("Drifted far."), "{text}");
    assert_eq!(drifted.status.code(), Some(1));
    let watched: Value = serde_json::from_str(&out(&run(&["watch", &study, &new, &table, "--train", "--json"]))).expect("JSON");
    assert!(watched["columns"]["drifted"].as_u64().is_some_and(|count| count > 1));
    assert!(watched["predictions"]["Ok"]["drifted"].as_u64().is_some_and(|count| count > 0), "{watched}");
    assert_eq!(watched["labelled"], some.len() - 1);
    let scores = watched["performance"]["others"].as_array().map(Vec::len);
    assert_eq!(scores.map(|count| count + 1), Some(atelier::metric::for_task(atelier::base::Task::Multiclass).len()));
    // The old model beside one that learned from the new rows too, as the page compares them.
    let again = out(&run(&["watch", &study, &new, &table, "--retrain"]));
    assert!(again.contains("Train again with the new rows: 275 old and") && again.contains("Trained again"), "{again}");
    assert!(again.contains("Balanced accuracy") && again.contains("Log loss"), "{again}");
    let again: Value = serde_json::from_str(&out(&run(&["watch", &study, &new, &table, "--retrain", "--json"]))).expect("JSON");
    assert_eq!((&again["performance"], &again["retrained"]["new_rows"]), (&watched["performance"], &json!(some.len() - 1)));
    assert_eq!(run(&["watch", &study, "nowhere.csv", &table]).status.code(), Some(2));
}

/// Every bad table on every command: done, no, refused or a limit, and refused in one clear message.
#[test]
fn bad_tables_end_in_a_result_or_in_one_clear_message() {
    let folder = folder("bad");
    let mut wrong = Vec::new();
    for (place, case) in bad::files().into_iter().chain(bad::extremes()).enumerate() {
        let path = folder.join(format!("{place}.csv"));
        fs::write(&path, &case.bytes).expect("a file");
        let table = path.display().to_string();
        let mut try_it = |args: &[&str], may_be_no: bool| {
            let output = run(args);
            let (said, told) = (out(&output), err(&output));
            let errors = told.lines().filter(|line| line.starts_with("error: ")).count();
            let hints = told.lines().filter(|line| line.starts_with("  what to do: ")).count();
            let is_sound = match output.status.code() {
                Some(0) => errors == 0 && (matches!(args[0], "convert" | "new") || !said.is_empty()),
                Some(1) => may_be_no && format!("{said}{told}").contains("error: "),
                // What is wrong stands there, and what to do below it.
                Some(2 | 3) => errors >= 1 && hints >= errors && said.is_empty(),
                _ => false,
            };
            let is_clean = !told.contains("mistake in atelier") && !told.contains("panicked") && !said.contains('{');
            let is_clean = is_clean && (case.name.contains("NaN") || !said.contains("NaN"));
            if !(is_sound && is_clean) {
                wrong.push(format!("{}: {args:?} ends with {:?}: {said}{told}", case.name, output.status.code()));
            }
            output.status.code() == Some(0)
        };
        let could_read = try_it(&["inspect", &table], false);
        assert_eq!(
            could_read,
            case.read != (0, 0) || !matches!(case.end, bad::End::Problem(id) if id.starts_with("data.")),
            "{}",
            case.name
        );
        try_it(&["convert", &table], false);
        let is_wide = case.read.1 > 1_000;
        if !is_wide {
            try_it(&["profile", &table], false);
            try_it(&["profile", &table, "--target", case.target], false);
        }
        let made = folder.join(format!("{place}.json")).display().to_string();
        try_it(&["new", &table, "--target", case.target, "-o", &made, "--title", "bad"], true);
        if !Path::new(&made).exists() {
            continue;
        }
        // Few repetitions: what is tried is how it ends.
        let mut study: Value = serde_json::from_str(&fs::read_to_string(&made).expect("a study")).expect("JSON");
        let kinds = if is_wide {
            vec![study["models"][1]["model"].clone(), "baseline".into()]
        } else {
            vec!["network".into(), "forest".into(), "baseline".into()]
        };
        study["models"] = kinds
            .into_iter()
            .map(|model| {
                json!({"model": model, "params": match model.as_str() {
                    Some("network") => json!({"epochs": 2}),
                    Some("forest") => json!({"trees": 3}),
                    _ => json!({}),
                }})
            })
            .collect();
        study["split"]["folds"] = 2.into();
        study["judge"]["replicates"] = 10.into();
        fs::write(&made, study.to_string()).expect("a file");
        try_it(&["check", &made, &table], true);
        let ran = folder.join(format!("{place}")).display().to_string();
        if try_it(&["run", &made, &table, "-o", &ran, "--held-out"], false) {
            let model = Path::new(&ran).join("model.atelier-model").display().to_string();
            try_it(&["predict", &model, &table], false);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_pass_over_a_stream_predicts_what_a_table_in_memory_predicts() {
    let folder = folder("predict");
    let study = study(&folder, "study.json", |study| study["models"] = json!([{"model": "forest", "params": {"trees": 5}}]));
    let table = root("public/samples/penguins.csv.gz");
    let ran = folder.join("run").display().to_string();
    good(&["run", &study, &table, "-o", &ran]);
    let model = Path::new(&ran).join("model.atelier-model").display().to_string();
    let small = good(&["predict", &model, &table]);
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(fs::File::open(&table).expect("a file")), &mut bytes).expect("it unpacks");
    let text = String::from_utf8(bytes).expect("UTF-8");
    let (header, rows) = text.split_once('\n').expect("a header");

    // Many pieces, from standard input and from a file, packed or not: the same rows again and again.
    let times = 300;
    let long = format!("{header}\n{}", rows.repeat(times));
    assert!(long.len() > 4 << 20, "more than a few pieces");
    let (said_header, said_rows) = small.split_once("\r\n").expect("a header");
    let want = format!("{said_header}\r\n{}", said_rows.repeat(times));
    let piped = run_with(&["predict", &model, "-"], long.as_bytes());
    assert_eq!(piped.status.code(), Some(0), "{}", err(&piped));
    assert!(out(&piped) == want, "standard input");
    let path = folder.join("long.csv.gz");
    let mut packed = flate2::write::GzEncoder::new(fs::File::create(&path).expect("a file"), flate2::Compression::fast());
    packed.write_all(long.as_bytes()).and_then(|()| packed.finish().map(drop)).expect("written");
    let predicted = folder.join("predicted.csv").display().to_string();
    good(&["predict", &model, &path.display().to_string(), "-o", &predicted]);
    assert!(fs::read_to_string(&predicted).expect("a file") == want, "a packed file");
    let again = run(&["predict", &model, &table, "-o", &predicted]);
    assert_eq!(again.status.code(), Some(2));
    assert!(err(&again).contains("--force"), "{}", err(&again));
    assert_eq!(good(&["predict", &model, &table, "--rows", "3"]).lines().count(), 4);

    // What cannot be predicted is refused before anything is written; what is odd is told once, with its count.
    let output = run_with(&["predict", &model, "-"], b"island,sex\nBiscoe,male\n");
    assert_eq!((output.status.code(), out(&output)), (Some(2), String::new()));
    assert!(err(&output).contains("bill_length_mm"), "{}", err(&output));
    let odd = text.replace("39.1", "long");
    let output = run_with(&["predict", &model, "-"], odd.as_bytes());
    assert_eq!(output.status.code(), Some(0));
    assert!(err(&output).contains("long"), "{}", err(&output));
    // A reader that leaves ends it well.
    let mut child =
        command(&["predict", &model, &path.display().to_string()]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("an output")).read_line(&mut line).expect("a line");
    assert!(line.starts_with("prediction,"));
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), err(&output)), (Some(0), String::new()));
}

#[test]
fn a_model_reads_new_rows_as_its_training_read_them() {
    let folder = folder("reading");
    // Decimal commas with points between thousands, days before months, and -999 for nothing.
    let line = |row: usize| {
        let amount = format!("{}.{:03}{}", 1 + row % 4, (row * 137) % 1000, if row.is_multiple_of(2) { ",5" } else { "" });
        let day = format!("{:02}/{:02}/2024", 1 + (row * 7) % 28, 1 + row % 12);
        let level = if row % 9 == 4 { "-999".to_owned() } else { format!("{},{}", row % 5, row % 10) };
        let answer = if (row % 4 > 1) != (row % 12 > 6) { "yes" } else { "no" };
        format!("{amount};{day};{level};{answer}\n")
    };
    let header = "amount;day;level;answer\n";
    let table = folder.join("foreign.csv").display().to_string();
    fs::write(&table, header.to_owned() + &(0..120).map(line).collect::<String>()).expect("a file");
    let mut study = json_of(&["new", &table, "--target", "answer", "--missing=-999"]);
    study["models"] = json!([{"model": "forest", "params": {"trees": 10}}]);
    (study["split"]["folds"], study["judge"]["replicates"]) = (2.into(), 10.into());
    let path = folder.join("study.json").display().to_string();
    fs::write(&path, study.to_string()).expect("a file");
    let ran = folder.join("run");
    good(&["run", &path, &table, "-o", &ran.display().to_string()]);
    let model = ran.join("model.atelier-model").display().to_string();
    let whole = good(&["predict", &model, &table]);
    let whole: Vec<&str> = whole.lines().collect();
    let alone = |text: &str, more: &[&str]| {
        let output = run_with(&[&["predict", &model, "-"], more].concat(), format!("{header}{text}").as_bytes());
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        out(&output).lines().nth(1).expect("a row").to_owned()
    };
    for row in 0..14 {
        assert_eq!(alone(&line(row), &[]), whole[row + 1]);
    }
    assert!(whole[2].contains(",2137,2024-02-08,"), "{}", whole[2]);
    // The marker is no value, and what is said on the command line goes before what the model knows.
    let blank = line(4).replace("-999", "");
    assert_eq!(alone(&line(4), &[]), alone(&blank, &[]));
    assert_ne!(alone(&line(4), &["--missing", "none"]), alone(&blank, &[]));
    assert!(alone(&line(1), &["--decimal-comma", "false"]).contains(",2.137,"));
    // An export is compared on rows that are read so too.
    let onnx = folder.join("model.onnx").display().to_string();
    let exported = json_of(&["export", &model, &table, "--to", "onnx", "-o", &onnx, "--json"]);
    assert_eq!(exported["checked"]["rows"], 120);
}

#[test]
fn the_command_that_a_report_prints_comes_to_its_digest() {
    let folder = folder("repeat");
    let path = study(&folder, "study.json", |study| {
        study["models"] = json!([{"model": "logistic"}]);
        study["fair"] = json!({"columns": ["sex"]});
        study["explain"]["class"] = "Gentoo".into();
        study["goal"]["criteria"] = json!([{"metric": "accuracy", "bound": "at_least", "value": 0.5, "on": "held_out"}]);
    });
    fs::copy(root("public/samples/penguins.csv.gz"), folder.join("penguins.csv.gz")).expect("a copy");
    let new = host::bytes("public/samples/penguins.csv.gz");
    fs::write(folder.join("new.csv"), &new).expect("a file");
    let recipe = Recipe::from_json(&fs::read_to_string(&path).expect("a study")).expect("a study");
    let mut host = host::Host::new(1);
    host.ask_bytes(Ask::Read(Box::new(recipe.sources[0].clone())), new.clone()).expect("read");
    host.ask_bytes(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");
    let other = Ask::ReadOther { recipe: Box::new(recipe.clone()), file: "new.csv".to_owned(), purpose: Purpose::Watch };
    host.ask_bytes(other, new).expect("read");
    for (extras, parts) in [
        (vec![], "--keep-sealed"),
        (vec![Extra::Fairness], "--with fairness"),
        (vec![Extra::Explanation, Extra::Drift], "--with explanation,drift --new new.csv"),
    ] {
        let (value, page) =
            host.ask_bytes(Ask::Report { recipe: Box::new(recipe.clone()), extras, openings: Some(0) }, Vec::new()).expect("a report");
        let reported: Reported = serde_json::from_value(value).expect("a report");
        let page = String::from_utf8(page).expect("UTF-8");
        let printed = page.split("<code>").find(|text| text.starts_with("atelier run")).and_then(|text| text.split('<').next());
        let printed = printed.expect("a command");
        assert_eq!(printed, format!("atelier run study.json {parts} --out run"));
        let args: Vec<&str> = printed.split(' ').skip(1).chain(["--force"]).collect();
        let output = command(&args).current_dir(&folder).output().expect("it runs");
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        assert!(out(&output).contains(&reported.digest), "{parts}: {}", out(&output));
        // Which class is explained stands on the page.
        assert_eq!(page.contains("<bdi>Gentoo</bdi> is explained: dependence"), parts.contains("explanation"));
    }
    // Without a word the criterion opens the sealed rows, as before.
    let opened = json_of(&["run", &path, &root("public/samples/penguins.csv.gz"), "--json"]);
    assert!(opened["held_out"].is_object() && opened["explanation"].is_null());
    let with = |args: &[&str]| run(&[&["run", &path, &root("public/samples/penguins.csv.gz"), "--json"], args].concat());
    for args in [&["--class", "Chinstrap"][..], &["--class", "Gentoo"]] {
        let report: Value = serde_json::from_str(&out(&with(&[args, &["--with", "explanation"]].concat()))).expect("JSON");
        let place = if args[1] == "Gentoo" { 2 } else { 1 };
        assert_eq!(
            (&report["explanation"]["dependence"]["output"], &report["recipe"]["explain"]["class"]),
            (&json!(place), &json!(args[1]))
        );
        assert!(report["held_out"].is_null(), "exactly the named parts");
    }
    for (args, said) in [
        (&["--class", "Emu"][..], "Adelie, Chinstrap, Gentoo"),
        (&["--with", "drift"], "--new"),
        (&["--with", "stress", "--new", "new.csv"], "drift"),
        (&["--keep-sealed", "--held-out"], "--keep-sealed"),
    ] {
        let output = with(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(err(&output).contains(said), "{args:?}: {}", err(&output));
    }
}

/// An interrupted command leaves neither its file nor the part of it that it had written.
#[cfg(unix)]
#[test]
fn interrupted_writing_leaves_nothing_behind() {
    let folder = folder("interrupted");
    let study = study(&folder, "study.json", |study| study["models"] = json!([{"model": "baseline"}]));
    let ran = folder.join("run").display().to_string();
    good(&["run", &study, &root("public/samples/penguins.csv.gz"), "-o", &ran]);
    let model = Path::new(&ran).join("model.atelier-model").display().to_string();
    for signal in ["INT", "TERM"] {
        let predicted = folder.join("predicted.csv").display().to_string();
        let mut child =
            command(&["predict", &model, "-", "-o", &predicted]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        let mut input = child.stdin.take().expect("an input");
        input.write_all(b"species,island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year\n").expect("it reads");
        let part = || {
            fs::read_dir(&folder)
                .expect("a folder")
                .any(|entry| entry.is_ok_and(|entry| entry.file_name().to_string_lossy().ends_with(".part")))
        };
        while !part() {
            // It may end the other way round only by ending.
            input.write_all(&b"Adelie,Biscoe,39.1,18.7,181,3750,male,2007\n".repeat(1_000)).expect("it reads");
        }
        let killed = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().expect("kill runs");
        assert!(killed.success());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(if signal == "INT" { 130 } else { 143 }), "{}", err(&output));
        assert!(!part() && !Path::new(&predicted).exists(), "{signal}: something is left behind");
    }
}

#[test]
fn a_search_is_the_same_with_any_number_of_threads_and_its_best_can_be_run() {
    let folder = folder("tune");
    let table = root("public/samples/penguins.csv.gz");
    let study = study(&folder, "study.json", |_| {});
    let args = ["tune", &study, &table, "--trials", "6", "--metric", "log_loss", "--json"];
    let one = json_of(&[&args[..], &["--workers", "1"]].concat());
    assert_eq!(one, json_of(&[&args[..], &["--workers", "3"]].concat()));
    assert_ne!(one, json_of(&[&args[..], &["--seed", "9"]].concat()));
    assert_eq!((&one["model"], one["trials"].as_array().map(Vec::len)), (&json!("logistic"), Some(6)));
    assert_eq!(one["trials"][0]["asked_for"], true, "the present settings are tried first");
    let text = good(&args[..7]);
    assert!(text.starts_with("Logistic regression: 6 trials by Log loss") && text.contains("* ") && text.contains("present"), "{text}");

    let better = folder.join("better.json").display().to_string();
    good(&[&args[..7], &["-o", &better]].concat());
    let written: Value = serde_json::from_str(&fs::read_to_string(&better).expect("a study")).expect("JSON");
    assert_eq!(written["models"][0]["params"], one["params"]);
    assert_eq!(written["tune"]["trials"], 6);
    good(&["check", &better, &table]);
    // More trials, with all earlier ones kept; the same as if all had been asked for at once.
    let first = folder.join("first.json").display().to_string();
    fs::write(&first, one.to_string()).expect("written");
    let more = json_of(&["tune", &study, &table, "--from", &first, "--trials", "4", "--json"]);
    assert_eq!((more["trials"].as_array().map(Vec::len), &more["trials"][5]), (Some(10), &one["trials"][5]));
    let at_once = json_of(&["tune", &study, &table, "--trials", "10", "--metric", "log_loss", "--json"]);
    assert_eq!(more["trials"], at_once["trials"]);
    // One's own settings come next.
    let own = json_of(&["tune", &study, &table, "--from", &first, "--try", "{\"c\": 500.5}", "--json"]);
    assert_eq!((own["trials"].as_array().map(Vec::len), &own["trials"][6]["values"]["c"]), (Some(7), &serde_json::json!(500.5)));
    // Another way of searching, another file: the trials do not count there.
    let other = run(&["tune", &study, &table, "--from", &first, "--seed", "9"]);
    assert!(!other.status.success() && err(&other).contains("other data"), "{}", err(&other));
    // Trials that are ended early, time that runs out, and a program for Optuna.
    let script = folder.join("trials.py").display().to_string();
    let pruned = ["tune", &study, &table, "--trials", "12", "--pruner", "successive_halving", "--export-optuna", &script, "--json"];
    let pruned = json_of(&pruned);
    assert!(pruned["trials"].as_array().expect("trials").iter().any(|trial| trial["outcome"]["pruned"].is_object()), "{pruned}");
    assert!(fs::read_to_string(&script).expect("a program").contains("optuna.create_study"));
    let timed = json_of(&["tune", &study, &table, "--trials", "10000", "--seconds", "1", "--json"]);
    let reached = timed["trials"].as_array().map(Vec::len).expect("trials");
    assert!(timed["out_of_time"] == true && reached < 10000 && timed["tune"]["trials"] == reached, "{reached}");
    // The study has its search now: nothing needs to be said.
    assert_eq!(json_of(&["tune", &better, &table, "--json"])["trials"].as_array().map(Vec::len), Some(6));
    assert_eq!(json_of(&["tune", &better, &table, "--model", "2", "--trials", "2", "--sampler", "random", "--json"])["model"], "network");
    for (args, said) in [
        (vec!["tune", &study, &table, "--model", "9"], "3 models"),
        (vec!["tune", &study, &table, "--metric", "rmse"], "rmse"),
        (vec!["tune", &study, &table, "--try", "c=5"], "JSON object"),
        (vec!["tune", &study, &table, "--try", "{\"c\": -5}"], "trial 1"),
        (vec!["tune", &study, &table, "-o", &better], "--force"),
    ] {
        let output = run(&args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(err(&output).to_lowercase().contains(&said.to_lowercase()) || said == "rmse", "{args:?}: {}", err(&output));
    }
}

#[test]
fn a_model_file_is_exported_and_what_can_be_compared_is() {
    let folder = folder("export");
    let table = root("public/samples/penguins.csv.gz");
    let study = study(&folder, "study.json", |_| {});
    let ran = folder.join("run");
    good(&["run", &study, &table, "-o", &ran.display().to_string()]);
    let model = ran.join("model.atelier-model").display().to_string();
    let path = |name: &str| folder.join(name).display().to_string();
    for export in atelier::ship::EXPORTS {
        let file = path(export.id);
        let text = good(&["export", &model, "--to", export.id, "-o", &file]);
        assert!(text.starts_with(&file), "{text}");
        let with_rows = json_of(&["export", &model, &table, "--to", export.id, "-o", &file, "--force", "--json"]);
        assert_eq!(with_rows["size"], fs::metadata(&file).expect("a file").len());
        if ["onnx", "mlflow"].contains(&export.id) {
            assert!(text.contains("largest difference"), "{text}");
            assert_eq!(with_rows["checked"]["rows"], 344);
        }
    }
    assert_eq!(fs::read(path("model")).expect("a model"), fs::read(&model).expect("a model"), "a model file leaves as it came");
    assert!(fs::read(path("report")).expect("a page") == fs::read(ran.join("report.html")).expect("a page"));
    let card = out(&run(&["export", &model, "--to", "card", "-o", "-"]));
    assert_eq!(card.as_bytes(), fs::read(path("card")).expect("a card"));
    // A model file alone: what needs no report goes, what needs one says so.
    let alone = path("alone.atelier-model");
    fs::copy(&model, &alone).expect("a copy");
    good(&["export", &alone, "--to", "onnx", "-o", &path("alone.onnx")]);
    assert_eq!(fs::read(path("alone.onnx")).expect("a file"), fs::read(path("onnx")).expect("a file"));
    let report = ran.join("report.json").display().to_string();
    good(&["export", &alone, "--to", "card", "--report", &report, "-o", &path("alone.md")]);
    let other = folder.join("other").display().to_string();
    good(&["run", &study, &table, "--seed", "5", "-o", &other]);
    let other = Path::new(&other).join("report.json").display().to_string();
    for (args, said) in [
        (vec!["export", &alone, "--to", "card", "-o", "x.md"], "report.json"),
        (vec!["export", &alone, "--to", "card", "--report", &other, "-o", "x.md"], "digest"),
        (vec!["export", &alone, "--to", "onnx", "-o", &model], "--force"),
        (vec!["export", &alone, "--to", "magic", "-o", "x"], "onnx"),
        (vec!["export", &study, "--to", "onnx", "-o", "x"], "no model file"),
        (vec!["export", &alone, &report, "--to", "onnx", "-o", "x"], "column island"),
    ] {
        let output = run(&args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(err(&output).contains(said), "{args:?}: {}", err(&output));
        assert!(!Path::new("x.md").exists() && !Path::new("x").exists());
    }
}

#[test]
fn a_memory_limit_ends_with_3_and_says_what_would_fit() {
    let folder = folder("limit");
    let long = folder.join("long.csv").display().to_string();
    fs::write(&long, format!("a,b\n{}", "1234567,x\n".repeat(200_000))).expect("a file");
    let wide = folder.join("wide.csv").display().to_string();
    fs::write(&wide, format!("a,b,c,d,e,f,g,h\n{}", "1,2,3,4,5,6,7,8\n".repeat(40_000))).expect("a file");
    let study = study(&folder, "study.json", |_| {});
    let cases: &[(&[&str], Option<i32>)] = &[
        (&["inspect", &long, "--mem-limit", "3"], Some(3)),
        (&["inspect", &long, "--mem-limit", "9"], Some(0)),
        (&["profile", &wide, "--mem-limit", "2"], Some(3)),
        (&["profile", &wide, "--mem-limit", "20"], Some(0)),
        (&["convert", &long, "--mem-limit", "3"], Some(3)),
        (&["new", &long, "--target", "b", "--mem-limit", "3"], Some(3)),
        (&["check", &study, &long, "--mem-limit", "3"], Some(3)),
        (&["run", &study, &long, "--mem-limit", "3"], Some(3)),
        (&["tune", &study, &long, "--mem-limit", "3"], Some(3)),
        (&["watch", &study, &long, &long, "--mem-limit", "3"], Some(3)),
    ];
    for (args, code) in cases {
        let output = run(args);
        assert_eq!(output.status.code(), *code, "{args:?}: {}", err(&output));
        if *code == Some(3) {
            assert!(err(&output).contains("would fit") && err(&output).contains("what to do: "), "{args:?}: {}", err(&output));
            assert_eq!(out(&output), "", "{args:?}");
        }
    }
}

/// The names of the commands, without help.
fn commands() -> Vec<String> {
    let help = good(&["--help"]);
    let list = help.lines().skip_while(|line| !line.starts_with("Commands:")).skip(1).take_while(|line| !line.is_empty());
    // What goes on in a further line stands further in.
    let names = list.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn every_command_says_what_it_takes() {
    let commands = commands();
    assert!(
        commands.len() > 10 && commands.iter().any(|name| name == "tune") && commands.iter().any(|name| name == "export"),
        "{commands:?}"
    );
    assert!(commands.is_sorted(), "{commands:?}");
    for command in commands.iter().map(String::as_str) {
        let help = good(&[command, "--help"]);
        let takes: Vec<&str> = help.lines().map(str::trim_start).filter(|line| line.starts_with("--") || line.starts_with("-")).collect();
        assert!(!takes.is_empty(), "{command}");
        let has = |option: &str| help.contains(option);
        assert!(has("--out") || ["check", "grow", "inspect", "list", "profile", "watch"].contains(&command), "{command}");
        assert!(!has("--out") || has("--force"), "{command} replaces files unasked");
        assert!(has("--mem-limit") || ["list", "report"].contains(&command), "{command}");
        assert_eq!(has("--workers"), ["grow", "rate", "run", "search", "tune", "watch"].contains(&command), "{command}");
        assert_eq!(has("--seed"), ["grow", "new", "rate", "run", "search", "segment", "tune", "watch"].contains(&command), "{command}");
    }
}
