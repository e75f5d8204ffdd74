//! Distribution functions and their inverses: normal, chi-square, Student's t, F, binomial, Kolmogorov.
//!
//! Tails are computed as tails (`sf`, the survival function), never as 1 - cdf, which has no digits left there.

use super::float::{exp, ln};
use super::special::{beta_parts, erfc, gamma_p, gamma_q};
use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// P(Z <= x) of the standard normal distribution.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * erfc(-x * FRAC_1_SQRT_2)
}

/// P(Z > x) of the standard normal distribution.
pub fn normal_sf(x: f64) -> f64 {
    0.5 * erfc(x * FRAC_1_SQRT_2)
}

/// The density of the standard normal distribution.
pub fn normal_pdf(x: f64) -> f64 {
    exp(-0.5 * x * x) / (2.0 * PI).sqrt()
}

/// The `p` quantile of the standard normal distribution (Wichura 1988, AS 241): -infinity at 0, infinity at 1,
/// NaN outside.
pub fn normal_ppf(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * polynomial(&CENTRE.0, r) / polynomial(&CENTRE.1, r);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let size = if tail > 0.0 {
        normal_tail(tail)
    } else if tail == 0.0 {
        f64::INFINITY
    } else {
        f64::NAN
    };
    if q < 0.0 { -size } else { size }
}

/// The point above which a share `p` of the standard normal distribution lies; exact for tiny `p`.
pub fn normal_isf(p: f64) -> f64 {
    -normal_ppf(p)
}

fn normal_tail(p: f64) -> f64 {
    let r = (-ln(p)).sqrt();
    if r <= 5.0 {
        polynomial(&MIDDLE.0, r - 1.6) / polynomial(&MIDDLE.1, r - 1.6)
    } else {
        polynomial(&FAR.0, r - 5.0) / polynomial(&FAR.1, r - 5.0)
    }
}

fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |value, c| value * x + c)
}

/// Coefficients of AS 241 (function PPND16): numerator and denominator, constant first.
const CENTRE: ([f64; 8], [f64; 8]) = (
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_545,
    ],
);
const MIDDLE: ([f64; 8], [f64; 8]) = (
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_8e-9,
    ],
);
const FAR: ([f64; 8], [f64; 8]) = (
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        0.001_242_660_947_388_078_4,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_7e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
);

/// P(X > x) of the chi-square distribution with `df` degrees of freedom.
pub fn chi_square_sf(x: f64, df: f64) -> f64 {
    if df > 0.0 { gamma_q(df / 2.0, x / 2.0) } else { f64::NAN }
}

/// P(X <= x) of the chi-square distribution with `df` degrees of freedom.
pub fn chi_square_cdf(x: f64, df: f64) -> f64 {
    if df > 0.0 { gamma_p(df / 2.0, x / 2.0) } else { f64::NAN }
}

/// The `p` quantile of the chi-square distribution with `df` degrees of freedom; NaN outside 0 to 1.
pub fn chi_square_ppf(p: f64, df: f64) -> f64 {
    match p {
        _ if df.is_nan() || df <= 0.0 => f64::NAN,
        0.0 => 0.0,
        1.0 => f64::INFINITY,
        _ if p > 0.0 && p < 1.0 => invert(df, |x| chi_square_cdf(x, df) - p, |x| p > 0.5 && chi_square_sf(x, df) > 1.0 - p),
        _ => f64::NAN,
    }
}

/// The point where an increasing function crosses 0, on the positive numbers: doubling, then halving to the last digit.
/// `below` decides in the upper half, where the survival function resolves what the cdf no longer does.
fn invert(start: f64, difference: impl Fn(f64) -> f64, below: impl Fn(f64) -> bool) -> f64 {
    let is_below = |x: f64| difference(x) < 0.0 || below(x);
    let (mut low, mut high) = (0.0, start);
    while is_below(high) && high < 1e300 {
        low = high;
        high *= 2.0;
    }
    // About 60 halvings reach the last digit; where the root is tiny they follow its exponent down.
    for _ in 0..1100 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if is_below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// P(T > t) of Student's t distribution with `df` degrees of freedom.
pub fn t_sf(t: f64, df: f64) -> f64 {
    let half = 0.5 * t_two_sided(t, df);
    if t > 0.0 { half } else { 1.0 - half }
}

/// P(T <= t) of Student's t distribution with `df` degrees of freedom.
pub fn t_cdf(t: f64, df: f64) -> f64 {
    t_sf(-t, df)
}

/// P(|T| > |t|) of Student's t distribution: the two-sided p value.
pub fn t_two_sided(t: f64, df: f64) -> f64 {
    if t.is_nan() || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    if t.is_infinite() {
        return 0.0;
    }
    if df.is_infinite() {
        return 2.0 * normal_sf(t.abs());
    }
    let square = t * t;
    if square == f64::INFINITY {
        return 0.0;
    }
    beta_parts(df / 2.0, 0.5, df / (df + square), square / (df + square)).0
}

/// The `p` quantile of Student's t distribution with `df` degrees of freedom; NaN outside 0 to 1.
pub fn t_ppf(p: f64, df: f64) -> f64 {
    if df.is_nan() || df <= 0.0 || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let tail = if p < 0.5 { p } else { 1.0 - p };
    let size = if tail == 0.0 {
        f64::INFINITY
    } else if tail == 0.5 {
        0.0
    } else {
        invert(1.0, |t| 2.0 * tail - t_two_sided(t, df), |_| false)
    };
    if p < 0.5 { -size } else { size }
}

/// P(X > x) of the F distribution with `df1` and `df2` degrees of freedom.
pub fn f_sf(x: f64, df1: f64, df2: f64) -> f64 {
    if x.is_nan() || df1.is_nan() || df2.is_nan() || df1 <= 0.0 || df2 <= 0.0 {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 1.0;
    }
    if x.is_infinite() {
        return 0.0;
    }
    let whole = df2 + df1 * x;
    beta_parts(df2 / 2.0, df1 / 2.0, df2 / whole, df1 * x / whole).0
}

/// P(X <= x) of the beta distribution.
pub fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    beta_parts(a, b, x, 1.0 - x).0
}

/// The `p` quantile of the beta distribution; NaN outside 0 to 1.
pub fn beta_ppf(p: f64, a: f64, b: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) || a.is_nan() || b.is_nan() || a <= 0.0 || b <= 0.0 {
        return f64::NAN;
    }
    if p == 0.0 || p == 1.0 {
        return p;
    }
    // Odds run over all positive numbers, and x and 1 - x both keep their digits.
    let odds = invert(
        1.0,
        |odds| {
            let (lower, upper) = beta_parts(a, b, odds / (1.0 + odds), 1.0 / (1.0 + odds));
            if p < 0.5 { lower - p } else { (1.0 - p) - upper }
        },
        |_| false,
    );
    odds / (1.0 + odds)
}

/// P(K >= k) of the binomial distribution of `n` trials with chance `p`.
pub fn binomial_at_least(k: u64, n: u64, p: f64) -> f64 {
    match k {
        0 => 1.0,
        _ if k > n => 0.0,
        _ => beta_parts(k as f64, (n - k) as f64 + 1.0, p, 1.0 - p).0,
    }
}

/// P(K <= k) of the binomial distribution of `n` trials with chance `p`.
pub fn binomial_at_most(k: u64, n: u64, p: f64) -> f64 {
    if k >= n { 1.0 } else { beta_parts(k as f64 + 1.0, (n - k) as f64, p, 1.0 - p).1 }
}

/// P(K > x) of Kolmogorov's limit distribution (scipy.special.kolmogorov): the p value of a Kolmogorov-Smirnov
/// distance D between samples of n and m at x = sqrt(n m / (n + m)) D.
pub fn kolmogorov_sf(x: f64) -> f64 {
    if x.is_nan() {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 1.0;
    }
    if x < 0.82 {
        // The theta-function form, which converges at once where the alternating one does not.
        let t = exp(-PI * PI / (8.0 * x * x));
        let eighth = |power: u32| (0..power).fold(1.0, |product, _| product * t);
        let total = t * (1.0 + eighth(8) + eighth(24) + eighth(48));
        return 1.0 - (2.0 * PI).sqrt() / x * total;
    }
    let term = |k: f64| exp(-2.0 * k * k * x * x);
    2.0 * (((term(1.0) - term(2.0)) + (term(3.0) - term(4.0))) + (term(5.0) - term(6.0)))
}

/// Wilson's interval (1927) for a share: `hits` of `n`, at a confidence such as 0.95. Nothing where `n` is 0.
pub fn wilson(hits: f64, n: f64, confidence: f64) -> Option<(f64, f64)> {
    if n.is_nan() || n <= 0.0 {
        return None;
    }
    let z = normal_isf((1.0 - confidence) / 2.0);
    let (share, square) = (hits / n, z * z);
    let centre = share + square / (2.0 * n);
    let half = z * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt();
    let scale = 1.0 + square / n;
    // The ends are exactly 0 and 1 where no or every row is a hit; rounding must not move them out.
    let low = if hits <= 0.0 { 0.0 } else { (centre - half) / scale };
    let high = if hits >= n { 1.0 } else { (centre + half) / scale };
    Some((low, high))
}

/// The exact interval of Clopper and Pearson (1934) for a share: `hits` of `n`, at a confidence such as 0.95.
/// Nothing where `n` is 0.
pub fn clopper_pearson(hits: u64, n: u64, confidence: f64) -> Option<(f64, f64)> {
    if n == 0 || hits > n {
        return None;
    }
    let tail = (1.0 - confidence) / 2.0;
    let (k, rest) = (hits as f64, (n - hits) as f64);
    let low = if hits == 0 { 0.0 } else { beta_ppf(tail, k, rest + 1.0) };
    let high = if hits == n { 1.0 } else { beta_ppf(1.0 - tail, k + 1.0, rest) };
    Some((low, high))
}

/// The interval of a mean by Student's t: mean -+ t sd / sqrt(n), with sd from n - 1. Nothing below 2 values.
pub fn t_interval(mean: f64, sd: f64, n: usize, confidence: f64) -> Option<(f64, f64)> {
    if n < 2 {
        return None;
    }
    let half = -t_ppf((1.0 - confidence) / 2.0, (n - 1) as f64) * sd / (n as f64).sqrt();
    Some((mean - half, mean + half))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(what: &str, got: f64, want: f64, tolerance: f64) {
        assert!((got - want).abs() <= tolerance * want.abs(), "{what}: {got:e} instead of {want:e}");
    }

    /// Each line is a call of scipy.stats (special for Kolmogorov's) and its result.
    #[test]
    fn distributions_equal_scipy() {
        close("normal_cdf(-37.0)", normal_cdf(-37.0), 5.7255712225239266e-300, 1e-12);
        close("normal_cdf(-8.0)", normal_cdf(-8.0), 6.22096057427174e-16, 1e-12);
        close("normal_cdf(-1.3)", normal_cdf(-1.3), 0.09680048458561036, 1e-12);
        close("normal_cdf(0.0)", normal_cdf(0.0), 0.5, 1e-12);
        close("normal_cdf(0.7)", normal_cdf(0.7), 0.758036347776927, 1e-12);
        close("normal_cdf(6.0)", normal_cdf(6.0), 0.9999999990134123, 1e-12);
        close("normal_sf(0.7)", normal_sf(0.7), 0.24196365222307303, 1e-12);
        close("normal_sf(9.0)", normal_sf(9.0), 1.1285884059538324e-19, 1e-12);
        close("normal_sf(30.0)", normal_sf(30.0), 4.906713927147908e-198, 1e-12);
        close("normal_ppf(1e-200)", normal_ppf(1e-200), -30.20559417957964, 1e-14);
        close("normal_ppf(1e-12)", normal_ppf(1e-12), -7.034483825301131, 1e-14);
        close("normal_ppf(0.025)", normal_ppf(0.025), -1.9599639845400545, 1e-14);
        close("normal_ppf(0.3)", normal_ppf(0.3), -0.5244005127080409, 1e-14);
        close("normal_ppf(0.6)", normal_ppf(0.6), 0.2533471031357997, 1e-14);
        close("normal_ppf(0.975)", normal_ppf(0.975), 1.959963984540054, 1e-14);
        close("normal_ppf(0.9999999)", normal_ppf(0.9999999), 5.199337582290661, 1e-14);
        close("chi_square_sf(0.5, 1.0)", chi_square_sf(0.5, 1.0), 0.47950012218695337, 1e-12);
        close("chi_square_sf(3.84, 1.0)", chi_square_sf(3.84, 1.0), 0.05004352124870519, 1e-12);
        close("chi_square_sf(200.0, 30.0)", chi_square_sf(200.0, 30.0), 4.9527335290032224e-27, 1e-12);
        close("chi_square_sf(1000.0, 1000.0)", chi_square_sf(1000.0, 1000.0), 0.49405285382923964, 1e-12);
        close("chi_square_ppf(0.975, 4.0)", chi_square_ppf(0.975, 4.0), 11.143286781877796, 1e-11);
        close("chi_square_ppf(0.975, 30.0)", chi_square_ppf(0.975, 30.0), 46.97924224367115, 1e-11);
        close("chi_square_ppf(0.5, 0.7)", chi_square_ppf(0.5, 0.7), 0.21473897172368658, 1e-11);
        close("chi_square_ppf(1e-10, 2.0)", chi_square_ppf(1e-10, 2.0), 2.0000000000999938e-10, 1e-11);
        close("chi_square_ppf(0.9999999999, 5.0)", chi_square_ppf(0.9999999999, 5.0), 55.562398343664846, 1e-11);
        close("t_two_sided(2.1, 5.0)", t_two_sided(2.1, 5.0), 0.08975324988459879, 1e-12);
        close("t_two_sided(0.1, 1.0)", t_two_sided(0.1, 1.0), 0.936548965138893, 1e-12);
        close("t_two_sided(40.0, 3.0)", t_two_sided(40.0, 3.0), 3.4380680789158506e-05, 1e-12);
        close("t_two_sided(2.0, 1e6)", t_two_sided(2.0, 1e6), 0.04550053385131924, 1e-12);
        close("t_two_sided(8.0, 200.0)", t_two_sided(8.0, 200.0), 9.879200909330596e-14, 1e-12);
        close("t_sf(-1.5, 7.0)", t_sf(-1.5, 7.0), 0.911350756505015, 1e-12);
        close("t_cdf(-1.5, 7.0)", t_cdf(-1.5, 7.0), 0.088649243494985, 1e-12);
        close("t_ppf(0.975, 1.0)", t_ppf(0.975, 1.0), 12.706204736174694, 1e-12);
        close("t_ppf(0.975, 9.0)", t_ppf(0.975, 9.0), 2.262157162798205, 1e-12);
        close("t_ppf(0.025, 30.5)", t_ppf(0.025, 30.5), -2.0408694451863205, 1e-12);
        close("t_ppf(0.999, 1000.0)", t_ppf(0.999, 1000.0), 3.0984021639129233, 1e-12);
        close("t_ppf(0.6, 4.0)", t_ppf(0.6, 4.0), 0.2707222947075976, 1e-12);
        close("f_sf(3.0, 2.0, 30.0)", f_sf(3.0, 2.0, 30.0), 0.06490547151887446, 1e-12);
        close("f_sf(0.2, 5.0, 5.0)", f_sf(0.2, 5.0, 5.0), 0.9490302605850707, 1e-12);
        close("f_sf(150.0, 1.0, 400.0)", f_sf(150.0, 1.0, 400.0), 1.6572950934695586e-29, 1e-12);
        close("f_sf(1.01, 1000.0, 2000.0)", f_sf(1.01, 1000.0, 2000.0), 0.4255081007230814, 1e-12);
        close("binomial_at_least(3, 10, 0.2)", binomial_at_least(3, 10, 0.2), 0.32220047360000015, 1e-12);
        close("binomial_at_most(3, 10, 0.2)", binomial_at_most(3, 10, 0.2), 0.8791261183999999, 1e-12);
        close("binomial_at_least(60, 100, 0.5)", binomial_at_least(60, 100, 0.5), 0.028443966820490444, 1e-12);
        close("binomial_at_most(60, 100, 0.5)", binomial_at_most(60, 100, 0.5), 0.9823998998911476, 1e-12);
        close("binomial_at_least(1, 5000, 0.0001)", binomial_at_least(1, 5000, 0.0001), 0.3934845043752552, 1e-12);
        close("binomial_at_most(1, 5000, 0.0001)", binomial_at_most(1, 5000, 0.0001), 0.9098035722447793, 1e-12);
        close("kolmogorov_sf(0.1)", kolmogorov_sf(0.1), 1.0, 1e-12);
        close("kolmogorov_sf(0.3)", kolmogorov_sf(0.3), 0.9999906941986655, 1e-12);
        close("kolmogorov_sf(0.7)", kolmogorov_sf(0.7), 0.7112351950296893, 1e-12);
        close("kolmogorov_sf(0.82)", kolmogorov_sf(0.82), 0.5119717052984973, 1e-12);
        close("kolmogorov_sf(1.0)", kolmogorov_sf(1.0), 0.26999967167735456, 1e-12);
        close("kolmogorov_sf(1.36)", kolmogorov_sf(1.36), 0.049485876755377876, 1e-12);
        close("kolmogorov_sf(3.0)", kolmogorov_sf(3.0), 3.045995948942526e-08, 1e-12);
        close("beta_ppf(0.025, 3.0, 8.0)", beta_ppf(0.025, 3.0, 8.0), 0.06673951117773447, 1e-12);
        close("beta_ppf(0.975, 0.5, 20.0)", beta_ppf(0.975, 0.5, 20.0), 0.11940702395503566, 1e-12);
        close("wilson(7.0, 20.0, 0.95).unwrap().0", wilson(7.0, 20.0, 0.95).unwrap().0, 0.1811918241010821, 1e-12);
        close("wilson(7.0, 20.0, 0.95).unwrap().1", wilson(7.0, 20.0, 0.95).unwrap().1, 0.5671457233147637, 1e-12);
        close("clopper_pearson(7, 20, 0.95).unwrap().0", clopper_pearson(7, 20, 0.95).unwrap().0, 0.1539092047845412, 1e-12);
        close("clopper_pearson(7, 20, 0.95).unwrap().1", clopper_pearson(7, 20, 0.95).unwrap().1, 0.5921885345328283, 1e-12);
        close("t_interval(3.0, 2.0, 10, 0.95).unwrap().1", t_interval(3.0, 2.0, 10, 0.95).unwrap().1, 4.430713811941329, 1e-12);
    }

    #[test]
    fn quantiles_turn_back_what_the_distribution_functions_do() {
        for p in [1e-300, 1e-9, 0.02, 0.3, 0.5, 0.9, 0.999_999] {
            close("normal", normal_cdf(normal_ppf(p)), p, 1e-12);
            if p > 1e-20 {
                close("t", t_cdf(t_ppf(p, 3.5), 3.5), p, 1e-12);
                close("chi-square", chi_square_cdf(chi_square_ppf(p, 7.0), 7.0), p, 1e-12);
                close("beta", beta_cdf(beta_ppf(p, 2.0, 5.0), 2.0, 5.0), p, 1e-12);
            }
        }
    }

    #[test]
    fn edges() {
        assert_eq!((normal_ppf(0.0), normal_ppf(1.0)), (f64::NEG_INFINITY, f64::INFINITY));
        assert!(normal_ppf(1.5).is_nan() && t_ppf(-0.1, 3.0).is_nan() && chi_square_sf(1.0, 0.0).is_nan());
        assert_eq!((t_two_sided(f64::INFINITY, 5.0), t_two_sided(0.0, 5.0), t_ppf(0.5, 2.0)), (0.0, 1.0, 0.0));
        assert_eq!((kolmogorov_sf(0.0), kolmogorov_sf(40.0), f_sf(0.0, 1.0, 2.0)), (1.0, 0.0, 1.0));
        assert_eq!((wilson(0.0, 0.0, 0.95), t_interval(1.0, 2.0, 1, 0.95), clopper_pearson(0, 0, 0.9)), (None, None, None));
        assert_eq!(wilson(0.0, 10.0, 0.95).unwrap().0, 0.0);
        assert_eq!(wilson(10.0, 10.0, 0.95).unwrap().1, 1.0);
        assert_eq!(binomial_at_most(3, 3, 0.2), 1.0);
    }
}
