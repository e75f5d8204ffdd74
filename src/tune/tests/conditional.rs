//! Parameters that are there only where another one has a value.

use super::*;

fn optimisers() -> Space {
    space(json!([
        {"path": "momentum", "range": {"kind": "number", "min": 0.0, "max": 0.99}, "when": {"path": "optimizer", "values": ["sgd"]}},
        {"path": "optimizer", "range": {"kind": "choice", "values": ["adam", "sgd"]}},
        {"path": "rate", "range": {"kind": "number", "min": 1e-4, "max": 1.0, "log": true}},
    ]))
}

/// Best with sgd and a momentum of 0.9; adam alone is fair.
fn score(values: &Params) -> Result<f64, Problem> {
    let near = |x: f64| -x * x;
    let rate = near(float::log10(values["rate"].as_f64().expect("a rate")) + 2.0);
    Ok(rate + values.get("momentum").map_or(-0.3, |momentum| near(momentum.as_f64().expect("a number") - 0.9)))
}

#[test]
fn samplers_pass_over_what_is_not_there() {
    for sampler in SAMPLERS {
        let settings = if sampler.id == "grid" { params(json!({"points": 4})) } else { Params::new() };
        let study = run(Study::new(optimisers(), sampler.id, settings, 60, true, 2), 0, score);
        for trial in study.trials() {
            assert_eq!(trial.values.contains_key("momentum"), trial.values["optimizer"] == "sgd", "{} {trial:?}", sampler.id);
            assert!(study.space().holds(&trial.values));
        }
        // 4 rates with adam, and 4 times 4 with sgd.
        assert_eq!(study.trials().len(), if sampler.id == "grid" { 20 } else { 60 });
        assert_eq!(study.best().map(|trial| &trial.values["optimizer"]), Some(&json!("sgd")), "{}", sampler.id);
        let importance = study.importance();
        assert!(importance.iter().any(|(path, share)| path == "momentum" && share.value().is_some()) || sampler.id == "grid");
    }
}

#[test]
fn presence_follows_the_chain_of_conditions() {
    let mut chain = optimisers();
    chain.parameters.push(
        serde_json::from_value(json!({"path": "nesterov", "range": {"kind": "choice", "values": [true, false]},
            "when": {"path": "optimizer", "values": ["sgd"]}}))
        .expect("a parameter"),
    );
    let all = params(json!({"optimizer": "adam", "momentum": 0.5, "rate": 0.1, "nesterov": true}));
    assert_eq!(chain.present(all.clone()), params(json!({"optimizer": "adam", "rate": 0.1})));
    let sgd = params(json!({"optimizer": "sgd", "momentum": 0.5, "rate": 0.1, "nesterov": true}));
    assert_eq!(chain.present(sgd.clone()), sgd);
    assert!(chain.holds(&sgd) && !chain.holds(&all) && !chain.holds(&params(json!({"optimizer": "sgd", "rate": 0.1}))));
    assert_eq!(chain.check(&fields(), &Params::new(), "model.network"), []);
    let faulty = |when: serde_json::Value| {
        let mut space = optimisers();
        space.parameters[0].when = serde_json::from_value(when).expect("a condition");
        space.check(&fields(), &Params::new(), "model.network").into_iter().map(|problem| problem.message.id).collect::<Vec<_>>()
    };
    assert_eq!(faulty(json!({"path": "other", "values": ["sgd"]})), ["tune.loose_condition"]);
    assert_eq!(faulty(json!({"path": "rate", "values": [0.1]})), ["tune.loose_condition"]);
    assert_eq!(faulty(json!({"path": "optimizer", "values": []})), ["tune.loose_condition"]);
    assert_eq!(faulty(json!({"path": "optimizer", "values": ["lion"]})), ["tune.loose_condition"]);
    let mut round = optimisers();
    round.parameters[1].when = serde_json::from_value(json!({"path": "optimizer", "values": ["sgd"]})).expect("a condition");
    let ids: Vec<String> = round.check(&fields(), &Params::new(), "model.network").into_iter().map(|it| it.message.id).collect();
    assert_eq!(ids, ["tune.loose_condition"; 2]);
    // After a change of the choices, the conditions follow.
    let mut changed = optimisers();
    changed.parameters[1].range = Range::Choice { values: vec!["adam".into(), "rmsprop".into()] };
    changed.settle();
    assert_eq!(changed.parameters.len(), 2);
    let mut changed = optimisers();
    changed.parameters.remove(1);
    changed.settle();
    assert!(changed.parameters.iter().all(|parameter| parameter.when.is_none()) && changed.parameters.len() == 2);
}
