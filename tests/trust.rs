//! Fitted pipelines under stress, by group and on changed rows: what the modules say together about real models.

#[path = "reference/support.rs"]
mod support;

use atelier::base::{Figure, Job, Params, Problem, Stage, Task};
use atelier::explain::{Model, Scorer};
use atelier::judge::{FitJob, Fitted, Goal, Setup, Split};
use atelier::learn::{Candidate, Target};
use atelier::metric::{self, Prediction, Truth};
use atelier::prepare::{Selector, Step};
use atelier::recipe::{self, Recipe};
use atelier::table::{Column, Role, Strings, Table};
use atelier::watch::{self, Verdict, Watch};
use atelier::{fair, plan, stress};
use ndarray::Array2;
use serde_json::json;
use std::sync::Arc;

/// Titanic without what is known only later and what differs in every row.
fn titanic() -> (Table, Recipe) {
    let table = support::raw("titanic.csv").table();
    let mut recipe = Recipe::new();
    for name in ["passenger_id", "name", "ticket", "cabin", "boat", "body", "home_dest"] {
        recipe.goal.roles.insert(name.to_owned(), Role::LeftOut);
    }
    let mut recipe = recipe::start(&recipe, &table.schema(), "survived", Task::Binary);
    recipe.goal = Goal { task: Some(Task::Binary), positive: Some("1".to_owned()), ..recipe.goal };
    (table, recipe)
}

fn fit(table: &Table, recipe: &Recipe, protected: &[String], model: &str, params: serde_json::Value) -> (Setup, Fitted) {
    let setup = Setup::new(table, &recipe.goal, &Split::default(), &recipe.prepare, protected, 1).expect("a setup");
    let candidate = Candidate { model: model.to_owned(), params: params.as_object().cloned().unwrap_or_default(), ..Candidate::default() };
    let fitted = FitJob::new(&setup, &setup.training, None, &recipe.prepare, &candidate, 1).finish().expect("a fit");
    (setup, fitted)
}

/// A metric of some rows of a target.
fn score(metric: &str, target: &Target, rows: &[usize], answer: &Array2<f64>) -> Figure {
    let Target::Classes { codes, count } = target.take(rows) else { panic!("classes") };
    let metric = metric::find(metric).expect("the metric");
    metric.compute(&Truth::Classes { codes: &codes, count }, &Prediction::new(answer.view()), None)
}

/// A fitted model under every probe; the report, and the held-out accuracy that it starts from.
fn probe(setup: &Setup, fitted: &Fitted) -> stress::Report {
    let (rows, train) = (setup.inputs.take(&setup.held_out), setup.inputs.take(&setup.training));
    let columns: Vec<String> = setup.inputs.names().map(str::to_owned).collect();
    let answers = setup.target.take(&setup.held_out);
    let predict = |table: &Table| plan::predict(&fitted.plan, table);
    let scored = |rows: &[usize], answer: &Array2<f64>| score("accuracy", &answers, rows, answer);
    let model = || Model {
        task: setup.task,
        predict: &predict,
        score: Some(Scorer { metric: "accuracy".to_owned(), greater_is_better: true, of: &scored, units: None }),
    };
    let setting = stress::Setting { rows: &rows, train: &train, columns: &columns, task: setup.task, threshold: 0.5, seed: 1 };
    stress::Battery::all(&setting, &model()).expect("prepares").job(model()).finish().expect("runs")
}

#[test]
fn every_kind_of_model_stands_the_battery() {
    let (table, recipe) = titanic();
    for (model, params) in [("logistic", json!({})), ("forest", json!({ "trees": 10 })), ("network", json!({ "epochs": 10 }))] {
        let (setup, fitted) = fit(&table, &recipe, &[], model, params);
        let report = probe(&setup, &fitted);
        let severity = |probe: &str| report.findings.iter().filter(|finding| finding.probe == probe).map(|finding| finding.severity).max();
        for sound in ["duplicated", "empty", "retyped", "single"] {
            assert_eq!(severity(sound), Some(stress::Severity::Fine), "{model}: {sound}");
        }
        let broken: Vec<String> = report
            .findings
            .iter()
            .filter(|finding| finding.severity == stress::Severity::High)
            .map(|finding| finding.message().to_string())
            .collect();
        assert!(broken.is_empty(), "{model}: {broken:?}");
        // Whether she is a woman decides most: a model that has learned anything leans on it.
        let sex = report.findings.iter().find(|finding| finding.probe == "shuffled" && finding.columns == ["sex"]).expect("a finding");
        assert!(sex.severity >= stress::Severity::Low && sex.examples.len() == stress::EXAMPLES, "{model}: {sex:?}");
        let numbers = &sex.steps[0].numbers;
        assert!(
            numbers.score_before.value() > Some(0.7) && numbers.score_after.value() < numbers.score_before.value(),
            "{model}: {numbers:?}"
        );
        let written = serde_json::to_string(&report).expect("writes");
        assert_eq!(serde_json::from_str::<stress::Report>(&written).expect("reads back"), report);
    }
}

/// Predictions of the held-out rows, and the groups of these rows.
fn by_group(setup: &Setup, fitted: &Fitted) -> fair::Report {
    let rows = setup.inputs.take(&setup.held_out);
    let answer = plan::predict(&fitted.plan, &rows).expect("predicts");
    let predicted: Vec<bool> = answer.column(0).iter().map(|p| *p >= 0.5).collect();
    let Target::Classes { codes, .. } = setup.target.take(&setup.held_out) else { panic!("classes") };
    let truth: Vec<bool> = codes.iter().map(|code| *code == 1).collect();
    let groups = fair::labels(rows.column("sex").expect("the column"), &fair::Bins::Quantiles(4));
    fair::classes(&truth, &predicted, &groups, &fair::Options::read(&Params::new()).expect("the defaults")).expect("a report")
}

#[test]
fn reweighing_narrows_the_gap_and_says_what_it_costs() {
    let (table, mut recipe) = titanic();
    let sex = ["sex".to_owned()];
    let (setup, fitted) = fit(&table, &recipe, &sex, "logistic", json!({}));
    let before = by_group(&setup, &fitted);
    recipe.prepare.insert(0, Step { id: "reweigh".to_owned(), columns: Selector::All, params: Params::new(), enabled: true });
    let (setup, fitted) = fit(&table, &recipe, &sex, "logistic", json!({}));
    let after = by_group(&setup, &fitted);
    let impact = |report: &fair::Report| {
        let found = report.criteria.iter().find(|criterion| criterion.id == "disparate_impact").expect("the criterion");
        (found.value.value.value().expect("a ratio"), found.verdict)
    };
    let accuracy = |report: &fair::Report| report.overall.figures["accuracy"].value.value().expect("a share");
    assert_eq!(impact(&before).1, Some(fair::Verdict::NotMet));
    assert!(impact(&after).0 > 2.0 * impact(&before).0, "{:?} {:?}", impact(&before), impact(&after));
    assert!(accuracy(&after) < accuracy(&before) && accuracy(&after) > 0.6, "{} {}", accuracy(&before), accuracy(&after));
}

#[test]
fn changed_rows_change_the_columns_the_predictions_and_the_score() -> Result<(), Problem> {
    let (table, recipe) = titanic();
    let (setup, fitted) = fit(&table, &recipe, &[], "logistic", json!({}));
    let columns: Vec<String> = setup.inputs.names().map(str::to_owned).collect();
    let (reference, same) = (setup.inputs.take(&setup.training), setup.inputs.take(&setup.held_out));
    let fare = same.column("fare").and_then(Column::numbers).ok_or_else(|| Problem::new(Stage::Watch, "watch.no_columns"))?;
    let mut changed = same.clone();
    changed.put(Column::number("fare", fare.iter().map(|fare| fare * 3.0 + 40.0).collect()));
    changed.put(Column::category("sex", Strings::from_texts(vec![Some("female"); same.rows()])));
    let compare = |current: &Table| {
        Watch::new(&Params::new(), Arc::new(reference.clone()), Arc::new(current.clone()), &columns).and_then(|watch| watch.job().finish())
    };
    let drift = compare(&changed)?;
    let gravest: Vec<_> = drift.columns.iter().take(2).map(|judged| (judged.compared.column.as_str(), &judged.verdict)).collect();
    assert_eq!((drift.drifted, gravest), (2, vec![("fare", &Verdict::Large), ("sex", &Verdict::Large)]));
    assert_eq!(compare(&same)?.drifted, 0);

    let answers = |table: &Table| {
        let answer = plan::predict(&fitted.plan, table)?;
        let classes: Vec<String> = answer.column(0).iter().map(|p| u8::from(*p >= 0.5).to_string()).collect();
        Ok::<_, Problem>((watch::predictions(&answer, &["p(1)".to_owned()], Some(&classes)), answer))
    };
    let ((was, before), (is, _)) = (answers(&reference)?, answers(&changed)?);
    let names: Vec<String> = was.names().map(str::to_owned).collect();
    let predicted = Watch::new(&Params::new(), Arc::new(was), Arc::new(is), &names)?.job().finish()?;
    assert_eq!(predicted.columns.len(), 2);
    assert_eq!((predicted.drifted, predicted.table_drifted), (2, true));

    // Answers turned round: the score falls beyond chance.
    let known = setup.target.take(&setup.training);
    let scored = |rows: &[usize], answer: &Array2<f64>| score("roc_auc", &known, rows, answer);
    let turned = before.mapv(|p| 1.0 - p);
    let (good, bad) =
        (watch::Sample { answer: &before, score: &scored, units: None }, watch::Sample { answer: &turned, score: &scored, units: None });
    let fallen = watch::Comparison::new("roc_auc", true, 1, good, bad).finish()?;
    assert_eq!(fallen.change, Some(watch::Change::Worse));
    assert_eq!(watch::Comparison::new("roc_auc", true, 1, good, good).finish()?.change, Some(watch::Change::Undecided));
    Ok(())
}
