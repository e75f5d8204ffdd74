//! The command line as a person or a script meets it: what it prints, what it writes, how it ends.

#[allow(dead_code)] // the tests of the engine use the rest of it
#[path = "engine/host.rs"]
mod host;

use atelier::recipe::Recipe;
use atelier::report::Extra;
use atelier::run::{Ask, Reported};
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
    // A command that refuses its input may have ended already.
    let _ = child.stdin.take().expect("an input").write_all(input);
    child.wait_with_output().expect("it ends")
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
    assert_eq!(ids("methods"), atelier::explain::METHODS.iter().map(|method| method.id).collect::<Vec<_>>());
    assert_eq!(ids("probes"), atelier::stress::PROBES.iter().map(|probe| probe.id).collect::<Vec<_>>());
    assert_eq!(ids("charts"), atelier::chart::CHARTS.iter().map(|chart| chart.id).collect::<Vec<_>>());
    for list in ["steps", "models", "metrics", "samplers", "joins", "methods", "probes", "charts"] {
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
fn new_rows_are_compared_with_the_training_and_drift_can_end_with_1() {
    let folder = folder("watch");
    let study = study(&folder, "study.json", |study| study["models"] = json!([{"model": "logistic"}]));
    let table = root("public/samples/penguins.csv.gz");
    let text = good(&["watch", &study, &table, &table, "--strict"]);
    assert!(text.contains("has drifted") && text.starts_with("penguins.csv: 344 new rows"), "{text}");
    // One island only: another place, other species, other birds.
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(fs::File::open(&table).expect("a file")), &mut bytes).expect("it unpacks");
    let all = String::from_utf8(bytes).expect("UTF-8");
    let some: Vec<&str> =
        all.lines().enumerate().filter(|(row, line)| *row == 0 || line.contains("Biscoe")).map(|(_, line)| line).collect();
    let new = folder.join("biscoe.csv").display().to_string();
    fs::write(&new, some.join("\n")).expect("written");
    let text = good(&["watch", &study, &new, &table]);
    assert!(text.contains("island") && text.contains("Drifted far."), "{text}");
    assert_eq!(run(&["watch", &study, &new, &table, "--strict"]).status.code(), Some(1));
    let watched = json_of(&["watch", &study, &new, &table, "--train", "--json"]);
    assert!(watched["columns"]["drifted"].as_u64().is_some_and(|count| count > 1));
    assert!(watched["predictions"]["Ok"]["drifted"].as_u64().is_some_and(|count| count > 0), "{watched}");
    assert_eq!(watched["labelled"], some.len() - 1);
    assert_eq!(run(&["watch", &study, "nowhere.csv", &table]).status.code(), Some(2));
}
