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
    let space = Space { parameters: vec![Parameter { path: "c".to_owned(), range: Range::Number { min: 0.001, max: 10.0, log: true } }] };
    let sampler = sampler.to_owned();
    recipe.tune = Some(Tune { candidate, sampler, params: Default::default(), space, trials, metric: "log_loss".to_owned() });
    recipe
}

#[test]
fn the_trials_are_the_same_with_any_workers() {
    for (sampler, trials) in [("tpe", 9), ("grid", 6)] {
        let run = |workers: usize| {
            let mut host = Host::new(workers);
            let recipe = recipe(&mut host, sampler, trials);
            host.ask::<Tuned>(Ask::Tune(Box::new(recipe)), Vec::new()).expect("a search")
        };
        let one = run(1);
        assert_eq!(one, run(3), "{sampler}");
        assert!(one.trials[0].asked_for && one.trials[0].values["c"] == 1.0, "{:?}", one.trials[0]);
        let scores: Vec<f64> = one.trials.iter().map(|trial| trial.score().expect("a score")).collect();
        let best = one.best.expect("a best trial");
        assert!(scores.iter().all(|score| *score >= scores[best]), "{scores:?}");
        assert!(scores.iter().any(|score| *score > scores[best]), "other parameters come to other scores: {scores:?}");
        assert_eq!(one.params.expect("parameters")["c"], one.trials[best].values["c"]);
    }
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
    tune.space = Space { parameters: vec![Parameter { path: "loss".to_owned(), range: Range::Choice { values } }] };
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
    tune.space = Space { parameters: vec![Parameter { path: "layers".to_owned(), range: Range::Choice { values: values.clone() } }] };
    recipe.models[tune.candidate].params.insert("epochs".to_owned(), 3.into());
    let tuned: Tuned = host.ask(Ask::Tune(Box::new(recipe)), Vec::new()).expect("a search");
    // First the candidate as it is, then each shape.
    assert_eq!(tuned.trials[0].values["layers"], json!([{"units": 64}, {"units": 32}]));
    let of = |value: &serde_json::Value| tuned.trials.iter().find(|trial| trial.values["layers"] == *value).and_then(|trial| trial.score());
    let (small, large) = (of(&values[0]).expect("a score"), of(&values[1]).expect("a score"));
    assert!(small != large, "{small}");
}
