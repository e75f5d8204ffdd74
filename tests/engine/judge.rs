//! Single rows, and the sealed ones.

use crate::host::Host;
use atelier::judge::{Bound, Criterion, On, Verdict};
use atelier::run::{Ask, Cases, Opened, ShownCases};

#[test]
fn rows_are_shown_and_sealed_rows_are_opened_for_the_chosen_model() {
    let mut host = Host::new(1);
    let mut recipe = host.study("public/samples/titanic.csv.gz", "survived");
    recipe.split.folds = 2;
    recipe.judge.replicates = 40;
    recipe.models.retain(|candidate| candidate.model == "logistic");
    let criterion = |metric: &str, value: f64, on: On| Criterion { metric: metric.to_owned(), bound: Bound::AtLeast, value, on };
    recipe.goal.criteria =
        vec![criterion("roc_auc", 0.5, On::Folds), criterion("roc_auc", 0.5, On::HeldOut), criterion("roc_auc", 1.0, On::HeldOut)];
    let ask = |which: Cases| Ask::Cases { recipe: Box::new(recipe.clone()), which, count: 12 };
    assert_eq!(host.ask_bytes(ask(Cases::Worst), Vec::new()).expect_err("not trained").message.id, "judge.stale");
    host.ask_bytes(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");

    let worst: ShownCases = host.ask(ask(Cases::Worst), Vec::new()).expect("rows");
    assert_eq!(worst.rows.len(), 12);
    assert!(worst.rows.windows(2).all(|pair| pair[0].miss >= pair[1].miss));
    assert!(worst.rows.iter().all(|row| row.truth != row.predicted && row.values.len() == worst.columns.len()));
    let near: ShownCases = host.ask(ask(Cases::Borderline), Vec::new()).expect("rows");
    let doubts: Vec<f64> = near.rows.iter().map(|row| (row.probability.expect("a class") - 0.5).abs()).collect();
    assert!(doubts.windows(2).all(|pair| pair[0] <= pair[1]));

    let opened: Opened = host.ask(Ask::OpenHeldOut { recipe: Box::new(recipe.clone()), candidate: 0 }, Vec::new()).expect("opened");
    assert_eq!(opened.evaluation.rows, 262);
    let verdicts: Vec<Verdict> = opened.criteria.iter().map(|outcome| outcome.verdict).collect();
    assert_eq!(verdicts, [Verdict::Met, Verdict::Met, Verdict::NotMet]);
}
