//! Splits: which rows are sealed, and which rows each fold learns from and predicts. The same seed gives the same split.

mod balance;
mod draw;
mod forward;
mod sealed;

pub use sealed::holdout;

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
    /// Units are never parted, and every fold has as nearly as that allows the same share of each class.
    StratifiedGroup,
    /// Every unit is predicted by a fold that learns from all others.
    LeaveOneGroupOut,
    /// Each fold learns from as many rows as there are, drawn with replacement, and predicts those that were not drawn.
    Bootstrap,
    /// A share of the rows is predicted, the rest learned from; once, or anew for each repeat.
    Holdout,
}

impl Scheme {
    /// Every scheme with its stable id; the texts are `split.<id>`.
    pub const ALL: [(&'static str, Scheme); 8] = [
        ("stratified", Scheme::Stratified),
        ("plain", Scheme::Plain),
        ("group", Scheme::Group),
        ("stratified_group", Scheme::StratifiedGroup),
        ("leave_one_group_out", Scheme::LeaveOneGroupOut),
        ("time", Scheme::Time),
        ("bootstrap", Scheme::Bootstrap),
        ("holdout", Scheme::Holdout),
    ];

    /// The stable id.
    pub fn id(self) -> &'static str {
        Self::ALL.iter().find(|(_, scheme)| *scheme == self).map_or("", |(id, _)| id)
    }

    /// Whether rows of one unit are never parted.
    pub fn keeps_units(self) -> bool {
        matches!(self, Scheme::Group | Scheme::StratifiedGroup | Scheme::LeaveOneGroupOut)
    }

    /// Whether it is drawn at random, so that it can be drawn again.
    pub fn repeats(self) -> bool {
        matches!(self, Scheme::Stratified | Scheme::Plain | Scheme::Group | Scheme::StratifiedGroup | Scheme::Holdout)
    }

    /// Whether the number of folds can be chosen.
    pub fn has_folds(self) -> bool {
        !matches!(self, Scheme::LeaveOneGroupOut | Scheme::Bootstrap | Scheme::Holdout)
    }
}

/// How training rows are divided: a scheme with its numbers. Those that a scheme does not have are passed over.
#[derive(Clone, Debug, PartialEq)]
pub struct Division {
    /// How rows are put into folds.
    pub scheme: Scheme,
    /// The number of folds, from 2.
    pub folds: usize,
    /// How often all of it is done with other chance, from 1.
    pub repeats: usize,
    /// By time: rows left out between those learned from and those predicted.
    pub gap: usize,
    /// By time: the most rows that a fold learns from, the latest of them; 0 for all.
    pub window: usize,
    /// Holdout: the share of rows that is predicted.
    pub share: f64,
    /// Bootstrap: how many samples are drawn.
    pub draws: usize,
}

impl Default for Division {
    fn default() -> Self {
        Self { scheme: Scheme::Stratified, folds: 5, repeats: 1, gap: 0, window: 0, share: 0.2, draws: 25 }
    }
}

/// What is known of the rows that are split.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rows<'a> {
    /// How many there are.
    pub count: usize,
    /// The class of each, from 0; none where a number is predicted.
    pub classes: Option<&'a [u32]>,
    /// The unit of each, for [`Scheme::Group`] and its kin.
    pub units: Option<&'a [u32]>,
    /// The moment of each, for [`Scheme::Time`]; never NaN.
    pub times: Option<&'a [f64]>,
}

/// One fold: positions of rows, ascending. Of a bootstrap sample a row stands among those learned from as often as it was
/// drawn.
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
    /// The folds; with repeats those of the first, then those of the second.
    pub folds: Vec<Fold>,
    /// Such as fewer folds than were asked for.
    pub notes: Vec<Problem>,
}

/// The most folds: beyond it a fold tells no more, and each costs a fit and a pass over the rows.
pub const MOST_FOLDS: usize = 50;
/// The most folds over all repeats, and the most bootstrap samples.
pub const MOST_FITS: usize = 200;

/// Divides training rows into `k` folds, once; see [`divide`].
///
/// # Errors
/// See [`divide`].
pub fn folds(rows: &Rows, training: &[usize], k: usize, scheme: Scheme, seed: u64) -> Result<Divided, Problem> {
    divide(rows, training, &Division { scheme, folds: k, ..Division::default() }, seed)
}

/// Divides training rows (ascending positions).
///
/// - Stratified: the rows of each class, in random order, are dealt round, so that the counts of a class differ by one at
///   most.
/// - Group: units from the largest to the smallest go to the fold with the fewest rows.
/// - Stratified group: as scikit-learn's `StratifiedGroupKFold`; for numbers as Group.
/// - Leave one group out: as scikit-learn's `LeaveOneGroupOut`; of more than [`MOST_FOLDS`] units so many are drawn.
/// - Time: as scikit-learn's `TimeSeriesSplit` with its `gap` and `max_train_size`; the first stretch is only learned from.
/// - Bootstrap: rows drawn with replacement (Efron 1979); a draw that misses all classes but one, or no row, is drawn again.
/// - Holdout: of each class its share, rounded to a row.
///
/// Fewer rows, units or members of one of two classes than folds: as many folds as there can be, and a note. Of several
/// classes a rare one does not cost the others their folds: folds without it are noted, as scikit-learn's
/// `StratifiedKFold` warns. Repeats draw anew, each with its own stream of the seed.
///
/// # Errors
/// A scheme without its column; one class only; too few rows for two folds, or for the gap between them.
pub fn divide(rows: &Rows, training: &[usize], how: &Division, seed: u64) -> Result<Divided, Problem> {
    let classes = by_class(rows, training);
    if rows.classes.is_some() && classes.len() == 1 {
        return Err(Problem::new(Stage::Goal, "split.one_class"));
    }
    let too_few = || Problem::new(Stage::Goal, "split.too_few").with("count", training.len());
    if training.len() < 2 {
        return Err(too_few());
    }
    let units = if how.scheme.keeps_units() { by_unit(needed(rows.units, "split.no_group")?, training) } else { Vec::new() };
    let chance = |repeat: usize| Rng::new(seed, "folds", repeat as u64);
    match how.scheme {
        Scheme::Bootstrap => return draw::bootstrap(rows, training, how.draws.clamp(1, MOST_FITS), chance),
        Scheme::Holdout => return draw::holdouts(classes, training, how.share, how.repeats.clamp(1, MOST_FITS), chance),
        Scheme::LeaveOneGroupOut => return leave_out(units, training, &mut chance(0)),
        _ => {}
    }
    let mut sizes: Vec<usize> = classes.iter().map(Vec::len).collect();
    sizes.sort_unstable();
    let smallest = sizes.first().copied().unwrap_or(0);
    // The second largest class decides: the smaller one of two.
    let second = sizes.iter().rev().nth(1).copied().unwrap_or(0);
    // The most folds that there can be, and why.
    let (most, reason) = match how.scheme {
        Scheme::Stratified if rows.classes.is_some() => (second.max(2), "split.small_class"),
        Scheme::Group | Scheme::StratifiedGroup => (units.len(), "split.few_units"),
        Scheme::Time => (training.len() - 1, "split.few_rows"),
        _ => (training.len(), "split.few_rows"),
    };
    // A number beyond all sense must not cost a pass over the rows for each.
    let asked = how.folds.clamp(2, MOST_FOLDS);
    let k = asked.min(most);
    if k < 2 {
        return Err(too_few());
    }
    let mut notes = Vec::new();
    if k < asked {
        notes.push(Problem::note(Stage::Goal, reason).with("asked", asked).with("folds", k).with("smallest", second));
    }
    if how.scheme == Scheme::Stratified && sizes.len() > 2 && smallest < k {
        notes.push(Problem::note(Stage::Goal, "split.rare_class").with("folds", k).with("smallest", smallest));
    }
    if how.scheme == Scheme::Time {
        let order = by_time(needed(rows.times, "split.no_time")?, training);
        return Ok(Divided { folds: forward::forward(&order, k, how.gap, how.window)?, notes });
    }
    let mut folds = Vec::new();
    for repeat in 0..how.repeats.clamp(1, (MOST_FITS / k).max(1)) {
        let mut rng = chance(repeat);
        let fold_of = match how.scheme {
            Scheme::Group => balance::by_size(units.clone(), rows.count, k, &mut rng),
            Scheme::StratifiedGroup => match rows.classes {
                Some(classes) => {
                    let mut units = units.clone();
                    rng.shuffle(&mut units);
                    balance::by_classes(&units, classes, rows.count, k)
                }
                None => balance::by_size(units.clone(), rows.count, k, &mut rng),
            },
            Scheme::Plain => dealt(vec![training.to_vec()], rows.count, k, &mut rng),
            _ => dealt(classes.clone(), rows.count, k, &mut rng),
        };
        // Whole units can leave a fold without rows.
        folds.extend((0..k).map(|fold| part(training, |row| fold_of[row] == fold)).filter(|fold| !fold.test.is_empty()));
    }
    Ok(Divided { folds, notes })
}

/// The rows of each class, in random order, dealt round: the fold of each row.
fn dealt(mut classes: Vec<Vec<usize>>, count: usize, k: usize, rng: &mut Rng) -> Vec<usize> {
    let mut fold_of = vec![0; count];
    // The deal goes on from class to class, so that the folds' sizes differ by one at most, too.
    let mut next = 0;
    for class in &mut classes {
        rng.shuffle(class);
        for &row in class.iter() {
            fold_of[row] = next % k;
            next += 1;
        }
    }
    fold_of
}

/// A fold for each unit, in order of first appearance; of too many units those that are drawn.
fn leave_out(units: Vec<Vec<usize>>, training: &[usize], rng: &mut Rng) -> Result<Divided, Problem> {
    if units.len() < 2 {
        return Err(Problem::new(Stage::Goal, "split.one_unit"));
    }
    let mut notes = Vec::new();
    let mut chosen: Vec<usize> = (0..units.len()).collect();
    if units.len() > MOST_FOLDS {
        chosen = rng.sample(units.len(), MOST_FOLDS);
        chosen.sort_unstable();
        notes.push(Problem::note(Stage::Goal, "split.many_units").with("units", units.len()).with("folds", MOST_FOLDS));
    }
    let folds = chosen
        .into_iter()
        .map(|unit| {
            let test = &units[unit];
            part(training, |row| test.binary_search(&row).is_ok())
        })
        .collect();
    Ok(Divided { folds, notes })
}

/// The fold that predicts the rows of which that is said.
fn part(training: &[usize], is_test: impl Fn(usize) -> bool) -> Fold {
    let (test, train) = training.iter().partition(|&&row| is_test(row));
    Fold { train, test }
}

fn needed<'a, T>(column: Option<&'a [T]>, id: &str) -> Result<&'a [T], Problem> {
    column.ok_or_else(|| Problem::new(Stage::Goal, id))
}

/// The rows of each class, classes by code; all rows as one class where there are none.
fn by_class(rows: &Rows, chosen: &[usize]) -> Vec<Vec<usize>> {
    let Some(classes) = rows.classes else { return vec![chosen.to_vec()] };
    let count = chosen.iter().map(|&row| classes[row] as usize + 1).max().unwrap_or(0);
    let mut lists = vec![Vec::new(); count];
    chosen.iter().for_each(|&row| lists[classes[row] as usize].push(row));
    lists.retain(|list| !list.is_empty());
    lists
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
mod tests;
