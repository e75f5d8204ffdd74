//! Activation functions with their derivatives.

use serde::{Deserialize, Serialize};

/// An activation function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// x
    Identity,
    /// max(x, 0)
    Relu,
    /// x, or 0.01 x below 0
    LeakyRelu,
    /// x, or exp(x) - 1 below 0
    Elu,
    /// Scaled so that layers keep mean 0 and variance 1 (Klambauer and others 2017)
    Selu,
    /// x times the normal distribution function of x (Hendrycks and Gimpel 2016), exact form
    Gelu,
    /// x times the logistic function of x
    Silu,
    /// x tanh(softplus(x)) (Misra 2019)
    Mish,
    /// Hyperbolic tangent
    Tanh,
    /// 1 / (1 + exp(-x))
    Sigmoid,
    /// ln(1 + exp(x))
    Softplus,
}
