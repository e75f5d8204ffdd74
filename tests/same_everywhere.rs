//! The same recipe and the same data give the same bytes: in place, through the engine's messages, in any order of
//! tasks, with tasks run twice because a worker died.

use atelier::base::Task;
use atelier::recipe::{Recipe, start};
use atelier::run::{Ask, Engine, Held, Reply, Request, Study, Tell, TrainStudy, Trained, Training, complete, pack, unpack};
use atelier::table::{Column, Strings, Table};

/// A small table with gaps, categories and a known relation.
fn table(rows: usize) -> Table {
    let mut rng = atelier::num::Rng::new(5, "table", 0);
    let (mut a, mut b, mut c, mut y) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rows {
        let (u, v, level) = (rng.normal(), rng.normal(), rng.below(3));
        let yes = u + 0.5 * level as f64 + 0.7 * rng.normal() > 0.5;
        a.push(if rng.below(10) == 0 { f64::NAN } else { u });
        b.push(v);
        c.push((rng.below(12) > 0).then(|| ["red", "green", "blue"][level]));
        y.push(Some(if yes { "yes" } else { "no" }));
    }
    Table::new(vec![
        Column::number("a", a),
        Column::number("b", b),
        Column::category("c", Strings::from_texts(c)),
        Column::category("y", Strings::from_texts(y)),
    ])
}

fn recipe(table: &Table) -> Recipe {
    let mut recipe = start(&Recipe::new(), &table.schema(), "y", Task::Binary);
    recipe.models.retain(|candidate| atelier::learn::find(&candidate.model).is_some());
    recipe.judge.replicates = 50;
    recipe.split.folds = 3;
    recipe
}

fn in_place(table: &Table, recipe: &Recipe) -> (Trained, Vec<u8>) {
    let mut held = Held::new(table.clone());
    let mut study = TrainStudy::new(&mut held, recipe).expect("a study");
    let (trained, models) = complete(&mut study, &mut held).expect("an outcome");
    (trained, pack(&models))
}

/// Runs the study through messages: one session, `workers` pool engines; tasks are given out in the order of `pick`. The worker
/// that gets the task `killed` is lost in the middle of it: another one takes its place and the task waits again.
fn through_messages(
    table: &Table,
    recipe: &Recipe,
    workers: usize,
    mut killed: Option<usize>,
    mut pick: impl FnMut(usize) -> usize,
) -> (Trained, Vec<u8>) {
    let mut session = Engine::new();
    let packed = pack(table);
    let ask = |engine: &mut Engine, id: u64, ask: Ask, body: Vec<u8>| {
        engine.ask(Request { id, ask }, body);
        engine.replies()
    };
    ask(&mut session, 1, Ask::Hold, packed.clone());
    let mut pool: Vec<Engine> = (0..workers)
        .map(|_| {
            let mut engine = Engine::new();
            ask(&mut engine, 1, Ask::Hold, packed.clone());
            engine
        })
        .collect();
    let mut waiting = Vec::new();
    let take = |replies: Vec<(Reply, Vec<u8>)>, waiting: &mut Vec<_>| {
        let mut end = None;
        for (reply, body) in replies {
            match reply.tell {
                Tell::Tasks(tasks) => waiting.extend(tasks),
                Tell::Done(value) if reply.id == 7 => end = Some((value, body)),
                Tell::Failed(problem) => panic!("{problem}"),
                _ => {}
            }
        }
        end
    };
    take(ask(&mut session, 7, Ask::Train(Box::new(recipe.clone())), Vec::new()), &mut waiting);
    let mut turn = 0;
    loop {
        if waiting.is_empty() {
            session.advance();
            if let Some((value, body)) = take(session.replies(), &mut waiting) {
                let training: Training = unpack(&body).expect("a training");
                return (serde_json::from_value(value).expect("an outcome"), pack(training.models.as_ref()));
            }
            continue;
        }
        let task = waiting.remove(pick(waiting.len()));
        let worker = &mut pool[turn % workers];
        turn += 1;
        let (study, index) = (7, task.index);
        if killed == Some(turn) {
            killed = None;
            ask(worker, 100 + index, Ask::Task(Box::new(task.clone())), Vec::new());
            for _ in 0..3 {
                worker.advance();
            }
            assert!(worker.is_busy(), "it is lost in the middle of its task");
            *worker = Engine::new();
            ask(worker, 1, Ask::Hold, packed.clone());
            waiting.push(task);
            continue;
        }
        let mut replies = ask(worker, 100 + index, Ask::Task(Box::new(task)), Vec::new());
        while !replies.iter().any(|(reply, _)| matches!(reply.tell, Tell::Done(_))) {
            worker.advance();
            replies.extend(worker.replies());
        }
        let body = replies.into_iter().find(|(reply, _)| matches!(reply.tell, Tell::Done(_))).map(|(_, body)| body).expect("a result");
        take(ask(&mut session, 1000, Ask::TaskDone { study, index }, body), &mut waiting);
    }
}

#[test]
fn order_of_tasks_and_number_of_workers_change_nothing() {
    let table = table(150);
    let recipe = recipe(&table);
    let (trained, models) = in_place(&table, &recipe);
    assert!(
        trained.candidates.iter().all(|candidate| candidate.problem.is_none()),
        "{:?}",
        trained.candidates.iter().map(|c| &c.problem).collect::<Vec<_>>()
    );
    for workers in [1, 2, 8] {
        let (other, bytes) =
            through_messages(&table, &recipe, workers, None, |waiting| if workers == 2 { waiting - 1 } else { waiting / 2 });
        assert_eq!(trained, other, "{workers} workers");
        assert_eq!(models, bytes, "{workers} workers");
    }
}

#[test]
fn a_worker_that_is_lost_in_the_middle_of_a_fold_changes_nothing() {
    let table = table(150);
    let mut recipe = recipe(&table);
    recipe.split.folds = 5;
    let (trained, models) = in_place(&table, &recipe);
    for killed in [1, 3, 6] {
        let (other, bytes) = through_messages(&table, &recipe, 4, Some(killed), |_| 0);
        assert_eq!((&trained, &models), (&other, &bytes), "task {killed}");
    }
}

#[test]
fn a_task_run_again_gives_the_same_bytes() {
    let table = table(80);
    let recipe = recipe(&table);
    let mut held = Held::new(table);
    let mut study = TrainStudy::new(&mut held, &recipe).expect("a study");
    let task = study.tasks().remove(0);
    // The first worker is killed after three slices.
    let mut killed = atelier::run::task::start(&mut held, &task, &[]).expect("a start");
    for _ in 0..3 {
        let _ = killed.advance();
    }
    drop(killed);
    let first = atelier::run::run_task(&mut held, &task, &[]).expect("bytes");
    let second = atelier::run::run_task(&mut held, &task, &[]).expect("bytes");
    assert_eq!(first, second);
}

#[test]
fn a_cancelled_study_ends_as_cancelled_and_the_next_one_runs() {
    let table = table(60);
    let recipe = recipe(&table);
    let mut engine = Engine::new();
    engine.ask(Request { id: 1, ask: Ask::Hold }, pack(&table));
    engine.ask(Request { id: 2, ask: Ask::Train(Box::new(recipe.clone())) }, Vec::new());
    engine.ask(Request { id: 3, ask: Ask::Cancel(2) }, Vec::new());
    let ended = engine
        .replies()
        .into_iter()
        .any(|(reply, _)| reply.id == 2 && matches!(&reply.tell, Tell::Failed(problem) if problem.message.id == "run.cancelled"));
    assert!(ended && !engine.is_busy());
    engine.ask(Request { id: 4, ask: Ask::Train(Box::new(recipe)) }, Vec::new());
    assert!(engine.replies().iter().any(|(reply, _)| reply.id == 4 && matches!(reply.tell, Tell::Tasks(_))));
}
