//! Honest judgement: models compared on the same folds, the search judged in folds of its own.

use crate::host::Host;
use atelier::judge::compare;
use atelier::recipe::{Compare, Edit, Recipe, Tune};
use atelier::report::{Extra, Nested, Report};
use atelier::run::{Ask, Reported, Trained};
use atelier::tune::{Parameter, Range, Space};

fn titanic(host: &mut Host, models: &[&str]) -> Recipe {
    let mut recipe = host.study("public/samples/titanic.csv.gz", "survived");
    recipe.models.retain(|candidate| models.contains(&candidate.model.as_str()));
    (recipe.chosen, recipe.split.folds, recipe.judge.replicates) = (0, 4, 40);
    recipe
}

#[test]
fn a_model_is_held_against_its_baseline_on_the_same_folds() {
    let mut host = Host::new(1);
    let mut recipe = titanic(&mut host, &["logistic", "baseline"]);
    recipe.split.repeats = 2;
    let trained: Trained = host.ask(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");
    assert!(trained.candidates.iter().all(|candidate| candidate.fits.last().is_some_and(|fit| fit.size.bytes > 0)));
    assert!(trained.candidates[0].fits[0].size.weights > trained.candidates[1].fits[0].size.weights);
    let found = compare(&recipe.compare, &recipe.goal, &trained.rows, &trained.candidates).expect("two models");
    assert_eq!((found.metric.as_str(), found.zone, found.pairs.len()), ("roc_auc", 0.01, 1));
    let difference = found.pairs[0].difference.as_ref().expect("eight folds");
    assert_eq!((difference.folds, difference.left_out), (8, 0));
    assert!(difference.better > 0.999 && difference.low > 0.2, "{difference:?}");

    // By another metric, of which less is better, and with a zone of one's own.
    let asked = Compare { metric: Some("log_loss".to_owned()), zone: None };
    let by_loss = compare(&asked, &recipe.goal, &trained.rows, &trained.candidates).expect("two models");
    assert!(
        by_loss.zone > 0.0 && by_loss.zone < 0.01 && by_loss.pairs[0].difference.as_ref().is_ok_and(|it| it.mean < 0.0 && it.better > 0.99)
    );
    let asked = Compare { metric: None, zone: Some(0.9) };
    let wide = compare(&asked, &recipe.goal, &trained.rows, &trained.candidates).expect("two models");
    assert!(wide.pairs[0].difference.as_ref().is_ok_and(|it| it.equal > 0.99));

    // What is compared opens nothing anew and trains nothing anew, and stands in the report.
    let before = recipe.clone();
    let back = recipe.apply(Edit::SetCompare(asked)).expect("an edit");
    assert_eq!((recipe.train_digest(), &recipe.judge), (before.train_digest(), &before.judge));
    let ask = Ask::Report { recipe: Box::new(recipe.clone()), extras: Vec::new(), openings: None };
    let reported: Reported = host.ask(ask, Vec::new()).expect("a report");
    assert!(reported.json.contains(r#""comparison":"#) && reported.parts.iter().any(|(part, _)| part == "comparison"));
    assert_eq!(Report::from_json(&reported.json).expect("a report").comparison, Some(wide));
    recipe.apply(back).expect("an edit");
    assert_eq!(recipe, before);
}

#[test]
fn one_model_alone_is_not_compared() {
    let mut host = Host::new(1);
    let recipe = titanic(&mut host, &["baseline"]);
    let trained: Trained = host.ask(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");
    assert_eq!(compare(&recipe.compare, &recipe.goal, &trained.rows, &trained.candidates), None);
}

/// Two classes that nothing in the table knows of.
fn noise(rows: usize, columns: usize) -> Vec<u8> {
    let mut rng = atelier::num::Rng::new(17, "noise", 0);
    let mut text = (0..columns).map(|place| format!("x{place},")).collect::<String>() + "y\n";
    for row in 0..rows {
        (0..columns).for_each(|_| text += &format!("{:.4},", rng.normal()));
        text += if row % 2 == 0 { "no\n" } else { "yes\n" };
    }
    text.into_bytes()
}

fn search_of_noise(host: &mut Host, rows: usize, trials: usize) -> Recipe {
    let bytes = noise(rows, 6);
    let mut recipe = Recipe::new();
    let source =
        atelier::recipe::Source { name: "noise".to_owned(), file: "noise.csv".to_owned(), bytes: bytes.len() as u64, ..Default::default() };
    let summary: atelier::table::read::Summary = host.ask(Ask::Read(Box::new(source.clone())), bytes).expect("a table");
    recipe.sources = vec![atelier::recipe::Source { sha256: summary.sha256, ..source }];
    let ask = Ask::Begin { recipe: Box::new(recipe), target: "y".to_owned() };
    let mut recipe: Recipe = host.ask(ask, Vec::new()).expect("a recipe");
    recipe.models.retain(|candidate| candidate.model == "forest");
    recipe.models[0].params.insert("trees".to_owned(), 5.into());
    (recipe.split.held_out, recipe.split.folds, recipe.judge.replicates) = (0.0, 4, 200);
    let integers = |path: &str, min: i64, max: i64| Parameter::new(path, Range::Integer { min, max, log: false });
    let space = Space { parameters: vec![integers("max_depth", 1, 12), integers("min_samples_leaf", 1, 30)] };
    recipe.tune = Some(Tune {
        candidate: 0,
        sampler: "random".to_owned(),
        params: Default::default(),
        space,
        trials,
        metric: "roc_auc".to_owned(),
        ..Tune::default()
    });
    recipe
}

fn of_noise(rows: usize, trials: usize, workers: usize) -> Nested {
    let mut host = Host::new(workers);
    let recipe = search_of_noise(&mut host, rows, trials);
    host.ask(Ask::Nested(Box::new(recipe)), Vec::new()).expect("judged")
}

#[test]
fn a_search_in_noise_flatters_and_its_folds_say_so() {
    let nested = of_noise(240, 8, 2);
    let outer = nested.worth.outer.value.value().expect("a score");
    assert!((outer - 0.5).abs() < 0.1, "nothing can be known of noise: {outer}");
    assert!(nested.worth.optimism.value().expect("a figure") > 0.0, "{nested:?}");
    assert_eq!((nested.worth.folds.len(), nested.worth.folds[0].trials, nested.worth.folds[0].values.len()), (4, 8, 2));
    assert!(nested.worth.folds.iter().all(|fold| fold.inner.is_some() && fold.outer.value().is_some()));
    assert_eq!(nested, of_noise(240, 8, 1), "the same with any workers");
}

/// A hundred trials on noise: what they are worth is a coin, and their own best flatters.
#[test]
fn a_hundred_trials_in_noise() {
    let nested = of_noise(1500, 100, 1);
    let outer = nested.worth.outer.value.value().expect("a score");
    assert!((outer - 0.5).abs() < 0.03, "{outer}");
    assert!(nested.worth.optimism.value().expect("a figure") > 0.0, "{nested:?}");
}

#[test]
fn no_row_that_judges_the_search_has_part_in_it() {
    // The inner folds of a fold divide the rows that it learns from, units whole.
    let mut host = Host::new(1);
    let mut recipe = titanic(&mut host, &["logistic"]);
    recipe.goal.group = Some("pclass".to_owned());
    recipe.split.held_out = 0.0;
    recipe.split.scheme = atelier::table::split::Scheme::LeaveOneGroupOut;
    let (_, bytes) = host.ask_bytes(Ask::Table, Vec::new()).expect("the table");
    let mut held = atelier::run::Held::new(atelier::run::unpack(&bytes).expect("a table"));
    let setup = held.setup(&recipe).expect("a setup");
    let units = setup.units.as_deref().expect("units");
    for (place, outer) in setup.folds.iter().enumerate() {
        let inner = atelier::run::nested::inner(&setup, &recipe, place).expect("two units are left");
        assert_eq!(inner.len(), 2);
        for fold in inner {
            let mut all = [fold.train.clone(), fold.test.clone()].concat();
            all.sort_unstable();
            assert_eq!(all, outer.train);
            assert!(fold.train.iter().all(|&row| fold.test.iter().all(|&other| units[row] != units[other])));
        }
    }
}

#[test]
fn the_report_holds_a_search_that_was_judged() {
    let mut host = Host::new(1);
    let recipe = search_of_noise(&mut host, 120, 4);
    let report = |recipe: &Recipe| Ask::Report { recipe: Box::new(recipe.clone()), extras: vec![Extra::Nested], openings: None };
    host.ask_bytes(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");
    assert_eq!(host.ask_bytes(report(&recipe), Vec::new()).expect_err("a problem").message.id, "nested.unknown");
    let nested: Nested = host.ask(Ask::Nested(Box::new(recipe.clone())), Vec::new()).expect("judged");
    let (value, page) = host.ask_bytes(report(&recipe), Vec::new()).expect("a report");
    let reported: Reported = serde_json::from_value(value).expect("a report");
    assert_eq!(Report::from_json(&reported.json).expect("a report").nested, Some(nested));
    assert!(String::from_utf8_lossy(&page).contains("id=\"nested\""));
    let id = host.ask_bytes(Ask::Nested(Box::new(Recipe { tune: None, ..recipe })), Vec::new()).expect_err("a problem").message.id;
    assert_eq!(id, "tune.none");
}
