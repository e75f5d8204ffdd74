//! New files against the training.

use crate::explain::{TITANIC, trained};
use crate::host::{Host, bytes};
use atelier::recipe::Recipe;
use atelier::run::{Ask, Retrained, Watched};
use atelier::table::read::Summary;

fn read(host: &mut Host, recipe: &Recipe, text: String) -> Summary {
    host.ask(Ask::ReadOther { recipe: Box::new(recipe.clone()), file: "new.csv".to_owned() }, text.into_bytes()).expect("read")
}

fn watch(host: &mut Host, recipe: &Recipe) -> Watched {
    let params = atelier::base::Params::new();
    host.ask(Ask::Watch { recipe: Box::new(recipe.clone()), params }, Vec::new()).expect("compared")
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
    let problem =
        host.ask_bytes(Ask::Watch { recipe: Box::new(recipe.clone()), params: Default::default() }, Vec::new()).expect_err("no file yet");
    assert_eq!(problem.message.id, "watch.no_file");

    read(&mut host, &recipe, changed(|_, line| Some(line.to_owned())));
    let same = watch(&mut host, &recipe);
    assert_eq!((same.columns.drifted, same.file.as_str()), (0, "new.csv"));
    assert!(same.columns.schema.missing.is_empty() && same.columns.schema.kinds.is_empty());
    let predictions = same.predictions.expect("trained").expect("predicted");
    assert_eq!(predictions.drifted, 0);
    let performance = same.performance.expect("answers");
    assert!(performance.after.value().is_some_and(|score| score > 0.7));
    assert_eq!(same.labelled, 1309);
    assert!(same.copies > 1000, "{}", same.copies);

    // Of the men only every fifth stays.
    read(&mut host, &recipe, changed(|row, line| (!line.contains(",male,") || row % 5 == 0).then(|| line.to_owned())));
    let women = watch(&mut host, &recipe);
    let first = &women.columns.columns[0];
    let drifted: Vec<&str> =
        women.columns.columns.iter().filter(|column| column.verdict.is_drift()).map(|column| column.compared.column.as_str()).collect();
    assert!(first.verdict.is_drift() && drifted.contains(&"sex") && drifted.contains(&"survived"), "{drifted:?}");
    assert!(women.predictions.expect("trained").expect("predicted").drifted > 0);
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
