//! Activation functions with their derivatives, the same in training and in prediction.

use super::kernel::Real;
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

/// Runs a generic body with the activation's function: one place where a new one is entered.
macro_rules! with_function {
    ($activation:expr, $function:ident => $body:expr) => {
        match $activation {
            Activation::Identity => with_function!(@ identity, $function, $body),
            Activation::Relu => with_function!(@ relu, $function, $body),
            Activation::LeakyRelu => with_function!(@ leaky_relu, $function, $body),
            Activation::Elu => with_function!(@ elu, $function, $body),
            Activation::Selu => with_function!(@ selu, $function, $body),
            Activation::Gelu => with_function!(@ gelu, $function, $body),
            Activation::Silu => with_function!(@ silu, $function, $body),
            Activation::Mish => with_function!(@ mish, $function, $body),
            Activation::Tanh => with_function!(@ tanh, $function, $body),
            Activation::Sigmoid => with_function!(@ sigmoid, $function, $body),
            Activation::Softplus => with_function!(@ softplus, $function, $body),
        }
    };
    (@ $name:ident, $function:ident, $body:expr) => {{
        // A closure, not a function pointer: it is inlined into the loop, which then becomes vector code.
        let $function = |x| $name(x);
        $body
    }};
}

impl Activation {
    /// Every activation, as lists show them.
    pub const ALL: [Activation; 11] = [
        Activation::Identity,
        Activation::Relu,
        Activation::LeakyRelu,
        Activation::Elu,
        Activation::Selu,
        Activation::Gelu,
        Activation::Silu,
        Activation::Mish,
        Activation::Tanh,
        Activation::Sigmoid,
        Activation::Softplus,
    ];

    /// The ids of [`Activation::ALL`].
    pub const IDS: &[&str] = &["identity", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "tanh", "sigmoid", "softplus"];

    /// The stable id, as in saved files and texts.
    pub fn id(self) -> &'static str {
        match self {
            Activation::Identity => "identity",
            Activation::Relu => "relu",
            Activation::LeakyRelu => "leaky_relu",
            Activation::Elu => "elu",
            Activation::Selu => "selu",
            Activation::Gelu => "gelu",
            Activation::Silu => "silu",
            Activation::Mish => "mish",
            Activation::Tanh => "tanh",
            Activation::Sigmoid => "sigmoid",
            Activation::Softplus => "softplus",
        }
    }

    /// Whether the function has a kink, where its derivative jumps (at 0 in each case).
    pub fn has_kink(self) -> bool {
        matches!(self, Activation::Relu | Activation::LeakyRelu | Activation::Selu)
    }

    /// The value and the derivative at `x`.
    pub fn at<F: Real>(self, x: F) -> (F, F) {
        with_function!(self, function => function(x))
    }

    /// Replaces each number by its value.
    pub fn apply<F: Real>(self, values: &mut [F]) {
        if self == Activation::Identity {
            return;
        }
        with_function!(self, function => values.iter_mut().for_each(|x| *x = function(*x).0));
    }

    /// Replaces each number by its value and puts the derivative there into `slopes`.
    // A function of its own, so that a profile shows it.
    #[inline(never)]
    pub fn apply_with_slopes<F: Real>(self, values: &mut [F], slopes: &mut [F]) {
        with_function!(self, function => for (x, slope) in values.iter_mut().zip(slopes) {
            (*x, *slope) = function(*x);
        });
    }
}

// Each function gives its value and its derivative. At a kink the derivative is that of the left side.

#[inline(always)]
fn identity<F: Real>(x: F) -> (F, F) {
    (x, F::ONE)
}

#[inline(always)]
fn relu<F: Real>(x: F) -> (F, F) {
    // A NaN must not become 0: a diverging fit would look healthy.
    (if x <= F::ZERO { F::ZERO } else { x }, if x > F::ZERO { F::ONE } else { F::ZERO })
}

#[inline(always)]
fn leaky_relu<F: Real>(x: F) -> (F, F) {
    let slope = if x > F::ZERO { F::ONE } else { F::of(0.01) };
    (x * slope, slope)
}

#[inline(always)]
fn elu<F: Real>(x: F) -> (F, F) {
    let below = negative_part(x).exp_m1_negative();
    if x > F::ZERO { (x, F::ONE) } else { (below, below + F::ONE) }
}

#[inline(always)]
fn selu<F: Real>(x: F) -> (F, F) {
    let scale = F::of(1.050_700_987_355_480_5);
    let scaled_alpha = F::of(1.050_700_987_355_480_5 * 1.673_263_242_354_377_2);
    let below = negative_part(x).exp_m1_negative();
    if x > F::ZERO { (scale * x, scale) } else { (scaled_alpha * below, scaled_alpha * (below + F::ONE)) }
}

/// x where it is negative or NaN, 0 elsewhere.
#[inline(always)]
fn negative_part<F: Real>(x: F) -> F {
    if x > F::ZERO { F::ZERO } else { x }
}

#[inline(always)]
fn gelu<F: Real>(x: F) -> (F, F) {
    let cdf = x.normal_cdf();
    let density = F::of(0.398_942_280_401_432_7) * (F::of(-0.5) * x * x).exp();
    (x * cdf, cdf + x * density)
}

#[inline(always)]
fn silu<F: Real>(x: F) -> (F, F) {
    let s = x.sigmoid();
    (x * s, s * (F::ONE + x * (F::ONE - s)))
}

#[inline(always)]
fn mish<F: Real>(x: F) -> (F, F) {
    // With w = exp(x), tanh(ln(1 + w)) is q / (q + 2) for q = w (w + 2); above 20 it is 1 in either precision.
    let w = (if x > F::of(20.0) { F::of(20.0) } else { x }).exp();
    let q = w * (w + F::of(2.0));
    let rest = F::of(2.0) / (q + F::of(2.0));
    let t = q / (q + F::of(2.0));
    // 1 - t^2 = (1 - t)(1 + t), and 1 - t is `rest` without cancellation.
    (x * t, t + x * rest * (F::ONE + t) * (w / (F::ONE + w)))
}

#[inline(always)]
fn tanh<F: Real>(x: F) -> (F, F) {
    let t = x.tanh();
    (t, F::ONE - t * t)
}

#[inline(always)]
fn sigmoid<F: Real>(x: F) -> (F, F) {
    let s = x.sigmoid();
    (s, s * (F::ONE - s))
}

#[inline(always)]
fn softplus<F: Real>(x: F) -> (F, F) {
    (x.softplus(), x.sigmoid())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> impl Iterator<Item = f64> {
        (-1200..=1200).map(|step| f64::from(step) * 0.01 + 0.003)
    }

    #[test]
    fn every_derivative_agrees_with_central_differences() {
        for activation in Activation::ALL {
            for x in grid() {
                let h = 1e-5;
                let difference = (activation.at(x + h).0 - activation.at(x - h).0) / (2.0 * h);
                let slope = activation.at(x).1;
                assert!((slope - difference).abs() < 1e-8, "{activation:?} at {x}: {slope} against {difference}");
            }
        }
    }

    #[test]
    fn single_precision_follows_double() {
        for activation in Activation::ALL {
            for x in grid() {
                let (want, want_slope) = activation.at(f64::from(x as f32));
                let (value, slope) = activation.at(x as f32);
                // Values keep their relative digits; slopes are factors, so their absolute error counts.
                let tolerance = 2e-6 * want.abs() + 1e-12;
                assert!((f64::from(value) - want).abs() < tolerance, "{activation:?} at {x}: {value} instead of {want}");
                assert!((f64::from(slope) - want_slope).abs() < 2e-6, "{activation:?}' at {x}: {slope} instead of {want_slope}");
            }
        }
    }

    #[test]
    fn loops_give_the_same_bits_as_single_calls() {
        for activation in Activation::ALL {
            let start: Vec<f32> = grid().map(|x| x as f32).collect();
            let (mut plain, mut values, mut slopes) = (start.clone(), start.clone(), vec![0.0; start.len()]);
            activation.apply(&mut plain);
            activation.apply_with_slopes(&mut values, &mut slopes);
            for (place, &x) in start.iter().enumerate() {
                let (value, slope) = activation.at(x);
                assert_eq!([plain[place], values[place], slopes[place]].map(f32::to_bits), [value, value, slope].map(f32::to_bits));
            }
        }
    }

    #[test]
    fn ids_are_the_saved_names() {
        for (activation, id) in Activation::ALL.into_iter().zip(Activation::IDS) {
            assert_eq!(activation.id(), *id);
            assert_eq!(serde_json::to_string(&activation).expect("an id"), format!("\"{id}\""));
        }
    }

    #[test]
    fn far_out_values_are_finite_and_nan_stays() {
        for activation in Activation::ALL {
            for x in [-1e30_f32, -200.0, -88.0, 88.0, 200.0, 1e30] {
                let (value, slope) = activation.at(x);
                assert!(value.is_finite() && slope.is_finite(), "{activation:?} at {x}: {value} {slope}");
            }
            assert!(activation.at(f32::NAN).0.is_nan(), "{activation:?}");
        }
    }
}
