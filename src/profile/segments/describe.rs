//! What each segment is like: how its columns differ from those of all rows, and what the target is in it.

use crate::base::Figure;
use crate::learn::cluster::NOISE;
use crate::num::{moments::Moments, order};
use crate::profile::date::as_numbers;
use crate::profile::target::{Answer, LevelTarget};
use crate::table::column::show_date;
use crate::table::{Column, Data, Strings};
use serde::{Deserialize, Serialize};

/// Segments that are described, at most.
const DESCRIBED: usize = 50;
/// Traits of a segment, at most.
const TRAITS: usize = 20;

/// A level that is more frequent than elsewhere is told where its difference is at least this share of the largest one.
const NEARLY: f64 = 0.8;

/// A segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Its rows.
    pub rows: usize,
    /// Their share of all rows.
    pub share: f64,
    /// The mean silhouette of its rows that were judged.
    pub silhouette: Figure,
    /// How its columns differ from those of all rows, most first; at most twenty.
    pub traits: Vec<Trait>,
    /// What the target is in it; nothing where there is no target.
    pub target: Option<LevelTarget>,
}

/// How a column differs in a segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trait {
    /// The column.
    pub column: String,
    /// How much: the mean in the segment less that of all rows, in standard deviations of all rows (divisor n). Of a category
    /// that of having the level, as a number from 0 to 1.
    pub difference: f64,
    /// What it is in the segment and elsewhere.
    pub of: TraitOf,
}

/// What a column is in a segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum TraitOf {
    /// Numbers: how many there are in the segment, their mean and median, and the mean over all rows.
    Number { n: usize, mean: f64, median: f64, overall: f64 },
    /// A category: the level whose share differs most between the segment's rows and the others (nothing for a missing value), of
    /// nearly equal ones rather one that the segment has than one that it lacks;
    /// its rows in the segment, its share among the segment's rows and among the others.
    Level { level: Option<String>, rows: usize, inside: f64, outside: f64 },
    /// Dates: how many there are in the segment, the median in it and over all rows.
    Date { n: usize, median: String, overall: String },
}

/// A description as it grows, column by column.
pub(super) struct Described {
    /// How many columns were looked at.
    pub next: usize,
    segments: Vec<Segment>,
    more: usize,
    /// The rows of each described segment.
    rows: Vec<Vec<u32>>,
}

impl Described {
    /// Begins with the label of each row and the silhouette of each segment.
    pub fn new(labels: &[u32], silhouettes: Vec<Figure>, answer: &Answer) -> Self {
        let count = silhouettes.len();
        let shown = count.min(DESCRIBED);
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); shown];
        for (row, &label) in labels.iter().enumerate() {
            if let Some(rows) = rows.get_mut(label as usize) {
                rows.push(row as u32);
            }
        }
        let mut targets = answer.by_level(&known(labels, shown), shown).into_iter();
        let segments = rows
            .iter()
            .zip(silhouettes)
            .map(|(rows, silhouette)| Segment {
                rows: rows.len(),
                share: rows.len() as f64 / labels.len().max(1) as f64,
                silhouette,
                traits: Vec::new(),
                target: targets.next().flatten(),
            })
            .collect();
        Self { next: 0, segments, more: count - shown, rows }
    }

    /// Takes in a column.
    pub fn column(&mut self, column: &Column, labels: &[u32]) {
        match &column.data {
            Data::Number(values) => self.numbers(&column.name, values, |n, sorted, mean, overall, _| TraitOf::Number {
                n,
                mean,
                median: order::median(sorted).unwrap_or(mean),
                overall,
            }),
            Data::Date(moments) => self.numbers(&column.name, &as_numbers(moments), |n, sorted, _, _, all| {
                // The one at or before the middle, as a date that is there.
                let middle =
                    |sorted: &[f64]| sorted.get(sorted.len().saturating_sub(1) / 2).map(|&at| show_date(at as i64)).unwrap_or_default();
                TraitOf::Date { n, median: middle(sorted), overall: middle(all) }
            }),
            Data::Strings(strings) => self.levels(&column.name, strings, labels),
        }
    }

    fn numbers(&mut self, name: &str, values: &[f64], of: impl Fn(usize, &[f64], f64, f64, &[f64]) -> TraitOf) {
        let all = order::sorted(values);
        // Halves of huge numbers have a spread that is a number; a power of two changes no digit.
        let factor = if all.iter().any(|x| x.abs() > 1e150) { f64::from_bits((1023 - 600) << 52) } else { 1.0 };
        let moments = |sorted: &[f64]| Moments::of(&sorted.iter().map(|x| x * factor).collect::<Vec<f64>>());
        let whole = moments(&all);
        let deviation = whole.sd(0).unwrap_or(0.0);
        if deviation <= 0.0 || !deviation.is_finite() {
            return;
        }
        for (segment, rows) in self.segments.iter_mut().zip(&self.rows) {
            let own: Vec<f64> = rows.iter().map(|&row| values[row as usize]).collect();
            let sorted = order::sorted(&own);
            if sorted.is_empty() {
                continue;
            }
            let mean = moments(&sorted).mean;
            let difference = (mean - whole.mean) / deviation;
            let trait_of = of(sorted.len(), &sorted, mean / factor, whole.mean / factor, &all);
            segment.traits.push(Trait { column: name.to_owned(), difference, of: trait_of });
        }
    }

    fn levels(&mut self, name: &str, strings: &Strings, labels: &[u32]) {
        // The place behind the last level is that of a missing value.
        let places = strings.level_count() + 1;
        let place = |code: u32| if code == Strings::MISSING { places - 1 } else { code as usize };
        let mut all = vec![0_usize; places];
        strings.codes.iter().for_each(|&code| all[place(code)] += 1);
        let n = labels.len();
        for (segment, rows) in self.segments.iter_mut().zip(&self.rows) {
            let mut own = vec![0_usize; places];
            rows.iter().for_each(|&row| own[place(strings.codes[row as usize])] += 1);
            if rows.is_empty() {
                continue;
            }
            let share = |count: usize, of: usize| if of == 0 { 0.0 } else { count as f64 / of as f64 };
            let gap = |level: usize| share(own[level], rows.len()) - share(all[level] - own[level], n - rows.len());
            let (mut most, mut more): (Option<usize>, Option<usize>) = (None, None);
            for level in (0..places).filter(|&level| all[level] > 0) {
                if most.is_none_or(|most| gap(level).abs() > gap(most).abs()) {
                    most = Some(level);
                }
                if more.is_none_or(|more| gap(level) > gap(more)) {
                    more = Some(level);
                }
            }
            let Some(most) = most else { continue };
            // What a segment has says more than what it lacks, where it is nearly as much.
            let level = more.filter(|&more| gap(more) >= NEARLY * gap(most).abs()).unwrap_or(most);
            let whole = share(all[level], n);
            let deviation = (whole * (1.0 - whole)).sqrt();
            if deviation > 0.0 {
                let (inside, outside) = (share(own[level], rows.len()), share(all[level] - own[level], n - rows.len()));
                let named = (level + 1 < places).then(|| strings.level(level as u32).to_owned());
                let of = TraitOf::Level { level: named, rows: own[level], inside, outside };
                segment.traits.push(Trait { column: name.to_owned(), difference: (inside - whole) / deviation, of });
            }
        }
    }

    /// The segments, and how many there are besides.
    pub fn finish(mut self) -> (Vec<Segment>, usize) {
        for segment in &mut self.segments {
            // A stable sort: of equal ones the column that comes first.
            segment.traits.sort_by(|a, b| b.difference.abs().total_cmp(&a.difference.abs()));
            segment.traits.truncate(TRAITS);
        }
        (self.segments, self.more)
    }
}

/// Labels as codes below a count; the others as missing.
fn known(labels: &[u32], count: usize) -> Vec<u32> {
    labels.iter().map(|&label| if (label as usize) < count && label != NOISE { label } else { Strings::MISSING }).collect()
}
