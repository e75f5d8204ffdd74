//! Splits: which rows are sealed, and which rows each fold learns from and predicts. The same seed gives the same split.

use crate::base::{Problem, Stage};
use crate::num::Rng;
use serde::{Deserialize, Serialize};

/// How rows are put into folds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Every fold has the same share of each class; for numbers the same as `Plain`.
    #[default]
    Stratified,
    /// At random.
    Plain,
    /// Rows of one unit (person, household) are never parted.
    Group,
    /// By time: a fold learns only from rows before those that it predicts (forward chaining).
    Time,
}

impl Scheme {
    /// Every scheme with its stable id; the texts are `split.<id>`.
    pub const ALL: [(&'static str, Scheme); 4] =
        [("stratified", Scheme::Stratified), ("plain", Scheme::Plain), ("group", Scheme::Group), ("time", Scheme::Time)];
}

/// What is known of the rows that are split.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rows<'a> {
    /// How many there are.
    pub count: usize,
    /// The class of each, from 0; none where a number is predicted.
    pub classes: Option<&'a [u32]>,
    /// The unit of each, for [`Scheme::Group`].
    pub units: Option<&'a [u32]>,
    /// The moment of each, for [`Scheme::Time`]; never NaN.
    pub times: Option<&'a [f64]>,
}

/// One fold: positions of rows, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fold {
    /// Rows learned from.
    pub train: Vec<usize>,
    /// Rows predicted.
    pub test: Vec<usize>,
}

/// Folds, and what is to be said of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Divided {
    /// The folds.
    pub folds: Vec<Fold>,
    /// Such as fewer folds than were asked for.
    pub notes: Vec<Problem>,
}

/// Seals a share of the rows: `(training, held out)`, each ascending.
///
/// Stratified: of each class its share, rounded to a row. Group: whole units in random order until the share is
/// reached. Time: the latest rows. A share of 0 seals none.
///
/// # Errors
/// A scheme without its column; a side without rows.
pub fn holdout(rows: &Rows, share: f64, scheme: Scheme, seed: u64) -> Result<(Vec<usize>, Vec<usize>), Problem> {
    let n = rows.count;
    let count_of = |n: usize| (n as f64 * share).round() as usize;
    let mut rng = Rng::new(seed, "holdout", 0);
    let mut sealed = vec![false; n];
    match scheme {
        Scheme::Stratified | Scheme::Plain => {
            for mut class in by_class(rows, &(0..n).collect::<Vec<_>>(), scheme) {
                rng.shuffle(&mut class);
                let count = count_of(class.len());
                class.iter().take(count).for_each(|&row| sealed[row] = true);
            }
        }
        Scheme::Group => {
            let units = needed(rows.units, "split.no_group")?;
            let mut members = by_unit(units, &(0..n).collect::<Vec<_>>());
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
            let order = by_time(needed(rows.times, "split.no_time")?, &(0..n).collect::<Vec<_>>());
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

/// The most folds: beyond it a fold tells no more, and each costs a fit and a pass over the rows.
pub const MOST_FOLDS: usize = 50;

/// Divides training rows (ascending positions) into `k` folds, from 2 to [`MOST_FOLDS`].
///
/// Stratified: the rows of each class, in random order, are dealt round, so that the counts of a class differ by one
/// at most. Group: units from the largest to the smallest go to the fold with the fewest rows. Time: as scikit-learn's
/// `TimeSeriesSplit`; the first stretch is only learned from. Fewer rows, units or members of one of two classes than
/// folds: as many folds as there can be, and a note. Of several classes a rare one does not cost the others their folds:
/// folds without it are noted, as scikit-learn's `StratifiedKFold` warns.
///
/// # Errors
/// A scheme without its column; one class only; too few rows for two folds.
pub fn folds(rows: &Rows, training: &[usize], k: usize, scheme: Scheme, seed: u64) -> Result<Divided, Problem> {
    let mut rng = Rng::new(seed, "folds", 0);
    let mut classes = by_class(rows, training, Scheme::Stratified);
    if rows.classes.is_some() && classes.len() == 1 {
        return Err(Problem::new(Stage::Goal, "split.one_class"));
    }
    let units = match scheme {
        Scheme::Group => by_unit(needed(rows.units, "split.no_group")?, training),
        _ => Vec::new(),
    };
    let mut sizes: Vec<usize> = classes.iter().map(Vec::len).collect();
    sizes.sort_unstable();
    let smallest = sizes.first().copied().unwrap_or(0);
    // The second largest class decides: the smaller one of two.
    let second = sizes.iter().rev().nth(1).copied().unwrap_or(0);
    // The most folds that there can be, and why.
    let (most, reason) = match scheme {
        Scheme::Stratified if rows.classes.is_some() => (second.max(2), "split.small_class"),
        Scheme::Stratified | Scheme::Plain => (training.len(), "split.few_rows"),
        Scheme::Group => (units.len(), "split.few_units"),
        Scheme::Time => (training.len().saturating_sub(1), "split.few_rows"),
    };
    // A number beyond all sense must not cost a pass over the rows for each.
    let asked = k.clamp(2, MOST_FOLDS);
    let k = asked.min(most);
    if k < 2 || training.len() < 2 {
        return Err(Problem::new(Stage::Goal, "split.too_few").with("count", training.len()));
    }
    let mut notes = Vec::new();
    if k < asked {
        notes.push(Problem::note(Stage::Goal, reason).with("asked", asked).with("folds", k).with("smallest", second));
    }
    if scheme == Scheme::Stratified && sizes.len() > 2 && smallest < k {
        notes.push(Problem::note(Stage::Goal, "split.rare_class").with("folds", k).with("smallest", smallest));
    }
    if scheme == Scheme::Time {
        return Ok(Divided { folds: forward(&by_time(needed(rows.times, "split.no_time")?, training), k), notes });
    }

    let mut fold_of = vec![0_usize; rows.count];
    match scheme {
        Scheme::Group => {
            let mut units = units;
            rng.shuffle(&mut units);
            // The sort keeps the random order among units of equal size.
            units.sort_by_key(|unit| std::cmp::Reverse(unit.len()));
            let mut sizes = vec![0; k];
            for unit in units {
                let fold = (0..k).fold(0, |best, fold| if sizes[fold] < sizes[best] { fold } else { best });
                sizes[fold] += unit.len();
                unit.iter().for_each(|&row| fold_of[row] = fold);
            }
        }
        _ => {
            if scheme == Scheme::Plain {
                classes = vec![training.to_vec()];
            }
            // The deal goes on from class to class, so that the folds' sizes differ by one at most, too.
            let mut next = 0;
            for class in &mut classes {
                rng.shuffle(class);
                for &row in class.iter() {
                    fold_of[row] = next % k;
                    next += 1;
                }
            }
        }
    }
    let folds = (0..k)
        .map(|fold| {
            let (test, train) = training.iter().partition(|&&row| fold_of[row] == fold);
            Fold { train, test }
        })
        .collect();
    Ok(Divided { folds, notes })
}

/// Forward chaining over rows in order of time.
fn forward(order: &[usize], k: usize) -> Vec<Fold> {
    let n = order.len();
    let size = n / (k + 1);
    (0..k)
        .map(|fold| {
            let start = n - (k - fold) * size;
            let sorted = |rows: &[usize]| {
                let mut rows = rows.to_vec();
                rows.sort_unstable();
                rows
            };
            Fold { train: sorted(&order[..start]), test: sorted(&order[start..start + size]) }
        })
        .collect()
}

fn needed<'a, T>(column: Option<&'a [T]>, id: &str) -> Result<&'a [T], Problem> {
    column.ok_or_else(|| Problem::new(Stage::Goal, id))
}

/// The rows of each class, classes by code; all rows as one class where there are none.
fn by_class(rows: &Rows, chosen: &[usize], scheme: Scheme) -> Vec<Vec<usize>> {
    match rows.classes {
        Some(classes) if scheme == Scheme::Stratified => {
            let count = chosen.iter().map(|&row| classes[row] as usize + 1).max().unwrap_or(0);
            let mut lists = vec![Vec::new(); count];
            chosen.iter().for_each(|&row| lists[classes[row] as usize].push(row));
            lists.retain(|list| !list.is_empty());
            lists
        }
        _ => vec![chosen.to_vec()],
    }
}

/// The rows of each unit, units in order of first appearance.
fn by_unit(units: &[u32], chosen: &[usize]) -> Vec<Vec<usize>> {
    let mut places = rustc_hash::FxHashMap::<u32, usize>::default();
    let mut lists: Vec<Vec<usize>> = Vec::new();
    for &row in chosen {
        let place = *places.entry(units[row]).or_insert_with(|| {
            lists.push(Vec::new());
            lists.len() - 1
        });
        lists[place].push(row);
    }
    lists
}

/// Rows in order of time; rows of one moment in order of the file.
fn by_time(times: &[f64], chosen: &[usize]) -> Vec<usize> {
    let mut order = chosen.to_vec();
    order.sort_by(|&a, &b| times[a].total_cmp(&times[b]));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random rows of every kind of column.
    fn random(seed: u64) -> (Vec<u32>, Vec<u32>, Vec<f64>) {
        let mut rng = Rng::new(seed, "test", 0);
        let n = 20 + rng.below(200);
        let classes = (0..n).map(|row| if row < 8 { (row % 4) as u32 } else { rng.below(4) as u32 }).collect();
        let units = (0..n).map(|_| rng.below(30) as u32).collect();
        let times = (0..n).map(|_| rng.below(50) as f64).collect();
        (classes, units, times)
    }

    #[test]
    fn every_scheme_keeps_its_definition() {
        for seed in 0..60 {
            let (classes, units, times) = random(seed);
            let rows = Rows { count: classes.len(), classes: Some(&classes), units: Some(&units), times: Some(&times) };
            for (_, scheme) in Scheme::ALL {
                let (training, held_out) = holdout(&rows, 0.2, scheme, seed).expect("a split");
                let mut all: Vec<usize> = training.iter().chain(&held_out).copied().collect();
                all.sort_unstable();
                assert!(all.iter().copied().eq(0..rows.count), "held-out and training rows are a partition");
                let folds = folds(&rows, &training, 5, scheme, seed).expect("folds").folds;
                let apart = |a: &[usize], b: &[usize], of: &[u32]| a.iter().all(|&a| b.iter().all(|&b| of[a] != of[b]));
                let latest = |rows: &[usize]| rows.iter().map(|&row| times[row]).fold(f64::NEG_INFINITY, |a, b| if b > a { b } else { a });
                let first = |rows: &[usize]| rows.iter().map(|&row| times[row]).fold(f64::INFINITY, |a, b| if b < a { b } else { a });
                for fold in &folds {
                    assert!(!fold.train.is_empty() && !fold.test.is_empty() && fold.train.iter().all(|row| !fold.test.contains(row)));
                    match scheme {
                        Scheme::Group => assert!(apart(&fold.train, &fold.test, &units)),
                        Scheme::Time => assert!(latest(&fold.train) <= first(&fold.test)),
                        _ => {}
                    }
                }
                match scheme {
                    Scheme::Group => assert!(apart(&training, &held_out, &units)),
                    Scheme::Time => assert!(latest(&training) <= first(&held_out)),
                    Scheme::Stratified => {
                        for class in 0..4 {
                            let counts: Vec<usize> =
                                folds.iter().map(|fold| fold.test.iter().filter(|&&row| classes[row] == class).count()).collect();
                            assert!(counts.iter().max().unwrap_or(&0) - counts.iter().min().unwrap_or(&0) <= 1, "{counts:?}");
                        }
                    }
                    Scheme::Plain => {}
                }
                if scheme != Scheme::Time {
                    let mut tested: Vec<usize> = folds.iter().flat_map(|fold| fold.test.clone()).collect();
                    tested.sort_unstable();
                    assert_eq!(tested, training, "each training row is predicted once");
                }
            }
        }
    }

    #[test]
    fn small_classes_and_few_rows_lower_the_number_of_folds() {
        let classes = [0, 0, 0, 0, 0, 0, 1, 1];
        let rows = Rows { count: 8, classes: Some(&classes), ..Rows::default() };
        let training: Vec<usize> = (0..8).collect();
        let divided = folds(&rows, &training, 5, Scheme::Stratified, 1).expect("folds");
        assert_eq!((divided.folds.len(), divided.notes[0].message.id.as_str()), (2, "split.small_class"));
        // One rare class of several does not cost the others their folds.
        let classes = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2];
        let rows = Rows { count: 11, classes: Some(&classes), ..Rows::default() };
        let training: Vec<usize> = (0..11).collect();
        let divided = folds(&rows, &training, 5, Scheme::Stratified, 1).expect("folds");
        assert_eq!((divided.folds.len(), divided.notes[0].message.id.as_str()), (5, "split.rare_class"));
        let rows = Rows { count: 3, ..Rows::default() };
        let divided = folds(&rows, &[0, 1, 2], 10, Scheme::Plain, 1).expect("folds");
        assert_eq!((divided.folds.len(), divided.notes[0].message.id.as_str()), (3, "split.few_rows"));
    }

    #[test]
    fn no_number_of_folds_is_too_large_to_be_answered() {
        let n = 20_000_usize;
        let (units, times): (Vec<u32>, Vec<f64>) = (0..n).map(|row| (row as u32, row as f64)).unzip();
        let rows = Rows { count: n, units: Some(&units), times: Some(&times), ..Rows::default() };
        let training: Vec<usize> = (0..n).collect();
        for (_, scheme) in Scheme::ALL {
            let divided = folds(&rows, &training, usize::MAX, scheme, 1).expect("folds");
            assert_eq!(divided.folds.len(), MOST_FOLDS, "{scheme:?}");
        }
    }

    #[test]
    fn what_cannot_be_split_says_why() {
        let id = |result: Result<Divided, Problem>| result.err().map(|problem| problem.message.id);
        let one = [0, 0, 0];
        let rows = Rows { count: 3, classes: Some(&one), ..Rows::default() };
        assert_eq!(id(folds(&rows, &[0, 1, 2], 3, Scheme::Stratified, 1)).as_deref(), Some("split.one_class"));
        let rows = Rows { count: 3, ..Rows::default() };
        assert_eq!(id(folds(&rows, &[0, 1, 2], 3, Scheme::Group, 1)).as_deref(), Some("split.no_group"));
        assert_eq!(id(folds(&rows, &[0], 3, Scheme::Plain, 1)).as_deref(), Some("split.too_few"));
    }

    #[test]
    fn time_folds_are_those_of_time_series_split() {
        // sklearn.model_selection.TimeSeriesSplit(3).split(range(10)): tests 4-5, 6-7, 8-9
        let times: Vec<f64> = (0..10).map(f64::from).collect();
        let rows = Rows { count: 10, times: Some(&times), ..Rows::default() };
        let divided = folds(&rows, &(0..10).collect::<Vec<_>>(), 3, Scheme::Time, 1).expect("folds");
        let tests: Vec<Vec<usize>> = divided.folds.iter().map(|fold| fold.test.clone()).collect();
        assert_eq!(tests, [[4, 5], [6, 7], [8, 9]]);
        assert_eq!(divided.folds[0].train, [0, 1, 2, 3]);
    }
}
