//! The rows that are sealed until the end.

use super::{Rows, Scheme, by_class, by_time, by_unit, needed};
use crate::base::{Problem, Stage};
use crate::num::Rng;

/// Seals a share of the rows: `(training, held out)`, each ascending.
///
/// Of each class its share, rounded to a row. Where units are kept together: whole units in random order until the share is
/// reached. Time: the latest rows. At random: its share of all rows. A share of 0 seals none.
///
/// # Errors
/// A scheme without its column; a side without rows.
pub fn holdout(rows: &Rows, share: f64, scheme: Scheme, seed: u64) -> Result<(Vec<usize>, Vec<usize>), Problem> {
    let n = rows.count;
    let all: Vec<usize> = (0..n).collect();
    let count_of = |n: usize| (n as f64 * share).round() as usize;
    let mut rng = Rng::new(seed, "holdout", 0);
    let mut sealed = vec![false; n];
    match scheme {
        Scheme::Stratified | Scheme::Plain | Scheme::Bootstrap | Scheme::Holdout => {
            let classes = if scheme == Scheme::Plain { vec![all] } else { by_class(rows, &all) };
            for mut class in classes {
                rng.shuffle(&mut class);
                let count = count_of(class.len());
                class.iter().take(count).for_each(|&row| sealed[row] = true);
            }
        }
        Scheme::Group | Scheme::StratifiedGroup | Scheme::LeaveOneGroupOut => {
            let mut members = by_unit(needed(rows.units, "split.no_group")?, &all);
            rng.shuffle(&mut members);
            let mut count = 0;
            for unit in members {
                if count >= count_of(n) {
                    break;
                }
                count += unit.len();
                unit.iter().for_each(|&row| sealed[row] = true);
            }
        }
        Scheme::Time => {
            let order = by_time(needed(rows.times, "split.no_time")?, &all);
            order.iter().rev().take(count_of(n)).for_each(|&row| sealed[row] = true);
        }
    }
    let side = |wanted: bool| (0..n).filter(|&row| sealed[row] == wanted).collect::<Vec<_>>();
    let (training, held_out) = (side(false), side(true));
    if training.len() < 2 {
        return Err(Problem::new(Stage::Goal, "split.too_few").with("count", training.len()));
    }
    if share > 0.0 && held_out.is_empty() && n < 4 {
        // Another share would not help.
        return Err(Problem::new(Stage::Goal, "split.too_few").with("count", n));
    }
    if share > 0.0 && held_out.is_empty() {
        return Err(Problem::new(Stage::Goal, "split.nothing_held_out").with("count", n));
    }
    Ok((training, held_out))
}
