//! Reports of whole runs: the digest does not move, the page holds every section, and nothing of a file becomes markup.

use atelier::base::{Figure, Job, Params, Task};
use atelier::explain::work::Run;
use atelier::explain::{self, Setting, work};
use atelier::judge::{Bound, Criterion, Evaluation, On};
use atelier::learn::Candidate;
use atelier::metric::{self, Prediction};
use atelier::plan;
use atelier::recipe::{self, Recipe, Source};
use atelier::report::html::{Aside, SECTIONS, page};
use atelier::report::{DataFacts, Explanation, Extra, Nested, NestedFold, Report, Worth};
use atelier::run::{Held, TrainStudy, complete, open_sealed};
use atelier::stress::Battery;
use atelier::table::read::{Limits, ReadOptions, start};
use atelier::watch::Watch;
use atelier::{fair, judge};
use std::path::Path;
use std::sync::Arc;

/// Names that would do harm as markup, or move what stands beside them.
const NAMES: [&str; 5] =
    ["<script>alert(1)</script>", "it's \"quoted\" & <b>", "العمر\u{202e}", "</td></table><img src=x onerror=alert(2)>", "plain"];

/// A table with such names as columns, levels and classes.
fn harmful() -> String {
    let mut rng = atelier::num::Rng::new(7, "rows", 0);
    let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut text = NAMES.iter().map(|name| quote(name)).collect::<Vec<_>>().join(",") + ",target<i>\n";
    for row in 0..260 {
        let (x, z) = (rng.uniform(), rng.uniform());
        let level = ["<svg onload=alert(3)>", "a\u{2067}b", "'x'"][row % 3];
        let answer = if x + 0.4 * z + f64::from(row as u32 % 3) * 0.2 > 0.9 { "</style><b>yes" } else { "no & never" };
        let missing = if row % 11 == 0 { String::new() } else { format!("{z:.3}") };
        text += &format!("{x:.4},{missing},{},{},{row},{}\n", quote(level), (row * 7) % 5, quote(answer));
    }
    text
}

struct Made {
    recipe: Recipe,
    report: Report,
}

/// A run of a table with everything that a report can hold.
fn made(csv: &str, file: &str, target: &str, everything: bool) -> Made {
    let source = Source { name: file.to_owned(), file: format!("{file}.csv"), bytes: csv.len() as u64, ..Source::default() };
    let read = start(csv.as_bytes().to_vec(), &source.file, &ReadOptions::default(), Limits::default())
        .expect("a table")
        .finish()
        .expect("a table");
    let schema = read.table.schema();
    let task = judge::infer_task(read.table.column(target).expect("the target")).0;
    let source = Source { sha256: read.summary.sha256.clone(), ..source };
    let mut recipe =
        recipe::start(&Recipe { title: format!("Study of {file}"), sources: vec![source], ..Recipe::new() }, &schema, target, task);
    let ids: &[&str] = if task == Task::Regression { &["linear", "baseline"] } else { &["logistic", "baseline"] };
    recipe.models = ids.iter().map(|id| Candidate { model: (*id).to_owned(), params: Params::new(), ..Candidate::default() }).collect();
    recipe.judge.replicates = 60;
    recipe.goal.misuse = "<iframe src=x>".to_owned();
    let metric = if task == Task::Regression { "r2" } else { "accuracy" };
    recipe.goal.criteria = vec![
        Criterion { metric: metric.to_owned(), bound: Bound::AtLeast, value: 0.5, on: On::Folds },
        Criterion { metric: metric.to_owned(), bound: Bound::AtLeast, value: 0.999, on: On::HeldOut },
    ];
    let mut held = Held::new(read.table);
    let mut study = TrainStudy::new(&mut held, &recipe).expect("a study");
    let (trained, models) = complete(&mut study, &mut held).expect("a training");
    let mut report = Report::new(&recipe, DataFacts::of(&held.table, &held.digest, read.summary.problems), &trained);
    if !everything {
        return Made { recipe, report };
    }
    let (_, mut job) = open_sealed(&mut held, &recipe, &models, 0).expect("sealed rows");
    report = report.with_held_out(job.finish().expect("an evaluation"));

    let setup = held.setup(&recipe).expect("a setup");
    let fitted = models.last[0].clone().expect("a fit");
    let rows = setup.inputs.take(&setup.training);
    let target = setup.target.take(&setup.training);
    let columns: Vec<String> = rows.names().map(str::to_owned).collect();
    let predict = |table: &atelier::table::Table| plan::predict(&fitted.plan, table);
    let chosen = metric::find(metric).expect("a metric");
    let score = |rows: &[usize], answer: &ndarray::Array2<f64>| -> Figure {
        chosen.compute(&target.take(rows).truth(), &Prediction { answer: answer.view(), threshold: 0.5 }, None)
    };
    let model = || work::Model {
        task,
        predict: &predict,
        score: Some(work::Scorer { metric: metric.to_owned(), greater_is_better: true, of: &score, units: None }),
    };
    let setting = Setting { rows: &rows, train: &rows, columns: &columns, task, output: 0, chosen: &[], seed: 3 };
    let probed = atelier::stress::Setting { rows: &rows, train: &rows, columns: &columns, task, threshold: 0.5, seed: 3 };
    let mut explanation = Explanation::default();
    for method in explain::METHODS {
        let mut params = Params::new();
        if method.id == "shap" {
            params.insert("rows".to_owned(), 40.into());
            params.insert("background".to_owned(), 10.into());
        }
        let work = (method.start)(&params, &setting).expect("an explanation");
        explanation = explanation.and(Run::new(work, model()).finish().expect("an explanation"));
    }
    report = report.with_explanation(explanation);
    report = report.with_stress(Battery::all(&probed, &model()).expect("probes").job(model()).finish().expect("probes"));

    let tune = recipe::Tune::usual(&recipe, 0, "brier".to_owned()).expect("a search");
    let outer = atelier::metric::Interval { value: 0.2.into(), low: 0.1.into(), high: 0.3.into(), n: 90 };
    let values = Params::from_iter([("c".to_owned(), "<b>yes".into())]);
    let fold = NestedFold { inner: Some(0.1), outer: 0.2.into(), trials: 3, values };
    let model = recipe.models[0].model.clone();
    let (inner, optimism) = (0.1.into(), 0.1.into());
    let worth = Worth { higher_is_better: false, outer, inner, optimism, folds: vec![fold] };
    report = report.with_nested(Nested { tune, model, worth });

    let name = &columns[if columns.len() > 2 { 2 } else { 0 }];
    let groups = fair::labels(rows.column(name).expect("a column"), &fair::Bins::Quantiles(3));
    let answer = predict(&rows).expect("an answer");
    let options = fair::Options { minimum: 30, ratio: 0.8, difference: 0.1 };
    let fairness = match &target {
        atelier::learn::Target::Classes { codes, .. } => {
            let truth: Vec<bool> = codes.iter().map(|&code| code == 1).collect();
            let predicted: Vec<bool> = answer.column(0).iter().map(|&p| p >= 0.5).collect();
            fair::classes(&truth, &predicted, &groups, &options)
        }
        atelier::learn::Target::Values(values) => fair::numbers(values, &answer.column(0).to_vec(), &groups, &options),
    };
    report = report.with_fairness(name, &fairness.expect("figures by group"));
    let sealed = Arc::new(setup.inputs.take(&setup.held_out));
    let drift =
        Watch::new(&Params::new(), Arc::new(rows.clone()), sealed, &columns).expect("two tables").job().finish().expect("a comparison");
    Made { recipe, report: report.with_drift(drift) }
}

/// Puts a page where a person can look at it.
fn keep(name: &str, page: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("report-{name}"));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("report.html"), page).expect("a file");
}

fn sample(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("public/samples/{name}.csv.gz"));
    let mut text = String::new();
    let file = std::fs::File::open(path).expect("a sample");
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(file), &mut text).expect("a text");
    text
}

#[test]
fn a_report_is_the_same_twice_and_reads_back() {
    let csv = harmful();
    let first = made(&csv, "rows", "target<i>", false);
    let second = made(&csv, "rows", "target<i>", false);
    assert_eq!(first.report.to_json(), second.report.to_json());
    assert_eq!(first.report.digest(), atelier::base::digest(first.report.to_json().as_bytes()));
    let back = Report::from_json(&first.report.to_json()).expect("it reads back");
    assert_eq!(back.digest(), first.report.digest());
    assert_eq!(page(&back, &Aside::default()), page(&first.report, &Aside::default()));
    // A changed cell changes the table and what was learned, and nothing else.
    let other = made(&csv.replacen("0.", "0.9", 1), "rows", "target<i>", false);
    let parts = |report: &Report| report.part_digests();
    let differing: Vec<&str> =
        parts(&first.report).into_iter().zip(parts(&other.report)).filter(|(a, b)| a.1 != b.1).map(|(part, _)| part.0).collect();
    assert!(differing.contains(&"data") && differing.contains(&"candidates") && !differing.contains(&"rows"), "{differing:?}");
    assert_ne!(first.report.digest(), other.report.digest());
}

#[test]
fn sections_and_parts_have_their_words() {
    let mut ids: Vec<&str> = SECTIONS.iter().map(|section| section.id).collect();
    ids.iter().for_each(|id| assert!(atelier::base::text::find(&format!("report.section.{id}")).is_some(), "{id}"));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), SECTIONS.len());
    let report = made(&harmful(), "rows", "target<i>", true).report;
    assert_eq!(report.extras(), Extra::ALL);
    let parts: Vec<&str> = report.part_digests().iter().map(|(part, _)| *part).collect();
    parts.iter().for_each(|part| assert!(atelier::base::text::find(&format!("report.part.{part}")).is_some(), "{part}"));
    assert!(Extra::ALL.iter().all(|extra| parts.contains(&extra.id())));
}

#[test]
fn what_is_not_a_report_is_refused() {
    for (text, id) in
        [("", "report.unreadable"), ("{}", "report.unreadable"), ("{\"version\":2}", "report.newer"), ("[1]", "report.unreadable")]
    {
        assert_eq!(Report::from_json(text).expect_err("no report").message.id, id, "{text}");
    }
}

#[test]
fn rows_that_were_opened_for_another_model_are_not_called_sealed() {
    let Made { report, .. } = made(&sample("penguins"), "penguins", "species", false);
    let told = |openings: usize| page(&report, &Aside { openings: Some(openings) });
    assert!(told(0).contains("still sealed") && !told(0).contains("opened for another model"));
    assert!(!told(1).contains("still sealed") && told(1).contains("opened for another model"));
    assert!(told(1).contains("not for this model as it is judged now"));
}

#[test]
fn everything_has_its_section_and_nothing_becomes_markup() {
    let Made { report, recipe } = made(&harmful(), "</title><script>alert(4)</script>", "target<i>", true);
    let html = page(&report, &Aside { openings: Some(2) });
    keep("harmful", &html);
    for section in SECTIONS {
        // A model without epochs has no course of training.
        assert_eq!((section.has)(&report), section.id != "learning", "{}", section.id);
        assert_eq!(html.contains(&format!("<section id=\"{}\">", section.id)), section.id != "learning", "{}", section.id);
    }
    for harm in ["<script", "<img", "<iframe", "onload=alert(3)>", "<b>yes", "<svg onload", "target<i>", "</title><script"] {
        assert!(!html.contains(harm), "{harm}");
    }
    assert_eq!(html.matches("</style>").count(), 1);
    assert_eq!(html.matches("</title>").count(), 1 + html.matches("<svg").count());
    assert!(html.contains("<bdi>العمر\u{202e}</bdi>"), "names are kept apart");
    assert!(html.contains("opened 2 times") || html.contains("opened <bdi>2</bdi> times"));
    well_formed(&html);
    // The whole page asks for nothing.
    for address in ["http:", "https:", "url(", "src=", "@import"] {
        let found = html.matches(address).count();
        let own = if address == "http:" { html.matches("xmlns=\"http://www.w3.org/2000/svg\"").count() } else { 0 };
        // The text of a name holds one too.
        let named = if address == "src=" { html.matches("img src=x").count() + html.matches("iframe src=x").count() } else { 0 };
        assert_eq!(found, own + named, "{address}");
    }
    // No row of the table: neither in the figures that explain it nor in examples.
    let json = report.to_json();
    assert!(report.stress.iter().flat_map(|stress| &stress.findings).all(|finding| finding.examples.is_empty()));
    assert!(report.explanation.iter().flat_map(|part| &part.shap).all(|shap| shap.rows.is_empty()));
    assert!(!json.contains("\"lines\":[{"));
    assert_eq!(report.recipe, recipe);
    assert!(html.len() < 2_000_000, "{} bytes", html.len());
}

#[test]
fn classes_and_numbers_have_their_own_charts() {
    let html = page(&made(&sample("penguins"), "penguins", "species", true).report, &Aside::default());
    keep("penguins", &html);
    well_formed(&html);
    assert!(html.contains("Confusion matrix") && html.contains("Adelie") && !html.contains("id=\"threshold\""));
    let html = page(&made(&sample("auto_mpg"), "auto_mpg", "mpg", true).report, &Aside::default());
    keep("auto_mpg", &html);
    well_formed(&html);
    assert!(html.contains("Predictions against truth") && html.contains("Residuals") && !html.contains("Confusion matrix"));
}

#[test]
fn verdicts_follow_the_rows_that_were_judged() {
    let Made { report, .. } = made(&harmful(), "rows", "target<i>", false);
    assert_eq!(report.criteria[1].interval, None, "sealed rows are not judged yet");
    let evaluation: Evaluation = report.folds().expect("an evaluation").clone();
    let opened = report.clone().with_held_out(evaluation);
    assert!(opened.criteria[1].interval.is_some());
    assert!(page(&report, &Aside::default()).contains("still sealed"));
    assert!(!page(&opened, &Aside::default()).contains("still sealed"));
}

/// Every element that is opened is closed, in order.
fn well_formed(html: &str) {
    let body = html.split_once("</head>").expect("a head").1;
    let mut open = vec!["html"];
    for part in body.split('<').skip(1) {
        let (tag, _) = part.split_once('>').expect("a tag ends");
        if tag.ends_with('/') {
            continue;
        }
        match tag.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed.trim()), "near {part}"),
            None => open.push(tag.split_whitespace().next().unwrap_or_default()),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}
