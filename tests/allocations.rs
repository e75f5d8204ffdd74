//! A step of training allocates nothing: after the first one, memory is asked for only where an epoch ends.

use atelier::base::{Job, Params, Task};
use atelier::learn::network::{Group, Initialiser, Trainer, preset, settings::Settings, training};
use atelier::num::Rng;
use serde_json::{Value, json};

const ROWS: usize = 120_000;
const INPUTS: usize = 20;

/// The allocations of some slices in the middle of the first epoch of a network with these parameters.
fn allocations(params: &Params) -> u64 {
    let settings = Settings::read(params).expect("parameters");
    let plan = settings.plan(Task::Binary, 5).expect("a plan");
    let groups = if settings.embedding > 0 { vec![Group { columns: vec![2, 3, 4, 7], width: settings.embedding }] } else { Vec::new() };
    let network = settings.network(INPUTS, 1).expect("a network").with_embedding(groups);
    let mut rng = Rng::new(1, "test", 0);
    let x: Vec<f32> = (0..ROWS * INPUTS).map(|_| rng.normal() as f32).collect();
    let y: Vec<f32> = (0..ROWS).map(|row| (row % 2) as f32).collect();
    let rows = training::Rows { x, y, weights: vec![1.0; ROWS] };
    let data = training::Data { rows, train: (0..ROWS as u32).collect(), stop: Vec::new(), watch: training::Rows::default() };
    let parameters = Initialiser::Auto.draw(&network, 1);
    let mut trainer = Trainer::<f32>::new(network, plan, data, parameters);
    let mut slice = || assert!(matches!(trainer.advance(), Ok(atelier::base::Advance::More(_))));
    slice();
    let counted = allocation_counter::measure(|| (0..3).for_each(|_| slice()));
    assert!(trainer.curve().is_empty(), "still in the first epoch");
    counted.count_total
}

#[test]
fn a_step_after_the_first_allocates_nothing() {
    let params = |value: Value| value.as_object().cloned().expect("an object");
    let layers = json!([
        {"units": 20, "activation": "gelu", "dropout": 0.2, "normalise": "batch", "shortcut": true},
        {"units": 20, "activation": "mish", "dropout": 0.0, "normalise": "layer", "shortcut": true},
    ]);
    let mut all = vec![params(json!({})), params(json!({"layers": layers})), params(json!({"averaging": "ema", "clip": 1.0}))];
    all.push(params(json!({"l1": 1e-4, "l2": 1e-4, "max_norm": 0.5, "mixup": 0.4, "input_noise": 0.1, "label_smoothing": 0.1})));
    all.push(params(json!({"embedding": 2, "front_scale": true})));
    all.push(preset::find("strong").expect("a preset").params(Task::Binary));
    all.extend(
        ["adadelta", "adagrad", "adamw", "lion", "momentum", "nadam", "nesterov", "rmsprop", "sgd"]
            .map(|id| params(json!({"optimizer": id}))),
    );
    for params in all {
        assert_eq!(allocations(&params), 0, "{params:?}");
    }
}
