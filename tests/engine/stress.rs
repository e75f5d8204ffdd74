//! Stress tests of a trained model: sorted findings, repairs that can be added.

use crate::explain::{TITANIC, trained};
use crate::host::Host;
use atelier::base::Params;
use atelier::prepare::{Selector, Step};
use atelier::recipe::Recipe;
use atelier::run::{Ask, Look, Stressed};

#[test]
fn findings_are_sorted_and_repairs_can_be_added() {
    let mut host = Host::new(1);
    let mut recipe = trained(&mut host, TITANIC, "survived", |recipe| recipe.stress.rows = 120);
    let stressed: Stressed = host.ask(Ask::Stress(Box::new(recipe.clone())), Vec::new()).expect("findings");
    let findings = &stressed.report.findings;
    assert!(findings.len() > 20, "{}", findings.len());
    assert_eq!((findings.len(), findings.len()), (stressed.messages.len(), stressed.repairs.len()));
    assert!(findings.is_sorted_by(|a, b| a.severity >= b.severity));
    assert!(stressed.messages.iter().all(|message| !message.to_string().contains('{')));
    let probes: std::collections::BTreeSet<&str> = findings.iter().map(|finding| finding.probe.as_str()).collect();
    for probe in ["dropped", "empty", "extreme", "missing", "noise", "single", "unit", "unseen"] {
        assert!(probes.contains(probe), "{probe}");
    }
    let again: Stressed = host.ask(Ask::Stress(Box::new(recipe.clone())), Vec::new()).expect("findings");
    assert_eq!(again, stressed);
    let repair = stressed.repairs.iter().flatten().next().expect("a repair");
    // The place is that of the recipe as it is when the repair is made, whatever was changed since the probes ran.
    let mut bare = recipe.clone();
    bare.prepare.clear();
    bare.apply(repair.edit(&bare)).expect("a repair that fits");
    assert_eq!(bare.prepare, std::slice::from_ref(&repair.step));
    assert!(!repair.is_made(&recipe));
    recipe.prepare.insert(0, Step { id: "drop_duplicates".to_owned(), columns: Selector::All, params: Params::new(), enabled: true });
    recipe.apply(repair.edit(&recipe)).expect("a repair that fits");
    assert!(recipe.prepare[1] == repair.step && repair.is_made(&recipe), "behind the steps on rows: {:?}", recipe.prepare);
    recipe.prepare.remove(0);
    let look: Look = host.ask(Ask::Look(Box::new(recipe)), Vec::new()).expect("a look");
    assert!(look.problems.is_empty(), "{:?}", look.problems);
}

#[test]
fn the_settings_of_probes_are_those_of_the_recipe() {
    let mut host = Host::new(1);
    let mut recipe = trained(&mut host, TITANIC, "survived", |recipe| recipe.stress.rows = 60);
    let sizes = |host: &mut Host, recipe: &Recipe| {
        let stressed: Stressed = host.ask(Ask::Stress(Box::new(recipe.clone())), Vec::new()).expect("findings");
        let unit = stressed.report.findings.iter().find(|finding| finding.probe == "unit").cloned().expect("a finding");
        (stressed.report.rows, unit.steps.iter().map(|step| step.size).collect::<Vec<_>>())
    };
    let usual = sizes(&mut host, &recipe);
    recipe.stress = recipe.stress.with_probe("unit", [("factor".to_owned(), 12.0.into())].into_iter().collect());
    let set = sizes(&mut host, &recipe);
    assert_eq!((usual.0, set.0), (60, 60));
    assert!(set.1.contains(&12.0) && !usual.1.contains(&12.0), "{set:?}");
    recipe.stress.params.insert("tolerance".to_owned(), 99.0.into());
    let problem = host.ask_bytes(Ask::Stress(Box::new(recipe.clone())), Vec::new()).expect_err("out of range");
    assert_eq!(problem.message.id, "field.out_of_range");
}
