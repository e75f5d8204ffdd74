//! The shape of a network: its layers, and where each layer's parameters stand.
//!
//! All parameters of a network are one list, a layer's weights (inputs x units, row by row) and then its bias, layer
//! after layer; gradients have the same shape. So optimisers, penalties, averages and digests know nothing of layers.

use crate::num::activation::Activation;
use crate::num::kernel::Real;
use crate::plan::Dense;
use serde::{Deserialize, Serialize};
use std::ops::Range;

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
}

/// A dense layer: activation(bias + inputs times weights), then dropout while training.
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

    /// The number of weights and biases.
    pub fn parameters(&self) -> usize {
        (self.inputs + 1) * self.units
    }
}

/// The layers of a network, the last one its output, which has no activation of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    layers: Vec<Layer>,
}

impl Network {
    /// Hidden layers between inputs and outputs. Without hidden layers it is a linear or logistic model.
    pub fn new(inputs: usize, hidden: &[Hidden], outputs: usize) -> Self {
        let mut layers: Vec<Layer> = Vec::with_capacity(hidden.len() + 1);
        let output = Hidden { units: outputs, activation: Activation::Identity, dropout: 0.0 };
        for hidden in hidden.iter().chain([&output]) {
            let (inputs, start) = layers.last().map_or((inputs, 0), |layer| (layer.units, layer.bias().end));
            layers.push(Layer { inputs, units: hidden.units, activation: hidden.activation, dropout: hidden.dropout, start });
        }
        Self { layers }
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

    /// The number of weights and biases.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(Layer::parameters).sum()
    }

    /// The layers with their parameters, as a plan holds them.
    pub fn export<F: Real>(&self, parameters: &[F]) -> Vec<Dense> {
        let list = |range: Range<usize>| parameters[range].iter().map(|x| x.wide() as f32).collect();
        self.layers
            .iter()
            .map(|layer| Dense {
                inputs: layer.inputs,
                outputs: layer.units,
                weights: list(layer.weights()),
                bias: list(layer.bias()),
                activation: layer.activation,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_stand_one_layer_after_the_other() {
        let hidden = |units| Hidden { units, activation: Activation::Relu, dropout: 0.0 };
        let network = Network::new(3, &[hidden(4), hidden(2)], 1);
        let ranges: Vec<_> = network.layers().iter().flat_map(|layer| [layer.weights(), layer.bias()]).collect();
        assert_eq!(ranges, [0..12, 12..16, 16..24, 24..26, 26..28, 28..29]);
        assert_eq!((network.parameters(), network.inputs(), network.outputs()), (29, 3, 1));
        assert_eq!(Network::new(3, &[], 2).parameters(), 8);
    }
}
