//! Whole fits with embedded categories.

use super::super::*;
use super::{answers, fit, params, set};
use crate::base::Job;
use crate::learn::TrainingSet;
use crate::num::{Rng, float};
use crate::plan::Meaning;
use ndarray::Array2;
use serde_json::json;

/// Rows of a category of twenty levels, one column each, and a number; what a level answers is one of two.
fn levels(rows: usize, seed: u64) -> TrainingSet {
    let mut rng = Rng::new(seed, "levels", 0);
    let (mut x, mut codes) = (Array2::zeros((rows, 21)), Vec::new());
    for row in 0..rows {
        let level = rng.below(20);
        (x[[row, level]], x[[row, 20]]) = (1.0, rng.normal());
        codes.push(u32::from(f64::from(level as u32 * 7 % 3) - 1.0 + 0.5 * x[[row, 20]] > 0.0));
    }
    let mut set = set(x, Target::Classes { codes, count: 2 });
    set.meanings = vec![Meaning::Level("level".to_owned()); 20];
    set.meanings.push(Meaning::Number);
    set
}

#[test]
fn embeddings_train_in_slices_and_are_a_part_of_the_weights() {
    for (scale, ntk) in [(false, "standard"), (true, "ntk")] {
        let layers = json!([{"units": 8, "activation": "tanh", "dropout": 0.1}]);
        let value = json!({"layers": layers, "front_scale": scale, "parametrisation": ntk, "embedding": 4, "epochs": 30, "rate": 0.02});
        let mut set = levels(500, 3);
        set.watch = Some((set.x.clone(), set.y.clone()));
        let settings = Settings::read(&params(value.clone())).expect("good settings");
        let plan = settings.plan(set.task, 1).expect("a plan");
        let network = Network::new(21, &settings.layers, 1).with_front_scale(scale).with_embedding(groups(&set.meanings, 4));
        // Seventeen rows of weights are four, and a map of 20 x 4 stands beside them.
        let with = if scale { 21 } else { 0 };
        assert_eq!(network.parameters(), 21 * 8 + 8 + 9 + with + 20 * 4 - 16 * 8);
        let parameters: Vec<f32> = settings.initialiser.draw(&network, 1);
        let Target::Classes { codes, .. } = &set.y else { panic!("classes") };
        let narrow = |list: &mut dyn Iterator<Item = f64>| list.map(|x| x as f32).collect::<Vec<f32>>();
        let rows = training::Rows {
            x: narrow(&mut set.x.iter().copied()),
            y: narrow(&mut codes.iter().map(|&code| f64::from(code))),
            weights: vec![1.0; 500],
        };
        let data = training::Data { rows, train: (0..500).collect(), ..training::Data::default() };
        let trainer = || Trainer::new(network.clone(), plan.clone(), data.clone(), parameters.clone());
        let whole = trainer().with_slice(1e15).finish().expect("it ends");
        let parts = trainer().with_slice(1e4).finish().expect("it ends");
        assert_eq!((&whole.parameters, &whole.curve), (&parts.parameters, &parts.curve));
        // What is left over stays 0.
        assert!(whole.parameters[4 * 8..20 * 8].iter().all(|w| *w == 0.0) && whole.parameters[..4 * 8].iter().all(|w| *w != 0.0));
        // What predicts is what the loss of the watched rows was measured with.
        let model = fit(value.clone(), set.clone());
        let kept = model.kept_epoch.expect("an epoch");
        let kept = model.curve.iter().find(|epoch| epoch.epoch == kept).and_then(|epoch| epoch.watch).expect("a loss");
        let answer = &answers(&model, &set)[0];
        let losses = answer.iter().zip(codes).map(|(p, &code)| -float::ln(if code == 1 { *p } else { 1.0 - *p }));
        let mean = losses.sum::<f64>() / 500.0;
        assert!((mean - kept).abs() < 1e-5, "{scale}: {mean} and {kept}");
        assert!(mean < 0.35, "{mean}");
        // Without meanings, or with an embedding of 0, it is the network that it was.
        let plain = |embedding: usize, meanings: bool| {
            let mut value = value.clone();
            value["embedding"] = json!(embedding);
            let mut set = set.clone();
            set.meanings.truncate(if meanings { 21 } else { 0 });
            fit(value, set)
        };
        assert_eq!(plain(0, true).ops, plain(4, false).ops);
        assert_eq!(plain(4, false).notes[0].message.id, "learn.network.no_categories");
        assert_ne!(plain(4, true).ops, plain(0, true).ops);
    }
}
