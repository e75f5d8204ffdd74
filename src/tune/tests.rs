//! Spaces, samplers and studies.

mod benchmarks;
mod conditional;
mod pruning;

use super::*;
use crate::base::{Field, Figure, Params, Stage};
use crate::num::{Rng, float};
use serde_json::json;

fn params(value: serde_json::Value) -> Params {
    value.as_object().cloned().unwrap_or_default()
}

fn space(value: serde_json::Value) -> Space {
    serde_json::from_value(json!({"parameters": value})).expect("a space")
}

/// One parameter of every kind.
fn mixed() -> Space {
    space(json!([
        {"path": "rate", "range": {"kind": "number", "min": 1e-4, "max": 1.0, "log": true}},
        {"path": "dropout", "range": {"kind": "number", "min": 0.0, "max": 0.5}},
        {"path": "batch", "range": {"kind": "integer", "min": 8, "max": 512, "log": true}},
        {"path": "depth", "range": {"kind": "integer", "min": -2, "max": 4}},
        {"path": "layers", "range": {"kind": "choice", "values": [[8], [16, 8], "none"]}},
    ]))
}

/// A smooth score with its largest value at rate 0.01, dropout 0.2, batch 64, depth 2, layers [16, 8]; above rate 0.5 it fails.
fn score(values: &Params) -> Result<f64, Problem> {
    let number = |path: &str| values[path].as_f64().expect("a number");
    let square = |x: f64| x * x;
    if number("rate") > 0.5 {
        return Err(Problem::new(Stage::Tune, "tune.no_score"));
    }
    Ok(-square(float::log10(number("rate")) + 2.0)
        - square(5.0 * (number("dropout") - 0.2))
        - square(float::log2(number("batch")) / 3.0 - 2.0)
        - square((number("depth") - 2.0) / 3.0)
        - if values["layers"] == json!([16, 8]) { 0.0 } else { 1.0 })
}

/// Runs a study, telling each round in an order of its own.
fn run(mut study: Study, order: u64, score: impl Fn(&Params) -> Result<f64, Problem>) -> Study {
    let mut rng = Rng::new(order, "order", 0);
    loop {
        let mut round = study.propose().expect("a round");
        if round.is_empty() {
            break;
        }
        assert!(round.len() <= ROUND && study.propose().expect("nothing").is_empty(), "no round before the last is told");
        rng.shuffle(&mut round);
        for trial in round {
            // A worker may die and its trial run twice.
            let result = score(&trial.values);
            study.tell(trial.number, result.clone());
            study.tell(trial.number, result.map(|score| score + 1.0));
        }
    }
    assert!(study.is_done());
    study
}

#[test]
fn the_table_of_trials_does_not_depend_on_who_finishes_first() {
    for sampler in SAMPLERS {
        let study = || Study::new(mixed(), sampler.id, Params::new(), 42, true, 9);
        let first = run(study(), 0, score);
        assert_eq!(first.trials().len(), 42);
        assert!(first.trials().iter().all(|trial| first.space().holds(&trial.values)), "{}", sampler.id);
        for order in 1..4 {
            assert_eq!(run(study(), order, score), first, "{}", sampler.id);
        }
        let other = run(Study::new(mixed(), sampler.id, Params::new(), 42, true, 10), 0, score);
        assert_ne!(other.trials(), first.trials(), "another seed");

        // Saved and read in the middle of a round, it goes on as if nothing had happened.
        let mut broken = study();
        for _ in 0..4 {
            for trial in broken.propose().expect("a round") {
                broken.tell(trial.number, score(&trial.values));
            }
        }
        let round = broken.propose().expect("a round");
        broken.tell(round[2].number, score(&round[2].values));
        let mut restored: Study = serde_json::from_str(&serde_json::to_string(&broken).expect("JSON")).expect("a study");
        assert_eq!(restored, broken);
        let left: Vec<Trial> = restored.pending().cloned().collect();
        assert_eq!(left.len(), 3);
        left.iter().for_each(|trial| restored.tell(trial.number, score(&trial.values)));
        assert_eq!(run(restored, 7, score), first);
    }
}

#[test]
fn a_grid_has_every_combination_once() {
    let small = space(json!([
        {"path": "rate", "range": {"kind": "number", "min": 0.001, "max": 0.1, "log": true}},
        {"path": "depth", "range": {"kind": "integer", "min": 1, "max": 2}},
        {"path": "kind", "range": {"kind": "choice", "values": ["a", "b"]}},
    ]));
    assert_eq!(grid::size(&small, 3), 12);
    let mut study = Study::new(small, "grid", Params::new(), 100, true, 1);
    study.wish(0, params(json!({"rate": 7.0, "depth": 1, "kind": "a"})));
    let study = run(study, 0, |_| Ok(0.0));
    let mut seen: Vec<String> = study.trials().iter().map(|trial| json!(trial.values).to_string()).collect();
    assert_eq!(seen.remove(0), r#"{"depth":1,"kind":"a","rate":7.0}"#);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 12);
    for rate in ["0.001", "0.01", "0.1"] {
        assert_eq!(seen.iter().filter(|text| text.ends_with(&format!("\"rate\":{rate}}}"))).count(), 4, "{seen:?}");
    }
    let large = run_refused(Study::new(mixed(), "grid", params(json!({"points": 50})), 5, true, 1));
    assert_eq!(large, "tune.large_grid");
    assert_eq!(run_refused(Study::new(mixed(), "grid", params(json!({"point": 5})), 5, true, 1)), "field.unknown");
    assert_eq!(run_refused(Study::new(mixed(), "other", Params::new(), 5, true, 1)), "tune.unknown_sampler");
    assert_eq!(run_refused(Study::new(mixed(), "tpe", params(json!({"startup": 0})), 5, true, 1)), "field.out_of_range");
}

fn run_refused(mut study: Study) -> String {
    study.propose().expect_err("a problem").message.id
}

#[test]
fn random_values_are_even_on_their_scale() {
    let study = run(Study::new(mixed(), "random", Params::new(), 3000, true, 4), 0, |_| Ok(0.0));
    let share = |test: &dyn Fn(&Params) -> bool| study.trials().iter().filter(|trial| test(&trial.values)).count() as f64 / 3000.0;
    let number = |values: &Params, path: &str| values[path].as_f64().expect("a number");
    // Standard deviation of a share of a half is 0.009.
    assert!((share(&|values| number(values, "rate") < 0.01) - 0.5).abs() < 0.04);
    assert!((share(&|values| number(values, "dropout") < 0.25) - 0.5).abs() < 0.04);
    assert!((share(&|values| number(values, "batch") <= 64.0) - 0.5).abs() < 0.04);
    for depth in -2..=4 {
        assert!((share(&|values| values["depth"] == depth) - 1.0 / 7.0).abs() < 0.03, "{depth}");
    }
    assert!((share(&|values| values["layers"] == "none") - 1.0 / 3.0).abs() < 0.04);
    // Readable digits.
    assert!(study.trials().iter().all(|trial| trial.values["rate"].to_string().len() <= 9), "{:?}", study.trials()[0].values);
}

#[test]
fn the_estimator_beats_chance_and_keeps_away_from_failures() {
    let best = |sampler: &str, seed| {
        let study = run(Study::new(mixed(), sampler, Params::new(), 60, true, seed), 0, score);
        let late = study.trials()[30..].iter().filter(|trial| matches!(trial.outcome, Outcome::Failed(_))).count();
        (study.best().and_then(Trial::score).expect("a score"), late)
    };
    let (mut wins, mut failures) = (0, [0, 0]);
    for seed in 0..10 {
        let (tpe, random) = (best("tpe", seed), best("random", seed));
        wins += usize::from(tpe.0 > random.0);
        failures = [failures[0] + tpe.1, failures[1] + random.1];
    }
    assert!(wins >= 7, "{wins} of 10");
    assert!(failures[0] < failures[1], "{failures:?}");
}

/// A form with a field of every kind that can be searched, and one that cannot.
fn fields() -> Vec<Field> {
    fn layer() -> Vec<Field> {
        vec![Field::integer("units", 32, 1, 512), Field::number("dropout", 0.0, 0.0, 0.9)]
    }
    vec![
        Field::log_number("rate", 0.001, 1e-5, 1.0),
        Field::number("momentum", 0.9, 0.0, 1.0),
        Field::integer("batch", 32, 1, 1024),
        Field::choice("optimizer", "adam", &["adam", "sgd"]),
        Field::flag("nesterov", false),
        Field::text("title", "", 10),
        Field::list("layers", json!([{"units": 64}, {"units": 32}]), layer, 5),
    ]
}

#[test]
fn a_space_is_checked_against_the_form() {
    let check = |parameters: serde_json::Value| -> Vec<String> {
        let problems = space(parameters).check(&fields(), &Params::new(), "model.network");
        assert!(problems.iter().all(|problem| !problem.to_string().contains('{')), "{problems:?}");
        problems.into_iter().map(|problem| problem.message.id).collect()
    };
    let number =
        |path: &str, min: f64, max: f64, log: bool| json!({"path": path, "range": {"kind": "number", "min": min, "max": max, "log": log}});
    let integer = |path: &str, min: i64, max: i64| json!({"path": path, "range": {"kind": "integer", "min": min, "max": max}});
    let choice = |path: &str, values: serde_json::Value| json!({"path": path, "range": {"kind": "choice", "values": values}});
    let good = [
        number("rate", 1e-4, 0.1, true),
        integer("batch", 8, 64),
        choice("optimizer", json!(["sgd"])),
        choice("nesterov", json!([true, false])),
        integer("layers.1.units", 4, 64),
        number("layers.0.dropout", 0.0, 0.5, false),
    ];
    assert_eq!(check(json!(good)), [""; 0]);
    assert_eq!(check(json!([choice("layers", json!([[], [{"units": 8}]]))])), [""; 0]);
    let cases = [
        (json!([]), "tune.no_parameters"),
        (json!(vec![number("rate", 0.1, 0.2, false); 31]), "tune.too_many_parameters"),
        (json!([number("speed", 0.1, 0.2, false)]), "tune.no_such_parameter"),
        (json!([number("rate.0", 0.1, 0.2, false)]), "tune.no_such_parameter"),
        (json!([integer("layers.2.units", 1, 2)]), "tune.no_such_parameter"),
        (json!([integer("layers.0", 1, 2)]), "tune.no_such_parameter"),
        (json!([integer("layers.x.units", 1, 2)]), "tune.no_such_parameter"),
        (json!([number("rate", 0.2, 0.1, false)]), "tune.empty_range"),
        (json!([integer("batch", 9, 8)]), "tune.empty_range"),
        (json!([number("rate", 0.0, 0.1, true)]), "tune.log_of_zero"),
        (json!([number("rate", -1.7e308, 1.7e308, false)]), "tune.not_finite_range"),
        (json!([integer("batch", 1, i64::MAX)]), "tune.not_finite_range"),
        (json!([choice("optimizer", json!([]))]), "tune.empty_choice"),
        (json!([choice("optimizer", json!(["sgd", "sgd"]))]), "tune.same_choice"),
        (json!([choice("batch", json!((1..200).collect::<Vec<_>>()))]), "tune.too_many_values"),
        (json!([number("rate", 0.1, 2.0, false)]), "field.out_of_range"),
        (json!([number("batch", 1.5, 2.5, false)]), "field.not_a_whole_number"),
        (json!([choice("optimizer", json!(["sgd", "other"]))]), "field.not_a_choice"),
        (json!([integer("layers.0.units", 1, 1000)]), "field.out_of_range"),
    ];
    for (parameters, expected) in cases {
        assert_eq!(check(parameters.clone()), [expected], "{parameters}");
    }
    assert_eq!(check(json!([integer("batch", 1, 2), integer("batch", 1, 2)])), ["tune.twice"]);
    // Nothing unknown is read over.
    for wrong in [
        json!({"parameters": [], "more": 1}),
        json!({"parameters": [{"path": "a", "range": {"kind": "number", "min": 0, "max": 1, "step": 1}}]}),
    ] {
        assert!(serde_json::from_value::<Space>(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn values_go_where_their_paths_lead_and_come_back() {
    let space = space(json!([
        {"path": "rate", "range": {"kind": "number", "min": 1e-4, "max": 0.1}},
        {"path": "layers.1.dropout", "range": {"kind": "number", "min": 0.0, "max": 0.5}},
    ]));
    let base = params(json!({"rate": 0.5}));
    assert_eq!(space.values_of(&fields(), &base), Some(params(json!({"rate": 0.5, "layers.1.dropout": 0.0}))));
    let values = params(json!({"rate": 0.05, "layers.1.dropout": 0.25}));
    let applied = space.apply(&fields(), &base, &values).expect("applied");
    assert_eq!(applied, params(json!({"rate": 0.05, "layers": [{"units": 64}, {"units": 32, "dropout": 0.25}]})));
    assert_eq!(space.values_of(&fields(), &applied), Some(values.clone()));
    assert!(space.holds(&values) && !space.holds(&params(json!({"rate": 0.05}))));
    let gone = params(json!({"rate": 0.05, "layers": []}));
    assert_eq!((space.values_of(&fields(), &gone), space.apply(&fields(), &gone, &values).is_err()), (None, true));

    let whole = Space::of_fields(&fields(), &["rate", "momentum", "batch", "optimizer", "nesterov", "title", "layers"]);
    let ranges: Vec<&Range> = whole.parameters.iter().map(|parameter| &parameter.range).collect();
    assert_eq!(ranges.len(), 5, "{ranges:?}");
    assert_eq!(*ranges[0], Range::Number { min: 1e-5, max: 1.0, log: true });
    assert_eq!(*ranges[2], Range::Integer { min: 1, max: 1024, log: true });
    assert_eq!(*ranges[4], Range::Choice { values: vec![false.into(), true.into()] });
    assert_eq!(whole.check(&fields(), &Params::new(), "model.network"), []);
}

#[test]
fn a_range_of_one_value_gives_that_value() {
    let narrow = space(json!([
        {"path": "a", "range": {"kind": "number", "min": 0.3, "max": 0.3}},
        {"path": "b", "range": {"kind": "number", "min": 0.7, "max": 0.7, "log": true}},
        {"path": "c", "range": {"kind": "integer", "min": 5, "max": 5, "log": true}},
        {"path": "d", "range": {"kind": "choice", "values": [null]}},
    ]));
    for sampler in SAMPLERS {
        let study = run(Study::new(narrow.clone(), sampler.id, Params::new(), 30, true, 1), 0, |_| Ok(1.0));
        assert_eq!(study.trials().len(), if sampler.id == "grid" { 1 } else { 30 });
        let expected = params(json!({"a": 0.3, "b": 0.7, "c": 5, "d": null}));
        assert!(study.trials().iter().all(|trial| trial.values == expected), "{} {:?}", sampler.id, study.trials()[0].values);
        assert!(study.borders(&[]).is_empty());
        assert!(study.importance().iter().all(|(_, figure)| figure.value().is_none()));
    }
}

#[test]
fn the_best_is_the_first_of_the_best_and_failures_never_are() {
    let scores = [Some(2.0), None, Some(1.0), Some(3.0), Some(1.0), Some(f64::NAN)];
    for (higher_is_better, best, so_far) in
        [(true, 3, [2.0, 2.0, 2.0, 3.0, 3.0, 3.0].map(Some)), (false, 2, [2.0, 2.0, 1.0, 1.0, 1.0, 1.0].map(Some))]
    {
        let mut study = Study::new(mixed(), "random", Params::new(), 6, higher_is_better, 1);
        assert_eq!((study.best(), study.best_so_far()), (None, vec![]));
        study.wish(0, params(json!({"rate": 77.0})));
        while !study.is_done() {
            for trial in study.propose().expect("a round") {
                study.tell(trial.number, scores[trial.number].ok_or_else(|| Problem::new(Stage::Learn, "tune.no_score")));
            }
        }
        study.tell(99, Ok(1e9));
        assert_eq!(study.trials()[0].values, params(json!({"rate": 77.0})));
        assert!(study.trials()[0].asked_for && !study.trials()[1].asked_for);
        assert_eq!(study.best().map(|trial| trial.number), Some(best));
        assert_eq!(study.best_so_far(), so_far);
        assert!(matches!(study.trials()[5].outcome, Outcome::Failed(_)));
        assert!(study.propose().expect("nothing").is_empty());
        study.extend(3);
        assert_eq!(study.propose().expect("more").len(), 3);
    }
}

#[test]
fn a_study_of_failures_alone_goes_on() {
    let failed = |_: &Params| Err(Problem::new(Stage::Learn, "tune.no_score"));
    let study = run(Study::new(mixed(), "tpe", Params::new(), 30, true, 1), 0, failed);
    assert_eq!((study.trials().len(), study.best()), (30, None));
}

#[test]
fn the_best_value_at_an_end_of_its_range_asks_for_a_wider_one() {
    let searched = space(json!([
        {"path": "rate", "range": {"kind": "number", "min": 0.001, "max": 0.01, "log": true}},
        {"path": "momentum", "range": {"kind": "number", "min": 0.0, "max": 0.8}},
        {"path": "batch", "range": {"kind": "integer", "min": 16, "max": 64}},
        {"path": "optimizer", "range": {"kind": "choice", "values": ["adam", "sgd"]}},
    ]));
    let borders = |best: serde_json::Value, trials: usize| {
        let mut study = Study::new(searched.clone(), "random", Params::new(), trials, true, 1);
        study.wish(0, params(best));
        let study = run(study, 0, |_| Ok(0.0));
        study.borders(&fields())
    };
    // All scores are equal, so the first trial is the best.
    let inside = json!({"rate": 0.003, "momentum": 0.4, "batch": 40, "optimizer": "sgd"});
    assert!(borders(inside, 20).is_empty());
    let ends = json!({"rate": 0.01, "momentum": 0.79, "batch": 16, "optimizer": "sgd"});
    assert!(borders(ends.clone(), 9).is_empty(), "too early");
    let found = borders(ends, 20);
    let expected = [
        ("rate", true, Range::Number { min: 0.001, max: 0.1, log: true }),
        ("momentum", true, Range::Number { min: 0.0, max: 1.0, log: false }),
        ("batch", false, Range::Integer { min: 1, max: 64, log: false }),
    ];
    assert_eq!(found.iter().map(|border| (border.path.as_str(), border.upper, border.wider.clone())).collect::<Vec<_>>(), expected);
    // The form goes no further than momentum 0.
    assert!(borders(json!({"rate": 0.003, "momentum": 0.0, "batch": 40, "optimizer": "sgd"}), 20).is_empty());
}

#[test]
fn importance_finds_the_parameters_that_matter() {
    let study = run(Study::new(mixed(), "random", Params::new(), 200, true, 3), 0, |values| {
        let rate = float::log10(values["rate"].as_f64().unwrap());
        Ok(rate + if values["layers"] == "none" { 2.0 } else { 0.0 })
    });
    let importance = study.importance();
    let share = |path: &str| importance.iter().find(|(name, _)| name == path).and_then(|(_, figure)| figure.value()).expect("a share");
    assert!(share("rate") > 0.4 && share("layers") > 0.2, "{importance:?}");
    for path in ["dropout", "batch", "depth"] {
        assert!(share(path) < 0.06, "{importance:?}");
    }
    let few = run(Study::new(mixed(), "random", Params::new(), 9, true, 3), 0, score);
    assert!(few.importance().iter().all(|(_, figure)| *figure == Figure::undefined("too_few")));
}

#[test]
fn shares_of_variance_follow_the_formula_of_the_scores() {
    let figures: serde_json::Value = serde_json::from_str(include_str!("tests/fanova.json")).expect("figures");
    let searched = space(json!([
        {"path": "depth", "range": {"kind": "integer", "min": 1, "max": 8}},
        {"path": "dropout", "range": {"kind": "number", "min": 0.0, "max": 0.5}},
        {"path": "optimizer", "range": {"kind": "choice", "values": ["adam", "sgd", "rmsprop"]}},
        {"path": "rate", "range": {"kind": "number", "min": 1e-4, "max": 1.0, "log": true}},
    ]));
    let trials = figures["trials"].as_array().expect("trials");
    let mut study = Study::new(searched, "random", Params::new(), trials.len(), true, 1);
    for trial in trials {
        study.wish(0, params(json!({"rate": trial[0], "dropout": trial[1], "depth": trial[2], "optimizer": trial[3]})));
    }
    while !study.is_done() {
        for trial in study.propose().expect("a round") {
            study.tell(trial.number, Ok(trials[trial.number][4].as_f64().expect("a score")));
        }
    }
    // Optuna puts each value of a choice on a side of its own and counts all corners of their cube alike, also those where a
    // trial has two values or none, so that its shares of choices, and of all else beside them, are others (optimizer 0.371).
    // By the formula that made the scores, each value as often as the others, the optimizer has 0.163 of the variance.
    let shares: std::collections::BTreeMap<String, f64> =
        study.explained().into_iter().map(|(path, share)| (path, share.value().expect("a share"))).collect();
    let near = |path: &str, expected: f64| assert!((shares[path] - expected).abs() < 0.05, "{path}: {shares:?}");
    near("depth", figures["shares"]["depth"].as_f64().expect("a share"));
    near("dropout", figures["shares"]["dropout"].as_f64().expect("a share"));
    near("optimizer", 0.163);
    assert!(shares["rate"] > shares["optimizer"], "{shares:?}");
    let same = run(Study::new(mixed(), "random", Params::new(), 20, true, 3), 0, |_| Ok(1.0));
    assert!(same.explained().iter().all(|(_, share)| *share == Figure::undefined("constant")));
    let few = run(Study::new(mixed(), "random", Params::new(), 9, true, 3), 0, score);
    assert!(few.explained().iter().all(|(_, share)| *share == Figure::undefined("too_few")));
}

#[test]
fn every_sampler_and_setting_has_its_texts() {
    use crate::base::text::find;
    for sampler in SAMPLERS {
        let owner = sampler.owner();
        let fields = (sampler.fields)();
        let ids = fields.iter().flat_map(|field| [format!("{owner}.{}", field.id), format!("{owner}.{}.help", field.id)]);
        for id in ids.chain([owner.clone(), format!("{owner}.help")]) {
            assert!(find(&id).is_some(), "no text {id}");
        }
        assert!(super::find(sampler.id).is_some_and(|found| found.id == sampler.id));
    }
    for pruner in PRUNERS {
        let owner = pruner.owner();
        let fields = (pruner.fields)();
        let ids = fields.iter().flat_map(|field| [format!("{owner}.{}", field.id), format!("{owner}.{}.help", field.id)]);
        for id in ids.chain([owner.clone(), format!("{owner}.help")]) {
            assert!(find(&id).is_some(), "no text {id}");
        }
        assert!(prune::find(pruner.id).is_some_and(|found| found.id == pruner.id));
    }
    assert!(PRUNERS.is_sorted_by_key(|pruner| pruner.id) && SAMPLERS.is_sorted_by_key(|sampler| sampler.id));
}
