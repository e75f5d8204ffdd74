//! Is A better than B? The scores of two models on the same folds, held against each other.
//!
//! Folds share most of the rows that they learn from, so that their scores are not independent and the plain t test finds
//! differences where there are none. Both tests here widen the variance of the mean difference by what Nadeau and Bengio
//! ("Inference for the generalization error", 2003) put in its place: 1/n + test/train instead of 1/n.

use super::outcome::{CandidateOutcome, RowFacts};
use super::{Evaluation, Goal};
use crate::base::{Figure, Task, Undefined};
use crate::metric::{self, Metric};
use crate::num::distribution::{t_cdf, t_ppf, t_sf, t_two_sided};
use crate::num::sum::sum;
use serde::{Deserialize, Serialize};

/// Half of the usual zone for metrics that run up to 1, and the share of the best model's value for all others.
const USUAL_ZONE: f64 = 0.01;

/// By what models are compared. It stands outside of how they are judged: looking at another difference opens nothing anew.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Compare {
    /// The metric, by id; that of the first criterion or the usual one of the task where none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// The largest difference that does not matter in practice, in the unit of the metric; see [`Compare::zone`] for the
    /// usual one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<f64>,
}

impl Compare {
    /// Whether nothing is said.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// The metric that models are compared by: one that is of another task is passed over.
    pub fn metric(&self, goal: &Goal, task: Task) -> &'static Metric {
        let named = self.metric.iter().chain(goal.criteria.iter().map(|criterion| &criterion.metric));
        let mut known = named.filter_map(|id| metric::find(id)).filter(|metric| metric.tasks.contains(&task));
        known.next().or_else(|| metric::find(metric::usual(task))).unwrap_or(metric::METRICS[0])
    }

    /// The largest difference that does not matter. Where none is said: 0.01 for a metric that runs up to 1; of one that has
    /// a unit or no upper end a hundredth of the best model's value.
    pub fn zone(&self, metric: &Metric, candidates: &[CandidateOutcome]) -> f64 {
        if let Some(zone) = self.zone.filter(|zone| zone.is_finite() && *zone >= 0.0) {
            return zone;
        }
        let values = candidates.iter().filter_map(|candidate| score(candidate.evaluation.as_ref()?, metric)?.all.value.value());
        let best = values.reduce(|best, value| if metric.is_better(value, best) { value } else { best });
        usual_zone(metric, best.unwrap_or(0.0))
    }
}

/// The largest difference that does not matter where none is said, beside a best value.
pub fn usual_zone(metric: &Metric, best: f64) -> f64 {
    if metric.range.1.is_finite() { USUAL_ZONE } else { USUAL_ZONE * best.abs() }
}

fn score<'a>(evaluation: &'a Evaluation, metric: &Metric) -> Option<&'a super::Score> {
    evaluation.score(metric.id)
}

/// Every pair of models on the same folds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The metric, by id.
    pub metric: String,
    /// Whether more of it is better.
    pub higher_is_better: bool,
    /// The largest difference that does not matter in practice, in the unit of the metric.
    pub zone: f64,
    /// The pairs, in order of the candidates; each once.
    pub pairs: Vec<Pair>,
}

/// Two models.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// The first, as its position among the candidates.
    pub a: usize,
    /// The second, a later one.
    pub b: usize,
    /// How they differ, or why that cannot be said.
    pub difference: Result<Difference, Undefined>,
}

/// How two models differ on the same folds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Folds with a figure of both.
    pub folds: usize,
    /// Folds that lack one, such as those with one class only; they decide nothing.
    pub left_out: usize,
    /// The mean over folds of A minus B, in the unit of the metric: below 0 where A has less of it.
    pub mean: f64,
    /// The standard deviation of this difference between folds.
    pub deviation: f64,
    /// The lower end of the 95 % interval of the mean, by the corrected resampled t test.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// The two-sided p value of the corrected resampled t test; undefined where the difference is the same in every fold.
    pub p: Figure,
    /// The probability that A is better by more than the zone (the Bayesian correlated t test of Corani and Benavoli 2015).
    pub better: f64,
    /// The probability that they differ by no more than the zone.
    pub equal: f64,
    /// The probability that B is better by more than the zone.
    pub worse: f64,
}

impl Difference {
    /// The same seen from the other side.
    #[must_use]
    pub fn turned(&self) -> Self {
        Self { mean: -self.mean, low: -self.high, high: -self.low, better: self.worse, worse: self.better, ..self.clone() }
    }
}

impl Comparison {
    /// How a model differs from another, seen from the first; nothing where one of them was not trained.
    pub fn of(&self, a: usize, b: usize) -> Option<Result<Difference, Undefined>> {
        let found = |a: usize, b: usize| self.pairs.iter().find(|pair| (pair.a, pair.b) == (a, b)).map(|pair| &pair.difference);
        found(a, b).cloned().or_else(|| Some(found(b, a)?.as_ref().map(Difference::turned).map_err(Clone::clone)))
    }
}

/// Every pair of models that were trained, by the per-fold scores of the metric that the study compares by; nothing where
/// fewer than two were trained.
pub fn compare(asked: &Compare, goal: &Goal, rows: &RowFacts, candidates: &[CandidateOutcome]) -> Option<Comparison> {
    let metric = asked.metric(goal, rows.task);
    let zone = asked.zone(metric, candidates);
    let scores: Vec<(usize, &[Figure])> = candidates
        .iter()
        .enumerate()
        .filter_map(|(place, candidate)| Some((place, score(candidate.evaluation.as_ref()?, metric)?.folds.as_slice())))
        .collect();
    if scores.len() < 2 {
        return None;
    }
    let ratio = rows.ratio();
    let mut pairs = Vec::new();
    for (place, &(a, ours)) in scores.iter().enumerate() {
        for &(b, theirs) in &scores[place + 1..] {
            let both: Vec<(f64, f64)> = ours.iter().zip(theirs).filter_map(|(a, b)| Some((a.value()?, b.value()?))).collect();
            let left_out = ours.len().min(theirs.len()) - both.len();
            let difference = difference(&both, ratio, zone, metric.higher_is_better);
            pairs.push(Pair { a, b, difference: difference.map(|it| Difference { left_out, ..it }) });
        }
    }
    Some(Comparison { metric: metric.id.to_owned(), higher_is_better: metric.higher_is_better, zone, pairs })
}

/// What scores of folds say of the rows that no model has seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Folds with a score.
    pub folds: usize,
    /// The mean of their scores.
    pub mean: f64,
    /// The standard deviation of the scores.
    pub deviation: f64,
    /// The lower end of the 95 % interval of the mean, corrected for folds that share rows.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// Mean, standard deviation and interval of the scores of folds. `ratio` is as for [`difference`].
///
/// With n scores of mean m and variance v, the interval is m plus and minus t(0.975, n - 1) times the root of
/// v (1/n + ratio) (Nadeau and Bengio 2003). It knows nothing of where a metric ends, so it can reach beyond.
///
/// # Errors
/// Fewer than two scores; no rows learned from.
pub fn spread(scores: &[f64], ratio: f64) -> Result<Spread, Undefined> {
    if scores.len() < 2 || !ratio.is_finite() {
        return Err(Undefined::because("few_folds"));
    }
    let n = scores.len() as f64;
    let mean = sum(scores) / n;
    let squares: Vec<f64> = scores.iter().map(|x| (x - mean) * (x - mean)).collect();
    let variance = sum(&squares) / (n - 1.0);
    let margin = t_ppf(0.975, n - 1.0) * (variance * (1.0 / n + ratio)).sqrt();
    Ok(Spread { folds: scores.len(), mean, deviation: variance.sqrt(), low: mean - margin, high: mean + margin })
}

/// How the scores of A and B on the same folds differ. `ratio` is the number of rows predicted over the number of rows
/// learned from, summed over the folds; the values are those of `baycomp.CorrelatedTTest` where that is 1 / (folds - 1).
///
/// With n differences of mean m and variance v, m is taken as drawn from Student's t distribution with n - 1 degrees of
/// freedom around the true difference, with variance v (1/n + ratio). Where v is 0 (up to the last digits of the scores) all
/// probability lies at m; then there is no p value.
///
/// # Errors
/// Fewer than two folds; no rows learned from.
pub fn difference(scores: &[(f64, f64)], ratio: f64, zone: f64, higher_is_better: bool) -> Result<Difference, Undefined> {
    let differences: Vec<f64> = scores.iter().map(|(a, b)| a - b).collect();
    let Spread { mean, deviation, low, high, .. } = spread(&differences, ratio)?;
    let n = scores.len() as f64;
    let size = scores.iter().flat_map(|(a, b)| [a.abs(), b.abs()]).fold(0.0, |most, x| if x > most { x } else { most });
    let (df, error) = (n - 1.0, deviation * (1.0 / n + ratio).sqrt());
    let known = Difference {
        folds: scores.len(),
        left_out: 0,
        mean,
        deviation,
        low,
        high,
        p: Figure::undefined("same_difference"),
        better: 0.0,
        equal: 0.0,
        worse: 0.0,
    };
    let (above, below);
    // Two scores that differ by the same in every fold still differ in their last digits.
    let is_same = deviation <= 1e-14 * size;
    let found = if is_same {
        above = f64::from(u8::from(mean > zone));
        below = f64::from(u8::from(mean < -zone));
        Difference { deviation: 0.0, low: mean, high: mean, ..known }
    } else {
        above = t_sf((zone - mean) / error, df);
        below = t_cdf((-zone - mean) / error, df);
        Difference { p: Figure::from(t_two_sided(mean / error, df)), ..known }
    };
    let (better, worse) = if higher_is_better { (above, below) } else { (below, above) };
    let rest = 1.0 - above - below;
    // Without a zone nothing lies in it, whatever the last digits say.
    let has_rest = rest > 0.0 && (zone > 0.0 || is_same);
    Ok(Difference { better, worse, equal: if has_rest { rest } else { 0.0 }, ..found })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_difference_everywhere_is_certain_and_has_no_p_value() {
        let found = difference(&[(0.8, 0.7), (0.9, 0.8), (0.7, 0.6)], 0.5, 0.01, true).expect("three folds");
        assert_eq!((found.better, found.equal, found.worse), (1.0, 0.0, 0.0));
        assert_eq!((found.p, found.deviation), (Figure::undefined("same_difference"), 0.0));
        let none = difference(&[(0.8, 0.8), (0.9, 0.9)], 1.0, 0.0, true).expect("two folds");
        assert_eq!((none.better, none.equal, none.worse, none.low, none.high), (0.0, 1.0, 0.0, 0.0, 0.0));
    }

    #[test]
    fn fewer_than_two_folds_say_nothing() {
        assert_eq!(difference(&[(0.8, 0.7)], 0.25, 0.01, true), Err(Undefined::because("few_folds")));
        assert_eq!(difference(&[], f64::NAN, 0.01, true), Err(Undefined::because("few_folds")));
    }

    #[test]
    fn of_errors_less_is_better_and_either_side_sees_the_same() {
        let scores = [(2.0, 2.5), (2.2, 2.6), (1.9, 2.3), (2.1, 2.4)];
        let found = difference(&scores, 1.0 / 3.0, 0.02, false).expect("four folds");
        assert!(found.better > 0.9 && found.worse < 0.05 && found.mean < 0.0, "{found:?}");
        assert!((found.better + found.equal + found.worse - 1.0).abs() < 1e-12);
        let swapped = scores.map(|(a, b)| (b, a));
        let other = difference(&swapped, 1.0 / 3.0, 0.02, false).expect("four folds").turned();
        assert!((other.better - found.better).abs() < 1e-12 && (other.low - found.low).abs() < 1e-12 && other.p == found.p);
    }

    #[test]
    fn a_wider_zone_takes_from_both_sides() {
        let scores = [(0.8, 0.79), (0.81, 0.82), (0.83, 0.80), (0.79, 0.79), (0.8, 0.81)];
        let equal = |zone: f64| difference(&scores, 0.25, zone, true).expect("five folds").equal;
        assert!(equal(0.0) == 0.0 && equal(0.01) < equal(0.05) && equal(1.0) > 0.9999);
    }
}
