//! Fairness of a trained model by groups that need not be inputs.

use crate::explain::{TITANIC, trained};
use crate::host::Host;
use atelier::recipe::{Edit, Recipe};
use atelier::run::{Ask, Fairness};
use atelier::table::Role;

fn fair(host: &mut Host, recipe: &Recipe) -> Fairness {
    host.ask(Ask::Fair { recipe: Box::new(recipe.clone()), class: None }, Vec::new()).expect("groups compared")
}

#[test]
fn groups_are_compared_and_reweighing_brings_them_together() {
    let mut host = Host::new(2);
    let mut recipe = trained(&mut host, TITANIC, "survived", |recipe| {
        recipe.goal.roles.insert("sex".to_owned(), Role::LeftOut);
        recipe.fair.columns = vec!["pclass".to_owned(), "sex".to_owned()];
    });
    let before = fair(&mut host, &recipe);
    assert_eq!(before.groupings.len(), 3, "two columns and both crossed");
    assert!(before.groupings[0].input && !before.groupings[1].input);
    let report = before.groupings[1].report.as_ref().expect("a report");
    assert_eq!(report.groups.iter().map(|group| group.rows).sum::<usize>(), before.rows);
    let impact = report.criteria.iter().find(|criterion| criterion.id == "disparate_impact").expect("a criterion");
    assert!(impact.value.value.value().is_some_and(|value| value < 1.0));
    assert_eq!(before.class.as_deref(), Some("1"));

    // Another width of the limit is no other training.
    recipe.fair.params.insert("ratio".to_owned(), 0.1.into());
    let wider = fair(&mut host, &recipe);
    assert_ne!(wider.groupings[0].report, before.groupings[0].report);
    recipe.fair.params.clear();

    recipe.fair.columns = vec!["pclass".to_owned()];
    let step = serde_json::from_value(serde_json::json!({"id": "reweigh"})).expect("a step");
    let parity = |fairness: &Fairness| {
        let report = fairness.groupings[0].report.as_ref().expect("a report").clone();
        report
            .criteria
            .iter()
            .find(|criterion| criterion.id == "demographic_parity_difference")
            .and_then(|c| c.value.value.value())
            .expect("a gap")
    };
    let gap = parity(&fair(&mut host, &recipe));
    recipe.apply(Edit::InsertStep { at: recipe.prepare.len(), step }).expect("an edit");
    host.ask_bytes(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");
    let after = parity(&fair(&mut host, &recipe));
    assert!(after < gap, "{after} against {gap}");
}

#[test]
fn a_column_that_is_not_there_is_one_clear_problem() {
    let mut host = Host::new(1);
    let mut recipe = trained(&mut host, TITANIC, "survived", |_| {});
    let ask = |host: &mut Host, recipe: &Recipe| {
        host.ask_bytes(Ask::Fair { recipe: Box::new(recipe.clone()), class: None }, Vec::new()).expect_err("a problem").message.id
    };
    assert_eq!(ask(&mut host, &recipe), "fair.no_columns");
    recipe.fair.columns = vec!["nobody".to_owned()];
    assert_eq!(ask(&mut host, &recipe), "fair.no_column");
}
