//! What the steps of a preparation do, before anything is trained.

use crate::host::Host;
use atelier::base::{Params, Place, Severity};
use atelier::prepare::{Selector, Step};
use atelier::recipe::Recipe;
use atelier::run::{Ask, Look, Preview};
use atelier::table::Role;

#[test]
fn every_step_says_what_it_touches_and_a_failing_one_why() {
    let mut host = Host::new(1);
    let mut recipe = host.study("public/samples/titanic.csv.gz", "survived");
    let step = |id: &str| Step { id: id.to_owned(), columns: Selector::All, params: Params::new(), enabled: true };
    recipe.prepare.push(step("random_over"));
    let preview: Preview = host.ask(Ask::Preview(Box::new(recipe.clone())), Vec::new()).expect("a preview");
    assert_eq!(preview.steps.len(), recipe.prepare.len());
    assert_eq!(preview.problem, None);
    let impute = preview.steps[0].as_ref().expect("a step");
    let age = impute.touched.iter().find(|touched| touched.column == "age").expect("touched");
    assert!(age.cells > 100 && impute.touched_cells >= age.cells);
    assert!(preview.columns.len() > preview.before.0.len());
    assert_eq!(preview.before.1.rows.len(), preview.after.1.rows.len());
    let over = preview.steps.last().and_then(Option::as_ref).expect("a step");
    assert_eq!(over.classes[0].2, over.classes[1].2);
    assert!(over.classes[1].1 < over.classes[1].2);

    recipe.prepare.push(Step { columns: Selector::Names(vec!["nowhere".to_owned()]), ..step("log") });
    let preview: Preview = host.ask(Ask::Preview(Box::new(recipe.clone())), Vec::new()).expect("a preview");
    assert_eq!(preview.steps.len(), recipe.prepare.len() - 1);
    assert_eq!(preview.problem.expect("a problem").message.id, "prepare.no_column");
}

#[test]
fn leaving_a_column_out_breaks_no_step_that_names_it() {
    let mut host = Host::new(1);
    let mut recipe = host.study("public/samples/titanic.csv.gz", "survived");
    let names = |recipe: &Recipe, id: &str| match recipe.prepare.iter().find(|step| step.id == id).map(|step| &step.columns) {
        Some(Selector::Names(names)) => names.clone(),
        other => panic!("{other:?}"),
    };
    assert!(names(&recipe, "rare_levels").contains(&"boat".to_owned()));
    recipe.goal.roles.insert("boat".to_owned(), Role::KnownLater);
    let look: Look = host.ask(Ask::Look(Box::new(recipe.clone())), Vec::new()).expect("a look");
    assert!(look.problems.iter().all(|problem| problem.severity != Severity::Error), "{:?}", look.problems);
    let preview: Preview = host.ask(Ask::Preview(Box::new(recipe.clone())), Vec::new()).expect("a preview");
    assert_eq!(preview.problem, None);
    assert!(preview.columns.iter().all(|column| !column.name.starts_with("boat")));
    // The step keeps the name: with the column comes back what was done with it.
    assert!(names(&recipe, "rare_levels").contains(&"boat".to_owned()));
}

#[test]
fn a_step_on_source_rows_says_how_many_it_takes_and_a_problem_says_its_step() {
    let mut host = Host::new(1);
    let mut recipe = host.study("public/samples/titanic.csv.gz", "survived");
    let step = |id: &str| Step { id: id.to_owned(), columns: Selector::All, params: Params::new(), enabled: true };
    recipe.prepare.insert(1, step("drop_duplicates"));
    let (columns, params) =
        (Selector::Names(vec!["sex".to_owned(), "age".to_owned()]), Params::from_iter([("compare".to_owned(), "chosen".into())]));
    recipe.prepare.insert(2, Step { columns, params, ..step("drop_duplicates") });
    let preview: Preview = host.ask(Ask::Preview(Box::new(recipe.clone())), Vec::new()).expect("a preview");
    let rows = |place: usize| preview.steps[place].as_ref().map(|step| (step.before_split, step.report.rows));
    let (first, second) = (rows(1).expect("a step"), rows(2).expect("a step"));
    assert!(first.0 && first.1.0 == 1309 && first.1.1 <= 1309, "{first:?}");
    assert!(second.0 && second.1.0 == first.1.1 && second.1.1 < 400, "{second:?}");
    assert_eq!(rows(0).map(|(before, _)| before), Some(false));

    recipe.prepare.truncate(1);
    let formula = Params::from_iter([("name".to_owned(), "x".into()), ("formula".to_owned(), "age + (".into())]);
    recipe.prepare.push(Step { params: formula, ..step("derive") });
    let preview: Preview = host.ask(Ask::Preview(Box::new(recipe.clone())), Vec::new()).expect("a preview");
    let problem = preview.problem.expect("a problem");
    assert!(matches!(problem.place, atelier::base::Place::Character(_)), "{problem:?}");
    assert_eq!(problem.message.args["index"], "1");
    let look: Look = host.ask(Ask::Look(Box::new(recipe)), Vec::new()).expect("a look");
    assert!(look.problems.contains(&problem), "look and preview say the same: {:?}", look.problems);
}

#[test]
fn what_no_model_could_read_is_said_at_the_step_that_made_it() {
    let mut host = Host::new(1);
    let mut recipe = host.study("public/samples/titanic.csv.gz", "survived");
    let params = |value: serde_json::Value| value.as_object().cloned().unwrap_or_default();
    let derive = serde_json::json!({ "name": "ratio", "formula": "fare / parch" });
    // After the first step, which fills gaps, and before the columns are scaled.
    recipe.prepare.insert(1, Step { id: "derive".to_owned(), columns: Selector::All, params: params(derive), enabled: true });
    let look: Look = host.ask(Ask::Look(Box::new(recipe.clone())), Vec::new()).expect("a look");
    let warned = look.problems.iter().find(|problem| problem.message.id == "prepare.may_miss").expect("a warning");
    assert_eq!((warned.severity, &warned.place), (Severity::Warning, &Place::Step(1)));
    let preview: Preview = host.ask(Ask::Preview(Box::new(recipe.clone())), Vec::new()).expect("a preview");
    let problem = preview.problem.expect("most have no parent or child on board");
    assert_eq!((problem.message.id.as_str(), &problem.place), ("prepare.still_missing", &Place::Step(1)));
    assert_eq!(preview.steps.len(), recipe.prepare.len());

    // Filled after the division, every row can be read.
    let fill = Step { id: "impute".to_owned(), columns: Selector::All, params: Params::new(), enabled: true };
    recipe.prepare.insert(2, fill);
    let preview: Preview = host.ask(Ask::Preview(Box::new(recipe)), Vec::new()).expect("a preview");
    assert_eq!(preview.problem, None);
}
