//! Explanations of a trained model: on the right rows, with readings, known again.

use crate::host::Host;
use atelier::explain::Explanation;
use atelier::recipe::{Edit, Recipe};
use atelier::run::{Ask, Explained, Look, Picks, Question};

pub const TITANIC: &str = "public/samples/titanic.csv.gz";

/// A study with one quick model, trained.
pub fn trained(host: &mut Host, path: &str, target: &str, change: impl FnOnce(&mut Recipe)) -> Recipe {
    let mut recipe = host.study(path, target);
    recipe.split.folds = 3;
    recipe.judge.replicates = 10;
    recipe.models.retain(|candidate| candidate.model == "logistic" || candidate.model == "linear");
    recipe.chosen = 0;
    change(&mut recipe);
    host.ask_bytes(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");
    recipe
}

fn explain(host: &mut Host, recipe: &Recipe, question: Question) -> Explained {
    host.ask(Ask::Explain { recipe: Box::new(recipe.clone()), question }, Vec::new()).expect("explained")
}

fn question(method: &str) -> Question {
    Question { method: method.to_owned(), ..Question::default() }
}

#[test]
fn a_model_is_explained_over_all_and_by_row() {
    let mut host = Host::new(2);
    let recipe = trained(&mut host, TITANIC, "survived", |recipe| recipe.explain.repeats = 2);

    let importance = explain(&mut host, &recipe, question("permutation"));
    let Explanation::Permutation(found) = &importance.explanation else { panic!("another method") };
    assert_eq!(found.columns.len(), importance.columns.len(), "raw columns, not their parts");
    assert_eq!(found.metric, "roc_auc");
    let base = found.base.value().expect("a score");
    assert!(base > 0.75, "{base}");
    assert!(importance.readings.iter().any(|reading| reading.id == "explain.reading.importance"), "{:?}", importance.readings);

    let picks: Picks = host.ask(Ask::Picks { recipe: Box::new(recipe.clone()), output: 0 }, Vec::new()).expect("rows");
    assert!(picks.rows.len() > 5);
    let right = &picks.rows[0];
    assert_eq!((right.why.as_str(), right.truth.as_str()), ("surely_right", picks.classes[1].as_str()));
    let wrong = picks.rows.iter().find(|row| row.why == "wrongly").expect("a wrong one");
    assert_eq!(wrong.truth, picks.classes[0]);

    let one = explain(&mut host, &recipe, Question { rows: vec![right.origin], ..question("shap") });
    let Explanation::Shap(shap) = &one.explanation else { panic!("another method") };
    assert!(one.probability && shap.exact);
    let row = &shap.rows[0];
    let sum: f64 = row.base + row.values.iter().sum::<f64>();
    assert!((sum - row.prediction).abs() < 1e-9, "{sum} and {}", row.prediction);
    assert_eq!(one.rows[0].values, right.values);
    assert!(one.readings.len() == 4, "{:?}", one.readings);
    assert!(one.readings[1].to_string().contains("probability that survived is"), "{}", one.readings[1]);
    assert!(one.readings.iter().all(|reading| !reading.to_string().contains('{')), "{:?}", one.readings);

    let lime = explain(&mut host, &recipe, Question { rows: vec![right.origin], ..question("lime") });
    assert_eq!(lime.rows.len(), 1);
    let column = picks.columns[0].clone();
    let mut dependence = question("dependence");
    dependence.params.insert("columns".to_owned(), serde_json::json!([column]));
    let curve = explain(&mut host, &recipe, dependence.clone());
    let Explanation::Dependence(curves) = &curve.explanation else { panic!("another method") };
    assert_eq!(curves.curves.len(), 1);
    assert_eq!(curve, explain(&mut host, &recipe, dependence), "known again");
}

#[test]
fn sealed_and_absent_rows_are_refused_and_so_is_a_stale_training() {
    let mut host = Host::new(1);
    let mut recipe = trained(&mut host, TITANIC, "survived", |_| {});
    // One of the first ten rows at least is held out.
    let asked = |host: &mut Host, recipe: &Recipe, origin: u32| {
        let question = Question { rows: vec![origin], ..question("lime") };
        host.ask_bytes(Ask::Explain { recipe: Box::new(recipe.clone()), question }, Vec::new()).map_err(|problem| problem.message.id)
    };
    let answers: Vec<_> = (0..10).map(|origin| asked(&mut host, &recipe, origin)).collect();
    assert!(answers.iter().any(|answer| matches!(answer, Err(id) if id == "explain.sealed_row")), "{answers:?}");
    assert!(answers.iter().any(Result::is_ok));
    assert_eq!(asked(&mut host, &recipe, 5_000_000).expect_err("absent"), "explain.absent_row");
    recipe.apply(Edit::RemoveStep { at: 0 }).expect("an edit");
    assert_eq!(asked(&mut host, &recipe, 0).expect_err("stale"), "judge.stale");
}

#[test]
fn choosing_groups_to_look_at_makes_no_training_stale_unless_a_step_weighs_by_them() {
    let mut host = Host::new(1);
    let mut recipe = trained(&mut host, TITANIC, "survived", |_| {});
    let trained =
        |host: &mut Host, recipe: &Recipe| host.ask::<Look>(Ask::Look(Box::new(recipe.clone())), Vec::new()).expect("a look").trained;
    recipe.fair.columns = vec!["sex".to_owned()];
    assert!(trained(&mut host, &recipe));
    let step = serde_json::from_value(serde_json::json!({"id": "reweigh"})).expect("a step");
    recipe.apply(Edit::InsertStep { at: 0, step }).expect("an edit");
    assert!(!trained(&mut host, &recipe));
    let by_sex = recipe.train_digest();
    recipe.fair.columns = vec!["pclass".to_owned()];
    assert_ne!(recipe.train_digest(), by_sex);
}

#[test]
fn settings_of_a_method_stand_in_the_recipe_and_change_no_other() {
    let mut host = Host::new(1);
    let mut recipe = trained(&mut host, TITANIC, "survived", |recipe| recipe.explain.repeats = 2);
    let lines = |host: &mut Host, recipe: &Recipe| match explain(host, recipe, question("dependence")).explanation {
        Explanation::Dependence(found) => found.curves[0].lines.len(),
        _ => panic!("another method"),
    };
    assert_eq!(lines(&mut host, &recipe), 30);
    let before = explain(&mut host, &recipe, question("permutation"));
    recipe.explain = recipe.explain.with_params("dependence", [("lines".to_owned(), 4.into())].into_iter().collect());
    assert_eq!(lines(&mut host, &recipe), 4);
    assert_eq!(explain(&mut host, &recipe, question("permutation")), before);
    recipe.explain = recipe.explain.with_params("dependence", [("lines".to_owned(), 999.into())].into_iter().collect());
    let ask = Ask::Explain { recipe: Box::new(recipe), question: question("dependence") };
    assert_eq!(host.ask_bytes(ask, Vec::new()).expect_err("out of range").message.id, "field.out_of_range");
}
