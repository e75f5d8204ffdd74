//! The operation [`super::Op::Network`]: rows through dense layers in 32-bit floats, the link in 64-bit.

use super::{DeepLayer, Dense, Link};
use crate::base::{Problem, Stage};
use crate::num::kernel::{LANES, Lane, Packed, blocks, forward, lane, normalise_rows};

/// A layer that is run.
#[derive(Clone, Copy)]
pub struct Layer<'a> {
    /// Its weights.
    pub dense: &'a Dense,
    /// The factor of each normalised sum; empty where nothing is normalised.
    pub gain: &'a [f32],
    /// What is added to it.
    pub shift: &'a [f32],
    /// Whether the inputs are added.
    pub shortcut: bool,
}

impl<'a> Layer<'a> {
    /// A dense layer and nothing else.
    pub fn plain(dense: &'a Dense) -> Self {
        Self { dense, gain: &[], shift: &[], shortcut: false }
    }

    /// A layer as it stands in a plan.
    pub fn of(layer: &'a DeepLayer) -> Self {
        Self { dense: &layer.dense, gain: &layer.gain, shift: &layer.shift, shortcut: layer.shortcut }
    }
}

/// Rows that go through the layers at once.
const CHUNK: usize = 256;

/// The outputs of a network, a column each, for columns of equal length.
///
/// A row with a missing input, or one that is not a finite 32-bit number, has missing outputs. The arithmetic is that of
/// training, bit for bit.
///
/// # Errors
/// Where the layers do not fit each other, the columns or the number of outputs.
pub fn run(columns: &[&[f64]], layers: &[Layer], link: Link, outputs: usize) -> Result<Vec<Vec<f64>>, Problem> {
    check(columns.len(), layers, link, outputs)?;
    let rows = columns.first().map_or(0, |column| column.len());
    let packed: Vec<Packed<f32>> = layers
        .iter()
        .map(|Layer { dense: layer, .. }| {
            let mut packed = Packed::default();
            packed.by_outputs(&layer.weights, layer.inputs, layer.outputs);
            packed
        })
        .collect();
    let widest = layers.iter().map(|layer| layer.dense.outputs).chain([columns.len()]).max().unwrap_or(0);
    let mut from = vec![[0.0_f32; LANES]; blocks(CHUNK) * widest];
    let mut into = from.clone();
    let mut room = Vec::new();
    let mut answer = vec![vec![0.0; rows]; outputs];
    for first in (0..rows).step_by(CHUNK) {
        let count = CHUNK.min(rows - first);
        for block in 0..blocks(count) {
            for (place, column) in columns.iter().enumerate() {
                from[block * columns.len() + place] = lane(column, first + block * LANES).map(|value| value as f32);
            }
        }
        let complete: Vec<bool> = (first..first + count).map(|row| columns.iter().all(|column| (column[row] as f32).is_finite())).collect();
        for (Layer { dense: layer, gain, shift, shortcut }, packed) in layers.iter().zip(&packed) {
            let (x, y) = (&from[..blocks(count) * layer.inputs], &mut into[..blocks(count) * layer.outputs]);
            forward(x, packed, &layer.bias, y);
            if !gain.is_empty() {
                normalise_rows(y, gain, shift, &mut room);
            }
            layer.activation.apply(y.as_flattened_mut());
            if *shortcut {
                y.as_flattened_mut().iter_mut().zip(x.as_flattened()).for_each(|(y, &x)| *y += x);
            }
            std::mem::swap(&mut from, &mut into);
        }
        let mut logits = vec![0.0; outputs];
        for (row, complete) in complete.into_iter().enumerate() {
            let block: &[Lane<f32>] = &from[row / LANES * outputs..][..outputs];
            logits.iter_mut().zip(block).for_each(|(logit, lane)| *logit = f64::from(lane[row % LANES]));
            link.apply(&mut logits);
            for (answer, &value) in answer.iter_mut().zip(&logits) {
                answer[first + row] = if complete { value } else { f64::NAN };
            }
        }
    }
    Ok(answer)
}

/// A model file can hold anything.
fn check(inputs: usize, layers: &[Layer], link: Link, outputs: usize) -> Result<(), Problem> {
    let mut width = inputs;
    let fits = layers.iter().all(|Layer { dense: layer, gain, shift, shortcut }| {
        let fits = layer.inputs == width
            && layer.outputs > 0
            && layer.inputs.checked_mul(layer.outputs) == Some(layer.weights.len())
            && layer.bias.len() == layer.outputs
            && gain.len() == shift.len()
            && (gain.is_empty() || gain.len() == layer.outputs)
            && (!shortcut || layer.inputs == layer.outputs);
        width = layer.outputs;
        fits
    });
    let fits = fits && !layers.is_empty() && width == outputs && (link == Link::Softmax || outputs == 1);
    if fits { Ok(()) } else { Err(Problem::new(Stage::Ship, "plan.network_shape")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The layers without anything between them.
    fn run(columns: &[&[f64]], layers: &[Dense], link: Link, outputs: usize) -> Result<Vec<Vec<f64>>, Problem> {
        super::run(columns, &layers.iter().map(Layer::plain).collect::<Vec<_>>(), link, outputs)
    }
    use crate::num::activation::Activation;

    fn layer(inputs: usize, outputs: usize, activation: Activation) -> Dense {
        let weights = (0..inputs * outputs).map(|place| (place % 7) as f32 * 0.25 - 0.6).collect();
        Dense { inputs, outputs, weights, bias: (0..outputs).map(|place| place as f32 * 0.1).collect(), activation }
    }

    #[test]
    fn a_network_is_the_plain_sums_and_its_link() {
        let layers = [layer(3, 5, Activation::Tanh), layer(5, 2, Activation::Identity)];
        let columns: Vec<Vec<f64>> = (0..3).map(|c| (0..600).map(|row| f64::from(row * (c + 1) % 17) * 0.2 - 1.0).collect()).collect();
        let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let answer = run(&columns, &layers, Link::Softmax, 2).expect("it fits");
        for row in [0, 1, 7, 8, 255, 256, 599] {
            let mut values: Vec<f32> = columns.iter().map(|column| column[row] as f32).collect();
            for layer in &layers {
                values = (0..layer.outputs)
                    .map(|o| {
                        let sum = |sum: f32, (i, x): (usize, &f32)| sum + layer.weights[i * layer.outputs + o] * x;
                        layer.activation.at(values.iter().enumerate().fold(layer.bias[o], sum)).0
                    })
                    .collect();
            }
            let [a, b] = [f64::from(values[0]), f64::from(values[1])];
            let share = 1.0 / (1.0 + crate::num::float::exp(b - a));
            assert!((answer[0][row] - share).abs() < 1e-12 && (answer[0][row] + answer[1][row] - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_missing_input_gives_a_missing_output_and_touches_no_other_row() {
        let layers = [layer(1, 4, Activation::Relu), layer(4, 1, Activation::Identity)];
        let answer = run(&[&[1.0, f64::NAN, 1.0, 1e300, 1.0]], &layers, Link::Sigmoid, 1).expect("it fits");
        assert!(answer[0][1].is_nan() && answer[0][3].is_nan());
        assert!(answer[0][0].is_finite() && answer[0][0] == answer[0][2] && answer[0][0] == answer[0][4]);
        assert_eq!(run(&[&[]], &layers, Link::Sigmoid, 1).expect("it fits"), [Vec::<f64>::new()]);
    }

    #[test]
    fn layers_that_do_not_fit_are_refused() {
        let good = || vec![layer(2, 3, Activation::Relu), layer(3, 1, Activation::Identity)];
        let columns: [&[f64]; 2] = [&[1.0], &[2.0]];
        assert!(run(&columns, &good(), Link::Sigmoid, 1).is_ok());
        let mut short = good();
        short[0].weights.pop();
        let mut huge = good();
        huge[0].outputs = usize::MAX;
        let mut gap = good();
        gap.remove(0);
        for (layers, link, outputs) in [
            (short, Link::Sigmoid, 1),
            (huge, Link::Sigmoid, 1),
            (gap, Link::Sigmoid, 1),
            (Vec::new(), Link::Identity, 2),
            (good(), Link::Softmax, 2),
            (vec![layer(2, 2, Activation::Identity)], Link::Sigmoid, 2),
        ] {
            assert_eq!(run(&columns, &layers, link, outputs).map_err(|problem| problem.message.id), Err("plan.network_shape".to_owned()));
        }
    }
}
