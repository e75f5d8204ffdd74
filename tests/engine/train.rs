//! Reading, looking, training, judging again, restoring.

use crate::host::{Host, one};
use atelier::base::{Severity, Stage, Task};
use atelier::judge::{Bound, Criterion, On, Split};
use atelier::learn::Candidate;
use atelier::learn::surface::Plane;
use atelier::recipe::{Recipe, Tune, retask};
use atelier::report::Extra;
use atelier::run::{Ask, Live, Look, Pace, Request, Tell, Trained};
use atelier::table::split::Scheme;

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
fn a_fold_that_is_stepped_through_epoch_by_epoch_comes_to_the_same_bytes() {
    let mut host = Host::new(1);
    let mut recipe = host.study(TITANIC, "survived");
    recipe.split.folds = 2;
    let params = serde_json::from_str(r#"{"epochs": 7, "early_stopping": false, "layers": [{"units": 5}]}"#).expect("parameters");
    recipe.models = vec![Candidate { model: "network".to_owned(), params, ..Candidate::default() }];
    recipe.chosen = 0;
    let (mut tasks, mut worker) = host.tasks(Ask::Train(Box::new(recipe)));
    let mut task = tasks.swap_remove(0);
    let (_, plain) = one(&mut worker, Ask::Task(Box::new(task.clone())), Vec::new()).expect("fitted");

    // Held from the beginning, then one step after the other.
    task.plane = Some(Plane::Components);
    let mut ask = |id: u64, ask: Ask| {
        worker.ask(Request { id, ask }, Vec::new());
        while worker.advance() {}
        worker.replies().into_iter().filter(|(reply, _)| reply.id == 1).collect::<Vec<_>>()
    };
    assert!(ask(2, Ask::Pace(Pace::Hold)).is_empty());
    assert!(ask(1, Ask::Task(Box::new(task))).is_empty());
    let mut seen = Vec::new();
    let stepped = loop {
        let mut replies = ask(2, Ask::Pace(Pace::Step));
        let (reply, body) = replies.pop().expect("a reply");
        match reply.tell {
            Tell::Progress(_, Some(Live::Epochs(epochs, look))) => {
                assert_eq!(epochs.len(), 1, "a step is one epoch");
                assert_eq!(look.expect("a look after every epoch").epoch, epochs[0].epoch);
                seen.push(epochs[0].epoch);
            }
            Tell::Done(_) => break body,
            other => panic!("{other:?}"),
        }
        assert!(seen.len() < 10);
    };
    assert_eq!(seen, [1, 2, 3, 4, 5, 6], "the last epoch ends the task");
    assert_eq!(stepped, plain);
}

#[test]
fn damaged_bytes_are_refused() {
    let mut host = Host::new(1);
    let problem = host.ask_bytes(Ask::Restore, vec![1, 2, 3]).expect_err("a problem");
    assert_eq!(problem.message.id, "run.unreadable");
}

/// What the page trains the command line trains, and the other way round: both go by the check of the recipe.
#[test]
fn what_the_check_finds_is_refused_before_anything_is_trained() {
    let mut host = Host::new(1);
    let fine = short(&mut host);
    let asked = |metric: &str, value: f64| Criterion { metric: metric.to_owned(), bound: Bound::AtLeast, value, on: On::Folds };
    let wrong: &[(&str, &dyn Fn(&mut Recipe))] = &[
        ("field.out_of_range", &|recipe| recipe.split.folds = 1_000_000_000),
        ("field.out_of_range", &|recipe| recipe.split.held_out = 0.8),
        ("goal.metric_of_other_task", &|recipe| recipe.goal.criteria = vec![asked("rmse", 1.0)]),
        ("goal.value_as_percent", &|recipe| recipe.goal.criteria = vec![asked("precision", 80.0)]),
        ("learn.wrong_task", &|recipe| {
            recipe.models.push(Candidate { model: "linear".to_owned(), params: Default::default(), ..Candidate::default() })
        }),
        ("learn.network.loss_of_other_task", &|recipe| {
            let params = serde_json::from_str(r#"{"loss": "huber"}"#).expect("parameters");
            recipe.models.push(Candidate { model: "network".to_owned(), params, ..Candidate::default() });
        }),
        ("prepare.no_column", &|recipe| recipe.prepare[0].columns = atelier::prepare::Selector::Names(vec!["nowhere".to_owned()])),
    ];
    for (id, change) in wrong {
        let mut recipe = fine.clone();
        change(&mut recipe);
        recipe.tune = Tune::usual(&recipe, 0, "log_loss".to_owned());
        let look: Look = host.ask(Ask::Look(Box::new(recipe.clone())), Vec::new()).expect("a look");
        let first = look.problems.iter().find(|problem| problem.severity == Severity::Error).expect("an error");
        assert_eq!(first.message.id, *id);
        assert_eq!(look.split.is_none(), *id == "field.out_of_range", "{id}: rows are divided where the split allows it");
        let boxed = || Box::new(recipe.clone());
        for ask in [Ask::Train(boxed()), Ask::Tune(boxed()), Ask::Retrain(boxed())] {
            assert_eq!(host.ask_bytes(ask, Vec::new()).expect_err("refused"), *first, "{id}");
        }
    }
    // A search that cannot be run stops nothing but itself.
    let mut recipe = fine;
    recipe.models.truncate(1);
    recipe.tune = Tune::usual(&recipe, 0, "rmse".to_owned());
    let look: Look = host.ask(Ask::Look(Box::new(recipe.clone())), Vec::new()).expect("a look");
    let told: Vec<(Stage, Severity)> = look.problems.iter().map(|problem| (problem.stage, problem.severity)).collect();
    assert_eq!(told, [(Stage::Tune, Severity::Warning)], "{:?}", look.problems);
    host.ask_bytes(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");
    assert_eq!(host.ask_bytes(Ask::Tune(Box::new(recipe)), Vec::new()).expect_err("refused").message.id, "goal.metric_of_other_task");
}

#[test]
fn another_task_or_target_leaves_a_study_that_can_be_trained() {
    let mut host = Host::new(1);
    let mut recipe = short(&mut host);
    recipe.goal.criteria = vec![Criterion { metric: "roc_auc".to_owned(), bound: Bound::AtLeast, value: 0.8, on: On::Folds }];
    let look = |host: &mut Host, recipe: &Recipe| -> Look { host.ask(Ask::Look(Box::new(recipe.clone())), Vec::new()).expect("a look") };
    assert_eq!((look(&mut host, &recipe).task, look(&mut host, &recipe).inferred), (Some(Task::Binary), Some(Task::Binary)));
    // Two classes are one of two, whatever was asked for: that is what is trained.
    let mut several = recipe.clone();
    several.goal.task = Some(Task::Multiclass);
    assert_eq!(look(&mut host, &several).task, Some(Task::Binary));
    recipe.apply(retask(&recipe, Some(Task::Regression), Task::Regression)).expect("an edit");
    let found = look(&mut host, &recipe);
    assert_eq!((found.task, found.inferred), (Some(Task::Regression), Some(Task::Binary)));
    let trained: Trained = host.ask(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");
    assert!(trained.candidates.iter().all(|candidate| candidate.problem.is_none()), "{:?}", trained.candidates);

    let begin = |recipe: &Recipe, target: &str| Ask::Begin { recipe: Box::new(recipe.clone()), target: target.to_owned() };
    recipe.goal.criteria.push(Criterion { metric: "r2".to_owned(), bound: Bound::AtLeast, value: 0.2, on: On::Folds });
    let next: Recipe = host.ask(begin(&recipe, "sex"), Vec::new()).expect("a recipe");
    assert!(next.goal.criteria.is_empty(), "{:?}", next.goal.criteria);
    let next: Recipe = host.ask(begin(&recipe, "fare"), Vec::new()).expect("a recipe");
    assert_eq!((next.goal.criteria.len(), next.explain.class), (1, None));
    // Of several classes the most frequent one is explained first.
    let next: Recipe = host.ask(begin(&recipe, "embarked"), Vec::new()).expect("a recipe");
    assert_eq!(next.explain.class.as_deref(), Some("S"));
}

#[test]
fn a_group_column_that_is_not_heeded_is_a_warning() {
    let mut host = Host::new(1);
    let mut recipe = short(&mut host);
    recipe.goal.group = Some("ticket".to_owned());
    let ids = |host: &mut Host, recipe: &Recipe| {
        let look: Look = host.ask(Ask::Look(Box::new(recipe.clone())), Vec::new()).expect("a look");
        assert!(look.split.is_some());
        look.problems.into_iter().map(|problem| (problem.message.id, problem.severity)).collect::<Vec<_>>()
    };
    assert_eq!(ids(&mut host, &recipe), [("split.group_ignored".to_owned(), Severity::Warning)]);
    recipe.split.scheme = Scheme::Group;
    assert!(ids(&mut host, &recipe).is_empty());
}

/// Every way to make folds ends in a training and a report, the same with any workers; where rows are predicted several
/// times, each is still judged as one row.
#[test]
fn every_kind_of_folds_is_trained_and_reported() {
    for (id, scheme) in Scheme::ALL {
        for repeats in if scheme.repeats() { vec![1, 2] } else { vec![1] } {
            let trained = |workers: usize| {
                let mut host = Host::new(workers);
                let mut recipe = short(&mut host);
                recipe.models.truncate(1);
                recipe.models[0] = Candidate { model: "logistic".to_owned(), params: Default::default(), ..Candidate::default() };
                recipe.goal.group = scheme.keeps_units().then(|| "ticket".to_owned());
                recipe.goal.time = (scheme == Scheme::Time).then(|| "sibsp".to_owned());
                recipe.split = Split { scheme, folds: 3, repeats, ..recipe.split };
                let (value, bytes) = host.ask_bytes(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");
                (host, recipe, value, bytes)
            };
            let (mut host, recipe, value, bytes) = trained(1);
            let (_, _, other, other_bytes) = trained(3);
            assert!(value == other && bytes == other_bytes, "{id} x {repeats}");
            let trained: Trained = serde_json::from_value(value).expect("trained");
            let candidate = &trained.candidates[0];
            assert!(candidate.problem.is_none(), "{id}: {:?}", candidate.problem);
            let evaluation = candidate.evaluation.as_ref().expect("judged");
            assert!(evaluation.rows <= trained.rows.training, "{id}");
            if repeats == 2 && scheme != Scheme::Holdout {
                assert_eq!(evaluation.predictions, Some(2 * evaluation.rows), "{id}");
            }
            let auc = evaluation.score("roc_auc").expect("a score");
            assert!(auc.all.value.value().is_some_and(|auc| (0.5..1.0).contains(&auc)), "{id}: {auc:?}");
            assert!(auc.all.low.value() <= auc.all.value.value() && auc.all.value.value() <= auc.all.high.value(), "{id}: {auc:?}");
            let make = Ask::Report { recipe: Box::new(recipe), extras: vec![Extra::Explanation], openings: None };
            host.ask_bytes(make, Vec::new()).expect("a report");
        }
    }
}

#[test]
fn models_that_take_missing_values_need_no_step_that_fills_them() {
    let mut host = Host::new(2);
    let mut recipe = short(&mut host);
    let ids = |host: &mut Host, recipe: &Recipe| {
        let look: Look = host.ask(Ask::Look(Box::new(recipe.clone())), Vec::new()).expect("a look");
        let preview: atelier::run::Preview = host.ask(Ask::Preview(Box::new(recipe.clone())), Vec::new()).expect("a preview");
        assert_eq!(preview.problem, None);
        look.problems
            .into_iter()
            .filter(|problem| problem.severity == Severity::Error)
            .map(|problem| problem.message.id)
            .collect::<Vec<_>>()
    };
    recipe.prepare.retain(|step| step.id != "impute");
    let params = |json: serde_json::Value| json.as_object().cloned().unwrap_or_default();
    let candidate = |model: &str, json| Candidate { model: model.to_owned(), params: params(json), ..Candidate::default() };
    recipe.models = vec![candidate("boosting", serde_json::json!({"max_iter": 40})), candidate("baseline", serde_json::json!({}))];
    recipe.tune = None;
    assert_eq!(ids(&mut host, &recipe), Vec::<String>::new());
    let trained: Trained = host.ask(Ask::Train(Box::new(recipe.clone())), Vec::new()).expect("trained");
    let score = |place: usize| {
        let evaluation = trained.candidates[place].evaluation.as_ref().expect("judged");
        evaluation.score("roc_auc").and_then(|score| score.all.value.value()).expect("a score")
    };
    assert!(score(0) > 0.8 && score(1) < 0.6, "{} {}", score(0), score(1));
    // One model that needs every value is enough to ask for it.
    recipe.models.push(candidate("logistic", serde_json::json!({})));
    assert!(ids(&mut host, &recipe).contains(&"prepare.still_missing".to_owned()));
}
