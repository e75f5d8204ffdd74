//! The search for better parameters: the same trials with any workers, failures that are told, the present values first.

use crate::host::Host;
use atelier::recipe::{Recipe, Tune};
use atelier::run::{Ask, Tuned};
use atelier::tune::{Outcome, Parameter, Range, Space};
use serde_json::json;

fn recipe(host: &mut Host, sampler: &str, trials: usize) -> Recipe {
    let mut recipe = host.study("public/samples/titanic.csv.gz", "survived");
    recipe.split.folds = 2;
    let candidate = recipe.models.iter().position(|candidate| candidate.model == "logistic").expect("a logistic regression");
    let space = Space { parameters: vec![Parameter::new("c", Range::Number { min: 0.001, max: 10.0, log: true })] };
    let sampler = sampler.to_owned();
    recipe.tune = Some(Tune { candidate, sampler, space, trials, metric: "log_loss".to_owned(), ..Tune::default() });
    recipe
}

#[test]
fn the_trials_are_the_same_with_any_workers() {
    let few = atelier::tune::SAMPLERS.iter().map(|sampler| (sampler.id, 9, &[3][..]));
    for (sampler, trials, workers) in few.chain([("tpe", 100, &[2, 8][..])]) {
        let run = |workers: usize| {
            let mut host = Host::new(workers);
            let mut recipe = recipe(&mut host, sampler, trials);
            // Few trials are enough to go by what earlier ones came to.
            let first = match sampler {
                "gp" | "tpe" => json!({"startup": 4}),
                "nsga2" => json!({"population": 4}),
                _ => json!({}),
            };
            recipe.tune.as_mut().expect("a search").params = first.as_object().cloned().expect("an object");
            host.ask::<Tuned>(Ask::Tune(Box::new(recipe)), Vec::new()).expect("a search")
        };
        let one = run(1);
        for &workers in workers {
            assert_eq!(one, run(workers), "{sampler} with {workers} workers");
        }
        assert!(one.trials.len() > 3 && one.trials[0].asked_for && one.trials[0].values["c"] == 1.0, "{:?}", one.trials[0]);
        let scores: Vec<f64> = one.trials.iter().map(|trial| trial.score().expect("a score")).collect();
        let best = one.best.expect("a best trial");
        assert!(scores.iter().all(|score| *score >= scores[best]), "{scores:?}");
        assert!(scores.iter().any(|score| *score > scores[best]), "other parameters come to other scores: {scores:?}");
        assert_eq!(one.params.expect("parameters")["c"], one.trials[best].values["c"]);
    }
}

/// A search for the rate of a small network.
fn networks(host: &mut Host, pruner: &str) -> Recipe {
    let mut recipe = host.study("public/samples/penguins.csv.gz", "species");
    recipe.split.folds = 2;
    recipe.models.retain(|candidate| candidate.model == "network");
    recipe.models[0].params = json!({"epochs": 24, "layers": [{"units": 8}]}).as_object().cloned().expect("an object");
    recipe.chosen = 0;
    let space = Space { parameters: vec![Parameter::new("rate", Range::Number { min: 1e-6, max: 0.03, log: true })] };
    let (sampler, metric, pruner) = ("random".to_owned(), "log_loss".to_owned(), pruner.to_owned());
    recipe.tune = Some(Tune { sampler, space, trials: 20, metric, pruner, ..Tune::default() });
    recipe
}

/// Fits that are behind their earlier ones are given up in the middle: which ones is the same with any workers, and the best
/// trial stays the best.
#[test]
fn fits_that_are_behind_are_given_up() {
    let run = |workers: usize, pruner: &str| {
        let mut host = Host::new(workers);
        let recipe = networks(&mut host, pruner);
        host.ask::<Tuned>(Ask::Tune(Box::new(recipe)), Vec::new()).expect("a search")
    };
    let (whole, pruned) = (run(2, "none"), run(1, "learning_curve"));
    assert_eq!(pruned.trials, run(3, "learning_curve").trials);
    assert_eq!((whole.best, whole.params), (pruned.best, pruned.params.clone()));
    let ended = |outcome: &Outcome| matches!(outcome, Outcome::GivenUp { epoch, .. } if [3, 6, 12].contains(epoch));
    let given_up: Vec<_> = pruned.trials.iter().filter(|trial| ended(&trial.outcome)).collect();
    assert!(given_up.len() >= 3, "{:?}", pruned.trials);
    // Of those that were given up none is among the best five.
    let mut scores: Vec<f64> = whole.trials.iter().filter_map(|trial| trial.score()).collect();
    scores.sort_by(f64::total_cmp);
    assert!(given_up.iter().all(|trial| whole.trials[trial.number].score().is_some_and(|score| score > scores[4])), "{given_up:?}");
    assert!(pruned.trials.iter().all(|trial| trial.score().is_none() || trial.courses.len() == 2));
    // A search that goes on from an earlier one comes to the same.
    let mut host = Host::new(2);
    let mut recipe = networks(&mut host, "learning_curve");
    recipe.tune.as_mut().expect("a search").trials = 12;
    let first: Tuned = host.ask(Ask::Tune(Box::new(recipe.clone())), Vec::new()).expect("a search");
    recipe.tune = Some(first.further(8, None));
    let more: Tuned = host.ask(Ask::Tune(Box::new(recipe)), serde_json::to_vec(&first).expect("JSON")).expect("a search");
    assert_eq!(more.trials, pruned.trials);
}

#[test]
fn a_score_is_that_of_a_training_with_the_same_parameters() {
    let mut host = Host::new(2);
    let mut recipe = recipe(&mut host, "random", 2);
    let tuned: Tuned = host.ask(Ask::Tune(Box::new(recipe.clone())), Vec::new()).expect("a search");
    let place = recipe.tune.as_ref().expect("a search").candidate;
    recipe.models = vec![recipe.models[place].clone()];
    recipe.models[0].params.insert("c".to_owned(), tuned.trials[1].values["c"].clone());
    (recipe.chosen, recipe.tune, recipe.judge.replicates) = (0, None, 20);
    let trained: atelier::run::Trained = host.ask(Ask::Train(Box::new(recipe)), Vec::new()).expect("trained");
    let scores = &trained.candidates[0].evaluation.as_ref().expect("judged").scores;
    let score = scores.iter().find(|score| score.metric == "log_loss").and_then(|score| score.all.value.value());
    assert_eq!(score, tuned.trials[1].score());
}

#[test]
fn failed_trials_are_told_and_wrong_searches_refused() {
    let mut host = Host::new(1);
    let mut recipe = recipe(&mut host, "grid", 4);
    let tune = recipe.tune.as_mut().expect("a search");
    tune.candidate = recipe.models.iter().position(|candidate| candidate.model == "network").expect("a network");
    // A loss for numbers cannot be lowered on classes: that trial fails and the others go on.
    let values = vec!["auto".into(), "squared_error".into()];
    recipe.models[tune.candidate].params.insert("epochs".to_owned(), 2.into());
    tune.space = Space { parameters: vec![Parameter::new("loss", Range::Choice { values })] };
    let tuned: Tuned = host.ask(Ask::Tune(Box::new(recipe.clone())), Vec::new()).expect("a search");
    let failed = tuned.trials.iter().filter(|trial| matches!(trial.outcome, Outcome::Failed(_))).count();
    assert!(failed > 0 && tuned.best.is_some(), "{:?}", tuned.trials);

    let mut refused = |change: fn(&mut Tune)| {
        let mut recipe = recipe.clone();
        change(recipe.tune.as_mut().expect("a search"));
        host.ask_bytes(Ask::Tune(Box::new(recipe)), Vec::new()).expect_err("a problem").message.id
    };
    assert_eq!(refused(|tune| tune.metric = "rmse".to_owned()), "goal.metric_of_other_task");
    assert_eq!(refused(|tune| tune.candidate = 99), "tune.no_candidate");
    assert_eq!(refused(|tune| tune.trials = 0), "tune.bad_trials");
    assert_eq!(refused(|tune| tune.sampler = "none".to_owned()), "tune.unknown_sampler");
    assert_eq!(refused(|tune| tune.space.parameters.clear()), "tune.no_parameters");
}

#[test]
fn layers_are_searched_as_whole_shapes() {
    let mut host = Host::new(1);
    let mut recipe = recipe(&mut host, "grid", 3);
    let tune = recipe.tune.as_mut().expect("a search");
    tune.candidate = recipe.models.iter().position(|candidate| candidate.model == "network").expect("a network");
    let values = vec![json!([{"units": 2}]), json!([{"units": 16}, {"units": 8}])];
    tune.space = Space { parameters: vec![Parameter::new("layers", Range::Choice { values: values.clone() })] };
    recipe.models[tune.candidate].params.insert("epochs".to_owned(), 3.into());
    let tuned: Tuned = host.ask(Ask::Tune(Box::new(recipe)), Vec::new()).expect("a search");
    // First the candidate as it is, then each shape.
    assert_eq!(tuned.trials[0].values["layers"], json!([{"units": 64}, {"units": 32}]));
    let of = |value: &serde_json::Value| tuned.trials.iter().find(|trial| trial.values["layers"] == *value).and_then(|trial| trial.score());
    let (small, large) = (of(&values[0]).expect("a score"), of(&values[1]).expect("a score"));
    assert!(small != large, "{small}");
}

#[test]
fn trials_that_end_early_are_the_same_with_any_workers_and_find_the_same_best() {
    let run = |workers: usize, pruner: &str| {
        let mut host = Host::new(workers);
        let mut recipe = recipe(&mut host, "random", 24);
        recipe.split.folds = 5;
        recipe.tune.as_mut().expect("a search").pruner = pruner.to_owned();
        host.ask::<Tuned>(Ask::Tune(Box::new(recipe)), Vec::new()).expect("a search")
    };
    let whole = run(1, "none");
    assert_eq!(whole.fits(), 24 * 5);
    for pruner in ["median", "successive_halving", "hyperband", "wilcoxon"] {
        let one = run(1, pruner);
        assert_eq!(one, run(3, pruner), "{pruner}");
        assert_eq!(one.best, whole.best, "{pruner}");
        assert!(one.fits() * 20 < whole.fits() * 19, "{pruner}: {} of {} folds", one.fits(), whole.fits());
        for (trial, other) in one.trials.iter().zip(&whole.trials) {
            // A complete trial has the score that it has without pruning.
            assert!(trial.values == other.values && (trial.score() == other.score() || matches!(trial.outcome, Outcome::Pruned { .. })));
            assert_eq!(trial.reports[..], other.reports[..trial.reports.len()]);
        }
        println!("{pruner}: {} of {} folds", one.fits(), whole.fits());
    }
}

#[test]
fn a_search_goes_on_with_all_of_its_trials() {
    let mut host = Host::new(2);
    let mut recipe = recipe(&mut host, "tpe", 40);
    // What the candidate has now is tried first: within the range, so that the best one is too.
    let at = recipe.tune.as_ref().expect("a search").candidate;
    recipe.models[at].params.insert("c".to_owned(), json!(0.005));
    let range = |max: f64| Space { parameters: vec![Parameter::new("c", Range::Number { min: 0.001, max, log: true })] };
    recipe.tune.as_mut().expect("a search").space = range(0.01);
    let first: Tuned = host.ask(Ask::Tune(Box::new(recipe.clone())), Vec::new()).expect("a search");
    let wider = first.further(8, Some(first.wider()));
    assert_eq!((wider.trials, wider.earlier.len(), wider.earlier[0].trials), (48, 1, 40), "{:?}", first.borders);
    assert_eq!(wider.space, range(0.1));
    let body = serde_json::to_vec(&first).expect("JSON");
    recipe.tune = Some(wider);
    // The best values were taken over meanwhile; what was tried first is known.
    recipe.models[first.tune.candidate].params = first.params.clone().expect("parameters");
    let more: Tuned = host.ask(Ask::Tune(Box::new(recipe.clone())), body.clone()).expect("a search");
    assert_eq!((&more.trials[..40], more.trials.len()), (&first.trials[..], 48));
    assert!(more.trials[40..].iter().any(|trial| trial.values["c"].as_f64() > Some(0.01)), "{:?}", more.trials);
    // The recipe alone comes to the same.
    let again: Tuned = host.ask(Ask::Tune(Box::new(recipe.clone())), Vec::new()).expect("a search");
    assert_eq!(again, more);
    // Of other rows, the trials say nothing.
    recipe.split.folds = 3;
    assert_eq!(host.ask_bytes(Ask::Tune(Box::new(recipe)), body).expect_err("a problem").message.id, "tune.other_basis");
}

#[test]
fn trials_of_one_s_own_are_tried_in_their_place_and_what_is_wrong_with_them_is_told() {
    use atelier::recipe::Own;
    let mut host = Host::new(2);
    let mut recipe = recipe(&mut host, "grid", 40);
    recipe.tune.as_mut().expect("a search").params = json!({"points": 4}).as_object().cloned().expect("an object");
    let ask = |host: &mut Host, recipe: &Recipe, body: &[u8]| host.ask::<Tuned>(Ask::Tune(Box::new(recipe.clone())), body.to_vec());
    // The grid ends after the present values and four points; what is asked for then is tried all the same, beyond the range too.
    let first = ask(&mut host, &recipe, &[]).expect("a search");
    assert_eq!(first.trials.len(), 5);
    let values = |value: serde_json::Value| json!({ "c": value }).as_object().cloned().expect("an object");
    recipe.tune = Some(first.trying(vec![values(json!(50.0)), values(json!(0.25))]));
    let body = serde_json::to_vec(&first).expect("JSON");
    let more = ask(&mut host, &recipe, &body).expect("a search");
    assert_eq!((&more.trials[..5], more.trials.len()), (&first.trials[..], 7));
    assert!(more.trials[5].asked_for && more.trials[5].values["c"] == 50.0 && more.trials[6].values["c"] == 0.25, "{:?}", more.trials);
    assert!(more.trials[5].score().is_some() && more.trials[5].mark() != more.trials[0].mark());
    // The recipe alone comes to the same, and a search that begins with them tries them right after what the model has now.
    assert_eq!(ask(&mut host, &recipe, &[]).expect("a search"), more);
    let tune = recipe.tune.as_mut().expect("a search");
    tune.own.iter_mut().for_each(|own| own.trial = 0);
    let early = ask(&mut host, &recipe, &[]).expect("a search");
    let tried: Vec<f64> = early.trials.iter().take(3).filter_map(|trial| trial.values["c"].as_f64()).collect();
    assert_eq!((tried, early.trials.len()), (vec![1.0, 50.0, 0.25], 7));
    // Left out is what the model has.
    let mut set = |host: &mut Host, own: serde_json::Value| {
        let values = own.as_object().cloned().expect("an object");
        recipe.tune.as_mut().expect("a search").own = vec![Own { trial: 1, values }];
        ask(host, &recipe, &[])
    };
    assert_eq!(set(&mut host, json!({})).expect("a search").trials[1].values["c"], 1.0);
    for (own, id) in
        [(json!({"c": -1.0}), "tune.bad_own"), (json!({"c": "much"}), "tune.bad_own"), (json!({"b": 1}), "tune.no_such_parameter")]
    {
        assert_eq!(set(&mut host, own).expect_err("a problem").message.id, id);
    }
}

#[test]
fn time_that_is_up_leaves_a_recipe_that_comes_to_the_same() {
    use atelier::run::{Held, Study, Turn, run_task};
    let mut host = Host::new(1);
    let mut recipe = recipe(&mut host, "tpe", 40);
    recipe.tune.as_mut().expect("a search").seconds = Some(5);
    let table = atelier::run::unpack(&host.ask_bytes(Ask::Table, Vec::new()).expect("the table").1).expect("a table");
    let mut held = Held::new(table);
    let mut study = atelier::run::TuneStudy::new(&mut held, &recipe).expect("a study");
    let mut fits = 0;
    let tuned = loop {
        for task in study.tasks() {
            let bytes = run_task(&mut held, &task, &[]).expect("a result");
            study.accept(task.index, Ok(&bytes));
            fits += 1;
            // In the middle of the fourth round.
            if fits == 3 * 4 * 2 + 3 {
                study.close();
            }
        }
        if let Turn::Done(tuned) = study.turn().expect("a turn") {
            break tuned;
        }
    };
    assert_eq!((tuned.trials.len(), tuned.out_of_time, tuned.tune.trials, tuned.tune.seconds), (12, true, 12, None));
    recipe.tune = Some(tuned.tune.clone());
    let again: Tuned = host.ask(Ask::Tune(Box::new(recipe)), Vec::new()).expect("a search");
    assert_eq!(again.trials, tuned.trials);
}
