//! Averages of the weights over the steps or epochs: smoother than the last weights, and often better on new rows. They are
//! what is looked at, kept and predicted with; training itself goes on from the weights as they are.

use crate::num::kernel::Real;

/// Which average is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Averaging {
    /// None: the weights themselves.
    None,
    /// After each step average = d average + (1 - d) weights, where d is `decay` or, in the first steps, the smaller
    /// (1 + step) / (10 + step), as TensorFlow's ExponentialMovingAverage has it (Polyak and Juditsky 1992).
    Ema { decay: f64 },
    /// The mean of the weights at the end of each epoch after the share `start` of all epochs (Izmailov and others 2018). Means
    /// and variances of a normalisation by the batch are averaged like weights.
    Swa { start: f64 },
}

/// An average as it comes to be.
#[derive(Clone, Debug)]
pub(super) struct Average<F> {
    rule: Averaging,
    list: Vec<F>,
    count: u32,
}

impl<F: Real> Average<F> {
    pub fn new(rule: Averaging) -> Self {
        Self { rule, list: Vec::new(), count: 0 }
    }

    /// Takes in the parameters after a step.
    pub fn after_step(&mut self, parameters: &[F]) {
        let Averaging::Ema { decay } = self.rule else { return };
        let step = f64::from(self.count);
        let early = (1.0 + step) / (10.0 + step);
        self.mix(parameters, 1.0 - if early < decay { early } else { decay });
    }

    /// Takes in the parameters at the end of an epoch, counted from 0.
    pub fn after_epoch(&mut self, epoch: u32, epochs: u32, parameters: &[F]) {
        let Averaging::Swa { start } = self.rule else { return };
        if f64::from(epoch) >= start * f64::from(epochs) {
            self.mix(parameters, 1.0 / (f64::from(self.count) + 1.0));
        }
    }

    fn mix(&mut self, parameters: &[F], share: f64) {
        if self.count == 0 {
            self.list = parameters.to_vec();
        } else {
            let share = F::of(share);
            self.list.iter_mut().zip(parameters).for_each(|(mean, &p)| *mean += share * (p - *mean));
        }
        self.count = self.count.saturating_add(1);
    }

    /// What predictions are made with: the average, or the parameters before there is one.
    pub fn of<'a>(&'a self, parameters: &'a [F]) -> &'a [F] {
        if self.count > 0 { &self.list } else { parameters }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_are_those_of_their_formulas() {
        let mut ema = Average::<f64>::new(Averaging::Ema { decay: 0.5 });
        assert_eq!(ema.of(&[7.0]), [7.0]);
        let mut want = 1.0;
        ema.after_step(&[1.0]);
        for (step, p) in [(1.0, 3.0), (2.0, 2.0), (30.0, 8.0)] {
            ema.count = step as u32;
            ema.after_step(&[p]);
            let decay = if step < 8.0 { (1.0 + step) / (10.0 + step) } else { 0.5 };
            want = decay * want + (1.0 - decay) * p;
            assert!((ema.of(&[0.0])[0] - want).abs() < 1e-15);
        }
        let mut swa = Average::<f64>::new(Averaging::Swa { start: 0.5 });
        for (epoch, p) in [100.0, 50.0, 1.0, 2.0, 6.0].into_iter().enumerate() {
            swa.after_epoch(epoch as u32, 4, &[p]);
            swa.after_step(&[1e9]);
        }
        assert_eq!(swa.of(&[0.0]), [3.0]);
    }
}
