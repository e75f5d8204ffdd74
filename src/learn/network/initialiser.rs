//! First weights, scaled by the number of inputs and outputs of a layer so that signals neither grow nor fade.

use super::layer::Network;
use crate::num::Rng;
use crate::num::activation::Activation;
use crate::num::kernel::Real;
use serde::{Deserialize, Serialize};

/// How the first weights are drawn. Biases begin at 0, but for [`Initialiser::Ntk`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Initialiser {
    /// By the layer's activation: He for those with a flat left side, LeCun for SELU, Glorot for the others.
    Auto,
    /// Normal with variance 2 / (inputs + outputs) (Glorot and Bengio 2010)
    GlorotNormal,
    /// Uniform with variance 2 / (inputs + outputs)
    GlorotUniform,
    /// Normal with variance gain^2 / inputs, gain^2 = 2 / (1 + slope^2) (He and others 2015)
    HeNormal,
    /// Uniform with variance gain^2 / inputs
    HeUniform,
    /// Normal with variance 1 / inputs (LeCun and others 1998)
    LecunNormal,
    /// Uniform with variance 1 / inputs
    LecunUniform,
    /// Weights and biases normal, weights with variance 1 / inputs, biases with variance 1, the output layer 0: the first
    /// function is 0 and the biases lie among the rows (Jacot and others 2018, as RealMLP-TD-S has it)
    Ntk,
    /// Orthogonal columns, or rows where there are more units than inputs, times the gain of He's rule (Saxe and others 2014)
    Orthogonal,
    /// All zeros: hidden units then stay alike for ever, which shows why weights are drawn.
    Zero,
}

/// A distribution with mean 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    /// Normal with this standard deviation.
    Normal(f64),
    /// Uniform from minus this to this.
    Uniform(f64),
}

impl Initialiser {
    /// Every choice, by id.
    pub const IDS: &[&str] = &[
        "auto",
        "glorot_normal",
        "glorot_uniform",
        "he_normal",
        "he_uniform",
        "lecun_normal",
        "lecun_uniform",
        "ntk",
        "orthogonal",
        "zero",
    ];

    /// The distribution of the weights of a layer.
    pub fn distribution(self, activation: Activation, inputs: usize, outputs: usize) -> Distribution {
        let fan_in = if inputs == 0 { 1.0 } else { inputs as f64 };
        let gain = match activation {
            Activation::LeakyRelu => 2.0 / (1.0 + 0.01 * 0.01),
            _ => 2.0,
        };
        let (he, glorot, lecun) = (gain / fan_in, 2.0 / (fan_in + outputs as f64), 1.0 / fan_in);
        let normal = |variance: f64| Distribution::Normal(variance.sqrt());
        let uniform = |variance: f64| Distribution::Uniform((3.0 * variance).sqrt());
        match self {
            Initialiser::Auto => Self::suited(activation).distribution(activation, inputs, outputs),
            Initialiser::GlorotNormal => normal(glorot),
            Initialiser::GlorotUniform => uniform(glorot),
            Initialiser::HeNormal => normal(he),
            Initialiser::HeUniform => uniform(he),
            Initialiser::LecunNormal | Initialiser::Ntk => normal(lecun),
            Initialiser::LecunUniform => uniform(lecun),
            // Entries of an orthogonal matrix have about this variance.
            Initialiser::Orthogonal => normal(he),
            Initialiser::Zero => Distribution::Uniform(0.0),
        }
    }

    /// What [`Initialiser::Auto`] stands for.
    pub fn suited(activation: Activation) -> Self {
        match activation {
            Activation::Selu => Initialiser::LecunNormal,
            Activation::Identity | Activation::Tanh | Activation::Sigmoid => Initialiser::GlorotUniform,
            _ => Initialiser::HeUniform,
        }
    }

    /// The first parameters of a network. Each layer has its own random stream.
    pub fn draw<F: Real>(self, network: &Network, seed: u64) -> Vec<F> {
        let mut parameters = vec![F::ZERO; network.size()];
        for (number, layer) in network.layers().iter().enumerate() {
            let mut rng = Rng::new(seed, "weights", number as u64);
            let distribution = self.distribution(layer.activation, layer.inputs, layer.units);
            for weight in &mut parameters[layer.weights()] {
                *weight = F::of(match distribution {
                    Distribution::Normal(deviation) => deviation * rng.normal(),
                    Distribution::Uniform(bound) => bound * (2.0 * rng.uniform() - 1.0),
                });
            }
            if self == Initialiser::Ntk {
                let is_output = number + 1 == network.layers().len();
                if is_output {
                    parameters[layer.weights()].fill(F::ZERO);
                } else {
                    parameters[layer.bias()].iter_mut().for_each(|bias| *bias = F::of(rng.normal()));
                }
            }
            if self == Initialiser::Orthogonal {
                let gain = match layer.activation {
                    Activation::Identity | Activation::Tanh | Activation::Sigmoid | Activation::Selu => 1.0,
                    _ => std::f64::consts::SQRT_2,
                };
                orthogonalise(&mut parameters[layer.weights()], layer.inputs, layer.units, gain);
            }
            parameters[layer.gain()].fill(F::ONE);
            parameters[layer.variances()].fill(F::ONE);
        }
        parameters[network.front()].fill(F::ONE);
        network.draw_embedding(&mut parameters, seed);
        parameters
    }
}

/// Makes the columns of a matrix of normal numbers orthonormal by Gram and Schmidt, or its rows where it is wider than high,
/// and multiplies them by the gain.
fn orthogonalise<F: Real>(weights: &mut [F], inputs: usize, units: usize, gain: f64) {
    let (count, length) = if units <= inputs { (units, inputs) } else { (inputs, units) };
    let place = |vector: usize, entry: usize| if units <= inputs { entry * units + vector } else { vector * units + entry };
    let mut vectors: Vec<Vec<f64>> = Vec::with_capacity(count);
    for vector in 0..count {
        let mut own: Vec<f64> = (0..length).map(|entry| weights[place(vector, entry)].wide()).collect();
        // Twice, since once leaves rounding where vectors are nearly parallel.
        for _ in 0..2 {
            for other in &vectors {
                let along: f64 = own.iter().zip(other).map(|(a, b)| a * b).sum();
                own.iter_mut().zip(other).for_each(|(a, b)| *a -= along * b);
            }
        }
        let norm = own.iter().map(|a| a * a).sum::<f64>().sqrt();
        own.iter_mut().for_each(|a| *a /= if norm > 0.0 { norm } else { 1.0 });
        vectors.push(own);
    }
    for (vector, own) in vectors.iter().enumerate() {
        own.iter().enumerate().for_each(|(entry, value)| weights[place(vector, entry)] = F::of(gain * value));
    }
}

#[cfg(test)]
mod tests {
    use super::super::layer::Hidden;
    use super::*;

    #[test]
    fn drawn_weights_have_the_stated_variance_and_biases_are_zero() {
        let hidden = [Hidden { units: 100, ..Hidden::default() }];
        let network = Network::new(200, &hidden, 1);
        let layer = &network.layers()[0];
        let cases = [
            (Initialiser::Auto, 2.0 / 200.0),
            (Initialiser::HeNormal, 2.0 / 200.0),
            (Initialiser::GlorotUniform, 2.0 / 300.0),
            (Initialiser::GlorotNormal, 2.0 / 300.0),
            (Initialiser::LecunUniform, 1.0 / 200.0),
            (Initialiser::LecunNormal, 1.0 / 200.0),
            (Initialiser::Zero, 0.0),
        ];
        for (initialiser, variance) in cases {
            let parameters: Vec<f64> = initialiser.draw(&network, 3);
            let weights = &parameters[layer.weights()];
            let found = weights.iter().map(|w| w * w).sum::<f64>() / weights.len() as f64;
            // 20,000 draws: the relative standard error of a variance is at most 1 %.
            assert!((found - variance).abs() <= 0.05 * variance, "{initialiser:?}: {found} instead of {variance}");
            assert!(parameters[layer.bias()].iter().all(|&b| b == 0.0));
        }
        // The hidden layer's draws are He's, the output's Glorot's.
        let [auto, he, glorot] =
            [Initialiser::Auto, Initialiser::HeUniform, Initialiser::GlorotUniform].map(|choice| choice.draw::<f32>(&network, 3));
        let hidden = layer.weights().end;
        assert!(auto[..hidden] == he[..hidden] && auto[hidden..] == glorot[hidden..]);
    }

    #[test]
    fn orthogonal_weights_are_orthogonal() {
        for (inputs, units) in [(6, 4), (4, 6), (5, 5)] {
            let network = Network::new(inputs, &[Hidden { units, ..Hidden::default() }], 1);
            let weights = &Initialiser::Orthogonal.draw::<f64>(&network, 3)[network.layers()[0].weights()];
            let count = if units <= inputs { units } else { inputs };
            for a in 0..count {
                for b in 0..count {
                    let product: f64 = match units <= inputs {
                        true => (0..inputs).map(|i| weights[i * units + a] * weights[i * units + b]).sum(),
                        false => (0..units).map(|u| weights[a * units + u] * weights[b * units + u]).sum(),
                    };
                    assert!((product - if a == b { 2.0 } else { 0.0 }).abs() < 1e-12, "{inputs} x {units}: {a}, {b}: {product}");
                }
            }
        }
    }
}
