//! Correlation of two columns of numbers: Pearson's, Spearman's, Kendall's.

use super::rows::Ranked;
use crate::base::Figure;
use crate::num::{distribution, order};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Two columns of numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    /// Pearson's correlation.
    pub pearson: Figure,
    /// Its two-sided p value, by Student's t with n - 2 degrees of freedom (scipy.stats.pearsonr).
    pub pearson_p: Figure,
    /// Spearman's correlation: Pearson's of the average ranks.
    pub spearman: Figure,
}

/// Rows with both values, and their correlations.
pub(super) fn of(x: &Ranked, y: &Ranked) -> (usize, Numbers) {
    let complete = x.is_complete() && y.is_complete();
    let (n, pearson) = match complete {
        true => (x.values.len(), pearson_complete(x, y)),
        false => pearson_pairs(&x.values, &y.values),
    };
    let pearson_p = match &pearson {
        Figure::Value(r) if n > 2 => p_value(*r, n).into(),
        Figure::Value(_) => Figure::undefined("too_few"),
        undefined => undefined.clone(),
    };
    (n, Numbers { pearson, pearson_p, spearman: spearman_of(x, y, n) })
}

/// Pearson's correlation of the rows where both values are there (scipy.stats.pearsonr).
pub fn pearson(x: &[f64], y: &[f64]) -> Figure {
    pearson_pairs(x, y).1
}

/// Spearman's correlation of the rows where both values are there, with average ranks (scipy.stats.spearmanr).
pub fn spearman(x: &[f64], y: &[f64]) -> Figure {
    let (x, y) = (Ranked::new(Cow::Borrowed(x)), Ranked::new(Cow::Borrowed(y)));
    let n = x.values.iter().zip(y.values.iter()).filter(|(x, y)| !x.is_nan() && !y.is_nan()).count();
    spearman_of(&x, &y, n)
}

/// The two-sided p value of a correlation of n rows, by Student's t.
fn p_value(r: f64, n: usize) -> f64 {
    let df = (n - 2) as f64;
    // (1 - r)(1 + r) keeps the digits that 1 - r^2 loses near 1.
    let rest = (1.0 - r) * (1.0 + r);
    if rest <= 0.0 { if n == 2 { 1.0 } else { 0.0 } } else { distribution::t_two_sided(r * (df / rest).sqrt(), df) }
}

fn ratio(xy: f64, xx: f64, yy: f64) -> Figure {
    // One root where the product is a number of full digits, so that a copy correlates by exactly 1.
    let product = xx * yy;
    let size = if product > 1e-290 && product.is_finite() { product.sqrt() } else { xx.sqrt() * yy.sqrt() };
    // Rounding must not carry a perfect correlation beyond 1.
    Figure::finite((xy / size).clamp(-1.0, 1.0), "not_finite")
}

/// Whether a spread is rounding alone, next to the size of the mean.
fn is_constant(square: f64, n: usize, mean: f64) -> bool {
    let unit = 1e-13 * mean;
    square <= unit * unit * n as f64
}

fn too_few_or(n: usize, is_constant: bool) -> Option<Figure> {
    match n {
        0 => Some(Figure::undefined("no_rows")),
        1 => Some(Figure::undefined("one_row")),
        _ if is_constant => Some(Figure::undefined("constant")),
        _ => None,
    }
}

fn pearson_complete(x: &Ranked, y: &Ranked) -> Figure {
    let n = x.values.len();
    let (a, b) = (&x.moments, &y.moments);
    if let Some(undefined) = too_few_or(n, is_constant(a.m2, n, a.mean) || is_constant(b.m2, n, b.mean)) {
        return undefined;
    }
    let mut parts = Vec::with_capacity(n / 1024 + 1);
    for (x, y) in x.values.chunks(1024).zip(y.values.chunks(1024)) {
        // Eight running sums, in a fixed order.
        let mut lanes = [0.0; 8];
        let (wide_x, wide_y) = (x.chunks_exact(8), y.chunks_exact(8));
        let tail = wide_x.remainder().iter().zip(wide_y.remainder()).fold(0.0, |sum, (x, y)| sum + (x - a.mean) * (y - b.mean));
        for (x, y) in wide_x.zip(wide_y) {
            for lane in 0..8 {
                lanes[lane] += (x[lane] - a.mean) * (y[lane] - b.mean);
            }
        }
        parts.push(lanes.iter().fold(tail, |sum, lane| sum + lane));
    }
    ratio(crate::num::sum::sum(&parts), a.m2, b.m2)
}

/// Two passes over the rows where both are there: means, then squares and products about them.
fn pearson_pairs(x: &[f64], y: &[f64]) -> (usize, Figure) {
    let (mut n, mut sums) = (0, [0.0; 2]);
    let mut blocks: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    for (x, y) in x.chunks(1024).zip(y.chunks(1024)) {
        let (mut left, mut right) = (0.0, 0.0);
        for (&x, &y) in x.iter().zip(y) {
            let both = !x.is_nan() && !y.is_nan();
            n += usize::from(both);
            left += if both { x } else { 0.0 };
            right += if both { y } else { 0.0 };
        }
        blocks[0].push(left);
        blocks[1].push(right);
    }
    for (total, blocks) in sums.iter_mut().zip(&blocks) {
        *total = crate::num::sum::sum(blocks) / if n > 0 { n as f64 } else { 1.0 };
    }
    let [mean_x, mean_y] = sums;
    let mut blocks: [Vec<f64>; 3] = [Vec::new(), Vec::new(), Vec::new()];
    for (x, y) in x.chunks(1024).zip(y.chunks(1024)) {
        let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
        for (&x, &y) in x.iter().zip(y) {
            let both = !x.is_nan() && !y.is_nan();
            let (x, y) = if both { (x - mean_x, y - mean_y) } else { (0.0, 0.0) };
            xx += x * x;
            yy += y * y;
            xy += x * y;
        }
        blocks[0].push(xx);
        blocks[1].push(yy);
        blocks[2].push(xy);
    }
    let [xx, yy, xy] = blocks.map(|blocks| crate::num::sum::sum(&blocks));
    let undefined = too_few_or(n, is_constant(xx, n, mean_x) || is_constant(yy, n, mean_y));
    (n, undefined.unwrap_or_else(|| ratio(xy, xx, yy)))
}

/// Spearman's correlation in whole numbers: exact but for the last division.
fn spearman_of(x: &Ranked, y: &Ranked, n: usize) -> Figure {
    if n < 2 {
        return too_few_or(n, false).unwrap_or_else(|| Figure::undefined("too_few"));
    }
    let complete = x.is_complete() && y.is_complete();
    let (left, right) = match complete {
        true => (Cow::Borrowed(&x.ranks[..]), Cow::Borrowed(&y.ranks[..])),
        false => (Cow::Owned(ranks_among(&x.ranks, &y.ranks, n)), Cow::Owned(ranks_among(&y.ranks, &x.ranks, n))),
    };
    let (mut xx, mut yy, mut xy) = (0_u128, 0_u128, 0_u128);
    // A product is at most (2 n)^2; 256 of them fit 64 bits up to 10^8 rows.
    for (left, right) in left.chunks(256).zip(right.chunks(256)) {
        let (mut part_xx, mut part_yy, mut part_xy) = (0_u64, 0_u64, 0_u64);
        for (&a, &b) in left.iter().zip(right) {
            let (a, b) = (u64::from(a), u64::from(b));
            part_xx = part_xx.wrapping_add(a * a);
            part_yy = part_yy.wrapping_add(b * b);
            part_xy = part_xy.wrapping_add(a * b);
        }
        xx += u128::from(part_xx);
        yy += u128::from(part_yy);
        xy += u128::from(part_xy);
    }
    // The sum of all doubled ranks is n (n + 1), ties or none; both squares are times n.
    let n = n as u128;
    let square = (n * (n + 1)) * (n * (n + 1));
    let spread = |total: u128| total * n - square;
    if spread(xx) == 0 || spread(yy) == 0 {
        return Figure::undefined("constant");
    }
    let product = if xy * n >= square { (xy * n - square) as f64 } else { -((square - xy * n) as f64) };
    ratio(product, spread(xx) as f64, spread(yy) as f64)
}

/// Doubled ranks among the `n` rows where both are there, 0 elsewhere: the order is that of the ranks among all, so
/// counting how often each comes is enough, without sorting anew.
fn ranks_among(ranks: &[u32], other: &[u32], n: usize) -> Vec<u32> {
    let highest = ranks.iter().max().map_or(0, |&rank| rank as usize);
    let mut places = vec![0_u32; highest + 1];
    for (&rank, &other) in ranks.iter().zip(other) {
        places[rank as usize] += u32::from(other > 0);
    }
    places[0] = 0;
    let mut before = 0;
    for place in places.iter_mut().filter(|place| **place > 0) {
        let count = *place;
        *place = 2 * before + count + 1;
        before += count;
    }
    debug_assert_eq!(before as usize, n);
    ranks.iter().zip(other).map(|(&rank, &other)| if other > 0 { places[rank as usize] } else { 0 }).collect()
}

/// Kendall's tau-b of the rows where both values are there, in n log n (Knight 1966; scipy.stats.kendalltau).
pub fn kendall(x: &[f64], y: &[f64]) -> Figure {
    let mut pairs: Vec<(f64, f64)> = x.iter().zip(y).filter(|(x, y)| !x.is_nan() && !y.is_nan()).map(|(&x, &y)| (x, y)).collect();
    let n = pairs.len();
    if n < 2 {
        return too_few_or(n, false).unwrap_or_else(|| Figure::undefined("too_few"));
    }
    pairs.sort_unstable_by(|a, b| order::compare(a.0, b.0).then(order::compare(a.1, b.1)));
    let pairs_of = |count: u64| count * (count - 1) / 2;
    let tied = |runs: Vec<(usize, usize)>| runs.iter().map(|(first, last)| pairs_of((last - first + 1) as u64)).sum::<u64>();
    let both = tied(order::ties(&pairs, |a, b| a == b));
    let x_tied = tied(order::ties(&pairs, |a, b| a.0 == b.0));
    let mut y: Vec<f64> = pairs.iter().map(|pair| pair.1).collect();
    let swaps = sort_and_count(&mut y, &mut vec![0.0; n]);
    let y_tied = tied(order::ties(&y, |a, b| a == b));
    let all = pairs_of(n as u64);
    if x_tied == all || y_tied == all {
        return Figure::undefined("constant");
    }
    // Concordant less discordant pairs.
    let score = all as i64 - x_tied as i64 - y_tied as i64 + both as i64 - 2 * swaps as i64;
    ratio(score as f64, (all - x_tied) as f64, (all - y_tied) as f64)
}

/// Merge sort that counts how many pairs stood in the wrong order.
fn sort_and_count(values: &mut [f64], room: &mut [f64]) -> u64 {
    let n = values.len();
    if n < 2 {
        return 0;
    }
    let middle = n / 2;
    let mut swaps = sort_and_count(&mut values[..middle], &mut room[..middle]) + sort_and_count(&mut values[middle..], &mut room[middle..]);
    room.copy_from_slice(values);
    let (mut left, mut right) = (0, middle);
    for value in values.iter_mut() {
        if right >= n || (left < middle && room[left] <= room[right]) {
            *value = room[left];
            left += 1;
        } else {
            *value = room[right];
            right += 1;
            swaps += (middle - left) as u64;
        }
    }
    swaps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Rng;

    fn close(got: &Figure, want: f64) {
        assert!((got.value().unwrap() - want).abs() < 1e-12, "{got:?} {want}");
    }

    const GAP: f64 = f64::NAN;

    #[test]
    fn correlations_equal_scipy() {
        // x = [1,2,2,4,5,nan,7], y = [2,1,3,3,nan,9,8]; rows 0, 1, 2, 3, 6:
        // scipy.stats.pearsonr, spearmanr, kendalltau of [1,2,2,4,7], [2,1,3,3,8]
        let (x, y) = ([1.0, 2.0, 2.0, 4.0, 5.0, GAP, 7.0], [2.0, 1.0, 3.0, 3.0, GAP, 9.0, 8.0]);
        let (n, got) = of(&Ranked::new(Cow::Borrowed(&x)), &Ranked::new(Cow::Borrowed(&y)));
        assert_eq!(n, 5);
        close(&got.pearson, 0.9146462407587966);
        close(&got.pearson_p, 0.02954799263451724);
        close(&got.spearman, 0.7631578947368421);
        close(&pearson(&x, &y), 0.9146462407587966);
        close(&spearman(&x, &y), 0.7631578947368421);
        close(&kendall(&x, &y), 0.6666666666666666);
    }

    #[test]
    fn the_two_ways_agree() {
        let mut rng = Rng::new(1, "test", 0);
        let x: Vec<f64> = (0..3000).map(|_| 1e6 + rng.normal()).collect();
        let y: Vec<f64> = x.iter().map(|x| (x - 1e6 + rng.normal() * 3.0).round()).collect();
        let complete = of(&Ranked::new(Cow::Borrowed(&x)), &Ranked::new(Cow::Borrowed(&y))).1;
        let mut gap_x = x.clone();
        let mut gap_y = y.clone();
        gap_x.extend([GAP, 5.0, GAP]);
        gap_y.extend([7.0, GAP, GAP]);
        let gaps = of(&Ranked::new(Cow::Borrowed(&gap_x)), &Ranked::new(Cow::Borrowed(&gap_y)));
        assert_eq!(gaps.0, 3000);
        close(&gaps.1.pearson, complete.pearson.value().unwrap());
        assert_eq!(gaps.1.spearman, complete.spearman);
    }

    #[test]
    fn kendall_counts_every_pair() {
        let mut rng = Rng::new(2, "test", 0);
        for n in [2_usize, 3, 10, 40] {
            let x: Vec<f64> = (0..n).map(|_| rng.below(6) as f64).collect();
            let y: Vec<f64> = (0..n).map(|_| rng.below(6) as f64).collect();
            let (mut score, mut x_pairs, mut y_pairs) = (0.0, 0.0, 0.0);
            for i in 0..n {
                for j in 0..i {
                    let (dx, dy) = (x[i] - x[j], y[i] - y[j]);
                    score += if dx * dy > 0.0 {
                        1.0
                    } else if dx * dy < 0.0 {
                        -1.0
                    } else {
                        0.0
                    };
                    x_pairs += f64::from(u8::from(dx != 0.0));
                    y_pairs += f64::from(u8::from(dy != 0.0));
                }
            }
            if x_pairs > 0.0 && y_pairs > 0.0 {
                close(&kendall(&x, &y), score / (x_pairs * y_pairs).sqrt());
            }
        }
    }

    #[test]
    fn edges() {
        let constant = [5.0; 4];
        let rising = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(pearson(&constant, &rising), Figure::undefined("constant"));
        assert_eq!(spearman(&rising, &constant), Figure::undefined("constant"));
        assert_eq!(kendall(&rising, &constant), Figure::undefined("constant"));
        assert_eq!(pearson(&[GAP, 1.0], &[1.0, GAP]), Figure::undefined("no_rows"));
        assert_eq!(spearman(&[1.0, GAP], &[1.0, GAP]), Figure::undefined("one_row"));
        assert_eq!(pearson(&rising, &rising), Figure::Value(1.0));
        assert_eq!(spearman(&rising, &[4.0, 3.0, 2.0, 1.0]), Figure::Value(-1.0));
        // 0.1 three times adds up to more than its triple: still constant.
        assert_eq!(pearson(&[0.1; 1001], &(0..1001).map(f64::from).collect::<Vec<_>>()), Figure::undefined("constant"));
    }
}
