//! Transcendental functions in 32 bits, without branches, so that a loop over them becomes vector code.
//!
//! Polynomials are least-maximum fits made for the stated range; the bounds are tested against `libm` in 64 bits over
//! the whole range. They hold on every target, since only exact operations are used.

/// 1.5 * 2^23: adding it to a small number rounds that to a whole number, which then stands in the lowest bits.
const ROUND: f32 = 12_582_912.0;
/// ln 2 in two parts; the first has few enough bits that its product with a small whole number is exact.
const LN2_HIGH: f32 = 0.693_359_4;
const LN2_LOW: f32 = -2.121_944_4e-4;
const EXP: [f32; 5] = [0.499_999_94, 0.166_665_21, 0.041_668_39, 0.008_368_717, 0.001_381_459_6];
const LN_1P: [f32; 5] = [1.0, 0.333_331_58, 0.200_124_55, 0.139_803_02, 0.140_891_63];
/// From the largest power to the smallest; Chebyshev fit of Press and others, "Numerical Recipes", section 6.2.
const ERFC: [f32; 10] = [
    0.170_872_77,
    -0.822_152_23,
    1.488_515_9,
    -1.135_203_98,
    0.278_868_07,
    -0.186_288_06,
    0.096_784_18,
    0.374_091_96,
    1.000_023_7,
    -1.265_512_2,
];

/// x = n ln 2 + r with |r| at most ln(2) / 2: the bits whose lowest hold n, and exp(r) - 1.
#[inline(always)]
fn reduce(x: f32) -> (u32, f32) {
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * LN2_HIGH) - n * LN2_LOW;
    let [a, b, c, d, e] = EXP;
    let tail = a + r * (b + r * (c + r * (d + r * e)));
    (shifted.to_bits(), r + r * r * tail)
}

/// e to the power of `x`. Relative error at most 2e-7; 0 below -87.33, infinite above 88.72.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let (n, part) = reduce(x);
    // Adding n to the exponent multiplies by 2^n.
    let value = f32::from_bits((1.0 + part).to_bits().wrapping_add(n << 23));
    let value = if x < -87.33 { 0.0 } else { value };
    let value = if x > 88.72 { f32::INFINITY } else { value };
    // The bits of a NaN do not survive the line above.
    if x.is_nan() { x } else { value }
}

/// exp(x) - 1 for `x` at most 0, exact near 0. Relative error at most 2e-7.
#[inline(always)]
pub fn exp_m1_negative(x: f32) -> f32 {
    let bounded = if x > -30.0 { x } else { -30.0 };
    let (n, part) = reduce(bounded);
    let scale = f32::from_bits(1.0_f32.to_bits().wrapping_add(n << 23));
    // exp(x) - 1 = 2^n (1 + part) - 1, put so that nothing cancels where n is 0.
    let value = scale * part + (scale - 1.0);
    if x.is_nan() { x } else { value }
}

/// ln(1 + x) for `x` from 0 to 1, exact near 0. Relative error at most 2e-7.
#[inline(always)]
pub fn ln_1p_unit(x: f32) -> f32 {
    // ln(1 + x) = 2 artanh(s) with s = x / (2 + x), which is at most a third.
    let s = x / (2.0 + x);
    let z = s * s;
    let [a, b, c, d, e] = LN_1P;
    (s + s) * (a + z * (b + z * (c + z * (d + z * e))))
}

/// The complementary error function for `x` at least 0. Relative error at most 1e-6 up to 3, 1e-5 up to 9.
#[inline(always)]
pub fn erfc_positive(x: f32) -> f32 {
    let t = 1.0 / (1.0 + 0.5 * x);
    let sum = ERFC.iter().skip(1).fold(ERFC[0], |sum, &c| sum * t + c);
    t * exp(sum - x * x)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every `step`-th float from `low` to `high` (same sign), against a function in 64 bits.
    fn worst(low: f32, high: f32, step: u32, ours: fn(f32) -> f32, exact: fn(f64) -> f64) -> f64 {
        let (from, to) = (low.to_bits().min(high.to_bits()), low.to_bits().max(high.to_bits()));
        let error = |bits: u32| {
            let x = f32::from_bits(bits);
            let want = exact(f64::from(x));
            ((f64::from(ours(x)) - want) / want).abs()
        };
        (from..to).step_by(step as usize).map(error).fold(0.0, |worst, error| if error > worst { error } else { worst })
    }

    #[test]
    fn errors_stay_within_their_bounds_over_the_whole_range() {
        let exp_up = worst(1e-9, 88.71, 5_003, exp, libm::exp);
        let exp_down = worst(-1e-9, -87.32, 5_003, exp, libm::exp);
        let exp_m1 = worst(-1e-9, -80.0, 5_003, exp_m1_negative, libm::expm1);
        let ln_1p = worst(1e-9, 1.0, 5_003, ln_1p_unit, libm::log1p);
        let erfc_near = worst(1e-9, 3.0, 5_003, erfc_positive, libm::erfc);
        let erfc_far = worst(3.0, 9.0, 503, erfc_positive, libm::erfc);
        eprintln!("{exp_up:e} {exp_down:e} {exp_m1:e} {ln_1p:e} {erfc_near:e} {erfc_far:e}");
        assert!(exp_up < 2e-7 && exp_down < 2e-7, "exp {exp_up:e} {exp_down:e}");
        assert!(exp_m1 < 2e-7, "exp_m1 {exp_m1:e}");
        assert!(ln_1p < 2e-7, "ln_1p {ln_1p:e}");
        assert!(erfc_near < 1e-6 && erfc_far < 1e-5, "erfc {erfc_near:e} {erfc_far:e}");
    }

    #[test]
    fn the_ends_of_the_range_are_right() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!([exp(-87.34), exp(-1e30), exp(f32::NEG_INFINITY)], [0.0; 3]);
        assert_eq!([exp(88.73), exp(1e30), exp(f32::INFINITY)], [f32::INFINITY; 3]);
        assert!(exp(f32::NAN).is_nan() && exp_m1_negative(f32::NAN).is_nan());
        assert_eq!([exp_m1_negative(0.0), exp_m1_negative(-1e30), ln_1p_unit(0.0)], [0.0, -1.0, 0.0]);
        assert_eq!(erfc_positive(20.0), 0.0);
    }
}
