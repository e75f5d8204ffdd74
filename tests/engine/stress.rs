//! Stress tests of a trained model: sorted findings, repairs that can be added.

use crate::explain::{TITANIC, trained};
use crate::host::Host;
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
    recipe.apply(repair.edit.clone()).expect("a repair that fits");
    let look: Look = host.ask(Ask::Look(Box::new(recipe)), Vec::new()).expect("a look");
    assert!(look.problems.is_empty(), "{:?}", look.problems);
}
