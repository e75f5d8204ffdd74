//! Bad input through the engine: every file of [`crate::bad`] is read, profiled, begun, looked at, trained, reported,
//! exported; each ends in a result or in a problem that is told in full.

use crate::bad::{Case, End, extremes, files};
use crate::host::Host;
use atelier::base::{Params, Problem, text};
use atelier::learn::Candidate;
use atelier::profile::Profile;
use atelier::recipe::{Recipe, Source};
use atelier::report::Extra;
use atelier::run::{Ask, Look, Predicted, Purpose, Reported, Trained};
use atelier::table::read::Summary;

/// A problem whose sentence is complete, and whose hint is.
fn assert_told(problem: &Problem, what: &str) {
    assert!(text::find(&problem.message.id).is_some(), "{what}: no text for {}", problem.message.id);
    assert!(!problem.to_string().contains(['{', '}']), "{what}: {problem}");
}

/// A study that is small enough to be tried on every case.
fn small(mut recipe: Recipe, is_wide: bool) -> Recipe {
    let params = |json: &str| serde_json::from_str::<Params>(json).expect("parameters");
    for candidate in &mut recipe.models {
        candidate.params = match candidate.model.as_str() {
            "network" => params(r#"{"epochs": 3}"#),
            "forest" | "extra_trees" => params(r#"{"trees": 4}"#),
            _ => Params::new(),
        };
    }
    if is_wide {
        // Few rows and thousands of columns: the models that take long on them are tried elsewhere.
        recipe.models.retain(|Candidate { model, .. }| model != "network" && model != "forest");
    }
    recipe.split.folds = 3;
    recipe.judge.replicates = 10;
    recipe.explain.background = 10;
    recipe.explain.rows = 10;
    recipe.explain.repeats = 2;
    recipe
}

/// How the way ends; everything on it is checked.
fn walk(case: &Case) -> Result<(), Problem> {
    let what = case.name;
    let mut host = Host::new(1);
    let source = Source { name: "t".to_owned(), file: "t.csv".to_owned(), bytes: case.bytes.len() as u64, ..Source::default() };
    let summary: Summary = host.ask(Ask::Read(Box::new(source.clone())), case.bytes.clone())?;
    assert_eq!((summary.tally.kept as usize, summary.columns.len()), case.read, "{what}");
    summary.problems.iter().for_each(|problem| assert_told(problem, what));
    let source = Source { sha256: summary.sha256.clone(), ..source };
    let mut recipe = Recipe { sources: vec![source], ..Recipe::new() };
    recipe.goal.roles = summary.suggested_roles();
    recipe.goal.roles.remove(case.target);

    let is_wide = summary.columns.len() > 1_000;
    if !is_wide {
        let profile: Profile = host.ask(Ask::Profile(Box::new(recipe.clone())), Vec::new())?;
        assert_eq!((profile.rows, profile.columns.len()), case.read, "{what}");
    }
    let begin = Ask::Begin { recipe: Box::new(recipe), target: case.target.to_owned() };
    let recipe = Box::new(small(host.ask::<Recipe>(begin, Vec::new())?, is_wide));
    let look: Look = host.ask(Ask::Look(recipe.clone()), Vec::new())?;
    look.problems.iter().for_each(|problem| assert_told(problem, what));
    if !is_wide && look.split.is_some() {
        // With a goal that can be met: alerts about the target, and what the steps do.
        host.ask_bytes(Ask::Profile(recipe.clone()), Vec::new())?;
        host.ask_bytes(Ask::Preview(recipe.clone()), Vec::new())?;
    }
    let trained: Trained = host.ask(Ask::Train(recipe.clone()), Vec::new())?;
    let failures = trained.candidates.iter().filter_map(|candidate| candidate.problem.as_ref());
    failures.for_each(|problem| assert_told(problem, what));
    assert!(trained.candidates.iter().any(|candidate| candidate.problem.is_none()), "{what}: not even the baseline");

    host.ask_bytes(Ask::OpenHeldOut { recipe: recipe.clone(), candidate: recipe.chosen }, Vec::new())?;
    let extras = if is_wide { vec![Extra::HeldOut] } else { vec![Extra::HeldOut, Extra::Explanation, Extra::Stress] };
    let report = Ask::Report { recipe: recipe.clone(), extras: extras.clone(), openings: None };
    let reported: Reported = host.ask(report, Vec::new())?;
    assert!(!reported.json.contains("NaN") && !reported.json.contains("null,null,null"), "{what}");
    for kind in ["model", "onnx", "mlflow", "card", "report", "recipe"] {
        let export = Ask::Export { recipe: recipe.clone(), kind: kind.to_owned(), extras: extras.clone(), openings: None };
        if let Err(problem) = host.ask_bytes(export, Vec::new()) {
            assert_told(&problem, what);
        }
    }
    let other = Ask::ReadOther { recipe: recipe.clone(), file: "t.csv".to_owned(), purpose: Purpose::Predict };
    host.ask_bytes(other, case.bytes.clone())?;
    let predicted: Predicted = host.ask(Ask::Predict(recipe), Vec::new())?;
    assert_eq!(predicted.rows, case.read.0, "{what}");
    Ok(())
}

fn check(cases: Vec<Case>) {
    let mut wrong = Vec::new();
    for case in cases {
        let end = match walk(&case) {
            Ok(()) => "a report".to_owned(),
            Err(problem) => {
                assert_told(&problem, case.name);
                problem.message.id.clone()
            }
        };
        let wanted = match case.end {
            End::Report => "a report",
            End::Problem(id) => id,
        };
        if end != wanted {
            wrong.push(format!("{}: {end}, not {wanted}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn bad_files_end_in_a_report_or_in_words() {
    check(files());
}

#[test]
fn extreme_tables_end_in_a_report_or_in_words() {
    check(extremes());
}
