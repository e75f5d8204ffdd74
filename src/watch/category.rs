//! Two samples of categories compared.

use super::shares::{Distances, distances};
use crate::base::Figure;
use crate::num::distribution::chi_square_sf;
use crate::table::Strings;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A level and how often it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// The text.
    pub level: String,
    /// Its rows in the reference.
    pub reference: usize,
    /// Its rows in the current table.
    pub current: usize,
}

/// Two samples of categories compared; missing values are left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Categories {
    /// The chi-square statistic of the table of levels by sample, without continuity correction.
    pub chi_square: Figure,
    /// Its degrees of freedom.
    pub dof: usize,
    /// Its p-value.
    pub p: Figure,
    /// The p-value with levels put together that are expected in fewer than five rows: what the verdict goes by, since
    /// with rare levels the other one is not to be trusted.
    pub p_pooled: Figure,
    /// Cramer's V, from 0 to 1.
    pub cramers_v: Figure,
    /// Distances between the shares of the levels.
    pub distances: Distances,
    /// Levels of the reference or the current rows, the largest change of share first; at most 50.
    pub levels: Vec<Level>,
    /// How many levels there are in all.
    pub level_count: usize,
    /// Levels that the reference does not have.
    pub new_levels: Vec<String>,
    /// Levels that the current rows no longer have.
    pub gone_levels: Vec<String>,
    /// The share of current rows with a level that the reference does not have.
    pub unseen: f64,
}

/// How many levels are kept for showing.
const SHOWN: usize = 50;

/// Compares two samples. Nothing where either has no values.
pub fn compare(reference: &Strings, current: &Strings) -> Option<Categories> {
    // Sorted, so that sums have one order.
    let mut counts = BTreeMap::<&str, (usize, usize)>::new();
    for (level, count) in reference.levels().zip(reference.counts()).filter(|(_, count)| *count > 0) {
        counts.entry(level).or_default().0 = count;
    }
    for (level, count) in current.levels().zip(current.counts()).filter(|(_, count)| *count > 0) {
        counts.entry(level).or_default().1 = count;
    }
    let (n, m) = counts.values().fold((0, 0), |(n, m), (a, b)| (n + a, m + b));
    if n == 0 || m == 0 {
        return None;
    }
    let shares: (Vec<f64>, Vec<f64>) = counts.values().map(|(a, b)| (*a as f64 / n as f64, *b as f64 / m as f64)).unzip();
    let table: Vec<(usize, usize)> = counts.values().copied().collect();
    let (value, dof) = statistic(&table, n, m);
    let (pooled, pooled_dof) = statistic(&pool(&table, n, m), n, m);
    // Without a degree of freedom there is one level, and no difference to test.
    let tail = |value: f64, dof: usize| if dof > 0 { chi_square_sf(value, dof as f64) } else { 1.0 };
    let tested = |value: f64, dof: usize| if dof > 0 { Figure::from(value) } else { Figure::undefined("constant") };
    let mut levels: Vec<Level> = counts
        .iter()
        .map(|(level, (reference, current))| Level { level: (*level).to_owned(), reference: *reference, current: *current })
        .collect();
    let change = |level: &Level| (level.reference as f64 / n as f64 - level.current as f64 / m as f64).abs();
    levels.sort_by(|a, b| change(b).total_cmp(&change(a)));
    let named = |of: fn(&(usize, usize)) -> bool| counts.iter().filter(|(_, c)| of(c)).map(|(level, _)| (*level).to_owned()).collect();
    let unseen: usize = counts.values().filter(|(a, _)| *a == 0).map(|(_, b)| b).sum();
    levels.truncate(SHOWN);
    Some(Categories {
        chi_square: tested(value, dof),
        dof,
        p: tested(tail(value, dof), dof),
        p_pooled: tested(tail(pooled, pooled_dof), pooled_dof),
        // The smaller side of the table is 2, so its square is the statistic over all rows.
        cramers_v: tested((value / (n + m) as f64).sqrt(), dof),
        distances: distances(&shares.0, &shares.1),
        levels,
        level_count: counts.len(),
        new_levels: named(|(a, _)| *a == 0),
        gone_levels: named(|(_, b)| *b == 0),
        unseen: unseen as f64 / m as f64,
    })
}

/// The chi-square statistic of two columns of counts with sums n and m, and its degrees of freedom.
fn statistic(table: &[(usize, usize)], n: usize, m: usize) -> (f64, usize) {
    let total = (n + m) as f64;
    let part = |&(a, b): &(usize, usize)| {
        let both = (a + b) as f64;
        let (want_a, want_b) = (both * n as f64 / total, both * m as f64 / total);
        let gap = |got: usize, want: f64| (got as f64 - want) * (got as f64 - want) / want;
        gap(a, want_a) + gap(b, want_b)
    };
    (table.iter().map(part).sum(), table.len().saturating_sub(1))
}

/// Levels expected in fewer than five rows of either sample put together, rarest first, until none is left alone.
fn pool(table: &[(usize, usize)], n: usize, m: usize) -> Vec<(usize, usize)> {
    let smaller = (if n < m { n } else { m }) as f64 / (n + m) as f64;
    let mut sorted = table.to_vec();
    sorted.sort_by_key(|(a, b)| (a + b, *a));
    let (mut rest, mut kept) = ((0, 0), Vec::new());
    for (a, b) in sorted {
        let expected = |a: usize, b: usize| (a + b) as f64 * smaller;
        if expected(a, b) < 5.0 || (rest != (0, 0) && expected(rest.0, rest.1) < 5.0) {
            rest = (rest.0 + a, rest.1 + b);
        } else {
            kept.push((a, b));
        }
    }
    if rest != (0, 0) {
        kept.push(rest);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(counts: &[(&str, usize)]) -> Strings {
        Strings::from_texts(counts.iter().flat_map(|(level, count)| vec![Some(*level); *count]))
    }

    #[test]
    fn a_table_of_two_by_two_has_its_known_statistic() {
        // By hand: 80 (10 * 20 - 20 * 30)^2 / (30 * 50 * 40 * 40) = 16/3, whose p is erfc(sqrt(8/3)).
        let found = compare(&texts(&[("a", 10), ("b", 20)]), &texts(&[("a", 30), ("b", 20)])).expect("compared");
        assert!((found.chi_square.value().expect("a value") - 16.0 / 3.0).abs() < 1e-12);
        assert!((found.p.value().expect("a value") - 0.020_921_335_337_794).abs() < 1e-12);
        assert_eq!((found.dof, found.p.clone()), (1, found.p_pooled.clone()));
        assert_eq!((found.unseen, found.new_levels.len()), (0.0, 0));
    }

    #[test]
    fn rare_levels_are_pooled_and_odd_samples_have_an_answer() {
        let reference: Vec<(String, usize)> = (0..20).map(|level| (format!("l{level}"), 1)).collect();
        let mut reference: Vec<(&str, usize)> = reference.iter().map(|(level, count)| (level.as_str(), *count)).collect();
        reference.push(("common", 180));
        let found = compare(&texts(&reference), &texts(&[("common", 180), ("new", 20)])).expect("compared");
        assert_eq!((found.level_count, found.dof, found.new_levels.as_slice()), (22, 21, ["new".to_owned()].as_slice()));
        assert_eq!((found.gone_levels.len(), found.unseen), (20, 0.1));
        assert!(found.p_pooled != found.p);
        assert_eq!(compare(&texts(&[]), &texts(&[("a", 1)])), None);
        let one = compare(&texts(&[("a", 5)]), &texts(&[("a", 9)])).expect("compared");
        assert_eq!((one.p, one.distances.psi), (Figure::undefined("constant"), 0.0));
    }
}
