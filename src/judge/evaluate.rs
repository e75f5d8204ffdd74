//! Evaluation: every metric of a prediction with its interval, and the curves behind them.

use super::judged::{Judged, distinct, truth};
use crate::base::{Advance, Figure, Job, Problem, Task, Undefined};
use crate::learn::Target;
use crate::metric::{
    self, AtThreshold, Bins, Bootstrap, Calibration, Confusion, Gain, Interval, Metric, PrecisionRecall, Prediction, Report, Residuals,
    Roc, Rows, Rule, ScoreHistogram, Threshold,
};
use serde::{Deserialize, Serialize};

/// Points of a drawn curve, at most.
const POINTS: usize = 300;
/// The fewest points of a drawn curve, however many classes there are.
const LEAST_POINTS: usize = 30;
/// Steps of the threshold slider.
const STEPS: usize = 100;

/// How good a prediction is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Rows judged.
    pub rows: usize,
    /// Predictions of these rows, where repeats or samples predict a row more than once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predictions: Option<usize>,
    /// The threshold of a binary task.
    pub threshold: Option<Threshold>,
    /// For each fold the threshold that its rows were scored at, where a rule chose it on the rows of the other folds: a
    /// threshold that was tuned on the rows that it is judged on would flatter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fold_thresholds: Vec<f64>,
    /// Every metric of the task, in order of the ids.
    pub scores: Vec<Score>,
    /// What stands behind them.
    pub detail: Detail,
}

impl Evaluation {
    /// The score of a metric, by id.
    pub fn score(&self, metric: &str) -> Option<&Score> {
        self.scores.iter().find(|score| score.metric == metric)
    }
}

/// A metric with its interval and its values by fold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The metric, by id.
    pub metric: String,
    /// Over all rows, with the 95 % bootstrap interval. Of a bootstrap the .632 estimate (Efron 1983): 0.368 of the score on
    /// the rows that the final model learned from and 0.632 of the one on the rows that the samples lack, both ends alike.
    pub all: Interval,
    /// In each fold; empty where there are none.
    pub folds: Vec<Figure>,
}

/// What stands behind the metrics, by task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// Two classes.
    Binary(Box<BinaryDetail>),
    /// Several classes.
    Multiclass {
        /// True by predicted class.
        confusion: Confusion,
        /// Each class against the rest.
        report: Report,
        /// The curves of each class against the rest.
        #[serde(default)]
        curves: Vec<ClassCurves>,
    },
    /// Numbers.
    Regression {
        /// True minus predicted.
        residuals: Result<Residuals, Undefined>,
    },
}

/// What stands behind the metrics of two classes. A curve that does not exist says why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // each is described at its type
pub struct BinaryDetail {
    pub confusion: Confusion,
    pub report: Report,
    pub roc: Result<Roc, Undefined>,
    pub precision_recall: Result<PrecisionRecall, Undefined>,
    pub calibration: Result<Calibration, Undefined>,
    pub histogram: Result<ScoreHistogram, Undefined>,
    pub gain: Result<Vec<Gain>, Undefined>,
    /// What each step of the threshold slider comes to.
    pub thresholds: Result<Vec<AtThreshold>, Undefined>,
}

/// The curves of a class against the rest. One that does not exist says why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // each is described at its type
pub struct ClassCurves {
    pub roc: Result<Roc, Undefined>,
    pub precision_recall: Result<PrecisionRecall, Undefined>,
    pub calibration: Result<Calibration, Undefined>,
}

/// The weight of the rows that a bootstrap sample lacks: the chance that a row is in it, 1 - 1/e.
const OUT_OF_BAG: f64 = 0.632;

/// An evaluation in progress: the replicates take the time.
pub struct EvaluateJob {
    judged: Judged,
    threshold: Option<Threshold>,
    fold_thresholds: Vec<f64>,
    metrics: Vec<&'static Metric>,
    bootstrap: Bootstrap,
    seed: u64,
}

impl EvaluateJob {
    /// Judges rows at a threshold (for a binary task) with so many replicates behind each interval. Where a rule is given,
    /// which chose the threshold on these very rows, the rows of each fold are scored at what it chooses on the others.
    pub fn new(judged: Judged, threshold: Option<Threshold>, rule: Option<Rule>, replicates: usize, seed: u64) -> Self {
        let metrics = metric::for_task(judged.task);
        let fold_thresholds = rule.map_or_else(Vec::new, |rule| judged.fold_thresholds(rule));
        let rows = scored(&judged, threshold.as_ref(), &fold_thresholds);
        let bootstrap = Bootstrap::of(rows, judged.units.as_deref(), &metrics, 0..replicates, seed);
        Self { threshold, fold_thresholds, metrics, bootstrap, seed, judged }
    }

    fn conclude(&self, replicates: metric::Replicates) -> Evaluation {
        let judged = &self.judged;
        let rows = scored(judged, self.threshold.as_ref(), &self.fold_thresholds);
        let all = metric::intervals_of(&rows, None, &self.metrics, &[replicates]);
        let prediction = at(judged, self.threshold.as_ref());
        let folds = self.by_fold(prediction.threshold);
        let rows_once = distinct(&judged.rows);
        let scores = self
            .metrics
            .iter()
            .zip(all)
            .enumerate()
            .map(|(place, (metric, all))| Score {
                metric: metric.id.to_owned(),
                all: Interval { n: rows_once, ..self.weighted(metric, all, prediction.threshold) },
                folds: folds.iter().map(|fold| fold[place].clone()).collect(),
            })
            .collect();
        Evaluation {
            rows: rows_once,
            predictions: (rows_once < judged.rows.len()).then_some(judged.rows.len()),
            threshold: self.threshold.clone(),
            fold_thresholds: self.fold_thresholds.clone(),
            scores,
            detail: self.detail(&prediction),
        }
    }

    /// The .632 estimate, where the rows are those of a bootstrap.
    fn weighted(&self, metric: &Metric, all: Interval, threshold: f64) -> Interval {
        let Some(apparent) = &self.judged.apparent else { return all };
        let prediction = Prediction { answer: apparent.answer.view(), threshold };
        let seen = metric.compute(&truth(&apparent.target), &prediction, None);
        let mix = |unseen: Figure| match (&seen, unseen) {
            (Figure::Value(seen), Figure::Value(unseen)) => Figure::from((1.0 - OUT_OF_BAG) * seen + OUT_OF_BAG * unseen),
            (Figure::Value(_), undefined) => undefined,
            (undefined, _) => undefined.clone(),
        };
        Interval { value: mix(all.value), low: mix(all.low), high: mix(all.high), n: all.n }
    }

    /// For each fold every metric.
    fn by_fold(&self, threshold: f64) -> Vec<Vec<Figure>> {
        let judged = &self.judged;
        let count = judged.folds.iter().max().map_or(0, |most| most + 1);
        (0..count)
            .map(|fold| {
                let rows: Vec<usize> = (0..judged.folds.len()).filter(|&row| judged.folds[row] == fold).collect();
                let target = judged.target.take(&rows);
                let answer = judged.answer.select(ndarray::Axis(0), &rows);
                let threshold = self.fold_thresholds.get(fold).copied().unwrap_or(threshold);
                let prediction = Prediction { answer: answer.view(), threshold };
                self.metrics.iter().map(|metric| metric.compute(&truth(&target), &prediction, None)).collect()
            })
            .collect()
    }

    fn detail(&self, prediction: &Prediction) -> Detail {
        let judged = &self.judged;
        let truth = judged.truth();
        match (&judged.target, judged.task) {
            (Target::Values(values), _) => {
                let predicted = judged.answer.column(0).to_vec();
                Detail::Regression { residuals: metric::residuals(values, &predicted, 30, 500, self.seed) }
            }
            (Target::Classes { codes, .. }, Task::Binary) => {
                let (positive, scores) = judged.positives();
                let confusion = metric::confusion(&truth, prediction);
                let mut steps: Vec<f64> = (0..=STEPS).map(|step| step as f64 / STEPS as f64).collect();
                // The threshold in use is a step of its own, so that it is shown as it is.
                if !steps.contains(&prediction.threshold) {
                    steps.push(prediction.threshold);
                    steps.sort_unstable_by(f64::total_cmp);
                }
                Detail::Binary(Box::new(BinaryDetail {
                    report: metric::report(&confusion),
                    confusion,
                    roc: metric::roc(&positive, &scores).map(|curve| curve.thinned(POINTS)),
                    precision_recall: metric::precision_recall(&positive, &scores).map(|curve| curve.thinned(POINTS)),
                    calibration: metric::calibration(&positive, &scores, 10, Bins::Quantile),
                    histogram: metric::score_histogram(codes, 2, &scores, 20),
                    gain: metric::gain(&positive, &scores, 10),
                    thresholds: metric::by_threshold(&positive, &scores, &steps),
                }))
            }
            (Target::Classes { codes, count }, _) => {
                let confusion = metric::confusion(&truth, prediction);
                let points = (2 * POINTS / count.max(&1)).clamp(LEAST_POINTS, POINTS);
                let curves = (0..*count).map(|class| self.against_the_rest(codes, class, points)).collect();
                Detail::Multiclass { report: metric::report(&confusion), confusion, curves }
            }
        }
    }

    fn against_the_rest(&self, codes: &[u32], class: usize, points: usize) -> ClassCurves {
        let positive: Vec<bool> = codes.iter().map(|&code| code as usize == class).collect();
        let scores = self.judged.answer.column(class).to_vec();
        ClassCurves {
            roc: metric::roc(&positive, &scores).map(|curve| curve.thinned(points)),
            precision_recall: metric::precision_recall(&positive, &scores).map(|curve| curve.thinned(points)),
            calibration: metric::calibration(&positive, &scores, 10, Bins::Quantile),
        }
    }
}

/// The prediction at a threshold, 0.5 where there is none.
fn at<'a>(judged: &'a Judged, threshold: Option<&Threshold>) -> Prediction<'a> {
    Prediction { answer: judged.answer.view(), threshold: threshold.map_or(0.5, |threshold| threshold.value) }
}

/// The rows as metrics see them: each at the threshold of its fold, where folds have their own.
fn scored(judged: &Judged, threshold: Option<&Threshold>, fold_thresholds: &[f64]) -> Rows {
    let rows = Rows::new(&judged.truth(), &at(judged, threshold));
    if fold_thresholds.is_empty() {
        return rows;
    }
    let (_, scores) = judged.positives();
    let labels: Vec<u32> = scores.iter().zip(&judged.folds).map(|(score, &fold)| u32::from(*score >= fold_thresholds[fold])).collect();
    rows.with_labels(&labels)
}

impl Job for EvaluateJob {
    type Output = Evaluation;

    fn advance(&mut self) -> Result<Advance<Evaluation>, Problem> {
        Ok(match self.bootstrap.advance()? {
            Advance::More(progress) => Advance::More(progress),
            Advance::Done(replicates) => Advance::Done(self.conclude(replicates)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Apparent;
    use crate::num::Rng;
    use ndarray::Array2;

    /// Two classes with scores that know nothing of them, in five folds.
    fn noise(rows: usize, seed: u64) -> Judged {
        let mut rng = Rng::new(seed, "test", 0);
        let codes = (0..rows).map(|_| rng.below(2) as u32).collect();
        let answer = Array2::from_shape_simple_fn((rows, 1), || rng.uniform());
        let folds = (0..rows).map(|row| row * 5 / rows).collect();
        let target = Target::Classes { codes, count: 2 };
        Judged { task: Task::Binary, target, answer, folds, rows: (0..rows).collect(), units: None, apparent: None }
    }

    fn evaluated(judged: &Judged, rule: Rule, over_folds: bool) -> Evaluation {
        EvaluateJob::new(judged.clone(), judged.threshold(rule), over_folds.then_some(rule), 40, 1).finish().expect("judged")
    }

    fn value(evaluation: &Evaluation, id: &str) -> f64 {
        evaluation.score(id).and_then(|score| score.all.value.value()).expect("a value")
    }

    #[test]
    fn a_threshold_is_not_judged_on_the_rows_that_chose_it() {
        let (mut flattered, mut honest) = (0.0, 0.0);
        for seed in 0..40 {
            let judged = noise(100, seed);
            flattered += value(&evaluated(&judged, Rule::Youden, false), "balanced_accuracy") / 40.0;
            honest += value(&evaluated(&judged, Rule::Youden, true), "balanced_accuracy") / 40.0;
        }
        // Scores that know nothing have a balanced accuracy of one half.
        assert!(flattered > 0.54 && (honest - 0.5).abs() < 0.025, "{flattered} and {honest}");
    }

    #[test]
    fn each_fold_is_scored_at_the_threshold_of_the_others_and_the_model_keeps_that_of_all() {
        let judged = noise(300, 3);
        let evaluation = evaluated(&judged, Rule::BestF1, true);
        assert_eq!(evaluation.fold_thresholds.len(), 5);
        assert_eq!(evaluation.threshold, judged.threshold(Rule::BestF1));
        for (fold, &threshold) in evaluation.fold_thresholds.iter().enumerate() {
            let others: Vec<usize> = (0..300).filter(|&row| judged.folds[row] != fold).collect();
            let (target, answer) = (judged.target.take(&others), judged.answer.select(ndarray::Axis(0), &others));
            let without = Judged { target, answer, ..judged.clone() };
            assert_eq!(without.threshold(Rule::BestF1).map(|threshold| threshold.value), Some(threshold));
        }
        // What does not depend on a threshold is the same, and a fixed one has nothing to be chosen on.
        assert_eq!(value(&evaluation, "roc_auc"), value(&evaluated(&judged, Rule::BestF1, false), "roc_auc"));
        assert_eq!(evaluated(&judged, Rule::Half, true), evaluated(&judged, Rule::Half, false));
    }

    #[test]
    fn the_threshold_in_use_is_a_step_of_the_slider() {
        let mut judged = noise(200, 5);
        judged.answer.mapv_inplace(|score| 0.01 * score);
        let evaluation = evaluated(&judged, Rule::Youden, true);
        let threshold = evaluation.threshold.as_ref().map(|threshold| threshold.value).expect("two classes");
        let Detail::Binary(detail) = &evaluation.detail else { panic!("two classes") };
        let steps = detail.thresholds.as_ref().expect("steps");
        assert!(threshold < 0.01 && steps.len() == STEPS + 2 && steps.is_sorted_by(|a, b| a.threshold < b.threshold));
        let step = steps.iter().find(|step| step.threshold == threshold).expect("its own step");
        assert_eq!(
            vec![vec![step.true_negatives, step.false_positives], vec![step.false_negatives, step.true_positives]],
            detail.confusion.counts
        );
    }

    #[test]
    fn every_class_of_several_has_its_curves() {
        let answer = ndarray::array![[0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.1, 0.3, 0.6], [0.5, 0.4, 0.1], [0.2, 0.5, 0.3], [0.3, 0.3, 0.4]];
        let target = Target::Classes { codes: vec![0, 1, 2, 0, 1, 2], count: 3 };
        let judged =
            Judged { task: Task::Multiclass, target, answer, folds: Vec::new(), rows: (0..6).collect(), units: None, apparent: None };
        let evaluation = EvaluateJob::new(judged, None, None, 0, 1).finish().expect("judged");
        let Detail::Multiclass { curves, .. } = &evaluation.detail else { panic!("several classes") };
        let areas: Vec<f64> = curves.iter().map(|curve| curve.roc.as_ref().expect("a curve").area).collect();
        assert_eq!(areas, [1.0, 1.0, 1.0]);
        assert!(curves.iter().all(|curve| curve.precision_recall.is_ok() && curve.calibration.is_ok()));
    }

    /// Two predictions of each row: one that is right and one that is not.
    fn twice() -> Judged {
        let target = Target::Classes { codes: [[0, 1, 0, 1], [0, 1, 0, 1]].concat(), count: 2 };
        let answer = Array2::from_shape_vec((8, 1), vec![0.1, 0.9, 0.2, 0.8, 0.7, 0.9, 0.2, 0.4]).expect("eight");
        let rows = [[5, 6, 7, 8], [5, 6, 7, 8]].concat();
        let units = Some(rows.iter().map(|&row| row as u32).collect());
        Judged { task: Task::Binary, target, answer, folds: vec![0, 0, 1, 1, 2, 2, 3, 3], rows, units, apparent: None }
    }

    #[test]
    fn a_row_that_is_predicted_twice_counts_once_and_both_predictions_are_scored() {
        let judged = twice();
        let evaluation = evaluated(&judged, Rule::Half, true);
        assert_eq!((evaluation.rows, evaluation.predictions), (4, Some(8)));
        assert_eq!(value(&evaluation, "accuracy"), 0.75);
        let accuracy = evaluation.score("accuracy").expect("a score");
        assert_eq!((accuracy.all.n, accuracy.folds.len()), (4, 4));
        let once = judged.once();
        assert_eq!(once.rows, [5, 6, 7, 8]);
        assert_eq!(once.folds, [0, 0, 1, 1]);
        assert!(once.answer.iter().zip([0.4, 0.9, 0.2, 0.6]).all(|(a, b)| (a - b).abs() < 1e-15));
        assert_eq!(*once.once(), *once);
    }

    #[test]
    fn no_prediction_of_a_row_chooses_the_threshold_that_the_row_is_scored_at() {
        let judged = twice();
        for (fold, threshold) in judged.fold_thresholds(Rule::Youden).into_iter().enumerate() {
            let own: Vec<usize> = (0..8).filter(|&at| judged.folds[at] == fold).map(|at| judged.rows[at]).collect();
            let others: Vec<usize> = (0..8).filter(|&at| !own.contains(&judged.rows[at])).collect();
            let (target, answer) = (judged.target.take(&others), judged.answer.select(ndarray::Axis(0), &others));
            let without = Judged { target, answer, ..judged.clone() };
            assert_eq!(without.threshold(Rule::Youden).map(|threshold| threshold.value), Some(threshold));
        }
    }

    #[test]
    fn a_bootstrap_weighs_the_rows_that_were_learned_from_by_0368() {
        let mut judged = twice();
        let seen = Apparent { target: Target::Classes { codes: vec![0, 1], count: 2 }, answer: ndarray::array![[0.1], [0.9]] };
        judged.apparent = Some(seen);
        let evaluation = evaluated(&judged, Rule::Half, true);
        assert!((value(&evaluation, "accuracy") - (0.368 + 0.632 * 0.75)).abs() < 1e-12);
        assert_eq!(evaluation.score("accuracy").and_then(|score| score.folds[0].value()), Some(1.0), "the folds stay as they are");
    }
}
