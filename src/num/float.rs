//! The functions whose last digits differ between platforms, taken from `libm` so that they do not.
//!
//! The standard library's `exp`, `ln`, `tanh` and their like call the platform's mathematics library; a lint refuses
//! them in this project. Addition, multiplication, division and `sqrt` are exact by IEEE 754 everywhere.

/// e to the power of `x`.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// exp(x) - 1, exact near 0.
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// The natural logarithm.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// ln(1 + x), exact near 0.
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// The logarithm to base 2.
pub fn log2(x: f64) -> f64 {
    libm::log2(x)
}

/// The logarithm to base 10.
pub fn log10(x: f64) -> f64 {
    libm::log10(x)
}

/// `x` to the power of `y`.
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// The hyperbolic tangent.
pub fn tanh(x: f64) -> f64 {
    libm::tanh(x)
}

/// The sine of `x` in radians.
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// The cosine of `x` in radians.
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// The logistic function 1 / (1 + exp(-x)), without overflow for any `x`.
pub fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + exp(-x))
    } else {
        let e = exp(x);
        e / (1.0 + e)
    }
}

/// ln(1 + exp(x)), without overflow for any `x`.
pub fn softplus(x: f64) -> f64 {
    // The larger part is taken out, so that exp never exceeds 1.
    (if x > 0.0 { x } else { 0.0 }) + ln_1p(exp(-x.abs()))
}

/// The same bits for every NaN, so that digests do not depend on the machine that made it.
pub fn canonical(x: f64) -> f64 {
    if x.is_nan() { f64::NAN } else { x }
}
