//! Forward and backward through the layers, in buffers that are kept from step to step.

use super::dropout::Dropout;
use super::layer::{Network, Normalise};
use crate::num::kernel::{EPSILON, Kept, LANES, Lane, Packed, Real, Scratch, backward, forward, gradient, normalise_rows};

/// Rows that go through the layers at once. More rows than this are sent through in parts, whose gradients add up.
pub const CHUNK: usize = 256;

/// A unit whose slope is nowhere larger than this does not learn.
const ASLEEP: f64 = 0.01;

/// The buffers of a network. After the first step of a size nothing is allocated.
#[derive(Clone, Debug)]
pub struct Pass<F> {
    input: Vec<Lane<F>>,
    layers: Vec<Room<F>>,
    scratch: Scratch<F>,
    /// Room for a block while it is normalised.
    row: Vec<Lane<F>>,
    /// The first layer's weights with embeddings and front scale in them.
    front: Vec<F>,
}

/// The buffers of a layer: blocks x units lanes each.
#[derive(Clone, Debug, Default)]
struct Room<F> {
    by_outputs: Packed<F>,
    by_inputs: Packed<F>,
    values: Vec<Lane<F>>,
    /// The derivative of each value by its sum before the activation, dropout included.
    slopes: Vec<Lane<F>>,
    /// The gradient of the loss by each sum before the activation.
    deltas: Vec<Lane<F>>,
    /// What the normalisation keeps.
    kept: Kept<F>,
    /// The gradient that goes past the layer by its shortcut.
    past: Vec<Lane<F>>,
}

/// What dropout needs to know of the rows in the pass.
#[derive(Clone, Copy, Debug)]
pub struct Noise<'a> {
    /// The masks.
    pub dropout: &'a Dropout,
    /// The epoch.
    pub epoch: u32,
    /// The place in the epoch of the first row.
    pub row: u32,
}

impl<F: Real> Pass<F> {
    /// Buffers for up to [`CHUNK`] rows.
    pub fn new(network: &Network) -> Self {
        let blocks = CHUNK / LANES;
        let lanes = |width: usize| vec![[F::ZERO; LANES]; blocks * width];
        let room = |units| Room { values: lanes(units), slopes: lanes(units), deltas: lanes(units), ..Room::default() };
        Self {
            input: lanes(network.inputs()),
            layers: network.layers().iter().map(|layer| room(layer.units)).collect(),
            scratch: Scratch::default(),
            row: Vec::new(),
            front: Vec::new(),
        }
    }

    /// Where the rows go in: blocks x inputs lanes.
    pub fn input(&mut self, network: &Network, blocks: usize) -> &mut [Lane<F>] {
        &mut self.input[..blocks * network.inputs()]
    }

    /// Takes new parameters. Needed once after each change of them; `learning` where [`Pass::learn`] follows.
    pub fn load(&mut self, network: &Network, parameters: &[F], learning: bool) {
        for (number, (layer, room)) in network.layers().iter().zip(&mut self.layers).enumerate() {
            let has_front = number == 0 && network.front_weights(parameters, &mut self.front);
            let weights = if has_front { &self.front } else { &parameters[layer.weights()] };
            room.by_outputs.by_outputs(weights, layer.inputs, layer.units);
            if learning && number > 0 {
                room.by_inputs.by_inputs(weights, layer.inputs, layer.units);
            }
        }
    }

    /// The logits of the rows in the input, blocks x outputs lanes, without dropout; and room for their gradient.
    pub fn look(&mut self, network: &Network, parameters: &[F], blocks: usize) -> (&[Lane<F>], &mut [Lane<F>]) {
        self.through(network, parameters, blocks, false)
    }

    /// Sends the rows in the input through as [`Pass::look`] does, and keeps what [`Pass::wake`] needs.
    pub fn inspect(&mut self, network: &Network, parameters: &[F], blocks: usize) {
        self.through(network, parameters, blocks, true);
    }

    fn through(&mut self, network: &Network, parameters: &[F], blocks: usize, with_slopes: bool) -> (&[Lane<F>], &mut [Lane<F>]) {
        let mut x = &self.input[..blocks * network.inputs()];
        let last = network.layers().len() - 1;
        for (number, (layer, room)) in network.layers().iter().zip(&mut self.layers).enumerate() {
            let size = blocks * layer.units;
            let values = &mut room.values[..size];
            forward(x, &room.by_outputs, &parameters[layer.bias()], values);
            if number == last {
                return (values, &mut room.deltas[..size]);
            }
            let (gain, shift) = (&parameters[layer.gain()], &parameters[layer.shift()]);
            match layer.normalise {
                Normalise::None => {}
                Normalise::Batch => by_running(values, gain, shift, &parameters[layer.means()], &parameters[layer.variances()]),
                Normalise::Layer => normalise_rows(values, gain, shift, &mut self.row),
            }
            match with_slopes {
                true => layer.activation.apply_with_slopes(values.as_flattened_mut(), room.slopes[..size].as_flattened_mut()),
                false => layer.activation.apply(values.as_flattened_mut()),
            }
            if layer.shortcut {
                add(values, x);
            }
            x = values;
        }
        (&[], &mut [])
    }

    /// What the units of a hidden layer said of the rows that were looked at last: blocks x units lanes, and more behind them.
    pub fn hidden(&self, layer: usize) -> &[Lane<F>] {
        self.layers.get(layer).map_or(&[], |room| room.values.as_slice())
    }

    /// The same with dropout, keeping what [`Pass::learn`] needs. Gives the logits and the room for their gradient.
    /// `rows` are those that are there: the last block may be filled up.
    pub fn practise(&mut self, network: &Network, parameters: &[F], rows: usize, noise: Option<Noise>) -> (&[Lane<F>], &mut [Lane<F>]) {
        let blocks = rows.div_ceil(LANES);
        let mut x = &self.input[..blocks * network.inputs()];
        let last = network.layers().len() - 1;
        for (number, (layer, room)) in network.layers().iter().zip(&mut self.layers).enumerate() {
            let size = blocks * layer.units;
            let (values, slopes) = (&mut room.values[..size], &mut room.slopes[..size]);
            forward(x, &room.by_outputs, &parameters[layer.bias()], values);
            if number == last {
                return (values, &mut room.deltas[..size]);
            }
            let (gain, shift) = (&parameters[layer.gain()], &parameters[layer.shift()]);
            match layer.normalise {
                Normalise::None => {}
                Normalise::Batch => room.kept.by_batch(values, rows, gain, shift),
                Normalise::Layer => room.kept.by_layer(values, gain, shift),
            }
            layer.activation.apply_with_slopes(values.as_flattened_mut(), slopes.as_flattened_mut());
            if let Some(noise) = noise {
                noise.dropout.apply(number, noise.epoch, noise.row, layer.dropout, layer.units, values, slopes);
            }
            if layer.shortcut {
                add(values, x);
            }
            x = values;
        }
        (&[], &mut [])
    }

    /// Adds the gradient by the parameters, from the gradient by the logits that was put where [`Pass::practise`] said. That
    /// by the first layer's weights is as rows meet them; see [`Network::part_front`].
    pub fn learn(&mut self, network: &Network, parameters: &[F], rows: usize, gradients: &mut [F]) {
        let blocks = rows.div_ceil(LANES);
        for (number, layer) in network.layers().iter().enumerate().rev() {
            let (before, after) = self.layers.split_at_mut(number);
            let Some(room) = after.first_mut() else { return };
            let deltas = &mut room.deltas[..blocks * layer.units];
            if layer.normalise != Normalise::None {
                let (by_gain, by_shift) = gradients[layer.gain().start..layer.shift().end].split_at_mut(layer.units);
                let gain = &parameters[layer.gain()];
                match layer.normalise {
                    Normalise::Batch => room.kept.back_by_batch(deltas, rows, gain, by_gain, by_shift),
                    _ => room.kept.back_by_layer(deltas, rows, gain, by_gain, by_shift),
                }
            }
            let deltas = &*deltas;
            let x = match before.last() {
                Some(previous) => &previous.values[..blocks * layer.inputs],
                None => &self.input[..blocks * layer.inputs],
            };
            let (weights, bias) = gradients[layer.weights().start..layer.bias().end].split_at_mut(layer.weights().len());
            gradient(x, deltas, &mut self.scratch, weights, bias);
            if let Some(previous) = before.last_mut() {
                let size = blocks * layer.inputs;
                let back = &mut previous.deltas[..size];
                backward(deltas, &room.by_inputs, back);
                if layer.shortcut {
                    add(back, &room.past[..size]);
                }
                if network.layers()[number - 1].shortcut {
                    previous.past.clear();
                    previous.past.extend_from_slice(back);
                }
                let slopes = previous.slopes[..size].as_flattened();
                back.as_flattened_mut().iter_mut().zip(slopes).for_each(|(delta, &slope)| *delta = *delta * slope);
            }
        }
    }

    /// For each hidden layer how many of its units are asleep: their slope is smaller than [`ASLEEP`] at every one of the
    /// rows that were practised last, so that no row moves their weights.
    pub fn asleep(&self, network: &Network, rows: usize) -> Vec<u32> {
        let mut awake = sleeping(network);
        self.wake(rows, &mut awake);
        awake.iter().map(|layer| layer.iter().filter(|awake| !**awake).count() as u32).collect()
    }

    /// Marks the units of each hidden layer that are not asleep at all of the rows that were practised or inspected last; for
    /// more rows than go through at once it is called after each part.
    pub fn wake(&self, rows: usize, awake: &mut [Vec<bool>]) {
        for (awake, room) in awake.iter_mut().zip(&self.layers) {
            let blocks = room.slopes.chunks_exact(awake.len().max(1));
            for (block, slopes) in blocks.take(rows.div_ceil(LANES)).enumerate() {
                let there = LANES.min(rows - block * LANES);
                slopes
                    .iter()
                    .zip(awake.iter_mut())
                    .for_each(|(lane, awake)| *awake |= lane[..there].iter().any(|s| s.abs().wide() >= ASLEEP));
            }
        }
    }

    /// Lets what the last rows had as mean and variance into those that predictions use.
    pub fn remember(&self, network: &Network, parameters: &mut [F]) {
        for (layer, room) in network.layers().iter().zip(&self.layers).filter(|(layer, _)| layer.normalise == Normalise::Batch) {
            let (means, variances) = parameters[layer.means().start..layer.variances().end].split_at_mut(layer.units);
            room.kept.remember(means, variances);
        }
    }
}

/// For each hidden layer its units, none of them awake.
pub fn sleeping(network: &Network) -> Vec<Vec<bool>> {
    let hidden = network.layers().len() - 1;
    network.layers().iter().take(hidden).map(|layer| vec![false; layer.units]).collect()
}

fn add<F: Real>(to: &mut [Lane<F>], list: &[Lane<F>]) {
    to.as_flattened_mut().iter_mut().zip(list.as_flattened()).for_each(|(to, &x)| *to += x);
}

/// Normalises by means and variances that are known.
fn by_running<F: Real>(values: &mut [Lane<F>], gain: &[F], shift: &[F], means: &[F], variances: &[F]) {
    let inverse: Vec<F> = variances.iter().map(|&variance| F::ONE / (variance + F::of(EPSILON)).sqrt()).collect();
    for values in values.chunks_exact_mut(gain.len().max(1)) {
        for (unit, lane) in values.iter_mut().enumerate() {
            lane.iter_mut().for_each(|x| *x = (*x - means[unit]) * inverse[unit] * gain[unit] + shift[unit]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::embedding::Group;
    use super::super::initialiser::Initialiser;
    use super::super::layer::Hidden;
    use super::super::loss::{Loss, Softening};
    use super::*;
    use crate::num::Rng;
    use crate::num::activation::Activation;
    use crate::num::kernel::{blocks, gather};

    /// The loss and the gradient by all parameters, of 11 rows with dropout on.
    fn loss_and_gradient(network: &Network, parameters: &[f64], loss: Loss, rows: &[f64], truth: &[f64]) -> (f64, Vec<f64>) {
        let mut pass = Pass::new(network);
        let count = truth.len();
        let all: Vec<u32> = (0..count as u32).collect();
        let size = blocks(count);
        let (mut y, mut w) = (vec![[0.0; LANES]; size], vec![[0.0; LANES]; size]);
        gather(truth, 1, &all, &mut y);
        let weights: Vec<f64> = all.iter().map(|&row| 0.5 + f64::from(row % 3)).collect();
        gather(&weights, 1, &all, &mut w);
        gather(rows, network.inputs(), &all, pass.input(network, size));
        pass.load(network, parameters, true);
        let dropout = Dropout::new(5, network.layers().len());
        let (logits, deltas) = pass.practise(network, parameters, count, Some(Noise { dropout: &dropout, epoch: 2, row: 64 }));
        let scale = 1.0 / count as f64;
        let sum = loss.gradient(logits, network.outputs(), &y, &w, scale, deltas);
        let mut gradients = vec![0.0; network.size()];
        pass.learn(network, parameters, count, &mut gradients);
        network.part_front(parameters, &mut gradients, &mut Vec::new());
        (sum * scale, gradients)
    }

    #[test]
    fn gradients_of_every_layer_activation_and_loss_agree_with_central_differences() {
        let softening = Softening { smoothing: 0.1, gamma: 2.0 };
        let losses = [
            (Loss::BinaryCrossEntropy, 1),
            (Loss::CategoricalCrossEntropy, 3),
            (Loss::SquaredError, 1),
            (Loss::Huber { delta: 1.0 }, 1),
            (Loss::AbsoluteError, 1),
            (Loss::LogCosh, 1),
            (Loss::Poisson, 1),
            (Loss::Quantile { q: 0.3 }, 1),
            (Loss::SoftBinary(softening), 1),
            (Loss::SoftCategorical(softening), 3),
        ];
        let mut compared = 0;
        for activation in Activation::ALL {
            for (loss, outputs) in losses {
                let mut rng = Rng::new(11, "test", 0);
                let rows: Vec<f64> = (0..11 * 5).map(|_| rng.normal()).collect();
                let truth: Vec<f64> = (0..11).map(|row| if outputs > 1 { row % outputs } else { row % 2 } as f64).collect();
                let hidden = |units, dropout| Hidden { units, activation, dropout, ..Hidden::default() };
                let shapes = [
                    vec![hidden(6, 0.3), hidden(3, 0.0), hidden(4, 0.2)],
                    vec![
                        Hidden { normalise: Normalise::Batch, shortcut: true, ..hidden(5, 0.2) },
                        Hidden { normalise: Normalise::Layer, shortcut: true, ..hidden(5, 0.0) },
                        Hidden { shortcut: true, ..hidden(5, 0.2) },
                    ],
                ];
                let embedded = |columns: &[usize], width| Group { columns: columns.to_vec(), width };
                for (number, layers) in shapes.into_iter().chain([vec![hidden(3, 0.0)]]).enumerate() {
                    // A front scale, neither, embeddings behind a front scale; embeddings alone where it matters no more.
                    let groups = if number == 2 { vec![embedded(&[0, 2, 3], 2), embedded(&[1], 1)] } else { Vec::new() };
                    let has_scale = layers[0].normalise == Normalise::None && (number != 2 || outputs == 1);
                    let network = Network::new(5, &layers, outputs).with_front_scale(has_scale).with_embedding(groups);
                    let mut parameters: Vec<f64> = Initialiser::GlorotNormal.draw(&network, 4);
                    parameters.iter_mut().for_each(|p| *p += 0.05 * rng.normal());
                    let (_, gradient) = loss_and_gradient(&network, &parameters, loss, &rows, &truth);
                    let kinked = activation.has_kink() || matches!(loss, Loss::Huber { .. } | Loss::AbsoluteError | Loss::Quantile { .. });
                    let tolerance = if kinked { 1e-4 } else { 1e-6 };
                    for place in 0..parameters.len() {
                        let moved = |by: f64| {
                            let mut parameters = parameters.clone();
                            parameters[place] += by;
                            loss_and_gradient(&network, &parameters, loss, &rows, &truth).0
                        };
                        let h = 1e-5;
                        let difference = (moved(h) - moved(-h)) / (2.0 * h);
                        let size = if difference.abs() > 1e-2 { difference.abs() } else { 1e-2 };
                        let error = (gradient[place] - difference).abs() / size;
                        assert!(error < tolerance, "{activation:?} {loss:?} [{place}]: {} against {difference}", gradient[place]);
                        compared += 1;
                    }
                }
            }
        }
        assert!(compared > 2_000);
    }

    #[test]
    fn looking_is_practice_without_dropout_bit_for_bit() {
        let hidden = |activation| Hidden { units: 7, activation, dropout: 0.5, normalise: Normalise::Layer, shortcut: true };
        let network = Network::new(4, &[hidden(Activation::Gelu), hidden(Activation::Relu)], 2).with_front_scale(true);
        let mut parameters: Vec<f32> = Initialiser::Auto.draw(&network, 1);
        parameters[network.front()].copy_from_slice(&[0.5, -1.0, 0.0, 3.0]);
        let mut pass = Pass::new(&network);
        pass.load(&network, &parameters, true);
        pass.input(&network, 3).iter_mut().enumerate().for_each(|(place, lane)| *lane = [place as f32 * 0.1 - 0.5; LANES]);
        let predicted = pass.look(&network, &parameters, 3).0.to_vec();
        let (practised, _) = pass.practise(&network, &parameters, 3 * LANES, None);
        assert_eq!(predicted, practised);
        // So is looking closely, with the slopes of practice.
        let slopes: Vec<_> = pass.layers.iter().map(|room| room.slopes.clone()).collect();
        pass.layers.iter_mut().for_each(|room| room.slopes.fill([0.0; LANES]));
        pass.inspect(&network, &parameters, 3);
        assert!(pass.layers.iter().zip(slopes).all(|(room, slopes)| room.slopes == slopes));
        assert_eq!(pass.hidden(2)[..6], predicted);
    }
}
