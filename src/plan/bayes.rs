//! The interpreter of classes as independent normal distributions.

use super::op::{Gaussian, Link};
use crate::num::float;
use std::f64::consts::PI;

/// A term beyond this is no longer told apart from infinity; it keeps sums and differences finite.
const FAR: f64 = 1e300;

/// The number of output columns: one for two classes.
pub(super) fn outputs(classes: usize) -> usize {
    if classes == 2 { 1 } else { classes }
}

/// Whether each class that occurs has a mean and a variance for each column.
pub(super) fn fits(classes: &[Gaussian], columns: usize) -> bool {
    let class_fits = |class: &Gaussian| {
        let count = if class.share > 0.0 { columns } else { 0 };
        (0.0..=1.0).contains(&class.share)
            && class.means.len() == count
            && class.variances.len() == count
            && class.means.iter().all(|mean| mean.is_finite())
            && class.variances.iter().all(|&variance| variance > 0.0 && variance.is_finite())
    };
    classes.iter().all(class_fits) && classes.iter().any(|class| class.share > 0.0)
}

impl Gaussian {
    /// What is the same for every row: ln share - sum ln(2 pi variance) / 2.
    pub fn constant(&self) -> f64 {
        let sum = self.variances.iter().fold(0.0, |sum, variance| sum + float::ln(2.0 * PI * variance));
        float::ln(self.share) - sum / 2.0
    }
}

/// Rows x columns in, probabilities (rows x outputs) out. A row with a missing value has no answer.
pub(super) fn run(classes: &[Gaussian], block: &[f64], columns: usize, raw: &mut [f64]) {
    let constants: Vec<f64> = classes.iter().map(|class| if class.share > 0.0 { class.constant() } else { f64::NEG_INFINITY }).collect();
    let width = outputs(classes.len());
    let mut joint = vec![0.0; classes.len()];
    for (place, answer) in raw.chunks_exact_mut(width).enumerate() {
        let row = &block[place * columns..(place + 1) * columns];
        if row.iter().any(|value| value.is_nan()) {
            answer.fill(f64::NAN);
            continue;
        }
        for ((joint, class), constant) in joint.iter_mut().zip(classes).zip(&constants) {
            let far = row.iter().zip(&class.means).zip(&class.variances).fold(0.0, |sum, ((value, mean), variance)| {
                let term = (value - mean) * (value - mean) / (2.0 * variance);
                sum + if term < FAR { term } else { FAR }
            });
            *joint = constant - far;
        }
        Link::Softmax.apply(&mut joint);
        answer.copy_from_slice(if width == 1 { &joint[1..] } else { &joint });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Op, answer};
    use ndarray::{Array2, arr2};

    fn model(classes: Vec<Gaussian>) -> Op {
        let into = (0..outputs(classes.len())).map(|output| format!("p{output}")).collect();
        Op::GaussianBayes { columns: vec!["a".into(), "b".into()], classes, into }
    }

    fn class(share: f64, mean: f64, variance: f64) -> Gaussian {
        Gaussian { share, means: vec![mean, 0.0], variances: vec![variance, 1.0] }
    }

    #[test]
    fn probabilities_by_hand() {
        // scipy.stats.norm.pdf: 0.25 * pdf(1; 0, 1) against 0.75 * pdf(1; 2, 2)
        let two = model(vec![class(0.25, 0.0, 1.0), class(0.75, 2.0, 4.0)]);
        let density =
            |x: f64, mean: f64, variance: f64| float::exp(-(x - mean) * (x - mean) / (2.0 * variance)) / (2.0 * PI * variance).sqrt();
        let (a, b) = (0.25 * density(1.0, 0.0, 1.0), 0.75 * density(1.0, 2.0, 4.0));
        let p = answer(&two, arr2(&[[1.0, 0.3], [f64::NAN, 0.0]]).view()).expect("it fits");
        assert!((p[[0, 0]] - b / (a + b)).abs() < 1e-15 && p[[1, 0]].is_nan(), "{p}");
        let absent = Gaussian { share: 0.0, means: Vec::new(), variances: Vec::new() };
        let three = model(vec![class(0.5, 0.0, 1.0), absent, class(0.5, 2.0, 1.0)]);
        // As far away as numbers go there is still an answer.
        let p = answer(&three, arr2(&[[1.0, 5.0], [1e200, 0.0], [-1e308, 1e308]]).view()).expect("it fits");
        assert!((p[[0, 0]] - 0.5).abs() < 1e-15 && p.column(1).iter().all(|&p| p == 0.0) && p.iter().all(|p| p.is_finite()), "{p}");
    }

    #[test]
    fn a_broken_model_is_a_problem() {
        let good = || vec![class(0.5, 0.0, 1.0), class(0.5, 1.0, 1.0)];
        let x = Array2::zeros((1, 2));
        assert!(answer(&model(good()), x.view()).is_ok());
        let none = || Gaussian { share: 0.0, means: Vec::new(), variances: Vec::new() };
        for broken in [
            vec![class(0.5, 0.0, 1.0), class(0.5, 0.0, 0.0)],
            vec![class(0.5, 0.0, 1.0), class(0.5, f64::NAN, 1.0)],
            vec![class(0.5, 0.0, 1.0), Gaussian { means: vec![0.0], ..class(0.5, 0.0, 1.0) }],
            vec![none(), none()],
            Vec::new(),
        ] {
            assert!(answer(&model(broken), x.view()).is_err());
        }
    }
}
