//! Sorted values, quantiles, ranks.

/// The values in ascending order, missing ones (NaN) left out; -0 stands before 0.
pub fn sorted(values: &[f64]) -> Vec<f64> {
    let mut present: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
    present.sort_unstable_by(f64::total_cmp);
    present
}

/// The positions of the values in ascending order, equal values by position; missing ones (NaN) come last.
pub fn argsort(values: &[f64]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..values.len()).collect();
    places.sort_unstable_by(|&a, &b| compare(values[a], values[b]).then(a.cmp(&b)));
    places
}

/// The positions of the present values in ascending order, equal values by position; missing ones (NaN) are left out.
///
/// As [`argsort`], in linear time: a radix sort by digits of 11 bits, which passes over digits that all values share, as
/// whole numbers and dates do. There must be fewer than 2^32 values.
pub fn order(values: &[f64]) -> Vec<u32> {
    const BITS: u32 = 11;
    const DIGITS: usize = 1 << BITS;
    // As unsigned numbers in the same order: negative ones turned round, the others above them; -0 counts as 0.
    let key = |x: f64| {
        let bits = (x + 0.0).to_bits();
        if bits >> 63 == 1 { !bits } else { bits | (1 << 63) }
    };
    let mut keyed: Vec<(u64, u32)> =
        values.iter().enumerate().filter(|(_, x)| !x.is_nan()).map(|(place, &x)| (key(x), place as u32)).collect();
    if keyed.len() < DIGITS {
        keyed.sort_unstable();
        return keyed.into_iter().map(|(_, place)| place).collect();
    }
    let mut counts = vec![[0_u32; DIGITS]; 6];
    for (key, _) in &keyed {
        for (pass, counts) in counts.iter_mut().enumerate() {
            counts[(key >> (BITS * pass as u32)) as usize % DIGITS] += 1;
        }
    }
    let mut other = vec![(0, 0); keyed.len()];
    for (pass, counts) in counts.iter_mut().enumerate() {
        if counts.iter().any(|&count| count as usize == keyed.len()) {
            continue;
        }
        let mut start = 0;
        for count in counts.iter_mut() {
            start += std::mem::replace(count, start);
        }
        for &item in &keyed {
            let next = &mut counts[(item.0 >> (BITS * pass as u32)) as usize % DIGITS];
            other[*next as usize] = item;
            *next += 1;
        }
        std::mem::swap(&mut keyed, &mut other);
    }
    keyed.into_iter().map(|(_, place)| place).collect()
}

/// By number, 0 equal to -0, NaN last.
pub fn compare(a: f64, b: f64) -> std::cmp::Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

/// The `q` quantile (0 to 1) of ascending values, linear between neighbours at (n - 1) q
/// (numpy.quantile's default; type 7 of Hyndman and Fan 1996). Nothing where there is no value; `q` is clipped to 0 and 1.
pub fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = q.clamp(0.0, 1.0) * last as f64;
    let below = place.floor();
    let share = place - below;
    let low = sorted[below as usize];
    let high = sorted[if (below as usize) < last { below as usize + 1 } else { last }];
    let step = high - low;
    // Halves from the two ends, as numpy does, so that the upper end is reached exactly; split where the step overflows.
    Some(match (step.is_finite(), share < 0.5) {
        (true, true) => low + step * share,
        (true, false) => high - step * (1.0 - share),
        (false, _) => low * (1.0 - share) + high * share,
    })
}

/// The median of ascending values: [`quantile`] at a half.
pub fn median(sorted: &[f64]) -> Option<f64> {
    quantile(sorted, 0.5)
}

/// Ranks from 1, equal values share the mean of their ranks (scipy.stats.rankdata). The values must not be missing.
pub fn ranks(values: &[f64]) -> Vec<f64> {
    let order = argsort(values);
    let mut ranks = vec![0.0; values.len()];
    for (first, last) in ties(&order, |a, b| values[a] == values[b]) {
        let rank = (first + last) as f64 / 2.0 + 1.0;
        order[first..=last].iter().for_each(|&place| ranks[place] = rank);
    }
    ranks
}

/// Runs of equal neighbours in a list, as first and last position.
pub fn ties<T: Copy>(list: &[T], equal: impl Fn(T, T) -> bool) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut first = 0;
    for place in 1..=list.len() {
        if place == list.len() || !equal(list[first], list[place]) {
            runs.push((first, place - 1));
            first = place;
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_equal_numpy() {
        let values = sorted(&[7.0, f64::NAN, 1.0, 3.0, 10.0]);
        // numpy.quantile([7, 1, 3, 10], [0, .1, .25, .5, .9, 1])
        let want = [1.0, 1.6, 2.5, 5.0, 9.1, 10.0];
        for (q, want) in [0.0, 0.1, 0.25, 0.5, 0.9, 1.0].into_iter().zip(want) {
            assert!((quantile(&values, q).unwrap() - want).abs() < 1e-12, "{q}");
        }
        assert_eq!((quantile(&[], 0.5), median(&[4.0]), quantile(&[4.0], 0.99)), (None, Some(4.0), Some(4.0)));
        assert_eq!(median(&[-1.7e308, 1.7e308]), Some(0.0));
    }

    #[test]
    fn ranks_share_ties() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 0.0, -0.0, 3.0]), [5.0, 3.0, 5.0, 1.5, 1.5, 5.0]);
        assert_eq!(ranks(&[]), Vec::<f64>::new());
    }

    #[test]
    fn the_linear_order_is_the_order() {
        let mut rng = crate::num::Rng::new(1, "test", 0);
        let mut mixed: Vec<f64> = (0..5000).map(|_| rng.normal() * crate::num::float::exp(300.0 * rng.normal())).collect();
        mixed.extend([0.0, -0.0, 0.0, 1e-310, -1e-310, f64::MAX, f64::MIN, f64::NAN, -f64::NAN]);
        let whole: Vec<f64> = (0..9000).map(|_| rng.below(40) as f64 - 20.0).collect();
        for values in [&mixed, &whole, &mixed[4990..].to_vec(), &vec![3.0; 3000], &Vec::new()] {
            let want: Vec<usize> = argsort(values).into_iter().filter(|&place| !values[place].is_nan()).collect();
            let got: Vec<usize> = order(values).into_iter().map(|place| place as usize).collect();
            assert_eq!(got, want);
        }
    }

    #[test]
    fn sorting_puts_missing_last_and_keeps_equal_values_in_place() {
        assert_eq!(argsort(&[2.0, f64::NAN, 1.0, 2.0, f64::NAN]), [2, 0, 3, 1, 4]);
    }
}
