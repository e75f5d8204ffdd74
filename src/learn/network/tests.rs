//! Whole fits, through the registry and through the trainer.

use super::*;
use crate::base::{Job, Message, Severity};
use crate::learn::{Model, TrainingSet, find};
use crate::num::{Rng, float};
use crate::plan::{Op, apply};
use crate::table::{Column, Table};
use ndarray::Array2;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

mod embedding;
mod members;
mod view;

/// Two classes parted by a ring, with a column that says nothing.
fn ring(rows: usize, seed: u64) -> TrainingSet {
    let mut rng = Rng::new(seed, "test", 0);
    let x = Array2::from_shape_simple_fn((rows, 3), || rng.normal());
    let codes = x.rows().into_iter().map(|row| u32::from(row[0] * row[0] + row[1] * row[1] < 1.4)).collect();
    set(x, Target::Classes { codes, count: 2 })
}

/// A number from a wave and a line, far from 0 and of a large unit.
fn wave(rows: usize, seed: u64) -> TrainingSet {
    let mut rng = Rng::new(seed, "test", 0);
    let x = Array2::from_shape_simple_fn((rows, 2), || rng.normal());
    let y = x.rows().into_iter().map(|row| 5000.0 + 300.0 * (float::sin(2.0 * row[0]) + row[1])).collect();
    set(x, Target::Values(y))
}

fn set(x: Array2<f64>, y: Target) -> TrainingSet {
    let (task, outputs) = match &y {
        Target::Values(_) => (Task::Regression, 1),
        Target::Classes { count: 2, .. } => (Task::Binary, 1),
        Target::Classes { count, .. } => (Task::Multiclass, *count),
    };
    TrainingSet {
        columns: (0..x.ncols()).map(|column| format!("x{column}")).collect(),
        meanings: Vec::new(),
        x,
        y,
        weights: None,
        groups: None,
        watch: None,
        task,
        outputs: (0..outputs).map(|output| format!("answer{output}")).collect(),
        seed: 1,
    }
}

fn params(value: Value) -> Params {
    value.as_object().cloned().unwrap_or_default()
}

fn start(value: Value, set: TrainingSet) -> Result<Box<dyn crate::learn::Fit>, Problem> {
    (find("network").expect("the network is listed").start)(&params(value), set)
}

fn fit(value: Value, set: TrainingSet) -> Model {
    start(value, set).expect("it starts").finish().expect("it ends")
}

/// The answers of a model, a list for each output.
fn answers(model: &Model, set: &TrainingSet) -> Vec<Vec<f64>> {
    let columns = set.columns.iter().enumerate().map(|(place, name)| Column::number(name, set.x.column(place).to_vec())).collect();
    let table = apply(&model.ops[..1], Table::new(columns)).expect("it applies");
    let (shift, scale) = match model.ops.get(1) {
        Some(Op::Scale { shift, scale, .. }) => (*shift, *scale),
        _ => (0.0, 1.0),
    };
    let answer = |name| table.column(name).and_then(Column::numbers).expect("an answer");
    set.outputs.iter().map(|name| answer(name).iter().map(|x| (x - shift) / scale).collect()).collect()
}

fn layers(model: &Model) -> &[crate::plan::Dense] {
    match &model.ops[0] {
        Op::Network { layers, .. } => layers,
        other => panic!("{other:?}"),
    }
}

#[test]
fn normalised_layers_and_shortcuts_learn_and_predict_as_they_trained() {
    let layer = |normalise: &str| json!({"units": 16, "activation": "relu", "dropout": 0.0, "normalise": normalise, "shortcut": true});
    for normalise in ["none", "batch", "layer"] {
        let params = json!({"layers": [layer("none"), layer(normalise), layer(normalise)], "epochs": 60, "batch": 32});
        let (set, test) = (ring(1500, 1), ring(1000, 2));
        let model = fit(params, set);
        let Target::Classes { codes, .. } = &test.y else { panic!() };
        let found = answers(&model, &test);
        let right = found[0].iter().zip(codes).filter(|(p, code)| (**p >= 0.5) == (**code == 1)).count();
        assert!(right > 950, "{normalise}: {right} of 1000");
        assert!(matches!(model.ops[0], Op::DeepNetwork { .. }));
        // The curve's last look at the watched rows is the loss of the very predictions.
        assert!(model.notes.is_empty(), "{:?}", model.notes);
    }
    let only_batch = json!({"layers": [{"units": 16, "normalise": "batch"}], "epochs": 20});
    assert!(matches!(fit(only_batch, ring(600, 1)).ops[0], Op::Network { .. }));
}

fn digest(model: &Model) -> String {
    let mut hash = Sha256::new();
    for layer in layers(model) {
        layer.weights.iter().chain(&layer.bias).for_each(|value| hash.update(value.to_le_bytes()));
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn two_classes_are_learned_and_new_rows_predicted() {
    let model = fit(json!({}), ring(1500, 1));
    let test = ring(1000, 2);
    let Target::Classes { codes, .. } = &test.y else { panic!() };
    let right = answers(&model, &test)[0].iter().zip(codes).filter(|(p, code)| (**p >= 0.5) == (**code == 1)).count();
    assert!(right > 950, "{right} of 1000");
    assert!(model.notes.is_empty(), "{:?}", model.notes);
    assert_eq!(model.curve.last().map(|epoch| epoch.epoch as usize), Some(model.curve.len()));
}

#[test]
fn several_classes_get_shares_that_add_up() {
    let mut set = ring(900, 1);
    let codes = set.x.rows().into_iter().map(|row| u32::from(row[0] > 0.0) + u32::from(row[1] > 0.5)).collect();
    set.y = Target::Classes { codes, count: 3 };
    set.task = Task::Multiclass;
    set.outputs = ["a", "b", "c"].map(str::to_owned).to_vec();
    let Target::Classes { codes, .. } = set.y.clone() else { panic!() };
    let model = fit(json!({}), set.clone());
    let shares = answers(&model, &set);
    let mut right = 0;
    for (row, &code) in codes.iter().enumerate() {
        let row: Vec<f64> = shares.iter().map(|list| list[row]).collect();
        assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        right += usize::from((0..3).all(|class| row[class] <= row[code as usize]));
    }
    assert!(right > 850, "{right} of 900");
}

#[test]
fn numbers_are_predicted_in_the_unit_of_the_target() {
    let model = fit(json!({"layers": [{"units": 32, "dropout": 0.0}, {"units": 32, "dropout": 0.0}]}), wave(1500, 1));
    let test = wave(500, 2);
    let Target::Values(truth) = &test.y else { panic!() };
    let mean = truth.iter().sum::<f64>() / 500.0;
    let (mut error, mut spread) = (0.0, 0.0);
    for (answer, truth) in answers(&model, &test)[0].iter().zip(truth) {
        error += (answer - truth) * (answer - truth);
        spread += (truth - mean) * (truth - mean);
    }
    assert!(error < 0.02 * spread, "R2 {}", 1.0 - error / spread);
}

#[test]
fn a_constant_target_is_answered_by_itself() {
    let mut set = wave(200, 1);
    set.y = Target::Values(vec![-7.25; 200]);
    let model = fit(json!({"epochs": 30}), set.clone());
    assert!(answers(&model, &set)[0].iter().all(|answer| (answer + 7.25).abs() < 1e-9));
}

/// A change of digits anywhere below must be noticed. The same digest comes out in WebAssembly.
#[test]
fn a_small_fit_has_these_weights() {
    let all = ["gelu", "selu", "mish", "tanh", "softplus", "leaky_relu"];
    let layers: Vec<Value> = all.iter().map(|name| json!({"units": 9, "activation": name, "dropout": 0.1})).collect();
    let model = fit(json!({"layers": layers, "epochs": 5, "optimizer": "adamw", "clip": 1.0, "l1": 1e-5}), ring(200, 1));
    assert_eq!(digest(&model), DIGEST);
}

const DIGEST: &str = "034130bf8a26a76d2431320463c42d527cdb9debae83b725304fd440e4c400f7";

#[test]
fn the_same_fit_has_the_same_bytes_and_another_seed_has_others() {
    let model = || fit(json!({"epochs": 4}), ring(300, 1));
    assert_eq!(model(), model());
    let mut other = ring(300, 1);
    other.seed = 2;
    assert_ne!(digest(&model()), digest(&fit(json!({"epochs": 4}), other)));
}

/// A trainer on the rows of a set, with stop and watched rows.
fn trainer(value: Value, rows: usize) -> Trainer<f32> {
    let set = ring(rows, 1);
    let settings = Settings::read(&params(value)).expect("good settings");
    let network = settings.network(3, 1).expect("small");
    let plan = settings.plan(Task::Binary, 5).expect("a plan");
    let Target::Classes { codes, .. } = &set.y else { panic!() };
    let rows_of = |range: std::ops::Range<usize>| training::Rows {
        x: range.clone().flat_map(|row| set.x.row(row).to_vec()).map(|x| x as f32).collect(),
        y: range.clone().map(|row| codes[row] as f32).collect(),
        weights: vec![1.0; range.len()],
    };
    let (train, stop): (Vec<u32>, Vec<u32>) = (0..rows as u32).partition(|row| row % 5 > 0);
    let data = training::Data { rows: rows_of(0..rows), train, stop, watch: rows_of(0..rows / 3) };
    let parameters = settings.initialiser.draw(&network, 5);
    Trainer::new(network, plan, data, parameters)
}

#[test]
fn the_size_of_a_slice_changes_nothing() {
    // A batch larger than what goes through at once, and one that leaves a rest.
    for batch in [300, 7] {
        let start = || trainer(json!({"batch": batch, "epochs": 3}), 1000);
        let whole = start().with_slice(1e15).finish().expect("it ends");
        for slice in [1.0, 3e4, 1e6] {
            let mut trainer = start().with_slice(slice);
            let mut last = 0;
            let parts = loop {
                match trainer.advance().expect("it goes on") {
                    crate::base::Advance::More(progress) => {
                        assert!(progress.done >= last && progress.done <= progress.total);
                        last = progress.done;
                    }
                    crate::base::Advance::Done(trained) => break trained,
                }
            };
            assert!(last > 0);
            assert_eq!(parts.parameters, whole.parameters);
            assert_eq!(parts.curve, whole.curve);
        }
    }
}

#[test]
fn early_stopping_keeps_the_epoch_of_the_lowest_stop_loss() {
    let settings = |epochs: u32, patience: u32| json!({"epochs": epochs, "patience": patience, "schedule": "constant", "rate": 0.02});
    let stopped = trainer(settings(300, 6), 400).finish().expect("it ends");
    let kept = stopped.kept_epoch.expect("an epoch was chosen");
    let lowest = stopped.curve.iter().filter_map(|epoch| epoch.stop).fold(f64::INFINITY, |low, loss| if loss < low { loss } else { low });
    assert_eq!(stopped.end, training::End::Patience);
    assert_eq!(stopped.curve.len() as u32, kept + 6);
    assert_eq!(stopped.curve[kept as usize - 1].stop, Some(lowest));
    // Training only that far gives the same weights.
    let mut shorter = trainer(settings(kept, 100), 400);
    let end = shorter.finish().expect("it ends");
    assert_eq!(end.parameters, stopped.parameters);
}

#[test]
fn stop_rows_and_watched_rows_are_never_learned_from() {
    let value = || json!({"epochs": 3, "patience": 100});
    let mut plain = trainer(value(), 400);
    let mut garbled = trainer(value(), 400);
    for row in garbled.data_for_test().stop.clone() {
        garbled.data_for_test().rows.y[row as usize] = 0.5;
        garbled.data_for_test().rows.x[row as usize * 3] = 17.0;
    }
    let mut blind = trainer(value(), 400);
    blind.data_for_test().watch.x.fill(-3.0);
    let curves = [&mut plain, &mut garbled, &mut blind].map(|trainer| trainer.finish().expect("it ends").curve);
    let train = |curve: &[crate::learn::Epoch]| curve.iter().map(|epoch| epoch.train).collect::<Vec<f64>>();
    assert_eq!(train(&curves[0]), train(&curves[1]));
    assert_eq!(train(&curves[0]), train(&curves[2]));
    assert_ne!(curves[0][2].stop, curves[1][2].stop);
    assert_ne!(curves[0][2].watch, curves[2][2].watch);
}

#[test]
fn weights_of_rows_count_and_their_unit_does_not() {
    let weighted = |factor: f64| {
        let mut set = ring(300, 1);
        set.weights = Some((0..300).map(|row| factor * f64::from(1 + row % 4)).collect());
        digest(&fit(json!({"epochs": 3}), set))
    };
    assert_eq!(weighted(1.0), weighted(8.0));
    assert_ne!(weighted(1.0), digest(&fit(json!({"epochs": 3}), ring(300, 1))));
}

#[test]
fn a_changed_rate_is_used_from_its_epoch_on() {
    let mut trainer = trainer(json!({"epochs": 4, "schedule": "constant", "rate": 0.01}), 200);
    trainer.set_rate(2, 0.001);
    let rates: Vec<f64> = trainer.finish().expect("it ends").curve.iter().map(|epoch| epoch.rate).collect();
    assert_eq!(rates, [0.01, 0.01, 0.001, 0.001]);
}

#[test]
fn rates_before_training_are_the_rates_used() {
    for schedule in settings::Decay::IDS {
        for warmup in [0, 3] {
            // A loss that can only become lower too slowly for a plateau to be met: what one comes to is known only while training.
            let value = json!({"epochs": 12, "warmup": warmup, "patience": 100, "schedule": schedule, "step_every": 4, "restart_every": 3,
                "cosine_floor": 0.1, "plateau_patience": 100});
            let model = fit(value.clone(), ring(200, 1));
            let used: Vec<f64> = model.curve.iter().map(|epoch| epoch.rate).collect();
            assert_eq!(used, rates(&params(value)).expect("rates"), "{schedule}");
            assert_eq!(used.len(), 12, "{schedule}");
        }
    }
}

#[test]
fn a_rate_far_too_large_ends_early_with_a_reason() {
    for (rate, optimizer, set) in [(1.0, "adam", ring(600, 1)), (10.0, "momentum", wave(600, 1)), (10.0, "sgd", wave(600, 1))] {
        let model = fit(json!({"rate": rate, "optimizer": optimizer}), set);
        let note = model.notes.iter().find(|note| note.message.id == "learn.network.diverged").expect("a note");
        assert_eq!(note.severity, Severity::Warning);
        assert!(model.curve.len() <= 3, "{optimizer}: {} epochs", model.curve.len());
        assert!(layers(&model).iter().all(|layer| layer.weights.iter().all(|weight| weight.is_finite())));
        // The rate that is offered was tried, and trains.
        assert!(note.to_string().contains("in a trial of 3 epochs the loss fell"), "{note}");
        let offered = note.message.args.iter().find(|(name, _)| name.as_str() == "smaller").expect("a rate").1.clone();
        let offered: f64 = offered.parse().expect("a number");
        // The verdict says so, and its action is that rate.
        let curve =
            Curve { epochs: &model.curve, training_baseline: model.baseline, watched_baseline: None, diverged: Some(&note.message) };
        let judged = verdict(&[curve]);
        assert_eq!(judged.judgement, Judgement::Diverged);
        let action = remedy(&judged, &params(json!({"rate": rate})), &[curve]).expect("an action");
        assert_eq!(action.changes.get("rate"), Some(&json!(offered)));
        let words =
            format!("{} {}", action.message, Message { id: format!("{}.action", action.message.id), args: action.message.args.clone() });
        assert!(!words.contains('{') && words.contains("the loss fell"), "{words}");
        let better = fit(
            json!({"rate": offered, "optimizer": optimizer, "epochs": 20}),
            if optimizer == "adam" { ring(600, 1) } else { wave(600, 1) },
        );
        assert!(better.notes.is_empty(), "{:?}", better.notes);
        let last = better.curve.last().expect("an epoch");
        assert!(last.train < better.baseline.expect("a baseline"), "{optimizer} at {offered}: {last:?}");
    }
}

/// Steps that are far too small leave the loss where it was: the network learns too little, and nothing ran away.
#[test]
fn a_rate_far_too_small_is_not_called_too_large() {
    for seed in 1..=10 {
        let mut rng = Rng::new(seed, "test", 1);
        let x = Array2::from_shape_simple_fn((240, 16), || rng.normal());
        let codes = x.rows().into_iter().map(|row| u32::from(row[0] > 0.0)).collect();
        let model = fit(json!({"layers": [], "rate": 1e-5, "epochs": 12}), set(x, Target::Classes { codes, count: 2 }));
        assert!(model.notes.is_empty() && model.curve.len() == 12, "seed {seed}: {:?}", model.notes);
    }
}

/// The task, the set and the parameters of a fit that learns too little, and why.
fn planted() -> Vec<(&'static str, TrainingSet, Value)> {
    vec![
        ("rate", ring(400, 1), json!({"rate": 1e-6})),
        ("rate of plain descent", ring(400, 2), json!({"rate": 1e-4, "optimizer": "sgd"})),
        ("squared penalty", ring(400, 3), json!({"l2": 1.0})),
        ("absolute penalty", ring(400, 4), json!({"l1": 0.3})),
        ("short weights", ring(400, 5), json!({"max_norm": 0.02})),
        ("dropout", ring(400, 6), json!({"layers": [{"units": 16, "activation": "relu", "dropout": 0.95}]})),
        ("zeros", ring(400, 7), json!({"initialiser": "zero"})),
        ("noise", ring(400, 8), json!({"input_noise": 8.0})),
        ("rate of momentum", wave(400, 12), json!({"rate": 1e-5, "optimizer": "momentum"})),
        ("no layer", ring(400, 9), json!({"layers": []})),
        ("few epochs", wave(400, 10), json!({"epochs": 4, "rate": 0.0002})),
        ("rate of Lion", ring(400, 11), json!({"rate": 1e-6, "optimizer": "lion"})),
    ]
}

#[test]
fn what_is_proposed_for_a_fit_that_learns_too_little_helps() {
    let (mut tried, mut better) = (0, 0);
    for (why, mut set, value) in planted() {
        let watched = if set.task == Task::Regression { wave(300, 99) } else { ring(300, 99) };
        set.watch = Some((watched.x.clone(), watched.y.clone()));
        let watched_baseline = baseline(&params(value.clone()), &watched.y, set.task).ok();
        let last = |model: &Model| {
            let kept = model.kept_epoch.and_then(|kept| model.curve.iter().find(|epoch| epoch.epoch == kept));
            kept.or(model.curve.last()).and_then(|epoch| epoch.watch).expect("watched rows")
        };
        let model = fit(value.clone(), set.clone());
        let curve = Curve { epochs: &model.curve, training_baseline: model.baseline, watched_baseline, diverged: None };
        let verdict = verdict(&[curve]);
        let Some(remedy) = remedy(&verdict, &params(value.clone()), &[curve]) else {
            eprintln!("{why}: {:?}, nothing proposed", verdict.judgement);
            continue;
        };
        tried += 1;
        let changed = fit(Value::Object(remedy.apply(&params(value))), set);
        let (before, after) = (last(&model), last(&changed));
        eprintln!("{why}: {:?}, {} {:?}: {before} to {after}", verdict.judgement, remedy.message.id, remedy.changes);
        better += usize::from(after < before);
        assert!(crate::base::text::find(&remedy.message.id).is_some());
        assert!(crate::base::text::find(&format!("{}.action", remedy.message.id)).is_some());
    }
    assert!(tried >= 10 && 10 * better >= 8 * tried, "{better} of {tried}");
}

#[test]
fn every_way_against_memorising_and_every_average_trains_in_slices_and_predicts_what_it_kept() {
    for (averaging, batch) in [("ema", 50), ("swa", 300)] {
        let value = json!({
            "layers": [{"units": 12, "activation": "silu", "dropout": 0.2, "normalise": "batch"}, {"units": 12, "activation": "mish", "dropout": 0.0, "shortcut": true}],
            "front_scale": true, "initialiser": "ntk", "parametrisation": "ntk", "rate": 0.03, "batch": batch, "epochs": 12,
            "mixup": 0.2, "input_noise": 0.1, "max_norm": 2.0, "averaging": averaging, "swa_start": 0.5,
        });
        let whole = trainer(value.clone(), 600).with_slice(1e15).finish().expect("it ends");
        let parts = trainer(value.clone(), 600).with_slice(1e4).finish().expect("it ends");
        assert_eq!((&whole.parameters, &whole.curve), (&parts.parameters, &parts.curve), "{averaging}");
        assert!(whole.curve.iter().all(|epoch| epoch.health.as_ref().is_some_and(|health| health.asleep.len() == 2)));
        // What predicts is what the stop loss of the kept epoch was measured with.
        let mut set = ring(600, 1);
        set.watch = Some((set.x.clone(), set.y.clone()));
        let model = fit(value, set.clone());
        let kept = model.kept_epoch.expect("an epoch");
        let kept = model.curve.iter().find(|epoch| epoch.epoch == kept).and_then(|epoch| epoch.watch).expect("a loss");
        let Target::Classes { codes, .. } = &set.y else { panic!() };
        let answer = &answers(&model, &set)[0];
        let losses = answer.iter().zip(codes).map(|(p, &code)| -float::ln(if code == 1 { *p } else { 1.0 - *p }));
        let mean = losses.sum::<f64>() / 600.0;
        assert!((mean - kept).abs() < 1e-5, "{averaging}: {mean} and {kept}");
    }
}

#[test]
fn the_health_of_a_step_is_that_of_its_numbers() {
    // Plain descent with one batch an epoch: the step is the rate times the gradient.
    let value =
        json!({"layers": [], "optimizer": "sgd", "rate": 0.1, "schedule": "constant", "batch": 1000, "epochs": 2, "early_stopping": false});
    let mut trainer = trainer(value, 200);
    let before: Vec<f32> = trainer.parameters().to_vec();
    let trained = trainer.finish().expect("it ends");
    let health = trained.curve[0].health.clone().expect("health");
    let weights = |list: &[f32]| optimizer::norm(&list[..3]);
    assert!((health.weights - weights(&before)).abs() < 1e-6);
    assert!(health.update > 0.0 && health.update * health.weights <= 0.1 * health.gradient * 1.0001, "{health:?}");
    assert!(health.asleep.is_empty());
    // Units that ReLU cuts off at every row sleep.
    let sleepy = fit(json!({"layers": [{"units": 8, "activation": "relu", "dropout": 0.0}], "l1": 5.0, "epochs": 60}), ring(400, 1));
    let asleep = sleepy.curve.last().and_then(|epoch| epoch.health.clone()).expect("health").asleep;
    assert!(asleep[0] <= 8);
}

#[test]
fn random_labels_are_learned_by_heart_and_called_so() {
    let mut rng = Rng::new(4, "test", 0);
    let mut noise = |rows: usize| {
        let x = Array2::from_shape_simple_fn((rows, 10), || rng.normal());
        let codes = (0..rows).map(|_| rng.below(2) as u32).collect();
        set(x, Target::Classes { codes, count: 2 })
    };
    let (mut learned, other) = (noise(300), noise(3000));
    learned.watch = Some((other.x.clone(), other.y.clone()));
    let value = json!({"layers": [{"units": 256, "activation": "relu", "dropout": 0.0}], "early_stopping": false, "epochs": 300});
    let model = fit(value.clone(), learned.clone());
    let accuracy = |set: &TrainingSet| {
        let Target::Classes { codes, .. } = &set.y else { panic!() };
        let right = answers(&model, set)[0].iter().zip(codes).filter(|(p, code)| u32::from(**p >= 0.5) == **code).count();
        right as f64 / codes.len() as f64
    };
    assert!(accuracy(&learned) >= 0.99, "{}", accuracy(&learned));
    assert!((accuracy(&other) - 0.5).abs() <= 0.05, "{}", accuracy(&other));
    let watched_baseline = baseline(&params(value), &other.y, Task::Binary).ok();
    let judged = verdict(&[Curve { epochs: &model.curve, training_baseline: model.baseline, watched_baseline, diverged: None }]);
    assert_eq!(judged.judgement, Judgement::Memorising, "{judged:?}");
    assert!(judged.message.to_string().contains("memorises"));
}

#[test]
fn every_network_can_be_rehearsed() {
    for (task, outputs) in [(Task::Binary, 1), (Task::Multiclass, 3), (Task::Regression, 1)] {
        for value in PRESETS.iter().map(|preset| preset.params(task)).chain([params(json!({"optimizer": "lbfgs"}))]) {
            let rehearsal = Rehearsal { params: value, task, inputs: 5, outputs, rows: 70, epochs: 3 };
            let model = rehearse(&rehearsal).and_then(|mut fit| fit.finish()).expect("a fit");
            assert!(model.curve.len() <= 3 && !model.curve.is_empty());
        }
    }
}

#[test]
fn extreme_tables_end_in_a_result() {
    let few = |rows: usize| ring(rows, 3);
    let mut constant = ring(100, 1);
    constant.x.column_mut(0).fill(4.0);
    let mut huge = ring(100, 1);
    huge.x.column_mut(1).mapv_inplace(|x| x * 1e30);
    let mut denormal = ring(100, 1);
    denormal.x.column_mut(1).mapv_inplace(|x| x * 1e-320);
    let wide = set(Array2::from_elem((40, 3000), 0.01), Target::Classes { codes: (0..40).map(|row| row % 2).collect(), count: 2 });
    let mut large_target = wave(60, 1);
    large_target.y = Target::Values((0..60).map(|row| f64::from(row) * 1e100).collect());
    let mut two = few(2);
    two.y = Target::Classes { codes: vec![0, 1], count: 2 };
    for (name, set) in
        [("two rows", two), ("constant", constant), ("huge", huge), ("denormal", denormal), ("wide", wide), ("target", large_target)]
    {
        let model = fit(json!({"epochs": 3}), set.clone());
        assert!(answers(&model, &set)[0].iter().all(|answer| answer.is_finite()), "{name}");
        let noted = |id: &str| model.notes.iter().any(|note| note.message.id == id);
        assert_eq!(noted("learn.network.unscaled"), name == "huge", "{name}");
        assert!(name != "two rows" || noted("learn.network.no_stop_rows"));
        assert!(model.notes.iter().all(|note| !note.to_string().contains('{')), "{:?}", model.notes);
    }
}

#[test]
fn what_cannot_be_learned_from_is_refused_by_name() {
    let refused = |value: Value, set: TrainingSet| match start(value, set) {
        Ok(_) => panic!("it started"),
        Err(problem) => {
            let text = problem.to_string();
            assert!(!text.contains('{') && !text.starts_with("learn."), "{text}");
            (problem.message.id, problem.message.args.get("column").cloned())
        }
    };
    let with = |change: fn(&mut TrainingSet)| {
        let mut set = ring(60, 1);
        change(&mut set);
        set
    };
    let id = |id: &str, column: Option<&str>| (id.to_owned(), column.map(str::to_owned));
    assert_eq!(refused(json!({}), with(|set| set.x[[7, 1]] = f64::NAN)), id("learn.missing", Some("x1")));
    assert_eq!(refused(json!({}), with(|set| set.x[[7, 2]] = 1e300)), id("learn.too_large", Some("x2")));
    assert_eq!(refused(json!({}), with(|set| set.y = Target::Classes { codes: vec![1; 60], count: 2 })), id("learn.one_class", None));
    assert_eq!(refused(json!({}), ring(0, 1)), id("learn.no_rows", None));
    assert_eq!(refused(json!({}), with(|set| set.weights = Some(vec![0.0; 60]))), id("learn.bad_weights", None));
    assert_eq!(refused(json!({"loss": "huber"}), ring(60, 1)), id("learn.network.loss_of_other_task", None));
    let wide = json!({"layers": vec![json!({"units": 4096}); 3]});
    assert_eq!(refused(wide, ring(60, 1)), id("learn.network.too_large", None));
    let mut values = wave(60, 1);
    values.y = Target::Values(vec![f64::INFINITY; 60]);
    assert_eq!(refused(json!({}), values), id("learn.target_not_finite", None));
}

#[test]
fn a_description_counts_what_training_holds() {
    let value = json!({"layers": [{"units": 64, "dropout": 0.2}, {"units": 32}]});
    let description = describe(&params(value.clone()), 104, 1).expect("good settings");
    assert_eq!(description.parameters, 104 * 64 + 64 + 64 * 32 + 32 + 32 + 1);
    assert_eq!(parameter_count(&params(value), 104, 1).expect("good settings"), description.parameters);
    assert_eq!(description.layers.iter().map(|layer| layer.parameters).sum::<usize>(), description.parameters);
    assert_eq!((description.layers[0].inputs, description.layers[0].dropout, description.layers[2].units), (104, 0.2, 1));
}

#[test]
fn every_field_has_its_texts() {
    fn walk(owner: &str, fields: &[crate::base::Field]) {
        for field in fields {
            let id = format!("{owner}.{}", field.id);
            for id in [id.clone(), format!("{id}.help")] {
                assert!(crate::base::text::find(&id).is_some(), "no text {id}");
            }
            match &field.kind {
                crate::base::Kind::Choice(choices) => {
                    choices
                        .iter()
                        .for_each(|choice| assert!(crate::base::text::find(&format!("{id}={choice}")).is_some(), "{id}={choice}"));
                }
                crate::base::Kind::List { of, .. } => walk(&id, &of()),
                _ => (),
            }
        }
    }
    walk(settings::OWNER, &settings::fields());
}

#[test]
fn the_figure_of_the_kept_epoch_is_the_metric_of_the_watched_rows() {
    let classes = |set: TrainingSet| {
        let codes = set.x.rows().into_iter().map(|row| u32::from(row[0] > 0.0) + u32::from(row[1] > 0.5)).collect();
        let outputs = ["a", "b", "c"].map(str::to_owned).to_vec();
        TrainingSet { y: Target::Classes { codes, count: 3 }, task: Task::Multiclass, outputs, ..set }
    };
    for (mut set, other) in [(ring(600, 1), ring(500, 2)), (classes(ring(600, 1)), classes(ring(500, 2))), (wave(600, 1), wave(500, 2))] {
        set.watch = Some((other.x.clone(), other.y.clone()));
        let task = set.task;
        let model = fit(json!({ "epochs": 12 }), set);
        let kept = model.kept_epoch.map_or(model.curve.len(), |epoch| epoch as usize);
        let told = model.curve[kept - 1].metric.expect("a figure");
        let columns = other.columns.iter().enumerate().map(|(place, name)| Column::number(name, other.x.column(place).to_vec())).collect();
        let table = apply(&model.ops, Table::new(columns)).expect("it applies");
        let lists: Vec<&[f64]> =
            other.outputs.iter().map(|name| table.column(name).and_then(Column::numbers).expect("an answer")).collect();
        let answer = Array2::from_shape_fn((other.y.len(), lists.len()), |(row, output)| lists[output][row]);
        let metric = crate::metric::find(crate::metric::usual(task)).expect("the usual metric");
        let found = metric.compute(&other.y.truth(), &crate::metric::Prediction::new(answer.view()), None).value().expect("a figure");
        // The network is trained in 32 bits and applied in 64.
        assert!((told - found).abs() <= 1e-4 * found.abs(), "{}: {told} against {found}", metric.id);
    }
}

#[test]
fn a_figure_beside_the_loss_changes_nothing() {
    let mut watched = ring(400, 1);
    watched.watch = Some((watched.x.clone(), watched.y.clone()));
    let (plain, seen) = (fit(json!({ "epochs": 5 }), ring(400, 1)), fit(json!({ "epochs": 5 }), watched));
    assert_eq!(digest(&plain), digest(&seen));
    assert!(plain.curve.iter().all(|epoch| epoch.metric.is_none()) && seen.curve.iter().all(|epoch| epoch.metric.is_some()));
}

#[test]
fn a_change_of_the_rate_that_is_written_down_comes_to_the_same_weights() {
    // Changed by hand after two epochs, and from the beginning by what was written into the study.
    let mut by_hand = trainer(json!({"epochs": 6, "rate": 0.01}), 200).with_slice(1e5);
    while by_hand.curve().len() < 2 {
        assert!(!matches!(by_hand.advance().expect("it goes on"), crate::base::Advance::Done(_)));
    }
    let at = by_hand.curve().len() as u32 + 1;
    by_hand.set_rate(at, 0.0005);
    let kept = json!({"epochs": 6, "rate": 0.01, "rate_changes": [{"epoch": at + 1, "rate": 0.0005}]});
    let replayed = trainer(kept, 200).finish().expect("it ends");
    let by_hand = by_hand.finish().expect("it ends");
    assert_eq!(by_hand.parameters, replayed.parameters);
    assert_eq!(by_hand.curve, replayed.curve);
    let rates: Vec<f64> = replayed.curve.iter().map(|epoch| epoch.rate).collect();
    let plain = rates_of(json!({"epochs": 6, "rate": 0.01}));
    let changed = at as usize;
    assert_eq!(rates[..changed], plain[..changed]);
    assert!(rates[changed] < 0.1 * plain[changed]);
    // Of two changes for one epoch the later one counts, and their order in the list does not matter.
    let list = json!([{"epoch": 4, "rate": 0.5}, {"epoch": 2, "rate": 0.002}, {"epoch": 4, "rate": 0.004}]);
    let rates = rates_of(json!({"epochs": 5, "rate": 0.01, "schedule": "constant", "rate_changes": list}));
    assert_eq!(rates, [0.01, 0.002, 0.002, 0.004, 0.004]);
}

fn rates_of(value: serde_json::Value) -> Vec<f64> {
    rates(&params(value)).expect("rates")
}
