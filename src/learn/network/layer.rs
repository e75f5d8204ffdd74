//! The shape of a network: its layers, and where each layer's parameters stand.
//!
//! All parameters of a network are one list, a layer's weights (inputs x units, row by row), then its bias and what its
//! normalisation has, layer after layer; gradients have the same shape. Running means and variances stand in it too, with a
//! gradient of 0, so that they
//! are kept, averaged and saved with the weights that they belong to. So optimisers, averages and digests know nothing of
//! layers.

use super::embedding::{Embedding, Group};
use crate::num::activation::Activation;
use crate::num::kernel::{EPSILON, Real};
use crate::plan::{DeepLayer, Dense};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// How a layer is normalised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Normalise {
    /// Not at all.
    #[default]
    None,
    /// Each unit over the rows of the batch, at most 256 at a time; predictions use running means.
    Batch,
    /// Each row over the units.
    Layer,
}

impl Normalise {
    /// Every choice, by id.
    pub const IDS: &[&str] = &["none", "batch", "layer"];
}

/// A hidden layer as a person sets it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hidden {
    /// The number of units.
    pub units: usize,
    /// Applied to each unit.
    pub activation: Activation,
    /// The share of units that are left out at random while training.
    pub dropout: f64,
    /// How the sums are normalised before the activation.
    #[serde(default)]
    pub normalise: Normalise,
    /// Whether what goes in is added to what comes out.
    #[serde(default)]
    pub shortcut: bool,
}

impl Default for Hidden {
    fn default() -> Self {
        Self { units: 32, activation: Activation::Relu, dropout: 0.0, normalise: Normalise::None, shortcut: false }
    }
}

/// A dense layer: activation(bias + inputs times weights), the sums normalised where that is asked for, then dropout while
/// training, then the inputs added where there is a shortcut.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// The number of inputs.
    pub inputs: usize,
    /// The number of units.
    pub units: usize,
    /// Applied to each unit.
    pub activation: Activation,
    /// The share of units that are left out at random while training.
    pub dropout: f64,
    /// How the sums are normalised before the activation.
    pub normalise: Normalise,
    /// Whether what goes in is added to what comes out; only where both are of one size.
    pub shortcut: bool,
    /// Where the layer's parameters begin.
    start: usize,
}

impl Layer {
    /// Where the weights stand among the network's parameters.
    pub fn weights(&self) -> Range<usize> {
        self.start..self.start + self.inputs * self.units
    }

    /// Where the bias stands among the network's parameters.
    pub fn bias(&self) -> Range<usize> {
        let end = self.weights().end;
        end..end + self.units
    }

    /// The part of the list behind the bias, `place` lists of units on.
    fn list(&self, place: usize, there: bool) -> Range<usize> {
        let end = self.bias().end;
        if there { end + place * self.units..end + (place + 1) * self.units } else { end..end }
    }

    /// Where the factors of the normalised sums stand; empty without normalisation.
    pub fn gain(&self) -> Range<usize> {
        self.list(0, self.normalise != Normalise::None)
    }

    /// Where what is added to the normalised sums stands; empty without normalisation.
    pub fn shift(&self) -> Range<usize> {
        self.list(1, self.normalise != Normalise::None)
    }

    /// Where the running means of the sums stand; empty but for normalisation by the batch.
    pub fn means(&self) -> Range<usize> {
        self.list(2, self.normalise == Normalise::Batch)
    }

    /// Where the running variances of the sums stand; empty but for normalisation by the batch.
    pub fn variances(&self) -> Range<usize> {
        self.list(3, self.normalise == Normalise::Batch)
    }

    /// All that stands in the network's list.
    pub fn all(&self) -> Range<usize> {
        let lists = match self.normalise {
            Normalise::None => 0,
            Normalise::Layer => 2,
            Normalise::Batch => 4,
        };
        self.start..self.bias().end + lists * self.units
    }

    /// The number of weights, biases, gains and shifts: what training changes by gradients.
    pub fn parameters(&self) -> usize {
        (self.inputs + 1) * self.units + self.gain().len() + self.shift().len()
    }
}

/// The layers of a network, the last one its output, which has no activation of its own.
///
/// With a front scale each input is multiplied by a factor that is learned (Holzmuller and others 2024). It stands behind the
/// layers in the list, and is worked out as a part of the first layer's weights: w'(i, o) = scale(i) w(i, o). So rows go
/// through as if it was not there, and a plan holds nothing new; a shortcut of the first layer adds the inputs as they are.
/// Embeddings of categories are worked out in the same way (see `embedding.rs`), before the scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    layers: Vec<Layer>,
    front_scale: bool,
    embedding: Embedding,
}

impl Network {
    /// Hidden layers between inputs and outputs. Without hidden layers it is a linear or logistic model.
    pub fn new(inputs: usize, hidden: &[Hidden], outputs: usize) -> Self {
        let mut layers: Vec<Layer> = Vec::with_capacity(hidden.len() + 1);
        let output = Hidden { units: outputs, activation: Activation::Identity, ..Hidden::default() };
        for hidden in hidden.iter().chain([&output]) {
            let (inputs, start) = layers.last().map_or((inputs, 0), |layer| (layer.units, layer.all().end));
            let Hidden { units, activation, dropout, normalise, shortcut } = *hidden;
            layers.push(Layer { inputs, units, activation, dropout, normalise, shortcut: shortcut && inputs == units, start });
        }
        Self { layers, front_scale: false, embedding: Embedding::default() }
    }

    /// The same with a learned factor for each input, or without.
    #[must_use]
    pub fn with_front_scale(mut self, front_scale: bool) -> Self {
        self.front_scale = front_scale;
        self
    }

    /// Where the factors of the inputs stand; empty without a front scale.
    pub fn front(&self) -> Range<usize> {
        let end = self.layers.last().map_or(0, |layer| layer.all().end);
        if self.front_scale { end..end + self.inputs() } else { end..end }
    }

    /// The same with a linear map of its own for each group of inputs, which are columns of one category.
    #[must_use]
    pub fn with_embedding(mut self, groups: Vec<Group>) -> Self {
        self.embedding = Embedding::new(groups);
        self
    }

    /// Where the maps of the embeddings stand; empty without one.
    pub fn embedding(&self) -> Range<usize> {
        let end = self.front().end;
        end..end + self.embedding.len()
    }

    /// The weights of the first layer as rows meet them: with the embeddings and the front scale in them. Nothing without any.
    pub fn front_weights<F: Real>(&self, parameters: &[F], into: &mut Vec<F>) -> bool {
        let (Some(first), true) = (self.layers.first(), self.has_front()) else { return false };
        let weights = &parameters[first.weights()];
        into.clear();
        into.extend_from_slice(weights);
        self.embedding.apply(first.units, weights, &parameters[self.embedding()], into);
        for (row, &scale) in into.chunks_exact_mut(first.units.max(1)).zip(&parameters[self.front()]) {
            row.iter_mut().for_each(|w| *w = *w * scale);
        }
        true
    }

    /// From the gradient by the first layer's weights as rows meet them to that by the weights, the front scale and the
    /// embeddings: once for each step, when the gradient is complete. Nothing without any. `room` is room to work in.
    pub fn part_front<F: Real>(&self, parameters: &[F], gradients: &mut [F], room: &mut Vec<F>) {
        let (Some(first), true) = (self.layers.first(), self.has_front()) else { return };
        let (weights, maps) = (&parameters[first.weights()], &parameters[self.embedding()]);
        if self.front_scale {
            room.clear();
            room.extend_from_slice(weights);
            self.embedding.apply(first.units, weights, maps, room);
            for (input, place) in self.front().enumerate() {
                let row = first.start + input * first.units..first.start + (input + 1) * first.units;
                let products = room[input * first.units..(input + 1) * first.units].iter().zip(&gradients[row.clone()]);
                gradients[place] = products.fold(F::ZERO, |sum, (&w, &g)| sum + w * g);
                gradients[row].iter_mut().for_each(|g| *g = *g * parameters[place]);
            }
        }
        let (before, by_maps) = gradients.split_at_mut(self.embedding().start);
        self.embedding.part(first.units, weights, maps, &mut before[first.weights()], by_maps, room);
    }

    fn has_front(&self) -> bool {
        self.front_scale || !self.embedding.is_empty()
    }

    /// Draws the embeddings of first parameters whose layers are drawn.
    pub(super) fn draw_embedding<F: Real>(&self, parameters: &mut [F], seed: u64) {
        let Some(first) = self.layers.first().filter(|_| !self.embedding.is_empty()) else { return };
        let (before, maps) = parameters.split_at_mut(self.embedding().start);
        self.embedding.draw(first, &mut before[first.weights()], maps, seed);
    }

    /// The layers, the output last.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.layers.first().map_or(0, |layer| layer.inputs)
    }

    /// The number of outputs.
    pub fn outputs(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.units)
    }

    /// The number of weights, biases, gains and shifts: what training changes by gradients.
    pub fn parameters(&self) -> usize {
        let unused = self.embedding.unused() * self.layers.first().map_or(0, |first| first.units);
        self.layers.iter().map(Layer::parameters).sum::<usize>() + self.front().len() + self.embedding.len() - unused
    }

    /// The length of the list of parameters, with what is only remembered.
    pub fn size(&self) -> usize {
        self.embedding().end
    }

    /// Whether a plan needs more than dense layers. Normalisation by the batch needs none: predicting, it is a part of the
    /// weights.
    pub fn is_deep(&self) -> bool {
        self.layers.iter().any(|layer| layer.shortcut || layer.normalise == Normalise::Layer)
    }

    /// The layers with their parameters, as a plan holds them.
    pub fn export<F: Real>(&self, parameters: &[F]) -> Vec<DeepLayer> {
        let list = |range: Range<usize>| -> Vec<f32> { parameters[range].iter().map(|x| x.wide() as f32).collect() };
        let mut front = Vec::new();
        let has_front = self.front_weights(parameters, &mut front);
        let layer = |(number, layer): (usize, &Layer)| {
            let (mut weights, mut bias) = (list(layer.weights()), list(layer.bias()));
            if number == 0 && has_front {
                weights = front.iter().map(|w| w.wide() as f32).collect();
            }
            let (mut gain, mut shift) = (list(layer.gain()), list(layer.shift()));
            if layer.normalise == Normalise::Batch {
                for unit in 0..layer.units {
                    let (mean, variance) =
                        (parameters[layer.means().start + unit].wide(), parameters[layer.variances().start + unit].wide());
                    let factor = f64::from(gain[unit]) / (variance + EPSILON).sqrt();
                    weights.iter_mut().skip(unit).step_by(layer.units).for_each(|w| *w = (f64::from(*w) * factor) as f32);
                    bias[unit] = ((f64::from(bias[unit]) - mean) * factor + f64::from(shift[unit])) as f32;
                }
                (gain, shift) = (Vec::new(), Vec::new());
            }
            let dense = Dense { inputs: layer.inputs, outputs: layer.units, weights, bias, activation: layer.activation };
            DeepLayer { dense, gain, shift, shortcut: layer.shortcut }
        };
        self.layers.iter().enumerate().map(layer).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_stand_one_layer_after_the_other() {
        let hidden = |units| Hidden { units, ..Hidden::default() };
        let network = Network::new(3, &[hidden(4), hidden(2)], 1);
        let ranges: Vec<_> = network.layers().iter().flat_map(|layer| [layer.weights(), layer.bias()]).collect();
        assert_eq!(ranges, [0..12, 12..16, 16..24, 24..26, 26..28, 28..29]);
        assert_eq!((network.parameters(), network.inputs(), network.outputs()), (29, 3, 1));
        assert_eq!(Network::new(3, &[], 2).parameters(), 8);
        let normal = |normalise| Hidden { units: 4, normalise, ..Hidden::default() };
        let network = Network::new(3, &[normal(Normalise::Batch), normal(Normalise::Layer)], 1);
        let [first, second, last] = network.layers() else { panic!("three layers") };
        assert_eq!([first.gain(), first.shift(), first.means(), first.variances()], [16..20, 20..24, 24..28, 28..32]);
        assert_eq!((second.weights(), second.gain(), second.shift(), second.means().len()), (32..48, 52..56, 56..60, 0));
        assert_eq!((last.weights(), network.size(), network.parameters()), (60..64, 65, 57));
    }
}
