//! New files against the training.

use crate::explain::{TITANIC, trained};
use crate::host::{Host, bytes};
use atelier::recipe::Recipe;
use atelier::run::{Ask, Predicted, Purpose, Retrained, Watched};
use atelier::table::read::Summary;

fn read(host: &mut Host, recipe: &Recipe, text: String) -> Summary {
    let (recipe, file, purpose) = (Box::new(recipe.clone()), "new.csv".to_owned(), Purpose::Watch);
    host.ask(Ask::ReadOther { recipe, file, purpose }, text.into_bytes()).expect("read")
}

fn watch(host: &mut Host, recipe: &Recipe) -> Watched {
    host.ask(Ask::Watch(Box::new(recipe.clone())), Vec::new()).expect("compared")
}

/// The file's lines with a change made to each one but the header.
fn changed(change: impl Fn(usize, &str) -> Option<String>) -> String {
    let text = String::from_utf8(bytes(TITANIC)).expect("a text");
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default().to_owned();
    let rows = lines.enumerate().filter_map(|(row, line)| change(row, line));
    std::iter::once(header).chain(rows).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_same_rows_have_not_drifted_and_fewer_men_have() {
    let mut host = Host::new(1);
    let recipe = trained(&mut host, TITANIC, "survived", |_| {});
    let problem = host.ask_bytes(Ask::Watch(Box::new(recipe.clone())), Vec::new()).expect_err("no file yet");
    assert_eq!(problem.message.id, "watch.no_file");

    read(&mut host, &recipe, changed(|_, line| Some(line.to_owned())));
    let same = watch(&mut host, &recipe);
    assert_eq!((same.columns.drifted, same.file.as_str()), (0, "new.csv"));
    assert!(same.columns.schema.missing.is_empty() && same.columns.schema.kinds.is_empty());
    let predictions = same.predictions.expect("trained").expect("predicted");
    assert_eq!(predictions.drifted, 0);
    let performance = same.performance.expect("answers");
    assert!(performance.after.value().is_some_and(|score| score > 0.7));
    // Every metric of the task, each once, the leading one first.
    let mut metrics: Vec<&str> = performance.others.iter().map(|score| score.metric.as_str()).collect();
    assert_eq!(performance.metric, "roc_auc");
    metrics.push(&performance.metric);
    metrics.sort_unstable();
    let mut all: Vec<&str> = atelier::metric::for_task(atelier::base::Task::Binary).iter().map(|metric| metric.id).collect();
    all.sort_unstable();
    assert_eq!(metrics, all);
    assert!(performance.others.iter().all(|score| score.others.is_empty() && score.after.value().is_some()));
    assert_eq!(same.labelled, 1309);
    assert!(same.copies > 1000, "{}", same.copies);

    // Of the men only every fifth stays.
    read(&mut host, &recipe, changed(|row, line| (!line.contains(",male,") || row % 5 == 0).then(|| line.to_owned())));
    let women = watch(&mut host, &recipe);
    let first = &women.columns.columns[0];
    let drifted: Vec<&str> =
        women.columns.columns.iter().filter(|column| column.verdict.is_drift()).map(|column| column.compared.column.as_str()).collect();
    assert!(first.verdict.is_drift() && drifted.contains(&"sex") && drifted.contains(&"survived"), "{drifted:?}");
    assert!(women.predictions.as_ref().expect("trained").as_ref().expect("predicted").drifted > 0);
    // What counts as drift stands in the recipe.
    let mut lenient = recipe.clone();
    lenient.watch = [("moderate".to_owned(), 1.0.into()), ("large".to_owned(), 1.0.into())].into_iter().collect();
    let lenient = watch(&mut host, &lenient);
    let sex = lenient.columns.columns.iter().find(|column| column.compared.column == "sex").expect("a column");
    assert!(lenient.columns.options.moderate == 1.0 && !sex.verdict.is_drift(), "{:?}", sex.verdict);
    assert!(women.verdict.iter().all(|said| !said.to_string().contains('{')), "{:?}", women.verdict);

    // A column under another name: the columns are compared, the predictions say why there are none.
    let renamed = changed(|_, line| Some(line.to_owned())).replacen("fare", "Fare!", 1);
    read(&mut host, &recipe, renamed);
    let lacking = watch(&mut host, &recipe);
    assert_eq!(lacking.columns.schema.missing, ["fare"]);
    assert_eq!(lacking.columns.schema.renamed[0].to, "Fare!");
    assert_eq!(lacking.predictions.expect("asked").expect_err("refused").message.id, "plan.no_column");
    assert!(lacking.performance.is_none());
}

#[test]
fn training_again_with_new_rows_is_compared_on_rows_that_neither_saw() {
    let mut host = Host::new(2);
    let recipe = trained(&mut host, TITANIC, "survived", |_| {});
    read(&mut host, &recipe, changed(|row, line| (row % 4 == 0).then(|| line.to_owned())));
    let found: Retrained = host.ask(Ask::Retrain(Box::new(recipe.clone())), Vec::new()).expect("compared");
    assert_eq!((found.new_rows, found.folds), (328, 5));
    assert!(found.performance.before.value().is_some() && found.performance.after.value().is_some());
    let mut one = Host::new(1);
    let recipe = trained(&mut one, TITANIC, "survived", |_| {});
    read(&mut one, &recipe, changed(|row, line| (row % 4 == 0).then(|| line.to_owned())));
    let same: Retrained = one.ask(Ask::Retrain(Box::new(recipe)), Vec::new()).expect("compared");
    assert_eq!(found, same, "whatever the number of workers");
}

#[test]
fn rows_to_predict_and_rows_to_watch_are_two_files() {
    let mut host = Host::new(1);
    let recipe = trained(&mut host, TITANIC, "survived", |_| {});
    read(&mut host, &recipe, changed(|row, line| (row % 4 == 0).then(|| line.to_owned())));
    let predict = Ask::Predict(Box::new(recipe.clone()));
    assert_eq!(host.ask_bytes(predict.clone(), Vec::new()).expect_err("no rows to predict").message.id, "watch.no_file");
    let few = changed(|row, line| (row < 3).then(|| line.to_owned()));
    let ask = Ask::ReadOther { recipe: Box::new(recipe.clone()), file: "few.csv".to_owned(), purpose: Purpose::Predict };
    host.ask_bytes(ask, few.into_bytes()).expect("read");
    assert_eq!(host.ask::<Predicted>(predict, Vec::new()).expect("predicted").rows, 3);
    // What was predicted in between changes neither the comparison nor the training with new rows.
    let watched = watch(&mut host, &recipe);
    assert_eq!((watched.file.as_str(), watched.columns.rows.1, watched.labelled), ("new.csv", 328, 328));
    let again: Retrained = host.ask(Ask::Retrain(Box::new(recipe)), Vec::new()).expect("compared");
    assert_eq!(again.new_rows, 328);
}
