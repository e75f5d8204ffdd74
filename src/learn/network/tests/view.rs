//! Looks at a network while it trains.

use super::super::KIND;
use super::super::initialiser::Initialiser;
use super::super::layer::{Hidden, Network};
use super::super::training::{Data, Rows};
use super::super::view::View;
use super::{digest, params, ring, start, wave};
use crate::learn::TrainingSet;
use crate::learn::inside::BINS;
use crate::learn::surface::{Due, Plane, SIDE, SMALL, Surface, shade};
use crate::num::Rng;
use crate::num::activation::Activation;
use crate::plan::Link;
use serde_json::json;

#[test]
fn looking_at_a_network_changes_nothing_and_shows_what_it_answers() {
    let trained_with = |plane: Option<Plane>, due: Due, set: TrainingSet| -> (String, Vec<Surface>) {
        let mut fit =
            (KIND.start)(&params(json!({"epochs": 30, "patience": 100, "layers": [{"units": 8}, {"units": 3}]})), set).expect("it starts");
        if let Some(plane) = plane {
            fit.look_at(&plane);
        }
        let mut seen = Vec::new();
        loop {
            let step = fit.advance().expect("it goes on");
            seen.extend(fit.surface(due));
            if let crate::base::Advance::Done(model) = step {
                return (digest(&model), seen);
            }
        }
    };
    let trained = |plane: Option<Plane>, set: TrainingSet| trained_with(plane, Due::Seldom, set);
    let (plain, none) = trained(None, ring(900, 1));
    let names = ring(900, 1).columns;
    let columns = Plane::Columns(names[0].clone(), names[1].clone());
    let (watched, seen) = trained(Some(columns), ring(900, 1));
    assert_eq!(plain, watched);
    assert!(none.is_empty() && !seen.is_empty());
    let last = seen.last().expect("a look");
    assert_eq!((last.outputs.len(), last.outputs[0].len(), last.range), (1, SIDE * SIDE, [0.0, 1.0]));
    assert_eq!(last.units.iter().map(Vec::len).collect::<Vec<_>>(), [8, 3]);
    assert!(last.units.iter().flatten().all(|unit| unit.len() == SMALL * SMALL));
    assert!(!last.points.is_empty() && last.points.len() <= 200);
    assert!(seen.windows(2).all(|two| two[0].epoch <= two[1].epoch));
    // A number is shown in its own unit.
    let (_, seen) = trained(Some(Plane::Components), wave(900, 1));
    let last = seen.last().expect("a look");
    assert!(last.range[0] < last.range[1] && last.points.iter().all(|point| f64::from(point[2]) >= last.range[0]));
    // Inside it are the weights and the activations of the training rows that are looked at, every one of them counted.
    let inside = &last.inside;
    let sizes: Vec<(usize, usize)> = inside.weights.iter().map(|layer| (layer.len(), layer[0].len())).collect();
    assert_eq!((inside.inputs.clone(), sizes), (wave(900, 1).columns, vec![(2, 8), (8, 3), (3, 1)]));
    let counted: Vec<u32> = inside.activations.iter().map(|layer| layer.counts.iter().sum()).collect();
    assert_eq!(counted, [8 * inside.rows, 3 * inside.rows]);
    assert!(inside.activations.iter().all(|layer| layer.counts.len() == BINS && layer.asleep <= layer.units));
    assert!(inside.rows > 70 && inside.rows <= 150);
}

#[test]
fn where_training_waits_after_every_epoch_each_is_looked_at_and_comes_to_the_same_weights() {
    let settings = || json!({"epochs": 12, "patience": 100, "layers": [{"units": 8}, {"units": 3}]});
    let mut fit = start(settings(), ring(900, 1)).expect("it starts");
    fit.look_at(&Plane::Components);
    let (mut epochs, mut looks) = (Vec::new(), Vec::new());
    let model = loop {
        let step = fit.advance().expect("it goes on");
        if let crate::base::Advance::Done(model) = step {
            break model;
        }
        // No slice ends more than an epoch.
        epochs.push(fit.curve().len());
        looks.extend(fit.surface(Due::Each).map(|look| look.epoch));
    };
    epochs.dedup();
    assert!(epochs.windows(2).all(|two| two[1] == two[0] + 1), "{epochs:?}");
    assert_eq!(looks, (1..12).collect::<Vec<u32>>());
    assert_eq!(digest(&model), digest(&super::fit(settings(), ring(900, 1))));
}

#[test]
fn weights_that_are_drawn_are_those_of_predictions_and_units_that_never_answer_are_asleep() {
    let (width, count) = (20, 700);
    let mut rng = Rng::new(5, "test", 0);
    let hidden = |units| Hidden { units, activation: Activation::Relu, ..Hidden::default() };
    let network = Network::new(width, &[hidden(15), hidden(4)], 1);
    let mut parameters: Vec<f32> = Initialiser::HeNormal.draw(&network, 1);
    // The second layer never rises above 0.
    let [_, second, _] = network.layers() else { panic!("three layers") };
    parameters[second.bias()].fill(-1e4);
    let x = (0..width * count).map(|_| rng.normal() as f32).collect();
    let y = (0..count).map(|row| (row % 2) as f32).collect();
    let rows = Rows { x, y, weights: vec![1.0; count] };
    let data = Data { rows, train: (0..count as u32).collect(), ..Data::default() };
    let columns: Vec<String> = (0..width).map(|column| format!("x{column}")).collect();
    let mut view = View::new(&Plane::Components, &columns, &data, &network, None::<fn(f64) -> f64>).expect("a view");
    let inside = view.take(&network, &parameters, 1, Link::Sigmoid, None::<fn(f64) -> f64>).inside;
    // Every fifth row is looked at.
    let count = count.div_ceil(5);
    assert_eq!((inside.rows as usize, inside.inputs.len(), inside.inputs[11].as_str()), (count, 12, "x19"));
    let sizes: Vec<(usize, usize)> = inside.weights.iter().map(|layer| (layer.len(), layer[0].len())).collect();
    assert_eq!(sizes, [(12, 12), (12, 4), (4, 1)]);
    // From the last input to the last unit of the first layer: inputs x units, row by row.
    assert_eq!(inside.weights[0][11][11], parameters[19 * 15 + 14]);
    let [first, dead] = inside.activations.as_slice() else { panic!("two hidden layers") };
    assert_eq!((first.units, first.counts.iter().sum::<u32>() as usize), (15, 15 * count));
    assert_eq!((dead.units, dead.asleep, dead.counts.iter().sum::<u32>() as usize), (4, 4, 4 * count));
    assert!(first.asleep < 3 && dead.counts.iter().filter(|count| **count > 0).count() == 1);
}

#[test]
fn a_map_of_a_unit_shows_its_means_over_the_plane_s_cells() {
    let network = Network::new(2, &[Hidden { units: 1, activation: Activation::Identity, ..Hidden::default() }], 1);
    let mut parameters: Vec<f32> = Initialiser::Zero.draw(&network, 1);
    let [first, _] = network.layers() else { panic!("two layers") };
    parameters[first.weights()].copy_from_slice(&[2.0, -1.0]);
    let x = (0..120).map(|at| if at % 2 == 0 { at as f32 / 60.0 - 1.0 } else { (at * 7 % 40) as f32 / 20.0 - 1.0 }).collect();
    let rows = Rows { x, y: vec![0.0; 60], weights: vec![1.0; 60] };
    let data = Data { rows, train: (0..60).collect(), ..Data::default() };
    let columns = ["a".to_owned(), "b".to_owned()];
    let plane = Plane::Columns(columns[0].clone(), columns[1].clone());
    let mut view = View::new(&plane, &columns, &data, &network, None::<fn(f64) -> f64>).expect("a view");
    let seen = view.take(&network, &parameters, 1, Link::Sigmoid, None::<fn(f64) -> f64>);
    let at = |[low, high]: [f64; 2], cell: usize| low + (high - low) * (cell as f64 + 0.5) / SMALL as f64;
    let value = |cell: usize| 2.0 * at(seen.span[0], cell % SMALL) - at(seen.span[1], cell / SMALL);
    let largest = (0..SMALL * SMALL).map(|cell| value(cell).abs()).fold(0.0, |most, size| if size > most { size } else { most });
    for (cell, &shown) in seen.units[0][0].iter().enumerate() {
        assert!(shade(value(cell), [-largest, largest]).abs_diff(shown) <= 1, "cell {cell}: {shown} for {}", value(cell));
    }
}
