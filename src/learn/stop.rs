//! The rows that early stopping looks at: set aside from the training rows, so that no score is ever taken from them.

use crate::learn::Target;
use crate::num::Rng;
use std::collections::{BTreeMap, BTreeSet};

/// The smallest number of rows that a stop set makes sense with; below it chance decides.
pub const LEAST: usize = 10;

/// Training rows parted in two, both ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parted {
    /// The rows to learn from.
    pub train: Vec<u32>,
    /// The rows to stop by.
    pub stop: Vec<u32>,
}

/// Sets aside about a share of the rows by seed: the same share of every class, and never a part of a group. Nothing
/// where fewer than [`LEAST`] rows would be set aside, the stop rows would be of one class, or a class would be missing
/// from the rows to learn from. A class of one row stays among these.
pub fn part(target: &Target, groups: Option<&[u32]>, share: f64, seed: u64) -> Option<Parted> {
    let group = |row: u32| groups.and_then(|groups| groups.get(row as usize).copied()).unwrap_or(row);
    let mut rows: Vec<u32> = (0..target.len() as u32).collect();
    rows.sort_by_key(|&row| group(row));
    let units = rows.chunk_by(|&a, &b| group(a) == group(b));
    let mut strata: BTreeMap<u32, Vec<&[u32]>> = BTreeMap::new();
    for unit in units {
        strata.entry(main_class(target, unit)).or_default().push(unit);
    }
    let mut rng = Rng::new(seed, "stop", 0);
    let mut parted = Parted { train: Vec::new(), stop: Vec::new() };
    for units in strata.values_mut() {
        rng.shuffle(units);
        let all: usize = units.iter().map(|unit| unit.len()).sum();
        let wanted = (share * all as f64).round() as usize;
        let (mut taken, last) = (0, units.len() - 1);
        for (place, unit) in units.iter().enumerate() {
            // Whole units, so the share is met as nearly as they allow; one always stays to be learned from.
            if taken + unit.len() / 2 < wanted && place < last {
                taken += unit.len();
                parted.stop.extend(*unit);
            } else {
                parted.train.extend(*unit);
            }
        }
    }
    parted.train.sort_unstable();
    parted.stop.sort_unstable();
    let fits = match classes(target, &parted.stop).zip(classes(target, &parted.train)) {
        Some((stop, train)) => stop > 1 && Some(train) == classes(target, &rows),
        None => true,
    };
    (parted.stop.len() >= LEAST && parted.train.len() >= LEAST && fits).then_some(parted)
}

/// The class that most rows have, the lowest of several such; 0 for numbers.
fn main_class(target: &Target, rows: &[u32]) -> u32 {
    let Target::Classes { codes, .. } = target else { return 0 };
    let class = |row: &u32| codes.get(*row as usize).copied().unwrap_or(0);
    if let [row] = rows {
        return class(row);
    }
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    rows.iter().for_each(|row| *counts.entry(class(row)).or_default() += 1);
    let most = counts.values().copied().max().unwrap_or(0);
    counts.iter().find(|(_, count)| **count == most).map_or(0, |(class, _)| *class)
}

/// How many classes some rows have; nothing for numbers.
fn classes(target: &Target, rows: &[u32]) -> Option<usize> {
    let Target::Classes { codes, .. } = target else { return None };
    let seen: BTreeSet<u32> = rows.iter().filter_map(|&row| codes.get(row as usize).copied()).collect();
    Some(seen.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_disjoint_stratified_and_the_same_for_the_same_seed() {
        let codes: Vec<u32> = (0..1000).map(|row| u32::from(row % 10 == 0)).collect();
        let target = Target::Classes { codes: codes.clone(), count: 2 };
        let parted = part(&target, None, 0.15, 3).expect("enough rows");
        assert_eq!(parted.stop.len(), 150);
        assert_eq!(parted.stop.iter().filter(|&&row| codes[row as usize] == 1).count(), 15);
        let mut all: Vec<u32> = parted.train.iter().chain(&parted.stop).copied().collect();
        all.sort_unstable();
        assert_eq!(all, (0..1000).collect::<Vec<u32>>());
        assert_eq!(Some(parted.clone()), part(&target, None, 0.15, 3));
        assert_ne!(Some(parted), part(&target, None, 0.15, 4));
    }

    #[test]
    fn no_group_is_parted() {
        let mut rng = Rng::new(9, "test", 0);
        let groups: Vec<u32> = (0..600).map(|_| rng.below(120) as u32).collect();
        for target in [
            Target::Values(vec![0.0; 600]),
            Target::Classes { codes: groups.iter().map(|group| group % 3).collect(), count: 3 },
            Target::Classes { codes: (0..600).map(|row| row % 2).collect(), count: 2 },
        ] {
            let parted = part(&target, Some(&groups), 0.2, 1).expect("enough rows");
            let stopped: Vec<u32> = parted.stop.iter().map(|&row| groups[row as usize]).collect();
            assert!(parted.train.iter().all(|&row| !stopped.contains(&groups[row as usize])));
            assert!((parted.stop.len() as f64 - 120.0).abs() <= 15.0, "{}", parted.stop.len());
        }
    }

    #[test]
    fn too_few_rows_or_one_class_give_none() {
        let values = |rows: usize| Target::Values(vec![0.0; rows]);
        assert_eq!(part(&values(0), None, 0.15, 1), None);
        assert_eq!(part(&values(60), None, 0.15, 1), None);
        assert!(part(&values(70), None, 0.15, 1).is_some());
        assert_eq!(part(&values(500), Some(&[7; 500]), 0.15, 1), None);
        let mut codes = vec![0; 500];
        codes[17] = 1;
        assert_eq!(part(&Target::Classes { codes: codes.clone(), count: 2 }, None, 0.15, 1), None);
        // With two larger classes beside it, the class of one row stays among the rows to learn from.
        codes.iter_mut().skip(200).for_each(|code| *code = 2);
        let parted = part(&Target::Classes { codes, count: 3 }, None, 0.15, 1).expect("two classes to stop by");
        assert!(parted.train.contains(&17));
    }
}
