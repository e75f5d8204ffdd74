//! Thresholds of a score: what each comes to, and rules that choose one.

use super::label::ratio;
use super::roc::{Step, Steps, steps};
use crate::base::{Figure, Undefined};
use serde::{Deserialize, Serialize};

/// What calling scores from a threshold on positive comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // true and false, positives and negatives; the metrics as under their ids
pub struct AtThreshold {
    pub threshold: f64,
    pub true_positives: u64,
    pub false_positives: u64,
    pub false_negatives: u64,
    pub true_negatives: u64,
    pub accuracy: Figure,
    pub precision: Figure,
    pub recall: Figure,
    pub specificity: Figure,
    pub f1: Figure,
}

/// A rule that chooses the threshold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Rule {
    /// 0.5.
    #[default]
    Half,
    /// The largest F1.
    BestF1,
    /// The largest recall + specificity - 1 (Youden 1950).
    Youden,
    /// The smallest cost, where a false positive costs `false_positive` and a false negative `false_negative`.
    Cost { false_positive: f64, false_negative: f64 },
    /// The highest threshold at which this share of the positive rows is found.
    Recall { at_least: f64 },
}

/// A chosen threshold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// The threshold: half-way between the lowest score called positive and the next lower one, so that a last digit
    /// lost on the way to another program turns no row over.
    pub value: f64,
    /// The lowest score called positive; nothing for the fixed rule, or where no row is called positive.
    pub lowest_positive: Option<f64>,
}

/// A row for each threshold.
///
/// # Errors
/// Undefined without rows or where a score is not finite.
///
/// # Panics
/// Where the lengths differ: a mistake in the code.
pub fn by_threshold(positive: &[bool], scores: &[f64], thresholds: &[f64]) -> Result<Vec<AtThreshold>, Undefined> {
    let all = steps(positive, scores)?;
    let at = |&threshold: &f64| {
        // Steps fall, so those at the threshold or above stand in front.
        let count = all.steps.partition_point(|step| step.score >= threshold);
        let (tp, fp) = if count == 0 { (0, 0) } else { (all.steps[count - 1].tp, all.steps[count - 1].fp) };
        AtThreshold::new(threshold, tp, fp, all.positives - tp, all.negatives - fp)
    };
    Ok(thresholds.iter().map(at).collect())
}

impl AtThreshold {
    /// What these counts come to.
    pub fn new(threshold: f64, tp: u64, fp: u64, fn_: u64, tn: u64) -> Self {
        let share = |part: u64, whole: u64, reason| ratio(part as f64, whole as f64, reason);
        Self {
            threshold,
            true_positives: tp,
            false_positives: fp,
            false_negatives: fn_,
            true_negatives: tn,
            accuracy: share(tp + tn, tp + fp + fn_ + tn, "no_rows"),
            precision: share(tp, tp + fp, "none_predicted"),
            recall: share(tp, tp + fn_, "no_positives"),
            specificity: share(tn, tn + fp, "no_negatives"),
            f1: share(2 * tp, 2 * tp + fp + fn_, "no_positives"),
        }
    }
}

/// Chooses a threshold by a rule; of equally good ones the highest.
///
/// # Errors
/// Undefined without rows, where a score is not finite, and with one class (but for the fixed rule, which looks at nothing).
///
/// # Panics
/// Where the lengths differ: a mistake in the code.
pub fn choose_threshold(positive: &[bool], scores: &[f64], rule: Rule) -> Result<Threshold, Undefined> {
    if rule == Rule::Half {
        return Ok(Threshold { value: 0.5, lowest_positive: None });
    }
    let all = steps(positive, scores)?;
    if all.positives == 0 || all.negatives == 0 {
        return Err(Undefined::because("one_class"));
    }
    let (p, n) = (all.positives as f64, all.negatives as f64);
    let best = match rule {
        Rule::BestF1 => best(&all, None, |step| 2.0 * step.tp as f64 / (step.tp as f64 + step.fp as f64 + p)),
        Rule::Youden => best(&all, None, |step| step.tp as f64 / p - step.fp as f64 / n),
        Rule::Cost { false_positive, false_negative } => {
            // Calling nothing positive is a choice too: it costs every positive row.
            let gain = |step: &Step| step.tp as f64 * false_negative - step.fp as f64 * false_positive;
            best(&all, Some(0.0), gain)
        }
        Rule::Recall { at_least } => all.steps.iter().position(|step| step.tp as f64 / p >= at_least).or(Some(all.steps.len() - 1)),
        Rule::Half => None,
    };
    Ok(place(&all, best))
}

/// The first step with the largest gain; none where no gain is above that of calling nothing positive.
fn best(all: &Steps, nothing: Option<f64>, gain: impl Fn(&Step) -> f64) -> Option<usize> {
    let (mut best, mut most) = (None, nothing.unwrap_or(f64::NEG_INFINITY));
    for (place, step) in all.steps.iter().enumerate() {
        if gain(step) > most {
            (best, most) = (Some(place), gain(step));
        }
    }
    best
}

fn place(all: &Steps, step: Option<usize>) -> Threshold {
    let between = |low: f64, high: f64| {
        let middle = low / 2.0 + high / 2.0;
        // Neighbouring floats have no middle.
        if middle > low { middle } else { high }
    };
    match step {
        None => {
            let highest = all.steps[0].score;
            let value = if highest < 1.0 { between(highest, 1.0) } else { f64::from_bits(highest.to_bits() + 1) };
            Threshold { value, lowest_positive: None }
        }
        Some(place) => {
            let score = all.steps[place].score;
            let value = match all.steps.get(place + 1) {
                Some(next) => between(next.score, score),
                None if score > 0.0 => score / 2.0,
                None => score,
            };
            Threshold { value, lowest_positive: Some(score) }
        }
    }
}
