//! Searches of other kinds: a learning rate, several objectives, models and preparation at once.

use crate::host::Host;
use atelier::judge::rates::Rates;
use atelier::learn::estimators;
use atelier::recipe::{Recipe, Tune};
use atelier::report::Race;
use atelier::run::{Ask, Course, Fairness, Grouping, Held, RaceStudy, Study, Task, Trained, Tuned, Turn, run_task, unpack};
use atelier::table::Table;
use atelier::tune::{Objective, Parameter, Range, Space, Trial};
use std::collections::VecDeque;

fn penguins(host: &mut Host, models: &[&str]) -> Recipe {
    let mut recipe = host.study("public/samples/penguins.csv.gz", "species");
    recipe.models.retain(|candidate| models.contains(&candidate.model.as_str()));
    (recipe.chosen, recipe.split.folds, recipe.judge.replicates) = (0, 3, 20);
    recipe
}

fn set(recipe: &mut Recipe, id: &str, value: serde_json::Value) {
    recipe.models[0].params.insert(id.to_owned(), value);
}

#[test]
fn a_learning_rate_is_found_and_it_trains_better() {
    let found = |workers: usize, rate: f64| -> Rates {
        let mut host = Host::new(workers);
        let mut recipe = penguins(&mut host, &["network"]);
        set(&mut recipe, "rate", rate.into());
        set(&mut recipe, "epochs", 32.into());
        set(&mut recipe, "layers", serde_json::json!([{"units": 8}]));
        host.ask(Ask::Rates(Box::new(recipe)), Vec::new()).expect("rates")
    };
    let slow = found(1, 1e-6);
    let (rate, loss) = slow.best.expect("a rate");
    assert!(slow.helps && rate > 1e-3, "{slow:?}");
    assert!(slow.now.1.is_some_and(|now| loss < 0.5 * now), "the present rate is known for as long: {slow:?}");
    assert_eq!(slow, found(3, 1e-6), "the same with any workers");
    let good = found(1, rate);
    assert!(!good.helps, "{good:?}");
    // Nothing else has a learning rate to find.
    let mut host = Host::new(1);
    let recipe = penguins(&mut host, &["forest"]);
    let refused = host.ask::<Rates>(Ask::Rates(Box::new(recipe)), Vec::new()).expect_err("no network");
    assert_eq!(refused.message.id, "rates.no_network");
}

#[test]
fn a_search_for_two_things_marks_what_nothing_beats() {
    let searched = |workers: usize, sampler: &str| -> Tuned {
        let mut host = Host::new(workers);
        let mut recipe = penguins(&mut host, &["forest"]);
        let integers = |path: &str, min: i64, max: i64| Parameter::new(path, Range::Integer { min, max, log: false });
        let space = Space { parameters: vec![integers("trees", 1, 12), integers("max_depth", 1, 6)] };
        recipe.tune = Some(Tune {
            space,
            trials: 16,
            sampler: sampler.to_owned(),
            metric: "accuracy".to_owned(),
            objectives: vec![Objective::Size, Objective::Metric("log_loss".to_owned())],
            ..Tune::default()
        });
        host.ask(Ask::Tune(Box::new(recipe)), Vec::new()).expect("a search")
    };
    let tuned = searched(1, "tpe");
    assert_eq!(tuned, searched(3, "tpe"), "the same with any workers");
    assert!(!tuned.front.is_empty() && tuned.front.len() < tuned.trials.len());
    for trial in &tuned.trials {
        let own = trial.scores().expect("scores");
        let beats = |other: &[f64]| other[0] >= own[0] && other[1] <= own[1] && other[2] <= own[2] && other != own.as_slice();
        let is_beaten = tuned.trials.iter().any(|other| beats(&other.scores().expect("scores")));
        assert_eq!(is_beaten, !tuned.front.contains(&trial.number), "{trial:?}");
        assert!(own[1] > 100.0, "bytes");
    }
    // The best by the metric alone is on the front, or as good as one that is.
    let best = tuned.best.and_then(|best| tuned.trials[best].score()).expect("a best one");
    assert!(tuned.front.iter().any(|&number| tuned.trials[number].score() == Some(best)));
    assert!(tuned.optuna("two").contains("minimize"));
    assert_ne!(searched(1, "gp").front, Vec::<usize>::new());

    // What cannot be looked for is refused.
    let mut host = Host::new(1);
    let mut recipe = penguins(&mut host, &["forest"]);
    let mut refused = |objectives: Vec<Objective>| {
        recipe.tune = Tune::usual(&recipe, 0, "accuracy".to_owned()).map(|tune| Tune { objectives, ..tune });
        host.ask::<Tuned>(Ask::Tune(Box::new(recipe.clone())), Vec::new()).expect_err("refused").message.id
    };
    assert_eq!(refused(vec![Objective::Size, Objective::Size]), "tune.same_objective");
    assert_eq!(refused(vec![Objective::Metric("accuracy".to_owned())]), "tune.same_objective");
    assert_eq!(refused(vec![Objective::Metric("rmse".to_owned())]), "goal.metric_of_other_task");
}

#[test]
fn groups_can_be_looked_for_and_are_as_far_apart_as_the_fair_page_says() {
    let mut host = Host::new(2);
    let mut recipe = host.study("public/samples/titanic.csv.gz", "survived");
    recipe.split.folds = 3;
    recipe.models.retain(|candidate| candidate.model == "logistic");
    recipe.chosen = 0;
    recipe.fair.columns = vec!["pclass".to_owned(), "embarked".to_owned()];
    let objectives = vec![Objective::of_id("equalized_odds_difference"), Objective::of_id("disparate_impact")];
    assert!(objectives.iter().all(|objective| matches!(objective, Objective::Fair(_))));
    let space = Space { parameters: vec![Parameter::new("c", Range::Number { min: 1e-5, max: 1.0, log: true })] };
    recipe.tune = Some(Tune { space, trials: 8, metric: "log_loss".to_owned(), objectives, ..Tune::default() });
    let tuned: Tuned = host.ask(Ask::Tune(Box::new(recipe.clone())), Vec::new()).expect("a search");
    let is_closer = |trial: &Trial| trial.also.first().is_some_and(|gap| *gap < 0.9 * tuned.trials[0].also[0]);
    assert!(tuned.trials.iter().any(is_closer), "{:?}", tuned.trials);
    assert!(!tuned.front.is_empty());
    // The first trial is the model as it is: what the Fair page says of it, in the column where it is worst.
    let _: Trained = host.ask(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");
    let fair: Fairness = host.ask(Ask::Fair { recipe: Box::new(recipe.clone()), class: None }, Vec::new()).expect("groups compared");
    let of = |id: &str| {
        let value = |grouping: &Grouping| {
            let report = grouping.report.as_ref().expect("figures");
            report
                .criteria
                .iter()
                .find(|criterion| criterion.id == id)
                .and_then(|criterion| criterion.value.value.value())
                .expect("a value")
        };
        fair.groupings.iter().take(2).map(value).collect::<Vec<f64>>()
    };
    let larger = |values: Vec<f64>| values.into_iter().fold(0.0, |most, value| if value > most { value } else { most });
    let smaller = |values: Vec<f64>| values.into_iter().fold(1.0, |least, value| if value < least { value } else { least });
    assert_eq!(tuned.trials[0].also, [larger(of("equalized_odds_difference")), smaller(of("disparate_impact"))]);

    let mut refused = |columns: &[&str], id: &str| {
        recipe.fair.columns = columns.iter().map(|&column| column.to_owned()).collect();
        recipe.tune.as_mut().expect("a search").objectives = vec![Objective::of_id(id)];
        host.ask_bytes(Ask::Tune(Box::new(recipe.clone())), Vec::new()).expect_err("refused").message.id
    };
    assert_eq!(refused(&[], "disparate_impact"), "tune.no_groups");
    assert_eq!(refused(&["sex"], "mae_ratio"), "tune.fair_of_other_task");
    assert_eq!(refused(&["gone"], "disparate_impact"), "goal.no_column");
}

#[test]
fn the_gain_of_a_search_is_told_with_its_interval() {
    let mut host = Host::new(1);
    let mut recipe = penguins(&mut host, &["forest"]);
    (recipe.models[0].params, recipe.split.folds) = (Default::default(), 5);
    set(&mut recipe, "trees", 1.into());
    set(&mut recipe, "max_depth", 1.into());
    let space = Space { parameters: vec![Parameter::new("max_depth", Range::Integer { min: 1, max: 8, log: false })] };
    recipe.tune = Some(Tune { space, trials: 8, metric: "accuracy".to_owned(), ..Tune::default() });
    let tuned: Tuned = host.ask(Ask::Tune(Box::new(recipe)), Vec::new()).expect("a search");
    let gain = tuned.gain.as_ref().expect("a stump is beaten");
    let mean = |number: usize| tuned.trials[number].reports.iter().flatten().sum::<f64>() / 5.0;
    assert!((gain.mean - (mean(tuned.best.expect("a best one")) - mean(0))).abs() < 1e-12);
    assert!(gain.low > 0.0 && gain.better > 0.9, "{gain:?}");
    assert!(tuned.gained().is_some_and(|said| said.id == "tuning.gain"));
}

#[test]
fn a_race_over_models_and_preparation_is_the_same_with_any_workers() {
    let course = Course { rounds: 3, nested: true, models: ["tree", "logistic", "naive_bayes", "knn"].map(str::to_owned).to_vec() };
    let raced = |workers: usize| -> (Race, Recipe) {
        let mut host = Host::new(workers);
        let recipe = penguins(&mut host, &["logistic", "baseline"]);
        let ask = Ask::Race { recipe: Box::new(recipe.clone()), metric: "log_loss".to_owned(), course: course.clone() };
        (host.ask(ask, Vec::new()).expect("a race"), recipe)
    };
    let (race, mut recipe) = raced(2);
    assert_eq!(race, raced(1).0);
    assert_eq!((race.entries.len(), race.rounds), (4, 3), "no mean does better than the best");
    assert!(race.entries.windows(2).all(|two| two[0].score <= two[1].score), "less loss is better");
    // Half went out after the first round, and two went on to the end.
    let mut rounds: Vec<(usize, usize)> = race.entries.iter().map(|entry| (entry.rounds, entry.trials)).collect();
    rounds.sort_unstable();
    assert_eq!(rounds, [(1, 1), (1, 1), (3, 9), (3, 9)]);
    assert!(race.entries[0].behind.is_none() && race.entries[1..].iter().all(|entry| entry.behind.is_some() && entry.interval.is_some()));
    let worth = race.worth.as_ref().expect("judged");
    assert!(worth.folds.len() == 3 && worth.outer.value.value().is_some_and(|loss| loss < 0.2), "{worth:?}");
    assert!(race.sentences().len() >= 2);

    // The winner goes into the study, trains, and comes to the score of the race.
    let winner = race.winner().expect("a winner");
    let back = recipe.apply(winner.taken(&recipe)).expect("an edit");
    assert_eq!(recipe.candidate().expect("a model"), &winner.candidate);
    assert_eq!(recipe.tune.as_ref().map(|tune| (tune.candidate, tune.trials)), Some((recipe.chosen, winner.trials)));
    let mut host = Host::new(1);
    host.study("public/samples/penguins.csv.gz", "species");
    let trained: Trained = host.ask(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");
    let evaluation = trained.candidates[recipe.chosen].evaluation.as_ref().expect("judged");
    let score = evaluation.score("log_loss").and_then(|score| score.all.value.value()).expect("a score");
    assert!((score - winner.score.expect("a score")).abs() < 1e-12, "{score} {winner:?}");
    recipe.apply(back).expect("an edit");
    assert_eq!(recipe.models.len(), 2);
}

#[test]
fn a_mean_of_the_best_wins_where_it_does_better() {
    let course = Course { rounds: 2, nested: true, models: ["tree", "linear", "knn", "extra_trees"].map(str::to_owned).to_vec() };
    let raced = |workers: usize| -> (Race, Recipe) {
        let mut host = Host::new(workers);
        let mut recipe = host.study("public/samples/auto_mpg.csv.gz", "mpg");
        (recipe.split.folds, recipe.judge.replicates) = (3, 20);
        let ask = Ask::Race { recipe: Box::new(recipe.clone()), metric: "rmse".to_owned(), course: course.clone() };
        (host.ask(ask, Vec::new()).expect("a race"), recipe)
    };
    let (race, mut recipe) = raced(3);
    assert_eq!(race, raced(1).0);
    let [mean, alone @ ..] = race.entries.as_slice() else { panic!("nobody took part") };
    let members = estimators(&mean.candidate.params);
    assert!(members.iter().any(|member| member.model == "extra_trees"), "one of them draws by its seed: {members:?}");
    assert!(mean.score < alone[0].score && members.len() > 1 && alone.len() == 4, "{race:?}");
    assert!(mean.behind.is_none() && alone.iter().all(|entry| entry.behind.is_some()), "all others stand behind it");
    let best = race.winner().expect("a winner").name();
    assert!(members.iter().all(|member| best.contains(&member.name())), "{best}");
    let worth = race.worth.as_ref().expect("judged");
    assert!(worth.folds.iter().any(|fold| fold.chosen().starts_with("Mean of ")), "{worth:?}");

    // In the study it comes to the score of the race, and takes no search with it.
    let models = recipe.models.len();
    recipe.apply(mean.taken(&recipe)).expect("an edit");
    assert_eq!((recipe.tune.as_ref(), recipe.models.len(), recipe.chosen), (None, models + 1, models));
    recipe.models.drain(..models);
    recipe.chosen = 0;
    let mut host = Host::new(1);
    host.study("public/samples/auto_mpg.csv.gz", "mpg");
    let trained: Trained = host.ask(Ask::Train(Box::new(recipe)), Vec::new()).expect("trained");
    let evaluation = trained.candidates[0].evaluation.as_ref().expect("judged");
    let score = evaluation.score("rmse").and_then(|score| score.all.value.value()).expect("a score");
    assert!((score - mean.score.expect("a score")).abs() < 1e-9, "{score} {mean:?}");
}

/// A race that is told of the end of its parts after so many tasks each.
fn raced_until(rounds: usize, ends: [usize; 3]) -> Race {
    let mut host = Host::new(1);
    let recipe = penguins(&mut host, &["logistic", "baseline"]);
    let table = host.ask_bytes(Ask::Table, Vec::new()).expect("a table").1;
    let mut held = Held::new(unpack::<Table>(&table).expect("a table"));
    let course = Course { rounds, nested: true, models: ["tree", "logistic", "naive_bayes", "knn"].map(str::to_owned).to_vec() };
    let mut study = RaceStudy::new(&mut held, &recipe, "log_loss", course).expect("a race");
    let mut waiting: VecDeque<Task> = VecDeque::new();
    let (mut done, mut part) = (0, 0);
    loop {
        waiting.extend(study.tasks());
        match study.turn().expect("it goes on") {
            Turn::Done(race) => return race,
            Turn::Working => {}
            Turn::Waiting => {
                let Some(task) = waiting.pop_front() else { continue };
                if study.wants(task.index) {
                    let result = run_task(&mut held, &task, &study.body());
                    study.accept(task.index, result.as_deref().map_err(Clone::clone));
                    done += 1;
                }
            }
        }
        while ends.get(part).is_some_and(|end| *end <= done) {
            study.time_is_up(part);
            part += 1;
        }
    }
}

#[test]
fn the_parts_of_a_race_end_in_their_time() {
    // The first round has four models in three folds. Time ends the race within the second, and that within the outer folds.
    let race = raced_until(100, [20, 60, 10_000]);
    assert!(race.out_of_time && race.entries.len() >= 4 && race.entries.iter().all(|entry| entry.score.is_some()), "{race:?}");
    let worth = race.worth.as_ref().expect("judged");
    assert!(worth.folds.len() == 3 && worth.outer.value.value().is_some_and(|loss| loss < 0.3), "{worth:?}");
    // No time is left for the outer folds: the race itself is not lost.
    let race = raced_until(100, [12, 14, 15]);
    assert_eq!(race.worth.as_ref().map_err(|problem| problem.message.id.as_str()), Err("race.no_time_to_judge"));
    assert!(race.winner().is_some());
    // Before any model has a score the race goes on until one has.
    assert!(raced_until(100, [1, 2, 3]).winner().is_some());
    // A race that is over before its time takes nothing from what comes after it.
    let race = raced_until(1, [14, 10_000, 20_000]);
    assert_eq!((race.out_of_time, race.rounds, race.worth.as_ref().map(|worth| worth.folds.len())), (false, 1, Ok(3)));
    assert_eq!(race, raced_until(1, [10_000, 20_000, 30_000]));
}
