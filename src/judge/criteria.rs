//! What came of a study's success criteria.

use super::{Criterion, Evaluation, On, Verdict};
use crate::metric::Interval;
use serde::{Deserialize, Serialize};

/// A criterion with the figure that decides it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CriterionOutcome {
    /// The criterion.
    pub criterion: Criterion,
    /// The metric with its interval, on the rows that the criterion names; nothing where these were not judged.
    pub interval: Option<Interval>,
    /// Whether it is met.
    pub verdict: Verdict,
}

/// Holds every criterion against the evaluation that it names. One without a figure, or with a figure that has no
/// interval, is undecided.
pub fn criteria(criteria: &[Criterion], folds: Option<&Evaluation>, held_out: Option<&Evaluation>) -> Vec<CriterionOutcome> {
    criteria
        .iter()
        .map(|criterion| {
            let evaluation = match criterion.on {
                On::Folds => folds,
                On::HeldOut => held_out,
            };
            let score = evaluation.and_then(|evaluation| evaluation.scores.iter().find(|score| score.metric == criterion.metric));
            let interval = score.map(|score| score.all.clone());
            let ends = interval.as_ref().and_then(|interval| Some((interval.low.value()?, interval.high.value()?)));
            let verdict = ends.map_or(Verdict::Undecided, |(low, high)| criterion.verdict(low, high));
            CriterionOutcome { criterion: criterion.clone(), interval, verdict }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Figure;
    use crate::judge::{Bound, Detail, Score};

    #[test]
    fn each_criterion_is_held_against_the_rows_that_it_names() {
        let evaluation = |low: Figure, high: f64| Evaluation {
            rows: 10,
            predictions: None,
            threshold: None,
            fold_thresholds: Vec::new(),
            scores: vec![Score {
                metric: "r2".to_owned(),
                all: Interval { value: 0.5.into(), low, high: high.into(), n: 10 },
                folds: Vec::new(),
            }],
            detail: Detail::Regression { residuals: Err(crate::base::Undefined::because("no_rows")) },
        };
        let (folds, held_out) = (evaluation(0.4.into(), 0.6), evaluation(0.2.into(), 0.3));
        let asked = |metric: &str, bound: Bound, value: f64, on: On| Criterion { metric: metric.to_owned(), bound, value, on };
        let all = [
            asked("r2", Bound::AtLeast, 0.4, On::Folds),
            asked("r2", Bound::AtLeast, 0.4, On::HeldOut),
            asked("r2", Bound::AtMost, 0.5, On::Folds),
            asked("rmse", Bound::AtMost, 0.5, On::Folds),
        ];
        let verdicts = |held_out: Option<&Evaluation>| {
            criteria(&all, Some(&folds), held_out).iter().map(|outcome| outcome.verdict).collect::<Vec<_>>()
        };
        assert_eq!(verdicts(Some(&held_out)), [Verdict::Met, Verdict::NotMet, Verdict::Undecided, Verdict::Undecided]);
        assert_eq!(verdicts(None)[1], Verdict::Undecided);
        let unsure = evaluation(Figure::undefined("few_replicates"), 0.6);
        assert_eq!(criteria(&all[..1], Some(&unsure), None)[0].verdict, Verdict::Undecided);
    }
}
