//! Single rows, and the sealed ones.

use crate::host::Host;
use atelier::judge::{Bound, Criterion, On, Verdict};
use atelier::metric::Rule;
use atelier::recipe::Recipe;
use atelier::report::{Extra, Report};
use atelier::run::{Ask, Cases, Opened, Reported, ShownCases};

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

#[test]
fn a_report_holds_figures_of_sealed_rows_only_where_they_were_opened_for_this_model() {
    let mut host = Host::new(1);
    let mut recipe = host.study("public/samples/titanic.csv.gz", "survived");
    recipe.split.folds = 2;
    recipe.judge.replicates = 20;
    recipe.models.retain(|candidate| candidate.model == "logistic" || candidate.model == "baseline");
    assert_eq!(recipe.models.len(), 2);
    recipe.chosen = 0;
    let train = |recipe: &Recipe| Ask::Train(Box::new(recipe.clone()));
    let open = |recipe: &Recipe| Ask::OpenHeldOut { recipe: Box::new(recipe.clone()), candidate: recipe.chosen };
    let report = |recipe: &Recipe| Ask::Report { recipe: Box::new(recipe.clone()), extras: vec![Extra::HeldOut], openings: None };
    let card = |recipe: &Recipe| Ask::Export {
        recipe: Box::new(recipe.clone()),
        kind: "card".to_owned(),
        extras: vec![Extra::HeldOut],
        openings: None,
    };
    let assert_sealed = |host: &mut Host, recipe: &Recipe| {
        for ask in [report(recipe), card(recipe)] {
            assert_eq!(host.ask_bytes(ask, Vec::new()).expect_err("still sealed").message.id, "judge.still_sealed");
        }
    };
    host.ask_bytes(train(&recipe), Vec::new()).expect("trained");
    assert_sealed(&mut host, &recipe);
    let opened: Opened = host.ask(open(&recipe), Vec::new()).expect("opened");
    // Criteria are asked of the same figures.
    recipe.goal.criteria.clear();
    let reported: Reported = host.ask(report(&recipe), Vec::new()).expect("a report");
    let held_out = Report::from_json(&reported.json).expect("a report").held_out.expect("figures of sealed rows");
    assert_eq!(held_out.evaluation, opened.evaluation);
    host.ask_bytes(card(&recipe), Vec::new()).expect("a card");

    // Another rule, another chosen model, another training: nobody has looked at them.
    let mut other = recipe.clone();
    other.judge.threshold = Rule::BestF1;
    assert_sealed(&mut host, &other);
    let other = Recipe { chosen: 1, ..recipe.clone() };
    assert_sealed(&mut host, &other);
    let mut other = recipe.clone();
    other.split.folds = 3;
    host.ask_bytes(train(&other), Vec::new()).expect("trained");
    assert_sealed(&mut host, &other);
    host.ask_bytes(report(&recipe), Vec::new()).expect("what was opened stays known");

    // A session that starts anew is told what was opened before.
    let mut anew = Host::new(1);
    anew.read("public/samples/titanic.csv.gz");
    anew.ask_bytes(train(&recipe), Vec::new()).expect("trained");
    assert_sealed(&mut anew, &recipe);
    anew.ask_bytes(Ask::Opened { recipe: Box::new(recipe.clone()), opened: Box::new(opened) }, Vec::new()).expect("known");
    assert_eq!(anew.ask::<Reported>(report(&recipe), Vec::new()).expect("a report"), reported);
}
