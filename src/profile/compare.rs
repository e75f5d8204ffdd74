//! Groups compared: whether a number differs between the levels of another column, and by how much.

use super::view::{find, levels, numbers};
use crate::base::{Figure, Problem};
use crate::num::moments::{self, Moments};
use crate::num::order::{self, median, quantile};
use crate::num::{distribution, float::ln, sum::total};
use crate::table::Table;
use serde::{Deserialize, Serialize};

/// What a test came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Test {
    /// The test's own figure: t, F, H, U, ...
    pub statistic: Figure,
    /// Its p value, two-sided.
    pub p: Figure,
}

impl Test {
    pub(super) fn of(statistic: f64, p: f64) -> Self {
        // A p value of a statistic that overflowed would say more than is known.
        let statistic = Figure::from(statistic);
        let p = if statistic.value().is_some() { p.into() } else { Figure::undefined("not_finite") };
        Self { statistic, p }
    }

    pub(super) fn undefined(reason: &str) -> Self {
        Self { statistic: Figure::undefined(reason), p: Figure::undefined(reason) }
    }
}

/// The values of one group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// The level.
    pub level: String,
    /// Rows with a value.
    pub n: usize,
    /// Their mean.
    pub mean: Figure,
    /// Their standard deviation, from n - 1.
    pub sd: Figure,
    /// Their median.
    pub median: Figure,
}

/// A column of numbers compared between groups. Groups without a value take no part in the tests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The groups in order of their levels; the 20 most frequent where there are more.
    pub groups: Vec<Group>,
    /// Groups that are not compared.
    pub more: usize,
    /// Equal means: one-way analysis of variance (scipy.stats.f_oneway).
    pub anova: Test,
    /// Equal distributions: Kruskal and Wallis' test on ranks, corrected for ties (scipy.stats.kruskal).
    pub kruskal: Test,
    /// Equal spread: Levene's test about the medians, by Brown and Forsythe (scipy.stats.levene).
    pub levene: Test,
    /// Equal variances of normal groups: Bartlett's test (scipy.stats.bartlett).
    pub bartlett: Test,
    /// The share of the variance that lies between groups.
    pub eta_squared: Figure,
    /// The same by ranks: (H - k + 1) / (n - k), not below 0 (Tomczak and Tomczak 2014).
    pub eta_squared_ranks: Figure,
    /// What two groups allow besides.
    pub two: Option<TwoGroups>,
}

/// Two groups compared, the first less the second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TwoGroups {
    /// Student's t, equal variances assumed (scipy.stats.ttest_ind).
    pub student: Test,
    /// Welch's t.
    pub welch: Test,
    /// Welch's degrees of freedom.
    pub welch_df: Figure,
    /// Mann and Whitney's U of the first group, by the normal approximation with correction for ties and continuity
    /// (scipy.stats.mannwhitneyu with method "asymptotic").
    pub mann_whitney: Test,
    /// Cohen's d: the difference of the means over the pooled standard deviation.
    pub cohens_d: Figure,
    /// The probability that a value of the first group exceeds one of the second, ties counted half: U / (n m).
    pub superiority: Figure,
}

/// Compares a column of numbers (or dates) between the values of another column: levels of texts, or different numbers
/// where there are at most 20.
///
/// # Errors
/// Where a column is not there, `column` holds texts, or `by` holds dates or too many different numbers.
pub fn compare(table: &Table, column: &str, by: &str) -> Result<Comparison, Problem> {
    let values = numbers(table, column)?;
    let (codes, names, more) = levels(find(table, by)?)?;
    let mut parts: Vec<Vec<f64>> = vec![Vec::new(); names.len()];
    for (&value, &code) in values.iter().zip(&codes) {
        if let Some(part) = parts.get_mut(code as usize).filter(|_| !value.is_nan()) {
            part.push(value + 0.0);
        }
    }
    Ok(of(names, &parts, more))
}

fn of(names: Vec<String>, parts: &[Vec<f64>], more: usize) -> Comparison {
    let sorted: Vec<Vec<f64>> = parts.iter().map(|part| order::sorted(part)).collect();
    let groups = names.into_iter().zip(&sorted).map(|(level, part)| group(level, part)).collect();
    let filled: Vec<&[f64]> = sorted.iter().filter(|part| !part.is_empty()).map(Vec::as_slice).collect();
    let (anova, eta_squared) = anova(&filled);
    let (kruskal, eta_squared_ranks) = kruskal(&filled);
    // Distances from each group's median; their analysis of variance is Levene's test.
    let distances: Vec<Vec<f64>> = filled
        .iter()
        .map(|part| {
            let middle = median(part).unwrap_or(0.0);
            part.iter().map(|value| (value - middle).abs()).collect()
        })
        .collect();
    let distances: Vec<&[f64]> = distances.iter().map(Vec::as_slice).collect();
    let two = match filled.as_slice() {
        [a, b] => Some(two_groups(a, b)),
        _ => None,
    };
    Comparison {
        groups,
        more,
        anova,
        kruskal,
        levene: self::anova(&distances).0,
        bartlett: bartlett(&filled),
        eta_squared,
        eta_squared_ranks,
        two,
    }
}

fn group(level: String, sorted: &[f64]) -> Group {
    let figure = |value: Option<f64>, reason: &str| value.map_or_else(|| Figure::undefined(reason), Figure::from);
    let sd = Moments::of(sorted).sd(1);
    Group {
        level,
        n: sorted.len(),
        mean: figure(moments::mean(sorted), "no_rows"),
        sd: figure(sd, if sorted.is_empty() { "no_rows" } else { "too_few" }),
        median: figure(quantile(sorted, 0.5), "no_rows"),
    }
}

/// Why groups cannot be compared, where they cannot.
fn hindered(parts: &[&[f64]]) -> Option<&'static str> {
    let n: usize = parts.iter().map(|part| part.len()).sum();
    match parts.len() {
        0 => Some("no_rows"),
        1 => Some("one_level"),
        // As many groups as rows leave no spread within them.
        groups if n <= groups => Some("too_few"),
        _ => None,
    }
}

/// One-way analysis of variance, and the share of the squares between groups.
fn anova(parts: &[&[f64]]) -> (Test, Figure) {
    if let Some(reason) = hindered(parts) {
        return (Test::undefined(reason), Figure::undefined(reason));
    }
    let moments: Vec<Moments> = parts.iter().map(|part| Moments::of(part)).collect();
    let n: usize = parts.iter().map(|part| part.len()).sum();
    let (count, groups) = (n as f64, parts.len() as f64);
    let mean = total(moments.iter().map(|part| part.mean * (part.count as f64 / count)));
    let between = total(moments.iter().map(|part| part.count as f64 * (part.mean - mean) * (part.mean - mean)));
    let within = total(moments.iter().map(|part| part.m2));
    let unit = 1e-13 * mean;
    if between + within <= unit * unit * count {
        return (Test::undefined("constant"), Figure::undefined("constant"));
    }
    let eta = Figure::from(between / (between + within));
    if within <= unit * unit * count {
        return (Test::undefined("constant_groups"), eta);
    }
    let (df, rest) = (groups - 1.0, count - groups);
    let f = (between / df) / (within / rest);
    (Test::of(f, distribution::f_sf(f, df, rest)), eta)
}

/// Average ranks of all values, group by group, and the sum of t^3 - t over ties.
fn ranked(parts: &[&[f64]]) -> (Vec<f64>, f64) {
    let all: Vec<f64> = parts.iter().flat_map(|part| part.iter().copied()).collect();
    let ranks = order::ranks(&all);
    let ascending = order::sorted(&all);
    let ties = total(order::ties(&ascending, |a, b| a == b).into_iter().map(|(first, last)| {
        let size = (last - first + 1) as f64;
        size * size * size - size
    }));
    (ranks, ties)
}

fn kruskal(parts: &[&[f64]]) -> (Test, Figure) {
    if let Some(reason) = hindered(parts) {
        return (Test::undefined(reason), Figure::undefined(reason));
    }
    let (ranks, ties) = ranked(parts);
    let n = ranks.len() as f64;
    let untied = 1.0 - ties / (n * n * n - n);
    if untied <= 0.0 {
        return (Test::undefined("constant"), Figure::undefined("constant"));
    }
    let mut first = 0;
    let between = total(parts.iter().map(|part| {
        let sum = total(ranks[first..first + part.len()].iter().copied());
        first += part.len();
        sum * sum / part.len() as f64
    }));
    let h = (12.0 / (n * (n + 1.0)) * between - 3.0 * (n + 1.0)) / untied;
    let k = parts.len() as f64;
    let effect = (h - k + 1.0) / (n - k);
    (Test::of(h, distribution::chi_square_sf(h, k - 1.0)), (if effect > 0.0 { effect } else { 0.0 }).into())
}

fn bartlett(parts: &[&[f64]]) -> Test {
    if let Some(reason) = hindered(parts) {
        return Test::undefined(reason);
    }
    let moments: Vec<Moments> = parts.iter().map(|part| Moments::of(part)).collect();
    if moments.iter().any(|part| part.count < 2) {
        return Test::undefined("too_few");
    }
    // A group without spread has no logarithm of a variance.
    let variances: Vec<f64> = moments.iter().filter_map(|part| part.variance(1)).collect();
    if variances.iter().any(|&variance| variance <= 0.0) {
        return Test::undefined("constant_groups");
    }
    let freedom = |part: &Moments| (part.count - 1) as f64;
    let all = total(moments.iter().map(freedom));
    let pooled = total(moments.iter().map(|part| part.m2)) / all;
    let k = parts.len() as f64;
    let spread = all * ln(pooled) - total(moments.iter().zip(&variances).map(|(part, &variance)| freedom(part) * ln(variance)));
    let correction = 1.0 + (total(moments.iter().map(|part| 1.0 / freedom(part))) - 1.0 / all) / (3.0 * (k - 1.0));
    let statistic = spread / correction;
    Test::of(statistic, distribution::chi_square_sf(statistic, k - 1.0))
}

fn two_groups(a: &[f64], b: &[f64]) -> TwoGroups {
    let (x, y) = (Moments::of(a), Moments::of(b));
    let (n, m) = (x.count as f64, y.count as f64);
    let difference = x.mean - y.mean;
    let (mann_whitney, superiority) = mann_whitney(a, b);
    let unit = 1e-13 * if x.mean.abs() > y.mean.abs() { x.mean } else { y.mean };
    let within = x.m2 + y.m2;
    let reason = match a.len() + b.len() {
        0..=2 => Some("too_few"),
        _ if within <= unit * unit * (n + m) => Some("constant_groups"),
        _ => None,
    };
    let (student, cohens_d) = match reason {
        Some(reason) => (Test::undefined(reason), Figure::undefined(reason)),
        None => {
            let df = n + m - 2.0;
            let pooled = within / df;
            let t = difference / (pooled * (1.0 / n + 1.0 / m)).sqrt();
            (Test::of(t, distribution::t_two_sided(t, df)), (difference / pooled.sqrt()).into())
        }
    };
    let (welch, welch_df) = match (reason, x.variance(1), y.variance(1)) {
        (None, Some(v), Some(w)) => {
            let (t, df) = welch(difference, v / n, n, w / m, m);
            (Test::of(t, distribution::t_two_sided(t, df)), df.into())
        }
        (reason, ..) => (Test::undefined(reason.unwrap_or("too_few")), Figure::undefined(reason.unwrap_or("too_few"))),
    };
    TwoGroups { student, welch, welch_df, mann_whitney, cohens_d, superiority }
}

/// Welch's t and its degrees of freedom (Satterthwaite 1946), from a difference and the squared standard errors.
pub(super) fn welch(difference: f64, v: f64, n: f64, w: f64, m: f64) -> (f64, f64) {
    let df = (v + w) * (v + w) / (v * v / (n - 1.0) + w * w / (m - 1.0));
    (difference / (v + w).sqrt(), df)
}

fn mann_whitney(a: &[f64], b: &[f64]) -> (Test, Figure) {
    let (ranks, ties) = ranked(&[a, b]);
    let (n, m) = (a.len() as f64, b.len() as f64);
    let u = total(ranks[..a.len()].iter().copied()) - n * (n + 1.0) / 2.0;
    let all = n + m;
    let superiority = Figure::from(u / (n * m));
    let spread = (n * m / 12.0 * (all + 1.0 - ties / (all * (all - 1.0)))).sqrt();
    if spread.is_nan() || spread <= 0.0 {
        return (Test { statistic: u.into(), p: Figure::undefined("constant") }, superiority);
    }
    let far = if u > n * m - u { u } else { n * m - u };
    let p = 2.0 * distribution::normal_sf((far - n * m / 2.0 - 0.5) / spread);
    (Test::of(u, if p > 1.0 { 1.0 } else { p }), superiority)
}

/// Holm's correction (1979) of p values for their number: the smallest times the number of tests, the next times one
/// less, never falling, at most 1. In the order given.
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut least = 0.0;
    let mut adjusted = vec![f64::NAN; p.len()];
    for (rank, place) in order::argsort(p).into_iter().enumerate() {
        let times = p[place] * (p.len() - rank) as f64;
        let times = if times > 1.0 { 1.0 } else { times };
        least = if times > least { times } else { least };
        adjusted[place] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Column, Strings};

    fn of_parts(parts: &[&[f64]]) -> Comparison {
        let names = (0..parts.len()).map(|place| place.to_string()).collect();
        of(names, &parts.iter().map(|part| part.to_vec()).collect::<Vec<_>>(), 0)
    }

    #[test]
    fn groups_without_values_and_levels_without_rows_take_no_part() {
        let table = Table::new(vec![
            Column::number("x", vec![1.0, 2.0, f64::NAN, 4.0, 6.0, 9.0]),
            Column::category("c", Strings::from_texts([Some("b"), Some("b"), Some("z"), Some("a"), Some("a"), None])),
        ]);
        let got = compare(&table, "x", "c").unwrap();
        let shown: Vec<(&str, usize)> = got.groups.iter().map(|group| (group.level.as_str(), group.n)).collect();
        assert_eq!(shown, [("a", 2), ("b", 2), ("z", 0)]);
        assert_eq!(got.groups[2].mean, Figure::undefined("no_rows"));
        // Means 5 and 1.5 about 3.25; squares between 12.25, within 2 + 0.5.
        assert_eq!(got.eta_squared, Figure::Value(12.25 / 14.75));
        assert!((got.anova.statistic.value().unwrap() - 12.25 / 1.25).abs() < 1e-12);
        assert_eq!(got.two.unwrap().superiority, Figure::Value(1.0));
    }

    #[test]
    fn what_cannot_be_compared_says_why() {
        let reason = |parts: &[&[f64]]| of_parts(parts).anova.statistic;
        assert_eq!(reason(&[]), Figure::undefined("no_rows"));
        assert_eq!(reason(&[&[1.0, 2.0]]), Figure::undefined("one_level"));
        assert_eq!(reason(&[&[1.0], &[2.0]]), Figure::undefined("too_few"));
        assert_eq!(reason(&[&[5.0; 3], &[5.0; 4]]), Figure::undefined("constant"));
        assert_eq!(reason(&[&[5.0; 3], &[6.0; 4]]), Figure::undefined("constant_groups"));
        let constant = of_parts(&[&[5.0; 3], &[5.0; 4]]);
        assert_eq!(constant.kruskal.p, Figure::undefined("constant"));
        let two = constant.two.unwrap();
        assert_eq!((two.mann_whitney.p, two.superiority), (Figure::undefined("constant"), Figure::Value(0.5)));
        assert_eq!((two.student.p, two.cohens_d), (Figure::undefined("constant_groups"), Figure::undefined("constant_groups")));
        let single = of_parts(&[&[5.0, 7.0], &[5.0]]);
        assert_eq!((single.bartlett.p, single.two.unwrap().welch_df), (Figure::undefined("too_few"), Figure::undefined("too_few")));
        assert_eq!(of_parts(&[&[-1.7e308, 1.7e308], &[1.7e308, 0.0]]).anova.p.value(), None);
    }

    #[test]
    fn holm_never_falls_and_ends_at_one() {
        // statsmodels.stats.multitest.multipletests([.01, .04, .03, .5], method="holm")[1]
        let got = holm(&[0.01, 0.04, 0.03, 0.5]);
        for (got, want) in got.iter().zip([0.04, 0.09, 0.09, 0.5]) {
            assert!((got - want).abs() < 1e-15, "{got} {want}");
        }
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
        assert!(holm(&[]).is_empty());
    }
}
