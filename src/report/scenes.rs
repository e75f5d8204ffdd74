//! What an evaluation looks like: results in, scenes out. Page and report share them.

use crate::base::{Task, text};
use crate::chart::{self, CalibrationBin, Curve, Dot, Scene, Scores};
use crate::judge::{BinaryDetail, CandidateOutcome, ClassCurves, Evaluation, FoldMap};
use crate::metric::{self, AtThreshold, Calibration, Confusion, Metric, PrecisionRecall, Residuals, Roc};

/// A named detail of two classes: a model, or a set of rows.
pub type Named<'a> = (String, &'a BinaryDetail);

/// ROC curves; `at` is the threshold of the first.
pub fn roc(parts: &[Named], at: Option<&AtThreshold>) -> Scene {
    let curves = parts.iter().filter_map(|(name, detail)| Some(roc_curve(name, detail.roc.as_ref().ok()?)));
    let place = at.and_then(|at| {
        let (fp, tn) = (at.false_positives as f64, at.true_negatives as f64);
        let recall = at.recall.value()?;
        (fp + tn > 0.0).then(|| ([fp / (fp + tn), recall], chart::format::place(at.threshold)))
    });
    chart::roc(&curves.collect::<Vec<_>>(), place)
}

/// Precision against recall; `at` is the threshold of the first.
pub fn precision_recall(parts: &[Named], at: Option<&AtThreshold>) -> Scene {
    let curves = parts.iter().filter_map(|(name, detail)| Some(precision_curve(name, detail.precision_recall.as_ref().ok()?)));
    let place = at.and_then(|at| Some(([at.recall.value()?, at.precision.value()?], chart::format::place(at.threshold))));
    let share = parts.first().and_then(|(_, detail)| detail.precision_recall.as_ref().ok()).map(|found| found.share);
    chart::precision_recall(&curves.collect::<Vec<_>>(), place, share)
}

/// The ROC curve of a class against the rest; nothing where there is none.
pub fn class_roc(name: &str, curves: &ClassCurves) -> Option<Scene> {
    Some(chart::roc(&[roc_curve(name, curves.roc.as_ref().ok()?)], None))
}

/// Precision against recall of a class against the rest; nothing where there is no curve.
pub fn class_precision_recall(name: &str, curves: &ClassCurves) -> Option<Scene> {
    let found = curves.precision_recall.as_ref().ok()?;
    Some(chart::precision_recall(&[precision_curve(name, found)], None, Some(found.share)))
}

fn roc_curve(name: &str, roc: &Roc) -> Curve {
    curve(name, pairs(&roc.false_positive_rate, &roc.true_positive_rate), Some(roc.area))
}

fn precision_curve(name: &str, found: &PrecisionRecall) -> Curve {
    let mut points = pairs(&found.recall, &found.precision);
    points.reverse();
    curve(name, points, Some(found.average_precision))
}

/// Which rows each fold learns from, leaves out and predicts.
pub fn folds(map: &FoldMap) -> Scene {
    let strip = |fold: &crate::judge::FoldStrip| chart::Strip {
        pieces: fold.pieces.clone(),
        counts: [fold.train, fold.test, fold.out],
        classes: fold.classes.clone(),
    };
    chart::folds(&chart::Folds {
        order: map.order.clone(),
        rows: map.rows,
        ends: map.ends.clone(),
        classes: map.classes.clone(),
        folds: map.folds.iter().map(strip).collect(),
    })
}

/// Predicted probabilities against the shares that came true.
pub fn calibration(found: &Calibration) -> Scene {
    let bins = found.bins.iter().map(|bin| CalibrationBin {
        predicted: bin.score,
        share: bin.share,
        low: Some(bin.share_low),
        high: Some(bin.share_high),
        n: bin.rows as usize,
    });
    chart::calibration(&bins.collect::<Vec<_>>(), Some(found.expected_error))
}

/// The scores of both classes; nothing where they have no histogram.
pub fn scores(detail: &BinaryDetail, classes: &[String], threshold: Option<f64>) -> Option<Scene> {
    let (Ok(found), [negative, positive]) = (&detail.histogram, classes) else { return None };
    let counts = |class: usize| found.counts.get(class).map_or(Vec::new(), |counts| counts.iter().map(|&n| n as f64).collect());
    Some(chart::scores(&Scores {
        edges: found.edges.clone(),
        positive: counts(1),
        negative: counts(0),
        names: [positive.clone(), negative.clone()],
        threshold,
    }))
}

/// Precision, recall and F1 by threshold.
pub fn thresholds(steps: &[AtThreshold], chosen: Option<f64>) -> Scene {
    let of = |id: &str, figure: fn(&AtThreshold) -> &crate::base::Figure| {
        curve(&text(&format!("metric.{id}")), steps.iter().filter_map(|step| Some([step.threshold, figure(step).value()?])).collect(), None)
    };
    chart::thresholds(&[of("precision", |step| &step.precision), of("recall", |step| &step.recall), of("f1", |step| &step.f1)], chosen)
}

/// True by predicted class.
pub fn confusion(classes: &[String], counts: &Confusion) -> Scene {
    let counts: Vec<Vec<f64>> = counts.counts.iter().map(|row| row.iter().map(|&n| n as f64).collect()).collect();
    chart::confusion(classes, &counts)
}

/// True by predicted class at a threshold.
pub fn confusion_at(classes: &[String], at: &AtThreshold) -> Scene {
    let counts = vec![vec![at.true_negatives, at.false_positives], vec![at.false_negatives, at.true_positives]];
    confusion(classes, &Confusion { counts })
}

/// Predictions against the truth, and what is left over.
pub fn residuals(found: &Residuals) -> [Scene; 2] {
    let predicted: Vec<f64> = found.sample.iter().map(|point| point.predicted).collect();
    let truth: Vec<f64> = found.sample.iter().map(|point| point.predicted + point.residual).collect();
    [chart::predicted(&truth, &predicted, ""), chart::residuals(&predicted, &truth, "")]
}

/// Metrics that share a scale: of classes those up to 1 where more is better; of numbers the errors in the target's unit.
pub fn comparable(task: Task) -> Vec<&'static Metric> {
    let shares_scale = |metric: &&'static Metric| match task {
        Task::Regression => metric.in_target_unit && metric.id != "max_error",
        _ => metric.range.1 == 1.0 && metric.higher_is_better,
    };
    metric::for_task(task).into_iter().filter(shares_scale).collect()
}

/// Models side by side by some metrics, with their intervals. Where there are at least two others, the baseline is left to
/// the table: on one axis with it, what tells the others apart could not be seen.
pub fn models(named: &[(String, &CandidateOutcome)], metrics: &[&Metric]) -> Scene {
    let is_baseline = |candidate: &CandidateOutcome| candidate.model == crate::learn::BASELINE.id;
    let leave_out = named.iter().filter(|(_, candidate)| !is_baseline(candidate)).count() > 1;
    let mut dots = Vec::new();
    for metric in metrics {
        for (name, candidate) in named.iter().filter(|(_, candidate)| !(leave_out && is_baseline(candidate))) {
            let score = candidate.evaluation.as_ref().and_then(|evaluation| evaluation.score(metric.id));
            let Some((score, value)) = score.and_then(|score| Some((score, score.all.value.value()?))) else { continue };
            dots.push(Dot {
                name: text(&format!("metric.{}", metric.id)),
                series: name.clone(),
                value,
                low: score.all.low.value(),
                high: score.all.high.value(),
                n: Some(score.all.n),
            });
        }
    }
    chart::models(&dots, None)
}

/// What a threshold comes to: the one in use exactly, of others the nearest step of the slider.
pub fn step_at(evaluation: &Evaluation, threshold: f64) -> Option<AtThreshold> {
    let crate::judge::Detail::Binary(detail) = &evaluation.detail else { return None };
    if evaluation.threshold.as_ref().is_some_and(|chosen| chosen.value == threshold) {
        return at_confusion(threshold, &detail.confusion);
    }
    let steps = detail.thresholds.as_ref().ok()?;
    steps.iter().min_by(|a, b| (a.threshold - threshold).abs().total_cmp(&(b.threshold - threshold).abs())).cloned()
}

/// What the confusion of two classes at a threshold says of it.
pub fn at_confusion(threshold: f64, confusion: &Confusion) -> Option<AtThreshold> {
    let count = |truth: usize, predicted: usize| confusion.counts.get(truth)?.get(predicted).copied();
    Some(AtThreshold::new(threshold, count(1, 1)?, count(0, 1)?, count(1, 0)?, count(0, 0)?))
}

fn curve(name: &str, points: Vec<[f64; 2]>, area: Option<f64>) -> Curve {
    Curve { name: name.to_owned(), points, band: Vec::new(), area }
}

fn pairs(x: &[f64], y: &[f64]) -> Vec<[f64; 2]> {
    x.iter().zip(y).map(|(x, y)| [*x, *y]).collect()
}
