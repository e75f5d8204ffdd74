//! Functions of numbers. An answer that is no finite number is missing.

use super::function::Call;
use crate::num::float;

/// The number, or NaN (missing) where it is not finite. Minus zero becomes zero, so that texts and exports agree.
pub(super) fn finite(x: f64) -> f64 {
    if x.is_finite() { x + 0.0 } else { f64::NAN }
}

/// A function of one number.
pub(super) fn one(call: Call, x: f64) -> f64 {
    match call {
        Call::Negate => -x,
        Call::Abs => x.abs(),
        Call::Floor => x.floor(),
        Call::Ceil => x.ceil(),
        Call::Round => x.round(),
        Call::Sqrt => x.sqrt(),
        Call::Log => float::ln(x),
        Call::Log10 => float::log10(x),
        Call::Log2 => float::log2(x),
        Call::Log1p => float::ln_1p(x),
        Call::Exp => float::exp(x),
        Call::Sin => float::sin(x),
        Call::Cos => float::cos(x),
        _ => f64::NAN,
    }
}

/// A function of two numbers.
pub(super) fn two(call: Call, x: f64, y: f64) -> f64 {
    // By the standard, 1 to the power of nothing is 1; here nothing stays nothing.
    if x.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    match call {
        Call::Add => x + y,
        Call::Subtract => x - y,
        Call::Multiply => x * y,
        Call::Divide => x / y,
        Call::Remainder => remainder(x, y),
        Call::Power => float::pow(x, y),
        Call::Min => {
            if y < x {
                y
            } else {
                x
            }
        }
        Call::Max => {
            if y > x {
                y
            } else {
                x
            }
        }
        Call::Round => round_to(x, y),
        _ => f64::NAN,
    }
}

/// The number within two bounds; the upper one counts where they cross.
pub(super) fn clip(x: f64, low: f64, high: f64) -> f64 {
    if low.is_nan() || high.is_nan() { f64::NAN } else { two(Call::Min, two(Call::Max, x, low), high) }
}

/// The rest of a division, with the sign of the divisor: -1 % 3 is 2, so that days and angles go round.
fn remainder(x: f64, y: f64) -> f64 {
    let rest = x % y;
    if rest != 0.0 && (rest < 0.0) != (y < 0.0) { rest + y } else { rest }
}

/// Rounds to so many decimal places, halves away from zero; to tens and hundreds where they are negative. Beyond 15
/// places a number stays as it is.
fn round_to(x: f64, places: f64) -> f64 {
    let places = places.trunc();
    if places > 15.0 {
        return x;
    }
    if places < -308.0 {
        return 0.0;
    }
    let mut power = 1.0;
    for _ in 0..places.abs() as u32 {
        power *= 10.0;
    }
    if places < 0.0 {
        return (x / power).round() * power;
    }
    let shifted = x * power;
    if shifted.is_finite() { shifted.round() / power } else { x }
}
