//! Whole units put into folds of equal size, or of equal shares of the classes.

use crate::num::Rng;

/// Units from the largest to the smallest, each to the fold with the fewest rows: the fold of each row.
pub(super) fn by_size(mut units: Vec<Vec<usize>>, count: usize, k: usize, rng: &mut Rng) -> Vec<usize> {
    rng.shuffle(&mut units);
    // The sort keeps the random order among units of equal size.
    units.sort_by_key(|unit| std::cmp::Reverse(unit.len()));
    let mut fold_of = vec![0; count];
    let mut sizes = vec![0; k];
    for unit in units {
        let fold = (0..k).fold(0, |best, fold| if sizes[fold] < sizes[best] { fold } else { best });
        sizes[fold] += unit.len();
        unit.iter().for_each(|&row| fold_of[row] = fold);
    }
    fold_of
}

/// Units, from those whose classes are the least alike in number, each to the fold where the classes' shares of the folds
/// then differ the least, by the mean over classes of the standard deviation over folds; of equals to the one with the
/// fewest rows. The fold of each row, as scikit-learn's `StratifiedGroupKFold` deals units in the order in which they come.
pub(super) fn by_classes(units: &[Vec<usize>], classes: &[u32], count: usize, k: usize) -> Vec<usize> {
    let width = classes.iter().max().map_or(0, |most| *most as usize + 1);
    let mut totals = vec![0_u64; width];
    // For each unit the classes that it has, with their counts.
    let counts: Vec<Vec<(usize, u64)>> = units
        .iter()
        .map(|unit| {
            let mut codes: Vec<usize> = unit.iter().map(|&row| classes[row] as usize).collect();
            codes.sort_unstable();
            codes.iter().for_each(|&code| totals[code] += 1);
            codes.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u64)).collect()
        })
        .collect();
    let present = totals.iter().filter(|total| **total > 0).count() as f64;
    // The variance over classes orders as the standard deviation does.
    let spread = |unit: &[(usize, u64)]| {
        let (sum, squares) = unit.iter().fold((0.0, 0.0), |(sum, squares), &(_, n)| (sum + n as f64, squares + (n * n) as f64));
        present * squares - sum * sum
    };
    let mut order: Vec<usize> = (0..units.len()).collect();
    order.sort_by(|&a, &b| spread(&counts[b]).total_cmp(&spread(&counts[a])));

    let mut inside = vec![vec![0_u64; width]; k];
    let (mut sums, mut squares) = (vec![0_u64; width], vec![0_u64; width]);
    let mut sizes = vec![0_u64; k];
    let mut fold_of = vec![0; count];
    // Counts are whole, so that the deviation over folds is exact until its root.
    let deviation = |sum: u64, squares: u64, total: u64| {
        let variance = k as f64 * squares as f64 - sum as f64 * sum as f64;
        (if variance > 0.0 { variance } else { 0.0 }).sqrt() / (k as f64 * total as f64)
    };
    for unit in order {
        let now = (0..width)
            .filter(|&class| totals[class] > 0)
            .fold(0.0, |sum, class| sum + deviation(sums[class], squares[class], totals[class]));
        let mut best: Option<(f64, usize)> = None;
        for fold in 0..k {
            // Only the classes of the unit change.
            let value = counts[unit].iter().fold(now, |change, &(class, n)| {
                let has = inside[fold][class];
                let next = deviation(sums[class] + n, squares[class] + (has + n) * (has + n) - has * has, totals[class]);
                change + next - deviation(sums[class], squares[class], totals[class])
            }) / present;
            let is_better = best.is_none_or(|(least, at)| {
                // `numpy.isclose`: what differs by less is told apart by the number of rows too. Equal deviations must not be
                // told apart by their rounding.
                let close = (value - least).abs() <= 1e-8 + 1e-5 * least.abs();
                value < least - 1e-12 || (close && sizes[fold] < sizes[at])
            });
            if is_better {
                best = Some((value, fold));
            }
        }
        let fold = best.map_or(0, |(_, fold)| fold);
        for &(class, n) in &counts[unit] {
            let has = inside[fold][class];
            sums[class] += n;
            squares[class] += (has + n) * (has + n) - has * has;
            inside[fold][class] += n;
        }
        sizes[fold] += units[unit].len() as u64;
        units[unit].iter().for_each(|&row| fold_of[row] = fold);
    }
    fold_of
}
