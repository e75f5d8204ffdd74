//! Reading, looking, training, judging again, restoring.

use crate::host::Host;
use atelier::recipe::Recipe;
use atelier::run::{Ask, Look, Trained};

const TITANIC: &str = "public/samples/titanic.csv.gz";

fn short(host: &mut Host) -> Recipe {
    let mut recipe = host.study(TITANIC, "survived");
    recipe.split.folds = 2;
    recipe.judge.replicates = 20;
    recipe.models.retain(|candidate| candidate.model != "network");
    assert!(!recipe.models.is_empty());
    recipe.chosen = 0;
    recipe
}

#[test]
fn a_training_is_the_same_with_any_workers_and_is_known_afterwards() {
    let mut one = Host::new(1);
    let recipe = short(&mut one);
    let (value, bytes) = one.ask_bytes(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");
    let mut two = Host::new(3);
    short(&mut two);
    let (same, same_bytes) = two.ask_bytes(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");
    assert_eq!(value, same);
    assert_eq!(bytes, same_bytes);

    let look: Look = one.ask(Ask::Look(Box::new(recipe.clone())), Vec::new()).expect("a look");
    assert!(look.trained && look.unread.is_empty());
    let (again, _) = one.ask_bytes(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("known");
    assert_eq!(value, again);

    // A worker that starts anew takes back what was saved, once the table is read again.
    let mut fresh = Host::new(1);
    let look: Look = fresh.ask(Ask::Look(Box::new(recipe.clone())), Vec::new()).expect("a look");
    assert_eq!(look.unread, ["titanic"]);
    fresh.read(TITANIC);
    let _: String = fresh.ask(Ask::Restore, bytes).expect("restored");
    let look: Look = fresh.ask(Ask::Look(Box::new(recipe.clone())), Vec::new()).expect("a look");
    assert!(look.trained);

    // Another way of judging keeps the fits.
    let mut judged = recipe.clone();
    judged.judge.replicates = 40;
    let trained: Trained = fresh.ask(Ask::Train(Box::new(judged)), Vec::new()).expect("judged again");
    let before: Trained = serde_json::from_value(value).expect("trained");
    assert_eq!(trained.candidates[0].predictions, before.candidates[0].predictions);
    assert_ne!(trained.candidates[0].evaluation, before.candidates[0].evaluation);
}

#[test]
fn damaged_bytes_are_refused() {
    let mut host = Host::new(1);
    let problem = host.ask_bytes(Ask::Restore, vec![1, 2, 3]).expect_err("a problem");
    assert_eq!(problem.message.id, "run.unreadable");
}
