//! Gradients of whole networks, in 32 bits as they are trained, against those of torch.autograd: every activation, batch and
//! layer normalisation, shortcuts, and the losses.

use super::support::{figures, flat};
use atelier::learn::network::{Hidden, Loss, Network, Normalise, Pass, Softening};
use atelier::num::activation::Activation;
use atelier::num::float::{cos, sin};
use atelier::num::kernel::{LANES, blocks, gather};
use serde_json::Value;

const ROWS: usize = 48;
const INPUTS: usize = 5;

/// The loss of a name, how many outputs it has, and the truth of each row.
fn loss(name: &str) -> (Loss, usize, fn(usize) -> f64) {
    let values = |row: usize| sin(2.0 * row as f64);
    let smoothed = Softening { smoothing: 0.1, gamma: 0.0 };
    match name {
        "categorical_cross_entropy" => (Loss::CategoricalCrossEntropy, 3, |row| (row % 3) as f64),
        "label_smoothing_0.1" => (Loss::SoftCategorical(smoothed), 3, |row| (row % 3) as f64),
        "binary_cross_entropy" => (Loss::BinaryCrossEntropy, 1, |row| (row % 2) as f64),
        "poisson" => (Loss::Poisson, 1, |row| (row % 4) as f64),
        "squared_error" => (Loss::SquaredError, 1, values),
        "absolute_error" => (Loss::AbsoluteError, 1, values),
        "huber_0.5" => (Loss::Huber { delta: 0.5 }, 1, values),
        "log_cosh" => (Loss::LogCosh, 1, values),
        "quantile_0.3" => (Loss::Quantile { q: 0.3 }, 1, values),
        other => panic!("an unknown loss: {other}"),
    }
}

#[test]
fn gradients_in_32_bits_are_those_of_autograd() {
    let file = figures("autograd");
    let cases = file["figures"].as_array().expect("cases");
    assert_eq!(cases.len(), 39);
    for case in cases {
        let name = format!("{} {}", case["activation"], case["loss"]);
        let activation: Activation = serde_json::from_value(case["activation"].clone()).expect("an activation");
        let (loss, outputs, truth) = loss(case["loss"].as_str().expect("a loss"));
        let hidden = |units, normalise, shortcut| Hidden { units, activation, normalise, shortcut, ..Hidden::default() };
        let layers = [hidden(5, Normalise::Batch, true), hidden(5, Normalise::Layer, true), hidden(4, Normalise::None, false)];
        let network = Network::new(INPUTS, &layers, outputs);
        let mut parameters = vec![0.0_f32; network.size()];
        for (number, layer) in network.layers().iter().enumerate() {
            let n = number as f64;
            for (place, weight) in parameters[layer.weights()].iter_mut().enumerate() {
                let (input, unit) = ((place / layer.units) as f64, (place % layer.units) as f64);
                *weight = (0.5 * sin(1.0 + 3.0 * unit + 7.0 * input + 11.0 * n)) as f32;
            }
            parameters[layer.bias()].iter_mut().enumerate().for_each(|(unit, bias)| *bias = (0.1 * cos(unit as f64 + n)) as f32);
            parameters[layer.gain()].iter_mut().enumerate().for_each(|(unit, gain)| *gain = (1.0 + 0.1 * sin(unit as f64 + n)) as f32);
            parameters[layer.shift()].iter_mut().enumerate().for_each(|(unit, to)| *to = (0.1 * cos(2.0 * unit as f64 + n)) as f32);
        }
        let rows: Vec<u32> = (0..ROWS as u32).collect();
        let x: Vec<f32> =
            (0..ROWS * INPUTS).map(|place| sin(0.7 + 1.3 * (place / INPUTS) as f64 + 2.1 * (place % INPUTS) as f64) as f32).collect();
        let y: Vec<f32> = (0..ROWS).map(|row| truth(row) as f32).collect();
        let count = blocks(ROWS);
        let mut pass = Pass::new(&network);
        gather(&x, INPUTS, &rows, pass.input(&network, count));
        let (mut truths, mut weights) = (vec![[0.0; LANES]; count], vec![[0.0; LANES]; count]);
        gather(&y, 1, &rows, &mut truths);
        gather(&[1.0; ROWS], 1, &rows, &mut weights);
        pass.load(&network, &parameters, true);
        let (logits, deltas) = pass.practise(&network, &parameters, ROWS, None);
        let sum = loss.gradient(logits, outputs, &truths, &weights, 1.0 / ROWS as f32, deltas);
        let value = case["value"].as_f64().expect("a loss");
        assert!((sum / ROWS as f64 - value).abs() <= 1e-5 * value.abs(), "{name}: the loss is {} and {value}", sum / ROWS as f64);
        let mut gradients = vec![0.0_f32; network.size()];
        pass.learn(&network, &parameters, ROWS, &mut gradients);
        for (layer, wanted) in network.layers().iter().zip(case["gradients"].as_array().expect("layers")) {
            compare(&name, layer.inputs, layer.units, &gradients[layer.weights()], &wanted[0]);
            compare(&name, 1, layer.units, &gradients[layer.bias()], &wanted[1]);
            if layer.normalise != Normalise::None {
                compare(&name, 1, layer.units, &gradients[layer.gain()], &wanted[2]);
                compare(&name, 1, layer.units, &gradients[layer.shift()], &wanted[3]);
            }
        }
    }
}

/// A list of inputs x units against PyTorch's of units x inputs, relative to the largest of the list. A bias before a
/// normalisation by the batch has no gradient but what rounding leaves: lists below a twentieth are compared as if they held one.
fn compare(name: &str, inputs: usize, units: usize, ours: &[f32], theirs: &Value) {
    let theirs = flat(theirs);
    assert_eq!(theirs.len(), inputs * units, "{name}");
    let largest = theirs.iter().fold(5e-2, |largest, x| if x.abs() > largest { x.abs() } else { largest });
    for unit in 0..units {
        for input in 0..inputs {
            let (own, other) = (f64::from(ours[input * units + unit]), theirs[unit * inputs + input]);
            assert!((own - other).abs() <= 1e-5 * largest, "{name}: {own} and {other}");
        }
    }
}
