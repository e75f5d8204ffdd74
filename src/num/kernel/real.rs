//! The floats that kernels work on: `f32` where speed counts, `f64` where derivatives are checked.

use super::exp as single;
use crate::num::float as double;
use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

/// A float with the same digits on every target.
///
/// `f32` takes its transcendental functions from [`super::exp`], which vectorise; `f64` from `libm`.
pub trait Real:
    Copy
    + Debug
    + Default
    + PartialOrd
    + Send
    + Sync
    + 'static
    + Add<Output = Self>
    + AddAssign
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// 0
    const ZERO: Self;
    /// 1
    const ONE: Self;
    /// Numbers closer to 0 than this become 0 where they would linger: denormal numbers are slow on some machines.
    const TINY: Self;

    /// The nearest of this kind.
    fn of(x: f64) -> Self;
    /// The same number in 64 bits.
    fn wide(self) -> f64;
    /// The square root.
    fn sqrt(self) -> Self;
    /// Without its sign.
    fn abs(self) -> Self;
    /// Whether neither infinite nor NaN.
    fn is_finite(self) -> bool;
    /// e to this power.
    fn exp(self) -> Self;
    /// exp(x) - 1 for x at most 0, exact near 0.
    fn exp_m1_negative(self) -> Self;
    /// ln(1 + x) for x from 0 to 1, exact near 0.
    fn ln_1p_unit(self) -> Self;
    /// The natural logarithm.
    fn ln(self) -> Self;
    /// The complementary error function for x at least 0.
    fn erfc_positive(self) -> Self;

    /// The larger of two, by comparison; the second where the first is NaN.
    #[inline(always)]
    fn larger(self, other: Self) -> Self {
        if self > other { self } else { other }
    }

    /// The smaller of two, by comparison; the second where the first is NaN.
    #[inline(always)]
    fn smaller(self, other: Self) -> Self {
        if self < other { self } else { other }
    }

    /// The logistic function 1 / (1 + exp(-x)).
    #[inline(always)]
    fn sigmoid(self) -> Self {
        Self::ONE / (Self::ONE + (-self).exp())
    }

    /// ln(1 + exp(x)): the larger part is taken out, so that exp never exceeds 1.
    #[inline(always)]
    fn softplus(self) -> Self {
        self.larger(Self::ZERO) + (-self.abs()).exp().ln_1p_unit()
    }

    /// The hyperbolic tangent, from exp(-2|x|) - 1, which neither overflows nor loses digits near 0.
    #[inline(always)]
    fn tanh(self) -> Self {
        let size = self.abs();
        let e = (-(size + size)).exp_m1_negative();
        let t = -e / (e + Self::of(2.0));
        if self < Self::ZERO { -t } else { t }
    }

    /// The distribution function of the standard normal.
    #[inline(always)]
    fn normal_cdf(self) -> Self {
        let upper = Self::of(0.5) * (self.abs() * Self::of(std::f64::consts::FRAC_1_SQRT_2)).erfc_positive();
        if self > Self::ZERO { Self::ONE - upper } else { upper }
    }
}

impl Real for f32 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    const TINY: Self = 1e-30;

    #[inline(always)]
    fn of(x: f64) -> Self {
        x as f32
    }
    #[inline(always)]
    fn wide(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        f32::sqrt(self)
    }
    #[inline(always)]
    fn abs(self) -> Self {
        f32::abs(self)
    }
    #[inline(always)]
    fn is_finite(self) -> bool {
        f32::is_finite(self)
    }
    #[inline(always)]
    fn exp(self) -> Self {
        single::exp(self)
    }
    #[inline(always)]
    fn exp_m1_negative(self) -> Self {
        single::exp_m1_negative(self)
    }
    #[inline(always)]
    fn ln_1p_unit(self) -> Self {
        single::ln_1p_unit(self)
    }
    #[inline(always)]
    fn ln(self) -> Self {
        double::ln(f64::from(self)) as f32
    }
    #[inline(always)]
    fn erfc_positive(self) -> Self {
        single::erfc_positive(self)
    }
}

impl Real for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    const TINY: Self = 1e-300;

    #[inline(always)]
    fn of(x: f64) -> Self {
        x
    }
    #[inline(always)]
    fn wide(self) -> f64 {
        self
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }
    #[inline(always)]
    fn abs(self) -> Self {
        f64::abs(self)
    }
    #[inline(always)]
    fn is_finite(self) -> bool {
        f64::is_finite(self)
    }
    #[inline(always)]
    fn exp(self) -> Self {
        double::exp(self)
    }
    #[inline(always)]
    fn exp_m1_negative(self) -> Self {
        double::exp_m1(self)
    }
    #[inline(always)]
    fn ln_1p_unit(self) -> Self {
        double::ln_1p(self)
    }
    #[inline(always)]
    fn ln(self) -> Self {
        double::ln(self)
    }
    #[inline(always)]
    fn erfc_positive(self) -> Self {
        libm::erfc(self)
    }
}
