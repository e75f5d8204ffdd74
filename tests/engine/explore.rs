//! The profile of the rows that may be looked at.

use crate::host::Host;
use atelier::profile::Profile;
use atelier::recipe::Recipe;
use atelier::run::Ask;

#[test]
fn sealed_rows_are_not_looked_at() {
    let mut host = Host::new(1);
    let (source, _) = host.read("public/samples/titanic.csv.gz");
    let mut recipe = Recipe::new();
    recipe.sources = vec![source];
    let all: Profile = host.ask(Ask::Profile(Box::new(recipe)), Vec::new()).expect("a profile");
    assert_eq!((all.rows, all.target.is_some()), (1309, false));
    let recipe = host.study("public/samples/titanic.csv.gz", "survived");
    let seen: Profile = host.ask(Ask::Profile(Box::new(recipe.clone())), Vec::new()).expect("a profile");
    assert_eq!(seen.rows, 1309 - 262);
    assert!(seen.alerts.iter().any(|alert| alert.id == "leak" || alert.id == "leak_pure"), "boat tells who survived");
    let again: Profile = host.ask(Ask::Profile(Box::new(recipe)), Vec::new()).expect("known");
    assert_eq!(seen, again);
}
