//! Trials that are ended early, searches that go on, and time that runs out.

use super::*;

const FOLDS: usize = 8;

/// The score of a trial on a fold: that of the trial, and of the fold, and a little of both.
fn fold_score(values: &Params, fold: usize) -> Option<f64> {
    let score = score(values).ok()?;
    let mut rng = Rng::new(1, "fold", fold as u64);
    let own = Rng::new((score * 1e9) as i64 as u64, "noise", fold as u64).normal();
    Some(score + 3.0 * rng.normal() + 0.2 * own)
}

/// Runs a study fold by fold, each rung in an order of its own; the folds that were fitted.
fn climb(study: &mut Study, order: u64) -> usize {
    let mut rng = Rng::new(order, "order", 0);
    let mut fits = 0;
    loop {
        let mut round: Vec<Trial> = study.propose().expect("a round");
        if round.is_empty() {
            return fits;
        }
        for fold in 0..FOLDS {
            rng.shuffle(&mut round);
            for trial in &round {
                study.report(trial.number, fold_score(&trial.values, fold));
            }
            fits += round.len();
            if fold + 1 < FOLDS {
                let ended = study.prune().expect("pruned");
                round.retain(|trial| !ended.contains(&trial.number));
            }
        }
        for trial in round {
            let reports = &study.trials()[trial.number].reports;
            let mean = study.trials()[trial.number].so_far(reports.len());
            study.tell(trial.number, mean.ok_or_else(|| Problem::warning(Stage::Tune, "tune.no_score")));
        }
    }
}

fn pruned(pruner: &str, sampler: &str, trials: usize) -> Study {
    Study::new(mixed(), sampler, Params::new(), trials, true, 5).pruned(pruner, Params::new(), FOLDS).expect("a study")
}

#[test]
fn what_is_ended_does_not_depend_on_who_finishes_first() {
    for pruner in PRUNERS {
        for sampler in ["random", "tpe", "gp"] {
            let (mut first, mut second) = (pruned(pruner.id, sampler, 40), pruned(pruner.id, sampler, 40));
            assert_eq!(climb(&mut first, 1), climb(&mut second, 2), "{} {sampler}", pruner.id);
            assert_eq!(first, second);
        }
    }
}

#[test]
fn the_same_best_is_found_with_less_work() {
    let mut whole = pruned("none", "random", 60);
    let all = climb(&mut whole, 1);
    assert_eq!(all, 60 * FOLDS);
    for pruner in PRUNERS.iter().filter(|pruner| pruner.id != "none" && pruner.least.is_none()) {
        let mut study = pruned(pruner.id, "random", 60);
        let fits = climb(&mut study, 1);
        assert!(fits * 10 < all * 9, "{}: {fits} of {all} folds", pruner.id);
        let found = study.best().map(|trial| trial.number);
        assert_eq!(found, whole.best().map(|trial| trial.number), "{} {fits}", pruner.id);
        for trial in study.trials() {
            if let Outcome::Pruned { after, score } = trial.outcome {
                assert!(after < FOLDS && trial.so_far(after) == Some(score) && trial.score().is_none());
            }
        }
        assert_eq!(serde_json::from_str::<Study>(&serde_json::to_string(&study).expect("JSON")).expect("a study"), study);
    }
}

#[test]
fn unknown_ways_of_pruning_and_wrong_settings_are_refused() {
    let refused = |pruner: &str, settings: serde_json::Value, folds: usize| {
        let study = Study::new(mixed(), "random", Params::new(), 4, true, 1);
        study.pruned(pruner, params(settings), folds).err().map(|problem| problem.message.id)
    };
    assert_eq!(refused("other", json!({}), 5).as_deref(), Some("tune.unknown_pruner"));
    assert_eq!(refused("median", json!({"folds": 0}), 5).as_deref(), Some("field.out_of_range"));
    assert_eq!(refused("none", json!({"folds": 1}), 5).as_deref(), Some("field.unknown"));
    assert_eq!(refused("wilcoxon", json!({"level": 0.2}), 1), None);
}

#[test]
fn a_search_goes_on_within_wider_ranges_and_keeps_its_trials() {
    let narrow = space(json!([{"path": "x", "range": {"kind": "number", "min": 0.0, "max": 1.0}}]));
    let wide = space(json!([{"path": "x", "range": {"kind": "number", "min": 0.0, "max": 4.0}}]));
    let score = |values: &Params| Ok(values["x"].as_f64().expect("a number"));
    for sampler in SAMPLERS {
        let first = run(Study::new(narrow.clone(), sampler.id, Params::new(), 12, true, 3), 0, score);
        let before = first.trials().to_vec();
        let mut more = first.clone();
        more.go_on(wide.clone(), before.len() + 12);
        assert!(!more.is_done());
        let more = run(more, 0, score);
        assert_eq!(more.trials()[..before.len()], before, "{}", sampler.id);
        let new = &more.trials()[before.len()..];
        assert!(!new.is_empty() && new.iter().all(|trial| !before.iter().any(|old| old.values == trial.values)), "{}", sampler.id);
        assert!(more.best().and_then(Trial::score) > Some(1.0), "{}", sampler.id);
        // What is known already is not run again.
        let mut again = Study::new(narrow.clone(), sampler.id, Params::new(), 12, true, 3);
        while !again.is_done() {
            again.propose().expect("a round").iter().for_each(|trial| again.restore(&before[trial.number]));
        }
        assert_eq!(again, first);
    }
}

#[test]
fn time_that_is_up_takes_the_round_back_unless_it_is_the_first() {
    let mut study = Study::new(mixed(), "tpe", Params::new(), 40, true, 3);
    let round = study.propose().expect("a round");
    assert!(!study.close(), "the first round goes on");
    round.iter().for_each(|trial| study.tell(trial.number, score(&trial.values)));
    assert!(study.is_done() && study.trials().len() == ROUND);

    let mut study = Study::new(mixed(), "tpe", Params::new(), 40, true, 3);
    for _ in 0..3 {
        study.propose().expect("a round").iter().for_each(|trial| study.tell(trial.number, score(&trial.values)));
    }
    let round = study.propose().expect("a round");
    study.tell(round[0].number, Ok(9.0));
    assert!(study.close() && study.is_done());
    assert_eq!(study.trials(), run(Study::new(mixed(), "tpe", Params::new(), 3 * ROUND, true, 3), 0, score).trials());
}
