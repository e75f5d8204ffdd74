//! The confusion matrix and the report by class.

use super::label::{mean, ratio};
use super::{Interval, Prediction, Truth};
use crate::base::Figure;
use serde::{Deserialize, Serialize};

/// How often each true class was predicted as each class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Confusion {
    /// True class x predicted class.
    pub counts: Vec<Vec<u64>>,
}

/// Precision, recall and F1 of a class against the rest, or an average over classes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassFigures {
    /// TP / (TP + FP).
    pub precision: Figure,
    /// TP / (TP + FN).
    pub recall: Figure,
    /// 2 TP / (2 TP + FP + FN).
    pub f1: Figure,
    /// Rows that are of the class.
    pub support: u64,
}

/// A class in the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassReport {
    /// The figures.
    pub figures: ClassFigures,
    /// Precision with Wilson's interval.
    pub precision: Interval,
    /// Recall with Wilson's interval.
    pub recall: Interval,
}

/// Precision, recall, F1 by class and on average.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// One for each class, in order of the codes.
    pub classes: Vec<ClassReport>,
    /// The mean over the classes that occur in truth or prediction, a figure without a value counting 0.
    pub macro_average: ClassFigures,
    /// The same mean, weighted by support.
    pub weighted_average: ClassFigures,
}

/// Counts true against predicted classes.
///
/// # Panics
/// Where lengths differ or the truth is numbers: mistakes in the code.
pub fn confusion(truth: &Truth, prediction: &Prediction) -> Confusion {
    let Truth::Classes { codes, count } = truth else { panic!("a confusion matrix needs classes") };
    assert_eq!(codes.len(), prediction.answer.nrows(), "as many answers as rows");
    // One column speaks of two classes, even where the truth knows of one only.
    let count = if prediction.answer.ncols() == 1 { (*count).max(2) } else { *count };
    let mut counts = vec![vec![0; count]; count];
    for (&code, label) in codes.iter().zip(prediction.labels()) {
        counts[code as usize][label as usize] += 1;
    }
    Confusion { counts }
}

/// Precision, recall and F1 by class and on average.
pub fn report(confusion: &Confusion) -> Report {
    let counts = &confusion.counts;
    let total = |class: usize| counts[class].iter().sum::<u64>();
    let predicted = |class: usize| counts.iter().map(|row| row[class]).sum::<u64>();
    let class_report = |class: usize| {
        let (tp, support, called) = (counts[class][class], total(class), predicted(class));
        let (precision, recall) = (Interval::share(tp, called), Interval::share(tp, support));
        let figures = ClassFigures {
            precision: ratio(tp as f64, called as f64, "none_predicted"),
            recall: ratio(tp as f64, support as f64, "no_positives"),
            f1: ratio(2.0 * tp as f64, (support + called) as f64, "no_positives"),
            support,
        };
        ClassReport { figures, precision, recall }
    };
    let classes: Vec<ClassReport> = (0..counts.len()).map(class_report).collect();
    let occur: Vec<&ClassFigures> = (0..counts.len()).filter(|&c| total(c) + predicted(c) > 0).map(|c| &classes[c].figures).collect();
    let support: u64 = (0..counts.len()).map(total).sum();
    let average = |of: fn(&ClassFigures) -> &Figure, weighted: bool| {
        let values: Vec<f64> = occur.iter().map(|figures| of(figures).value().unwrap_or(0.0)).collect();
        if support == 0 {
            return Figure::undefined("no_rows");
        }
        Figure::from(if weighted {
            values.iter().zip(&occur).fold(0.0, |sum, (value, figures)| sum + value * figures.support as f64) / support as f64
        } else {
            mean(&values)
        })
    };
    let averages = |weighted: bool| ClassFigures {
        precision: average(|figures| &figures.precision, weighted),
        recall: average(|figures| &figures.recall, weighted),
        f1: average(|figures| &figures.f1, weighted),
        support,
    };
    Report { macro_average: averages(false), weighted_average: averages(true), classes }
}
