//! Rows drawn anew for each fold: bootstrap samples, and shares that are held out.

use super::{Divided, Fold, Rows, part};
use crate::base::{Problem, Stage};
use crate::num::Rng;

/// Draws that are tried where one cannot be learned from or leaves nothing to predict.
const TRIES: usize = 100;

/// Samples of as many rows as there are, drawn with replacement; each predicts the rows that it lacks.
pub(super) fn bootstrap(rows: &Rows, training: &[usize], draws: usize, chance: impl Fn(usize) -> Rng) -> Result<Divided, Problem> {
    let n = training.len();
    let mut folds = Vec::with_capacity(draws);
    for draw in 0..draws {
        let mut rng = chance(draw);
        let found = (0..TRIES).find_map(|_| {
            let mut times = vec![0_usize; n];
            (0..n).for_each(|_| times[rng.below(n)] += 1);
            let train: Vec<usize> = (0..n).flat_map(|place| std::iter::repeat_n(training[place], times[place])).collect();
            let test: Vec<usize> = (0..n).filter(|&place| times[place] == 0).map(|place| training[place]).collect();
            let one_class = rows.classes.is_some_and(|classes| train.iter().all(|&row| classes[row] == classes[train[0]]));
            (!test.is_empty() && !one_class).then_some(Fold { train, test })
        });
        folds.push(found.ok_or_else(|| Problem::new(Stage::Goal, "split.too_few").with("count", n))?);
    }
    Ok(Divided { folds, notes: Vec::new() })
}

/// A share of the rows of each class, held out once for each repeat.
pub(super) fn holdouts(
    classes: Vec<Vec<usize>>,
    training: &[usize],
    share: f64,
    repeats: usize,
    chance: impl Fn(usize) -> Rng,
) -> Result<Divided, Problem> {
    let last = training.last().map_or(0, |row| row + 1);
    let mut folds = Vec::with_capacity(repeats);
    for repeat in 0..repeats {
        let mut rng = chance(repeat);
        let mut is_test = vec![false; last];
        for mut class in classes.clone() {
            rng.shuffle(&mut class);
            // Of a class with one row that row is learned from.
            let count = ((class.len() as f64 * share).round() as usize).min(class.len().saturating_sub(1));
            class.iter().take(count).for_each(|&row| is_test[row] = true);
        }
        let fold = part(training, |row| is_test[row]);
        if fold.test.is_empty() {
            return Err(Problem::new(Stage::Goal, "split.nothing_held_out").with("count", training.len()));
        }
        folds.push(fold);
    }
    Ok(Divided { folds, notes: Vec::new() })
}
