//! Gaps between groups and verdicts about them.

use super::interval::{Estimate, Share, difference, ratio, wilson};
use crate::base::Figure;
use crate::explain::sums;
use crate::num::distribution::normal_isf;
use crate::num::{float, moments};
use serde::{Deserialize, Serialize};

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// A metric of one group, with what its intervals need.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    /// A share of rows.
    Share(Share),
    /// A mean of some rows, and its standard error.
    Mean { mean: f64, error: f64 },
}

impl Cell {
    /// The mean of values with its standard error; nothing without values.
    pub fn mean(values: &[f64]) -> Option<Self> {
        let mean = moments::mean(values)?;
        let error = moments::variance(values, 1).map_or(f64::INFINITY, f64::sqrt) / (values.len() as f64).sqrt();
        Some(Cell::Mean { mean, error })
    }

    pub fn value(self) -> Option<f64> {
        match self {
            Cell::Share(share) => share.value(),
            Cell::Mean { mean, .. } => Some(mean),
        }
    }

    /// The 95 % interval of the metric of one group.
    pub fn interval(self) -> Option<(f64, f64)> {
        match self {
            Cell::Share(share) => wilson(share, Z),
            Cell::Mean { mean, error } => Some((mean - Z * error, mean + Z * error)),
        }
    }

    fn minus(self, other: Cell, z: f64) -> Option<(f64, f64)> {
        match (self, other) {
            (Cell::Share(a), Cell::Share(b)) => difference(a, b, z),
            (Cell::Mean { mean: a, error: e }, Cell::Mean { mean: b, error: f }) => {
                let half = z * (e * e + f * f).sqrt();
                Some((a - b - half, a - b + half))
            }
            _ => None,
        }
    }

    /// For means by the delta method on the logarithm; nothing where a mean is not positive.
    fn over(self, other: Cell, z: f64) -> Option<(f64, f64)> {
        match (self, other) {
            (Cell::Share(a), Cell::Share(b)) => ratio(a, b, z),
            (Cell::Mean { mean: a, error: e }, Cell::Mean { mean: b, error: f }) if a > 0.0 && b > 0.0 => {
                let half = z * ((e / a) * (e / a) + (f / b) * (f / b)).sqrt();
                let centre = float::ln(a) - float::ln(b);
                Some((float::exp(centre - half), float::exp(centre + half)))
            }
            _ => None,
        }
    }
}

/// How far apart the groups are in a metric. Small groups take no part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// The id of the metric.
    pub metric: String,
    /// The largest minus the smallest value.
    pub difference: Estimate,
    /// The smallest over the largest value.
    pub ratio: Estimate,
    /// The smallest value.
    pub min: Figure,
    /// The group that has it, the first among equals.
    pub lowest: Option<String>,
    /// The largest value.
    pub max: Figure,
    /// The group that has it, the first among equals.
    pub highest: Option<String>,
}

/// Whether a criterion is met, as far as the rows can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every pair of groups lies within the limit, its interval included.
    Met,
    /// Some pair of groups lies beyond the limit, its interval included.
    NotMet,
    /// The rows are too few to tell.
    Undecided,
}

/// A criterion of fairness and its verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Criterion {
    /// The stable id; the texts are `fair.criterion.<id>` and `.help`.
    pub id: String,
    /// The worst of its metrics' gaps.
    pub value: Estimate,
    /// A difference must be at most this, a ratio at least this.
    pub limit: f64,
    /// The verdict; none where there are fewer than two groups to compare.
    pub verdict: Option<Verdict>,
}

/// The groups of a metric that take part, with their values.
type Cells<'a> = Vec<Named<'a>>;
/// A group and its value.
type Named<'a> = (&'a str, Cell);

/// The z that holds for all pairs of so many groups at once (Bonferroni).
fn joint_z(groups: usize) -> f64 {
    let pairs = groups * groups.saturating_sub(1) / 2;
    if pairs <= 1 { Z } else { normal_isf(0.025 / pairs as f64) }
}

/// The groups with the smallest and the largest value; the first among equals.
fn ends<'a>(cells: &Cells<'a>) -> Option<(Named<'a>, Named<'a>)> {
    let value = |cell: &Named| cell.1.value().unwrap_or(0.0);
    let mut ends = (*cells.first()?, *cells.first()?);
    for cell in cells {
        if value(cell) < value(&ends.0) {
            ends.0 = *cell;
        }
        if value(cell) > value(&ends.1) {
            ends.1 = *cell;
        }
    }
    Some(ends)
}

/// The gap of a metric. Its intervals are those of the two groups at the ends and hold for all pairs of groups at once.
pub(super) fn gap(metric: &str, cells: &Cells, counted: bool) -> Gap {
    let none = |reason: &str| Gap {
        metric: metric.to_owned(),
        difference: Estimate::undefined(reason),
        ratio: Estimate::undefined(reason),
        min: Figure::undefined(reason),
        lowest: None,
        max: Figure::undefined(reason),
        highest: None,
    };
    let Some(((lowest, low), (highest, high))) = ends(cells).filter(|_| cells.len() > 1) else { return none("one_group") };
    let (Some(min), Some(max)) = (low.value(), high.value()) else { return none("one_group") };
    let z = joint_z(cells.len());
    let estimate = |value: f64, interval: Option<(f64, f64)>, (least, most): (f64, f64)| match interval.filter(|_| counted) {
        // A gap between the ends is never negative, a ratio never above 1; the interval holds the value.
        Some((from, to)) => {
            Estimate::new(value, (sums::smaller(sums::larger(from, least), value), sums::larger(sums::smaller(to, most), value)))
        }
        None => Estimate::without_interval(value.into(), "no_interval"),
    };
    Gap {
        metric: metric.to_owned(),
        difference: estimate(max - min, high.minus(low, z), (0.0, f64::INFINITY)),
        ratio: if max > 0.0 && min >= 0.0 { estimate(min / max, low.over(high, z), (0.0, 1.0)) } else { Estimate::undefined("no_ratio") },
        min: min.into(),
        lowest: Some(lowest.to_owned()),
        max: max.into(),
        highest: Some(highest.to_owned()),
    }
}

/// What a criterion looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// Differences, which must be small.
    Difference,
    /// Ratios, which must be near 1.
    Ratio,
}

/// A criterion over some metrics, each with its gap and cells: met where every pair is within the limit with its 95 %
/// interval, not met where some pair is beyond it with an interval that holds for all pairs at once.
///
/// `unit` is what a difference is measured in.
pub(super) fn criterion(id: &str, metrics: &[(&Gap, &Cells)], by: By, limit: f64, unit: f64) -> Criterion {
    let estimates = metrics.iter().map(|(gap, _)| if by == By::Difference { &gap.difference } else { &gap.ratio });
    // The worst gap: the largest difference, the smallest ratio. Undefined where one of them is.
    let mut worst: Option<Estimate> = None;
    for estimate in estimates {
        let worse = match (worst.as_ref().map(|worst| worst.value.value()), estimate.value.value()) {
            (None, _) | (Some(Some(_)), None) => true,
            (Some(None), _) => false,
            (Some(Some(so_far)), Some(value)) => {
                if by == By::Difference {
                    value > so_far
                } else {
                    value < so_far
                }
            }
        };
        if worse {
            worst = Some(estimate.clone());
        }
    }
    let worst = worst.unwrap_or_else(|| Estimate::undefined("one_group"));
    let scaled = |figure: &Figure| match figure {
        Figure::Value(value) if by == By::Difference => Figure::from(value / unit),
        other => other.clone(),
    };
    let value = Estimate { value: scaled(&worst.value), low: scaled(&worst.low), high: scaled(&worst.high) };
    let judged = metrics.iter().all(|(_, cells)| cells.len() > 1) && unit > 0.0;
    Criterion { id: id.to_owned(), value, limit, verdict: judged.then(|| verdict(metrics, by, limit, unit)) }
}

fn verdict(metrics: &[(&Gap, &Cells)], by: By, limit: f64, unit: f64) -> Verdict {
    let mut all_within = true;
    for (_, cells) in metrics {
        let joint = joint_z(cells.len());
        for (place, (_, a)) in cells.iter().enumerate() {
            for (_, b) in cells.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, cell)| cell) {
                let (own, all) = match by {
                    By::Difference => (a.minus(*b, Z), a.minus(*b, joint)),
                    By::Ratio => (a.over(*b, Z), a.over(*b, joint)),
                };
                // Every pair is seen in both orders, so that one side of each interval is enough.
                let (within, beyond) = match by {
                    By::Difference => (own.is_some_and(|(_, high)| high / unit <= limit), all.is_some_and(|(low, _)| low / unit > limit)),
                    By::Ratio => (own.is_some_and(|(low, _)| low >= limit), all.is_some_and(|(_, high)| high < limit)),
                };
                if beyond {
                    return Verdict::NotMet;
                }
                all_within &= within;
            }
        }
    }
    if all_within { Verdict::Met } else { Verdict::Undecided }
}
