//! Fairness: metrics by group, the gaps between groups, and verdicts with intervals.
//!
//! A figure is metric x group x aggregation. Groups with few rows are shown, but take no part in gaps and verdicts.

mod gap;
pub mod interval;
pub mod labels;
pub mod metric;

pub use gap::{Criterion, Gap, Verdict};
pub use interval::Estimate;
pub use labels::{Bins, by_bins, cross, labels};
pub use metric::{Counts, METRICS, Metric};

use crate::base::{Field, Figure, Params, Problem, Stage, field};
use crate::num::{float, moments};
use gap::{By, Cell};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What counts as fair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Groups with fewer rows take no part in gaps and verdicts.
    pub minimum: usize,
    /// Ratios must be at least this; 0.8 is the four-fifths rule.
    pub ratio: f64,
    /// Differences must be at most this.
    pub difference: f64,
}

impl Options {
    /// Checked parameters.
    ///
    /// # Errors
    /// Parameters out of range.
    pub fn read(params: &Params) -> Result<Self, Problem> {
        field::parse(&fields(), params, Stage::Fair, "fair")
    }
}

/// The form.
pub fn fields() -> Vec<Field> {
    vec![Field::integer("minimum", 30, 1, 10_000), Field::number("ratio", 0.8, 0.0, 1.0), Field::number("difference", 0.1, 0.0, 1.0)]
}

/// A group and its figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// What the group is called; none for rows whose group is not known.
    pub label: Option<String>,
    /// How many rows it has.
    pub rows: usize,
    /// Whether it takes part in gaps and verdicts.
    pub judged: bool,
    /// A figure with its 95 % interval for each metric, by id.
    pub figures: BTreeMap<String, Estimate>,
}

/// Figures by group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What counts as fair.
    pub options: Options,
    /// All rows.
    pub overall: Group,
    /// The groups, sorted as levels are; rows whose group is not known last.
    pub groups: Vec<Group>,
    /// How far apart the groups are, metric by metric.
    pub gaps: Vec<Gap>,
    /// The criteria with their verdicts.
    pub criteria: Vec<Criterion>,
    /// Generalised entropy with alpha 2 of the benefit 1 + predicted - true (Speicher and others 2018): how unevenly right
    /// and wrong predictions fall on all rows; 0 is even. For classes only.
    pub entropy: Figure,
    /// The Theil index of the same benefit.
    pub theil: Figure,
}

impl Report {
    /// The report without the groups that have too few rows: what may leave the machine.
    #[must_use]
    pub fn without_small(&self) -> Report {
        let mut report = self.clone();
        report.groups.retain(|group| group.rows >= self.options.minimum);
        report
    }
}

/// The criteria of a class prediction: id, metrics, difference or ratio.
const CRITERIA: &[(&str, &[&str], By)] = &[
    ("demographic_parity_difference", &["selection_rate"], By::Difference),
    ("disparate_impact", &["selection_rate"], By::Ratio),
    ("equal_opportunity_difference", &["tpr"], By::Difference),
    ("equalized_odds_difference", &["tpr", "fpr"], By::Difference),
    ("equalized_odds_ratio", &["tpr", "fpr"], By::Ratio),
    ("predictive_parity_difference", &["precision"], By::Difference),
];

/// The criteria of a number's prediction: id, metric, difference or ratio.
const NUMBER_CRITERIA: &[(&str, &str, By)] = &[("mae_ratio", "mae", By::Ratio), ("mean_error_difference", "mean_error", By::Difference)];

/// The criteria of a class prediction, or of a number's: the id of each, and whether a larger value is fairer, which it is of a
/// ratio.
pub fn criteria(of_classes: bool) -> Vec<(&'static str, bool)> {
    match of_classes {
        true => CRITERIA.iter().map(|(id, _, by)| (*id, *by == By::Ratio)).collect(),
        false => NUMBER_CRITERIA.iter().map(|(id, _, by)| (*id, *by == By::Ratio)).collect(),
    }
}

/// More groups than this are refused: every pair is compared, and so many groups tell nobody anything.
pub const MOST_GROUPS: usize = 200;

/// Figures of a class prediction by group. Positive is the named class, for several classes one against the others.
///
/// # Errors
/// Inputs of different length, no rows, or more than [`MOST_GROUPS`] groups.
pub fn classes(truth: &[bool], predicted: &[bool], groups: &[Option<String>], options: &Options) -> Result<Report, Problem> {
    let names = names(&[truth.len(), predicted.len()], groups)?;
    let mut overall = Counts::default();
    let mut counts = vec![Counts::default(); names.len()];
    for ((&truth, &predicted), place) in truth.iter().zip(predicted).zip(places(&names, groups)) {
        overall.add(truth, predicted);
        counts[place].add(truth, predicted);
    }
    let group = |label: Option<String>, counts: Counts, judged: bool| {
        let figure = |metric: &Metric| {
            let share = (metric.share)(counts);
            let estimate = match (Cell::Share(share).value(), Cell::Share(share).interval()) {
                (Some(value), Some(interval)) if metric.counted => Estimate::new(value, interval),
                (Some(value), _) => Estimate::without_interval(value.into(), "no_interval"),
                (None, _) => Estimate::undefined(metric.empty),
            };
            (metric.id.to_owned(), estimate)
        };
        Group { label, rows: counts.rows(), judged, figures: METRICS.iter().map(figure).collect() }
    };
    let judged = |place: usize| names[place].is_some() && counts[place].rows() >= options.minimum;
    // A cell for each metric and group that takes part and has a value.
    let cells: Vec<Vec<(&str, Cell)>> = METRICS
        .iter()
        .map(|metric| {
            let taking_part = (0..names.len()).filter(|&place| judged(place));
            let cell = |place: usize| Some((names[place].as_deref()?, Cell::Share((metric.share)(counts[place]))));
            taking_part.filter_map(cell).filter(|(_, cell)| cell.value().is_some()).collect()
        })
        .collect();
    let gaps: Vec<Gap> = METRICS.iter().zip(&cells).map(|(metric, cells)| gap::gap(metric.id, cells, metric.counted)).collect();
    let criterion = |(id, metrics, by): &(&str, &[&str], By)| {
        let parts: Vec<_> = gaps.iter().zip(&cells).filter(|(gap, _)| metrics.contains(&gap.metric.as_str())).collect();
        gap::criterion(id, &parts, *by, if *by == By::Ratio { options.ratio } else { options.difference }, 1.0)
    };
    let (entropy, theil) = inequality(overall);
    Ok(Report {
        options: options.clone(),
        overall: group(None, overall, false),
        groups: names.iter().enumerate().map(|(place, name)| group(name.clone(), counts[place], judged(place))).collect(),
        criteria: CRITERIA.iter().map(criterion).collect(),
        gaps,
        entropy,
        theil,
    })
}

/// The metrics of a regression, in alphabetic order: id, and what is averaged.
type Averaged = fn(f64, f64) -> f64;
const REGRESSION: &[(&str, Averaged)] = &[
    ("mae", |truth, predicted| (predicted - truth).abs()),
    ("mean_error", |truth, predicted| predicted - truth),
    ("mean_prediction", |_, predicted| predicted),
    ("mean_truth", |truth, _| truth),
];

/// Figures of a number's prediction by group: mean error (predicted minus true), mean absolute error, means. The
/// difference of mean errors is judged in standard deviations of the true values.
///
/// # Errors
/// Inputs of different length, no rows, more than [`MOST_GROUPS`] groups, or a number that is not finite.
pub fn numbers(truth: &[f64], predicted: &[f64], groups: &[Option<String>], options: &Options) -> Result<Report, Problem> {
    let names = names(&[truth.len(), predicted.len()], groups)?;
    if let Some(row) = truth.iter().zip(predicted).position(|(y, p)| !(y.is_finite() && p.is_finite())) {
        return Err(Problem::new(Stage::Fair, "fair.not_finite").with("row", row + 1));
    }
    let mut rows = vec![Vec::new(); names.len()];
    places(&names, groups).into_iter().enumerate().for_each(|(row, place)| rows[place].push(row));
    let mean = |of: Averaged, rows: &[usize]| Cell::mean(&rows.iter().map(|&row| of(truth[row], predicted[row])).collect::<Vec<_>>());
    let group = |label: Option<String>, rows: &[usize], judged: bool| {
        let figure = |(id, of): &(&str, Averaged)| {
            let estimate = match mean(*of, rows) {
                Some(cell) => match (cell.value(), cell.interval()) {
                    (Some(value), Some((low, high))) if low.is_finite() && high.is_finite() => Estimate::new(value, (low, high)),
                    (value, _) => Estimate::without_interval(value.map_or_else(|| Figure::undefined("no_rows"), Figure::from), "too_few"),
                },
                None => Estimate::undefined("no_rows"),
            };
            ((*id).to_owned(), estimate)
        };
        Group { label, rows: rows.len(), judged, figures: REGRESSION.iter().map(figure).collect() }
    };
    // A mean of one row has no error to judge by.
    let judged = |place: usize| names[place].is_some() && rows[place].len() >= options.minimum && rows[place].len() > 1;
    let cells: Vec<Vec<(&str, Cell)>> = REGRESSION
        .iter()
        .map(|(_, of)| {
            let taking_part = (0..names.len()).filter(|&place| judged(place));
            taking_part.filter_map(|place| Some((names[place].as_deref()?, mean(*of, &rows[place])?))).collect()
        })
        .collect();
    let gaps: Vec<Gap> = REGRESSION.iter().zip(&cells).map(|((id, _), cells)| gap::gap(id, cells, true)).collect();
    let part = |id: &str| gaps.iter().zip(&cells).filter(|(gap, _)| gap.metric == id).collect::<Vec<_>>();
    let all: Vec<usize> = (0..truth.len()).collect();
    let unit = moments::variance(truth, 0).map_or(0.0, f64::sqrt);
    let criterion = |(id, metric, by): &(&str, &str, By)| match by {
        By::Ratio => gap::criterion(id, &part(metric), *by, options.ratio, 1.0),
        By::Difference => gap::criterion(id, &part(metric), *by, options.difference, unit),
    };
    Ok(Report {
        options: options.clone(),
        overall: group(None, &all, false),
        groups: names.iter().enumerate().map(|(place, name)| group(name.clone(), &rows[place], judged(place))).collect(),
        criteria: NUMBER_CRITERIA.iter().map(criterion).collect(),
        gaps,
        entropy: Figure::undefined("no_classes"),
        theil: Figure::undefined("no_classes"),
    })
}

/// The different groups, sorted as levels are; "not known" last where a row has no group.
fn names(lengths: &[usize], groups: &[Option<String>]) -> Result<Vec<Option<String>>, Problem> {
    if groups.is_empty() {
        return Err(Problem::new(Stage::Fair, "fair.no_rows"));
    }
    if let Some(other) = lengths.iter().find(|length| **length != groups.len()) {
        return Err(Problem::new(Stage::Fair, "fair.lengths").with("rows", groups.len()).with("got", other));
    }
    let mut levels: Vec<String> = groups.iter().flatten().cloned().collect();
    levels.sort_unstable();
    levels.dedup();
    if levels.len() > MOST_GROUPS {
        return Err(Problem::new(Stage::Fair, "fair.too_many_groups").with("groups", levels.len()).with("most", MOST_GROUPS));
    }
    crate::table::sort_levels(&mut levels);
    let mut names: Vec<Option<String>> = levels.into_iter().map(Some).collect();
    if groups.iter().any(Option::is_none) {
        names.push(None);
    }
    Ok(names)
}

/// The place of each row's group among the names.
fn places(names: &[Option<String>], groups: &[Option<String>]) -> Vec<usize> {
    let known: BTreeMap<&Option<String>, usize> = names.iter().enumerate().map(|(place, name)| (name, place)).collect();
    groups.iter().map(|label| known.get(label).copied().unwrap_or(0)).collect()
}

/// Generalised entropy (alpha 2) and the Theil index of the benefit 1 + predicted - true, which is 2 for a false
/// positive, 0 for a false negative and 1 for a right prediction:
/// sum((b / m)^2 - 1) / (2 n) and sum(b / m ln(b / m)) / n, m being the mean benefit and 0 ln 0 being 0.
fn inequality(counts: Counts) -> (Figure, Figure) {
    let (n, right) = (counts.rows() as f64, (counts.true_positive + counts.true_negative) as f64);
    let doubled = counts.false_positive as f64;
    let mean = (right + 2.0 * doubled) / n;
    if mean <= 0.0 || mean.is_nan() {
        return (Figure::undefined("no_benefit"), Figure::undefined("no_benefit"));
    }
    let square = (right + 4.0 * doubled) / (mean * mean);
    let (one, two) = (1.0 / mean, 2.0 / mean);
    let theil = (right * one * float::ln(one) + doubled * two * float::ln(two)) / n;
    (((square - n) / (2.0 * n)).into(), theil.into())
}

#[cfg(test)]
mod tests;
